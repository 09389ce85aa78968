"""Checks over a whole vault; one file a check, found by being here.

A check is a module with `check(context) -> Iterable[Diagnostic]`. It sees everything and changes nothing; a
check that fails is a bug, not a finding.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from datetime import date
from importlib import import_module
from typing import TYPE_CHECKING

from vault_crm.core.defaults import SETTINGS_PATH
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.model import Vault
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode

if TYPE_CHECKING:
    from vault_crm.core.model import Agenda


@record
class Context:
    """What a check may look at. `read` gives a file's current bytes by its path, b'' if it cannot be read;
    `warnings` are what was odd about the settings ('FILE: what')."""

    vault: Vault
    agenda: Agenda
    settings: Settings
    today: date
    read: Callable[[str], bytes]
    warnings: tuple[str, ...] = ()


def check_names() -> tuple[str, ...]:
    """The names of all checks, from the files in this folder."""
    return tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if module.name[0] != "_"))


def run_checks(context: Context) -> Iterator[Diagnostic]:
    """What every check finds."""
    for name in check_names():
        check: Callable[[Context], Iterable[Diagnostic]] = import_module(f"{__name__}.{name}").check
        yield from check(context)


def find_all(context: Context) -> tuple[Diagnostic, ...]:
    """Every problem of the vault, each once, in order of path, line and column: those of the notes, those
    between notes, those of the agenda, and what the checks find."""
    from vault_crm.core.diagnostics import sorted_diagnostics
    from vault_crm.core.fixes import with_fix

    vault = context.vault
    found: list[Diagnostic] = [*vault.diagnostics, *context.agenda.diagnostics]
    for note in vault.notes.values():
        found += note.diagnostics
    for person in vault.people:
        found += person.diagnostics
    found += run_checks(context)
    placed = _in_settings(found, context)
    return tuple(with_fix(one, vault, context.settings) for one in sorted_diagnostics(placed))


def _in_settings(found: Iterable[Diagnostic], context: Context) -> Iterator[Diagnostic]:
    """What is odd about a cadence in the settings (`cadence.tags: family: ...`), at the line that says it."""
    lines: list[str] | None = None
    for one in found:
        name = one.message.split(": ")[1] if one.message.count(": ") > 1 else ""
        if one.span == Span(SETTINGS_PATH, 1) and name:
            lines = decode(context.read(SETTINGS_PATH)).split("\n") if lines is None else lines
            given = (n for n, text in enumerate(lines, 1) if name in text.partition("=")[0] and "=" in text)
            yield replace(one, span=Span(SETTINGS_PATH, next(given, 1)))
        else:
            yield one
