"""From YAML's events to nodes with positions: the values as the user typed them.

Nothing is composed or constructed by PyYAML: no bomb, tag or deep nesting can do anything, and building
stops as soon as a block is more complex than a note's properties can be.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from yaml import events as ev

from vault_crm.core.frontmatter.shape import MAX_ALIASES
from vault_crm.core.frontmatter.shape import MAX_DEPTH
from vault_crm.core.frontmatter.shape import MAX_EVENTS
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.shape import Node
from vault_crm.core.late import late
from vault_crm.core.model import Value
from vault_crm.core.record import replace

# What YAML 1.2's core schema, which Obsidian reads, takes for more than text. Numbers and dates stay text.
WORDS: dict[str, bool | None] = {
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    "null": None, "Null": None, "NULL": None, "~": None, "": None,
}  # fmt: skip
_LINK = late(r"\[\[(?!\s*[\"'])[^\[\]\n\r]+\]\]")
_PLACEHOLDER = late(r"\{\{[^{}\n\r]*\}\}")
_HALF = late("[\\ud800-\\udfff]")
_OPENERS = (ev.MappingStartEvent, ev.SequenceStartEvent)
_CLOSERS = (ev.MappingEndEvent, ev.SequenceEndEvent)


class Builder:
    """Builds nodes from a stream of events, and stops as soon as the block is too complex to be a note's."""

    def __init__(self, text: str, get_event: Callable[[], Any]) -> None:
        self.text = text
        self._get_event = get_event
        self._depth = 0
        self._aliases = 0
        self._weight = 0
        self._anchors: dict[str, Node | None] = {}
        self.events: list[Any] = []
        self._ahead: Any = None

    def next(self) -> Any:
        event = self._ahead or self._get_event()
        self._ahead = None
        self.events.append(event)
        if isinstance(event, _OPENERS):
            self._depth += 1
        elif isinstance(event, _CLOSERS):
            self._depth -= 1
        if self._depth > MAX_DEPTH:
            raise self._complex(event, f"values nested deeper than {MAX_DEPTH}")
        if len(self.events) > MAX_EVENTS:
            raise self._complex(event, f"more than {MAX_EVENTS:,} values")
        return event

    def peek(self) -> Any:
        if self._ahead is None:
            self._ahead = self._get_event()
        return self._ahead

    def _complex(self, event: Any, what: str) -> BlockProblem:
        return BlockProblem(
            "yaml-too-complex",
            self.at(event.start_mark),
            f"the frontmatter has {what}",
            "a person's properties are plain `key: value` lines; move anything else below the closing ---",
        )

    def at(self, mark: Any) -> int:
        """A mark's offset in the block; marks count characters, also where the parser works on bytes."""
        return int(mark.index)

    def document(self) -> Loaded:
        self.next()  # the stream's start
        if isinstance(self.next(), ev.StreamEndEvent):
            return Loaded((), tuple(self.events))
        start = self.peek()
        if isinstance(start, ev.MappingStartEvent):
            self.next()
            loaded = self._root(start)
        else:
            node = self.node()
            if node.kind != "empty" or node.marked:
                raise self._not_a_mapping(node)
            loaded = Loaded()
        self.next()  # the document's end
        extra = self.next()
        if not isinstance(extra, ev.StreamEndEvent):
            raise BlockProblem(
                "broken-yaml",
                self.at(extra.start_mark),
                "a second YAML document begins here",
                "keep one block of properties between the two --- lines",
            )
        return Loaded(loaded.entries, tuple(self.events), loaded.flow)

    def _root(self, start: Any) -> Loaded:
        entries = []
        while not isinstance(self.peek(), ev.MappingEndEvent):
            key = self.node()
            name = self._name(key)
            value = self.node(merge=name == "<<")
            entries.append(Entry(name, key, value))
        end = self.next()
        flow = bool(start.flow_style)
        if flow and _PLACEHOLDER.fullmatch(self.text[self.at(start.start_mark) : self.at(end.end_mark)]):
            node = self._made("placeholder", start, end, None, 0)
            raise self._not_a_mapping(node)
        return Loaded(tuple(entries), flow=flow)

    def _not_a_mapping(self, node: Node) -> BlockProblem:
        what = "a list" if "list" in node.kind else "text"
        return BlockProblem(
            "not-a-mapping",
            node.start,
            f"the frontmatter is {what}, not `key: value` lines",
            "write each property on a line of its own, with a colon and a space: `cadence: 3 months`",
        )

    def _name(self, key: Node) -> str:
        """A key as text: `on`, `1`, `2026-01-02` and `~` are what stands there, and so are lists and
        mappings.
        """
        if isinstance(key.value, str) and key.kind != "alias":
            return key.value
        return self.text[key.start : key.end].strip()

    def node(self, merge: bool = False) -> Node:
        event = self.next()
        first = len(self.events) - 1
        if isinstance(event, ev.AliasEvent):
            return self._alias(event, first)
        anchor = event.anchor
        if anchor:
            self._anchors[anchor] = None
        if isinstance(event, ev.ScalarEvent):
            node = self._scalar(event, first)
        elif isinstance(event, ev.SequenceStartEvent):
            node = self._sequence(event, first, merge)
        else:
            node = self._mapping(event, first)
        if anchor:
            self._anchors[anchor] = node
        return node

    def _made(
        self,
        kind: str,
        start: Any,
        end: Any,
        value: Value,
        first: int,
        children: tuple[Node, ...] = (),
        tail: int = -1,
    ) -> Node:
        begin, stop = self.at(start.start_mark), self.at(end.end_mark)
        marked = next((child.marked for child in children if child.marked), "")
        if getattr(start, "tag", None) is not None:
            marked = "a tag"
        if getattr(start, "anchor", None):
            marked = "an alias" if kind == "alias" else "an anchor"
        weight = 1 + sum(child.weight for child in children)
        items = children if kind in ("list", "flow list") else ()
        last = len(self.events) - 1
        return Node(kind, value, begin, stop, stop if tail < 0 else tail, first, last, marked, weight, items)

    def _alias(self, event: Any, first: int) -> Node:
        self._aliases += 1
        if event.anchor not in self._anchors:
            raise BlockProblem(
                "broken-yaml",
                self.at(event.start_mark),
                f"*{event.anchor} refers to an anchor that is not there",
                "put the value into quotes if the * is meant as text",
            )
        target = self._anchors[event.anchor]
        if target is None:
            raise self._complex(event, f"a value that contains itself (*{event.anchor})")
        self._weight += target.weight
        if self._aliases > MAX_ALIASES or self._weight > MAX_EVENTS:
            raise self._complex(event, f"more than {MAX_ALIASES} aliases, or aliases of aliases without end")
        node = self._made("alias", event, event, target.value, first)
        return replace(node, weight=target.weight)

    def _scalar(self, event: Any, first: int) -> Node:
        text: str = event.value
        kind = event.style or "plain"
        value: Value = text
        if kind == "plain" and event.tag is None and text in WORDS:
            value = WORDS[text]
            if not text:
                kind = "empty"
        source = self.text[self.at(event.start_mark) : self.at(event.end_mark)]
        if event.tag is not None and not text and kind == "plain":
            value = source.strip() or None  # `![[photo.png]]` is read as a tag without a value
        if _HALF.search(text):
            raise BlockProblem(
                "broken-yaml",
                self.at(event.start_mark),
                "half a character (\\ud800 to \\udfff) stands in this value",
                "type the character itself",
            )
        tail = self._block_tail(event) if kind in "|>" else -1
        return self._made(kind, event, event, value, first, tail=tail)

    def _block_tail(self, event: Any) -> int:
        """Where a block scalar's last line ends: its end mark lies behind blank lines and comments."""
        start, stop = self.at(event.start_mark), self.at(event.end_mark)
        lines = self.text[start:stop].split("\n")
        tail = at = start + len(lines[0].rstrip())
        indent = 0
        at = start + len(lines[0]) + 1
        for line in lines[1:]:
            body = line.rstrip()
            depth = len(body) - len(body.lstrip(" "))
            if body and depth < indent:
                break
            if body:
                indent = indent or depth
                tail = at + len(body)
            at += len(line) + 1
        return tail

    def _sequence(self, event: Any, first: int, merge: bool) -> Node:
        items: list[Node] = []
        while not isinstance(self.peek(), ev.SequenceEndEvent):
            if merge and isinstance(self.peek(), ev.AliasEvent):
                raise self._complex(self.peek(), "merge keys (<<) with a list of aliases")
            items.append(self.node())
        end = self.next()
        children = tuple(items)
        if not event.flow_style:
            tail = children[-1].tail if children else -1
            return self._made("list", event, end, tuple(i.value for i in items), first, children, tail)
        source = self.text[self.at(event.start_mark) : self.at(end.end_mark)]
        if _LINK.fullmatch(source):
            return self._made("link", event, end, source, first, children)
        return self._made("flow list", event, end, tuple(i.value for i in items), first, children)

    def _mapping(self, event: Any, first: int) -> Node:
        values: dict[str, Value] = {}
        children: list[Node] = []
        while not isinstance(self.peek(), ev.MappingEndEvent):
            key = self.node()
            name = self._name(key)
            value = self.node(merge=name == "<<")
            values[name] = value.value
            children += [key, value]
        end = self.next()
        tail = children[-1].tail if children and not event.flow_style else -1
        if event.flow_style:
            source = self.text[self.at(event.start_mark) : self.at(end.end_mark)]
            if _PLACEHOLDER.fullmatch(source):
                return self._made("placeholder", event, end, source, first, tuple(children))
        kind = "flow map" if event.flow_style else "map"
        return self._made(kind, event, end, values, first, tuple(children), tail)
