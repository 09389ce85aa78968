"""Birthdays and events of the coming days."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date

from vault_crm.core.birthdays import next_on
from vault_crm.core.birthdays import years_on
from vault_crm.core.dates import add
from vault_crm.core.model import Birthday
from vault_crm.core.model import DateItem
from vault_crm.core.model import Person
from vault_crm.core.record import fillers
from vault_crm.core.settings import Settings

BIRTHDAY = "birthday"

_new = object.__new__
_put_on, _put_person, _put_what, _put_years = fillers(DateItem)


def last_listed(today: date, settings: Settings) -> date:
    """The last day of the coming dates that are listed: `dates_days` days from today on, both days
    included."""
    return add(today, settings.dates_days, "day")


def listed_of(person: Person, today: date, settings: Settings) -> Iterator[DateItem]:
    """Those of the person's dates that are listed."""
    last = last_listed(today, settings)
    return (item for item in dates_of(person, today, settings) if item.on <= last)


def in_date_order(found: Iterable[DateItem]) -> tuple[DateItem, ...]:
    """Birthdays and events by day, then by whose they are."""
    return tuple(sorted(found, key=lambda item: (item.on, item.person.name, item.person.path, item.what)))


def dates_of(person: Person, today: date, settings: Settings) -> Iterator[DateItem]:
    """The person's next birthday and the next occurrence of each event, today or later.

    Of people who died or are archived there are none: nobody should be told to congratulate them.
    """
    if person.gone:
        return
    if person.birthday is not None:
        yield _yearly(person, BIRTHDAY, person.birthday, today, settings)
    for event in person.events:
        if event.yearly is not None:
            yield _yearly(person, event.text, event.yearly, today, settings)
        elif event.on is not None and event.on >= today:
            yield _item(event.on, person, event.text, None)


def _yearly(person: Person, what: str, day: Birthday, today: date, settings: Settings) -> DateItem:
    on = next_on(day, today, settings.leap_day)
    return _item(on, person, what, years_on(day, on))


def _item(on: date, person: Person, what: str, years: int | None) -> DateItem:
    item = _new(DateItem)
    _put_on(item, on)
    _put_person(item, person)
    _put_what(item, what)
    _put_years(item, years)
    return item
