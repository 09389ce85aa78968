"""The promise of `log`: one line more, every old byte there, reading back as what was meant; or a refusal."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings as check
from hypothesis import strategies as st

from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.log.edit import add_entry
from vault_crm.core.log.edit import find_entry
from vault_crm.core.log.line import line_words
from vault_crm.core.log.line import split_kind
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Edit
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import apply_edits
from vault_crm.core.text import encode
from vault_crm.errors import EditRefused

SETTINGS = Settings(plain_names=True)
PATH = "People/Ada Lindholm.md"

days = st.dates(date(1990, 1, 1), date(2030, 12, 31))
kinds = st.sampled_from(["", "", "call", "e-mail", "video call", "Café", "电话"])
loose_words = st.text(
    st.sampled_from(list("ab #-*+>`~|[]()!<%_=:.\\\n\r\t1x✅\u2028\x00é")) | st.characters(), max_size=30
)
telling_words = st.sampled_from([
    "lunch with [[Ben]]", "", "# not a heading", "- no bullet", "```", "<!-- x", "a --> b", "%% y",
    "10:30 tea", "2026-01-01 again", "call: twice", "1. one", "> said", "---", "**b", "- [ ] do",
    "said `x` and ``y", "[[", "]]",
])  # fmt: skip
words = telling_words | loose_words

# Pieces of notes: entries of every form, and everything that may stand between them.
shown_days = st.one_of(
    days.map(str),
    days.map(lambda day: f"**{day}**"),
    days.map(lambda day: f"**{day}:**"),
    days.map(lambda day: f"[[{day}]]"),
    days.map(lambda day: f"[[Daily/{day}|that day]]"),
    days.map(lambda day: f"[{day}](../Daily/{day}.md)"),
    days.map(lambda day: f"(date:: {day})"),
    days.map(lambda day: f"{day} 10:30"),
    st.sampled_from(["2026-02-30", "14.03.2026", "March 14, 2026", "soon"]),
)
separators = st.sampled_from([" ", ": ", " – ", " - ", "", "  "])
tails = st.sampled_from(
    ["call: she is well", "coffee with [[Ben]]", "long **walk**", "`code`", "%%hidden%% seen", ""]
)
bullets = st.sampled_from(["- ", "* ", "+ ", "1. ", "2) ", "  - ", "- [x] ", "- [ ] ", "", "-   ", "\t- "])
entries = st.builds(lambda *parts: "".join(parts), bullets, shown_days, separators, tails)
dated_headings = st.builds(
    lambda *parts: "".join(parts), st.sampled_from(["### ", "#### "]), shown_days, tails
)
others = st.sampled_from([
    "", "", "", "## Log", "## Log", "# Contact log:", "### History 📜", "## Notes", "# Ada", "### 2025",
    "prose", "  more", "> said", "> - 2026-01-01 call: no", "```", "```", "~~~", "    code", "<!-- c", "-->",
    "%%", "%% a %%", "- item", "  - nested", "| a | b |", "---", "***", "- [ ] open", "> ## Log",
    "> [!note] Log", "1. one", "x <!-- y", "[[Ben]]", "\u2028", "<<<<<<< HEAD", "=======", "<div>", "\\",
    "text  ", "- ", "-", "### 2026", "### 1999",
])  # fmt: skip
lines = st.lists(st.one_of(entries, entries, dated_headings, others), max_size=14)
newlines = st.sampled_from(["\n", "\n", "\r\n"])
fronts = st.sampled_from(
    ["", "", "---\ncadence: 3 months\n---\n", "\ufeff---\r\ncadence: 2w\r\n---\r\n", "\ufeff", "---\n"]
)
logs = st.builds(
    lambda front, heading, body, newline, end: front + newline.join([*heading, *body]) + end,
    fronts,
    st.sampled_from([[], ["## Log"], ["## Log", ""], ["# Ada", "", "## Log", ""]]),
    lines,
    newlines,
    st.sampled_from(["", "\n", "\r\n", "\n\n"]),
)
patient = check(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def said(text: str) -> list[tuple[date, str, str, tuple[str, ...]]]:
    view = read_log(PATH, lines_of(text, body_start(text)), SETTINGS)
    return [(i.on, i.kind, i.text, i.links) for i in view.interactions]


@patient
@given(logs, days, kinds, words)
def test_adding_keeps_every_byte_and_adds_one_interaction_or_refuses(
    text: str, on: date, kind: str, more: str
) -> None:
    try:
        edit = add_entry(PATH, text, on, kind, more, SETTINGS)
    except EditRefused:
        return
    assert edit.start == edit.end
    result = apply_edits(text, [edit])
    encode(result)
    # Every old byte remains, in its order: taking the insertion out restores the note.
    assert apply_edits(result, [Edit(edit.start, edit.start + len(edit.text), "")]) == text
    # One line, or a heading and a line; around it at most blank lines.
    written = [line for line in edit.text.splitlines() if line.strip()]
    assert 1 <= len(written) <= 2
    if len(written) == 2:
        assert written[0].startswith("#")
    # The newlines are the note's own.
    if "\r\n" not in text:
        assert "\r" not in edit.text
    before, after = said(text), said(result)
    assert len(after) == len(before) + 1
    rest = list(after)
    for found in before:
        rest.remove(found)
    assert rest[0][0] == on
    if kind:
        assert rest[0][1] == kind


@patient
@given(logs, days, kinds, words)
def test_what_was_added_is_found_again(text: str, on: date, kind: str, more: str) -> None:
    try:
        edit = add_entry(PATH, text, on, kind, more, SETTINGS)
    except EditRefused:
        return
    result = apply_edits(text, [edit])
    view = read_log(PATH, lines_of(result, body_start(result)), SETTINGS)
    assert find_entry(view, on, kind, more) is not None


@patient
@given(logs, st.lists(days, min_size=2, max_size=4))
def test_an_ordered_log_stays_ordered(text: str, ons: list[date]) -> None:
    def dates(of: str) -> list[date]:
        view = read_log(PATH, lines_of(of, body_start(of)), SETTINGS)
        return [entry.interaction.on for entry in view.main.entries] if view.main else []

    for on in ons:
        before = dates(text)
        newest_first = before == sorted(before, reverse=True)
        oldest_first = before == sorted(before)
        try:
            text = apply_edits(text, [add_entry(PATH, text, on, "", "x", SETTINGS)])
        except EditRefused:
            return
        after = dates(text)
        if newest_first:
            assert after == sorted(after, reverse=True)
        elif oldest_first:
            assert after == sorted(after)


@patient
@given(kinds, loose_words)
def test_words_are_one_line_and_read_back_the_same(kind: str, more: str) -> None:
    written = line_words(kind, more)
    assert written == written.strip()
    assert "\n" not in written
    assert "\r" not in written
    assert line_words(*split_kind(written)) == written


@patient
@given(
    logs
    | st.text(max_size=200)
    | st.binary(max_size=200).map(lambda raw: raw.decode("utf-8", "surrogateescape"))
)
def test_no_text_makes_parsing_fail(text: str) -> None:
    for path in (PATH, "Daily/2026-03-14.md", "Notes/Kick-off.md", "Meetings/x.md"):
        note = parse_note(path, text, SETTINGS)
        assert note.path == path
        count = text.count("\n") + 1
        assert all(1 <= d.span.line <= count and d.span.col >= 1 for d in note.diagnostics)
        assert all(1 <= i.span.line <= count for i in note.log)
    assert parse_note(PATH, text, SETTINGS).person_rule == "folder People"


@patient
@given(logs | st.text(max_size=200))
def test_lines_are_the_text_and_masks_are_of_the_same_length(text: str) -> None:
    found = lines_of(text)
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    for line in found:
        assert text[line.start : line.end] == line.text
        assert len(line.masked) == len(line.text)
        assert all(mask in (" ", char) for mask, char in zip(line.masked, line.text, strict=True))
    kept = "".join(text[a.end : b.start] for a, b in pairwise(found))
    assert not kept.strip("\r\n")
