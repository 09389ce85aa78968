"""The roster: everybody in a vault with their state on a day, kept between runs in one packed file.

Each note stands in it with its fingerprint and its gist, and each person with a row. A look at the disk
(`store.glance`) says which notes are others than they were; these are read, and the people whom they are
about, or speak of, are worked out anew. Where a name or a path comes or goes, links can mean somebody else:
then all gists are joined again, and still no other note is read. On any doubt everything is read.
"""

from __future__ import annotations

import os
import stat
import time
from array import array
from collections import Counter
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Set
from datetime import date
from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.gist import NOTHING
from vault_crm.core.gist import Gist
from vault_crm.core.heard import NOBODY
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import about_whom
from vault_crm.core.heard import exchanged
from vault_crm.core.heard import hear_all
from vault_crm.core.heard import is_person
from vault_crm.core.heard import is_quiet
from vault_crm.core.heard import same_names
from vault_crm.core.roster import resolver_for
from vault_crm.core.roster import row_on
from vault_crm.core.rows import LATE
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.core.rows import Row
from vault_crm.core.rows import pressing_rows
from vault_crm.store.buckets import Buckets
from vault_crm.store.codec import pack_odd
from vault_crm.store.counting import Counted
from vault_crm.store.counting import uncounted
from vault_crm.store.gists import GistsOnDisk
from vault_crm.store.glance import COLUMNS
from vault_crm.store.glance import Glance
from vault_crm.store.rosterparts import Parts
from vault_crm.store.scan import Scan
from vault_crm.store.scan import dataless
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import racy
from vault_crm.store.scan import scan
from vault_crm.store.settings import template_folders
from vault_crm.store.stamps import racy_after
from vault_crm.store.together import read_together

if TYPE_CHECKING:
    from vault_crm.core.model import Person
    from vault_crm.core.settings import Settings
    from vault_crm.store.gists import Gists
    from vault_crm.store.packed import Packed
    from vault_crm.store.relisted import Relisted
    from vault_crm.store.scan import Fingerprint

_EMPTY: Mapping[str, Any] = {
    "day": 0, "folders": {}, "unsure_folders": ("",), "links": (), "shared": {}, "copies": {}, "asked": (),
    "one_device": True, "odd": (), "meant": 0,
}  # fmt: skip
# Notes of which at most one has changed: else to join all is quicker than to exchange the pieces of each.
_FEW = 16


class Unfit(Exception):
    """This vault cannot be kept as a roster: it is read in full, as ever."""


class Roster(Parts):
    """Everybody on `day` (an ordinal); brought up to date by `follow`,
    kept by `store.rosterfile.save_roster`."""

    def __init__(
        self, root: str, settings: Settings, packed: Packed | None = None, gists: Gists | None = None
    ) -> None:
        """As it was written to a file, or empty. Raises KeyError for a file that is another's."""
        self.root = root
        self.settings = settings
        super().__init__(packed)
        self.source = gists if gists is not None else GistsOnDisk(root, settings)
        self.counted: Counted = uncounted
        self.changed = False
        self._renumbered = self._joined = False
        self._late: list[Row] | None = None
        self._late_kept = packed is not None  # the part of the file still holds
        self._resolve: Callable[[str, str], str] | None = None
        self.said: dict[str, Any] | None = None  # of the settings, and what they were read from
        head = _EMPTY if packed is None else packed.head
        self.day: int = head["day"]
        self.folders: dict[str, int] = head["folders"]
        self.unsure_folders: tuple[str, ...] = head["unsure_folders"]
        self.links: tuple[str, ...] = head["links"]
        self.shared: dict[str, Fingerprint | None] = head["shared"]
        self.copies: dict[str, str] = head["copies"]
        self.asked = set(head["asked"])
        self.one_device: bool = head["one_device"]
        self.odd: tuple[tuple[Any, ...], ...] = head["odd"]  # what could not be looked into, packed

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Which number each path has."""
        return {path: at for at, path in enumerate(self.paths)}

    def follow(self, look: Glance | None, today: date) -> None:
        """Takes in what has changed since it was written, and works everybody out for a day. Raises
        Unfit."""
        if self.settings.plain_names:
            raise Unfit
        if look is not None and look.same:
            if look.paths is not None and look.prints is not None and self._packed is look.packed:
                self.paths, self.prints = look.paths, look.prints  # they were read for that look
            self._note_relisted(look.relisted)
            if look.fresh and self.day == today.toordinal():
                return
        started = time.time_ns()
        if not self.folders:
            from vault_crm.store.firstlook import first_look

            first_look(self, scan_of(self.root, self.settings, ask=False), started, today)
        elif look is None or not look.same or not self._follow_notes(look.changed, today):
            self.__dict__.pop("numbers", None)
            self.follow_scan(scan_of(self.root, self.settings), started, today)

    def _note_relisted(self, relisted: Relisted) -> None:
        """Takes in what folders say of themselves in which nothing has come or gone."""
        folders, unsure = {**self.folders, **relisted.folders}, tuple(relisted.unsure)
        self.changed = self.changed or folders != self.folders or unsure != self.unsure_folders
        self.folders, self.unsure_folders = folders, unsure

    def _follow_notes(self, changed: Iterable[int], today: date) -> bool:
        """Takes in notes that may have changed, in a vault in which none has come or gone; False if that
        cannot be said."""
        prints: dict[str, Fingerprint] = {}
        top = os.path.join(self.root, "")
        changed = list(changed)
        if "numbers" not in vars(self):
            # a number for each path is looked up for few: making all of them takes longer than the rest
            self.numbers = {self.paths[at]: at for at in changed if at >= 0}
        for at in changed:
            path = self.paths[at]
            if at < 0 or path in self.asked or path in self.shared:
                return False
            try:
                st = os.lstat(top + path)
            except OSError:
                return False
            if not stat.S_ISREG(st.st_mode) or st.st_nlink > 1 or dataless(st):
                return False
            prints[path] = fingerprint(st)
        self._take(prints, (), today)
        return True

    def take_in(self, paths: Iterable[str], today: date) -> bool:
        """Reads these notes again, and looks at nothing else: they were just written. False if that does not
        say it all; then a roster is to be made anew. Not to be saved: others may have written, too."""
        if self.shared:
            return False  # what was written may have other names
        try:
            changed = [self.paths.index(path) for path in paths]
        except ValueError:
            return False
        self.__dict__.pop("numbers", None)
        return self._follow_notes(changed, today)

    def follow_scan(self, found: Scan, started: int, today: date, believe: Set[str] | None = None) -> None:
        """Takes in what a walk found that began at `started` (nanoseconds). With `believe` just these notes
        are asked for again, whatever their time stamps say."""
        if found.evicted or self.settings.plain_names or not found.folders:  # none: the vault itself is gone
            raise Unfit
        copies, asked = self.source.copies(found)
        files = found.files
        if believe is None:
            known = dict(zip(self.paths, zip(*self.prints, strict=True), strict=True))
            there = {p for p, current in files.items() if known.get(p) != current or p in self.unsure}
            gone, came = known.keys() - files.keys(), files.keys() - known.keys()
        else:
            there = believe & files.keys()
            gone = {p for p in believe if p not in files and p in self.numbers}
            came = {p for p in there if p not in self.numbers}
        turned = (copies.keys() ^ self.copies.keys()) & files.keys()  # a copy is no note for links
        there |= turned
        self.changed = self.changed or bool(gone or came) or copies != self.copies or asked != self.asked
        self.asked = asked
        self.copies = copies
        self.note_walk(found, started)
        if came or gone:
            self._renumber(files)
        self._take({path: files[path] for path in there}, (*came, *gone, *turned), today)

    def note_walk(self, found: Scan, started: int) -> None:
        """Takes in what a walk that began at `started` says of folders and links."""
        files = found.files
        self.changed = self.changed or found.shared != self.shared
        self.shared = found.shared
        # Also those that lead to no note of their own: by way of a hidden folder they can be turned unseen.
        top = os.path.join(self.root, "")
        self.links = tuple(path for path in found.shared if path not in files or os.path.islink(top + path))
        self.one_device = len(found.devices) == 1
        odd = tuple(pack_odd(d) for d in found.diagnostics if d.severity == "error")
        self.changed = self.changed or odd != self.odd
        self.odd = odd
        # A folder is looked into after its time stamps are: what comes in the same tick could be missed.
        unsure = tuple(p for p, c in found.folders.items() if started - c <= racy_after(c))
        self.changed = self.changed or found.folders != self.folders or unsure != self.unsure_folders
        self.folders, self.unsure_folders = found.folders, unsure

    def _renumber(self, files: Mapping[str, Fingerprint]) -> None:
        if not self.paths:
            self.buckets = Buckets.for_notes(len(files))
        self.paths = list(files)
        self.prints = [array("q", column) for column in zip(*files.values(), strict=True)]
        if not files:
            self.prints = [array("q") for _ in range(COLUMNS)]
        self._renumbered = True
        self.__dict__.pop("numbers", None)
        self.unsure &= files.keys()

    # -- notes that were read again

    def _take(self, prints: Mapping[str, Fingerprint], moved: Collection[str], today: date) -> None:
        """Reads these notes, and joins what differs; `moved` are those that came or went, as a file or as a
        note."""
        self._resolve = None
        seen = time.time_ns()  # before any of them is read
        read = {path: print_ for path, print_ in prints.items() if path not in self.copies}
        before = {path: self.buckets.gist(path) for path in (*read, *moved)}
        now: dict[str, Gist] = {}
        certain: set[str] = set()
        for path, gist, is_certain in read_together(
            lambda some: self.source.read({path: read[path] for path in some}), list(read)
        ):
            now[path] = gist
            if is_certain:
                certain.add(path)
        for path in (*moved, *prints):
            if path in self.copies or path not in now:
                now.setdefault(path, NOTHING)
        self._note_prints(prints, certain, seen)
        other = {path: gist for path, gist in now.items() if before.get(path, NOTHING) != gist}
        few = len(other) * _FEW <= len(self.paths)
        if few and not moved and same_names(other, before) and self._exchange(other, before, today):
            return
        for path, gist in other.items():
            self.buckets.put_gist(path, gist)
        if moved or other or self.day != today.toordinal():
            self._join_all(today, set(other) | set(moved))

    def _note_prints(self, prints: Mapping[str, Fingerprint], certain: Collection[str], seen: int) -> None:
        if not prints:
            return
        for path, current in prints.items():
            at = self.numbers[path]
            for column, value in zip(self.prints, current, strict=True):
                if column[at] != value:
                    column[at] = value
                    self.changed = True
            young = seen - max(current[0], current[1]) <= racy(current)
            if young or (path not in certain and path not in self.copies):
                self.unsure.add(path)
            elif path in self.unsure:
                self.unsure.discard(path)
                self.changed = True

    # -- who is changed by it

    def _exchange(self, other: Mapping[str, Gist], before: Mapping[str, Gist], today: date) -> bool:
        """Works out anew those whom changed notes are about, or speak of, and those whose day has come; False
        if more has to be done."""
        if today.toordinal() < self.day:
            return False
        day = today.toordinal()
        touched = {path for path, gist in other.items() if is_person(gist)}
        heard: dict[str, list[Piece]] = {}
        for path, gist in other.items():
            for person, _ in self._about_whom(path, before[path]):
                heard.setdefault(person, [])
            for person, piece in self._about_whom(path, gist):
                heard.setdefault(person, []).append(piece)
        new_heard: dict[str, Heard] = {}
        for person, pieces in heard.items():
            found = exchanged(self.buckets.heard(person), other.keys(), pieces, day)
            if found is None:
                return False
            if found != self.buckets.heard(person):
                new_heard[person] = found
        for path, gist in other.items():
            self.buckets.put_gist(path, gist)
        for person, found in new_heard.items():
            self.buckets.put_heard(person, found)
        touched |= new_heard.keys()
        if day != self.day:
            touched |= {path for path, row in self.rows.items() if row[UNTIL] <= day}
        for path in touched:
            self._put_row(path, self.work_out(path, self.buckets.gist(path), self.buckets.heard(path), today))
        if day != self.day:
            self._forget_late()
        self.changed = self.changed or bool(other) or day != self.day
        self.day, self._resolve = day, None
        return True

    def _about_whom(self, path: str, gist: Gist) -> Iterable[tuple[str, Piece]]:
        if is_quiet(gist):
            return ()  # most are; then it need not be read what links mean
        return about_whom(path, gist, self.settings.dated_notes, self.meant, self.whom)

    def _put_row(self, path: str, row: Row) -> None:
        if row[STATUS] in LATE or self.rows[path][STATUS] in LATE:
            self._forget_late()
        self.rows[path] = row

    def _forget_late(self) -> None:
        self._late, self._late_kept = None, False

    def whom(self, target: str, path: str) -> str:
        """The person that a link in a note means, '' if nobody or several."""
        if self._resolve is None:
            self._resolve = resolver_for(self.notes(), self.buckets.gists())
        return self._resolve(target, path)

    def _join_all(self, today: date, other: Collection[str]) -> None:
        """Joins all gists anew; a row that is as it was is kept."""
        gists, day = self.buckets.gists(), today.toordinal()
        self.meant, self._resolve, self._joined = {}, None, True
        whom = resolver_for(self.notes(), gists)
        heard = hear_all(gists, day, self.settings.dated_notes, self.meant, whom)
        before = self.buckets.all_heard() if self.rows else {}
        rows: dict[str, Row] = {}
        for path, gist in gists.items():
            if not is_person(gist):
                continue
            found, row = heard.get(path, NOBODY), self.rows.get(path)
            same = row is not None and path not in other and found == before.get(path, NOBODY)
            if row is None or not same or not self.day <= day < row[UNTIL]:
                row = self.work_out(path, gist, found, today)
            rows[path] = row
        for path in before.keys() | heard.keys():
            if before.get(path) != heard.get(path):
                self.buckets.put_heard(path, heard.get(path, NOBODY))
        self.rows, self.day, self.changed = rows, day, True
        self._forget_late()

    def work_out(self, path: str, gist: Gist, heard: Heard, today: date) -> Row:
        """Somebody's row on a day."""
        return row_on(path, gist, heard, today, self.settings, self.source.own)

    def person(self, path: str) -> Person | None:
        """Somebody in full, by the note as it is now; of what others say the newest is there. None if the
        note is gone, or about nobody."""
        return self.source.person(path, self.buckets.heard(path))

    def unchanged_parts(self) -> Iterator[tuple[str, bytes]]:
        """Parts of the file it was read from, with what is in them still."""
        if self._packed is None:
            return
        if self._late_kept:
            yield "late", self._packed.raw("late")
        if not self._renumbered:
            yield "paths", self._packed.raw("paths")
        if not self._joined and self.count_meant() == self._packed.head["meant"]:
            yield "meant", self._packed.raw("meant")

    def count_meant(self) -> int:
        """How many links it is known of whom they mean; what was not asked for is not read for that."""
        if self._packed is not None and "meant" not in vars(self):
            return int(self._packed.head["meant"])
        return len(self.meant)

    def late(self) -> list[Row]:
        """Who is overdue, the most pressing first."""
        if self._late is None:
            self._late = pressing_rows((row for row in self.rows.values() if row[STATUS] in LATE), self.day)
        return self._late

    def counts(self) -> dict[str, int]:
        """How many people have each status."""
        return dict(Counter(map(itemgetter(STATUS), self.rows.values())))

    def notes(self) -> Iterator[str]:
        """The paths of all notes that are read."""
        return (path for path in self.paths if path not in self.copies)


def scan_of(root: str, settings: Settings, ask: bool = True) -> Scan:
    """A walk over the vault; `ask` as in `scan`."""
    return scan(root, template_folders(settings), ask)
