"""The template of a new person's note: the vault's own `.vault-crm/templates/person.md.j2`, else ours."""

from __future__ import annotations

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
    "name", "aliases", "tags", "cadence", "relationship", "how_met", "met", "introduced_by", "company",
    "role", "email", "phone", "city", "birthday", "next",
)  # fmt: skip


def person_text(store: Store, name: str, values: Mapping[str, Value], today: date) -> str:
    """A new note's text with every property still empty; the values are set afterwards, by ordinary edits.

    Raises TemplateProblem.
    """
    settings = store.settings
    wanted = [key for key in ORDER if key in values or key == "cadence"]
    context = {
        "name": name,
        "keys": [spell(key, settings.keys) for key in wanted],
        "last_contact": spell("last_contact", settings.keys),
        "log_heading": settings.log_heading,
        "today": today.isoformat(),
    }
    return read_own(store.root, store.read).render(PERSON, context)
