"""Gists, and what is heard of people, in many small parts: to look one up, or to change it, costs one of
them."""

from __future__ import annotations

import marshal
import zlib
from array import array
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import TypeAlias

from vault_crm.core.gist import NOTHING
from vault_crm.core.gist import Gist
from vault_crm.core.heard import NOBODY
from vault_crm.core.heard import Heard
from vault_crm.store.packed import Packed

Bucket: TypeAlias = "tuple[dict[str, Gist], dict[str, tuple[Any, ...]]]"

_EACH = 32  # notes of which something is known, in one bucket
_CODES = "surrogateescape"


class Buckets:
    """`gists` by path, without those of which nothing is known; `heard` by the path of the person."""

    def __init__(self, count: int, ends: array[int] | None = None, blob: bytes = b"") -> None:
        self._count = count
        self._ends = ends
        self._blob = blob
        self._open: dict[int, Bucket] = {}
        self._dirty: set[int] = set()

    @classmethod
    def for_notes(cls, known: int) -> Buckets:
        """Empty ones, for so many notes of which something is known."""
        return cls(known // _EACH + 1)

    @classmethod
    def read(cls, packed: Packed) -> Buckets:
        """Those of a file. Raises ValueError, OSError."""
        ends = array("Q")
        ends.frombytes(packed.raw("ends"))
        return cls(len(ends), ends, packed.raw("buckets"))

    def parts(self) -> dict[str, Iterable[bytes]]:
        """What `read` reads."""
        pieces = [self._packed(number) for number in range(self._count)]
        ends, at = array("Q"), 0
        for piece in pieces:
            at += len(piece)
            ends.append(at)
        return {"ends": (ends.tobytes(),), "buckets": pieces}

    def gist(self, path: str) -> Gist:
        """What is known of a note."""
        return self._of(path)[0].get(path, NOTHING)

    def heard(self, path: str) -> Heard:
        """What is heard of somebody."""
        found = self._of(path)[1].get(path)
        return NOBODY if found is None else Heard(*found)

    def put_gist(self, path: str, gist: Gist) -> None:
        """Keeps, or forgets, what is known of a note."""
        _put(self._changing(path)[0], path, gist)

    def put_heard(self, path: str, heard: Heard) -> None:
        """Keeps, or forgets, what is heard of somebody."""
        _put(self._changing(path)[1], path, tuple(heard) if heard.pieces else ())

    @classmethod
    def filled(cls, gists: Mapping[str, Gist], heard: Mapping[str, Heard]) -> Buckets:
        """All of this at once."""
        count = len(gists) // _EACH + 1
        parts: list[Bucket] = [({}, {}) for _ in range(count)]
        crc32 = zlib.crc32
        for path, gist in gists.items():
            parts[crc32(path.encode("utf-8", _CODES)) % count][0][path] = gist
        for path, said in heard.items():
            parts[crc32(path.encode("utf-8", _CODES)) % count][1][path] = tuple(said)
        found = cls(count)
        found._open = dict(enumerate(parts))
        return found

    def gists(self) -> dict[str, Gist]:
        """All that is known of notes."""
        found: dict[str, Gist] = {}
        for bucket in self._all():
            found.update(bucket[0])
        return found

    def all_heard(self) -> dict[str, Heard]:
        """All that is heard of people."""
        return {path: Heard(*heard) for bucket in self._all() for path, heard in bucket[1].items()}

    def _all(self) -> Iterator[Bucket]:
        # Read through, most are looked at once: they are not kept open.
        return (self._open.get(number) or self._read(number) for number in range(self._count))

    def _of(self, path: str) -> Bucket:
        return self._bucket(self._number(path))

    def _changing(self, path: str) -> Bucket:
        number = self._number(path)
        self._dirty.add(number)
        return self._bucket(number)

    def _number(self, path: str) -> int:
        return zlib.crc32(path.encode("utf-8", _CODES)) % self._count

    def _bucket(self, number: int) -> Bucket:
        bucket = self._open.get(number)
        if bucket is None:
            bucket = self._open[number] = self._read(number)
        return bucket

    def _read(self, number: int) -> Bucket:
        if self._ends is None:
            return {}, {}
        start = self._ends[number - 1] if number else 0
        found: Bucket = marshal.loads(memoryview(self._blob)[start : self._ends[number]])
        return found

    def _packed(self, number: int) -> bytes:
        if number in self._dirty or self._ends is None:
            return marshal.dumps(self._open.get(number, ({}, {})))
        start = self._ends[number - 1] if number else 0
        return self._blob[start : self._ends[number]]


def _put(where: dict[str, Any], path: str, what: tuple[Any, ...]) -> None:
    if what:
        where[path] = what
    else:
        where.pop(path, None)
