"""Replacing one file by compare and swap: it must still hold the bytes that the new ones were made from,
compared as bytes right before it is replaced in one step. A crash at any point leaves the old or the new
file."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import time
from typing import TYPE_CHECKING

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.store.files import PATIENCE
from vault_crm.store.files import SAFE_FLAGS
from vault_crm.store.files import TEMP_SUFFIX
from vault_crm.store.files import read_bytes
from vault_crm.store.lease import can_poke
from vault_crm.store.lease import poke

if TYPE_CHECKING:
    from vault_crm.store.places import Place

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)
_TAKEN = "there is a file of this name already"
_TAKEN_HINT = "nothing was written; choose another name, or move that file away"


class Replacement:
    """One file's replacement, in two steps: `prepare` writes the new bytes beside it, `commit` swaps them in.

    `path` names the file in messages, `full` on the disk. With `root`, a link may not lead out of it. A new
    file gets the mode and owner of `like`, if that is there.
    """

    def __init__(
        self,
        path: str,
        full: Place,
        base: bytes | None,
        new: bytes | None,
        root: Place | None,
        like: Place | None = None,
    ) -> None:
        self.path = path
        self.base = base
        self.new = new
        self.full = os.path.realpath(full)
        self._like = like
        self._folder = os.path.dirname(self.full)
        self._made: list[str] = []
        self._temp = ""
        # Of many files at once each folder is made safe once: whoever gives this set does it, after the last.
        self.later: set[str] | None = None
        if root is not None:
            _refuse_elsewhere(path, self.full, os.path.realpath(root))

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
                raise Stale(self.path, _TAKEN, _TAKEN_HINT)
            return None
        if st is not None:
            self._check_kind(st)
        try:
            if not self._holds_base(0) and not (patience and self._holds_base(patience)):
                raise Stale(self.path)
            return st or os.lstat(self.full)
        except FileNotFoundError:
            raise Stale(self.path, "it is not there (any more)") from None
        except OSError as error:
            raise CannotSave(self.path, _reason(error)) from None

    def _holds_base(self, patience: float) -> bool:
        try:
            return read_bytes(self.full, patience) == self.base
        except FileNotFoundError:
            if patience:
                raise
            return False

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
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NOFOLLOW | SAFE_FLAGS
        fd = os.open(temp, flags, 0o600 if st or self._like else 0o666)
        self._temp = temp
        try:
            rest = memoryview(new)
            while rest:
                rest = rest[os.write(fd, rest) :]
            if st is not None:
                _keep_attributes(self.full, fd, st)
            elif self._like is not None:
                with contextlib.suppress(FileNotFoundError):
                    _keep_attributes(os.fspath(self._like), fd, os.stat(self._like))
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
            folders = {self._folder, *(os.path.dirname(made) for made in self._made)}
            if self.later is not None:
                self.later |= folders
                return ()
            for folder in folders:
                sync_folder(folder)
        except OSError as error:
            return (f"{self.path}: saved, but perhaps not yet safe on the disk: {_reason(error)}",)
        return ()


def _refuse_elsewhere(path: str, real: str, top: str) -> None:
    """Links travel with a vault: none may make a page or a log a part of what programs go by."""
    if not real.startswith(os.path.join(top, "")):
        raise EditRefused(path, 0, "it lies outside the vault", "copy the note into the vault")
    said = path.replace(os.sep, "/").split("/")
    parts = os.path.relpath(real, top).split(os.sep)
    if any(_is_gits(part) for part in said):
        raise EditRefused(path, 0, "it lies in git's own folder", "choose a file of the vault")
    if any(_is_gits(part) or (part.startswith(".") and part not in said) for part in parts):
        hint = "replace the link by a file (or folder) of its own"
        raise EditRefused(path, 0, "a link leads from there to something hidden", hint)


def _is_gits(part: str) -> bool:
    """`.git` as any system may read it: in capitals, shortened (`GIT~1`), with a dot, a stream or signs of no
    width."""
    plain = "".join(c for c in part.partition(":")[0] if c.isprintable())
    return plain.rstrip(". ").casefold() in (".git", "git~1")


def sync_folder(folder: str) -> None:
    """Makes names in a folder safe on the disk, where the system can do that. Raises OSError."""
    if os.name != "posix":
        return
    fd = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | SAFE_FLAGS)
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
        raise Stale(os.path.basename(full), _TAKEN, _TAKEN_HINT) from None
    except OSError:
        # A file system without hard links (FAT, some network and phone storage).
        if os.path.lexists(full):
            raise Stale(os.path.basename(full), _TAKEN, _TAKEN_HINT) from None
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
