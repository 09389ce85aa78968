"""Where a text stands: names, properties and notes, without case and accents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import NamedTuple

import click

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from vault_crm.core.find import Sought

_MANY = 400  # lines that go into a pipe at once


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
            {"path": f.path, "line": f.line, "text": f.text.strip(), "name": f.name or None}
            for f in _with_warnings(app, found)
        ]
        app.json({**shape.head(app.today), "matches": matches})
    elif not _print(app, found, words):
        app.say(f"no note says {words!r}")


def find_lines(app: App, words: str, people_only: bool) -> Iterator[Found | VaultCrmError]:
    """Every line that holds the text: of people whose name fits, of other people, of other notes; and where a
    note cannot be read, why."""
    from vault_crm.cli.everybody import people_and_paths
    from vault_crm.core.find import Sought
    from vault_crm.store.bulk import read_many

    sought = Sought(words)
    people, paths = people_and_paths(app)
    bearers = {person.path: (person.name, person.aliases) for person in people}
    named = [path for path in bearers if _named(sought, *bearers[path])]
    order = dict.fromkeys([*named, *bearers, *([] if people_only else sorted(paths))])
    for path, raw in read_many(app.place, order):
        if raw is None:
            try:
                raw = app.store.read(path)
            except VaultCrmError as error:
                yield error
                continue
        hits = sought.lines(raw)
        bearer = bearers.get(path)
        if bearer is None:
            for number, line in hits:
                yield Found(path, number, line.rstrip("\r"), "")
        else:
            yield from _in_person(sought, path, *bearer, hits)


def _in_person(
    sought: Sought, path: str, name: str, aliases: tuple[str, ...], hits: Iterable[tuple[int, str]]
) -> Iterator[Found]:
    """The lines of a person's note; the name, where it fits and no line says it."""
    said = False
    for number, line in hits:
        said = True
        yield Found(path, number, line.rstrip("\r"), name)
    if not said and _named(sought, name, aliases):
        yield Found(path, 1, name, name)


def _named(sought: Sought, name: str, aliases: tuple[str, ...]) -> bool:
    return sought.inside(name) or any(map(sought.inside, aliases))


def _with_warnings(app: App, found: Iterable[Found | VaultCrmError]) -> Iterator[Found]:
    for hit in found:
        if isinstance(hit, VaultCrmError):
            app.warn(hit.message)
        else:
            yield hit


def _print(app: App, found: Iterable[Found | VaultCrmError], words: str) -> int:
    """Writes the hits, on a terminal each as it comes; how many there were."""
    most = 1 if app.screen.terminal else _MANY
    show = _Places(app, words).show
    hits = 0
    lines: list[str] = []
    try:
        for hit in found:
            if isinstance(hit, VaultCrmError):
                _write(lines)
                app.warn(hit.message)
                continue
            hits += 1
            lines.append(show(hit))
            if len(lines) >= most:
                _write(lines)
    finally:
        _write(lines)
    return hits


def _write(lines: list[str]) -> None:
    text = "".join(lines)
    lines.clear()
    if text:
        console.write_text(sys.stdout, text)


class _Places:
    """How hits look: `path:line: the line`, the path from the current folder on."""

    def __init__(self, app: App, words: str) -> None:
        self._app = app
        self._words = words
        self._folders: dict[str, str] = {}
        self._path = ""
        self._shown = self._plain = ""

    def show(self, hit: Found) -> str:
        """The hit as a line to print."""
        screen = self._app.screen
        if hit.path != self._path:
            self._path, self._shown = hit.path, self._from_here(hit.path)
            self._plain = console.clean(self._shown)
        if screen.columns is None and not screen.colour:
            return f"{self._plain}:{hit.line}: {console.clean(hit.text.strip())}".rstrip() + "\n"
        where = f"{self._shown}:{hit.line}:"
        room = None if screen.columns is None else max(screen.columns - console.width(where) - 1, 20)
        text = excerpt(hit.text, self._words, room)
        return console.format_line([(where, "dim"), (" ", ""), (text, "")], screen.colour) + "\n"

    def _from_here(self, path: str) -> str:
        """As `App.shown_path`, which looks where it is each time."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            shown = self._app.shown_path(folder or ".")
            self._folders[folder] = "" if shown == os.curdir else os.path.join(shown, "")
        return self._folders[folder] + name


def excerpt(line: str, words: str, room: int | None) -> str:
    """The line without its indentation, cut on a terminal so that what was looked for stays in sight."""
    text = console.clean(line.strip())
    if room is None or console.width(text) <= room:
        return text
    from vault_crm.core.folding import fold

    at = fold(text).find(fold(words))
    if at + len(words) < room - 1:
        return console.cut(text, room)
    return console.cut("…" + text[max(at - room // 3, 0) :], room)
