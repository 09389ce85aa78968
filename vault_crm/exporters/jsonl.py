"""JSON lines: one line a person, with everything: unknown properties, log, evidence, the note's own text.

The schema is in docs/export.md; keys are only added within a version.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import Person
from vault_crm.core.model import text_items
from vault_crm.core.shape import VERSION
from vault_crm.core.shape import person_json
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.exporters import Context
from vault_crm.exporters import encoded

NAME = "jsonl"
ENDING = ".jsonl"
DOC = "Everything there is, one line of JSON a person."


def export(context: Context) -> Iterator[bytes]:
    """A line a person."""
    for item in context.items:
        row = {
            "version": VERSION,
            "type": "person",
            "today": context.today.isoformat(),
            "uid": uid_of(item.person),
            **person_json(item, whole=True),
            "fields": fields_of(item.person),
            **note_json(context, item.person.path),
        }
        yield encoded(json.dumps(row, ensure_ascii=False) + "\n")


def fields_of(person: Person) -> dict[str, list[str]]:
    """The properties that we know, by canonical name whatever their spelling, each a list of texts."""
    names = dict.fromkeys(prop.field for prop in person.note.properties if prop.field)
    found = {name: person.note.find(name) for name in names}
    return {name: list(text_items(prop.value)) for name, prop in found.items() if prop and prop.value != ""}


def note_json(context: Context, path: str) -> dict[str, Any]:
    """The note as it is: `text` is all of it, `body` what stands below the frontmatter, both null where it
    cannot be read; `bytes` (base64) only where it is no UTF-8."""
    try:
        raw = context.read(path)
    except EditRefused:
        return {"text": None, "body": None}
    text = decode(raw)
    shape = {"text": text, "body": text[body_start(text) :]}
    try:
        raw.decode()
    except UnicodeDecodeError:
        return {**shape, "bytes": base64.b64encode(raw).decode("ascii")}
    return shape
