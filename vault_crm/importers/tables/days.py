"""Dates as other programs write them. What could be two days is not guessed at."""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta
from functools import cache
from typing import Literal

from vault_crm.core.birthdays import NO_YEAR
from vault_crm.core.birthdays import format_birthday
from vault_crm.core.dates import NO_DATE
from vault_crm.core.model import Birthday
from vault_crm.core.names import fold

Order = Literal["dmy", "mdy", "ymd", ""]

_TIME = re.compile(
    r"(?:[T\s]\s*|,\s*)\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[ap]\.?\s?m\.?)?\s*"
    r"(?:z|utc|gmt|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\.?|(\d{4})(\d{2})(\d{2})")
_YEARLESS = re.compile(
    r"(?:--|x{4}-|0000-)(\d{1,2})-(\d{1,2})|--(\d{2})(\d{2})|(\d{2})-(\d{2})", re.IGNORECASE
)
_NUMBERS = re.compile(r"(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})\.?")
_DAY_MONTH = re.compile(r"(\d{1,2})([/.])\s?(\d{1,2})\.?")
_NAMED = re.compile(
    r"(?:[^\W\d]+\.?,?\s+)?(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[\s-]+(?:de\s+)?([^\W\d]+)\.?(?:,?[\s-]+(?:de\s+)?(\d{4}))?"
)
_NAME_FIRST = re.compile(r"(?:[^\W\d]+,\s+)?([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}))?")
_LONGEST = 100  # characters: no date is longer, however it is written
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_NOTHING = NO_DATE | {
    "0/0/00",
    "0/0/0000",
    "00/00/00",
    "00/00/0000",
    "0000-00-00",
    "00.00.0000",
    "n/a",
    "null",
    "0",
}
_MONTHS = (
    "january jan januar janner janvier janv enero ene janeiro gennaio gen januari",
    "february feb februar feber fevrier fevr fev febrero fevereiro febbraio februari",
    "march mar marz mrz mars marzo marco maart mrt",
    "april apr avril avr abril abr aprile",
    "may mai mayo maio maggio mag mei",
    "june jun juni juin junio junho giugno giu",
    "july jul juli juillet juil julio julho luglio lug",
    "august aug aout agosto ago augustus",
    "september sep sept septembre septiembre setembro set settembre",
    "october oct oktober okt octobre octubre outubro out ottobre ott",
    "november nov novembre noviembre novembro",
    "december dec dezember dez decembre diciembre dic dezembro dicembre",
)


class Unclear(ValueError):
    """A date that could be two: only an order makes it one."""


def parse_day(text: str, order: str = "") -> Birthday | None:
    """A day, with or without its year; None where a program says so that there is none.

    `order` says what `3/4/2025` means; with dots the day always comes first. Raises Unclear (`3/4/2025`
    without an order), ValueError for what is no date.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"{text[:40]!r} ... is not a date")
    bare = _TIME.sub("", text.strip().strip("\"'")).strip()
    if bare.casefold() in _NOTHING:
        return None
    if found := _YEAR_FIRST.fullmatch(bare):
        return _on(bare, found[1] or found[4], found[2] or found[5], found[3] or found[6])
    if found := _YEARLESS.fullmatch(bare):
        return _on(bare, None, found[1] or found[3] or found[5], found[2] or found[4] or found[6])
    if found := _NUMBERS.fullmatch(bare):
        month, day = _month_and_day(bare, found[1], found[3], "dmy" if found[2] == "." else order)
        return _on(bare, _whole_year(bare, found[4]), month, day)
    if found := _DAY_MONTH.fullmatch(bare):
        month, day = _month_and_day(bare, found[1], found[3], "dmy" if found[2] == "." else order)
        return _on(bare, None, month, day)
    if named := _named(bare):
        return named
    if (found := _SERIAL.fullmatch(bare)) and 10_000 <= int(found[1]) < 80_000:
        # A spreadsheet's own number of a day; it counts from 1900, and believes in 29 February of that year.
        serial = date(1899, 12, 30) + timedelta(days=int(found[1]))
        return Birthday(serial.month, serial.day, serial.year)
    raise ValueError(f"{bare[:40]!r} is not a date")


def format_day(day: Birthday) -> str:
    """As it is written into a note: `1984-05-12`, `05-12` without a year."""
    return format_birthday(day)


def order_told_by(text: str) -> Order:
    """The order of dates that this one shows: its day is past the twelfth. '' if it does not tell."""
    if len(text) > _LONGEST:
        return ""
    found = _NUMBERS.fullmatch(_TIME.sub("", text.strip()).strip())
    if found is None or found[2] == ".":
        return ""
    first, second = int(found[1]), int(found[3])
    if 12 < first <= 31 and 1 <= second <= 12:
        return "dmy"
    return "mdy" if 12 < second <= 31 and 1 <= first <= 12 else ""


def _month_and_day(bare: str, first: str, second: str, order: str) -> tuple[str, str]:
    if not order and first != second:
        order = "dmy" if int(first) > 12 else "mdy" if int(second) > 12 else ""
        if not order:
            raise Unclear(f"{bare} may be the {first}. or the {second}. of a month")
    return (second, first) if order == "dmy" else (first, second)


def _whole_year(bare: str, year: str) -> str:
    if len(year) == 2:
        raise ValueError(f"{bare}: nobody knows which century {year} is in")
    return year


def _on(bare: str, year: str | None, month: str, day: str) -> Birthday:
    whole = int(year or 0) or NO_YEAR
    try:
        date(whole, int(month), int(day))
    except ValueError:
        raise ValueError(f"{bare[:40]!r} is not a day of the calendar") from None
    return Birthday(int(month), int(day), None if whole == NO_YEAR else whole)


def _named(bare: str) -> Birthday | None:
    for pattern, day_at, month_at in ((_NAMED, 1, 2), (_NAME_FIRST, 2, 1)):
        found = pattern.fullmatch(bare)
        month = _month_names().get(fold(found[month_at])) if found else None
        if found and month:
            return _on(bare, found[3], str(month), found[day_at])
    return None


@cache
def _month_names() -> dict[str, int]:
    return {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
