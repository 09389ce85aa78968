"""What `snooze` does: until when, and for whom."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vault_crm.cli.app import App
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.cli.outcome import usage
from vault_crm.core.actions import plan_snooze
from vault_crm.core.model import Person
from vault_crm.core.plan import Plan
from vault_crm.errors import UsageError


def snooze_people(
    app: App, names: Sequence[str], until: str | None = None, span: str | None = None, dry_run: bool = False
) -> None:
    """Take these people off the list until a day. Raises UsageError, and what naming people and writing notes
    raises."""
    day = parse_end(until, span, app.today)
    people = app.near.people(names)

    def make(now: Sequence[Person]) -> Plan:
        return plan_snooze(app.store.read, now, day, app.settings)

    until_when = f"until {day.isoformat()}"
    subject = f"snooze: {named(people)} {until_when}"
    carry_out(app, make, people, f"snoozed {until_when}", dry_run, subject=subject)


def parse_end(until: str | None, span: str | None, today: date) -> date:
    """The day on which a snooze ends, from one of the two options. Raises UsageError."""
    from vault_crm.core.dates import add
    from vault_crm.core.dates import parse_span
    from vault_crm.core.dates import parse_until

    if (until is None) == (span is None):
        raise UsageError(
            "say until when, or for how long", 'snooze NAME --until 2027-01-10, or --for "2 weeks"'
        )
    try:
        if until is not None:
            day = parse_until(until, today)
        else:
            length = parse_span(span or "")
            day = add(today, length.every, length.unit)
    except ValueError as problem:
        raise usage(problem) from None
    if day <= today:
        raise UsageError(f"{day.isoformat()} is not ahead", "`vault-crm resume NAME` ends a snooze")
    return day
