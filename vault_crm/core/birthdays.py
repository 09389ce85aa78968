"""Birthdays and events: yearly dates with or without a year, ages, and 29 February."""

from __future__ import annotations

import re
from datetime import date

from vault_crm.core.dates import NO_DATE
from vault_crm.core.dates import clip
from vault_crm.core.dates import parse_date
from vault_crm.core.late import late
from vault_crm.core.model import Birthday
from vault_crm.core.model import Event
from vault_crm.core.model import Value

# Apple's address book writes this year where none is known: a leap year, so that 29 February fits.
NO_YEAR = 1604
_YEARLESS = late(r"(?:--|[xX]{4}-|[yY]{4}-|\?{4}-|0000-)?([0-9]{1,2})-([0-9]{1,2})|--([0-9]{2})([0-9]{2})")
_EVENT = late(
    r"\s*(?P<date>\[\[[^\[\]]*\]\]|(?:[0-9xX?]{4}|-)?-?[0-9]{1,2}-[0-9]{1,2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2})"
    r"(?:\s*[:,–—]\s*|\s+-\s+|\s+|$)(?P<text>.*)",
    re.DOTALL,
)


def parse_birthday(value: Value) -> Birthday | None:
    """A yearly date: `1984-05-12`; without its year `05-12`, `--05-12`, `XXXX-05-12`; with 1604 for no year.

    None if it is empty or says that it is not known. Raises ValueError saying what would be right.
    """
    if isinstance(value, tuple) and len(value) <= 1:
        value = value[0] if value else None
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a birthday is a date; write 1984-05-12, or 05-12 without the year")
    bare = value.strip().strip("\"'").strip()
    if bare.casefold() in NO_DATE:
        return None
    if not (bare[:4].isdecimal() and bare[4:5] == "-" and bare[:4] != "0000"):  # most have their year
        yearless = _YEARLESS.fullmatch(bare)
        if yearless:
            return _without_year(bare, int(yearless[1] or yearless[3]), int(yearless[2] or yearless[4]))
        if re.fullmatch(r"[0-9]{1,2}[/.][0-9]{1,2}\.?", bare):
            raise ValueError(f"{bare}: write the month first, then the day, like 05-12")
    try:
        day = parse_date(bare)
    except ValueError as problem:
        raise ValueError(
            str(problem).replace("2026-03-14", "1984-05-12, or 05-12 without the year")
        ) from None
    if day is None:
        return None
    return Birthday(day.month, day.day, None if day.year == NO_YEAR else day.year)


def _without_year(bare: str, month: int, day: int) -> Birthday:
    try:
        date(NO_YEAR, month, day)
    except ValueError:
        swapped = f"; the month comes first: {day:02}-{month:02}?" if 1 <= day <= 12 < month <= 31 else ""
        raise ValueError(f"{clip(bare)} is not a day of the calendar{swapped}") from None
    return Birthday(month, day)


def format_birthday(birthday: Birthday) -> str:
    """What we write: `1984-05-12`, or `05-12` without a year."""
    day = f"{birthday.month:02}-{birthday.day:02}"
    return day if birthday.year is None else f"{birthday.year:04}-{day}"


def parse_event(text: str) -> Event:
    """A life event: `2027-04-01 sabbatical starts` happens once, `06-14 wedding anniversary` every year.

    Raises ValueError saying what would be right.
    """
    found = _EVENT.fullmatch(text)
    if not found:
        raise ValueError(
            f'"{clip(text)}" does not begin with a date; '
            'write "2027-04-01 TEXT", or "06-14 TEXT" for every year'
        )
    words = " ".join(found["text"].split())
    if not words:
        raise ValueError(f'"{clip(text)}" does not say what happens then; write "{found["date"]} TEXT"')
    yearly = parse_birthday(found["date"])
    if yearly is None:
        raise ValueError(f'"{clip(text)}" does not begin with a date; write "2027-04-01 TEXT"')
    if yearly.year is None:
        return Event(words, yearly=yearly)
    return Event(words, on=date(yearly.year, yearly.month, yearly.day))


def next_on(birthday: Birthday, today: date, leap_day: str = "02-28") -> date:
    """The next day, today included, on which it is shown; `date.max` if the calendar ends before.

    In years without a 29 February, that day is shown on `leap_day` (`02-28` or `03-01`).
    """
    for year in (today.year, today.year + 1):
        if year > date.max.year:
            break
        shown = _shown_in(birthday, year, leap_day)
        if shown >= today:
            return shown
    return date.max


def _shown_in(birthday: Birthday, year: int, leap_day: str) -> date:
    try:
        return date(year, birthday.month, birthday.day)
    except ValueError:
        return date(year, 3, 1) if leap_day == "03-01" else date(year, 2, 28)


def years_on(birthday: Birthday, on: date) -> int | None:
    """The age or the number of the anniversary on that day; None without a year, or before the first one."""
    if birthday.year is None or on.year <= birthday.year:
        return None
    return on.year - birthday.year
