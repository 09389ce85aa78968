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

from vault_crm.store.files import TEMP_SUFFIX
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id

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
    temp = file.with_name(f".{file.name}.{os.getpid()}{TEMP_SUFFIX}")
    with contextlib.suppress(OSError):
        if raw == b"[]":
            file.unlink(missing_ok=True)
            return
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            out.write(raw)
        os.replace(temp, file)


def _file(root: Path, path: str) -> Path:
    digest = blake2b(os.fsencode(path), digest_size=10).hexdigest()
    return state_folder() / "vaults" / vault_id(root) / "dashboards" / f"{digest}.applied.json"
