"""Take people off the overdue list until a day."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import names_argument
from vault_crm.cli.snooze_work import snooze_people


@click.command("snooze")
@names_argument
@click.option("--until", metavar="DATE", help='Until when: 2027-01-10, "next monday", "in 2 weeks".')
@click.option("--for", "span", metavar="SPAN", help='For how long: "2 weeks", "10 days", "3 months".')
@dry_run_option
@click.pass_obj
def command(app: App, names: tuple[str, ...], until: str | None, span: str | None, dry_run: bool) -> None:
    """Take NAME off the overdue list until a day. `vault-crm resume` ends it early.

    \b
    vault-crm snooze ana --for "2 weeks"
    vault-crm snooze ana ben --until 2027-01-10
    """
    snooze_people(app, names, until, span, dry_run)
