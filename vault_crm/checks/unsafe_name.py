"""People whose file names some device, sync program or wikilink cannot bear."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.links import stem_of
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.names import safe_stem


def check(context: Context) -> Iterator[Diagnostic]:
    """One warning for each such note."""
    for person in context.vault.people:
        stem = stem_of(person.path)
        safe = safe_stem(stem)
        # How accents are encoded is no harm by itself: `name-twin` reports where it is.
        if unicodedata.normalize("NFC", stem) != safe:
            yield Diagnostic(
                "unsafe-name",
                "warning",
                Span(person.path, 1),
                f"the file name {stem!r} cannot be linked or stored everywhere",
                f"rename it to {safe!r} (in Obsidian, so that links follow); keep the name in `aliases`",
            )
