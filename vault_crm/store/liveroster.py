"""The roster of a vault that is kept in memory: its notes are not read again, and just those are looked at
that were looked at since it was written last."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.core.gist import Gist
from vault_crm.core.heard import Piece
from vault_crm.core.model import Note
from vault_crm.store.gists import GistsOnDisk
from vault_crm.store.notes import own_pieces
from vault_crm.store.packed import Identity
from vault_crm.store.roster import Roster
from vault_crm.store.roster import Unfit
from vault_crm.store.rosterfile import begin_roster
from vault_crm.store.rosterfile import is_there
from vault_crm.store.rosterfile import save_roster
from vault_crm.store.rosterparts import DAMAGE
from vault_crm.store.scan import Fingerprint
from vault_crm.store.scan import Scan

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings
    from vault_crm.store.gists import Gists


class Seen(NamedTuple):
    """What a look came to: the walk as it is believed, the notes, the conflict copies, and the notes of which
    the fingerprint does not say yet whether they will change."""

    found: Scan
    notes: Mapping[str, Note]
    copies: Mapping[str, str]
    young: frozenset[str]


class LiveRoster:
    """Keeps the roster's file up to date. `doubted` are the notes that were looked at since."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self._root = os.fspath(root)
        self._settings = settings
        self._started = 0
        self._asked: set[str] = set()
        self._roster: Roster | None = None
        self._identity: Identity | None = None
        self.doubted: set[str] = set()

    def note_look(self, started: int, asked: set[str]) -> None:
        """When the last look began (nanoseconds since 1970), and which notes were read to tell copies."""
        self._started, self._asked = started, asked

    def save(self, seen: Seen, today: date) -> Identity | None:
        """Writes it, if it changed; which file it is, None if there is none."""
        gists = _GistsInMemory(self._root, seen, self._settings, self._asked)
        roster = self._roster
        try:
            if roster is None:
                roster = self._begin(seen.found, today, gists)
                roster.changed = True  # whoever wrote it did not say that it is complete
            else:
                roster.source = gists
                roster.follow_scan(seen.found, self._started, today, self.doubted)
        except Unfit:
            return None
        except BaseException:
            self._roster = None  # this one stopped half-way
            raise
        self._roster = roster
        self.doubted = set()
        if roster.changed or not is_there(self._root, self._identity):
            self._identity = save_roster(roster, None, complete=True)
            roster.changed = self._identity is None
        return self._identity

    def _begin(self, found: Scan, today: date, gists: Gists) -> Roster:
        roster, packed = begin_roster(self._root, self._settings, None, gists)
        try:
            if packed is not None:
                packed.check()  # once, so that nothing is found to be damaged later on
            roster.follow_scan(found, self._started, today)
        except DAMAGE:
            if packed is None:
                raise
            roster = Roster(self._root, self._settings, None, gists)
            roster.follow_scan(found, self._started, today)
        return roster


class _GistsInMemory(GistsOnDisk):
    def __init__(self, root: str, seen: Seen, settings: Settings, asked: set[str]) -> None:
        super().__init__(root, settings)
        self._at_sight = seen
        self._asked = asked

    def read(self, prints: Mapping[str, Fingerprint]) -> Iterator[tuple[str, Gist, bool]]:
        """See `store.gists.Gists`."""
        for path in prints:
            note = self._at_sight.notes.get(path)
            if note is not None:
                yield path, self.reader.of_note(note), path not in self._at_sight.young

    def copies(self, found: Scan) -> tuple[dict[str, str], set[str]]:  # noqa: ARG002
        """See `store.gists.Gists`."""
        return dict(self._at_sight.copies), self._asked

    def own(self, path: str) -> Sequence[Piece]:
        """See `store.gists.Gists`."""
        note = self._at_sight.notes.get(path)
        return own_pieces(note, self._settings) if note is not None else ()
