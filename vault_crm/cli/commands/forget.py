"""Delete one person's note for good, and say where else they are still named."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import dry_run_option
from vault_crm.cli.app import name_argument
from vault_crm.cli.outcome import commit_done
from vault_crm.cli.outcome import show_diff
from vault_crm.cli.wording import count
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from vault_crm.core.forget import Mention
    from vault_crm.core.forget import Traces
    from vault_crm.core.model import Person
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan

TITLE = "forget a person"  # in git's log, too: without the name


@click.command("forget")
@name_argument
@click.option(
    "--redact", is_flag=True, help="Also write 'someone' where other notes link them, or name them in full."
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@dry_run_option
@click.pass_obj
def command(app: App, name: tuple[str, ...], redact: bool, yes: bool, dry_run: bool) -> None:
    """Delete NAME's note, and what this device remembers of it (the undo journal, the index). For good.

    Every mention that remains in other notes is listed, as grep prints it, and what git's history still
    holds; with --redact, links and full names there become 'someone'. It asks first. There is no undo.
    """
    from vault_crm.core.forget import traces_of

    person = app.person(name, for_writing=True)
    if not (yes or dry_run or app.can_ask()):
        raise UsageError(
            "there is nobody to ask", "--yes forgets without asking; --dry-run shows what would go"
        )
    traces = traces_of(person, app.vault)
    notes = _other_notes(app, person)
    mentions = _mentions(notes, traces)
    _say_what(app, person, traces)
    if not redact:
        _list(app, mentions, "other notes tell of them")
    if not (redact or yes or dry_run) and any(m.what in ("link", "name") for m in mentions):
        redact = app.confirm("Write 'someone' in place of these links and full names?")
    changes = _redactions(app, notes, traces) if redact else []
    if redact:
        _say_redacted(app, notes, changes, mentions, traces)
    plan = _plan(app, person, changes)
    held = _git_holds(app, person)
    if dry_run:
        show_diff(app, plan)
        _say_rest(app, person, notes, traces, gone=False)
    elif yes or app.confirm(f"Delete {app.shown_path(person.path)}? This cannot be undone."):
        _forget(app, plan, person, traces, redact)
        _say_rest(app, person, notes, traces, gone=True)
    else:
        app.say("nothing is forgotten")
        return
    if held:
        app.say("\n".join(held))


# -- what there is


def _other_notes(app: App, person: Person) -> dict[str, str]:
    """Every note but theirs, without the dashboards, which follow by themselves."""
    from vault_crm.store.forgetting import read_notes

    return dict(read_notes(app.root, (person.path, *app.dashboards())))


def _mentions(notes: dict[str, str], traces: Traces) -> list[Mention]:
    from vault_crm.core.forget import find_mentions

    return [mention for path, text in notes.items() for mention in find_mentions(path, text, traces)]


def _say_what(app: App, person: Person, traces: Traces) -> None:
    log = len(person.log)
    entries = f", {log} log {'entry' if log == 1 else 'entries'}" if log else ""
    app.say(f"{person.name}: {app.shown_path(person.path)}{entries}")
    for name in traces.shared:
        app.say(f"somebody else is called {name}, too: the name itself is left where it stands")


def _say_redacted(
    app: App,
    notes: Mapping[str, str],
    changes: Sequence[FileChange],
    before: Sequence[Mention],
    traces: Traces,
) -> None:
    """How much becomes 'someone', and the lines that tell of them all the same."""
    from vault_crm.core.text import decode

    after = {**notes, **{change.path: decode(change.result or b"") for change in changes}}
    rest = _mentions(after, traces)
    lines = count(sum(1 for m in before if m.what in ("link", "name")), "line")
    if changes:
        app.say(f"'someone' in place of links and names: {lines} in {count(len(changes), 'note')}")
    _list(app, rest, "other notes still tell of them")


def _list(app: App, mentions: Sequence[Mention], what: str) -> None:
    """The lines as grep prints them, on standard output."""
    if not mentions:
        app.say("no other note tells of them")
        return
    app.say(f"{what}, in {count(len(mentions), 'line')}:")
    for found in mentions:
        app.out_lines([[(f"{app.shown_path(found.path)}:{found.line}:", "dim"), (f" {found.text}", "")]])


# -- the plan


def _redactions(app: App, notes: dict[str, str], traces: Traces) -> list[FileChange]:
    from vault_crm.core.forget import redact
    from vault_crm.core.plan import FileChange
    from vault_crm.core.text import encode
    from vault_crm.core.verify import Allowed

    changes = []
    for path, text in notes.items():
        try:
            new = redact(path, text, traces, app.settings)
        except EditRefused as refused:
            app.warn(app.located(refused.message))
            continue
        if new != text:
            # `redact` has proved what differs; that is less than what an edit of a value may change.
            changes.append(FileChange(path, encode(text), encode(new), Allowed(anything=True)))
    return changes


def _plan(app: App, person: Person, changes: Sequence[FileChange]) -> Plan:
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan

    return Plan(TITLE, (FileChange(person.path, app.store.read(person.path), None), *changes))


def _forget(app: App, plan: Plan, person: Person, traces: Traces, redact: bool) -> None:
    """The journal first: if the note then cannot be deleted, it can be forgotten again."""
    from vault_crm.core.forget import in_title
    from vault_crm.core.forget import tells_of
    from vault_crm.store.forgetting import forget_in_journal
    from vault_crm.store.forgetting import forget_lines
    from vault_crm.store.rosterfile import forget_roster

    pages = app.dashboards()

    def also(path: str, text: str) -> bool:
        return (redact or path in pages) and tells_of(path, text, traces)

    done = forget_in_journal(app.root, person.path, also, lambda title: in_title(title, traces))
    applied = app.store.apply(plan, journal=False)
    journal = f", and {count(done.entries, 'change')} in the undo journal" if done.entries else ""
    app.say(f"forgotten: {app.shown_path(person.path)}{journal}")
    for line in (*done.unread, *applied.warnings):
        app.warn(line if line in applied.warnings else f"{line} cannot be read; delete it, if it matters")
    app.refresh_dashboards()
    app.store.load()  # the index is brought up to date, and forgets
    forget_roster(app.store.root)
    for page in pages:
        text = _page(app, page)
        forget_lines(app.root, page, text.split("\n"), lambda line: tells_of("", line, traces))
    commit_done(app, TITLE)


def _page(app: App, page: str) -> str:
    from vault_crm.core.text import decode

    try:
        return decode(app.store.read(page))
    except EditRefused:
        return ""


# -- what remains


def _say_rest(app: App, person: Person, notes: Mapping[str, str], traces: Traces, gone: bool) -> None:
    """Names of notes, files that are no notes, conflict copies; when the note is `gone`, also dashboards with
    a user's own words about them, and what this device has besides (the log of a watcher)."""
    from vault_crm.core.forget import tells_of
    from vault_crm.store.forgetting import copies_of
    from vault_crm.store.forgetting import other_files
    from vault_crm.store.forgetting import other_traces

    def tells(text: str) -> bool:
        return tells_of("", text, traces)

    copies = copies_of(app.root, person.path)
    pages = [page for page in app.dashboards() if gone and tells_of(page, _page(app, page), traces)]
    left = dict.fromkeys(copies, "a copy of the note")
    left |= {path: "its name tells of them" for path in notes if path not in copies and tells(path)}
    left |= dict.fromkeys((*pages, *other_files(app.root, tells)), "tells of them")
    shown = [f"  {app.shown_path(path)}: {what}" for path, what in left.items()]
    shown += [f"  {path}: tells of them" for path in (other_traces(app.root, tells) if gone else ())]
    if shown:
        app.say("left as they are:\n" + "\n".join(shown))


def _git_holds(app: App, person: Person) -> list[str]:
    """What git's history holds of the note, and how it could be taken out; nothing if that is nothing."""
    from vault_crm.git.history import find_history
    from vault_crm.git.repo import repo_root

    top = repo_root(app.root)
    if top is None:
        return []
    try:
        steps = list(find_history(app.root, person.path, app.store.read(person.path), app.settings))
    except VaultCrmError as error:
        return [f"what git's history holds of the note is not known: {error.message}"]
    commits = [step for step in steps if step.commit]
    if not commits:
        return ["git's history holds nothing of the note"]
    prefix = app.root.resolve().relative_to(top.resolve()).as_posix()
    called = [change.before for step in steps for change in step.changes if change.what == "path"]
    paths = dict.fromkeys([person.path, *(name for name in called if isinstance(name, str) and name)])
    inside = [path if prefix == "." else f"{prefix}/{path}" for path in paths]
    options = " ".join(f"--path {shlex.quote(path)}" for path in inside)
    name = shlex.quote(person.name)
    first, last = commits[-1].at[:10], commits[0].at[:10]
    return [
        f"git's history still holds the note: {count(len(commits), 'commit')}, {first} to {last},"
        " here and in every clone",
        "  to take it out of this clone (a copy of it first; then of the others, and push with --force):",
        f"  git filter-repo --invert-paths {options}",
        f"  other commits that name them: git log --oneline -S{name}; in their message: --grep={name}",
    ]
