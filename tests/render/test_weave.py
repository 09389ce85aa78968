"""Putting the user's words back into a fresh page: nothing is ever lost, and doing it twice changes
nothing."""

from __future__ import annotations

import textwrap

import pytest

from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.render.weave import Frame
from vault_crm.render.weave import Kept
from vault_crm.render.weave import WouldLose
from vault_crm.render.weave import weave

PATHS = {"ana.md": "ana.md", "ben.md": "ben.md", "cleo.md": "cleo.md", "Ana": "ana.md"}
FRESH = """\
**2 overdue** · good until 2026-11-24

## Overdue

- [ ] [Ana](ana.md)
    - ask: the thesis
    - last: 2026-10-27 (every 3 weeks)
- [ ] [Ben](ben.md)
    - last: 2026-10-01 (every month)

## Lately

- 2026-11-21 [Eva](eva.md), call
"""


def whose(entry: Entry) -> str:
    return PATHS.get(entry.head.target, "") if entry.head else ""


FRAME = Frame(whose, lambda path: f"[{path[:-3].title()}]({path})", lambda path: "")
GUARDED = Frame(whose, FRAME.link, lambda path: f"<!-- {path} -->")


def woven(typed: str, fresh: str = FRESH, hint: str = "", frame: Frame = FRAME) -> str:
    """The fresh page with everything that stands in an indented, typed one."""
    read = read_body(textwrap.dedent(typed).lstrip("\n"))
    kept = [Kept(e, whose(e), hint) for e in read.entries if not e.untouched]
    return weave(fresh, kept, [line for _, line in read.loose], frame)


def test_nothing_typed_nothing_changed() -> None:
    assert woven("- [ ] [Ana](ana.md)\n    - last: 2020-01-01\n") == FRESH


def test_words_stay_behind_the_name_and_below_the_labels() -> None:
    text = woven(
        """
        - [x] [[Ana]] lunch
            - ask: something older
            - and schools
            - last: 2020-01-01
        """
    )
    assert text == FRESH.replace(
        "- [ ] [Ana](ana.md)\n    - ask: the thesis\n    - last: 2026-10-27 (every 3 weeks)\n",
        "- [x] [Ana](ana.md) lunch\n    - ask: the thesis\n    - last: 2026-10-27 (every 3 weeks)\n"
        "    - and schools\n",
    )


def test_a_hint_stands_below_what_it_is_about() -> None:
    text = woven("- [x] [Ben](ben.md) snooze 2\n", hint="what is 2?")
    assert (
        "- [x] [Ben](ben.md) snooze 2\n    - last: 2026-10-01 (every month)\n    - vault-crm: what is 2?\n"
        in text
    )


def test_who_left_the_list_stands_at_the_end() -> None:
    typed = "- [ ] [Cleo](cleo.md) the boat\n    - last: 2020-01-01\n    - and the sail\n"
    end = f"\n{KEPT_HEADING}\n\n- [ ] [Cleo](cleo.md) the boat\n    - and the sail\n"
    assert woven(typed) == FRESH + end
    guarded = f"\n{KEPT_HEADING}\n\n<!-- cleo.md -->\n- [ ] [Cleo](cleo.md) the boat\n    - and the sail\n"
    assert woven(typed, frame=GUARDED) == FRESH + guarded


def test_lines_that_are_nobodys_stay_as_they_are() -> None:
    text = woven("- [x] [[Nobody]] lunch\n- [ ] buy a present\n\nRemember the milk.\n", hint="who?")
    assert text == FRESH + (
        f"\n{KEPT_HEADING}\n\nRemember the milk.\n- [x] [[Nobody]] lunch\n    - vault-crm: who?\n"
        "- [ ] buy a present\n    - vault-crm: who?\n"
    )


def test_who_comes_back_takes_their_words_along() -> None:
    away = woven("- [ ] [Ana](ana.md) the boat\n", fresh="**Nobody is overdue**\n")
    assert KEPT_HEADING in away
    back = woven(away)
    assert KEPT_HEADING not in back
    assert "- [ ] [Ana](ana.md) the boat\n    - ask:" in back


def test_two_lines_of_one_person_both_stay() -> None:
    text = woven(
        "- [x] [Ana](ana.md) lunch\n- [ ] [Ana](ana.md)\n- [x] [[Ana]] a walk\n- [x] [Ana](ana.md) lunch\n"
    )
    assert text.count("lunch") == 1
    assert text.count("a walk") == 1
    assert "- [x] [Ana](ana.md) a walk\n" in text.partition(KEPT_HEADING)[2]


@pytest.mark.parametrize(
    "typed",
    [
        "- [x] [Ana](ana.md)\n- [ ] lunch at Rosa's\n    - last: 2020-01-01\n",
        "- [ ] [Ana](ana.md)\nright below\n    - last: x\n\n    A paragraph.\n\n    - another\n",
        "- [ ] [Ana](ana.md)\n    ```\n    - [x] [[Ben]]\n\n    code\n    ```\n",
        "- [ ] [Ana](ana.md)\n\t* tabs\n\t\t* deeper\n",
        "- [ ] [Ana](ana.md)\n    - [x] [[Cleo]] lunch\n        - more\n    - for Ana\n",
        "- [/] [Ana](ana.md)\n",
        "* [X] [[Cleo]] ✅ 2026-11-20\n",
        "Loose.\n\n> A quote.\n\n- [ ] [Ana](ana.md) x\n",
        "    indented and nobody's\n",
        "- [x] lunch with [[Ana]] and [[Ben]]\n    - more\n",
        "- [ ] [Ana](ana.md) ask: x\n    ask: y\n",
        "- [ ] [Ana](ana.md) [x]\n    - [ ] [x] y\n",
        "- [ ] milk\n\n- [ ] [Dora](dora.md) tea\n\n- [x] bread\n    - toast\n",
    ],
)
def test_doing_it_twice_changes_nothing_and_keeps_every_word(typed: str) -> None:
    for frame in (FRAME, GUARDED):
        once = woven(typed, frame=frame)
        assert woven(once, frame=frame) == once
        for word in textwrap.dedent(typed).replace("- last: 2020-01-01", "").replace("- last: x", "").split():
            assert word.strip("*[]-") in once
        text = once.replace("\n", "\r\n")
        assert woven(text, frame=frame) == once


def test_a_page_that_would_lose_something_is_not_written() -> None:
    hole = Kept(Entry(3, "x", "[[Ana]] lunch\n- [ ] x", (), None, "lunch\n## x"))
    with pytest.raises(WouldLose):
        weave(FRESH, [hole], [], FRAME)
