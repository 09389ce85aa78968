"""The day of the last nudge, in the user's state folder: one notification a day, also over restarts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from vault_crm.store.paths import vault_folder
from vault_crm.store.remembered import remember


def _file(root: Path) -> Path:
    return Path(vault_folder(root)) / "nudged"


def read_nudged(root: Path) -> date | None:
    """The day of this vault's last nudge on this device; None if there was none, or that cannot be read."""
    try:
        return date.fromisoformat(_file(root).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def write_nudged(root: Path, day: date) -> bool:
    """Remembers the day of a nudge. False if the state folder cannot be written to: then whoever asked has to
    remember it as long as they live, or there would be a nudge at every beat."""
    return remember(_file(root), f"{day.isoformat()}\n".encode("ascii"))
