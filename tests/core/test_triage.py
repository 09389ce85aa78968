"""The triage plan: what is suggested, what a user may do with the text, and that doing nothing does
nothing."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import format_cadence
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Cadence
from vault_crm.core.model import Evidence
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Vault
from vault_crm.core.settings import Settings
from vault_crm.core.triage import STEPS
from vault_crm.core.triage import Choice
from vault_crm.core.triage import format_plan
from vault_crm.core.triage import median_gap
from vault_crm.core.triage import nearest_step
from vault_crm.core.triage import parse_plan
from vault_crm.core.triage import rows_of
from vault_crm.core.triage import spread

TODAY = date(2026, 11, 22)


def person(name: str, *days: str, path: str = "", cadence: Cadence | None = None, tags: str = "") -> Person:
    path = path or f"People/{name}.md"
    found = tuple(
        Evidence(date.fromisoformat(day), "log", Span(path, 9)) for day in sorted(days, reverse=True)
    )
    own = "own" if cadence else ""
    return Person(
        Note(path), name, tags=tuple(tags.split()), evidence=found, cadence=cadence, cadence_from=own
    )


def rows(*people: Person, others: tuple[Person, ...] = ()):
    items = [AgendaItem(p, "untracked", last=next(iter(p.evidence), None)) for p in people]
    return rows_of(items, Vault((*people, *others)), TODAY, Settings())


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ((), (None, 0)),
        (("2026-01-01",), (None, 1)),
        (("2026-01-01", "2026-01-20"), (19, 2)),
        (("2026-01-01", "2026-01-02", "2026-01-30", "2026-02-27"), (28, 4)),
        (("2026-11-20", "2027-05-01"), (None, 1)),
    ],
)
def test_the_median_gap_is_of_days_that_are_past(
    days: tuple[str, ...], expected: tuple[int | None, int]
) -> None:
    assert median_gap(person("Ana", *days), TODAY) == expected


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (1, "1 week"),
        (9, "1 week"),
        (10, "2 weeks"),
        (19, "3 weeks"),
        (45, "2 months"),
        (100, "3 months"),
        (5000, "1 year"),
    ],
)
def test_the_nearest_step_is_something_people_say(days: int, said: str) -> None:
    assert format_cadence(nearest_step(days)) == said


def test_a_plan_reads_well() -> None:
    ana = person("Ana Sousa", "2026-10-01", "2026-10-20")
    table = format_plan(rows(ana, person("Ben")))
    assert table.splitlines()[-3:] == [
        "# cadence  | name      | last contact | usual gap         | note",
        "3 weeks ?  | Ana Sousa | 2026-10-20   | 19 days (2 talks) | People/Ana Sousa.md",
        "3 months ? | Ben       | never        |                   | People/Ben.md",
    ]


def test_people_who_have_a_cadence_or_cannot_have_one_are_left_out() -> None:
    kept = person("Ana")
    items = [
        AgendaItem(kept, "untracked"),
        AgendaItem(person("Ben", cadence=Cadence(2, "week")), "fine"),
        AgendaItem(person("Cem"), "gone"),
        AgendaItem(person("Dee"), "paused"),
        AgendaItem(person("Eli"), "attention"),
    ]
    assert [row.person for row in rows_of(items, Vault(), TODAY, Settings())] == [kept]


def test_a_tag_suggests_what_others_with_it_have_chosen() -> None:
    others = (person("Cem", tags="family", cadence=Cadence(2, "week")),)
    assert [row.suggestion for row in rows(person("Ana", tags="family"), others=others)] == ["2 weeks"]


@pytest.mark.parametrize(
    ("old", "new", "chosen"),
    [
        ("3 weeks ? ", "3 weeks ? ", []),
        ("3 weeks ? ", "3 weeks", ["3 weeks"]),
        ("3 weeks ? ", "2 weeks ? ", ["2 weeks"]),
        ("3 weeks ? ", "monthly", ["1 month"]),
        ("3 weeks ? ", "never", ["never"]),
        ("3 weeks ? ", "", []),
        ("3 weeks ? ", "? ", []),
        ("3 weeks ? ", "- ", []),
        ("3 weeks ? ", "# 3 weeks", []),
        ("3 weeks ? ", "inner circle", ["inner circle"]),
    ],
)
def test_what_a_user_may_do_with_a_line(old: str, new: str, chosen: list[str]) -> None:
    settings = Settings(tiers={"inner circle": "2 weeks"})
    shown = rows(person("Ana", "2026-10-01", "2026-10-20"))
    plan = format_plan(shown)
    assert plan.count(old) == 1
    choices, problems = parse_plan(plan.replace(old, new), shown, settings)
    assert ([choice.text for choice in choices], problems) == (chosen, ())
    # As an editor on Windows may save it.
    saved = "\ufeff" + plan.replace(old, new).replace("\n", "\r\n")
    assert parse_plan(saved, shown, settings) == (choices, ())


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("2x | Ana | never |  | People/Ana.md", "2x"),
        ("2 weeks | Ana", "this one was cut"),
        ("2 weeks | Ana | never | | People/Zoe.md", "nobody in this plan"),
        (
            "2 weeks | Ana | never | | People/Ana.md\n1 week | Ana | never | | People/Ana.md",
            "stands here twice",
        ),
    ],
)
def test_a_line_that_cannot_be_understood_is_named(line: str, message: str) -> None:
    choices, problems = parse_plan(f"# a plan\n{line}\n", rows(person("Ana")), Settings())
    assert len(problems) == 1
    assert message in problems[0].message
    assert problems[0].line == 2 + line.count("\n")
    assert all(choice.text == "2 weeks" for choice in choices)


any_text = st.text(st.characters(codec=None, exclude_characters="\0"), min_size=1, max_size=20)


@given(st.lists(any_text, unique=True, max_size=5))
def test_a_plan_that_is_left_alone_chooses_nothing(names: list[str]) -> None:
    shown = rows(*(person(name, path=f"People/{name}.md") for name in names))
    assert parse_plan(format_plan(shown), shown, Settings()) == ((), ())


def choice(name: str, cadence: Cadence, *days: str) -> Choice:
    return Choice(person(name, *days), format_cadence(cadence), cadence)


def test_spreading_leaves_those_alone_who_are_not_due() -> None:
    month = Cadence(1, "month")
    first = spread(
        [choice("Ana", month, "2026-11-10"), choice("Ben", month, "2020-01-01"), choice("Cem", month)], TODAY
    )
    assert first == {
        "People/Cem.md": TODAY + timedelta(days=15),
        "People/Ben.md": TODAY + timedelta(days=30),
    }


def test_nobody_who_shall_never_be_reminded_gets_a_first_date() -> None:
    assert spread([choice("Ana", Cadence(1, "never"))], TODAY) == {}


@given(st.integers(1, 60), st.sampled_from(STEPS))
def test_first_dates_lie_ahead_and_within_one_cadence(count: int, cadence: Cadence) -> None:
    first = spread([choice(f"P{n}", cadence) for n in range(count)], TODAY)
    days = sorted((day - TODAY).days for day in first.values())
    assert len(days) == count
    assert days[0] >= 1
    assert days[-1] <= round(days_of(cadence))
    # evenly: no day gets more than its share, rounded up
    assert max(days.count(day) for day in days) <= -(-count // round(days_of(cadence)))
