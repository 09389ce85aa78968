"""From the rows of a sheet to records, by a dialect."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vault_crm.core.fields import field_of
from vault_crm.core.fields import get_field
from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.core.words import Span
from vault_crm.errors import UsageError
from vault_crm.importers.tables.cells import bare_value
from vault_crm.importers.tables.cells import plain_cell
from vault_crm.importers.tables.cells import split_cell
from vault_crm.importers.tables.columns import Column
from vault_crm.importers.tables.columns import Target
from vault_crm.importers.tables.days import order_told_by
from vault_crm.importers.tables.dialect import Dialect
from vault_crm.importers.tables.dialect import columns_of
from vault_crm.importers.tables.sheet import Row
from vault_crm.importers.tables.sheet import Sheet

if TYPE_CHECKING:
    from vault_crm.importers import Wanted

_DATED = frozenset(("date", "date-or-true", "birthday"))
_DAYS = frozenset(("evidence", "event", "closed"))


@record
class Cell:
    """One cell with a destination: the values in it, in their places (empty ones, too)."""

    target: Target
    column: str
    values: tuple[str, ...]


@record
class MappedRow:
    """One row by destinations; cells that say nothing are left out."""

    line: int
    cells: tuple[Cell, ...]

    def of(self, what: str) -> tuple[Cell, ...]:
        """The cells with this destination, in the order of columns."""
        return tuple(cell for cell in self.cells if cell.target.what == what)

    def all(self, what: str) -> tuple[str, ...]:
        """All values with this destination, without the empty ones."""
        return tuple(value for cell in self.of(what) for value in cell.values if value)

    def first(self, what: str) -> str:
        """The first of them, '' if there is none."""
        return next(iter(self.all(what)), "")

    def by_what(self) -> dict[str, tuple[str, ...]]:
        """Destination -> all its values."""
        return {what: self.all(what) for what in dict.fromkeys(cell.target.what for cell in self.cells)}


def get_columns(dialect: Dialect, header: Iterable[str], mapped: Mapping[str, str]) -> tuple[Column, ...]:
    """What becomes of the columns. Raises UsageError for a destination in `--map` that there is none of."""
    try:
        return columns_of(dialect, header, mapped)
    except ValueError as problem:
        raise UsageError(f"--map: {problem}", "--map COLUMN=property, as in --map 'Firma=company'") from None


def mapped_rows(
    dialect: Dialect, rows: Iterable[Row | Trouble], columns: Iterable[Column]
) -> Iterator[MappedRow | Trouble]:
    """Every row of a sheet (`Sheet.rows()`) by destinations, or why it could not be read."""
    wanted = [
        (column.index, column.name, target, _separators(dialect, target))
        for column in columns
        for target in column.targets
    ]
    for row in rows:
        if isinstance(row, Trouble):
            yield row
            continue
        cells = []
        for index, name, target, separators in wanted:
            text = plain_cell(row.cells[index])
            if text:
                split = split_cell(text, separators)
                values = tuple(bare_value(value, dialect.strip, dialect.empty) for value in split)
                if any(values):
                    cells.append(Cell(target, name, values))
        yield MappedRow(row.line, tuple(cells))


def _separators(dialect: Dialect, target: Target) -> tuple[str, ...]:
    if target.what == "note":
        return ()
    common = (dialect.separator,) if dialect.separator else ()
    labelled = dialect.split.get(f"{target.what}: {target.label}", ())
    return (*(labelled or dialect.split.get(target.what, ())), *common)


def read_rows(dialect: Dialect, sheet: Sheet, wanted: Wanted) -> Iterator[Found]:
    """Everybody in a sheet, then the columns that hold something and have no destination. Raises UsageError
    (see `get_columns`)."""
    from vault_crm.importers.tables.person import Reading

    columns = get_columns(dialect, sheet.header, wanted.columns)
    yield from _unheard_of(sheet, wanted.columns)
    order = dialect.order_of(sheet.header)
    reading = Reading(dialect, sheet.source.name, order, lambda: find_orders(sheet, columns))
    unused = {column.index: column for column in columns if not column.targets}
    filled: set[int] = set()
    for row in mapped_rows(dialect, _watched(sheet.rows(), frozenset(unused), filled), columns):
        yield from (row,) if isinstance(row, Trouble) else reading.read(row)
    names = dict.fromkeys((unused[index].name, unused[index].why) for index in sorted(filled))
    yield from (Unused(name, why) for name, why in names)


def _watched(
    rows: Iterable[Row | Trouble], indices: frozenset[int], filled: set[int]
) -> Iterator[Row | Trouble]:
    """The rows as they come; which of the columns hold something is noted in `filled`."""
    for row in rows:
        if isinstance(row, Row) and len(filled) < len(indices):
            filled.update(index for index in indices if index not in filled and row.cells[index].strip())
        yield row


def _unheard_of(sheet: Sheet, mapped: Mapping[str, str]) -> Iterator[Trouble]:
    known = {fold(name) for name in sheet.header}
    missing = [column for column in mapped if fold(column) not in known]
    if missing and sheet.header:
        names = ", ".join(name for name in sheet.header if name.strip())
        yield Trouble(
            Span(sheet.source.name, sheet.line),
            f"there is no column {', '.join(map(repr, missing))}",
            f"its columns are: {names}",
        )


def find_orders(sheet: Sheet, columns: Iterable[Column]) -> dict[str, str]:
    """Column -> the order of its dates, as far as those of the file tell: its own dates, else those of the
    other columns. Contradictions tell nothing. Reads the whole sheet."""
    dated = {column.index: column.name for column in columns if any(map(_is_dated, column.targets))}
    votes: dict[str, set[str]] = {name: set() for name in dated.values()}
    for row in sheet.rows():
        if isinstance(row, Row):
            for index, name in dated.items():
                order = order_told_by(plain_cell(row.cells[index]))
                if order:
                    votes[name].add(order)
    common = set().union(*votes.values())
    return {name: next(iter(told)) for name, own in votes.items() if len(told := own or common) == 1}


def _is_dated(target: Target) -> bool:
    name = field_of(target.what)
    return target.what in _DAYS or (bool(name) and get_field(name).kind in _DATED)
