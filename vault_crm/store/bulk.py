"""The bytes of many files, one after the other, as fast as the system gives them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vault_crm.store.files import SAFE_FLAGS

if TYPE_CHECKING:
    from vault_crm.store.scan import Fingerprint

_FIRST = 1 << 16  # bytes that are asked for at once; a larger file is the careful reader's
# Nanoseconds for which a file must have rested before we began: then nobody writes it now, and however coarse
# its time stamps are, they will show it if somebody does.
_AGE = 2_500_000_000


def read_many(root: str | os.PathLike[str], paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each path below the root, with the bytes of its file; None where that takes care or patience: it is
    large, no regular file, absent, locked, or was saved a moment ago. `Store.read` says what is the
    matter."""
    return ((path, raw) for path, raw, _ in read_with_stat(root, paths))


def read_with_stat(
    root: str | os.PathLike[str], paths: Iterable[str]
) -> Iterator[tuple[str, bytes | None, os.stat_result | None]]:
    """The same, with what the system says of the file; None where it says nothing."""
    top = os.path.join(os.fspath(root), "")
    flags = os.O_RDONLY | SAFE_FLAGS
    rested = time.time_ns() - _AGE
    open_, read, close, fstat = os.open, os.read, os.close, os.fstat  # this loop is what a first look takes
    for path in paths:
        try:
            fd = open_(top + path, flags)
        except OSError:
            yield path, None, None
            continue
        try:
            raw = read(fd, _FIRST)
            # asked for afterwards: what was written to while it was read shows that now
            st = fstat(fd)
        except OSError:
            yield path, None, None
            continue
        finally:
            close(fd)
        if len(raw) == st.st_size < _FIRST and st.st_mtime_ns < rested and st.st_ctime_ns < rested:
            yield path, raw if stat.S_ISREG(st.st_mode) else None, st
        else:
            yield path, None, st


def has_rested(current: Fingerprint, seen: int) -> bool:
    """True if nobody had changed a file for a while when it was looked at (nanoseconds since 1970)."""
    return max(current[0], current[1]) < seen - _AGE
