"""Deals exports of sales CRMs, for the handoff: CSV dialects of `kind = "deals"`.

Only the columns that say who, whose, when and whether it was won are read; the others are named with why.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from typing import TypeAlias

from vault_crm.core.handoff.deal import Deal
from vault_crm.core.handoff.deal import read_deal
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.words import Span
from vault_crm.importers.source import Source
from vault_crm.importers.tables.cells import plain_cell
from vault_crm.importers.tables.columns import Column
from vault_crm.importers.tables.columns import RuleBook
from vault_crm.importers.tables.columns import make_rule
from vault_crm.importers.tables.columns import parse_target
from vault_crm.importers.tables.days import Unclear
from vault_crm.importers.tables.days import parse_day
from vault_crm.importers.tables.dialects import Dialect
from vault_crm.importers.tables.dialects import all_dialects
from vault_crm.importers.tables.dialects import built_in_dialects
from vault_crm.importers.tables.dialects import columns_of
from vault_crm.importers.tables.rows import find_orders
from vault_crm.importers.tables.rows import mapped_rows
from vault_crm.importers.tables.sheet import Sheet
from vault_crm.importers.tables.sheet import head_of
from vault_crm.importers.tables.sheet import open_sheet

FoundDeal: TypeAlias = "Deal | Trouble | Unused"
# What a user may say of a column of deals.
MEANINGS = (
    "deal", "deal_id", "state", "won", "closed", "company", "people", "people_emails", "people_ids", "given",
    "family", "phone", "role",
)  # fmt: skip
_WHERE_PEOPLE_ARE = frozenset(("people", "people_emails", "people_ids", "given", "family"))
# Columns that are read and end up nowhere.
_ONLY_READ = {
    **dict.fromkeys(("state", "won"), "read to see that it was won; people are at no stage here"),
    **dict.fromkeys(("deal_id", "people_ids"), "read to tell records apart and to join the files"),
    "company_id": "the company's own number; its name is what counts",
    "owner": "whose deal it was in the sales team says nothing about the person",
}
_SHORT_YEAR = re.compile(r"(?<!\d)(\d{1,2}[-/.]\d{1,2}[-/.])(\d{2})(?!\d)")


@record
class DealsFile:
    """A file of deals: its dialect, and what becomes of each of its columns."""

    dialect: Dialect
    sheet: Sheet
    columns: tuple[Column, ...]

    @property
    def names_people(self) -> bool:
        """True if a column says who is behind a deal."""
        return any(target.what in _WHERE_PEOPLE_ARE for c in self.columns for target in c.targets)

    @property
    def tells_won(self) -> bool:
        """True if a column says whether a deal was won."""
        return any(target.what in ("state", "won") for c in self.columns for target in c.targets)


def deals_dialects(source: Source, own: Mapping[str, str]) -> tuple[Dialect, ...]:
    """The deals dialects that a file is of; the vault's own come before those of the program. Raises OSError,
    BadSettings."""
    rows = head_of(source)[1]
    known = (dialect for dialect in all_dialects(own) if dialect.kind == "deals")
    found = tuple(dialect for dialect in known if any(dialect.fits(row.cells) for row in rows))
    built_in = built_in_dialects()
    return tuple(dialect for dialect in found if dialect not in built_in) or found


def open_deals(source: Source, dialect: Dialect, mapped: Mapping[str, str]) -> DealsFile:
    """A file by a dialect; `mapped` is the user's own word on columns (see `with_columns`). Raises OSError,
    ValueError for a meaning or a column that there is none of."""
    dialect = with_columns(dialect, mapped)
    sheet = open_sheet(source, dialect.fits if dialect.recognise else None)
    there = {fold(name) for name in sheet.header}
    if missing := [column for column in mapped if fold(column) not in there]:
        raise ValueError(f"{source.name} has no column {missing[0]!r}")
    return DealsFile(dialect, sheet, columns_of(dialect, sheet.header))


def with_columns(dialect: Dialect, mapped: Mapping[str, str]) -> Dialect:
    """The dialect where the user says what columns mean, '' for nothing. Raises ValueError."""
    for what in mapped.values():
        if what and what not in MEANINGS:
            raise ValueError(f"{what!r} is none of: {', '.join(MEANINGS)}")
    mine = [
        make_rule(column, (parse_target(what, deals=True),)) if what else make_rule(column, (), "left out")
        for column, what in mapped.items()
    ]
    books = {language: RuleBook((*mine, *book.rules)) for language, book in dialect.books.items()}
    return replace(dialect, books=books or {"": RuleBook(mine)}) if mine else dialect


def read_deals(file: DealsFile, won_stages: frozenset[str] = frozenset()) -> Iterator[FoundDeal]:
    """Every deal of a file, whatever came of it; first the columns without a destination. Raises OSError."""
    for column in file.columns:
        reasons = [_ONLY_READ.get(target.what, "") for target in column.targets]
        if all(reasons):
            yield Unused(column.name, next(iter(reasons), column.why))
    orders = find_orders(file.sheet, file.columns)
    fallback = file.dialect.order_of(file.sheet.header)
    for row in mapped_rows(file.dialect, file.sheet.rows(), file.columns):
        if isinstance(row, Trouble):
            yield row
            continue
        days = (
            closed_on(text, orders.get(cell.column, fallback))
            for cell in row.of("closed")
            for text in cell.values
        )
        span = Span(file.sheet.source.name, row.line)
        closed = next((day for day in days if day), None)
        yield read_deal(file.dialect.name, span, row.by_what(), closed, won_stages)


def closed_on(text: str, order: str) -> date | None:
    """The day on which a deal was closed, None if nobody can read it. What may be two days is the later one,
    so that nothing is passed over; the year, which is all that is written, is the same."""
    text = _SHORT_YEAR.sub(r"\g<1>20\2", text, count=1)
    days = []
    for each in (order,) if order else ("", "dmy", "mdy"):
        try:
            day = parse_day(text, each)
        except Unclear:
            continue
        except ValueError:
            day = None
        if day is not None and day.year is not None:
            days.append(date(day.year, day.month, day.day))
    return max(days, default=None)


def numbers_in(source: Source, dialect: Dialect) -> Mapping[int, str]:
    """The CRM's number of the person in each line of a contacts file. Raises OSError."""
    sheet = open_sheet(source, dialect.fits)
    at = [c.index for c in columns_of(dialect, sheet.header) if any(t.what == "key" for t in c.targets)]
    if not at:
        return {}
    rows = (row for row in sheet.rows() if not isinstance(row, Trouble))
    return {row.line: plain_cell(row.cells[at[0]]) for row in rows}
