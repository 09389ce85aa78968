"""From a dashboard into notes: each tick and command becomes a plan of its own, applied exactly once.

The note is written first. An entry that is in the log already (same date and words) is not written again, so
that a crash before the dashboard was written doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from datetime import datetime

from vault_crm.core.actions import plan_log
from vault_crm.core.actions import plan_next
from vault_crm.core.actions import plan_pause
from vault_crm.core.actions import plan_snooze
from vault_crm.core.body import lines_of
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import without_lines
from vault_crm.core.dashboard.wishes import Wish
from vault_crm.core.dashboard.wishes import dated
from vault_crm.core.dashboard.wishes import read_wish
from vault_crm.core.dates import add
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.log.edit import find_entry
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Person
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.text import decode
from vault_crm.core.verify import Allowed
from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.errors import VaultCrmError
from vault_crm.git.repo import is_tracked
from vault_crm.git.repo import line_date
from vault_crm.render.taken import Taken
from vault_crm.render.view import say_plainly
from vault_crm.render.weave import Kept
from vault_crm.render.whose import LinkedPeople
from vault_crm.store.locks import Busy
from vault_crm.store.store import Store
from vault_crm.store.swap import unsaved_swap

_TRIES = 3


@record
class Filed:
    """What one line of a dashboard became: who, and what was done ('2026-11-20 call: the boiler', 'paused');
    `briefly` is the same without what was said ('logged'). `again` is true where everything was in the notes
    already."""

    people: tuple[Person, ...]
    what: str
    again: bool = False
    briefly: str = ""

    def __str__(self) -> str:
        return f"{', '.join(p.name for p in self.people)}: {self.what}"


@record
class Outcome:
    """What became of an entry: `filed`, if it was applied, and what of it stays."""

    filed: Filed | None = None
    kept: Kept | None = None


class TickDay:
    """On which day a line of one dashboard was ticked, where nothing on it says so."""

    def __init__(
        self, store: Store, path: str, today: date, explicit: bool, raw: bytes | None = None
    ) -> None:
        """`raw` is the page as it was read: on the disk its lines may have moved since."""
        self._raw = raw
        self._store = store
        self._path = path
        self._today = today
        self._explicit = explicit
        self._tracked: bool | None = None

    def of(self, line: int) -> date:
        """The day of the commit that brought the line, else of the file's last change (unless the user says
        what day it is), else today. Never later than that, but for a commit of tomorrow: where it was made it
        is a day later already, and every device has to file it under the same day."""
        if self._tracked is None:
            self._tracked = is_tracked(self._store.root, self._path)
        found = line_date(self._store.root, self._path, line, self._raw) if self._tracked else None
        if found is not None:
            return min(found, add(self._today, 1, "day"))
        if not self._explicit:
            found = self._file_day()
        return min(found or self._today, self._today)

    def _file_day(self) -> date | None:
        zone = None
        if self._store.settings.timezone:
            from zoneinfo import ZoneInfo

            zone = ZoneInfo(self._store.settings.timezone)
        try:
            seconds = self._store.full_path(self._path).stat().st_mtime
            return datetime.fromtimestamp(seconds, zone).date()
        except (OSError, ValueError, OverflowError):
            return None

    def stamped(self, entry: Entry) -> Entry:
        """A ticked line that stays, with its day on it: the file is about to change, and its time with
        it."""
        if not entry.ticked or dated(entry):
            return entry
        stamp = f"✅ {self.of(entry.line).isoformat()}"
        text, behind = f"{entry.text} {stamp}", f"{entry.behind} {stamp}".strip()
        return replace(entry, text=text.strip(), behind=behind)


class Filing:
    """Applies the entries of one dashboard, one by one."""

    def __init__(
        self,
        store: Store,
        people: LinkedPeople,
        days: TickDay,
        today: date,
        may_touch: Callable[[str], bool] = lambda _: True,
        taken: Taken | None = None,
    ) -> None:
        """`may_touch` says of a note's path whether it may be written to now; where it may not, the entry
        stays as it is, and its people stand in `waiting`. What is in `taken` is not applied again, and what
        is applied goes there; whoever passes it can wait, and is told where a note changed just now."""
        self._store = store
        self._people = people
        self._days = days
        self._today = today
        self._may_touch = may_touch
        self._patient = taken is not None
        self._taken = Taken() if taken is None else taken
        self.waiting: list[Person] = []

    def keep(self, entry: Entry) -> Kept:
        """An entry as it stays where nothing is applied."""
        wish = read_wish(entry, self._today)
        problem = (wish.problem or self._people.of(entry).problem) if wish.waits else ""
        hint = say_plainly(problem) or (entry.hint if wish.waits else "")
        return Kept(entry, self._people.path_of(entry), hint)

    def file_all(self, entries: Sequence[Entry]) -> tuple[list[Outcome], list[VaultCrmError]]:
        """Applies entries one by one, and why some could not be saved: these stay. Raises CannotSave, Stale,
        Busy at once if nobody passed `taken`."""
        self._taken.on_page(map(self._read, entries))
        outcomes: list[Outcome] = []
        troubles: list[VaultCrmError] = []
        for entry in entries:
            try:
                outcomes.append(self.file(entry))
            except (Stale, Busy, CannotSave) as error:
                if not self._patient:
                    raise
                troubles.append(error)
                outcomes.append(Outcome(kept=self.keep(entry)))
        self._taken.will_stay(self._read(outcome.kept.entry) for outcome in outcomes if outcome.kept)
        return outcomes, troubles

    def _read(self, entry: Entry) -> tuple[Entry, Wish, str]:
        return entry, read_wish(entry, self._today), self._people.path_of(entry) or entry.text

    def file(self, entry: Entry) -> Outcome:
        """Applies one entry, or says in its hint why it stays. Raises CannotSave, Stale, Busy."""
        path = self._people.path_of(entry)
        _, wish, who = self._read(entry)
        if not wish.waits:
            return Outcome(kept=Kept(entry, path))
        whole, wanted = entry, wish
        if before := self._taken.commands(entry, who):
            entry = without_lines(entry, before)
            wish = read_wish(entry, self._today)
        wish = self._taken.left(wish, who)
        ticked = wanted.contact and not wish.contact
        if not wish.waits:
            return Outcome(kept=None if ticked else Kept(entry, path))
        whose = self._people.of(entry)
        if problem := wish.problem or whose.problem:
            return Outcome(kept=Kept(entry, path, say_plainly(problem)))
        if not all(self._may_touch(person.path) for person in whose.people):
            self.waiting += whose.people
            return Outcome(kept=Kept(entry, path))
        if problem := self._unsaved(whose.people):
            return Outcome(kept=Kept(entry, path, say_plainly(problem)))
        on = wish.on or self._taken.day(who) or (self._days.of(entry.line) if wish.contact else self._today)
        try:
            filed = self._apply(entry, wish, whose.people, on)
        except EditRefused as refused:
            if self._patient and isinstance(refused, Stale):
                raise
            where = f"{refused.path}:{refused.line}" if refused.line else refused.path
            return Outcome(kept=Kept(entry, path, say_plainly(f"{where}: {refused.reason}")))
        self._taken.add(whole, wanted, who, on)
        left = None if wish.contact or ticked else Kept(without_lines(entry, wish.taken), path)
        return Outcome(filed, left)

    def _unsaved(self, people: Sequence[Person]) -> str:
        for person in people:
            if unsaved_swap(self._store.root / person.path):
                return (
                    f"{person.path} is open in an editor with unsaved text; this is filed when that is saved"
                )
        return ""

    def _apply(self, entry: Entry, wish: Wish, people: tuple[Person, ...], on: date) -> Filed:
        for left in range(_TRIES - 1, -1, -1):
            filed, plan = self._plan(entry, wish, people, on)
            try:
                self._store.apply(plan)
                break
            except Stale:
                if not left:
                    raise
        return filed

    def _plan(self, entry: Entry, wish: Wish, people: tuple[Person, ...], on: date) -> tuple[Filed, Plan]:
        settings = self._store.settings
        staged = _Staged(self._store.read)
        head = people[:1] if entry.head else people
        done: list[str] = []
        briefly: list[str] = []
        if wish.contact:
            words = wish.words or settings.in_touch
            done.append(f"{on.isoformat()} {wish.kind + ': ' if wish.kind else ''}{words}")
            briefly.append("logged")
            for person in people:
                own = self._people.words_for(words, person, people[0] if entry.head else person)
                if not self._there(staged, person, on, wish.kind, own):
                    staged.add(plan_log(staged.read, (person,), on, wish.kind, own, settings))
        if wish.next_words:
            done.append(f"next time: {wish.next_words}")
            briefly.append("noted for next time")
            for person in head:
                staged.add(plan_next(staged.read, person, wish.next_words, settings))
        if wish.snooze_until:
            done.append(f"snoozed until {wish.snooze_until.isoformat()}")
            briefly.append(done[-1])
            staged.add(plan_snooze(staged.read, head, wish.snooze_until, settings))
        if wish.pause:
            done.append("paused")
            briefly.append(done[-1])
            staged.add(plan_pause(staged.read, head, settings))
        what = "; ".join(done)
        plan = staged.plan(f"{', '.join(p.name for p in people)}: {what}")
        return Filed(people, what, plan.empty, ", ".join(briefly)), plan

    def _there(self, staged: _Staged, person: Person, on: date, kind: str, words: str) -> bool:
        text = decode(staged.read(person.path))
        try:
            block = find_block(text)
        except BlockProblem:
            return False  # the plan will refuse, and say where
        lines = lines_of(text, block.after if block else 0)
        return find_entry(read_log(person.path, lines, self._store.settings), on, kind, words) is not None


class _Staged:
    """Several plans as one: each is made from the text that the ones before it would leave."""

    def __init__(self, read: Callable[[str], bytes]) -> None:
        self._read = read
        self._changes: dict[str, FileChange] = {}
        self._notes: list[str] = []

    def read(self, path: str) -> bytes:
        change = self._changes.get(path)
        return self._read(path) if change is None or change.result is None else change.result

    def add(self, plan: Plan) -> None:
        self._notes += plan.notes
        for change in plan.changes:
            before = self._changes.get(change.path)
            if before is not None:
                allowed = Allowed(
                    properties=before.allowed.properties | change.allowed.properties,
                    log_added=before.allowed.log_added + change.allowed.log_added,
                )
                change = FileChange(change.path, before.base, change.result, allowed)
            self._changes[change.path] = change

    def plan(self, title: str) -> Plan:
        return Plan(title, tuple(self._changes.values()), tuple(self._notes))
