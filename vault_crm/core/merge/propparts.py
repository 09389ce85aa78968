"""A frontmatter taken apart for a merge: its fences, and each property with its comments, as whole lines.

Joined in order, the parts are the frontmatter, to the character.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Node
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.words import Value

_COMMENT = re.compile(r"(?:^|(?<=\s))#.*", re.MULTILINE)
_RUN = re.compile(r"(?:[ \t\r]*\n)+|(?:[^\n]*[^\s][^\n]*(?:\n|\Z))+|[ \t\r]+\Z")
_WHOLE = ("map", "flow map", "|", ">")  # what is compared as it is written


class Part(NamedTuple):
    """One property. `lead` are the comment lines right above it, `own` the lines of its key and value,
    `trail` the blank lines below. `meaning` is what its own lines say, whatever the quotes and spaces; `node`
    its value, whose offsets count from `offset` before `own`. Comments that stand on their own, a blank line
    below them, are parts, too; their key can be no property's."""

    key: str
    lead: str
    own: str
    trail: str
    value: Value
    meaning: tuple[object, ...]
    node: Node | None = None
    offset: int = 0

    @property
    def text(self) -> str:
        return self.lead + self.own + self.trail


class Front(NamedTuple):
    """A note's frontmatter: the opening fence, blank lines above the first part, the parts, the closing
    fence. All empty where a note has none. `broken` holds the block's text where it cannot be
    read."""

    opening: str = ""
    head: str = ""
    parts: tuple[Part, ...] = ()
    closing: str = ""
    broken: str | None = None

    @property
    def block(self) -> str:
        """What stands between the fences."""
        if self.broken is not None:
            return self.broken
        return self.head + "".join(part.text for part in self.parts)


class CannotSplit(Exception):
    """The frontmatter has no end, so nobody can say where the text begins."""


def split_front(text: str) -> tuple[Front, str]:
    """The frontmatter of a text (without a BOM) and the rest. Raises CannotSplit."""
    try:
        block = find_block(text)
    except BlockProblem:
        raise CannotSplit from None
    if block is None:
        return Front(), text
    closing = text[block.end : block.after]
    if not closing.endswith("\n"):
        closing += "\n"  # the last line of a note that ends with its fence
    opening, rest = text[: block.start], text[block.after :]
    try:
        head, parts = _parts(block)
    except (BlockProblem, CannotSplit):
        return Front(opening, closing=closing, broken=block.text), rest
    return Front(opening, head, parts, closing), rest


def _parts(block: Block) -> tuple[str, tuple[Part, ...]]:
    text = block.text
    pairs = load_block(text)
    _refuse_tangled(text, pairs)
    starts = [text.rfind("\n", 0, pair.key_start) + 1 for pair in pairs]
    ends = [_line_end(text, max(_tail(pair), pair.key_end)) for pair in pairs]
    if any(end > start for end, start in zip(ends, starts[1:], strict=False)):
        raise CannotSplit
    head, at = "", 0
    parts: list[Part] = []
    counts: Counter[str] = Counter()
    for pair, start, end in zip(pairs, starts, ends, strict=True):
        lead = _lead_start(text, at, start)
        head, parts = _with_floating(text[at:lead], head, parts, counts)
        own = text[start:end]
        parts.append(
            Part(
                pair.key, text[lead:start], own, "", pair.value, _meaning(pair, own, start), pair.node, start
            )
        )
        at = end
    head, parts = _with_floating(text[at:], head, parts, counts)
    return head, tuple(parts)


def _with_floating(text: str, head: str, parts: list[Part], counts: Counter[str]) -> tuple[str, list[Part]]:
    """What stands between two properties: blank lines belong to the part above (or the head), comments are
    parts of their own."""
    for run in _RUN.findall(text):
        words = run.strip()
        if words:
            key = f"\0{words}\0{counts[words]}"
            counts[words] += 1
            parts.append(Part(key, "", run, "", None, (words,)))
        elif parts:
            parts[-1] = parts[-1]._replace(trail=parts[-1].trail + run)
        else:
            head += run
    return head, parts


def _refuse_tangled(text: str, pairs: Sequence[Pair]) -> None:
    """Keys that are there twice, or do not begin their line, or hang on other lines: no parts of their
    own."""
    keys = {pair.key for pair in pairs}
    indents = {
        text[text.rfind("\n", 0, pair.key_start) + 1 : pair.key_start] for pair in pairs
    }  # fmt: skip
    if len(keys) < len(pairs) or len(indents) > 1 or any(indent.strip(" ") for indent in indents):
        raise CannotSplit
    if any(pair.odd_key or (pair.node is not None and pair.node.marked) for pair in pairs):
        raise CannotSplit


def _tail(pair: Pair) -> int:
    return pair.node.tail if pair.node is not None else pair.end


def _line_end(text: str, at: int) -> int:
    stop = text.find("\n", at)
    return len(text) if stop < 0 else stop + 1


def _lead_start(text: str, end: int, start: int) -> int:
    """Where the comment lines right above a property begin."""
    while start > end:
        above = text.rfind("\n", 0, start - 1) + 1
        if above < end or not text[above:start].lstrip(" \t").startswith("#"):
            break
        start = above
    return start


def _meaning(pair: Pair, own: str, start: int) -> tuple[object, ...]:
    node = pair.node
    nested = node is not None and any(item.kind in (*_WHOLE, "list", "flow list") for item in node.items)
    if node is None or nested or node.kind in _WHOLE or "\t" in own:
        return ("\n".join(line.rstrip() for line in own.split("\n")).rstrip(),)
    return (pair.value, *comments_in(own, node, start))


def comments_in(own: str, node: Node, start: int) -> tuple[str, ...]:
    """The comments within a property's own lines, which begin at `start` of the block."""
    chars = list(own)
    for leaf in node.items or (node,):
        for at in range(max(0, leaf.start - start), min(len(own), leaf.tail - start)):
            if chars[at] != "\n":
                chars[at] = "x"
    return tuple(found.group().rstrip() for found in _COMMENT.finditer("".join(chars)))
