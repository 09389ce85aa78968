"""When a file's time stamps can be believed: git's rule for what changed just before we looked."""

from __future__ import annotations

import os

_TICKS = 20_000_000  # nanoseconds
_COARSE = 2_000_000_000  # nanoseconds: no file system in use has coarser time stamps than FAT's two seconds


def racy_after(altered: int) -> int:
    """For how many nanoseconds after its last change (ctime_ns) a file or folder may change again without its
    time stamps showing it.

    A kernel's clock ticks at least a hundred times a second, so two ticks where the file system keeps what it
    says. Where the time of the last change has no microseconds, the file system may have rounded it.
    """
    return _TICKS if altered % 1_000_000 and os.name != "nt" else _COARSE
