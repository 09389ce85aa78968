"""FIELDS: the one table of properties. Reading, writing, checking and the documentation all look here.

The table is docs/vault-format.md, section 3. Read any spelling; write the one that the note has, else the
canonical one in the vault's key style.
"""

from __future__ import annotations

from functools import cache
from typing import Literal
from typing import NamedTuple

# What a property's value means: text, one text or several, a date, a date or `true`, a cadence, a checkbox,
# a yearly date with or without its year, life events (`DATE text`), a link or several, Obsidian's own tags.
Kind = Literal[
    "text", "texts", "date", "date-or-true", "cadence", "flag", "birthday", "events", "link", "links", "tags"
]  # fmt: skip
KeyStyle = Literal["snake", "kebab", "camel", "words"]


class Field(NamedTuple):
    """One property: its canonical name, the spellings that are read as well, and what its value means."""

    name: str
    also: tuple[str, ...]
    kind: Kind
    doc: str
    example: str


def _field(name: str, also: str, kind: Kind, doc: str, example: str) -> Field:
    return Field(name, tuple(also.split()), kind, doc, example)


FIELDS: tuple[Field, ...] = (
    _field(
        "cadence",
        "contact_frequency frequency keep_in_touch rhythm stay_in_touch_frequency prm-cadence cadence_days",
        "cadence",
        "How often I want to be in touch.",
        "3 months",
    ),
    _field(
        "last_contact",
        "last_contacted last_chat last_chatted last_talked_to last_spoke last_seen last_connection"
        " date_last_contacted prm-last-contacted",
        "date",
        "When we last really talked.",
        "2026-03-14",
    ),
    _field(
        "next_contact",
        "follow_up follow_up_date next_followup next_touch",
        "date",
        "An explicit next date: it takes the cadence's place once.",
        "2026-12-01",
    ),
    _field(
        "snooze_until",
        "snooze snoozed prm-snooze-until",
        "date",
        "Hidden from the overdue list until then.",
        "2027-01-10",
    ),
    _field("paused", "prm-paused", "flag", "Not reminded for now; the chosen cadence stays.", "true"),
    _field("archived", "", "flag", "Kept, searchable, never reminded.", "true"),
    _field("private", "", "flag", "On dashboards by name only.", "true"),
    _field("tier", "circle prm-tier", "text", "A cadence by name, from the settings.", "inner circle"),
    _field("next", "ask_about next_time talk_about", "texts", "What to bring up next time.", "the new job"),
    _field(
        "birthday",
        "birth_date birthdate bday dob date_of_birth born prm-birthday",
        "birthday",
        "With or without a year: 1984-05-12, 05-12, --05-12, XXXX-05-12; 1604 is Apple's 'no year'.",
        "1984-05-12",
    ),
    _field("died", "death dod deceased", "date-or-true", "No reminders any more.", "2024-02-09"),
    _field(
        "events",
        "dates important_dates life_events",
        "events",
        "Life events, one-off with a year, yearly without.",
        "2027-04-01 sabbatical starts",
    ),
    _field("anniversary", "wedding wedding_date", "birthday", "A yearly date.", "2016-12-03"),
    _field(
        "relationship",
        "relation person_type prm-relationship",
        "texts",
        "What we are to one another.",
        "friend",
    ),
    _field("how_met", "how_we_met met_at met_through", "text", "How we met.", "evening class in Porto"),
    _field(
        "met",
        "first_met first_contact met_on",
        "date",
        "When we met; the baseline when there is no contact yet.",
        "2019-05-04",
    ),
    _field(
        "introduced_by",
        "referred_by first_met_through",
        "link",
        "Who brought us together.",
        "[[Sam Whitlock]]",
    ),
    _field(
        "company", "organization organisation org employer", "link", "Where they work.", "[[Harbour Books]]"
    ),
    _field("role", "job job_title position", "text", "What they do there.", "editor"),
    _field("email", "e_mail emails mail", "texts", "E-mail addresses.", "ana@example.org"),
    _field("phone", "phones mobile tel telephone", "texts", "Telephone numbers.", "+351 555 0134"),
    _field("address", "addresses", "texts", "Postal addresses.", "Rua das Flores 7, Porto"),
    _field("city", "location based_in place", "texts", "Where they live.", "Porto"),
    _field("website", "url urls", "texts", "Web pages.", "https://example.org"),
    _field("tags", "tag groups circles labels", "tags", "Obsidian's own tags.", "family"),
    _field("aliases", "alias", "texts", "Obsidian's own: other names.", "Nana"),
    _field("related_people", "", "texts", "Who belongs to them, and how.", "spouse: Leo Martins"),
    _field(
        "uid", "", "text", "Whose card this is in an address book.", "c8f1f0c4-9f65-4bd1-a7a0-2f0a4e0f3a11"
    ),
    _field(
        "vcard",
        "",
        "texts",
        "Lines of their address book card that have no property here, as they were.",
        "X-PHONETIC-FIRST-NAME:ah-na",
    ),
)


@cache
def fold_key(key: str) -> str:
    """A property key as keys are compared: without case, spaces, `-` and `_`."""
    return "".join(key.casefold().replace("-", " ").replace("_", " ").split())


@cache
def _by_key() -> dict[str, str]:
    return {fold_key(key): field.name for field in FIELDS for key in (field.name, *field.also)}


@cache
def _by_name() -> dict[str, Field]:
    return {field.name: field for field in FIELDS}


def field_of(key: str) -> str:
    """The canonical name of a property key in any spelling, '' if it is none of ours."""
    return _by_key().get(fold_key(key), "")


def get_field(name: str) -> Field:
    """The field with this canonical name. Raises KeyError."""
    return _by_name()[name]


def spell(name: str, style: str) -> str:
    """A canonical name in a key style: last_contact, last-contact, lastContact or 'Last contact'."""
    words = name.split("_")
    if style == "kebab":
        return "-".join(words)
    if style == "camel":
        return words[0] + "".join(word.capitalize() for word in words[1:])
    if style == "words":
        return " ".join(words).capitalize()
    return "_".join(words)
