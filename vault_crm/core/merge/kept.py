"""That nothing is lost: each line and each value of a copy stands in what it was merged into, or was known
before (then the other side took it away)."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import bare_line
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import fold_key
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.model import Property
from vault_crm.core.model import text_items
from vault_crm.core.text import BOM
from vault_crm.core.text import split_lines

# Of two days in these properties the later one is the answer to both.
_LATER_WINS = frozenset({"last_contact", "next_contact", "snooze_until"})


def lost_lines(path: str, side: str, base: str, result: str, own: OwnLines | None = None) -> tuple[int, ...]:
    """The numbers of the lines of `side` that say something which neither `result` nor `base` says.

    Lines are compared without the space around them, properties by value: a list may be written otherwise as
    long as it has each item, and of two days of contact the later one is enough. Of a dashboard only what the
    user wrote counts (`own` tells the tool's lines).
    """
    board = _boards_words(side, own or OwnLines())
    if board is not None:
        known = _words_of(base, own) | _words_of(result, own)
        outside, words = board
        lost = [line for line, said in words if said not in known]
        return tuple(sorted({*lost, *_lost(outside, (base, result))}))
    start = _sound_start(path, side)
    lines = [(number, line) for number, line in _numbered(side) if number > side.count("\n", 0, start)]
    lost = _lost(lines, (base, result))
    if start:
        lost += _lost_properties(path, side, base, result)
        lost += _lost(_comments(side[:start]), (base, result))
    return tuple(sorted(set(lost)))


def _numbered(text: str) -> list[tuple[int, str]]:
    return list(enumerate(split_lines(text), 1))


def _bare(line: str) -> str:
    return line.strip().removeprefix(BOM).strip()


def _lost(lines: Iterable[tuple[int, str]], texts: Iterable[str]) -> list[int]:
    known = {_bare(line) for text in texts for line in split_lines(text)}
    return [number for number, line in lines if _bare(line) and _bare(line) not in known]


# -- the frontmatter


def _sound_start(path: str, text: str) -> int:
    """Where the body begins, if the properties above it can be compared by value; else 0."""
    if any(found.severity == "error" for found in read_properties(path, text)[1]):
        return 0
    return body_start(text)


def _comments(block: str) -> list[tuple[int, str]]:
    return [(number, line) for number, line in _numbered(block) if line.lstrip().startswith("#")]


def _by_key(path: str, text: str) -> Mapping[str, Property]:
    return {fold_key(prop.key): prop for prop in read_properties(path, text)[0]}


def _lost_properties(path: str, side: str, base: str, result: str) -> list[int]:
    before, after = _by_key(path, base), _by_key(path, result)
    return [
        prop.key_span.line
        for prop in read_properties(path, side)[0]
        if not _is_kept(prop, before.get(fold_key(prop.key)), after.get(fold_key(prop.key)))
    ]


def _is_kept(prop: Property, before: Property | None, after: Property | None) -> bool:
    if before is not None and before.value == prop.value:
        return True
    items = set(text_items(prop.value))
    if not items:
        return True
    if after is not None and after.value == prop.value:
        return True
    if after is not None and prop.field in _LATER_WINS and _not_later(prop, after):
        return True
    known = {item for other in (before, after) if other is not None for item in text_items(other.value)}
    return items <= known and not isinstance(prop.value, dict)


def _not_later(prop: Property, after: Property) -> bool:
    try:
        first, second = (parse_date(" ".join(text_items(p.value))) for p in (prop, after))
    except ValueError:
        return False
    return first is None or (second is not None and first <= second)


# -- a dashboard


def _boards_words(
    text: str, own: OwnLines
) -> tuple[list[tuple[int, str]], list[tuple[int, tuple[str, ...]]]] | None:
    """A dashboard's lines outside the markers, and the user's words between them, each with its line; None
    if it is no dashboard, or a damaged one."""
    try:
        part = find_generated(text)
    except MarkerProblem:
        return None
    if part is None:
        return None
    first, last = text.count("\n", 0, part.start), text.count("\n", 0, part.end)
    outside = [(number, line) for number, line in _numbered(text) if not first < number <= last]
    found = read_dashboard(text, own)
    words = [(entry.line, said) for entry in found.entries for said in _said(entry)]
    words += [(number, ("", bare_line(line))) for number, line in found.loose]
    return outside, words


def _said(entry: Entry) -> Iterable[tuple[str, ...]]:
    whose = entry.head.target if entry.head else entry.text.strip()
    if entry.mark != " ":
        yield whose, f"[{entry.mark}]"
    if entry.behind:
        yield whose, bare_line(entry.behind)
    for line in entry.below:
        if line.strip():
            yield whose, bare_line(line)  # behind the link or below it: a merge may move it


def _words_of(text: str, own: OwnLines | None) -> set[tuple[str, ...]]:
    found = _boards_words(text, own or OwnLines())
    return {said for _, said in found[1]} if found else set()
