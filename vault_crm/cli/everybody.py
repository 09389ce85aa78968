"""Everybody by name, and the paths of all notes: for completion and search, which need no more of anybody."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.core.folding import fold
from vault_crm.core.folding import fold_all
from vault_crm.core.rows import ALIASES
from vault_crm.core.rows import NAME
from vault_crm.core.rows import PATH
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import Row
from vault_crm.store.glance import paths_of

if TYPE_CHECKING:
    from vault_crm.cli.app import App


class Somebody(NamedTuple):
    """Somebody by name."""

    path: str
    name: str
    aliases: tuple[str, ...]
    gone: bool


def people_and_paths(app: App) -> tuple[list[Somebody], Iterable[str]]:
    """The people of a vault, in its order: by name, then by path; and the paths of all notes. Raises NoVault,
    BadSettings."""
    rows, paths = _rows_and_paths(app, with_paths=True)
    return somebodies(rows), paths


def in_short(rows: Iterable[Row]) -> list[Somebody]:
    """Rows as people who have a name, as they come."""
    return [Somebody(row[PATH], row[NAME], row[ALIASES], row[STATUS] == "gone") for row in rows]


def somebodies(rows: Iterable[Row]) -> list[Somebody]:
    """The same by name, then by path."""
    people = in_short(rows)
    keys = fold_all([person.name for person in people])
    order = sorted(range(len(people)), key=lambda at: (keys[at], people[at].path))
    return [people[at] for at in order]


def names_that_fit(app: App, before: Sequence[str], incomplete: str) -> Mapping[str, str]:
    """Names and aliases of people, each with its note's path, also where a name is typed as several words:
    `Ana M` is offered `María`. Quiet whatever goes wrong: a prompt is no place to talk."""
    typed = [fold(" ".join([*before[len(before) - taken :], incomplete])) for taken in range(len(before) + 1)]
    try:
        people = somebodies(_beginning(_rows_and_paths(app, with_paths=False)[0], tuple(typed)))
    except Exception:
        return {}
    called = [(name, person.path) for person in people for name in (person.name, *person.aliases)]
    found: dict[int, dict[str, str]] = {}
    for (name, path), folded in zip(called, fold_all([name for name, _ in called]), strict=True):
        for taken, beginning in enumerate(typed):
            if not folded.startswith(beginning) or not name.isprintable():
                continue
            words = name.split()
            rest = " ".join(words[taken:])
            if taken < len(words) and fold(rest).startswith(fold(incomplete)):
                found.setdefault(taken, {}).setdefault(rest, path)
    return found[max(found)] if found else {}  # a name that goes on beats one that begins


def _beginning(rows: Iterable[Row], typed: tuple[str, ...]) -> Iterable[Row]:
    """Of all people those who are called something that begins like this: few, so that few are put in
    order."""
    called = [(row, name) for row in rows for name in (row[NAME], *row[ALIASES])]
    folded = fold_all([name for _, name in called])
    found = [row for (row, _), text in zip(called, folded, strict=True) if text.startswith(typed)]
    return {row[PATH]: row for row in found}.values()


def _rows_and_paths(app: App, with_paths: bool) -> tuple[list[Row], Iterable[str]]:
    look = app.look
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
            return rows, [path for path in paths if path not in copies]
    roster = app.roster
    if roster is not None:
        return list(roster.rows.values()), roster.notes()
    vault = app.vault
    return [(p.path, p.name, p.aliases, "gone" if p.gone else "") for p in vault.people], vault.notes
