"""What spreadsheets do to cells, and dates as programs write them."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.birthdays import parse_birthday
from vault_crm.exporters.csv import guarded
from vault_crm.importers.tables.cells import bare_value
from vault_crm.importers.tables.cells import plain_cell
from vault_crm.importers.tables.cells import plain_phone
from vault_crm.importers.tables.cells import split_cell
from vault_crm.importers.tables.days import Unclear
from vault_crm.importers.tables.days import format_day
from vault_crm.importers.tables.days import order_told_by
from vault_crm.importers.tables.days import parse_day


@pytest.mark.parametrize(
    ("cell", "plain"),
    [
        ('="0555 0134"', "0555 0134"),
        ('="say ""hi"""', 'say "hi"'),
        ("'+351 555 0134", "+351 555 0134"),
        ("'0555 0134", "0555 0134"),
        ("'=1+1", "=1+1"),
        ("''=1+1", "'=1+1"),
        ("'t Hooft", "'t Hooft"),
        ("'90s kid", "'90s kid"),
        ("  Ana  ", "Ana"),
        ("=1+1", "=1+1"),
    ],
)
def test_cells(cell: str, plain: str) -> None:
    assert plain_cell(cell) == plain


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=";"), max_size=12))
def test_a_guarded_formula_is_itself_again(text: str) -> None:
    """What our own export guards comes back as it was; long bare numbers are never guarded."""
    if guarded(text) != text:
        assert plain_cell(guarded(text)) == text.strip()


@pytest.mark.parametrize(
    ("text", "separators", "values"),
    [
        ("a ::: b", (" ::: ",), ("a", "b")),
        ("::: IL", (" ::: ",), ("", "IL")),
        ("a ::: ", (" ::: ",), ("a",)),
        ("a:::b", (" ::: ",), ("a:::b",)),
        ("a; b, c", (";", ","), ("a", "b", "c")),
        ("", (";",), ()),
        ("a; b", (), ("a; b",)),
    ],
)
def test_values_in_one_cell(text: str, separators: tuple[str, ...], values: tuple[str, ...]) -> None:
    assert split_cell(text, separators) == values


def test_values_that_say_nothing() -> None:
    empty = frozenset(("* mycontacts", "0/0/00"))
    assert bare_value("* myContacts", "* ", empty) == ""
    assert bare_value("* Friends", "* ", empty) == "Friends"
    assert bare_value("0/0/00", "", empty) == ""


@pytest.mark.parametrize("text", ["4.47911E+11", "4,47911E+11", "1E+10", "4.5e11"])
def test_a_mangled_telephone_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="before a spreadsheet"):
        plain_phone(text)


def test_a_telephone_with_a_point_nought() -> None:
    assert plain_phone("447911123456.0") == "447911123456"
    assert plain_phone("555.0100") == "555.0100"


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("1984-05-12", "", "1984-05-12"),
        ("1984-5-2", "", "1984-05-02"),
        ("19840512", "", "1984-05-12"),
        ("1984/05/12", "", "1984-05-12"),
        ("2024-03-12 09:14", "", "2024-03-12"),
        ("2024-03-12T09:14:00Z", "", "2024-03-12"),
        ("2025-03-04 10:00:00 UTC", "", "2025-03-04"),
        ("3/15/2024 2:30 PM", "", "2024-03-15"),
        ("15/3/2024, 14:30", "", "2024-03-15"),
        ("12.05.1984", "mdy", "1984-05-12"),
        ("3. 4. 1984", "", "1984-04-03"),
        ("3/4/1984", "dmy", "1984-04-03"),
        ("3/4/1984", "mdy", "1984-03-04"),
        ("4/4/1984", "", "1984-04-04"),
        ("13/4/1984", "mdy", None),
        ("--05-12", "", "05-12"),
        ("--0512", "", "05-12"),
        ("05-12", "", "05-12"),
        ("1604-02-29", "", "02-29"),
        ("0000-02-29", "", "02-29"),
        ("07 Dec 2025", "", "2025-12-07"),
        ("Dec 7, 2025", "", "2025-12-07"),
        ("Sunday, 7 December 2025", "", "2025-12-07"),
        ("7. März 1984", "", "1984-03-07"),
        ("7 août 1984", "", "1984-08-07"),
        ("7 de agosto de 1984", "", "1984-08-07"),
        ("December 7", "", "12-07"),
        ("30814", "", "1984-05-12"),
        ("0/0/00", "", ""),
        ("?", "", ""),
        ("29/02/1985", "", None),
        ("1984-13-01", "", None),
        ("5/12/84", "mdy", None),
        ("soon", "", None),
        ("1984", "", None),
    ],
)
def test_days(text: str, order: str, day: str | None) -> None:
    if day is None:
        with pytest.raises(ValueError):
            parse_day(text, order)
    else:
        found = parse_day(text, order)
        assert (format_day(found) if found else "") == day


def test_what_could_be_two_days_is_neither() -> None:
    with pytest.raises(Unclear):
        parse_day("3/4/1984")
    assert [order_told_by(text) for text in ("13/4/1984", "4/13/1984", "3/4/1984", "13.4.1984")] == [
        "dmy",
        "mdy",
        "",
        "",
    ]


@given(
    st.dates(date(1605, 1, 1), date(2100, 1, 1)),
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d %B %Y", "%b %d, %Y"]),
)
def test_a_day_in_any_form_is_that_day(day: date, form: str) -> None:
    found = parse_day(day.strftime(form))
    assert found is not None
    assert format_day(found) == day.isoformat()
    assert parse_birthday(format_day(found)) == found


@given(st.text(max_size=20))
def test_any_text_is_a_day_or_none(text: str) -> None:
    try:
        parse_day(text)
    except ValueError:
        return
