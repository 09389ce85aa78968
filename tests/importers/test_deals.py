"""Beside every dialect of deals stands a sample (`tests/importers/deals/NAME*.csv`) and what is read of it.

`pytest tests/importers --update-transcripts` writes these texts anew; read what changed.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vault_crm.core.handoff.deal import Deal
from vault_crm.core.intake.record import Trouble
from vault_crm.importers import Wanted
from vault_crm.importers import importers
from vault_crm.importers.source import Source
from vault_crm.importers.tables.deals import FoundDeal
from vault_crm.importers.tables.deals import closed_on
from vault_crm.importers.tables.deals import deals_dialects
from vault_crm.importers.tables.deals import numbers_in
from vault_crm.importers.tables.deals import open_deals
from vault_crm.importers.tables.deals import read_deals
from vault_crm.importers.tables.dialects import Dialect
from vault_crm.importers.tables.dialects import all_dialects

HERE = Path(__file__).parent
SAMPLES = sorted((HERE / "deals").glob("*.csv"))


def say(found: FoundDeal) -> str:
    if isinstance(found, Deal):
        head = f"{found.title} / {found.company}  [{found.outcome or '?'} {found.closed or ''}]"
        return "\n".join([head, *(f"  {one}" for one in map(str, found.contacts))]) + "\n"
    if isinstance(found, Trouble):
        return f"trouble {found.span.line}: {found.message}\n"
    return f"unused {found.name}: {found.why}\n"


def dialect_of(path: Path) -> Dialect:
    found = deals_dialects(Source(path, path.name), {})
    assert [one.name for one in found] == [found[0].name]
    return found[0]


def test_every_dialect_of_deals_has_a_sample() -> None:
    deals = {one.name for one in all_dialects({}) if one.kind == "deals"}
    assert deals == {dialect_of(path).name for path in SAMPLES}


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_a_sample_is_recognised_and_read(path: Path, request: pytest.FixtureRequest) -> None:
    dialect = dialect_of(path)
    assert path.name.startswith(dialect.name)
    file = open_deals(Source(path, path.name), dialect, {})
    said = "".join(say(one) for one in read_deals(file))
    golden = path.with_suffix(".csv.deals.txt")
    if request.config.getoption("--update-transcripts"):
        golden.write_text(said, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == said
    unknown = [column.name for column in file.columns if not column.known]
    assert unknown == [], "every column of a sample has a destination, or a reason why not"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_import_claims_no_deals(path: Path) -> None:
    source = Source(path, path.name)
    assert [one.NAME for one in importers(Wanted()) if one.claims(source)] == []


@pytest.mark.parametrize(
    "name", ["hubspot/sample.csv", "salesforce/sample.csv", "pipedrive/sample.csv", "zoho/sample.csv"]
)
def test_contacts_are_no_deals_and_say_their_numbers(name: str) -> None:
    source = Source(HERE / name, name)
    assert deals_dialects(source, {}) == ()
    dialect = next(one for one in all_dialects({}) if one.name == name.partition("/")[0])
    numbers = numbers_in(source, dialect)
    assert len(numbers) >= 2
    assert min(numbers) == 2
    assert all(any(char.isdigit() for char in number) for number in numbers.values())


@pytest.mark.parametrize(
    ("text", "order", "day"),
    [
        ("2025-03-12 09:14", "", date(2025, 3, 12)),
        ("3/15/2024 2:30 PM", "", date(2024, 3, 15)),
        ("12.03.2025", "", date(2025, 3, 12)),
        ("3/4/2025", "dmy", date(2025, 4, 3)),
        ("3/4/2025", "mdy", date(2025, 3, 4)),
        ("3/4/2025", "", date(2025, 4, 3)),
        ("3/4/25", "mdy", date(2025, 3, 4)),
        ("2025-03-12T10:00:00.000Z", "", date(2025, 3, 12)),
        ("12 Mar 2025", "", date(2025, 3, 12)),
        ("03-12", "", None),
        ("soon", "", None),
    ],
)
def test_the_day_a_deal_was_closed(text: str, order: str, day: date | None) -> None:
    assert closed_on(text, order) == day
