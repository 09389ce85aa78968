"""What a list of everybody needs of one note, as a plain tuple: its gist.

A gist depends on a note's path and bytes and on the settings, and on nothing else; it holds only tuples,
texts, numbers and None, so that thousands of them are kept in one packed file. What is written here is what
a gist means, made from the full `Note`; `core.gistread` makes the same one faster where a note is plain.

Days are ordinals (0: none), places are `line, col, end_col` in the note itself.

    nothing  ()                       a note of which nothing is known but that it is there
    other    (names, mentions, flags)
    person   (name, aliases, tags, cadence, cadence_from, next_contact, snooze_until, met, flags, next,
              birthday, events, said, own, more, links, mentions)
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from typing import Any
from typing import TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from vault_crm.core.defaults import CadenceDefaults
    from vault_crm.core.evidence import EvidenceFinder
    from vault_crm.core.model import Birthday
    from vault_crm.core.model import Diagnostic
    from vault_crm.core.model import Evidence
    from vault_crm.core.model import Note
    from vault_crm.core.model import Person
    from vault_crm.core.words import Span

Gist: TypeAlias = "tuple[Any, ...]"

NOTHING: Gist = ()

# What stands where. Of notes that are no people:
#   names: what links may call it beside its path and stem; mentions: (target, on, how, text, *place)
NAMES, OTHER_MENTIONS, OTHER_FLAGS = range(3)
OTHER_LENGTH = 3

# Of people:
#   cadence: None or (every, unit); birthday: None or (month, day, year or 0)
#   events: (text, on, yearly: None or (month, day, year or 0), None or place)
#   said: (field, what it says) of the fields in SAID that say something
#   own: the first piece of the person's own evidence that counts: None or (on, how, kind, text, *place)
#   more: True if there is another own piece that counts, for a question about an earlier day
#   links: (target, on, kind, text, *place, counts) of each link in the log
#   mentions: as above, of tasks that are done
(
    NAME, ALIASES, TAGS, CADENCE, CADENCE_FROM, NEXT_CONTACT, SNOOZE_UNTIL, MET, FLAGS, NEXT, BIRTHDAY,
    EVENTS, SAID, OWN, MORE, LINKS, MENTIONS,
) = range(17)  # fmt: skip
PERSON_LENGTH = 17

# The bits of both kinds of flags.
ERRORS = 1  # a diagnostic of the note, or of the person, is an error
PAUSED = 2
ARCHIVED = 4
PRIVATE = 8
GONE = 16
BLOCKED = 32  # something stands in the way of saying when the person is due

# The texts that lists and dashboards show beside what is reckoned with.
SAID_FIELDS = ("introduced_by", "how_met", "relationship")


def gist_of(note: Note, defaults: CadenceDefaults, finder: EvidenceFinder) -> Gist:
    """The gist of a note, whatever it is; `defaults` and `finder` are made of the same settings."""
    if note.person_rule:
        return _of_person(note, defaults, finder)
    from vault_crm.core.model import text_items

    names = tuple(name for p in note.properties if p.field == "aliases" for name in text_items(p.value))
    mentions = _mentions(note)
    flags = ERRORS if _has_errors(note.diagnostics) else 0
    return (names, mentions, flags) if names or mentions or flags else NOTHING


def _of_person(note: Note, defaults: CadenceDefaults, finder: EvidenceFinder) -> Gist:
    # Who only asks what stands where needs none of this.
    from vault_crm.core.evidence import in_order
    from vault_crm.core.person import read_person

    person, stated = read_person(note, defaults)
    counting = [piece for piece in in_order(finder.own(person, stated)) if piece.counts]
    cadence = person.cadence
    return (
        person.name,
        person.aliases,
        person.tags,
        None if cadence is None else (cadence.every, cadence.unit),
        person.cadence_from,
        _ordinal(person.next_contact),
        _ordinal(person.snooze_until),
        _ordinal(person.met),
        _flags(person),
        person.next,
        yearly(person.birthday),
        tuple((e.text, _ordinal(e.on), yearly(e.yearly), e.span and _place(e.span)) for e in person.events),
        tuple((field, text) for field in SAID_FIELDS if (text := person.text(field))),
        _piece(counting[0]) if counting else None,
        len(counting) > 1,
        _links(person, finder),
        _mentions(note),
    )


def _flags(person: Person) -> int:
    errors = _has_errors(person.note.diagnostics) or _has_errors(person.diagnostics)
    return (
        (ERRORS if errors else 0)
        | (PAUSED if person.paused else 0)
        | (ARCHIVED if person.archived else 0)
        | (PRIVATE if person.private else 0)
        | (GONE if person.gone else 0)
        | (BLOCKED if person.blockers else 0)
    )


def _links(person: Person, finder: EvidenceFinder) -> tuple[Gist, ...]:
    found: list[Gist] = []
    for entry in person.log:
        if entry.links:
            counts = finder.counts(entry)
            said = entry.on.toordinal(), entry.kind, entry.text, *_place(entry.span), counts
            found += [(target, *said) for target in dict.fromkeys(entry.links)]
    return tuple(found)


def _mentions(note: Note) -> tuple[Gist, ...]:
    return tuple((m.target, m.on.toordinal(), m.how, m.text, *_place(m.span)) for m in note.mentions)


def _piece(evidence: Evidence) -> Gist:
    return evidence.on.toordinal(), evidence.how, evidence.kind, evidence.text, *_place(evidence.span)


def _has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    return any(found.severity == "error" for found in diagnostics)


def _ordinal(on: date | None) -> int:
    return 0 if on is None else on.toordinal()


def yearly(day: Birthday | None) -> Gist | None:
    """A day of the year: (month, day, year or 0)."""
    return None if day is None else (day.month, day.day, day.year or 0)


def _place(span: Span) -> tuple[int, int, int]:
    return span.line, span.col, span.end_col
