"""Frontmatter as some people and plugins write it, for gists: blocks of lines, nested values, escaped quotes.

It is read after `core.gistplain` gave up, and before YAML does, which takes longer to load than most vaults
take to read. The law is the same: what is read is what YAML reads, on every input (tests hold the two
together), and whatever might be anything else is left to it. Values that a gist does not hold are only
followed to their end.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from vault_crm.core.gistplain import FIRST
from vault_crm.core.gistplain import STARTS
from vault_crm.core.gistplain import WORDS
from vault_crm.core.gistplain import Row
from vault_crm.core.words import Value

_DEEPEST = 12  # values within values
_LONGEST_FLOW = 800  # characters: YAML looks for a key's colon in the next 1,024 only
_SPACE = re.compile(" *")
_NESTED_KEY = re.compile(rf"{FIRST}[^\x00-',*:-@\[-^`{{-\x7f]{{0,80}}(?: [\w-]{{1,40}}){{0,4}}")
_SINGLE = re.compile("'((?:[^']|'')*)'")
_DOUBLE = re.compile(r'"((?:[^"\\]|\\["\\nt])*)"')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPES = {"n": "\n", "t": "\t"}
_HEADER = re.compile("([|>])([+-]?) *")
_FLOW_TEXT = re.compile(f"(?:{FIRST}|[+/($.]|-(?=\\w))[^,\\[\\]{{}}\"'#:?&*!|>%@`]*")
# An unquoted link, and a word that a template was to fill in, are YAML's lists and mappings, but say what
# stands there.
_LINK = re.compile(r"\[\[(?!\s*[\"'])[^\[\]]+\]\]")
_PLACEHOLDER = re.compile(r"\{\{[A-Za-z][\w-]*(?: [\w-]+)*\}\}")

Place = tuple[int, int, int]
_NOWHERE: Place = (0, 0, 0)


class _Odd(Exception):
    """Something that only YAML can read."""


def read_rows(block: str, meaning: Callable[[str], str | None]) -> dict[str, Row] | None:
    """The properties that a gist is made of, by what they are; None if the block is anything unusual, or has
    a key twice. All of it is printable; `meaning` is that of `core.gistplain.PlainBlocks`."""
    try:
        return _Block(block.split("\n"), meaning).rows()
    except _Odd:
        return None


class _Block:
    """A block being read. What is `wanted` must be a text, a word, or a list of these; the rest is passed
    over."""

    def __init__(self, lines: list[str], meaning: Callable[[str], str | None]) -> None:
        self._lines = lines
        self._meaning = meaning
        self._at = 0
        self._deep = 0

    def rows(self) -> dict[str, Row]:
        rows: dict[str, Row] = {}
        keys: set[str] = set()
        while (pad := self._next()) == 0:
            line = self._lines[self._at]
            key = line.partition(":")[0]
            means = self._meaning(key)
            if means is None or key in keys:
                raise _Odd
            keys.add(key)
            value, place = self._value(line, len(key), 0, bool(means))
            if means:
                if means in rows:
                    raise _Odd
                rows[means] = key, value, place
        if pad > 0:  # nothing that is open is indented like that
            raise _Odd
        return rows

    def _next(self) -> int:
        """The indent of the next line that says something; -1 behind the last."""
        lines = self._lines
        while self._at < len(lines):
            bare = lines[self._at].lstrip(" ")
            if bare and bare[0] != "#":
                return len(lines[self._at]) - len(bare)
            self._at += 1
        return -1

    def _value(self, line: str, colon: int, pad: int, wanted: bool) -> tuple[Value, Place]:
        """What stands behind a key, or below; the key is indented by `pad`."""
        if line[colon : colon + 2] not in (": ", ":"):
            raise _Odd
        start = _end(_SPACE, line, colon + 1)
        if line[start : start + 1] in ("", "#"):
            self._at += 1
            return self._below(pad, wanted)
        return self._inline(line, start, pad, wanted)

    def _below(self, pad: int, wanted: bool) -> tuple[Value, Place]:
        deep = self._next()
        if deep < pad:
            return None, _NOWHERE
        if self._is_item(deep):
            return self._list(deep, wanted)
        if deep == pad:
            return None, _NOWHERE
        if wanted:
            raise _Odd
        self._mapping(deep)
        return None, _NOWHERE

    def _is_item(self, pad: int) -> bool:
        return self._lines[self._at][pad : pad + 2] in ("- ", "-")

    def _list(self, pad: int, wanted: bool) -> tuple[Value, Place]:
        place = self._at + 2, pad + 1, 0
        items: list[Value] = []
        while self._next() == pad and self._is_item(pad):
            line = self._lines[self._at]
            start = _end(_SPACE, line, pad + 1)
            if line[start : start + 1] in ("", "#"):
                self._at += 1
                items.append(None)
            elif _has_key(line, start):
                if wanted:
                    raise _Odd
                self._lines[self._at] = " " * start + line[start:]
                self._mapping(start)
            else:
                items.append(self._inline(line, start, pad, wanted)[0])
        return tuple(items), place

    def _mapping(self, pad: int) -> None:
        """Passes over `key: value` lines that are indented by `pad`."""
        self._deep += 1
        if self._deep > _DEEPEST:
            raise _Odd
        while self._next() == pad:
            line = self._lines[self._at]
            if not _has_key(line, pad):
                raise _Odd
            self._value(line, line.index(":"), pad, False)
        self._deep -= 1

    # -- what stands in one line

    def _inline(self, line: str, start: int, pad: int, wanted: bool) -> tuple[Value, Place]:
        """A value that begins in a line, at `start`; no line below it that belongs to it is indented by `pad`
        only."""
        first = line[start]
        number = self._at + 2
        if first in "|>":
            return self._lines_below(line, start, pad, wanted), (number, start + 1, 0)
        if first in "\"'[{":
            value, end = _flow(line, start, 0) if first in "[{" else _quoted(line, start)
            if wanted and not _is_flat(value):
                raise _Odd
            after = _end(_SPACE, line, end)
            if after < len(line) and (after == end or line[after] != "#"):
                raise _Odd
            self._at += 1
            return value, (number, start + 1, end + 1)
        return self._plain(line, start, pad)

    def _plain(self, line: str, start: int, pad: int) -> tuple[Value, Place]:
        """Plain text: what stands in the line, and in lines below that are indented."""
        number = self._at + 2
        text, comment, _ = line[start:].partition(" #")
        text = text.rstrip(" ")
        first = text[0]
        if first not in STARTS and first < "\x80" and first not in ";^<=":
            second = text[1:2]
            if first != "-" or not (second.isalnum() or second == "_"):
                raise _Odd
        if ": " in text or text[-1] == ":":
            raise _Odd
        self._at += 1
        more = [] if comment else self._more(pad)
        if more:
            return " ".join([text, *more]), (number, start + 1, 0)
        return WORDS.get(text, text), (number, start + 1, start + 1 + len(text))

    def _more(self, pad: int) -> list[str]:
        found = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            bare = line.strip(" ")
            if not bare or len(line) - len(line.lstrip(" ")) <= pad or bare[0] == "#":
                break
            if bare[0] not in STARTS or ": " in bare or " #" in bare or bare[-1] == ":":
                raise _Odd
            found.append(bare)
            self._at += 1
        return found

    def _lines_below(self, line: str, start: int, pad: int, wanted: bool) -> Value:
        """The text of a block of lines, `|` or `>`, if it is wanted."""
        header = _HEADER.fullmatch(line, start)
        if header is None:
            raise _Odd
        lines = self._lines
        self._at += 1
        indent = _end(_SPACE, lines[self._at], 0) if self._at < len(lines) else 0
        if indent <= pad or indent == len(lines[self._at]):
            raise _Odd
        found: list[str] = []
        while self._at < len(lines):
            line = lines[self._at]
            deep = _end(_SPACE, line, 0)
            if deep == len(line):
                if deep > indent:
                    raise _Odd
            elif deep < indent:
                break
            elif deep > indent and wanted and header[1] == ">":
                raise _Odd
            found.append(line[indent:])
            self._at += 1
        return _joined(found, header[1], header[2]) if wanted else None


def _joined(lines: list[str], style: str, keep: str) -> str:
    """The text of the lines of a block; none begins with a space if it is to be folded."""
    last = len(lines)
    while not lines[last - 1]:
        last -= 1
    end = "" if keep == "-" else "\n" * (len(lines) - last + 1) if keep else "\n"
    if style == "|":
        return "\n".join(lines[:last]) + end
    text = lines[0]
    empty = 0
    for line in lines[1:last]:
        if line:
            text += ("\n" * empty or " ") + line
            empty = 0
        else:
            empty += 1
    return text + end


def _end(pattern: re.Pattern[str], line: str, at: int) -> int:
    """Where a pattern ends that matches anywhere."""
    found = pattern.match(line, at)
    return found.end() if found else at


def _has_key(line: str, start: int) -> bool:
    """True if `key:` stands there."""
    found = _NESTED_KEY.match(line, start)
    return found is not None and line[found.end() : found.end() + 2] in (": ", ":")


def _is_flat(value: Value) -> bool:
    if isinstance(value, tuple):
        return not any(isinstance(item, tuple | dict) for item in value)
    return not isinstance(value, dict)


def _quoted(line: str, start: int) -> tuple[str, int]:
    """The text in the quotes that open at `start`, and where they end."""
    found = (_SINGLE if line[start] == "'" else _DOUBLE).match(line, start)
    if found is None:
        raise _Odd
    text = found[1]
    if line[start] == "'":
        text = text.replace("''", "'")
    elif "\\" in text:
        text = _ESCAPE.sub(lambda escape: _ESCAPES.get(escape[1], escape[1]), text)
    return text, found.end()


def _flow(line: str, start: int, deep: int) -> tuple[Value, int]:
    """The list or mapping whose bracket opens at `start`, and where it ends. Of a mapping nothing is kept."""
    if deep > _DEEPEST or len(line) - start > _LONGEST_FLOW:
        raise _Odd
    if found := _PLACEHOLDER.match(line, start):
        return found[0], found.end()
    opened = line[start]
    closing = "]" if opened == "[" else "}"
    items: list[Value] = []
    at = _end(_SPACE, line, start + 1)
    while line[at : at + 1] != closing:
        if opened == "{":
            at = _flow_key(line, at)
        value, at = _flow_item(line, at, deep)
        items.append(value)
        at = _end(_SPACE, line, at)
        if line[at : at + 1] == ",":
            at = _end(_SPACE, line, at + 1)
        elif line[at : at + 1] != closing:
            raise _Odd
    if opened == "{":
        return {}, at + 1
    if found := _LINK.fullmatch(line, start, at + 1):
        return found[0], at + 1
    return tuple(items), at + 1


def _flow_item(line: str, at: int, deep: int) -> tuple[Value, int]:
    first = line[at : at + 1]
    if first in ("[", "{"):
        return _flow(line, at, deep + 1)
    if first in ('"', "'"):
        return _quoted(line, at)
    found = _FLOW_TEXT.match(line, at)
    if found is None:
        raise _Odd
    text = found[0].rstrip(" ")
    return WORDS.get(text, text), found.end()


def _flow_key(line: str, at: int) -> int:
    """Where the value of a key in a mapping begins."""
    if line[at : at + 1] in ('"', "'"):
        end = _quoted(line, at)[1]
    elif found := _NESTED_KEY.match(line, at):
        end = found.end()
    else:
        raise _Odd
    if line[end : end + 2] != ": ":
        raise _Odd
    return _end(_SPACE, line, end + 1)
