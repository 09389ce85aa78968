"""A folder of cards, one a file, that others keep as well (vdirsyncer calls it a collection): where a card
belongs, so that no two files have one UID and no other program's card is lost."""

from __future__ import annotations

import os
import re
from pathlib import Path

from vault_crm.core.intake.uid import uid_key
from vault_crm.core.vcard.text import unescape_text

_FOLD = re.compile(rb"\r?\n[ \t]")
_UID = re.compile(rb"(?im)^(?:[\w-]+\.)?UID[^:\r\n]*:([^\r\n]*)")
_OURS = re.compile(rb"(?im)^PRODID[^:\r\n]*:-//vault-crm//")
_MOST = 262_144  # bytes of a file that are looked at; UID and PRODID stand before its picture


class CardFolder:
    """The cards of a folder as they are now. Raises OSError if the folder cannot be read."""

    def __init__(self, folder: Path, ending: str) -> None:
        self._ours: dict[str, bool] = {}
        self._holding: dict[str, str] = {}
        for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
            if entry.name.endswith(ending) and not entry.name.startswith(".") and entry.is_file():
                raw = _beginning(entry.path)
                uids = _uids(raw)
                self._ours[entry.name.casefold()] = len(uids) < 2 and bool(_OURS.search(raw))
                for uid in uids:
                    self._holding.setdefault(uid, entry.name)

    def place(self, name: str, raw: bytes) -> str | None:
        """The file for a card: the one that has its UID, else `name`; None if another program's card is
        there. A second card of the same UID gets its own `name`."""
        found = next((self._holding[uid] for uid in _uids(raw) if uid in self._holding), name)
        if not self._ours.get(found.casefold(), True):
            return None
        for uid in _uids(raw):
            self._holding.pop(uid, None)
        return found


def _beginning(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_MOST)
    except OSError:
        return b""  # whatever it is, it is not ours to replace


def _uids(raw: bytes) -> list[str]:
    found = _UID.findall(_FOLD.sub(b"", raw[:_MOST]))
    return [uid_key(unescape_text(uid.decode("utf-8", "replace"))) for uid in found]
