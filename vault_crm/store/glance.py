"""Whether anything has changed since the roster was written: every folder and every note is asked for its
time stamps, and nothing is opened but the roster itself and the settings.

This is all that `overdue` does where nothing has changed, so nothing of the house but plain helpers is
imported. What stands in the roster, and how it comes there: `vault_crm.store.roster`.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from array import array
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from vault_crm import __version__
from vault_crm.store.packed import Packed
from vault_crm.store.packed import open_packed
from vault_crm.store.places import cache_place
from vault_crm.store.places import config_place
from vault_crm.store.places import known_ids
from vault_crm.store.places import state_place
from vault_crm.store.relisted import NOTHING
from vault_crm.store.relisted import Relisted
from vault_crm.store.relisted import relist

SCHEMA = 4
COLUMNS = 4  # of a fingerprint: mtime_ns, ctime_ns, size, inode
_SEPARATOR = "\0"  # no file's name has one

# What the settings were read from: ('read', path, bytes or None), ('file' or 'folder', path, True or False),
# ('hidden', folder, names).
Source: TypeAlias = "tuple[str, str, Any]"


class Glance(NamedTuple):
    """A roster that was found. `sure`: a living watcher vouches for it, so that no note was asked. `same`:
    no folder has changed, so that the notes are those that it knows; then `changed` are the numbers of those
    that may be others than when they were read (-1 in front: at least one is gone)."""

    packed: Packed
    sure: bool
    same: bool
    changed: Sequence[int]
    relisted: Relisted = NOTHING
    paths: list[str] | None = None
    prints: list[array[int]] | None = None

    @property
    def fresh(self) -> bool:
        """True if all that the roster says of notes holds."""
        return self.sure or (self.same and not self.changed)


def roster_path(root: str) -> str:
    """Where the roster of a vault is (its real path). Two vaults in one file would only cost time."""
    raw = os.fsencode(root)
    return os.path.join(cache_place(), "rosters", f"{zlib.crc32(raw):08x}{zlib.crc32(raw[::-1]):08x}")


def glance(root: str, trust: bool = True) -> Glance | None:
    """Looks at a vault beside its roster; None if there is none that fits this program and these settings.

    With `trust` the notes are not asked where a living watcher vouches for the roster."""
    packed = open_packed(roster_path(root))
    if packed is None or os.name == "nt":
        return None
    head = packed.head
    if head.get("root") != root or head.get("program") != program_key():
        return None
    sources = head["sources"]  # the user's own settings first, which can be elsewhere by now
    if os.path.dirname(sources[0][1]) != config_place() or not all(map(holds, sources)):
        return None
    known_ids[root] = head["vault_id"]
    top = os.path.join(root, "")
    if trust and vouched(top, packed) and folders_same(top, head["folders"]):
        return Glance(packed, True, True, ())
    try:
        paths = paths_of(packed)
        relisted = relist(top, head, paths)
        if relisted is None:
            return Glance(packed, False, False, ())
        links = {path: head["shared"][path] for path in head["links"]}
        prints = prints_of(packed)
        changed = changed_notes(top, paths, prints, links)
    except (ValueError, OSError, KeyError):
        return None
    if head["unsure"]:
        changed = sorted({*changed, *head["unsure"]})
    return Glance(packed, False, True, changed, relisted, paths, prints)


def program_key() -> tuple[Any, ...]:
    """What a roster depends on beside the vault and the settings: this very program."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    return __version__, sys.version, marshal.version, SCHEMA, _age(package)


def _age(package: str) -> int:
    """When the program was installed or, in a checkout, last edited: there the version stays while the code
    moves on."""
    newest = os.stat(os.path.join(package, "__init__.py")).st_mtime_ns
    if os.path.exists(os.path.join(package, os.pardir, "pyproject.toml")):
        for folder, _, files in os.walk(package):
            for name in files:
                if name.endswith(".py"):
                    newest = max(newest, os.stat(os.path.join(folder, name)).st_mtime_ns)
    return newest


def holds(source: Source) -> bool:
    """True if the settings would be read from the same again."""
    kind, path, found = source
    if kind == "file":
        return os.path.isfile(path) is found
    if kind == "folder":
        return os.path.isdir(path) is found
    try:
        if kind == "hidden":
            return bool(hidden_names(path) == found)
        fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return found is None
    except OSError:
        return False
    try:
        return isinstance(found, bytes) and os.read(fd, len(found) + 1) == found
    except OSError:
        return False
    finally:
        os.close(fd)


def hidden_names(folder: str) -> tuple[str, ...]:
    """The names in a folder that begin with a dot. Raises OSError."""
    return tuple(sorted(name for name in os.listdir(folder) if name[0] == "."))


def folders_same(top: str, folders: Mapping[str, int]) -> bool:
    """True if nothing has come to, or gone from, any of the folders."""
    stat = os.stat
    try:
        return all(stat(top + path).st_ctime_ns == changed for path, changed in folders.items())
    except OSError:
        return False


def paths_of(packed: Packed) -> list[str]:
    """The paths of all notes. Raises ValueError, OSError."""
    text = packed.raw("paths").decode("utf-8", "surrogateescape")
    return text.split(_SEPARATOR) if text else []


def paths_as_bytes(paths: Sequence[str]) -> bytes:
    """Paths as `paths_of` reads them."""
    return _SEPARATOR.join(paths).encode("utf-8", "surrogateescape")


def prints_of(packed: Packed) -> list[array[int]]:
    """The fingerprints of all notes, as columns. Raises ValueError, OSError."""
    raw = packed.raw("prints")
    size = len(raw) // COLUMNS
    columns = []
    for number in range(COLUMNS):
        column = array("q")
        column.frombytes(raw[number * size : (number + 1) * size])
        columns.append(column)
    return columns


def changed_notes(
    top: str,
    paths: Sequence[str],
    prints: Sequence[Sequence[int]],
    links: Mapping[str, tuple[int, ...] | None],
) -> list[int]:
    """The numbers of the notes whose fingerprint is another than it was, -1 in front if one is gone, or one
    of these links leads to something else. (The links themselves show in their folders.)"""
    changed: list[int] = []
    stat = os.lstat
    at = -1
    # Whoever has a hundred thousand notes waits for this loop: the only call in it is the one that must be.
    for path, modified, altered, size, inode in zip(paths, *prints, strict=True):
        at += 1
        try:
            st = stat(top + path)
        except OSError:
            return [-1]
        if (
            st.st_ctime_ns != altered
            or st.st_mtime_ns != modified
            or st.st_size != size
            or st.st_ino != inode
        ) and path not in links:
            changed.append(at)
    return changed if _lead_to_the_same(top, links) else [-1]


def _lead_to_the_same(top: str, shared: Mapping[str, tuple[int, ...] | None]) -> bool:
    return all(_print(top + path) == led_to for path, led_to in shared.items())


def vouched(top: str, packed: Packed) -> bool:
    """True if a living watcher says of this very file that it is what the notes say."""
    from vault_crm.store.vouched import vouched_files

    head = packed.head
    folder = os.path.join(state_place(), "vaults", head["vault_id"])
    if not head["complete"] or vouched_files(folder)[1] != packed.identity:
        return False
    # What lies elsewhere can change without an event here.
    return _lead_to_the_same(top, head["shared"])


def _print(path: str) -> tuple[int, int, int, int] | None:
    try:
        st = os.stat(path)
    except OSError:
        return None
    return st.st_mtime_ns, st.st_ctime_ns, st.st_size, st.st_ino
