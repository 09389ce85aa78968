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

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal

from vault_crm.core.names import fold
from vault_crm.errors import BadSettings
from vault_crm.importers.tables.columns import Column
from vault_crm.importers.tables.columns import Rule
from vault_crm.importers.tables.columns import RuleBook
from vault_crm.importers.tables.columns import Target
from vault_crm.importers.tables.columns import columns_in
from vault_crm.importers.tables.columns import make_rule
from vault_crm.importers.tables.columns import parse_target

if TYPE_CHECKING:
    from vault_crm.core.intake.record import Found
    from vault_crm.importers import Importer
    from vault_crm.importers import Wanted
    from vault_crm.importers.source import Source
    from vault_crm.importers.tables.sheet import Sheet

_TEXTS = ("name", "title", "clicks", "kind", "separator", "strip", "wish", "why")
_TABLES = ("recognise", "split", "columns", "nowhere")
_CHOICES = {"kind": ("contacts", "deals"), "wish": ("new", "known", "skip")}
_ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Dialect:
    """One dialect, read. `recognise` are sets of folded column names; `books` are rules by language ('' for
    all), `orders` the date orders by language."""

    name: str
    title: str = ""
    clicks: str = ""
    kind: Literal["contacts", "deals"] = "contacts"
    separator: str = ""
    strip: str = ""
    empty: frozenset[str] = frozenset()
    orders: Mapping[str, str] = field(default_factory=dict)
    wish: Literal["new", "known", "skip"] = "new"
    why: str = ""
    properties: bool = False
    recognise: tuple[frozenset[str], ...] = ()
    without: frozenset[str] = frozenset()
    split: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    books: Mapping[str, RuleBook] = field(default_factory=dict)

    def fits(self, header: Iterable[str]) -> bool:
        """True if these are the columns of a file of this dialect."""
        names = {fold(name) for name in header}
        return not names & self.without and any(known <= names for known in self.recognise)

    def language_of(self, header: Iterable[str]) -> str:
        """The language whose rules know most of the columns; '' if none knows more than the common ones."""
        names = list(header)
        counts = {
            language: sum(book.find(name) is not None for name in names)
            for language, book in self.books.items()
            if language
        }
        best = max(counts, key=lambda language: counts[language], default="")
        return best if best and counts[best] else ""

    def order_of(self, header: Iterable[str]) -> str:
        """The order of dates in a file with these columns: 'dmy', 'mdy', 'ymd', '' if nobody says."""
        return self.orders.get(self.language_of(header), self.orders.get("", ""))


def columns_of(
    dialect: Dialect, header: Iterable[str], mapped: Mapping[str, str] | None = None
) -> tuple[Column, ...]:
    """What becomes of each column of a header; `Column.known` is False where nobody says. `mapped` is the
    user's `--map`. Raises ValueError for a destination that there is none of."""
    names = tuple(header)
    first = dialect.language_of(names)
    books = [dialect.books[first]] if first else []
    books += [book for language, book in dialect.books.items() if not language]
    books += [book for language, book in dialect.books.items() if language and language != first]
    return columns_in(names, books, mapped or {}, by_property=dialect.properties)


def load_dialect(name: str, text: str) -> Dialect:
    """A dialect from its TOML; `name` is its file's. Raises BadSettings with file and line."""
    from vault_crm.store.settings import parse_toml

    table = parse_toml(text.encode(), name)
    try:
        return _dialect(name, table)
    except _Mistake as mistake:
        where = f"{name}:{_line_of(text, mistake.word)}"
        raise BadSettings(where, mistake.problem, "docs/import.md says what a dialect may hold") from None


class _Mistake(ValueError):
    def __init__(self, word: str, problem: str) -> None:
        super().__init__(problem)
        self.word = word
        self.problem = problem


def _line_of(text: str, word: str) -> int:
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        if line.lstrip().startswith((word, f'"{word}"', f"'{word}'", f"[{word}")):
            return number
    return next((number for number, line in enumerate(lines, 1) if word in line), 1)


def _dialect(file_name: str, table: dict[str, Any]) -> Dialect:
    for key in table:
        if key not in (*_TEXTS, *_TABLES, "empty", "order", "properties"):
            raise _Mistake(key, f"{key!r} is nothing that a dialect says")
    texts = {key: _text(table, key) for key in _TEXTS}
    for key, choices in _CHOICES.items():
        texts[key] = texts[key] or choices[0]
        if texts[key] not in choices:
            raise _Mistake(key, f"{key} is {' or '.join(choices)}, not {texts[key]!r}")
    recognise = _table(table, "recognise")
    without = recognise.pop("without", [])
    deals = texts["kind"] == "deals"
    return Dialect(
        name=texts["name"] or file_name.replace("\\", "/").rpartition("/")[2].removesuffix(".toml"),
        title=texts["title"] or texts["name"] or file_name,
        clicks=" ".join(texts["clicks"].split()),
        kind="deals" if deals else "contacts",
        separator=texts["separator"],
        strip=texts["strip"],
        empty=_folded(table.get("empty", []), "empty"),
        orders=_orders(table.get("order", "")),
        wish=texts["wish"],  # type: ignore[arg-type]
        why=texts["why"],
        properties=table.get("properties", False) is True,
        recognise=tuple(_folded(names, key) for key, names in recognise.items()),
        without=_folded(without, "without"),
        split={key: _separators(key, value) for key, value in _table(table, "split").items()},
        books=_books(_table(table, "columns"), _table(table, "nowhere"), deals),
    )


def _text(table: Mapping[str, Any], key: str) -> str:
    value = table.get(key, "")
    if not isinstance(value, str):
        raise _Mistake(key, f"{key} is a text in quotation marks")
    return value


def _table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise _Mistake(key, f"{key} is a table, [{key}]")
    return dict(value)


def _folded(names: Any, key: str) -> frozenset[str]:
    if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
        raise _Mistake(key, f'{key} is a list of texts, like ["First Name", "Last Name"]')
    if key not in ("empty", "without") and not names:
        raise _Mistake(key, f"{key} names no column")
    return frozenset(fold(name) for name in names)


def _orders(value: Any) -> dict[str, str]:
    orders = value if isinstance(value, dict) else {"": value} if value != "" else {}
    for order in orders.values():
        if order not in _ORDERS:
            raise _Mistake("order", f"order is dmy, mdy or ymd, not {order!r}")
    return dict(orders)


def _separators(key: str, value: Any) -> tuple[str, ...]:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not all(isinstance(one, str) and one for one in several):
        raise _Mistake(key, f'{key} is split at a text or several, like ";" or [",", ";"]')
    try:
        return tuple(several) if parse_target(key, deals=True) else ()
    except ValueError as problem:
        raise _Mistake(key, str(problem)) from None


def _books(columns: dict[str, Any], nowhere: dict[str, Any], deals: bool) -> dict[str, RuleBook]:
    rules: dict[str, list[Rule]] = {"": []}
    for language, column, value in _by_language(columns):
        rules.setdefault(language, []).append(make_rule(column, _targets(column, value, deals)))
    for language, column, value in _by_language(nowhere):
        if not isinstance(value, str) or not value.strip():
            raise _Mistake(column, f"say in words why {column!r} has no destination")
        rules.setdefault(language, []).append(make_rule(column, (), value.strip()))
    return {language: RuleBook(some) for language, some in rules.items()}


def _by_language(table: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from ((key, column, inner) for column, inner in value.items())
        else:
            yield "", key, value


def _targets(column: str, value: Any, deals: bool) -> tuple[Target, ...]:
    several = [value] if isinstance(value, str) else value
    if not isinstance(several, list) or not several or not all(isinstance(one, str) for one in several):
        raise _Mistake(column, f"{column!r} becomes a destination in quotation marks, or several in a list")
    try:
        return tuple(parse_target(one, deals=deals) for one in several)
    except ValueError as problem:
        raise _Mistake(column, str(problem)) from None


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
