"""What other notes say of a person who is to be forgotten: where it stands, and the same texts without it.

A mention is a link to their note, their name in full (in any spelling of accents and case), another name of
theirs as written, or their e-mail address. Redacting takes out links and full names, nothing else; the new
text is read again, and if anything but these words would change, it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from functools import cache
from typing import Literal
from typing import TypeAlias

from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.links import stem_of
from vault_crm.core.linkspots import find_spots
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.note import parse_note
from vault_crm.core.record import record
from vault_crm.core.relink import Unlink
from vault_crm.core.relink import relink
from vault_crm.core.settings import Settings
from vault_crm.core.text import LineIndex
from vault_crm.core.vault import resolver_of
from vault_crm.core.words import Value
from vault_crm.errors import EditRefused

SOMEONE = "someone"
"""What stands where somebody was named: a word that goes into any sentence, list and property."""

_ADDRESS = re.compile(r"\S*://\S*")
_MARKS = "[\u0300-\u036f]*"
_GAP = r"(?:[^\S\r\n]+|[^\S\r\n]*\r?\n[^\S\r\n]*)"
_BREAK = re.compile(r"\r?\n[^\S\r\n]*")
_JOINED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_LETTERS = (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))


What: TypeAlias = Literal["link", "name", "other name", "address"]


@record
class Mention:
    """One line that tells of somebody: `what` is how."""

    path: str
    line: int
    what: What
    text: str


@record
class Traces:
    """How a person is known again in other notes. `full` finds the names that can be taken out, `kept` longer
    names of other people that must stand; `also` finds other names, `addresses` e-mail addresses. `shared`
    are full names that somebody else bears, too, so that nothing is taken out for them."""

    path: str
    leads: Callable[[str, str], bool]
    may_lead: Callable[[str, str], bool]
    full: re.Pattern[str]
    kept: re.Pattern[str]
    also: re.Pattern[str]
    addresses: re.Pattern[str]
    shared: tuple[str, ...] = ()


def traces_of(person: Person, vault: Vault) -> Traces:
    """How this person is known again in the notes of their vault."""
    resolver = resolver_of(vault)
    others = {fold(name): name for other in vault.people if other is not person for name in _names_of(other)}
    own = list(dict.fromkeys((person.name, *person.aliases)))
    full = [name for name in own if name == person.name or len(name.split()) > 1]
    shared = tuple(name for name in full if fold(name) in others)
    free = [name for name in full if name not in shared]
    longer = [name for key, name in others.items() if any(_within(fold(n), key) for n in free)]
    stem = stem_of(person.path)
    also = [name for name in (*own, stem, *shared) if name not in free]

    def leads(target: str, from_path: str) -> bool:
        return resolver.resolve(target, from_path) == person.path

    def may_lead(target: str, from_path: str) -> bool:
        return leads(target, from_path) or person.path in resolver.ambiguous(target, from_path)

    return Traces(
        person.path,
        leads,
        may_lead,
        _pattern(map(_any_spelling, free)),
        _pattern(map(_any_spelling, longer)),
        _pattern(map(_as_written, also)),
        _pattern(f"(?i:{re.escape(address)})" for address in _addresses_of(person)),
        shared,
    )


def find_mentions(path: str, text: str, traces: Traces) -> list[Mention]:
    """Where a note tells of them, each line once, by what is plainest."""
    spots = find_spots(text).spots
    places: list[tuple[int, What]] = [
        (spot.start, "link") for spot in spots if traces.may_lead(spot.target, path)
    ]
    if not places and not _may_name(text, traces):
        return []
    kept = [(spot.at, spot.at_end) for spot in spots]
    places += [(start, "name") for start, _ in _names_in(text, kept, traces)]
    # What is left is a part of something else's name: a link to another note, an address.
    places += [(match.start(), "other name") for match in traces.full.finditer(text)]
    places += [(match.start(), "address") for match in traces.addresses.finditer(text)]
    places += [(match.start(), "other name") for match in traces.also.finditer(text)]
    found: dict[int, Mention] = {}
    index = LineIndex(text)
    lines = text.split("\n")
    for at, what in places:
        number = index.place(at)[0]
        found.setdefault(number, Mention(path, number, what, lines[number - 1].strip()))
    return [found[number] for number in sorted(found)]


def redact(path: str, text: str, traces: Traces, settings: Settings) -> str:
    """The note without links to them and without their full names. What must not be touched (a link to
    another note whose name holds theirs, an address) stays. Raises EditRefused if more would change."""
    unlinked = relink(path, text, lambda s: Unlink(SOMEONE) if traces.leads(s.target, path) else None).text
    start = body_start(unlinked)
    front, body = unlinked[:start], unlinked[start:]
    kept = [(spot.at, spot.at_end) for spot in find_spots(unlinked).spots]
    spans = [(a - start, b - start) for a, b in kept if a >= start]
    new = _without_names(front, [span for span in kept if span[1] <= start], traces)
    new += _without_names(body, spans, traces)
    if new != text:
        _prove_values(path, unlinked, new, traces)
        _prove_rest(path, text, new, settings)
    return new


# -- names


def _names_of(person: Person) -> Iterator[str]:
    yield person.name
    yield from person.aliases


def _addresses_of(person: Person) -> Iterator[str]:
    prop = person.note.find("email")
    if prop is not None:
        yield from (text for text in text_items(prop.value) if "@" in text)


def _within(name: str, longer: str) -> bool:
    return name != longer and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", longer) is not None


def _pattern(alternatives: Iterable[str]) -> re.Pattern[str]:
    """The longest first; one that nothing matches if there are none."""
    known = sorted(set(alternatives), key=lambda text: (-len(text), text))
    return re.compile("|".join(known) or "(?!)")


def _as_written(name: str) -> str:
    """A pattern for a name where it stands as a word, or in a script that has no spaces between words."""
    before = "" if _JOINED.match(name[:1]) else r"(?<!\w)"
    after = "" if _JOINED.match(name[-1:]) else r"(?!\w)"
    return f"{before}{re.escape(name)}{after}"


def _any_spelling(name: str) -> str:
    """A pattern for a name: of several words in any case, with or without accents, over a line's end, too; a
    single word (`May`, `Dad`) only as written, because it may be a word of the language."""
    words = fold(name).split()
    if len(words) < 2:
        return _as_written(name)
    loose = _GAP.join("".join(map(_any_letter, word)) for word in words)
    return rf"{_as_written(name)}|(?<!\w){loose}(?!\w)"


def _any_letter(char: str) -> str:
    if not char.isalpha():
        return "['’‘ʼ`´]" if char == "'" else re.escape(char)
    forms = sorted({char, char.upper(), *_accented().get(char, ())})
    return f"[{''.join(form for form in forms if len(form) == 1)}]{_MARKS}"


@cache
def _accented() -> dict[str, tuple[str, ...]]:
    """Each plain letter -> the letters that are it with an accent."""
    found: dict[str, list[str]] = {}
    for code in _LETTERS:
        char = chr(code)
        if char.isalpha() and len(plain := fold(char)) == 1 and plain != char:
            found.setdefault(plain, []).append(char)
    return {plain: tuple(chars) for plain, chars in found.items()}


# -- finding and taking out


def _may_name(text: str, traces: Traces) -> bool:
    return any(pattern.search(text) for pattern in (traces.full, traces.also, traces.addresses))


def _names_in(text: str, kept: Iterable[tuple[int, int]], traces: Traces) -> Iterator[tuple[int, int]]:
    """Where their full name stands, but for what must stand as it is."""
    taken = [*kept, *((m.start(), m.end()) for m in _ADDRESS.finditer(text))]
    taken += [(m.start(), m.end()) for m in traces.kept.finditer(text)]
    for match in traces.full.finditer(text):
        if not any(a < match.end() and match.start() < b for a, b in taken):
            yield match.start(), match.end()


def _without_names(text: str, kept: Iterable[tuple[int, int]], traces: Traces) -> str:
    out: list[str] = []
    at = 0
    for start, end in _names_in(text, kept, traces):
        out += (text[at:start], _instead(text, start, end))
        at = end
    return "".join([*out, text[at:]])


def _instead(text: str, start: int, end: int) -> str:
    """What stands in a name's place; over a line's end both lines stay, and neither becomes blank."""
    ending = _BREAK.search(text, start, end)
    if ending is None:
        return SOMEONE
    line_end = text.find("\n", end)
    rest = text[end:line_end] if line_end >= 0 else text[end:]
    return SOMEONE + ending[0] + ("" if rest.strip() else SOMEONE)


def _prove_values(path: str, old: str, new: str, traces: Traces) -> None:
    """The properties are what they were, but for the names."""
    before, after = read_properties(path, old)[0], read_properties(path, new)[0]
    for was, now in zip(before, after, strict=False):
        if was.key != now.key or not _same_value(was.value, now.value, traces):
            raise EditRefused(
                path, was.key_span.line, f"without the name, {was.key} would not read as before"
            )
    if len(before) != len(after):
        raise EditRefused(path, 1, "without the name, the properties would not read as before")


def _prove_rest(path: str, old: str, new: str, settings: Settings) -> None:
    """Lines, log, diagnostics, and what kind of note it is, are what they were."""
    old_lines, new_lines = (lines_of(text, body_start(text)) for text in (old, new))
    for line, other in zip(old_lines, new_lines, strict=False):
        if (line.kind, line.level) != (other.kind, other.level):
            raise EditRefused(path, line.number, "without the name, this line would not read as before")
    if len(old_lines) != len(new_lines):
        raise EditRefused(path, 0, "without the name, the lines would not be the same")
    was, now = parse_note(path, old, settings), parse_note(path, new, settings)
    if was.person_rule != now.person_rule or was.on != now.on:
        raise EditRefused(path, 0, "without the name, the note would be of another kind")
    if [entry.on for entry in was.log] != [entry.on for entry in now.log]:
        raise EditRefused(path, 0, "without the name, the log would not read as before")
    if _errors(was.diagnostics) != _errors(now.diagnostics):
        raise EditRefused(path, 0, "without the name, the note would not read as before")


def _errors(diagnostics: Iterable[object]) -> int:
    return sum(1 for found in diagnostics if getattr(found, "severity", "") == "error")


def _same_value(old: Value, new: Value, traces: Traces) -> bool:
    if isinstance(old, str) and isinstance(new, str):
        return old == new or " ".join(_bare(old, traces).split()) == " ".join(new.split())
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(_same_value(a, b, traces) for a, b in zip(old, new, strict=True))
    if isinstance(old, dict) and isinstance(new, dict):
        return list(old) == list(new) and all(_same_value(old[key], new[key], traces) for key in old)
    return old == new


def _bare(value: str, traces: Traces) -> str:
    spots = find_spots(value).spots
    return _without_names(value, [(spot.at, spot.at_end) for spot in spots], traces)


# -- what else tells of them


def tells_of(path: str, text: str, traces: Traces) -> bool:
    """True if a text links them, names them in full or by their note, or has their e-mail address."""
    if traces.path in text or any(p.search(text) for p in (traces.full, traces.addresses)):
        return True
    return any(traces.may_lead(spot.target, path) for spot in find_spots(text).spots)


def in_title(title: str, traces: Traces) -> str:
    """A title without their names."""
    return traces.also.sub(SOMEONE, _without_names(title, (), traces))
