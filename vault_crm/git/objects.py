"""Reading what git keeps: the blobs of a repository through one `git cat-file --batch`, and the tree of a
commit. Nothing is checked out, and nothing is fetched from anywhere: what a clone left behind is not here."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.core.record import record
from vault_crm.errors import VaultCrmError
from vault_crm.git.run import call_git
from vault_crm.git.run import start_git
from vault_crm.store.files import MAX_NOTE

if TYPE_CHECKING:
    import subprocess

LINK = "120000"
REPOSITORY = "160000"  # a submodule: the commit of another repository
_AHEAD = 200  # requests on their way: far less than a pipe holds, so that neither side waits for the other
_CHUNK = 1 << 20
_HOPS = 40
_MAX_LINK = 4096  # bytes; no system makes a link that leads on longer ways
# What `cat-file --batch` answers in one line; the last one is newer git's, for a submodule.
_NOTHING = (b" missing\n", b" ambiguous\n", b" submodule\n")
_NO_FILTER = (b"unspecified", b"unset", b"lfs", b"")


class CannotLookBack(VaultCrmError):
    """What stood in the vault then cannot be told. `hint` says what would help."""

    exit_code = 3


class Blob(NamedTuple):
    """A file as git keeps it: its object's name, and its bytes (its first ones, if a limit was given). `size`
    is that of the whole."""

    oid: str
    raw: bytes
    size: int


class Objects:
    """The objects of the repository that a folder lies in. Close it when done."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._process: subprocess.Popen[bytes] | None = None

    def close(self) -> None:
        """Ends git; the next `read` starts it again."""
        process, self._process = self._process, None
        if process is not None:
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    pipe.close()
            process.wait()

    def read(self, name: str, limit: int = 0) -> Blob | None:
        """The blob that an object's name (or `COMMIT:PATH`) stands for; None if there is none here.

        With `limit`, only the first so many bytes of a longer one are kept. Raises CannotLookBack."""
        if "\n" in name:
            found = call_git(self._root, "rev-parse", "--verify", "--quiet", name)
            if found.code:
                return None
            name = found.out.decode("ascii", "replace").strip()
        return next(self.read_many([name], limit))

    def read_many(self, names: Iterable[str], limit: int = 0) -> Iterator[Blob | None]:
        """The same for the names of many objects, each answered in turn."""
        waiting = iter(names)
        asked = 0
        while True:
            batch = list(islice(waiting, _AHEAD - asked))
            self._ask(batch)
            asked += len(batch)
            if not asked:
                return
            for _ in range(max(1, asked // 2)):
                yield self._answer(limit)
                asked -= 1

    def _ask(self, names: list[str]) -> None:
        if not names:
            return
        if self._process is None:
            self._process = start_git(self._root, "cat-file", "--batch")
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(b"".join(os.fsencode(name) + b"\n" for name in names))
            self._process.stdin.flush()
        except OSError:
            raise self._broken() from None

    def _answer(self, limit: int) -> Blob | None:
        assert self._process is not None
        assert self._process.stdout is not None
        out = self._process.stdout
        head = out.readline()
        if not head.endswith(b"\n"):
            raise self._broken()
        if head.endswith(_NOTHING):
            return None
        oid, kind, size = head.decode("ascii", "replace").split()
        left = int(size)
        kept = left if not limit or left <= limit else limit
        raw = out.read(kept)
        left -= len(raw)
        while left > 0:
            passed = len(out.read(min(left, _CHUNK)))
            if not passed:
                break
            left -= passed
        if left or out.read(1) != b"\n":
            raise self._broken()
        return Blob(oid, raw, int(size)) if kind == "blob" else None

    def _broken(self) -> CannotLookBack:
        self.close()
        return CannotLookBack(
            "git stopped before it had answered", "`git fsck` says whether the repository is whole"
        )


@record
class Entry:
    """A file of a commit: git's mode and the name of its object."""

    mode: str
    oid: str


def list_tree(root: Path, commit: str) -> dict[str, Entry]:
    """Everything below a folder as it stood in a commit, by path relative to that folder. Raises
    CannotLookBack."""
    done = call_git(root, "ls-tree", "-r", "-z", commit, timeout=60)
    if done.code:
        raise CannotLookBack(f"git cannot list the files of {commit[:10]}: {done.complaint}")
    entries = {}
    for row in done.out.split(b"\0"):
        head, tab, path = row.partition(b"\t")
        if tab:
            mode, _, oid = head.decode("ascii", "replace").split()
            entries[os.fsdecode(path)] = Entry(mode, oid)
    return entries


def follow(entries: Mapping[str, Entry], objects: Objects, path: str) -> str | None:
    """Where a path of a commit's tree leads when its links are followed; None if not to a file of the
    tree (nowhere, in a circle, out of it)."""
    parts = deque(path.split("/"))
    real: list[str] = []
    hops = 0
    while parts:
        name = parts.popleft()
        if name in ("", "."):
            continue
        if name == "..":
            if not real:
                return None
            real.pop()
            continue
        real.append(name)
        entry = entries.get("/".join(real))
        if entry is not None and entry.mode == LINK:
            target = objects.read(entry.oid, _MAX_LINK)
            hops += 1
            if target is None or hops > _HOPS or target.size > _MAX_LINK or target.raw.startswith(b"/"):
                return None
            real.pop()
            parts.extendleft(reversed(os.fsdecode(target.raw).split("/")))
    found = "/".join(real)
    entry = entries.get(found)
    return found if entry is not None and entry.mode != REPOSITORY else None


def filtered(root: Path, paths: Iterable[str]) -> frozenset[str]:
    """The files (relative to `root`) that a filter of the user's git, or an encoding, turns into what stands
    in the work tree. Git LFS does not count: it would fetch."""
    names = b"".join(os.fsencode(path) + b"\0" for path in paths)
    attributes = ("filter", "working-tree-encoding")
    done = call_git(root, "check-attr", "-z", "--stdin", *attributes, stdin=names, timeout=60)
    words = done.out.split(b"\0")
    rows = zip(words[0::3], words[2::3], strict=False)
    return frozenset(os.fsdecode(path) for path, value in rows if value not in _NO_FILTER)


def read_filtered(root: Path, name: str, blob: Blob) -> Blob | None:
    """A blob as it would stand in the work tree under a name (relative to the repository); None if the filter
    fails, or there is more to filter than a note may be long."""
    if blob.size > MAX_NOTE:
        return None
    done = call_git(root, "cat-file", "--filters", f"--path={name}", blob.oid)
    return None if done.code else Blob(blob.oid, done.out, len(done.out))
