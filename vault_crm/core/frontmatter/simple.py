"""Frontmatter that needs no YAML parser: one `key: value` a line, and lists of plain items.

Nearly every note's is like that, and PyYAML takes longer to load than a merge of a note may take. What is
read here is exactly what YAML reads (a test compares the two); anything that might be more is left to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from vault_crm.core.frontmatter.shape import MAX_BLOCK
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.shape import Node
from vault_crm.core.frontmatter.shape import Pair
from vault_crm.core.late import late

_MOST_LINES = 2000
_LONGEST = 1000  # characters of a line
_MOST_EVENTS = 10_000  # less than YAML refuses as too complex
_WORDS = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None,
}  # fmt: skip
_KEY = late(r"([^\W\d][\w-]{0,80}(?: [\w-]{1,40}){0,4}):(?= |$)")
_ITEM = late(r"( {0,8})- +(?=\S)")
# A value with the comment behind it: in double quotes, in single quotes, a list in one line, plain.
_VALUE = late(
    r"""(?:"(?P<double>[^"\\]*)"|'(?P<single>[^']*)'|\[(?P<flow>[^\[\]{}"'#:?&*!|>%@`]*)\]"""
    r"""|(?P<plain>(?:[\w+/(.$=;^<]|[^\x00-\x7f]|-(?=\w))(?:[^ :#]|:(?=[^ ])|(?<=[^ ])\#| (?=[^#]))*))"""
    r"""(?: *| +\#.*)$"""
)
_FLOW_ITEM = late(r" *([\w+(/.][^,]*?) *(?:,|$)")


class _NotSimple(Exception):
    """Something that only YAML can read."""


class _Line(NamedTuple):
    start: int
    text: str


def simple_pairs(text: str) -> tuple[Pair, ...] | None:
    """What `load_block` gives for a block of simple lines; None if it is not one."""
    if len(text) > MAX_BLOCK:
        return None
    lines = text.split("\n")
    ends = [1] * len(lines)  # characters between a line and the next
    if "\r" in text:
        for number, line in enumerate(lines[:-1]):
            if line[-1:] == "\r":
                lines[number], ends[number] = line[:-1], 2
    if len(lines) > _MOST_LINES or max(map(len, lines)) > _LONGEST or not all(map(str.isprintable, lines)):
        return None
    try:
        pairs = tuple(_pairs(text, list(_told(lines, ends))))
    except _NotSimple:
        return None
    return pairs if len({pair.key for pair in pairs}) == len(pairs) else None


def simple_block(text: str) -> Loaded | None:
    """What `read_block` gives for a block of simple lines, but for YAML's events; None if it is not one."""
    pairs = simple_pairs(text)
    if pairs is None:
        return None
    return Loaded(tuple([_entry(pair, pair.node) for pair in pairs if pair.node]))


def _entry(pair: Pair, value: Node) -> Entry:
    at = value.first - 1
    key = Node("plain", pair.key, pair.key_start, pair.key_end, pair.key_end, at, at)
    return Entry(pair.key, key, value)


def _told(lines: list[str], ends: list[int]) -> Iterator[_Line]:
    """The lines that say something, with their offsets."""
    at = 0
    for line, end in zip(lines, ends, strict=True):
        if line.strip(" ") and not line.lstrip(" ").startswith("#"):
            yield _Line(at, line)
        at += len(line) + end


def _pairs(text: str, lines: list[_Line]) -> Iterator[Pair]:
    event = 3  # the stream, the document and the mapping have begun
    number = 0
    while number < len(lines):
        line = lines[number]
        key = _KEY.match(line.text)
        if key is None or key[1] in _WORDS:
            raise _NotSimple
        number += 1
        begin = key.end()
        rest = line.text[begin:].lstrip(" ")
        if rest and not rest.startswith("#"):
            node = _value(line, len(line.text) - len(rest), event + 1)
        else:
            stop = number
            while stop < len(lines) and _ITEM.match(lines[stop].text):
                stop += 1
            if stop > number:
                end = lines[stop].start if stop < len(lines) else len(text)
                node = _list(lines[number:stop], end, event + 1)
            else:
                at = line.start + begin
                node = Node("empty", None, at, at, at, event + 1, event + 1)
            number = stop
        event = node.last + 1
        if event > _MOST_EVENTS:
            raise _NotSimple
        where = line.start, line.start + len(key[1])
        yield Pair(key[1], node.value, *where, node.start, node.end, node.kind, node=node)


def _value(line: _Line, column: int, event: int) -> Node:
    """The value that stands in a line from a column on, with a comment at most behind it."""
    found = _VALUE.match(line.text, column)
    if found is None:
        raise _NotSimple
    start = line.start + column
    if (plain := found["plain"]) is not None:
        plain = plain.rstrip(" ")
        end = start + len(plain)
        if plain.endswith(":"):
            raise _NotSimple
        return Node("plain", _WORDS.get(plain, plain), start, end, end, event, event)
    if (flow := found["flow"]) is not None:
        return _flow_list(flow, start, event)
    quoted = found["double"]
    kind = '"' if quoted is not None else "'"
    said = quoted if quoted is not None else found["single"]
    end = start + len(said) + 2
    return Node(kind, said, start, end, end, event, event)


def _list(lines: list[_Line], end: int, event: int) -> Node:
    """A list with an item a line; `end` is where the next property begins."""
    items: list[Node] = []
    indents = set()
    for number, line in enumerate(lines, 1):
        mark = _ITEM.match(line.text)
        if mark is None:
            raise _NotSimple
        indents.add(mark[1])
        items.append(_value(line, mark.end(), event + number))
    if len(indents) > 1 or any(item.kind == "flow list" for item in items):
        raise _NotSimple
    start = lines[0].start + len(indents.pop())
    last = event + len(items) + 1
    return _with_items("list", start, end, items[-1].tail, event, last, items)


def _flow_list(inner: str, start: int, event: int) -> Node:
    end = start + len(inner) + 2
    items: list[Node] = []
    at = 0
    while at < len(inner):
        found = _FLOW_ITEM.match(inner, at)
        if found is None:
            raise _NotSimple
        begin, stop = start + 1 + found.start(1), start + 1 + found.end(1)
        number = event + 1 + len(items)
        items.append(Node("plain", _WORDS.get(found[1], found[1]), begin, stop, stop, number, number))
        at = found.end()
    return _with_items("flow list", start, end, end, event, event + len(items) + 1, items)


def _with_items(kind: str, start: int, end: int, tail: int, first: int, last: int, items: list[Node]) -> Node:
    value = tuple(item.value for item in items)
    return Node(kind, value, start, end, tail, first, last, "", 1 + len(items), tuple(items))
