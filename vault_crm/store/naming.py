"""Files of a vault that are no notes but may name one: Obsidian's canvases and bases."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import read_bytes

_ENDINGS = (".canvas", ".base")


def files_naming(root: Path, name: str) -> Iterator[str]:
    """The paths of canvases and bases in which a file's name stands, in order. What cannot be read, and
    hidden folders, are passed over."""
    needle = name.casefold()
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for file in sorted(files):
            if not file.casefold().endswith(_ENDINGS) or file.startswith("."):
                continue
            full = os.path.join(folder, file)
            with contextlib.suppress(OSError):
                if os.path.getsize(full) > MAX_NOTE:
                    continue
                if needle in read_bytes(full, 0).decode("utf-8", "replace").casefold():
                    yield os.path.relpath(full, root).replace(os.sep, "/")
