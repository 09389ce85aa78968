"""Which notes are people, and by which rule."""

from __future__ import annotations

import pytest

from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.model import Property
from vault_crm.core.people import other_type
from vault_crm.core.people import people_folder
from vault_crm.core.people import person_rule
from vault_crm.core.settings import Conventions
from vault_crm.core.settings import Settings


def properties(block: str) -> tuple[Property, ...]:
    return read_properties("x.md", f"---\n{block}\n---\n")[0]


def rule(path: str, block: str = "", settings: Settings | None = None) -> str:
    return person_rule(path, properties(block), settings or Settings())


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("People/Ana.md", "folder People"),
        ("CRM/contacts/Work/Ana.md", "folder CRM/contacts"),
        ("friends/Ana.md", "folder friends"),
        ("Ana.md", ""),
        ("Peoples/Ana.md", ""),
        ("My People/Ana.md", ""),
        ("People.md", ""),
        ("People/People.md", ""),
        ("People/PEOPLE.MD", ""),
        ("People/Ana.MD", "folder People"),
        ("People/index.md", ""),
        ("People/README.md", ""),
        ("People/_index.md", ""),
        ("01 - Community/People/🗂️ People.md", ""),
        ("02 - People/People.md", ""),
        ("People/Family/Family.md", ""),
        ("People/Family/Ana.md", "folder People"),
        ("People/Templates/Person.md", ""),
    ],
)
def test_by_folder(path: str, expected: str) -> None:
    assert rule(path) == expected


@pytest.mark.parametrize(
    ("folders", "path", "expected"),
    [
        (("Crew",), "Crew/Ana.md", "folder Crew"),
        (("crew/",), "Crew/a/Ana.md", "folder Crew"),
        (("Crew",), "People/Ana.md", ""),
        (("A/B",), "A/B/Ana.md", "folder A/B"),
        (("A/B",), "A/Ana.md", ""),
        (("A", "B"), "B/Ana.md", "folder B"),
        (("Crew",), "Crew/Crew.md", ""),
        ((".",), "Ana.md", "folder ."),
        (("Zoe\u0308",), "Zoë/Ana.md", "folder Zoë"),
    ],
)
def test_by_the_folders_of_the_settings(folders: tuple[str, ...], path: str, expected: str) -> None:
    assert rule(path, settings=Settings(people=folders)) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("tags: person", "tag person"),
        ('tags: "#Person"', "tag Person"),
        ("tags: [a, person/family]", "tag person/family"),
        ("tags:\n  - contact/work", "tag contact/work"),
        ("tags: a, people", "tag people"),
        ("tags: a people", "tag people"),
        ("tag: person", "tag person"),
        ("tags: [personal, peoples, contacts-x]", ""),
        ("groups: [people]", ""),
        ("topic: person", ""),
    ],
)
def test_by_tag(block: str, expected: str) -> None:
    assert rule("Notes/Ana.md", block) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("type: person", "type person"),
        ("Type: Contacts", "type contacts"),
        ("fileClass: People", "type people"),
        ('categories: "[[People]]"', "type people"),
        ('categories:\n  - "[[Books]]"\n  - "[[Categories/People|those]]"', "type people"),
        ("type: [company, person]", "type person"),
        ("type: company, person", "type person"),
        ("type: friend", ""),
        ("type: people management", ""),
    ],
)
def test_by_type(block: str, expected: str) -> None:
    assert rule("Notes/Ana.md", block) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("cadence: 3 months", "property cadence"),
        ("cadence:", "property cadence"),
        ("Contact-Frequency: 14", "property Contact-Frequency"),
        ("last_contacted: 2026-01-01", "property last_contacted"),
        ("Last Contact Date: 2026-01-01", "property Last Contact Date"),
        ("lastTalkedTo: 2026-01-01", "property lastTalkedTo"),
        ("prm-tier: close", "property prm-tier"),
        ("frequency: daily", ""),
        ("last_seen: 2026-01-01", ""),
        ("rhythm: 4/4", ""),
        ("prm: x", ""),
    ],
)
def test_by_property(block: str, expected: str) -> None:
    assert rule("Notes/Ana.md", block) == expected


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ("type: company", ""),
        ("type: meeting", ""),
        ('categories: ["[[Companies]]"]', ""),
        ("type: client project", ""),
        ("type:", "folder People"),
        ("type: [company, person]", "folder People"),
        ("type: company\ntags: [person]", "tag person"),
        ("type: company\ncadence: 3 months", "property cadence"),
        ("type: friend", "folder People"),
        ("type: Former client", "folder People"),
        ("type: [mentors]", "folder People"),
        ("type: friend of Ana", "folder People"),
        ("type: close-friends", "folder People"),
        ("type: ex-colleague", "folder People"),
    ],
)
def test_a_type_that_names_something_else_beats_the_folder(block: str, expected: str) -> None:
    assert rule("People/Ana.md", block) == expected


def test_who_is_beaten_by_a_type_is_known() -> None:
    found = other_type("People/Acme.md", properties("x: 1\ntype: company"), Settings())
    assert found is not None
    assert found.key == "type"
    assert other_type("Work/Acme.md", properties("type: company"), Settings()) is None
    assert other_type("People/Ana.md", properties("type: friend"), Settings()) is None
    assert other_type("People/People.md", properties("type: index"), Settings()) is None


@pytest.mark.parametrize("block", ["tags: [people]", "type: people", "cadence: 1 month"])
def test_indexes_and_templates_are_nobody_whatever_they_say(block: str) -> None:
    settings = Settings(template_folders=("Meta/Vorlagen",), conventions=Conventions(template_folders=("T",)))
    for path in (
        "People/People.md",
        "Contacts.md",
        "x/README.md",
        "Meta/Vorlagen/Person.md",
        "T/a/Person.md",
    ):
        assert rule(path, block, settings) == ""


def test_a_folder_for_each_person_holds_people_that_say_so() -> None:
    assert rule("People/Ana/Ana.md") == ""
    assert rule("People/Ana/Ana.md", "cadence: 1 month") == "property cadence"
    assert rule("People/Ana/Ana.md", "tags: [person]") == "tag person"


def test_the_folder_is_named_as_the_path_spells_it() -> None:
    assert people_folder("a/PEOPLE/b/x.md", Settings()) == "a/PEOPLE"
    assert people_folder("x.md", Settings()) == ""
