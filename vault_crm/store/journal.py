"""The undo journal: what the tool changed, in the user's state folder, one JSON file a change.

An entry is written before the notes are touched (`NUMBER.begun.json`) and gets its final name (`NUMBER.json`)
after. A crash in between leaves the first name: such a change can be undone like any other, since undoing
looks at each file and leaves alone what is already as it was.
"""

from __future__ import annotations

import binascii
import contextlib
import json
import os
import zlib
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.plan import FileChange
from vault_crm.core.record import record
from vault_crm.errors import CannotSave
from vault_crm.store.files import TEMP_SUFFIX

if TYPE_CHECKING:
    from vault_crm.store.places import Place

KEEP = 500
KEEP_SECONDS = 400 * 86400
_VERSION = 1
_LATEST = 250_000_000_000  # seconds since 1970: what a calendar can still say
_BEGUN = ".begun.json"
_DONE = ".json"


@record
class JournalEntry:
    """One change. `at` is in seconds since 1970; `undoes` is the change that it took back ('' if none);
    `finished` is False if the tool was stopped in the middle; `undone_by` is the change that took it back;
    `readable` is False if the entry is damaged, so that what it did is not known."""

    id: str
    at: float
    title: str
    paths: tuple[str, ...] = ()
    undoes: str = ""
    finished: bool = True
    undone_by: str = ""
    readable: bool = True


class Journal:
    """The journal of one vault. Writers hold the vault's lock."""

    def __init__(self, folder: Place) -> None:
        self._folder = os.fspath(folder)

    def begin(self, title: str, changes: Sequence[FileChange], at: float, undoes: str = "") -> str:
        """Writes down what is going to be changed; its number. Raises CannotSave."""
        numbers = [number for number, _name in self._names()]
        number = max(numbers, default=0) + 1
        data = {
            "version": _VERSION,
            "at": at,
            "title": title,
            "undoes": undoes,
            "files": [
                {"path": c.path, "base": _packed(c.base), "result": _packed(c.result)} for c in changes
            ],
        }
        try:
            self._write(f"{number:06}{_BEGUN}", json.dumps(data).encode("ascii"))
        except OSError as error:
            reason = f"the undo journal cannot be written: {error.strerror or error}"
            raise CannotSave(self._folder, reason) from None
        return str(number)

    def finish(self, entry_id: str) -> None:
        """Marks a change as made in full. Raises OSError."""
        start = f"{int(entry_id):06}"
        os.replace(self._full(start + _BEGUN), self._full(start + _DONE))

    def forget(self, entry_id: str) -> None:
        """Takes away a change that was not made after all."""
        with contextlib.suppress(OSError):
            os.unlink(self._full(f"{int(entry_id):06}{_BEGUN}"))

    def prune(self, now: float) -> None:
        """Drops what is too old or too much."""
        names = self._names()
        for place, (_number, name) in enumerate(names):
            path = self._full(name)
            with contextlib.suppress(OSError):
                if place < len(names) - KEEP or os.stat(path).st_mtime < now - KEEP_SECONDS:
                    os.unlink(path)

    def entries(self) -> list[JournalEntry]:
        """All changes, the latest first, those that cannot be read among them: whoever takes back the last
        change must not take another one for it."""
        found: list[JournalEntry] = []
        undone: dict[str, str] = {}
        for number, name in reversed(self._names()):
            data = self._read(name)
            if data is None:
                found.append(JournalEntry(str(number), 0, "cannot be read", readable=False))
                continue
            entry_id, undoes = str(number), str(data["undoes"])
            # A change that was taken back is no longer what took another one back.
            if undoes and entry_id not in undone:
                undone.setdefault(undoes, entry_id)
            paths = tuple(str(f["path"]) for f in data["files"])
            finished = not name.endswith(_BEGUN)
            found.append(
                JournalEntry(
                    entry_id,
                    float(data["at"]),
                    str(data["title"]),
                    paths,
                    undoes,
                    finished,
                    undone.get(entry_id, ""),
                )
            )
        return found

    def changes(self, entry_id: str) -> tuple[FileChange, ...]:
        """What a change did; empty if it is not in the journal."""
        for number, name in self._names():
            if str(number) == entry_id:
                data = self._read(name)
                if data is not None:
                    return tuple(self.change(file) for file in data["files"])
        return ()

    def names(self) -> list[str]:
        """The file names of all changes, the oldest first."""
        return [name for _number, name in self._names()]

    def read(self, name: str) -> dict[str, Any] | None:
        """A change as its file has it; None if it cannot be read."""
        return self._read(name)

    def change(self, file: Mapping[str, Any]) -> FileChange:
        """One file of a change."""
        return FileChange(file["path"], _unpacked(file["base"]), _unpacked(file["result"]))

    def rewrite(self, name: str, data: Mapping[str, Any]) -> None:
        """Puts another record in a change's place, for what is to be forgotten. Raises OSError."""
        self._write(name, json.dumps(data).encode("ascii"))

    def _full(self, name: str) -> str:
        return os.path.join(self._folder, name)

    def _names(self) -> list[tuple[int, str]]:
        """(number, file name), the oldest first."""
        try:
            names = os.listdir(self._folder)
        except OSError:
            return []
        parts = [(name.partition("."), name) for name in names]
        return sorted(
            (int(p[0]), name) for p, name in parts if p[0].isdigit() and "." + p[2] in (_BEGUN, _DONE)
        )

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            with open(self._full(name), "rb") as file:
                data = json.loads(file.read())
            if data["version"] != _VERSION:
                return None
            if not 0 <= float(data["at"]) <= _LATEST:
                return None
            str(data["title"]), str(data["undoes"])
            for item in data["files"]:
                if not isinstance(item["path"], str):
                    return None
                _unpacked(item["base"]), _unpacked(item["result"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError, zlib.error, RecursionError):
            return None
        return dict(data)

    def _write(self, name: str, raw: bytes) -> None:
        os.makedirs(self._folder, exist_ok=True, mode=0o700)
        temp = self._full(f".{name}{TEMP_SUFFIX}")
        fd = os.open(temp, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
        try:
            rest = memoryview(raw)
            while rest:
                rest = rest[os.write(fd, rest) :]
            os.fsync(fd)
        finally:
            os.close(fd)
        os.replace(temp, self._full(name))


def _packed(raw: bytes | None) -> str | None:
    return None if raw is None else binascii.b2a_base64(zlib.compress(raw), newline=False).decode("ascii")


def _unpacked(text: str | None) -> bytes | None:
    if text is None:
        return None
    from base64 import b64decode

    return zlib.decompress(b64decode(text, validate=True))
