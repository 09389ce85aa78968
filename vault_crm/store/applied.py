"""What was applied from a dashboard while an editor held unsaved text of it, in the user's state folder: a
watcher that starts anew must not apply it again when the editor brings it back.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import TypeAlias

from vault_crm.store.paths import vault_folder
from vault_crm.store.remembered import remember

Row: TypeAlias = tuple[str, ...]


def read_applied(root: Path, path: str) -> list[Row]:
    """The rows that were written last for a dashboard; none if there are none, or they cannot be read."""
    try:
        rows = json.loads(_file(root, path).read_bytes())
    except (OSError, ValueError, RecursionError):
        return []
    whole = isinstance(rows, list) and all(isinstance(row, list) for row in rows)
    return [tuple(map(str, row)) for row in rows] if whole else []


def write_applied(root: Path, path: str, rows: Iterable[Row]) -> None:
    """Remembers rows of texts for a dashboard, in place of the last ones. A folder that cannot be written to
    is no reason to stop."""
    file = _file(root, path)
    raw = json.dumps(list(rows)).encode("ascii")
    if raw != b"[]":
        remember(file, raw)
        return
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _file(root: Path, path: str) -> Path:
    digest = blake2b(os.fsencode(path), digest_size=10).hexdigest()
    return Path(vault_folder(root)) / "dashboards" / f"{digest}.applied.json"
