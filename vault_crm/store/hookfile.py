"""Small programs that git runs (hooks): written, moved aside, and taken away. Never over anybody else's."""

from __future__ import annotations

import os
from pathlib import Path

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.store.files import replace


def write_hook(path: Path, base: bytes | None, new: bytes) -> None:
    """Writes an executable file in place of these bytes (None: of nothing). Raises Stale, EditRefused,
    CannotSave."""
    replace(path, base, new)
    try:
        mode = os.stat(path).st_mode & 0o777
        os.chmod(path, mode | (mode & 0o444) >> 2)  # whoever may read it may run it
    except OSError as error:
        raise CannotSave(str(path), error.strerror or str(error)) from None


def remove_hook(path: Path, base: bytes) -> None:
    """Removes a file that holds these bytes. Raises Stale, EditRefused, CannotSave."""
    replace(path, base, None)


def move_hook(path: Path, to: Path) -> None:
    """Gives a file another name in its folder. Raises EditRefused if that is taken, CannotSave."""
    if os.path.lexists(to):
        raise EditRefused(str(to), 0, "there is a file of this name already")
    try:
        os.rename(path, to)
    except OSError as error:
        raise CannotSave(str(path), error.strerror or str(error)) from None
