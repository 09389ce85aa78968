"""Birthdays and events: yearly dates, ages, and 29 February."""

from __future__ import annotations

from datetime import date

import pytest

from vault_crm.core.birthdays import format_birthday
from vault_crm.core.birthdays import next_on
from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.birthdays import years_on
from vault_crm.core.model import Birthday
from vault_crm.core.model import Event
from vault_crm.core.model import Value


@pytest.mark.parametrize(
    ("value", "birthday"),
    [
        ("1984-05-12", Birthday(5, 12, 1984)),
        ("1984-5-12", Birthday(5, 12, 1984)),
        ("1984-05-12T00:00:00", Birthday(5, 12, 1984)),
        ("[[1984-05-12]]", Birthday(5, 12, 1984)),
        ("05-12", Birthday(5, 12)),
        ("5-12", Birthday(5, 12)),
        ("'05-12'", Birthday(5, 12)),
        ("--05-12", Birthday(5, 12)),
        ("--0512", Birthday(5, 12)),
        ("XXXX-05-12", Birthday(5, 12)),
        ("xxxx-05-12", Birthday(5, 12)),
        ("1604-05-12", Birthday(5, 12)),
        ("1604-02-29", Birthday(2, 29)),
        ("02-29", Birthday(2, 29)),
        ("1984-02-29", Birthday(2, 29, 1984)),
        (("05-12",), Birthday(5, 12)),
        ("", None),
        ("?", None),
        ("never", None),
        (None, None),
        ((), None),
    ],
)
def test_birthdays(value: Value, birthday: Birthday | None) -> None:
    assert parse_birthday(value) == birthday


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("02-30", "02-30 is not a day of the calendar"),
        ("1983-02-29", "1983-02-29 is not a day of the calendar; February 1983 has 28 days"),
        ("29-02", "29-02 is not a day of the calendar; the month comes first: 02-29?"),
        ("12.5.", "12.5.: write the month first, then the day, like 05-12"),
        ("12 May 1984", "12 May 1984: write 1984-05-12"),
        ("03/04/1984", "03/04/1984 could be two days; write 1984-03-04 or 1984-04-03"),
        ("in May", "in May is not a date; write one like 1984-05-12, or 05-12 without the year"),
        (True, "a birthday is a date; write 1984-05-12, or 05-12 without the year"),
        ({"day": "12"}, "a birthday is a date; write 1984-05-12, or 05-12 without the year"),
        (("05-12", "05-13"), "a birthday is a date; write 1984-05-12, or 05-12 without the year"),
    ],
)
def test_what_is_no_birthday_says_what_would_be_right(value: Value, message: str) -> None:
    with pytest.raises(ValueError) as problem:
        parse_birthday(value)
    assert str(problem.value) == message


@pytest.mark.parametrize("birthday", [Birthday(2, 29), Birthday(2, 29, 1984), Birthday(12, 1, 987)])
def test_what_is_written_is_read_again(birthday: Birthday) -> None:
    assert parse_birthday(format_birthday(birthday)) == birthday


@pytest.mark.parametrize(
    ("text", "event"),
    [
        ("2027-04-01 sabbatical starts", Event("sabbatical starts", on=date(2027, 4, 1))),
        ("2027-04-01: sabbatical - at last", Event("sabbatical - at last", on=date(2027, 4, 1))),
        ("2027-04-01 – sabbatical", Event("sabbatical", on=date(2027, 4, 1))),
        ("[[2027-04-01]] sabbatical", Event("sabbatical", on=date(2027, 4, 1))),
        ("06-14 wedding anniversary", Event("wedding anniversary", yearly=Birthday(6, 14))),
        ("--06-14 wedding anniversary", Event("wedding anniversary", yearly=Birthday(6, 14))),
        ("02-29 leap party", Event("leap party", yearly=Birthday(2, 29))),
    ],
)
def test_events(text: str, event: Event) -> None:
    assert parse_event(text) == event


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "sabbatical",
            '"sabbatical" does not begin with a date; write "2027-04-01 TEXT", '
            'or "06-14 TEXT" for every year',
        ),
        ("06-14", '"06-14" does not say what happens then; write "06-14 TEXT"'),
        ("2027-02-30 holiday", "2027-02-30 is not a day of the calendar; February 2027 has 28 days"),
        ("02-30 holiday", "02-30 is not a day of the calendar"),
        ("[[Porto]] holiday", "Porto is not a date; write one like 1984-05-12, or 05-12 without the year"),
    ],
)
def test_what_is_no_event_says_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(ValueError) as problem:
        parse_event(text)
    assert str(problem.value) == message


@pytest.mark.parametrize(
    ("birthday", "today", "leap_day", "on"),
    [
        (Birthday(11, 22), "2026-11-22", "02-28", "2026-11-22"),
        (Birthday(11, 21), "2026-11-22", "02-28", "2027-11-21"),
        (Birthday(1, 2), "2026-12-31", "02-28", "2027-01-02"),
        (Birthday(2, 29), "2027-01-01", "02-28", "2027-02-28"),
        (Birthday(2, 29), "2027-01-01", "03-01", "2027-03-01"),
        (Birthday(2, 29), "2028-01-01", "03-01", "2028-02-29"),
        (Birthday(2, 29), "2027-03-01", "02-28", "2028-02-29"),
        (Birthday(2, 29), "2027-02-28", "02-28", "2027-02-28"),
        (Birthday(1, 1), "9999-12-31", "02-28", "9999-12-31"),
    ],
)
def test_the_next_day_on_which_it_is_shown(birthday: Birthday, today: str, leap_day: str, on: str) -> None:
    assert next_on(birthday, date.fromisoformat(today), leap_day) == date.fromisoformat(on)


def test_ages_only_with_a_year() -> None:
    assert years_on(Birthday(11, 25, 1988), date(2026, 11, 25)) == 38
    assert years_on(Birthday(2, 29, 1988), date(2027, 3, 1)) == 39
    assert years_on(Birthday(11, 25), date(2026, 11, 25)) is None
    assert years_on(Birthday(11, 25, 2026), date(2026, 11, 25)) is None
    assert years_on(Birthday(11, 25, 2030), date(2026, 11, 25)) is None
