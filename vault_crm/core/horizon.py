"""Until when a dashboard holds if nothing is logged.

The date must itself not depend on the day on which it is worked out, as long as nothing on the page changes:
else the page would differ from day to day. So what counts is exactly what the page shows: who stands in which
section, on which contact it goes back, and which dates are listed. That somebody due soon is due today
changes no section.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date

from vault_crm.core.cadence import due_after
from vault_crm.core.dates import add
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of
from vault_crm.core.status import soon_days
from vault_crm.core.upcoming import dates_of

# Statuses that are no section of the dashboard, and those that share one.
_SECTIONS = {"today": "soon", "paused": "", "untracked": "", "snoozed": "", "fine": ""}


def section_of(item: AgendaItem) -> str:
    """The dashboard section that a person stands in, '' if in none."""
    return "" if item.status == "gone" else _SECTIONS.get(item.status, item.status)


def good_until(items: Iterable[AgendaItem], today: date, settings: Settings) -> date | None:
    """The last day on which everybody stands in the same section, goes back on the same contact, and the same
    dates are listed; None if nothing will ever change by itself. Nobody's days are counted one by one."""
    change: date | None = None
    for item in items:
        if item.status != "gone":
            change = _earlier(_next_change(item, today, settings, change), change)
            change = _earlier(_next_listing(item.person, today, settings), change)
    return None if change is None else add(change, -1, "day")


def _earlier(one: date | None, other: date | None) -> date | None:
    if one is None or other is None:
        return one or other
    return min(one, other)


def _shown(item: AgendaItem) -> tuple[str, Evidence | None]:
    return section_of(item), item.last


def _next_change(item: AgendaItem, today: date, settings: Settings, limit: date | None) -> date | None:
    """The first day after today on which the page shows something else of a person; None if not before
    `limit`.

    Between two turning points nothing can change, so only these are looked at, each time from the state
    there.
    """
    shown, day = _shown(item), today
    while True:
        turns = [turn for turn in _turning_points(item, settings) if turn > day]
        if not turns or (limit is not None and min(turns) >= limit):
            return None
        day = min(turns)
        item = item_of(item.person, day, settings)
        if _shown(item) != shown:
            return day


def _turning_points(item: AgendaItem, settings: Settings) -> Iterator[date]:
    """Days on which a status or the last contact can change, seen from this state (earlier ones may be among
    them)."""
    person = item.person
    newest = item.last.on if item.last else date.min
    for evidence in person.evidence:
        if evidence.on <= newest:
            break
        if evidence.counts:
            yield add(evidence.on, -1, "day")
    if person.snooze_until is not None:
        yield person.snooze_until
    if person.met is not None and item.last is None:
        yield add(person.met, -1, "day")
    if item.due is not None and item.due < date.max:
        yield add(item.due, -soon_days(person.cadence, settings), "day")
        yield item.due
        yield add(item.due, 1, "day")
        if person.cadence is not None:
            yield max(due_after(item.due, person.cadence), add(item.due, 1, "day"))


def _next_listing(person: Person, today: date, settings: Settings) -> date | None:
    """The first day after today on which one of the person's dates joins the list or leaves it."""
    change: date | None = None
    for item in dates_of(person, today, settings):
        enters = add(item.on, -settings.dates_days, "day")
        turn = enters if enters > today else add(item.on, 1, "day")
        if turn > today:
            change = _earlier(turn, change)
    return change
