"""Cadences as people type them: docs/vault-format.md, section 4."""

from __future__ import annotations

import math
from datetime import date

import pytest

from vault_crm.core.cadence import NEVER
from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.cadence import cadence_warning
from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import due_after
from vault_crm.core.cadence import find_cadence
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.cadence import say_cadence
from vault_crm.core.dates import find_amount
from vault_crm.core.model import Cadence
from vault_crm.core.model import Value
from vault_crm.core.settings import Settings

SETTINGS = Settings(
    tiers={"Inner Circle": "2 weeks", "weekly": "weekly", "odd": "now and then"}, default_cadence="4 months"
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("14", "14 days"),
        ("14.0", "14 days"),
        ("14 days", "14 days"),
        ("14d", "14 days"),
        ("90d", "90 days"),
        ("2 weeks", "2 weeks"),
        ("2  Weeks", "2 weeks"),
        ("'2 weeks'", "2 weeks"),
        ("every 2 weeks", "2 weeks"),
        ("Every Two Weeks", "2 weeks"),
        ("every other week", "2 weeks"),
        ("every second month", "2 months"),
        ("every 3rd month", "3 months"),
        ("every week", "1 week"),
        ("each month", "1 month"),
        ("once every 3 months", "3 months"),
        ("about every 3 months", "3 months"),
        ("~3 months", "3 months"),
        ("a couple of weeks", "2 weeks"),
        ("fortnight", "2 weeks"),
        ("3 months", "3 months"),
        ("3mo", "3 months"),
        ("3 m", "3 months"),
        ("quarter", "3 months"),
        ("half a year", "6 months"),
        ("a year", "1 year"),
        ("1y", "1 year"),
        ("2 yrs", "2 years"),
        ("2w", "2 weeks"),
        ("P3M", "3 months"),
        ("P2W", "2 weeks"),
        ("P1Y", "1 year"),
        ("p10d", "10 days"),
        ("P1Y6M", "18 months"),
        ("daily", "1 day"),
        ("Weekly", "1 week"),
        ("fortnightly", "2 weeks"),
        ("biweekly", "2 weeks"),
        ("bi-weekly", "2 weeks"),
        ("monthly", "1 month"),
        ("bimonthly", "2 months"),
        ("quarterly", "3 months"),
        ("half-yearly", "6 months"),
        ("half yearly", "6 months"),
        ("semiannually", "6 months"),
        ("semi-annually", "6 months"),
        ("yearly", "1 year"),
        ("annually", "1 year"),
        ("once a month", "1 month"),
        ("once a year", "1 year"),
        ("twice a year", "6 months"),
        ("2x a year", "6 months"),
        ("2x/year", "6 months"),
        ("3 times a year", "4 months"),
        ("three times per year", "4 months"),
        ("5 times a year", "73 days"),
        ("twice a month", "15 days"),
        ("twice a week", "3 days"),
        ("inner circle", "2 weeks"),
        ("INNER  CIRCLE", "2 weeks"),
        ("never", "never"),
        ("none", "never"),
        ("no", "never"),
        ("Paused", "never"),
        ("as needed", "never"),
        ("as-needed", "never"),
        ("yes", "4 months"),
        ("100 years", "100 years"),
    ],
)
def test_what_a_person_would_write(text: str, words: str) -> None:
    cadence = parse_cadence(text, SETTINGS)
    assert cadence is not None
    assert format_cadence(cadence) == words


@pytest.mark.parametrize(
    ("value", "cadence"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        ((), None),
        ((None,), None),
        (("2 weeks",), Cadence(2, "week")),
        (True, Cadence(4, "month")),
        (False, NEVER),
        ((True,), Cadence(4, "month")),
    ],
)
def test_flags_lists_and_nothing(value: Value, cadence: Cadence | None) -> None:
    assert parse_cadence(value, SETTINGS) == cadence


LIKE_THIS = 'write it like "2 weeks", "3 months" or "1 year", or "never"'


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        ("2x", 'cadence "2x" is not understood', 'write "2 weeks" or "2 months"'),
        ("1x", 'cadence "1x" is not understood', 'write "1 week" or "1 month"'),
        ("montly", 'cadence "montly" is not understood', 'did you mean "monthly"?'),
        ("3 moths", 'cadence "3 moths" is not understood', 'did you mean "3 months"?'),
        ("now and then", 'cadence "now and then" is not understood', LIKE_THIS),
        ("1.5 months", 'cadence "1.5 months" is not understood', LIKE_THIS),
        ("PT5M", 'cadence "PT5M" is not understood', LIKE_THIS),
        (
            "{{cadence}}",
            'cadence "{{cadence}}" is not understood',
            'that is a template\'s placeholder; write it like "3 months"',
        ),
        (
            "0",
            'cadence "0" is no time at all',
            'write it like "2 weeks", or "never" for no reminders',
        ),
        (
            "-3",
            'cadence "-3" is no time at all',
            'write it like "2 weeks", or "never" for no reminders',
        ),
        (
            "0 weeks",
            'cadence "0 weeks" is no time at all',
            'write it like "2 weeks", or "never" for no reminders',
        ),
        ("101 years", 'cadence "101 years" is longer than 100 years', 'write "never" for no reminders'),
        ("999999999", 'cadence "999999999" is longer than 100 years', 'write "never" for no reminders'),
        ("9" * 5000, f'cadence "{"9" * 39}…" is not understood', LIKE_THIS),
        (("2 weeks", "3 weeks"), "2 cadences are given", "keep the one that you mean"),
        ({"every": "2 weeks"}, "a cadence is one line of text", 'write it like "3 months"'),
        (
            "odd",
            'the tier "odd" means "now and then", which is not understood',
            "mend cadence.tiers in .vault-crm/config.toml",
        ),
    ],
)
def test_what_is_not_understood_says_what_would_be_right(value: Value, message: str, hint: str) -> None:
    with pytest.raises(CadenceProblem) as problem:
        parse_cadence(value, SETTINGS)
    assert (problem.value.code, problem.value.message, problem.value.hint) == ("bad-cadence", message, hint)


def test_a_tier_named_like_a_word_does_not_go_round_in_circles() -> None:
    assert parse_cadence("weekly", SETTINGS) == Cadence(1, "week")


def test_a_bad_default_blames_the_settings() -> None:
    with pytest.raises(CadenceProblem) as problem:
        parse_cadence(True, Settings(default_cadence="soon"))
    assert str(problem.value) == (
        '`true` means "soon", which is not understood; mend cadence.default in .vault-crm/config.toml'
    )


@pytest.mark.parametrize(
    ("value", "warning"),
    [
        ("biweekly", '"biweekly" can mean twice a week; it is read as "2 weeks"'),
        ("Bi-Monthly", '"Bi-Monthly" can mean twice a month; it is read as "2 months"'),
        ("3m", '"3m" is read as months; in Obsidian m is a minute, so write "3 months"'),
        (("1 m",), '"1 m" is read as months; in Obsidian m is a minute, so write "1 month"'),
        ("3 months", ""),
        ("3mo", ""),
        (None, ""),
        (True, ""),
    ],
)
def test_what_could_be_meant_otherwise_is_said(value: Value, warning: str) -> None:
    assert cadence_warning(value) == warning


@pytest.mark.parametrize(
    ("cadence", "said"),
    [
        (Cadence(1, "week"), "every week"),
        (Cadence(3, "month"), "every 3 months"),
        (NEVER, "never"),
    ],
)
def test_said(cadence: Cadence, said: str) -> None:
    assert say_cadence(cadence) == said


def test_lengths_and_due_days() -> None:
    assert days_of(Cadence(2, "week")) == 14
    assert days_of(Cadence(1, "year")) == pytest.approx(12 * days_of(Cadence(1, "month")))
    assert days_of(NEVER) == math.inf
    assert due_after(date(2026, 1, 31), Cadence(1, "month")) == date(2026, 2, 28)
    assert due_after(date(2026, 1, 31), NEVER) == date.max


UNITS = (
    *("d", "day", "days", "w", "wk", "wks", "week", "weeks", "fortnight", "fortnights", "m", "mo", "mos"),
    *("mth", "mths", "month", "months", "quarter", "quarters", "y", "yr", "yrs", "year", "years"),
)


@pytest.mark.parametrize("unit", [*UNITS, "times", "x", "hours", ""])
@pytest.mark.parametrize(
    "number", ["0", "1", "02", "17", "999999999", "9999999999", "-1", "1.0", "²", "٣", "a", ""]
)
def test_the_plainest_words_mean_what_they_mean_among_others(number: str, unit: str) -> None:
    """`2 weeks` is read without a pattern; `every 2 weeks` and `2weeks` are not."""
    plain = find_cadence(f"{number} {unit}")
    assert plain == find_cadence(f"about {number} {unit}")
    if number != "-1":
        assert plain == find_cadence(f"every {number} {unit}")
    if number.isdigit():
        assert find_amount(f"{number} {unit}") == find_amount(f"{number}{unit}")
