"""Records as texts: what the golden samples beside each importer are compared with."""

from __future__ import annotations

from collections.abc import Iterable

from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.model import Value


def say_found(found: Iterable[Found]) -> str:
    """Everything that an importer yields, a block for each person; the order of properties is the
    importer's."""
    return "".join(_say(one) + "\n" for one in found)


def _say(one: Found) -> str:
    if isinstance(one, Trouble):
        return f"trouble {one.span.path}:{one.span.line}: {one.message}\n  hint: {one.hint}\n"
    if not isinstance(one, Record):
        return f"unused {one.name}: {one.why}\n"
    lines = [f"{one.name or '(no name)'}  [{one.source} {one.span.path}:{one.span.line}]"]
    if one.wish != "new":
        lines.append(f"  {one.wish}: {one.why}")
    lines += [f"  {key}: {_value(value)}" for key, value in one.values.items()]
    lines += [f"  - {entry.on} {entry.kind}: {entry.text}" for entry in one.entries]
    lines += [f"  > {line}" for line in one.note.split("\n") if one.note]
    lines += [f"  hint: {hint}" for hint in one.hints]
    if one.photo is not None:
        lines.append(f"  photo: {one.photo.ending}, {len(one.photo.data)} bytes")
    return "\n".join(lines) + "\n"


def _value(value: Value) -> str:
    return " | ".join(str(item) for item in value) if isinstance(value, tuple) else str(value)
