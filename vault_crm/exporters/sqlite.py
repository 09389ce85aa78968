"""SQLite: a database file for people who want to query. Its tables are described in docs/export.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import TypeAlias

from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import format_cadence
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Event
from vault_crm.core.model import Person
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.shape import birthday_text
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError
from vault_crm.exporters import Context

if TYPE_CHECKING:
    import sqlite3

NAME = "sqlite"
ENDING = ".sqlite"
DOC = "A database, for people who want to query."
BINARY = True

VERSION = 1
_NO_CHARACTER = re.compile("[\ud800-\udfff]")

SCHEMA = f"""
PRAGMA user_version = {VERSION};
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE people (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL,
    path TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    status TEXT NOT NULL,
    cadence TEXT,
    cadence_days REAL,
    cadence_from TEXT,
    last_contact TEXT,
    due TEXT,
    days_overdue INTEGER,
    ratio REAL,
    next_contact TEXT,
    snooze_until TEXT,
    met TEXT,
    birthday TEXT,
    birth_year INTEGER,
    birth_month INTEGER,
    birth_day INTEGER,
    company TEXT,
    role TEXT,
    city TEXT,
    private INTEGER NOT NULL,
    paused INTEGER NOT NULL,
    archived INTEGER NOT NULL,
    gone INTEGER NOT NULL,
    text TEXT
);
CREATE TABLE properties (
    person INTEGER NOT NULL REFERENCES people (id),
    key TEXT NOT NULL,
    field TEXT,
    position INTEGER NOT NULL,
    value TEXT NOT NULL
);
CREATE TABLE aliases (person INTEGER NOT NULL REFERENCES people (id), alias TEXT NOT NULL);
CREATE TABLE tags (person INTEGER NOT NULL REFERENCES people (id), tag TEXT NOT NULL);
CREATE TABLE asks (person INTEGER NOT NULL REFERENCES people (id), ask TEXT NOT NULL);
CREATE TABLE interactions (
    person INTEGER NOT NULL REFERENCES people (id),
    date TEXT NOT NULL,
    kind TEXT,
    text TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL
);
CREATE TABLE evidence (
    person INTEGER NOT NULL REFERENCES people (id),
    date TEXT NOT NULL,
    how TEXT NOT NULL,
    kind TEXT,
    text TEXT NOT NULL,
    path TEXT NOT NULL,
    line INTEGER NOT NULL,
    counts INTEGER NOT NULL
);
CREATE TABLE events (
    person INTEGER NOT NULL REFERENCES people (id),
    text TEXT NOT NULL,
    date TEXT,
    year INTEGER,
    month INTEGER,
    day INTEGER
);
CREATE TABLE problems (
    person INTEGER NOT NULL REFERENCES people (id),
    code TEXT NOT NULL,
    line INTEGER NOT NULL,
    message TEXT NOT NULL
);
CREATE INDEX properties_by_field ON properties (field, value);
CREATE INDEX interactions_by_date ON interactions (date);
CREATE INDEX evidence_by_date ON evidence (date);
CREATE VIEW overdue AS
    SELECT name, days_overdue, due, last_contact, cadence, path FROM people
    WHERE status IN ('overdue', 'long-overdue') ORDER BY ratio DESC;
"""

Cell: TypeAlias = "str | int | float | None"


def export(context: Context) -> Iterator[bytes]:
    """The database, made in memory. Raises UsageError if this Python's SQLite cannot hand it over."""
    import sqlite3

    if not hasattr(sqlite3.Connection, "serialize"):
        raise UsageError("this Python's SQLite is too old for this export", "jsonl holds everything, too")
    database = sqlite3.connect(":memory:", isolation_level=None)
    try:
        database.executescript(SCHEMA)
        database.execute("BEGIN")
        _insert(database, "meta", [("made by", "vault-crm"), ("today", context.today.isoformat())])
        for number, item in enumerate(context.items, 1):
            _add_person(database, number, item, _text(context, item.person.path))
        database.execute("COMMIT")
        yield bytes(database.serialize())
    finally:
        database.close()


def _text(context: Context, path: str) -> str | None:
    try:
        return decode(context.read(path))
    except EditRefused:
        return None


def _insert(database: sqlite3.Connection, table: str, rows: list[tuple[Cell, ...]]) -> None:
    for row in rows:
        marks = ", ".join("?" * len(row))
        database.execute(f"INSERT INTO {table} VALUES ({marks})", tuple(map(_cell, row)))


def _cell(value: Cell) -> Cell:
    """Bytes of a note that were no UTF-8 are U+FFFD: SQLite takes no others."""
    return _NO_CHARACTER.sub("\N{REPLACEMENT CHARACTER}", value) if isinstance(value, str) else value


def _add_person(database: sqlite3.Connection, number: int, item: AgendaItem, text: str | None) -> None:
    person = item.person
    _insert(database, "people", [_person_row(number, item, text)])
    _insert(database, "properties", list(_property_rows(number, person)))
    _insert(database, "aliases", [(number, alias) for alias in person.aliases])
    _insert(database, "tags", [(number, tag) for tag in person.tags])
    _insert(database, "asks", [(number, ask) for ask in person.next])
    _insert(
        database,
        "interactions",
        [(number, e.on.isoformat(), e.kind or None, e.text, e.span.path, e.span.line) for e in person.log],
    )
    _insert(
        database,
        "evidence",
        [
            (number, e.on.isoformat(), e.how, e.kind or None, e.text, e.span.path, e.span.line, int(e.counts))
            for e in person.evidence
        ],
    )
    _insert(database, "events", [_event_row(number, event) for event in person.events])
    found = dict.fromkeys((*person.blockers, *person.diagnostics))
    _insert(database, "problems", [(number, d.code, d.span.line, d.message) for d in found])


def _person_row(number: int, item: AgendaItem, text: str | None) -> tuple[Cell, ...]:
    person, last, birthday = item.person, item.last, item.person.birthday
    cadence = person.cadence
    return (
        number,
        uid_of(person),
        person.path,
        person.name,
        item.status,
        format_cadence(cadence) if cadence else None,
        days_of(cadence) if cadence and not cadence.never else None,
        person.cadence_from or None,
        last.on.isoformat() if last else None,
        item.due.isoformat() if item.due else None,
        item.days_overdue if item.due else None,
        round(item.ratio, 3) if item.due else None,
        person.next_contact.isoformat() if person.next_contact else None,
        person.snooze_until.isoformat() if person.snooze_until else None,
        person.met.isoformat() if person.met else None,
        birthday_text(birthday),
        birthday.year if birthday else None,
        birthday.month if birthday else None,
        birthday.day if birthday else None,
        *(person.text(name) or None for name in ("company", "role", "city")),
        *(int(flag) for flag in (person.private, person.paused, person.archived, person.gone)),
        text,
    )


def _property_rows(number: int, person: Person) -> Iterator[tuple[Cell, ...]]:
    """Every property, a list's items one by one; an empty one is one row with an empty value."""
    for prop in person.note.properties:
        key = flat_text(prop.key)
        items = text_items(prop.value) if isinstance(prop.value, tuple) else (flat_text(prop.value),)
        for position, value in enumerate(items or ("",), 1):
            yield number, key, prop.field or None, position, value


def _event_row(number: int, event: Event) -> tuple[Cell, ...]:
    day, yearly = event.on, event.yearly
    if yearly is not None:
        return number, event.text, None, yearly.year, yearly.month, yearly.day
    if day is not None:
        return number, event.text, day.isoformat(), day.year, day.month, day.day
    return number, event.text, None, None, None, None
