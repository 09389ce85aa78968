"""What the plain properties of a person mean, for a gist: the readers of `core.person`, each text read once.

A vault has thousands of people, and hundreds of cadences, days and lists of tags. Nothing here reports: where
`core.person` would report an error, the answer is none of a gist's.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TypeVar

from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.dates import parse_date
from vault_crm.core.defaults import CadenceDefaults
from vault_crm.core.defaults import default_cadence
from vault_crm.core.gist import Gist
from vault_crm.core.gist import yearly
from vault_crm.core.gistplain import KEY
from vault_crm.core.gistplain import PLACE
from vault_crm.core.gistplain import VALUE
from vault_crm.core.gistplain import Row
from vault_crm.core.model import Property
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.person import aliases_of
from vault_crm.core.person import tags_of
from vault_crm.core.words import Span
from vault_crm.core.words import Value

T = TypeVar("T")

_MOST = 20_000  # texts of a kind that are remembered
_NOWHERE = Span("", 1)

# Instead of a day: a text that is no date; something else than a text.
NO_DAY, ASIDE = -1, -2


class PlainFields:
    """Reads properties under one set of settings."""

    def __init__(self, defaults: CadenceDefaults) -> None:
        self._defaults = defaults
        self._days: dict[Value, int] = {None: 0, False: 0}
        self._cadences: dict[Value, Gist | None] = {None: None}
        self._tags: dict[tuple[str, Value], tuple[str, ...]] = {}

    def day(self, value: Value) -> int:
        """A property that is one date, as an ordinal; 0 if it says that there is none; NO_DAY or ASIDE."""
        return self._once(self._days, value, _day_of)

    def cadence(self, value: Value) -> Gist | None:
        """(every, unit), None if there is none. Raises CadenceProblem."""
        return self._once(self._cadences, value, self._read_cadence)

    def _read_cadence(self, value: Value) -> Gist | None:
        found = parse_cadence(value, self._defaults.settings)
        return None if found is None else (found.every, found.unit)

    def tier(self, value: Value) -> tuple[Gist | None, str] | None:
        """The cadence of a tier, and where it is from; None if the settings know no such tier. Raises
        CadenceProblem."""
        name = flat_text(value)
        text = self._defaults.settings.tier_cadence(name) if name else None
        if text is None:
            return None
        cadence = self.cadence(text)
        return cadence, f"tier {name}" if cadence else ""

    def default(self, path: str, tags: tuple[str, ...]) -> tuple[Gist | None, str]:
        """The cadence of who states none, and where it is from."""
        found = default_cadence(path, tags, self._defaults)
        cadence = found.cadence
        return (None, "") if cadence is None else ((cadence.every, cadence.unit), found.source)

    def tags(self, row: Row) -> tuple[str, ...]:
        """The person's tags."""
        key = row[KEY], row[VALUE]
        found = self._tags.get(key)
        if found is None:
            found = tags_of((_property(row),))
            if len(self._tags) < _MOST:
                self._tags[key] = found
        return found

    def _once(self, known: dict[Value, T], value: Value, read: Callable[[Value], T]) -> T:
        try:
            return known[value]
        except KeyError:
            found = read(value)
            if len(known) < _MOST:
                known[value] = found
            return found


def _property(row: Row) -> Property:
    return Property(row[KEY], "", row[VALUE], _NOWHERE, _NOWHERE)


def _day_of(value: Value) -> int:
    if not isinstance(value, str):
        return NO_DAY if value is True else ASIDE
    if len(value) == 10 and value[4] == "-" == value[7]:
        try:
            return date.fromisoformat(value).toordinal()
        except ValueError:
            return NO_DAY
    text = " ".join(value.split())
    try:
        found = parse_date(text) if text else None
    except ValueError:
        return NO_DAY
    return 0 if found is None else found.toordinal()


def birthday(value: Value) -> Gist | None:
    """(month, day, year or 0); None if there is none, or if it is no date."""
    if isinstance(value, str) and len(value) == 10 and value[4] == "-" == value[7] and value[:4] != "1604":
        try:
            day = date.fromisoformat(value)
        except ValueError:
            pass
        else:
            return day.month, day.day, day.year
    try:
        return yearly(parse_birthday(value))
    except ValueError:
        return None


def events(anniversary: Row | None, dates: Row | None) -> tuple[Gist, ...]:
    """What comes every year, or once."""
    found: list[Gist] = []
    if anniversary is not None and (day := birthday(anniversary[VALUE])):
        text = "wedding anniversary" if "wedding" in anniversary[KEY].casefold() else "anniversary"
        found.append((text, 0, day, anniversary[PLACE]))
    if dates is None:
        return tuple(found)
    for item in text_items(dates[VALUE]):
        try:
            event = parse_event(item)
        except ValueError:
            continue
        on = event.on.toordinal() if event.on else 0
        found.append((event.text, on, yearly(event.yearly), dates[PLACE]))
    return tuple(found)


def aliases(row: Row, name: str) -> tuple[str, ...]:
    """Other names than `name`."""
    return aliases_of((_property(row),), name)
