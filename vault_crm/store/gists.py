"""Gists of notes on the disk: the bytes are read, and no more is kept of them than their gist."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Protocol
from typing import TypeAlias

from vault_crm.core.gist import Gist
from vault_crm.core.gistread import GistReader
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import is_person
from vault_crm.store.bulk import has_rested
from vault_crm.store.bulk import read_many
from vault_crm.store.bulk import read_with_stat
from vault_crm.store.copies import find_copies
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import refuse_large
from vault_crm.store.glance import COLUMNS
from vault_crm.store.notes import NotesOnDisk
from vault_crm.store.notes import parse_raw
from vault_crm.store.notes import stub_note
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import unreadable

if TYPE_CHECKING:
    from vault_crm.core.model import Evidence
    from vault_crm.core.model import Note
    from vault_crm.core.model import Person
    from vault_crm.store.scan import Fingerprint
    from vault_crm.store.scan import Scan

LOT = 128  # notes
# What there is to know of a lot of notes, as plain values: the gists of those that have any, the fingerprints
# of all in columns, as bytes; which notes are gone or closed and stand in neither, which have hard links, and
# of which no more than their gist can be believed.
Lot: TypeAlias = "tuple[dict[str, Gist], tuple[bytes, ...], list[str], dict[str, Fingerprint], list[str]]"


class Gists(Protocol):
    """Where gists come from."""

    def read(self, prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Gist, bool]]:
        """(path, gist, whether it will be the same as long as the fingerprint is) of each of these notes;
        those that are gone meanwhile are left out."""

    def read_lots(self, paths: Iterable[str]) -> Iterator[Lot]:
        """What there is to know of these notes, which were not asked for their fingerprints; LOT at a
        time."""

    def copies(self, found: Scan) -> tuple[dict[str, str], set[str]]:
        """The conflict copies of a scan, each with its note; and the notes that were read to tell."""

    def own(self, path: str) -> Sequence[Piece]:
        """All that a person's own note says of contacts that count."""

    def note(self, path: str) -> Note | None:
        """A note in full; None if it is gone."""

    def person_with(self, path: str, others: Iterable[Evidence]) -> Person | None:
        """Somebody in full, with all this evidence beside their own; None for who is not there, or nobody."""

    def person(self, path: str, heard: Heard) -> Person | None:
        """Somebody in full, with this evidence beside their own; None for who is not there, or nobody."""


class GistsOnDisk(NotesOnDisk):
    """Reads notes. Where there are many, those that have rested for a while are read without ceremony."""

    @cached_property
    def reader(self) -> GistReader:
        """The reader under these settings."""
        return GistReader(self._settings)

    def read(self, prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Gist, bool]]:
        """See `Gists`."""
        now = time.time_ns()
        # What git has just put there is not read without ceremony, and then not tried first.
        rested = [path for path, current in prints.items() if has_rested(current, now)]
        for path, raw in read_many(self._root, rested):
            if raw is not None:
                yield path, self._known(path, raw, self.reader.read(path, raw)), True
            elif found := self._with_care(path, prints[path]):
                yield path, *found
        if len(rested) < len(prints):
            for path, current in prints.items():
                if not has_rested(current, now) and (found := self._with_care(path, current)):
                    yield path, *found

    def read_lots(self, paths: Iterable[str]) -> Iterator[Lot]:
        """See `Gists`."""
        wanted = list(paths)
        return (self._lot(wanted[at : at + LOT]) for at in range(0, len(wanted), LOT))

    def _lot(self, paths: Sequence[str]) -> Lot:
        gists: dict[str, Gist] = {}
        closed: list[str] = []
        shared: dict[str, Fingerprint] = {}
        unsure: list[str] = []
        columns = tuple([array("q") for _ in range(COLUMNS)])
        add_modified, add_altered, add_size, add_inode = (column.append for column in columns)
        fast, ignoring = self.reader.read, bool(self._settings.conventions.ignore)
        for path, raw, st in read_with_stat(self._root, paths):
            if raw is None or st is None:
                found = self._first_with_care(path)
                if found is None:
                    closed.append(path)
                    continue
                gist, st, certain = found
                if not certain:
                    unsure.append(path)
            else:
                gist = fast(path, raw)
                if ignoring:
                    gist = self._known(path, raw, gist)
            if gist:
                gists[path] = gist
            add_modified(st.st_mtime_ns)
            add_altered(st.st_ctime_ns)
            add_size(st.st_size)
            add_inode(st.st_ino)
            if st.st_nlink > 1:
                shared[path] = fingerprint(st)
        return gists, tuple([column.tobytes() for column in columns]), closed, shared, unsure

    def _first_with_care(self, path: str) -> tuple[Gist, os.stat_result, bool] | None:
        try:
            st, seen = os.stat(self._place(path)), time.time_ns()
        except OSError:
            return None
        found = self._with_care(path, fingerprint(st))
        return None if found is None else (found[0], st, found[1] and has_rested(fingerprint(st), seen))

    def copies(self, found: Scan) -> tuple[dict[str, str], set[str]]:
        """See `Gists`."""
        asked: set[str] = set()

        def read(path: str) -> bytes:
            asked.add(path)
            refuse_large(path, os.stat(self._place(path)).st_size)
            return self.raw_of(path)

        return find_copies(found.files, found.files, read), asked

    def _with_care(self, path: str, current: Fingerprint) -> tuple[Gist, bool] | None:
        try:
            if current[2] > MAX_NOTE:
                return self.of_note(self._read(path, current[2])), True
            raw = self.raw_of(path)
            return self._known(path, raw, self.reader.read(path, raw)), True
        except FileNotFoundError:
            return None
        except OSError as error:
            why = unreadable(path, error.strerror or str(error))
            return self.of_note(stub_note(path, why, self._settings)), False

    def _known(self, path: str, raw: bytes, gist: Gist) -> Gist:
        """The gist of these bytes, about nobody if the user wants nobody to be seen there."""
        if not self._settings.conventions.ignore or not is_person(gist):
            return gist
        return self.of_note(parse_raw(path, raw, self._settings))

    def of_note(self, note: Note) -> Gist:
        """The gist of a note that was read in full."""
        return self.reader.of_note(self.seen(note))
