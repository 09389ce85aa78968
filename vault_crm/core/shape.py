"""The JSON shape of people: versioned and documented (docs/json.md). Keys are only added within a version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.cadence import format_cadence

if TYPE_CHECKING:
    from vault_crm.core.model import AgendaItem
    from vault_crm.core.model import Birthday
    from vault_crm.core.model import DateItem
    from vault_crm.core.model import Diagnostic
    from vault_crm.core.model import Event
    from vault_crm.core.model import Evidence
    from vault_crm.core.model import Interaction
    from vault_crm.core.model import Value

VERSION = 1

Json = dict[str, Any]


def head(today: date) -> Json:
    """What every document begins with."""
    return {"version": VERSION, "today": today.isoformat()}


def people_json(today: date, items: Iterable[AgendaItem], whole: bool = False) -> Json:
    """A list of people."""
    return {**head(today), "people": [person_json(item, whole) for item in items]}


def person_json(item: AgendaItem, whole: bool = False) -> Json:
    """One person; with `whole` all evidence, the log and every property as well."""
    person = item.person
    last = item.last
    shape: Json = {
        "name": person.name,
        "path": person.path,
        "aliases": list(person.aliases),
        "tags": list(person.tags),
        "status": item.status,
        "due": _iso(item.due),
        "last_contact": _iso(last.on) if last else None,
        "cadence": format_cadence(person.cadence) if person.cadence else None,
        "cadence_from": person.cadence_from or None,
        "days_overdue": item.days_overdue if item.due else None,
        "ratio": round(item.ratio, 3) if item.due else None,
        "next": list(person.next),
        "next_contact": _iso(person.next_contact),
        "snooze_until": _iso(person.snooze_until),
        "birthday": birthday_text(person.birthday),
        "private": person.private,
        "evidence": [evidence_json(last)] if last else [],
        "problems": [problem_json(found) for found in person.blockers],
    }
    if whole:
        shape["evidence"] = [evidence_json(found) for found in person.evidence]
        shape["problems"] = [problem_json(found) for found in _unique(person.blockers, person.diagnostics)]
        shape["met"] = _iso(person.met)
        shape["events"] = [event_json(event) for event in person.events]
        shape["log"] = [interaction_json(entry) for entry in person.log]
        shape["properties"] = {prop.key: value_json(prop.value) for prop in person.note.properties}
    return shape


def _unique(*groups: Iterable[Diagnostic]) -> list[Diagnostic]:
    return list(dict.fromkeys(found for group in groups for found in group))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def birthday_text(birthday: Birthday | None) -> str | None:
    """`1984-05-12`, without a year `05-12`."""
    if birthday is None:
        return None
    day = f"{birthday.month:02}-{birthday.day:02}"
    return f"{birthday.year:04}-{day}" if birthday.year else day


def evidence_json(evidence: Evidence) -> Json:
    """Where a contact is written."""
    return {
        "date": evidence.on.isoformat(),
        "how": evidence.how,
        "kind": evidence.kind or None,
        "text": evidence.text,
        "path": evidence.span.path,
        "line": evidence.span.line,
        "counts": evidence.counts,
    }


def interaction_json(entry: Interaction) -> Json:
    """One line of a log."""
    return {
        "date": entry.on.isoformat(),
        "kind": entry.kind or None,
        "text": entry.text,
        "path": entry.span.path,
        "line": entry.span.line,
    }


def event_json(event: Event) -> Json:
    """A life event: `date` if it is once, `yearly` if it comes back."""
    return {"text": event.text, "date": _iso(event.on), "yearly": birthday_text(event.yearly)}


def problem_json(found: Diagnostic) -> Json:
    """Something odd in a note."""
    return {
        "code": found.code,
        "severity": found.severity,
        "path": found.span.path,
        "line": found.span.line,
        "col": found.span.col,
        "message": found.message,
        "hint": found.hint,
    }


def date_json(item: DateItem) -> Json:
    """A birthday or event in the coming days."""
    return {
        "date": item.on.isoformat(),
        "name": item.person.name,
        "path": item.person.path,
        "what": item.what,
        "years": item.years,
    }


def value_json(value: Value) -> Any:
    """A property's value: texts as typed, lists, true/false, null."""
    if isinstance(value, tuple):
        return [value_json(item) for item in value]
    if isinstance(value, dict):
        return {key: value_json(item) for key, item in value.items()}
    return value
