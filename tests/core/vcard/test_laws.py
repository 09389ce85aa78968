"""What must hold for every card and every note: nothing is lost either way, and nothing changes twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.core.vcard.notes import note_text
from tests.core.vcard.notes import person_in
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.quoted import read_quoted
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import clean_line
from vault_crm.core.intake.record import clean_prose
from vault_crm.core.intake.record import make_record
from vault_crm.core.model import Value
from vault_crm.core.vcard.alike import alike
from vault_crm.core.vcard.card import read_card
from vault_crm.core.vcard.claims import bundles_of
from vault_crm.core.vcard.claims import claims_in
from vault_crm.core.vcard.person import kept_of
from vault_crm.core.vcard.person import values_of
from vault_crm.core.vcard.pieces import pieces_of
from vault_crm.core.vcard.read import Card
from vault_crm.core.vcard.read import read_cards
from vault_crm.core.vcard.text import escape_text
from vault_crm.core.vcard.write import write_card
from vault_crm.core.words import Span

WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cf", "Cn", "Co"))
    | st.sampled_from(",;:\\\"'-#[]%<>"),
    min_size=1,
    max_size=12,
)
WORDS = WORDS.map(clean_line).filter(bool)
TIDY = st.sampled_from(("Ana Martins", "Ben", "Eva van der Roth", "Porto", "Rua 7", "work", "x; y", "a, b"))
TIDY |= st.sampled_from(
    ("[[Leo Martins]]", "spouse: [[P/Leo|Leo]]", "spouse: Leo", "a@example.org, b@example.org")
)
TIDY |= st.sampled_from(("https://x.com/ana", "Rua 7, 4000 Porto, PT", "Martins Ana Maria"))
TEXT = WORDS | TIDY
DAYS = st.dates().map(str)
YEARLESS = st.dates().map(lambda day: f"{day:%m-%d}")
VERSIONS = st.sampled_from(("3.0", "4.0"))


def _line(name: str, value: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return value.map(lambda text: f"{name}:{text}")


def _texts(count: int) -> st.SearchStrategy[list[str]]:
    return st.lists((TEXT | st.just("")).map(escape_text), min_size=1, max_size=count)


ESCAPED = TEXT.map(escape_text)
PHONES = st.from_regex(r"\+[1-9]{2} 555 0[0-9]{3}", fullmatch=True)
LINES = st.one_of(
    *(
        _line(name, ESCAPED)
        for name in ("TITLE", "ROLE", "URL", "EMAIL", "X-ODD", "GENDER", "FN", "NICKNAME")
    ),
    *(_line(name, ESCAPED) for name in ("X-SPOUSE", "RELATED", "X-ABRELATEDNAMES", "IMPP", "UID", "AGENT")),
    _line("TEL", PHONES),
    _line("NICKNAME", _texts(3).map(",".join)),
    _line("CATEGORIES", _texts(3).map(",".join)),
    _line("N", _texts(5).map(";".join)),
    _line("ADR", _texts(7).map(";".join)),
    _line("ORG", _texts(3).map(";".join)),
    *(_line(name, DAYS | YEARLESS.map("--{}".format)) for name in ("BDAY", "ANNIVERSARY", "X-ABDATE")),
    _line("BDAY", DAYS.map(lambda day: day.replace("-", "")) | ESCAPED),
    _line("DEATHDATE", DAYS | ESCAPED),
    _line("X-ABLabel", ESCAPED | st.just("_$!<Anniversary>!$_")),
)
PARAMS = st.sampled_from(
    ("", "", "", ";TYPE=home", ";TYPE=WORK,pref", ";type=INTERNET", ";VALUE=text", ";PREF=1", ';X-A="b:c"')
)


@st.composite
def card_texts(draw: st.DrawFn) -> str:
    """A card with a name, at most one N and one NOTE, and lines of every kind in any number."""
    lines = [f"FN:{draw(ESCAPED)}", *draw(st.lists(LINES, max_size=8))]
    seen: set[str] = set()
    kept = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "N" and name in seen:
            continue
        seen.add(name)
        group = draw(st.sampled_from(("", "", "", "item1.", "item2.")))
        kept.append(f"{group}{name}{draw(PARAMS)}:{value}")
    note = draw(st.none() | ESCAPED)
    body = [*kept, *([f"NOTE:{note}"] if note else [])]
    return "\n".join(["BEGIN:VCARD", f"VERSION:{draw(VERSIONS)}", *body, "END:VCARD", ""])


def only_card(raw: bytes) -> Card:
    (card,) = read_cards(raw.splitlines(keepends=True))
    assert isinstance(card, Card)
    return card


def record_of(card: Card) -> Record:
    reading = read_card(card)
    values: dict[str, Value] = {**reading.values, "vcard": reading.kept}
    return make_record("vcard", Span("x.vcf", 1), reading.name, values, note=reading.note)


def note_of(record: Record) -> str:
    return note_text(record.name, record.values, record.note)


def card_from(text: str, version: str) -> Card:
    person = person_in(text)
    return only_card(write_card(values_of(person, read_quoted(text)), kept_of(person), version))


def said_by(card: Card) -> set[object]:
    """What the lines of a card say, but for empty ones of properties that we know."""
    return {
        mark
        for bundle in bundles_of(card.lines)
        if any(claims_in(bundle)) or any(line.name in ("X-ODD", "GENDER", "AGENT", "IMPP") for line in bundle)
        for mark in alike(bundle)
    }


@settings(max_examples=150)
@given(card_texts())
def test_a_card_goes_through_a_note_and_loses_nothing(text: str) -> None:
    card = only_card(text.encode())
    again = card_from(note_of(record_of(card)), card.version)
    assert said_by(card) <= said_by(again), [line.written for line in again.lines]


@settings(max_examples=100)
@given(card_texts(), VERSIONS)
def test_a_card_that_we_wrote_is_read_to_the_same_values(text: str, version: str) -> None:
    record = record_of(only_card(text.encode()))
    note = note_of(record)
    again = record_of(card_from(note, version))
    assert find_gaps(person_in(note), again, note).empty
    assert again.name == " ".join(record.name.split())
    assert again.note == record.note


FREE = st.lists(TEXT, min_size=1, max_size=3, unique=True)
NOTES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("email", "website", "address", "aliases", "related_people", "tags"), FREE | TEXT),
        **dict.fromkeys(("company", "role", "city", "how_met", "uid", "next"), TEXT),
        "phone": st.lists(PHONES | TEXT, max_size=3),
        "birthday": DAYS | YEARLESS | TEXT,
        "anniversary": DAYS | YEARLESS | TEXT,
        "died": st.dates(min_value=date(1605, 1, 1)).map(str) | st.booleans() | TEXT | st.just("2019"),
        "events": st.lists(st.tuples(DAYS | YEARLESS, TEXT).map(" ".join), max_size=3),
        "vcard": st.lists(
            TEXT | st.sampled_from(("TEL;TYPE=home:1", "END:VCARD", "X-A:b", "N:A;B")), max_size=3
        ),
    },
)


@settings(max_examples=150)
@given(TEXT, NOTES, st.lists(WORDS, max_size=3), VERSIONS)
def test_a_note_goes_through_a_card_and_nothing_is_to_be_added(
    name: str, values: dict[str, Value], prose: Sequence[str], version: str
) -> None:
    text = note_text(name, values, clean_prose("\n".join(prose)))
    person = person_in(text)
    record = record_of(card_from(text, version))
    gaps = find_gaps(person, record, text)
    assert gaps.empty, (gaps, record.values)


@settings(max_examples=100)
@given(NOTES, VERSIONS)
def test_both_tables_say_the_same(values: dict[str, Value], version: str) -> None:
    """What a piece claims is what its lines are read as."""
    known = values_of(person_in(note_text("Ana Martins", values)), "prose")
    for piece in pieces_of(known, version):
        if piece.claims[0][0] != "n":
            read = {(field, text.casefold()) for field, text in claims_in(piece.lines)}
            assert {(f, t.casefold()) for f, t in piece.claims} <= read | {("tags", "")}


def test_a_name_in_another_script_leaves_again() -> None:
    lines = ("FN:Yumi Sato", "N;ALTID=1;LANGUAGE=en:Sato;Yumi;;;", "N;ALTID=1;LANGUAGE=ja:佐藤;由美;;;")
    card = only_card("\n".join(("BEGIN:VCARD", "VERSION:4.0", *lines, "END:VCARD", "")).encode())
    again = card_from(note_of(record_of(card)), "4.0")
    assert said_by(card) <= said_by(again)
