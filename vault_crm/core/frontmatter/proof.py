"""The proof of an edit: the text after it is read again, and only the intended property may differ."""

from __future__ import annotations

from typing import Any

from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.shape import Node
from vault_crm.core.frontmatter.simple import simple_block
from vault_crm.core.model import Edit
from vault_crm.core.model import Value

_OTHERWISE = "the edit would change more than this property"


def proven(
    text: str, block: Block, old: Loaded, edit: Edit, key: str, value: Value, gone: bool = False
) -> str:
    """Why an edit must not be made, '' if it does what it should: `key` has the `value` (or is `gone`), and
    every other event of the block, every line around it and the body are as they were."""
    after = text[: edit.start] + edit.text + text[edit.end :]
    try:
        new_block = find_block(after)
        if new_block is None or new_block.start != block.start or new_block.newline != block.newline:
            return "the edit would move the frontmatter"
        same = _seen_at_once(block.text, new_block.text, key, value, gone)
        new = old if same else read_block(new_block.text)
        if not same and not old.events:  # it was read without YAML
            old = read_block(block.text)
    except BlockProblem as problem:
        return f"after the edit {problem.message}"
    if (
        after[new_block.after :] != text[block.after :]
        or after[new_block.end : new_block.after] != text[block.end : block.after]
    ):
        return "the edit would change the text below the frontmatter"
    if same:
        return ""
    if _outside(old, key) != _outside(new, key):
        return _OTHERWISE
    found = [entry.value.value for entry in new.entries if entry.name == key]
    if found != ([] if gone else [value]):
        return "the value would not read back as it was given"
    return ""


def _seen_at_once(old: str, new: str, key: str, value: Value, gone: bool) -> bool:
    """Whether both blocks are so simple that it can be seen without YAML that the edit does what it should.
    If not, nothing is said yet."""
    before, after = simple_block(old), simple_block(new)
    if before is None or after is None or _written(before, old, key) != _written(after, new, key):
        return False
    return [entry.value.value for entry in after.entries if entry.name == key] == ([] if gone else [value])


def _written(loaded: Loaded, text: str, key: str) -> list[tuple[str, ...]]:
    """Every key but one, and its value, letter for letter as they stand there."""
    return [
        (entry.name, entry.value.kind, *(text[node.start : node.end] for node in _parts(entry.value)))
        for entry in loaded.entries
        if entry.name != key
    ]


def _parts(node: Node) -> tuple[Node, ...]:
    return node.items if node.kind == "list" else (node,)


def _outside(loaded: Loaded, key: str) -> list[Any]:
    """Everything about a block but one key and its value; marks and comments apart."""
    head: list[Any] = []
    for event in loaded.events[: loaded.entries[0].key.first if loaded.entries else len(loaded.events)]:
        shape = _shape(event)
        if shape not in _PLAIN_FRAME:
            head.append(shape)
    around: list[Any] = [head, loaded.flow]
    for entry in loaded.entries:
        if entry.name != key:  # the value, too: an alias stays the same event when its anchor changes
            events = loaded.events[entry.key.first : entry.value.last + 1]
            around += [entry.name, entry.value.value, *map(_shape, events)]
    return around


def _shape(event: Any) -> tuple[Any, ...]:
    """All that an event says, but for its place."""
    return (
        type(event).__name__,
        getattr(event, "anchor", None),
        getattr(event, "tag", None),
        getattr(event, "value", None),
        getattr(event, "style", None) or None,
        bool(getattr(event, "flow_style", False)),
        bool(getattr(event, "explicit", False)) and type(event).__name__ == "DocumentStartEvent",
        getattr(event, "version", None),
        tuple((getattr(event, "tags", None) or {}).items()),
    )


_NONE = (None, None, None, None, False, False, None, ())
# The frame of an ordinary block, and of one that is empty or all comments.
_PLAIN_FRAME = [
    (name, *_NONE)
    for name in (
        "StreamStartEvent",
        "DocumentStartEvent",
        "MappingStartEvent",
        "DocumentEndEvent",
        "StreamEndEvent",
    )
]
