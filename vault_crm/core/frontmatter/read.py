"""A note's properties, with their places; and the edits of one property (see `core.frontmatter.edit`).

Nobody is hidden by a problem: every problem is a diagnostic with its place and a hint, and what can be read
safely in a block that is broken as a whole is read, line by line.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from vault_crm.core.fields import field_of
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.block import pairs_of
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.frontmatter.simple import simple_pairs
from vault_crm.core.late import late
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Property
from vault_crm.core.model import Severity
from vault_crm.core.model import Span
from vault_crm.core.text import LineIndex

_HASH = late(r"[ \t]+(#([^\W\d][\w/-]*))[ \t]*\r?$", re.MULTILINE)
SOURCE = 200  # characters of a line that a diagnostic shows


def read_properties(path: str, text: str) -> tuple[tuple[Property, ...], tuple[Diagnostic, ...]]:
    """The top-level properties of a note's text, in order, and everything that is odd about them.

    Of duplicate keys the last one counts, as in YAML. Never raises, whatever the text.
    """
    try:
        block = find_block(text)
    except BlockProblem as problem:
        from vault_crm.core.frontmatter.salvage import salvage_open

        page = _Page(path, text, 0, len(text))
        pairs = salvage_open(text)
        return page.properties(pairs), (page.problem(problem),)
    if block is None:
        return (), ()
    page = _Page(path, text, block.start, block.after)
    simple = simple_pairs(block.text)
    if simple is not None:
        return page.properties(simple), (*page.oddities(simple), *page.hashes(simple, block.text))
    try:
        loaded = read_block(block.text)
    except BlockProblem as problem:
        from vault_crm.core.frontmatter.salvage import salvage_block

        pairs = salvage_block(block.text)
        return page.properties(pairs), (page.problem(problem), *page.oddities(pairs))
    pairs = pairs_of(loaded, block.text)
    return page.properties(pairs), (*page.oddities(pairs), *page.hashes(pairs, block.text), *page.tabs(block))


class _Page:
    """Places in one note; `base` is where the block's offsets count from, `end` where the body begins."""

    def __init__(self, path: str, text: str, base: int, end: int) -> None:
        self._path = path
        self._text = text
        self._base = base
        self._end = end
        self._index: LineIndex | None = None

    def span(self, start: int, end: int) -> Span:
        if self._index is None:
            self._index = LineIndex(self._text[: self._end])
        line, col = self._index.place(self._base + start)
        last, end_col = self._index.place(self._base + end)
        return Span(self._path, line, col, end_col if last == line and end > start else 0)

    def properties(self, pairs: Iterable[Pair]) -> tuple[Property, ...]:
        kept: dict[str, Property] = {}
        for pair in pairs:
            if pair.odd_key or not pair.key:
                continue
            kept.pop(pair.key, None)
            kept[pair.key] = Property(
                pair.key,
                field_of(pair.key),
                pair.value,
                self.span(pair.start, pair.end),
                self.span(pair.key_start, pair.key_end),
            )
        return tuple(kept.values())

    def diagnostic(
        self, code: str, severity: Severity, start: int, end: int, message: str, hint: str
    ) -> Diagnostic:
        span = self.span(start, end)
        return Diagnostic(code, severity, span, message, hint, _line_around(self._text, self._base + start))

    def problem(self, problem: BlockProblem) -> Diagnostic:
        at = problem.offset
        return self.diagnostic(problem.code, "error", at, at, problem.message, problem.hint)

    def oddities(self, pairs: Iterable[Pair]) -> list[Diagnostic]:
        """What is odd about single keys and values of a block that can be read."""
        pairs = tuple(pairs)
        found = self._duplicates(pairs)
        for pair in pairs:
            if pair.odd_key or not pair.key:
                what = "this key is not plain text; the property is left out"
                hint = "put the key into quotes"
                found.append(
                    self.diagnostic("unusable-key", "warning", pair.key_start, pair.key_end, what, hint)
                )
            sample = pair.value if isinstance(pair.value, str) else ""
            if pair.style == "placeholder" or (pair.style == "plain" and "<%" in sample):
                what = f"{pair.key} holds a template's placeholder that was not filled in"
                hint = "fill it in, or put the value into quotes"
                found.append(
                    self.diagnostic("template-placeholder", "warning", pair.start, pair.end, what, hint)
                )
        return found

    def hashes(self, pairs: Iterable[Pair], text: str) -> list[Diagnostic]:
        """`tags: #friend` has no value: what follows ` #` is a comment."""
        found = []
        for pair in pairs:
            nodes = (pair.node, *pair.node.items) if pair.node else ()
            for node in nodes:
                swallowed = _HASH.match(text, node.end) if node.kind == "empty" else None
                if swallowed:
                    what = f"{pair.key}: what follows the # is a comment, so there is no value"
                    hint = f'leave out the # ({swallowed[2]}), or write "{swallowed[1]}" in quotes'
                    start, end = swallowed.span(1)
                    found.append(self.diagnostic("value-is-comment", "warning", start, end, what, hint))
        return found

    def _duplicates(self, pairs: tuple[Pair, ...]) -> list[Diagnostic]:
        counts = Counter(pair.key for pair in pairs)
        found = []
        for key in [key for key, count in counts.items() if count > 1]:
            places = [pair for pair in pairs if pair.key == key]
            lines = [self.span(p.key_start, p.key_end).line for p in places]
            named = " and ".join([", ".join(map(str, lines[:-1])), str(lines[-1])])
            what = f"{key} is there {len(lines)} times (lines {named}); the last one counts"
            hint = "keep one of them; Obsidian reads no property of a note with duplicates"
            last = places[-1]
            found.append(self.diagnostic("duplicate-key", "error", last.key_start, last.key_end, what, hint))
        return found

    def tabs(self, block: Block) -> list[Diagnostic]:
        """A tab that libyaml forgives and other YAML readers do not."""
        at = block.text.find("\t")
        if at < 0:
            return []
        from vault_crm.core.frontmatter.handler import PurePlainLoader
        from vault_crm.core.frontmatter.handler import loading_with

        try:
            with loading_with(PurePlainLoader):
                load_block(block.text)
        except BlockProblem as problem:
            line_start = block.text.rfind("\n", 0, problem.offset) + 1
            near = block.text.find("\t", line_start)
            at = near if near >= 0 else at
            what = "a tab stands here that not every program accepts in frontmatter"
            return [
                self.diagnostic("tab-in-frontmatter", "warning", at, at + 1, what, "replace it by spaces")
            ]
        return []


def _line_around(text: str, offset: int) -> str:
    """The line at an offset as written, cut to SOURCE characters around it."""
    start = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    end = len(text) if end < 0 else end
    if end - start > SOURCE:
        start = max(start, min(offset - SOURCE // 4, end - SOURCE))
        end = min(end, start + SOURCE)
    return text[start:end].rstrip("\r")
