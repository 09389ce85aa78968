"""The day of the last nudge, in the user's state folder: one notification a day, also over restarts."""

from __future__ import annotations

import contextlib
import os
from datetime import date
from pathlib import Path

from vault_crm.store.files import TEMP_SUFFIX
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id


def _file(root: Path) -> Path:
    return state_folder() / "vaults" / vault_id(root) / "nudged"


def read_nudged(root: Path) -> date | None:
    """The day of this vault's last nudge on this device; None if there was none, or that cannot be read."""
    try:
        return date.fromisoformat(_file(root).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        return None


def write_nudged(root: Path, day: date) -> bool:
    """Remembers the day of a nudge. False if the state folder cannot be written to: then whoever asked has to
    remember it as long as they live, or there would be a nudge at every beat."""
    file = _file(root)
    temp = file.with_name(f".{file.name}.{os.getpid()}{TEMP_SUFFIX}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(f"{day.isoformat()}\n".encode("ascii"))
        os.replace(temp, file)
    except OSError:
        with contextlib.suppress(OSError):
            temp.unlink()
        return False
    return True
