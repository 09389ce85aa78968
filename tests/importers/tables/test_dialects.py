"""Dialects: what they may say, what is wrong with them, and who claims a file."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.importers.tables.sources import source_of
from vault_crm.core.fields import FIELDS
from vault_crm.errors import BadSettings
from vault_crm.importers import Wanted
from vault_crm.importers import recognise
from vault_crm.importers.tables.columns import Target
from vault_crm.importers.tables.columns import parse_target
from vault_crm.importers.tables.dialects import all_dialects
from vault_crm.importers.tables.dialects import built_in_dialects
from vault_crm.importers.tables.dialects import columns_of
from vault_crm.importers.tables.dialects import find_deals
from vault_crm.importers.tables.dialects import load_dialect
from vault_crm.importers.tables.saying import dialect_text

MINE = '[recognise]\nall = ["Wer", "Wo"]\n[columns]\n"Wer" = "name"\n"Wo" = "city"\n'


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("email", Target("email")),
        ("E-Mail", Target("email")),
        ("employer", Target("company")),
        ("home.street", Target("street", "home")),
        ("relation: spouse", Target("relation", "", "spouse")),
        ("note:Hobby: what", Target("note", "", "Hobby: what")),
        ("birthday: dmy", Target("birthday", "", "dmy")),
        ("vcard: X-PHONETIC-LAST-NAME", Target("vcard", "", "X-PHONETIC-LAST-NAME")),
        ("shoe size", Target("shoe size")),
        ("own: fone", Target("fone")),
    ],
)
def test_destinations(text: str, target: Target) -> None:
    assert parse_target(text) == target


@pytest.mark.parametrize(
    "text",
    [
        *("", ":", "emial", "home.email", "email: dmy", "birthday: ydm", "role: x", "own: a: b", "own: #x"),
        *("vcard: tel", "vcard: X\nY", "../x", "deal", "state"),
        *("amount", "Deal Value", "stage", "own: probability", "own: Lead Score", "own: deal-stage"),
    ],
)
def test_no_destinations(text: str) -> None:
    with pytest.raises(ValueError):
        parse_target(text)


def test_every_property_is_a_destination() -> None:
    for field in FIELDS:
        assert parse_target(field.name).what == field.name


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name = \n", "a.toml:1"),
        ('\n[columns]\n"A" = "emial"\n', "a.toml:3: there is no destination 'emial', did you mean email"),
        ('nmae = "x"\n', "a.toml:1: 'nmae' is nothing that a dialect says"),
        ('kind = "people"\n', "a.toml:1: kind is contacts or deals, not 'people'"),
        ("title = 3\n", "a.toml:1: title is a text in quotation marks"),
        ('order = "dym"\n', "a.toml:1: order is dmy, mdy or ymd, not 'dym'"),
        ('[recognise]\nx = "Name"\n', "a.toml:2: x is a list of texts"),
        ("[recognise]\nx = []\n", "a.toml:2: x names no column"),
        ('[columns]\n"A" = 3\n', "a.toml:2: 'A' becomes a destination in quotation marks"),
        ('[columns]\n"A" = ["name", "stage"]\n', "a.toml:2: there is no stage of a person here"),
        ('[nowhere]\n"A" = ""\n', "a.toml:2: say in words why 'A' has no destination"),
        ('columns = "A"\n', "a.toml:1: columns is a table, [columns]"),
        ('[split]\nemial = ";"\n', "a.toml:2: there is no destination 'emial'"),
        ('[split]\nemail = ""\n', "a.toml:2: email is split at a text"),
        ('[columns.de]\n"A" = "name"\n"B" = "deal"\n', "a.toml:3: there is no destination 'deal'"),
    ],
)
def test_a_mistake_is_said_with_its_line(text: str, message: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load_dialect("a.toml", text)
    assert caught.value.message.startswith(message)


@given(st.text(max_size=40) | st.just("[columns]\n") | st.just('[columns]\n"A" = "x"'))
def test_any_text_is_a_dialect_or_bad_settings(text: str) -> None:
    with suppress(BadSettings):
        load_dialect("a.toml", text)


def test_rules_for_columns() -> None:
    dialect = load_dialect(
        "a.toml",
        '[columns]\n"Phone {n}" = "phone"\n"Phone 2" = "note"\n"Street {n}" = "street"\n'
        '"URL" = ["website", "key"]\n'
        '[nowhere]\n"Secret *" = "yours"\n',
    )
    header = ["PHONE 1", "phone 2", "Street 3", "Secret Číslo", "Url", "What", ""]
    columns = columns_of(dialect, header, {"what": "email"})
    assert [[(t.what, t.group) for t in column.targets] for column in columns] == [
        [("phone", "1")],
        [("note", "")],
        [("street", "3")],
        [],
        [("website", ""), ("key", "")],
        [("email", "")],
        [],
    ]
    assert [column.known for column in columns] == [True] * 6 + [False]
    assert columns[6].name == "column 7"


def test_the_language_of_a_header_comes_first() -> None:
    text = """
        order = { "" = "mdy", b = "dmy" }
        [columns.a]
        "Nom" = "family"
        "Ville" = "city"
        [columns.b]
        "Nom" = "given"
        "Vila" = "city"
    """
    dialect = load_dialect("a.toml", text)
    assert columns_of(dialect, ["Nom", "Ville"])[0].targets == (Target("family"),)
    assert columns_of(dialect, ["Nom", "Vila"])[0].targets == (Target("given"),)
    assert (dialect.order_of(["Nom", "Ville"]), dialect.order_of(["Nom", "Vila"])) == ("mdy", "dmy")


def test_a_dialect_of_the_vaults_own_is_found(tmp_path: Path) -> None:
    source = source_of(tmp_path, "Wer,Wo\nAna,Porto\n")
    found = recognise(source, Wanted(dialects={"mine.toml": MINE}))
    assert found is not None
    assert found.NAME == "mine"
    assert recognise(source, Wanted()) is None


def test_a_dialect_of_the_vaults_own_goes_first(tmp_path: Path) -> None:
    text = "First Name,Last Name,Organization Name,Labels\nAna,Martins,,\n"
    own = '[recognise]\nx = ["Labels", "First Name"]\n[columns]\n"First Name" = "name"\n'
    found = recognise(source_of(tmp_path, text), Wanted(dialects={"mine.toml": own}))
    assert found is not None
    assert found.NAME == "mine"
    names = [d.name for d in all_dialects({"x.toml": 'name = "google"\n' + own})]
    assert names.count("google") == 1


def test_a_mistake_in_ones_own_dialect_says_where() -> None:
    with pytest.raises(BadSettings, match=r"\.vault-crm/dialects/mine\.toml:2"):
        all_dialects({"mine.toml": '[columns]\n"Wer" = "emial"\n'})


def test_deals_are_no_contacts(tmp_path: Path) -> None:
    own = {"d.toml": 'kind = "deals"\n[recognise]\nx = ["Auftrag", "Kunde"]\n[columns]\n"Auftrag" = "deal"\n'}
    source = source_of(tmp_path, "Auftrag,Kunde\nWebsite,Ana\n")
    assert recognise(source, Wanted(dialects=own)) is None
    found = find_deals(source, own)
    assert found is not None
    assert found.name == "d"
    assert find_deals(source_of(tmp_path, "Wer,Wo\nAna,Porto\n"), own) is None


def test_no_dialect_reads_an_amount() -> None:
    """What a deal is worth, its stage or its likelihood has no destination anywhere."""
    for dialect in built_in_dialects():
        for rule in (rule for book in dialect.books.values() for rule in book.rules):
            if rule.targets and any(
                word in rule.column for word in ("amount", "probability", "score", "revenue")
            ):
                pytest.fail(f"{dialect.name}: {rule.name} becomes {rule.targets}")


NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=8)


@given(st.lists(NAME, min_size=1, max_size=5), st.sampled_from(["email", 'note: A "b"', "", "own: x"]), NAME)
def test_a_dialect_that_is_saved_reads_its_file(header: list[str], target: str, title: str) -> None:
    """Whatever the columns are called: it is TOML, knows the header, and says what was said."""
    mapping = {header[0]: target}
    dialect = load_dialect("mine.toml", dialect_text("mine", title, header, mapping))
    if any(name.strip() for name in header):
        assert dialect.fits(header) or not all(name.strip() for name in header)
    if header[0].strip() and not any(c in header[0] for c in "*{"):
        [column] = columns_of(dialect, header[:1])
        assert column.targets == ((parse_target(target),) if target else ())
        assert column.known
