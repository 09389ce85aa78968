"""Diagnostics as text: the head, the line with its caret, the hint; quickfix and GitHub."""

from __future__ import annotations

import pytest

from vault_crm.cli.console import clean
from vault_crm.cli.console import width
from vault_crm.core.diagnostics import COLUMNS
from vault_crm.core.diagnostics import count_text
from vault_crm.core.diagnostics import format_github
from vault_crm.core.diagnostics import format_text
from vault_crm.core.diagnostics import head_of
from vault_crm.core.diagnostics import sorted_diagnostics
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span


def diagnostic(col: int = 10, end_col: int = 12, path: str = "People/ada.md", **more: str) -> Diagnostic:
    message = more.get("message", 'cadence "2x" is not understood')
    return Diagnostic("bad-cadence", "error", Span(path, 4, col, end_col), message, more.get("hint", ""))


def test_the_text_form() -> None:
    shown = format_text(diagnostic(hint="write `2 weeks`"), "cadence: 2x\n", clean, width)
    assert shown == [
        'People/ada.md:4:10: error: cadence "2x" is not understood [bad-cadence]',
        "    cadence: 2x",
        "             ^^",
        "  write `2 weeks`",
    ]


@pytest.mark.parametrize(
    ("line", "col", "end_col", "caret"),
    [
        ("cadence: 2x", 10, 0, "         ^^"),
        ("cadence:\t2x", 10, 12, "        \t^^"),
        ("名前: 2x", 5, 7, "      ^^"),
        ("a\x1b: 2x", 5, 7, "       ^^"),
        ("cadence: 日本", 10, 12, "         ^^^^"),
        ("short", 40, 50, "     ^"),
        ("cafe\u0301: 2x", 8, 10, "      ^^"),
    ],
)
def test_the_caret_stands_below_the_span(line: str, col: int, end_col: int, caret: str) -> None:
    assert format_text(diagnostic(col, end_col), line, clean, width)[2] == "    " + caret


@pytest.mark.parametrize("at", [0, 50, 90, 5_000, 499_990])
def test_a_long_line_is_cut_around_the_span(at: int) -> None:
    line = "x" * at + "2x" + "y" * (500_000 - at)
    _, shown, caret = format_text(diagnostic(at + 1, at + 3), line, clean, width)
    assert len(shown) <= COLUMNS + 6
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "2x"


def test_a_span_longer_than_the_screen_is_marked_as_far_as_it_is_shown() -> None:
    _, shown, caret = format_text(diagnostic(1, 400), "z" * 400, clean, width)
    assert len(caret.rstrip()) <= len(shown)


def test_the_head_is_one_line_whatever_the_message_holds() -> None:
    assert head_of(diagnostic(message="two\nlines\there")) == (
        "People/ada.md:4:10: error: two lines here [bad-cadence]"
    )


def test_github_escapes_what_would_end_the_command() -> None:
    odd = diagnostic(path="a,b:c%.md", message="50%", hint="next\nline")
    assert format_github(odd) == (
        "::error file=a%2Cb%3Ac%25.md,line=4,col=10,title=vault-crm%3A bad-cadence::50%25%0Anext%0Aline"
    )


def test_they_are_sorted_by_place_and_each_is_shown_once() -> None:
    a, b, c = diagnostic(path="b.md"), diagnostic(9, path="b.md"), diagnostic(path="a.md")
    assert sorted_diagnostics([a, b, a, c]) == (c, b, a)


def test_the_count_in_words() -> None:
    warning = Diagnostic("x-y", "warning", Span("a.md", 1), "")
    assert count_text([]) == "nothing to mend"
    assert count_text([diagnostic(), diagnostic(), warning]) == "2 errors, 1 warning"
