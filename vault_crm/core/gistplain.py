"""Frontmatter as nearly every note has it, for gists: one `key: value` a line, and lists of plain items.

What is read here is what YAML reads (tests hold the two together, on every input), but only of the keys that
a gist is made of; of the others no more is looked at than that they are plain, too. A block with more in it
is left to `core.gistyaml`, and what that cannot read to YAML: the answer is None.
"""

from __future__ import annotations

import re
from typing import Final
from typing import TypeAlias

from vault_crm.core.fields import field_of
from vault_crm.core.fields import fold_key
from vault_crm.core.people import is_persons_key
from vault_crm.core.words import Value

_LONGEST = 8000  # characters of a block
_MOST_KEYS = 5000  # that are remembered
WORDS: dict[str, Value] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None,
}  # fmt: skip
# Of ASCII only what is no sign to YAML. (Python takes long over classes that name the rest of Unicode.)
FIRST = r"[^\x00-/:-@\[-^`{-\x7f]"
_SIGN = r"[^\x00-%*,:-@\\^`{-\x7f]"
_KEY = re.compile(f"{FIRST}{_SIGN}{{0,80}}(?: {_SIGN}{{1,40}}){{0,4}}")
# What a plain value may begin with: what is not ASCII may, too, and `-` before a word.
STARTS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+/(.$")
_NOT_IN_FLOW = re.compile("[\\[\\]{}\"'#:?&*!|>%@`]")

# Fields of ours that a gist is made of, and what else decides what a note is, by a name of its own.
_FIELDS = frozenset({
    "cadence", "last_contact", "next_contact", "snooze_until", "paused", "archived", "private", "tier",
    "next", "birthday", "died", "events", "anniversary", "relationship", "how_met", "met", "introduced_by",
    "tags", "aliases",
})  # fmt: skip
TYPES = ("type", "fileclass", "categories")
_MEETING = frozenset({"attendees", "participants", "with", "people"})
MEETING, DATE, NAME, TITLE, PERSON = "a meeting", "a date", "a name", "a title", "a person"


# A property: its key and its value, and where that stands: its line, its column and its end.
Row: TypeAlias = "tuple[str, Value, tuple[int, int, int]]"
KEY: Final = 0
VALUE: Final = 1
PLACE: Final = 2


class PlainBlocks:
    """Reads plain blocks; what a key means is worked out once."""

    def __init__(self) -> None:
        self.known: dict[str, str | None] = {}

    def rows(self, block: str) -> dict[str, Row] | None:
        """The properties that a gist is made of, by what they are. None if the block is not plain, or has one
        twice. `block` is what stands between the fences, from line 2 on, without its last newline."""
        if len(block) > _LONGEST or not block.replace("\n", "").isprintable():
            return None
        rows = self._plain(block)
        if rows is None:
            # Few notes are like that, and most vaults have none.
            from vault_crm.core.gistyaml import read_rows

            return read_rows(block, self.meaning)
        return rows

    def _plain(self, block: str) -> dict[str, Row] | None:
        """The same of a block with one `key: value` a line, and lists of items."""
        if "#" in block:
            block = "\n".join(map(_without_comment, block.split("\n")))
        reading = _Reading(self)
        if not reading.read(block.split("\n")):
            return None
        keys = reading.keys
        if len(set(keys)) != len(keys):
            return None
        # In what was taken for plain no colon ends a word, but for those behind the keys.
        if block.count(":") != len(keys):
            if block.count(": ") != len(keys) - reading.heads + reading.quoted:
                return None
            if block.count(":\n") + block.endswith(":") != reading.heads:
                return None
        return reading.rows

    def meaning(self, key: str) -> str | None:
        """What a key is: a name of a field, one of our own, '' if it is nothing; None if it is not plain."""
        found = self.known.get(key, "?")
        if found == "?":
            found = _meaning(key)
            if len(self.known) < _MOST_KEYS:
                self.known[key] = found
        return found


def _without_comment(line: str) -> str:
    if line[:1] == "#":
        return ""
    at = line.find(" #")
    return line if at < 0 else line[:at].rstrip(" ")


def _meaning(key: str) -> str | None:
    if _KEY.fullmatch(key) is None or key in WORDS:
        return None
    folded = fold_key(key)
    field = field_of(key)
    if field in _FIELDS:
        return field
    if folded in TYPES:
        return folded
    if folded in _MEETING:
        return MEETING
    if folded == "date":
        return DATE
    if key.casefold() in ("name", "title"):
        return NAME if key.casefold() == "name" else TITLE
    return PERSON if is_persons_key(key) else ""


class _Reading:
    """A block being read. `_open` is the key whose list may follow, with its meaning."""

    def __init__(self, blocks: PlainBlocks) -> None:
        self.rows: dict[str, Row] = {}
        self.keys: list[str] = []
        self.heads = 0
        self.quoted = 0
        self._blocks = blocks
        self._items: list[Value] | None = None
        self._open = ("", "")
        self._place = (0, 0)

    def read(self, lines: list[str]) -> bool:
        """True if all lines are plain."""
        known = self._blocks.known
        rows = self.rows
        keys = self.keys
        number = 1
        for line in lines:
            number += 1
            key, colon, value = line.partition(": ")
            if value[:1] in STARTS and (means := known.get(key)) is not None:
                # most lines there are
                keys.append(key)
                if self._items is not None and not self._close():
                    return False
                if means:
                    if means in rows:
                        return False
                    if value[-1] == " ":
                        value = value.rstrip(" ")
                    col = len(key) + 3
                    rows[means] = key, WORDS.get(value, value), (number, col, col + len(value))
            elif not (self._pair(key, value, number) if colon else self._line(line, number)):
                return False
        return self._close()

    def _pair(self, key: str, value: str, number: int) -> bool:
        """A line of a key and a value that is not the most usual one."""
        means = self._blocks.meaning(key)
        if means is None or not self._close():
            return False
        self.keys.append(key)
        bare = value.strip(" ")
        if not bare:
            return self._head(key, means)
        read, plain = scalar(bare)
        if not plain:
            items = flow_items(bare)
            if items is None:
                return False
            read = items
        elif bare[0] in "\"'":
            self.quoted += bare.count(": ")
        if means:
            if means in self.rows:
                return False
            col = len(key) + 3 + len(value) - len(value.lstrip(" "))
            self.rows[means] = key, read, (number, col, col + len(bare))
        return True

    def _line(self, line: str, number: int) -> bool:
        """A line without a value behind a colon: a key whose list follows, an item, nothing."""
        if not line:
            return True
        bare = line.lstrip(" ")
        if bare[:1] == "-":
            return self._item(bare, len(line) - len(bare), number)
        if line[-1] != ":" or not self._close():
            return False
        key = line[:-1]
        means = self._blocks.meaning(key)
        if means is None:
            return False
        self.heads += 1
        self.keys.append(key)
        return self._head(key, means)

    def _head(self, key: str, means: str) -> bool:
        self._items = []
        self._open = key, means
        return True

    def _item(self, bare: str, pad: int, number: int) -> bool:
        items = self._items
        if items is None or bare[1:2] not in ("", " "):
            return False
        if not items:
            self._place = number, pad + 1
        if pad > 8 or pad + 1 != self._place[1]:
            return False
        value, plain = scalar(bare[1:].strip(" "))
        items.append(value)
        return plain

    def _close(self) -> bool:
        """The list ends that may have followed; False if there is already one of its kind."""
        items = self._items
        if items is None:
            return True
        self._items = None
        key, means = self._open
        if means:
            if means in self.rows:
                return False
            self.rows[means] = key, tuple(items) if items else None, (*self._place, 0)
        return True


def scalar(text: str) -> tuple[Value, bool]:
    """What a value without spaces around it says, and whether it is a plain one (else it says nothing)."""
    first = text[:1]
    if first in STARTS or first > "\x7f":
        return WORDS.get(text, text), True
    if not first:
        return None, True
    if first == "-":
        second = text[1:2]
        return text, second.isalnum() or second == "_"
    if first in "\"'" and len(text) > 1 and text[-1] == first and first not in text[1:-1]:
        return text[1:-1], first == "'" or "\\" not in text
    return None, False


def flow_items(text: str) -> tuple[Value, ...] | None:
    """The items of a list in one line: plain texts, or quoted ones without commas; None if it is none."""
    inner = text[1:-1]
    if text[0] != "[" or text[-1] != "]" or len(text) < 2:
        return None
    if not inner:
        return ()
    if inner.replace(", ", "").isalnum():
        words = tuple(inner.split(", "))
        if "" not in words and WORDS.keys().isdisjoint(words):
            return words
    items: list[Value] = []
    for part in inner.split(","):
        item = part.strip(" ")
        value, plain = scalar(item)
        if not plain or not item or item[0] == "-":
            return None
        quoted = item[0] in "\"'"
        if not quoted and _NOT_IN_FLOW.search(item):
            return None
        items.append(value)
    return tuple(items)
