"""The words of the terminal: spans of time, days, what was last said. All screens speak alike."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from vault_crm.core.late import late
from vault_crm.core.rows import HOW
from vault_crm.core.rows import KIND
from vault_crm.core.rows import LAST
from vault_crm.core.rows import NEXT
from vault_crm.core.rows import TEXT
from vault_crm.core.rows import Row

if TYPE_CHECKING:
    from vault_crm.core.model import Agenda
    from vault_crm.core.model import Cadence
    from vault_crm.core.model import DateItem

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

# [[target|shown]], [[folder/target]], [shown](target): on a screen only what is shown matters.
_WIKILINK = late(r"!?\[\[(?:[^\[\]|]*[|/])?([^\[\]|]+)\]\]")
_LINK = late(r"!?\[([^\[\]]+)\]\([^()\s]*\)")
_WEEKS_UNTIL = 63  # from here on months
_MONTHS_UNTIL = 730  # from here on years


def count(number: int, word: str) -> str:
    """`1 week`, `2 weeks`."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def say_text(text: str) -> str:
    """A text from a note on one line, its links as they would be read."""
    line = " ".join(text.split())
    if "[" in line:
        line = _LINK.sub(r"\1", _WIKILINK.sub(r"\1", line))
    return line


def say_span(days: int) -> str:
    """A span of days as people say it: `3 days`, `1 week`, `19 days`, `5 weeks`, `5 months`, `3 years`."""
    days = abs(days)
    if days in (7, 14) or 21 <= days < _WEEKS_UNTIL:
        return count(round(days / 7), "week")
    if days < _WEEKS_UNTIL:
        return count(days, "day")
    if days < _MONTHS_UNTIL:
        return count(round(days / 30.436875), "month")
    return count(round(days / 365.2425), "year")


def say_day(day: date, today: date, iso: bool) -> str:
    """A day: ISO, or `20 Oct` (with its year where the month alone would mislead)."""
    if iso:
        return day.isoformat()
    near = abs((day - today).days) < 330
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if near else f" {day.year}")


def say_coming_day(day: date, iso: bool) -> str:
    """A day soon to come, of even width: ISO with weekday, or `Tue 24 Nov`."""
    weekday = WEEKDAYS[day.weekday()][:3]
    return f"{day.isoformat()} {weekday}" if iso else f"{weekday} {day.day:>2} {MONTHS[day.month - 1]}"


def say_long_day(day: date) -> str:
    """`Sunday 22 November 2026`."""
    return f"{WEEKDAYS[day.weekday()]} {day.day} {LONG_MONTHS[day.month - 1]} {day.year}"


def say_source(how: str, kind: str) -> str:
    """What kind of contact it was: `call`, `daily note`, `Ana's log`; '' where only a property says so."""
    if kind:
        return kind
    return "" if how in ("property", "log") else how


def say_last(row: Row, today: date, iso: bool) -> str:
    """The last contact: `20 Oct call: knee is better`; '' if there was none."""
    if not row[LAST]:
        return ""
    return say_last_with(row, say_day(date.fromordinal(row[LAST]), today, iso))


def say_last_with(row: Row, day: str) -> str:
    """The last contact, its day as it is said here."""
    source = say_source(row[HOW], row[KIND])
    head = f"{day} {source}" if source else day
    text = say_text(row[TEXT])
    if not text:
        return head
    return f"{head}: {text}" if source else f"{head} {text}"


@cache
def iso_day(ordinal: int) -> str:
    """A day as `2026-11-22`; lists say few of them, again and again."""
    return date.fromordinal(ordinal).isoformat()


def say_next(row: Row) -> str:
    """What to bring up next time, on one line; '' if nothing is noted."""
    return "; ".join([say_text(text) for text in row[NEXT]]) if row[NEXT] else ""


def say_cadence(cadence: Cadence | None) -> str:
    """A cadence in a list: `2 weeks`, `never`, '' for none."""
    if cadence is None:
        return ""
    from vault_crm.core.cadence import format_cadence

    return format_cadence(cadence)


def say_date_item(item: DateItem) -> str:
    """`turns 38`, `birthday`, `wedding, 10 years`: what a coming date is about, without the name."""
    if item.what == "birthday":
        return "birthday" if item.years is None else f"turns {item.years}"
    return item.what if not item.years else f"{item.what}, {count(item.years, 'year')}"


def say_dated(item: DateItem) -> str:
    """The same with the name: `Ben Okafor turns 38`, `Lucía Ferrer, birthday`."""
    words = say_date_item(item)
    return f"{item.person.name} {words}" if words.startswith("turns ") else f"{item.person.name}, {words}"


def say_counts(agenda: Agenda) -> str:
    """`12 overdue · 3 due soon · 1 never contacted · 2 need attention`, without the zeros."""
    overdue = len(agenda.with_status("overdue", "long-overdue"))
    today = len(agenda.with_status("today"))
    soon = len(agenda.with_status("soon"))
    never = len(agenda.with_status("never"))
    attention = len(agenda.with_status("attention"))
    parts = [
        f"{overdue} overdue" if overdue else "",
        f"{today} due today" if today else "",
        f"{soon} due soon" if soon else "",
        f"{never} never contacted" if never else "",
        f"{attention} need{'s' if attention == 1 else ''} attention" if attention else "",
    ]
    return " · ".join(part for part in parts if part) or "nobody is waiting"
