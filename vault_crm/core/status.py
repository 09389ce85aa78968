"""One person on one day: last contact, due date and status (docs/vault-format.md, section 6). First match
wins."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import due_after
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Cadence
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Status
from vault_crm.core.record import fillers
from vault_crm.core.settings import Settings

ONE_DAY = timedelta(days=1)
# What stands for the cadence in a ratio where there is only an explicit next date: to be a week late with a
# promise # presses as much as to be a whole cadence late.
ONE_OFF_DAYS = 7.0

_new = object.__new__
_put_person, _put_status, _put_due, _put_since, _put_last, _put_days, _put_ratio = fillers(AgendaItem)


def latest_counted(today: date) -> date:
    """The latest date that counts as contact: tomorrow's counts as well, because people travel."""
    return today if today == date.max else today + ONE_DAY


def last_contact(person: Person, today: date) -> Evidence | None:
    """The evidence that decides: the newest that counts and is not after today (or tomorrow)."""
    latest = latest_counted(today)
    for evidence in person.evidence:
        if evidence.counts and evidence.on <= latest:
            return evidence
    return None


def item_of(person: Person, today: date, settings: Settings) -> AgendaItem:
    """The person's status on a day, with the sum behind it.

    `due` is known from the status *snoozed* on; people who are gone, paused, untracked, or need attention
    have none. `ratio` is days overdue ÷ the cadence in days; for an explicit next date without a cadence ÷ a
    week.
    """
    last = last_contact(person, today)
    status = _standing(person, last)
    if status is not None:
        return _item(person, status, None, None, last, 0, 0.0)
    due, since = _due(person, last, today)
    days = (today - due).days if due else 0
    ratio = days / (days_of(person.cadence) if person.cadence else ONE_OFF_DAYS)
    status = "snoozed" if is_snoozed(person, today) else _by_due(due, person.cadence, today, settings)
    return _item(person, status, due, since, last, days, ratio)


def _item(
    person: Person,
    status: Status,
    due: date | None,
    since: date | None,
    last: Evidence | None,
    days: int,
    ratio: float,
) -> AgendaItem:
    item = _new(AgendaItem)
    _put_person(item, person)
    _put_status(item, status)
    _put_due(item, due)
    _put_since(item, since)
    _put_last(item, last)
    _put_days(item, days)
    _put_ratio(item, ratio)
    return item


def _standing(person: Person, last: Evidence | None) -> Status | None:
    """The statuses that no due date decides."""
    if person.gone:
        return "gone"
    if person.blockers:
        return "attention"
    if person.paused or (person.cadence is not None and person.cadence.never):
        return "paused"
    if person.cadence is None and not is_open(person, last):
        return "untracked"
    return None


def is_open(person: Person, last: Evidence | None) -> bool:
    """True if there is an explicit next date that no later contact has used up."""
    return person.next_contact is not None and (last is None or person.next_contact > last.on)


def is_snoozed(person: Person, today: date) -> bool:
    """True until the day before `snooze_until`; on the day itself the person is back."""
    return person.snooze_until is not None and person.snooze_until > today


def _due(person: Person, last: Evidence | None, today: date) -> tuple[date | None, date | None]:
    """The due date and what it was counted from. `met` stands in for a contact until one cadence after it."""
    if is_open(person, last):
        return person.next_contact, None
    if person.cadence is None:
        return None, None
    if last is not None:
        return due_after(last.on, person.cadence), last.on
    if person.met is not None and person.met <= latest_counted(today):
        due = due_after(person.met, person.cadence)
        if due >= today:
            return due, person.met
    return None, None


def _by_due(due: date | None, cadence: Cadence | None, today: date, settings: Settings) -> Status:
    if due is None:
        return "never"
    if today > due:
        whole = cadence is not None and today >= due_after(due, cadence)
        return "long-overdue" if whole else "overdue"
    if today == due:
        return "today"
    return "soon" if (due - today).days <= soon_days(cadence, settings) else "fine"


def soon_days(cadence: Cadence | None, settings: Settings) -> int:
    """How many days before it is due somebody is due soon: never more than a quarter of the cadence."""
    if cadence is None:
        return settings.soon_days
    return min(settings.soon_days, int(days_of(cadence) / 4))
