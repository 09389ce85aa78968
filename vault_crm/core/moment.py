"""moment.js formats, as far as they name daily notes: `YYYY/MM-MMMM/YYYY-MM-DD-dddd`, `[Log] Do MMMM YYYY`.

Names are English: moment's own default. Nothing here raises: a format that makes no sense matches nothing,
and is written as moment would write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from datetime import timedelta
from functools import lru_cache

from vault_crm.core.dates import MONTHS
from vault_crm.core.dates import WEEKDAYS
from vault_crm.core.late import late

_MAX = 200
# moment's own tokeniser, cut to what can stand in a note's name
_TOKEN = late(
    r"\[([^\[\]]*)\]|\\(.)|(Mo|MMMM|MMM|MM|M|Do|DDDo|DDDD|DDD|DD|D|dddd|ddd|dd|do|d|YYYY|YY|Qo|Q|GGGG|GG|gggg|gg|"
    r"Wo|WW|W|wo|ww|w|E|e|HH|H|hh|h|kk|k|mm|m|ss|s|A|a)|(.)",
    re.DOTALL,
)
_MONTH_NAMES = [name.capitalize() for name in MONTHS]
_DAY_NAMES = [name.capitalize() for name in WEEKDAYS]
_ORDINAL = r"(?:st|nd|rd|th)"

_PATTERNS: dict[str, str] = {
    "YYYY": "[0-9]{4}",
    "GGGG": "[0-9]{4}",
    "gggg": "[0-9]{4}",
    "YY": "[0-9]{2}",
    "GG": "[0-9]{2}",
    "gg": "[0-9]{2}",
    "MMMM": "|".join(_MONTH_NAMES),
    "MMM": "|".join(name[:3] for name in _MONTH_NAMES),
    "dddd": "|".join(_DAY_NAMES),
    "ddd": "|".join(name[:3] for name in _DAY_NAMES),
    "dd": "|".join(name[:2] for name in _DAY_NAMES),
    "DDDD": "[0-9]{3}",
    "DDD": "[0-9]{1,3}",
    "DDDo": "[0-9]{1,3}" + _ORDINAL,
    "Q": "[1-4]",
    "Qo": "[1-4]" + _ORDINAL,
    "d": "[0-6]",
    "e": "[0-6]",
    "E": "[1-7]",
    "do": "[0-6]" + _ORDINAL,
    "A": "AM|PM",
    "a": "am|pm",
    **dict.fromkeys(("MM", "DD", "WW", "ww", "HH", "hh", "kk", "mm", "ss"), "[0-9]{2}"),
    **dict.fromkeys(("M", "D", "W", "w", "H", "h", "k", "m", "s"), "[0-9]{1,2}"),
    **dict.fromkeys(("Mo", "Do", "Wo", "wo"), "[0-9]{1,2}" + _ORDINAL),
}


def _tokens(format_: str) -> list[tuple[str, str]]:
    """(token, '') or ('', literal text) in order."""
    return [
        (found[3], "") if found[3] else ("", found[1] or found[2] or found[4] or "")
        for found in _TOKEN.finditer(format_)
    ]


@lru_cache(maxsize=64)
def _compiled(format_: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    names, pattern = [], ""
    for token, literal in _tokens(format_):
        if token:
            names.append(token)
            pattern += f"({_PATTERNS[token]})"
        else:
            pattern += re.escape(literal)
    return re.compile(pattern, re.IGNORECASE), tuple(names)


def match_moment(format_: str, text: str) -> date | None:
    """The day that `text` names in this format; None if it does not fit, or does not name one day.

    Both may hold `/` (folders). A weekday's name is not checked against the date: the digits decide.
    """
    if len(format_) > _MAX or len(text) > _MAX:
        return None
    pattern, names = _compiled(format_)
    found = pattern.fullmatch(text)
    if not found:
        return None
    parts: dict[str, int] = {}
    for token, value in zip(names, found.groups(), strict=True):
        part, number = _part(token, value)
        if part and parts.setdefault(part, number) != number:
            return None
    return _date_of(parts)


def _part(token: str, value: str) -> tuple[str, int]:
    """(what a token says, its number); weekdays count from Monday, 1. A clock says nothing: ('', 0)."""
    if token in ("MMMM", "MMM"):
        return "month", _index(value, _MONTH_NAMES)
    if token in ("dddd", "ddd", "dd"):
        return "weekday", _index(value, _DAY_NAMES)
    kind = {"Y": "year", "G": "iso_year", "g": "week_year", "M": "month", "W": "iso_week", "w": "week"}.get(
        token[0], ""
    )
    if token.startswith("D"):
        kind = "yearday" if token.startswith("DDD") else "day"
    if not kind and token not in ("E", "d", "e", "do"):
        return "", 0
    number = int(value.rstrip("stndrhSTNDRH"))
    if token in ("YY", "GG", "gg"):
        number += 1900 if number > 68 else 2000
    if kind:
        return kind, number
    return "weekday", number if token == "E" else number or 7


def _index(value: str, names: list[str]) -> int:
    return next(i for i, name in enumerate(names, 1) if name.casefold().startswith(value.casefold()))


def _date_of(parts: dict[str, int]) -> date | None:
    try:
        if "year" in parts and "month" in parts and "day" in parts:
            return date(parts["year"], parts["month"], parts["day"])
        if "year" in parts and "yearday" in parts:
            day = date(parts["year"], 1, 1) + timedelta(days=parts["yearday"] - 1)
            return day if day.year == parts["year"] else None
        if "iso_year" in parts and "iso_week" in parts and "weekday" in parts:
            return date.fromisocalendar(parts["iso_year"], parts["iso_week"], parts["weekday"])
        if "week_year" in parts and "week" in parts and "weekday" in parts:
            first = _week_start(parts["week_year"])
            return first + timedelta(days=(parts["week"] - 1) * 7 + parts["weekday"] % 7)
    except (ValueError, OverflowError):
        return None
    return None


def _week_start(year: int) -> date:
    """moment's English week: it begins on Sunday, and 1 January is always in week 1."""
    first = date(year, 1, 1)
    return first - timedelta(days=(first.weekday() + 1) % 7)


def _week_of(day: date) -> tuple[int, int]:
    year = day.year + (day >= _week_start(day.year + 1)) if day.year < date.max.year else day.year
    return year, (day - _week_start(year)).days // 7 + 1


def _ordinal(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


_FORMATS: dict[str, Callable[[date], str]] = {
    "YYYY": lambda day: f"{day.year:04}",
    "YY": lambda day: f"{day.year % 100:02}",
    "Q": lambda day: str((day.month + 2) // 3),
    "MMMM": lambda day: _MONTH_NAMES[day.month - 1],
    "MMM": lambda day: _MONTH_NAMES[day.month - 1][:3],
    "MM": lambda day: f"{day.month:02}",
    "M": lambda day: str(day.month),
    "DDDD": lambda day: f"{day.timetuple().tm_yday:03}",
    "DDD": lambda day: str(day.timetuple().tm_yday),
    "DD": lambda day: f"{day.day:02}",
    "D": lambda day: str(day.day),
    "dddd": lambda day: _DAY_NAMES[day.weekday()],
    "ddd": lambda day: _DAY_NAMES[day.weekday()][:3],
    "dd": lambda day: _DAY_NAMES[day.weekday()][:2],
    "d": lambda day: str(day.isoweekday() % 7),
    "e": lambda day: str(day.isoweekday() % 7),
    "E": lambda day: str(day.isoweekday()),
    "GGGG": lambda day: f"{day.isocalendar().year:04}",
    "GG": lambda day: f"{day.isocalendar().year % 100:02}",
    "WW": lambda day: f"{day.isocalendar().week:02}",
    "W": lambda day: str(day.isocalendar().week),
    "gggg": lambda day: f"{_week_of(day)[0]:04}",
    "gg": lambda day: f"{_week_of(day)[0] % 100:02}",
    "ww": lambda day: f"{_week_of(day)[1]:02}",
    "w": lambda day: str(_week_of(day)[1]),
    # a day has no clock: midnight, as moment gives it
    **dict.fromkeys(("HH", "mm", "ss"), lambda _: "00"),
    **dict.fromkeys(("H", "m", "s"), lambda _: "0"),
    **dict.fromkeys(("hh", "h"), lambda _: "12"),
    **dict.fromkeys(("kk", "k"), lambda _: "24"),
    "A": lambda _: "AM",
    "a": lambda _: "am",
}


def format_moment(format_: str, day: date) -> str:
    """The day in this format, as moment's English would give it."""
    out = []
    for token, literal in _tokens(format_[:_MAX]):
        if not token:
            out.append(literal)
        elif token in _FORMATS:
            out.append(_FORMATS[token](day))
        else:
            out.append(_ordinal(int(_FORMATS[token[:-1]](day))))
    return "".join(out)
