"""Reading and replacing one file, so that no editor, crash or full disk can harm it.

Editors save in steps (vim: absent, empty, partial for about a millisecond), so what looks absent, empty or
half is looked at again before it is believed. How a file is replaced: `vault_crm.store.replacement`."""

from __future__ import annotations

import errno
import os
import stat
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.store.places import Place

TEMP_SUFFIX = ".vault-crm-tmp"  # of names that begin with a dot: every scanner passes them over
MAX_NOTE = 4 << 20  # bytes; a longer note is listed, but neither read whole nor edited
PATIENCE = 0.05  # seconds for which an absent, empty or changing file is looked at again
_SETTLED = 0.006  # seconds after which a file is taken to be written to its end
_RECENT = 0.2  # seconds in which an empty file may be about to be filled
_STEP = 0.002

SAFE_FLAGS = (
    getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


def read_bytes(path: Place, patience: float = PATIENCE) -> bytes:
    """A file's whole content, as it is between two saves. Raises OSError, also if it is no regular file.

    For up to `patience` seconds a file that is absent, newly empty or being written is looked at again.
    """
    until = time.monotonic() + patience
    while True:
        try:
            raw, settled = _read_once(path)
        except FileNotFoundError:
            if time.monotonic() >= until or not os.path.isdir(os.path.dirname(path) or "."):
                raise
        else:
            if settled or time.monotonic() >= until:
                return raw
        time.sleep(_STEP)


def _read_once(path: Place) -> tuple[bytes, bool]:
    """The bytes, and whether they can be believed."""
    fd = os.open(path, os.O_RDONLY | SAFE_FLAGS)
    try:
        before = os.fstat(fd)
        if stat.S_ISDIR(before.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
        if not stat.S_ISREG(before.st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        raw = _read_all(fd, before.st_size)
        after = os.fstat(fd)
    finally:
        os.close(fd)
    changed = (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size)
    age = time.time() - after.st_mtime
    if changed or len(raw) != after.st_size:
        return raw, False
    return raw, not 0 <= age < (_SETTLED if raw else _RECENT)


def _read_all(fd: int, size: int) -> bytes:
    raw = os.read(fd, size + 1)
    if len(raw) == size:
        return raw
    parts = [raw]
    while parts[-1]:
        parts.append(os.read(fd, 1 << 20))
    return b"".join(parts)


def read_start(path: Place, length: int) -> bytes:
    """The first `length` bytes of a regular file. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | SAFE_FLAGS)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return os.read(fd, length)
    finally:
        os.close(fd)


def refuse_large(path: Place, size: int) -> None:
    """Raises OSError if a file of that many bytes is more than is ever read whole."""
    if size > MAX_NOTE:
        raise OSError(errno.EFBIG, f"larger than {MAX_NOTE >> 20} MB", str(path))


def replace(path: Path, base: bytes | None, new: bytes | None, root: Path | None = None) -> tuple[str, ...]:
    """Replaces a file's bytes `base` by `new` in one step, keeping its mode, owner and attributes; follows
    links.

    `base` None makes the file, `new` None removes it. Returns warnings; once it returns, the new bytes are in
    place. Raises Stale if the file is not as `base` says, EditRefused if it should not be replaced (it is
    read-only, has hard links, lies outside `root`), CannotSave if the operating system refuses; the file is
    then as it was.
    """
    from vault_crm.store.replacement import Replacement

    replacement = Replacement(path.name, path, base, new, root)
    replacement.prepare()
    return replacement.commit()
