"""What `search` does: where a text stands, as lines to print or as JSON.

Nothing of the command line library is needed, and many notes are looked through by two processes.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

from vault_crm.cli import console
from vault_crm.cli.everybody import people_and_paths
from vault_crm.core.find import Sought
from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError
from vault_crm.store.bulk import read_many
from vault_crm.store.together import read_together

if TYPE_CHECKING:
    from vault_crm.cli.app import App

_MANY = 400  # lines that go into a pipe at once

# What is shown of a note's lines that hold the text: its path, (number, text) of each, and whose note it is,
# '' for other notes. Plain values: they may come from another process.
Hits: TypeAlias = "Iterable[tuple[int, str]]"
Show: TypeAlias = "Callable[[str, Hits, str], list[Any]]"


def search_words(app: App, text: Sequence[str], as_json: bool = False, people_only: bool = False) -> None:
    """Print where a text stands; on a terminal each line as it is found. Raises UsageError."""
    words = " ".join(text)
    if not words.strip():
        raise UsageError("search for what?", "for instance: vault-crm search sabbatical")
    if as_json:
        from vault_crm.cli import shape

        matches: list[dict[str, Any]] = []
        with _looked_through(app, words, people_only, _as_json) as found:
            for hits in found:
                if isinstance(hits, VaultCrmError):
                    app.warn(hits.message)
                else:
                    matches += hits
        app.json({**shape.head(app.today), "matches": matches})
    elif not _print(app, words, people_only):
        app.say(f"no note says {words!r}")


def _as_json(path: str, hits: Hits, name: str) -> list[dict[str, Any]]:
    return [
        {"path": path, "line": number, "text": line.strip(), "name": name or None} for number, line in hits
    ]


def _print(app: App, words: str, people_only: bool) -> int:
    """Writes the hits; how many there were."""
    most = 1 if app.screen.terminal else _MANY
    hits = 0
    lines: list[str] = []
    with _looked_through(app, words, people_only, _Places(app, words).show) as found:
        try:
            for more in found:
                if isinstance(more, VaultCrmError):
                    _write(lines)
                    app.warn(more.message)
                    continue
                hits += len(more)
                lines += more
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


@contextlib.contextmanager
def _looked_through(
    app: App, words: str, people_only: bool, show: Show
) -> Iterator[Iterator[Sequence[Any] | VaultCrmError]]:
    """What is to be shown of each note that holds the text, note by note: of people whose name fits, of other
    people, of other notes; and where a note cannot be read, why."""
    sought = Sought(words)
    people, paths = people_and_paths(app)
    bearers = {person.path: person.name for person in people}
    named = {p.path: None for p in people if any(map(sought.inside, (p.name, *p.aliases)))}
    order = list(dict.fromkeys([*named, *bearers, *([] if people_only else sorted(paths))]))
    search = Search(sought, bearers, named, show)
    answers = read_together(lambda some: search.read_all(app.place, some), order)
    with contextlib.closing(answers):  # nobody reads on for one who has stopped listening
        yield _with_patience(app, search, answers)


def _with_patience(
    app: App, search: Search, answers: Iterable[list[Any] | str]
) -> Iterator[Sequence[Any] | VaultCrmError]:
    """The answers, the notes that were not to be had at once read carefully."""
    for answer in answers:
        if isinstance(answer, str):
            try:
                yield search.hits(answer, app.store.read(answer))
            except VaultCrmError as error:
                yield error
        else:
            yield answer


class Search:
    """What is looked for, in whose notes, and how it is shown."""

    def __init__(
        self, sought: Sought, bearers: Mapping[str, str], named: Collection[str], show: Show
    ) -> None:
        self._sought = sought
        self._bearers = bearers
        self._named = named
        self._show = show

    def read_all(self, root: str, paths: Iterable[str]) -> Iterator[list[Any] | str]:
        """What is shown of each note that holds the text; the path of one that takes care to read."""
        for path, raw in read_many(root, paths):
            if raw is None:
                yield path
            elif hits := self.hits(path, raw):
                yield hits

    def hits(self, path: str, raw: bytes) -> list[Any]:
        """What is shown of one note: its lines; of a person whose name fits the name, where no line says
        it."""
        found = self._sought.lines(raw)
        if not found and path not in self._named:
            return []
        name = self._bearers.get(path, "")
        hits = self._show(path, found, name)
        return hits if hits or path not in self._named else self._show(path, [(1, name)], name)


class _Places:
    """How hits look: `path:line: the line`, the path from the current folder on."""

    def __init__(self, app: App, words: str) -> None:
        self._place = app.place
        self._screen = app.screen
        self._in_full = self._screen.columns is None and not self._screen.colour
        self._words = words
        self._folders: dict[str, str] = {}

    def show(self, path: str, hits: Hits, name: str) -> list[str]:  # noqa: ARG002
        """The hits as lines to print."""
        shown = self._from_here(path)
        if not self._in_full:
            return [self._fitted(f"{shown}:{number}:", line) for number, line in hits]
        plain, clean = console.clean(shown), console.clean
        return [f"{plain}:{number}: {clean(line.strip())}".rstrip() + "\n" for number, line in hits]

    def _fitted(self, where: str, line: str) -> str:
        screen = self._screen
        room = None if screen.columns is None else max(screen.columns - console.width(where) - 1, 20)
        text = excerpt(line, self._words, room)
        return console.format_line([(where, "dim"), (" ", ""), (text, "")], screen.colour) + "\n"

    def _from_here(self, path: str) -> str:
        """As `App.shown_path`, which looks where it is each time."""
        folder, _, name = path.rpartition("/")
        if folder not in self._folders:
            shown = console.from_here(os.path.join(self._place, folder))
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
