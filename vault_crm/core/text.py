"""A note's text: bytes in, bytes out. Decoding keeps every byte, so an edit of characters is an edit of
bytes.

Invalid UTF-8 travels as surrogate escapes; a BOM stays the first character; newlines are never translated.
Only `\\n` ends a line (after an optional `\\r`): U+2028, form feeds and lone `\\r` do not, as in every
editor.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault_crm.core.model import Edit

BOM = "\ufeff"


def decode(raw: bytes) -> str:
    """Any bytes as text, reversibly: `encode(decode(raw)) == raw`."""
    return raw.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text that `decode` made, edited or not. Raises UnicodeEncodeError on a real lone
    surrogate."""
    return text.encode("utf-8", "surrogateescape")


def newline_of(text: str, near: int = 0) -> str:
    """The newline to use for a new line at `near`: that of the line before it, else of the first line,
    else LF."""
    at = text.rfind("\n", 0, near)
    if at < 0:
        at = text.find("\n")
    return "\r\n" if at > 0 and text[at - 1] == "\r" else "\n"


# Unicode's own bound for text in streams (UAX 15, 13): no word of any language has as many.
MOST_MARKS = 30


def without_heaps(text: str) -> str:
    """A text without what stands above and below a letter beyond all measure. To put a run of marks in order,
    as normal forms do, takes time that grows with its square."""
    return "".join(_without_heaps(text))


def _without_heaps(text: str) -> Iterator[str]:
    from unicodedata import combining

    marks = 0
    for char in text:
        marks = marks + 1 if char > "\u02ff" and combining(char) else 0
        if marks <= MOST_MARKS:
            yield char


class LineIndex:
    """Maps offsets to (line, column), both from 1, and lines to their offsets."""

    def __init__(self, text: str) -> None:
        self._length = len(text)
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        self._starts = starts

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of an offset."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def start(self, line: int) -> int:
        """The offset at which a line begins; the text's length for a line after the last."""
        return self._starts[line - 1] if line <= len(self._starts) else self._length


def split_lines(text: str) -> list[str]:
    """The lines with their endings; `''.join` gives the text back."""
    lines = text.split("\n")
    out = [line + "\n" for line in lines[:-1]]
    if lines[-1]:
        out.append(lines[-1])
    return out


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """The text after non-overlapping edits, whose offsets all refer to the text as given.

    Raises ValueError if edits overlap or lie outside the text.
    """
    parts: list[str] = []
    at = 0
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if edit.start < at or edit.end < edit.start or edit.end > len(text):
            raise ValueError(f"edits overlap or lie outside the text at {edit.start}:{edit.end}")
        parts.append(text[at : edit.start])
        parts.append(edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)
