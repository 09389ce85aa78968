"""Conflict markers read back: what each side wrote, wherever git put them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.body import lines_of
from vault_crm.core.conflict import find_conflict
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import format_pieces
from vault_crm.core.merge.unmark import UnclearMarks
from vault_crm.core.merge.unmark import Unmarked
from vault_crm.core.merge.unmark import unmark

PLAIN = """\
---
<<<<<<< HEAD
last_contact: 2026-11-05
=======
last_contact: 2026-11-02
>>>>>>> origin/main
---
# Ada
"""


def taken(text: str) -> Unmarked:
    found = unmark(text)
    assert found is not None
    return found


def test_both_sides_of_a_place_in_the_frontmatter() -> None:
    found = taken(PLAIN)
    assert found.ours == "---\nlast_contact: 2026-11-05\n---\n# Ada\n"
    assert found.theirs == "---\nlast_contact: 2026-11-02\n---\n# Ada\n"
    assert found.base is None
    (place,) = found.places
    assert place.line == 2
    assert place.marks == Marks(7, "HEAD", "base", "origin/main")


def test_a_place_across_the_fence() -> None:
    found = taken("---\na: 1\n<<<<<<< HEAD\nb: 2\n---\nHere.\n=======\nc: 3\n---\nThere.\n>>>>>>> x\n")
    assert found.ours == "---\na: 1\nb: 2\n---\nHere.\n"
    assert found.theirs == "---\na: 1\nc: 3\n---\nThere.\n"


@pytest.mark.parametrize("style", ["|||||||", "||||||| merged common ancestors", "||||||| 1a2b3c4"])
def test_the_base_that_diff3_shows(style: str) -> None:
    found = taken(f"a\n<<<<<<< HEAD\nb\n{style}\nc\n=======\nd\n>>>>>>> x\ne\n")
    assert (found.base, found.ours, found.theirs) == ("a\nc\ne\n", "a\nb\ne\n", "a\nd\ne\n")


def test_without_the_base_of_every_place_there_is_none() -> None:
    first = "<<<<<<< a\n1\n||||||| o\n0\n=======\n2\n>>>>>>> b\n"
    second = "<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n"
    assert taken(first).base == "0\n"
    assert taken(first + second).base is None


def test_markers_of_any_length_and_crlf() -> None:
    text = "<" * 11 + " a\r\n1\r\n<<<<<<< no marker\r\n".replace("<<<<<<< no marker", "======= in a text")
    found = taken(text + "=" * 11 + "\r\n2\r\n" + ">" * 11 + " b\r\n")
    assert (found.ours, found.theirs) == ("1\r\n======= in a text\r\n", "2\r\n")
    assert found.places[0].marks.size == 11


def test_a_base_that_is_in_conflict_itself_is_not_known() -> None:
    base = "<<<<<<<<< Temporary merge branch 1\n3\n=========\n4\n>>>>>>>>> Temporary merge branch 2\n"
    found = taken(f"<<<<<<< a\n1\n||||||| o\n{base}=======\n2\n>>>>>>> b\n")
    assert (found.base, found.ours, found.theirs) == (None, "1\n", "2\n")


@pytest.mark.parametrize(
    "text",
    [
        "no markers at all\n",
        "<<<<<<< a line like that, alone\n",
        "<<<<<<< \n>>>>>>>> of another length\n",
        "<<<<<<<b\n=======\n>>>>>>>b\n",
        "How git marks it:\n\n```\n<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n```\n",
        "Title\n=======\n\n>>>>>>> quoted deeply\n",
    ],
)
def test_what_is_no_marked_place(text: str) -> None:
    assert unmark(text) is None


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("<<<<<<< a\n<<<<<<< b\n1\n=======\n2\n>>>>>>> c\n=======\n3\n>>>>>>> d\n", 2, "within"),
        ("x\n<<<<<<< a\n1\n=======\nHeading\n=======\n2\n>>>>>>> b\n", 6, "two lines"),
        ("x\n<<<<<<< a\n1\n=======\n2\n", 2, "missing"),
        ("x\n<<<<<<< a\n1\n2\n>>>>>>> b\n", 5, "missing"),
    ],
)
def test_what_is_unclear_is_said_with_its_line(text: str, line: int, reason: str) -> None:
    with pytest.raises(UnclearMarks, match=reason) as caught:
        unmark(text)
    assert caught.value.line == line


LINES = st.lists(st.sampled_from(["- 2026-01-01 call\n", "cadence: weekly\n", "\n", "äöü\n", "---\n"])).map(
    "".join
)


@given(st.lists(st.one_of(LINES, st.builds(Clash, LINES, LINES, LINES))), st.integers(7, 12))
def test_what_is_marked_is_read_back(pieces: list[str | Clash], size: int) -> None:
    marks = Marks(size, "mine", "before", "yours")
    found = unmark(format_pieces(pieces, marks))
    clashes = [piece for piece in pieces if isinstance(piece, Clash)]
    if not clashes:
        assert found is None
        return
    assert found is not None
    for side, name in (("ours", "left"), ("theirs", "right"), ("base", "base")):
        expected = "".join(piece if isinstance(piece, str) else getattr(piece, name) for piece in pieces)
        assert getattr(found, side) == expected
    assert {place.marks for place in found.places} == {marks}


@given(st.text(alphabet="<|=> a\n\r", max_size=120).map(lambda t: t.replace("<", "<<<<<<<")))
def test_any_text_is_read_or_refused(text: str) -> None:
    lines = text.count("\n") + 1
    try:
        found = unmark(text)
        places = [place.line for place in found.places] if found else [1]
    except UnclearMarks as unclear:
        places = [unclear.line]
    assert places
    assert all(1 <= line <= lines for line in places)


MARKED = st.lists(
    st.sampled_from(["<<<<<<< a", "<<<<<<<<< b", "<<<<<<<x", "=======", "=========", ">>>>>>> c", ">>>>>>>",
                     ">>>>>>>>> d", "||||||| e", "---", "```", "x", "\ufeff<<<<<<< f", "======= "]),
    max_size=12,
)  # fmt: skip


@given(MARKED, st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_note_is_not_believed_just_where_something_is_to_settle(
    lines: list[str], newline: str, front: bool
) -> None:
    """What reads notes and what settles them agree on where the first place is."""
    text = "".join(line + newline for line in ((["---", *lines]) if front else lines))
    at = find_conflict(text, lines_of(text, body_start(text)))
    try:
        found = unmark(text)
        first = found.places[0].line if found else None
    except UnclearMarks:
        assert at is not None
        return
    assert first == (None if at is None else text.count("\n", 0, at) + 1)
    if found is not None:
        assert text.startswith("\ufeff") <= found.ours.startswith("\ufeff")


def test_a_byte_order_mark_before_the_first_marker_is_both_sides() -> None:
    found = taken("\ufeff<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n")
    assert (found.ours, found.theirs) == ("\ufeff1\n", "\ufeff2\n")
    assert found.places[0].line == 1
