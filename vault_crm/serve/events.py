"""The file system's events ring the bell, and nothing else: what happened, a look at the disk decides.

watchdog tells neither that a folder could not be watched, nor that the kernel's queue overflowed, nor that a
thread of its own died; `Events.trouble` finds that out. Works with watchdog 6.0 and 7.1.
"""

from __future__ import annotations

import errno
import logging
import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.errors import VaultCrmError
from vault_crm.serve.bell import Bell
from vault_crm.serve.kernel import Folders
from vault_crm.serve.kernel import limit_hint
from vault_crm.serve.kernel import watch_limit
from vault_crm.serve.kernel import watched_inodes
from vault_crm.serve.relevance import relevant

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.observers.api import BaseObserver

__all__ = ["CannotWatch", "Events", "relevant"]

# watchdog holds back one half of a rename this long (by default 0.5 s), and all later events behind it.
_PAIRING = 0.02
_PAIRERS = (("inotify_move_event_grouper", "InotifyMoveEventGrouper"), ("inotify_buffer", "InotifyBuffer"))
_PATIENCE = 5.0  # seconds that a thread of watchdog's may take to end


class CannotWatch(VaultCrmError):
    """The file system's events cannot be had here; the hint says which setting helps, if we know."""

    def __init__(self, reason: str, hint: str = "") -> None:
        super().__init__(reason, hint or "changes are looked for every few seconds instead")
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
        self._observer: BaseObserver | None = None
        self._threads: tuple[threading.Thread, ...] = ()
        self._log = _LogEar(self._suspect)
        self._blind: tuple[object, ...] = ()  # what was found unwatched after the last try to watch it
        self._comparable = True
        self.suspicious = False  # something happened after which `trouble` should be asked soon
        self.hint = ""  # how to mend what `trouble` said last

    def start(self) -> None:
        """Returns when every later change rings. Raises CannotWatch; then nothing is left running."""
        self._observe()
        logging.getLogger("watchdog.observers").addHandler(self._log)

    def stop(self) -> None:
        """No more ringing. May be called at any time, also twice."""
        logging.getLogger("watchdog.observers").removeHandler(self._log)
        self._unobserve()

    def trouble(self) -> str:
        """Why events cannot be relied on now; '' if they can. Dead threads are started anew and folders that
        nobody watches are watched, as far as that can be done; after that it rings."""
        self.suspicious = False
        self.hint = ""
        try:
            if not self._alive():
                self._again()
            return self._blindness()
        except CannotWatch as error:
            self.hint = error.hint
            return error.reason

    def _alive(self) -> bool:
        return bool(self._threads) and all(thread.is_alive() for thread in self._threads)

    def _again(self) -> None:
        self._unobserve()
        try:
            self._observe()
        finally:
            self._bell.ring()  # whatever happened in between

    def _blindness(self) -> str:
        """Which folders are not watched, after a try to watch them."""
        missing, total = self._unwatched()
        found = (tuple(missing), watch_limit())
        if missing and found != self._blind:
            self._again()
            missing, total = self._unwatched()
            found = (tuple(missing), watch_limit())
        self._blind = found if missing else ()
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
        known = set(watched)
        missing = sorted(path for path, inode in folders.items() if inode not in known)
        if len(missing) == len(folders) and len(watched) >= len(folders):
            # Overlays show other inodes to us than to the kernel. As many watches as folders must do.
            return [], len(folders)
        return missing, len(folders)

    def _observe(self) -> None:
        from watchdog.observers import Observer

        _shorten_pairing()
        # It would print its whole table whenever a watched folder is seen a second time.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
        before = set(threading.enumerate())
        observer = None
        try:
            observer = Observer()
            observer.schedule(
                _ringer(self._root, self._rang),
                os.fspath(self._root),
                recursive=True,
                event_filter=_kinds(),
            )
            observer.start()
        except Exception as error:  # whatever it is on this system, looking every few seconds still works
            _close_rest(error)
            if observer is not None:
                _end(observer)
            raise CannotWatch(*_why(error, self._root)) from None
        self._observer = observer
        self._threads = tuple(set(threading.enumerate()) - before)

    def _unobserve(self) -> None:
        observer, self._observer, self._threads = self._observer, None, ()
        if observer is not None:
            _end(observer)

    def _suspect(self) -> None:
        self.suspicious = True
        self._bell.ring()

    def _rang(self, paths: list[str]) -> None:
        if any(path.endswith("/") for path in paths):
            self.suspicious = True  # a folder came or went: is it watched?
        if not paths or any(self._relevant(path) for path in paths):
            self._bell.ring()


def _ringer(root: Path, rang: Callable[[list[str]], None]) -> Any:
    from watchdog.events import FileSystemEventHandler

    tops = tuple(dict.fromkeys((os.fspath(root), os.path.abspath(root), os.path.realpath(root))))

    class Ringer(FileSystemEventHandler):
        def dispatch(self, event: FileSystemEvent) -> None:
            # Whatever is raised here would end watchdog's thread for good.
            try:
                rang(paths_of(event.src_path, event.dest_path, event.is_directory, tops))
            except BaseException:
                rang([])

    return Ringer()


def paths_of(source: bytes | str, target: bytes | str, folder: bool, tops: tuple[str, ...]) -> list[str]:
    """The paths of an event, below the first of `tops` that holds them: with '/', folders with one at the
    end. Empty if one of them lies elsewhere: then nothing is known."""
    found = []
    for path in (source, target):
        if not path:
            continue
        below = _below(os.fsdecode(path), tops)
        if below is None:
            return []
        found.append(below + "/" if folder and below else below)
    return found


def _below(path: str, tops: tuple[str, ...]) -> str | None:
    for top in tops:
        if path == top:
            return ""
        start = os.path.join(top, "")
        if path.startswith(start):
            return path[len(start) :].replace(os.sep, "/")
    return None


def _kinds() -> list[type[FileSystemEvent]]:
    """The events that can mean a changed note. Reading a note makes none of them, else looking would ring."""
    from watchdog import events

    kinds: list[type[FileSystemEvent]] = [
        events.FileCreatedEvent,
        events.FileDeletedEvent,
        events.FileMovedEvent,
        events.DirCreatedEvent,
        events.DirDeletedEvent,
        events.DirMovedEvent,
    ]
    # Where the end of a write is told, the writes need not be.
    linux = sys.platform.startswith("linux")
    kinds.append(events.FileClosedEvent if linux else events.FileModifiedEvent)
    return kinds


def _shorten_pairing() -> None:
    for module, name in _PAIRERS:
        try:
            pairer = getattr(import_module(f"watchdog.observers.{module}"), name)
        except (ImportError, AttributeError):
            continue  # of another version, or not Linux
        pairer.delay = _PAIRING


def _end(observer: BaseObserver) -> None:
    observer.stop()
    if observer.is_alive():
        observer.join(_PATIENCE)


def _close_rest(error: Exception) -> None:
    """watchdog 6 leaves the descriptors open of what it could not set up; an inotify instance is scarce."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        half = frame.f_locals.get("self")
        if type(half).__name__ == "Inotify":
            for name in ("_inotify_fd", "_kill_r", "_kill_w"):
                fd = getattr(half, name, None)
                if isinstance(fd, int):
                    os.close(fd)
            return


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
        return f"{root} is not there", "it is looked for again every few seconds"
    return f"{root} cannot be watched: {error.strerror or error}", ""


class _LogEar(logging.Handler):
    """watchdog tells of an overflow of the kernel's queue in its log only."""

    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        if "overflow" in str(record.msg).lower():
            self._heard()
