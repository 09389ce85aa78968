"""What devices left where they did not agree: conflict copies of sync programs, notes with git's markers in
them, and files whose merge git still waits for. Finding only; see `vault_crm.git.settle`."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from typing import TypeAlias

from vault_crm.core.merge.unmark import UnclearMarks
from vault_crm.core.merge.unmark import unmark
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.git.versions import Stages
from vault_crm.git.versions import stages_of
from vault_crm.store.copies import find_copies
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import read_bytes
from vault_crm.store.files import refuse_large
from vault_crm.store.scan import Scan
from vault_crm.store.scan import scan
from vault_crm.store.settings import template_folders

Kind: TypeAlias = Literal["copy", "markers", "unmerged"]


@record
class Leftover:
    """One thing to settle. `path` is the file that shows it; `original` is the note that the settled text
    goes into ('' if a copy's note is gone): the same file, but for copies. `stages` are git's, if it still
    waits."""

    kind: Kind
    path: str
    original: str
    stages: Stages | None = None


@record
class Found:
    """Everything there is to settle: markers and unmerged files first, then copies, each in order of path.

    `waiting` are files that are settled, but of which git has not been told. `unreadable` are files that
    could not be looked into.
    """

    leftovers: tuple[Leftover, ...] = ()
    waiting: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


@record(frozen=False)
class _Search:
    root: Path
    scan: Scan
    stages: Mapping[str, Stages]
    waiting: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def read(self, path: str) -> bytes:
        refuse_large(path, self.scan.files.get(path, (0, 0, 0, 0))[2])
        return read_bytes(self.root / path)

    def marked(self, copies: Mapping[str, str]) -> Iterator[Leftover]:
        """Notes with markers, and those that git waits for."""
        for path in sorted({*self.scan.files, *self.stages}):
            stages = self.stages.get(path)
            if path in copies or not (stages or path in self.scan.files) or not _is_note(path):
                continue
            raw = self._raw(path)
            if stages is not None and not (raw is None and path in self.unreadable):
                if raw is not None and _is_settled(raw, stages):
                    self.waiting.append(path)
                else:
                    yield Leftover("unmerged", path, path, stages)
            elif raw is not None and _has_marks(raw):
                yield Leftover("markers", path, path)

    def _raw(self, path: str) -> bytes | None:
        """A file's bytes; None if it is not there, or cannot be read (which is remembered), or is too
        large."""
        size = self.scan.files.get(path, (0, 0, 0, 0))[2]
        if size > MAX_NOTE:
            return None
        try:
            return self.read(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            self.unreadable.append(path)
            return None


def find_leftovers(root: Path, settings: Settings) -> Found:
    """Everything in a vault that waits to be settled. Looks into every note."""
    found = scan(root, template_folders(settings))
    search = _Search(root, found, stages_of(root))
    copies = find_copies(found.files, found.files, search.read)
    marked = [*search.marked(copies)]
    copied = [Leftover("copy", path, original) for path, original in sorted(copies.items())]
    return Found((*marked, *copied), tuple(search.waiting), tuple(search.unreadable))


def _is_note(path: str) -> bool:
    return path[-3:].lower() == ".md" and not any(part.startswith(".") for part in path.split("/"))


def _has_marks(raw: bytes) -> bool:
    if b"<<<<<<<" not in raw:
        return False
    try:
        return unmark(decode(raw)) is not None
    except UnclearMarks:
        return True


def _is_settled(raw: bytes, stages: Stages) -> bool:
    """True if a file that git still calls unmerged is settled: no markers are in it, and it is not just the
    one side that git leaves where a merge driver failed (which `vault_crm.git.settle` looks at)."""
    if stages.ours is None or stages.theirs is None or _has_marks(raw):
        return False
    return decode(raw).replace("\r\n", "\n") != stages.ours.replace("\r\n", "\n")
