"""Gists: what they hold of a note, that the fast reader says what the full one says; a person made of one."""

from __future__ import annotations

import marshal
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import settings as check
from hypothesis import strategies as st

from vault_crm.core.gist import BLOCKED
from vault_crm.core.gist import ERRORS
from vault_crm.core.gist import FLAGS
from vault_crm.core.gist import MENTIONS
from vault_crm.core.gist import MORE
from vault_crm.core.gist import NAME
from vault_crm.core.gist import NOTHING
from vault_crm.core.gist import OTHER_LENGTH
from vault_crm.core.gist import OWN
from vault_crm.core.gist import PERSON_LENGTH
from vault_crm.core.gist import SAID_FIELDS
from vault_crm.core.gistperson import person_of
from vault_crm.core.gistperson import value_saying
from vault_crm.core.gistread import GistReader
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import flat_text
from vault_crm.core.note import parse_note
from vault_crm.core.record import fields
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.vault import assemble

SETTINGS = Settings(
    tiers={"close": "2 weeks"}, tags={"friend": "1 month"}, folders={"People/Work": "6 weeks"}
)
ROOT = Path(__file__).parents[2]
ANA = "People/Ana Moura.md"
ANA_TEXT = """---
name: Ana Moura
aliases: [Nana, A. M.]
tags: [friend, person/close]
cadence: 2 weeks
last_contact: 2026-03-01   # the call from the airport
next_contact: 2026-12-01
snooze_until:
met: 2019-05-04
birthday: 05-12
wedding: 2016-12-03
events:
  - 2027-04-01 sabbatical starts
private: true
how_met: "evening class: Porto"
relationship: friend
introduced_by: "[[Sam Whitlock]]"
next:
  - the new job
phone: "+351 555 0134"
---

# Ana

Words, 100 % of them ~ and a #tag.

## Log

- 2026-03-14 call: should she take the offer?
- 2026-03-20 attempt: no answer
- 2026-01-27 coffee with [[Ben Okafor]] and [[Cy Young|Cy]]
  - he was late
- **2025-11-20**: website

## Notes

- 2027-01-01 no entry of the log
"""
DAY = date.toordinal


def full(path: str, text: str, settings: Settings = SETTINGS) -> tuple[object, ...]:
    return GistReader(settings).of_note(parse_note(path, text, settings))


def fast(path: str, text: str, settings: Settings = SETTINGS) -> tuple[object, ...] | None:
    return GistReader(settings).fast(path, text.encode())


def test_a_person_s_gist_holds_what_the_agenda_needs() -> None:
    links = [
        (target, DAY(date(2026, 1, 27)), "", "coffee with [[Ben Okafor]] and [[Cy Young|Cy]]", 31, 3, 0, True)
        for target in ("Ben Okafor", "Cy Young")
    ]
    expected = (
        "Ana Moura",
        ("Nana", "A. M."),
        ("friend", "person/close"),
        (2, "week"),
        "own",
        DAY(date(2026, 12, 1)),
        0,
        DAY(date(2019, 5, 4)),
        8,
        ("the new job",),
        (5, 12, 0),
        (
            ("wedding anniversary", 0, (12, 3, 2016), (11, 10, 20)),
            ("sabbatical starts", DAY(date(2027, 4, 1)), None, (13, 3, 0)),
        ),
        (
            ("introduced_by", "[[Sam Whitlock]]"),
            ("how_met", "evening class: Porto"),
            ("relationship", "friend"),
        ),
        (DAY(date(2026, 3, 14)), "log", "call", "should she take the offer?", 29, 3, 0),
        True,
        tuple(links),
        (),
    )
    assert full(ANA, ANA_TEXT) == expected
    assert fast(ANA, ANA_TEXT) == expected
    assert len(expected) == PERSON_LENGTH
    assert expected[NAME] == "Ana Moura"


def test_other_notes_have_names_and_mentions_or_nothing_at_all() -> None:
    text = "---\naliases: [Fair]\n---\n- lunch with [[Ana Moura]]\n"
    mention = ("Ana Moura", DAY(date(2026, 1, 2)), "daily note", "lunch with Ana Moura", 4, 14, 27)
    assert full("2026-01-02.md", text) == (("Fair",), (mention,), 0)
    assert full("Fair.md", text) == (("Fair",), (), 0)
    assert full("Fair.md", "words") == NOTHING
    assert len(full("Fair.md", text)) == OTHER_LENGTH


def test_errors_and_what_blocks_are_flags() -> None:
    blocked = full(ANA, "---\ncadence: whenever the moon is full\n---\n")
    assert blocked[FLAGS] == ERRORS | BLOCKED
    assert full(ANA, "---\nemail: a\nemail: b\n---\n")[FLAGS] == ERRORS
    assert full(ANA, "---\nmet: who knows\n---\n")[FLAGS] == 0


def test_on_one_day_the_log_is_before_the_property() -> None:
    text = "---\nlast_contact: 2026-03-14\n---\n## Log\n- 2026-03-14 call: x\n"
    later = text.replace("last_contact: 2026-03-14", "last_contact: 2026-03-15")
    for read in (full, fast):
        gist = read(ANA, text)
        assert gist is not None
        assert gist[OWN] == (DAY(date(2026, 3, 14)), "log", "call", "x", 5, 3, 0)
        gist = read(ANA, later)
        assert gist is not None
        assert gist[OWN] == (DAY(date(2026, 3, 15)), "property", "", "", 2, 15, 25)
        assert gist[MORE]


def test_tasks_that_are_done_are_mentions_in_a_person_s_note() -> None:
    gist = full(ANA, "- [x] wrote to [[Ben]] ✅ 2026-03-14\n")
    assert gist[MENTIONS] == (
        ("Ben", DAY(date(2026, 3, 14)), "task", "wrote to Ben ✅ 2026-03-14", 1, 16, 23),
    )


# -- the fast reader


PLAIN = [
    (ANA, ANA_TEXT),
    (ANA, ""),
    (ANA, "---\n---\n"),
    (ANA, "words\n\n## Log\n"),
    (ANA, "---\ntags: \n- friend\n- \naliases:\n---\n"),
    (ANA, "---\ntags: friend, work\ntier: close\npaused: yes\n---\n"),
    (ANA, "---\nphone: +351 555 0134\nurl: https://example.org/~ana\n# both private\nmet: 2019\n---\nText"),
    (ANA, "---\ncompany: Fox & Sons\n---\n## Log\n* 2026-01-01\n\n- 2026-01-02: 10:30 tea\n\t- with Bo\n"),
    (ANA, "## Log\n- [[2026-01-01]] call: x\n- [[2026-01-02]] met [[Ben]]\n"),
    (ANA, "```\nx\n```\n\n<!-- no log\nhere -->\n"),
    ("People/k3x9.md", "---\nname: Ana\n---\n"),
    (ANA, "## Log\n- 2026-01-01 at 10:30 tea\n"),
    (ANA, "---\nbirthday: 1604-05-12\n---\n"),
    ("People/k3x9.md", "# Ana Moura\n"),
    ("People/Work/Bo.md", "---\nrole: editor\n---\n"),
    ("Ana.md", "---\ntags: [person]\ncadence: weekly\n---\n## Log\n- 2026-01-01 call: x\n"),
    ("Ana.md", "---\ntags: [book]\n---\n[[Ben]] and [link](x.md)\n# Heading\n"),
    ("Meetings/Plans.md", "---\ntags: [plans]\n---\n[[Ben]]\n"),
    ("Templates/Person.md", "---\ntags: [x]\n---\n[[Ben]]\n"),
    ("Templates/Person.md", "---\ntype: person\naliases: [x]\ncadence:\nmet: {{date}}\n---\n## Log\n"),
    ("Meetings/Templates/x.md", "---\ntags: [x]\n---\n[[Ben]]\n"),
    ("2026-01-01.md", "- [[2026-01-02.md]] and more\n- [[Ana.md]]\n"),
    ("2026-01-01.md", "---\ntags: [day]\n---\n- call with [[Ben]]\n- [ ] ask [[Cy]]\n  - or [[Dan]]\n"),
    ("Log/2026-01-01 Trip.md", "[[Ben]], [[Cy Young|Cy]], [Dan](People/Dan.md) #no-contact\n[[Ben]]!\n"),
]  # fmt: skip

ODD = [
    (ANA, "---\nname: Ana\nname: Bo\n---\n"),
    (ANA, "---\nemail: a\nemail: b\n---\n"),
    (ANA, "---\nnext: ask about the boat: is it sold?\n---\n"),
    (ANA, "\ufeff---\nname: Ana\n---\n"),
    (ANA, "---\nlast_contact: 2026-02-30\n---\n"),
    (ANA, "---\ncadence: nonsense\n---\n"),
    (ANA, "---\ntype: meeting\ndate: 2026-01-01\n---\n"),
    (ANA, "---\nname: Ana\n"),
    (ANA, "## Log\n- 2026-01-01 x\nor 2026-01-02\n"),
    (ANA, "## Log\n- 2026-02-30 x\n"),
    (ANA, "## Log\n### 2026-01-01\nwords\n"),
    (ANA, "## Log\n- 2026-01-01 x\n## Interactions\n"),
    (ANA, "```\n## Log\n- 2026-01-01 x\n```\n"),
    (ANA, "```\n\n## Log\n- 2026-01-01 x\n## End\n```\n"),
    (ANA, "<<<<<<< ours\n=======\n>>>>>>> theirs\n"),
    (ANA, "- [x] wrote to [[Ben]] ✅ 2026-03-14\n"),
    ("People/People.md", ""),
    ("People/README.md", ""),
    ("x.md", "---\ntags: [meeting]\ndate: 2026-01-01\n---\n[[Ben]]\n"),
    ("x.md", "## 2026-01-01\n[[Ben]]\n"),
    ("x.md", "- [x] wrote to [[Ben]] ✅ 2026-03-14\n"),
    ("2026-01-01.md", "---\nattendees: [Ben]\n---\n"),
    ("2026-01-01.md", "`[[Ben]]` and [[Cy]]\n"),
    ("2026-01-01.md", "> [[Ben]]\n"),
    ("Meetings/2026-01-01 Plans.md", "[[Ben]]\n"),
    ("Meetings/Plans.md", "---\ndate: 2026-01-01\n---\n[[Ben]]\n"),
    ("Meetings/Templates/x.md", "---\ndate: 2026-01-01\n---\n[[Ben]]\n"),
    ("Templates/Meetings/x.md", "---\ndate: 2026-01-01\n---\n[[Ben]]\n"),
]


@pytest.mark.parametrize(("path", "text"), PLAIN)
def test_plain_notes_are_read_fast(path: str, text: str) -> None:
    assert fast(path, text) == full(path, text)


@pytest.mark.parametrize(("path", "text"), ODD)
def test_odd_notes_are_read_in_full(path: str, text: str) -> None:
    assert fast(path, text) is None
    assert GistReader(SETTINGS).read(path, text.encode()) == full(path, text)


def test_names_without_links_are_looked_for_in_full() -> None:
    assert fast(ANA, "", Settings(plain_names=True)) is None


def corpus() -> list[tuple[str, bytes]]:
    found = []
    for path in sorted((ROOT / "example_vault").rglob("*.md")):
        found.append((path.relative_to(ROOT / "example_vault").as_posix(), path.read_bytes()))
    for path in sorted((ROOT / "tests" / "corpus").glob("*.md")):
        found += [(place, path.read_bytes()) for place in ("People/Ana Moura.md", "x.md", "2026-01-01.md")]
    return found


def test_fast_is_full_on_every_sample_and_for_most() -> None:
    reader, reference = GistReader(SETTINGS), GistReader(SETTINGS)
    read = 0
    for path, raw in corpus():
        gist = reader.fast(path, raw)
        expected = reference.of_note(parse_note(path, decode(raw), SETTINGS))
        assert gist is None or gist == expected, path
        assert marshal.loads(marshal.dumps(expected)) == expected
        read += gist is not None
    assert read > 80  # most of these are odd on purpose


# -- a person of a gist


def test_a_person_made_of_a_gist_is_the_vault_s_person() -> None:
    reader = GistReader(SETTINGS)
    notes: dict[str, Note] = {}
    gists = {}
    for path, raw in corpus():
        if path not in notes:
            notes[path] = parse_note(path, decode(raw), SETTINGS)
            gists[path] = reader.read(path, raw)
    compared = 0
    for person in assemble(notes, SETTINGS).people:
        if person.blockers:
            assert gists[person.path][FLAGS] & BLOCKED
            continue
        made = person_of(person.path, gists[person.path], person.evidence)
        for field in fields(Person):
            if field.name not in ("note", "log", "cadence_span", "diagnostics"):
                assert getattr(made, field.name) == getattr(person, field.name), (person.path, field.name)
        assert made.path == person.path
        assert made.note.person_rule
        assert [made.text(name) for name in SAID_FIELDS] == [person.text(name) for name in SAID_FIELDS]
        compared += 1
    assert compared > 20


VALUES = st.recursive(
    st.none() | st.booleans() | st.text("ab :,\n\u00a0", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple)
        | st.dictionaries(st.text("a :,\n", max_size=4), inner, max_size=2)
    ),
    max_leaves=6,
)


@check(max_examples=200)
@given(value=VALUES)
@example(value={" ": "a , :"})
def test_a_text_that_a_property_said_is_said_again(value: object) -> None:
    said = flat_text(value)  # type: ignore[arg-type]
    assert flat_text(value_saying(said)) == said
