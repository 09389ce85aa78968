"""What a record tells that a note does not say yet. Nothing that stands in a note is ever overwritten."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace

from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import field_of
from vault_crm.core.fields import get_field
from vault_crm.core.intake.cardlines import missing_lines
from vault_crm.core.intake.keys import company_key
from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import emails_in
from vault_crm.core.intake.keys import name_key
from vault_crm.core.intake.keys import phone_key
from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.match import same_day
from vault_crm.core.intake.quoted import read_quoted
from vault_crm.core.intake.record import Entry
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.uid import uid_key
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.links import shown_text
from vault_crm.core.log.line import line_words
from vault_crm.core.log.line import readings
from vault_crm.core.model import Interaction
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.names import names_of

_PAGE = re.compile(r"(?i)^https?://(www\.)?|(?<!/)/+$")


def _page_key(text: str) -> str:
    return profile_key(text) or _PAGE.sub("", text.strip()).casefold()


def _event_key(text: str) -> str:
    """An event is the same however its date is spelled and whatever stands between date and words."""
    try:
        event = parse_event(text)
    except ValueError:
        return fold(text)
    return f"{event.on or event.yearly} {fold(event.text)}"


def _said_name(text: str) -> str:
    return name_key(text) or fold(text)


# Lists that get what they lack, and by what their items are the same; all other properties only if the note
# has none.
_ITEM_KEYS: Mapping[str, Callable[[str], str]] = {
    "email": email_key,
    "phone": phone_key,
    "website": _page_key,
    "aliases": _said_name,
    "related_people": lambda text: fold(shown_text(text)),
    "events": _event_key,
}
_LISTS = frozenset({"aliases", "tags", "events", "related_people", "vcard"})


@dataclass(frozen=True, slots=True)
class Gaps:
    """What is to be added to a note: `values` are properties that it lacks, `items` what its lists lack;
    `entries` of its log; `prose` for its quote. `stays` names the properties that say something else there
    and keep it."""

    values: Mapping[str, Value] = field(default_factory=dict)
    items: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    entries: tuple[Entry, ...] = ()
    prose: str = ""
    stays: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """True if there is nothing to add."""
        return not (self.values or self.items or self.entries or self.prose)

    @property
    def names(self) -> tuple[str, ...]:
        """What would be added, in words: property names, `log`, `note`."""
        log = ("log",) if self.entries else ()
        return (*self.values, *self.items, *log, *(("note",) if self.prose else ()))


def find_gaps(person: Person, record: Record, text: str | None) -> Gaps:
    """What a record adds to somebody's note. `text` is the note's, of which only the quote is looked at; None
    if it is not known: then prose counts as there."""
    values: dict[str, Value] = {}
    items: dict[str, tuple[str, ...]] = {}
    stays: list[str] = []
    for name, value in record.values.items():
        there = find_property(person.note, name)
        old = text_items(there.value) if there is not None and not isinstance(there.value, bool) else ()
        if there is None or (not old and not isinstance(there.value, bool)):
            wanted = _unknown_to(person, name, value)
            if wanted not in ((), ""):
                values[name] = shape(name, wanted)
            continue
        field_name = field_of(name)
        if field_name in _ITEM_KEYS or field_name == "vcard":
            known = (*old, *names_of(person)) if field_name == "aliases" else old
            if more := missing_items(field_name, known, text_items(value)):
                items[name] = more
        elif not same_value(name, there.value, value):
            stays.append(name)
    prose = record.note if record.note and text is not None and not read_quoted(text) else ""
    return Gaps(values, items, missing_entries(person.note.log, record.entries), prose, tuple(stays))


def find_property(note: Note, name: str) -> Property | None:
    """The property that decides for a field; for a name that nobody knows, the one of exactly that key."""
    if known := field_of(name):
        return note.find(known)
    return next((prop for prop in note.properties if prop.key == name), None)


def _unknown_to(person: Person, name: str, value: Value) -> Value:
    """What of a value a note without the property lacks: not the UID by which exports call it anyway, nor an
    alias that is the name, nor a cadence where a tier, tag or folder gives one."""
    if name == "uid" and uid_key(str(value)) == uid_key(uid_of(person)):
        return ()
    if name == "cadence" and person.cadence is not None:
        return ()
    if name == "aliases":
        return missing_items(name, names_of(person), text_items(value))
    return value


def missing_items(name: str, have: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    """The items that a list property does not have yet, in their order, each once."""
    if name == "vcard":
        return missing_lines(tuple(have), tuple(more))
    key = _ITEM_KEYS.get(name, fold)
    old = have if name != "email" else (part for item in have for part in emails_in(item))
    known = {key(item) or fold(item) for item in old}
    found: list[str] = []
    for item in more:
        mark = key(item) or fold(item)
        if mark not in known:
            known.add(mark)
            found.append(item)
    return tuple(found)


def same_value(name: str, old: Value, value: Value) -> bool:
    """Whether a property already says what a record says, however it is written."""
    known = field_of(name)
    kind = get_field(known).kind if known else ""
    if kind in ("flag", "date-or-true") and flat_text(old).casefold() == flat_text(value).casefold():
        return True
    try:
        if kind == "birthday":
            return same_day(parse_birthday(old), parse_birthday(value)) is True
        if kind in ("date", "date-or-true"):
            return parse_date(flat_text(old)) == parse_date(flat_text(value))
    except ValueError:
        return False
    if known == "company":
        return company_key(flat_text(old)) == company_key(flat_text(value))
    return not missing_items(known, text_items(old), text_items(value))


def missing_entries(log: Iterable[Interaction], entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries that a log does not hold yet, each once: another day, type or text."""
    known = {(i.on, i.kind.casefold(), i.text) for i in log}
    found: list[Entry] = []
    for entry in entries:
        fit = fit_entry(entry)
        said = {(entry.on, kind.casefold(), text) for kind, text in readings(line_words(fit.kind, fit.text))}
        if not said & known:
            known |= said
            found.append(fit)
    return tuple(found)


def fit_entry(entry: Entry) -> Entry:
    """An entry whose type the log can hold: what is not one or two words stands in the text."""
    try:
        line_words(entry.kind, entry.text)
    except ValueError:
        return Entry(entry.on, "", f"{entry.kind}: {entry.text}" if entry.text else entry.kind)
    return entry


def shape(name: str, value: Value) -> Value:
    """A value in the form in which it is written: one text where a list has one, but for lists that are
    always lists."""
    known = field_of(name)
    if known in _LISTS:
        return text_items(value)
    if isinstance(value, tuple) and len(value) == 1:
        return value[0]
    return value


def combine(records: Sequence[Record]) -> Record:
    """Several records of one person as one: what the earlier ones say counts, lists are united, and other
    names are aliases."""
    first = next((record for record in records if record.name), records[0])
    if len(records) == 1:
        return first
    values: dict[str, Value] = {}
    for record in records:
        for name, value in record.values.items():
            if name not in values:
                values[name] = value
            elif isinstance(value, tuple):
                have = text_items(values[name])
                values[name] = (*have, *missing_items(field_of(name), have, text_items(value)))
    aliases = text_items(values.get("aliases"))
    names = [record.name for record in records if record.name]
    aliases = (*aliases, *missing_items("aliases", (first.name, *aliases), names))
    if aliases:
        values["aliases"] = aliases
    notes = dict.fromkeys(record.note for record in records if record.note)
    return replace(
        first,
        values=values,
        entries=tuple(dict.fromkeys(entry for record in records for entry in record.entries)),
        note="\n\n".join(notes),
        hints=tuple(dict.fromkeys(hint for record in records for hint in record.hints)),
        photo=next((record.photo for record in records if record.photo), None),
    )
