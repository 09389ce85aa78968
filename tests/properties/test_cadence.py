"""Laws of the cadence."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.cadence import NEVER
from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.cadence import cadence_warning
from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import due_after
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.cadence import say_cadence
from vault_crm.core.dates import parse_date
from vault_crm.core.dates import parse_until
from vault_crm.core.dates import parse_when
from vault_crm.core.model import Cadence
from vault_crm.core.settings import Settings

SETTINGS = Settings()
UNITS = ("day", "week", "month", "year")
LONGEST = {"day": 36_524, "week": 5_217, "month": 1_200, "year": 100}

stated = st.sampled_from(UNITS).flatmap(
    lambda unit: st.builds(Cadence, st.integers(1, LONGEST[unit]), st.just(unit))
)
cadences = st.one_of(stated, st.just(NEVER))


@given(cadences)
def test_what_is_written_is_read_again(cadence: Cadence) -> None:
    assert parse_cadence(format_cadence(cadence), SETTINGS) == cadence
    assert parse_cadence(say_cadence(cadence), SETTINGS) == cadence
    assert cadence_warning(format_cadence(cadence)) == ""


@given(st.text() | st.from_regex(r"(?i)(every |a |p)?[0-9]{0,4} ?[a-z]{0,9}( a year)?", fullmatch=True))
def test_whatever_is_typed_is_a_cadence_or_a_problem_with_a_hint(text: str) -> None:
    try:
        cadence = parse_cadence(text, SETTINGS)
    except CadenceProblem as problem:
        assert problem.message  # noqa: PT017
        assert problem.hint  # noqa: PT017
        return
    if cadence is None:
        assert not text.strip().strip("\"'").strip()
        return
    assert cadence.never or 0 < days_of(cadence) <= 100 * 365.2425
    assert parse_cadence(format_cadence(cadence), SETTINGS) == cadence


@given(st.dates(), st.dates(), cadences)
def test_a_later_start_is_never_due_earlier(one: date, other: date, cadence: Cadence) -> None:
    early, late = sorted((one, other))
    assert due_after(early, cadence) <= due_after(late, cadence)


@given(st.dates(), stated, st.integers(1, 5000))
def test_a_longer_cadence_is_never_due_earlier(start: date, cadence: Cadence, more: int) -> None:
    longer = Cadence(cadence.every + more, cadence.unit)
    assert start <= due_after(start, cadence) <= due_after(start, longer) <= due_after(start, NEVER)


@given(st.dates(max_value=date(9000, 1, 1)), stated)
def test_a_due_day_lies_a_cadence_ahead(start: date, cadence: Cadence) -> None:
    ahead = (due_after(start, cadence) - start).days
    # clamping moves a month by a day or two, a missing leap day by one
    assert abs(ahead - days_of(cadence)) <= 4


@given(
    st.text() | st.from_regex(r"\[?\[?[0-9]{1,4}[-/. ][0-9a-z]{1,4}[-/. ][0-9]{1,4}(T1.:..)?", fullmatch=True)
)
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    today = date(2026, 11, 22)
    for parse in (parse_date, lambda text: parse_when(text, today), lambda text: parse_until(text, today)):
        try:
            parse(text)
        except ValueError as problem:
            assert str(problem)  # noqa: PT017


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_date_is_read_as_it_is_written(day: date) -> None:
    assert parse_date(day.isoformat()) == day
    assert parse_date(f"{day}T23:59:59+14:00") == day
    assert parse_when(day.isoformat(), date(2026, 11, 22)) == day
