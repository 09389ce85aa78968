"""Mentions -> evidence: where it is written that there was contact (docs/vault-format.md, section 5).

One pass over the notes; every link is resolved once for each folder it stands in. What does not count (a type
that the settings name, a source they switch off) is kept as evidence that does not count, so that `why` can
show it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from vault_crm.core.links import Resolver
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Interaction
from vault_crm.core.model import Mention
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.names import fold
from vault_crm.core.settings import Settings

NO_CONTACT = "#no-contact"
_RANK = {"log": 0, "property": 1}

# The dates that a person's own properties state.
Stated = tuple[tuple[Property, date], ...]


class EvidenceFinder:
    """Collects everybody's evidence. `ambiguous` are the diagnostics of links that could mean several
    people."""

    def __init__(self, people: Mapping[str, Person], resolver: Resolver, settings: Settings) -> None:
        self._people = people
        self._resolver = resolver
        self._settings = settings
        self._not_contact = frozenset(kind.casefold() for kind in settings.not_contact)
        self._found: dict[str, list[Evidence]] = {path: [] for path in people}
        self._resolved: dict[tuple[str, str], tuple[str, ...]] = {}
        self.ambiguous: list[Diagnostic] = []

    def add_own(self, person: Person, stated: Stated) -> None:
        """The person's own log and last-contact properties, and what the log says of others."""
        found = self._found[person.path]
        for prop, on in stated:
            found.append(Evidence(on, "property", prop.span))
        for entry in person.log:
            found.append(self._from_log(entry, "log"))
            for target in dict.fromkeys(entry.links):
                other = self._person(target, entry.span)
                if other is not None and other is not person:
                    self._found[other.path].append(self._from_log(entry, f"{person.name}'s log"))

    def _from_log(self, entry: Interaction, how: str) -> Evidence:
        counts = entry.kind.casefold() not in self._not_contact and NO_CONTACT not in entry.text.casefold()
        return Evidence(entry.on, how, entry.span, entry.kind, entry.text, counts)

    def add_mentions(self, note: Note) -> None:
        """Whom a note's dated lines and done tasks link. What somebody's own note says of them is not
        counted."""
        for mention in note.mentions:
            counts = self._settings.dated_notes or mention.how == "task"
            person = self._person(mention.target, mention.span)
            if person is not None and person.path != note.path:
                self._found[person.path].append(_from_mention(mention, counts))

    def add_names(self, note: Note, names: PlainNames) -> None:
        """Whom a dated note names without a link, unless the same line links them."""
        for line in note.lines:
            for path in names.find(line.text):
                if path == note.path or self._linked(path, line.span):
                    continue
                how = f"name in a {note.dated_as or 'note'}"
                evidence = Evidence(line.on, how, line.span, "", " ".join(line.text.split()))
                self._found[path].append(replace(evidence, counts=self._settings.plain_names))

    def _linked(self, path: str, span: Span) -> bool:
        """True if this very line is already evidence for the person (mentions of a note are added just
        before)."""
        for evidence in reversed(self._found[path]):
            if evidence.span.path != span.path:
                return False
            if evidence.span.line == span.line:
                return True
        return False

    def of(self, path: str) -> tuple[Evidence, ...]:
        """A person's evidence, newest first; on one day the log before a property before anything else."""
        if len(self._found[path]) < 2:
            return tuple(self._found[path])
        found = {(e.span.path, e.span.line, e.on, e.how): e for e in reversed(self._found[path])}
        return tuple(sorted(found.values(), key=_newest_first))

    def _person(self, target: str, span: Span) -> Person | None:
        key = span.path.rpartition("/")[0], target
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(target, span.path)
        if len(found) > 1:
            message = f"[[{target}]] could be {len(found)} notes: {', '.join(found)}"
            hint = f"it counts for nobody; link the note's path: [[{found[0].removesuffix('.md')}]]"
            self.ambiguous.append(Diagnostic("ambiguous-link", "info", span, message, hint))
        return self._people[found[0]] if len(found) == 1 else None

    def _resolve(self, target: str, from_path: str) -> tuple[str, ...]:
        """The person that a link means, nobody, or all the notes that it could mean if a person is among
        them."""
        path = self._resolver.resolve(target, from_path)
        if path is not None:
            return (path,) if path in self._people else ()
        several = self._resolver.ambiguous(target, from_path)
        return several if any(path in self._people for path in several) else ()


def _newest_first(evidence: Evidence) -> tuple[int, int, bool, str, int]:
    rank = _RANK.get(evidence.how, 2)
    return -evidence.on.toordinal(), rank, not evidence.counts, evidence.span.path, evidence.span.line


def _from_mention(mention: Mention, counts: bool) -> Evidence:
    return Evidence(mention.on, mention.how, mention.span, "", mention.text, counts)


class PlainNames:
    """Full names and aliases of at least two words, to be found in running text without case and accents.

    A name that two people bear is nobody's. `find` looks words up in a dictionary, so its time does not
    depend on how many people there are.
    """

    def __init__(self, people: Iterable[Person]) -> None:
        owners: dict[tuple[str, ...], set[str]] = {}
        for person in people:
            for name in (person.name, *person.aliases):
                words = tuple(_words(name))
                if len(words) > 1 and len(name.split()) > 1:  # `Anna-Lena` or `j.doe` is one word
                    owners.setdefault(words, set()).add(person.path)
        self._by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for words, paths in owners.items():
            if len(paths) == 1:
                self._by_first.setdefault(words[0], []).append((words, next(iter(paths))))
        for names in self._by_first.values():
            names.sort(key=lambda entry: -len(entry[0]))

    def find(self, text: str) -> tuple[str, ...]:
        """The paths of the people whose full names stand in the text, the longest name at each place."""
        words = _words(text)
        found: dict[str, None] = {}
        at = 0
        while at < len(words):
            for name, path in self._by_first.get(words[at], ()):
                if tuple(words[at : at + len(name)]) == name:
                    found[path] = None
                    at += len(name) - 1
                    break
            at += 1
        return tuple(found)


def _words(text: str) -> list[str]:
    folded = fold(text)
    if not folded.replace(" ", "").isalnum():
        folded = "".join(char if char.isalnum() or char in "'" else " " for char in folded)
    words = (word.strip("'").removesuffix("'s") for word in folded.split())
    return [word for word in words if word]
