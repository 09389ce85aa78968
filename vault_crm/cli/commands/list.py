"""Everyone, or whom a query finds: `tag:family`, `due<14d`, `status:paused`, `-city:lisbon`."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import query_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.cli.listing import find_items
from vault_crm.cli.listing import list_options
from vault_crm.cli.listing import print_other_form
from vault_crm.cli.listing import sorted_by
from vault_crm.cli.listing import table_rows
from vault_crm.cli.wording import say_cadence

HEADER = ("name", "status", "cadence", "last contact", "due")
STYLES = ("name", "", "dim", "dim", "due")


@click.command()
@query_argument
@json_option
@click.option(
    "--sort", "order", type=click.Choice(["name", "due", "ratio"]), default="name", show_default=True,
    help="due: the oldest date first; ratio: the most pressing first.",
)  # fmt: skip
@list_options
@as_of_option
@click.pass_obj
def command(
    app: App, query: tuple[str, ...], as_json: bool, order: str, paths: bool, line_format: str | None
) -> None:
    """Everyone, also who is gone, paused or without a cadence; or whom a QUERY finds.

    \b
    tag:family           a tag, or one nested below it
    company:acme         a property that contains it; any property will do
    status:overdue       gone attention paused untracked snoozed never
                         long-overdue overdue today soon fine
    due<14d  due>2026-12-01   last>30d   when
    cadence:none  cadence:monthly
    -city:lisbon         not that; free words search names and properties
    """
    items = sorted_by(find_items(app, query, brief=not as_json and line_format is None), order)
    if print_other_form(app, items, as_json, paths, line_format):
        return
    rows = [
        (
            item.person.name,
            item.status,
            say_cadence(item.person.cadence),
            item.last.on.isoformat() if item.last else "",
            item.due.isoformat() if item.due else "",
        )
        for item in items
    ]
    if rows:
        app.out_lines(table_rows(HEADER, rows, app.screen, STYLES))
    else:
        app.say("nobody" if query else "no people yet: `vault-crm new NAME` makes the first")
