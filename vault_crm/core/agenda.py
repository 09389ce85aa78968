"""agenda(vault, today, settings) -> Agenda: who is where today (docs/vault-format.md, section 6).

Nothing here reads a clock. What is derived (due dates, statuses) is never stored anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date

from vault_crm.core.cadence import days_of
from vault_crm.core.diagnostics import sorted_diagnostics
from vault_crm.core.horizon import earlier
from vault_crm.core.horizon import good_until
from vault_crm.core.horizon import next_turn
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of as item_of
from vault_crm.core.status import latest_counted
from vault_crm.core.upcoming import dates_of
from vault_crm.core.upcoming import in_date_order
from vault_crm.core.upcoming import last_listed

RECENT = 5
ODD_BEFORE = date(1900, 1, 1)


class _Worked:
    """One person on one day: the item, the listed dates, what is odd about dates on that day, and when the
    dashboard will show something else of them (`turn`, None: never)."""

    __slots__ = ("dates", "item", "turn", "warnings")

    def __init__(self, person: Person, today: date, settings: Settings, limit: date | None) -> None:
        self.item = item_of(person, today, settings)
        coming = tuple(dates_of(person, today, settings)) if person.birthday or person.events else ()
        last = last_listed(today, settings)
        self.dates = tuple(item for item in coming if item.on <= last) if coming else ()
        self.turn = next_turn(self.item, today, settings, coming, limit)
        self.warnings = date_warnings(person, today)


class Reckoned:
    """What `agenda` worked out of each person, to be handed to it again the next time. A cache: whoever is
    the same object on the same day, with the same settings, is not worked out again."""

    def __init__(self) -> None:
        self._for: tuple[date, Settings] | None = None
        self._worked: dict[str, _Worked] = {}

    def work_out(self, people: Iterable[Person], today: date, settings: Settings) -> list[_Worked]:
        """Everybody on this day, in the order of the people."""
        before = self._worked if self._for == (today, settings) else {}
        worked: dict[str, _Worked] = {}
        for person in people:
            path = person.note.path
            known = before.get(path)
            if known is None or known.item.person is not person:
                known = _Worked(person, today, settings, None)
            worked[path] = known
        self._for, self._worked = (today, settings), worked
        return list(worked.values())


def agenda(vault: Vault, today: date, settings: Settings, known: Reckoned | None = None) -> Agenda:
    """Everybody's state on a day, in the vault's order (name, path); each person in exactly one status.

    With `known`, which is brought up to date, only people who are not the same objects as before are worked
    out; the agenda is the same with it and without."""
    people = vault.people
    worked = _once(people, today, settings) if known is None else known.work_out(people, today, settings)
    items = tuple(one.item for one in worked)
    turns = [one.turn for one in worked if one.turn is not None]
    return Agenda(
        today=today,
        items=items,
        dates=in_date_order(item for one in worked for item in one.dates),
        recent=most_recent(items),
        good_until=good_until(min(turns, default=None)),
        diagnostics=_diagnostics(vault, worked),
    )


def _once(people: Iterable[Person], today: date, settings: Settings) -> list[_Worked]:
    """Everybody on this day, if it is for one agenda only: of the turns just the first one has to be true."""
    worked = []
    first: date | None = None
    for person in people:
        one = _Worked(person, today, settings, first)
        first = earlier(one.turn, first)
        worked.append(one)
    return worked


def most_recent(items: Iterable[AgendaItem]) -> tuple[tuple[Evidence, Person], ...]:
    """The last few contacts, one a person, newest first; the dead and the archived are left in peace."""
    found = [(item.last, item.person) for item in items if item.last is not None and item.status != "gone"]
    if len(found) > RECENT:
        oldest = sorted(last.on for last, _ in found)[-RECENT]
        found = [pair for pair in found if pair[0].on >= oldest]
    found.sort(key=lambda pair: (-pair[0].on.toordinal(), fold(pair[1].name), pair[1].path))
    return tuple(found[:RECENT])


def _diagnostics(vault: Vault, worked: Iterable[_Worked]) -> tuple[Diagnostic, ...]:
    found = list(vault.diagnostics)
    for note in vault.notes.values():
        if note.diagnostics:
            found += note.diagnostics
    for one in worked:
        found += one.item.person.diagnostics
        found += one.warnings
    return sorted_diagnostics(found)


def date_warnings(person: Person, today: date) -> tuple[Diagnostic, ...]:
    """Last contacts that are passed over because they are still to come, and those that can hardly be meant.

    Only what the person's own note states: that a daily note of next week links somebody is a plan, not a
    mistake.
    """
    latest = latest_counted(today)
    if not person.evidence or (latest >= person.evidence[0].on and person.evidence[-1].on >= ODD_BEFORE):
        return ()
    found = []
    for evidence in person.evidence:
        if latest >= evidence.on >= ODD_BEFORE or evidence.span.path != person.path:
            continue
        what = "this log entry" if evidence.how == "log" else "the last contact"
        if evidence.on > latest:
            message = f"{what}, {evidence.on}, is still to come and is passed over until then"
            hint = "a date to come belongs into next_contact"
            found.append(Diagnostic("future-date", "warning", evidence.span, message, hint))
        else:
            message = f"{what}, {evidence.on}, is more than a century ago"
            found.append(Diagnostic("odd-date", "warning", evidence.span, message, "is the year right?"))
    return tuple(found)


def by_pressing(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The most pressing first: by days overdue ÷ cadence, then due date, then name."""
    return tuple(sorted(items, key=lambda item: (-item.ratio, _due(item), *_name(item))))


def by_dashboard(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The dashboard's order, which no day changes: the shortest cadence first, then due date, then name."""
    return tuple(sorted(items, key=lambda item: (_length(item), _due(item), *_name(item))))


def first_by_dashboard(items: Sequence[AgendaItem], count: int) -> tuple[AgendaItem, ...]:
    """The first so many in the dashboard's order. Only of those that could be among them the names are
    compared, which costs the most."""
    if not 0 < count < len(items):
        return by_dashboard(items)[:count]
    ranks = [(_length(item), _due(item)) for item in items]
    last = sorted(ranks)[count - 1]
    return by_dashboard(item for item, rank in zip(items, ranks, strict=True) if rank <= last)[:count]


def _length(item: AgendaItem) -> float:
    return math.inf if item.person.cadence is None else days_of(item.person.cadence)


def _due(item: AgendaItem) -> date:
    return item.due or date.max


def _name(item: AgendaItem) -> tuple[str, str]:
    return fold(item.person.name), item.person.path
