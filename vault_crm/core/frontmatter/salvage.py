"""What can be read safely in a frontmatter that is broken as a whole, so that the person is still recognised.

Each part that begins at the left margin is read alone, through the same loader, and counts if it is sound.
Nothing between conflict markers is taken from either side. What was salvaged is never edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.problems import chunks
from vault_crm.core.frontmatter.problems import conflict_ranges
from vault_crm.core.frontmatter.shape import MAX_BLOCK
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.late import late
from vault_crm.core.record import replace

_PROPERTY = late(r"[^\s#:\-\"'&*!|>%@`{\[?][^:\n]*:(?:\s|\Z)|\"[^\"\n]+\":\s")
_END = late(r"^(?:[ \t]*\r?$|#+ )", re.MULTILINE)
_REASON = "the frontmatter is broken"


def salvage_block(text: str) -> tuple[Pair, ...]:
    """The properties of a broken block that are sound alone."""
    return tuple(_salvage(text))


def salvage_open(text: str) -> tuple[Pair, ...]:
    """The properties below an opening fence that is never closed, up to the first blank line or heading.

    Offsets are those of the whole text.
    """
    start = text.find("\n") + 1
    if not start:
        return ()
    ended = _END.search(text, start)
    end = min(ended.start() if ended else len(text), start + MAX_BLOCK)
    moved = []
    for pair in _salvage(text[start:end]):
        key, value = (pair.key_start + start, pair.key_end + start), (pair.start + start, pair.end + start)
        moved.append(replace(pair, key_start=key[0], key_end=key[1], start=value[0], end=value[1]))
    return tuple(moved)


def _sound(part: str) -> tuple[Pair, ...]:
    """A part as it is, else with spaces for its tabs, else its first line, whichever is sound first."""
    tries = [part]
    if "\t" in part and '"' not in part and "'" not in part:
        tries.append(part.replace("\t", " "))
    for text in tries:
        try:
            return load_block(text)
        except BlockProblem:
            continue
    try:
        first = load_block(part[: part.find("\n") + 1])
    except BlockProblem:
        return ()
    return first if all(isinstance(pair.value, str) for pair in first) else ()


def _salvage(text: str) -> Iterator[Pair]:
    if len(text) > MAX_BLOCK:
        text = text[: text.rfind("\n", 0, MAX_BLOCK) + 1]
    conflicts = conflict_ranges(text)
    for start, end in chunks(text):
        part = text[start:end]
        if not _PROPERTY.match(part) or any(begin <= start < stop for begin, stop in conflicts):
            continue
        for pair in _sound(part):
            yield replace(
                pair,
                key_start=pair.key_start + start,
                key_end=pair.key_end + start,
                start=pair.start + start,
                end=pair.end + start,
                editable=_REASON,
                node=None,
            )
