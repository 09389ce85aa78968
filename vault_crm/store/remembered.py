"""Small files of the state folder: what this device remembers beside the undo journal."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from vault_crm.store.files import TEMP_SUFFIX


def remember(file: Path, raw: bytes) -> bool:
    """Puts these bytes in the place of a file of the state folder, for nobody else's eyes, in one step; False
    where the folder cannot be written to, which is no reason to stop."""
    temp = file.with_name(f".{file.name}.{os.getpid()}{TEMP_SUFFIX}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(raw)
        os.replace(temp, file)
    except OSError:
        with contextlib.suppress(OSError):
            temp.unlink()
        return False
    return True
