"""When somebody's cadence, contacts and notes changed, from git."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING
from typing import Any

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import name_argument
from vault_crm.cli.console import Line

if TYPE_CHECKING:
    from vault_crm.core.changes import Change
    from vault_crm.core.changes import Entry
    from vault_crm.core.model import Value
    from vault_crm.git.history import Step

NOT_YET = "not committed yet"


@click.command()
@name_argument
@json_option
@click.option(
    "-n", "--number", "limit", type=click.IntRange(0), default=0, help="So many commits at most; 0: all."
)
@click.pass_obj
def command(app: App, name: tuple[str, ...], as_json: bool, limit: int) -> None:
    """When somebody's cadence, contacts and notes changed, the latest first, from git.

    Commit by commit, who changed what: properties, entries of the log, the note's name (renames are
    followed), lines of prose. What is not committed yet comes first; a merge is there only with what it
    changed itself.
    """
    from vault_crm.git.history import find_history

    person = app.person(name)
    steps = find_history(app.root, person.path, app.store.read(person.path), app.settings)
    found = list(islice(steps, limit or None))
    if as_json:
        from vault_crm.cli import shape

        rows = [step_json(step) for step in found]
        app.json({**shape.head(app.today), "name": person.name, "path": person.path, "history": rows})
        return
    app.out_lines(told(app, found) if app.screen.terminal else piped(app, found))
    if not found:
        app.say(f"git knows of no change of {app.shown_path(person.path)}")


def _said(app: App, step: Step) -> list[str]:
    from vault_crm.core.changes import say_changes

    if step.first:
        return ["the note is there; what was before is not in this clone, which is shallow"]
    return say_changes(step.changes, app.settings)


def told(app: App, steps: list[Step]) -> Iterator[Line]:
    """For a terminal: a heading for each commit, what it changed below it."""
    for number, step in enumerate(steps):
        if number:
            yield []
        when = step.at[:10] or NOT_YET
        about = f"  {step.author}  {step.commit[:10]}  {step.subject}" if step.commit else ""
        yield [(when, "title"), (_cut(app, about, len(when)), "dim")]
        for words in _said(app, step):
            yield from _wrapped(app, words)


def _cut(app: App, text: str, taken: int) -> str:
    return console.cut(
        console.clean(text), max(app.screen.columns - taken - 1, 20) if app.screen.columns else None
    )


def _wrapped(app: App, words: str) -> Iterator[Line]:
    room = max(app.screen.columns - 5, 20) if app.screen.columns else None
    for number, part in enumerate(console.wrap(console.clean(words), room)):
        yield [("  " if number == 0 else "    ", ""), (part, "")]


def piped(app: App, steps: list[Step]) -> Iterator[Line]:
    """For a pipe: a line for each change, with the day, the commit and its author."""
    authors = max((console.width(console.clean(step.author)) for step in steps), default=0)
    for step in steps:
        when = [step.at[:10], step.commit[:10], console.pad(console.clean(step.author), authors)]
        head = "  ".join(when) if step.commit else console.pad(NOT_YET, 24 + authors)
        for words in _said(app, step):
            yield [(head, "dim"), (f"  {words}", "")]


def step_json(step: Step) -> dict[str, Any]:
    """One commit, and what it changed in the note."""
    return {
        "commit": step.commit or None,
        "date": step.at[:10] or None,
        "at": step.at or None,
        "author": step.author or None,
        "subject": step.subject or None,
        "first_known": step.first,
        "changes": [change_json(change) for change in step.changes],
    }


def change_json(change: Change) -> dict[str, Any]:
    """One thing that changed."""
    shape: dict[str, Any] = {"what": change.what, "how": change.how}
    if change.what == "prose":
        return {**shape, "added": change.added, "removed": change.removed}
    if change.what == "property":
        shape["key"] = change.key
    if change.what in ("property", "path", "log"):
        shape |= {"before": _side(change.before), "after": _side(change.after)}
    return shape


def _side(value: Value | Entry) -> Any:
    from vault_crm.cli.shape import value_json
    from vault_crm.core.changes import Entry

    if isinstance(value, Entry):
        below = list(value.below)
        return {"date": value.on.isoformat(), "kind": value.kind or None, "text": value.text, "below": below}
    return value_json(value)
