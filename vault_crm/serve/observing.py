"""watchdog as we need it: one recursive watch that hands on paths. Works with watchdog 6.0 and 7.1."""

from __future__ import annotations

import os
import sys
import threading
import traceback
import warnings
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent
    from watchdog.events import FileSystemEventHandler
    from watchdog.observers.api import BaseObserver

# watchdog holds back one half of a rename this long (by default 0.5 s), and all later events behind it.
_PAIRING = 0.02
_PAIRERS = (("inotify_move_event_grouper", "InotifyMoveEventGrouper"), ("inotify_buffer", "InotifyBuffer"))
_PATIENCE = 5.0  # seconds that a thread of watchdog's may take to end


class Observation:
    """What runs below one folder. `threads` are all of it: if one of them ends, something is missed."""

    def __init__(self, root: Path, changed: Callable[[list[str]], None]) -> None:
        """`changed` is called in another thread with the vault-relative paths of each event, folders with '/'
        at the end; with none if they are not known. It must not raise: that would end the thread.

        Raises whatever watchdog raises; then nothing is left running.
        """
        from watchdog.observers import Observer
        from watchdog.utils import BaseThread

        _shorten_pairing()
        # It would print its whole table whenever a watched folder is seen a second time.
        warnings.filterwarnings("ignore", category=RuntimeWarning, module=r"watchdog\.")
        before = set(threading.enumerate())
        self._observer: BaseObserver | None = None
        try:
            self._observer = Observer()
            self._observer.schedule(
                _listener(root, changed), os.fspath(root), recursive=True, event_filter=_kinds()
            )
            self._observer.start()
        except BaseException as error:
            _close_rest(error)
            self.end()
            raise
        self.threads = tuple(
            t for t in threading.enumerate() if t not in before and isinstance(t, BaseThread)
        )

    def is_alive(self) -> bool:
        """True while no thread of it has ended."""
        return all(thread.is_alive() for thread in self.threads)

    def end(self) -> None:
        """Nothing is handed on any more."""
        if self._observer is None:
            return
        self._observer.stop()
        if self._observer.is_alive():
            self._observer.join(_PATIENCE)


def _listener(root: Path, changed: Callable[[list[str]], None]) -> FileSystemEventHandler:
    from watchdog.events import FileSystemEventHandler

    tops = tuple(dict.fromkeys((os.fspath(root), os.path.abspath(root), os.path.realpath(root))))

    class Listener(FileSystemEventHandler):
        def dispatch(self, event: FileSystemEvent) -> None:
            folder = event.is_directory or _may_be_folder(event)
            changed(paths_of(event.src_path, event.dest_path, folder, tops))

    return Listener()


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


def _may_be_folder(event: FileSystemEvent) -> bool:
    """Windows tells of a deleted folder as of a deleted file: what is gone cannot be asked what it was."""
    if sys.platform != "win32" or event.event_type != "deleted":
        return False
    return not os.path.splitext(os.fsdecode(event.src_path))[1]


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


def _close_rest(error: BaseException) -> None:
    """watchdog 6 leaves the descriptors open of what it could not set up; an inotify instance is scarce."""
    for frame, _ in traceback.walk_tb(error.__traceback__):
        half = frame.f_locals.get("self")
        if type(half).__name__ == "Inotify":
            for name in ("_inotify_fd", "_kill_r", "_kill_w"):
                fd = getattr(half, name, None)
                if isinstance(fd, int):
                    os.close(fd)
            return
