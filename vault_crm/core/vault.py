"""assemble(notes, settings) -> Vault: everything that spans files and does not depend on today.

Single passes over dictionaries: a vault of 100,000 notes is assembled for every command that is run.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.defaults import read_defaults
from vault_crm.core.evidence import EvidenceFinder
from vault_crm.core.evidence import PlainNames
from vault_crm.core.links import Resolver
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.person import read_person
from vault_crm.core.settings import Settings


def assemble(notes: Mapping[str, Note], settings: Settings) -> Vault:
    """The vault that these notes are: its people with their names, cadences and evidence, and what is odd
    between files. A pure function of its arguments, whatever the notes hold; it never raises."""
    defaults = read_defaults(settings)
    read = {path: read_person(note, defaults) for path, note in notes.items() if note.person_rule}
    people = {path: person for path, (person, _) in read.items()}
    finder = EvidenceFinder(people, Resolver(notes, _link_names(notes, people)), settings)
    names = PlainNames(people.values()) if any(note.lines for note in notes.values()) else None
    for person, stated in read.values():
        finder.add_own(person, stated)
    for note in notes.values():
        if note.mentions:
            finder.add_mentions(note)
        if note.lines and names is not None:
            finder.add_names(note, names)
    for path, person in people.items():
        object.__setattr__(person, "evidence", finder.of(path))  # ours alone until here: no need for a copy
    joined = list(people.values())
    joined.sort(key=lambda person: (fold(person.name), person.path))
    return Vault(
        people=tuple(joined),
        notes=notes,
        by_path={person.path: person for person in joined},
        diagnostics=(
            *defaults.diagnostics,
            *dict.fromkeys(finder.ambiguous),
            *_path_twins(notes),
            *_shared_names(joined),
        ),
    )


def _link_names(notes: Mapping[str, Note], people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    """What a link may say beside paths and stems: the aliases of all notes, and the names of people."""
    found: dict[str, dict[str, None]] = {}
    for path, person in people.items():
        for name in (person.name, *person.aliases):
            found.setdefault(name, {})[path] = None
    for path, note in notes.items():
        if not note.person_rule and note.properties:
            for prop in note.properties:
                if prop.field == "aliases":
                    for name in text_items(prop.value):
                        found.setdefault(name, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}


# -- what is odd between files


def _path_twins(notes: Iterable[str]) -> list[Diagnostic]:
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


def _shared_names(people: Iterable[Person]) -> list[Diagnostic]:
    """People with one name, and aliases that mean several people."""
    by_name: dict[str, list[Person]] = {}
    by_alias: dict[str, list[tuple[str, Person]]] = {}
    for person in people:
        by_name.setdefault(fold(person.name), []).append(person)
        for alias in dict.fromkeys(map(fold, person.aliases)):
            by_alias.setdefault(alias, []).append((alias, person))
    found = []
    for name, named in by_name.items():
        if name and len(named) > 1:
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
