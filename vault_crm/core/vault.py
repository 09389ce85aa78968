"""assemble(notes, settings) -> Vault: everything that spans files and does not depend on today.

Single passes over dictionaries: a vault of 100,000 notes is assembled for every command that is run. Who
stays for longer keeps an `Assembly`, which does again only what a changed note can change.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.defaults import read_defaults
from vault_crm.core.evidence import EvidenceFinder
from vault_crm.core.evidence import Found
from vault_crm.core.evidence import in_order
from vault_crm.core.links import Resolver
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.namesakes import path_twins
from vault_crm.core.namesakes import shared_names
from vault_crm.core.person import read_person
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings

# A person without evidence from elsewhere, and the evidence of their own note.
Read = tuple[Person, list[Evidence]]


def assemble(notes: Mapping[str, Note], settings: Settings) -> Vault:
    """The vault that these notes are: its people with their names, cadences and evidence, and what is odd
    between files. A pure function of its arguments, whatever the notes hold; it never raises."""
    return Assembly(settings).update(notes, ())


class Assembly:
    """The vault of notes that change by and by.

    A note's own person depends on that note alone; what it says of others depends on it and on what its links
    mean, and that on all paths, names and aliases together. So as long as none of these comes or goes, only
    the changed notes are looked through, and their pieces exchanged in the evidence of whom they speak of.
    """

    def __init__(self, settings: Settings) -> None:
        self._defaults = read_defaults(settings)
        self._finder = EvidenceFinder(settings)
        self._vault = Vault()
        self._paths: list[str] = []
        self._odd_links: dict[str, tuple[Diagnostic, ...]] = {}
        self._twins: list[Diagnostic] = []
        self._shared: list[Diagnostic] = []

    def update(self, notes: Mapping[str, Note], changed: Collection[str]) -> Vault:
        """The vault that these notes are now, always equal to `assemble(notes, settings)`.

        `changed` are all paths whose note is new, gone, or another object than in the last call (in the first
        call it is not looked at). The mapping becomes the vault's own: hand over another one the next time.
        Nobody is made anew whose note and evidence are as before, and no vault ever changes once it is
        returned.
        """
        before = self._vault.notes
        other = {path for path in changed if before.get(path) != notes.get(path)} if before else notes.keys()
        there = ((path, notes.get(path)) for path in other)
        read = {path: self._read(note) for path, note in there if note is not None and note.person_rule}
        if self._meanings_differ(notes, other, read):
            by_path = self._join_all(notes, read)
        elif other:
            by_path = self._exchange(notes, other, read)
        else:
            by_path = dict(self._vault.by_path)
        self._finder.forget()
        linked_oddly = [path for path in notes if path in self._odd_links] if self._odd_links else []
        odd_links = (d for path in linked_oddly for d in self._odd_links[path])
        odd = (*self._defaults.diagnostics, *odd_links, *self._twins, *self._shared)
        self._vault = Vault(tuple(by_path.values()), notes, by_path, odd)
        return self._vault

    def _read(self, note: Note) -> Read:
        person, stated = read_person(note, self._defaults)
        return person, self._finder.own(person, stated)

    def _meanings_differ(
        self, notes: Mapping[str, Note], other: Iterable[str], read: Mapping[str, Read]
    ) -> bool:
        """True if a link, or a name in running text, can mean somebody else than before."""
        before = self._vault
        return list(notes) != self._paths or any(
            _called(before.notes[path], before.by_path.get(path))
            != _called(notes[path], read[path][0] if path in read else None)
            for path in other
        )

    # -- everything anew, but for the people whose notes did not change

    def _join_all(self, notes: Mapping[str, Note], read: Mapping[str, Read]) -> dict[str, Person]:
        before = self._vault.by_path
        people: dict[str, Person] = {}
        found: Found = {}
        for path, note in notes.items():
            if not note.person_rule:
                continue
            if path in read:
                people[path], found[path] = read[path]
            else:
                people[path] = before[path]
                found[path] = [e for e in before[path].evidence if e.span.path == path]
        self._finder.use(Resolver(notes, link_names(notes, people)))
        self._odd_links = {}
        for path, note in notes.items():
            if (note.mentions or note.log or note.lines) and (odd := self._finder.add(note, people, found)):
                self._odd_links[path] = odd
        for path, person in people.items():
            people[path] = _with_evidence(person, in_order(found[path]), path in read)
        joined = sorted(people.values(), key=lambda person: (fold(person.name), person.path))
        self._paths = list(notes)
        self._twins = path_twins(notes)
        self._shared = shared_names(joined)
        return {person.path: person for person in joined}

    # -- only what changed

    def _exchange(
        self, notes: Mapping[str, Note], other: Collection[str], read: Mapping[str, Read]
    ) -> dict[str, Person]:
        by_path = {**self._vault.by_path, **{path: person for path, (person, _) in read.items()}}
        found: Found = {path: own for path, (_, own) in read.items()}
        for path in other:
            said: Found = {}
            self._finder.add(self._vault.notes[path], self._vault.by_path, said)
            for target in said:
                found.setdefault(target, [])
            odd = self._finder.add(notes[path], by_path, found)
            if odd:
                self._odd_links[path] = odd
            else:
                self._odd_links.pop(path, None)
        for path, pieces in found.items():
            kept = [e for e in self._vault.by_path[path].evidence if e.span.path not in other]
            by_path[path] = _with_evidence(by_path[path], in_order(kept + pieces), path in read)
        if any(d.span.path in read for d in self._shared):
            self._shared = shared_names(by_path.values())  # the property may stand in another line now
        return by_path


def _with_evidence(person: Person, evidence: tuple[Evidence, ...], ours: bool) -> Person:
    """The person with this evidence; `ours`: nobody else has seen them yet."""
    if ours:
        object.__setattr__(person, "evidence", evidence)
        return person
    return person if evidence == person.evidence else replace(person, evidence=evidence)


def resolver_of(vault: Vault) -> Resolver:
    """Which note a link of this vault means."""
    return Resolver(vault.notes, link_names(vault.notes, vault.by_path))


def link_names(notes: Mapping[str, Note], people: Mapping[str, Person]) -> dict[str, tuple[str, ...]]:
    """What a link may say beside paths and stems: the aliases of all notes, and the names of people."""
    found: dict[str, dict[str, None]] = {}
    for path, person in people.items():
        for name in (person.name, *person.aliases):
            found.setdefault(name, {})[path] = None
    for path, note in notes.items():
        if not note.person_rule and note.properties:
            for name in _aliases_of(note):
                found.setdefault(name, {})[path] = None
    return {name: tuple(paths) for name, paths in found.items()}


def _called(note: Note, person: Person | None) -> tuple[bool, Sequence[str]]:
    """What links and texts may call a note beside its path, and whether that is a person's name."""
    return person is not None, _aliases_of(note) if person is None else (person.name, *person.aliases)


def _aliases_of(note: Note) -> list[str]:
    return [name for prop in note.properties if prop.field == "aliases" for name in text_items(prop.value)]
