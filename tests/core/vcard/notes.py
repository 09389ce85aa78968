"""A person's note out of values, as an import would write it, and the person that it is read as."""

from __future__ import annotations

import json
from collections.abc import Mapping

from vault_crm.core.intake.quoted import HEADING
from vault_crm.core.intake.quoted import format_quoted
from vault_crm.core.model import Person
from vault_crm.core.model import Value
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble

PATH = "People/Somebody.md"


def note_text(name: str, values: Mapping[str, Value], prose: str = "") -> str:
    """The note's text; JSON is YAML."""
    written = {"name": name, **values}
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in written.items()]
    quote = ["", f"## {HEADING}", "", *format_quoted(prose)] if prose else []
    return "\n".join(["---", *lines, "---", *quote, ""])


def person_in(text: str) -> Person:
    """The person of a note."""
    settings = Settings()
    vault = assemble({PATH: parse_note(PATH, text, settings)}, settings)
    return vault.by_path[PATH]
