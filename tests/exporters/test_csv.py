"""CSV: nothing in it is a formula, everything in it comes back, and every property has its column."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import Cli
from vault_crm.core.fields import FIELDS
from vault_crm.exporters.csv import SEPARATOR
from vault_crm.exporters.csv import guarded
from vault_crm.exporters.csv import header

Make = Callable[[str], Path]
VAULT = """
=== People/Ana.md
---
name: =HYPERLINK("http://evil.example";"click")
last-contacted: 2026-10-27
E-Mail: [ana@example.org, "@work.example"]
phone: "+351 555 0134"
company: "[[Harbour, Books]]"
how_met: "a \\"quoted\\" café; =1+1"
relationship: "fun ;-) friend"
favourite: tea
vcard: ["X-A:1"]
cadence: 2 w
---
=== People/Ben.md
---
tags: [family]
cadence: never
birthday: --05-12
---
"""
_DANGER = re.compile(r"[=+\-@＝＋－＠]")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_row_a_person(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    run = cli("--today=2026-11-22 export csv")
    ana, ben = sorted(rows(run.stdout), key=lambda row: row["path"])
    assert run.raw.startswith(b"name,cadence,")
    assert run.raw.count(b"\r\n") == 3
    assert ana["name"] == '\'=HYPERLINK("http://evil.example";"click")'
    assert ana["email"] == f"ana@example.org{SEPARATOR}@work.example"
    assert ana["phone"] == "'+351 555 0134"
    assert ana["company"] == "[[Harbour, Books]]"
    assert ana["how_met"] == 'a "quoted" café; =1+1'
    assert ana["relationship"] == "fun ;-) friend"
    assert (ana["cadence"], ana["last_contact"], ana["last"]) == ("2 w", "2026-10-27", "2026-10-27")
    assert (ben["cadence"], ben["birthday"], ben["tags"]) == ("never", "05-12", "family")
    assert len(ana["uid"]) == 36
    assert "vcard" not in ana
    assert "tea" not in run.stdout


def test_raw_is_raw(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    (ana,) = rows(cli("export csv --raw ana@example.org").stdout)
    assert ana["name"].startswith("=HYPERLINK")
    assert (ana["phone"], ana["vcard"]) == ("+351 555 0134", "X-A:1")


def test_every_property_has_a_column() -> None:
    assert {field.name for field in FIELDS} <= set(header(raw=True))
    assert len(set(header(raw=True))) == len(header(raw=True))
    assert set(header(raw=True)) - set(header()) == {"vcard"}


@given(st.text("=+-@'＝＋－＠ a1;(|", max_size=12))
def test_no_cell_is_a_formula_and_each_comes_back(cell: str) -> None:
    safe = guarded(cell)
    assert not _DANGER.match(safe)
    for part in safe.split(";"):  # where the semicolon parts cells
        assert not re.match(r"[=@]", part)
    back = safe[1:] if re.match(r"''*[=+\-@＝＋－＠]", safe) else safe
    assert back.replace("; ", ";") == cell.replace("; ", ";")


@given(st.text("=+-@' ab", max_size=12))
def test_without_semicolons_nothing_else_changes(cell: str) -> None:
    safe = guarded(cell)
    assert cell == (safe[1:] if re.match("'+[=+\\-@]", safe) else safe)
