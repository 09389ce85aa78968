"""A watcher at work: that it lives, and whether it vouches for the index. Both are held locks, not files.

A lock goes with its process, however that ends; and to let go of one writes nothing, so that it cannot fail.
`watch` is held for as long as the watcher lives. `clean` is held while the index is what the disk holds: it
is let go at the first sign of a change, before anything else is done about it.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from vault_crm.core.record import record
from vault_crm.errors import CannotSave
from vault_crm.errors import VaultCrmError
from vault_crm.store.locks import held_text
from vault_crm.store.locks import open_lock
from vault_crm.store.locks import release
from vault_crm.store.locks import wait_for_lock
from vault_crm.store.paths import vault_folder
from vault_crm.store.vouched import Identity as Identity
from vault_crm.store.vouched import vouched_files

if TYPE_CHECKING:
    from vault_crm.store.places import Place

_PATIENCE = 1.0  # seconds: somebody who asks whether a watcher lives holds the lock for a moment
_MOMENT = 0.1
_LINE = 160
_NO_FILE: Identity = (0, 0, 0)


@record
class Watcher:
    """A living watcher: its process, and since when (seconds since 1970; 0: it does not say)."""

    pid: int
    since: float


class AlreadyWatched(VaultCrmError):
    """Another watcher is at work in this vault; this one has done nothing."""

    def __init__(self, watcher: Watcher | None) -> None:
        who = f" (process {watcher.pid})" if watcher and watcher.pid else ""
        super().__init__(f"another watcher is at work in this vault{who}", "one is enough: this one leaves")
        self.watcher = watcher


def watcher_of(root: Place) -> Watcher | None:
    """The watcher of a vault, None if none is alive."""
    text = held_text(os.path.join(vault_folder(root), "watch"))
    if text is None:
        return None
    pid, _, since = text.strip().partition(" ")
    try:
        return Watcher(int(pid), float(since))
    except ValueError:
        return Watcher(0, 0.0)


def clean_index(root: Place) -> Identity | None:
    """The index that a living watcher vouches for; None if there is none, or something is about to change."""
    return vouched_files(vault_folder(root))[0]


def doubt_index(root: Place) -> None:
    """Makes what a watcher vouches for worthless until it has looked again: notes were just changed, and the
    event may still be on its way. Never raises."""
    with contextlib.suppress(OSError):
        fd = os.open(os.path.join(vault_folder(root), "clean"), os.O_WRONLY | getattr(os, "O_CLOEXEC", 0))
        try:
            _write(fd, _line("somebody has changed notes since"))
        finally:
            os.close(fd)


class Watching:
    """The watcher's own side of it. Make it with `Watching.begin`."""

    def __init__(self, alive: int, clean: int) -> None:
        self._alive = alive
        self._clean = clean
        self._vouched = False

    @classmethod
    def begin(cls, root: Place, now: float) -> Watching:
        """Takes a vault's watch; `now` in seconds since 1970. Raises AlreadyWatched, CannotSave."""
        folder = vault_folder(root)
        try:
            alive = open_lock(os.path.join(folder, "watch"))
        except OSError as error:
            raise CannotSave(folder, f"a watcher needs its lock in it ({error.strerror or error})") from None
        try:
            if not wait_for_lock(alive, _PATIENCE):
                raise AlreadyWatched(watcher_of(root))
            with contextlib.suppress(OSError):  # a full disk: the lock is held all the same
                _write(alive, _line(f"{os.getpid()} {now:.3f}"))
            return cls(alive, open_lock(os.path.join(folder, "clean")))
        except OSError as error:
            os.close(alive)
            raise CannotSave(folder, error.strerror or str(error)) from None
        except BaseException:
            os.close(alive)
            raise

    def dirty(self) -> None:
        """From now on whoever reads looks for himself. Never raises; writes nothing."""
        self._vouched = False
        if self._clean >= 0:
            release(self._clean)

    def vouch(self, index: Identity, roster: Identity | None = None) -> bool:
        """The index of this identity, and the roster, are what the disk holds; False if that could not be
        said."""
        if os.name == "nt" or self._clean < 0:
            return False
        text = _line(" ".join(map(str, (os.getpid(), *index, *(roster or _NO_FILE)))))
        try:
            if self._vouched and os.pread(self._clean, len(text) + 1, 0) == text:
                return True
            self.dirty()
            _write(self._clean, text)
            self._vouched = wait_for_lock(self._clean, _MOMENT)
        except OSError:
            return False
        return self._vouched

    def end(self) -> None:
        """Gives the watch back."""
        clean, alive, self._clean, self._alive = self._clean, self._alive, -1, -1
        for fd in (clean, alive):
            if fd >= 0:
                os.close(fd)


def _line(text: str) -> bytes:
    """Always as long: written in one step over another, so that whoever reads meanwhile sees old or new."""
    return text.ljust(_LINE).encode() + b"\n"


def _write(fd: int, line: bytes) -> None:
    os.lseek(fd, 0, os.SEEK_SET)
    os.write(fd, line)
