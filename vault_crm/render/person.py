"""The template of a new person's note: the vault's own `.vault-crm/templates/person.md.j2`, else ours."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from vault_crm.core.fields import spell
from vault_crm.core.model import Value
from vault_crm.render.templates import PERSON
from vault_crm.render.templates import read_own

if TYPE_CHECKING:
    from vault_crm.store.store import Store

# What people edit, in the order in which a reader wants it; other properties that were given stand behind.
ORDER = (
    "name", "aliases", "tags", "cadence", "next_contact", "relationship", "how_met", "met", "introduced_by",
    "company", "role", "email", "phone", "address", "city", "website", "birthday", "died", "anniversary",
    "events", "related_people", "next", "uid", "vcard",
)  # fmt: skip
_SAYS_NAME = re.compile(r"\bname\b")


def person_text(store: Store, name: str, values: Mapping[str, Value], today: date) -> str:
    """A new note's text with every property still empty; the values are set afterwards, by ordinary edits.

    Raises TemplateProblem.
    """
    return person_texts(store, today)(name, values)


def person_texts(store: Store, today: date) -> Callable[[str, Mapping[str, Value]], str]:
    """The same for many new notes: the template is read once, and rendered once for each set of
    properties, as long as it does not look at the name. What it gives raises TemplateProblem."""
    templates = read_own(store.root, store.read)
    named = _SAYS_NAME.search(templates.find(PERSON) or "") is not None
    settings = store.settings
    known: dict[tuple[str, ...], str] = {}

    def text(name: str, values: Mapping[str, Value]) -> str:
        keys = tuple(key for key in ORDER if key in values or key == "cadence")
        mark = (name, *keys) if named else keys
        if mark not in known:
            known[mark] = templates.render(
                PERSON,
                {
                    "name": name,
                    "keys": [spell(key, settings.keys) for key in keys],
                    "last_contact": spell("last_contact", settings.keys),
                    "log_heading": settings.log_heading,
                    "today": today.isoformat(),
                },
            )
        return known[mark]

    return text
