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
from vault_crm.core.model import DateItem
from vault_crm.core.model import Evidence
from vault_crm.core.settings import Settings
from vault_crm.core.status import ONE_DAY
from vault_crm.core.status import item_of
from vault_crm.core.status import soon_days

# Statuses that are no section of the dashboard, and those that share one.
_SECTIONS = {"today": "soon", "paused": "", "untracked": "", "snoozed": "", "fine": ""}


def section_of(item: AgendaItem) -> str:
    """The dashboard section that a person stands in, '' if in none."""
    return "" if item.status == "gone" else _SECTIONS.get(item.status, item.status)


def next_turn(
    item: AgendaItem, today: date, settings: Settings, dates: Iterable[DateItem], limit: date | None
) -> date | None:
    """The first day after today on which the page shows something else of a person: another section, another
    last contact, or one of their `dates` (all that are to come) listed or no longer listed.

    None if nothing will ever change by itself. With a `limit` a day that is not before it may be left out.
    """
    if item.status == "gone":
        return None
    listing = _next_listing(dates, today, settings)
    return earlier(_next_change(item, today, settings, earlier(listing, limit)), listing)


def good_until(turn: date | None) -> date | None:
    """The last day before the first turn of all."""
    return None if turn is None else add(turn, -1, "day")


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two days, where None is never."""
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
        turn = min((turn for turn in _turning_points(item, settings) if turn > day), default=None)
        if turn is None or (limit is not None and turn >= limit):
            return None
        day = turn
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
    due, cadence = item.due, person.cadence
    if due is not None and due < date.max:
        yield add(due, -soon_days(cadence, settings), "day")
        yield due
        yield due + ONE_DAY
        if cadence is not None:
            yield max(due_after(due, cadence), due + ONE_DAY)


def _next_listing(dates: Iterable[DateItem], today: date, settings: Settings) -> date | None:
    """The first day after today on which one of these dates joins the list or leaves it."""
    change: date | None = None
    for item in dates:
        change = earlier(listing_turn(item.on, today, settings), change)
    return change


def listing_turn(on: date, today: date, settings: Settings) -> date | None:
    """The first day after today on which a date of that day joins the list of coming dates or leaves it."""
    enters = add(on, -settings.dates_days, "day")
    turn = enters if enters > today else add(on, 1, "day")
    return turn if turn > today else None
