"""Nothing of a copy is lost: by value in the frontmatter, by line in the body, by the user's words in a
dashboard."""

from __future__ import annotations

import pytest

from vault_crm.core.merge.kept import lost_lines

NOTE = "---\n{}\n---\n# Ada\n\n- 2026-10-01 call\n"


def lost(side: str, result: str, base: str = "") -> tuple[int, ...]:
    return lost_lines("People/Ada.md", NOTE.format(side), base and NOTE.format(base), NOTE.format(result))


@pytest.mark.parametrize(
    ("side", "result"),
    [
        ("tags: [a, b]", "tags: [c, b, a]"),
        ("tags: [a, b]", "tags:\n  - a\n  - x\n  - b"),
        ("tags: a", "tags: [a, b]"),
        ("last_contact: 2026-10-01", "last_contact: 2026-11-01"),
        ("last-contact: 2026-10-01", "last_contact: '2026-11-01'"),
        ("snooze_until: 2026-10-01", "snooze_until: 2026-10-01"),
        ("last_contact: never", "last_contact: 2026-11-01"),
        ("cadence: 'weekly'", "cadence: weekly"),
        ("city:", "email: a@example.org"),
        ("", "email: a@example.org"),
    ],
)
def test_what_is_kept(side: str, result: str) -> None:
    assert lost(side, result) == ()


@pytest.mark.parametrize(
    ("side", "result"),
    [
        ("tags: [a, b]", "tags: [a]"),
        ("tags: [a]", "cadence: weekly"),
        ("last_contact: 2026-11-01", "last_contact: 2026-10-01"),
        ("last_contact: 2026-11-01", "cadence: weekly"),
        ("cadence: weekly", "cadence: monthly"),
        ("birthday: 1984-05-12", "birthday: 1990-05-12"),
        ("# a comment", "cadence: weekly"),
        ("a: {b: c}", "a: {b: d}"),
    ],
)
def test_what_is_lost(side: str, result: str) -> None:
    assert lost(side, result) == (2,)
    assert lost(side, result, base=side) == ()


def test_a_line_of_the_body() -> None:
    copy = NOTE.format("a: 1") + "- 2026-10-02 lunch\n"
    assert lost_lines("A.md", copy, "", NOTE.format("a: 1")) == (7,)
    assert lost_lines("A.md", copy, "", copy.replace("- 2026-10-02", "  - 2026-10-02")) == ()
    assert lost_lines("A.md", copy, copy, NOTE.format("a: 1")) == ()


def test_what_cannot_be_read_is_compared_by_line() -> None:
    broken = "---\ntags: [a\n---\ntext\n"
    assert lost_lines("A.md", broken, "", broken) == ()
    assert lost_lines("A.md", broken, "", "---\ntags: [a, b]\n---\ntext\n") == (2,)


BOARD = """\
# Overdue

<!-- vault-crm:begin -->
**1 overdue**

## Overdue

<!-- People/Ada.md -->
- [{}] [Ada](People/Ada.md){}
  - last: 2026-10-01 call
{}<!-- vault-crm:end -->
"""


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("x", "", ""), 9),
        ((" ", " lunch", ""), 9),
        ((" ", "", "  - snooze 2 weeks\n"), 9),
        ((" ", "", "\nBuy flowers\n"), 12),
    ],
)
def test_a_dashboards_words(words: tuple[str, str, str], line: int) -> None:
    copy = BOARD.format(*words)
    fresh = BOARD.format(" ", "", "").replace("last: 2026-10-01 call", "due: 2026-12-01")
    assert lost_lines("OVERDUE.md", copy, "", fresh) == (line,)
    assert lost_lines("OVERDUE.md", copy, "", copy.replace("last: 2026-10-01 call", "due: soon")) == ()
    assert lost_lines("OVERDUE.md", copy, copy, fresh) == ()


def test_a_dashboards_words_may_move_from_behind_a_link_to_below_it() -> None:
    copy, moved = BOARD.format(" ", " lunch", ""), BOARD.format("x", " walk", "  - lunch\n")
    assert lost_lines("OVERDUE.md", copy, "", moved) == ()
    assert lost_lines("OVERDUE.md", moved, "", copy) == (9,)


def test_a_dashboards_own_lines_are_anybodys() -> None:
    plain = BOARD.format(" ", "", "")
    assert lost_lines("OVERDUE.md", plain, "", "<!-- vault-crm:begin -->\n<!-- vault-crm:end -->\n") == (1,)
    assert lost_lines("OVERDUE.md", plain, "", "# Overdue\n") == (3, 11)
