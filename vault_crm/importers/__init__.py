"""From files of other programs to records; one module a format, one TOML file a CSV dialect.

Found by being here. A module has `NAME`, `TITLE`, `CLICKS` (how to make the file), `BECOMES` (what of it
becomes what; docs/import.md is made from them), `claims(source) -> bool`, which looks at the beginning only,
and `read(source, wanted) -> Iterator[Found]`, which yields what it can read and a `Trouble` for the rest.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator
from collections.abc import Mapping
from importlib import import_module
from typing import Protocol
from typing import cast

from vault_crm.core.intake.record import Found
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.errors import UsageError
from vault_crm.importers.source import Source


@record
class Wanted:
    """What the user asked of an import. `columns` maps a CSV column to a property, `''` to nothing;
    `dialects` are the vault's own, file name -> TOML text."""

    photos: bool = False
    everyone: bool = False
    columns: Mapping[str, str] = field(default_factory=dict)
    dialects: Mapping[str, str] = field(default_factory=dict)


class Importer(Protocol):
    """One format that can be read."""

    NAME: str
    TITLE: str
    CLICKS: str
    BECOMES: tuple[tuple[str, str], ...]

    def claims(self, source: Source) -> bool:
        """True if the file is of this format, by its beginning."""

    def read(self, source: Source, wanted: Wanted) -> Iterator[Found]:
        """Everybody in the file, in its order, lazily."""


def importers(wanted: Wanted) -> tuple[Importer, ...]:
    """All importers by name: the modules here and the CSV dialects, the vault's own among them."""
    from vault_crm.importers.tables.dialects import dialect_importers

    names = sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.ispkg and m.name != "source")
    modules = [cast("Importer", import_module(f"{__name__}.{name}")) for name in names]
    return (*modules, *dialect_importers(wanted.dialects))


def recognise(source: Source, wanted: Wanted, name: str = "") -> Importer | None:
    """The importer for a file: the one of this name, else the one that claims it, None if none does.

    Raises UsageError if there is none of that name, or several claim the file (it names them).
    """
    known = importers(wanted)
    if name:
        chosen = [one for one in known if name == one.NAME]
        if not chosen:
            names = ", ".join(sorted(one.NAME for one in known))
            raise UsageError(f"there is no source called {name!r}", f"--from may be one of: {names}")
        return chosen[0]
    claiming = [one for one in known if one.claims(source)]
    if len(claiming) > 1:
        names = " and ".join(one.NAME for one in claiming)
        raise UsageError(f"{source.name}: both {names} say that it is theirs", "say which with --from NAME")
    return claiming[0] if claiming else None
