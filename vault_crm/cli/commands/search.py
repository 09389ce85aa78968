"""Where a text stands: names, properties and notes, without case and accents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.errors import UsageError


class Found(NamedTuple):
    """One line that holds the text; `name` is the person's whose note it is, '' in other notes."""

    path: str
    line: int
    text: str
    name: str


@click.command()
@click.argument("text", nargs=-1, required=True)
@json_option
@click.option("--people", "people_only", is_flag=True, help="Only in notes about people.")
@click.pass_obj
def command(app: App, text: tuple[str, ...], as_json: bool, people_only: bool) -> None:
    """Where TEXT stands in your notes, without case and accents: `path:line: the line`, as grep prints it.

    People's own notes come first, those whose name fits before the others.
    """
    words = " ".join(text)
    if not words.strip():
        raise UsageError("search for what?", "for instance: vault-crm search sabbatical")
    found = find_lines(app, words, people_only)
    if as_json:
        from vault_crm.cli import shape

        matches = [
            {"path": f.path, "line": f.line, "text": f.text.strip(), "name": f.name or None} for f in found
        ]
        app.json({**shape.head(app.today), "matches": matches})
        return
    hits = 0
    for hit in found:
        hits += 1
        where = f"{app.shown_path(hit.path)}:{hit.line}:"
        room = None if app.screen.columns is None else max(app.screen.columns - console.width(where) - 1, 20)
        app.out_lines([[(where, "dim"), (" ", ""), (excerpt(hit.text, words, room), "")]])
    if not hits:
        app.say(f"no note says {words!r}")


def find_lines(app: App, words: str, people_only: bool) -> Iterator[Found]:
    """Every line that holds the text: of people whose name fits, of other people, of other notes."""
    from vault_crm.core.names import fold
    from vault_crm.core.text import decode
    from vault_crm.errors import VaultCrmError

    wanted = fold(words)
    vault = app.vault
    for path in _in_order(app, wanted, people_only):
        try:
            text = decode(app.store.read(path))
        except VaultCrmError as error:
            app.warn(error.message)
            continue
        person = vault.by_path.get(path)
        name = person.name if person else ""
        said = False
        if wanted in fold(text):
            for number, line in enumerate(text.split("\n"), 1):
                if wanted in fold(line):
                    said = True
                    yield Found(path, number, line.rstrip("\r"), name)
        if person is not None and not said and _named(person.name, person.aliases, wanted):
            yield Found(path, 1, name, name)


def _in_order(app: App, wanted: str, people_only: bool) -> list[str]:
    vault = app.vault
    named = [p.path for p in vault.people if _named(p.name, p.aliases, wanted)]
    people = [p.path for p in vault.people]
    others = [] if people_only else sorted(vault.notes)
    return list(dict.fromkeys([*named, *people, *others]))


def _named(name: str, aliases: tuple[str, ...], wanted: str) -> bool:
    from vault_crm.core.names import fold

    return any(wanted in fold(text) for text in (name, *aliases))


def excerpt(line: str, words: str, room: int | None) -> str:
    """The line without its indentation, cut on a terminal so that what was looked for stays in sight."""
    from vault_crm.core.names import fold

    text = console.clean(line.strip())
    if room is None or console.width(text) <= room:
        return text
    at = fold(text).find(fold(words))
    if at + len(words) < room - 1:
        return console.cut(text, room)
    return console.cut("…" + text[max(at - room // 3, 0) :], room)
