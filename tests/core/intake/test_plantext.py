"""What a user of vim does to the plan of an import, and what stands in it afterwards."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.plantext import format_plan
from vault_crm.core.intake.plantext import parse_plan
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.targets import Targets
from vault_crm.core.planmarks import marked
from vault_crm.core.planmarks import unmarked
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.core.words import Span

SETTINGS = Settings()
NOBODY = Targets(assemble({}, SETTINGS), "People", SETTINGS)
NAMES = ("Ana Martins", "王芳", "Jo Smith", "Zoë")


def rows_of(*names: str) -> tuple[Row, ...]:
    return tuple(
        Row(n, "new", (Record("csv", Span("a.csv", n, 1), name),), f"People/{name}.md")
        for n, name in enumerate(names, 1)
    )


def plan(rows: tuple[Row, ...]) -> str:
    return format_plan(rows, "4 people", lambda row: "Acme, a@example.org", lambda row: row.verb == "skip")


def test_a_cadence_for_everybody_is_one_substitution() -> None:
    text = plan(rows_of(*NAMES))
    for cadence in ("3 months", "2 weeks"):  # the second time it takes the place of the first
        text = re.sub(r"(?m)^(new.*?)  #", rf"\1 | {cadence}  #", text)
    read, problems = parse_plan(text, rows_of(*NAMES), NOBODY, SETTINGS)
    assert not problems
    assert [(row.target, row.cadence) for row in read] == [(f"People/{name}.md", "2 weeks") for name in NAMES]


def test_a_remark_begins_behind_one_space_too() -> None:
    text = re.sub(r" -> .* #", " -> People/Club/New.md #", plan(rows_of("Ana Martins")))
    read, problems = parse_plan(text, rows_of("Ana Martins"), NOBODY, SETTINGS)
    assert [row.target for row in read] == ["People/Club/New.md"]
    assert not problems
    read, problems = parse_plan("new 1 A\nsame 2 B -> #1\n", rows_of("A", "B"), NOBODY, SETTINGS)
    assert [row.target for row in read] == ["People/A.md", "People/A.md"]


def test_columns_stand_below_each_other_whatever_the_letters() -> None:
    rows = tuple(
        Row(r.number, "new", r.records, r.target, "3 months" if r.number % 2 else "") for r in rows_of(*NAMES)
    )
    lines = [line for line in plan(rows).splitlines() if line.startswith("new")]
    wide = [line.replace("王芳", "wwff") for line in lines]
    assert len({line.index(" -> ") for line in wide}) == 1
    assert len({line.index("  # ") for line in wide}) == 1
    assert len({line.index(" | ") for line in wide if "months" in line}) == 1


def test_those_to_whom_nothing_happens_stand_at_the_end() -> None:
    new, left, other = rows_of("A", "B", "C")
    left = Row(left.number, "skip", left.records)
    text = plan((new, left, other))
    assert (
        text.index("new       3") < text.index("nothing happens to this person") < text.index("skip      2")
    )
    read, _ = parse_plan(text.replace("skip      2", "new       2"), (new, left, other), NOBODY, SETTINGS)
    assert [row.verb for row in read] == ["new", "new", "new"]


def test_being_the_same_as_somebody_who_is_left_out_is_said_with_its_line() -> None:
    rows = rows_of("A", "B")
    _, problems = parse_plan("same 2 B -> 1\n", rows, NOBODY, SETTINGS)
    assert [(p.line, "make 1 new" in p.message) for p in problems] == [(1, True)]
    _, problems = parse_plan("same 1 A -> 2\nsame 2 B -> 1\n", rows, NOBODY, SETTINGS)
    assert {p.line for p in problems} == {1, 2}
    _, problems = parse_plan("\nsame 1 A -> 9\n", rows, NOBODY, SETTINGS)
    assert [p.line for p in problems] == [2]


@given(
    st.lists(st.text(alphabet="ab# ^\t", max_size=5).filter(lambda line: not line.startswith("#^ "))),
    st.lists(st.tuples(st.integers(0, 6), st.just("what is wrong"))),
)
def test_marks_come_and_go(lines: list[str], problems: list[tuple[int, str]]) -> None:
    text = "\n".join(lines)
    with_marks, line = marked(text, problems)
    assert unmarked(with_marks) == text
    assert 1 <= line <= max(1, with_marks.count("\n") + 1)
    assert with_marks.count("#^ what is wrong") == sum(at <= text.count("\n") + 1 for at, _ in problems)
