"""Files that the user named with `-o`: written as a stream beside the place where they will be, then put
there in one step. An export that fails, or a crash, leaves the file that was there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.store.files import SAFE_FLAGS
from vault_crm.store.files import TEMP_SUFFIX
from vault_crm.store.replacement import sync_folder

# The first line of every Markdown document that we export: only such a document is ever replaced by another.
MARK = b"<!-- vault-crm:export -->"
_NOTES = (".md", ".markdown")
_PIECE = 1 << 16


def write_out(path: Path, pieces: Iterable[bytes]) -> bool:
    """Writes a file from pieces, never holding all of them; False if it held these very bytes already, and
    was left as it is. Links are followed, an existing file's mode is kept.

    Raises EditRefused for a note (a Markdown file that does not begin with `MARK`) and a folder, CannotSave
    if the system refuses, and whatever the pieces raise; then the file is as it was.
    """
    full = os.path.realpath(path)
    try:
        st = _find(full)
        if st is not None and not stat.S_ISREG(st.st_mode):
            _pour(path, full, st, pieces)
            return True
        _refuse_note(path, full, st)
        return _swap_in(full, st, pieces)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotSave(str(path), _reason(error)) from None


def make_folder(path: Path) -> None:
    """Makes a folder for exports, and those above it, if they are not there. Raises CannotSave."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotSave(str(path), _reason(error)) from None


def _find(full: str) -> os.stat_result | None:
    try:
        return os.stat(full)
    except FileNotFoundError:
        return None


def _refuse_note(path: Path, full: str, st: os.stat_result | None) -> None:
    if st is None or not full.lower().endswith(_NOTES):
        return
    with open(full, "rb") as file:
        first = file.readline(len(MARK) + 2)
    if first.rstrip(b"\r\n") != MARK:
        reason = "a note of that name is there, and it is no export of ours"
        raise EditRefused(str(path), 0, reason, "choose another name, or move that file away")


def _pour(path: Path, full: str, st: os.stat_result, pieces: Iterable[bytes]) -> None:
    """Into a pipe or a device there is nothing to replace."""
    if stat.S_ISDIR(st.st_mode):
        raise EditRefused(str(path), 0, "it is a folder", "name a file in it")
    with open(full, "wb") as file:
        for piece in pieces:
            file.write(piece)


def _swap_in(full: str, st: os.stat_result | None, pieces: Iterable[bytes]) -> bool:
    folder, name = os.path.split(full)
    start = os.fsencode(name)[:200].decode("utf-8", "ignore")
    temp = os.path.join(folder, f".{start}.{os.urandom(4).hex()}{TEMP_SUFFIX}")
    fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_EXCL | SAFE_FLAGS, 0o600 if st else 0o666)
    try:
        with open(fd, "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(fd)
        if st is not None and _same(temp, full):
            os.unlink(temp)
            return False
        if st is not None:
            os.chmod(temp, stat.S_IMODE(st.st_mode))
        os.replace(temp, full)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temp)
        raise
    with contextlib.suppress(OSError):
        sync_folder(folder)
    return True


def _same(one: str, other: str) -> bool:
    with open(one, "rb") as a, open(other, "rb") as b:
        while True:
            left, right = a.read(_PIECE), b.read(_PIECE)
            if left != right:
                return False
            if not left:
                return True


def _reason(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return "there is no such folder"
    known = {errno.ENOSPC: "the disk is full", errno.EROFS: "the disk is read-only"}
    return known.get(error.errno or 0) or error.strerror or str(error)
