"""Somebody on a day, as one plain tuple: all that a list shows, so that it can be printed as it was kept.

Days are ordinals, 0 is none. Nothing is imported here: a list that has not changed is printed without
anything else of this house.

    path     the note's path                    aliases  what links may call them beside their name
    status   as in `AgendaItem`                 due      the day they are due
    since    what it was counted from           per      days that are one whole cadence overdue (or a week)
    last     the last contact                   how, kind, text  where it is written, its type, its words
    next     what to ask                        once     True if there is no cadence
    days     birthdays and events: a day of every year as -(100 * month + day), any other as what it is
    until    the first day on which this may no longer hold
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Iterator

    from vault_crm.core.model import AgendaItem
    from vault_crm.core.model import Person

Row: TypeAlias = "tuple[Any, ...]"

PATH, NAME, ALIASES, STATUS, DUE, SINCE, PER, LAST, HOW, KIND, TEXT, NEXT, ONCE, DAYS, UNTIL = range(15)

FOREVER = 1 << 30  # later than any day
LATE = ("long-overdue", "overdue")


def row_of(item: AgendaItem, until: int = 0) -> Row:
    """Somebody's row; `until`: how long it holds, if that is known."""
    from vault_crm.core.cadence import days_of
    from vault_crm.core.status import ONE_OFF_DAYS

    person, last = item.person, item.last
    return (
        person.path,
        person.name,
        person.aliases,
        item.status,
        item.due.toordinal() if item.due else 0,
        item.since.toordinal() if item.since else 0,
        days_of(person.cadence) if person.cadence else ONE_OFF_DAYS,
        *((last.on.toordinal(), last.how, last.kind, last.text) if last else (0, "", "", "")),
        person.next,
        person.cadence is None,
        tuple(_days_of(person)) if person.birthday or person.events else (),
        until,
    )


def _days_of(person: Person) -> Iterator[int]:
    if person.birthday is not None:
        yield -(100 * person.birthday.month + person.birthday.day)
    for event in person.events:
        if event.yearly is not None:
            yield -(100 * event.yearly.month + event.yearly.day)
        elif event.on is not None:
            yield event.on.toordinal()


def pressing_rows(rows: Iterable[Row], today: int) -> list[Row]:
    """The most pressing first, as `core.agenda.by_pressing` has it: by days overdue ÷ cadence, then due date,
    then name."""

    def key(row: Row) -> tuple[float, int]:
        return -(today - row[DUE]) / row[PER] if row[DUE] else 0.0, row[DUE] or FOREVER

    found: list[Row] = []
    for _, alike in groupby(sorted(rows, key=key), key):
        several = list(alike)
        if len(several) > 1:
            from vault_crm.core.folding import fold

            several.sort(key=lambda row: (fold(row[NAME]), row[PATH]))
        found += several
    return found
