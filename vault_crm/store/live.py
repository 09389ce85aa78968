"""A vault kept in memory by a process that stays: the same scan and diff as everywhere, whenever it is asked.

An editor's save in steps, a checkout or a sync program can be caught half-way. A note that seems to be gone,
empty or broken, and was not before, is held as it was until it has been so for a while.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path
from sys import intern
from typing import TYPE_CHECKING

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Vault
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.vault import Assembly
from vault_crm.store.cache import Index
from vault_crm.store.cache import Survey
from vault_crm.store.cache import cache_key
from vault_crm.store.codec import pack_odd
from vault_crm.store.codec import unpack_odd
from vault_crm.store.copies import report
from vault_crm.store.liveroster import LiveRoster
from vault_crm.store.liveroster import Seen
from vault_crm.store.load import Reader
from vault_crm.store.load import in_order
from vault_crm.store.load import index_path
from vault_crm.store.notes import without_ignored
from vault_crm.store.scan import Fingerprint
from vault_crm.store.scan import Scan
from vault_crm.store.scan import scan
from vault_crm.store.settings import template_folders

if TYPE_CHECKING:
    from datetime import date

    from vault_crm.core.settings import Settings
    from vault_crm.store.watching import Identity

HOLD = 0.8  # seconds for which a note that seems gone, empty or broken is held as it was


@record
class Look:
    """What one look found: the notes that changed since the last, and those that are held as they were."""

    changed: frozenset[str] = frozenset()
    held: frozenset[str] = frozenset()


class LiveVault:
    """The vault of a folder, kept up to date by `look`. `clock` gives seconds that only ever go forward."""

    def __init__(self, root: Path, settings: Settings, clock: Callable[[], float]) -> None:
        self._root = root
        self._settings = settings
        self._clock = clock
        self._index = Index(index_path(root), cache_key(settings))
        self._assembly = Assembly(settings)
        self._vault: Vault | None = None
        self._notes: dict[str, Note] = {}
        self._prints: dict[str, Fingerprint] = {}
        self._young: set[str] = set()  # looked at again whatever their time stamps say
        self._doubts: dict[str, float] = {}  # since when a note is held as it was
        self._copies: dict[str, str] = {}
        self._copy_doubts: dict[str, float] = {}  # since when a note is held as a copy, or as none
        self._unassembled: set[str] = set()
        self._survey: Survey | None = None
        self._one_device = True
        self._roster = LiveRoster(root, settings)
        self.last = Look()
        self.believe_next = False  # the next `load` holds nothing

    def load(self) -> Vault:
        """The vault as it is now. The very same object as before if nothing has changed."""
        self.look(self.believe_next)
        self.believe_next = False
        assert self._vault is not None
        return self._vault

    def look(self, believe: bool = False) -> Look:
        """Looks at the disk. With `believe` nothing is held: whoever changed the notes is known to be
        done."""
        started = time.time_ns()
        found = scan(self._root, template_folders(self._settings))
        reader = Reader(self._root, self._settings, self._index)
        first = self._vault is None
        self._take(found, reader, believe or first)
        found.diagnostics += [report(path, original) for path, original in self._copies.items()]
        odd = [pack_odd(d) for d in in_order(found.diagnostics)]
        changed = frozenset(self._unassembled)
        if first or changed or self._survey is None or odd != self._survey.odd:
            self._assemble(changed, found.diagnostics)
        self._survey = Survey(found.folders, found.shared, odd)
        self._one_device = len(found.devices) == 1
        self._roster.note_look(started, reader.asked)
        self.last = Look(changed, frozenset((*self._doubts, *self._copy_doubts)))
        return self.last

    def read_ahead(self, seconds: float) -> None:
        """Reads notes that changed, for so long, and believes none of it yet: while somebody is about to
        change many, so that less is left for the look afterwards."""
        until = self._clock() + seconds
        found = scan(self._root, template_folders(self._settings))
        reader = Reader(self._root, self._settings, self._index, waiting=0)
        for path, current in found.files.items():
            if self._prints.get(path) != current and not self._index.has(path, current):
                reader.read(path, found)
                if self._clock() >= until:
                    return

    def save(self) -> Identity | None:
        """Writes the index, if it changed; its identity, if it is on the disk and stands for all that the
        last look found."""
        if self.last.held:
            return None
        self._index.keep_only(self._notes)
        # What changes below another mount is not always told here.
        complete = self._one_device and len(self._index) == len(self._notes)
        saved = self._index.save(self._survey if complete else None)
        return self._index.identity if saved and complete else None

    def save_roster(self, today: date) -> Identity | None:
        """Writes everybody's state on a day, if it changed, beside an index that was just saved; which file
        holds it, None if none does."""
        assert self._survey is not None
        odd = [unpack_odd(row) for row in self._survey.odd]
        found = Scan(self._prints, {}, self._survey.folders, {0}, self._survey.shared, odd)
        seen = Seen(found, self._notes, self._copies, frozenset(self._young))
        return self._roster.save(seen, today)

    def _take(self, found: Scan, reader: Reader, believe: bool) -> None:
        """Takes in what differs from the last look."""
        prints = {**found.files, **found.evicted} if found.evicted else found.files
        now = self._clock()
        copies = self._steady_copies(reader.copies(found), prints, believe, now)
        suspects = self._suspects(prints, copies)
        known = self._prints
        came = {p: prints[p][3] for p in suspects if p in prints}
        moved = {inode for p, inode in came.items() if p not in known or known[p][3] != inode}
        self._roster.doubted |= suspects
        for path in map(intern, sorted(suspects)):
            note, current = None, prints.get(path)
            certain = True
            if current is not None and path not in copies:
                note = self._unless_ignored(reader.read(path, found))
                certain = note is not None and self._index.certain(path, current)
            held = path in self._copy_doubts
            if not (held or believe or path in copies):
                held = self._is_held(path, note, current, moved, now)
            if not held:
                self._believe(path, note, current)
            if certain and not held:
                self._young.discard(path)
            else:
                self._young.add(path)
        self._copies = copies

    def _steady_copies(
        self, found: dict[str, str], prints: Mapping[str, Fingerprint], believe: bool, now: float
    ) -> dict[str, str]:
        """The conflict copies of a scan. A note that seems to have become one, or to be none any more, is
        held as it was, too: it may be the other note that is half-way through being saved."""
        before = self._copies
        differing = (found.keys() ^ before.keys()) & prints.keys() & self._prints.keys()
        if believe or not differing:
            self._copy_doubts = {}
            return found
        since = {path: self._copy_doubts.get(path, now) for path in differing}
        self._copy_doubts = {path: then for path, then in since.items() if now - then < HOLD}
        copies = {path: original for path, original in found.items() if path not in self._copy_doubts}
        return copies | {path: before[path] for path in self._copy_doubts if path in before}

    def _suspects(self, prints: Mapping[str, Fingerprint], copies: Mapping[str, str]) -> set[str]:
        """The paths to look at: what differs, came or went, or was too young to be believed for good."""
        before = self._prints
        found = {path for path, current in prints.items() if before.get(path) != current}
        found |= before.keys() - prints.keys()
        if copies != self._copies:
            found |= (copies.keys() ^ self._copies.keys()) & prints.keys()
        return found | self._young

    def _is_held(
        self, path: str, note: Note | None, current: Fingerprint | None, moved: set[int], now: float
    ) -> bool:
        """True while it is too early to believe that a note is gone, empty or broken."""
        old, before = self._notes.get(path), self._prints.get(path)
        if old is None or before is None:
            return False
        if current is None and before[3] in moved:
            return False  # it has another name now
        if note is not None and not (current and _emptied(before, current)) and not _broken(old, note):
            return False
        return now - self._doubts.setdefault(path, now) < HOLD

    def _believe(self, path: str, note: Note | None, current: Fingerprint | None) -> None:
        self._doubts.pop(path, None)
        if current is None:
            self._prints.pop(path, None)
        else:
            self._prints[path] = self._index.shared(path, current)
        if note != self._notes.get(path):
            self._unassembled.add(path)
            if note is None:
                self._notes.pop(path, None)
            else:
                self._notes[path] = note

    def _unless_ignored(self, note: Note | None) -> Note | None:
        ignore = self._settings.conventions.ignore
        return without_ignored({note.path: note}, ignore)[note.path] if note and ignore else note

    def _assemble(self, changed: Iterable[str], odd: Iterable[Diagnostic]) -> None:
        notes = {path: self._notes[path] for path in sorted(self._notes)}
        try:
            vault = self._assembly.update(notes, frozenset(changed))
        except BaseException:
            self._assembly = Assembly(self._settings)  # this one stopped half-way
            raise
        self._vault = replace(vault, diagnostics=(*vault.diagnostics, *in_order(odd)))
        self._unassembled.clear()


def _emptied(before: Fingerprint, now: Fingerprint) -> bool:
    return before[2] > 0 and now[2] == 0


def _broken(old: Note, new: Note) -> bool:
    known = {d.code for d in old.diagnostics}
    return any(d.severity == "error" and d.code not in known for d in new.diagnostics)
