"""The log: what is read of it, and how a new entry joins it."""

from __future__ import annotations

from datetime import date

import pytest

from vault_crm.core.body import lines_of
from vault_crm.core.log.edit import add_entry
from vault_crm.core.log.edit import find_entry
from vault_crm.core.log.read import LogView
from vault_crm.core.log.read import read_log
from vault_crm.core.settings import Settings
from vault_crm.core.text import apply_edits
from vault_crm.errors import EditRefused

SETTINGS = Settings()
DAY = date(2026, 11, 22)


def view_of(text: str, settings: Settings = SETTINGS) -> LogView:
    return read_log("People/Ada.md", lines_of(text), settings)


def said(text: str, settings: Settings = SETTINGS) -> list[str]:
    return [f"{i.on} {i.kind}|{i.text}" for i in view_of(text, settings).interactions]


def added(
    text: str, on: date = DAY, kind: str = "call", words: str = "hi", settings: Settings = SETTINGS
) -> str:
    return apply_edits(text, [add_entry("People/Ada.md", text, on, kind, words, settings)])


FORMAT = """\
# Mara

## Log
- 2026-03-14 call: should she take the CMO offer?
- **2026-01-27**: coffee with [[Ben Okafor]]
- [[2025-11-20]] meeting – website kick-off
### 2025-09-02
Long walk, talked about schools.
"""


def test_the_example_of_the_format() -> None:
    assert said(FORMAT) == [
        "2026-03-14 call|should she take the CMO offer?",
        "2026-01-27 |coffee with [[Ben Okafor]]",
        "2025-11-20 |meeting – website kick-off",
        "2025-09-02 |Long walk, talked about schools.",
    ]
    view = view_of(FORMAT)
    assert (view.heading_line, view.newest_first, view.style, view.bullet) == (3, True, "bullets", "-")
    assert [i.span.line for i in view.interactions] == [4, 5, 6, 7]
    assert [i.links for i in view.interactions] == [(), ("Ben Okafor",), (), ()]


@pytest.mark.parametrize(
    "heading",
    ["# Log", "###### log:", "## Contact Log", "## INTERACTIONS", "## 📜 History", "## **Timeline**",
     "## Log #crm",
     "## Conversations ##", "## Interaction log", "## Communications ✉️", "## [[Log]]"],
)  # fmt: skip
def test_headings_of_a_log(heading: str) -> None:
    assert said(f"{heading}\n- 2026-01-02 x\n") == ["2026-01-02 |x"]


@pytest.mark.parametrize(
    "heading", ["## Logistics", "## Log of hours", "## Key facts", "Log", "#Log", "- Log"]
)
def test_other_headings_begin_no_log(heading: str) -> None:
    assert said(f"{heading}\n- 2026-01-02 x\n") == []


def test_headings_of_the_settings() -> None:
    settings = Settings(log_heading="Kontakte", log_headings=("## Was war",))
    assert said("# Kontakte\n- 2026-01-02 x\n\n# was war:\n- 2025-01-02 y\n", settings) == [
        "2026-01-02 |x",
        "2025-01-02 |y",
    ]


ENTRIES = [
    ("- 2026-03-14 call: x", "2026-03-14 call|x"),
    ("* 2026-03-14: x", "2026-03-14 |x"),
    ("+ 2026-03-14 - x", "2026-03-14 |x"),
    ("12) 2026-03-14 — x", "2026-03-14 |x"),
    ("- 2026-03-14", "2026-03-14 |"),
    ("- 2026-03-14 call:", "2026-03-14 call|"),
    ("- **2026-03-14:** x", "2026-03-14 |x"),
    ("- **2026-03-14 call:** x", "2026-03-14 call|x"),
    ("- **2026-03-14 – call**: x", "2026-03-14 call|x"),
    ("- __2026-03-14__ **call**: x", "2026-03-14 call|x"),
    ("- **[[2026-03-14]]** x", "2026-03-14 |x"),
    ("- [[Daily/2026-03-14|last Saturday]]: x", "2026-03-14 |x"),
    ("- [[2026-03-14-Saturday]] x", "2026-03-14 |x"),
    ("- [2026-03-14](../Daily/2026-03-14.md) x", "2026-03-14 |x"),
    ("- (date:: 2026-03-14) call: x", "2026-03-14 call|x"),
    ("- [date:: [[2026-03-14]]] x", "2026-03-14 |x"),
    ("- 2026-03-14 10:30 call: x", "2026-03-14 call|x"),
    ("- 2026-03-14T10:30:00Z x", "2026-03-14 |x"),
    ("- 2026-03-14, at 9:05 pm – x", "2026-03-14 |x"),
    ("- 2026-03-14 10:30–11:15: x", "2026-03-14 |x"),
    ("- [x] 2026-03-14 x", "2026-03-14 |x"),
    ("- 2026-03-14 video call: x", "2026-03-14 video call|x"),
    ("- 2026-03-14 E-Mail: x", "2026-03-14 E-Mail|x"),
    ("- 2026-03-14 cafe\u0301: x", "2026-03-14 cafe\u0301|x"),
    ("- 2026-03-14 we talked about: x", "2026-03-14 |we talked about: x"),
    ("- 2026-03-14 10:1 odds: x", "2026-03-14 |10:1 odds: x"),
    ("- 2026-03-14 see https://example.org", "2026-03-14 |see https://example.org"),
    ("- 2026-03-14 https://example.org", "2026-03-14 |https://example.org"),
    ("- 2026-03-14 x %%not this%% <!-- nor this --> `y`", "2026-03-14 |x   `y`"),
    ("2026-03-14 call: a line of its own", "2026-03-14 call|a line of its own"),
]


@pytest.mark.parametrize(("line", "expected"), ENTRIES)
def test_entries(line: str, expected: str) -> None:
    assert said(f"## Log\n{line}\n") == [expected]


@pytest.mark.parametrize(
    "line",
    ["- call on 2026-03-14", "- [ ] 2026-03-14 x", "- [-] 2026-03-14 x", "- [/] 2026-03-14 x",
     "> - 2026-03-14 x",
     "`2026-03-14` x", "- `2026-03-14` x", "    - 2026-03-14 x", "%% 2026-03-14 x %%", "- ![[2026-03-14]] x",
     "- 2026-03-145 x", "- 12026-03-14 x", "- 2026-03-14x", "- x", "words that wrap\n2026-03-14 here",
     "```\n- 2026-03-14 x\n```", "<!--\n- 2026-03-14 x\n-->"],
)  # fmt: skip
def test_what_is_no_entry(line: str) -> None:
    assert said(f"## Log\n{line}\n") == []


def test_a_log_ends_where_its_section_ends() -> None:
    text = "## Log\n- 2026-01-02 a\n### 2025\n- 2025-01-02 b\n## Plans\n- 2027-01-01 c\n"
    assert said(text) == ["2026-01-02 |a", "2025-01-02 |b"]


def test_what_is_nested_belongs_to_its_entry() -> None:
    text = """\
## Log
- 2026-03-14 call: the flat
  - 2026-05-01 she moves, [[Ben]] helps
  goes on with [[Cy]]
  - [ ] ask [[Dee]]
- [ ] plan
  - 2026-03-20 an idea
- 2024
  - 2024-03-20 in a group
"""
    assert said(text) == ["2026-03-14 call|the flat", "2024-03-20 |in a group"]
    assert view_of(text).interactions[0].links == ("Ben", "Cy")


def test_dated_headings_take_the_first_paragraph() -> None:
    text = """\
## Log
### 2026-03-14

call: the flat,
and the cello. [[Ben]]

More, on another day.
#### Later
2020-01-01 said
### [[2026-02-01]] lunch with [[Cy]]
- [ ] open
- nobody reads this
### 2026-01-01
- first point
- second point
### 2025-12-31
> quoted
"""
    assert said(text) == [
        "2026-03-14 call|the flat, and the cello. [[Ben]]",
        "2026-02-01 |lunch with [[Cy]]",
        "2026-01-01 |first point",
        "2025-12-31 |",
    ]
    assert [i.links for i in view_of(text).interactions] == [("Ben",), ("Cy",), (), ()]


@pytest.mark.parametrize(
    ("line", "code", "hint"),
    [
        ("- 14.03.2026 call", "log-date-form", "2026-03-14"),
        ("- 3/4/26 call", "log-date-form", "2026-03-14"),
        ("- March 14, 2026: call", "log-date-form", "2026-03-14"),
        ("- 14th of March 2026 call", "log-date-form", "2026-03-14"),
        ("- **2026/03/14** call", "log-date-form", "2026-03-14"),
        ("- 2026-3-4 call", "log-date-form", "2026-03-04"),
        ("- 20260314 call", "log-date-form", "2026-03-14"),
        ("- (2026-03-14) call", "log-date-form", "begin the line with 2026-03-14"),
        ("- Sat 2026-03-14 call", "log-date-form", "begin the line with 2026-03-14"),
        ("- 📞 2026-03-14 call", "log-date-form", "begin the line with 2026-03-14"),
        ("### 14. 3. 2026\n### 14.3.2026", "log-date-form", "2026-03-14"),
        ("| 2026-03-14 | call |", "log-date-form", "- 2026-03-14"),
        ("- 2026-02-30 call", "log-impossible-date", "2026-03-14"),
        ("### 2026-13-01", "log-impossible-date", "2026-03-14"),
    ],
)
def test_what_looks_like_a_log_is_told_of(line: str, code: str, hint: str) -> None:
    view = view_of(f"## Log\n{line}\n")
    assert view.interactions == ()
    (found,) = view.diagnostics
    assert (found.code, found.severity) == (code, "warning")
    assert hint in found.hint
    assert found.source


@pytest.mark.parametrize(
    "line", ["- 14 people came", "- [ ] 14.03.2026", "- 100.5.2 released", "March was cold"]
)
def test_what_does_not_look_like_a_log_is_left_alone(line: str) -> None:
    assert view_of(f"## Log\n{line}\n").diagnostics == ()


# -- adding: the note before, the note after; `+` marks what is new

ADDED = {
    "newest first": """
        |# Ada
        |
        |## Log
        |
       +|- 2026-11-22 call: hi
        |- 2026-03-14 a
        |- 2026-01-27 b
    """,
    "oldest first": """
        |## Log
        |- 2026-01-27 b
        |- 2026-03-14 a
        |  more
       +|- 2026-11-22 call: hi
        |
        |## Notes
    """,
    "the same day goes to the newest side": """
        |## Log
       +|- 2026-11-22 call: hi
        |- 2026-11-22 a
    """,
    "an older one in between": """
        |## Log
        |- 2026-12-24 a
        |  - nested
       +|- 2026-11-22 call: hi
        |- 2026-01-27 b
    """,
    "bold, with a colon, with stars": """
        |## Log
       +|* **2026-11-22**: call: hi
        |* **2026-01-27**: coffee
    """,
    "links to daily notes": """
        |## Log
       +|- [[Daily/2026-11-22]] – call: hi
        |- [[Daily/2026-01-27|then]] – coffee
    """,
    "links into a folder of the year": """
        |## Log
       +|- [[2026-11-22]] call: hi
        |- [[Daily/2025/12/2025-12-27]] coffee
    """,
    "Markdown links": """
        |## Log
       +|- [2026-11-22](../Daily/2026-11-22.md) call: hi
        |- [2026-01-27](../Daily/2026-01-27.md) coffee
    """,
    "inline fields": """
        |## Log
       +|- (date:: 2026-11-22) call: hi
        |- (date:: 2026-01-27) coffee
    """,
    "ticked": """
        |## Log
       +|- [x] 2026-11-22 call: hi
        |- [x] 2026-01-27 coffee
    """,
    "a clock time is nobody's style": """
        |## Log
       +|- 2026-11-22 call: hi
        |- 2026-01-27 10:30 coffee
    """,
    "numbers": """
        |## Log
        |8. 2026-01-26 tea
        |9. 2026-01-27 coffee
       +|10. 2026-11-22 call: hi
    """,
    "blank lines between": """
        |## Log
        |
       +|- 2026-11-22 call: hi
       +|
        |- 2026-01-27 b
        |
        |- 2026-01-26 a
    """,
    "lines of their own": """
        |## Log
       +|2026-11-22 call: hi
        |2026-01-27 b
    """,
    "dated headings": """
        |## Log
        |
       +|### 2026-11-22
       +|
       +|call: hi
       +|
        |### 2026-01-27
        |
        |Long walk.
    """,
    "dated headings that say it all": """
        |## Log
       +|### 2026-11-22 – call: hi
        |### 2026-01-27 – walk
    """,
    "dated headings, oldest first": """
        |# Log
        |## [[2026-01-26]]
        |Tea.
        |## [[2026-01-27]]
        |Walk.
       +|## [[2026-11-22]]
       +|call: hi
        |# Notes
    """,
    "a new year": """
        |## Log
        |
       +|### 2026
       +|
       +|- 2026-11-22 call: hi
       +|
        |### 2025
        |
        |- 2025-01-27 b
    """,
    "the year that is there": """
        |## Log
        |### 2026
        |- 2026-12-27 b
       +|- 2026-11-22 call: hi
        |### 2025
        |- 2025-01-27 b
    """,
    "before all others, oldest first": """
        |## Log
       +|- 2026-11-22 call: hi
        |- 2026-12-01 a
        |* 2026-12-24 b
    """,
    "below all others, newest first": """
        |## Log
        |* 2026-12-24 b
        |- 2026-12-01 a
       +|- 2026-11-22 call: hi
        |
        |## Notes
    """,
    "a year between two, newest first": """
        |## Log
        |### 2027
        |- 2027-01-27 b
       +|### 2026
       +|- 2026-11-22 call: hi
       +|
        |### 2025
        |- 2025-01-27 b
    """,
    "a year below all others, newest first": """
        |## Log
        |### 2028
        |- 2028-01-27 b
        |### 2027
        |- 2027-01-27 b
        |- 2027-01-26 a
       +|
       +|### 2026
       +|- 2026-11-22 call: hi
    """,
    "a year between two, oldest first": """
        |## Log
        |### 2025
        |- 2025-01-26 a
        |- 2025-01-27 b
       +|
       +|### 2026
       +|- 2026-11-22 call: hi
        |### 2027
        |- 2027-01-27 b
    """,
    "a year before all others, oldest first": """
        |## Log
       +|### 2026
       +|- 2026-11-22 call: hi
       +|
        |### 2027
        |- 2027-01-27 b
        |### 2028
        |- 2028-01-27 b
    """,
    "an empty log": """
        |## Log
        |
       +|- 2026-11-22 call: hi
       +|
        |## Notes
    """,
    "an empty log without a blank line": """
        |## Log
       +|
       +|- 2026-11-22 call: hi
       +|
        |## Notes
    """,
    "a log with words only": """
        |## History
        |We met in 1998.
       +|
       +|- 2026-11-22 call: hi
        |
        |## Notes
    """,
    "a log with undated items": """
        |## Log
       +|* 2026-11-22 call: hi
        |* met at school
    """,
    "no log": """
        |# Ada
        |Words.
       +|
       +|## Log
       +|
       +|- 2026-11-22 call: hi
    """,
    "of two logs the one with entries": """
        |## History
        |Words.
        |## Interactions
       +|- 2026-11-22 call: hi
        |- 2026-01-27 b
    """,
}


def before_and_after(case: str) -> tuple[str, str]:
    rows = [row.split("|", 1) for row in case.split("\n") if "|" in row]
    old = "".join(text + "\n" for mark, text in rows if "+" not in mark)
    return old, "".join(text + "\n" for _, text in rows)


@pytest.mark.parametrize("name", ADDED)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_adding(name: str, newline: str) -> None:
    old, new = (text.replace("\n", newline) for text in before_and_after(ADDED[name]))
    assert added(old) == new
    assert find_entry(view_of(new), DAY, "call", "hi") is not None
    assert find_entry(view_of(old), DAY, "call", "hi") is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "## Log\n\n- 2026-11-22 call: hi\n"),
        ("\ufeff", "\ufeff## Log\n\n- 2026-11-22 call: hi\n"),
        ("---\nx: 1\n---\n", "---\nx: 1\n---\n\n## Log\n\n- 2026-11-22 call: hi\n"),
        ("---\nx: 1\n---", "---\nx: 1\n---\n\n## Log\n\n- 2026-11-22 call: hi"),
        ("Words", "Words\n\n## Log\n\n- 2026-11-22 call: hi"),
        ("Words\n\n\n", "Words\n\n\n## Log\n\n- 2026-11-22 call: hi\n"),
        ("a\r\nb", "a\r\nb\r\n\r\n## Log\r\n\r\n- 2026-11-22 call: hi"),
        (
            "## Log\n- 2025-01-01 a\n- 2026-01-01 b",
            "## Log\n- 2025-01-01 a\n- 2026-01-01 b\n- 2026-11-22 call: hi",
        ),
        ("## Log\n- 2026-01-01 b", "## Log\n- 2026-11-22 call: hi\n- 2026-01-01 b"),
    ],
)
def test_the_end_of_a_note_stays_as_it_is(old: str, new: str) -> None:
    assert added(old) == new


def test_the_heading_of_the_settings() -> None:
    settings = Settings(log_heading="## Kontakte 📞")
    text = added("", settings=settings)
    assert text == "## Kontakte 📞\n\n- 2026-11-22 call: hi\n"
    assert added(text, kind="", words="again", settings=settings).count("##") == 1


@pytest.mark.parametrize(
    ("kind", "words", "line"),
    [
        ("", "a\nb\r\n\tc", "a b c"),
        ("", "# a", "# a"),
        ("", "- a", "a"),
        ("", "", ""),
        ("call", "", "call:"),
        ("", "call: a", "call: a"),
        ("Call", "- a", "Call: - a"),
        ("", "10:30 tea", "10:30 tea"),
        ("", "%%x%% <!-- y -->", "%\\%x%\\% \\<!-- y --\\>"),
        ("", "a\x00b\x1b[0m", "a b [0m"),
        ("", "``` a", "``` a"),
        ("", "a | b [[", "a | b [["),
    ],
)
def test_words_cannot_break_the_note(kind: str, words: str, line: str) -> None:
    assert added("## Log\n- 2026-01-01 x\n", kind=kind, words=words) == (
        f"## Log\n- 2026-11-22 {line}".rstrip() + "\n- 2026-01-01 x\n"
    )


@pytest.mark.parametrize("words", ["# a", "> a", "1. a", "``` a", "* a", "| a |"])
def test_words_below_a_dated_heading_stay_words(words: str) -> None:
    text = added("## Log\n### 2026-01-01\nx\n", kind="", words=words)
    assert len(said(text)) == 2
    assert "\n### 2026-11-22\n" in text
    assert find_entry(view_of(text), DAY, "", words) is not None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("a\n```\nb\n", 2, "code fence"),
        ("a\n\n%%\nb\n", 3, "comment"),
        ("<!--\n## Log\n- 2026-01-01 x\n", 1, "comment"),
        ("# A\n> ## Log\n> - 2026-01-01 x\n", 2, "callout"),
        ("> [!note]- Log\n> - 2026-01-01 x\n", 1, "callout"),
        ("> [!log]\n> - 2026-01-01 x\n", 1, "callout"),
        ("---\ncadence: 1\n", 1, "never closed"),
        ("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> d\n", 2, "merge"),
    ],
)
def test_refusals_name_the_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(EditRefused) as caught:
        added(text)
    assert (caught.value.path, caught.value.line) == ("People/Ada.md", line)
    assert reason in caught.value.reason


@pytest.mark.parametrize("kind", ["a long video call", "1:1", "a: b", "#x", "call!"])
def test_a_type_is_a_word_or_two(kind: str) -> None:
    with pytest.raises(EditRefused, match="one or two words"):
        added("", kind=kind)
    assert find_entry(view_of("## Log\n- 2026-11-22 x\n"), DAY, kind, "x") is None


def test_an_entry_is_found_whatever_the_case_of_its_type() -> None:
    view = view_of("## Log\n- 2026-11-22 Call: hi\n- 2026-11-21 10:30 tea\n")
    assert find_entry(view, DAY, "call", " hi\n") == view.interactions[0]
    assert find_entry(view, date(2026, 11, 21), "", "10:30 tea") == view.interactions[1]
    assert find_entry(view, DAY, "", "hi") is None
    assert find_entry(view, date(2026, 11, 20), "call", "hi") is None
