"""From the disk to a Vault: scan, read what changed, parse, assemble."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.record import replace
from vault_crm.store.cache import Index
from vault_crm.store.cache import Record
from vault_crm.store.cache import Survey
from vault_crm.store.cache import cache_key
from vault_crm.store.cache import quiet_gc
from vault_crm.store.codec import unpack_odd
from vault_crm.store.copies import find_copies
from vault_crm.store.copies import report
from vault_crm.store.counting import Counted
from vault_crm.store.counting import uncounted
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import PATIENCE
from vault_crm.store.files import read_bytes
from vault_crm.store.files import read_start
from vault_crm.store.files import refuse_large
from vault_crm.store.notes import LARGE_HEAD
from vault_crm.store.notes import parse_large
from vault_crm.store.notes import parse_raw
from vault_crm.store.notes import stub_note
from vault_crm.store.notes import without_ignored
from vault_crm.store.paths import cache_folder
from vault_crm.store.paths import vault_id
from vault_crm.store.scan import Fingerprint
from vault_crm.store.scan import Scan
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import scan
from vault_crm.store.scan import unreadable
from vault_crm.store.settings import template_folders
from vault_crm.store.watching import clean_index
from vault_crm.store.watching import watcher_of

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.core.model import Note
    from vault_crm.core.model import Vault
    from vault_crm.core.settings import Settings

_WAITING = 0.5  # seconds that one load may wait in all for notes that are being saved


def index_path(root: Path) -> Path:
    """Where a vault's index is."""
    return cache_folder() / "vaults" / vault_id(root) / "index"


def load_vault(root: Path, settings: Settings, trust: bool = False, counted: Counted = uncounted) -> Vault:
    """Everything the notes of a folder say.

    With `trust`, the disk is not walked where a living watcher vouches for the index and no folder has
    changed. While a watcher of the same version lives, the index is written by it alone. `counted` tells how
    far the reading is.
    """
    from vault_crm.core.vault import assemble

    with quiet_gc():
        index = Index(index_path(root), cache_key(settings))
        known = _vouched(root, index) if trust else None
        if known is not None:
            notes, odd = index.all_notes(), [unpack_odd(row) for row in known.odd]
        else:
            found = scan(root, template_folders(settings))
            notes = Reader(root, settings, index).read_all(found, counted)
            odd = found.diagnostics
            if index.identity is None or watcher_of(root) is None:
                index.save()
        vault = assemble(without_ignored(notes, settings.conventions.ignore), settings)
    return replace(vault, diagnostics=(*vault.diagnostics, *in_order(odd)))


def in_order(odd: Iterable[Diagnostic]) -> list[Diagnostic]:
    """What is odd about files, as every run says it."""
    return sorted(odd, key=lambda d: (d.span, d.code))


def _vouched(root: Path, index: Index) -> Survey | None:
    """What a living watcher's walk found, if that still holds; None: look at the disk."""
    survey = index.survey
    if survey is None or index.identity is None or clean_index(root) != index.identity:
        return None
    top = os.path.join(os.fspath(root), "")
    try:
        if any(os.stat(top + path).st_ctime_ns != changed for path, changed in survey.folders.items()):
            return None
    except OSError:
        return None
    for path, led_to in survey.shared.items():
        if _print(top + path) != led_to or (led_to and path in index and not index.certain(path, led_to)):
            return None
    return survey


def _print(path: str) -> Fingerprint | None:
    try:
        return fingerprint(os.stat(path))
    except OSError:
        return None


class Reader:
    """Reads the notes of one scan, from the index where that is certain."""

    def __init__(self, root: Path, settings: Settings, index: Index, waiting: float = _WAITING) -> None:
        """`waiting`: seconds to be spent in all on notes that are just being saved."""
        self._root = os.fspath(root)
        self._settings = settings
        self._index = index
        self._seen = time.time_ns()
        self._patient_until = time.monotonic() + waiting
        self.asked: set[str] = set()  # notes whose bytes decided whether one is a conflict copy

    def read_all(self, found: Scan, counted: Counted = uncounted) -> dict[str, Note]:
        """All notes by path, in order of path; what is odd about files goes into the scan's diagnostics."""
        copies = self.copies(found)
        found.diagnostics += [report(path, original) for path, original in copies.items()]
        notes: dict[str, Note] = {}
        files, find_fresh = found.files, self._index.find_fresh
        for path in counted(sorted((*files, *found.evicted)), len(files)):
            if path in copies:
                continue
            if path in found.evicted:
                notes[path] = self._evicted(path, found.evicted[path])
                continue
            note = find_fresh(path, files[path]) or self._note(path, files[path])
            if note is not None:
                notes[path] = note
        self._index.keep_only(notes)
        return notes

    def copies(self, found: Scan) -> dict[str, str]:
        """The conflict copies of a scan, each with its note."""

        def read(path: str) -> bytes:
            self.asked.add(path)
            refuse_large(path, found.files[path][2])
            return self._read(path)

        return find_copies(found.files, found.files, read)

    def read(self, path: str, found: Scan) -> Note | None:
        """One note of a scan; None if it is gone meanwhile."""
        if path in found.evicted:
            return self._evicted(path, found.evicted[path])
        current = found.files[path]
        return self._index.find_fresh(path, current) or self._note(path, current)

    def _read(self, path: str) -> bytes:
        patience = min(PATIENCE, max(0.0, self._patient_until - time.monotonic()))
        return read_bytes(os.path.join(self._root, path), patience)

    def _note(self, path: str, current: Fingerprint) -> Note | None:
        try:
            return self._read_again(path, current, self._index.find(path))
        except FileNotFoundError:
            return None
        except OSError as error:
            self._index.drop(path)
            return stub_note(path, unreadable(path, error.strerror or str(error)), self._settings)

    def _read_again(self, path: str, current: Fingerprint, record: Record | None) -> Note:
        from hashlib import blake2b

        large = current[2] > MAX_NOTE
        raw = read_start(os.path.join(self._root, path), LARGE_HEAD) if large else self._read(path)
        digest = blake2b(raw, digest_size=16, salt=b"large" if large else b"").digest()
        if record is not None and record.digest == digest:
            self._index.touch(path, record, current, self._seen)
            return self._index.note(path, record)
        note = (parse_large if large else parse_raw)(path, raw, self._settings)
        self._index.put(path, current, self._seen, digest, note)
        return note

    def _evicted(self, path: str, current: Fingerprint) -> Note:
        """A note whose bytes are in the cloud: what was known of it, else only that it is there."""
        record = self._index.find(path)
        if record is not None and (record.print[0], record.print[2]) == (current[0], current[2]):
            return self._index.note(path, record)
        hint = "open its folder in the Finder and choose 'Download Now'"
        where = "is in the cloud, not on this device"
        why = Diagnostic("not-downloaded", "error", Span(path, 1), where, hint)
        return stub_note(path, why, self._settings)
