"""One person's days for a calendar: the birthday, events, and when it is time to be in touch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from uuid import NAMESPACE_URL
from uuid import uuid5

from vault_crm.core.cadence import say_cadence
from vault_crm.core.ics.calendar import UNCHANGED
from vault_crm.core.ics.calendar import AllDay
from vault_crm.core.ics.calendar import first_day
from vault_crm.core.ics.calendar import yearly_rule
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Event
from vault_crm.core.model import Person
from vault_crm.core.names import fold
from vault_crm.core.settings import Settings

_NAMESPACE = uuid5(NAMESPACE_URL, "https://vault-crm.invalid/ics")


def days_of_person(item: AgendaItem, uid: str, settings: Settings) -> Iterator[AllDay]:
    """The birthday and events of somebody, yearly or once, and the day when they are due.

    `uid` is the person's own; that of each event follows from it and what the event is, so that it stays
    where a date moves. Of people who died or are archived there is nothing: nobody shall be told to
    congratulate them. Of private people there is their name, not what was said or noted.
    """
    person = item.person
    if person.gone:
        return
    quiet = person.private or settings.dashboard_context == "names"
    if person.birthday is not None:
        day = person.birthday
        born = "" if day.year is None or quiet else f"born in {day.year}"
        yield AllDay(
            _uid(uid, "birthday"),
            first_day(day),
            f"{person.name}: birthday",
            "Birthday",
            born,
            yearly_rule(day, settings.leap_day),
        )
    yield from _events(person, uid, quiet, settings)
    due = _due(item, uid, quiet)
    if due is not None:
        yield due


def _uid(uid: str, *what: str) -> str:
    return str(uuid5(_NAMESPACE, "\n".join((uid, *what)).encode("utf-8", "replace").decode()))


def _events(person: Person, uid: str, quiet: bool, settings: Settings) -> Iterator[AllDay]:
    seen: Counter[str] = Counter()
    for event in person.events:
        key = fold(event.text)
        seen[key] += 1
        own = _uid(uid, "event", key, str(seen[key]))
        what = "a date" if quiet else event.text
        made = _event(event, own, f"{person.name}: {what}", quiet, settings)
        if made is not None:
            yield made


def _event(event: Event, uid: str, summary: str, quiet: bool, settings: Settings) -> AllDay | None:
    if event.yearly is not None:
        since = "" if event.yearly.year is None or quiet else f"since {event.yearly.year}"
        rule = yearly_rule(event.yearly, settings.leap_day)
        return AllDay(uid, first_day(event.yearly), summary, "Anniversary", since, rule)
    return None if event.on is None else AllDay(uid, event.on, summary, "Event")


def _due(item: AgendaItem, uid: str, quiet: bool) -> AllDay | None:
    """One event on the day when somebody is due, or back from a snooze if that is later (also when that day
    has passed). Where it lies in the past it stays there: a date that moved every day would tell nothing
    new."""
    person = item.person
    if item.due is None:
        return None
    on = item.due if person.snooze_until is None else max(item.due, person.snooze_until)
    return AllDay(
        _uid(uid, "due"),
        on,
        f"{person.name}: get in touch",
        "In touch",
        "" if quiet else "\n".join(_context(item)),
        stamp=max(item.last.on, UNCHANGED) if item.last else UNCHANGED,
    )


def _context(item: AgendaItem) -> Iterator[str]:
    """What to ask, and when it was last, in the words of the dashboard. What another note says of them is
    not repeated."""
    person, last = item.person, item.last
    yield from (f"ask: {text}" for text in person.next)
    if last is not None:
        said = ": ".join(filter(None, (last.kind, last.text))) if last.span.path == person.path else ""
        yield f"last: {last.on} {said}".rstrip()
    if person.cadence is not None and not person.cadence.never:
        yield say_cadence(person.cadence)
