"""Remind of people again: ends a pause or a snooze."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import names_argument
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.core.actions import plan_resume
from vault_crm.core.model import Person
from vault_crm.core.plan import Plan


@click.command("resume")
@names_argument
@dry_run_option
@click.pass_obj
def command(app: App, names: tuple[str, ...], dry_run: bool) -> None:
    """Remind of NAME again: ends a pause or a snooze."""
    people = app.near.people(names)

    def make(now: Sequence[Person]) -> Plan:
        return plan_resume(app.store.read, now, app.settings)

    carry_out(app, make, people, "reminders again", dry_run, subject=f"resume: {named(people)}")
