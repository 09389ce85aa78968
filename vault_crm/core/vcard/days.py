"""Days in cards: with a year, without one, and the ways in which programs say that there is none."""

from __future__ import annotations

import re
from datetime import date

from vault_crm.core.birthdays import NO_YEAR
from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.line import Params

_FULL = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[T ](.*))?", re.DOTALL)
_YEARLESS = re.compile(r"--([0-9]{2})-?([0-9]{2})(?:T(.*))?", re.DOTALL)
_ROUGH = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")
_MIDNIGHT = re.compile(r"0{2}:?(?:0{2}:?)?(?:0{2})?(?:\.0+)?(?:Z|[+-]0{2}:?(?:0{2})?)?")
_APPLE = "X-APPLE-OMIT-YEAR"


def day_in(line: Line) -> str:
    """The day of a line as we write it, `1984-05-12` or `05-12`; '' if it is not one day.

    It is the day as it stands there, whatever the time of day and zone behind it.
    """
    if line.first("VALUE").casefold() == "text" or line.first("CALSCALE").casefold() not in ("", "gregorian"):
        return ""
    return find_day(line.text, line.first(_APPLE))


def find_day(text: str, no_year: str = "") -> str:
    """A day of the basic or extended form of ISO 8601, or `--0512` (RFC 6350, 4.3.1); `no_year` is the year
    that means none, as 1604 does (Apple)."""
    yearless = _YEARLESS.fullmatch(text.strip())
    found = yearless or _FULL.fullmatch(text.strip())
    if found is None:
        return ""
    year = NO_YEAR if yearless or found[1] in ("0000", str(NO_YEAR), no_year) else int(found[1])
    month, day = (int(part) for part in found.groups()[-3:-1])
    try:
        date(year, month, day)
    except ValueError:
        return ""
    return f"{month:02}-{day:02}" if year == NO_YEAR else f"{year:04}-{month:02}-{day:02}"


def rough_in(text: str) -> str:
    """`1984` or `1984-05`: all that is known of a day, '' if the text is none."""
    return text if _ROUGH.fullmatch(text) else ""


def time_in(text: str) -> str:
    """What stands behind the day and says more than midnight."""
    found = _FULL.fullmatch(text.strip()) or _YEARLESS.fullmatch(text.strip())
    time = (found.groups()[-1] or "") if found else ""
    return "" if _MIDNIGHT.fullmatch(time) else time


def write_day(text: str, version: str) -> tuple[str, Params]:
    """(value, parameters) of a line that says this day. Raises ValueError if it is none.

    In 3.0 a day without a year is written as Apple does, which Google, Nextcloud and DAVx5 read as well.
    """
    birthday = parse_birthday(text)
    if birthday is None:
        raise ValueError(text)
    month, day = f"{birthday.month:02}", f"{birthday.day:02}"
    if version == "4.0":
        return (f"--{month}{day}" if birthday.year is None else f"{birthday.year:04}{month}{day}"), ()
    if birthday.year is None:
        return f"{NO_YEAR}-{month}-{day}", ((_APPLE, (str(NO_YEAR),)),)
    return f"{birthday.year:04}-{month}-{day}", ()
