"""What an importer yields: one `Record` a person, and what could not be read or has no place.

Values are cleaned here, in one place, whatever the format: no control characters, no line breaks in a
property, composed Unicode. A record says nothing about the vault; `match` and `decide` do.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from collections.abc import Mapping
from datetime import date
from typing import Literal
from typing import TypeAlias

from vault_crm.core.intake.inert import inert_entry
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.text import without_heaps
from vault_crm.core.words import Span
from vault_crm.core.words import Value

# What may come of a record whom nobody in the vault matches: a new note, nothing (it only enriches those who
# are known), or nothing at all. `Record.why` says why it is not `new`.
Wish = Literal["new", "known", "skip"]

_LONGEST = 10_000  # characters of one value; what is longer is no property of a person


@record
class Entry:
    """One dated contact as the source tells it; it becomes a line of the log."""

    on: date
    kind: str
    text: str


@record
class Photo:
    """A picture: the ending of its file ('jpg', 'png') and its bytes."""

    ending: str
    data: bytes


@record
class Record:
    """One person as one place of a source tells of them.

    `source` is the importer's or dialect's name, `span` the file (as the user named it) and line. `values`
    are properties by canonical name (or the user's own, by `--map`): a text, True, or a tuple of texts where
    the field is a list; `uid` is one of them. `note` is prose in lines. `hints` are said in the plan and
    written nowhere.
    """

    source: str
    span: Span
    name: str
    values: Mapping[str, Value] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    note: str = ""
    wish: Wish = "new"
    why: str = ""
    hints: tuple[str, ...] = ()
    photo: Photo | None = None


@record
class Trouble:
    """A card, row or file that could not be read: where, what, and how to mend it. The rest is imported."""

    span: Span
    message: str
    hint: str = ""


@record
class Unused:
    """A column or kind of datum that is not taken over, and why ('' if nobody knows what it is)."""

    name: str
    why: str = ""


Found: TypeAlias = "Record | Trouble | Unused"


def make_record(
    source: str,
    span: Span,
    name: str,
    values: Mapping[str, Value],
    *,
    entries: Iterable[Entry] = (),
    note: str = "",
    wish: Wish = "new",
    why: str = "",
    hints: Iterable[str] = (),
    photo: Photo | None = None,
) -> Record:
    """A record with everything cleaned, and what is empty left out. The only way importers make one."""
    kept = {key: value for key, raw in values.items() if (value := clean_value(raw)) not in ("", (), None)}
    clean_entries = tuple(
        Entry(e.on, inert_entry(clean_line(e.kind)), inert_entry(clean_line(e.text))) for e in entries
    )
    return Record(
        source,
        span,
        clean_line(name).replace("<%", "< %"),  # a template may say it, and Templater runs what stands in one
        kept,
        clean_entries,
        clean_prose(note),
        wish,
        clean_line(why),
        tuple(clean_line(hint) for hint in hints),
        photo,
    )


def clean_value(value: Value) -> Value:
    """A property's value without what no property can hold; list items each once, in their order."""
    if isinstance(value, str):
        return clean_line(value)
    if isinstance(value, tuple):
        items = (clean_line(item) if isinstance(item, str) else "" for item in value)
        return tuple(dict.fromkeys(item for item in items if item))
    return value


def clean_line(text: str) -> str:
    """A text as one line: line breaks and tabs are spaces, no control or invisible direction characters.
    Spaces within the line stay as they are, those around it go."""
    return _clean(" ".join(text.splitlines()))[:_LONGEST].strip()


def clean_prose(text: str) -> str:
    """A text of several lines: `\\n` between them, none empty at either end, nothing but text in them."""
    lines = [_clean(line).rstrip() for line in text.splitlines()]
    return "\n".join(lines).strip("\n")


# Direction marks can make a text look like another one; a byte order mark is no text.
_INVISIBLE = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    plain = "".join(_plain(char) for char in text.replace("\t", " ").translate(_INVISIBLE))
    return unicodedata.normalize("NFC", without_heaps(plain))


def _plain(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cc":
        return ""
    return "\N{REPLACEMENT CHARACTER}" if category == "Cs" else char
