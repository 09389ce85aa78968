"""Files to import, from texts."""

from __future__ import annotations

from pathlib import Path

from vault_crm.core.intake.record import Found
from vault_crm.importers import Wanted
from vault_crm.importers.source import Source
from vault_crm.importers.tables.dialects import DialectImporter
from vault_crm.importers.tables.dialects import load_dialect

# First name, Last name and whatever a test adds.
NAMES = '[columns]\n"First" = "given"\n"Last" = "family"\n'


def source_of(folder: Path, text: str | bytes, encoding: str = "utf-8") -> Source:
    """A file `a.csv` with this text."""
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return Source(path, "a.csv")


def read(folder: Path, text: str | bytes, toml: str, wanted: Wanted | None = None) -> list[Found]:
    """What a dialect makes of a text."""
    importer = DialectImporter(load_dialect("mine.toml", toml))
    return list(importer.read(source_of(folder, text), wanted or Wanted()))
