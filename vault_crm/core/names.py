"""Whom a name means, and what a person's file may be called.

A name on the command line is matched without case and accents: the note's path first, then a whole name or
alias, then a part, then (difflib) a typo. Nothing is ever guessed between several people: they are all
returned.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING
from typing import Protocol

from vault_crm.core.folding import fold as fold
from vault_crm.core.folding import fold_all
from vault_crm.core.links import stem_of
from vault_crm.core.record import record
from vault_crm.errors import AmbiguousPerson
from vault_crm.errors import NoSuchPerson

if TYPE_CHECKING:
    from difflib import SequenceMatcher

    from vault_crm.core.model import Vault

# What parts the words of a name, beside spaces.
_BREAKS = {ord(char): " " for char in "-.,;:'\"()/_&+"}
_TYPO = 0.75
_NEAR = 0.6


def few_names(names: Iterable[str]) -> str:
    """Names in a title: `Ada`, `Ada, Ben`, `Ada, Ben, Cleo and 4 more`."""
    known = list(names)
    return ", ".join(known[:3]) + (f" and {len(known) - 3} more" if len(known) > 3 else "")


class Called(Protocol):
    """Somebody who has a name: a person, or as much of one as a list has."""

    @property
    def path(self) -> str:
        """The path of the note."""

    @property
    def name(self) -> str:
        """The name."""

    @property
    def aliases(self) -> tuple[str, ...]:
        """What else they are called."""

    @property
    def gone(self) -> bool:
        """True if they died or are archived."""


class Crowd:
    """People to be called by name, in the order of a vault's; their names are folded once for all
    questions."""

    def __init__(self, people: Iterable[Called]) -> None:
        several = tuple(people)
        keys, paths = fold_all([p.name for p in several]), [p.path for p in several]
        self.people = [several[at] for *_, at in sorted(zip(keys, paths, range(len(paths)), strict=True))]

    @cached_property
    def by_path(self) -> Mapping[str, Called]:
        """Everybody by the path of their note."""
        return {person.path: person for person in self.people}

    @cached_property
    def index(self) -> _Index:
        """The names."""
        return _Index(self)


@record
class Match:
    """Whom a name may mean. `exact`: a path, or a whole name or alias; `typo`: nobody is called so, but
    nearly. `near` are the closest names where there is no match."""

    name: str
    people: tuple[Called, ...] = ()
    exact: bool = False
    typo: bool = False
    near: tuple[str, ...] = ()


def find_people(vault: Vault | Crowd, name: str) -> Match:
    """Everybody whom one name may mean; the first of these that fits anybody decides: the note's path, a name
    or alias as it is written, without case and accents, the beginnings of its words in any order, a part of
    it, and last a typo."""
    return _index_of(vault).find(name)


def take_names(vault: Vault | Crowd, words: Sequence[str]) -> list[Match]:
    """The people that several arguments name, each match holding exactly one person.

    Consecutive words that are one whole name are taken together, the longest first (`Ana María Ben` without
    quotes is two people); every other word, and every argument with a space in it, is a name of its own.
    Raises NoSuchPerson or AmbiguousPerson; a match by typo is returned with `typo` set, and is the caller's
    to confirm.
    """
    index = _index_of(vault)
    matches = []
    for name in _taken(index, list(words)):
        match = index.find(name)
        if not match.people:
            raise NoSuchPerson(name, match.near)
        if len(match.people) > 1:
            raise AmbiguousPerson(name, [(person.name, person.path) for person in match.people])
        matches.append(match)
    return matches


def leading_name(vault: Vault | Crowd, words: Sequence[str]) -> int:
    """How many of the first words are one whole name together, the most; 0 if they begin with none."""
    index = _index_of(vault)
    for length in range(len(words), 0, -1):
        if index.exact(" ".join(words[:length])):
            return length
    return 0


def _inside_link(name: str) -> str:
    """What a wikilink points to; other names as they are."""
    if name.startswith("[[") and name.endswith("]]"):
        return name[2:-2].partition("|")[0].partition("#")[0]
    return name


def _taken(index: _Index, words: list[str]) -> list[str]:
    for length in range(len(words), 1, -1):
        for start in range(len(words) - length + 1):
            run = words[start : start + length]
            if all(len(word.split()) == 1 for word in run) and index.exact(" ".join(run)):
                return [
                    *_taken(index, words[:start]),
                    " ".join(run),
                    *_taken(index, words[start + length :]),
                ]
    return words


def _index_of(vault: Vault | Crowd) -> _Index:
    return vault.index if isinstance(vault, Crowd) else _Index(vault)


class _Index:
    """The names of a vault's people, folded once for any number of questions."""

    def __init__(self, vault: Vault | Crowd) -> None:
        self._by_path: Mapping[str, Called] = vault.by_path
        self._whole: dict[str, list[Called]] = {}
        self._names: list[tuple[str, Called]] = []
        each = [(name, person) for person in vault.people for name in names_of(person)]
        for name, (_, person) in zip(fold_all([name for name, _ in each]), each, strict=True):
            bearers = self._whole.setdefault(name, [])
            if not bearers or bearers[-1] is not person:  # a name is often the stem, too
                bearers.append(person)
                self._names.append((name, person))

    def find(self, name: str) -> Match:
        exact = self.exact(name)
        if exact:
            return Match(name, exact, exact=True)
        wanted = fold(name)
        if not wanted:
            return Match(name)
        part = self._beginning(wanted) or _once(p for text, p in self._names if wanted in text)
        return Match(name, part) if part else self._typo(name, wanted)

    def exact(self, name: str) -> tuple[Called, ...]:
        """The person at this path; else all with this name or alias, as it is written before folded."""
        name = _inside_link(name)
        path = name.removeprefix("./")
        for candidate in (path, path + ".md", unicodedata.normalize("NFC", path)):
            if candidate in self._by_path:
                return (self._by_path[candidate],)
        folded = self._whole.get(fold(name)) or self._whole.get(fold(name.removesuffix(".md")), [])
        if len(folded) < 2:
            return tuple(folded)
        written = unicodedata.normalize("NFC", " ".join(name.split()))
        verbatim = [p for p in folded if written in {unicodedata.normalize("NFC", n) for n in names_of(p)}]
        return tuple(verbatim or folded)

    def _beginning(self, wanted: str) -> tuple[Called, ...]:
        """Everybody for whom each wanted word begins another word of one and the same name."""
        words = wanted.translate(_BREAKS).split()
        first = words[0] if words else wanted
        return _once(p for text, p in self._names if first in text and words and _begins(words, text))

    def _typo(self, name: str, wanted: str) -> Match:
        """The people whose name, or one word of it, is nearly this; those who are gone only if nobody else
        is."""
        from difflib import SequenceMatcher

        matcher = SequenceMatcher[str](autojunk=False)
        matcher.set_seq2(wanted)
        scored: list[tuple[float, Called]] = []
        for text, person in self._names:
            parts = [text, *text.split()] if " " not in wanted else [text]
            scored.append((max(_likeness(matcher, part) for part in parts), person))
        scored.sort(key=lambda pair: -pair[0])
        close = [(score, p) for score, p in scored if score >= _TYPO and len(wanted) > 2]
        close = [(score, p) for score, p in close if not p.gone] or close
        people = _once(p for score, p in close if score >= close[0][0] - 0.05)
        if people:
            return Match(name, people, typo=True)
        near = dict.fromkeys(p.name for score, p in scored if score >= _NEAR)
        return Match(name, near=tuple(near)[:3])


def _likeness(matcher: SequenceMatcher[str], text: str) -> float:
    matcher.set_seq1(text)
    if matcher.real_quick_ratio() < _NEAR or matcher.quick_ratio() < _NEAR:
        return 0.0
    return matcher.ratio()


def _begins(words: list[str], name: str) -> bool:
    left = name.translate(_BREAKS).split()
    # the longest first, so that `an ana` does not spend Ana on `an`
    for word in sorted(words, key=len, reverse=True):
        found = next((part for part in left if part.startswith(word)), None)
        if found is None:
            return False
        left.remove(found)
    return True


def names_of(person: Called) -> tuple[str, ...]:
    """Everything a person may be called: the name, the aliases, and the file's stem, which is what links
    say."""
    stem = stem_of(person.path)
    return (person.name, *person.aliases, stem)


def _once(people: Iterable[Called]) -> tuple[Called, ...]:
    return tuple({person.path: person for person in people}.values())


# -- file names

_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"} | {
    f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³"
}
# What Windows, a wikilink or Obsidian cannot bear in a name, by what a reader would take for it.
_FORBIDDEN = {ord(char): text for char, text in zip('/\\:|"<>[]*?#^', "----'()()    ", strict=True)}
_STEM_BYTES = 200


def safe_stem(name: str) -> str:
    """A file name (without `.md`) that every file system, git host, wikilink and shell can bear; as near to
    the name as that allows, never empty, at most 200 bytes of UTF-8. Idempotent."""
    stem = name
    for _ in range(8):  # a cut or a replacement can bring a new ending or a reserved name forth
        before, stem = stem, _safer(stem)
        if stem == before:
            break
    return stem


def _safer(name: str) -> str:
    text = unicodedata.normalize("NFC", name)
    text = "".join(" " if char.isspace() else char for char in text if char.isspace() or _visible(char))
    text = " ".join(text.translate(_FORBIDDEN).split())
    while "%%" in text:
        text = text.replace("%%", "%")
    text = _ends_trimmed(text)
    if text.lower().endswith(".md"):
        text = _ends_trimmed(text[:-3])
    if text.split(".", 1)[0].rstrip().casefold() in _RESERVED:
        head, dot, tail = text.partition(".")
        text = head.rstrip() + "_" + dot + tail
    while len(text.encode()) > _STEM_BYTES:
        text = text.encode()[:_STEM_BYTES].decode(errors="ignore")
    return _ends_trimmed(text) or "Unnamed"


def _ends_trimmed(text: str) -> str:
    # a dot in front hides the note, a dash looks like an option, `~` like a home folder
    return text.lstrip(" .-~").rstrip(" .-")


def _visible(char: str) -> bool:
    """False for control, format and lone surrogate characters, and for what Unicode will never assign."""
    return unicodedata.category(char) not in ("Cc", "Cf", "Cs") and ord(char) & 0xFFFE != 0xFFFE
