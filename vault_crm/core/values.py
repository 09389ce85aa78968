"""What a user types for a property, as the value to write: checked where we know what the property means."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from datetime import timedelta

from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.dates import parse_until
from vault_crm.core.dates import parse_when
from vault_crm.core.fields import field_of
from vault_crm.core.fields import get_field
from vault_crm.core.late import late
from vault_crm.core.model import Value
from vault_crm.core.settings import Settings

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})
# Fields that say what was: a day to come would be passed over when they are read.
_PAST = frozenset({"last_contact", "met", "died"})
_AHEAD = frozenset({"next_contact", "snooze_until"})
_TAG_UNFIT = late(r"[\s,#\[\]{}\"'|^:;!?*&%@`]")


def value_of(name: str, words: Sequence[str], today: date, settings: Settings) -> Value:
    """The value that `words` mean for the property `name`, in the form in which it is written.

    Dates may be said as people say them and become ISO; cadences become words that Obsidian's Bases reads,
    too. A property that nobody knows takes its words as they are. Raises ValueError, saying what would be
    right.
    """
    text = " ".join(words)
    if not text.strip():
        raise ValueError(f"{name} needs a value; `vault-crm unset` takes a property away")
    known = field_of(name)
    kind = get_field(known).kind if known else ""
    if kind == "cadence":
        return cadence_text(text, settings)
    if kind == "date" or (kind == "date-or-true" and text.casefold() not in _TRUE):
        return _day(known, text, today)
    if kind == "date-or-true":
        return True
    if kind == "flag":
        return _flag(name, text)
    if kind == "birthday":
        return _birthday(name, text)
    if kind == "events":
        parse_event(text)
        return (text,)
    if kind == "tags":
        return tuple(_tag(word) for word in words) if known == "tags" else tuple(words)
    if known == "tier" and settings.tiers and settings.tier_cadence(text) is None:
        raise ValueError(f"there is no tier {text!r} in the settings; there are {', '.join(settings.tiers)}")
    if not known and text in ("true", "false"):
        return text == "true"
    return text


def cadence_text(text: str, settings: Settings) -> str:
    """A cadence as it is written into a note: a tier by its name, else words such as `3 months`.

    Raises ValueError for what is no cadence.
    """
    text = " ".join(text.split())
    if settings.tier_cadence(text) is not None:
        return text
    cadence = parse_cadence(text, settings)
    if cadence is None:
        raise ValueError("a cadence is something like 2 weeks, 3 months, a year or never")
    return format_cadence(cadence)


def _day(known: str, text: str, today: date) -> str:
    day = parse_until(text, today) if known in _AHEAD else parse_when(text, today)
    if known in _PAST and day > today + timedelta(days=1):
        raise ValueError(f"{day.isoformat()} is still to come; {known} is about the past")
    return day.isoformat()


def _flag(name: str, text: str) -> bool:
    folded = text.strip().casefold()
    if folded in _TRUE:
        return True
    if folded in _FALSE:
        return False
    raise ValueError(f"{name} is true or false, not {text!r}")


def _birthday(name: str, text: str) -> str:
    if parse_birthday(text) is None:
        raise ValueError(f"{name} is a date such as 1984-05-12, or 05-12 without a year")
    return text.strip()


def _tag(word: str) -> str:
    tag = word.strip().strip(",").removeprefix("#")
    if not tag or _TAG_UNFIT.search(tag) or tag.isdecimal():
        raise ValueError(f"{word!r} cannot be a tag; tags are words such as family or person/family")
    return tag
