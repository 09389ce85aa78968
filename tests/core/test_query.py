"""`tag:family due<14d -status:paused`: who a query finds, and what it says when it is not understood."""

from __future__ import annotations

import pytest

from tests.core.made import day
from tests.core.made import person
from tests.core.made import vault
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Birthday
from vault_crm.core.query.parse import parse_query
from vault_crm.core.settings import Settings
from vault_crm.errors import UsageError

TODAY = day("2026-11-22")

PEOPLE = vault(
    person(
        "Ana Sousa",
        "2 weeks",
        "2026-11-20",
        tags=("person/family", "porto"),
        aliases=("Anita",),
        birthday=Birthday(6, 14, 1984),
        properties={"company": "[[Acme Ltd]]", "city": "Lisboa", "Favourite food": "pastéis"},
    ),
    person(
        "Ben Okafor",
        "1 month",
        "2026-10-10",
        tags=("Family/Close",),
        birthday=Birthday(11, 30),
        properties={
            "employer": "Übersee GmbH",
            "location": "Łódź",
            "email": ("ben@example.org", "b@example.net"),
        },
    ),
    person("Carl", "1 year", "2024-01-01", tags=("work",), properties={"organisation": "acme"}),
    person("Dora", "never", path="People/Work/Dora.md", properties={"role": None}),
    person("Eva", properties={"role": "editor", "company": "none of your business"}),
    person("Finn", "2 weeks", snooze_until="2027-01-01", properties={"city": "Porto"}),
    person("Gus", gone=True, tags=("familyman",)),
)  # fmt: skip


def found(*words: str) -> str:
    """The first letters of those whom a query finds."""
    query = parse_query(words)
    items = agenda(PEOPLE, TODAY, Settings()).items
    return "".join(item.person.name[0] for item in items if query.matches(item, TODAY))


QUERIES = [
    ("", "ABCDEFG"),
    ("tag:family", "AB"),
    ("tag:#FAMILY", "AB"),
    ("tag:person/family", "A"),
    ("tag:family,work", "ABC"),
    ("tag:", "ABCG"),
    ("tag:none", "DEF"),
    ("-tag:family", "CDEFG"),
    ("company:acme", "AC"),
    ('company:"Acme Ltd"', "A"),
    ("company:Acme Ltd", "A"),
    ('company:"Acme Ltd" lisboa', "A"),
    ("org:ubersee", "B"),
    ("city:lodz", "B"),
    ("city:lisb,porto", "AF"),
    ("favourite_food:pasteis", "A"),
    ("favouritefood:", "A"),
    ("role:", "E"),
    ("role:none", "ABCDFG"),
    ("email:example.net", "B"),
    ("status:overdue", "BC"),
    ("status:long-overdue", "C"),
    ("status:long_overdue,Gone", "CG"),
    ("status:fine", "A"),
    ("-status:fine -status:overdue", "DEFG"),
    ("due<12d", "BC"),
    ("due<14d", "ABC"),
    ("due<=12d", "ABC"),
    ("due>11d", "A"),
    ("due<2026-11-10", "C"),
    ("due:2026-12", "A"),
    ("due>2026", ""),
    ("due:2026-11-10", "B"),
    ("due<-30d", "C"),
    ("due<tomorrow", "BC"),
    ("due:none", "DEFG"),
    ("due:", "ABC"),
    ("last<6mo", "C"),
    ("last>6mo", "AB"),
    ("last>2026-01-01", "AB"),
    ("last_contact>=2026-11-20", "A"),
    ("last<yesterday", "ABC"),
    ("last:none", "DEFG"),
    ("last:2026-10", "B"),
    ("cadence:none", "EG"),
    ("cadence:never", "D"),
    ("cadence:monthly", "B"),
    ("cadence:14d", "AF"),
    ("cadence:monthly,yearly", "BC"),
    ("cadence:", "ABCDF"),
    ("cadence<1mo", "AF"),
    ("cadence>=1mo", "BC"),
    ("birthday:june", "A"),
    ("birthday:06-14", "A"),
    ("birthday:11", "B"),
    ("birthday:1984", "A"),
    ("birthday:none", "CDEFG"),
    ("birthday:", "AB"),
    ("birthday<14d", "B"),
    ("snooze_until>2026-12-01", "F"),
    ("name:anita", "A"),
    ("folder:work", "D"),
    ("folder:People/Work", "D"),
    ("path:dora.md", "D"),
    ("anita", "A"),
    ("Übersee", "B"),
    ("ubersee gmbh", "B"),
    ("ben -ubersee", ""),
    ("!ben", "ACDEFG"),
    ("tag:family due<2w -status:fine", "B"),
    ("ltd acme", "A"),
    ('"none of"', "E"),
]


@pytest.mark.parametrize(("query", "letters"), QUERIES)
def test_whom_a_query_finds(query: str, letters: str) -> None:
    assert found(*([query] if query else [])) == letters


def test_words_may_come_one_by_one() -> None:
    assert found("tag:family", "city:lodz") == found("tag:family city:lodz") == "B"


WRONG = [
    ("status:late", "status:late: there is no status late", "gone, attention, paused"),
    ("status:", "status:: which status?", "one of gone"),
    ("due<soonish", 'due<soonish: "soonish" is not a day', "write"),
    (
        "due<2026-02-30",
        "due<2026-02-30: 2026-02-30 is not a day of the calendar",
        "February 2026 has 28 days",
    ),
    ("due<1d,2d", "due<1d,2d: < needs one day", "write due<14d"),
    ("due<none", "due<none: < needs one day", "write due<14d"),
    ("last:whenever", 'last:whenever: "whenever" is not a day', "write"),
    ("cadence<often", 'cadence<often: cadence "often" is not understood', "write"),
    ("cadence:2x", 'cadence:2x: cadence "2x" is not understood', "2 weeks"),
    ("tag<5", "tag<5: tag has no order", "< and > work with due, last, cadence"),
    (":acme", ":acme: there is no key before :", "KEY:VALUE"),
    ("<14d", "<14d: there is no key before <", "KEY:VALUE"),
    ("-", "-: this asks for nothing", "write a word"),
    ('company:"acme', 'company:"acme: the quote " is never closed', "company:"),
    ("lisbon due<x", 'due<x: "x" is not a day', "write"),
]


@pytest.mark.parametrize(("query", "message", "hint"), WRONG)
def test_what_is_wrong_is_named(query: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_query([query])
    assert error.value.message == message
    assert hint in error.value.hint


def test_a_query_keeps_its_text() -> None:
    assert parse_query(["tag:family", "lisbon"]).text == "tag:family lisbon"


def test_a_mistyped_key_is_told_apart_from_a_property_of_the_users_own() -> None:
    query = parse_query(["statuss:overdue", "hobby:sailing", "company:acme"])
    assert query.unknown_keys(()) == {"statuss": "status", "hobby": ""}
    assert parse_query(["status:overdue", "due<2w", "free"]).unknown_keys(()) == {}
