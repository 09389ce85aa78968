"""Take one property out of a person's note."""

from __future__ import annotations

from collections.abc import Sequence

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import complete_people
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.core.actions import plan_unset
from vault_crm.core.model import Person
from vault_crm.core.names import leading_name
from vault_crm.core.plan import Plan
from vault_crm.errors import UsageError


@click.command("unset")
@click.argument("words", nargs=-1, metavar="NAME PROPERTY", shell_complete=complete_people)
@dry_run_option
@click.pass_obj
def command(app: App, words: tuple[str, ...], dry_run: bool) -> None:
    """Take PROPERTY out of NAME's note, in whatever spelling it has there."""
    if len(words) < 2:
        raise UsageError("unset needs NAME and PROPERTY", "for instance: vault-crm unset ana snooze_until")
    taken = leading_name(app.near.crowd, words[:-1]) or len(words) - 1
    name_of_property = " ".join(words[taken:])
    people = (app.near.person(words[:taken]),)

    def make(now: Sequence[Person]) -> Plan:
        return plan_unset(app.store.read, now, name_of_property, app.settings)

    subject = f"unset: {named(people)}, {name_of_property}"
    carry_out(app, make, people, f"{name_of_property} taken out", dry_run, subject=subject)
