"""One writer at a time in a vault: a lock file in the user's state folder, which a killed process
releases."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from vault_crm.errors import CannotSave
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from vault_crm.store.places import Place

WAIT = 2.0  # seconds: longer than any plan takes to be written
_STEP = 0.02
_TEXT = 4096  # bytes; nobody writes more into a lock file


class Busy(VaultCrmError):
    """Another process is writing into the vault; nothing was done."""

    exit_code = 5

    def __init__(self, pid: str) -> None:
        who = f"another vault-crm (process {pid})" if pid else "another vault-crm"
        super().__init__(f"{who} is changing this vault just now", "try again in a moment")


@contextlib.contextmanager
def writing(folder: Place, wait: float = WAIT, name: str = "lock") -> Iterator[bool]:
    """Holds a lock in a vault's state folder: that of its files, or another by name. True if whoever held it
    last was killed meanwhile. Raises Busy after `wait` seconds, CannotSave if there can be no lock file."""
    try:
        fd = open_lock(os.path.join(folder, name))
    except OSError as error:
        reason = f"there must be a lock and an undo journal in it ({error.strerror or error})"
        problem = CannotSave(os.fspath(folder), reason)
        problem.hint = (
            "the vault is as it was; let this folder be written, or name another in $XDG_STATE_HOME"
        )
        raise problem from None
    try:
        if not wait_for_lock(fd, wait):
            raise Busy(_holder(fd))
        killed = bool(_holder(fd))
        with contextlib.suppress(OSError):
            os.ftruncate(fd, 0)
            os.pwrite(fd, str(os.getpid()).encode(), 0) if hasattr(os, "pwrite") else None
        try:
            yield killed
        finally:
            with contextlib.suppress(OSError):
                os.ftruncate(fd, 0)
    finally:
        os.close(fd)  # which releases the lock


def open_lock(path: Place) -> int:
    """A descriptor of a lock file, which is made if it is not there. Raises OSError."""
    os.makedirs(os.path.dirname(path), exist_ok=True, mode=0o700)
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)


def wait_for_lock(fd: int, wait: float) -> bool:
    """Takes the lock of a descriptor; False if somebody else still holds it after `wait` seconds."""
    until = time.monotonic() + wait
    while not _try_lock(fd):
        if time.monotonic() >= until:
            return False
        time.sleep(_STEP)
    return True


def held_text(path: Place) -> str | None:
    """What stands in a lock file that some process holds; None if nobody does, or the file system knows no
    locks.
    """
    try:
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return None
    try:
        return os.read(fd, _TEXT).decode("utf-8", "replace") if _is_held(fd) else None
    except OSError:
        return None
    finally:
        os.close(fd)


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

    def _is_held(fd: int) -> bool:
        if not _try_lock(fd):
            return True
        os.lseek(fd, _BEYOND, os.SEEK_SET)
        msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
        return False

    def release(fd: int) -> None:
        """Gives a lock back, the descriptor stays open."""
        os.lseek(fd, _BEYOND, os.SEEK_SET)
        with contextlib.suppress(OSError):
            msvcrt.locking(fd, msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]

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

    def _is_held(fd: int) -> bool:
        """Asked with a shared lock, so that two who ask do not take each other for the holder."""
        try:
            fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except OSError as error:
            return error.errno in (errno.EWOULDBLOCK, errno.EACCES)
        return False

    def release(fd: int) -> None:
        """Gives a lock back, the descriptor stays open."""
        with contextlib.suppress(OSError):
            fcntl.flock(fd, fcntl.LOCK_UN)
