"""Monica's export where it is odd, broken or hostile: whoever can be read is read, the rest is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.core.intake.record import Entry
from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.links import links_in
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.importers import Wanted
from vault_crm.importers import monica
from vault_crm.importers.source import Source

SAMPLE = Path(__file__).parent / "monica" / "sample.json"
Reading = Callable[[bytes], list[Found]]


@pytest.fixture
def reading(tmp_path: Path) -> Reading:
    def read(raw: bytes, photos: bool = False) -> list[Found]:
        path = tmp_path / "monica.json"
        path.write_bytes(raw)
        return list(monica.read(Source(path, "monica.json"), Wanted(photos=photos)))

    return read


def export(*contacts: Any, **account: Any) -> bytes:
    blocks = [
        {"type": "contacts", "values": list(contacts)},
        *({"type": k, "values": v} for k, v in account.items()),
    ]
    return json.dumps({"app_version": "4.1.2", "account": {"data": blocks}}).encode()


def contact(name: str = "Ana", *data: Any, **properties: Any) -> dict[str, Any]:
    return {"uuid": f"id-{name}", "properties": {"first_name": name} | properties, "data": list(data)}


def one(reading: Reading, told: dict[str, Any]) -> Record:
    (found,) = reading(export(told))
    assert isinstance(found, Record)
    return found


def test_what_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for raw, claimed in (
        (export(), True),
        (b"\xef\xbb\xbf" + export(), True),
        (b'{"account": {"name": "x"}}', False),
        (b'[{"account": 1, "exported_by": 2}]', False),
        (b"BEGIN:VCARD\r\n", False),
        (b"First Name,account,exported_by\r\n", False),
        (b"", False),
    ):
        path.write_bytes(raw)
        assert monica.claims(Source(path)) is claimed, raw


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b'{"account":\n {"data": [\n', 3),
        (b"", 1),
        (b"[" * 100_000, 1),
        (b'{"account": ' + b"9" * 5_000 + b"}", 1),
        (b'{"account": {"data": []}}', 1),
        (b"[]", 1),
        (b"\xff\xfe\x00", 1),
    ],
)
def test_what_is_no_export_is_one_trouble(reading: Reading, raw: bytes, line: int) -> None:
    (trouble,) = reading(raw)
    assert isinstance(trouble, Trouble)
    assert trouble.span.line == line
    assert trouble.hint


def test_who_is_odd_hides_nobody(reading: Reading) -> None:
    found = reading(export(contact("Ana"), None, 7, {"uuid": []}, contact("Ben")))
    assert [one.name for one in found if isinstance(one, Record)] == ["Ana", "Ben"]
    assert [one.message for one in found if isinstance(one, Trouble)] == [
        "contact 2 has no name",
        "contact 3 has no name",
        "contact 4 has no name",
    ]


def test_each_person_is_found_at_their_line(reading: Reading) -> None:
    told = json.loads(export(contact("Ana", first_met_through="id-Ben"), contact("Ben")))
    found = reading(json.dumps(told, indent=1).encode())
    lines = json.dumps(told, indent=1).split("\n")
    for record in found:
        assert isinstance(record, Record)
        assert f'"uuid": "id-{record.name}"' in lines[record.span.line - 1]


@pytest.mark.parametrize(
    ("frequency", "cadence"),
    [
        (30, "30 days"),
        ("7", "7 days"),
        (1, "1 day"),
        (0, None),
        (-3, None),
        (10**9, None),
        ("²", None),
        (True, None),
    ],
)
def test_a_cadence_is_one_or_nothing(reading: Reading, frequency: Any, cadence: str | None) -> None:
    assert one(reading, contact(stay_in_touch_frequency=frequency)).values.get("cadence") == cadence


@pytest.mark.parametrize(
    ("told", "birthday"),
    [
        ({"date": "1984-05-12T00:00:00Z"}, "1984-05-12"),
        ({"date": "1984-05-12", "is_year_unknown": 1}, "05-12"),
        ({"date": "1984-01-01", "is_age_based": True}, None),
        ({"date": "1984-02-30"}, None),
        ({"date": 1984}, None),
        ("1984-05-12", None),
    ],
)
def test_a_birthday_is_as_much_as_monica_knows(reading: Reading, told: Any, birthday: str | None) -> None:
    assert one(reading, contact(birthdate=told)).values.get("birthday") == birthday


def test_who_died_died(reading: Reading) -> None:
    assert one(reading, contact(is_dead=True)).values["died"] is True
    dated = contact(is_dead=True, deceased_date={"date": "2021-11-30"})
    assert one(reading, dated).values["died"] == "2021-11-30"
    assert "died" not in one(reading, contact(is_dead=False)).values


def test_last_contact_is_told_where_the_log_does_not(reading: Reading) -> None:
    calls = {"type": "calls", "values": [{"properties": {"called_at": "2024-01-05 14:00:00"}}]}
    quiet = one(reading, contact("Ana", calls, last_talked_to="2024-01-05T00:00:00Z"))
    assert quiet.entries == (Entry(date(2024, 1, 5), "call", "I called"),)
    assert "last_contact" not in quiet.values
    later = one(reading, contact("Ana", calls, last_talked_to="2024-01-06"))
    assert later.values["last_contact"] == "2024-01-06"


def test_a_long_story_is_whole_in_the_note_and_short_in_the_log(reading: Reading) -> None:
    story = "We talked.\n\n" + "And then some more. " * 40
    calls = {"type": "calls", "values": [{"properties": {"called_at": "2024-01-05", "content": story}}]}
    record = one(reading, contact("Ana", calls))
    assert record.entries == (Entry(date(2024, 1, 5), "call", "We talked."),)
    assert record.note == f"2024-01-05 call: {story.rstrip()}"


def test_brackets_in_a_story_are_no_contact_of_somebody_else(reading: Reading) -> None:
    said = "with [[Ben]], [[[[Ben]]]], ![[Ben|him]], [Ben](People/Ben.md) and [a page](https://example.org/a)"
    calls = {"type": "calls", "values": [{"properties": {"called_at": "2024-01-05", "content": said}}]}
    (entry,) = one(reading, contact("Ana", calls)).entries
    note = parse_note("People/Ana.md", f"## Log\n\n- {entry.on} {entry.kind}: {entry.text}\n", Settings())
    assert entry.text == "with Ben, Ben, !Ben|him, [Ben] (People/Ben.md) and [a page](https://example.org/a)"
    assert not note.mentions
    assert not [link for link in links_in(entry.text) if "://" not in link.target]


def test_the_other_side_of_a_relationship_is_told(reading: Reading) -> None:
    relation = {"properties": {"type": "ex_husband", "contact_is": "id-Ana", "of_contact": "id-Ben"}}
    unknown = {"properties": {"type": "child", "contact_is": "id-Ana", "of_contact": "id-Nobody"}}
    found = reading(export(contact("Ana"), contact("Ben"), relationships=[relation, unknown, None]))
    told = {one.name: one.values.get("related_people") for one in found if isinstance(one, Record)}
    assert told == {"Ana": ("ex-spouse: Ben",), "Ben": None}


def test_money_is_nowhere(reading: Reading) -> None:
    debts = {"type": "debts", "values": [{"properties": {"amount": 98765, "currency": "EUR"}}]}
    gifts = {"type": "gifts", "values": [{"properties": {"name": "A lamp", "amount": 98765}}]}
    found = reading(export(contact("Ana", debts, gifts)))
    assert "98765" not in repr(found)
    assert [one.name for one in found if isinstance(one, Unused)] == ["debts"]


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64,AAAA",
        "data:image/png;base64,@@@@",
        "data:image/png;base64,",
        "https://example.org/ana.png",
        "../../ana.png",
    ],
)
def test_what_is_no_picture_is_no_photo(tmp_path: Path, url: str) -> None:
    told = contact(avatar={"avatar_photo": "p"})
    path = tmp_path / "monica.json"
    path.write_bytes(export(told, photos=[{"uuid": "p", "properties": {"dataUrl": url}}]))
    (record,) = monica.read(Source(path), Wanted(photos=True))
    assert isinstance(record, Record)
    assert record.photo is None


def test_a_photo_comes_only_if_it_is_wanted(tmp_path: Path) -> None:
    source = Source(SAMPLE)
    wanted = [one for one in monica.read(source, Wanted(photos=True)) if isinstance(one, Record)]
    plain = [one for one in monica.read(source, Wanted()) if isinstance(one, Record)]
    assert [one.photo.ending for one in wanted if one.photo] == ["png"]
    assert not any(one.photo for one in plain)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("2024-01-05"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way, *(place for key, item in inner for place in places(item, (*way, key)))]


WHOLE = json.loads(SAMPLE.read_text(encoding="utf-8"))
PLACES = [place for place in places(WHOLE) if place]


@given(changes=st.lists(st.tuples(st.sampled_from(PLACES), anything), min_size=1, max_size=4))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_stands_where_nobody_expects_it_stops_nothing(
    reading: Reading, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    told = json.loads(SAMPLE.read_text(encoding="utf-8"))
    for place, value in changes:
        inner = told
        for key in place[:-1]:
            if isinstance(inner, dict):
                inner = inner.get(key)
            else:
                inner = inner[key] if isinstance(inner, list) and key in range(len(inner)) else None
        if isinstance(inner, dict) or (isinstance(inner, list) and place[-1] in range(len(inner))):
            inner[place[-1]] = value
    found = reading(json.dumps(told).encode())
    assert all(isinstance(one, (Record, Trouble, Unused)) for one in found)
    assert all(one.name for one in found if isinstance(one, Record))
