"""The people in a cell of a deals export."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.contacts import parse_contacts
from vault_crm.core.handoff.contacts import split_list


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("", []),
        ("(No value)", []),
        (" ; ;", []),
        ("Ana Martins", [("Ana Martins", ())]),
        ("Ana Martins (ana@example.org)", [("Ana Martins", ("ana@example.org",))]),
        ("Ana Martins <ana@example.org>", [("Ana Martins", ("ana@example.org",))]),
        ('"Martins, Ana" <ana@example.org>', [("Ana Martins", ("ana@example.org",))]),
        ("Ana Martins (12345)", [("Ana Martins", ())]),
        ("ana@example.org", [("", ("ana@example.org",))]),
        ("mailto:ana@example.org", [("", ("ana@example.org",))]),
        ("Ana Martins;Ben Okafor", [("Ana Martins", ()), ("Ben Okafor", ())]),
        ("Ana Martins\nBen Okafor", [("Ana Martins", ()), ("Ben Okafor", ())]),
        ("Ana Martins, Ben Okafor", [("Ana Martins", ()), ("Ben Okafor", ())]),
        ("Martins, Ana", [("Ana Martins", ())]),
        ("García Márquez, Gabriel", [("Gabriel García Márquez", ())]),
        ("Ana Martins, PhD", [("Ana Martins", ())]),
        ("ana@example.org, ben@example.org", [("", ("ana@example.org",)), ("", ("ben@example.org",))]),
        ("Ana (a@example.org); Ana (a@example.org)", [("Ana", ("a@example.org",))]),
    ],
)
def test_who_is_in_a_cell(text: str, people: list[tuple[str, tuple[str, ...]]]) -> None:
    assert [(one.name, one.emails) for one in parse_contacts(text)] == people


def test_lists_beside_names() -> None:
    assert split_list("5101;5102 ; ,\n5103") == ["5101", "5102", "5103"]


@given(st.text())
def test_whatever_is_in_a_cell_comes_out_as_plain_contacts(text: str) -> None:
    for contact in parse_contacts(text):
        assert contact.name or contact.emails
        assert contact.name == " ".join(contact.name.split())
        assert "\n" not in contact.name
        assert "\x1b" not in contact.name


@given(st.lists(st.sampled_from(["Ana Martins", "Ben Okafor", "Cleo Brandt", "Li Wei"]), unique=True))
def test_names_joined_with_semicolons_come_apart(names: list[str]) -> None:
    assert parse_contacts("; ".join(names)) == tuple(Contact(name) for name in names)
