"""What one file says: people, dated notes and whom they mention, and what is odd."""

from __future__ import annotations

from datetime import date

import pytest

from tests.linear import is_linear
from vault_crm.core.model import Note
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Conventions
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode

SETTINGS = Settings()


def parse(path: str, text: str, settings: Settings = SETTINGS) -> Note:
    return parse_note(path, text, settings)


def mentioned(path: str, text: str, settings: Settings = SETTINGS) -> list[str]:
    return [f"{m.target} {m.on} {m.how}" for m in parse(path, text, settings).mentions]


def codes(path: str, text: str) -> list[str]:
    return [f"{d.severity} {d.code} {d.span.line}" for d in parse(path, text).diagnostics]


def test_a_person() -> None:
    note = parse(
        "People/Ana.md",
        """---
cadence: 3 months
company: "[[Acme]]"
---
# Ana [[Sousa|S.]] ##

## Log
- 2026-03-14 call: x
""",
    )
    assert (note.person_rule, note.title, note.on, note.dated_as) == ("folder People", "Ana S.", None, "")
    assert [prop.key for prop in note.properties] == ["cadence", "company"]
    assert [(i.on, i.kind, i.text, i.span.line) for i in note.log] == [(date(2026, 3, 14), "call", "x", 8)]
    assert (note.mentions, note.lines, note.diagnostics) == ((), (), ())


def test_other_notes_keep_only_what_names_them() -> None:
    note = parse(
        "Notes/Acme.md", "---\naliases: [A]\ncity: Porto\ntitle: Acme Ltd\n---\n## Log\n- 2026-01-01 x\n"
    )
    assert note.person_rule == ""
    assert [prop.key for prop in note.properties] == ["aliases", "title"]
    assert note.log == ()


def test_an_empty_file_in_a_people_folder_is_a_person() -> None:
    assert parse("People/Ana.md", "") == Note("People/Ana.md", "folder People")


# -- dated notes


@pytest.mark.parametrize(
    ("path", "block", "on", "how"),
    [
        ("Daily/2026-03-14.md", "", "2026-03-14", "daily note"),
        ("2026-03-14.md", "", "2026-03-14", "daily note"),
        ("x/2026-03-14 Lunch with Ana.md", "", "2026-03-14", "dated note"),
        ("x/2026-03-14.md", "type: meeting", "2026-03-14", "daily note"),
        ("x/2026-03-14 Kick-off.md", "tags: [meeting/acme]", "2026-03-14", "meeting"),
        ("x/Kick-off.md", "date: 2026-03-14\nattendees: [Ana]", "2026-03-14", "meeting"),
        ("x/Kick-off.md", 'date: "[[2026-03-14]]"\npeople: Ana', "2026-03-14", "meeting"),
        ("x/Kick-off.md", "date: 2026-03-14T10:00\ntype: Meeting", "2026-03-14", "meeting"),
        ("Meetings/Kick-off.md", "date: 2026-03-14", "2026-03-14", "meeting"),
        ("People/Kick-off.md", "date: 2026-03-14\nparticipants: [Ana]", "2026-03-14", "meeting"),
        ("People/2026-03-14.md", "cadence: 1 month", "2026-03-14", "daily note"),
        ("x/Kick-off.md", "date: 2026-03-14", None, ""),
        ("x/Kick-off.md", "attendees: [Ana]", None, ""),
        ("x/2026-03-145.md", "", None, ""),
        ("x/2026-02-30.md", "", None, ""),
        ("x/20260314.md", "", None, ""),
    ],
)
def test_dated_notes(path: str, block: str, on: str | None, how: str) -> None:
    note = parse(path, f"---\n{block}\n---\n" if block else "")
    assert (str(note.on) if note.on else None, note.dated_as) == (on, how)
    assert note.person_rule == "" or note.on is None


@pytest.mark.parametrize(
    "block", ["date: 2024-01-01\npeople: [Ben]", "date: 2024-01-01\nattendees: [Ben]\ntype: person"]
)
def test_a_person_with_a_date_is_still_a_person(block: str) -> None:
    note = parse("People/Ana.md", f"---\n{block}\n---\n")
    assert (note.person_rule, note.on) == ("folder People", None)


@pytest.mark.parametrize(
    ("settings", "path", "on"),
    [
        (Settings(conventions=Conventions("Tage", "DD.MM.YYYY", True)), "Tage/14.03.2026.md", "2026-03-14"),
        (Settings(conventions=Conventions("Tage", "DD.MM.YYYY", True)), "14.03.2026.md", None),
        (Settings(conventions=Conventions("", "YYYY/MM/DD", True)), "2026/03/14.md", "2026-03-14"),
        (Settings(daily_folder="J", daily_format="YYYYMMDD"), "J/20260314.md", "2026-03-14"),
        (
            Settings(daily_format="YYYYMMDD", conventions=Conventions("Tage", "YYYY", True)),
            "Tage/20260314.md",
            "2026-03-14",
        ),
        (Settings(conventions=Conventions("Tage", "DD.MM.YYYY", True)), "J/2026-03-14.md", "2026-03-14"),
    ],
)
def test_daily_notes_as_the_vault_names_them(settings: Settings, path: str, on: str | None) -> None:
    note = parse(path, "", settings)
    assert (str(note.on) if note.on else None) == on
    assert note.dated_as == ("daily note" if on else "")


DAILY = """\
---
people: ["[[Eve]]"]
---
# Saturday [[Title]]
Lunch with [[Ana Sousa|Ana]], [Ben](People/Ben.md) and [[Ana Sousa]].
- [ ] call [[Open]]
  - with [[Nested]]
- [x] called [[Done]]
- [X] rang [[Before]] ✅ 2026-03-13
- [-] [[Cancelled]]
- [!] [[Important]]
> [[Quoted]]

`[[Code]]` %%[[Hidden]]%% ![[Embedded]] <!-- [[Comment]] -->
- [[Silent]] was in the paper #no-contact
- [[Loud]] #no-contacts

```
[[Fenced]]
```
[[2026-03-13]] | [[Daily/2026-03-15]]
| [[Row\\|R]] | x |
"""


def test_whom_a_daily_note_mentions() -> None:
    assert mentioned("Daily/2026-03-14.md", DAILY) == [
        "Eve 2026-03-14 daily note",
        "Title 2026-03-14 daily note",
        "Ana Sousa 2026-03-14 daily note",
        "People/Ben.md 2026-03-14 daily note",
        "Done 2026-03-14 daily note",
        "Before 2026-03-13 task",
        "Important 2026-03-14 daily note",
        "Loud 2026-03-14 daily note",
        "Row 2026-03-14 daily note",
    ]
    note = parse("Daily/2026-03-14.md", DAILY)
    ana = next(m for m in note.mentions if m.target == "Ana Sousa")
    assert ana.text == "Lunch with Ana, Ben and Ana Sousa."
    assert (ana.span.line, ana.span.col) == (5, 12)
    before = next(m for m in note.mentions if m.target == "Before")
    assert before.text == "rang Before ✅ 2026-03-13"


def test_whom_a_meeting_mentions() -> None:
    people = 'people:\n  - "[[Ana Sousa|Ana]]"\n  - Ben Okafor\nwith: Cy, @Dee\n'
    text = f"---\ndate: 2026-03-14\n{people}---\n[[Eve]]\n"
    assert mentioned("2026-03-14 Kick-off.md", text) == [
        f"{name} 2026-03-14 meeting" for name in ("Ana Sousa", "Ben Okafor", "Cy", "Dee", "Eve")
    ]
    assert parse("2026-03-14 Kick-off.md", text).mentions[0].text == "Kick-off"


def test_a_journal_counts_by_its_headings() -> None:
    text = """\
# Journal
[[Nobody]]
## 2026-03-14 with [[Ana]]
[[Ben]]
### later
[[Cy]]
## [[2026-03-15]]
[[Dee]]
## Ideas
[[Nobody]]
"""
    assert mentioned("Journal.md", text) == [
        "Ana 2026-03-14 dated note",
        "Ben 2026-03-14 dated note",
        "Cy 2026-03-14 dated note",
        "Dee 2026-03-15 dated note",
    ]
    # In a daily note the day is the note's own.
    assert mentioned("2026-01-01.md", "## 2026-03-14\n[[Ana]]\n") == ["Ana 2026-01-01 daily note"]


def test_done_tasks_count_anywhere_on_their_day() -> None:
    text = """\
- [x] send [[Ana]] the book ✅ 2026-03-14
- [x] call [[Ben]]
- [ ] [[Cy]] ✅ 2026-03-14
[[Dee]] ✅ 2026-03-14
"""
    assert mentioned("Projects/Book.md", text) == ["Ana 2026-03-14 task"]
    assert mentioned("People/Eve.md", text) == ["Ana 2026-03-14 task"]


def test_a_dashboard_is_no_evidence() -> None:
    text = "<!-- vault-crm:begin -->\n- [x] [Ana](People/Ana.md) ✅ 2026-03-14\n<!-- vault-crm:end -->\n"
    assert mentioned("OVERDUE.md", text) == []


def test_lines_for_plain_names_are_kept_only_on_request() -> None:
    text = "Lunch with Ana Sousa and [[Ben]]. `code`\n> quoted\n- [ ] open\n"
    assert parse("2026-03-14.md", text).lines == ()
    (line,) = parse("2026-03-14.md", text, Settings(plain_names=True)).lines
    assert (line.on, line.span.line, line.text.split()) == (
        date(2026, 3, 14), 1, ["Lunch", "with", "Ana", "Sousa", "and", "."],
    )  # fmt: skip


def test_a_long_line_is_cut_in_what_is_shown() -> None:
    (found,) = parse("2026-03-14.md", "[[Ana]] " + "said much " * 50_000).mentions
    assert len(found.text) <= 200
    assert found.text.endswith("…")


# -- what is odd


@pytest.mark.parametrize(
    ("path", "raw", "expected"),
    [
        ("People/A.md", "cadence: x".encode("utf-16"), ["error not-utf8 1"]),
        ("Notes/A.md", "cadence: x".encode("utf-16"), ["warning not-utf8 1"]),
        ("People/A.md", "cadence: x".encode("utf-16-be"), ["error nul-bytes 1"]),
        ("People/A.md", b"\0" * 500, ["error nul-bytes 1"]),
        ("People/A.md", b"a\nb\0c\n" + b"x" * 20, ["error nul-bytes 2"]),
        ("Notes/A.md", b"a\nb\0c\n" + b"x" * 20, ["warning nul-bytes 2"]),
        ("People/A.md", b"a\nb \xff\n", ["info not-utf8-body 2"]),
        ("Notes/A.md", b"a\nb \xff\n", []),
        ("People/A.md", b"---\ncadence: [\n---\n", ["error broken-yaml"]),
        ("Notes/A.md", b"---\ntitle: [\n---\n", ["warning broken-yaml"]),
        ("People/A.md", b"---\npaused: until May\n---\n", ["warning bad-flag 2"]),
        ("People/A.md", b"---\npaused: yes\nprivate: \narchived: 'no'\n---\n", []),
        ("People/A.md", b"---\nlast_contact:\nlast-contact:\nrole: a\njob: b\n---\n",
         ["info two-spellings 3"]),
        ("People/A.md", b"---\ntype: company\n---\n", ["info not-a-person 2"]),
        ("Notes/A.md", b"---\ndate: 14.03.2026\nattendees: [Ana]\n---\n", ["warning bad-date 2"]),
        ("People/A.md", b"## Log\n- 14.03.2026 x\n- 2026-02-30 x\n",
         ["warning log-date-form 2", "warning log-impossible-date 3"]),
    ],
)  # fmt: skip
def test_oddities(path: str, raw: bytes, expected: list[str]) -> None:
    found = codes(path, decode(raw))
    assert len(found) == len(expected)
    assert all(there.startswith(wanted) for there, wanted in zip(found, expected, strict=True))
    assert parse(path, decode(raw)).person_rule == (
        "folder People" if "People" in path and b"type" not in raw else ""
    )


CONFLICT = "<<<<<<< HEAD\n- 2026-11-20 a\n=======\n- 2026-11-18 b\n>>>>>>> phone\n"
LONGER = CONFLICT.replace("<" * 7, "<" * 9).replace("=" * 7, "=" * 9).replace(">" * 7, ">" * 9)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("---\ncadence: 2w\nname: Ana S\n---\n## Log\n" + CONFLICT, 6),
        ("---\nname: Ana S\n" + CONFLICT.replace("- 2026", "x: 2026") + "---\n", 3),
        (CONFLICT.replace("\n", "\r\n"), 1),
        ("x\n" + LONGER, 2),
        ("---\nname: Ana S\n" + LONGER.replace("- 2026", "x: 2026") + "---\n", 3),
        ("\ufeff" + CONFLICT, 1),
        (CONFLICT.replace("=======\n", ""), 1),
        (CONFLICT.replace(">>>>>>> phone\n", ""), 1),
    ],
)
def test_a_note_with_both_sides_of_a_merge_is_not_believed(text: str, line: int) -> None:
    note = parse("People/Ana.md", text)
    assert note.person_rule == "folder People"
    assert [(d.code, d.severity, d.span.line) for d in note.diagnostics] == [
        ("conflict-markers", "error", line)
    ]
    assert note.log == ()
    assert {prop.key for prop in note.properties} <= {"name"}


@pytest.mark.parametrize(
    "text", [
        "```\n" + CONFLICT + "```\n", "<<<<<<< HEAD\nno other side\n", "a <<<<<<< b\n",
        "<<<<<<<<< of another length\n=======\n>>>>>>> x\n", "=======\n>>>>>>> x\n<<<<<<< HEAD\n",
    ],
)  # fmt: skip
def test_what_is_no_conflict(text: str) -> None:
    assert codes("People/Ana.md", text) == []


HOSTILE = [
    "- 2026-01-01 call: [[x]]\n", "### 2026-01-01\nx\n", "[[x]] ✅ ", "%%a%% `b` ", "<<<<<<< x\n",
    "=======\n", "## Log\n", "### 2026\n- 2026-01-01 x\n", "- Mon 3 jan 2020\n", "  b [[c]]\n",
    "> [!log]\n", "\0x",
]  # fmt: skip


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("path", ["People/A.md", "Daily/2026-01-01.md"])
def test_time_is_linear(piece: str, path: str) -> None:
    head = "## Log\n- 2026-01-01 <<<<<<< x\n<<<<<<< x\n"
    assert is_linear(lambda size: parse(path, head + piece * (size // len(piece))), 20_000)


def test_the_title_is_the_first_heading_that_is_not_the_logs() -> None:
    text = "---\ntags: [person]\n---\n\n## Log\n\n- 2026-01-02 tea\n\n# Ana Sousa\n"
    assert parse_note("202601021200.md", text, Settings()).title == "Ana Sousa"
