"""Mentions -> evidence: where it is written that there was contact (docs/vault-format.md, section 5).

What one note says depends on that note and on what its links mean, on nothing else; so a note that changed is
looked through again by itself. Every link is resolved once for each folder it stands in. What does not count
(a type that the settings name, a source they switch off) is kept as evidence that does not count, so that
`why` can show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping
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
# What is neither letter nor digit nor apostrophe parts words; elsewhere than in ASCII `re` knows it.
_APART = {code: " " for code in range(128) if not chr(code).isalnum() and chr(code) != "'"}

# The dates that a person's own properties state.
Stated = tuple[tuple[Property, date], ...]
# Evidence by the path of the person it is about, the pieces of one note side by side.
Found = dict[str, list[Evidence]]


def in_order(found: list[Evidence]) -> tuple[Evidence, ...]:
    """A person's evidence, each piece once, newest first; on one day the log before a property before
    anything else. Two pieces are one only if they stand in one line."""
    if len(found) < 2:
        return tuple(found)
    once = {(e.span.path, e.span.line, e.on, e.how): e for e in reversed(found)}
    return tuple(sorted(once.values(), key=_newest_first))


def _newest_first(evidence: Evidence) -> tuple[int, int, bool, str, int, str]:
    # to the last tie, so that evidence of one note can be exchanged among all the others
    span, how = evidence.span, evidence.how
    return -evidence.on.toordinal(), rank(how), not evidence.counts, span.path, span.line, how


def rank(how: str) -> int:
    """Which kind of evidence of one day comes first: the log, a property, anything else."""
    return _RANK.get(how, 2)


class EvidenceFinder:
    """Finds what notes say of people. What links and names mean is given to it with `use`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._not_contact = frozenset(kind.casefold() for kind in settings.not_contact)
        self.use(Resolver((), {}))

    def use(self, resolver: Resolver) -> None:
        """From now on links mean what this resolver says, and names whom they mean then."""
        self._resolver = resolver
        self._resolved: dict[tuple[str, str], tuple[str, ...]] = {}
        self._names: PlainNames | None = None

    def own(self, person: Person, stated: Stated) -> list[Evidence]:
        """The person's own last-contact properties and log."""
        found = [Evidence(on, "property", prop.span) for prop, on in stated]
        found += [self._from_log(entry, "log") for entry in person.log]
        return found

    def add(self, note: Note, people: Mapping[str, Person], found: Found) -> tuple[Diagnostic, ...]:
        """Adds what a note says of others than whom it is about: in a log, in dated lines and done tasks, and
        by plain names. Returns what is odd: links that could mean several people."""
        odd: list[Diagnostic] = []
        if note.person_rule:
            self._add_log(people[note.path], people, found, odd)
        for mention in note.mentions:
            counts = self._settings.dated_notes or mention.how == "task"
            path = self._whom(mention.target, mention.span, people, odd)
            if path and path != note.path:
                found.setdefault(path, []).append(_from_mention(mention, counts))
        if note.lines:
            self._add_names(note, people, found)
        return tuple(dict.fromkeys(odd))

    def forget(self) -> None:
        """Gives back the memory of what is worked out again in no time."""
        self._resolved = {}

    def _add_log(
        self, person: Person, people: Mapping[str, Person], found: Found, odd: list[Diagnostic]
    ) -> None:
        for entry in person.log:
            if not entry.links:
                continue
            for target in dict.fromkeys(entry.links):
                path = self._whom(target, entry.span, people, odd)
                if path and path != person.path:
                    found.setdefault(path, []).append(self._from_log(entry, f"{person.name}'s log"))

    def counts(self, entry: Interaction) -> bool:
        """True if an entry of a log is contact: its type counts, and it does not say that it was none."""
        return entry.kind.casefold() not in self._not_contact and NO_CONTACT not in entry.text.casefold()

    def _from_log(self, entry: Interaction, how: str) -> Evidence:
        return Evidence(entry.on, how, entry.span, entry.kind, entry.text, self.counts(entry))

    def _add_names(self, note: Note, people: Mapping[str, Person], found: Found) -> None:
        """Whom a dated note names without a link, unless the same line links them."""
        if self._names is None:
            self._names = PlainNames(people.values())
        how, counts = f"name in a {note.dated_as or 'note'}", self._settings.plain_names
        for line in note.lines:
            for path in self._names.find(line.text):
                there = found.setdefault(path, [])
                if path != note.path and not _linked(there, line.span):
                    there.append(Evidence(line.on, how, line.span, "", " ".join(line.text.split()), counts))

    def _whom(self, target: str, span: Span, people: Mapping[str, Person], odd: list[Diagnostic]) -> str:
        """The path of the person whom a link means, '' if nobody."""
        key = span.path.rpartition("/")[0], target
        found = self._resolved.get(key)
        if found is None:
            found = self._resolved[key] = self._resolve(target, span.path, people)
        if len(found) > 1:
            message = f"[[{target}]] could be {len(found)} notes: {', '.join(found)}"
            hint = f"it counts for nobody; link the note's path: [[{found[0].removesuffix('.md')}]]"
            odd.append(Diagnostic("ambiguous-link", "info", span, message, hint))
        return found[0] if len(found) == 1 else ""

    def _resolve(self, target: str, from_path: str, people: Mapping[str, Person]) -> tuple[str, ...]:
        """The person that a link means, nobody, or all the notes that it could mean if a person is among
        them."""
        path = self._resolver.resolve(target, from_path)
        if path is not None:
            return (path,) if path in people else ()
        several = self._resolver.ambiguous(target, from_path)
        return several if any(path in people for path in several) else ()


def _linked(found: list[Evidence], span: Span) -> bool:
    """True if this very line is already evidence for the person (a note's links are added before its
    names)."""
    for evidence in reversed(found):
        if evidence.span.path != span.path:
            return False
        if evidence.span.line == span.line:
            return True
    return False


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
                words = tuple(words_of(name))
                if len(words) > 1 and len(name.split()) > 1:  # `Anna-Lena` or `j.doe` is one word
                    owners.setdefault(words, set()).add(person.path)
        self._owner = {words: next(iter(paths)) for words, paths in owners.items() if len(paths) == 1}
        lengths: dict[str, set[int]] = {}
        for words in self._owner:
            lengths.setdefault(words[0], set()).add(len(words))
        # how long names that begin with a word are, the longest first
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}

    def find(self, text: str) -> tuple[str, ...]:
        """The paths of the people whose full names stand in the text, the longest name at each place."""
        words = words_of(text)
        found: dict[str, None] = {}
        at = 0
        while at < len(words):
            for length in self._lengths.get(words[at], ()):
                path = self._owner.get(tuple(words[at : at + length]))
                if path is not None:
                    found[path] = None
                    at += length - 1
                    break
            at += 1
        return tuple(found)


def words_of(text: str) -> list[str]:
    """The words of a text as names are compared: folded, of letters, digits and apostrophes."""
    folded = fold(text)
    if not folded.replace(" ", "").isalnum():
        folded = folded.translate(_APART) if folded.isascii() else re.sub(r"[^\w']|_", " ", folded)
        if "'" in folded:
            words = (word.strip("'").removesuffix("'s") for word in folded.split())
            return [word for word in words if word]
    return folded.split()
