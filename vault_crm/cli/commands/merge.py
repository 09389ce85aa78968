"""Make one note of two that are about one person."""

from __future__ import annotations

from collections.abc import Callable

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import complete_people
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.commands.rename import refuse_link
from vault_crm.cli.commands.rename import rewrite_pages
from vault_crm.cli.commands.rename import say_links
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import show_diff
from vault_crm.core.mergenotes import Merging
from vault_crm.core.mergenotes import plan_merge
from vault_crm.core.mergepeople import Differences
from vault_crm.core.mergepeople import Side
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan
from vault_crm.errors import UsageError


@click.command("merge")
@click.argument("names", nargs=-1, metavar="NAME NAME", shell_complete=complete_people)
@click.option(
    "--keep-first",
    multiple=True,
    metavar="PROPERTY",
    help="Where both differ, the first note's value counts.",
)
@click.option("--keep-second", multiple=True, metavar="PROPERTY", help="The second note's value counts.")
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@click.pass_obj
def command(
    app: App,
    names: tuple[str, ...],
    keep_first: tuple[str, ...],
    keep_second: tuple[str, ...],
    yes: bool,
    dry_run: bool,
) -> None:
    """Make one note of two about one person: the first stays, the second goes, and nothing in it is lost.

    Links to the one that goes lead to the other; its name becomes an alias. Shows the diff, and asks.

    \b
    vault-crm merge "Ana Martins" "Ana M"
    vault-crm undo                        takes it back
    """
    first, second = _two(app, names)
    keep = _wishes(keep_first, keep_second)
    for person in (first, second):
        refuse_link(app, person)
    made: list[Merging] = []

    def make(vault: Vault) -> Plan:
        one, other = (vault.by_path.get(p.path, p) for p in (first, second))
        made.append(plan_merge(vault, one, other, app.store.read, app.settings, keep, app.dashboards()))
        return made[-1].plan

    plan = _with_answers(app, make, keep, app.vault)
    if dry_run or not yes:
        show_diff(app, plan)
    if dry_run:
        return
    if not yes and not _agreed(app, first, second):
        app.say("nothing was changed")
        return
    applied = app.store.change(make)
    done = made[-1]
    rewrite_pages(app, done.pages)
    app.say(
        f"{first.name}: took in {second.name} ({app.shown_path(second.path)} is gone)"
        f"{say_links(done.links)}; `vault-crm undo` takes it back"
    )
    for note in (*done.plan.notes, *applied.warnings):
        app.say(app.located(note))
    app.refresh_dashboards()
    commit_done(app, f"merge: {second.name} into {first.name}")


def _two(app: App, names: tuple[str, ...]) -> tuple[Person, Person]:
    example = 'for instance: vault-crm merge "Ana Martins" "Ana M"'
    if len(names) < 2:
        raise UsageError("merge needs two names: whom to keep, and who goes", example)
    people = [app.person([name], for_writing=True) for name in names] if len(names) == 2 else []
    people = people or list(app.people(names, for_writing=True))
    if len(people) != 2 or people[0].path == people[1].path:
        said = ", ".join(f"{p.name} ({app.shown_path(p.path)})" for p in dict.fromkeys(people))
        raise UsageError(f"merge takes two people, and these are: {said}", example)
    return people[0], people[1]


def _wishes(first: tuple[str, ...], second: tuple[str, ...]) -> dict[str, Side]:
    """What was chosen by property; several may stand in one option, with commas between."""
    keep: dict[str, Side] = {}
    sides: tuple[tuple[Side, tuple[str, ...]], ...] = (("first", first), ("second", second))
    for side, said in sides:
        for key in (part.strip() for text in said for part in text.split(",")):
            if keep.setdefault(key, side) != side:
                raise UsageError(f"{key} cannot be kept from both")
    return keep


def _with_answers(app: App, make: Callable[[Vault], Plan], keep: dict[str, Side], vault: Vault) -> Plan:
    """The plan; where the notes differ, the user is asked, if there is one."""
    while True:
        try:
            return make(vault)
        except Differences as differences:
            if not app.can_ask():
                raise
            for found in differences.found:
                app.say(
                    f"{found.key}: both notes say something else\n  1  {found.first}\n  2  {found.second}"
                )
                answer = click.prompt("Which one counts?", type=click.Choice(["1", "2"]), err=True)
                keep[found.key] = "first" if answer == "1" else "second"


def _agreed(app: App, first: Person, second: Person) -> bool:
    if not app.can_ask():
        raise UsageError(
            f"this would merge {second.name} into {first.name}; there is nobody to ask",
            "--yes does it, --dry-run shows the diff",
        )
    return app.confirm(f"Make this one note, {app.shown_path(first.path)}, and delete the other?")
