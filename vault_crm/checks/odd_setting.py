"""Settings that nobody knows, and parts of Obsidian's configuration that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.checks import Context
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span


def check(context: Context) -> Iterator[Diagnostic]:
    """One warning for each; the file is the part before the first colon."""
    for warning in context.warnings:
        where, _, message = warning.partition(": ")
        path, _, line = where.rpartition(":")
        span = Span(path, int(line)) if path and line.isdecimal() else Span(where, 1)
        yield Diagnostic("odd-setting", "warning", span, message or warning)
