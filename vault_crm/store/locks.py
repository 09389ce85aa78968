"""One writer at a time in a vault: a lock file in the user's state folder, which a killed process
releases."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from vault_crm.errors import CannotSave
from vault_crm.errors import VaultCrmError

WAIT = 2.0  # seconds: longer than any plan takes to be written
_STEP = 0.02


class Busy(VaultCrmError):
    """Another process is writing into the vault; nothing was done."""

    exit_code = 5

    def __init__(self, pid: str) -> None:
        who = f"another vault-crm (process {pid})" if pid else "another vault-crm"
        super().__init__(f"{who} is changing this vault just now", "try again in a moment")


@contextlib.contextmanager
def writing(folder: Path, wait: float = WAIT) -> Iterator[None]:
    """Holds the lock in a vault's state folder. Raises Busy after `wait` seconds, CannotSave if there can be
    no lock file."""
    path = folder / "lock"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    except OSError as error:
        reason = f"there must be a lock and an undo journal in it ({error.strerror or error})"
        problem = CannotSave(str(folder), reason)
        problem.hint = (
            "the vault is as it was; let this folder be written, or name another in $XDG_STATE_HOME"
        )
        raise problem from None
    try:
        until = time.monotonic() + wait
        while not _try_lock(fd):
            if time.monotonic() >= until:
                raise Busy(_holder(fd))
            time.sleep(_STEP)
        with contextlib.suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, str(os.getpid()).encode(), 0) if hasattr(os, "pwrite") else None
        yield
    finally:
        os.close(fd)  # which releases the lock


def _holder(fd: int) -> str:
    with contextlib.suppress(OSError):
        os.lseek(fd, 0, os.SEEK_SET)
        text = os.read(fd, 20).decode("ascii", "replace")
        return text if text.isdigit() else ""
    return ""


if os.name == "nt":
    import msvcrt

    _BEYOND = 1 << 20  # lock a byte that nobody reads: Windows' locks are mandatory

    def _try_lock(fd: int) -> bool:
        os.lseek(fd, _BEYOND, os.SEEK_SET)
        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        except OSError:
            return False
        return True

else:
    import errno
    import fcntl

    def _try_lock(fd: int) -> bool:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # A file system without locks (some network mounts): two writers still compare bytes before each
            # swap.
            return error.errno in (errno.ENOLCK, errno.ENOTSUP, errno.ENOSYS)
        return True
