"""Lists in the place of values, and items in lists: edits of an open note."""

from __future__ import annotations

from vault_crm.core.frontmatter import listtext
from vault_crm.core.frontmatter.opened import OpenNote
from vault_crm.core.frontmatter.scalars import format_scalar
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.model import Edit

NewValue = str | bool | None | tuple[str, ...]


def replace_list(note: OpenNote, entry: Entry, value: NewValue) -> Edit:
    """A list in the place of anything, or anything in the place of a simple list."""
    text = note.editable(entry)
    node = entry.value
    colon = note.colon_end(entry)
    newline = note.block.newline if note.block else "\n"
    style = listtext.style_of(note.loaded, text, listtext.column(text, entry.key.start))
    if node.kind in ("list", "flow list"):
        if not listtext.simple(node, text, colon):
            raise note.refuse(f"{entry.name}: its list has comments, nested values or long lines", node.start)
        if node.kind == "list":
            return _replace_block_list(note, entry, value, colon)
        new = listtext.flow_list(value) if isinstance(value, tuple) else format_scalar(value)
        start = node.start if new else node.start - (text[node.start - 1] == " ")
        return note.edit(start, node.end, new, entry.name, value)
    items = value if isinstance(value, tuple) else ()
    rest_end = listtext.line_end(text, node.end)
    tail = text[node.end : rest_end]
    if not items or style.flow or (node.kind != "empty" and tail.strip()):
        flow = listtext.flow_list(items)
        if node.kind == "empty":
            return note.edit(colon, colon, " " + flow, entry.name, value)
        return note.edit(node.start, node.end, flow, entry.name, value)
    indent = " " * listtext.column(text, entry.key.start)
    lines = listtext.item_lines(items, indent, newline, style)
    if node.kind == "empty":
        return note.edit(rest_end, rest_end, lines, entry.name, value)
    return note.edit(colon, rest_end, tail + lines, entry.name, value)


def _replace_block_list(note: OpenNote, entry: Entry, value: NewValue, colon: int) -> Edit:
    text = note.editable(entry)
    start, end = listtext.line_start(text, entry.value.start), listtext.line_end(text, entry.value.tail)
    if isinstance(value, tuple) and value:
        new = listtext.changed_lines(entry.value, text, value)
        return note.edit(start, end, new, entry.name, value)
    word = listtext.flow_list(value) if isinstance(value, tuple) else format_scalar(value)
    if word:
        word = " " + word
    return note.edit(colon, end, word + text[colon:start], entry.name, value)


def append_to_list(note: OpenNote, entry: Entry, item: str) -> Edit:
    """Adds an item behind the last one, laid out and quoted as the others. Raises EditRefused."""
    text = note.editable(entry)
    node = entry.value
    expected = (*node.value, item) if isinstance(node.value, tuple) else (item,)
    if node.kind == "flow list":
        at, new = listtext.appended_in_flow(node, item)
    else:
        last = node.items[-1]
        if last.kind in ("|", ">") or last.tail > listtext.line_end(text, last.start):
            raise note.refuse(f"{entry.name}: its last item goes over several lines", last.start)
        at = listtext.line_end(text, last.tail)
        new = listtext.item_line(node, text, item)
    return note.edit(at, at, new, entry.name, expected)


def remove_from_list(note: OpenNote, entry: Entry, item: str) -> Edit:
    """Takes one item out: its lines, or its text and a comma. Raises EditRefused if it is there twice."""
    text = note.editable(entry)
    node = entry.value
    found = [number for number, one in enumerate(node.items) if one.value == item]
    if len(found) > 1:
        raise note.refuse(f"{entry.name}: {item} is there {len(found)} times", node.items[found[-1]].start)
    at = found[0]
    rest = tuple(one.value for number, one in enumerate(node.items) if number != at)
    if node.kind == "flow list":
        start, end = listtext.span_in_flow(node, at)
        return note.edit(start, end, "", entry.name, rest)
    one = node.items[at]
    start, end = listtext.line_start(text, one.start), listtext.line_end(text, max(one.tail, one.start))
    return note.edit(start, end, "", entry.name, rest or None)
