"""The database: its tables are those of docs/export.md, and hold what the notes say."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.conftest import Cli

Make = Callable[[str], Path]
TODAY = "--today=2026-11-22"
PAGE = (Path(__file__).parents[2] / "docs" / "export.md").read_text()


@pytest.fixture
def database(vault: Make, cli: Cli) -> sqlite3.Connection:
    root = vault(SMALL)
    (root / "People/zoe.md").write_bytes(b"---\nname: Zo'e\nx: [a, '', b]\ny:\n---\ncaf\xe9 \x00\n")
    assert cli(f"{TODAY} export sqlite -o people.sqlite").code == 0
    return sqlite3.connect(root / "people.sqlite")


def test_people_as_they_are_listed(database: sqlite3.Connection, cli: Cli) -> None:
    names = [row[0] for row in database.execute("SELECT name FROM people ORDER BY id")]
    assert names == cli(f"{TODAY} list --format '{{{{ name }}}}'").lines
    overdue = [row[0] for row in database.execute("SELECT name FROM overdue")]
    assert overdue == cli(f"{TODAY} overdue --format '{{{{ name }}}}'").lines
    ben = "SELECT birth_month, birth_day, due, private FROM people WHERE name = 'Ben Okafor'"
    assert database.execute(ben).fetchone() == (11, 25, "2026-11-19", 0)
    assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert database.execute("PRAGMA user_version").fetchone() == (1,)


def test_what_hangs_on_a_person(database: sqlite3.Connection) -> None:
    def of(name: str, columns: str, table: str) -> list[tuple[object, ...]]:
        where = f"person = (SELECT id FROM people WHERE name = '{name}')"
        return database.execute(f"SELECT {columns} FROM {table} WHERE {where} ORDER BY rowid").fetchall()

    assert of("Mara Lindqvist", "date, kind", "interactions") == [
        ("2026-03-14", "call"),
        ("2026-01-27", "mail"),
    ]
    assert of("Mara Lindqvist", "text, date, month", "events") == [("sabbatical starts", "2027-04-01", 4)]
    assert ("wedding", None, None, 12, 3) in of("Ana Sousa", "text, date, year, month, day", "events")
    assert of("Ben Okafor", "alias", "aliases") == [("Benji",)]
    assert of("Dad", "tag", "tags") == [("family",)]
    assert of("Tom Reyes", "code", "problems")
    assert ("daily note", 1) in of("Ana Sousa", "how, counts", "evidence")
    zoe = of("Zo''e", "key, field, position, value", "properties")
    assert zoe == [("name", None, 1, "Zo'e"), ("x", None, 1, "a"), ("x", None, 2, "b"), ("y", None, 1, "")]
    (text,) = database.execute("SELECT text FROM people WHERE path = 'People/zoe.md'").fetchone()
    assert text.endswith("caf\ufffd \x00\n")


def test_the_tables_are_documented(database: sqlite3.Connection) -> None:
    names = database.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')").fetchall()
    section = PAGE.partition("## sqlite")[2].partition("\n## ")[0]
    for (name,) in names:
        row = next(line for line in section.splitlines() if line.startswith("|") and f"`{name}`" in line)
        said = set(re.findall(r"`(\w+)`", section if name in ("aliases", "tags", "asks") else row))
        assert {column[1] for column in database.execute(f"PRAGMA table_info({name})")} <= said


def test_the_examples_of_the_page_run(database: sqlite3.Connection) -> None:
    examples = re.findall(r"SELECT [^\"\n]*", PAGE)
    assert len(examples) == 3
    for example in examples:
        database.execute(example)


def test_the_same_people_are_the_same_bytes(vault: Make, cli: Cli) -> None:
    vault(SMALL)
    assert cli(f"{TODAY} export sqlite -o a.sqlite").code == 0
    assert cli(f"{TODAY} export sqlite -o a.sqlite").stderr == "a.sqlite: 17 people (as it was)\n"
