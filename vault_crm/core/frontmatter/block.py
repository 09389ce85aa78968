"""Where a note's frontmatter is, and its YAML with positions.

Finding the block and its positions is ours, on the note's own text: python-frontmatter strips and normalises
text before a handler sees it. The values come through `PlainHandler` (`core.frontmatter.handler`), our
python-frontmatter handler. Offsets are characters of the text that `core.text.decode` made.
"""

from __future__ import annotations

import re
from collections import Counter

from vault_crm.core.frontmatter.shape import MAX_BLOCK
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.frontmatter.simple import simple_pairs
from vault_crm.core.late import late
from vault_crm.core.text import BOM

# `^` and `$` know `\n` only: U+2028, form feeds and a lone `\r` end no line, as in every editor.
_OPEN = late(r"\ufeff?---[ \t]*(\r?\n)")
_CLOSE = late(r"^(?:---|\.\.\.)[ \t]*\r?(?:\n|\Z)", re.MULTILINE)
_BREAKS = frozenset("\r\n\x85\u2028\u2029")  # what YAML takes for a line's end
_BARE_OPEN = late(r"\ufeff?---[ \t]*\r?\Z")


def body_start(text: str) -> int:
    """Where the body begins: behind the frontmatter, or at 0 if there is none, or none that is closed."""
    try:
        block = find_block(text)
    except BlockProblem:
        return 0
    return block.after if block else 0


def find_block(text: str) -> Block | None:
    """The frontmatter of a note: a `---` line at the very start (a BOM may come first) up to `---` or `...`.

    None if there is none. Raises BlockProblem 'unclosed-frontmatter' or 'frontmatter-too-large'.
    """
    opened = _OPEN.match(text)
    if opened is None:
        if _BARE_OPEN.match(text):
            raise _unclosed(text)
        return None
    closed = _CLOSE.search(text, opened.end())
    if closed is None:
        raise _unclosed(text)
    start, end = opened.end(), closed.start()
    if end - start > MAX_BLOCK:
        raise BlockProblem(
            "frontmatter-too-large",
            text.startswith(BOM),
            f"the frontmatter has {end - start:,} characters; {MAX_BLOCK:,} is the most that is read",
            "move long text below the closing ---, or add the closing --- if it is missing",
        )
    return Block(start, end, closed.end(), opened.group(1), text[start:end])


def _unclosed(text: str) -> BlockProblem:
    return BlockProblem(
        "unclosed-frontmatter",
        text.startswith(BOM),
        "the frontmatter opens with --- but is never closed",
        "add a line --- after the last property (or put a blank line first, if --- was meant as a rule)",
    )


def read_block(text: str) -> Loaded:
    """The values of a block with their nodes and events, through our python-frontmatter handler.

    Raises BlockProblem: 'broken-yaml', 'template-placeholder', 'conflict-markers', 'not-utf8',
    'not-a-mapping', 'yaml-too-complex'. Costs and sizes are capped before anything is built.
    """
    from vault_crm.core.frontmatter.problems import check_characters

    if len(text) > MAX_BLOCK:
        raise BlockProblem("frontmatter-too-large", 0, f"more than {MAX_BLOCK:,} characters of YAML")
    check_characters(text)
    from vault_crm.core.frontmatter.handler import PlainHandler

    loaded: Loaded = PlainHandler().load(text)
    return loaded


def load_block(text: str) -> tuple[Pair, ...]:
    """The top-level properties of a block in the order in which they stand, duplicates included.

    Raises BlockProblem as `read_block` does.
    """
    simple = simple_pairs(text)
    return pairs_of(read_block(text), text) if simple is None else simple


def pairs_of(loaded: Loaded, text: str) -> tuple[Pair, ...]:
    """The pairs of what `read_block` gave for `text`."""
    counts = Counter(entry.name for entry in loaded.entries)
    return tuple(
        Pair(
            entry.name,
            entry.value.value,
            entry.key.start,
            entry.key.end,
            entry.value.start,
            entry.value.end,
            entry.value.kind,
            why_not_editable(loaded, entry, text, counts[entry.name]),
            entry.key.kind not in ("plain", "'", '"'),
            entry.value,
        )
        for entry in loaded.entries
    )


def why_not_editable(loaded: Loaded, entry: Entry, text: str, count: int = 1) -> str:
    """Why the value must not be edited, '' if it may be."""
    node = entry.value
    if count > 1:
        return f"{entry.name} is there {count} times"
    if loaded.flow:
        return "the frontmatter is one { } mapping"
    if entry.key.marked or entry.key.kind not in ("plain", "'", '"'):
        return "its key is not plain text"
    if node.marked:
        return f"its value has {node.marked}, which other lines may depend on"
    if node.kind in ("|", ">"):
        return f"its value is a block of lines ({node.kind})"
    if node.kind in ("map", "flow map"):
        return "its value is a mapping of its own"
    if node.kind != "list" and not _BREAKS.isdisjoint(text[node.start : node.end]):
        return "its value goes over several lines"
    return ""
