"""No avalanche: the first dates of people who come in together, spread over their cadence.

By `next_contact`, never by contacts that nobody had.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date

from vault_crm.core.cadence import due_after
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.dates import parse_date
from vault_crm.core.intake.record import Record
from vault_crm.core.model import Cadence
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.settings import Settings
from vault_crm.core.triage import evenly


def first_dates(
    people: Iterable[tuple[int, str, date | None]], today: date, settings: Settings
) -> Mapping[int, date]:
    """First dates for people who get a cadence (number, cadence, day from which it counts): evenly over one
    cadence for those who would be due at once, those whose last contact was longest ago first. Whoever is
    not due yet has no need of one; a cadence that cannot be read or says never gives none."""
    groups: dict[Cadence, list[tuple[date, int]]] = {}
    for number, text, last in people:
        cadence = cadence_of(text, settings)
        if cadence is None or cadence.never:
            continue
        if last is None or due_after(last, cadence) <= today:
            groups.setdefault(cadence, []).append((last or date.min, number))
    first: dict[int, date] = {}
    for cadence, group in groups.items():
        numbers = [number for _, number in sorted(group)]
        first |= zip(numbers, evenly(len(numbers), cadence, today), strict=True)
    return first


def cadence_of(text: str, settings: Settings) -> Cadence | None:
    """A cadence as text; None if it is empty or cannot be read."""
    try:
        return parse_cadence(text, settings)
    except ValueError:
        return None


def last_told(record: Record, today: date) -> date | None:
    """The day from which the agenda would count, as far as a record tells it."""
    days = [entry.on for entry in record.entries]
    days += [day for name in ("last_contact", "met") if (day := _day(record.values.get(name)))]
    return max((day for day in days if day <= today), default=None)


def _day(value: Value) -> date | None:
    try:
        return parse_date(flat_text(value))
    except ValueError:
        return None
