"""What a user asks for, as plans: log, snooze, pause, resume, set, unset, new.

Every function reads notes through `read` (path -> current bytes), changes exactly what was asked, and
returns a `Plan`; nothing is written here. All raise EditRefused, naming file and line, where a note cannot
be changed safely.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date

from vault_crm.core.conflict import refuse_conflict
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import FIELDS
from vault_crm.core.fields import field_of
from vault_crm.core.fields import spell
from vault_crm.core.frontmatter.edit import append_item
from vault_crm.core.frontmatter.edit import remove_item
from vault_crm.core.frontmatter.edit import set_property
from vault_crm.core.frontmatter.edit import unset_property
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.log.edit import add_entry
from vault_crm.core.log.line import relink
from vault_crm.core.model import Edit
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.names import few_names
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.settings import Settings
from vault_crm.core.text import apply_edits
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

Read = Callable[[str], bytes]

_ALSO = {field.name: field.also for field in FIELDS}


class Draft:
    """A note being changed in memory: each step is one verified edit on top of the last."""

    def __init__(self, path: str, base: bytes, settings: Settings) -> None:
        self.path = path
        self._base = base
        self._settings = settings
        self._text = decode(base)
        refuse_conflict(path, self._text)
        self._keys: set[str] = set()
        self._logged = 0
        self._lines = 0

    @property
    def text(self) -> str:
        """The note's text as it stands now."""
        return self._text

    def properties(self) -> tuple[Property, ...]:
        """The note's properties as they stand now."""
        return read_properties(self.path, self._text)[0]

    def find(self, name: str) -> Property | None:
        """The property that decides for a canonical field or, for a name nobody knows, of exactly that
        key."""
        known = field_of(name)
        found = [p for p in self.properties() if (p.field == known if known else p.key == name)]
        exact = [p for p in found if p.key == name] or [p for p in found if p.key == known]
        first = exact or found
        return first[0] if first else None

    def set(self, name: str, value: Value) -> None:
        """Sets a property under the key the note has, else under a new one in the note's own style."""
        key = self._key_for(name)
        if isinstance(value, dict):
            raise EditRefused(self.path, 0, f"{key}: values with keys of their own are left to an editor")
        flat = tuple(flat_text(item) for item in value) if isinstance(value, tuple) else value
        self._apply(set_property(self.path, self._text, key, flat), key)

    def unset(self, name: str) -> list[str]:
        """Removes a property, if it is there; what to say if another spelling of it stays."""
        found = self.find(name)
        if found is None:
            return []
        self._apply(unset_property(self.path, self._text, found.key), found.key)
        left = self.find(name)
        if left is None:
            return []
        return [f"{self.path}:{left.key_span.line}: {left.key} means the same and is still there"]

    def add_item(self, name: str, item: str) -> None:
        """Appends an item to a list property."""
        key = self._key_for(name)
        self._apply(append_item(self.path, self._text, key, item), key)

    def drop_item(self, name: str, item: str) -> None:
        """Removes an item from a list property."""
        key = self._key_for(name)
        self._apply(remove_item(self.path, self._text, key, item), key)

    def log(self, on: date, kind: str, words: str) -> None:
        """Adds one interaction to the log."""
        edit = add_entry(self.path, self._text, on, kind, words, self._settings)
        self._text = apply_edits(self._text, (edit,))
        self._logged += 1

    def insert(self, edit: Edit) -> None:
        """Adds whole lines to the body that are no part of the log."""
        self._text = apply_edits(self._text, (edit,))
        self._lines += edit.text.count("\n") + 1

    def change(self) -> FileChange:
        """The whole change of this note, with what may differ in it."""
        keys = frozenset(self._keys)
        allowed = Allowed(properties=keys, log_added=self._logged, lines_added=self._lines)
        return FileChange(self.path, self._base, encode(self._text), allowed)

    def _apply(self, edit: Edit, key: str) -> None:
        self._text = apply_edits(self._text, (edit,))
        self._keys.add(key)

    def _key_for(self, name: str) -> str:
        found = self.find(name)
        if found is not None:
            return found.key
        known = field_of(name)
        if not known:
            return name
        if name != known and name.casefold() != known:
            return name
        keys = [p.key for p in self.properties()]
        plugin = next((also for also in _ALSO[known] if also.startswith("prm-")), "")
        if plugin and any(key.startswith("prm-") for key in keys):
            return plugin
        return spell(known, key_style(keys) or self._settings.keys)


def key_style(keys: Iterable[str]) -> str:
    """The style in which a note spells keys of several words (snake, kebab, camel, words); '' if none
    shows it."""
    for key in keys:
        if not field_of(key) or key.startswith("prm-"):
            continue
        if "_" in key:
            return "snake"
        if "-" in key:
            return "kebab"
        if " " in key:
            return "words"
        if re.fullmatch(r"[a-z]+([A-Z][a-z]+)+", key):
            return "camel"
    return ""


def _plan(title: str, drafts: Iterable[Draft], notes: Iterable[str] = ()) -> Plan:
    changes = tuple(change for change in (d.change() for d in drafts) if change.base != change.result)
    return Plan(title, changes, tuple(notes))


def _named(people: Sequence[Person]) -> str:
    return few_names(p.name for p in people)


def plan_log(
    read: Read,
    people: Sequence[Person],
    on: date,
    kind: str,
    words: str,
    settings: Settings,
    next_: str | None = None,
) -> Plan:
    """An interaction with several people: a line in each log, and `last_contact` moved forward, never back.

    A kind that the settings do not count as contact moves nothing. A `last_contact` that cannot be read is
    left as it is, and the plan's notes say so. `next_` is what to ask about the next time; '' clears it,
    None leaves it.
    """
    drafts, notes = [], []
    for person in people:
        draft = Draft(person.path, read(person.path), settings)
        draft.log(on, kind, words)
        if kind.casefold() not in {k.casefold() for k in settings.not_contact}:
            notes.extend(_move_forward(draft, on))
        if next_ is not None:
            notes += _set_next(draft, next_)
        drafts.append(draft)
    return _plan(f"log {_named(people)}", drafts, notes)


def _move_forward(draft: Draft, on: date) -> list[str]:
    found = draft.find("last_contact")
    if found is None:
        draft.set("last_contact", on.isoformat())
        return []
    value = found.value
    if value is not None and not isinstance(value, str):
        return [f"{draft.path}:{found.span.line}: {found.key} is left as it is: it does not hold one date"]
    try:
        last = parse_date(value or "")
    except ValueError as problem:
        return [f"{draft.path}:{found.span.line}: {found.key} is left as it is: {problem}"]
    if last is None or last < on:
        # A date written as a link to the daily note stays one.
        draft.set("last_contact", relink(value or "", on) or on.isoformat())
    return []


def _set_next(draft: Draft, words: str) -> list[str]:
    found = draft.find("next")
    words = " ".join(words.split())
    if not words:
        return draft.unset("next")
    if found is not None and isinstance(found.value, tuple):
        draft.set("next", (words,))
    else:
        draft.set("next", words)
    return []


def plan_next(read: Read, person: Person, words: str, settings: Settings) -> Plan:
    """What to ask about the next time; '' clears it."""
    draft = Draft(person.path, read(person.path), settings)
    notes = _set_next(draft, words)
    return _plan(f"next time with {person.name}", (draft,), notes)


def plan_set(read: Read, people: Sequence[Person], name: str, value: Value, settings: Settings) -> Plan:
    """One property of several people, already in the form in which it shall be written."""
    drafts = []
    for person in people:
        draft = Draft(person.path, read(person.path), settings)
        draft.set(name, value)
        drafts.append(draft)
    return _plan(f"set {name} of {_named(people)}", drafts)


def plan_item(
    read: Read, people: Sequence[Person], name: str, item: str, settings: Settings, *, remove: bool = False
) -> Plan:
    """One item more, or one less, in a list property (tags, aliases, next ...) of several people."""
    drafts = []
    for person in people:
        draft = Draft(person.path, read(person.path), settings)
        if remove:
            draft.drop_item(name, item)
        else:
            draft.add_item(name, item)
        drafts.append(draft)
    return _plan(f"{'remove from' if remove else 'add to'} {name} of {_named(people)}", drafts)


def plan_unset(read: Read, people: Sequence[Person], name: str, settings: Settings) -> Plan:
    """One property less; nothing to do for people who do not have it."""
    drafts, notes = [], []
    for person in people:
        draft = Draft(person.path, read(person.path), settings)
        notes += draft.unset(name)
        drafts.append(draft)
    return _plan(f"unset {name} of {_named(people)}", drafts, notes)


def plan_snooze(read: Read, people: Sequence[Person], until: date, settings: Settings) -> Plan:
    """Off the overdue list until a day."""
    plan = plan_set(read, people, "snooze_until", until.isoformat(), settings)
    return Plan(f"snooze {_named(people)} until {until.isoformat()}", plan.changes, plan.notes)


def plan_pause(read: Read, people: Sequence[Person], settings: Settings) -> Plan:
    """No reminders for now; the chosen cadence stays."""
    plan = plan_set(read, people, "paused", True, settings)
    return Plan(f"pause {_named(people)}", plan.changes, plan.notes)


def plan_resume(read: Read, people: Sequence[Person], settings: Settings) -> Plan:
    """Reminders again: a pause is set to false, a snooze is taken out. A cadence of `never` is only named."""
    drafts, notes = [], []
    for person in people:
        draft = Draft(person.path, read(person.path), settings)
        paused = draft.find("paused")
        if paused is not None and paused.value is not False:
            draft.set("paused", False)
        notes += draft.unset("snooze_until")
        if person.cadence is not None and person.cadence.never and person.cadence_span is not None:
            where = f"{person.cadence_span.path}:{person.cadence_span.line}"
            notes.append(f"{where}: the cadence of {person.name} says never; `vault-crm set` gives another")
        drafts.append(draft)
    return _plan(f"resume {_named(people)}", drafts, notes)


def plan_new(path: str, text: str, name: str) -> Plan:
    """A note that is not there yet. Raises EditRefused if its frontmatter does not read back cleanly."""
    problems = [d for d in read_properties(path, text)[1] if d.severity == "error"]
    if problems:
        line = problems[0].span.line
        raise EditRefused(
            path, line, f"the person template makes unreadable frontmatter: {problems[0].message}"
        )
    return Plan(f"new {name}", (FileChange(path, None, encode(text), Allowed(anything=True)),))
