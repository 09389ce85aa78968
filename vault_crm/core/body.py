"""What each line of a note's body is: heading, text, quote, code, comment or blank; and what of it is masked.

A single pass over the lines, linear in the text's length, close to CommonMark where a reader could tell the
difference: fences (inside a list item they end with it), indented code (never a nested list item), quotes
with their lazy continuation, HTML comments, Obsidian's `%%` comments, code spans within a line. Headings are
ATX headings (`## Log`) only: an underlined (setext) heading is text here; no log or journal uses one.

`masked` is the line with code and comments blanked out, of the same length, so columns found in it are true.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal
from typing import NamedTuple

from vault_crm.core.late import late
from vault_crm.core.text import BOM

LineKind = Literal["heading", "text", "quote", "code", "comment", "blank"]

_HEADING = late(r"(#{1,6})(?:[ \t]+|$)")
_MARKER = late(r"(?:[-*+]|\d{1,9}[.)])(?=[ \t]|$)")
_RULE = late(r"(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = late(r"(`{3,})[^`]*$|(~{3,})")
_TOKEN = late(r"\\.|`+|<!--|%%")
_RUN = late(r"`+")
_BLANK_LINE = late(r"\n[ \t\r]*(?:\n|\Z)")
_DATE_OR_BOX = late(r"[0-9]{4}-|\[.\] ")
_CLOSERS = {"<!--": "-->", "%%": "%%"}
_MAX_NESTING = 8


class Line(NamedTuple):
    """One line: `number` from 1, `text == note[start:end]` without its ending, `level` 1-6 for a heading.

    A tuple rather than a dataclass, because a cold start makes millions of them.
    """

    number: int
    start: int
    end: int
    text: str
    kind: LineKind
    level: int
    masked: str


class Unclosed(NamedTuple):
    """What is still open at the end of a body: a fence or a comment, and the line that opened it."""

    line: int
    what: Literal["code fence", "comment"]


def lines_of(text: str, start: int = 0) -> list[Line]:
    """All lines of the body that begins at offset `start` (the beginning of a line). A final newline ends
    the last line and begins no empty one."""
    return list(scan_lines(text, start))


def scan_lines(text: str, start: int = 0) -> Iterator[Line]:
    """The same, one by one, for those who need only the first few."""
    return _Scan(text).lines(start)


def find_unclosed(text: str, start: int = 0) -> Unclosed | None:
    """The fence or comment that nothing closes, so that it swallows what is added below."""
    scan = _Scan(text)
    for _ in scan.lines(start):
        pass
    if scan.fence is not None:
        return Unclosed(scan.opened, "code fence")
    return Unclosed(scan.opened, "comment") if scan.closer else None


def heading_text(line: Line) -> str:
    """A heading's words, without the number signs before and after."""
    words = line.text.strip(" \t")[line.level :].strip(" \t")
    bare = words.rstrip("#")
    return bare.rstrip(" \t") if bare != words and (not bare or bare[-1] in " \t") else words


def indent_of(text: str) -> int:
    """The columns of white space before the first other character; a tab goes to the next multiple of 4."""
    bare = text.lstrip(" \t")
    lead = text[: len(text) - len(bare)]
    return len(lead.expandtabs(4)) if "\t" in lead else len(lead)


class _Scan:
    """The state between lines: an open fence or comment, the open list items, and what stood before."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.fence: tuple[str, int, int] | None = None
        self.closer = ""
        self.opened = 0
        self._number = 0
        self._items: list[int] = []
        self._before: Literal["blank", "text", "code", "quote", "other"] = "blank"
        self._quoted_fence = False
        self._ahead: dict[str, int] = {}

    def lines(self, start: int) -> Iterator[Line]:
        text = self.text
        self._number = text.count("\n", 0, start)
        at = start + 1 if start == 0 and text.startswith(BOM) else start
        size = len(text)
        while at < size:
            stop = text.find("\n", at)
            after = size if stop < 0 else stop + 1
            end = size if stop < 0 else stop
            if end > at and text[end - 1] == "\r":
                end -= 1
            raw = text[at:end]
            self._number += 1
            kind, level, masked = self._read(raw, at)
            yield Line(self._number, at, end, raw, kind, level, masked)
            at = after

    def _read(self, raw: str, offset: int) -> tuple[LineKind, int, str]:
        if self.closer:
            return self._inside_comment(raw, offset)
        if self.fence is None and (plain := self._plain_kind(raw)):
            return self._words(raw, offset, plain)
        bare = raw.lstrip(" \t")
        if not bare:
            if self.fence is not None:
                return "code", 0, raw
            self._before = "blank"
            return "blank", 0, raw
        indent = indent_of(raw)
        if self.fence is not None and self._inside_fence(bare, indent):
            return "code", 0, " " * len(raw)
        return self._block(raw, bare, indent, offset)

    def _plain_kind(self, raw: str) -> LineKind | None:
        """A short cut for most lines there are: words at the margin, or a simple list item there."""
        if raw[:1].isalpha():
            if self._before == "quote":
                return "quote"
            if self._before != "text":
                self._items.clear()
            return "text"
        if raw[:2] in ("- ", "* ") and (raw[2:3].isalpha() or _DATE_OR_BOX.match(raw, 2)):
            self._items[:] = (2,)
            return "text"
        return None

    def _inside_fence(self, bare: str, indent: int) -> bool:
        """True if the line still belongs to the open fence; a fence in a list item ends with the item."""
        assert self.fence is not None
        char, length, inside = self.fence
        if indent < inside:
            self.fence = None
            return False
        close = bare.rstrip(" \t")
        if len(close) >= length and indent - inside < 4 and not close.strip(char):
            self.fence = None
            self._before = "other"
        return True

    def _inside_comment(self, raw: str, offset: int) -> tuple[LineKind, int, str]:
        found = raw.find(self.closer)
        if found < 0:
            return "comment", 0, " " * len(raw)
        end = found + len(self.closer)
        self.closer = ""
        masked = " " * end + self._mask(raw, offset, end)[end:]
        if not masked.strip():
            self._before = "other"
            return "comment", 0, masked
        self._before = "text"
        return "text", 0, masked

    def _block(self, raw: str, bare: str, indent: int, offset: int) -> tuple[LineKind, int, str]:
        first = bare[0]
        rule = first in "-*_" and _RULE.match(bare) is not None
        marker = None if rule else _MARKER.match(bare)
        plain = not rule and marker is None and first not in "#>`~<"
        lazy = plain and self._before in ("text", "quote")
        if not lazy:
            while self._items and indent < self._items[-1]:
                self._items.pop()
        deep = indent - (self._items[-1] if self._items else 0) >= 4
        if deep and not (marker and self._items):
            if self._before in ("text", "quote"):
                return self._words(raw, offset, "quote" if self._before == "quote" else "text")
            self._before = "code"
            return "code", 0, " " * len(raw)
        if marker is not None:
            return self._item(raw, indent, offset)
        if rule:
            self._before = "other"
            return "text", 0, raw
        return self._leaf(raw, bare, len(raw) - len(bare), offset)

    def _item(self, raw: str, indent: int, offset: int) -> tuple[LineKind, int, str]:
        """A list item: remember where its content begins, and look at what it begins with."""
        at = len(raw) - len(raw.lstrip(" \t"))
        for _ in range(_MAX_NESTING):
            marker = _MARKER.match(raw, at)
            if marker is None:
                break
            content = len(raw) - len(raw[marker.end() :].lstrip(" \t"))
            gap = len(raw[:content].expandtabs(4)) - len(raw[: marker.end()].expandtabs(4))
            width = marker.end() - at + (gap if 1 <= gap <= 4 and content < len(raw) else 1)
            self._items.append(indent + width)
            indent += width
            at = content
        if at >= len(raw):
            self._before = "other"
            return "text", 0, raw
        if raw[at] in ">`~":
            return self._leaf(raw, raw[at:], at, offset)
        return self._words(raw, offset, "text")

    def _leaf(self, raw: str, bare: str, at: int, offset: int) -> tuple[LineKind, int, str]:
        first = bare[0]
        if first == ">":
            return self._quote(raw, bare, offset)
        if first in "`~" and (fence := _FENCE.match(bare)):
            mark = fence.group(1) or fence.group(2)
            self.fence = (mark[0], len(mark), self._items[-1] if self._items else 0)
            self.opened = self._number
            return "code", 0, " " * len(raw)
        if first == "#" and (heading := _HEADING.match(bare)):
            masked = self._mask(raw, offset, at)
            self._before = "other"
            return "heading", len(heading.group(1)), masked
        if self._before == "quote" and first != "<":
            return self._words(raw, offset, "quote")
        return self._words(raw, offset, "text", at)

    def _quote(self, raw: str, bare: str, offset: int) -> tuple[LineKind, int, str]:
        inner = bare.lstrip("> \t")
        fence = _FENCE.match(inner) is not None
        if self._before != "quote":
            self._quoted_fence = False
        if fence:
            self._quoted_fence = not self._quoted_fence
        words = inner and not fence and not self._quoted_fence and not _HEADING.match(inner)
        masked = self._mask(raw, offset, len(raw) - len(bare), whole_line=False)
        # Only a paragraph in a quote is continued by a line without `>`.
        self._before = "quote" if words else "other"
        return "quote", 0, masked

    def _words(self, raw: str, offset: int, kind: LineKind, block_at: int = -1) -> tuple[LineKind, int, str]:
        masked = self._mask(raw, offset, 0, block_at)
        if masked is not raw and not masked.strip():
            self._before = "other"
            return ("comment" if kind == "text" and "`" not in raw else kind), 0, masked
        self._before = "quote" if kind == "quote" else "text"
        return kind, 0, masked

    def _mask(self, raw: str, offset: int, start: int, block_at: int = -1, *, whole_line: bool = True) -> str:
        """`raw` with code spans and comments blanked. A comment that begins at `block_at` (where the line's
        words begin) runs to its end or the note's; one in mid-line only to the end of its paragraph."""
        if "`" not in raw and "%%" not in raw and "<!--" not in raw:
            return raw
        spans = _Spans(raw)
        parts: list[str] = []
        done = at = start
        hopeless: set[str] = set()
        while token := _TOKEN.search(raw, at):
            mark, at = token.group(), token.end()
            if mark[0] == "\\" or mark in hopeless:
                continue
            if mark[0] == "`":
                end = spans.close(len(mark), at)
            else:
                end = self._comment_end(raw, offset, token, block_at, whole_line)
                if end < 0:
                    hopeless.add(mark)
            if end < 0:
                continue
            parts += (raw[done : token.start()], " " * (end - token.start()))
            done = at = end
        return raw[:start] + "".join(parts) + raw[done:]

    def _comment_end(
        self, raw: str, offset: int, token: re.Match[str], block_at: int, whole_line: bool
    ) -> int:
        closer = _CLOSERS[token.group()]
        found = raw.find(closer, token.end())
        if found >= 0:
            return found + len(closer)
        if not whole_line:
            return -1
        if token.start() != block_at:
            close = self._next(closer, offset + token.end())
            blank = self._next("", offset + token.end())
            if close < 0 or (0 <= blank < close):
                return -1
        self.closer = closer
        self.opened = self._number
        return len(raw)

    def _next(self, mark: str, at: int) -> int:
        """Where `mark` (or for '' a blank line) comes next; remembered, so a note is searched only once."""
        known = self._ahead.get(mark)
        if known is None or 0 <= known < at:
            if mark:
                known = self.text.find(mark, at)
            else:
                found = _BLANK_LINE.search(self.text, at)
                known = found.start() if found else -1
            self._ahead[mark] = known
        return known


class _Spans:
    """Where the code spans of a line close: the next run of as many backticks."""

    def __init__(self, raw: str) -> None:
        self._runs: dict[int, list[int]] = {}
        for run in _RUN.finditer(raw):
            self._runs.setdefault(run.end() - run.start(), []).append(run.start())
        for starts in self._runs.values():
            starts.reverse()

    def close(self, length: int, at: int) -> int:
        """The end of the run that closes a span opened before `at`; -1 if none does."""
        starts = self._runs.get(length, [])
        while starts and starts[-1] < at:
            starts.pop()
        return starts[-1] + length if starts else -1
