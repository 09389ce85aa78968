"""The calendar: what `icalendar`, `vobject` and `dateutil` read of it is what the notes say."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import icalendar
import pytest
import vobject
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from tests.vaults import split_vault
from vault_crm.core.agenda import agenda
from vault_crm.core.intake.record import clean_line
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.errors import UsageError
from vault_crm.exporters import Context
from vault_crm.exporters import ics

HERE = Path(__file__).parent / "ics"
SAMPLE = (HERE / "vault.txt").read_text(encoding="utf-8")
TODAY = date(2026, 11, 22)


def context(text: str, today: date = TODAY, settings: Settings | None = None, alarm: str = "") -> Context:
    settings = settings or Settings()
    files = split_vault(text)
    vault = assemble({path: parse_note(path, body, settings) for path, body in files.items()}, settings)
    whole = agenda(vault, today, settings)
    options = {"alarm": alarm} if alarm else {}
    return Context(whole.items, vault, whole, settings, today, lambda path: files[path].encode(), options)


def calendar(text: str, **more: Any) -> bytes:
    return b"".join(ics.export(context(text, **more)))


def events(raw: bytes) -> dict[str, Any]:
    """The events that `icalendar` reads, by summary."""
    whole = icalendar.Calendar.from_ical(raw)
    read = list(whole.walk("VEVENT"))
    assert not any(part.errors for part in whole.walk())
    assert len({event["SUMMARY"] for event in read}) == len(read)
    return {str(event["SUMMARY"]): event for event in read}


def one_person(properties: str, name: str = "Ana") -> str:
    return f"=== People/{name}.md\n---\n{properties}\n---\n"


def starts(event: Any, first: int, last: int) -> list[date]:
    """The days of a yearly event in some years, as `dateutil` expands its rule."""
    begin = datetime.combine(event["DTSTART"].dt, datetime.min.time())
    rule = rrulestr(event["RRULE"].to_ical().decode(), dtstart=begin)
    return [day.date() for day in rule.between(datetime(first, 1, 1), datetime(last, 12, 31), inc=True)]


def test_the_calendar_of_a_small_vault(request: pytest.FixtureRequest) -> None:
    made, golden = calendar(SAMPLE, alarm="2d"), HERE / "people.ics"
    if request.config.getoption("--update-transcripts"):
        golden.write_bytes(made)
    assert golden.read_bytes() == made


def test_icalendar_reads_what_the_notes_say() -> None:
    read = events(calendar(SAMPLE))
    assert {name: event["DTSTART"].dt for name, event in read.items()} == {
        "Ana Martins: birthday": date(1984, 5, 12),
        "Ana Martins: anniversary": date(2016, 12, 3),
        "Ana Martins: get in touch": date(2026, 12, 11),
        "Eli Brandt: birthday": date(1972, 2, 29),
        "Eli Brandt: sabbatical starts": date(2027, 4, 1),
        "Eli Brandt: name day": date(1972, 6, 14),
        "Noor Haddad: birthday": date(1990, 7, 7),
        "Noor Haddad: a date": date(2024, 1, 2),
        "Noor Haddad: get in touch": date(2027, 1, 1),
        "Sami Reed: get in touch": date(2027, 1, 10),
    }
    assert all(type(event["DTSTART"].dt) is date for event in read.values())
    assert all(event["DTEND"].dt - event["DTSTART"].dt == timedelta(days=1) for event in read.values())
    once = {name for name, event in read.items() if "RRULE" not in event}
    assert once == {
        "Ana Martins: get in touch",
        "Noor Haddad: get in touch",
        "Sami Reed: get in touch",
        "Eli Brandt: sabbatical starts",
        "Noor Haddad: a date",
    }
    assert str(read["Ana Martins: get in touch"]["DESCRIPTION"]).split("\n") == [
        "ask: the job; what came, of it",
        "last: 2026-11-20",
        "every 3 weeks",
    ]


def test_vobject_reads_the_same() -> None:
    raw = calendar(SAMPLE)
    read = vobject.readOne(raw.decode())
    theirs = {event.summary.value: event.dtstart.value for event in read.vevent_list}
    assert theirs == {name: event["DTSTART"].dt for name, event in events(raw).items()}


def test_lines_are_as_the_rfc_has_them() -> None:
    raw = calendar(one_person("birthday: 05-12\nnext: " + "á, b; c\\ " * 40, "Ä" * 60))
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(line.decode() is not None for line in raw.split(b"\r\n"))


@pytest.mark.parametrize(
    ("leap_day", "days"),
    [
        ("02-28", [date(2023, 2, 28), date(2024, 2, 29), date(2025, 2, 28)]),
        ("03-01", [date(2023, 3, 1), date(2024, 2, 29), date(2025, 3, 1)]),
    ],
)
@pytest.mark.parametrize("born", ["1996-02-29", "02-29"])
def test_29_february_stays_and_is_shown_where_the_settings_say(
    leap_day: str, days: list[date], born: str
) -> None:
    raw = calendar(one_person(f"birthday: {born}"), settings=Settings(leap_day=leap_day))
    event = events(raw)["Ana: birthday"]
    begins = event["DTSTART"].dt
    assert (begins.month, begins.day) == (2, 29)
    assert starts(event, 2023, 2025) == days
    assert starts(event, begins.year, begins.year) == [begins]


def test_other_days_come_back_every_year() -> None:
    event = events(calendar(one_person("birthday: 1900-12-31")))["Ana: birthday"]
    assert starts(event, 2023, 2025) == [date(year, 12, 31) for year in (2023, 2024, 2025)]


def test_the_same_vault_is_the_same_file_whatever_the_day() -> None:
    assert calendar(SAMPLE) == calendar(SAMPLE, today=TODAY + timedelta(days=3))
    assert calendar(SAMPLE) == calendar(SAMPLE, today=TODAY + timedelta(days=400))


def test_what_moves_keeps_its_uid_and_tells_that_it_is_newer() -> None:
    before = events(calendar(one_person("cadence: 1 month\nlast_contact: 2026-10-01\nbirthday: 05-12")))
    after = events(calendar(one_person("cadence: 1 month\nlast_contact: 2026-11-20\nbirthday: 05-13")))
    assert {name: event["UID"] for name, event in before.items()} == {
        name: event["UID"] for name, event in after.items()
    }
    due = "Ana: get in touch"
    assert before[due]["DTSTART"].dt < after[due]["DTSTART"].dt
    assert before[due]["DTSTAMP"].dt < after[due]["DTSTAMP"].dt


def test_every_uid_is_there_once() -> None:
    card = "uid: urn:uuid:aaaaaaaa-0000-4000-8000-000000000001\nevents: [06-01 fair, 06-02 fair]"
    text = one_person(card) + one_person(card.replace("urn:uuid:", "").replace("a", "A", 1), "Ana again")
    read = icalendar.Calendar.from_ical(calendar(text)).walk("VEVENT")
    assert len(read) == len({event["UID"] for event in read}) == 4


def test_a_uid_of_the_note_holds_through_a_rename() -> None:
    card = "uid: c8f1f0c4-9f65-4bd1-a7a0-2f0a4e0f3a11\nbirthday: 05-12"
    before, after = events(calendar(one_person(card))), events(calendar(one_person(card, "Ana Reed")))
    assert before["Ana: birthday"]["UID"] == after["Ana Reed: birthday"]["UID"]


def test_of_private_people_there_is_nothing_but_their_name() -> None:
    raw = calendar(SAMPLE).decode()
    for said in ("sober", "group", "hard year", "walk", "2026-11-01", "secret"):
        assert said not in raw
    hidden = calendar(SAMPLE, settings=Settings(dashboard_context="names")).decode()
    assert "CMO" not in hidden
    assert "sabbatical" not in hidden


def test_nobody_is_told_to_congratulate_the_dead() -> None:
    raw = calendar(SAMPLE)
    assert b"Grace" not in raw
    assert b"Old Friend" not in raw


@pytest.mark.parametrize(
    ("alarm", "before"),
    [
        ("2d", timedelta(days=2, hours=-9)),
        ("1 day", timedelta(hours=15)),
        ("1 week", timedelta(days=7, hours=-9)),
        ("0", timedelta(hours=-9)),
        ("on the day", timedelta(hours=-9)),
    ],
)
def test_an_alarm_rings_at_nine(alarm: str, before: timedelta) -> None:
    for event in events(calendar(SAMPLE, alarm=alarm)).values():
        (bell,) = event.walk("VALARM")
        assert bell["TRIGGER"].dt == -before
        assert bell["ACTION"] == "DISPLAY"
        assert bell["DESCRIPTION"] == event["SUMMARY"]


@pytest.mark.parametrize("alarm", ["2", "soon", "3 years", "-1 day", "2d\r\nX:1"])
def test_what_is_no_alarm_is_refused_before_anything_is_written(alarm: str) -> None:
    with pytest.raises(UsageError):
        ics.export(context(SAMPLE, alarm=alarm))


def test_a_file_name_that_is_no_utf_8_is_written_readably() -> None:
    assert list(events(calendar(one_person("birthday: 05-12", "A\udc80")))) == [
        "A\N{REPLACEMENT CHARACTER}: birthday"
    ]


hostile = st.text(st.sampled_from('aÄ ;,:\\"\r\n\t\0\x85\u2028😀END:VEVENT'), min_size=1, max_size=120)


@given(said=hostile, name=hostile)
@hypothesis_settings(max_examples=60, deadline=None)
def test_no_text_of_a_note_breaks_the_calendar(said: str, name: str) -> None:
    def quoted(text: str) -> str:
        escaped = {char: f"\\x{ord(char):02x}" for char in '\r\n\t\0\x85"\\'} | {"\u2028": "\\L"}
        return '"' + "".join(escaped.get(char, char) for char in text) + '"'

    text = one_person(f"name: {quoted(name)}\nbirthday: 1984-05-12\nevents: [{quoted('06-01 x' + said)}]")
    context_of = context(text)
    (person,) = context_of.vault.people
    assert len(person.events) == 1
    expected = [f"{person.name}: birthday", *(f"{person.name}: {event.text}" for event in person.events)]
    read = icalendar.Calendar.from_ical(b"".join(ics.export(context_of))).walk("VEVENT")
    assert [str(event["SUMMARY"]) for event in read] == [clean_line(summary) for summary in expected]
