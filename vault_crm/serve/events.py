"""The file system's events ring the bell, and nothing else: what happened, a look at the disk decides.

watchdog tells neither that a folder could not be watched, nor that the kernel's queue overflowed, nor that a
thread of its own died; `Events.trouble` finds that out.
"""

from __future__ import annotations

import errno
import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path

from vault_crm.errors import VaultCrmError
from vault_crm.serve.bell import Bell
from vault_crm.serve.kernel import Folders
from vault_crm.serve.kernel import limit_hint
from vault_crm.serve.kernel import watch_limit
from vault_crm.serve.kernel import watched_inodes
from vault_crm.serve.observing import Observation
from vault_crm.serve.relevance import relevant

__all__ = ["CannotWatch", "Events", "relevant"]

_LOG = logging.getLogger(__name__)
_WATCHDOG = "watchdog.observers"


class CannotWatch(VaultCrmError):
    """The file system's events cannot be had here; the hint says which setting helps, if we know."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason, hint)
        self.reason = reason


class Events:
    """Events below a folder ring the bell if `relevant` says so of one of their paths.

    Use from one thread. A folder that is replaced by another of the same name needs a new object.
    """

    def __init__(self, root: Path, bell: Bell, relevant: Callable[[str], bool] = relevant) -> None:
        self._root = root
        self._bell = bell
        self._relevant = relevant
        self._folders = Folders(root)
        self._observation: Observation | None = None
        self._comparable = True
        self._blind: tuple[object, ...] = ()  # what was unwatched after the last try to watch it
        self._log = _LogEar(self._suspect)
        self._hook: Callable[[threading.ExceptHookArgs], object] | None = None
        self.suspicious = False  # something happened after which `trouble` should be asked soon
        self.hint = ""  # how to mend what `trouble` said last

    def start(self) -> None:
        """Returns when every later change rings. Raises CannotWatch; then nothing is left running, and
        `trouble` tries again."""
        self._observe()

    def stop(self) -> None:
        """No more ringing. May be called at any time, also twice."""
        self._unobserve()
        # Only now: what watchdog's threads say as they end is nobody's news.
        logging.getLogger(_WATCHDOG).removeHandler(self._log)
        if self._hook is not None and threading.excepthook == self._died:
            threading.excepthook, self._hook = self._hook, None

    def trouble(self) -> str:
        """Why events cannot be relied on now; '' if they can. Dead threads are started anew and folders that
        nobody watches are watched, as far as that can be done; after that it rings."""
        self.suspicious = False
        self.hint = ""
        try:
            if self._observation is None or not self._observation.is_alive():
                self._again()
            return self._blindness()
        except CannotWatch as error:
            self.hint = error.hint
            return error.reason

    def _blindness(self) -> str:
        """Which folders are not watched, after a try to watch them."""
        missing, total = self._unwatched()
        if missing and (tuple(missing), watch_limit()) != self._blind:
            self._again()
            missing, total = self._unwatched()
        self._blind = (tuple(missing), watch_limit()) if missing else ()
        if not missing:
            return ""
        self.hint = limit_hint()
        return f"only {total - len(missing)} of {total} folders are watched: the system's limit is reached"

    def _unwatched(self) -> tuple[list[str], int]:
        """(folders that can be read and are not watched, number of folders)."""
        watched = watched_inodes()
        if watched is None:
            return [], 0
        folders = self._folders.inodes()
        if self._comparable:
            known = set(watched)
            return sorted(path for path, inode in folders.items() if inode not in known), len(folders)
        return sorted(folders)[len(watched) :], len(folders)

    def _again(self) -> None:
        self._unobserve()
        try:
            self._observe()
        finally:
            self._bell.ring()  # whatever happened in between

    def _observe(self) -> None:
        try:
            self._observation = Observation(self._root, self._changed)
        except Exception as error:  # whatever it is on this system, looking every few seconds still works
            raise CannotWatch(*_why(error, self._root)) from None
        logging.getLogger(_WATCHDOG).addHandler(self._log)
        if self._hook is None:
            self._hook, threading.excepthook = threading.excepthook, self._died
        # Some overlays show us other inodes than the kernel's; there, as many watches as folders must do.
        self._comparable = _inode(self._root) in (watched_inodes() or ())

    def _unobserve(self) -> None:
        observation, self._observation = self._observation, None
        if observation is not None:
            observation.end()

    def _changed(self, paths: list[str]) -> None:
        try:
            ringing = [path for path in paths if self._relevant(path)]
            if paths and not ringing:
                return
            if any(path.endswith("/") for path in ringing):
                self.suspicious = True  # a folder came or went: is it watched?
        except Exception:
            _LOG.debug("is %r relevant?", paths, exc_info=True)
        self._bell.ring()

    def _suspect(self) -> None:
        self.suspicious = True
        self._bell.ring()

    def _died(self, what: threading.ExceptHookArgs) -> None:
        """An error ended a thread. One of ours is started anew, and nobody need see a traceback for it."""
        if self._observation is not None and what.thread in self._observation.threads:
            _LOG.debug("a thread of watchdog's ended: %r", what.exc_value)
            self._suspect()
        elif self._hook is not None:
            self._hook(what)


def _why(error: Exception, root: Path) -> tuple[str, str]:
    """(reason, hint) for an error of watchdog's."""
    if not isinstance(error, OSError):
        return f"{root} cannot be watched: {type(error).__name__}: {error}", ""
    if error.errno == errno.ENOSPC:
        return "the system's limit of watched folders is reached", limit_hint()
    if error.errno == errno.EMFILE:
        more = "fs.inotify.max_user_instances=1024"
        return "too many programs watch files already", f"`sudo sysctl {more}` raises the limit"
    if error.errno in (errno.ENOENT, errno.ENOTDIR):
        return f"{root} is not there", ""
    return f"{root} cannot be watched: {error.strerror or error}", ""


def _inode(path: Path) -> int:
    try:
        return os.stat(path).st_ino
    except OSError:
        return -1


class _LogEar(logging.Handler):
    """watchdog tells of an overflow of the kernel's queue in its log only."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in str(record.msg).lower():
            self._heard()
