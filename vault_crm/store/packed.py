"""A packed file of named parts, each read only when it is asked for.

A line that says what it is, the length and checksum of a head, the head (in Python's marshal format: plain
values), and the parts behind it. Disposable, as every cache is: what does not add up is not believed."""

from __future__ import annotations

import contextlib
import marshal
import os
import zlib
from collections.abc import Iterable
from collections.abc import Mapping
from typing import Any

_MAGIC = b"vault-crm packed 1\n"
_LENGTH = 4
_FIRST = 1 << 16  # bytes read at once: the head and the first parts are mostly in them
_AT_ONCE = 1 << 20  # bytes that are written at once: a file has a hundred pieces
_OPEN = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)

# Which file it is: (inode, mtime_ns, size).
Identity = tuple[int, int, int]


class Packed:
    """An open packed file. It stays the one that was opened, also where it is replaced meanwhile."""

    def __init__(self, fd: int) -> None:
        """Takes over the descriptor. Raises ValueError if it is none of ours, OSError."""
        self._fd = fd
        self._start = b""
        st = os.fstat(fd)
        self.identity: Identity = st.st_ino, st.st_mtime_ns, st.st_size
        self._start = os.read(fd, _FIRST)
        at = len(_MAGIC) + 2 * _LENGTH
        if not self._start.startswith(_MAGIC) or len(self._start) < at:
            raise ValueError("no packed file")
        size, check = _two(self._start, len(_MAGIC))
        self.head: dict[str, Any] = dict(_loads(self._bytes(at, size), check))
        self._parts: dict[str, tuple[int, int, int]] = self.head.pop("parts")
        self._after = at + size

    def __del__(self) -> None:
        os.close(self._fd)

    def raw(self, name: str) -> bytes:
        """The bytes of a part. Raises ValueError if they are not what was written, OSError."""
        at, size, check = self._parts[name]
        found = self._bytes(self._after + at, size)
        if zlib.crc32(found) != check:
            raise ValueError(f"{name} is damaged")
        return found

    def check(self) -> None:
        """Raises ValueError if any part is not what was written, OSError."""
        for name in self._parts:
            self.raw(name)

    def values(self, name: str) -> Any:
        """The plain values of a part. Raises as `raw`, EOFError, TypeError."""
        return marshal.loads(self.raw(name))

    def _bytes(self, at: int, size: int) -> bytes:
        if at + size > self.identity[2]:  # no memory for what a damaged length asks for
            raise ValueError("cut short")
        if at + size <= len(self._start):
            return self._start[at : at + size]
        os.lseek(self._fd, at, os.SEEK_SET)
        found = os.read(self._fd, size)
        while len(found) < size:
            more = os.read(self._fd, size - len(found))
            if not more:
                raise ValueError("cut short")
            found += more
        return found


def open_packed(path: str) -> Packed | None:
    """A packed file; None if there is none that can be believed."""
    try:
        fd = os.open(path, _OPEN)
    except OSError:
        return None
    try:
        return Packed(fd)
    except (ValueError, EOFError, TypeError, KeyError, OSError):
        return None


def write_packed(path: str, head: Mapping[str, Any], parts: Mapping[str, Iterable[bytes]]) -> Identity | None:
    """Writes a packed file in place of the one that is there, in one step; each part in pieces. Returns which
    file it is, None where the folder cannot be written to: a cache is no reason to fail."""
    table: dict[str, tuple[int, int, int]] = {}
    pieces: list[bytes] = []
    at = 0
    for name, found in parts.items():
        size = check = 0
        for piece in found:
            check = zlib.crc32(piece, check)
            size += len(piece)
            pieces.append(piece)
        table[name] = at, size, check
        at += size
    packed_head = marshal.dumps({**head, "parts": table})
    lengths = len(packed_head).to_bytes(_LENGTH, "little") + zlib.crc32(packed_head).to_bytes(
        _LENGTH, "little"
    )
    return write_whole(path, (_MAGIC, lengths, packed_head, *pieces))


def write_whole(path: str, pieces: Iterable[bytes]) -> Identity | None:
    """Writes a cache file in place of the one that is there, in one step; None where that cannot be done."""
    folder, name = os.path.split(path)
    temp = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(temp, "wb", buffering=_AT_ONCE) as file:
            file.writelines(pieces)
            file.flush()
            st = os.fstat(file.fileno())
        os.replace(temp, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temp)
        return None
    return st.st_ino, st.st_mtime_ns, st.st_size


def _two(raw: bytes, at: int) -> tuple[int, int]:
    first, second = raw[at : at + _LENGTH], raw[at + _LENGTH : at + 2 * _LENGTH]
    return int.from_bytes(first, "little"), int.from_bytes(second, "little")


def _loads(raw: bytes, check: int) -> Any:
    if zlib.crc32(raw) != check:
        raise ValueError("the head is damaged")
    return marshal.loads(raw)
