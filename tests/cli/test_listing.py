"""Lists in a pipe: the quick way to put a line together, and the one with pieces, say the same."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from vault_crm.cli import console
from vault_crm.cli.listing import overdue_rows
from vault_crm.cli.listing import overdue_texts
from vault_crm.core.rows import Row

TODAY = date(2026, 11, 22)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["", "Zoë", "名前", "a\x1b[31mb", "x\u202ey", "  ", "[[Ana|her]] rang", "tab\there", "\udce9"]
    ),
)
DAYS = st.integers(TODAY.toordinal() - 3000, TODAY.toordinal() + 3)
ROWS = st.builds(
    lambda name, due, last, how, kind, text, asked: (
        "People/x.md", name, (), "overdue", due, 0, 7.0, last, how, kind, text, asked, 0,
    ),
    TEXTS, st.one_of(st.just(0), DAYS), st.one_of(st.just(0), DAYS),
    st.sampled_from(["log", "property", "daily note", "Ana's log"]), TEXTS, TEXTS,
    st.lists(TEXTS, max_size=2).map(tuple),
)  # fmt: skip


@given(st.lists(ROWS, max_size=4))
def test_both_ways_to_print_a_list_are_one(rows: list[Row]) -> None:
    screen = console.Screen()
    pieces = [console.format_line(line, colour=False) for line in overdue_rows(rows, TODAY, screen)]
    assert list(overdue_texts(rows, TODAY, screen)) == pieces
