"""Pictures of people: files beside their notes, `People/Ana Martins.jpg`."""

from __future__ import annotations

import os
from pathlib import PurePosixPath

from vault_crm.core.intake.record import Photo
from vault_crm.core.vcard.photo import picture_ending
from vault_crm.errors import EditRefused
from vault_crm.store.store import Store

# The first that is there counts.
_ENDINGS = ("jpg", "jpeg", "png", "gif", "webp")


class Photos:
    """The pictures of a vault's people. Each folder is listed once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._folders: dict[str, frozenset[str]] = {}

    def find(self, path: str) -> Photo | None:
        """The picture beside a note, None if there is none that can be read."""
        note = PurePosixPath(path)
        there = self._names(str(note.parent))
        for ending in _ENDINGS:
            for name in (f"{note.stem}.{ending}", f"{note.stem}.{ending.upper()}"):
                raw = self._read(str(note.parent / name)) if name in there else b""
                if kind := picture_ending(raw):  # by its bytes: nothing else shall leave by that name
                    return Photo(kind, raw)
        return None

    def stands(self, path: str) -> bool:
        """True if a file stands beside a note that is called as a picture of the person is."""
        note = PurePosixPath(path)
        there = self._names(str(note.parent))
        return any(f"{note.stem}.{end}" in there for ending in _ENDINGS for end in (ending, ending.upper()))

    def _names(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            try:
                names = frozenset(os.listdir(self._store.root / folder))
            except OSError:
                names = frozenset()
            self._folders[folder] = names
        return self._folders[folder]

    def _read(self, path: str) -> bytes:
        try:
            return self._store.read(path)
        except EditRefused:
            return b""
