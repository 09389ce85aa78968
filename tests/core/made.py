"""Made-up people for tests of the core, without any note's text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from vault_crm.core.cadence import parse_words
from vault_crm.core.fields import field_of
from vault_crm.core.model import Evidence
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.settings import Settings

DEFAULTS = Settings()


def day(text: str) -> date:
    """`2026-03-14` as a date."""
    return date.fromisoformat(text)


def note(path: str, properties: dict[str, Value] | None = None, **more: Any) -> Note:
    """A person's note with these properties, one a line from line 2 on."""
    made = []
    for line, (key, value) in enumerate((properties or {}).items(), 2):
        span, key_span = Span(path, line, len(key) + 3), Span(path, line, 1, len(key) + 1)
        made.append(Property(key, field_of(key), value, span, key_span))
    return Note(path, more.pop("person_rule", "folder People"), properties=tuple(made), **more)


def contacts(path: str, *days: str, how: str = "log", **more: Any) -> tuple[Evidence, ...]:
    """Evidence of these days, as it stands in the log; newest first."""
    lines = enumerate(sorted(days, reverse=True), 20)
    return tuple(Evidence(day(on), how, Span(path, line), **more) for line, on in lines)


def person(
    name: str, cadence: str = "", last: str | Iterable[str] = (), path: str = "", **more: Any
) -> Person:
    """A person, with a cadence in words, and log entries on these days; dates in `more` may be texts."""
    path = path or f"People/{name}.md"
    days = [last] if isinstance(last, str) else list(last)
    for key in ("next_contact", "snooze_until", "met"):
        if isinstance(more.get(key), str):
            more[key] = day(more[key])
    made = more.pop("note", None) or note(path, more.pop("properties", None))
    every = parse_words(cadence) if cadence else None
    evidence = more.pop("evidence", None) or contacts(path, *days)
    return Person(made, name, cadence=every, cadence_from="own" if every else "", evidence=evidence, **more)


def vault(*people: Person) -> Vault:
    """A vault of these people, in the vault's order."""
    ordered = sorted(people, key=lambda p: (p.name.casefold(), p.path))
    return Vault(tuple(ordered), {p.path: p.note for p in ordered}, {p.path: p for p in ordered})
