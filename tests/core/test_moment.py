"""moment.js formats of daily notes."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.moment import format_moment
from vault_crm.core.moment import match_moment

DAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("YYYY-MM-DD", "2026-11-22"),
        ("YYYYMMDD", "20261122"),
        ("YYYY/MM-MMMM/YYYY-MM-DD-dddd", "2026/11-November/2026-11-22-Sunday"),
        ("YYYY/YYYY-MM-DD", "2026/2026-11-22"),
        ("[Daily] Do MMMM YYYY", "Daily 22nd November 2026"),
        ("ddd D MMM YY", "Sun 22 Nov 26"),
        ("dd DD.MM.YYYY", "Su 22.11.2026"),
        ("YYYY-DDDD", "2026-326"),
        ("YYYY DDDo", "2026 326th"),
        ("GGGG-[W]WW-E", "2026-W47-7"),
        ("gggg-[W]ww-e", "2026-W48-0"),
        ("YYYY [Q]Q MM-DD", "2026 Q4 11-22"),
        ("YYYY-MM-DD HHmm", "2026-11-22 0000"),
        ("YYYY-MM-DD \\D", "2026-11-22 D"),
    ],
)
def test_a_name_and_its_day(format_: str, text: str) -> None:
    assert format_moment(format_, DAY) == text
    assert match_moment(format_, text) == DAY


@pytest.mark.parametrize(
    ("format_", "text"),
    [
        ("YYYY-MM-DD", "2026-11-22 notes"),
        ("YYYY-MM-DD", "2026-02-30"),
        ("YYYY-MM-DD", "x"),
        ("YYYY/YYYY-MM-DD", "2025/2026-11-22"),
        ("YYYY-MM", "2026-11"),
        ("gggg-[W]ww", "2026-W47"),
        ("YYYY-DDDD", "2026-366"),
        ("GGGG-[W]WW-E", "2026-W60-1"),
        ("", ""),
        ("[", "["),
        ("((((", "(((("),
        ("D" * 500, "1" * 500),
    ],
)
def test_what_names_no_day(format_: str, text: str) -> None:
    assert match_moment(format_, text) is None


def test_a_month_is_read_in_any_case_and_a_wrong_weekday_does_not_matter() -> None:
    assert match_moment("D MMMM YYYY", "22 november 2026") == DAY
    assert match_moment("YYYY-MM-DD ddd", "2026-11-22 Mon") == DAY


FORMATS = st.lists(
    st.sampled_from(
        ["YYYY", "MM", "DD", "Do", "dddd", "MMM", "-", "/", " ", "[", "]", "[x]", "\\", "ww", "Q", "HH"]
    ),
    max_size=8,
).map("".join)


@given(FORMATS | st.text(max_size=20), st.dates())
def test_no_format_is_too_odd(format_: str, day: date) -> None:
    text = format_moment(format_, day)
    found = match_moment(format_, text)
    assert found is None or isinstance(found, date)


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(["", " ddd", " [on] dddd", " w", " Q"]))
def test_what_is_written_is_read_again(day: date, more: str) -> None:
    for format_ in ("YYYY-MM-DD", "YYYY/MM/Do", "D MMMM YYYY", "YYYY-DDDD", "GGGG-WW-E", "gggg ww d"):
        assert match_moment(format_ + more, format_moment(format_ + more, day)) == day
