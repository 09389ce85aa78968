"""A log of plain lines, for systems that keep none: appended to, cut when it has grown, read from its end."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TextIO

from vault_crm.store.files import replace

LARGEST = 1 << 20  # bytes, looked at whenever the log is opened
KEPT = 1 << 18


def open_log(path: Path) -> TextIO:
    """The log, opened for appending whole lines. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with contextlib.suppress(OSError):
        if path.stat().st_size > LARGEST:
            raw = path.read_bytes()
            replace(path, raw, raw[-KEPT:].partition(b"\n")[2])
    return open(path, "a", encoding="utf-8", errors="backslashreplace", buffering=1)


def last_lines(path: Path, count: int) -> tuple[list[str], int]:
    """The last `count` lines, and where reading goes on. A log that is not there is empty. Raises OSError."""
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return [], 0
    lines, end = lines_after(path, max(0, size - LARGEST))
    return lines[max(0, len(lines) - count) :], end


def lines_after(path: Path, offset: int) -> tuple[list[str], int]:
    """The whole lines after an offset, and where reading goes on; from the start if the log was cut or made
    anew. Raises OSError."""
    try:
        with open(path, "rb") as file:
            if os.fstat(file.fileno()).st_size < offset:
                offset = 0
            file.seek(offset)
            raw = file.read()
    except FileNotFoundError:
        return [], 0
    whole = raw[: raw.rfind(b"\n") + 1]
    return whole.decode("utf-8", "replace").splitlines(), offset + len(whole)
