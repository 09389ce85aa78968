"""What is read quickly of a dashboard is what reading each of its lines gives."""

from __future__ import annotations

from hypothesis import example
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.core.made import vault
from tests.render.pages import friend
from tests.render.pages import friends
from tests.render.pages import page
from vault_crm.core.dashboard import markers
from vault_crm.core.dashboard.changed import _odd_runs
from vault_crm.core.dashboard.changed import read_changes
from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.markers import next_fence
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.dashboard.ticks import DashboardText
from vault_crm.core.dashboard.ticks import is_tick
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.text import split_lines

PAGES = [page(friends()), page(friends(), guarded=True)]
LINES = [
    *(
        "",
        "  ",
        "    - lunch",
        "\t- tabs",
        "  two",
        "at the margin",
        "    ```",
        "```",
        "~~~",
        "    - [x] done",
    ),
    *(
        "- [ ] a box",
        "- [x] [[Dad]] lunch",
        "- [ ] [Dad](People/dad.md)",
        "- [ ] [Dad](People/dad.md) ",
        "---",
    ),
    *(
        "- [x] [Dad](People/dad.md)",
        "- [ ] [Dad](People/dad.md) tea",
        "- [ ] [Dad](https://dad.md)",
        "> quote",
    ),
    *(
        "- [ ] [Dad](//dad.md)",
        "- [ ] [Dad](#dad.md)",
        "- [ ] [Dad](%20.md)",
        "- [ ] [](dad.md)",
        "- [ ] [Dad]",
    ),
    *("- [ ] [D\\](dad.md)", "- [ ] [[Dad]](dad.md)", "- [ ] ![Dad](dad.md)", "-  [ ] [Dad](dad.md)", "\r"),
    *(
        "- [ ] [Dad](a.md) [Dad](b.md)",
        "  - [ ] [Dad](People/dad.md)",
        "- [ ] [Dad](dad.md)\r",
        "\x0b",
        "\x1c",
    ),
    *("    - ask: old", "- last: old", "    - vault-crm: old hint", "    - ask: ", "    - ask: a\u2028b"),
    *("<!-- People/0.md -->", "<!-- x -->", "<!-- a.md --> mine", "## Overdue", "## Mine", "<<<<<<< HEAD"),
    *("=======", "- [/] [[Dad]]", "* [X] lunch with [[Dad]]", "1. [x] [[Dad]]", "    - city: Rome", "**x**"),
]
BODY = [line for line in PAGES[1].split("\n") if line not in (BEGIN, END)]
lines = st.one_of(st.sampled_from(LINES), st.text(max_size=12), st.sampled_from(BODY))


@st.composite
def typed_on(draw: st.DrawFn) -> str:
    """A page of ours on which somebody has typed, anywhere, and from which lines are missing."""
    rows = draw(st.sampled_from(PAGES)).split("\n")
    first, last = rows.index(BEGIN) + 1, rows.index(END)
    for _ in range(draw(st.integers(0, 8))):
        at = draw(st.integers(first, last))
        what = draw(st.integers(0, 3))
        if what == 0 and at < last:
            del rows[at]
            last -= 1
        elif what == 1 and at < last:
            rows[at] += draw(st.sampled_from([" ", " lunch", "x", "\r", " [[Ben]]", ")"]))
        else:
            rows.insert(at, draw(lines))
            last += 1
    return "\n".join(rows)


@st.composite
def owners(draw: st.DrawFn) -> OwnLines:
    """What this device may remember of what it wrote: nothing, all, parts, something else."""
    known = [
        line.strip() for text in PAGES for line in text.split("\n") if line.strip() and not is_tick(line)
    ]
    written = draw(st.sampled_from([frozenset(), frozenset(known), frozenset(known[::2]), frozenset({"x"})]))
    return OwnLines(draw(st.sampled_from([frozenset(), frozenset({"city"})])), (), written)


def slowly(text: str, own: OwnLines) -> DashboardText:
    read = read_dashboard(text, own)
    return DashboardText(tuple(entry for entry in read.entries if not entry.untouched), read.loose)


@settings(deadline=None, max_examples=300)
@given(typed_on(), owners())
@example(f"{BEGIN}\n- [ ] [A](a.md)\n    - ask: x mine\n{END}\n", OwnLines(written=frozenset({"- ask: x"})))
@example(f"{BEGIN}\n\n- [ ] [A](a.md)\n- [ ] milk\n    - ask: x\n- [ ] [B](b.md)\n{END}\n", OURS)
def test_what_the_user_changed_is_what_reading_each_line_tells(text: str, own: OwnLines) -> None:
    assert read_changes(text, own) == slowly(text, own)


@settings(deadline=None)
@given(st.lists(lines, max_size=12), owners())
def test_so_it_is_whatever_the_page_holds(rows: list[str], own: OwnLines) -> None:
    text = "\n".join([BEGIN, *(row.replace("vault-crm:", "") for row in rows), END, ""])
    assert read_changes(text, own) == slowly(text, own)


def test_of_a_page_that_nobody_touched_hardly_a_line_is_read() -> None:
    of = vault(*(friend(f"Ana {n}", "weekly", "2026-10-01", "call", "the boiler") for n in range(100)))
    body = page(of).partition(BEGIN + "\n")[2].partition(END)[0]
    written = OwnLines(written=frozenset(line.strip() for line in body.split("\n") if not is_tick(line)))
    for own in (OURS, written):
        runs = list(_odd_runs(body, 1, own))
        assert sum(text.count("\n") for _, text in runs) < 20
    behind = body.replace("- last: ", "- last: mine ", 1)
    assert sum(text.count("\n") for _, text in _odd_runs(behind, 1, written)) < 25


def line_by_line(text: str) -> list[tuple[str, int, int, int, str, bool]]:
    """Every marker of a text: kind, line, start, end, newline, and whether it stands in a code block."""
    found = []
    fence, inside, at = "", False, 0
    for number, line in enumerate(split_lines(text), 1):
        bare = line.removesuffix("\n").removesuffix("\r").removeprefix("\ufeff")
        if markers.is_marker(bare):
            kind = "begin" if "begin" in bare else "end"
            ending = "\r\n" if line.removesuffix("\n").endswith("\r") else "\n"
            found.append((kind, number, at, at + len(line), ending, bool(fence)))
            inside = inside if fence else kind == "begin"
        elif not inside:
            fence = next_fence(fence, bare)
        at += len(line)
    return found


SPOTS = [
    BEGIN,
    END,
    f" {BEGIN}",
    f"\ufeff{BEGIN}",
    f"x {END}",
    "```",
    "~~~~",
    "```py",
    " ~~~",
    "````",
    "text",
    "",
]


@given(st.lists(st.tuples(st.sampled_from(SPOTS), st.sampled_from(["\n", "\r\n", "\r", ""])), max_size=10))
def test_markers_are_found_as_line_by_line(rows: list[tuple[str, str]]) -> None:
    text = "".join(line + ending for line, ending in rows)
    plain, fenced = markers._find_markers(text)
    found = [(m.kind, m.line, m.start, m.end, m.newline, False) for m in plain]
    found += [(m.kind, m.line, m.start, m.end, m.newline, True) for m in fenced]
    assert sorted(found) == sorted(line_by_line(text))
