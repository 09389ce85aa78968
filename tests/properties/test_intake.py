"""The laws of an import: what comes in is what was read, nothing standing is touched, and the second time
nothing happens."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st

from vault_crm.core.intake.decide import Options
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.decide import decide
from vault_crm.core.intake.gaps import missing_items
from vault_crm.core.intake.make import Made
from vault_crm.core.intake.make import make
from vault_crm.core.intake.plantext import format_plan
from vault_crm.core.intake.plantext import parse_plan
from vault_crm.core.intake.quoted import format_quoted
from vault_crm.core.intake.quoted import read_quoted
from vault_crm.core.intake.record import Entry
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import clean_prose
from vault_crm.core.intake.record import make_record
from vault_crm.core.intake.tags import tag_of
from vault_crm.core.intake.targets import Targets
from vault_crm.core.model import Value
from vault_crm.core.model import text_items
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.vault import assemble
from vault_crm.core.verify import check_change
from vault_crm.core.words import Span
from vault_crm.errors import EditRefused

TODAY = date(2026, 11, 22)
SETTINGS = Settings()
TEMPLATE = "---\ncadence:\n\n# kept by vault-crm\nlast_contact:\n---\n\n## Log\n"

# Few names and addresses, so that many records mean the same people; and texts of a hostile hand.
NAMES = (
    "Ana Martins",
    "Ana",
    "A. Martins",
    "Martins, Ana",
    "Ana Sousa",
    "Ben Okafor",
    "B. Okafor",
    "ANA martins",
    "",
)
HOSTILE = (
    "../../etc/passwd", "---", "[[x]]", "x: y", "- [x] task ✅ 2026-01-01", "<!-- vault-crm:begin -->",
    "# Log", "=1+1", "README", "2026-11-22", "\x1b[31mred\x1b[0m", "a\u202eb", "%%", "```", "con", "#12",
    "yes", "null", "'", '"', "\\", "|", "{{ name }}", "{% raw %}", "x  # y", "New -> Old | daily", "> quote",
    "\u2028", "👩\u200d👧", "n" * 300,
)  # fmt: skip
words = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=12))
lines = st.lists(words, max_size=4).map("\n".join)


def _few(*items: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(items), max_size=2, unique=True).map(tuple)


values = st.fixed_dictionaries(
    {},
    optional={
        "email": _few("ana@example.org", "ben@example.org", "Office@example.org"),
        "phone": _few("+351 555 0134 01", "00351 555 0134 01", "555 0199 02"),
        "company": st.sampled_from(["Harbour Books", "harbour books Ltd", "Acme"]) | words,
        "birthday": st.sampled_from(["1984-05-12", "05-12", "1990-01-01"]),
        "website": _few("https://www.linkedin.com/in/ana", "https://example.org"),
        "uid": st.sampled_from(["u-1", "urn:uuid:u-1", "u-2"]),
        "aliases": st.lists(words, max_size=2).map(tuple),
        "role": words,
        "city": st.lists(words, max_size=2).map(tuple),
        "tags": st.lists(words.map(tag_of), max_size=2).map(tuple),
        "vcard": _few("N:Martins;Ana;;;", "item1.TEL:1", "item1.X-ABLabel:a", "item2.TEL:2", "X-A;B=c:d"),
        "met": st.just("2019-05-04"),
    },
)
entries = st.lists(
    st.builds(
        Entry, st.dates(date(2020, 1, 1), TODAY), st.sampled_from(["", "call", "a b c d", "x:"]), words
    ),
    max_size=3,
)


names = st.sampled_from(NAMES) | words


@st.composite
def records(draw: st.DrawFn, name: st.SearchStrategy[str] = names) -> Record:
    """One record, cleaned as importers clean it."""
    return make_record(
        "vcard",
        Span("x.vcf", draw(st.integers(1, 99))),
        draw(name),
        draw(values),
        entries=draw(entries),
        note=draw(lines),
        wish=draw(st.sampled_from(["new", "new", "new", "known"])),
        why="an acquaintance",
    )


batches = st.lists(records(), max_size=6)


def carry_out(
    notes: Mapping[str, bytes], batch: Sequence[Record]
) -> tuple[dict[str, bytes], Made, tuple[Row, ...]]:
    """A batch into a vault of these notes: the notes afterwards, what was made, and the rows."""
    parsed = {path: parse_note(path, decode(raw), SETTINGS) for path, raw in notes.items()}
    vault = assemble(parsed, SETTINGS)

    def read(path: str) -> bytes:
        if path not in notes:
            raise EditRefused(path, 0, "there is no such file")
        return notes[path]

    rows = decide(batch, vault, SETTINGS, Options(), read)
    made = make("import vcard", rows, vault, read, lambda _name, _values: TEMPLATE, SETTINGS, TODAY)
    after = dict(notes)
    for change in made.plan.changes:
        assert change.result is not None
        assert after.get(change.path) == change.base
        if change.base is not None:
            check_change(change.path, decode(change.base), decode(change.result), change.allowed, SETTINGS)
        after[change.path] = change.result
    return after, made, rows


@given(batches)
@effort(max_examples=120)
def test_a_second_import_of_the_same_records_changes_nothing(batch: list[Record]) -> None:
    once, made, rows = carry_out({}, batch)
    assert not made.refused
    again, second, _ = carry_out(once, batch)
    assert again == once, (rows, second.plan)


@given(records())
@effort(max_examples=120)
def test_a_new_note_says_what_the_record_says(record: Record) -> None:
    record = replace(record, wish="new")
    after, made, _ = carry_out({}, [record])
    if not record.name:
        assert not after
        return
    assert not made.refused
    ((path, raw),) = after.items()
    assert re.fullmatch(r"People/[^/]+\.md", path)
    note = parse_note(path, decode(raw), SETTINGS)
    person = assemble({path: note}, SETTINGS).people[0]
    assert record.name in (person.name, *person.aliases) or " ".join(record.name.split()) == person.name
    for name, value in record.values.items():
        found = note.find(name)
        assert found is not None
        assert set(_told(value)) <= set(_told(found.value))
    assert {(entry.on) for entry in record.entries} == {found.on for found in note.log}
    assert read_quoted(decode(raw)) == record.note
    assert not [d for d in note.diagnostics if d.severity == "error"]


def _told(value: Value) -> list[str]:
    return [" ".join(item.split()) for item in text_items(value)]


@given(records(), batches)
@effort(max_examples=120)
def test_what_stands_in_a_note_stays(first: Record, batch: list[Record]) -> None:
    before, _, _ = carry_out({}, [replace(first, wish="new")])
    after, _, _ = carry_out(before, batch)
    for path, raw in before.items():
        old, new = (parse_note(path, decode(text), SETTINGS) for text in (raw, after[path]))
        for prop in old.properties:
            there = next(p for p in new.properties if p.key == prop.key)
            if prop.value not in (None, ()):
                assert text_items(there.value)[: len(text_items(prop.value))] == text_items(prop.value)
        assert {(i.on, i.kind, i.text) for i in old.log} <= {(i.on, i.kind, i.text) for i in new.log}
        if read_quoted(decode(raw)):
            assert read_quoted(decode(after[path])) == read_quoted(decode(raw))


@given(batches, st.sampled_from(["", "3 months"]))
@effort(max_examples=120)
def test_a_plan_that_is_left_alone_is_the_plan(batch: list[Record], cadence: str) -> None:
    notes, _, _ = carry_out({}, batch[:2])
    parsed = {path: parse_note(path, decode(raw), SETTINGS) for path, raw in notes.items()}
    vault = assemble(parsed, SETTINGS)
    rows = decide(batch, vault, SETTINGS, Options(cadence))
    text = format_plan(rows, "a title\nof two lines", lambda row: row.why)
    read, problems = parse_plan(text, rows, Targets(vault, "People", SETTINGS), SETTINGS, check_names=True)
    assert not problems
    assert [(r.verb, r.target, r.cadence, r.records) for r in read] == [
        (r.verb, r.target, r.cadence, r.records) for r in rows
    ]


@given(st.text(alphabet="\\`~%<>!-#[] x*\n.1ab/=|✅&", max_size=60) | st.text(max_size=40) | lines)
@effort(max_examples=300)
def test_a_quote_gives_back_its_prose_and_does_nothing(text: str) -> None:
    prose = clean_prose(text)
    if not prose:
        return
    note = "\n".join(
        ["## From the address book", "", *format_quoted(prose), "", "## Log", "", "- 2026-01-02 tea", ""]
    )
    assert read_quoted(note) == prose
    parsed = parse_note("People/Ana.md", note, SETTINGS)
    assert [(i.on, i.text) for i in parsed.log] == [(date(2026, 1, 2), "tea")]
    assert not parsed.mentions
    assert "<!--" not in note
    assert "%%" not in note


@given(
    st.lists(
        st.sampled_from(["A:1", "g.A:1", "g.B:2", "h.A:1", "h.B:3", "N:x", "N:y"]), max_size=5, unique=True
    )
)
def test_lines_of_a_card_that_came_in_are_not_missing_any_more(more: list[str]) -> None:
    have = ("N:z", "g.A:9", "g.B:2")
    added = missing_items("vcard", have, more)
    assert missing_items("vcard", (*have, *added), more) == ()


@given(words)
def test_a_tag_is_one_that_obsidian_takes(text: str) -> None:
    tag = tag_of(text)
    assert tag_of(tag) == tag
    assert not set(tag) & set(" #,[]{}\"'|:")
    assert not tag.isdigit()
