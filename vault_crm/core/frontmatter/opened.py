"""A note that is open for an edit of one property: its block as read, refusals with a line, proven edits."""

from __future__ import annotations

from itertools import pairwise

from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.block import why_not_editable
from vault_crm.core.frontmatter.proof import proven
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Entry
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.simple import simple_block
from vault_crm.core.model import Edit
from vault_crm.core.model import Value
from vault_crm.core.record import record
from vault_crm.errors import EditRefused

_BY_HAND = "change it in an editor"


@record
class OpenNote:
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

    def editable(self, entry: Entry) -> str:
        """The block's text. Raises EditRefused if the entry's value must not be touched."""
        if self.block is None:
            raise self.refuse("it has no frontmatter")
        reason = why_not_editable(self.loaded, entry, self.block.text)
        if reason:
            raise self.refuse(f"{entry.name}: {reason}", entry.key.start)
        return self.block.text

    def colon_end(self, entry: Entry) -> int:
        """Just behind the key's colon. Raises EditRefused if the key is written in some other way."""
        text = self.editable(entry)
        at = entry.key.end
        while text[at : at + 1] == " ":
            at += 1
        if text[at : at + 1] != ":" or text[at + 1 : at + 2] not in ("", " ", "\t", "\r", "\n"):
            raise self.refuse(f"{entry.name}: its colon is not where it usually is", entry.key.start)
        return at + 1


def open_note(path: str, text: str) -> OpenNote:
    """Reads a note for an edit. Raises EditRefused, with the line, if its frontmatter cannot be read."""
    try:
        block = find_block(text)
    except BlockProblem as problem:
        raise EditRefused(
            path, text.count("\n", 0, problem.offset) + 1, problem.message, problem.hint
        ) from None
    if block is None:
        _refuse_if_no_text(path, text)
        return OpenNote(path, text, None, Loaded())
    try:
        simple = simple_block(block.text)
        note = OpenNote(path, text, block, read_block(block.text) if simple is None else simple)
    except BlockProblem as problem:
        line = block.first_line + block.text.count("\n", 0, problem.offset)
        raise EditRefused(path, line, problem.message, problem.hint) from None
    _refuse_hidden_breaks(note, block.text)
    return note


def _refuse_hidden_breaks(note: OpenNote, block: str) -> None:
    """A lone carriage return or U+2028 ends a line for YAML, but for no editor: two properties seem one."""
    entries = () if note.loaded.flow else note.loaded.entries
    for entry, following in pairwise(entries):
        if "\n" not in block[entry.key.start : following.key.start]:
            both = f"{entry.name} and {following.name} stand on one line"
            hint = "give each property a line of its own"
            raise note.refuse(f"{both}, with an invisible break between them", following.key.start, hint)


def _refuse_if_no_text(path: str, text: str) -> None:
    """A UTF-16 note, or a binary file that is called .md, must not get a block of UTF-8 put on top."""
    if "\0" in text or text.startswith(("\udcff\udcfe", "\udcfe\udcff")):
        hint = "save the note as UTF-8 (in vim: `:set fileencoding=utf-8 nobomb`, then `:w`)"
        raise EditRefused(path, 1, "the note is not UTF-8 text", hint)
