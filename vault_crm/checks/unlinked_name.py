"""Full names that stand in a dated note without a link: contact that is perhaps not counted."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Person
from vault_crm.core.model import Span
from vault_crm.core.plainnames import with_plain_names
from vault_crm.core.text import decode


def check(context: Context) -> Iterator[Diagnostic]:
    """One hint for each name and line, unless the settings say that plain names count."""
    if context.settings.plain_names or not context.settings.dated_notes:
        return
    for person in with_plain_names(context.vault, context.read, context.settings).people:
        for evidence in person.evidence:
            if evidence.how.startswith("name in ") and not evidence.counts:
                yield Diagnostic(
                    "unlinked-name",
                    "info",
                    _place(evidence.span, person, context),
                    f"{person.name} is named without a link, so it does not count as contact",
                    f"link it as [[{person.name}]], or let such names count: plain_names = true",
                )


def _place(span: Span, person: Person, context: Context) -> Span:
    """Where in the line the name stands; the whole line where it is written in another way."""
    lines = decode(context.read(span.path)).split("\n")
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    folded = line.casefold()
    for name in (person.name, *person.aliases):
        at = folded.find(name.casefold())
        if at >= 0 and len(folded) == len(line):
            return Span(span.path, span.line, at + 1, at + 1 + len(name))
    return Span(span.path, span.line, 1, len(line.rstrip("\r")) + 1)
