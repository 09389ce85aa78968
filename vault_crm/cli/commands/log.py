"""Write down that you were in touch with one or several people.

Adds a line to each log and moves the date of last contact forward, never back.
"""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import names_argument
from vault_crm.cli.log_work import log_people


@click.command("log")
@names_argument
@click.option("-m", "--message", metavar="TEXT", help="What it was about; - reads it from standard input.")
@click.option(
    "--on", metavar="DATE", help='When: 2026-03-14, yesterday, "last friday", "3 days ago". Else today.'
)
@click.option(
    "--type", "kind", metavar="TYPE", default="", help="What it was: call, coffee, mail, ... (free words)."
)
@click.option("--next", "next_", metavar="TEXT", help='What to ask about the next time; "" clears it.')
@dry_run_option
@click.pass_obj
def command(
    app: App,
    names: tuple[str, ...],
    message: str | None,
    on: str | None,
    kind: str,
    next_: str | None,
    dry_run: bool,
) -> None:
    """Write down that you were in touch with NAME, or with several people at once.

    Adds a line to each log (making the heading if there is none) and moves the last contact forward, never
    back.

    \b
    vault-crm log ana -m "lunch, she found a flat" --type lunch --next "how is the flat?"
    vault-crm log ana ben --on yesterday -m "the concert"
    """
    log_people(app, names, message, on, kind, next_, dry_run)
