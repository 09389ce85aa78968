"""What a user wrote into a dashboard, in whatever form an editor left it."""

from __future__ import annotations

import textwrap
from datetime import date

import pytest

from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.markers import replace_generated
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import note_links
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.dashboard.ticks import without_lines
from vault_crm.core.dashboard.wishes import Wish
from vault_crm.core.dashboard.wishes import dated
from vault_crm.core.dashboard.wishes import join_words
from vault_crm.core.dashboard.wishes import read_wish

TODAY = date(2026, 11, 22)  # a Sunday
ANA = "[Ana Sousa](People/ana-sousa.md)"


def body(text: str) -> str:
    """A generated part from an indented text."""
    return textwrap.dedent(text).lstrip("\n")


def only(text: str) -> Entry:
    """The one entry of a body."""
    (entry,) = read_body(body(text)).entries
    return entry


def wish(text: str) -> Wish:
    """What the one entry of a body asks for."""
    return read_wish(only(text), TODAY)


# -- the markers


def test_a_text_without_markers_has_no_generated_part() -> None:
    assert find_generated("# Overdue\n\nmy list\n") is None
    assert read_dashboard("- [x] [[Ana]]\n").entries == ()


def test_the_generated_part_lies_between_the_marker_lines() -> None:
    text = f"head\n{BEGIN}\nlist\n{END}\ntail"
    part = find_generated(text)
    assert part is not None
    assert text[part.start : part.end] == "list\n"
    assert part.first_line == 3


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_outside_of_the_markers_every_byte_stays(newline: str) -> None:
    head, tail = "\ufeff# Mine  \r\n\nx\t\n", "after\r\nno newline at the end"
    text = f"{head}{BEGIN}{newline}old{newline}{END}{newline}{tail}"
    new = replace_generated(text, "a\nb\n")
    assert new == f"{head}{BEGIN}{newline}a{newline}b{newline}{END}{newline}{tail}"
    assert replace_generated(new, "a\nb\n") == new


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        (f"x\n{BEGIN}\nlist\n", 2, "is missing"),
        (f"x\nlist\n{END}\n", 3, "is missing"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n", 2, "twice"),
        (f"{BEGIN}\na\n{END}\nb\n{END}\n", 5, "twice"),
        (f"{END}\nlist\n{BEGIN}\n", 1, "above the begin marker"),
        (f"```\n{BEGIN}\n{END}\n```\n", 2, "code block"),
        (f"~~~ md\nunclosed\n{BEGIN}\nlist\n{END}\n", 3, "code block"),
        (f"{BEGIN}\n{BEGIN}\n{END}\n{END}\n", 2, "twice"),
    ],
)
def test_damaged_markers_say_where_and_how_to_mend_them(text: str, line: int, reason: str) -> None:
    with pytest.raises(MarkerProblem) as problem:
        find_generated(text)
    assert problem.value.line == line
    assert reason in problem.value.reason
    assert problem.value.hint


def test_an_example_in_a_code_block_is_no_marker() -> None:
    text = f"```\n{BEGIN}\n```\n{BEGIN}\nlist\n{END}\n"
    part = find_generated(text)
    assert part is not None
    assert text[part.start : part.end] == "list\n"


def test_a_code_block_typed_into_the_list_does_not_hide_the_end() -> None:
    text = f"{BEGIN}\n```\n- [ ] {ANA}\n{END}\n"
    part = find_generated(text)
    assert part is not None
    assert text[part.end :] == f"{END}\n"


# -- tick lines, in every form


@pytest.mark.parametrize(
    ("line", "mark", "target", "behind"),
    [
        (f"- [ ] {ANA}", " ", "People/ana-sousa.md", ""),
        (f"- [x] {ANA}", "x", "People/ana-sousa.md", ""),
        (f"- [X] {ANA} lunch", "X", "People/ana-sousa.md", "lunch"),
        (f"* [x] {ANA} lunch", "x", "People/ana-sousa.md", "lunch"),
        (f"+ [x]   {ANA}   lunch  ", "x", "People/ana-sousa.md", "lunch"),
        (f"1. [x] {ANA} lunch", "x", "People/ana-sousa.md", "lunch"),
        (f"\t- [x] {ANA} lunch", "x", "People/ana-sousa.md", "lunch"),
        (f"- [/] {ANA}", "/", "People/ana-sousa.md", ""),
        ("- [x] [Ana!](<People/ana sousa.md>) lunch", "x", "People/ana sousa.md", "lunch"),
        ("- [x] [Ana](People/ana%20sousa.md) lunch", "x", "People/ana sousa.md", "lunch"),
        ("- [x] [[ana-sousa|Ana Sousa]] lunch", "x", "ana-sousa", "lunch"),
        ("- [x] [[Ana Sousa]]: lunch", "x", "Ana Sousa", ": lunch"),
        ("- [x] [Ana \\[A\\]](People/a.md) lunch", "x", "People/a.md", "lunch"),
        ("- [x] [A \\\\](People/a.md) lunch", "x", "People/a.md", "lunch"),
    ],
)
def test_tick_lines(line: str, mark: str, target: str, behind: str) -> None:
    for ending in ("\n", "\r\n", ""):
        (entry,) = read_body(line + ending).entries
        assert entry.head is not None
        assert (entry.mark, entry.head.target, entry.behind) == (mark, target, behind)


def test_the_line_counts_in_the_whole_file() -> None:
    text = f"# Overdue\r\n\r\n{BEGIN}\r\n\r\n- [x] {ANA}\r\n{END}\r\n"
    assert [entry.line for entry in read_dashboard(text).entries] == [5]


def test_what_the_tool_wrote_is_not_the_users() -> None:
    entry = only(
        f"""
        <!-- People/ana-sousa.md -->
        - [ ] {ANA}
            - ask: the thesis
            - last: 2026-10-27 call (every 3 weeks)
            - due: 2026-11-24
            - soon: birthday on 2026-11-25
            - met: at the climbing gym
        """
    )
    assert entry.untouched


def test_what_is_typed_between_and_below_is_the_users_as_written() -> None:
    entry = only(
        f"""
        - [ ] {ANA}
        \t- behind the first
            - ask: the thesis
          two spaces
            - last: 2026-10-27

            A paragraph.
              * deeper
        right below
        """
    )
    assert entry.below == (
        "\t- behind the first",
        "  two spaces",
        "",
        "    A paragraph.",
        "      * deeper",
        "right below",
    )


def test_a_paragraph_of_its_own_belongs_to_nobody_but_is_not_lost() -> None:
    read = read_body(f"- [ ] {ANA}\n    - last: 2026-10-27\n\nRemember the milk.\n")
    assert read.entries[0].untouched
    assert read.loose == ((4, "Remember the milk."),)


def test_lines_of_our_own_are_not_loose() -> None:
    read = read_body(
        body(
            """
            **12 overdue** · 3 due soon · good until 2026-11-24

            ## Overdue

            and 40 more: `vault-crm overdue`

            ## Birthdays and dates

            - 2026-11-25 Wed [Ben Okafor](People/ben.md) turns 38
            - 2026-11-25 Wed [[People/ben|Ben]], birthday

            ## Needs attention

            - [Tom](People/tom.md) line 4: cadence "2x" is not understood
            - [[People/tom|Tom]] line 4: cadence "2x" is not understood

            ## Lately

            - 2026-11-21 [Eva](People/eva.md), call
            """
        )
    )
    assert read.entries == ()
    assert read.loose == ()


def test_enter_behind_a_name_begins_a_box_in_obsidian() -> None:
    entry = only(f"- [x] {ANA}\n- [ ] lunch at Rosa's\n    - last: 2026-10-27\n")
    assert entry.below == ("- [ ] lunch at Rosa's",)
    assert read_wish(entry, TODAY).words == "lunch at Rosa's"


def test_a_box_below_the_labels_is_a_line_of_its_own() -> None:
    read = read_body(f"- [ ] {ANA}\n    - last: 2026-10-27\n- [x] buy a present\n")
    assert [e.text for e in read.entries] == [ANA, "buy a present"]


def test_a_box_with_a_link_below_somebody_is_an_entry_of_its_own() -> None:
    read = read_body(f"- [ ] {ANA}\n    - [x] [[Ben]] lunch\n        - more\n    - for Ana\n")
    ana, ben = read.entries
    assert ben.behind == "lunch"
    assert ben.below == ("    - more",)
    assert ana.below == ("    - for Ana",)


def test_ticks_in_a_code_block_are_text() -> None:
    read = read_body(f"- [ ] {ANA}\n    ```\n    - [x] [[Ben]]\n    ```\n- [x] [[Cleo]]\n")
    assert [e.mark for e in read.entries] == [" ", "x"]
    assert read.entries[0].below == ("    ```", "    - [x] [[Ben]]", "    ```")


def test_a_code_block_that_never_ends_swallows_nobody() -> None:
    read = read_body(f"- [ ] {ANA}\n    ```\n- [x] [[Ben]]\n\n## Overdue\n\n- [x] [[Cleo]]\n")
    assert [e.mark for e in read.entries] == [" ", "x", "x"]


def test_gits_conflict_markers_are_nobodys_words() -> None:
    read = read_body(f"<<<<<<< HEAD\n- [x] {ANA} lunch\n=======\n- [ ] [[Ben]]\n>>>>>>> theirs\n")
    assert [(e.mark, e.behind, e.below) for e in read.entries] == [("x", "lunch", ()), (" ", "", ())]
    assert read.loose == ()


def test_a_hint_is_ours_and_remembered() -> None:
    entry = only(f'- [x] {ANA} snooze 2\n    - vault-crm: "snooze 2" is not clear\n')
    assert entry.below == ()
    assert entry.hint == '"snooze 2" is not clear'


def test_labels_of_the_vaults_own_templates() -> None:
    text = f"- [ ] {ANA}\n    - city: Lisbon\n"
    assert not read_body(text).entries[0].untouched
    assert read_body(text, own=OwnLines(frozenset({"city"}))).entries[0].untouched


@pytest.mark.parametrize("line", ["ask: x", "- Ask: x", "- ask x", "- ask:x", "  - asked: x"])
def test_only_a_bullet_with_the_very_word_is_a_label(line: str) -> None:
    assert not OwnLines().labelled(line)


@pytest.mark.parametrize(
    ("text", "targets"),
    [
        ("[[Ana]] and [Ben](People/ben.md)", ["Ana", "People/ben.md"]),
        ("![[photo.png]] [[Ana]]", ["Ana"]),
        ("[site](https://example.org) [[Ana]]", ["Ana"]),
        (r"\[[Ana]] \[Ben](x.md)", []),
    ],
)
def test_links(text: str, targets: list[str]) -> None:
    assert [link.target for link in note_links(text)] == targets


# -- what it means


@pytest.mark.parametrize(
    ("behind", "on", "kind", "words"),
    [
        ("", None, "", ""),
        ("lunch", None, "", "lunch"),
        (": lunch", None, "", "lunch"),
        ("— lunch", None, "", "lunch"),
        ("lunch ✅ 2026-11-20", "2026-11-20", "", "lunch"),
        ("✅ 2026-11-20", "2026-11-20", "", ""),
        ("✅ 2026-11-20 lunch", "2026-11-20", "", "lunch"),
        ("➕ 2026-11-01 lunch ✅ 2026-11-20", "2026-11-20", "", "lunch"),
        ("lunch  [completion:: 2026-11-20]", "2026-11-20", "", "lunch"),
        ("2026-11-19 lunch", "2026-11-19", "", "lunch"),
        ("2026-11-19: lunch", "2026-11-19", "", "lunch"),
        ("2026-11-19", "2026-11-19", "", ""),
        ("[[2026-11-19]] lunch", "2026-11-19", "", "lunch"),
        ("**2026-11-19**: lunch", "2026-11-19", "", "lunch"),
        ("2026-11-19 18:30 lunch", "2026-11-19", "", "lunch"),
        ("2026-11-19 call: the offer", "2026-11-19", "call", "the offer"),
        ("2026-11-18 lunch ✅ 2026-11-20", "2026-11-20", "", "2026-11-18 lunch"),
        ("call: should she take it?", None, "call", "should she take it?"),
        ("video call: hello", None, "video call", "hello"),
        ("a long walk home: nice", None, "", "a long walk home: nice"),
        ("see https://example.org", None, "", "see https://example.org"),
        ("on 2026-11-19 we met", None, "", "on 2026-11-19 we met"),
        ("✅ 2026-11-23", "2026-11-23", "", ""),  # people travel
    ],
)
def test_a_tick_and_its_words(behind: str, on: str | None, kind: str, words: str) -> None:
    found = wish(f"- [x] {ANA} {behind}")
    assert (found.contact, found.problem) == (True, "")
    assert found.on == (date.fromisoformat(on) if on else None)
    assert (found.kind, found.words) == (kind, words)


def test_the_words_below_join_those_behind() -> None:
    found = wish(
        f"""
        - [x] {ANA} lunch
            - ask: the thesis
            - talked about schools.
            - [x] she is moving
              to Porto
        """
    )
    assert found.words == "lunch; talked about schools. she is moving to Porto"


def test_a_date_below_counts_if_it_is_the_first_word() -> None:
    found = wish(f"- [x] {ANA}\n    - 2026-11-19 lunch\n")
    assert (found.on, found.words) == (date(2026, 11, 19), "lunch")


@pytest.mark.parametrize("mark", [" ", "x", "X", "/"])
@pytest.mark.parametrize(
    ("words", "until"),
    [
        ("snooze 2 weeks", "2026-12-06"),
        ("Snooze 2w", "2026-12-06"),
        ("snooze for 10 days", "2026-12-02"),
        ("snooze: 3 months", "2027-02-22"),
        ("snooze 2027-01-10", "2027-01-10"),
        ("snooze until 2027-01-10", "2027-01-10"),
        ("snooze until friday", "2026-11-27"),
        ("snooze until next monday.", "2026-11-23"),
    ],
)
def test_snooze_behind_or_below_with_or_without_a_tick(mark: str, words: str, until: str) -> None:
    for text in (
        f"- [{mark}] {ANA} {words}",
        f"- [{mark}] {ANA}\n    - {words}",
        f"- [{mark}] {ANA}\n\t{words}",
    ):
        found = wish(text)
        assert found.snooze_until == date.fromisoformat(until), text
        assert found.contact == (mark in "xX")
        assert (found.words, found.problem) == ("", "")


def test_pause_and_next() -> None:
    found = wish(f"- [ ] {ANA} pause\n    - next: the thesis defence\n")
    assert found.pause
    assert found.next_words == "the thesis defence"
    assert not found.contact


def test_what_to_ask_may_take_several_lines() -> None:
    assert wish(f"- [ ] {ANA} next: the boat\n    - next: the sail\n").next_words == "the boat; the sail"


def test_a_hint_folds_only_what_stands_below_a_name() -> None:
    read = read_body("- [ ] milk\n- [x] lunch\n    - vault-crm: whose?\n")
    assert [(e.text, e.below) for e in read.entries] == [("milk", ()), ("lunch", ())]


def test_a_tick_with_a_command_is_a_contact_too() -> None:
    found = wish(f"- [x] {ANA} lunch\n    - next: her mother\n    - snooze 2 weeks\n")
    assert (found.contact, found.words, found.next_words) == (True, "lunch", "her mother")
    assert found.snooze_until is not None


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("snooze 2", "`snooze 2` is not clear"),
        ("snooze", "until when"),
        ("snooze forever", "`snooze forever` is not clear"),
        ("snooze 2026-11-20", "not in the future"),
        ("snooze 2026-02-30", "not clear"),
        ("pause until march", "snooze until march"),
    ],
)
def test_what_is_not_understood_says_what_would_be(words: str, says: str) -> None:
    for mark in " x":
        found = wish(f"- [{mark}] {ANA}\n    - {words}\n")
        assert says in found.problem
        assert found.waits


@pytest.mark.parametrize(
    ("behind", "says"),
    [
        ("✅ 2026-02-30", "not a day of the calendar"),
        ("2026-13-01 lunch", "not a day of the calendar"),
        ("2027-01-01 lunch", "in the future"),
    ],
)
def test_a_date_that_cannot_be(behind: str, says: str) -> None:
    assert says in wish(f"- [x] {ANA} {behind}").problem


@pytest.mark.parametrize("words", ["call her about the boat", "next:", "pausing for thought", "snoozing"])
def test_text_without_a_tick_waits_for_nothing(words: str) -> None:
    assert not wish(f"- [ ] {ANA} {words}").waits


@pytest.mark.parametrize("mark", ["/", "-", ">", "?"])
def test_marks_of_other_meaning_are_no_tick(mark: str) -> None:
    entry = only(f"- [{mark}] {ANA}")
    assert not read_wish(entry, TODAY).waits
    assert not entry.untouched


def test_commands_are_taken_out_and_the_rest_stays() -> None:
    entry = only(f"- [ ] {ANA} call her\n    - snooze 2 weeks\n    - about the boat\n")
    left = without_lines(entry, read_wish(entry, TODAY).taken)
    assert (left.behind, left.below) == ("call her", ("    - about the boat",))


@pytest.mark.parametrize(
    ("behind", "yes"),
    [("lunch ✅ 2026-11-20", True), ("2026-11-19 lunch", True), ("lunch", False), ("", False)],
)
def test_whether_a_line_says_its_day(behind: str, yes: bool) -> None:
    assert dated(only(f"- [x] {ANA} {behind}")) is yes


def test_joining() -> None:
    assert join_words(["lunch,", "schools", " ", "a  walk."]) == "lunch, schools; a walk."


def test_the_summary_is_no_word_of_a_line_typed_right_above_it() -> None:
    read = read_body("- [x] [[Ada]] lunch\n**4 overdue** · good until 2026-11-23\n\n## Overdue\n")
    assert [(entry.behind, entry.below) for entry in read.entries] == [("lunch", ())]
    assert read.loose == ()
