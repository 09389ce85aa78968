"""Everybody by name, and the paths of all notes: for completion and search, which need no more of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.core.folding import fold_all
from vault_crm.core.rows import ALIASES
from vault_crm.core.rows import NAME
from vault_crm.core.rows import PATH
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import Row
from vault_crm.store.glance import glance
from vault_crm.store.glance import paths_of

if TYPE_CHECKING:
    from vault_crm.cli.app import App


class Somebody(NamedTuple):
    """Somebody by name."""

    path: str
    name: str
    aliases: tuple[str, ...]
    gone: bool


def everybody(app: App) -> list[Somebody]:
    """The people of a vault, in its order: by name, then by path. Raises NoVault, BadSettings."""
    return _rows_and_paths(app, with_paths=False)[0]


def people_and_paths(app: App) -> tuple[list[Somebody], Iterable[str]]:
    """The same, and the paths of all notes. Raises NoVault, BadSettings."""
    return _rows_and_paths(app, with_paths=True)


def somebodies(rows: Iterable[Row]) -> list[Somebody]:
    """Rows as people who have a name, by name, then by path."""
    people = [Somebody(row[PATH], row[NAME], row[ALIASES], row[STATUS] == "gone") for row in rows]
    keys = fold_all([person.name for person in people])
    order = sorted(range(len(people)), key=lambda at: (keys[at], people[at].path))
    return [people[at] for at in order]


def _rows_and_paths(app: App, with_paths: bool) -> tuple[list[Somebody], Iterable[str]]:
    look = None if app.in_the_past else glance(app.place)
    if look is not None and look.fresh:
        try:
            rows = [row for part in ("late", "rest") for row in look.packed.values(part)]
            paths = paths_of(look.packed) if with_paths else []
        except (ValueError, OSError, EOFError, TypeError):
            pass
        else:
            if with_paths:  # whoever completes a name is told nothing but names
                app.warn_of_settings(look.packed.head["warnings"])
            copies = look.packed.head["copies"]
            return somebodies(rows), [path for path in paths if path not in copies]
    roster = app.roster
    if roster is not None:
        return somebodies(roster.rows.values()), roster.notes()
    vault = app.vault
    return [Somebody(p.path, p.name, p.aliases, p.gone) for p in vault.people], vault.notes
