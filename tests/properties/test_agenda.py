"""Laws of the agenda, whatever people there are and whatever day it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.core.made import note
from tests.core.made import vault
from vault_crm.core.agenda import agenda
from vault_crm.core.agenda import by_dashboard
from vault_crm.core.agenda import by_pressing
from vault_crm.core.agenda import first_by_dashboard
from vault_crm.core.cadence import due_after
from vault_crm.core.explain import explain
from vault_crm.core.fields import FIELDS
from vault_crm.core.horizon import section_of
from vault_crm.core.model import Agenda
from vault_crm.core.model import Birthday
from vault_crm.core.model import Cadence
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Event
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Status
from vault_crm.core.model import Value
from vault_crm.core.query.parse import parse_query
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of
from vault_crm.core.vault import assemble

BASE = date(2026, 1, 20)
near = st.integers(-60, 75).map(lambda days: BASE + timedelta(days))
far = st.dates(date(1850, 1, 1), date(2200, 12, 31))
some_day = st.one_of(near, near, far)
cadences = st.builds(Cadence, st.integers(1, 40), st.sampled_from(["day", "week", "month", "year"]))
birthdays = st.one_of(
    st.builds(lambda d, known: Birthday(d.month, d.day, d.year if known else None), near, st.booleans()),
    st.just(Birthday(2, 29, 1996)),
)
events = st.one_of(
    st.builds(lambda b: Event("yearly", yearly=b), birthdays), st.builds(lambda d: Event("once", on=d), near)
)
BAD = Diagnostic("bad-cadence", "error", Span("P.md", 2), "not understood")
rarely = st.sampled_from([False] * 9 + [True])


@st.composite
def people(draw: st.DrawFn, some_day: st.SearchStrategy[date] = some_day) -> Person:
    path = f"People/{draw(st.integers(0, 10**6))}.md"
    days = draw(st.lists(some_day, max_size=4))
    evidence = [
        Evidence(on, "log", Span(path, n), counts=draw(rarely) is False) for n, on in enumerate(days, 9)
    ]
    evidence.sort(key=lambda e: (-e.on.toordinal(), e.span))
    maybe_day = st.none() | some_day
    return Person(
        note=note(path, {"company": draw(st.sampled_from(["Acme", "", "Übersee"])), "city": "Łódź"}),
        name=draw(st.sampled_from(["Ana", "Ben", "Zoë"])),
        tags=draw(st.sampled_from([(), ("family",), ("person/family", "work")])),
        cadence=draw(st.none() | cadences | cadences | st.just(Cadence(0, "never"))),
        next_contact=draw(maybe_day),
        snooze_until=draw(maybe_day),
        met=draw(maybe_day),
        paused=draw(rarely),
        gone=draw(rarely),
        blockers=(BAD,) if draw(rarely) else (),
        birthday=draw(st.none() | birthdays),
        events=tuple(draw(st.lists(events, max_size=2))),
        evidence=tuple(evidence),
    )


some_people = st.lists(people(), max_size=5, unique_by=lambda p: p.path)
some_settings = st.builds(
    Settings,
    soon_days=st.sampled_from([7, 7, 0, 30]),
    dates_days=st.sampled_from([14, 14, 0, 60]),
    leap_day=st.sampled_from(["02-28", "03-01"]),
)


@given(some_people, some_day, some_settings)
def test_everybody_is_in_exactly_one_bucket(made: list[Person], today: date, chosen: Settings) -> None:
    found = agenda(vault(*made), today, chosen)
    by_status = [found.with_status(status) for status in get_args(Status)]
    assert sorted(i.person.path for items in by_status for i in items) == sorted(p.path for p in made)
    assert sorted(by_pressing(found.items), key=id) == sorted(found.items, key=id)
    assert sorted(by_dashboard(found.items), key=id) == sorted(found.items, key=id)


@given(some_people, some_day, some_settings, st.integers(0, 7))
def test_the_first_of_the_dashboards_order_are_its_first(
    made: list[Person], today: date, chosen: Settings, count: int
) -> None:
    items = agenda(vault(*made), today, chosen).items
    assert first_by_dashboard(items, count) == by_dashboard(items)[:count]


@given(people(), some_day, some_settings)
def test_an_item_says_what_its_status_means(made: Person, today: date, chosen: Settings) -> None:
    item = item_of(made, today, chosen)
    if item.status in ("overdue", "long-overdue"):
        assert item.due is not None
        assert item.due < today
        assert item.days_overdue == (today - item.due).days > 0
        assert item.ratio > 0
        whole = made.cadence is not None and due_after(item.due, made.cadence) <= today
        assert (item.status == "long-overdue") is whole
    elif item.status in ("today", "soon", "fine"):
        assert item.due is not None
        assert item.due >= today
        assert item.days_overdue <= 0
    elif item.status != "snoozed":
        assert item.due is None
    if item.last is not None:
        assert item.last.counts
        assert item.last.on <= today + timedelta(1)
    assert explain(item, today, chosen).reason


@given(people(), some_day, some_day, cadences, some_settings)
def test_a_later_contact_is_never_due_earlier(
    made: Person, today: date, other: date, cadence: Cadence, chosen: Settings
) -> None:
    one, two = sorted((min(today, other), min(today, other + timedelta(9))))
    plain = replace(made, cadence=cadence, next_contact=None, gone=False, paused=False, blockers=())
    first, second = (
        item_of(replace(plain, evidence=(Evidence(on, "log", Span("P.md", 1)),)), today, chosen)
        for on in (one, two)
    )
    assert first.due is not None
    assert second.due is not None
    assert first.due <= second.due
    assert first.ratio >= second.ratio


ORDER = ["snoozed", "fine", "soon", "today", "overdue", "long-overdue"]


@given(people(), near, cadences, st.lists(st.integers(0, 400), max_size=20), some_settings)
def test_time_alone_only_moves_forward(
    made: Person, last: date, cadence: Cadence, ahead: list[int], chosen: Settings
) -> None:
    plain = replace(
        made,
        cadence=cadence,
        gone=False,
        paused=False,
        blockers=(),
        evidence=(Evidence(last, "log", Span("P.md", 1)),),
    )
    days = [last + timedelta(days) for days in sorted(ahead)]
    places = [ORDER.index(item_of(plain, today, chosen).status) for today in days]
    assert places == sorted(places)


def shown(found: Agenda) -> object:
    """What a page of this agenda shows, but for the date until which it holds."""
    here = [i for i in found.items if i.status != "gone"]
    sections = [(i.person.path, section_of(i), i.last, i.due if section_of(i) else None) for i in here]
    return sections, [(d.on, d.person.path, d.what) for d in found.dates], found.recent


@settings(max_examples=250, deadline=None)
@given(st.lists(people(near), min_size=1, max_size=2, unique_by=lambda p: p.path), near, some_settings)
def test_good_until_is_what_a_day_by_day_simulation_finds(
    made: list[Person], today: date, chosen: Settings
) -> None:
    people_here = vault(*made)
    first = agenda(people_here, today, chosen)
    limit = min(first.good_until or date.max, today + timedelta(200))
    day = today
    while day < limit:
        day += timedelta(1)
        later = agenda(people_here, day, chosen)
        if first.good_until is None or day <= first.good_until:
            assert shown(later) == shown(first)
            assert later.good_until == first.good_until, "the page would differ from day to day"
    if first.good_until is not None and first.good_until < today + timedelta(2000):
        after = agenda(people_here, first.good_until + timedelta(1), chosen)
        assert shown(after) != shown(first)


SEGMENTS = [
    "tag:family",
    "tag:none",
    "company:acme",
    "company:none",
    "city:lodz",
    "ubersee",
    "ana",
    "status:overdue",
    "status:soon,fine",
    "due<14d",
    "due<2026-02-01",
    "due>1w",
    "last<6mo",
    "last>2026-01-01",
    "last:2026-01",
    "snooze_until>today",
    "met:none",
    "cadence:none",
    "cadence:monthly",
    "cadence<1mo",
    "birthday:june",
    "birthday<30d",
]
queries = st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=3)


@given(some_people, some_day, queries)
def test_a_query_and_its_negation_part_everybody(made: list[Person], today: date, words: list[str]) -> None:
    items = agenda(vault(*made), today, Settings()).items
    for word in words:
        query, negated = parse_query([word]), parse_query(["-" + word])
        assert all(query.matches(i, today) is not negated.matches(i, today) for i in items)
    both = parse_query(words)
    assert [i for i in items if both.matches(i, today)] == [
        i for i in items if all(parse_query([word]).matches(i, today) for word in words)
    ]


KEYS = [field.name for field in FIELDS] + [
    "lastContact",
    "prm-snooze-until",
    "frequency",
    "name",
    "title",
    "x",
]
words = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["2026-01-02", "2026-02-30", "1 week", "2x", "biweekly", "never", "06-14 x", "[[Ana]]"]),
)
values = st.recursive(
    st.none() | st.booleans() | words,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)


@given(st.lists(st.dictionaries(st.sampled_from(KEYS), values, max_size=6), max_size=3), some_day)
def test_whatever_the_properties_say_nobody_is_missing(written: list[dict[str, Value]], today: date) -> None:
    notes = {f"People/{n}.md": note(f"People/{n}.md", props) for n, props in enumerate(written)}
    chosen = Settings(tags={"x": "1 week"}, tiers={"y": "2x"}, folders={"": "1 month"})
    made = assemble(notes, chosen)
    found = agenda(made, today, chosen)
    assert {i.person.path for i in found.items} == set(notes)
    for item in found.items:
        assert explain(item, today, chosen).item is item
        assert (item.status == "attention") == (bool(item.person.blockers) and not item.person.gone)
        assert set(item.person.blockers) <= set(found.diagnostics)
