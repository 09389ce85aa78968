"""Dialects: what becomes of the columns of a program's CSV files, as TOML, no code.

```toml
name = "bookclub"                 # how --from calls it; without it, the file's name
title = "Book club list"
clicks = "File > Export > CSV."   # how to make the file
kind = "contacts"                 # or "deals", for the handoff
separator = " ::: "               # several values in one cell; without it a cell is one value
strip = "* "                      # what may stand before a value and is none of it
empty = ["0/0/00", "Unspecified"] # values that say nothing
order = "dmy"                     # dates in numbers: dmy, mdy or ymd. Without it the other dates of the
                                  # column tell; what stays unclear is reported, not guessed
wish = "known"                    # people who are not in the vault: "new" (else), "known" (left out, those
                                  # who are there get more), "skip" (everybody is left out)
why = "a connection, no more"     # in words, if the wish is not "new"
properties = true                 # a column that is called like a property (any spelling) is that property

[recognise]                       # a file is of this dialect if all columns of one line are in its header
new = ["First Name", "Labels"]
old = ["Given Name", "Group Membership"]
without = ["Deal Name"]           # (this name is taken) ... and none of these

[split]                           # separators by destination, before the common one
tags = ";"
"relation: child" = [",", ";"]

[columns]                         # column -> destination, or several: ["website", "key"]
"First Name" = "given"
"E-mail {n} - Value" = "email"    # {n} is any number, * is any text
"Spouse" = "relation: spouse"

[columns.de]                      # the same in another language; the one that knows most of the header
"Vorname" = "given"               # comes first. `order` may be a table by language, too: [order] de = "dmy"

[nowhere]                         # column -> why it has no destination; [nowhere.de] as with columns
"Gender" = "there is no property for it"
```

Without `[recognise]` a dialect is only used by `--from NAME`. Columns are compared without case and accents.

Destinations:

- a property in any spelling (`email`, `company`, `how_met`, `met` ...), or one of your own (`own: shoe_size`,
  or just its name if it cannot be a slip)
- `name`, or `given middle family prefix suffix`; `nickname`
- `birthday`, or `birth_year birth_month birth_day`
- `address` (whole), or `street extended pobox postcode city region country`; parts of different addresses
  have a group: `home.street`, `work.street`; columns with `{n}` are grouped by their number
- `note` (prose), `note: Hobby` (a line `Hobby: ...` of it); `note_label` (a column that holds the label)
- `event` (a date), `event: anniversary`, `event_label`; `relation` (a name), `relation: spouse`,
  `relation_label`
- `evidence`: a date that the plan mentions, and that is written nowhere; nobody's last contact
- `key`: the source's own number, to join its files; written nowhere
- `vcard: X-PHONETIC-FIRST-NAME`: kept as a line of an address book card, and exported with it again; `vcard`
  alone: the cell holds whole lines
- dates may say their order: `birthday: dmy`
- in deals: `deal` (its name), `deal_id`, `state` (read to see that it is won), `won` (true or false),
  `closed` (a date), `people` (names), `people_ids`, `people_emails`, `company`, `company_id`
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from vault_crm.core.names import fold
from vault_crm.importers.tables.dialect import Dialect
from vault_crm.importers.tables.dialect import columns_of
from vault_crm.importers.tables.dialectfile import load_dialect

if TYPE_CHECKING:
    from vault_crm.core.intake.record import Found
    from vault_crm.importers import Importer
    from vault_crm.importers import Wanted
    from vault_crm.importers.source import Source
    from vault_crm.importers.tables.sheet import Sheet

__all__ = [
    "Dialect",
    "DialectImporter",
    "all_dialects",
    "built_in_dialects",
    "columns_of",
    "dialect_importers",
    "find_deals",
    "load_dialect",
]


@cache
def built_in_dialects() -> tuple[Dialect, ...]:
    """The dialects that come with the program, by name."""
    folder = resources.files("vault_crm.importers") / "dialects"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    return tuple(load_dialect(file.name, file.read_text(encoding="utf-8")) for file in files)


def all_dialects(own: Mapping[str, str]) -> tuple[Dialect, ...]:
    """The vault's own dialects (file name -> TOML), then those that come with the program and are not
    replaced by one of the same name. Raises BadSettings."""
    ours = tuple(load_dialect(f".vault-crm/dialects/{name}", text) for name, text in sorted(own.items()))
    names = {dialect.name for dialect in ours}
    return (*ours, *(dialect for dialect in built_in_dialects() if dialect.name not in names))


class DialectImporter:
    """A dialect as an importer. One that comes with the program does not claim what is of a dialect of the
    vault's own."""

    def __init__(self, dialect: Dialect, before: tuple[Dialect, ...] = ()) -> None:
        self.dialect = dialect
        self.NAME = dialect.name
        self.TITLE = dialect.title
        self.CLICKS = dialect.clicks
        from vault_crm.importers.tables.saying import becomes

        self.BECOMES = becomes(dialect)
        self._before = before

    def claims(self, source: Source) -> bool:
        """True if one of the first rows is the header of such a file."""
        from vault_crm.importers.tables.sheet import head_of

        rows = [row.cells for row in head_of(source)[1]]
        return any(map(self.dialect.fits, rows)) and not any(
            other.fits(cells) for other in self._before for cells in rows
        )

    def sheet(self, source: Source, wanted: Wanted) -> Sheet:
        """The file as a sheet, its header found by what the dialect or the user say of it."""
        from vault_crm.importers.tables.sheet import open_sheet

        asked = frozenset(fold(column) for column in wanted.columns)
        return open_sheet(
            source,
            lambda cells: self.dialect.fits(cells) or (bool(asked) and asked <= {fold(c) for c in cells}),
        )

    def read(self, source: Source, wanted: Wanted) -> Iterator[Found]:
        """Everybody in the file. Raises UsageError for a `--map` that cannot be."""
        from vault_crm.importers.tables.rows import read_rows

        return read_rows(self.dialect, self.sheet(source, wanted), wanted)


def dialect_importers(own: Mapping[str, str]) -> tuple[Importer, ...]:
    """The importers of all dialects of people, the vault's own among them. Raises BadSettings."""
    dialects = [dialect for dialect in all_dialects(own) if dialect.kind == "contacts"]
    ours = tuple(d for d in dialects if d not in built_in_dialects())
    return tuple(DialectImporter(d, () if d in ours else ours) for d in dialects)


def find_deals(source: Source, own: Mapping[str, str]) -> Dialect | None:
    """The dialect of deals that a file is of, None if it is of none."""
    from vault_crm.importers.tables.sheet import head_of

    rows = [row.cells for row in head_of(source)[1]]
    deals = (dialect for dialect in all_dialects(own) if dialect.kind == "deals")
    return next((dialect for dialect in deals if any(map(dialect.fits, rows))), None)
