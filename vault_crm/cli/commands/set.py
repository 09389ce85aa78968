"""Set one property of a person, or of many at once.

What we know is checked: a cadence or date that could not be read later is refused.
"""

from __future__ import annotations

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import complete_people
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.set_work import set_words


@click.command("set")
@click.argument("words", nargs=-1, metavar="NAME PROPERTY VALUE", shell_complete=complete_people)
@click.option(
    "--where", metavar="QUERY", help='Everybody who fits, instead of NAME: "tag:family cadence:none".'
)
@click.option("--add", "how", flag_value="add", help="Add one item to a list (tags, aliases, email, ...).")
@click.option("--remove", "how", flag_value="remove", help="Take one item out of a list.")
@click.option("--force", is_flag=True, help="Write the value as it is, even if it cannot be read later.")
@click.option("-y", "--yes", is_flag=True, help="With --where: do not ask.")
@dry_run_option
@click.pass_obj
def command(
    app: App,
    words: tuple[str, ...],
    where: str | None,
    how: str | None,
    force: bool,
    yes: bool,
    dry_run: bool,
) -> None:
    """Set PROPERTY of NAME to VALUE; every other byte of the note stays.

    \b
    vault-crm set ana cadence "3 weeks"
    vault-crm set ana tags --add book-club
    vault-crm set --where "tag:family cadence:none" cadence "2 weeks"
    """
    set_words(app, words, where, how, force, yes, dry_run)
