"""What Linux itself says about our watches: which folders they are on, and how many a user may have.

watchdog 7 passes over folders that it cannot watch without a word, so the kernel is asked. Elsewhere there is
nothing to ask, and the answers are empty.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path

from vault_crm.core.record import record

_INOTIFY = "anon_inode:inotify"
_WATCH = re.compile(r"^inotify wd:\S+ ino:([0-9a-f]+) ", re.MULTILINE)
_LIMITS = ("fs/inotify/max_user_watches", "user/max_inotify_watches")


def watched_inodes(own: str = "/proc/self") -> list[int] | None:
    """The inode number of every watch of this process; None where the system does not tell."""
    try:
        descriptors = os.listdir(f"{own}/fd")
    except OSError:
        return None
    found: list[int] = []
    for fd in descriptors:
        try:
            if not os.readlink(f"{own}/fd/{fd}").endswith(_INOTIFY):
                continue
            text = Path(f"{own}/fdinfo/{fd}").read_text(encoding="ascii", errors="replace")
        except OSError:
            continue  # closed meanwhile
        found += [int(inode, 16) for inode in _WATCH.findall(text)]
    return found


def watch_limit(settings: str = "/proc/sys") -> tuple[str, int] | None:
    """The setting that bounds how many folders a user may watch, as sysctl spells it, and its value."""
    found = []
    for name in _LIMITS:
        try:
            value = int(Path(settings, name).read_text(encoding="ascii"))
        except (OSError, ValueError):
            continue
        found.append((value, name.replace("/", ".")))
    if not found:
        return None
    value, name = min(found)  # of two equal ones the well-known, `fs.`
    return name, value


def limit_hint(settings: str = "/proc/sys") -> str:
    """How to raise the limit of watched folders."""
    name, value = watch_limit(settings) or ("fs.inotify.max_user_watches", 0)
    more = max(524288, 2 * value)
    return (
        f"`sudo sysctl {name}={more}` raises it until the next start of the system; "
        f"the line `{name}={more}` in /etc/sysctl.d/90-inotify.conf does it for good"
    )


_TICK = 3_000_000_000  # ns; FAT counts in 2 s


@record
class _Folder:
    inode: int
    mtime: int
    names: tuple[str, ...]  # of the folders in it
    sure: bool  # a later change would have given it another time


class Folders:
    """The folders of a vault that hold notes, known again at the price of one `stat` for each."""

    def __init__(self, root: Path) -> None:
        self._root = os.fspath(root)
        self._known: dict[str, _Folder] = {}

    def inodes(self) -> dict[str, int]:
        """The inode of every folder that can be read, by its path. Hidden ones and links are passed over."""
        seen: dict[str, _Folder] = {}
        waiting = [self._root]
        while waiting:
            path = waiting.pop()
            folder = self._folder(path)
            if folder is not None:
                seen[path] = folder
                waiting += [os.path.join(path, name) for name in folder.names]
        self._known = seen
        return {path: folder.inode for path, folder in seen.items()}

    def _folder(self, path: str) -> _Folder | None:
        try:
            st = os.stat(path, follow_symlinks=path == self._root)
            known = self._known.get(path)
            if known is not None and known.sure and (known.inode, known.mtime) == (st.st_ino, st.st_mtime_ns):
                return known
            # Its time changes when a folder comes or goes, but not if both happen within one tick of the file
            # system's clock: a time is trusted when it lies well back.
            sure = time.time_ns() - st.st_mtime_ns > _TICK
            with os.scandir(path) as entries:
                names = [e.name for e in entries if e.name[0] != "." and e.is_dir(follow_symlinks=False)]
        except OSError:
            return None
        return _Folder(st.st_ino, st.st_mtime_ns, tuple(names), sure)


def give_back_memory() -> None:
    """Hands memory that is free back to the system (glibc keeps it otherwise): a watcher rests for hours."""
    import ctypes

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
