"""Gists of notes on the disk: the bytes are read, and no more is kept of them than their gist."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Protocol
from typing import TypeAlias

from vault_crm.core.defaults import read_defaults
from vault_crm.core.evidence import EvidenceFinder
from vault_crm.core.evidence import in_order
from vault_crm.core.gist import Gist
from vault_crm.core.gistread import GistReader
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import is_person
from vault_crm.core.person import read_person
from vault_crm.core.record import replace
from vault_crm.store.bulk import has_rested
from vault_crm.store.bulk import read_many
from vault_crm.store.bulk import read_with_stat
from vault_crm.store.copies import find_copies
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import PATIENCE
from vault_crm.store.files import read_bytes
from vault_crm.store.files import read_start
from vault_crm.store.files import refuse_large
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import unreadable

if TYPE_CHECKING:
    from vault_crm.core.model import Note
    from vault_crm.core.model import Person
    from vault_crm.core.settings import Settings
    from vault_crm.store.scan import Fingerprint
    from vault_crm.store.scan import Scan

# A gist, the note's fingerprint, whether it has hard links, and whether both can be believed for good.
First: TypeAlias = "tuple[Gist, int, int, int, int, bool, bool]"

_WAITING = 0.5  # seconds to be spent in all on notes that are just being saved


class Gists(Protocol):
    """Where gists come from."""

    def read(self, prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Gist, bool]]:
        """(path, gist, whether it will be the same as long as the fingerprint is) of each of these notes;
        those that are gone meanwhile are left out."""

    def read_all(self, paths: Iterable[str]) -> Iterator[First | None]:
        """What there is to know of each of these notes, which were not asked for their fingerprints; None for
        one that is gone."""

    def copies(self, found: Scan) -> tuple[dict[str, str], set[str]]:
        """The conflict copies of a scan, each with its note; and the notes that were read to tell."""

    def own(self, path: str) -> Sequence[Piece]:
        """All that a person's own note says of contacts that count."""

    def note(self, path: str) -> Note | None:
        """A note in full; None if it is gone."""

    def person(self, path: str, heard: Heard) -> Person | None:
        """Somebody in full, with this evidence beside their own; None for who is not there, or nobody."""


class GistsOnDisk:
    """Reads notes. Where there are many, those that have rested for a while are read without ceremony."""

    def __init__(self, root: str, settings: Settings) -> None:
        self._root = root
        self._settings = settings
        self._patient_until = time.monotonic() + _WAITING

    @cached_property
    def reader(self) -> GistReader:
        """The reader under these settings."""
        return GistReader(self._settings)

    def read(self, prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Gist, bool]]:
        """See `Gists`."""
        for path, raw in read_many(self._root, prints):
            if raw is None:
                found = self._with_care(path, prints[path])
                if found is not None:
                    yield path, *found
            else:
                yield path, self._known(path, raw, self.reader.read(path, raw)), True

    def read_all(self, paths: Iterable[str]) -> Iterator[First | None]:
        """See `Gists`."""
        fast, ignoring = self.reader.read, bool(self._settings.conventions.ignore)
        for path, raw, st in read_with_stat(self._root, paths):
            if raw is None or st is None:
                yield self._first_with_care(path)
                continue
            gist = fast(path, raw)
            if ignoring:
                gist = self._known(path, raw, gist)
            yield gist, st.st_mtime_ns, st.st_ctime_ns, st.st_size, st.st_ino, st.st_nlink > 1, True

    def _first_with_care(self, path: str) -> First | None:
        try:
            st, seen = os.stat(self._full(path)), time.time_ns()
        except OSError:
            return None
        found = self._with_care(path, fingerprint(st))
        if found is None:
            return None
        return found[0], *fingerprint(st), st.st_nlink > 1, found[1] and has_rested(st, seen)

    def copies(self, found: Scan) -> tuple[dict[str, str], set[str]]:
        """See `Gists`."""
        asked: set[str] = set()

        def read(path: str) -> bytes:
            asked.add(path)
            refuse_large(path, os.stat(self._full(path)).st_size)
            return self._bytes(path)

        return find_copies(found.files, found.files, read), asked

    def own(self, path: str) -> Sequence[Piece]:
        """See `Gists`."""
        note = self.note(path)
        return own_pieces(note, self._settings) if note is not None and note.person_rule else ()

    def note(self, path: str) -> Note | None:
        """See `Gists`."""
        try:
            return self._seen(self._note(path, os.stat(self._full(path)).st_size))
        except FileNotFoundError:
            return None
        except OSError as error:
            from vault_crm.store.load import stub_note

            return self._seen(stub_note(path, unreadable(path, error.strerror or str(error)), self._settings))

    def person(self, path: str, heard: Heard) -> Person | None:
        """See `Gists`."""
        from vault_crm.core.roster import evidence_of

        note = self.note(path)
        if note is None or not note.person_rule:
            return None
        person, stated = read_person(note, read_defaults(self._settings))
        own = EvidenceFinder(self._settings).own(person, stated)
        return replace(person, evidence=in_order([*own, *map(evidence_of, heard.pieces)]))

    def _with_care(self, path: str, current: Fingerprint) -> tuple[Gist, bool] | None:
        try:
            if current[2] > MAX_NOTE:
                return self.of_note(self._note(path, current[2])), True
            raw = self._bytes(path)
            return self._known(path, raw, self.reader.read(path, raw)), True
        except FileNotFoundError:
            return None
        except OSError as error:
            from vault_crm.store.load import stub_note

            why = unreadable(path, error.strerror or str(error))
            return self.of_note(stub_note(path, why, self._settings)), False

    def _known(self, path: str, raw: bytes, gist: Gist) -> Gist:
        """The gist of these bytes, about nobody if the user wants nobody to be seen there."""
        if not self._settings.conventions.ignore or not is_person(gist):
            return gist
        from vault_crm.store.load import parse_raw

        return self.of_note(parse_raw(path, raw, self._settings))

    def of_note(self, note: Note) -> Gist:
        """The gist of a note that was read in full."""
        return self.reader.of_note(self._seen(note))

    def _seen(self, note: Note) -> Note:
        """The note, about nobody if the user wants nobody to be seen there."""
        from vault_crm.store.load import without_ignored

        return without_ignored({note.path: note}, self._settings.conventions.ignore)[note.path]

    def _note(self, path: str, size: int) -> Note:
        from vault_crm.store.load import LARGE_HEAD
        from vault_crm.store.load import parse_large
        from vault_crm.store.load import parse_raw

        if size > MAX_NOTE:
            return parse_large(path, read_start(self._full(path), LARGE_HEAD), self._settings)
        return parse_raw(path, self._bytes(path), self._settings)

    def _bytes(self, path: str) -> bytes:
        patience = min(PATIENCE, max(0.0, self._patient_until - time.monotonic()))
        return read_bytes(self._full(path), patience)

    def _full(self, path: str) -> str:
        return os.path.join(self._root, path)


def own_pieces(note: Note, settings: Settings) -> Sequence[Piece]:
    """All that a person's own note says of contacts that count."""
    person, stated = read_person(note, read_defaults(settings))
    return [
        (e.on.toordinal(), e.how, e.kind, e.text, e.span.line, e.span.col, e.span.end_col, note.path)
        for e in EvidenceFinder(settings).own(person, stated)
        if e.counts
    ]
