"""The index: parsed notes kept between runs in the user's cache folder. Disposable: on any doubt it is not
used.

One file: a header line, the key (what a record depends on beside the note's bytes), a checksum, and the
records in Python's marshal format. No record is believed because it is there: its fingerprint must be the
file's, and old enough (git's rule for "racily clean" entries: a file that changed just before we looked can
change again without its time stamps showing it). Only where a living watcher vouches for this very file, and
no folder has changed since, is the disk not asked: then the `Survey` in it stands for the walk."""

from __future__ import annotations

import contextlib
import gc
import marshal
import os
import sys
import zlib
from collections.abc import Container
from collections.abc import Iterator
from typing import TYPE_CHECKING
from typing import Any
from typing import NamedTuple

from vault_crm import __version__
from vault_crm.store.codec import pack
from vault_crm.store.codec import schema
from vault_crm.store.codec import unpack
from vault_crm.store.scan import racy as racy

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.core.model import Note
    from vault_crm.core.settings import Settings
    from vault_crm.store.scan import Fingerprint
    from vault_crm.store.watching import Identity

_MAGIC = b"vault-crm index 6\n"
_BRIEFLY = 0.2  # seconds


class Record(NamedTuple):
    """One file as it was at `seen` (nanoseconds since 1970): its digest, and its note packed."""

    print: Fingerprint
    seen: int
    digest: bytes
    packed: bytes


class Survey(NamedTuple):
    """What a walk over the vault found beside the notes: `folders` and `shared` as in `Scan`, and what is odd
    (packed)."""

    folders: dict[str, int]
    shared: dict[str, Fingerprint | None]
    odd: list[tuple[Any, ...]]


def cache_key(settings: Settings) -> str:
    """What every record depends on beside its note's path and bytes."""
    return repr((__version__, sys.version, marshal.version, schema(), _code_age(), settings.parse_key()))


def _code_age() -> int:
    """When the parser was last changed: in a checkout the version stays while the code moves on."""
    core = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "core")
    newest = 0
    for folder, _, files in os.walk(core):
        for name in files:
            if name.endswith(".py"):
                try:
                    newest = max(newest, os.stat(os.path.join(folder, name)).st_mtime_ns)
                except OSError:
                    continue
    return newest


class Index:
    """The records of one vault. Changes are kept in memory until `save`."""

    def __init__(self, path: Path, key: str) -> None:
        self._path = path
        self._key = key.encode("utf-8", "surrogateescape")
        self._changed = False
        self.identity: Identity | None = None  # of the file that was loaded or saved last
        self.survey: Survey | None = None
        self._records: dict[str, tuple[Any, ...]] = self._load()

    def __len__(self) -> int:
        return len(self._records)

    def __contains__(self, path: object) -> bool:
        return path in self._records

    def find(self, path: str) -> Record | None:
        """What is known of a file."""
        row = self._records.get(path)
        return Record(*row) if row is not None else None

    def find_fresh(self, path: str, current: Fingerprint) -> Note | None:
        """The note of a file if that is certainly still the one that was read. No `Record` is made, because
        this is asked for every note at every start."""
        return unpack(path, self._records[path][3]) if self.certain(path, current) else None

    def has(self, path: str, current: Fingerprint) -> bool:
        """True if a file with this fingerprint was read."""
        row = self._records.get(path)
        return row is not None and row[0] == current

    def shared(self, path: str, current: Fingerprint) -> Fingerprint:
        """A fingerprint, as the object that the index has anyway if it is the same."""
        row = self._records.get(path)
        known: Fingerprint = current if row is None else row[0]
        return known if known == current else current

    def certain(self, path: str, current: Fingerprint) -> bool:
        """True if a file is certainly still the one that was read."""
        row = self._records.get(path)
        return row is not None and row[0] == current and row[1] - max(current[0], current[1]) > racy(current)

    def note(self, path: str, record: Record) -> Note:
        """The note of a record."""
        return unpack(path, record.packed)

    def all_notes(self) -> dict[str, Note]:
        """The notes of all records, in order of path, whether or not the files have changed."""
        return {path: unpack(path, self._records[path][3]) for path in sorted(self._records)}

    def put(self, path: str, current: Fingerprint, seen: int, digest: bytes, note: Note) -> None:
        """Keeps a note that was just read."""
        packed = pack(note)
        if packed is None:
            self.drop(path)
        else:
            # Interned, so that the path in the index and the one of every scan are one object.
            self._records[sys.intern(path)] = (current, seen, digest, packed)
            self._changed = True

    def touch(self, path: str, record: Record, current: Fingerprint, seen: int) -> None:
        """The file was read again and is the same: from now on its time stamps can be believed."""
        self._records[path] = (current, seen, record.digest, record.packed)
        self._changed = True

    def drop(self, path: str) -> None:
        """Forgets a file."""
        if self._records.pop(path, None) is not None:
            self._changed = True

    def keep_only(self, paths: Container[str]) -> None:
        """Forgets every other file."""
        for path in [path for path in self._records if path not in paths]:
            self.drop(path)

    def _load(self) -> dict[str, tuple[Any, ...]]:
        try:
            with open(self._path, "rb") as file:
                raw = file.read()
                st = os.fstat(file.fileno())
        except OSError:
            return {}
        head = self._head()
        if not raw.startswith(head):
            return {}
        body = memoryview(raw)[len(head) + 4 :]
        if zlib.crc32(body) != int.from_bytes(raw[len(head) : len(head) + 4], "little"):
            return {}
        try:
            with quiet_gc():
                records, survey = marshal.loads(body)
            self.survey = None if survey is None else Survey(*survey)
        except (ValueError, EOFError, TypeError):
            return {}
        self.identity = _identity(st)
        return records if isinstance(records, dict) else {}

    def _head(self) -> bytes:
        return _MAGIC + len(self._key).to_bytes(4, "little") + self._key

    def save(self, survey: Survey | None = None) -> bool:
        """Writes the index if it changed; whether the file holds now what is known here. A folder that cannot
        be written means no index, and is no error."""
        if not self._changed and (survey is None or (survey == self.survey and self._is_there())):
            return True
        temp = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        try:
            head = self._head()
            body = marshal.dumps((self._records, survey and tuple(survey)))
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with saving(self._path.parent) as mine:
                if not mine:
                    return False
                with open(temp, "wb") as file:
                    file.write(head + zlib.crc32(body).to_bytes(4, "little"))
                    file.write(body)
                os.replace(temp, self._path)
                self.identity, self.survey = _identity(os.stat(self._path)), survey
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                temp.unlink()
            return False
        self._changed = False
        return True

    def _is_there(self) -> bool:
        """True if nobody has replaced or removed the file since."""
        try:
            return _identity(os.stat(self._path)) == self.identity
        except OSError:
            return False


def _identity(st: os.stat_result) -> Identity:
    return st.st_ino, st.st_mtime_ns, st.st_size


@contextlib.contextmanager
def saving(folder: Path) -> Iterator[bool]:
    """One process at a time writes the index; False if another still does: what it writes is as good."""
    from vault_crm.store.locks import open_lock
    from vault_crm.store.locks import wait_for_lock

    fd = open_lock(folder / "lock")
    try:
        yield wait_for_lock(fd, _BRIEFLY)
    finally:
        os.close(fd)


@contextlib.contextmanager
def quiet_gc() -> Iterator[None]:
    """Without garbage collection, which would look at hundreds of thousands of new objects again and
    again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.freeze()  # what is loaded stays: the next collection need not look at it either
            gc.enable()
