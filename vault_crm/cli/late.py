"""Who is overdue, on the screen: `overdue` without a query. Nothing of the command line library is needed."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from vault_crm.cli.app import App
from vault_crm.cli.listing import overdue_rows
from vault_crm.cli.listing import overdue_texts
from vault_crm.cli.wording import count
from vault_crm.core.rows import DUE
from vault_crm.core.rows import NAME
from vault_crm.core.rows import PATH
from vault_crm.core.rows import Row


def show_late(app: App, order: str = "ratio", paths: bool = False) -> None:
    """Print who is overdue, by `ratio` (the most pressing first), `due` or `name`; `paths`: their notes."""
    rows = ordered(app.lists.late(), order)
    if paths:
        app.out_lines([(app.shown_path(row[PATH]), "")] for row in rows)
    else:
        show_rows(app, rows)


def show_rows(app: App, rows: Sequence[Row], narrowed: bool = False) -> None:
    """Print these people, and without a query (`narrowed`) say who is on no list."""
    screen = app.screen
    if screen.terminal or screen.colour:
        app.out_lines(overdue_rows(rows, app.today, screen))
    else:
        app.out_clean(overdue_texts(rows, app.today, screen))
    if not rows:
        app.say("nobody is overdue" + (" among them" if narrowed else ""))
    if not narrowed:
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
