"""One contact of Monica as properties: who they are, when they were born, how they are reached."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import phone_key
from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.tags import tag_of
from vault_crm.core.words import Value
from vault_crm.importers.monicafile.account import Account
from vault_crm.importers.monicafile.account import full_name
from vault_crm.importers.monicafile.values import day_of
from vault_crm.importers.monicafile.values import is_no
from vault_crm.importers.monicafile.values import is_yes
from vault_crm.importers.monicafile.values import items_of
from vault_crm.importers.monicafile.values import mapping_of
from vault_crm.importers.monicafile.values import properties_of
from vault_crm.importers.monicafile.values import text_of
from vault_crm.importers.monicafile.values import uuid_of
from vault_crm.importers.monicafile.values import values_of

_LONGEST_CADENCE = 36_500  # days


def values_of_contact(contact: Any, account: Account) -> dict[str, Value]:
    """A contact's properties by canonical name, as far as Monica has them. What is empty may be among
    them."""
    properties = properties_of(contact)
    reached = _reached(contact, account)
    addresses = [properties_of(one) for one in values_of(contact, "addresses")]
    cities = [city for one in addresses if (city := text_of(one.get("city")))]
    nickname = text_of(properties.get("nickname"))
    return {
        "uid": uuid_of(contact),
        "aliases": (nickname,) if nickname != full_name(properties) else (),
        "cadence": _cadence(properties.get("stay_in_touch_frequency")),
        "birthday": _birthday(properties.get("birthdate")),
        "died": _died(properties),
        "archived": is_no(properties.get("is_active")) or None,
        "met": _exact_day(properties.get("first_met_date")),
        "introduced_by": account.names.get(text_of(properties.get("first_met_through")), ""),
        "company": text_of(properties.get("company")),
        "role": text_of(properties.get("job")),
        "email": tuple(reached["email"]),
        "phone": tuple(reached["phone"]),
        "address": tuple(filter(None, map(_address, addresses))),
        "city": cities[0] if cities else "",
        "website": tuple(reached["website"]),
        "tags": tuple(filter(None, (tag_of(text_of(tag)) for tag in items_of(properties.get("tags"))))),
        "related_people": account.relations.get(uuid_of(contact), ()),
        "events": tuple(dict.fromkeys(_events(contact, account))),
    }


def other_handles(contact: Any, account: Account) -> list[str]:
    """How somebody is reached otherwise, as `Telegram: ana`."""
    return _reached(contact, account)["other"]


def rough_birth(properties: Mapping[str, Any]) -> str:
    """`Born around 1984`, where Monica knows only an age; '' otherwise."""
    told = mapping_of(properties.get("birthdate"))
    day = day_of(told.get("date"))
    return f"Born around {day.year}" if day and is_yes(told.get("is_age_based")) else ""


def _reached(contact: Any, account: Account) -> dict[str, list[str]]:
    """E-mail addresses, telephones, web pages and the rest, by what their type says, else by their look."""
    found: dict[str, list[str]] = {"email": [], "phone": [], "website": [], "other": []}
    for one in values_of(contact, "contact_fields"):
        properties = properties_of(one)
        data, kind = text_of(properties.get("data")), text_of(properties.get("type"))
        if not data:
            continue
        where = _where(data, account.fields.get(kind, ""), account.types.get(kind, ""))
        name = account.types.get(kind, "")
        found[where].append(f"{name}: {data}" if where == "other" and name else data)
    return found


def _where(data: str, kind: str, name: str) -> str:
    if kind in ("email", "phone"):
        return kind
    if data.casefold().startswith(("http://", "https://")) or profile_key(data):
        return "website"
    if email_key(data) and not name:
        return "email"
    if phone_key(data) and name.casefold() in ("", "whatsapp", "signal"):
        return "phone"
    return "other"


def _cadence(days: Any) -> str:
    """`stay_in_touch_frequency` counts days; none and 0 mean that nobody reminds."""
    text = text_of(days)
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    if not 0 < number <= _LONGEST_CADENCE:
        return ""
    return "1 day" if number == 1 else f"{number} days"


def _birthday(told: Any) -> str:
    """A date with its year, without it where Monica does not know it; '' where it knows only an age."""
    date_told = mapping_of(told)
    day = day_of(date_told.get("date"))
    if day is None or is_yes(date_told.get("is_age_based")):
        return ""
    return f"{day:%m-%d}" if is_yes(date_told.get("is_year_unknown")) else day.isoformat()


def _exact_day(told: Any) -> str:
    text = _birthday(told)
    return text if len(text) == 10 else ""


def _died(properties: Mapping[str, Any]) -> Value:
    day = _exact_day(properties.get("deceased_date"))
    return day or is_yes(properties.get("is_dead")) or None


def _address(one: Mapping[str, Any]) -> str:
    """An address as one line, in the order of Monica's page."""
    town = " ".join(filter(None, (text_of(one.get("postal_code")), text_of(one.get("city")))))
    parts = (text_of(one.get("street")), town, text_of(one.get("province")), text_of(one.get("country")))
    return ", ".join(filter(None, parts))


def _events(contact: Any, account: Account) -> Iterator[str]:
    """Life events with their day, yearly reminders without the year, those that come once with it. The
    reminder of a birthday is the birthday."""
    properties = properties_of(contact)
    known = {text[-5:] for key in _OWN_DATES if (text := _birthday(properties.get(key)))}
    for one in values_of(contact, "life_events"):
        told = properties_of(one)
        day = day_of(told.get("happened_at"))
        what = text_of(told.get("name")) or account.types.get(text_of(told.get("type")), "")
        if day and what:
            yield f"{day.isoformat()} {what}"
    for one in values_of(contact, "reminders"):
        told = properties_of(one)
        day, what = day_of(told.get("initial_date")), text_of(told.get("title"))
        if not day or not what or is_yes(told.get("inactive")):
            continue
        if is_yearly(told) and f"{day:%m-%d}" not in known:
            yield f"{day:%m-%d} {what}"
        elif told.get("frequency_type") == "one_time":
            yield f"{day.isoformat()} {what}"


_OWN_DATES = ("birthdate", "deceased_date", "first_met_date")


def is_yearly(reminder: Mapping[str, Any]) -> bool:
    """True for a reminder that comes back every year."""
    return reminder.get("frequency_type") == "year" and text_of(reminder.get("frequency_number")) in ("", "1")
