"""`check --fix`: the fixes that diagnostics carry, as one plan."""

from __future__ import annotations

from collections.abc import Iterable

from vault_crm.core.actions import Draft
from vault_crm.core.actions import Read
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan
from vault_crm.core.settings import Settings
from vault_crm.errors import EditRefused


def plan_fixes(read: Read, vault: Vault, found: Iterable[Diagnostic], settings: Settings) -> Plan:
    """Every fix as an edit of one property. A note that refuses one is left as it is and named in the notes.

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
            said = [line for diagnostic in mine if (line := _apply(draft, diagnostic))]
            change = draft.change()
        except EditRefused as refused:
            notes.append(refused.message)
            continue
        if change.base != change.result:
            changes.append(change)
            notes += said
    count = f"{len(changes)} {'note' if len(changes) == 1 else 'notes'}"
    return Plan(f"mend {count}", tuple(changes), tuple(notes))


def _apply(draft: Draft, diagnostic: Diagnostic) -> str:
    fix = diagnostic.fix
    if fix is None:
        return ""
    there = [p for p in draft.properties() if p.key == fix.key and p.span.line == diagnostic.span.line]
    if len(there) != 1:
        return ""
    draft.set(fix.key, fix.value)
    return f"{diagnostic.span.path}:{diagnostic.span.line}: {fix.title}"
