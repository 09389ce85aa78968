"""What a frontmatter is made of: the block, its nodes with their places, and what may be wrong with it.

Offsets are characters of the text that `core.text.decode` made, or of the block where that is said.
"""

from __future__ import annotations

from typing import Any

from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.words import Value

MAX_BLOCK = 64 * 1024  # characters; libyaml crashes the process on 60 kB of deep nesting
MAX_DEPTH = 64
MAX_EVENTS = 20_000
MAX_ALIASES = 50


class BlockProblem(Exception):
    """The frontmatter cannot be found or read. `offset` counts from the start of the text that was given."""

    def __init__(self, code: str, offset: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.offset = offset
        self.message = message
        self.hint = hint


@record
class Block:
    """The YAML between the fences is `start:end` of the note's text, the body begins at `after`.

    `newline` is that of the opening fence; `first_line` is the number of the block's first line in the note.
    """

    start: int
    end: int
    after: int
    newline: str
    text: str
    first_line: int = 2


@record
class Node:
    """One YAML value with its place in the block.

    `kind`: plain ' " | > empty alias, 'link' (an unquoted [[link]]), 'placeholder' (an unquoted {{template}}
    word), 'list', 'flow list', 'map', 'flow map'. `tail` is where its last character that is no comment or
    blank ends; `first` and `last` are its events; `marked` says what in it forbids an edit ('an anchor', 'an
    alias', 'a tag').
    """

    kind: str
    value: Value
    start: int
    end: int
    tail: int
    first: int
    last: int
    marked: str = ""
    weight: int = 1
    items: tuple[Node, ...] = ()


@record
class Entry:
    """A key and its value; `name` is the key's text as YAML reads it."""

    name: str
    key: Node
    value: Node


class Loaded(dict[str, Value]):
    """A block as loaded: the values by key (the last of duplicates wins), and where everything is."""

    def __init__(
        self, entries: tuple[Entry, ...] = (), events: tuple[Any, ...] = (), flow: bool = False
    ) -> None:
        super().__init__((entry.name, entry.value.value) for entry in entries)
        self.entries = entries
        self.events = events
        self.flow = flow


@record
class Pair:
    """One top-level property. `start:end` is its value; `style` is the value's `Node.kind`.

    `editable` is '' or the reason why this value must not be edited. `odd_key`: the key is no text.
    """

    key: str
    value: Value
    key_start: int
    key_end: int
    start: int
    end: int
    style: str
    editable: str = ""
    odd_key: bool = False
    node: Node | None = field(default=None, beside=True)
