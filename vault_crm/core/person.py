"""One note -> Person: what the note itself says about someone. Evidence from elsewhere joins in
`evidence.py`.

Nothing here raises: a value that cannot be read becomes a diagnostic with its place and what would be right.
If it is one that decides when somebody is due, it is a blocker too: the person stands under *needs
attention*, never hidden.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.dates import parse_date
from vault_crm.core.defaults import CadenceDefaults
from vault_crm.core.defaults import read_cadence
from vault_crm.core.late import late
from vault_crm.core.links import stem_of
from vault_crm.core.model import Birthday
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Event
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import Severity
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.record import replace

# The fields that decide when somebody is due.
DECIDING = frozenset(
    {"cadence", "tier", "last_contact", "next_contact", "snooze_until", "paused", "archived"}
)
_OFF = frozenset({"", "no", "false", "off", "0", "n", "never", "none", "-", "?"})


@record(frozen=False)
class Findings:
    """What was odd while one note was read; `blockers` are those that put the person under *needs
    attention*."""

    diagnostics: list[Diagnostic] = field(default_factory=list)
    blockers: list[Diagnostic] = field(default_factory=list)

    def add(self, found: Diagnostic, blocks: bool = False) -> None:
        """Note an oddity."""
        self.diagnostics.append(found)
        if blocks:
            self.blockers.append(found)


def read_person(note: Note, defaults: CadenceDefaults) -> tuple[Person, tuple[tuple[Property, date], ...]]:
    """The person that a note is about, still without evidence; and each last contact its properties state.

    The cadence is the note's own, else its tier's, its first known tag's, its deepest known folder's.
    """
    found = Findings(blockers=_note_blockers(note))
    by_field = _by_field(note)
    tags = tags_of(by_field.get("tags", ()))
    cadence = read_cadence(note, by_field, tags, defaults, found.add)
    contacts = tuple(
        (prop, on) for prop in by_field.get("last_contact", ()) for on in _dates(prop, found, blocks=True)
    )
    died = _died(by_field.get("died", ()), found)
    archived = any(is_on(prop.value) for prop in by_field.get("archived", ()))
    name = name_of(note)
    person = Person(
        note=note,
        name=name,
        aliases=aliases_of(by_field.get("aliases", ()), name),
        tags=tags,
        cadence=cadence.cadence,
        cadence_from=cadence.source,
        cadence_span=cadence.span,
        next_contact=_first_date(by_field.get("next_contact", ()), found, blocks=True),
        snooze_until=_first_date(by_field.get("snooze_until", ()), found, blocks=True),
        met=_first_date(by_field.get("met", ()), found, blocks=False),
        paused=any(is_on(prop.value) for prop in by_field.get("paused", ())),
        archived=archived,
        private=any(is_on(prop.value) for prop in by_field.get("private", ())),
        gone=died or archived,
        next=tuple(item for prop in by_field.get("next", ()) for item in text_items(prop.value)),
        birthday=_birthday(by_field.get("birthday", ()), found),
        events=_events(by_field, found),
        log=note.log,
        diagnostics=tuple(found.diagnostics),
        blockers=tuple(found.blockers),
    )
    return person, contacts


def _note_blockers(note: Note) -> list[Diagnostic]:
    """The errors of a note that make its cadence or dates uncertain (not a second `email`)."""
    if not note.diagnostics:
        return []
    deciding = {prop.key_span.line for prop in note.properties if prop.field in DECIDING}
    return [
        found
        for found in note.diagnostics
        if found.severity == "error" and (found.code != "duplicate-key" or found.span.line in deciding)
    ]


def _by_field(note: Note) -> dict[str, list[Property]]:
    """The note's known properties by canonical name; the canonical spelling first, as in `Note.find`."""
    found: dict[str, list[Property]] = {}
    for prop in note.properties:
        if prop.field:
            found.setdefault(prop.field, []).append(prop)
    for name, props in found.items():
        if len(props) > 1:
            props.sort(key=lambda prop: prop.key != name)
    return found


def name_of(note: Note) -> str:
    """A person's name: `name`; where the stem is an id, as zk makes them, the title; else the file's stem."""
    stem = stem_of(note.path)
    given = {prop.key.casefold(): prop.value for prop in note.properties if prop.key.casefold() in _NAMING}
    name = given.get("name")
    if isinstance(name, dict):  # `name: {first: .., last: ..}`, as one plugin writes it
        name = " ".join(text_items(tuple(name.values())))
    text = flat_text(name) if name is not True and name is not False else ""
    if not text and is_id(stem):
        text = flat_text(given.get("title")) or " ".join(note.title.split())
    return text or " ".join(stem.split()) or note.path


_NAMING = ("name", "title")
_DIGIT = late("[0-9]")


def is_id(stem: str) -> bool:
    """True for stems that programs make and no person bears: `k3x9`, `20260314`, `202603141200`, a UUID."""
    if not stem.isascii() or _DIGIT.search(stem) is None:
        return False
    bare = stem.replace("-", "").replace("_", "")
    if bare.isdigit():
        return len(bare) >= 4
    if len(bare) == 32 and "-" in stem:
        return all(char in "0123456789abcdefABCDEF" for char in bare)
    return bare == stem and stem == stem.lower() and stem.isalnum() and 4 <= len(stem) <= 12


def is_on(value: Value) -> bool:
    """A checkbox, also as people type it. What is neither yes nor no (`paused: until May`) says yes."""
    if value is None or isinstance(value, bool):
        return bool(value)
    return flat_text(value).casefold() not in _OFF


def tags_of(props: Iterable[Property]) -> tuple[str, ...]:
    """Obsidian's tags, without `#`, each once whatever its case; a text is cut at commas, in `tags` at spaces
    too."""
    found: dict[str, str] = {}
    for prop in props:
        for item in text_items(prop.value):
            parts = item.split(",") if isinstance(prop.value, str) else [item]
            if prop.key.casefold() in ("tags", "tag"):
                parts = [word for part in parts for word in part.split()]
            for part in parts:
                tag = part.strip().lstrip("#").strip("/ ")
                if tag:
                    found.setdefault(tag.casefold(), tag)
    return tuple(found.values())


def aliases_of(props: Iterable[Property], name: str) -> tuple[str, ...]:
    """Other names than `name`, each once; a text is cut at commas."""
    found: dict[str, str] = {}
    for prop in props:
        items = text_items(prop.value)
        if isinstance(prop.value, str):
            items = tuple(part.strip() for item in items for part in item.split(","))
        for item in items:
            if item and item != name:
                found.setdefault(item, item)
    return tuple(found)


# -- dates


def _dates(prop: Property, found: Findings, blocks: bool) -> list[date]:
    """The dates of a property; for what is none a diagnostic, an error if it decides when somebody is due."""
    if prop.value is False:
        return []
    severity: Severity = "error" if blocks else "warning"
    if prop.value is True:
        what, hint = f"{prop.key} is true, which is no date", "write a date like 2026-03-14"
        found.add(Diagnostic("bad-date", severity, prop.span, what, hint), blocks)
        return []
    dates = []
    for item in text_items(prop.value):
        try:
            on = parse_date(item)
        except ValueError as error:
            if blocks or not _is_rough(item):
                what, _, hint = str(error).partition("; ")
                found.add(Diagnostic("bad-date", severity, prop.span, f"{prop.key}: {what}", hint), blocks)
        else:
            if on is not None:
                dates.append(on)
    return dates


def _is_rough(text: str) -> bool:
    """`2019` or `2019-05`: all that people remember of how long they know somebody, or of when somebody
    died."""
    year, _, month = text.strip().partition("-")
    return len(year) == 4 and year.isdigit() and (not month or (month.isdigit() and len(month) <= 2))


def _first_date(props: Iterable[Property], found: Findings, blocks: bool) -> date | None:
    dates = [on for prop in props for on in _dates(prop, found, blocks)]
    return dates[0] if dates else None


def _died(props: Iterable[Property], found: Findings) -> bool:
    """True if the note says in any way that the person died: nobody wants to be reminded by mistake."""
    died = False
    for prop in props:
        if not is_on(prop.value):
            continue
        died = True
        if prop.value is not True and flat_text(prop.value).casefold() not in ("yes", "true"):
            _dates(prop, found, blocks=False)
    return died


def _birthday(props: Iterable[Property], found: Findings) -> Birthday | None:
    for prop in props:
        try:
            birthday = parse_birthday(prop.value)
        except ValueError as error:
            found.add(_bad_day(prop, "bad-birthday", str(error)))
        else:
            if birthday is not None:
                return birthday
    return None


def _events(by_field: dict[str, list[Property]], found: Findings) -> tuple[Event, ...]:
    events = []
    for prop in by_field.get("anniversary", ()):
        text = "wedding anniversary" if "wedding" in prop.key.casefold() else "anniversary"
        try:
            yearly = parse_birthday(prop.value)
        except ValueError as error:
            found.add(_bad_day(prop, "bad-date", str(error)))
        else:
            if yearly is not None:
                events.append(Event(text, yearly=yearly, span=prop.span))
    for prop in by_field.get("events", ()):
        for item in text_items(prop.value):
            try:
                events.append(replace(parse_event(item), span=prop.span))
            except ValueError as error:
                found.add(_bad_day(prop, "bad-event", str(error)))
    return tuple(events)


def _bad_day(prop: Property, code: str, message: str) -> Diagnostic:
    what, _, hint = message.partition("; ")
    return Diagnostic(code, "warning", prop.span, f"{prop.key}: {what}", hint)
