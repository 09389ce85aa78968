"""Full names that stand in a dated note without a link: contact that is perhaps not counted."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.model import Diagnostic


def check(context: Context) -> Iterator[Diagnostic]:
    """One hint for each name and line, unless the settings say that plain names count."""
    if context.settings.plain_names or not context.settings.dated_notes:
        return
    for person in context.vault.people:
        for evidence in person.evidence:
            if evidence.how.startswith("name in ") and not evidence.counts:
                yield Diagnostic(
                    "unlinked-name",
                    "info",
                    evidence.span,
                    f"{person.name} is named without a link, so it does not count as contact",
                    f"link it as [[{person.name}]], or let such names count: plain_names = true",
                )
