"""Header, delimiter and rows of CSV files as they are found."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.importers.tables.sources import source_of
from vault_crm.core.intake.record import Trouble
from vault_crm.importers.tables.sheet import TOO_LONG
from vault_crm.importers.tables.sheet import UNCLOSED
from vault_crm.importers.tables.sheet import Row
from vault_crm.importers.tables.sheet import open_sheet

HEADER = ("First Name", "Last Name", "City")


def rows_of(folder: Path, text: str | bytes) -> list[str]:
    """`LINE cell|cell` for each row, `LINE! message` for what could not be read."""
    said = []
    for row in open_sheet(source_of(folder, text)).rows():
        if isinstance(row, Row):
            said.append(f"{row.line} {'|'.join(row.cells)}")
        else:
            said.append(f"{row.span.line}! {row.message}")
    return said


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_newlines(tmp_path: Path, delimiter: str, newline: str) -> None:
    lines = ["First Name,Last Name,City", 'Ana,Martins,"Porto"', "Ben,Okafor,Lagos"]
    text = newline.join(line.replace(",", delimiter) for line in lines)
    assert rows_of(tmp_path, text) == ["2 Ana|Martins|Porto", "3 Ben|Okafor|Lagos"]


def test_the_directive_of_excel_wins(tmp_path: Path) -> None:
    text = "sep=;\r\nName;City\r\nMartins, Ana;Porto, Portugal\r\n"
    assert rows_of(tmp_path, text) == ["3 Martins, Ana|Porto, Portugal"]


def test_commas_in_values_do_not_make_a_delimiter(tmp_path: Path) -> None:
    text = "Name;Street;City\nMartins, Ana;Rua 7, 2.;Porto\nOkafor, Ben;Road 1, a;Lagos\n"
    assert rows_of(tmp_path, text)[0] == "2 Martins, Ana|Rua 7, 2.|Porto"


def test_a_header_behind_a_preamble(tmp_path: Path) -> None:
    text = 'Notes:\n"A sentence, with\ncommas, and lines."\n\nFirst Name,Last Name,City\nAna,Martins,Porto\n'
    sheet = open_sheet(source_of(tmp_path, text))
    assert (sheet.header, sheet.line) == (HEADER, 5)
    assert rows_of(tmp_path, text) == ["6 Ana|Martins|Porto"]


def test_a_header_that_a_dialect_knows_stands_anywhere_near_the_beginning(tmp_path: Path) -> None:
    text = "My list,of,people\n1,2,3\nName,x\nAna,1\n"
    sheet = open_sheet(source_of(tmp_path, text), lambda cells: "Name" in cells)
    assert sheet.header == ("Name", "x")


def test_blank_lines_quoted_newlines_and_short_rows(tmp_path: Path) -> None:
    text = 'First Name,Last Name,City\n\n,,\nAna,"Martins\n\nSilva"\nBen,Okafor,Lagos,,,\n\n'
    assert rows_of(tmp_path, text) == ["4 Ana|Martins\n\nSilva|", "7 Ben|Okafor|Lagos"]


def test_a_header_in_the_middle_is_no_person(tmp_path: Path) -> None:
    text = "First Name,Last Name,City\nAna,Martins,Porto\nFirst Name,Last Name,City\nBen,Okafor,Lagos\n"
    assert rows_of(tmp_path, text) == ["2 Ana|Martins|Porto", "4 Ben|Okafor|Lagos"]


def test_too_many_cells_are_said(tmp_path: Path) -> None:
    text = "First Name,Last Name,City\nAna,Martins,Porto, Portugal\nBen,Okafor,Lagos\n"
    assert rows_of(tmp_path, text) == ["2! this row has 4 cells, the header 3", "3 Ben|Okafor|Lagos"]


def test_an_open_quotation_mark_loses_its_own_line_only(tmp_path: Path) -> None:
    text = 'First Name,Last Name,City\nAna,"Martins,Porto\nBen,Okafor,Lagos\nCleo,Diaz,Quito\n'
    assert rows_of(tmp_path, text) == [f"2! {UNCLOSED}", "3 Ben|Okafor|Lagos", "4 Cleo|Diaz|Quito"]


def test_an_open_quotation_mark_that_another_one_closes(tmp_path: Path) -> None:
    text = 'First Name,Last Name,City\nAna,"Martins,Porto\nBen,"Okafor",Lagos\nCleo,Diaz,Quito\n'
    assert rows_of(tmp_path, text) == [f"2! {UNCLOSED}", "3 Ben|Okafor|Lagos", "4 Cleo|Diaz|Quito"]


def test_an_open_quotation_mark_in_a_long_file(tmp_path: Path) -> None:
    rest = "".join(f"P{number},Q,R\n" for number in range(2000))
    said = rows_of(tmp_path, 'First Name,Last Name,City\nAna,"Martins,Porto\n' + rest)
    assert said[0] == f"2! {UNCLOSED}"
    assert said[1] == "3 P0|Q|R"
    assert len(said) == 2001


def test_a_line_without_an_end(tmp_path: Path) -> None:
    text = "First Name,Last Name,City\nAna,Martins," + "x" * 1_200_000 + "\nBen,Okafor,Lagos\n"
    assert rows_of(tmp_path, text) == [f"2! {TOO_LONG}", "3 Ben|Okafor|Lagos"]


def test_marks_in_odd_places_of_one_line(tmp_path: Path) -> None:
    text = 'First Name,Last Name,City\n"Ana" B.,Martins,Porto\nBen,Okafor,Lagos\n'
    assert rows_of(tmp_path, text) == ["2 Ana B.|Martins|Porto", "3 Ben|Okafor|Lagos"]


def test_a_mark_within_a_word_is_a_mark(tmp_path: Path) -> None:
    assert rows_of(tmp_path, 'Name,Size,City\nAna,5" pipe,Porto\nBen,6",Lagos\n')[0] == '2 Ana|5" pipe|Porto'


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"PK\x03\x04 whatever", "this is a workbook; open it in its program and save it as CSV (UTF-8)"),
        (b"a\0\0b\xff\1" * 20, "this is no text"),
        (b"1,2,3\n4,5,6\n", "there is nothing like a header in it"),
    ],
)
def test_what_is_no_table_is_said(tmp_path: Path, raw: bytes, problem: str) -> None:
    [trouble] = open_sheet(source_of(tmp_path, raw)).rows()
    assert isinstance(trouble, Trouble)
    assert (trouble.span.path, trouble.message) == ("a.csv", problem)


CELL = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufeff") | st.just("\n"), max_size=6
)


@given(
    rows=st.lists(st.tuples(CELL, CELL, CELL), max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    newline=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(max_examples=120, deadline=None)
def test_what_a_program_writes_is_read(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, ...]],
    delimiter: str,
    newline: str,
    quoting: int,
) -> None:
    """Whatever the cells hold, the delimiter and the newlines: the same cells, in their lines."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=newline, quoting=quoting)  # type: ignore[arg-type]
    lines = []
    writer.writerow(HEADER)
    for row in rows:
        lines.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    source = source_of(tmp_path_factory.getbasetemp(), out.getvalue())
    got = list(open_sheet(source, lambda cells: cells == HEADER).rows())
    expected = [Row(line, row) for line, row in zip(lines, rows, strict=True) if any(row) and row != HEADER]
    assert got == expected
