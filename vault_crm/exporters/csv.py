"""CSV: one row a person, for spreadsheets and for other address books. The dialect `vault-crm` reads it back.

A cell that a spreadsheet would run as a formula gets an apostrophe in front (OWASP, "CSV Injection"), unless
the option `raw` is given.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.core.fields import FIELDS
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.shape import birthday_text
from vault_crm.exporters import Context
from vault_crm.exporters import encoded

NAME = "csv"
ENDING = ".csv"
DOC = "A table, one row a person; nothing in it is a formula."
OPTIONS = ("raw",)

SEPARATOR = " ::: "  # between several values in a cell, as in Google's tables
# The lines of a vCard say nothing to who reads a table; their semicolons begin cells in some spreadsheets.
_LEFT_OUT = ("vcard",)
_WORKED_OUT = ("status", "last", "due", "path")
_FORMULA = re.compile("'*[=+\\-@\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                      "\N{FULLWIDTH COMMERCIAL AT}]")  # fmt: skip
# Where the list separator is a semicolon, a spreadsheet begins a new cell at one that stands in a text.
_AFTER_SEMICOLON = re.compile(r";(?=[=@]|[+-][^;]*[(|!])")


def header(raw: bool = False) -> tuple[str, ...]:
    """The names of the columns: `name`, every property that we know, and what is worked out."""
    fields = tuple(field.name for field in FIELDS if raw or field.name not in _LEFT_OUT)
    return ("name", *fields, *_WORKED_OUT)


def export(context: Context) -> Iterator[bytes]:
    """RFC 4180, in UTF-8 without a byte order mark."""
    raw = bool(context.options.get("raw"))
    columns = header(raw)
    yield _line(columns)
    for item in context.items:
        cells = (_cell(item, column) for column in columns)
        yield _line(cells if raw else map(guarded, cells))


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe in front of what would be one."""
    cell = _AFTER_SEMICOLON.sub("; ", cell)
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _cell(item: AgendaItem, column: str) -> str:
    person = item.person
    made = {
        "name": person.name,
        "uid": uid_of(person),
        "birthday": birthday_text(person.birthday) or "",
        "tags": SEPARATOR.join(person.tags),
        "aliases": SEPARATOR.join(person.aliases),
        "status": item.status,
        "last": item.last.on.isoformat() if item.last else "",
        "due": item.due.isoformat() if item.due else "",
        "path": person.path,
    }
    if made.get(column):
        return made[column]
    prop = person.note.find(column)
    if prop is None:
        return ""
    if isinstance(prop.value, tuple):
        return SEPARATOR.join(text_items(prop.value))
    return flat_text(prop.value)


def _line(cells: Iterable[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return encoded(text.getvalue())
