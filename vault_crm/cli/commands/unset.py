"""Take one property out of a person's note."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import complete_people
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.outcome import carry_out
from vault_crm.core.actions import plan_unset
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan


@click.command("unset")
@click.argument("name", metavar="NAME", shell_complete=complete_people)
@click.argument("name_of_property", metavar="PROPERTY")
@dry_run_option
@click.pass_obj
def command(app: App, name: str, name_of_property: str, dry_run: bool) -> None:
    """Take PROPERTY out of NAME's note, in whatever spelling it has there."""
    people = (app.person([name], for_writing=True),)

    def make(vault: Vault) -> Plan:
        now = [vault.by_path.get(p.path, p) for p in people]
        return plan_unset(app.store.read, now, name_of_property, app.settings)

    carry_out(app, make, people, f"{name_of_property} taken out", dry_run)
