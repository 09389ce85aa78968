"""Dates and spans of time as people type them, and calendar arithmetic.

A property's date is ISO and nothing else is guessed at: what is not a date is a ValueError that says what
would be right. What is typed on the command line (`--on`, `--until`) may be said as people say it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from vault_crm.core.late import late
from vault_crm.core.words import Cadence

Unit = Literal["day", "week", "month", "year", "never"]

NO_DATE = frozenset({"", "-", "--", "–", "—", "?", "never", "none"})
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_ISO = late(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
# a clock time after a date, with seconds, a fraction and a zone: the date counts as it is written
_CLOCK = late(
    r"(?:[Tt]|\s+)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?\s*(?:[AaPp][Mm]|[Zz]|[+-][0-9]{2}:?(?:[0-9]{2})?)?"
    r"(?:\s*(?:\[[\w/+-]+\]|[A-Z]{2,5}))?"
)
_SLASHED = late(r"([0-9]{1,2})([/.-])\s?([0-9]{1,2})[/.-]\s?([0-9]{4})")
_YEAR_FIRST = late(r"([0-9]{4})[/._ ]?([0-9]{1,2})[/._ ]?([0-9]{1,2})")
_LINK = late(r"!?\[\[([^\[\]|#]*)(?:#[^\[\]|]*)?(?:\|[^\[\]]*)?\]\]")


def last_day(year: int, month: int) -> int:
    """How many days a month has (`calendar` would load the locale for that)."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def clip(text: str) -> str:
    """A user's text for a message: one line, and not longer than 40 characters."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else line[:39] + "…"


def _bare(text: str) -> str:
    """The text without quotes around it, and a link's target without its folder and `.md`."""
    text = text.strip()
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    link = _LINK.fullmatch(text)
    if link:
        text = link[1].rsplit("/", 1)[-1].strip().removesuffix(".md")
    return text


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def parse_date(text: str) -> date | None:
    """A property's date: `2026-01-02`, `2026-1-2`, with a clock time (the date counts as it is written), in
    `[[ ]]` or quotes. None if it says that there is none: empty, `never`, `-`, `?`.

    Raises ValueError; its text says what would be right (`03/04/2026 could be two days; write 2026-03-04 or
    2026-04-03`).
    """
    if len(text) == 10 and text[4] == "-" == text[7]:  # as nearly every date is written
        try:
            return date.fromisoformat(text)
        except ValueError:
            pass
    bare = _bare(text)
    if bare.casefold() in NO_DATE:
        return None
    iso = _ISO.match(bare)
    if iso and (iso.end() == len(bare) or _CLOCK.fullmatch(bare, iso.end())):
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
        found = _day(year, month, day)
        if found is None:
            raise ValueError(f"{iso[0]} is not a day of the calendar{_why_no_day(year, month, day)}")
        return found
    raise ValueError(_not_a_date(bare, iso))


def _not_a_date(bare: str, iso: re.Match[str] | None) -> str:
    shown = clip(bare)
    if "{{" in bare or "<%" in bare:
        return f"{shown} is a template's placeholder; write a date like 2026-03-14"
    if iso and _day(int(iso[1]), int(iso[2]), int(iso[3])):
        return f"{shown}: a date stands alone; write {iso[0]}"
    slashed = _SLASHED.fullmatch(bare)
    if slashed:
        return _which_day(shown, slashed)
    year_first = _YEAR_FIRST.fullmatch(bare)
    if year_first:
        return _write(shown, _day(int(year_first[1]), int(year_first[2]), int(year_first[3])))
    named = _named_day(bare.casefold())
    if named and named[2]:
        return _write(shown, _day(named[2], named[1], named[0]))
    if re.fullmatch(r"[0-9]{4}(-[0-9]{1,2})?", bare):
        what = "month" if "-" in bare else "year"
        return f"{shown} is a {what}, not a day; write a date like 2026-03-14"
    return f"{shown} is not a date; write one like 2026-03-14"


def _why_no_day(year: int, month: int, day: int) -> str:
    """What is wrong with a day that no calendar has, as the end of a sentence."""
    if not 1 <= month <= 12:
        return "; a month is 01 to 12"
    if day < 1 or year < 1:
        return "; write a date like 2026-03-14"
    return f"; {MONTHS[month - 1].capitalize()} {year} has {last_day(year, month)} days"


def _write(shown: str, day: date | None) -> str:
    return f"{shown}: write {day}" if day else f"{shown} is not a day of the calendar"


def _which_day(shown: str, found: re.Match[str]) -> str:
    """`03/04/2026` is March in one country and April in another; with dots the day always comes first."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    month_first = _day(year, first, second) if found[2] != "." else None
    day_first = _day(year, second, first)
    if month_first and day_first and month_first != day_first:
        return f"{shown} could be two days; write {month_first} or {day_first}"
    return _write(shown, month_first or day_first)


def _name_index(word: str, names: Sequence[str]) -> int | None:
    """The place of a month or weekday by its name or an abbreviation of three letters or more."""
    word = word.rstrip(".,")
    if len(word) < 3:
        return None
    return next((i for i, name in enumerate(names) if name.startswith(word)), None)


def _named_day(text: str) -> tuple[int, int, int | None] | None:
    """(day, month, year) of `12 march`, `march 12, 2025`, `the 12th of march 2025`."""
    words = text.replace(",", " ").removeprefix("the ").split()
    words = [word for word in words if word != "of"]
    if len(words) not in (2, 3):
        return None
    if _name_index(words[0], MONTHS) is not None:
        words[0], words[1] = words[1], words[0]
    day = re.fullmatch(r"([0-9]{1,2})(?:st|nd|rd|th|\.)?", words[0])
    month = _name_index(words[1], MONTHS)
    if not day or month is None:
        return None
    if len(words) == 2:
        return int(day[1]), month + 1, None
    return (int(day[1]), month + 1, int(words[2])) if re.fullmatch("[0-9]{4}", words[2]) else None


def add(day: date, every: int, unit: str) -> date:
    """`every` days, weeks, months or years after `day`, or before it if negative.

    Months and years are calendar units: a month after 31 January is the last day of February. Clamped to what
    a date can be; `never` is `date.max`.
    """
    if unit == "never":
        return date.max
    if unit in ("day", "week"):
        ordinal = day.toordinal() + every * (7 if unit == "week" else 1)
        return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))
    months = day.year * 12 + day.month - 1 + every * (12 if unit == "year" else 1)
    year, month = months // 12, months % 12 + 1
    if year > date.max.year:
        return date.max
    if year < date.min.year:
        return date.min
    return date(year, month, min(day.day, last_day(year, month)))


_UNITS: dict[str, tuple[int, Unit]] = {
    **dict.fromkeys(("d", "day", "days"), (1, "day")),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), (1, "week")),
    **dict.fromkeys(("fortnight", "fortnights"), (2, "week")),
    **dict.fromkeys(("m", "mo", "mos", "mth", "mths", "month", "months"), (1, "month")),
    **dict.fromkeys(("quarter", "quarters"), (3, "month")),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), (1, "year")),
}
_COUNTED = late(r"([0-9]{1,9})\s*([a-z]+)|([a-z]+) ([a-z]+)")
_DURATION = late(r"p(?:([0-9]{1,6})y)?(?:([0-9]{1,6})m)?(?:([0-9]{1,6})w)?(?:([0-9]{1,6})d)?")


def plain_amount(text: str) -> Cadence | None:
    """`2 weeks`: what nearly every cadence is written as; None for every other text."""
    number, _, word = text.partition(" ")
    unit = _UNITS.get(word)
    if unit is None or len(number) > 9 or not (number.isascii() and number.isdecimal()):
        return None
    return Cadence(int(number) * unit[0], unit[1])


def find_amount(text: str) -> Cadence | None:
    """`2 weeks`, `3mo`, `a year`, `half a year`, `two months`, `P3M`, `week` (one); else None.

    The text is lower-case with single spaces. Zero is returned as it is, for the caller to judge.
    """
    plain = plain_amount(text)
    if plain is not None:
        return plain
    if text in ("half a year", "half year", "half-year", "a half year"):
        return Cadence(6, "month")
    if text in _UNITS and len(text) > 2:
        return Cadence(*_UNITS[text])
    if text.startswith("p"):
        return _find_duration(text)
    text = text.replace("a couple of ", "2 ").replace("a couple ", "2 ")
    counted = _COUNTED.fullmatch(text)
    if not counted:
        return None
    count = _find_count(counted[1] or counted[3])
    unit = _UNITS.get(counted[2] or counted[4])
    if count is None or unit is None:
        return None
    return Cadence(count * unit[0], unit[1])


def _find_count(word: str) -> int | None:
    if word in ("a", "an"):
        return 1
    if word in _NUMBERS:
        return _NUMBERS.index(word) + 1
    return int(word) if word.isdecimal() else None


def _find_duration(text: str) -> Cadence | None:
    """An ISO 8601 duration of days or more; years with months become months, weeks with days become days."""
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    if (years or months) and (weeks or days):
        return None
    if months:
        return Cadence(years * 12 + months, "month")
    if years:
        return Cadence(years, "year")
    return Cadence(weeks * 7 + days, "day") if days or not weeks else Cadence(weeks, "week")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def parse_span(text: str) -> Cadence:
    """A span of time: `--for "2 weeks"`, `snooze 10 days`. Raises ValueError saying what would be right."""
    folded = _folded(text).removeprefix("for ")
    if folded.isdecimal() and folded.strip("0"):
        number = clip(folded)
        raise ValueError(f'{number} what? write "{number} days", "{number} weeks" or "{number} months"')
    found = Cadence(0, "day") if folded.isdecimal() else find_amount(folded)
    if found is None:
        raise ValueError(f'"{clip(text)}" is not a span of time; write "10 days", "2 weeks" or "3 months"')
    if found.every < 1:
        raise ValueError(f'"{clip(text)}" is no time at all; write "10 days", "2 weeks" or "3 months"')
    return found


def parse_when(text: str, today: date) -> date:
    """A day as people say it, looking back: ISO, `yesterday`, `friday` (the last), `3 days ago`, `12 march`.

    What is explicitly ahead (`tomorrow`, `in 2 weeks`) is read as well. Raises ValueError saying what would
    be right.
    """
    found = _find_stated(text) or _find_spoken(_folded(text).removeprefix("on "), today, back=True)
    if found is None:
        raise ValueError(
            f'"{clip(text)}" is not a day; '
            'write 2026-03-14, yesterday, "last friday", "3 days ago" or "12 march"'
        )
    return found


def parse_until(text: str, today: date) -> date:
    """A day as people say it, looking ahead: ISO, `tomorrow`, `2 weeks`, `in 3 days`, `next monday`,
    `end of month`, `january`, `12 march`. Raises ValueError saying what would be right."""
    folded = _folded(text).removeprefix("until ").removeprefix("till ")
    found = _find_stated(folded) or _find_spoken(folded, today, back=False) or _find_ahead(folded, today)
    if found is None:
        raise ValueError(
            f'"{clip(text)}" is not a day; write 2027-01-10, tomorrow, "2 weeks", "next monday" or "12 march"'
        )
    return found


def _find_stated(text: str) -> date | None:
    """A day written in digits, whose mistakes are worth saying; None for anything that is said in words."""
    if not re.match(r"[\"'\[]*[0-9]+[-/.][0-9]", text.strip()) and not text.strip().startswith("[["):
        return None
    return parse_date(text)


_DAYS_AWAY = {
    "today": 0,
    "now": 0,
    "tonight": 0,
    "this morning": 0,
    "yesterday": -1,
    "last night": -1,
    "yesterday evening": -1,
    "day before yesterday": -2,
    "the day before yesterday": -2,
    "tomorrow": 1,
    "day after tomorrow": 2,
    "the day after tomorrow": 2,
}


def _find_spoken(text: str, today: date, back: bool) -> date | None:
    if text in _DAYS_AWAY:
        return add(today, _DAYS_AWAY[text], "day")
    return _find_away(text, today) or _find_weekday(text, today, back) or _find_in_year(text, today, back)


def _find_away(text: str, today: date) -> date | None:
    """`3 days ago`, `-3d`, `last month`; `in 2 weeks`, `2 weeks from now`, `+2w`, `next month`."""
    signed = re.fullmatch(r"([+-])\s*(.+)|(last|next) (.+)|in (.+)|(.+) (ago|from now|from today)", text)
    if not signed:
        return None
    back = signed[1] == "-" or signed[3] == "last" or signed[7] == "ago"
    span = find_amount(signed[2] or signed[4] or signed[5] or signed[6])
    return add(today, -span.every if back else span.every, span.unit) if span else None


def _find_weekday(text: str, today: date, back: bool) -> date | None:
    """A weekday: looking back the latest one (today's own name is today), ahead the first after today."""
    words = text.split()
    which = words.pop(0) if words and words[0] in ("last", "this", "next", "on") else ""
    wanted = _name_index(words[0], WEEKDAYS) if len(words) == 1 else None
    if wanted is None:
        return None
    if which == "next" or (which != "last" and not back):
        return add(today, (wanted - today.weekday() - 1) % 7 + 1, "day")
    days = (today.weekday() - wanted) % 7
    return add(today, -(days or (7 if which == "last" else 0)), "day")


def _find_in_year(text: str, today: date, back: bool) -> date | None:
    """`12 march` in the latest year that is not ahead, or in the first that is; `12 march 2025`."""
    named = _named_day(text)
    if named is None:
        return None
    day, month, year = named
    if year is not None:
        return _day(year, month, day)
    years = range(today.year, today.year - 9, -1) if back else range(today.year, today.year + 9)
    days = (_day(year, month, day) for year in years if date.min.year <= year <= date.max.year)
    return next((found for found in days if found and (found <= today if back else found > today)), None)


def _find_ahead(text: str, today: date) -> date | None:
    """What is only said looking ahead: a bare span, a month's name (its first day), the end of something."""
    span = find_amount(text)
    if span:
        return add(today, span.every, span.unit) if span.every else None
    month = _name_index(text.removeprefix("next "), MONTHS) if " " not in text.removeprefix("next ") else None
    if month is not None:
        return date(today.year + (month + 1 <= today.month), month + 1, 1) if today.year < 9999 else None
    ends = {
        "week": add(today, 6 - today.weekday(), "day"),
        "month": today.replace(day=last_day(today.year, today.month)),
        "year": date(today.year, 12, 31),
    }
    end = re.fullmatch(r"(?:the )?end of (?:the |this )?(week|month|year)", text)
    return ends[end[1]] if end else None
