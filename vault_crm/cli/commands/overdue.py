"""Who I am overdue with, the most pressing first."""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import query_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.cli.late import show_late
from vault_crm.cli.late import show_rows
from vault_crm.cli.listing import find_items
from vault_crm.cli.listing import list_options
from vault_crm.cli.listing import print_other_form
from vault_crm.cli.listing import sorted_by
from vault_crm.core.rows import LATE
from vault_crm.core.rows import row_of


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
    if query or as_json or line_format is not None:
        items = sorted_by(find_items(app, query, LATE), order)
        if not print_other_form(app, items, as_json, paths, line_format):
            show_rows(app, [row_of(item) for item in items], bool(query))
        return
    show_late(app, order, paths)
