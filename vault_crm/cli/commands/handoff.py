"""From a sales CRM's won deals to the people behind them: keep or let go, one after the other."""

from __future__ import annotations

from datetime import date

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.errors import UsageError


@click.command("handoff")
@click.argument("files", nargs=-1, required=True, metavar="DEALS.csv [CONTACTS.csv]...")
@click.option("--from", "source", default="", metavar="NAME", help="Which CRM's deals they are.")
@click.option("--since", metavar="DAY", help="Only deals closed on that day or later.")
@click.option("--again", is_flag=True, help="Also those about whom an earlier handoff decided.")
@click.option("--won", multiple=True, metavar="STAGE", help="A stage that means won; `any`: all of them are.")
@click.option(
    "--map", "mapped", multiple=True, metavar="COLUMN=MEANING", help="What a column of deals means."
)
@click.option("--cadence", default="120 days", show_default=True, metavar="WORDS", help="`-` for none.")
@click.option("--keep-all", is_flag=True, help="Keep everybody; nobody is asked about.")
@click.option("--apply", "apply_now", is_flag=True, help="With --keep-all: write it without a last question.")
@dry_run_option
@click.pass_obj
def command(
    app: App,
    files: tuple[str, ...],
    source: str,
    since: str | None,
    again: bool,
    won: tuple[str, ...],
    mapped: tuple[str, ...],
    cadence: str,
    keep_all: bool,
    apply_now: bool,
    dry_run: bool,
) -> int:
    """The people behind the won deals of a sales CRM, each once: keep or let go.

    Whoever you keep gets a note: who they are, how you met, how often you want to be in touch. What a deal
    was worth, its stage and its probability are kept nowhere. Nobody is asked about twice, until `undo`.

    \b
    vault-crm handoff deals.csv contacts.csv
    vault-crm handoff deals.csv --apply --keep-all --cadence "4 months"
    """
    from vault_crm.cli import handoff_say
    from vault_crm.cli.handoff_files import Asked
    from vault_crm.cli.handoff_files import read_files
    from vault_crm.cli.handoff_work import Handoff
    from vault_crm.store.dialects import read_own_dialects

    if apply_now and not keep_all:
        raise UsageError("--apply goes with --keep-all: nobody is asked then", "without both you are asked")
    rhythm = _cadence(app, cadence)
    own = read_own_dialects(app.store.root)
    read = read_files(files, Asked(source, _columns(mapped), won), own)
    work = Handoff(app, read, _since(app, since), again)
    code = handoff_say.say_troubles(app, read)
    if not read.deals and code:
        return 6
    handoff_say.say_harvest(app, work)
    answers = work.keep_all(rhythm) if keep_all or not app.can_ask() else work.ask(rhythm)
    if dry_run:
        work.show(answers)
        handoff_say.say_open(app, answers)
        return code
    asked = app.can_ask() and not keep_all
    if not asked and not apply_now:
        handoff_say.list_guests(app, answers)
    if asked or apply_now or _sure(app, len(answers.kept)):
        work.carry_out(answers)
        handoff_say.say_end(app, work, answers)
    else:
        handoff_say.say_unchanged(app, work)
    handoff_say.say_columns(app, read)
    return code


def _sure(app: App, people: int) -> bool:
    """The one question of --keep-all; without a terminal the answer is no."""
    return people > 0 and app.confirm(f"Keep {'this one' if people == 1 else f'all {people}'}?", default=True)


def _columns(mapped: tuple[str, ...]) -> dict[str, str]:
    """`COLUMN=MEANING` of each --map; a column's name may have `=` in it. Raises UsageError."""
    columns = {}
    for text in mapped:
        column, sign, meaning = text.rpartition("=")
        if not sign or not column.strip():
            raise UsageError(f"--map {text!r} is no COLUMN=MEANING", "as in --map 'Project=deal'")
        columns[column.strip()] = meaning.strip()
    return columns


def _cadence(app: App, text: str) -> str:
    from vault_crm.cli.handoff_talk import checked_cadence
    from vault_crm.cli.outcome import usage

    try:
        return checked_cadence(text, app.settings)
    except ValueError as problem:
        error = usage(problem)
        raise UsageError(f"--cadence: {error.message}", error.hint) from None


def _since(app: App, text: str | None) -> date | None:
    from vault_crm.cli.outcome import usage
    from vault_crm.core.dates import parse_when

    try:
        return parse_when(text, app.today) if text else None
    except ValueError as problem:
        error = usage(problem)
        raise UsageError(f"--since: {error.message}", error.hint) from None
