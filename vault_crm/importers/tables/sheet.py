"""A CSV file as a header and rows, whatever program wrote it; streaming, and never stopped by one bad row.

The delimiter is the one that parts most lines into the same number of cells; the header is the first line
that looks like one, behind any preamble. A row that cannot be read says why and the next one is read.
"""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from vault_crm.core.intake.record import Trouble
from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.core.words import Span
from vault_crm.importers.source import Source

_DELIMITERS = ",;\t|"
_HEADER_WITHIN = 30  # rows: no preamble is longer
_LONGEST_LINE = 500_000  # characters
_MOST_LINES = 400  # of one row: notes may be long, a quotation mark that nobody closed is longer

UNCLOSED = "a quotation mark is opened here and not closed"
TOO_LONG = "this line is longer than any row"
_HINT_FILE = "export it again, as CSV in UTF-8"
_HINT_CELLS = "a value with the delimiter in it stands in quotation marks"
_HINTS = {
    UNCLOSED: "close it, or write a mark within a value twice; the other lines are read",
    TOO_LONG: "look at the file in an editor; the other lines are read",
}


@record
class Row:
    """One row: its first line in the file, and its cells."""

    line: int
    cells: tuple[str, ...]
    problem: str = ""


@record
class Sheet:
    """A file's header (as it stands there) and its line; no header at all if `problem` says why."""

    source: Source
    delimiter: str
    header: tuple[str, ...]
    line: int
    problem: str = ""

    def rows(self) -> Iterator[Row | Trouble]:
        """The rows behind the header, lazily, each as wide as the header; empty ones and repeated headers are
        passed over. What cannot be read is a Trouble, and so is a file without a header."""
        if not self.header:
            yield Trouble(Span(self.source.name, 1), self.problem, _HINT_FILE)
            return
        with self.source.open_text() as text:
            for row in _read(text.readline, self.delimiter, len(self.header)):
                if row.line > self.line and (row.problem or any(row.cells)) and row.cells != self.header:
                    yield self._fitted(row)

    def _fitted(self, row: Row) -> Row | Trouble:
        cells, width = row.cells, len(self.header)
        problem = row.problem
        if not problem and _overflows(cells, width):
            problem = f"this row has {len(cells)} cells, the header {width}"
        if problem:
            return Trouble(Span(self.source.name, row.line), problem, _HINTS.get(problem, _HINT_CELLS))
        # Many programs leave out empty cells at the end.
        return Row(row.line, (*cells[:width], *("",) * (width - len(cells))))


def open_sheet(source: Source, is_header: Callable[[tuple[str, ...]], bool] | None = None) -> Sheet:
    """The file as a sheet. `is_header` knows the header where a dialect does. Raises OSError."""
    problem = _no_sheet(source)
    if problem:
        return Sheet(source, ",", (), 0, problem)
    delimiter, rows = head_of(source)
    found = next((row for row in rows if is_header(row.cells)), None) if is_header else None
    found = found or _likely_header(rows)
    if found is None:
        return Sheet(source, delimiter, (), 0, "there is nothing like a header in it")
    return Sheet(source, delimiter, found.cells, found.line)


_heads: WeakKeyDictionary[Source, tuple[str, tuple[Row, ...]]] = WeakKeyDictionary()


def head_of(source: Source) -> tuple[str, tuple[Row, ...]]:
    """The delimiter and the first rows of a file, found once for all who ask whether it is theirs."""
    known = _heads.get(source)
    if known is None:
        known = _heads[source] = (",", ()) if _no_sheet(source) else _delimited(source.head)
    return known


def _no_sheet(source: Source) -> str:
    head = source.beginning
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return "this is a workbook; open it in its program and save it as CSV (UTF-8)"
    if b"\0" in head and not source.encoding.startswith(("utf-16", "utf-32")):
        return "this is no text"
    return "" if head.strip() else "the file is empty"


def _delimited(head: str) -> tuple[str, tuple[Row, ...]]:
    first = head.split("\n", 1)[0].strip().strip('"')
    if first[:4].casefold() == "sep=" and len(first) == 5:  # Excel's own directive
        return first[4], _first_rows(head, first[4])[1:]
    best, most = (",", _first_rows(head, ",")), 0.0
    for delimiter in _DELIMITERS:
        rows = _first_rows(head, delimiter)
        score = _evenness(rows)
        if score > most:
            best, most = (delimiter, rows), score
    return best


def _first_rows(head: str, delimiter: str) -> tuple[Row, ...]:
    rows = []
    for row in _read(io.StringIO(head, newline="").readline, delimiter, 0):
        rows.append(row)
        if len(rows) == _HEADER_WITHIN:
            break
    return tuple(row for row in rows if any(row.cells))


def _evenness(rows: Iterable[Row]) -> float:
    """How many rows have the most usual number of cells, and how many cells these are."""
    counts = [len(row.cells) for row in rows]
    wide = [count for count in counts if count > 1]
    if not wide:
        return 0.0
    usual = max(set(wide), key=lambda count: (wide.count(count), count))
    return wide.count(usual) / len(counts) * min(usual, 12)


def _likely_header(rows: tuple[Row, ...]) -> Row | None:
    """The first row that is as wide as most and made of different words, none of them a number."""
    if not rows:
        return None
    counts = [_width(row.cells) for row in rows]
    usual = max(set(counts), key=lambda count: (counts.count(count), count))
    wide = [row for row in rows if _width(row.cells) >= min(usual, 2) and _is_wordy(row.cells)]
    return next((row for row in wide if _width(row.cells) >= usual), wide[0] if wide else None)


def _width(cells: tuple[str, ...]) -> int:
    """How many cells there are up to the last that holds something."""
    return max((place for place, cell in enumerate(cells, 1) if cell.strip()), default=0)


def _is_wordy(cells: tuple[str, ...]) -> bool:
    named = [fold(cell) for cell in cells if cell.strip()]
    return len(named) * 2 >= len(cells) and all(any(c.isalpha() for c in n) and "@" not in n for n in named)


def _overflows(cells: tuple[str, ...] | list[str], width: int) -> bool:
    return len(cells) > width and any(cell.strip() for cell in cells[width:])


class _TooLong(Exception):
    """A row does not end within the lines or characters that a row may have."""


class _Lines:
    """Lines for csv.reader that can be given back: those that an unclosed quotation mark swallowed."""

    def __init__(self, readline: Callable[[int], str]) -> None:
        self._readline = readline
        self._again: deque[str] = deque()
        self.taken: list[str] = []  # the lines of the row that is being read
        self.line = 0  # the number of the last line taken
        self.ended = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._readline(_LONGEST_LINE)
        if not line:
            self.ended = True
            raise StopIteration
        self.line += 1
        if len(line) >= _LONGEST_LINE and not line.endswith(("\n", "\r")):
            self._skip_line()
            self.taken = [*self.taken[:1]] or [""]
            raise _TooLong
        self.taken.append(line)
        if len(self.taken) > _MOST_LINES:
            raise _TooLong
        return line

    def _skip_line(self) -> None:
        while (more := self._readline(_LONGEST_LINE)) and not more.endswith(("\n", "\r")):
            pass

    def give_back(self) -> int:
        """Gives back all lines of this row but its first, whose number is returned."""
        back = self.taken[1:]
        self._again.extendleft(reversed(back))
        self.line -= len(back)
        self.taken, self.ended = [], False
        return self.line


def _read(readline: Callable[[int], str], delimiter: str, width: int) -> Iterator[Row]:
    """The rows as they stand there. A row over several lines that is not closed, or has more cells than
    `width`, is a quotation mark too many: only its first line is lost."""
    lines = _Lines(readline)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        lines.taken = []
        problem = ""
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooLong) as error:
            cells = _leniently(lines.taken, delimiter) if isinstance(error, csv.Error) else []
            problem = "" if cells else UNCLOSED if len(lines.taken) > 1 else TOO_LONG
        if lines.ended or (width and len(lines.taken) > 1 and _overflows(cells, width)):
            problem = UNCLOSED
        if problem:
            yield Row(lines.give_back(), (), problem)
            reader = csv.reader(lines, delimiter=delimiter, strict=True)
        else:
            yield Row(lines.line - len(lines.taken) + 1, tuple(cells))


def _leniently(lines: list[str], delimiter: str) -> list[str]:
    """The cells of one line with marks in odd places (`"Ana" Martins`); none if that says nothing either."""
    try:
        return next(csv.reader(lines, delimiter=delimiter)) if len(lines) == 1 else []
    except (csv.Error, StopIteration):
        return []
