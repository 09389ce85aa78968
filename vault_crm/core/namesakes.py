"""What is odd between files: paths that are one path elsewhere, people with one name, aliases of several."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.names import fold


def path_twins(notes: Iterable[str]) -> list[Diagnostic]:
    """Paths that are one path on a Mac or on Windows: they differ only in case or in how accents are
    encoded."""
    first: dict[str, str] = {}
    found = []
    for path in notes:
        key = path.lower() if path.isascii() else unicodedata.normalize("NFC", path).casefold()
        if key in first:
            other = first[key]
            message = f"this path and {other} differ only in {_difference(path, other)}"
            hint = "on a Mac, on Windows and in some sync programs they are one file: rename one of them"
            found.append(Diagnostic("name-twin", "warning", Span(path, 1), message, hint))
        else:
            first[key] = path
    return found


def _difference(path: str, other: str) -> str:
    same = unicodedata.normalize("NFC", path) == unicodedata.normalize("NFC", other)
    return "how accents are encoded (NFC and NFD)" if same else "upper and lower case"


def shared_names(people: Iterable[Person]) -> list[Diagnostic]:
    """People with one name, and aliases that mean several people."""
    by_name: dict[str, list[Person]] = {}
    by_alias: dict[str, list[tuple[str, Person]]] = {}
    for person in people:
        by_name.setdefault(fold(person.name), []).append(person)
        if person.aliases:
            for alias in dict.fromkeys(map(fold, person.aliases)):
                by_alias.setdefault(alias, []).append((alias, person))
    found = []
    for name, named in by_name.items():
        if len(named) > 1 and name:
            found += [_same_name(person, named) for person in named]
    for alias, bearers in by_alias.items():
        others = [p for p in by_name.get(alias, ()) if all(p is not bearer for _, bearer in bearers)]
        if len(bearers) + len(others) > 1:
            found += [_same_alias(person, alias, [p for _, p in bearers] + others) for _, person in bearers]
    return found


def _same_name(person: Person, named: list[Person]) -> Diagnostic:
    others = ", ".join(p.path for p in named if p is not person)
    return Diagnostic(
        "same-name",
        "info",
        _place(person, "name"),
        f"{person.name} is also the name of {others}",
        "commands ask which one is meant; give the note's path, or add an alias that tells them apart",
    )


def _same_alias(person: Person, alias: str, bearers: list[Person]) -> Diagnostic:
    written = next(text for text in person.aliases if fold(text) == alias)
    others = ", ".join(p.path for p in bearers if p is not person)
    return Diagnostic(
        "ambiguous-alias",
        "info",
        _place(person, "aliases"),
        f'"{written}" also means {others}',
        "a link or a command that says only this is ambiguous",
    )


def _place(person: Person, key: str) -> Span:
    spans = [prop.span for prop in person.note.properties if key in (prop.field, prop.key.casefold())]
    return spans[0] if spans else Span(person.path, 1)
