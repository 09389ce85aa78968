"""Where the notes of new people go: free paths for many of them, each taken once."""

from __future__ import annotations

from vault_crm.core.intake.record import Record
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.newnote import free_among
from vault_crm.core.newnote import path_key
from vault_crm.core.newnote import people_folder
from vault_crm.core.newnote import taken_paths
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings

_HINTS = ("company", "city", "role", "relationship")


def may_be_person(path: str, settings: Settings) -> bool:
    """False for a note that no rule takes for a person's, whatever it says: one called README (an index) or
    2026-11-22 (a daily note), a template."""
    return bool(parse_note(path, "---\ntags: person\n---\n", settings).person_rule)


class Places:
    """The free places of a vault; whoever takes one has it alone."""

    def __init__(self, vault: Vault, settings: Settings) -> None:
        self.folder = people_folder(vault, settings)
        self._settings = settings
        self._taken = taken_paths(vault, settings)
        self._last: dict[str, int] = {}

    def take(self, record: Record, wanted: str = "") -> str:
        """A free path for a new person's note: `wanted` if it is one, else `Name.md`, `Name (Company).md`."""
        if wanted and path_key(wanted) not in self._taken:
            self._taken.add(path_key(wanted))
            return wanted
        hints = [item.strip("[]") for key in _HINTS for item in text_items(record.values.get(key))[:1]]
        for name in (record.name, f"Person {record.name}"):
            path = free_among(self._taken, self.folder, name, hints, self._last)
            if may_be_person(path, self._settings):
                break
        self._taken.add(path_key(path))
        return path
