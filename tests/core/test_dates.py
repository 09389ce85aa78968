"""Dates as people type them: what is read, and what is said about the rest."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.dates import add
from vault_crm.core.dates import parse_date
from vault_crm.core.dates import parse_span
from vault_crm.core.dates import parse_until
from vault_crm.core.dates import parse_when
from vault_crm.core.model import Cadence

TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02",
        "2026-1-2",
        " 2026-01-02 ",
        "2026-01-02T10:30",
        "2026-01-02T10:30:00",
        "2026-01-02 23:59:59.999",
        "2026-01-02T23:30:00Z",
        "2026-01-02T23:30:00+02:00",
        "2026-01-02 23:30 -0800",
        "2026-01-02 9:30 pm",
        "2026-01-02T10:15:30+01:00[Europe/Paris]",
        "'2026-01-02'",
        '"2026-01-02"',
        "[[2026-01-02]]",
        "[[Daily/2026-01-02]]",
        "[[Daily/2026/2026-01-02.md]]",
        "[[Daily/2026-01-02|x]]",
        "[[2026-01-02#Evening]]",
        '"[[2026-01-02]]"',
    ],
)
def test_a_date_is_the_date_as_it_is_written(text: str) -> None:
    assert parse_date(text) == date(2026, 1, 2)


@pytest.mark.parametrize("text", ["", "  ", "never", "Never", "-", "–", "?", "none", '""'])
def test_no_date(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2026-02-30", "2026-02-30 is not a day of the calendar; February 2026 has 28 days"),
        ("2025-02-29", "2025-02-29 is not a day of the calendar; February 2025 has 28 days"),
        ("2026-13-01", "2026-13-01 is not a day of the calendar; a month is 01 to 12"),
        ("2026-00-10", "2026-00-10 is not a day of the calendar; a month is 01 to 12"),
        ("0000-01-01", "0000-01-01 is not a day of the calendar; write a date like 2026-03-14"),
        ("03/04/2026", "03/04/2026 could be two days; write 2026-03-04 or 2026-04-03"),
        ("03-04-2026", "03-04-2026 could be two days; write 2026-03-04 or 2026-04-03"),
        ("13/04/2026", "13/04/2026: write 2026-04-13"),
        ("04/13/2026", "04/13/2026: write 2026-04-13"),
        ("04/04/2026", "04/04/2026: write 2026-04-04"),
        ("31/31/2026", "31/31/2026 is not a day of the calendar"),
        ("03.04.2026", "03.04.2026: write 2026-04-03"),
        ("3. 4. 2026", "3. 4. 2026: write 2026-04-03"),
        ("12 March 2026", "12 March 2026: write 2026-03-12"),
        ("March 12th, 2026", "March 12th, 2026: write 2026-03-12"),
        ("31 June 2026", "31 June 2026 is not a day of the calendar"),
        ("2026/01/02", "2026/01/02: write 2026-01-02"),
        ("20260102", "20260102: write 2026-01-02"),
        ("2026-01-02 in Porto", "2026-01-02 in Porto: a date stands alone; write 2026-01-02"),
        ("2026", "2026 is a year, not a day; write a date like 2026-03-14"),
        ("2026-03", "2026-03 is a month, not a day; write a date like 2026-03-14"),
        ("{{date}}", "{{date}} is a template's placeholder; write a date like 2026-03-14"),
        (
            "<% tp.date.now() %>",
            "<% tp.date.now() %> is a template's placeholder; write a date like 2026-03-14",
        ),
        ("a while ago", "a while ago is not a date; write one like 2026-03-14"),
        ("x" * 60, "x" * 39 + "… is not a date; write one like 2026-03-14"),
        ("one\ntwo", "one two is not a date; write one like 2026-03-14"),
        ("٢٠٢٦-٠١-٠٢", "٢٠٢٦-٠١-٠٢ is not a date; write one like 2026-03-14"),
    ],
)
def test_what_is_not_a_date_says_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ValueError) as problem:
        parse_date(text)
    assert str(problem.value) == message


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-14", "2026-03-14"),
        ("[[2026-03-14]]", "2026-03-14"),
        ("today", "2026-11-22"),
        ("Yesterday", "2026-11-21"),
        ("last night", "2026-11-21"),
        ("day before  yesterday", "2026-11-20"),
        ("the day before yesterday", "2026-11-20"),
        ("friday", "2026-11-20"),
        ("fri", "2026-11-20"),
        ("on friday", "2026-11-20"),
        ("last friday", "2026-11-20"),
        ("this friday", "2026-11-20"),
        ("sunday", "2026-11-22"),
        ("last sunday", "2026-11-15"),
        ("monday", "2026-11-16"),
        ("3 days ago", "2026-11-19"),
        ("three days ago", "2026-11-19"),
        ("2 weeks ago", "2026-11-08"),
        ("a couple of weeks ago", "2026-11-08"),
        ("a fortnight ago", "2026-11-08"),
        ("a month ago", "2026-10-22"),
        ("last week", "2026-11-15"),
        ("last month", "2026-10-22"),
        ("-3d", "2026-11-19"),
        ("-2w", "2026-11-08"),
        ("12 march", "2026-03-12"),
        ("march 12", "2026-03-12"),
        ("12th of March", "2026-03-12"),
        ("22 nov", "2026-11-22"),
        ("23 nov", "2025-11-23"),
        ("december 24", "2025-12-24"),
        ("march 12 2025", "2025-03-12"),
        ("12 march, 2025", "2025-03-12"),
        ("29 feb", "2024-02-29"),
        ("tomorrow", "2026-11-23"),
        ("in 2 weeks", "2026-12-06"),
        ("next friday", "2026-11-27"),
    ],
)
def test_looking_back_the_past_is_meant(text: str, day: str) -> None:
    assert parse_when(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2027-01-10", "2027-01-10"),
        ("[[2027-01-10]]", "2027-01-10"),
        ("tomorrow", "2026-11-23"),
        ("day after tomorrow", "2026-11-24"),
        ("2 weeks", "2026-12-06"),
        ("2w", "2026-12-06"),
        ("in 2 weeks", "2026-12-06"),
        ("2 weeks from now", "2026-12-06"),
        ("a month", "2026-12-22"),
        ("P1M", "2026-12-22"),
        ("+3d", "2026-11-25"),
        ("monday", "2026-11-23"),
        ("next monday", "2026-11-23"),
        ("sunday", "2026-11-29"),
        ("next week", "2026-11-29"),
        ("next month", "2026-12-22"),
        ("end of month", "2026-11-30"),
        ("end of the month", "2026-11-30"),
        ("the end of this year", "2026-12-31"),
        ("end of week", "2026-11-22"),
        ("january", "2027-01-01"),
        ("until november", "2027-11-01"),
        ("12 march", "2027-03-12"),
        ("22 november", "2027-11-22"),
        ("24 dec", "2026-12-24"),
        ("29 feb", "2028-02-29"),
    ],
)
def test_looking_ahead_the_future_is_meant(text: str, day: str) -> None:
    assert parse_until(text, TODAY) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text", ["", "frday", "3 bananas ago", "2", "ago", "last", "12", "31 february", "-", "()"]
)
def test_a_day_that_cannot_be_read_says_what_can(text: str) -> None:
    with pytest.raises(ValueError) as problem:
        parse_when(text, TODAY)
    assert str(problem.value) == (
        f'"{text}" is not a day; write 2026-03-14, yesterday, "last friday", "3 days ago" or "12 march"'
    )
    with pytest.raises(ValueError) as problem:
        parse_until(text, TODAY)
    assert str(problem.value) == (
        f'"{text}" is not a day; write 2027-01-10, tomorrow, "2 weeks", "next monday" or "12 march"'
    )


@pytest.mark.parametrize("text", ["2026-02-30", "03/04/2026"])
def test_a_wrong_date_in_digits_says_what_is_wrong_with_it(text: str) -> None:
    with pytest.raises(ValueError, match=r"calendar|two days"):
        parse_when(text, TODAY)
    with pytest.raises(ValueError, match=r"calendar|two days"):
        parse_until(text, TODAY)


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2 weeks", Cadence(2, "week")),
        ("10 days", Cadence(10, "day")),
        ("3mo", Cadence(3, "month")),
        ("a week", Cadence(1, "week")),
        ("a fortnight", Cadence(2, "week")),
        ("half a year", Cadence(6, "month")),
        ("P1Y6M", Cadence(18, "month")),
        ("P1W3D", Cadence(10, "day")),
        ("for 2 Weeks", Cadence(2, "week")),
    ],
)
def test_spans(text: str, span: Cadence) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2", '2 what? write "2 days", "2 weeks" or "2 months"'),
        ("soon", '"soon" is not a span of time; write "10 days", "2 weeks" or "3 months"'),
        ("0", '"0" is no time at all; write "10 days", "2 weeks" or "3 months"'),
        ("0 days", '"0 days" is no time at all; write "10 days", "2 weeks" or "3 months"'),
        ("p", '"p" is not a span of time; write "10 days", "2 weeks" or "3 months"'),
        ("P1M3D", '"P1M3D" is not a span of time; write "10 days", "2 weeks" or "3 months"'),
    ],
)
def test_what_is_no_span(text: str, message: str) -> None:
    with pytest.raises(ValueError) as problem:
        parse_span(text)
    assert str(problem.value) == message


@pytest.mark.parametrize(
    ("day", "every", "unit", "after"),
    [
        ("2026-01-31", 1, "month", "2026-02-28"),
        ("2028-01-31", 1, "month", "2028-02-29"),
        ("2026-03-31", -1, "month", "2026-02-28"),
        ("2028-02-29", 1, "year", "2029-02-28"),
        ("2026-12-15", 1, "month", "2027-01-15"),
        ("2026-01-15", -1, "month", "2025-12-15"),
        ("2026-11-22", 2, "week", "2026-12-06"),
        ("2026-11-22", -22, "day", "2026-10-31"),
        ("9999-12-01", 1, "month", "9999-12-31"),
        ("9999-12-31", 1, "day", "9999-12-31"),
        ("0001-01-01", -1, "month", "0001-01-01"),
        ("0001-01-01", -999_999_999, "day", "0001-01-01"),
        ("2026-11-22", 999_999_999, "year", "9999-12-31"),
        ("2026-11-22", 0, "never", "9999-12-31"),
    ],
)
def test_calendar_arithmetic(day: str, every: int, unit: str, after: str) -> None:
    assert add(date.fromisoformat(day), every, unit) == date.fromisoformat(after)


@given(
    st.one_of(
        st.dates().map(date.isoformat),
        st.from_regex(r"[0-9W٣]{4}-[0-9W٣]{2}-[0-9W٣]{2}", fullmatch=True),
    )
)
def test_a_date_without_more_is_the_same_in_quotes_and_in_a_link(text: str) -> None:
    """Without, it is read as a whole; else by a pattern."""

    def read(said: str) -> date | str | None:
        try:
            return parse_date(said)
        except ValueError as problem:
            return str(problem)

    assert read(text) == read(f'"{text}"') == read(f"[[{text}]]")
