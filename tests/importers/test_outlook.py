"""Outlook: its columns in every language that the dialect names, dates by language, and what is empty."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest

from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.importers import Wanted
from vault_crm.importers import recognise
from vault_crm.importers.source import Source
from vault_crm.importers.tables.dialects import Dialect
from vault_crm.importers.tables.dialects import built_in_dialects
from vault_crm.importers.tables.dialects import columns_of

SAMPLES = sorted((Path(__file__).parent / "outlook").glob("*.csv"))
# What every language must have a name for; English names count where Outlook itself mixes them in.
NEEDED = (
    "given", "middle", "family", "company", "role", "email", "phone", "street", "city", "postcode",
    "birthday", "anniversary", "relation: spouse", "relation: child", "tags", "website", "note: Business fax",
)  # fmt: skip


def outlook() -> Dialect:
    return next(dialect for dialect in built_in_dialects() if dialect.name == "outlook")


LANGUAGES = sorted(language for language in outlook().books if language)


def targets(header: list[str]) -> dict[str, list[str]]:
    """Destination (without its group) -> the columns of a header that become it."""
    found: dict[str, list[str]] = {}
    for column in columns_of(outlook(), header):
        for target in column.targets:
            words = f"{target.what}: {target.label}" if target.label else target.what
            found.setdefault(words, []).append(column.name)
    return found


def header_of(path: Path) -> list[str]:
    source = Source(path)
    with source.open_text() as text:
        line = text.readline()
    return next(csv.reader([line.strip()], delimiter=";" if line.count(";") > line.count(",") else ","))


def read(tmp_path: Path, header: str, *rows: str) -> list[Record | Trouble]:
    file = tmp_path / "contacts.csv"
    file.write_text("\r\n".join((header, *rows)) + "\r\n", encoding="utf-8-sig")
    source = Source(file, "contacts.csv")
    importer = recognise(source, Wanted())
    assert importer is not None
    assert importer.NAME == "outlook"
    return [one for one in importer.read(source, Wanted()) if isinstance(one, Record | Trouble)]


def test_the_languages_are_these() -> None:
    assert LANGUAGES == ["de", "es", "fr", "it", "nl", "pt", "pt-br"]
    assert set(outlook().orders) == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_what_matters(language: str) -> None:
    own = [rule.name for rule in outlook().books[language].rules]
    common = [rule.name for rule in outlook().books[""].rules]
    assert outlook().language_of(own) == language
    missing = set(NEEDED) - set(targets([*own, *common]))
    assert missing == set()
    assert {"given", "family", "email", "phone"} <= set(targets(own))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_no_column_of_outlook_is_unknown(path: Path) -> None:
    header = header_of(path)
    assert len(header) > 20
    assert [column.name for column in columns_of(outlook(), header) if not column.known] == []


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_language_is_found_by_the_header(path: Path) -> None:
    named = path.stem.removeprefix("sample-")
    assert outlook().language_of(header_of(path)) == (named if named in LANGUAGES else "")


@pytest.mark.parametrize("nothing", ["0/0/00", "00/00/00", "0.0.00", "0-0-00", ""])
def test_an_empty_date_is_no_date_and_no_trouble(tmp_path: Path, nothing: str) -> None:
    header = "First Name,Last Name,E-mail Address,Business Phone,Birthday,Anniversary"
    (record,) = read(tmp_path, header, f"Ben,Okafor,ben@example.org,,{nothing},{nothing}")
    assert isinstance(record, Record)
    assert dict(record.values) == {"email": ("ben@example.org",)}


@pytest.mark.parametrize(
    ("header", "written", "birthday"),
    [
        ("Prénom,Nom,Adresse de messagerie,Anniversaire", "03/04/1975", "1975-04-03"),
        ("Nombre,Apellidos,Dirección de correo electrónico,Cumpleaños", "3/4/1975", "1975-04-03"),
        ("Vorname,Nachname,E-Mail-Adresse,Telefon geschäftlich,Geburtstag", ",3.4.1975", "1975-04-03"),
        ("Voornaam,Achternaam,E-mailadres,Verjaardag", "3-4-1975", "1975-04-03"),
        ("First Name,Last Name,E-mail Address,Business Phone,Birthday", ",1975-04-03", "1975-04-03"),
        ("First Name,Last Name,E-mail Address,Business Phone,Birthday", ",4/13/1975", "1975-04-13"),
    ],
)
def test_dates_are_read_in_the_order_of_the_language(
    tmp_path: Path, header: str, written: str, birthday: str
) -> None:
    (record,) = read(tmp_path, header, f"Ana,Martins,ana@example.org,{written}")
    assert isinstance(record, Record)
    assert record.values["birthday"] == birthday


def test_an_english_date_that_may_be_two_is_told_and_not_guessed(tmp_path: Path) -> None:
    header = "First Name,Last Name,E-mail Address,Business Phone,Birthday"
    trouble, record = read(tmp_path, header, "Ana,Martins,ana@example.org,,3/4/1975")
    assert isinstance(trouble, Trouble)
    assert trouble.span.line == 2
    assert isinstance(record, Record)
    assert "birthday" not in record.values


def test_the_other_dates_of_a_file_tell_the_order(tmp_path: Path) -> None:
    header = "First Name,Last Name,E-mail Address,Business Phone,Birthday"
    rows = ("Ana,Martins,ana@example.org,,3/4/1975", "Ben,Okafor,ben@example.org,,31/12/1980")
    first, _ = read(tmp_path, header, *rows)
    assert isinstance(first, Record)
    assert first.values["birthday"] == "1975-04-03"


def test_the_second_title_of_french_is_the_role() -> None:
    columns = columns_of(outlook(), ["Titre", "Prénom", "Nom", "Société", "Titre"])
    assert [column.targets[0].what for column in columns] == ["prefix", "given", "family", "company", "role"]
    assert [column.name for column in columns].count("Titre") == 2


def test_children_are_several_and_a_spouse_is_one(tmp_path: Path) -> None:
    header = "First Name,Last Name,E-mail Address,Business Phone,Spouse,Children"
    (record,) = read(tmp_path, header, 'Ana,Martins,ana@example.org,,"Martins, Leo","Rita, Tiago; Eva"')
    assert isinstance(record, Record)
    assert record.values["related_people"] == (
        "spouse: Martins, Leo",
        "child: Rita",
        "child: Tiago",
        "child: Eva",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_it_does_not_matter_how_the_file_is_written(tmp_path: Path, encoding: str, delimiter: str) -> None:
    sample = Path(__file__).parent / "outlook" / "sample-de.csv"
    rows = list(csv.reader(StringIO(sample.read_text(encoding="cp1252"), newline="")))
    text = StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    copy = tmp_path / "copy.csv"
    copy.write_bytes(text.getvalue().encode(encoding))
    expected, found = (
        [(one.name, one.values, one.note) for one in records(Source(path))] for path in (sample, copy)
    )
    assert found == expected
    assert found[0][0] == "Jürgen Karl Weiß"


def records(source: Source) -> list[Record]:
    importer = recognise(source, Wanted())
    assert importer is not None
    return [one for one in importer.read(source, Wanted()) if isinstance(one, Record)]
