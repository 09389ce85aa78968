"""The frozen types that every room speaks in.

Paths are vault-relative POSIX strings. Lines and columns count from 1, columns in characters. Absent
collections are empty; `None` means "not stated". Dates are local calendar dates, never instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal

from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.words import Cadence as Cadence
from vault_crm.core.words import Interaction as Interaction
from vault_crm.core.words import Span as Span
from vault_crm.core.words import Value as Value

Severity = Literal["error", "warning", "info"]


@record
class Fix:
    """An edit that `check --fix` may make on its own: the property `key` gets `value`."""

    key: str
    value: str
    title: str


@record
class Diagnostic:
    """Something odd in the user's data. `code` is stable and kebab-case; `source` is the line itself, as
    written (cut around the span if it is very long); `hint` says what would be right."""

    code: str
    severity: Severity
    span: Span
    message: str
    hint: str = ""
    source: str = ""
    fix: Fix | None = None


@record
class Edit:
    """Replace the characters `start:end` of a note's text (decoded by `core.text.decode`) by `text`."""

    start: int
    end: int
    text: str


@record
class Property:
    """One top-level frontmatter property. `field` is the canonical name if the key is one we know, else
    ''."""

    key: str
    field: str
    value: Value
    span: Span
    key_span: Span


@record
class Birthday:
    """A yearly date; `year` is None where the user does not know or does not say it."""

    month: int
    day: int
    year: int | None = None


@record
class Event:
    """A life event: one-off (`on` set) or yearly (`birthday` set, with the first year if known)."""

    text: str
    on: date | None = None
    yearly: Birthday | None = None
    span: Span | None = None


@record
class Mention:
    """A link that counts as contact on a day: `how` is where it stands."""

    target: str
    on: date
    how: Literal["daily note", "meeting", "dated note", "task"]
    span: Span
    text: str


@record
class DatedLine:
    """One line of a dated note's own words (links, code, quotes, comments blanked out), for plain-name
    search."""

    on: date
    span: Span
    text: str


@record
class Note:
    """What one file says; a pure function of its path, its bytes and the parse settings (so it can be
    cached).

    `person_rule` says by which rule it is a person ('folder People', 'tag person/family', 'type person',
    'property cadence'), '' if it is none. `on` is the date of a dated note, `dated_as` what kind of one it
    is. Notes that are not people keep only the properties that name them (`aliases`, `name`, `title`).
    """

    path: str
    person_rule: str = ""
    title: str = ""
    on: date | None = None
    dated_as: Literal["", "daily note", "meeting", "dated note"] = ""
    properties: tuple[Property, ...] = ()
    log: tuple[Interaction, ...] = ()
    mentions: tuple[Mention, ...] = ()
    lines: tuple[DatedLine, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()

    def find(self, field_name: str) -> Property | None:
        """The property that decides for a canonical field: the canonical spelling first, else the first
        there."""
        found = [p for p in self.properties if p.field == field_name]
        exact = [p for p in found if p.key == field_name]
        first = exact or found
        return first[0] if first else None


@record
class Evidence:
    """One piece of evidence of contact. `how`: 'property', 'log', 'daily note', 'meeting', 'dated note',
    'task', "NAME's log", 'name in a daily note'. `counts` is False where it is only listed (a type that
    does not count)."""

    on: date
    how: str
    span: Span
    kind: str = ""
    text: str = ""
    counts: bool = True


@record
class Person:
    """A note about someone, with everything that spans files already joined, and nothing that depends on
    today.

    `evidence` is newest first. `cadence_from` says where the cadence comes from ('own', 'tier close',
    'tag family', 'folder Family'). `blockers` are the diagnostics that put the person under *needs
    attention*.
    """

    note: Note
    name: str
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    cadence: Cadence | None = None
    cadence_from: str = ""
    cadence_span: Span | None = None
    next_contact: date | None = None
    snooze_until: date | None = None
    met: date | None = None
    paused: bool = False
    archived: bool = False
    private: bool = False
    gone: bool = False
    next: tuple[str, ...] = ()
    birthday: Birthday | None = None
    events: tuple[Event, ...] = ()
    log: tuple[Interaction, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    blockers: tuple[Diagnostic, ...] = ()

    @property
    def path(self) -> str:
        """The note's path in the vault; the person's identity."""
        return self.note.path

    def text(self, field_name: str) -> str:
        """A canonical field's value as one line of text ('' if absent); lists are joined by ', '."""
        prop = self.note.find(field_name)
        return "" if prop is None else flat_text(prop.value)


@record
class Vault:
    """Everything that is known without knowing what day it is. `people` are sorted by name, then path."""

    people: tuple[Person, ...] = ()
    notes: Mapping[str, Note] = field(default_factory=dict)
    by_path: Mapping[str, Person] = field(default_factory=dict)
    diagnostics: tuple[Diagnostic, ...] = ()


Status = Literal[
    "gone", "attention", "paused", "untracked", "snoozed",
    "never", "long-overdue", "overdue", "today", "soon", "fine",
]  # fmt: skip


@record
class AgendaItem:
    """A person on a given day. `since` is what `due` was counted from (the last contact or `met`), None if
    `due` is an explicit `next_contact`. `days_overdue` is negative before the due date; `ratio` is days
    overdue ÷ the cadence in days, the measure of 'most pressing'."""

    person: Person
    status: Status
    due: date | None = None
    since: date | None = None
    last: Evidence | None = None
    days_overdue: int = 0
    ratio: float = 0.0


@record
class DateItem:
    """A birthday or event in the coming days; `years` is the age or the number of the anniversary, if
    known."""

    on: date
    person: Person
    what: str
    years: int | None = None


@record
class Agenda:
    """The whole vault on a day: every person in exactly one status (docs/vault-format.md, section 6)."""

    today: date
    items: tuple[AgendaItem, ...] = ()
    dates: tuple[DateItem, ...] = ()
    recent: tuple[tuple[Evidence, Person], ...] = ()
    good_until: date | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def with_status(self, *statuses: str) -> tuple[AgendaItem, ...]:
        """The items in one of these statuses, in the agenda's own order (name)."""
        return tuple(item for item in self.items if item.status in statuses)


def flat_text(value: Value) -> str:
    """A value as one line of text: lists joined by ', ', None as '', true/false as words, mappings as 'k:
    v'."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, dict):
        return ", ".join(f"{k}: {flat_text(v)}" for k, v in value.items())
    return ", ".join(flat_text(v) for v in value)


def text_items(value: Value) -> tuple[str, ...]:
    """A value as a tuple of texts: a list's items, or the one text; empty and null items are left out."""
    if isinstance(value, str):
        text = " ".join(value.split())
        return (text,) if text else ()
    items = value if isinstance(value, tuple) else (value,)
    return tuple(text for text in (flat_text(item) for item in items) if text)
