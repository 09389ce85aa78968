"""Whom a record means: a table of what is the same person, and what is not enough."""

from __future__ import annotations

import pytest

from tests.vaults import split_vault
from vault_crm.core.intake.decide import Options
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.decide import decide
from vault_crm.core.intake.match import Book
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Wish
from vault_crm.core.intake.record import make_record
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.core.words import Span

VAULT = """
=== People/Ana Martins.md
---
aliases: [Nana]
company: "[[Harbour Books]]"
birthday: 1984-05-12
email: [ana@example.org, family@example.org]
phone: +351 555 0134 01
website: https://www.linkedin.com/in/ana-m/
uid: c-ana
---
=== People/Leo Martins.md
---
email: family@example.org
birthday: 11-30
---
=== People/Jo Smith.md
---
company: Acme Ltd
---
=== People/Jo Smith (Northwind).md
---
name: Jo Smith
aliases: [Jo Smith]
company: Northwind
---
"""
WORDS = ("One", "Two", "Three", "Four", "Five")
ANA, LEO = "People/Ana Martins.md", "People/Leo Martins.md"
JO, OTHER = "People/Jo Smith.md", "People/Jo Smith (Northwind).md"


def vault_of(text: str) -> Vault:
    settings = Settings()
    return assemble({p: parse_note(p, t, settings) for p, t in split_vault(text).items()}, settings)


def record(name: str, wish: Wish = "new", **values: Value) -> Record:
    return make_record("vcard", Span("x.vcf", 1), name, values, wish=wish, why="an acquaintance")


@pytest.mark.parametrize(
    ("record", "verb", "paths"),
    [
        (record("Somebody Else", uid="C-ANA"), "same", (ANA,)),
        (record("Somebody Else", uid="urn:uuid:c-ana"), "same", (ANA,)),
        (record("Ana Sousa", website=("http://pt.linkedin.com/in/ana-m?x=1",)), "same", (ANA,)),
        (record("Martins, Ana", email=("mailto:ANA@example.org",)), "same", (ANA,)),
        (record("A. Martins", phone=("00351 555 0134 01",)), "same", (ANA,)),
        (record("", email=("ana@example.org",)), "same", (ANA,)),
        (record("Nana", email=("ana@example.org",)), "same", (ANA,)),
        (record("Leo", email=("family@example.org",)), "same", (LEO,)),  # the name tells who of the family
        (record("Rita", email=("family@example.org",)), "unsure", (ANA, LEO)),
        (record("Martins", email=("family@example.org",)), "unsure", (ANA, LEO)),
        (record("Leo Martins", email=("family@example.org",), birthday="1990-01-01"), "unsure", (ANA, LEO)),
        (record("Bea Costa", phone=("+351 555 0134 01",)), "unsure", (ANA,)),
        (record("dr ana MARTINS", company="Harbour Books Ltd"), "same", (ANA,)),
        (record("Ana Martins", birthday="05-12"), "same", (ANA,)),
        (record("Ana Martins", birthday="05-13"), "unsure", (ANA,)),
        (record("Ana Martins", company="Harbour Books", birthday="05-13"), "unsure", (ANA,)),
        (record("Ana Martins"), "unsure", (ANA,)),
        (record("Jo Smith", company="northwind gmbh"), "same", (OTHER,)),
        (record("Jo Smith"), "unsure", (OTHER, JO)),
        (record("Jo Smythe", company="Acme"), "new", ()),
        (record("Ana", email=("ana@example.com",)), "new", ()),
    ],
)  # fmt: skip
def test_whom_a_record_means(record: Record, verb: str, paths: tuple[str, ...]) -> None:
    match = Book(vault_of(VAULT)).find(record)
    assert (match.verb, match.paths) == (verb, paths), match.why
    assert bool(match.why) == (verb != "new")


def test_a_note_without_a_uid_is_found_by_the_one_that_exports_give_it() -> None:
    vault = vault_of(VAULT)
    card = record("Renamed Since", uid=uid_of(vault.by_path[LEO]))
    assert Book(vault).find(card).paths == (LEO,)


def rows_of(*records: Record, options: Options | None = None, vault: str = VAULT) -> tuple[Row, ...]:
    return decide(records, vault_of(vault), Settings(), options or Options())


def said(rows: tuple[Row, ...]) -> list[tuple[str, str, int]]:
    return [(row.verb, row.target, len(row.records)) for row in rows]


def test_records_of_one_person_are_one_row_whatever_their_order() -> None:
    card = record("Bea Costa", email=("bea@example.org",), phone=("+44 555 0100 22",))
    row = record("Costa, Bea", phone=("0044 555 0100 22",))
    known = record("B. Costa", "known", email=("bea@example.org",), website=("https://linkedin.com/in/bea",))
    for batch in ((card, row, known), (known, row, card), (row, known, card)):
        rows = rows_of(*batch)
        assert [(r.verb, len(r.records)) for r in rows] == [("new", 3)]


def test_an_acquaintance_only_enriches() -> None:
    rows = rows_of(record("Dee Moss", "known"), record("Ana Martins", "known", email=("ana@example.org",)))
    assert said(rows) == [("skip", "", 1), ("same", ANA, 1)]
    assert rows[0].why == "an acquaintance"
    rows = rows_of(record("Dee Moss", "known"), options=Options(everyone=True))
    assert said(rows) == [("new", "People/Dee Moss.md", 1)]


def test_nobody_new_with_match_only() -> None:
    rows = rows_of(
        record("Dee Moss"), record("Leo", email=("family@example.org",)), options=Options(match_only=True)
    )
    assert said(rows) == [("skip", "", 1), ("same", LEO, 1)]


def test_a_name_that_is_taken_gets_the_company_behind_it() -> None:
    batch = [
        record("Ana Martins", company="Acme", email=("a@example.org",)),
        record("Cem Kaya", company="Acme", email=("c@example.org",)),
        record("CEM KAYA", company="Northwind", email=("k@example.org",)),
    ]
    rows = rows_of(*batch)
    assert [(r.verb, r.candidates) for r in rows] == [("unsure", (ANA,)), ("new", ()), ("unsure", ("#2",))]


def test_an_office_number_tells_nobody_apart() -> None:
    batch = [record(f"Person {word}", phone=("+44 555 0100 00",)) for word in WORDS]
    assert {row.verb for row in rows_of(*batch)} == {"new"}
    two = rows_of(*batch[:2])
    assert [row.verb for row in two] == ["new", "unsure"]


def test_a_program_that_gives_every_card_the_same_uid() -> None:
    rows = rows_of(*[record(f"Person {word}", uid="0") for word in WORDS])
    assert [row.verb for row in rows] == ["new"] * 5


def test_ten_thousand_namesakes_are_looked_at_in_no_time() -> None:
    """Every key has a bound: who bears it is never compared one by one with all others."""
    batch = [
        record("Jo Smith", email=(f"jo{n}@example.org",), phone=("+44 555 0100 00",)) for n in range(3000)
    ]
    book = Book(vault_of(VAULT))
    book.expect(batch)
    for one in batch:
        book.add(one)
    assert max(len(paths) for paths in book._index.values()) <= 12
    assert len(book.find(record("Jo Smith")).paths) <= 5
