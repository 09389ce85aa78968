"""What a device has been told once and need not hear again, in the user's state folder."""

from __future__ import annotations

import contextlib
from pathlib import Path

from vault_crm.store.paths import vault_folder
from vault_crm.store.remembered import remember


def news_to(root: Path, what: str, text: str) -> bool:
    """True the first time that this vault's text about something is told on this device; from then on False,
    until it is another one. Where the state folder cannot be written to, it is always news."""
    file = Path(vault_folder(root)) / f"told-{what}"
    raw = text.encode("utf-8", "surrogateescape")
    with contextlib.suppress(OSError):
        if file.read_bytes() == raw:
            return False
    remember(file, raw)
    return True
