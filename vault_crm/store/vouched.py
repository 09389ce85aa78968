"""What a living watcher vouches for: read by every command, so nothing heavy is imported."""

from __future__ import annotations

import os
from typing import TypeAlias

from vault_crm.store.locks import held_text

# Which file it is: (inode, mtime_ns, size).
Identity: TypeAlias = tuple[int, int, int]

_STAT = 1024  # bytes: more than the kernel says of a process


def vouched_files(folder: str) -> tuple[Identity | None, Identity | None]:
    """The index and the roster that a living watcher vouches for, from the vault's state folder; None for
    what nobody vouches for just now."""
    if os.name == "nt":
        return None, None  # locks cannot be asked about there without taking them
    text = held_text(os.path.join(folder, "clean"))
    if text is None:
        return None, None
    try:
        pid, *numbers = (int(word) for word in text.split())
    except ValueError:
        return None, None
    if len(numbers) != 6 or _is_stopped(pid):
        return None, None
    index, roster = tuple(numbers[:3]), tuple(numbers[3:])
    return (index if any(index) else None), (roster if any(roster) else None)  # type: ignore[return-value]


def _is_stopped(pid: int) -> bool:
    """True if a process is known not to run on (Ctrl-Z): its locks are held, but it hears nothing. A process
    that cannot be seen although others can is not relied on either."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return file.read(_STAT).rpartition(b") ")[2][:1] in b"TtZX"
    except OSError:
        return os.path.exists("/proc/self/stat")
