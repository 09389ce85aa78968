"""Who I am overdue with, the most pressing first."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

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
from vault_crm.core.rows import DUE
from vault_crm.core.rows import LATE
from vault_crm.core.rows import NAME
from vault_crm.core.rows import PATH
from vault_crm.core.rows import Row
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
        if print_other_form(app, items, as_json, paths, line_format):
            return
        rows: Sequence[Row] = [row_of(item) for item in items]
    else:
        rows = ordered(app.lists.late(), order)
        if paths:
            app.out_lines([(app.shown_path(row[PATH]), "")] for row in rows)
            return
    app.out_lines(overdue_rows(rows, app.today, app.screen))
    if not rows:
        app.say("nobody is overdue" + (" among them" if query else ""))
    if not query:
        _say_the_rest(app)


def ordered(rows: Sequence[Row], order: str) -> Sequence[Row]:
    """Rows, the most pressing first, by `ratio` (as they are), `due` or `name`."""
    if order == "due":
        return sorted(rows, key=itemgetter(DUE))
    if order == "name":
        from vault_crm.core.names import fold

        return sorted(rows, key=lambda row: (fold(row[NAME]), row[PATH]))
    return rows


def _say_the_rest(app: App) -> None:
    """Nobody goes missing silently: also who has no due date, for a problem or for lack of any contact."""
    counts = app.lists.counts
    if never := counts.get("never", 0):
        app.say(f"{never} never contacted: vault-crm list status:never")
    if attention := counts.get("attention", 0):
        app.say(f"{count(attention, 'note')} to mend: vault-crm list status:attention")
