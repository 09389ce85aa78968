"""Text in content lines: escaped, folded, and back. iCalendar has the same rules (RFC 5545, 3.1, 3.3.11)."""

from __future__ import annotations

import re

_WIDTH = 75  # octets of one physical line, without its end (RFC 6350, 3.2)
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_PAIRS_OR = {at: re.compile(rf"\\.|{at}", re.DOTALL) for at in ",;"}
_SPECIAL = re.compile(r"[\\,;\n]")
_BREAK = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# No control character has a place in a text value (RFC 6350, 3.3: VALUE-CHAR); the tab has.
_CONTROL = dict.fromkeys((*range(0x09), *range(0x0B, 0x20), 0x7F, *range(0x80, 0xA0)))


def escape_text(text: str) -> str:
    """A text as a value of a content line: `\\`, `,`, `;` and line breaks escaped (RFC 6350, 3.4)."""
    plain = _BREAK.sub("\n", text).translate(_CONTROL)
    return _SPECIAL.sub(lambda found: "\\n" if found[0] == "\n" else "\\" + found[0], plain)


def unescape_text(text: str) -> str:
    """The text that a value means. `\\:` is read as well (Google writes it); another backslash is a
    backslash."""
    if "\\" not in text:
        return text
    return _ESCAPED.sub(lambda found: "\n" if found[1] in "nN" else found[1], text)


def split_value(value: str, at: str) -> list[str]:
    """A value cut at `,` or `;` wherever that is not escaped; the parts are still escaped."""
    if "\\" not in value:
        return value.split(at)
    parts, start = [], 0
    for found in _PAIRS_OR[at].finditer(value):
        if found[0] == at:
            parts.append(value[start : found.start()])
            start = found.end()
    return [*parts, value[start:]]


def fold_line(line: str) -> bytes:
    """A content line as it is written: UTF-8, at most 75 octets a physical line, CRLF at its end, never
    cut within a character. What would end the line early is left out."""
    raw = line.translate({0x0A: None, 0x0D: None}).encode("utf-8", "replace")
    if len(raw) <= _WIDTH:
        return raw + b"\r\n"
    pieces = []
    start, room = 0, _WIDTH
    while start < len(raw):
        end = min(start + room, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(raw[start:end])
        start, room = end, _WIDTH - 1  # the space before it counts
    return b"\r\n ".join(pieces) + b"\r\n"
