"""Notes on the disk, read in full one by one: that of somebody whom a command is about, or one with an error
in it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.defaults import read_defaults
from vault_crm.core.evidence import EvidenceFinder
from vault_crm.core.evidence import in_order
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import evidence_of
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.person import read_person
from vault_crm.core.record import replace
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import PATIENCE
from vault_crm.store.files import read_bytes
from vault_crm.store.files import read_start
from vault_crm.store.scan import unreadable

if TYPE_CHECKING:
    from vault_crm.core.model import Evidence
    from vault_crm.core.model import Note
    from vault_crm.core.model import Person
    from vault_crm.core.settings import Settings

LARGE_HEAD = 64 << 10  # bytes of a note that is too large to be read whole
_WAITING = 0.5  # seconds to be spent in all on notes that are just being saved


class NotesOnDisk:
    """Reads notes in full, as they are at that moment."""

    def __init__(self, root: str, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._patient_until = time.monotonic() + _WAITING
        self._last: tuple[str, bytes, Note] | None = None

    def own(self, path: str) -> Sequence[Piece]:
        """All that a person's own note says of contacts that count."""
        note = self.note(path)
        return own_pieces(note, self._settings) if note is not None and note.person_rule else ()

    def note(self, path: str) -> Note | None:
        """A note in full; None if it is gone."""
        try:
            return self.seen(self._read(path, os.stat(self._place(path)).st_size))
        except FileNotFoundError:
            return None
        except OSError as error:
            return self.seen(stub_note(path, unreadable(path, error.strerror or str(error)), self._settings))

    def person(self, path: str, heard: Heard) -> Person | None:
        """Somebody in full, with this evidence beside their own; None for who is not there, or nobody."""
        return self.person_with(path, map(evidence_of, heard.pieces))

    def person_with(self, path: str, others: Iterable[Evidence]) -> Person | None:
        """The same with any evidence, also such as does not count."""
        note = self.note(path)
        if note is None or not note.person_rule:
            return None
        person, stated = read_person(note, read_defaults(self._settings))
        own = EvidenceFinder(self._settings).own(person, stated)
        return replace(person, evidence=in_order([*own, *others]))

    def seen(self, note: Note) -> Note:
        """The note, about nobody if the user wants nobody to be seen there."""
        return without_ignored({note.path: note}, self._settings.conventions.ignore)[note.path]

    def _read(self, path: str, size: int) -> Note:
        if size > MAX_NOTE:
            return parse_large(path, read_start(self._place(path), LARGE_HEAD), self._settings)
        raw = self.raw_of(path)
        if self._last is None or self._last[:2] != (path, raw):  # before a change it is asked twice
            self._last = path, raw, parse_raw(path, raw, self._settings)
        return self._last[2]

    def raw_of(self, path: str) -> bytes:
        """A note's bytes; what is just being saved is waited for, a while in all. Raises OSError."""
        patience = min(PATIENCE, max(0.0, self._patient_until - time.monotonic()))
        return read_bytes(self._place(path), patience)

    def _place(self, path: str) -> str:
        return os.path.join(self._root, path)


def own_pieces(note: Note, settings: Settings) -> Sequence[Piece]:
    """All that a person's own note says of contacts that count."""
    person, stated = read_person(note, read_defaults(settings))
    return [
        (e.on.toordinal(), e.how, e.kind, e.text, e.span.line, e.span.col, e.span.end_col, note.path)
        for e in EvidenceFinder(settings).own(person, stated)
        if e.counts
    ]


def parse_raw(path: str, raw: bytes, settings: Settings) -> Note:
    """What a note's bytes say. Never raises."""
    from vault_crm.core.note import parse_note
    from vault_crm.core.text import decode

    try:
        return parse_note(path, decode(raw), settings)
    except Exception as error:
        # Reading never raises; but if it ever does, one note must not hide everybody else.
        why = f"a mistake of the program, please report it ({type(error).__name__}: {error})"
        plain = type(settings)(people=settings.people)
        return replace(parse_note(path, "", plain), diagnostics=(unreadable(path, why),))


def parse_large(path: str, head: bytes, settings: Settings) -> Note:
    """A note of more than MAX_NOTE bytes, by its first LARGE_HEAD: who it is can be told from the beginning;
    what is not read is said."""
    note = parse_raw(path, head[: head.rfind(b"\n") + 1], settings)
    message = f"larger than {MAX_NOTE >> 20} MB: only its beginning is read, and it is never changed"
    hint = "move what is not about the person to another note"
    large = Diagnostic("too-large", "warning", Span(path, 1), message, hint)
    return replace(note, diagnostics=(*note.diagnostics, large))


def stub_note(path: str, why: Diagnostic, settings: Settings) -> Note:
    """A note that cannot be read: it is still listed, by its name and folder."""
    return replace(parse_raw(path, b"", settings), diagnostics=(why,))


def without_ignored(notes: dict[str, Note], filters: Sequence[str]) -> dict[str, Note]:
    """What Obsidian's 'excluded files' name holds no people; dated notes among it still count."""
    if not filters:
        return notes
    ignored = _matcher(filters)
    return {
        path: replace(note, person_rule="", log=(), diagnostics=())
        if note.person_rule and ignored(path)
        else note
        for path, note in notes.items()
    }


def _matcher(filters: Sequence[str]) -> Callable[[str], bool]:
    import re

    patterns = []
    prefixes = []
    for text in filters:
        if len(text) > 2 and text.startswith("/") and text.endswith("/"):
            try:
                patterns.append(re.compile(text[1:-1], re.IGNORECASE))
            except re.error:
                continue  # JavaScript knows some that Python does not; then nothing is left out
        else:
            prefixes.append(text.lstrip("/"))
    starts = tuple(p for p in prefixes if p)

    def ignored(path: str) -> bool:
        return path.startswith(starts) or any(pattern.search(path) for pattern in patterns)

    return ignored
