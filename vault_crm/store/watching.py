"""A watcher at work: that it lives, and whether it vouches for the index. Both are held locks, not files.

A lock goes with its process, however that ends; and to let go of one writes nothing, so that it cannot fail.
`watch` is held for as long as the watcher lives. `clean` is held while the index is what the disk holds: it
is let go at the first sign of a change, before anything else is done about it.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from vault_crm.errors import CannotSave
from vault_crm.errors import VaultCrmError
from vault_crm.store.locks import held_text
from vault_crm.store.locks import open_lock
from vault_crm.store.locks import release
from vault_crm.store.locks import wait_for_lock
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id

# Which index file it is: (inode, mtime_ns, size).
Identity: TypeAlias = tuple[int, int, int]

_PATIENCE = 1.0  # seconds: somebody who asks whether a watcher lives holds the lock for a moment
_MOMENT = 0.1


@dataclass(frozen=True, slots=True)
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


def watcher_of(root: Path) -> Watcher | None:
    """The watcher of a vault, None if none is alive."""
    text = held_text(_folder(root) / "watch")
    if text is None:
        return None
    pid, _, since = text.strip().partition(" ")
    try:
        return Watcher(int(pid), float(since))
    except ValueError:
        return Watcher(0, 0.0)


def clean_index(root: Path) -> Identity | None:
    """The index that a living watcher vouches for; None if there is none, or something is about to change."""
    if os.name == "nt":
        return None  # locks cannot be asked about there without taking them
    text = held_text(_folder(root) / "clean")
    if text is None:
        return None
    try:
        inode, modified, size = (int(word) for word in text.split())
    except ValueError:
        return None
    return inode, modified, size


def _folder(root: Path) -> Path:
    return state_folder() / "vaults" / vault_id(root)


class Watching:
    """The watcher's own side of it. Make it with `Watching.begin`."""

    def __init__(self, alive: int, clean: int) -> None:
        self._alive = alive
        self._clean = clean

    @classmethod
    def begin(cls, root: Path, now: float) -> Watching:
        """Takes a vault's watch; `now` in seconds since 1970. Raises AlreadyWatched, CannotSave."""
        folder = _folder(root)
        try:
            alive = open_lock(folder / "watch")
        except OSError as error:
            raise CannotSave(
                str(folder), f"a watcher needs its lock in it ({error.strerror or error})"
            ) from None
        try:
            if not wait_for_lock(alive, _PATIENCE):
                raise AlreadyWatched(watcher_of(root))
            _write(alive, f"{os.getpid()} {now:.3f}")
            return cls(alive, open_lock(folder / "clean"))
        except OSError as error:
            os.close(alive)
            raise CannotSave(str(folder), error.strerror or str(error)) from None
        except BaseException:
            os.close(alive)
            raise

    def dirty(self) -> None:
        """From now on whoever reads looks for himself. Never raises; writes nothing."""
        release(self._clean)

    def vouch(self, index: Identity) -> bool:
        """The index of this identity is what the disk holds; False if that could not be said."""
        if os.name == "nt":
            return False
        try:
            release(self._clean)
            _write(self._clean, " ".join(map(str, index)))
            return wait_for_lock(self._clean, _MOMENT)
        except OSError:
            return False

    def end(self) -> None:
        """Gives the watch back."""
        for fd in (self._clean, self._alive):
            with contextlib.suppress(OSError):
                os.close(fd)


def _write(fd: int, text: str) -> None:
    """One line, in one step as long as before or longer: whoever reads meanwhile sees old or new."""
    os.lseek(fd, 0, os.SEEK_SET)
    os.write(fd, text.ljust(80).encode() + b"\n")
