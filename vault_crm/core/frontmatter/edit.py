"""Changing one property: every other byte of the note stays, or nothing is changed and the reason is said.

Nothing is ever serialised anew. The characters of one value are replaced, or lines are added or taken out,
and the result is read again: its event stream must be the old one but for that value
(`core.frontmatter.proof`).
"""

from __future__ import annotations

from vault_crm.core.frontmatter import listtext
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.listedit import NewValue
from vault_crm.core.frontmatter.listedit import append_to_list
from vault_crm.core.frontmatter.listedit import remove_from_list
from vault_crm.core.frontmatter.listedit import replace_list
from vault_crm.core.frontmatter.opened import OpenNote
from vault_crm.core.frontmatter.opened import open_note
from vault_crm.core.frontmatter.scalars import format_scalar
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.simple import simple_block
from vault_crm.core.model import Edit
from vault_crm.core.text import BOM
from vault_crm.core.text import newline_of

_NOTHING = Edit(0, 0, "")


def set_property(path: str, text: str, key: str, value: NewValue) -> Edit:
    """Gives the property `key`, spelled exactly so, a value: replaces it, fills an empty one, or adds the
    property.

    None leaves the key without a value. An old list is replaced only if it is a plain one (one item a line,
    or all on one line). A new property stands before the closing fence; a note without frontmatter gets a
    block of its own. A no-op is an Edit with start == end and text ''. Raises EditRefused with path, line
    and reason.
    """
    note = open_note(path, text)
    entry = note.find(key)
    try:
        if entry is None:
            return _add(note, key, value)
        if entry.value.value == value:
            return _NOTHING
        return _replace(note, entry, value)
    except ValueError as problem:
        raise note.refuse(f"{key} cannot be written: {problem}", 0) from None


def _add(note: OpenNote, key: str, value: NewValue) -> Edit:
    if note.block is None:
        return _new_block(note, key, value)
    if note.loaded.flow:
        raise note.refuse("the frontmatter is one { } mapping", 0)
    indent = _root_indent(note, note.block)
    style = listtext.style_of(note.loaded, note.block.text, len(indent))
    lines = listtext.property_lines(key, value, indent, note.block.newline, style)
    at = len(note.block.text)
    return note.edit(at, at, lines, key, value)


def _root_indent(note: OpenNote, block: Block) -> str:
    if not note.loaded.entries:
        return ""
    first = note.loaded.entries[0].key.start
    indent = block.text[block.text.rfind("\n", 0, first) + 1 : first]
    if indent.strip(" "):
        raise note.refuse("its first property does not begin its line", first)
    return indent


def _new_block(note: OpenNote, key: str, value: NewValue) -> Edit:
    newline = newline_of(note.text)
    lines = listtext.property_lines(key, value, "", newline, listtext.DEFAULT)
    at = 1 if note.text.startswith(BOM) else 0
    edit = Edit(at, at, f"---{newline}{lines}---{newline}")
    after = note.text[:at] + edit.text + note.text[at:]
    try:
        block = find_block(after)
        sound = block is not None and after[block.after :] == note.text[at:]
        if block is None or not sound or dict(_read(block.text)) != {key: value}:
            raise note.refuse("a block of properties cannot be put before its text")
    except BlockProblem as problem:
        raise note.refuse(f"after the edit {problem.message}") from None
    return edit


def _read(block: str) -> Loaded:
    simple = simple_block(block)
    return read_block(block) if simple is None else simple


def _replace(note: OpenNote, entry: Entry, value: NewValue) -> Edit:
    block_text = note.editable(entry)
    node = entry.value
    if isinstance(value, tuple) or node.items or node.kind in ("list", "flow list"):
        return replace_list(note, entry, value)
    if node.kind == "empty":
        return _fill(note, entry, " " + format_scalar(value), value)
    if value is None:
        start = node.start - (block_text[node.start - 1 : node.start] == " ")
        return note.edit(start, node.end, "", entry.name, None)
    old = node.value if isinstance(node.value, str) else ""
    new = format_scalar(value, node.kind, old)
    return note.edit(node.start, node.end, new, entry.name, value)


def _fill(note: OpenNote, entry: Entry, new: str, value: NewValue) -> Edit:
    at = note.colon_end(entry)
    return note.edit(at, at, new, entry.name, value)


def unset_property(path: str, text: str, key: str) -> Edit:
    """Removes the lines of a property, its list items too; comments and blank lines below it stay.

    A no-op if the note has no such property. Raises EditRefused where other lines depend on it.
    """
    note = open_note(path, text)
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
    note = open_note(path, text)
    entry = note.find(key)
    if entry is None:
        return set_property(path, text, key, (item,))
    node = entry.value
    try:
        if isinstance(node.value, tuple):
            return _NOTHING if item in node.value else append_to_list(note, entry, item)
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


def remove_item(path: str, text: str, key: str, item: str) -> Edit:
    """Takes one item out of a list (its whole line in a list of lines); a no-op if it is not there.

    Raises EditRefused, also if the item is there twice.
    """
    note = open_note(path, text)
    entry = note.find(key)
    if entry is None:
        return _NOTHING
    node = entry.value
    if not isinstance(node.value, tuple):
        return _replace(note, entry, None) if node.value == item else _NOTHING
    if item not in node.value:
        return _NOTHING
    return remove_from_list(note, entry, item)
