"""Reading and replacing one file, so that no editor, crash or full disk can harm it.

Writing is compare and swap: the file must still hold the bytes that the new ones were made from, compared as
bytes right before it is replaced in one step. Editors save in steps (vim: absent, empty, partial for about a
millisecond), so what looks absent, empty or half is looked at again before it is believed.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from pathlib import Path

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.store.lease import can_poke
from vault_crm.store.lease import poke
from vault_crm.store.scan import TEMP_SUFFIX

PATIENCE = 0.05  # seconds for which an absent, empty or changing file is looked at again
_SETTLED = 0.01  # seconds after which a file is taken to be written to its end
_RECENT = 2.0  # seconds in which an empty file may be about to be filled
_STEP = 0.002

_SAFE = (
    getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)


def read_bytes(path: Path | str, patience: float = PATIENCE) -> bytes:
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


def _read_once(path: Path | str) -> tuple[bytes, bool]:
    """The bytes, and whether they can be believed."""
    fd = os.open(path, os.O_RDONLY | _SAFE)
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


def read_start(path: Path | str, length: int) -> bytes:
    """The first `length` bytes of a regular file. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | _SAFE)
    try:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a regular file", str(path))
        return os.read(fd, length)
    finally:
        os.close(fd)


class Replacement:
    """One file's replacement, in two steps: `prepare` writes the new bytes beside it, `commit` swaps them in.

    `path` names the file in messages, `full` on the disk. With `root`, a link may not lead out of it.
    """

    def __init__(
        self, path: str, full: Path, base: bytes | None, new: bytes | None, root: Path | None
    ) -> None:
        self.path = path
        self.base = base
        self.new = new
        self.full = os.path.realpath(full)
        self._folder = os.path.dirname(self.full)
        self._made: list[str] = []
        self._temp = ""
        if root is not None and not self.full.startswith(os.path.join(os.path.realpath(root), "")):
            raise EditRefused(path, 0, "it lies outside the vault", "copy the note into the vault")

    def prepare(self) -> None:
        """Checks that the file may be replaced and writes the new bytes beside it, safe on the disk.

        Raises Stale, EditRefused or CannotSave; then nothing is left behind.
        """
        st = self._check(PATIENCE)
        if (
            self.new is None
            or self.new == self.base
            or (self.base is not None and can_poke(self.base, self.new))
        ):
            return
        try:
            self._make_folders()
            self._write_temp(self.new, st)
        except OSError as error:
            self.discard()
            raise CannotSave(self.path, _reason(error)) from None
        except BaseException:
            self.discard()
            raise

    def commit(self) -> tuple[str, ...]:
        """Swaps the new bytes in, if the file still holds the old ones; warnings about what came after that.

        Raises Stale, EditRefused or CannotSave; then the file is as it was and nothing is left behind.
        """
        try:
            if self.new == self.base:
                self._check(0)
                return ()
            if self.new is not None and self.base is not None and not self._temp:
                warning = poke(self.full, self.base, self.new)
                if warning is not None:
                    return (f"{self.path}: {warning}",) if warning else ()
                self._write_temp(self.new, self._check(0))
            self._check(0)
            self._swap()
        except OSError as error:
            if self._swapped():
                return (f"{self.path}: saved, although the system said: {_reason(error)}",)
            self.discard()
            raise CannotSave(self.path, _reason(error)) from None
        except BaseException:
            self.discard()
            raise
        return self._settle()

    def discard(self) -> None:
        """Takes away what `prepare` left beside the file."""
        if self._temp:
            with contextlib.suppress(OSError):
                os.unlink(self._temp)
        self._temp = ""
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        self._made.clear()

    def _check(self, patience: float) -> os.stat_result | None:
        """The file's stat result if it may be replaced and holds the base's bytes; None if it is absent as it
        should be."""
        try:
            st = os.lstat(self.full)
        except (FileNotFoundError, NotADirectoryError):
            st = None
        except OSError as error:
            raise CannotSave(self.path, _reason(error)) from None
        if self.base is None:
            if st is not None:
                raise Stale(self.path, "there is a file of this name already")
            return None
        if st is not None:
            self._check_kind(st)
        try:
            current = read_bytes(self.full, patience)
        except FileNotFoundError:
            raise Stale(self.path, "it is not there (any more)") from None
        except OSError as error:
            raise CannotSave(self.path, _reason(error)) from None
        if current != self.base:
            raise Stale(self.path)
        return st or os.lstat(self.full)

    def _check_kind(self, st: os.stat_result) -> None:
        if not stat.S_ISREG(st.st_mode):
            raise EditRefused(self.path, 0, "it is not a regular file")
        if not st.st_mode & 0o222 or not os.access(self.full, os.W_OK):
            raise EditRefused(
                self.path, 0, "it is read-only", f"chmod u+w {self.path!r}, if you want it changed"
            )
        if st.st_nlink > 1 and not self._only_leftovers(st):
            raise EditRefused(
                self.path,
                0,
                "it has hard links, and replacing it would tear them apart",
                "make it a file of its own",
            )

    def _only_leftovers(self, st: os.stat_result) -> bool:
        """True if its other names were temporary ones of ours (left by a crash), which are taken away."""
        start = _temp_start(self.full)
        gone = 0
        with contextlib.suppress(OSError):
            for entry in os.scandir(self._folder):
                ours = entry.name.startswith(start) and entry.name.endswith(TEMP_SUFFIX)
                if ours and entry.inode() == st.st_ino:
                    os.unlink(entry.path)
                    gone += 1
        return st.st_nlink - gone == 1

    def _make_folders(self) -> None:
        missing = []
        folder = self._folder
        while not os.path.isdir(folder):
            missing.append(folder)
            folder = os.path.dirname(folder)
        for folder in reversed(missing):
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder)
                self._made.append(folder)

    def _write_temp(self, new: bytes, st: os.stat_result | None) -> None:
        name = f"{_temp_start(self.full)}{os.urandom(4).hex()}{TEMP_SUFFIX}"
        temp = os.path.join(self._folder, name)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | _SAFE
        fd = os.open(temp, flags, 0o600 if st else 0o666)
        self._temp = temp
        try:
            rest = memoryview(new)
            while rest:
                rest = rest[os.write(fd, rest) :]
            if st is not None:
                _keep_attributes(self.full, fd, st)
            os.fsync(fd)
        finally:
            os.close(fd)

    def _swap(self) -> None:
        if self.new is None:
            os.unlink(self.full)
        elif self.base is None:
            _create(self._temp, self.full)
        else:
            _replace(self._temp, self.full)

    def _swapped(self) -> bool:
        """True if an error came although the new bytes are in place (network file systems answer like
        that)."""
        if self.new is None or os.path.lexists(self._temp):
            return False
        try:
            return read_bytes(self.full, 0) == self.new
        except OSError:
            return False

    def _settle(self) -> tuple[str, ...]:
        """After the swap the new bytes are in place: whatever fails now is a warning, never a failure."""
        try:
            if self.base is None and os.path.lexists(self._temp):
                os.unlink(self._temp)
            self._temp = ""
            for folder in (self._folder, *{os.path.dirname(made) for made in self._made}):
                sync_folder(folder)
        except OSError as error:
            return (f"{self.path}: saved, but perhaps not yet safe on the disk: {_reason(error)}",)
        return ()


def replace(path: Path, base: bytes | None, new: bytes | None, root: Path | None = None) -> tuple[str, ...]:
    """Replaces a file's bytes `base` by `new` in one step, keeping its mode, owner and attributes; follows
    links.

    `base` None makes the file, `new` None removes it. Returns warnings; once it returns, the new bytes are in
    place. Raises Stale if the file is not as `base` says, EditRefused if it should not be replaced (it is
    read-only, has hard links, lies outside `root`), CannotSave if the operating system refuses; the file is
    then as it was.
    """
    replacement = Replacement(path.name, path, base, new, root)
    replacement.prepare()
    return replacement.commit()


def sync_folder(folder: str) -> None:
    """Makes names in a folder safe on the disk, where the system can do that. Raises OSError."""
    if os.name != "posix":
        return
    fd = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _SAFE)
    try:
        os.fsync(fd)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP, errno.EBADF):
            raise
    finally:
        os.close(fd)


def _temp_start(full: str) -> str:
    # Cut, so that a name of the greatest length the file system bears still gets its temporary name.
    raw = os.fsencode(os.path.basename(full))[:200]
    return "." + raw.decode("utf-8", "ignore") + "."


def _keep_attributes(full: str, fd: int, st: os.stat_result) -> None:
    if hasattr(os, "fchown") and (st.st_uid, st.st_gid) != (os.geteuid(), os.getegid()):
        try:
            os.fchown(fd, st.st_uid, st.st_gid)
        except OSError:
            with contextlib.suppress(OSError):
                os.fchown(fd, -1, st.st_gid)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(full):
                with contextlib.suppress(OSError):
                    os.setxattr(fd, name, os.getxattr(full, name))
    if hasattr(os, "fchmod"):
        os.fchmod(fd, stat.S_IMODE(st.st_mode))


def _create(temp: str, full: str) -> None:
    """Gives the new file its name, unless there is one of that name. Raises Stale, OSError."""
    try:
        os.link(temp, full)
    except FileExistsError:
        raise Stale(os.path.basename(full), "there is a file of this name already") from None
    except OSError:
        # A file system without hard links (FAT, some network and phone storage).
        if os.path.lexists(full):
            raise Stale(os.path.basename(full), "there is a file of this name already") from None
        os.rename(temp, full)


def _replace(temp: str, full: str) -> None:
    until = time.monotonic() + 1.0
    while True:
        try:
            os.replace(temp, full)
            return
        except PermissionError:
            # Windows refuses while a virus scanner or indexer has the file open; that passes.
            if os.name != "nt" or time.monotonic() >= until:
                raise
            time.sleep(0.02)


def _reason(error: OSError) -> str:
    known = {
        errno.ENOSPC: "the disk is full",
        errno.EDQUOT: "the disk quota is used up",
        errno.EROFS: "the disk is read-only",
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.ENAMETOOLONG: "the file name is too long",
    }
    return known.get(error.errno or 0) or error.strerror or str(error)
