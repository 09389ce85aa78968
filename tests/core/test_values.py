"""What a user types for a property, and what is written."""

from __future__ import annotations

from datetime import date

import pytest

from vault_crm.core.model import Value
from vault_crm.core.settings import Settings
from vault_crm.core.values import value_of

TODAY = date(2026, 11, 22)
SETTINGS = Settings(tiers={"Inner circle": "2 weeks"})


@pytest.mark.parametrize(
    ("name", "words", "value"),
    [
        ("cadence", "2w", "2 weeks"),
        ("cadence", "every 3 months", "3 months"),
        ("contact_frequency", "monthly", "1 month"),
        ("cadence", "inner circle", "inner circle"),
        ("cadence", "never", "never"),
        ("last_contact", "yesterday", "2026-11-21"),
        ("Last contacted", "2026-3-1", "2026-03-01"),
        ("next_contact", "in 2 weeks", "2026-12-06"),
        ("next_contact", "friday", "2026-11-27"),
        ("met", "friday", "2026-11-20"),
        ("birthday", "--05-12", "--05-12"),
        ("paused", "yes", True),
        ("private", "off", False),
        ("died", "true", True),
        ("died", "2026-02-01", "2026-02-01"),
        ("city", "New York", "New York"),
        ("tags", "#family book-club", ("family", "book-club")),
        ("events", "06-14 wedding anniversary", ("06-14 wedding anniversary",)),
        ("tier", "inner circle", "inner circle"),
        ("vegetarian", "true", True),
        ("vegetarian", "mostly", "mostly"),
    ],
)
def test_a_value_as_it_is_written(name: str, words: str, value: Value) -> None:
    assert value_of(name, words.split(), TODAY, SETTINGS) == value


@pytest.mark.parametrize(
    ("name", "words", "message"),
    [
        ("cadence", "2x", "2x"),
        ("cadence", "0 days", "0 days"),
        ("last_contact", "2026-02-30", "not a day of the calendar"),
        ("last_contact", "2027-01-01", "still to come"),
        ("next_contact", "soonish", "is not a day"),
        ("birthday", "13-45", "not a day of the calendar"),
        ("paused", "maybe", "true or false"),
        ("tags", "12", "cannot be a tag"),
        ("tier", "outer", "there are Inner circle"),
        ("city", " ", "unset"),
        ("events", "wedding", "does not begin with a date"),
    ],
)
def test_a_value_that_could_not_be_read_later_is_refused(name: str, words: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        value_of(name, (words,), TODAY, SETTINGS)
