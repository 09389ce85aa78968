"""A file's earlier versions, and the versions that git holds of a file whose merge is not settled."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.errors import GitMissing
from vault_crm.git.repo import git_folder
from vault_crm.git.run import call_git
from vault_crm.store.files import MAX_NOTE

_COMMITS = 200  # of a file's latest changes are looked at
_BYTES = 64 << 20  # of all its versions together
_NONE = "0" * 40


@record
class Stages:
    """The three versions of a file that is unmerged in git's index; None where there is none: without `base`
    both made it, without `ours` or `theirs` that side deleted it."""

    base: str | None
    ours: str | None
    theirs: str | None


def versions_of(root: Path, path: str) -> tuple[str, ...]:
    """What a file (relative to `root`) held, under this name and those it had before: the oldest first, at
    most its last 200 changes, each made from the one before (the first parents of the commit that is checked
    out). None without a repository or without git."""
    if git_folder(root) is None:
        return ()
    try:
        log = call_git(
            root, "log", "--follow", "--first-parent", "-m", "-n", str(_COMMITS), "--format=", "--raw", "-z",
            "--no-abbrev", "--no-show-signature", "--no-ext-diff", "--no-textconv",
            "--end-of-options", "HEAD", "--", path,
        )  # fmt: skip
        hashes = _hashes_in(log.out.decode("utf-8", "surrogateescape")) if log.code == 0 else []
        texts = read_blobs(root, hashes)
    except GitMissing:
        return ()
    return tuple(texts[name] for name in hashes if name in texts)


def _hashes_in(raw: str) -> list[str]:
    """The blobs of `git log --raw -z`, the oldest first."""
    found: list[str] = []
    parts = iter(raw.split("\0"))
    for part in parts:
        fields = part.removeprefix(":").split(" ")
        if len(fields) != 5:
            continue
        _, _, old, new, status = fields
        for _ in range(2 if status[:1] in ("R", "C") else 1):
            next(parts, None)  # paths, which may look like anything
        found += [new, old]
    return [name for name in reversed(found) if name.strip("0")]


def read_blobs(root: Path, hashes: Iterable[str]) -> Mapping[str, str]:
    """The texts of git's objects of these names, without what is no file, or larger than a note may be.
    Raises GitMissing."""
    wanted = list(dict.fromkeys(hashes))
    if not wanted:
        return {}
    asked = "".join(f"{name}\n" for name in wanted).encode()
    sizes = call_git(root, "cat-file", "--batch-check", stdin=asked).out.decode("ascii", "replace")
    small: list[str] = []
    total = 0
    # Those asked for last are the newest.
    for line in reversed(sizes.splitlines()):
        name, _, rest = line.partition(" ")
        kind, _, size = rest.partition(" ")
        if kind == "blob" and size.isdigit() and int(size) <= MAX_NOTE and total + int(size) <= _BYTES:
            small.append(name)
            total += int(size)
    found = call_git(root, "cat-file", "--batch", stdin="".join(f"{name}\n" for name in small).encode())
    return dict(_blobs_in(found.out))


def _blobs_in(out: bytes) -> Iterable[tuple[str, str]]:
    at = 0
    while (end := out.find(b"\n", at)) >= 0:
        name, _, rest = out[at:end].decode("ascii", "replace").partition(" ")
        kind, _, size = rest.partition(" ")
        if kind != "blob" or not size.isdigit():
            return
        at = end + 1 + int(size)
        yield name, decode(out[end + 1 : at])
        at += 1


def stages_of(root: Path) -> Mapping[str, Stages]:
    """The files below `root` whose merge is not settled, as git's index has them; none without git."""
    if git_folder(root) is None:
        return {}
    try:
        listed = call_git(root, "ls-files", "--unmerged", "-z").out.decode("utf-8", "surrogateescape")
        hashes: dict[str, dict[str, str]] = {}
        for record in listed.split("\0"):
            head, tab, path = record.partition("\t")
            if tab:
                _mode, name, stage = head.split(" ")
                hashes.setdefault(path, {})[stage] = name
        texts = read_blobs(root, [name for stages in hashes.values() for name in stages.values()])
    except GitMissing:
        return {}
    return {
        path: Stages(*(texts.get(stages.get(number, _NONE)) for number in "123"))
        for path, stages in hashes.items()
    }
