"""`check --fix`: what can be mended without a doubt, as edits of single properties in one plan."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.actions import Draft
from vault_crm.core.actions import Read
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.dates import parse_date
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Fix
from vault_crm.core.model import Property
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.errors import EditRefused

# How `parse_date` says that a date in another form can only be one day.
_ONE_DAY = re.compile(r": write (\d{4}-\d\d-\d\d)\Z")
_MONTHS = re.compile(r"(?:every )?\d+ ?m", re.IGNORECASE)


def with_fix(found: Diagnostic, vault: Vault, settings: Settings) -> Diagnostic:
    """The diagnostic with its fix, if there is one beyond doubt: a date that can only be one day, or a
    cadence in a spelling that only other programs misread."""
    note = vault.notes.get(found.span.path)
    if found.fix is not None or note is None or found.code not in ("bad-date", "ambiguous-cadence"):
        return found
    prop = next((p for p in note.properties if p.span == found.span), None)
    right = _right_value(found.code, prop, settings) if prop is not None else ""
    if prop is None or not right:
        return found
    return replace(found, fix=Fix(prop.key, right, f"{prop.key}: {prop.value} is now {right}"))


def _right_value(code: str, prop: Property, settings: Settings) -> str:
    if not isinstance(prop.value, str):
        return ""
    if code == "bad-date":
        try:
            parse_date(prop.value)
        except ValueError as problem:
            only = _ONE_DAY.search(str(problem))
            return only[1] if only else ""
        return ""
    if not _MONTHS.fullmatch(prop.value.strip()):
        return ""  # `biweekly`: only the user knows which of the two it was meant to be
    cadence = parse_cadence(prop.value, settings)
    return format_cadence(cadence) if cadence is not None else ""


def plan_fixes(read: Read, vault: Vault, found: Iterable[Diagnostic], settings: Settings) -> Plan:
    """Every fix as an edit of one property. A property that cannot be edited is left as it is and named in
    the notes; it keeps no other from being mended.

    A fix is only made where the property still stands on the line that was complained about.
    """
    by_path: dict[str, list[Diagnostic]] = {}
    for diagnostic in found:
        if diagnostic.fix is not None and diagnostic.span.path in vault.notes:
            by_path.setdefault(diagnostic.span.path, []).append(diagnostic)
    changes, notes = [], []
    for path, mine in by_path.items():
        try:
            draft = Draft(path, read(path), settings)
        except EditRefused as refused:
            notes.append(refused.message)
            continue
        notes += dict.fromkeys(line for diagnostic in mine if (line := _apply(draft, diagnostic)))
        change = draft.change()
        if change.base != change.result:
            changes.append(change)
    count = f"{len(changes)} {'note' if len(changes) == 1 else 'notes'}"
    return Plan(f"mend {count}", tuple(changes), tuple(notes))


def _apply(draft: Draft, diagnostic: Diagnostic) -> str:
    fix = diagnostic.fix
    there = [
        p for p in draft.properties() if fix and p.key == fix.key and p.span.line == diagnostic.span.line
    ]
    if fix is None or len(there) != 1:
        return ""
    try:
        draft.set(fix.key, fix.value)
    except EditRefused as refused:
        return refused.message
    return f"{diagnostic.span.path}:{diagnostic.span.line}: {fix.title}"
