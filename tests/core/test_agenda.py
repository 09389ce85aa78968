"""Who is where today: the buckets of docs/vault-format.md, section 6, and the sum that decides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.core.made import contacts
from tests.core.made import day
from tests.core.made import note
from tests.core.made import person
from tests.core.made import vault
from vault_crm.core.agenda import agenda
from vault_crm.core.agenda import by_dashboard
from vault_crm.core.agenda import by_pressing
from vault_crm.core.agenda import date_warnings
from vault_crm.core.explain import explain
from vault_crm.core.model import Birthday
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Event
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of

TODAY = day("2026-11-22")
SETTINGS = Settings()
BAD = Diagnostic("bad-cadence", "error", Span("People/X.md", 4, 10), 'cadence "2x" is not understood')

# cadence, last contact, more, (status, due, days overdue)
SUMS: list[tuple[str, str, dict[str, Any], tuple[str, str, int]]] = [
    ("2 weeks", "2026-11-05", {}, ("overdue", "2026-11-19", 3)),
    ("2 weeks", "2026-10-20", {}, ("long-overdue", "2026-11-03", 19)),
    ("2 weeks", "2026-10-25", {}, ("long-overdue", "2026-11-08", 14)),
    ("2 weeks", "2026-10-26", {}, ("overdue", "2026-11-09", 13)),
    ("2 weeks", "2026-11-08", {}, ("today", "2026-11-22", 0)),
    ("2 weeks", "2026-11-11", {}, ("soon", "2026-11-25", -3)),
    ("2 weeks", "2026-11-12", {}, ("fine", "2026-11-26", -4)),
    ("3 months", "2026-08-29", {}, ("soon", "2026-11-29", -7)),
    ("3 months", "2026-08-30", {}, ("fine", "2026-11-30", -8)),
    ("3 months", "2026-03-14", {}, ("long-overdue", "2026-06-14", 161)),
    ("1 day", "2026-11-22", {}, ("fine", "2026-11-23", -1)),
    ("1 month", "2026-10-31", {}, ("fine", "2026-11-30", -8)),
    ("1 year", "2024-02-29", {}, ("long-overdue", "2025-02-28", 632)),
    # tomorrow's counts, because people travel; later ones are passed over
    ("1 week", "2026-11-23", {}, ("fine", "2026-11-30", -8)),
    ("1 week", "2026-11-24", {}, ("never", "", 0)),
    # an explicit next date takes the cadence's place once
    ("1 month", "2026-11-01", {"next_contact": "2026-11-20"}, ("overdue", "2026-11-20", 2)),
    ("1 month", "2026-11-20", {"next_contact": "2026-11-20"}, ("fine", "2026-12-20", -28)),
    ("1 month", "", {"next_contact": "2026-11-25"}, ("soon", "2026-11-25", -3)),
    ("", "2026-11-01", {"next_contact": "2026-12-24"}, ("fine", "2026-12-24", -32)),
    ("", "2026-01-01", {"next_contact": "2026-02-01"}, ("overdue", "2026-02-01", 294)),
    ("", "2026-03-01", {"next_contact": "2026-02-01"}, ("untracked", "", 0)),
    # without any contact the baseline is `met`, if it is not older than the cadence
    ("1 month", "", {"met": "2026-11-01"}, ("fine", "2026-12-01", -9)),
    ("1 month", "", {"met": "2026-10-22"}, ("today", "2026-11-22", 0)),
    ("1 month", "", {"met": "2026-10-21"}, ("never", "", 0)),
    ("1 month", "", {"met": "2026-12-21"}, ("never", "", 0)),
    ("1 month", "2026-10-10", {"met": "2026-11-21"}, ("overdue", "2026-11-10", 12)),
    ("4 months", "", {}, ("never", "", 0)),
    # snoozed until the day before
    ("1 week", "2026-01-01", {"snooze_until": "2026-11-23"}, ("snoozed", "2026-01-08", 318)),
    ("1 week", "2026-11-10", {"snooze_until": "2026-11-22"}, ("overdue", "2026-11-17", 5)),
    # first match wins
    ("", "2026-11-01", {}, ("untracked", "", 0)),
    ("never", "2026-11-01", {}, ("paused", "", 0)),
    ("1 week", "2026-01-01", {"paused": True, "snooze_until": "2027-01-01"}, ("paused", "", 0)),
    ("1 week", "2026-01-01", {"paused": True, "blockers": (BAD,)}, ("attention", "", 0)),
    ("1 week", "2026-01-01", {"gone": True, "blockers": (BAD,)}, ("gone", "", 0)),
    ("", "", {"snooze_until": "2027-01-01"}, ("untracked", "", 0)),
    ("1 week", "", {"snooze_until": "2027-01-01"}, ("snoozed", "", 0)),
]


@pytest.mark.parametrize(("cadence", "last", "more", "expected"), SUMS)
def test_the_sum_that_decides(
    cadence: str, last: str, more: dict[str, Any], expected: tuple[str, str, int]
) -> None:
    item = item_of(person("Ada", cadence, last or (), **dict(more)), TODAY, SETTINGS)
    assert (item.status, str(item.due or ""), item.days_overdue) == expected


def test_what_the_due_date_was_counted_from() -> None:
    def since(*args: Any, **more: Any) -> date | None:
        return item_of(person("Ada", *args, **more), TODAY, SETTINGS).since

    assert since("1 month", "2026-11-01") == day("2026-11-01")
    assert since("1 month", met="2026-11-02") == day("2026-11-02")
    assert since("1 month", "2026-11-01", next_contact="2026-12-01") is None


def test_last_contact_is_the_latest_that_counts() -> None:
    evidence = (
        *contacts("People/Ada.md", "2026-12-24"),
        *contacts("People/Ada.md", "2026-11-20", kind="attempt", counts=False),
        *contacts("People/Ada.md", "2026-11-01", "2026-05-01"),
    )
    item = item_of(person("Ada", "1 month", evidence=evidence), TODAY, SETTINGS)
    assert item.last is not None
    assert item.last.on == day("2026-11-01")


def test_ratio_is_days_overdue_in_cadences() -> None:
    def ratio(cadence: str, last: str, **more: Any) -> float:
        return item_of(person("Ada", cadence, last, **more), TODAY, SETTINGS).ratio

    assert ratio("10 days", "2026-11-02") == 1.0
    assert ratio("1 week", "2026-11-22") == -1.0
    assert ratio("", "2026-01-01", next_contact="2026-11-15") == 1.0  # a promise a week late
    assert item_of(person("Ada"), TODAY, SETTINGS).ratio == 0.0


def test_settings_say_what_soon_is() -> None:
    two_days = Settings(soon_days=2)
    assert item_of(person("Ada", "1 year", "2025-11-24"), TODAY, two_days).status == "soon"
    assert item_of(person("Ada", "1 year", "2025-11-25"), TODAY, two_days).status == "fine"


def test_the_two_orders() -> None:
    def item(name: str, cadence: str, last: str, **more: Any) -> Any:
        return item_of(person(name, cadence, last, **more), TODAY, SETTINGS)

    items = [
        item("Keiko", "1 year", "2025-11-08"),
        item("Ben", "2 weeks", "2026-11-05"),
        item("Ilse", "2 weeks", "2026-10-20"),
        item("Noor", "3 months", "2026-08-02"),
        item("Jonas", "3 months", "2026-08-02"),
        item("Eli", "", "2026-01-01", next_contact="2026-11-20"),
    ]
    assert [i.person.name for i in by_pressing(items)] == ["Ilse", "Eli", "Jonas", "Noor", "Ben", "Keiko"]
    assert [i.person.name for i in by_dashboard(items)] == ["Ilse", "Ben", "Jonas", "Noor", "Keiko", "Eli"]


# -- dates, recent, diagnostics


def dates_on(today: str, *people: Person, **settings: Any) -> list[tuple[str, str, str, int | None]]:
    made = agenda(vault(*people), day(today), Settings(**settings))
    return [(str(d.on), d.person.name, d.what, d.years) for d in made.dates]


def test_birthdays_and_events_of_the_coming_days() -> None:
    wedding = Event("wedding anniversary", yearly=Birthday(12, 3, 2016))
    people = (
        person("Ben", birthday=Birthday(11, 25, 1988)),
        person("Lucía", birthday=Birthday(11, 30)),
        person("Ana", events=(wedding, Event("sabbatical starts", on=day("2026-11-22")))),
        person("Old", birthday=Birthday(11, 21, 1950), events=(Event("trip", on=day("2026-11-21")),)),
        person("Far", birthday=Birthday(12, 7)),
        person("Dead", birthday=Birthday(11, 23, 1930), gone=True, events=(wedding,)),
        person("Paused", birthday=Birthday(12, 6), paused=True),
    )
    assert dates_on("2026-11-22", *people) == [
        ("2026-11-22", "Ana", "sabbatical starts", None),
        ("2026-11-25", "Ben", "birthday", 38),
        ("2026-11-30", "Lucía", "birthday", None),
        ("2026-12-03", "Ana", "wedding anniversary", 10),
        ("2026-12-06", "Paused", "birthday", None),
    ]
    assert dates_on("2026-11-22", *people, dates_days=0) == [("2026-11-22", "Ana", "sabbatical starts", None)]


def test_the_29th_of_february() -> None:
    leap = person("Leap", birthday=Birthday(2, 29, 2000))
    assert dates_on("2028-02-20", leap)[0][0] == "2028-02-29"
    assert dates_on("2027-02-20", leap)[0][0] == "2027-02-28"
    assert dates_on("2027-02-20", leap, leap_day="03-01") == [("2027-03-01", "Leap", "birthday", 27)]


def test_dates_wrap_around_the_year() -> None:
    assert dates_on("2026-12-30", person("New", birthday=Birthday(1, 2))) == [
        ("2027-01-02", "New", "birthday", None)
    ]


def test_recent_contacts_one_a_person_newest_first() -> None:
    people = [person(f"P{n}", "1 year", [f"2026-11-{n:02}", "2026-01-01"]) for n in range(10, 18)]
    people.append(person("Gone", "1 year", "2026-11-21", gone=True))
    people.append(person("Later", "1 year", "2026-12-21"))
    recent = agenda(vault(*people), TODAY, SETTINGS).recent
    assert [(str(e.on)[8:], p.name) for e, p in recent] == [
        ("17", "P17"), ("16", "P16"), ("15", "P15"), ("14", "P14"), ("13", "P13"),
    ]  # fmt: skip


def test_a_date_to_come_is_warned_of_and_a_planned_day_is_not() -> None:
    evidence = (
        *contacts("Daily/2026-12-24.md", "2026-12-24", how="daily note"),
        *contacts("People/Ada.md", "2026-12-01", "2026-11-23", "1026-11-01"),
    )
    found = date_warnings(person("Ada", evidence=evidence), TODAY)
    assert [(d.code, d.message) for d in found] == [
        ("future-date", "this log entry, 2026-12-01, is still to come and is passed over until then"),
        ("odd-date", "this log entry, 1026-11-01, is more than a century ago"),
    ]


def test_diagnostics_of_everything_in_order() -> None:
    first = Diagnostic("x", "info", Span("A.md", 3), "note's")
    second = Diagnostic("x", "info", Span("A.md", 9), "vault's")
    ada = person("Ada", note=note("A.md", diagnostics=(first,)), blockers=(BAD,), diagnostics=(BAD,))
    made = vault(ada)
    with_more = type(made)(made.people, made.notes, made.by_path, (second, first))
    assert agenda(with_more, TODAY, SETTINGS).diagnostics == (first, second, BAD)


def test_an_empty_vault() -> None:
    empty = agenda(vault(), TODAY, SETTINGS)
    assert (empty.items, empty.dates, empty.recent, empty.good_until) == ((), (), (), None)


# -- good until


@pytest.mark.parametrize(
    ("made", "until"),
    [
        (person("Ada", "2 weeks", "2026-11-05"), "2026-12-02"),  # then long overdue
        (person("Ada", "2 weeks", "2026-10-20"), ""),  # stays there
        (person("Ada", "2 weeks", "2026-11-21"), "2026-12-01"),  # then due soon
        (person("Ada", "2 weeks", "2026-11-11"), "2026-11-25"),  # due soon and due today are one section
        (person("Ada", "2 weeks", "2026-01-01", snooze_until="2026-12-01"), "2026-11-30"),
        (person("Ada", "1 week", "2026-11-24"), "2026-11-22"),  # counts from the day before on
        (person("Ada", "1 month", met="2026-11-01"), "2026-11-23"),
        (person("Ada", birthday=Birthday(12, 24)), "2026-12-09"),
        (person("Ada", birthday=Birthday(11, 25)), "2026-11-25"),
        (person("Ada", gone=True, birthday=Birthday(11, 25)), ""),
        (person("Ada", events=(Event("party", on=day("2026-11-22")),)), "2026-11-22"),
    ],
)
def test_good_until(made: Person, until: str) -> None:
    assert str(agenda(vault(made), TODAY, SETTINGS).good_until or "") == until


# -- why


def test_why_in_words() -> None:
    evidence = (
        *contacts("People/Ada.md", "2026-12-24", how="property"),
        *contacts("People/Ada.md", "2026-11-20", kind="attempt", counts=False),
        *contacts("People/Ada.md", "2026-03-14", "2026-01-01"),
    )
    item = item_of(person("Ada", "3 months", evidence=evidence), TODAY, SETTINGS)
    why = explain(item, TODAY, SETTINGS)
    assert why.sums == (
        "last contact 2026-03-14 + every 3 months = due 2026-06-14",
        "today is 2026-11-22: 161 days overdue",
    )
    assert [(str(p.evidence.on), p.verdict, p.reason) for p in why.pieces] == [
        ("2026-12-24", "later", "still to come"),
        ("2026-11-20", "not counted", "attempt is no contact (log.not_contact)"),
        ("2026-03-14", "decides", ""),
        ("2026-01-01", "counts", ""),
    ]
    assert [str(e.on) for e in why.passed_over] == ["2026-12-24"]
    assert why.reason == "a whole cadence past due since 2026-09-14"
    assert (why.cadence, why.cadence_from) == ("every 3 months", "the note")


REASONS: list[tuple[Person, str]] = [
    (person("Ada", gone=True), "died"),
    (person("Ada", gone=True, archived=True), "archived"),
    (person("Ada", blockers=(BAD,)), 'cadence "2x" is not understood (People/X.md:4)'),
    (person("Ada", "1 week", paused=True), "paused"),
    (person("Ada", "never"), "the cadence is never: not reminded, on purpose"),
    (person("Ada"), "no cadence and no next_contact"),
    (
        person("Ada", "", "2026-03-01", next_contact="2026-02-01"),
        "no cadence, and since 2026-02-01 there was contact",
    ),
    (person("Ada", "1 week", snooze_until="2027-01-10"), "snoozed until 2027-01-10"),
    (person("Ada", "1 week"), "no contact is written down anywhere"),
    (
        person("Ada", "1 week", met="2026-01-01"),
        "no contact is written down anywhere, and 2026-01-01, when you met, is longer ago than the cadence",
    ),
    (person("Ada", "1 week", "2026-11-14"), "past due"),
    (person("Ada", "1 week", "2026-11-15"), "due today"),
    (person("Ada", "1 week", "2026-11-16"), "due within 1 day"),
    (person("Ada", "1 week", "2026-11-22"), "not due yet"),
]


@pytest.mark.parametrize(("made", "reason"), REASONS)
def test_why_the_status(made: Person, reason: str) -> None:
    assert explain(item_of(made, TODAY, SETTINGS), TODAY, SETTINGS).reason == reason


def test_why_a_next_date() -> None:
    made = person("Ada", "1 month", "2026-11-01", next_contact="2026-11-23")
    assert explain(item_of(made, TODAY, SETTINGS), TODAY, SETTINGS).sums == (
        "next contact 2026-11-23, later than the last contact 2026-11-01 = due 2026-11-23",
        "today is 2026-11-22: due in 1 day",
    )
