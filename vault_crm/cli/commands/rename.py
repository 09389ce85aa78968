"""Give somebody another name: the note, and the links to it everywhere."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import complete_people
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import show_diff
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.rename import Renaming
from vault_crm.core.rename import plan_rename
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError


@click.command("rename")
@click.argument("words", nargs=-1, metavar="NAME NEW", shell_complete=complete_people)
@click.option("--no-alias", is_flag=True, help="Do not keep the old name as an alias.")
@dry_run_option
@click.pass_obj
def command(app: App, words: tuple[str, ...], no_alias: bool, dry_run: bool) -> None:
    """Give NAME the name NEW: the note and every link to it, and no other byte; the old name stays an alias.

    \b
    vault-crm rename ana "Ana Martins"
    vault-crm undo                        takes it back, links and all
    """
    person, new = _person_and_name(app, words)
    refuse_link(app, person)
    made: list[Renaming] = []

    def make(vault: Vault) -> Plan:
        there = vault.by_path.get(person.path, person)
        pages = app.dashboards()
        made.append(plan_rename(vault, there, new, app.store.read, app.settings, not no_alias, pages))
        return made[-1].plan

    if dry_run:
        show_diff(app, make(app.vault))
        _say_elsewhere(app, made[-1])
        return
    applied = app.store.change(make)
    done = made[-1]
    rewrite_pages(app, done.pages)
    _say(app, done)
    for warning in applied.warnings:
        app.say(warning)
    app.refresh_dashboards()
    commit_done(app, f"rename: {done.names.old}, now {done.names.new}")


def _person_and_name(app: App, words: tuple[str, ...]) -> tuple[Person, str]:
    """Whom, and the new name: one argument each; or a whole name in several words, then the rest."""
    from vault_crm.core.names import leading_name

    if len(words) < 2:
        raise UsageError(
            "rename needs a name and the new one", 'for instance: vault-crm rename ana "Ana Martins"'
        )
    taken = 1 if len(words) == 2 else leading_name(app.vault, words[:-1])
    if not taken:
        raise UsageError(
            f"where does the new name begin in {' '.join(words)!r}?",
            'put each of the two into quotes: vault-crm rename "Ana Sousa" "Ana Martins"',
        )
    return app.person(words[:taken], for_writing=True), " ".join(words[taken:])


def refuse_link(app: App, person: Person) -> None:
    """Raises EditRefused for a note that is a link in the file system: it has its name from elsewhere."""
    if (app.root / person.path).is_symlink():
        raise EditRefused(person.path, 0, "it is a link to another file", "rename both by hand")


def rewrite_pages(app: App, pages: tuple[FileChange, ...]) -> None:
    """Ticks that wait on a dashboard go on meaning whom they meant. A page that somebody is writing to is
    left to the next refresh."""
    for change in pages:
        with contextlib.suppress(EditRefused):
            app.store.apply(Plan(f"write {change.path}", (change,)), journal=False)


def _say(app: App, done: Renaming) -> None:
    names = done.names
    place = f" ({app.shown_path(names.new_path)})"
    app.say(f"{names.old}: now {names.new}{place}{say_links(done.links)}")
    for note in done.plan.notes:
        app.say(app.located(note))
    _say_elsewhere(app, done)


def say_links(links: Mapping[str, int]) -> str:
    """How many links were changed in how many notes; '' if none was."""
    total = sum(links.values())
    if not total:
        return ""
    notes = "1 note" if len(links) == 1 else f"{len(links)} notes"
    return f"; {total} {'link' if total == 1 else 'links'} in {notes}"


def _say_elsewhere(app: App, done: Renaming) -> None:
    from vault_crm.store.naming import files_naming

    if not done.names.moves:
        return
    for path in files_naming(app.root, done.names.old_stem + ".md"):
        app.say(f"{app.shown_path(path)} names the note, too, and is left as it is: open it in Obsidian")
