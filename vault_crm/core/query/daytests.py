"""Days and cadences in a query: `due<14d`, `last>2026-01-01`, `due:2026-12`, `cadence<1mo`,
`birthday:june`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache

from vault_crm.core.birthdays import format_birthday
from vault_crm.core.birthdays import next_on
from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import parse_words
from vault_crm.core.dates import MONTHS
from vault_crm.core.dates import add
from vault_crm.core.dates import parse_date
from vault_crm.core.dates import parse_span
from vault_crm.core.dates import parse_until
from vault_crm.core.dates import parse_when
from vault_crm.core.fields import field_of
from vault_crm.core.fields import fold_key
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Cadence
from vault_crm.core.model import text_items
from vault_crm.core.names import fold

NONE = "none"
Test = Callable[[AgendaItem, date], bool]
DayOf = Callable[[AgendaItem, date], "date | None"]
# A span without a sign points ahead for these (`due<14d`), and back for all others (`last<6mo`).
_AHEAD = frozenset({"due", "next_contact", "snooze_until", "birthday"})


def date_test(key: str, operator: str, values: list[str]) -> Test:
    """The test of a day: earlier (`<`), later (`>`), or within (`:`) any of the values; without a day it
    fails, but for `none`. Raises ValueError saying what would be right."""
    name = _name(key)
    day_of = _DAYS.get(name) or _property_day(key)
    ahead = name in _AHEAD
    wanted = [value for value in values if value.casefold() != NONE]
    if operator != ":" and (len(values) != 1 or not wanted):
        raise ValueError(f"{operator} needs one day; write {key}{operator}14d or {key}{operator}2026-12-01")
    for value in wanted:
        _days(value, date(2000, 1, 1), ahead)

    def test(item: AgendaItem, today: date) -> bool:
        day = day_of(item, today)
        if day is None:
            return len(wanted) < len(values)
        return not values or any(_holds(operator, day, *_days(value, today, ahead)) for value in wanted)

    return test


def is_day(key: str) -> bool:
    """True if `key:VALUE` asks for a day by itself, whatever the value."""
    return _name(key) in _DAYS and _name(key) != "birthday"


def _name(key: str) -> str:
    folded = fold_key(key)
    return (
        folded if folded in ("due", "last") else "last" if field_of(key) == "last_contact" else field_of(key)
    )


_DAYS: dict[str, DayOf] = {
    "due": lambda item, _: item.due,
    "last": lambda item, _: item.last.on if item.last else None,
    "next_contact": lambda item, _: item.person.next_contact,
    "snooze_until": lambda item, _: item.person.snooze_until,
    "met": lambda item, _: item.person.met,
    "birthday": lambda item, today: next_on(item.person.birthday, today) if item.person.birthday else None,
}


def _property_day(key: str) -> DayOf:
    wanted = fold_key(key)

    def day_of(item: AgendaItem, _: date) -> date | None:
        for prop in item.person.note.properties:
            if fold_key(prop.key) == wanted:
                for text in text_items(prop.value):
                    try:
                        return parse_date(text)
                    except ValueError:
                        continue
        return None

    return day_of


def _holds(operator: str, day: date, first: date, last: date) -> bool:
    return {
        "<": day < first,
        ">": day > last,
        "<=": day <= last,
        ">=": day >= first,
        ":": first <= day <= last,
    }[operator]


@lru_cache(maxsize=256)
def _days(value: str, today: date, ahead: bool) -> tuple[date, date]:
    """The first and the last day that a value means. Raises ValueError."""
    bare = value.strip()
    if bare.isdigit() and len(bare) == 4 and bare != "0000":
        return date(int(bare), 1, 1), date(int(bare), 12, 31)
    year, _, month = bare.partition("-")
    if len(year) == 4 and year.isdigit() and month.isdigit() and 1 <= int(month) <= 12 and int(year):
        first = date(int(year), int(month), 1)
        return first, max(first, add(add(first, 1, "month"), -1, "day"))
    sign = {"-": -1, "+": 1}.get(bare[:1], 1 if ahead else -1)
    try:
        span = parse_span(bare.lstrip("+-"))
    except ValueError:
        day = parse_until(bare, today) if ahead else parse_when(bare, today)
    else:
        day = add(today, sign * span.every, span.unit)
    return day, day


# -- cadences


def cadence_test(operator: str, values: list[str]) -> Test:
    """The test of a cadence: shorter, longer, or as long as any of the values; `none` is no cadence, `never`
    is not to be reminded. A word that is no length is looked for in the note's own words and in where the
    cadence comes from (`cadence:close` finds the tier). Raises ValueError."""
    if operator != ":":
        if len(values) != 1:
            raise ValueError(f"{operator} needs one cadence; write cadence{operator}1mo")
        return _length_test(operator, parse_words(values[0]))
    lengths = [_length(value) for value in values]

    def test(item: AgendaItem, _: date) -> bool:
        cadence = item.person.cadence
        if not values:
            return cadence is not None
        for value, length in zip(values, lengths, strict=True):
            if value.casefold() == NONE:
                found = cadence is None
            elif length is None:
                found = fold(value) in fold(f"{item.person.text('cadence')} {item.person.cadence_from}")
            else:
                found = cadence is not None and days_of(cadence) == days_of(length)
            if found:
                return True
        return False

    return test


def _length(value: str) -> Cadence | None:
    try:
        return parse_words(value)
    except ValueError:
        if any(char.isdigit() for char in value):
            raise
        return None


def _length_test(operator: str, wanted: Cadence) -> Test:
    limit = days_of(wanted)

    def test(item: AgendaItem, _: date) -> bool:
        cadence = item.person.cadence
        if cadence is None or cadence.never:
            return False
        days = days_of(cadence)
        return {"<": days < limit, ">": days > limit, "<=": days <= limit, ">=": days >= limit}[operator]

    return test


# -- birthdays


def birthday_test(values: list[str]) -> Test:
    """`birthday:june`, `birthday:06-14`, `birthday:1984`, `birthday:none`, `birthday:` (it is known)."""
    wanted = [_month(value) or value.casefold() for value in values]

    def test(item: AgendaItem, _: date) -> bool:
        birthday = item.person.birthday
        if birthday is None:
            return NONE in wanted
        text = format_birthday(birthday)
        padded = "-" + text if birthday.year is None else text
        return not wanted or any(value in padded for value in wanted)

    return test


def _month(value: str) -> str:
    """A month's name (three letters or more) or number as `-06-`, which is how it stands in a birthday's
    text."""
    folded = value.casefold()
    if folded.isdigit() and len(folded) <= 2:
        return f"-{int(folded):02}-"
    if len(folded) >= 3:
        for number, name in enumerate(MONTHS, 1):
            if name.startswith(folded):
                return f"-{number:02}-"
    return ""
