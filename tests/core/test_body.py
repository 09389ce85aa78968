"""What each line of a body is, told line by line: the kind stands before the line."""

from __future__ import annotations

import pytest

from tests.linear import is_linear
from vault_crm.core.body import find_unclosed
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of

# Each case is a body with the expected kind in front of every line.
CASES = {
    "headings": """
        heading | # Ana
        heading | ###### six
        heading |    ## three spaces
        text    | #tag
        text    | ####### seven
        heading | ##
        blank   |
        code    |     # four spaces after a blank line
    """,
    "a paragraph keeps deep lines": """
        text | words
        text |     more words, no code
    """,
    "fences": """
        code | ```python
        code | # no heading
        code | ~~~
        code |
        code | ```
        text | out
        code | ~~~~
        code | ~~~
        code | ~~~~
        text | ``` a `tick` makes it no fence
    """,
    "a fence that is never closed": """
        code | ```
        code | ## Log
        code | - 2026-01-01 call
    """,
    "a fence in a list item ends with it": """
        text | - item
        code |   ```
        code |   inside
        text | - next item
        code | - ```
        code |   inside
        code |   ```
        text |   after
    """,
    "nested items are no code, however deep": """
        text  | - a
        text  |     - b
        blank |
        text  |         - c
        text  | \t\t- d
        blank |
        text  |            words of the item
        blank |
        code  |                  words far below the item
    """,
    "indented code needs a blank line or the like": """
        heading | # Ana
        code    |     code
        blank   |
        code    |     more
        text    | words
    """,
    "quotes and their lazy continuation": """
        quote | > said
        quote | goes on
        text  | - an item ends it
        quote | > > twice
        blank |
        quote | > [!note] Log
        quote | >
        text  | words
        quote | - > in an item
        quote | > # heading
        text  | words
    """,
    "comments": """
        comment | <!-- one
        comment | two
        comment | three -->
        comment | <!-- one line -->
        text    | words <!-- inside --> words
        text    | words <!-- up to
        comment | the end -->
        text    | words <!-- not closed in its paragraph
        blank   |
        text    | -->
    """,
    "Obsidian's comments": """
        text    | 100 %% sure
        blank   |
        comment | %%
        comment | ```
        comment | %%
        comment | %% one line %%
        comment | %% never closed
        comment | ## Log
    """,
    "rules and tables": """
        text | ***
        text | - - -
        text | | a | b |
        text | |---|---|
    """,
}


def split_case(case: str) -> tuple[list[str], str]:
    rows = [row.split("|", 1) for row in case.strip("\n").split("\n") if row.strip()]
    body = [text[1:] if text.startswith(" ") else text for _, text in rows]
    return [kind.strip() for kind, _ in rows], "\n".join(body) + "\n"


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_kinds(name: str, newline: str) -> None:
    kinds, body = split_case(CASES[name])
    found = lines_of(body.replace("\n", newline))
    assert [(line.kind, line.text) for line in found] == list(zip(kinds, body.split("\n")[:-1], strict=True))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("a `b [[c]]` d", "a           d"),
        ("a ``b ` c`` d", "a           d"),
        ("a ` b", "a ` b"),
        (r"a \`b` c", r"a \`b` c"),
        ("a %%b%% c", "a       c"),
        ("a <!-- b --> c", "a            c"),
        ("`<!--` a `-->`", "       a      "),
        ("%%a%%", "     "),
        ("- `a`", "-    "),
        ("> `a` b", ">     b"),
        ("## `a` b", "##     b"),
        ("~~~", "   "),
    ],
)
def test_masks_blank_code_and_comments_in_place(text: str, masked: str) -> None:
    assert lines_of(text)[0].masked == masked


def test_places_count_from_the_note_and_only_newlines_end_lines() -> None:
    note = "---\nx: 1\n---\r\n# A\r\nb\u2028c\rd\r\n"
    start = note.index("# A")
    first, second = lines_of(note, start)
    assert (first.number, first.start, first.text, first.level) == (4, start, "# A", 1)
    assert (second.number, second.text) == (5, "b\u2028c\rd")
    assert note[second.start : second.end] == second.text


def test_a_byte_order_mark_is_no_part_of_the_first_line() -> None:
    assert lines_of("\ufeff# A")[0].kind == "heading"
    assert lines_of("") == []


@pytest.mark.parametrize(
    ("line", "words"),
    [("## Log ##", "Log"), ("# C#", "C#"), ("#", ""), ("## #", ""), ("  #   a  ", "a"), ("# a \\#", "a \\#")],
)
def test_heading_text(line: str, words: str) -> None:
    assert heading_text(lines_of(line)[0]) == words


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [("a\n```\nb\n", 2, "code fence"), ("\n%%\na", 2, "comment"), ("a\n\n<!--\n", 3, "comment")],
)
def test_what_is_never_closed_is_found_with_its_line(text: str, line: int, what: str) -> None:
    found = find_unclosed(text)
    assert found is not None
    assert (found.line, found.what) == (line, what)


def test_nothing_unclosed() -> None:
    assert find_unclosed("```\n```\n%% a %%\n<!-- -->\n- ```\n\nwords\n") is None


HOSTILE = [
    "`` ` ",
    "<!-- ",
    "a %%",
    "- ",
    ">",
    "* ",
    "x <!--\n",
    "x %%\n\n",
    "\t- a\n",
    "# ",
    "~",
    "1. ",
    "\\`",
    "[[",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_linear(piece: str) -> None:
    assert is_linear(lambda size: lines_of(piece * (size // len(piece))), 40_000)
