"""What a person's note says, as the values of a card."""

from __future__ import annotations

from vault_crm.core.birthdays import format_birthday
from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.dates import parse_date
from vault_crm.core.intake.keys import emails_in
from vault_crm.core.intake.record import clean_line
from vault_crm.core.intake.tags import tag_of
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.links import shown_text
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.model import text_items
from vault_crm.core.person import is_on
from vault_crm.core.vcard.claims import LINKING
from vault_crm.core.vcard.pieces import Values

_PLAIN = (*sorted(LINKING), "phone", "address", "website")


def values_of(person: Person, prose: str) -> Values:
    """What leaves in a card: name, addresses, work, dates, family, groups, and the prose that came from an
    address book. How we met, the log, what to ask next, the cadence and everything else stays at home."""
    values = {name: _items(person, name) for name in _PLAIN}
    values["name"] = values["n"] = (clean_line(person.name),)
    values["uid"] = (clean_line(uid_of(person)),)
    values["aliases"] = tuple(clean_line(alias) for alias in person.aliases)
    values["tags"] = tuple(tag_of(tag) for tag in person.tags)
    values["email"] = tuple(part for item in _items(person, "email") for part in emails_in(item))
    values["birthday"] = (format_birthday(person.birthday),) if person.birthday else ()
    values["anniversary"] = _anniversary(person)
    values["died"] = _died(person.note.find("died"))
    values["events"] = tuple(text for item in _items(person, "events") if (text := _event(item)))
    values["note"] = (prose,) if prose else ()
    return {name: tuple(dict.fromkeys(filter(None, texts))) for name, texts in values.items()}


def kept_of(person: Person) -> tuple[str, ...]:
    """The lines that the note keeps from an address book."""
    prop = person.note.find("vcard")
    items = prop.value if prop is not None and isinstance(prop.value, tuple) else ()
    texts = items or text_items(prop.value if prop is not None else None)
    return tuple(clean_line(text) for text in texts if isinstance(text, str))


def _items(person: Person, name: str) -> tuple[str, ...]:
    prop = person.note.find(name)
    items = text_items(prop.value) if prop is not None else ()
    return tuple(clean_line(shown_text(item) if name in LINKING else item) for item in items)


def _anniversary(person: Person) -> tuple[str, ...]:
    prop = person.note.find("anniversary")
    try:
        day = parse_birthday(prop.value) if prop is not None else None
    except ValueError:
        return ()
    return (format_birthday(day),) if day is not None else ()


def _died(prop: Property | None) -> tuple[str, ...]:
    """The day, the year or month if that is all that is known, else 'true'."""
    if prop is None or not is_on(prop.value):
        return ()
    text = next(iter(text_items(prop.value)), "")
    if len(text) in (4, 7) and text.replace("-", "").isdigit():
        return (text,)
    try:
        on = parse_date(text)
    except ValueError:
        on = None
    return (on.isoformat() if on is not None else "true",)


def _event(item: str) -> str:
    try:
        event = parse_event(item)
    except ValueError:
        return ""
    day = format_birthday(event.yearly) if event.yearly else event.on.isoformat() if event.on else ""
    return f"{day} {event.text}"
