"""A new person's note, written in one go and read back once: properties, quote and log in the template.

What cannot be filled in so (a template with values or comments of its own in the way) is done by the same
edits as in a note that exists.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from vault_crm.core.actions import Draft
from vault_crm.core.actions import key_style
from vault_crm.core.body import lines_of
from vault_crm.core.fields import field_of
from vault_crm.core.fields import spell
from vault_crm.core.frontmatter import listtext
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.intake.quoted import HEADING
from vault_crm.core.intake.quoted import add_quoted
from vault_crm.core.intake.quoted import format_quoted
from vault_crm.core.intake.quoted import read_quoted
from vault_crm.core.intake.record import Entry
from vault_crm.core.log.line import line_words
from vault_crm.core.log.line import readings
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.note import parse_note
from vault_crm.core.plan import FileChange
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

_EMPTY = re.compile(r"([^\s#\"'\-?\[\]{},:][^\"'#:]*):[ \t]*$", re.MULTILINE)


class _Shape(NamedTuple):
    """A rendered template: its text around the block; the block; its properties; where the log's heading
    and the line below it end (-1 if there is no log, or it is not empty)."""

    head: str
    block: str
    tail: str
    properties: tuple[Property, ...]
    log_heading: int
    log_entries: int


def fresh_note(
    path: str,
    template: str,
    values: Mapping[str, Value],
    entries: Sequence[Entry],
    prose: str,
    settings: Settings,
) -> FileChange:
    """The change that makes the note: the template with these properties (canonical names), the log's
    entries, and the prose as a quote. A note that no rule would take for a person's gets the tag `person`.

    Raises EditRefused where the template resists.
    """
    newest_first = sorted(entries, key=lambda entry: entry.on, reverse=True)
    text = _in_one_go(path, template, values, newest_first, prose, settings)
    if text is None:
        text = _step_by_step(path, template, values, newest_first, prose, settings)
    return FileChange(path, None, encode(text), Allowed(new_note=True))


# -- in one go


def _in_one_go(
    path: str,
    template: str,
    values: Mapping[str, Value],
    entries: Sequence[Entry],
    prose: str,
    settings: Settings,
) -> str | None:
    shape = _shape(template, settings.log_heading, settings.log_headings)
    if shape is None or (entries and shape.log_entries < 0) or (prose and shape.log_heading < 0):
        return None
    wanted = _keys(shape, values, settings)
    if wanted is None:
        return None
    try:
        block = _filled(shape.block, wanted)
    except ValueError:
        return None
    quote = _lines([f"## {HEADING}", "", *format_quoted(prose), ""]) if prose else ""
    log = _lines([f"- {e.on.isoformat()} {line_words(e.kind, e.text)}".rstrip() for e in entries])
    at, below = max(shape.log_heading, 0), max(shape.log_entries, 0)
    text = "".join(
        (shape.head, block, shape.tail[:at], quote, shape.tail[at:below], "\n" if log else "", log,
         shape.tail[below:])
    )  # fmt: skip
    return text if _reads_back(path, text, shape, wanted, entries, prose, settings) else None


@lru_cache(maxsize=512)
def _shape(template: str, log_heading: str, log_headings: tuple[str, ...]) -> _Shape | None:
    """How a template is made; None if it is not a plain one, with an empty log at most."""
    try:
        block = find_block(template)
    except BlockProblem:
        return None
    if block is None or block.newline != "\n" or "\r" in template:
        return None
    properties, problems = read_properties("", template)
    if problems:
        return None
    tail = template[block.end :]
    settings = Settings(log_heading=log_heading, log_headings=log_headings)
    view = read_log("", lines_of(template, block.after), settings)
    heading = entries = -1
    if view.main is not None and not view.main.entries:
        lines = lines_of(template, block.after)
        inside = lines[view.main.first : view.main.stop]
        if all(line.kind == "blank" for line in inside[1:]) and inside[0].level <= 2:
            heading = inside[0].start - block.end
            entries = template.index("\n", inside[0].start) + 1 - block.end
    return _Shape(template[: block.start], block.text, tail, properties, heading, entries)


def _keys(shape: _Shape, values: Mapping[str, Value], settings: Settings) -> dict[str, Value] | None:
    """The properties by the key under which they are written: the template's, else in its style; None if the
    template says something there already."""
    there = {p.field or p.key: p for p in shape.properties}
    style = key_style([p.key for p in shape.properties]) or settings.keys
    found: dict[str, Value] = {}
    for name, value in values.items():
        known = field_of(name) if name == field_of(name) else ""
        prop = there.get(known or name)
        if prop is not None and prop.value not in (None, ()):
            return None
        key = prop.key if prop is not None else spell(known, style) if known else name
        if key in found:
            return None
        found[key] = value
    return found


def _filled(block: str, wanted: Mapping[str, Value]) -> str:
    """The block with values behind its empty keys, and the rest at its end. Raises ValueError."""
    left = dict(wanted)

    def fill(found: re.Match[str]) -> str:
        key = found[1]
        return _property(key, left.pop(key)).removesuffix("\n") if key in left else found[0]

    text = _EMPTY.sub(fill, block)
    return text + "".join(_property(key, value) for key, value in left.items())


def _property(key: str, value: Value) -> str:
    if isinstance(value, dict):
        raise ValueError("values with keys of their own are left to an editor")
    flat = tuple(flat_text(item) for item in value) if isinstance(value, tuple) else value
    return listtext.property_lines(key, flat, "", "\n", listtext.DEFAULT)


def _lines(lines: Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _reads_back(
    path: str,
    text: str,
    shape: _Shape,
    wanted: Mapping[str, Value],
    entries: Sequence[Entry],
    prose: str,
    settings: Settings,
) -> bool:
    """True if the note says just what it was to say, and is a person's."""
    note = parse_note(path, text, settings)
    expected = {p.key: p.value for p in shape.properties} | {k: _as_read(v) for k, v in wanted.items()}
    return (
        bool(note.person_rule)
        and {p.key: p.value for p in note.properties} == expected
        and all(d.severity != "error" or d.code.startswith("bad-") for d in note.diagnostics)
        and _same_log(note, entries)
        and read_quoted(text) == prose
    )


def _as_read(value: Value) -> Value:
    return tuple(flat_text(item) for item in value) if isinstance(value, tuple) else value


def _same_log(note: Note, entries: Sequence[Entry]) -> bool:
    return len(note.log) == len(entries) and all(
        found.on == entry.on and (found.kind, found.text) in readings(line_words(entry.kind, entry.text))
        for found, entry in zip(note.log, entries, strict=True)
    )


# -- step by step


def _step_by_step(
    path: str,
    template: str,
    values: Mapping[str, Value],
    entries: Sequence[Entry],
    prose: str,
    settings: Settings,
) -> str:
    draft = Draft(path, encode(template), settings)
    for name, value in values.items():
        there = draft.find(name)
        if isinstance(value, tuple) and there is not None and text_items(there.value):
            # What the template gives to everybody (the tag `person`) stays.
            value = tuple(dict.fromkeys((*text_items(there.value), *text_items(value))))
        draft.set(name, value)
    if not parse_note(path, draft.text, settings).person_rule:
        draft.set("tags", ("person", *text_items(values.get("tags"))))
    if prose:
        draft.insert(add_quoted(path, draft.text, prose, settings))
    for entry in reversed(entries):
        draft.log(entry.on, entry.kind, entry.text)
    text = decode(draft.change().result or b"")
    problems = [d for d in read_properties(path, text)[1] if d.severity == "error"]
    if problems:
        line = problems[0].span.line
        message = f"the person template makes unreadable frontmatter: {problems[0].message}"
        raise EditRefused(path, line, message)
    return text
