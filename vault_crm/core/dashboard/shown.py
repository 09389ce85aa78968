"""What dashboards show of a vault on a day, chosen but not yet put into words.

It can be made of the whole agenda, or of everybody's rows: then only those who stand on the page are looked
at more closely. Both are the same page; a property test says so.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from operator import itemgetter
from typing import Any

from vault_crm.core.agenda import RECENT
from vault_crm.core.agenda import by_dashboard
from vault_crm.core.agenda import first_by_dashboard
from vault_crm.core.agenda import most_recent
from vault_crm.core.birthdays import next_on
from vault_crm.core.folding import fold_all
from vault_crm.core.horizon import earlier
from vault_crm.core.horizon import good_until
from vault_crm.core.horizon import listing_turn
from vault_crm.core.horizon import next_turn
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Birthday
from vault_crm.core.model import DateItem
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.rows import DAYS
from vault_crm.core.rows import DUE
from vault_crm.core.rows import FOREVER
from vault_crm.core.rows import LAST
from vault_crm.core.rows import NAME
from vault_crm.core.rows import ONCE
from vault_crm.core.rows import PATH
from vault_crm.core.rows import PER
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.core.rows import Row
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of
from vault_crm.core.upcoming import dates_of
from vault_crm.core.upcoming import in_date_order
from vault_crm.core.upcoming import last_listed
from vault_crm.core.upcoming import listed_of

# The sections that list people, and who stands there.
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "long_overdue": ("long-overdue",),
    "overdue": ("overdue",),
    "due_soon": ("today", "soon"),
    "never": ("never",),
}
_APART = ("gone", "attention")  # of whom a row says no more than that they are there
_NO_DUE = date.max.toordinal()


@record
class Listing:
    """The part of a list that is shown, and how many more there are."""

    shown: tuple[Any, ...] = ()
    more: int = 0


@record
class Shown:
    """`people` are the items of each of `SECTIONS`, `dates` birthdays and events, `attention` pairs of a
    person and what is wrong; of each as many as the settings want. `counts` are the people by status;
    `is_private` says of a note's path whether it is about somebody private. `everybody` is only known where
    it is made of the whole agenda."""

    today: date
    good_until: date | None
    counts: Mapping[str, int]
    people: Mapping[str, Listing]
    dates: Listing
    attention: Listing
    recent: tuple[tuple[Evidence, Person], ...]
    is_private: Callable[[str], bool]
    everybody: tuple[AgendaItem, ...] = field(default=())


def shown_of(agenda: Agenda, settings: Settings) -> Shown:
    """What dashboards show of the whole agenda."""
    limit = settings.dashboard_limit
    by_status: dict[str, list[AgendaItem]] = {}
    for item in agenda.items:
        by_status.setdefault(item.status, []).append(item)
    people = {}
    for name, statuses in SECTIONS.items():
        found = [item for status in statuses for item in by_status.get(status, ())]
        people[name] = _cut(first_by_dashboard(found, limit or len(found)), len(found), limit)
    private = {item.person.path for item in agenda.items if item.person.private}
    return Shown(
        today=agenda.today,
        good_until=agenda.good_until,
        counts={status: len(items) for status, items in by_status.items()},
        people=people,
        dates=_cut(agenda.dates, len(agenda.dates), limit),
        attention=_attention(by_status.get("attention", ()), limit),
        recent=agenda.recent,
        is_private=private.__contains__,
        everybody=agenda.items,
    )


def _cut(found: Sequence[Any], count: int, limit: int) -> Listing:
    shown = tuple(found[: limit or count])
    return Listing(shown, count - len(shown))


def _attention(items: Iterable[AgendaItem], limit: int) -> Listing:
    found: list[tuple[Person, Diagnostic]] = [
        (item.person, problem)
        for item in by_dashboard(items)
        for problem in item.person.blockers or item.person.diagnostics[:1]
    ]
    return _cut(found, len(found), limit)


def shown_from(
    rows: Collection[Row],
    today: date,
    settings: Settings,
    somebody: Callable[[str], Person],
    is_private: Callable[[str], bool],
) -> Shown:
    """The same from everybody's rows of that day; `somebody` looks at a person more closely."""
    return _Choice(rows, today, settings, somebody).shown(is_private)


class _Choice:
    """Rows of one day, and the items of those of whom more was asked."""

    def __init__(
        self, rows: Collection[Row], today: date, settings: Settings, somebody: Callable[[str], Person]
    ) -> None:
        self._rows = rows
        self._today = today
        self._settings = settings
        self._somebody = somebody
        self._items: dict[str, AgendaItem] = {}
        self._by_status: dict[str, list[Row]] = {}
        for row in rows:
            self._by_status.setdefault(row[STATUS], []).append(row)
        self._stuck = [self._item(row[PATH]) for row in self._by_status.get("attention", ())]

    def shown(self, is_private: Callable[[str], bool]) -> Shown:
        """Everything that is shown."""
        limit = self._settings.dashboard_limit
        coming = self._coming()
        return Shown(
            today=self._today,
            good_until=good_until(self._turn(coming)),
            counts={status: len(rows) for status, rows in self._by_status.items()},
            people={name: self._section(statuses, limit) for name, statuses in SECTIONS.items()},
            dates=self._dates(coming, limit),
            attention=_attention(self._stuck, limit),
            recent=self._recent(),
            is_private=is_private,
        )

    def _item(self, path: str) -> AgendaItem:
        item = self._items.get(path)
        if item is None:
            item = self._items[path] = item_of(self._somebody(path), self._today, self._settings)
        return item

    def _section(self, statuses: Iterable[str], limit: int) -> Listing:
        rows = [row for status in statuses for row in self._by_status.get(status, ())]
        items = tuple([self._item(row[PATH]) for row in _first_rows(rows, limit or len(rows))])
        return Listing(items, len(rows) - len(items))

    def _coming(self) -> dict[int, list[Row]]:
        """Whose dates come on which day, today or later."""
        today, leap_day = self._today, self._settings.leap_day
        on: dict[int, int] = {}  # the day on which a date of every year comes next
        first = today.toordinal()
        found: dict[int, list[Row]] = {}
        for row in self._rows:
            if not row[DAYS] or row[STATUS] in _APART:
                continue
            for day in row[DAYS]:
                if day < 0:
                    if day not in on:
                        on[day] = next_on(Birthday(*divmod(-day, 100)), today, leap_day).toordinal()
                    day = on[day]
                if day >= first:
                    found.setdefault(day, []).append(row)
        return found

    def _turn(self, coming: Iterable[int]) -> date | None:
        """The first day after today on which a page shows something else."""
        today, settings, turn = self._today, self._settings, None
        for day in coming:
            turn = earlier(turn, listing_turn(date.fromordinal(day), today, settings))
        for item in self._stuck:
            dates = tuple(dates_of(item.person, today, settings))
            turn = earlier(turn, next_turn(item, today, settings, dates, turn))
        # Before the day until which a row holds, the page shows nothing else of that person.
        end = _ordinal(turn)
        for row in sorted((row for row in self._rows if row[UNTIL] < end), key=itemgetter(UNTIL)):
            if row[UNTIL] >= end:
                break
            turn = earlier(turn, next_turn(self._item(row[PATH]), today, settings, (), turn))
            end = _ordinal(turn)
        return turn

    def _dates(self, coming: Mapping[int, Sequence[Row]], limit: int) -> Listing:
        last = last_listed(self._today, self._settings).toordinal()
        listed = [(day, row[NAME], row[PATH]) for day, rows in coming.items() if day <= last for row in rows]
        stuck = [item for one in self._stuck for item in self._listed(one.person)]
        listed += [(item.on.toordinal(), item.person.name, item.person.path) for item in stuck]
        listed.sort()
        paths = dict.fromkeys(path for _, _, path in listed[: limit or len(listed)])
        items = in_date_order(item for path in paths for item in self._listed(self._item(path).person))
        return _cut(items[: limit or len(listed)], len(listed), limit)

    def _listed(self, person: Person) -> Iterable[DateItem]:
        return listed_of(person, self._today, self._settings)

    def _recent(self) -> tuple[tuple[Evidence, Person], ...]:
        """As `core.agenda` has it: of rows the newest few, and all that could be as new."""
        rows = [row for row in self._rows if row[LAST] and row[STATUS] not in _APART]
        if len(rows) > RECENT:
            oldest = sorted([row[LAST] for row in rows])[-RECENT]
            rows = [row for row in rows if row[LAST] >= oldest]
        return most_recent((*self._stuck, *(self._item(row[PATH]) for row in rows)))


def _first_rows(rows: Sequence[Row], count: int) -> list[Row]:
    """The first so many in the dashboard's order, as `core.agenda.first_by_dashboard` has it."""
    ranks = [(row[ONCE], row[PER], row[DUE] or _NO_DUE) for row in rows]
    if 0 < count < len(rows):
        last = sorted(ranks)[count - 1]
        among = [at for at, rank in enumerate(ranks) if rank <= last]
    else:
        among = list(range(len(rows)))
    keys = fold_all([rows[at][NAME] for at in among])
    order = sorted((ranks[at], key, rows[at][PATH], at) for at, key in zip(among, keys, strict=True))
    return [rows[at] for *_, at in order[:count]]


def _ordinal(turn: date | None) -> int:
    return FOREVER if turn is None else turn.toordinal()
