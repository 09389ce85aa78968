"""Whom the words of a command name."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.names import Called
from vault_crm.core.names import Crowd
from vault_crm.core.names import Match
from vault_crm.core.names import find_people
from vault_crm.core.names import take_names
from vault_crm.errors import AmbiguousPerson
from vault_crm.errors import NoSuchPerson

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import Vault


def one_of(app: App, crowd: Vault | Crowd, words: Sequence[str], for_writing: bool) -> Called:
    """The one person that all words together name. Raises NoSuchPerson, AmbiguousPerson."""
    name = " ".join(_paths(app, crowd, words))
    return _only(app, name, find_people(crowd, name), for_writing)


def each_of(app: App, crowd: Vault | Crowd, words: Sequence[str], for_writing: bool) -> tuple[Called, ...]:
    """The people that the words name, each once, in the order given; all of them or an error."""
    found: dict[str, Called] = {}
    for match in take_names(crowd, _paths(app, crowd, words)):
        person = _only(app, match.name, match, for_writing)
        found[person.path] = person
    return tuple(found.values())


def _paths(app: App, crowd: Vault | Crowd, words: Sequence[str]) -> list[str]:
    """The words; a path of a person's note as a shell or `--paths` gives it (from this folder, or absolute)
    becomes the path in the vault. Raises AmbiguousPerson if it might be either of two."""
    named = []
    for word in words:
        path = _path_in_vault(app, word) if "/" in word or word.endswith(".md") else ""
        person, other = crowd.by_path.get(path), crowd.by_path.get(word)
        if person and other and person is not other:
            raise AmbiguousPerson(word, [(p.name, p.path) for p in (other, person)])
        named.append(path if person else word)
    return named


def _path_in_vault(app: App, word: str) -> str:
    from pathlib import Path

    try:
        full = Path(os.path.normpath(Path.cwd() / word))
        root = app.root if full.is_relative_to(app.root) else app.root.resolve()
        return full.relative_to(root).as_posix()
    except (ValueError, OSError):  # not in the vault; a name that no path can be
        return ""


def _only(app: App, name: str, match: Match, for_writing: bool) -> Called:
    """The single person of a match; a match by typo is said, and before writing it is asked about."""
    if not match.people:
        raise NoSuchPerson(name, match.near)
    if len(match.people) > 1:
        raise AmbiguousPerson(name, [(p.name, p.path) for p in match.people])
    person = match.people[0]
    if match.typo:
        if for_writing and not app.confirm(f"Nobody is called {name!r}. Did you mean {person.name}?"):
            raise NoSuchPerson(name, [person.name])
        if not for_writing:
            app.say(f"nobody is called {name!r}: taking it for {person.name}")
    return person
