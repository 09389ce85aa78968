"""Changing one property: every other byte of the note stays, or nothing is changed and the reason is said.

Nothing is ever serialised anew. The characters of one value are replaced, or lines are added or taken out,
and the result is read again: its event stream must be the old one but for that value (`core.editproof`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vault_crm.core import listtext
from vault_crm.core.block import Block
from vault_crm.core.block import BlockProblem
from vault_crm.core.block import Entry
from vault_crm.core.block import Loaded
from vault_crm.core.block import Node
from vault_crm.core.block import find_block
from vault_crm.core.block import read_block
from vault_crm.core.block import why_not_editable
from vault_crm.core.editproof import proven
from vault_crm.core.model import Edit
from vault_crm.core.model import Value
from vault_crm.core.text import BOM
from vault_crm.core.text import newline_of
from vault_crm.core.yamltext import format_scalar
from vault_crm.errors import EditRefused

NewValue = str | bool | None | tuple[str, ...]
_LONE_CR = re.compile(r"\r(?!\n)")  # a line break to YAML, but to no editor
_NOTHING = Edit(0, 0, "")
_BY_HAND = "change it in an editor"


@dataclass(frozen=True, slots=True)
class _Note:
    """A note whose frontmatter can be read; `block` is None if it has none."""

    path: str
    text: str
    block: Block | None
    loaded: Loaded

    def refuse(self, reason: str, offset: int = -1, hint: str = _BY_HAND) -> EditRefused:
        """The refusal, with the line in the note of an offset in the block."""
        line = 0
        if self.block is not None and offset >= 0:
            line = self.block.first_line + self.block.text.count("\n", 0, offset)
        return EditRefused(self.path, line, reason, hint)

    def find(self, key: str) -> Entry | None:
        """The one entry of a key. Raises EditRefused if there are several, naming their lines."""
        found = [entry for entry in self.loaded.entries if entry.name == key]
        if len(found) > 1 and self.block is not None:
            lines = [str(self.block.text.count("\n", 0, e.key.start) + self.block.first_line) for e in found]
            reason = f"{key} is there {len(found)} times (lines {' and '.join(lines)})"
            raise self.refuse(reason, found[-1].key.start, "keep one of them, then try again")
        return found[0] if found else None

    def edit(self, start: int, end: int, new: str, key: str, value: Value, gone: bool = False) -> Edit:
        """The edit of `start:end` of the block, proven to change `key` to `value` and nothing else."""
        if self.block is None:
            raise self.refuse("it has no frontmatter")
        edit = Edit(self.block.start + start, self.block.start + end, new)
        reason = proven(self.text, self.block, self.loaded, edit, key, value, gone)
        if reason:
            raise self.refuse(reason, min(start, len(self.block.text)))
        return edit


def _open(path: str, text: str) -> _Note:
    try:
        block = find_block(text)
    except BlockProblem as problem:
        raise EditRefused(
            path, text.count("\n", 0, problem.offset) + 1, problem.message, problem.hint
        ) from None
    if block is None:
        _refuse_if_no_text(path, text)
        return _Note(path, text, None, Loaded())
    lone = _LONE_CR.search(block.text)
    if lone:
        line = block.first_line + block.text.count("\n", 0, lone.start())
        hint = "give each property a line of its own (in vim: `:%s/\\r/\\r/`)"
        raise EditRefused(path, line, "a carriage return stands in the middle of this line", hint)
    try:
        return _Note(path, text, block, read_block(block.text))
    except BlockProblem as problem:
        line = block.first_line + block.text.count("\n", 0, problem.offset)
        raise EditRefused(path, line, problem.message, problem.hint) from None


def _refuse_if_no_text(path: str, text: str) -> None:
    """A UTF-16 note, or a binary file that is called .md, must not get a block of UTF-8 put on top."""
    if "\0" in text or text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        hint = "save the note as UTF-8 (in vim: `:set fileencoding=utf-8 nobomb`, then `:w`)"
        raise EditRefused(path, 1, "the note is not UTF-8 text", hint)


def set_property(path: str, text: str, key: str, value: NewValue) -> Edit:
    """Gives the property `key`, spelled exactly so, a value: replaces it, fills an empty one, or adds the
    property.

    None leaves the key without a value. An old list is replaced only if it is a plain one (one item a line,
    or all on one line). A new property stands before the closing fence; a note without frontmatter gets a
    block of its own. A no-op is an Edit with start == end and text ''. Raises EditRefused with path, line
    and reason.
    """
    note = _open(path, text)
    entry = note.find(key)
    try:
        if entry is None:
            return _add(note, key, value)
        if entry.value.value == value:
            return _NOTHING
        return _replace(note, entry, value)
    except ValueError as problem:
        raise note.refuse(f"{key} cannot be written: {problem}", 0) from None


def _add(note: _Note, key: str, value: NewValue) -> Edit:
    if note.block is None:
        return _new_block(note, key, value)
    if note.loaded.flow:
        raise note.refuse("the frontmatter is one { } mapping", 0)
    indent = _root_indent(note, note.block)
    style = listtext.style_of(note.loaded, note.block.text, len(indent))
    lines = listtext.property_lines(key, value, indent, note.block.newline, style)
    at = len(note.block.text)
    return note.edit(at, at, lines, key, value)


def _root_indent(note: _Note, block: Block) -> str:
    if not note.loaded.entries:
        return ""
    first = note.loaded.entries[0].key.start
    indent = block.text[block.text.rfind("\n", 0, first) + 1 : first]
    if indent.strip(" "):
        raise note.refuse("its first property does not begin its line", first)
    return indent


def _new_block(note: _Note, key: str, value: NewValue) -> Edit:
    newline = newline_of(note.text)
    lines = listtext.property_lines(key, value, "", newline, listtext.DEFAULT)
    at = 1 if note.text.startswith(BOM) else 0
    edit = Edit(at, at, f"---{newline}{lines}---{newline}")
    after = note.text[:at] + edit.text + note.text[at:]
    block = find_block(after)
    if (
        block is None
        or after[block.after :] != note.text[at:]
        or dict(read_block(block.text)) != {key: value}
    ):
        raise note.refuse("a block of properties cannot be put before its text")
    return edit


def _replace(note: _Note, entry: Entry, value: NewValue) -> Edit:
    block_text = _editable(note, entry)
    node = entry.value
    if isinstance(value, tuple) or node.items or node.kind in ("list", "flow list"):
        return _replace_list(note, entry, value)
    if node.kind == "empty":
        return _fill(note, entry, " " + format_scalar(value), value)
    if value is None:
        start = node.start - (block_text[node.start - 1 : node.start] == " ")
        return note.edit(start, node.end, "", entry.name, None)
    old = node.value if isinstance(node.value, str) else ""
    new = format_scalar(value, node.kind, old)
    return note.edit(node.start, node.end, new, entry.name, value)


def _editable(note: _Note, entry: Entry) -> str:
    """The block's text. Raises EditRefused if the value must not be touched."""
    if note.block is None:
        raise note.refuse("it has no frontmatter")
    reason = why_not_editable(note.loaded, entry, note.block.text)
    if reason:
        raise note.refuse(f"{entry.name}: {reason}", entry.key.start)
    return note.block.text


def _colon_end(note: _Note, entry: Entry) -> int:
    """Just behind the key's colon. Raises EditRefused if the key is written in some other way."""
    text = _editable(note, entry)
    at = entry.key.end
    while text[at : at + 1] == " ":
        at += 1
    if text[at : at + 1] != ":" or text[at + 1 : at + 2] not in ("", " ", "\t", "\r", "\n"):
        raise note.refuse(f"{entry.name}: its colon is not where it usually is", entry.key.start)
    return at + 1


def _fill(note: _Note, entry: Entry, new: str, value: NewValue) -> Edit:
    at = _colon_end(note, entry)
    return note.edit(at, at, new, entry.name, value)


def _replace_list(note: _Note, entry: Entry, value: NewValue) -> Edit:
    """A list in the place of anything, or anything in the place of a simple list."""
    text = _editable(note, entry)
    node = entry.value
    colon = _colon_end(note, entry)
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
            return _fill(note, entry, " " + flow, value)
        return note.edit(node.start, node.end, flow, entry.name, value)
    indent = " " * listtext.column(text, entry.key.start)
    lines = listtext.item_lines(items, indent, newline, style)
    if node.kind == "empty":
        return note.edit(rest_end, rest_end, lines, entry.name, value)
    return note.edit(colon, rest_end, tail + lines, entry.name, value)


def _replace_block_list(note: _Note, entry: Entry, value: NewValue, colon: int) -> Edit:
    text = _editable(note, entry)
    start, end = listtext.line_start(text, entry.value.start), listtext.line_end(text, entry.value.tail)
    if isinstance(value, tuple) and value:
        new = listtext.changed_lines(entry.value, text, value)
        return note.edit(start, end, new, entry.name, value)
    word = listtext.flow_list(value) if isinstance(value, tuple) else format_scalar(value)
    if word:
        word = " " + word
    return note.edit(colon, end, word + text[colon:start], entry.name, value)


def unset_property(path: str, text: str, key: str) -> Edit:
    """Removes the lines of a property, its list items too; comments and blank lines below it stay.

    A no-op if the note has no such property. Raises EditRefused where other lines depend on it.
    """
    note = _open(path, text)
    entry = note.find(key)
    if entry is None or note.block is None:
        return _NOTHING
    block = note.block.text
    if note.loaded.flow:
        raise note.refuse("the frontmatter is one { } mapping", entry.key.start)
    if entry.value.marked == "an anchor" or entry.key.marked:
        raise note.refuse(
            f"{key}: it has an anchor or a tag, which other lines may depend on", entry.key.start
        )
    start = listtext.line_start(block, entry.key.start)
    if block[start : entry.key.start].strip(" "):
        raise note.refuse(f"{key} does not begin its line", entry.key.start)
    end = listtext.line_end(block, max(entry.value.tail, entry.key.end))
    return note.edit(start, end, "", key, None, gone=True)


def append_item(path: str, text: str, key: str, item: str) -> Edit:
    """Adds one item at the end of a list, in the list's own layout; a no-op if it is there already.

    An empty or missing property becomes a list, and so does a single text, unless its commas say that it is
    one in disguise. Raises EditRefused.
    """
    note = _open(path, text)
    entry = note.find(key)
    if entry is None:
        return set_property(path, text, key, (item,))
    node = entry.value
    try:
        if isinstance(node.value, tuple):
            return _NOTHING if item in node.value else _append(note, entry, item)
        if node.value is None:
            return _replace(note, entry, (item,))
        if node.value == item:
            return _NOTHING
        if not isinstance(node.value, str) or listtext.disguised(key, node.value):
            reason = f"{key}: its one value cannot safely become a list"
            raise note.refuse(
                reason, node.start, "write it as a list first: one `- item` a line below the key"
            )
        return _replace(note, entry, (node.value, item))
    except ValueError as problem:
        raise note.refuse(f"{key} cannot be written: {problem}", node.start) from None


def _append(note: _Note, entry: Entry, item: str) -> Edit:
    text = _editable(note, entry)
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


def remove_item(path: str, text: str, key: str, item: str) -> Edit:
    """Takes one item out of a list (its whole line in a list of lines); a no-op if it is not there.

    Raises EditRefused, also if the item is there twice.
    """
    note = _open(path, text)
    entry = note.find(key)
    if entry is None:
        return _NOTHING
    node = entry.value
    if not isinstance(node.value, tuple):
        return _replace(note, entry, None) if node.value == item else _NOTHING
    found = [number for number, one in enumerate(node.value) if one == item]
    if not found:
        return _NOTHING
    if len(found) > 1:
        raise note.refuse(f"{key}: {item} is there {len(found)} times", node.items[found[-1]].start)
    block = _editable(note, entry)
    at = found[0]
    rest = node.value[:at] + node.value[at + 1 :]
    if node.kind == "flow list":
        start, end = listtext.span_in_flow(node, at)
        return note.edit(start, end, "", key, rest)
    one: Node = node.items[at]
    start, end = listtext.line_start(block, one.start), listtext.line_end(block, max(one.tail, one.start))
    return note.edit(start, end, "", key, rest or None)
