"""Make a note for somebody new."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.editor import open_editor
from vault_crm.cli.editor import require_editor
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import say_due
from vault_crm.cli.outcome import show_diff
from vault_crm.cli.outcome import usage
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.newnote import free_path
from vault_crm.core.newnote import is_person
from vault_crm.core.newnote import people_folder
from vault_crm.core.newnote import plain_folder
from vault_crm.core.newnote import plan_person
from vault_crm.core.newnote import same_name
from vault_crm.core.newnote import with_names
from vault_crm.core.plan import Plan
from vault_crm.core.values import value_of
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError

# Option, whether it may be said several times, what it takes. The property is the option with `_` for `-`.
_OPTIONS: tuple[tuple[str, bool, str], ...] = (
    ("cadence", False, 'How often you want to be in touch: "3 months", weekly, ...'),
    ("tag", True, "A tag; may be said several times."),
    ("relationship", False, "What you are to each other: friend, mentor, former client."),
    ("how-met", False, "How you met."),
    ("met", False, "When you met: 2026-03-14, yesterday, ..."),
    ("introduced-by", False, "Who brought you together."),
    ("company", False, "Where they work."),
    ("role", False, "What they do there."),
    ("email", True, "An e-mail address; may be said several times."),
    ("phone", True, "A telephone number; may be said several times."),
    ("city", False, "Where they live."),
    ("birthday", False, "1984-05-12, or 05-12 without a year."),
    ("next", False, "What to ask about the next time."),
    ("alias", True, "Another name; may be said several times."),
)
_PROPERTY = {"tag": "tags", "alias": "aliases"}


def _with_properties(command: Any) -> Any:
    for name, multiple, text in reversed(_OPTIONS):
        command = click.option(f"--{name}", multiple=multiple, help=text, metavar="TEXT")(command)
    return command


@click.command("new")
@click.argument("words", nargs=-1, required=True, metavar="NAME")
@_with_properties
@click.option("--folder", metavar="DIR", help="The folder of the vault in which the note goes.")
@click.option("--anyway", is_flag=True, help="Also if somebody of that name is there already.")
@click.option("--edit", is_flag=True, help="Open the new note in your editor.")
@dry_run_option
@click.pass_obj
def command(
    app: App,
    /,
    words: tuple[str, ...],
    folder: str | None,
    anyway: bool,
    edit: bool,
    dry_run: bool,
    **given: str | tuple[str, ...] | None,
) -> None:
    """Make a note for NAME from the template; never over one that is there.

    \b
    vault-crm new "Ana Sousa" --cadence "3 weeks" --tag family --how-met "evening class"
    """
    name = " ".join(" ".join(words).split())
    if not name or not name.isprintable():
        raise UsageError(f"{name!r} cannot be a name")
    values = _values(app, given)
    if edit and not dry_run:
        require_editor()
    made: list[Plan] = []

    def make(vault: Vault) -> Plan:
        made.append(_plan(app, vault, name, values, folder, anyway))
        return made[-1]

    if dry_run:
        show_diff(app, make(app.vault))
        return
    app.store.change(make)
    path = made[-1].changes[0].path
    person = app.vault.by_path.get(path)
    item = next((i for i in app.agenda.items if i.person.path == path), None)
    due = f"; {say_due(item, app.today)}" if item else ""
    app.say(f"{person.name if person else name}: a new note, {app.shown_path(path)}{due}")
    app.refresh_dashboards()
    commit_done(app, f"new: {person.name if person else name}")
    if edit:
        lines = (made[-1].changes[0].result or b"").count(b"\n")
        open_editor(app.shown_path(path), lines)


def _values(app: App, given: Mapping[str, str | tuple[str, ...] | None]) -> dict[str, Value]:
    """The properties that were given, checked as `set` checks them. Raises UsageError."""
    values: dict[str, Value] = {}
    for option, said in given.items():
        if not said:
            continue
        name = _PROPERTY.get(option, option)
        texts = (said,) if isinstance(said, str) else said
        try:
            if name in ("tags", "aliases"):
                values[name] = value_of(name, texts, app.today, app.settings)
            else:
                checked = [value_of(name, (text,), app.today, app.settings) for text in texts]
                values[name] = checked[0] if len(checked) == 1 else tuple(checked)
        except ValueError as problem:
            error = usage(problem)
            raise UsageError(f"--{option.replace('_', '-')}: {error.message}", error.hint) from None
    return values


def _plan(
    app: App, vault: Vault, name: str, values: Mapping[str, Value], folder: str | None, anyway: bool
) -> Plan:
    there = same_name(vault, name)
    if there and not anyway:
        listed = ", ".join(f"{p.name} ({app.shown_path(p.path)})" for p in there)
        raise EditRefused(there[0].path, 0, f"there is somebody of that name already: {listed}",
                          "`vault-crm edit` opens the note; --anyway makes another one")  # fmt: skip
    where = people_folder(vault, app.settings) if folder is None else plain_folder(folder)
    # A note called README or 2026-11-22 is an index or a daily note, whatever it says: then a word is added.
    for title in (name, f"Person {name}"):
        path = free_path(vault, where, title, _hints(values), app.settings)
        app.store.full_path(path)
        full = with_names(path, name, values)
        plan = plan_person(path, _template(app, name, full), name, full, app.settings)
        if is_person(plan, app.settings):
            return plan
    raise EditRefused(path, 0, "no rule would take this note for a person's", "choose another name or folder")


def _hints(values: Mapping[str, Value]) -> Sequence[str]:
    found = (values.get(key) for key in ("company", "city", "role", "relationship"))
    return [value.strip("[]") for value in found if isinstance(value, str)]


def _template(app: App, name: str, values: Mapping[str, Value]) -> str:
    from vault_crm.render.person import person_text

    return person_text(app.store, name, values, app.today)
