"""Birthdays, events and due dates as a calendar file, for a subscription or an import."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vault_crm.core.cadence import days_of
from vault_crm.core.dates import parse_span
from vault_crm.core.ics.calendar import AllDay
from vault_crm.core.ics.calendar import calendar_lines
from vault_crm.core.ics.days import days_of_person
from vault_crm.core.intake.uid import uid_key
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import Person
from vault_crm.core.vcard.text import fold_line
from vault_crm.errors import UsageError
from vault_crm.exporters import Context

NAME = "ics"
ENDING = ".ics"
DOC = "A calendar: birthdays and events every year, due dates, each a whole day."
OPTIONS = ("alarm",)

_ON_THE_DAY = ("0", "0d", "0 d", "0 days", "same day", "on the day")
_LONGEST_ALARM = 366  # days


def export(context: Context) -> Iterator[bytes]:
    """The calendar, line by line. Raises UsageError if the option `alarm` is no span of days."""
    alarm = parse_alarm(context.options.get("alarm", ""))
    return map(fold_line, calendar_lines(_events(context), alarm))


def parse_alarm(text: str) -> int | None:
    """How many days before: `2d`, `2 weeks`, `0` for the day itself; None for '' (no alarms).

    Raises UsageError saying what would be right.
    """
    bare = " ".join(text.casefold().split())
    if not bare:
        return None
    if bare in _ON_THE_DAY:
        return 0
    try:
        days = round(days_of(parse_span(bare)))
    except ValueError as error:
        what, _, hint = str(error).partition("; ")
        raise UsageError(f"--alarm: {what}", hint) from None
    if days > _LONGEST_ALARM:
        raise UsageError(f"--alarm: {bare} is longer than a year", "write some days, like --alarm 2d")
    return days


def _events(context: Context) -> Iterator[AllDay]:
    shared = _shared_uids(context.vault.people)
    for item in context.items:
        uid = uid_key(uid_of(item.person))
        own = f"{uid}\n{item.person.path}" if uid in shared else uid
        yield from days_of_person(item, own, context.settings)


def _shared_uids(people: tuple[Person, ...]) -> frozenset[str]:
    """UIDs that stand in several notes (copies of one note): in a calendar each must be somebody's own (RFC
    5545, 3.8.4.7), whomever the query chose."""
    counted = Counter(uid_key(uid_of(person)) for person in people)
    return frozenset(uid for uid, count in counted.items() if count > 1)
