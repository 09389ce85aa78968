"""Bring people in: address books, LinkedIn, a CRM, any table. First a plan, then the change."""

# ruff: noqa: N999  (a command's file bears its name)

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from vault_crm.cli.app import App
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.cli.intake_columns import Asked
    from vault_crm.cli.intake_files import Harvest
    from vault_crm.core.intake.decide import Options
    from vault_crm.core.intake.decide import Row
    from vault_crm.core.intake.make import Earlier
    from vault_crm.core.intake.make import Made
    from vault_crm.core.model import Vault

_MANY_NEW = 25  # new people after which there is one question more


@record
class Wishes:
    """The options of one call."""

    source: str
    apply_now: bool
    dry_run: bool
    plan_file: str
    options: Options
    photos: bool
    columns: dict[str, str]
    dialect: str


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path())
@click.option("--from", "source", default="", metavar="NAME", help="The source, where it cannot be told.")
@click.option("--apply", "apply_now", is_flag=True, help="Carry the plan out as it is, without asking.")
@click.option("--dry-run", is_flag=True, help="Print the plan (with --apply: the diff); change nothing.")
@click.option(
    "--plan", "plan_file", default="", metavar="FILE", help="Carry out a plan printed and edited before."
)
@click.option(
    "--cadence", default="", metavar="WORDS", help='For new people: "3 months"; first dates are spread.'
)
@click.option("--match-only", is_flag=True, help="Nobody new: only add to people who are there.")
@click.option("--all", "everyone", is_flag=True, help="Everyone, mere acquaintances, too (LinkedIn).")
@click.option(
    "--update", is_flag=True, help="Also renew what the same source wrote and nobody changed since."
)
@click.option("--photos", is_flag=True, help="Keep pictures, beside the notes.")
@click.option("--map", "mapped", multiple=True, metavar="COLUMN=PROPERTY", help="What a CSV column is.")
@click.option(
    "--save-dialect", "dialect", default="", metavar="NAME", help="Keep these columns for next time."
)
@click.pass_obj
def command(
    app: App,
    files: tuple[str, ...],
    source: str,
    apply_now: bool,
    dry_run: bool,
    plan_file: str,
    cadence: str,
    match_only: bool,
    everyone: bool,
    update: bool,
    photos: bool,
    mapped: tuple[str, ...],
    dialect: str,
) -> int:
    """Bring people in from FILE: a .vcf or a folder of them, CSV of Google, Outlook, LinkedIn, a CRM or any
    list, Monica's JSON; - reads a pipe. What it is is seen from its content.

    First there is a plan, one line a person, in your editor: new, same, unsure or skip. In a pipe the plan is
    printed, and nothing is changed without --apply. People who are there only get what their note lacks; one
    `vault-crm undo` takes everything back.

    \b
    vault-crm import contacts.vcf
    vault-crm import Connections.csv messages.csv --match-only --apply
    """
    from vault_crm.core.intake.decide import Options
    from vault_crm.store.cache import quiet_gc

    options = Options(_cadence(app, cadence), match_only, everyone, update)
    wishes = Wishes(source, apply_now, dry_run, plan_file, options, photos, _columns(mapped), dialect)
    with quiet_gc():  # what is made of a file stays until the end
        return _run(app, files, wishes)


def _run(app: App, files: Sequence[str], wishes: Wishes) -> int:
    from vault_crm.cli import intake_say
    from vault_crm.cli.intake_columns import save_dialect
    from vault_crm.cli.intake_files import stdin_file

    with stdin_file(files) as piped:
        harvest, asked = _read(app, files, piped, wishes)
    intake_say.say_troubles(app, harvest.troubles)
    if not harvest.records:
        app.say("nobody is in it" if not harvest.troubles else "nothing could be imported")
        return 6 if harvest.troubles else 0
    known = app.vault.by_path.keys()
    rows = _decide(app, harvest, wishes)
    chosen = _chosen(app, harvest, rows, wishes)
    code = 1 if harvest.troubles else 0
    if chosen is None:
        intake_say.say_unused(app, harvest)
        return code
    if not wishes.dry_run:
        # Before the notes, so that the next `undo` takes these back.
        save_dialect(app, asked, wishes.dialect)
    made = _carry_out(app, harvest, chosen, known, wishes)
    intake_say.say_unused(app, harvest)
    return 1 if made.refused else code


def _read(app: App, files: Sequence[str], piped: Mapping[str, Path], wishes: Wishes) -> tuple[Harvest, Asked]:
    from vault_crm.cli import intake_columns
    from vault_crm.cli.intake_files import GENERIC
    from vault_crm.cli.intake_files import Harvest
    from vault_crm.cli.intake_files import Wish
    from vault_crm.cli.intake_files import find_inputs
    from vault_crm.cli.intake_files import read_inputs
    from vault_crm.importers import Wanted
    from vault_crm.store.dialects import read_own_dialects

    ask = app.can_ask() and not (wishes.apply_now or wishes.dry_run or wishes.plan_file)
    wanted = Wanted(wishes.photos, wishes.options.everyone, wishes.columns, read_own_dialects(app.root))
    harvest = Harvest()
    inputs = find_inputs(files, piped, Wish(wanted, wishes.source, ask), harvest)
    asked = intake_columns.ask_columns(app, inputs, wanted, GENERIC, ask)
    read_inputs(inputs, asked.wanted, harvest)
    return harvest, asked


def _decide(app: App, harvest: Harvest, wishes: Wishes) -> tuple[Row, ...]:
    from vault_crm.cli.progress import progress
    from vault_crm.core.intake.decide import decide

    records = progress(harvest.records, len(harvest.records), "looking whom they mean")
    return decide(records, app.vault, app.settings, wishes.options, app.store.read)


def _chosen(app: App, harvest: Harvest, rows: tuple[Row, ...], wishes: Wishes) -> tuple[Row, ...] | None:
    """The rows to carry out; None if only the plan was to be seen."""
    from vault_crm.cli import intake_say
    from vault_crm.cli.intake_plan import Draft
    from vault_crm.cli.intake_plan import read_plan
    from vault_crm.core.intake.plantext import counts_of

    about = intake_say.read_line(harvest, len(rows))
    summary = f"{about}: {counts_of(rows)}"
    if wishes.plan_file:
        plan = wishes.plan_file
        return Draft(app, rows, summary).from_file(plan, lambda: read_plan(plan))
    if wishes.apply_now:
        return rows
    draft = Draft(app, rows, summary, wishes.options.update)
    if wishes.dry_run or not (app.can_ask() and app.screen.terminal):
        app.out(draft.text().removesuffix("\n"))
        app.say("nothing was changed; --apply carries this out, and so does --plan FILE once it is edited")
        return None
    app.say(summary)
    if not draft.has_choices(shy=not wishes.options.match_only):
        return rows
    return draft.from_editor(lambda chosen: _confirmed(app, chosen))


def _confirmed(app: App, chosen: Sequence[Row]) -> bool:
    new = len({row.target or str(row.number) for row in chosen if row.verb == "new"})
    return new <= _MANY_NEW or app.confirm(f"Make {new} new notes?", default=True)


def _carry_out(
    app: App, harvest: Harvest, rows: tuple[Row, ...], known: Collection[str], wishes: Wishes
) -> Made:
    from vault_crm.cli import intake_say
    from vault_crm.cli.outcome import commit_done
    from vault_crm.cli.outcome import show_diff
    from vault_crm.core.intake.make import make
    from vault_crm.core.intake.meanwhile import heed_newcomers
    from vault_crm.core.newnote import people_folder
    from vault_crm.core.plan import Plan
    from vault_crm.render.person import person_texts
    from vault_crm.store.photos import Photos

    template = person_texts(app.store, app.today)
    earlier = _earlier(app, harvest.sources) if wishes.options.update else {}
    made: list[Made] = []
    settled = rows

    def plan(vault: Vault) -> Plan:
        nonlocal settled
        settled = heed_newcomers(rows, known, vault, app.settings, app.store.read)
        pictured = Photos(app.store).stands
        read, settings = app.store.read, app.settings
        done = make("", settled, vault, read, template, settings, app.today, earlier, pictured)
        count = len(set(done.new) | set(done.filled) | set(done.renewed))
        title = f"import {'+'.join(harvest.sources)}: {intake_say.people(count)}"
        done.plan = replace(done.plan, title=title)
        made.append(done)
        return done.plan

    if wishes.dry_run:
        shown = plan(app.vault)
        notes = tuple(change for change in shown.changes if change.path.endswith(".md"))
        show_diff(app, replace(shown, changes=notes, notes=()))
        if len(notes) < len(shown.changes):
            app.say(f"and {len(shown.changes) - len(notes)} pictures")
        intake_say.say_done(app, made[-1], rows, people_folder(app.vault, app.settings))
        app.say("nothing was changed")
        return made[-1]
    app.store.forget()  # the editor may have been open for long
    applied = app.store.change(plan)
    for warning in applied.warnings:
        app.say(warning)
    intake_say.say_done(app, made[-1], settled, people_folder(app.vault, app.settings))
    if applied.paths:
        app.refresh_dashboards()
        app.say("`vault-crm undo` takes it back")
    else:
        app.say("no note was changed")
    commit_done(app, made[-1].plan.title)
    return made[-1]


def _earlier(app: App, sources: Sequence[str]) -> Earlier:
    """What these sources wrote before, by this device's journal: only imports of nothing else tell it."""
    from vault_crm.core.intake.renew import sources_of
    from vault_crm.core.text import decode

    found: dict[str, list[tuple[str, str]]] = {}
    for entry in app.store.history():
        names = sources_of(entry.title)
        if not names or not names <= set(sources) or entry.undone_by or entry.undoes:
            continue
        for change in app.store.changes(entry.id):
            if change.result is not None and change.path.endswith(".md"):
                pair = (decode(change.base or b""), decode(change.result))
                found.setdefault(change.path, []).append(pair)
    return {path: tuple(pairs) for path, pairs in found.items()}


def _cadence(app: App, text: str) -> str:
    from vault_crm.cli.outcome import usage
    from vault_crm.core.values import cadence_text

    if not text.strip():
        return ""
    try:
        return cadence_text(text, app.settings)
    except ValueError as problem:
        error = usage(problem)
        raise UsageError(f"--cadence: {error.message}", error.hint) from None


def _columns(mapped: Sequence[str]) -> dict[str, str]:
    """`COLUMN=PROPERTY` of each --map; a column's name may have `=` in it. Raises UsageError."""
    columns = {}
    for text in mapped:
        column, sign, target = text.rpartition("=")
        if not sign or not column.strip():
            raise UsageError(f"--map {text!r} is no COLUMN=PROPERTY", "as in --map 'Firma=company'")
        columns[column.strip()] = target.strip()
    return columns
