"""Lines that stay as they were: they are written for as long as their value stands in the note."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.core.vcard.notes import note_text
from tests.core.vcard.notes import person_in
from tests.core.vcard.test_laws import only_card
from tests.core.vcard.test_laws import record_of
from vault_crm.core.model import Value
from vault_crm.core.vcard.person import kept_of
from vault_crm.core.vcard.person import values_of
from vault_crm.core.vcard.write import card_lines


def kept(*lines: str, version: str = "3.0") -> tuple[str, ...]:
    """What of a card's lines an import keeps as it is."""
    text = "\n".join(("BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""))
    value = record_of(only_card(text.encode())).values.get("vcard", ())
    assert isinstance(value, tuple)
    return tuple(str(line) for line in value)


def written(values: Mapping[str, Value], name: str = "Ana Martins", version: str = "3.0") -> list[str]:
    """What an export writes of a note, without the UID."""
    person = person_in(note_text(name, values))
    lines = card_lines(values_of(person, ""), kept_of(person), version)
    return [line.written for line in lines if line.name != "UID"]


ANA = ("FN:Ana Martins", "N:Martins;Ana;;;")


def test_what_the_properties_say_is_not_kept() -> None:
    plain = (
        *(
            "NICKNAME:Nana,Ani",
            "ORG:Acme",
            "TITLE:editor",
            "EMAIL;TYPE=INTERNET:a@example.org",
            "TEL:+1 555 0101",
        ),
        *(
            "TEL;TYPE=VOICE:+1 555 0102",
            "URL:https://example.org",
            "BDAY;VALUE=date:1984-05-12",
            "CATEGORIES:x,y",
        ),
        *(
            "ADR:;;Rua 7;Porto;;4000;PT",
            "NOTE:hello",
            "UID:urn:uuid:c8f1f0c4-9f65-4bd1-a7a0-2f0a4e0f3a11",
            "ORG:;",
        ),
    )
    assert kept(*ANA, *plain) == ()


@pytest.mark.parametrize(
    "line",
    [
        "TEL;TYPE=HOME:+1 555 0101", "item1.TEL:+1 555 0101", "ORG:Acme;Sales", "N:Martins;Ana;Maria;Dr.;",
        "CATEGORIES:Close friends", "X-ODD;a=b:c", "X-EMPTY:", "TITLE:one\\ntwo", "BDAY:1984-05-12T08:30:00",
        "ADR:PO 5;;Rua 7;Porto;;;", "REV:2024-01-01T00:00:00Z", "X-SOCIALPROFILE:https://x.com/ana",
    ],
)  # fmt: skip
def test_what_they_do_not_say_is_kept(line: str) -> None:
    assert kept("FN:Ana Martins", line) == (line,)


def test_a_kept_line_stands_where_the_plain_one_would() -> None:
    values = {"phone": ["+1 555 0101", "+1 555 0102"], "vcard": ["TEL;TYPE=HOME:+1-555-0102", "X-ODD:y"]}
    assert written(values)[2:] == ["TEL:+1 555 0101", "TEL;TYPE=HOME:+1-555-0102", "X-ODD:y"]


def test_a_line_goes_with_its_value() -> None:
    values = {"phone": "+1 555 0103", "vcard": ["TEL;TYPE=HOME:+1 555 0102", "item1.EMAIL:a@b.example"]}
    assert written(values)[2:] == ["TEL:+1 555 0103"]


def test_a_changed_company_is_written_without_the_old_department() -> None:
    assert written({"company": "Beta", "vcard": ["ORG:Acme;Sales"]})[2:] == ["ORG:Beta"]
    assert written({"company": "[[acme]]", "vcard": ["ORG:Acme;Sales"]})[2:] == ["ORG:Acme;Sales"]


def test_a_changed_city_is_not_contradicted_by_an_old_address() -> None:
    values = {"address": "Rua 7, Porto", "city": "Lisboa", "vcard": ["ADR;TYPE=HOME:;;Rua 7;Porto;;;"]}
    assert written(values)[2:] == ["ADR:;;Rua 7\\, Porto;;;;", "ADR:;;;Lisboa;;;"]


def test_of_several_titles_all_are_kept_while_one_is_true() -> None:
    titles = ("TITLE:editor", "TITLE:reader")
    assert kept(*ANA, *titles) == titles
    assert written({"role": "editor", "vcard": [*titles]})[2:] == [*titles]
    assert written({"role": "writer", "vcard": [*titles]})[2:] == ["TITLE:writer"]


def test_the_parts_of_a_name_go_when_the_name_changes() -> None:
    parts = {"vcard": ["N:Martins;Ana;Maria;Dr.;"]}
    assert written(parts)[1] == "N:Martins;Ana;Maria;Dr.;"
    assert written(parts, "Ana Okafor")[1] == "N:Okafor;Ana;;;"


def test_parts_of_other_words_hold_as_long_as_the_name_is_the_cards() -> None:
    lines = kept("FN:Nana", "N:Martins;Ana;;;")
    assert lines == ("FN:Nana", "N:Martins;Ana;;;")
    assert written({"vcard": [*lines]}, "Nana")[:2] == [*lines]
    assert written({"vcard": [*lines]}, "Ani")[:2] == ["FN:Ani", "N:;Ani;;;"]


def test_groups_of_ours_do_not_meet_those_of_the_card() -> None:
    values = {"events": ["2019-05-04 concert"], "vcard": ["item1.X-A:b", "item1.X-ABLabel:c"]}
    assert written(values)[2:] == [
        "item2.X-ABDATE:2019-05-04", "item2.X-ABLabel:concert", "item1.X-A:b", "item1.X-ABLabel:c",
    ]  # fmt: skip


def test_a_telephone_of_4_0_is_a_number_in_3_0() -> None:
    values = {"phone": "+1-555-0102", "vcard": ['TEL;VALUE=uri;TYPE="home,voice":tel:+1-555-0102']}
    assert written(values)[2:] == ['TEL;TYPE="home,voice":+1-555-0102']
    assert written(values, version="4.0")[2:] == values["vcard"]
