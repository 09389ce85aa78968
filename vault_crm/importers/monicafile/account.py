"""What a Monica account knows besides its contacts: names by id, activities, types, relationships, photos."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vault_crm.core.record import record
from vault_crm.importers.monicafile.values import items_of
from vault_crm.importers.monicafile.values import mapping_of
from vault_crm.importers.monicafile.values import properties_of
from vault_crm.importers.monicafile.values import text_of
from vault_crm.importers.monicafile.values import uuid_of
from vault_crm.importers.monicafile.values import values_of

# Monica's names of relationships, where they are not words.
_RELATIONS = {
    "bestfriend": "best friend",
    "inlovewith": "in love with",
    "lovedby": "loved by",
    "ex_husband": "ex-spouse",
    "date": "dating",
}


@record
class Account:
    """An account's contacts, and what they refer to by id. `types` are the names of activity types, life
    event types and contact field types; `fields` what kind of contact field a type is (`email`, `phone`)."""

    contacts: tuple[Any, ...]
    names: Mapping[str, str]
    activities: Mapping[str, Mapping[str, Any]]
    types: Mapping[str, str]
    fields: Mapping[str, str]
    relations: Mapping[str, tuple[str, ...]]
    photos: Mapping[str, str]
    me: frozenset[str]
    diary: bool


def read_account(account: Mapping[str, Any]) -> Account:
    """The account of an export."""
    contacts = tuple(values_of(account, "contacts"))
    names = {uuid_of(one): full_name(properties_of(one)) for one in contacts}
    instance = mapping_of(account.get("instance"))
    kinds = ("activity_types", "life_event_types", "contact_field_types")
    types = {
        uuid_of(t): text_of(properties_of(t).get("name")) for k in kinds for t in items_of(instance.get(k))
    }
    fields = {
        uuid_of(one): text_of(properties_of(one).get("type")).casefold()
        for one in items_of(instance.get("contact_field_types"))
    }
    mine = (text_of(properties_of(user).get("me_contact")) for user in values_of(account, "users"))
    return Account(
        contacts=contacts,
        names=names,
        activities={uuid_of(one): properties_of(one) for one in values_of(account, "activities")},
        types=types,
        fields=fields,
        relations=_relations(account, names),
        photos={
            uuid_of(one): text_of(properties_of(one).get("dataUrl")) for one in values_of(account, "photos")
        },
        me=frozenset(mine) - {""},
        diary=bool(items_of(properties_of(account).get("journal_entries"))),
    )


def full_name(properties: Mapping[str, Any]) -> str:
    """A contact's name: first, middle and last, else the nickname."""
    parts = (text_of(properties.get(key)) for key in ("first_name", "middle_name", "last_name"))
    return " ".join(filter(None, parts)) or text_of(properties.get("nickname"))


def _relations(account: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """By contact, `spouse: Leo Martins`: of whom the relationship `is`, the other one is their TYPE. Monica
    writes each relationship down from both sides."""
    found: dict[str, list[str]] = {}
    for one in values_of(account, "relationships"):
        properties = properties_of(one)
        other = names.get(text_of(properties.get("of_contact")), "")
        kind = text_of(properties.get("type")).casefold()
        words = _RELATIONS.get(kind, kind).replace("_", " ")
        if other:
            found.setdefault(text_of(properties.get("contact_is")), []).append(
                f"{words}: {other}".lstrip(": ")
            )
    return {uuid: tuple(items) for uuid, items in found.items()}
