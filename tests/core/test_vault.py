"""What spans notes: names, cadences and where they come from, evidence, and what is odd between files."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.core.made import note
from tests.vaults import split_vault
from vault_crm.core.defaults import tag_matches
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.person import is_id
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble


def read(text: str, **settings: Any) -> Vault:
    """The vault that a text is (see tests.vaults)."""
    chosen = Settings(**settings)
    return assemble(
        {path: parse_note(path, body, chosen) for path, body in split_vault(text).items()}, chosen
    )


def one(properties: dict[str, Value], path: str = "People/Ada.md", **settings: Any) -> Person:
    """The one person of a vault, with these properties."""
    title = settings.pop("title", "")
    return assemble({path: note(path, properties, title=title)}, Settings(**settings)).people[0]


def evidence(person: Person) -> list[str]:
    """`2026-03-14 log People/Ada.md:9`, in brackets if it does not count."""
    found = []
    for piece in person.evidence:
        text = f"{piece.on} {piece.how} {piece.span.path}:{piece.span.line}"
        found.append(text if piece.counts else f"({text})")
    return found


def codes(found: tuple[Diagnostic, ...]) -> list[tuple[str, str, int]]:
    return [(d.code, d.span.path, d.span.line) for d in found]


# -- names


NAMES: list[tuple[str, dict[str, Value], str, str]] = [
    ("People/Ada Byron.md", {}, "", "Ada Byron"),
    ("People/Ada Byron.md", {"name": "Ada King"}, "", "Ada King"),
    ("People/Ada Byron.md", {"title": "Countess"}, "A heading", "Ada Byron"),
    ("People/k3x9.md", {}, "Ada  Byron", "Ada Byron"),
    ("People/k3x9.md", {"title": "Ada King"}, "Ada Byron", "Ada King"),
    ("People/k3x9.md", {}, "", "k3x9"),
    ("People/Ada.MD", {}, "", "Ada"),
    ("People/202603141200.md", {}, "Ada", "Ada"),
    ("People/Ada.md", {"name": {"first": "Ada", "last": "Byron"}}, "", "Ada Byron"),
    ("People/Ada.md", {"name": True}, "", "Ada"),
    ("People/Ada.md", {"Name": "  Ada \n Byron "}, "", "Ada Byron"),
]


@pytest.mark.parametrize(("path", "properties", "title", "name"), NAMES)
def test_a_person_s_name(path: str, properties: dict[str, Value], title: str, name: str) -> None:
    assert one(properties, path, title=title).name == name


IDS = [
    "k3x9",
    "20260314",
    "202603141200",
    "2026-03-14-1200",
    "9f1c2d3e-1b2a-4c3d-8e9f-0a1b2c3d4e5f",
    "1a2b3c4d",
]
NO_IDS = ["ada", "Ada2", "R2D2", "ada-byron", "Ada 2", "日本", "x1", "20260314 Ada", ""]


@pytest.mark.parametrize("stem", IDS)
def test_ids(stem: str) -> None:
    assert is_id(stem)


@pytest.mark.parametrize("stem", NO_IDS)
def test_names_that_are_no_ids(stem: str) -> None:
    assert not is_id(stem)


def test_aliases_and_tags() -> None:
    person = one(
        {
            "aliases": "Nana, Mrs. Byron",
            "alias": ("Ada", "Countess"),
            "tags": "#Family work/clients,  family",
            "groups": ("Book Club",),
        }
    )
    assert person.aliases == ("Nana", "Mrs. Byron", "Countess")
    assert person.tags == ("Family", "work/clients", "Book Club")


FLAGS: list[tuple[Value, bool]] = [
    (True, True), (False, False), (None, False), ("yes", True), ("No", False), ("", False), ("0", False),
    ("until May", True), ("2026-01-01", True), ((), False), (("yes",), True), ("off", False),
]  # fmt: skip


@pytest.mark.parametrize(("value", "on"), FLAGS)
def test_checkboxes(value: Value, on: bool) -> None:
    person = one({"paused": value, "archived": value, "private": value})
    assert (person.paused, person.archived, person.private, person.gone) == (on, on, on, on)


DEATHS: list[tuple[Value, bool, list[str]]] = [
    ("2024-02-09", True, []), (True, True, []), (False, False, []), (None, False, []), ("yes", True, []),
    ("-", False, []), ("2019", True, []), ("1999-05", True, []),
    ("in spring", True, ["bad-date"]),
    ("2024-02-31", True, ["bad-date"]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "gone", "found"), DEATHS)
def test_who_died_is_gone_however_it_is_written(value: Value, gone: bool, found: list[str]) -> None:
    person = one({"died": value})
    assert person.gone is gone
    assert [d.code for d in person.diagnostics] == found
    assert person.blockers == ()


# -- cadences


SOURCES: dict[str, Any] = {
    "tiers": {"Inner circle": "1 week", "far": "1 year"},
    "tags": {"family": "2 weeks", "work": "3 months"},
    "folders": {"People": "6 months", "People/Choir": "4 months"},
}
CADENCES: list[tuple[str, dict[str, Value], str]] = [
    ("People/Ada.md", {"cadence": "1 month", "tier": "far", "tags": ("family",)}, "1 month own"),
    ("People/Ada.md", {"cadence": "inner circle"}, "1 week own"),
    ("People/Ada.md", {"tier": "inner  Circle", "tags": ("family",)}, "1 week tier inner Circle"),
    ("People/Ada.md", {"tags": ("work", "Family")}, "2 week tag family"),
    ("People/Ada.md", {"tags": ("person/family",)}, "2 week tag family"),
    ("People/Ada.md", {"tags": ("family/close",)}, "2 week tag family"),
    ("People/Ada.md", {"tags": ("familyman",)}, "6 month folder People"),
    ("People/Choir/Old/Ada.md", {}, "4 month folder People/Choir"),
    ("People/Choirs/Ada.md", {}, "6 month folder People"),
    ("people/choir/Ada.md", {}, "4 month folder People/Choir"),
    ("Friends/Ada.md", {}, ""),
    ("People/Ada.md", {"cadence": "", "frequency": "weekly"}, "1 week own"),
    ("People/Ada.md", {"cadence": "never", "tags": ("family",)}, "0 never own"),
    ("People/Ada.md", {"cadence": "2x", "tags": ("family",)}, ""),
]


@pytest.mark.parametrize(("path", "properties", "expected"), CADENCES)
def test_whose_cadence(path: str, properties: dict[str, Value], expected: str) -> None:
    person = one(properties, path, **SOURCES)
    found = f"{person.cadence.every} {person.cadence.unit} {person.cadence_from}" if person.cadence else ""
    assert found == expected


def test_a_cadence_that_cannot_be_read_needs_attention() -> None:
    person = one({"role": "editor", "cadence": "2x"}, **SOURCES)
    assert codes(person.blockers) == [("bad-cadence", "People/Ada.md", 3)]
    assert person.blockers == person.diagnostics
    assert person.blockers[0].hint == 'write "2 weeks" or "2 months"'
    assert person.cadence_span == person.blockers[0].span


@pytest.mark.parametrize("text", ["biweekly", "bimonthly", "3m"])
def test_an_ambiguous_cadence_is_read_and_told_of(text: str) -> None:
    person = one({"cadence": text})
    assert person.cadence is not None
    assert [(d.code, d.severity) for d in person.diagnostics] == [("ambiguous-cadence", "warning")]
    assert person.blockers == ()


def test_a_tier_that_nobody_knows() -> None:
    person = one({"tier": "near", "tags": ("work",)}, **SOURCES)
    assert person.cadence_from == "tag work"
    assert [(d.code, d.severity) for d in person.diagnostics] == [("unknown-tier", "warning")]
    assert one({"tier": "near"}).diagnostics == ()


def test_settings_that_cannot_be_read_are_told_of_once() -> None:
    vault = assemble({"People/Ada.md": note("People/Ada.md", {"tags": ("x",)})}, Settings(tags={"x": "2x"}))
    assert codes(vault.diagnostics) == [("bad-cadence", ".vault-crm/config.toml", 1)]
    assert vault.people[0].cadence is None
    assert vault.people[0].blockers == ()


TAGS = [
    ("family", "family", True),
    ("family", "a/family/b", True),
    ("a/b", "x/a/b", True),
    ("family", "families", False),
]


@pytest.mark.parametrize(("wanted", "tag", "fits"), TAGS)
def test_nested_tags(wanted: str, tag: str, fits: bool) -> None:
    assert tag_matches(wanted, tag) is fits


# -- dates that decide


@pytest.mark.parametrize(
    "key", ["last_contact", "lastContact", "prm-last-contacted", "next_contact", "snooze"]
)
def test_a_date_that_decides_and_cannot_be_read(key: str) -> None:
    person = one({"cadence": "1 week", key: "2026-02-30"})
    assert codes(person.blockers) == [("bad-date", "People/Ada.md", 3)]
    assert person.blockers[0].message == f"{key}: 2026-02-30 is not a day of the calendar"


@pytest.mark.parametrize("value", ["never", "-", "?", "", None, False])
def test_no_date_is_no_problem(value: Value) -> None:
    person = one({"last_contact": value, "next_contact": value, "snooze_until": value})
    assert (person.diagnostics, person.evidence, person.next_contact) == ((), (), None)


def test_other_dates_are_told_of_and_do_not_block() -> None:
    person = one(
        {"met": "in 2019 or so", "birthday": "31-12", "anniversary": "soon", "events": ("sabbatical",)}
    )
    assert person.blockers == ()
    assert sorted(d.code for d in person.diagnostics) == [
        "bad-birthday", "bad-date", "bad-date", "bad-event",
    ]  # fmt: skip
    assert {d.severity for d in person.diagnostics} == {"warning"}


def test_dates_of_a_life() -> None:
    person = one({"wedding": "2016-12-03", "events": ("2027-04-01 sabbatical starts", "06-14 name day")})
    assert [(e.text, e.on, bool(e.yearly), e.span and e.span.line) for e in person.events] == [
        ("wedding anniversary", None, True, 2),
        ("sabbatical starts", date(2027, 4, 1), False, 3),
        ("name day", None, True, 3),
    ]


def test_errors_of_the_note_itself_need_attention() -> None:
    path = "People/Ada.md"
    broken = Diagnostic("broken-yaml", "error", Span(path, 3), "a quote is never closed")
    twice = Diagnostic("duplicate-key", "error", Span(path, 2), "email is there 2 times")
    decides = Diagnostic("duplicate-key", "error", Span(path, 3), "cadence is there 2 times")
    odd = Diagnostic("tab", "warning", Span(path, 3), "a tab")
    made = note(path, {"email": "x", "cadence": "1 week"}, diagnostics=(broken, twice, decides, odd))
    person = assemble({path: made}, Settings()).people[0]
    assert person.blockers == (broken, decides)
    assert person.diagnostics == ()


# -- evidence: whole vaults


def test_evidence_from_everywhere() -> None:
    vault = read(
        """
        === People/Ada.md
        ---
        cadence: 2 weeks
        last_contact: 2026-03-14
        lastChat: 2026-01-02
        ---
        ## Log
        - 2026-03-14 call: the offer
        - 2026-02-01 attempt: no answer
        - 2026-01-20 coffee with [[Ben]]
        === People/Ben.md
        ---
        aliases: [Benny]
        ---
        === Daily/2026-04-01.md
        Lunch with [[Ada]] and [[Benny]].
        Thought of [[Ada|her]]. #no-contact
        > [[Ben]] in a quote
        - [ ] call [[Ben]]
        """
    )
    ada, ben = vault.people
    assert evidence(ada) == [
        "2026-04-01 daily note Daily/2026-04-01.md:1",
        "2026-03-14 log People/Ada.md:7",
        "2026-03-14 property People/Ada.md:3",
        "(2026-02-01 log People/Ada.md:8)",
        "2026-01-20 log People/Ada.md:9",
        "2026-01-02 property People/Ada.md:4",
    ]
    assert evidence(ben) == [
        "2026-04-01 daily note Daily/2026-04-01.md:1",
        "2026-01-20 Ada's log People/Ada.md:9",
    ]
    assert ada.evidence[1].text == "the offer"
    assert ada.evidence[1].kind == "call"


def test_meetings_and_done_tasks() -> None:
    vault = read(
        """
        === People/Ada.md
        - [x] self-made: ask [[Ada]] ✅ 2026-05-05
        === Meetings/Kick-off.md
        ---
        date: 2026-04-02
        people: ["[[Ada]]"]
        ---
        === Projects/Website.md
        - [x] send [[People/Ada]] the drafts ✅ 2026-04-03
        - [ ] ask [[Ada]] again
        """
    )
    assert evidence(vault.people[0]) == [
        "2026-04-03 task Projects/Website.md:1",
        "2026-04-02 meeting Meetings/Kick-off.md:3",
    ]


def test_dated_notes_can_be_switched_off() -> None:
    text = """
        === People/Ada.md
        === Daily/2026-04-01.md
        Lunch with [[Ada]].
        === Projects/Website.md
        - [x] send [[Ada]] the drafts ✅ 2026-04-03
        === Journal.md
        ## 2026-04-02
        Tea with [[Ada]].
        === Daily/2026-04-05.md
        - [x] call [[Ada]] ✅ 2026-04-04
        """
    assert evidence(read(text, dated_notes=False).people[0]) == [
        "2026-04-04 task Daily/2026-04-05.md:1",
        "2026-04-03 task Projects/Website.md:1",
        "(2026-04-02 dated note Journal.md:2)",
        "(2026-04-01 daily note Daily/2026-04-01.md:1)",
    ]


def test_types_that_do_not_count() -> None:
    text = """
        === People/Ada.md
        ## Log
        - 2026-03-14 Newsletter: spring
        - 2026-03-13 call with [[Ben]] #no-contact
        === People/Ben.md
        """
    ada, ben = read(text, not_contact=("newsletter",)).people
    assert evidence(ada) == ["(2026-03-14 log People/Ada.md:2)", "(2026-03-13 log People/Ada.md:3)"]
    assert evidence(ben) == ["(2026-03-13 Ada's log People/Ada.md:3)"]


def test_on_one_day_what_counts_comes_first() -> None:
    text = """
        === People/Ada.md
        ## Log
        - 2026-03-14 attempt: no answer
        - 2026-03-14 call: the offer
        """
    assert evidence(read(text).people[0]) == [
        "2026-03-14 log People/Ada.md:3",
        "(2026-03-14 log People/Ada.md:2)",
    ]


PLAIN = """
    === People/Ada Byron.md
    === People/Ben.md
    ---
    aliases: [Benjamin Okafor]
    ---
    === People/Zoë Łódzka.md
    === Daily/2026-04-01.md
    Saw ada byron's house, Adabyron and [[Ben|Benjamin Okafor]].
    With Zoe Lodzka; Ben was there too.
    """


def test_full_names_without_a_link_count_only_if_the_settings_say_so() -> None:
    ada, ben, zoe = read(PLAIN, plain_names=True).people
    assert evidence(ada) == ["2026-04-01 name in a daily note Daily/2026-04-01.md:1"]
    assert evidence(ben) == ["2026-04-01 daily note Daily/2026-04-01.md:1"]
    assert evidence(zoe) == ["2026-04-01 name in a daily note Daily/2026-04-01.md:2"]
    assert not any(e.counts for p in read(PLAIN).people if p.name != "Ben" for e in p.evidence)


# -- what is odd between files


def test_people_with_one_name_are_told_of() -> None:
    vault = read("=== People/Ada.md\n=== Work/People/Ada.md\n=== People/Ben.md\n")
    assert codes(vault.diagnostics) == [
        ("same-name", "People/Ada.md", 1),
        ("same-name", "Work/People/Ada.md", 1),
    ]
    assert "Work/People/Ada.md" in vault.diagnostics[0].message


def test_an_alias_of_several_people() -> None:
    vault = read(
        """
        === People/Ada.md
        ---
        aliases: [Mum]
        ---
        === People/Ben.md
        ---
        aliases: [mum]
        ---
        === Daily/2026-04-01.md
        Lunch with [[Mum]].
        """
    )
    assert codes(vault.diagnostics) == [
        ("ambiguous-link", "Daily/2026-04-01.md", 1),
        ("ambiguous-alias", "People/Ada.md", 2),
        ("ambiguous-alias", "People/Ben.md", 2),
    ]
    assert all(p.evidence == () for p in vault.people)


def test_path_twins() -> None:
    notes = {p: note(p) for p in ("People/Zo\u00eb.md", "People/Zoe\u0308.md", "Notes/a.md", "notes/A.md")}
    vault = assemble(notes, Settings())
    found = [d for d in vault.diagnostics if d.code == "name-twin"]
    assert [(d.severity, d.span.path) for d in found] == [
        ("warning", "People/Zoe\u0308.md"),
        ("warning", "notes/A.md"),
    ]
    assert "NFC" in found[0].message
    assert "upper and lower case" in found[1].message


def test_people_are_in_the_order_of_their_names() -> None:
    vault = read("=== People/ben.md\n=== People/Ada.md\n=== People/Ádám.md\n=== Home.md\n")
    assert [p.name for p in vault.people] == ["Ada", "Ádám", "ben"]
    assert vault.by_path["People/ben.md"] is vault.people[2]
    assert set(vault.notes) == {"People/ben.md", "People/Ada.md", "People/Ádám.md", "Home.md"}
