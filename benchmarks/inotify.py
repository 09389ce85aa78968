"""The kernel's own news about a few folders (Linux): who waits here uses no processor until there is some.

Independent of watchdog and of what is measured: straight from libc.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

MODIFIED = 0x002
CLOSED = 0x008  # after writing
MOVED_TO = 0x080
CREATED = 0x100
DELETED = 0x200
OVERFLOW = 0x4000
_HEAD = struct.Struct("iIII")


@dataclass(frozen=True, slots=True)
class News:
    """One event; `at` is when it was read here (time.monotonic, seconds)."""

    folder: Path
    name: str
    mask: int
    at: float


class Inotify:
    """Folders that are watched, each for the events of a mask. `with Inotify() as news: ...`"""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._fd = self._checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))
        self._folders: dict[int, Path] = {}

    def _checked(self, result: int) -> int:
        if result < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return result

    def add(self, folder: Path, mask: int) -> None:
        """Watches a folder (not what is below it). Raises OSError."""
        watch = self._checked(self._libc.inotify_add_watch(self._fd, os.fsencode(folder), mask))
        self._folders[watch] = folder

    def read(self, seconds: float, also: Sequence[int] = ()) -> list[News]:
        """What has happened; waits for it, or until one of the other files can be read, for up to so many
        seconds."""
        if self._fd not in select.select([self._fd, *also], [], [], max(0.0, seconds))[0]:
            return []
        at = time.monotonic()
        raw = os.read(self._fd, 1 << 18)
        found, start = [], 0
        while start < len(raw):
            watch, mask, _, length = _HEAD.unpack_from(raw, start)
            start += _HEAD.size
            name = os.fsdecode(raw[start : start + length].rstrip(b"\0"))
            start += length
            if mask & OVERFLOW:
                raise RuntimeError("the kernel's queue overflowed: this measurement says nothing")
            if watch in self._folders:
                found.append(News(self._folders[watch], name, mask, at))
        return found

    def __enter__(self) -> Inotify:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._fd)
