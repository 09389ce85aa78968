"""The bytes of many files, one after the other, as fast as the system gives them."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.store.files import SAFE_FLAGS

_FIRST = 1 << 16  # bytes that are asked for at once; a larger file is the careful reader's
_AGE = 1.0  # seconds for which a file must have rested before we began; then nobody writes it now


def read_many(root: str | os.PathLike[str], paths: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each path below the root, with the bytes of its file; None where that takes care or patience: it is
    large, no regular file, absent, locked, or was saved a moment ago. `Store.read` says what is the
    matter."""
    top = os.path.join(os.fspath(root), "")
    flags = os.O_RDONLY | SAFE_FLAGS
    rested = time.time() - _AGE
    for path in paths:
        try:
            fd = os.open(top + path, flags)
        except OSError:
            yield path, None
            continue
        try:
            raw = os.read(fd, _FIRST)
            # asked for afterwards: what was written to while it was read shows that now
            after = os.fstat(fd)
        except OSError:
            yield path, None
            continue
        finally:
            os.close(fd)
        whole = len(raw) == after.st_size < _FIRST and stat.S_ISREG(after.st_mode)
        yield path, raw if whole and after.st_mtime < rested and after.st_ctime < rested else None
