"""The lines that this device wrote into a dashboard the last times, in the user's state folder.

By them a line of the tool's is told from one that a user typed, or typed on. They are no truth: without them,
the lines' forms tell.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path

from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.store.remembered import remember

KEEP = 5000


class WrittenLines:
    """The lines of one dashboard, the latest first, without the space around them."""

    def __init__(self, folder: Path, path: str) -> None:
        digest = blake2b(os.fsencode(path), digest_size=10).hexdigest()
        self._file = folder / "dashboards" / f"{digest}.txt"

    def read(self) -> tuple[str, ...]:
        """What is remembered; nothing if that cannot be read."""
        try:
            return tuple(decode(self._file.read_bytes()).split("\n"))
        except OSError:
            return ()

    def add(self, lines: Iterable[str]) -> None:
        """Remembers these lines, too. A folder that cannot be written to is no reason to stop."""
        new = dict.fromkeys(line.strip() for line in lines if line.strip())
        old = self.read()
        if new.keys() <= set(old):
            return
        self.keep([*new, *[line for line in old if line not in new][:KEEP]])

    def keep(self, lines: Iterable[str]) -> None:
        """Remembers these lines and no others."""
        kept = list(lines)
        if not kept:
            with contextlib.suppress(OSError):
                self._file.unlink(missing_ok=True)
            return
        remember(self._file, encode("\n".join(kept)))
