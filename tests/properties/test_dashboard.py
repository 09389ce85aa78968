"""Laws of the dashboard: no text breaks it, it is quiet, and nothing that a user typed is ever lost."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

from hypothesis import HealthCheck
from hypothesis import assume
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.core.made import person
from tests.core.made import vault
from tests.render.pages import friend
from tests.render.pages import page
from tests.render.pages import with_settings
from vault_crm.core.agenda import agenda
from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.dashboard.markers import END
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.dashboard.ticks import read_dashboard
from vault_crm.core.model import Birthday
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Event
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.model import Vault
from vault_crm.core.settings import Settings
from vault_crm.render.weave import Frame
from vault_crm.render.weave import Kept
from vault_crm.render.weave import weave
from vault_crm.render.whose import LinkedPeople

TODAY = date(2026, 11, 22)
MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
HEADINGS = {
    "Overdue", "It has been a while", "Due soon", "Never contacted", "Birthdays and dates", "Needs attention",
    "Lately",
}  # fmt: skip
TICKED = ("long-overdue", "overdue", "today", "soon", "never")
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

# Text that tries to be something else.
SLY = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "- [x] [[Ana]]", "\n- [x] [Ana](People/0.md)", BEGIN, END, "\n" + END + "\n", "<!--",
                "-->", "\n## Overdue\n",
                "[a](b.md)", "![a](b.png)", "<img src=x>", "<script>x</script>", "](x) [", "[[", "]]", "`",
                "```", "\n```\n",
                "|", "\n| a |\n|---|\n", "%%", "$$", "<% tp %>", "{{ 1/0 }}", "{% raw %}", "key:: x",
                "#tag", "^id", "\\",
                "\r\n", "\u2028", "\u202e", "\x00", "\ufeff", "\udcff", "&lt;", "&#10;", "===\n", "* * *",
                "1. x", "> q", "    x",
                "ask: x", "snooze 2 weeks", "✅ 2026-11-20", "http://a.example/[x]",
            ]
        ),
    ),
    max_size=5,
).map("".join)  # fmt: skip
DAYS = st.integers(-900, 20).map(lambda n: TODAY + timedelta(days=n))
CADENCES = st.sampled_from(["", "daily", "weekly", "2 weeks", "monthly", "3 months", "yearly", "never"])
HOWS = st.sampled_from(
    ["log", "property", "daily note", "meeting", "dated note", "task", "name in a daily note"]
)


@st.composite
def people(draw: st.DrawFn, number: int, texts: st.SearchStrategy[str]) -> Person:
    """Somebody with everything that a page may show, in a file of any name."""
    stem = draw(texts).replace("/", "").replace("\x00", "").strip().strip(".") if draw(st.booleans()) else ""
    path = f"People/{number}{stem}.md"
    evidence = [
        Evidence(draw(DAYS), draw(HOWS), Span(path, 9), draw(texts), draw(texts))
        for _ in range(draw(st.integers(0, 2)))
    ]
    bad = Diagnostic("bad-date", "error", Span(path, 3), draw(texts), draw(texts))
    return person(
        draw(texts) or str(number),
        draw(CADENCES),
        path=path,
        evidence=tuple(sorted(evidence, key=lambda e: e.on, reverse=True)),
        properties={"how_met": draw(texts), "introduced_by": draw(texts)},
        next=tuple(draw(st.lists(texts, max_size=2))),
        birthday=draw(st.sampled_from([None, Birthday(11, 25, 1988), Birthday(12, 6), Birthday(2, 29)])),
        events=tuple(Event(text, on=draw(DAYS)) for text in draw(st.lists(texts, max_size=1))),
        met=draw(st.none() | DAYS),
        next_contact=draw(st.none() | DAYS),
        snooze_until=draw(st.none() | st.none() | DAYS),
        paused=draw(st.integers(0, 9)) == 0,
        private=draw(st.integers(0, 4)) == 0,
        blockers=(bad,) if draw(st.integers(0, 5)) == 0 else (),
    )


@st.composite
def vaults(draw: st.DrawFn, texts: st.SearchStrategy[str] = SLY) -> Vault:
    """A few people."""
    return vault(*(draw(people(number, texts)) for number in range(draw(st.integers(0, 4)))))


SETTINGS = st.builds(
    lambda links, context, limit: with_settings(
        dashboard_links=links, dashboard_context=context, dashboard_limit=limit
    ),
    st.sampled_from(["markdown", "wiki"]),
    st.sampled_from(["full", "full", "names"]),
    st.sampled_from([0, 2, 25]),
)


def inline(tokens: list[Token]) -> list[Token]:
    """All tokens within the lines of a page."""
    return [child for token in tokens for child in token.children or []]


@UNHURRIED
@given(vaults(), SETTINGS, st.booleans())
def test_no_text_breaks_the_page(of: Vault, chosen: Settings, guarded: bool) -> None:
    text = page(of, chosen, TODAY, guarded)
    assert all(char.isprintable() or char in "\n\u200d\u200c" or ord(char) > 0xFF for char in text)
    tokens = MARKDOWN.parse(text)
    headings = [tokens[at + 1].content for at, token in enumerate(tokens) if token.type == "heading_open"]
    assert set(headings) <= HEADINGS
    blocks = {token.type for token in tokens} - {"inline"}
    assert not blocks & {"fence", "code_block", "blockquote_open", "hr", "table_open", "ordered_list_open"}
    assert {child.type for child in inline(tokens)} <= {
        "text", "text_special", "link_open", "link_close", "code_inline", "strong_open", "strong_close",
    }  # fmt: skip
    html = "".join(token.content for token in tokens if token.type == "html_block")
    allowed = {BEGIN, END} | {
        line for line in text.split("\n") if line.startswith("<!-- People/") and guarded
    }
    assert {line.strip() for line in html.split("\n") if line.strip()} <= allowed


@UNHURRIED
@given(vaults(), SETTINGS, st.booleans())
def test_a_page_holds_just_the_ticks_that_it_should(of: Vault, chosen: Settings, guarded: bool) -> None:
    made = agenda(of, TODAY, chosen)
    read = read_dashboard(page(of, chosen, TODAY, guarded))
    assert read.loose == ()
    assert all(entry.untouched for entry in read.entries)
    find = LinkedPeople(of, "OVERDUE.md", False).path_of
    assert all(entry.head for entry in read.entries)
    sections = [("long-overdue",), ("overdue",), ("today", "soon"), ("never",)]
    assert len(read.entries) == sum(
        min(len(made.with_status(*names)), chosen.dashboard_limit or 99) for names in sections
    )
    if chosen.dashboard_limit != 2:
        expected = sorted(item.person.path for item in made.with_status(*TICKED))
        plain = [path for path in expected if path.isprintable()]
        assert [path for path in sorted(map(find, read.entries)) if path in plain] == plain


@UNHURRIED
@given(vaults(st.sampled_from(["Ana", "Ben", "x", ""])), st.integers(0, 400))
def test_a_page_is_the_same_on_every_day_until_it_says(of: Vault, later: int) -> None:
    until = agenda(of, TODAY, with_settings()).good_until
    day = TODAY + timedelta(days=later)
    assume(until is None or day <= until)
    assert page(of, today=day) == page(of)


TYPED = st.lists(
    st.one_of(
        st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=15),
        st.sampled_from(
            [
                "", "    - lunch", "\t- tabs", "  two", "at the margin", "    ```", "```", "- [ ] a box",
                "    - [x] done",
                "- [x] [[0]] lunch", "    - [x] [[1]] tea", "- [ ] [0](People/0.md) the boat",
                "- [x] [[Nobody]]", "> quote",
                "    - ask: old", "- last: old", "    - vault-crm: old hint", "<!-- People/0.md -->",
                "===", "=======",
                "<<<<<<< HEAD", "- [/] [[1]]", "* [X] lunch with [[0]] and [[1]]", "    - next: x", "---",
                "1. [x] [[0]]",
            ]
        ),
    ),
    max_size=6,
)  # fmt: skip


@UNHURRIED
@given(TYPED, st.integers(0, 30), st.sets(st.integers(0, 2)), st.booleans())
def test_what_is_typed_anywhere_outlives_every_rendering(
    typed: list[str], at: int, gone: set[int], guarded: bool
) -> None:
    of = vault(*(friend(str(n), "weekly", f"2026-0{n + 1}-01") for n in range(3)))
    fewer = vault(*(p for n, p in enumerate(of.people) if n not in gone))
    people_of = LinkedPeople(of, "OVERDUE.md", False)
    frame = Frame(people_of.path_of, lambda path: f"[{path}]({path})", lambda path: "<!-- x.md -->" * guarded)
    fresh = [text[text.index("**") : text.index(END)] for text in (page(of, guarded=guarded), page(fewer))]
    lines = fresh[0].split("\n")
    lines[at:at] = typed
    old = "\n".join(lines)

    def rendered(old: str, fresh: str) -> str:
        read = read_body(old)
        kept = [Kept(e, people_of.path_of(e)) for e in read.entries if not e.untouched]
        return weave(fresh, kept, [line for _, line in read.loose], frame)

    first = rendered(old, fresh[1])
    assert rendered(first, fresh[1]) == first
    back = rendered(first, fresh[0])
    assert rendered(back, fresh[0]) == back
    before, after = read_body(old), read_body(back)

    def said(entries: tuple[Entry, ...]) -> set[tuple[str, str]]:
        return {(e.mark, line.strip()) for e in entries for line in (e.behind, *e.below) if line.strip()}

    assert said(before.entries) <= said(after.entries)
    assert {line.strip() for _, line in before.loose} <= {line.strip() for _, line in after.loose}
