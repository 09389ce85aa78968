"""agenda(vault, today, settings) -> Agenda: who is where today (docs/vault-format.md, section 6).

Nothing here reads a clock. What is derived (due dates, statuses) is never stored anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date

from vault_crm.core.cadence import days_of
from vault_crm.core.diagnostics import sorted_diagnostics
from vault_crm.core.horizon import good_until
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of as item_of
from vault_crm.core.status import latest_counted
from vault_crm.core.upcoming import coming_dates

RECENT = 5
ODD_BEFORE = date(1900, 1, 1)


def agenda(vault: Vault, today: date, settings: Settings) -> Agenda:
    """Everybody's state on a day, in the vault's order (name, path); each person in exactly one status."""
    items = tuple(item_of(person, today, settings) for person in vault.people)
    return Agenda(
        today=today,
        items=items,
        dates=coming_dates(vault.people, today, settings),
        recent=_recent(items),
        good_until=good_until(items, today, settings),
        diagnostics=_diagnostics(vault, today),
    )


def _recent(items: Iterable[AgendaItem]) -> tuple[tuple[Evidence, Person], ...]:
    """The last few contacts, one a person, newest first; the dead and the archived are left in peace."""
    found = [(item.last, item.person) for item in items if item.last is not None and item.status != "gone"]
    found.sort(key=lambda pair: (-pair[0].on.toordinal(), fold(pair[1].name), pair[1].path))
    return tuple(found[:RECENT])


def _diagnostics(vault: Vault, today: date) -> tuple[Diagnostic, ...]:
    found = list(vault.diagnostics)
    for note in vault.notes.values():
        found += note.diagnostics
    for person in vault.people:
        found += person.diagnostics
        found += date_warnings(person, today)
    return sorted_diagnostics(found)


def date_warnings(person: Person, today: date) -> tuple[Diagnostic, ...]:
    """Last contacts that are passed over because they are still to come, and those that can hardly be meant.

    Only what the person's own note states: that a daily note of next week links somebody is a plan, not a
    mistake.
    """
    latest = latest_counted(today)
    found = []
    for evidence in person.evidence:
        if latest >= evidence.on >= ODD_BEFORE or evidence.span.path != person.path:
            continue
        what = "this log entry" if evidence.how == "log" else "the last contact"
        if evidence.on > latest:
            message = f"{what}, {evidence.on}, is still to come and is passed over until then"
            hint = "a date to come belongs into next_contact"
            found.append(Diagnostic("future-date", "warning", evidence.span, message, hint))
        else:
            message = f"{what}, {evidence.on}, is more than a century ago"
            found.append(Diagnostic("odd-date", "warning", evidence.span, message, "is the year right?"))
    return tuple(found)


def by_pressing(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The most pressing first: by days overdue ÷ cadence, then due date, then name."""
    return tuple(sorted(items, key=lambda item: (-item.ratio, _due(item), *_name(item))))


def by_dashboard(items: Iterable[AgendaItem]) -> tuple[AgendaItem, ...]:
    """The dashboard's order, which no day changes: the shortest cadence first, then due date, then name."""
    return tuple(sorted(items, key=lambda item: (_length(item), _due(item), *_name(item))))


def _length(item: AgendaItem) -> float:
    return math.inf if item.person.cadence is None else days_of(item.person.cadence)


def _due(item: AgendaItem) -> date:
    return item.due or date.max


def _name(item: AgendaItem) -> tuple[str, str]:
    return fold(item.person.name), item.person.path
