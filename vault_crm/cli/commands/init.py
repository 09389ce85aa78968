"""Look at a vault (or an empty folder) and set it up; no note is touched."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.outcome import show_diff
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.starter import config_text
from vault_crm.core.starter import ignore_line
from vault_crm.core.starter import person_template
from vault_crm.core.survey import Survey
from vault_crm.core.survey import describe
from vault_crm.core.survey import survey
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.verify import Allowed
from vault_crm.errors import BadSettings
from vault_crm.errors import UsageError
from vault_crm.store.paths import MARKERS
from vault_crm.store.store import Store

CONFIG = ".vault-crm/config.toml"
_OWN = Allowed(anything=True)


@record
class _Wishes:
    """What the user chose on the command line or was asked."""

    people: tuple[str, ...]
    log_heading: str
    cadences: bool
    template: bool


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path())
@click.option("-y", "--yes", is_flag=True, help="Do not ask; write the settings.")
@click.option(
    "--people",
    multiple=True,
    metavar="DIR",
    help="A folder whose notes are people; may be said several times.",
)
@click.option("--log-heading", metavar="TEXT", help="The heading that is made where a person has no log yet.")
@click.option(
    "--cadences/--no-cadences", default=None, help="Take the proposed default cadences (asked otherwise)."
)
@click.option(
    "--template/--no-template", default=None, help="Put a person template into the vault's template folder."
)
@dry_run_option
@click.pass_obj
def command(
    app: App,
    folder: str | None,
    yes: bool,
    people: tuple[str, ...],
    log_heading: str | None,
    cadences: bool | None,
    template: bool | None,
    dry_run: bool,
) -> None:
    """Look at the vault in DIR (or here), show what was found, and after a yes write .vault-crm/config.toml.

    No note is touched. In a git repository the dashboard is put into .gitignore until you choose how it shall
    travel.
    """
    store = _open(app, folder)
    names = _folders(store, people)
    store.settings = _with_choices(store.settings, names, log_heading)
    found = survey(store.load(), store.settings, app.real_today if not app.explicit_today else app.today)
    for line in (f"{store.root} (nothing is written yet)", *describe(found)):
        app.out(line)
    _propose(app, found)
    if (store.root / CONFIG).exists():
        _already(app, store, bool(people or log_heading), yes, dry_run)
        return
    wishes = _Wishes(names, log_heading or "", bool(cadences), bool(template))
    if not (yes or dry_run):
        wishes = _ask(app, store, found, wishes, cadences is None, template is None)
    if not _carried_out(app, store, _plan(store, found, wishes), yes, dry_run):
        return
    for name in names:
        if not (store.root / name).is_dir():
            app.say(f"{name} is not there yet; `vault-crm new` makes it")
    app.say(_next_steps(found))


def _carried_out(app: App, store: Store, plan: Plan, yes: bool, dry_run: bool) -> bool:
    """Shows the plan, or writes it after a yes; True if it was written."""
    if dry_run:
        show_diff(app, plan)
        return False
    if not _agreed(app, plan, yes):
        app.say("nothing was written")
        return False
    store.apply(plan)
    for change in plan.changes:
        app.say(f"{'wrote' if change.base is None else 'added to'} {change.path}")
    for note in plan.notes:
        app.say(note)
    return True


def _open(app: App, folder: str | None) -> Store:
    """The folder to look at: the argument, else -C, else $VAULT_CRM_VAULT, else the vault that the current
    folder lies in (so that no vault is made inside of another), else the current folder."""
    if folder is not None and app.vault_given is not None:
        raise UsageError("say the folder once: as an argument or with -C")
    named = folder or app.vault_given or os.environ.get("VAULT_CRM_VAULT")
    here = Path.cwd()
    around = (up for up in (here, *here.parents) if any((up / marker).is_dir() for marker in MARKERS))
    app.vault_given = named or str(next(around, here))
    store = app.store = Store.open(Path(app.vault_given).expanduser())
    for warning in store.warnings:
        app.warn(warning)
    return store


def _folders(store: Store, people: Sequence[str]) -> tuple[str, ...]:
    """The people folders as they stand in the settings: relative to the vault, with `/`. Raises
    UsageError."""
    names = []
    for name in people:
        path = Path(name)
        if path.is_absolute():
            try:
                path = path.resolve().relative_to(store.root)
            except ValueError:
                raise UsageError(f"--people {name}: this folder is not in the vault {store.root}") from None
        text = path.as_posix().removeprefix("./").rstrip("/")
        if text in ("", ".") or ".." in path.parts:
            raise UsageError(f"--people {name}: name a folder inside the vault, such as People")
        names.append(text)
    return tuple(names)


def _with_choices(settings: Settings, people: tuple[str, ...], heading: str | None) -> Settings:
    if people:
        settings = replace(settings, people=people)
    if heading:
        settings = replace(settings, log_heading=heading)
    return settings


def _propose(app: App, found: Survey) -> None:
    if not found.proposals:
        return
    app.out("Default cadences that you could give, by tag and folder (a person's own always wins):")
    for proposal in found.proposals:
        count = f"{proposal.people:,} {'person' if proposal.people == 1 else 'people'}"
        app.out(f"  {proposal.kind} {proposal.name}: {proposal.cadence} ({count}; {proposal.why})")


def _already(app: App, store: Store, choices: bool, yes: bool, dry_run: bool) -> None:
    """A second `init` shows what is there and leaves the settings alone; where the vault has become a git
    repository since, the dashboard's line in `.gitignore` is still to be written."""
    if choices:
        app.say(f"{CONFIG} is there already, and nothing was changed")
        raise UsageError(f"{CONFIG} is there already", f"change it in an editor: {store.root / CONFIG}")
    ignore = _ignore_change(store)
    if ignore is None or not (yes or dry_run or app.can_ask()):
        app.say(f"{CONFIG} is there already, and nothing was changed")
        if ignore is not None:
            name = store.settings.dashboard_file
            app.say(f"git neither tracks nor ignores {name}; `vault-crm init --yes` has it ignored")
        return
    app.say(f"{CONFIG} is there already and stays as it is")
    _carried_out(app, store, Plan("init", (ignore,), (_ignored(store),)), yes, dry_run)


def _ask(
    app: App, store: Store, found: Survey, wishes: _Wishes, ask_cadences: bool, ask_template: bool
) -> _Wishes:
    """The two choices that were not made on the command line; without a terminal both are no."""
    if ask_cadences and found.proposals:
        wishes = replace(wishes, cadences=app.confirm("Use these default cadences?"))
    path = _template_path(store, found)
    if ask_template and path and not (store.root / path).exists():
        question = f"Put a person template into {path}, so that a phone can make people, too?"
        wishes = replace(wishes, template=app.confirm(question))
    return wishes


def _template_path(store: Store, found: Survey) -> str:
    """Where a person template would go; '' if the vault has no template folder."""
    there = [folder for folder in found.templates if (store.root / folder).is_dir()]
    return f"{(there or list(found.templates))[0]}/Person.md" if found.templates else ""


def _plan(store: Store, found: Survey, wishes: _Wishes) -> Plan:
    """Everything that `init` writes. Raises BadSettings if the settings would not read back."""
    text = config_text(
        found, people=wishes.people, log_heading=wishes.log_heading, use_proposals=wishes.cadences
    )
    _reads_back(text, wishes)
    changes = [FileChange(CONFIG, None, encode(text), _OWN)]
    notes = []
    if wishes.template:
        path = _template_path(store, found)
        if not path:
            raise UsageError(
                "the vault has no template folder", "choose one in Obsidian's settings for Templates"
            )
        if (store.root / path).exists():
            notes.append(f"{path} is there already and stays as it is")
        else:
            heading = wishes.log_heading or store.settings.log_heading
            body = person_template(heading, found.keys or store.settings.keys)
            changes.append(FileChange(path, None, encode(body), _OWN))
    ignore = _ignore_change(store)
    if ignore is not None:
        changes.append(ignore)
        notes.append(_ignored(store))
    return Plan("init", tuple(changes), tuple(notes))


def _reads_back(text: str, wishes: _Wishes) -> None:
    import tomllib

    from vault_crm.core.settings import parse_settings

    read, warnings = parse_settings(tomllib.loads(text), CONFIG)
    if warnings or read.people != wishes.people:
        raise BadSettings(CONFIG, "what was to be written does not read back", "please report it")


def _ignored(store: Store) -> str:
    name = store.settings.dashboard_file
    return f"git ignores {name}, so every device makes its own; `vault-crm git install` lets you choose"


def _ignore_change(store: Store) -> FileChange | None:
    """The dashboard's line in `.gitignore`, in a git repository that neither tracks nor ignores it; None
    where the settings say that it shall be tracked."""
    from vault_crm.git.repo import is_ignored
    from vault_crm.git.repo import is_tracked
    from vault_crm.git.repo import repo_root

    name = store.settings.dashboard_file
    if store.settings.dashboard_tracked == "yes":
        return None
    if repo_root(store.root) is None or is_tracked(store.root, name) or is_ignored(store.root, name):
        return None
    exists = (store.root / ".gitignore").exists()
    base = store.read(".gitignore") if exists else None
    text = decode(base or b"")
    return FileChange(".gitignore", base, encode(ignore_line(text, name)), _OWN)


def _agreed(app: App, plan: Plan, yes: bool) -> bool:
    if yes:
        return True
    names = ", ".join(change.path for change in plan.changes)
    if not app.can_ask():
        raise UsageError(f"this would write {names}", "--yes writes it, --dry-run shows it")
    return app.confirm(f"Write {names}?", default=True)


def _next_steps(found: Survey) -> str:
    if not found.people:
        return 'next: vault-crm new "Somebody" --cadence "3 months"'
    if found.without_cadence:
        return "next: `vault-crm triage` gives people a cadence, `vault-crm` shows who is overdue"
    return "next: `vault-crm` shows who is overdue"
