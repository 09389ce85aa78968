"""Who I am overdue with, the most pressing first."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import query_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.cli.listing import find_items
from vault_crm.cli.listing import list_options
from vault_crm.cli.listing import overdue_rows
from vault_crm.cli.listing import print_other_form
from vault_crm.cli.listing import sorted_by
from vault_crm.cli.wording import count


@click.command()
@query_argument
@json_option
@click.option(
    "--sort", "order", type=click.Choice(["ratio", "due", "name"]), default="ratio", show_default=True,
    help="ratio: days overdue by cadence; due: the oldest date first.",
)  # fmt: skip
@list_options
@as_of_option
@click.pass_obj
def command(
    app: App, query: tuple[str, ...], as_json: bool, order: str, paths: bool, line_format: str | None
) -> None:
    """Who I am overdue with, the most pressing first: by days overdue ÷ cadence.

    A QUERY narrows it down: `tag:family`, `company:acme`, `cadence:monthly`, `-city:lisbon`, free words.
    """
    items = sorted_by(find_items(app, query, ("overdue", "long-overdue")), order)
    if print_other_form(app, items, as_json, paths, line_format):
        return
    app.out_lines(overdue_rows(items, app.today, app.screen))
    if not items:
        app.say("nobody is overdue" + (" among them" if query else ""))
    if not query:
        _say_the_rest(app)


def _say_the_rest(app: App) -> None:
    """Nobody goes missing silently: also who has no due date, for a problem or for lack of any contact."""
    agenda = app.agenda
    never = len(agenda.with_status("never"))
    attention = len(agenda.with_status("attention"))
    if never:
        app.say(f"{never} never contacted: vault-crm list status:never")
    if attention:
        app.say(f"{count(attention, 'note')} to mend: vault-crm list status:attention")
