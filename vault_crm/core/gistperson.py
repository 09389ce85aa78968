"""A gist -> Person, as lists and dashboards see somebody."""

from __future__ import annotations

from datetime import date
from functools import cache

from vault_crm.core.gist import ARCHIVED
from vault_crm.core.gist import GONE
from vault_crm.core.gist import PAUSED
from vault_crm.core.gist import PRIVATE
from vault_crm.core.gist import Gist
from vault_crm.core.model import Birthday
from vault_crm.core.model import Event
from vault_crm.core.model import Evidence
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Property
from vault_crm.core.record import fields
from vault_crm.core.record import fillers
from vault_crm.core.words import Cadence
from vault_crm.core.words import Span
from vault_crm.core.words import Value

RULE = "gist"  # which rule it was is not in a gist; that there is one says that the note is a person


_new = object.__new__
_fill_note = dict(zip((f.name for f in fields(Note)), fillers(Note), strict=True))
_note_path, _note_rule = _fill_note.pop("path"), _fill_note.pop("person_rule")
_note_properties = _fill_note.pop("properties")
_PLAIN_NOTE = tuple((fill, getattr(Note(""), name)) for name, fill in _fill_note.items())
(
    _note, _name, _aliases, _tags, _cadence, _cadence_from, _cadence_span, _next_contact, _snooze_until, _met,
    _paused, _archived, _private, _gone, _next, _birthday, _events, _log, _evidence, _diagnostics, _blockers,
) = fillers(Person)  # fmt: skip

_span_path, _span_line, _span_col, _span_end = fillers(Span)
_prop_key, _prop_field, _prop_value, _prop_span, _prop_key_span = fillers(Property)
_month, _day, _year = fillers(Birthday)

_day_of = cache(date.fromordinal)


@cache
def _cadence_of(every: int, unit: str) -> Cadence:
    return Cadence(every, unit)  # type: ignore[arg-type]


def person_of(path: str, gist: Gist, evidence: tuple[Evidence, ...]) -> Person:
    """The person that a gist tells of, with this evidence.

    Everything is there that the gist holds, and `text` answers for `core.gist.SAID_FIELDS`; there is no log,
    there are no diagnostics and no other properties, and where the cadence stands is not known. Not for
    somebody whose gist is BLOCKED: what blocks is not in it.
    """
    (
        name, aliases, tags, cadence, cadence_from, next_contact, snooze_until, met, flags, next_, birthday,
        events, said, _own, _more, _links, _mentions,
    ) = gist  # fmt: skip
    person = _new(Person)
    _note(person, _note_of(path, said))
    _name(person, name)
    _aliases(person, aliases)
    _tags(person, tags)
    _cadence(person, _cadence_of(*cadence) if cadence else None)
    _cadence_from(person, cadence_from)
    _cadence_span(person, None)
    _next_contact(person, _day_of(next_contact) if next_contact else None)
    _snooze_until(person, _day_of(snooze_until) if snooze_until else None)
    _met(person, _day_of(met) if met else None)
    _paused(person, flags & PAUSED != 0)
    _archived(person, flags & ARCHIVED != 0)
    _private(person, flags & PRIVATE != 0)
    _gone(person, flags & GONE != 0)
    _next(person, next_)
    _birthday(person, _birthday_of(birthday) if birthday else None)
    _events(person, tuple([_event_of(path, *event) for event in events]) if events else ())
    _log(person, ())
    _evidence(person, evidence)
    _diagnostics(person, ())
    _blockers(person, ())
    return person


def _note_of(path: str, said: Gist) -> Note:
    note = _new(Note)
    for fill, value in _PLAIN_NOTE:
        fill(note, value)
    _note_path(note, path)
    _note_rule(note, RULE)
    _note_properties(note, tuple([_property(path, *pair) for pair in said]) if said else ())
    return note


def _property(path: str, field: str, text: str) -> Property:
    nowhere = _new(Span)
    _span_path(nowhere, path)
    _span_line(nowhere, 1)
    _span_col(nowhere, 1)
    _span_end(nowhere, 0)
    prop = _new(Property)
    _prop_key(prop, field)
    _prop_field(prop, field)
    _prop_value(prop, value_saying(text))
    _prop_span(prop, nowhere)
    _prop_key_span(prop, nowhere)
    return prop


def value_saying(text: str) -> Value:
    """A value of which `flat_text` is this text, which `flat_text` made itself.

    Nearly always the text is that value; not where a list has an empty item or a mapping odd spaces in a key.
    """
    if " ".join(text.split()) == text:
        return text
    keys, colon, last = text.rpartition(": ")
    items: list[str] = []
    for piece in last.split(", "):
        if items and items[-1][-1:] == " ":  # no item ends with a space: this comma is its own
            items[-1] += f", {piece}"
        else:
            items.append(piece)
    return {keys: tuple(items)} if colon else tuple(items)


@cache
def _birthday_of(day: Gist) -> Birthday:
    month, number, year = day
    birthday = _new(Birthday)
    _month(birthday, month)
    _day(birthday, number)
    _year(birthday, year or None)
    return birthday


def _event_of(path: str, text: str, on: int, yearly: Gist | None, place: Gist | None) -> Event:
    return Event(
        text,
        _day_of(on) if on else None,
        _birthday_of(yearly) if yearly else None,
        Span(path, *place) if place else None,
    )
