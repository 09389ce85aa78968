"""Give people a cadence: those without one, as a plan in your editor.

One line a person; a line that is left alone changes nothing. Applied as one change.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import IO

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import query_argument
from vault_crm.cli.editor import open_editor
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.core.actions import Draft
from vault_crm.core.model import Person
from vault_crm.core.plan import Plan
from vault_crm.core.planmarks import marked
from vault_crm.core.planmarks import unmarked
from vault_crm.core.triage import Choice
from vault_crm.core.triage import PlanProblem
from vault_crm.core.triage import TriageRow
from vault_crm.core.triage import format_plan
from vault_crm.core.triage import parse_plan
from vault_crm.core.triage import rows_of
from vault_crm.core.triage import spread
from vault_crm.errors import UsageError


@click.command("triage")
@query_argument
@click.option(
    "--spread",
    "spread_out",
    is_flag=True,
    help="First dates over one cadence, so that not all are overdue at once.",
)
@click.option("--print", "only_print", is_flag=True, help="Print the plan instead of opening an editor.")
@click.option(
    "--apply", "plan_file", type=click.File("r", encoding="utf-8"), help="Apply an edited plan (- for stdin)."
)
@dry_run_option
@click.pass_obj
def command(
    app: App,
    query: tuple[str, ...],
    spread_out: bool,
    only_print: bool,
    plan_file: IO[str],
    dry_run: bool,
) -> None:
    """People without a cadence (all, or those who fit QUERY) as a plain-text plan in your editor.

    One line a person: a suggested cadence, the name, the last contact, the usual gap between talks. Lines
    that you leave alone or delete change nothing. Everything you choose is applied as one change, and one
    `undo` takes it back.
    """
    rows = _rows(app, query)
    if not rows:
        app.say("everybody here has a cadence")
        return
    if only_print:
        app.out(format_plan(rows).removesuffix("\n"))
        return
    choices = _from_file(app, plan_file, rows) if plan_file is not None else _from_editor(app, rows)
    if not choices:
        app.say("no cadence was chosen, so nothing was changed")
        return
    first = spread(choices, app.today) if spread_out else {}
    people = [choice.person for choice in choices]
    said = {c.person.path: _said(c, first) for c in choices}
    subject = f"triage: a cadence for {named(people)}"

    def make(_now: Sequence[Person]) -> Plan:
        return plan_triage(app, choices, first)

    carry_out(app, make, people, lambda person: said[person.path], dry_run, subject=subject)


def _rows(app: App, query: Sequence[str]) -> tuple[TriageRow, ...]:
    from vault_crm.core.query.parse import parse_query

    wanted = parse_query(query)
    items = [item for item in app.agenda.items if wanted.matches(item, app.today)]
    return rows_of(items, app.vault, app.today, app.settings)


def _from_file(app: App, file: IO[str], rows: Sequence[TriageRow]) -> tuple[Choice, ...]:
    try:
        text = file.read()
    except UnicodeDecodeError as problem:
        raise UsageError(f"the plan is not UTF-8: {problem.reason}") from None
    choices, problems = parse_plan(text, rows, app.settings)
    if problems:
        raise UsageError("the plan cannot be carried out:\n" + _listed(problems), "nothing was changed")
    return choices


def _listed(problems: Sequence[PlanProblem]) -> str:
    return "\n".join(f"  line {problem.line}: {problem.message}" for problem in problems)


def _from_editor(app: App, rows: Sequence[TriageRow]) -> tuple[Choice, ...]:
    """The plan, edited until every line can be understood; problems stand as comments in it."""
    from vault_crm.store.scratch import scratch_file

    plan = format_plan(rows)
    with scratch_file("vault-crm-triage.txt", plan) as scratch:
        line = 0
        while True:
            open_editor(scratch.path, line, wait=True)
            text = unmarked(scratch.read())
            choices, problems = parse_plan(text, rows, app.settings)
            if not problems:
                return choices
            app.say("the plan cannot be carried out:\n" + _listed(problems))
            if not app.confirm("Open it again?", default=True):
                raise UsageError("the plan has lines that cannot be understood", "nothing was changed")
            text, line = marked(text, ((problem.line, problem.message) for problem in problems))
            scratch.write(text)


def plan_triage(app: App, choices: Sequence[Choice], first: Mapping[str, date]) -> Plan:
    """All chosen cadences (and first dates) as one plan."""
    drafts = []
    for choice in choices:
        person = choice.person
        draft = Draft(person.path, app.store.read(person.path), app.settings)
        draft.set("cadence", choice.text)
        if person.path in first:
            draft.set("next_contact", first[person.path].isoformat())
        drafts.append(draft)
    changes = tuple(change for change in (draft.change() for draft in drafts) if change.base != change.result)
    count = f"{len(changes)} {'person' if len(changes) == 1 else 'people'}"
    return Plan(f"triage of {count}", changes)


def _said(choice: Choice, first: Mapping[str, date]) -> str:
    day = first.get(choice.person.path)
    return f"cadence {choice.text}" + (f", first on {day.isoformat()}" if day else "")
