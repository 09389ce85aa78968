"""All-day events as content lines of iCalendar (RFC 5545, RFC 7986).

Nothing here depends on the clock: the same days are the same bytes, so that a calendar file in a vault is
quiet in git, and a subscription updates in place.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from datetime import timedelta

from vault_crm.core.intake.record import clean_line
from vault_crm.core.model import Birthday
from vault_crm.core.record import record
from vault_crm.core.vcard.text import escape_text

# The first leap year that every program's clock can count: a date without a year begins there.
UNKNOWN_YEAR = 1972
# Of what has no date of its last change, RFC 5545 (3.8.7.2) wants one all the same; it never moves.
UNCHANGED = date(1970, 1, 1)
# When an alarm rings: an all-day event begins at midnight, when nobody wants to hear of it.
ALARM_HOUR = 9

_HEAD = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//vault-crm//People//EN",
    "CALSCALE:GREGORIAN",
    "NAME:People",
    "X-WR-CALNAME:People",
    "REFRESH-INTERVAL;VALUE=DURATION:P1D",
    "X-PUBLISHED-TTL:P1D",
)


@record
class AllDay:
    """One event that lasts a whole day. `rule` is its RRULE ('' if it happens once), `stamp` the day on
    which it was last changed; texts are cleaned when they are written."""

    uid: str
    on: date
    summary: str
    category: str
    description: str = ""
    rule: str = ""
    stamp: date = UNCHANGED


def first_day(day: Birthday) -> date:
    """The day on which a yearly date begins: the day itself, without a year that of `UNKNOWN_YEAR`."""
    return date(UNKNOWN_YEAR if day.year is None else day.year, day.month, day.day)


def yearly_rule(day: Birthday, leap_day: str = "02-28") -> str:
    """The RRULE of a yearly date. 29 February recurs on the last day of February; with `leap_day` 03-01 on
    the 60th day of the year, which is 1 March where there is no 29 February."""
    if (day.month, day.day) != (2, 29):
        return "FREQ=YEARLY"
    return "FREQ=YEARLY;BYYEARDAY=60" if leap_day == "03-01" else "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"


def calendar_lines(events: Iterable[AllDay], alarm: int | None = None) -> Iterator[str]:
    """The content lines of a calendar, not yet folded. `alarm`: days before each event at which it rings, at
    nine in the morning; None for no alarms."""
    yield from _HEAD
    for event in events:
        yield from _event_lines(event, alarm)
    yield "END:VCALENDAR"


def _event_lines(event: AllDay, alarm: int | None) -> Iterator[str]:
    summary = escape_text(clean_line(event.summary))
    description = "\n".join(clean_line(line) for line in event.description.split("\n"))
    yield "BEGIN:VEVENT"
    yield f"UID:{event.uid}"
    yield f"DTSTAMP:{_day(event.stamp)}T000000Z"
    yield f"DTSTART;VALUE=DATE:{_day(event.on)}"
    if event.on < date.max:
        yield f"DTEND;VALUE=DATE:{_day(event.on + timedelta(days=1))}"
    if event.rule:
        yield f"RRULE:{event.rule}"
    yield f"SUMMARY:{summary}"
    if description:
        yield f"DESCRIPTION:{escape_text(description)}"
    yield f"CATEGORIES:{escape_text(event.category)}"
    yield "TRANSP:TRANSPARENT"
    if alarm is not None:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:{_trigger(alarm)}")
        yield from (f"DESCRIPTION:{summary}", "END:VALARM")
    yield "END:VEVENT"


def _trigger(days: int) -> str:
    """So many days before the event, at `ALARM_HOUR`, as a duration from its beginning at midnight."""
    if days < 1:
        return f"PT{ALARM_HOUR}H"
    whole = f"{days - 1}D" if days > 1 else ""
    return f"-P{whole}T{24 - ALARM_HOUR}H"


def _day(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"
