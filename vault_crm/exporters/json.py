"""JSON as `list --json` gives it (docs/json.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator

from vault_crm.core.shape import head
from vault_crm.core.shape import person_json
from vault_crm.exporters import Context
from vault_crm.exporters import encoded

NAME = "json"
ENDING = ".json"
DOC = "The shape of `list --json`, for scripts."


def export(context: Context) -> Iterator[bytes]:
    """One document, a person at a time."""
    start = json.dumps(head(context.today), ensure_ascii=False, indent=2).removesuffix("\n}")
    yield encoded(start + ',\n  "people": [')
    separator = "\n"
    for item in context.items:
        text = json.dumps(person_json(item), ensure_ascii=False, indent=2)
        yield encoded(separator + "\n".join(f"    {line}" for line in text.split("\n")))
        separator = ",\n"
    yield b"\n  ]\n}\n" if context.items else b"]\n}\n"
