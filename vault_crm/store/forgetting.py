"""What this device remembers of one person beside the notes, and how it is let go: the undo journal, the
lines of dashboards. (The index is a function of the notes: it forgets by itself.)
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from vault_crm.core.plan import FileChange
from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.errors import CannotSave
from vault_crm.store.applied import read_applied
from vault_crm.store.applied import write_applied
from vault_crm.store.copies import conflict_original
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import read_bytes
from vault_crm.store.files import read_start
from vault_crm.store.journal import Journal
from vault_crm.store.locks import writing
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_folder
from vault_crm.store.scan import scan
from vault_crm.store.written import WrittenLines

FORGOTTEN = "(forgotten)"
_HEAD = 4096
_LARGEST = 16 << 20  # bytes of a file that is no note, and is looked into


@record
class Remembered:
    """What of a journal was let go: how many `entries` changed, and its files that could not be looked
    into."""

    entries: int = 0
    unread: tuple[str, ...] = ()


def read_notes(root: Path, but: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(path, text) of every Markdown file, templates and conflict copies too, in order of path; what cannot
    be read is passed over."""
    passed = set(but)
    for path in sorted(scan(root).files):
        if path not in passed:
            with contextlib.suppress(OSError):
                raw = read_bytes(root / path, 0)
                if len(raw) <= MAX_NOTE:
                    yield path, decode(raw)


def copies_of(root: Path, path: str) -> list[str]:
    """The conflict copies of a note, by their names."""
    wanted = path.casefold()
    return sorted(p for p in scan(root).files if (conflict_original(p) or "").casefold() == wanted)


def other_files(root: Path, holds: Callable[[str], bool]) -> list[str]:
    """Files of the vault that are no notes and tell of somebody, by their name or their text: exports,
    tables, pictures."""
    found: list[str] = []
    for prefix in sorted(scan(root).folders):
        with contextlib.suppress(OSError), os.scandir(root / prefix) as entries:
            found += [
                prefix + entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and not entry.name.lower().endswith(".md")
                and entry.is_file(follow_symlinks=False)
                and (holds(entry.name) or holds(_text_of(entry)))
            ]
    return sorted(found)


def _text_of(entry: os.DirEntry[str]) -> str:
    try:
        if entry.stat(follow_symlinks=False).st_size > _LARGEST or b"\0" in read_start(entry.path, _HEAD):
            return ""  # a picture, a database
        return decode(read_bytes(entry.path, 0))
    except OSError:
        return ""


# -- the undo journal


def forget_in_journal(
    root: Path, path: str, also: Callable[[str, str], bool], without: Callable[[str], str]
) -> Remembered:
    """Takes out of the journal what it holds of a note, under its earlier names too, and of every other file
    (path, text) for which `also` is true. `without` is a title without their name. A change of which nothing
    is left keeps its number, and can no longer be taken back. Raises Busy, CannotSave.
    """
    folder = _state(root)
    journal = Journal(folder / "journal")
    changed, unread = 0, []
    with writing(folder):
        paths = {path}
        for name in reversed(journal.names()):  # the latest first: earlier names turn up on the way back
            data = journal.read(name)
            if data is None:
                unread.append(str(folder / "journal" / name))
                continue
            files = [file for file in data["files"] if isinstance(file, dict)]
            paths |= _earlier(paths, files)
            kept = [f for f in files if f["path"] not in paths and not _tells(f, also, journal)]
            title = without(data["title"]) if kept else FORGOTTEN
            if len(kept) == len(files) and title == data["title"]:
                continue
            changed += 1
            try:
                journal.rewrite(name, {**data, "title": title, "files": kept})
            except OSError as error:
                reason = f"the undo journal cannot be written: {error.strerror or error}"
                raise CannotSave(str(folder / "journal"), reason) from None
    return Remembered(changed, tuple(unread))


def _earlier(paths: set[str], files: Sequence[dict[str, Any]]) -> set[str]:
    """The note that went when one of these came or stayed: what it was renamed from, or merged with; and
    conflict copies."""
    if not any(file["path"] in paths and file["result"] is not None for file in files):
        return set()
    gone = {str(file["path"]) for file in files if file["result"] is None}
    return gone if len(gone) == 1 else {path for path in gone if conflict_original(path) in paths}


def _tells(file: dict[str, Any], also: Callable[[str, str], bool], journal: Journal) -> bool:
    change: FileChange = journal.change(file)
    return any(also(change.path, decode(raw)) for raw in (change.base, change.result) if raw is not None)


# -- dashboards


def forget_lines(root: Path, page: str, still: Iterable[str], tells: Callable[[str], bool]) -> None:
    """Of what this device remembers of a dashboard, only those lines are kept that are `still` on it and do
    not tell of somebody. Never raises for a state folder that cannot be written to."""
    there = {line.strip() for line in still}
    lines = WrittenLines(_state(root), page)
    lines.keep(line for line in lines.read() if line in there and not tells(line))
    rows = read_applied(root, page)
    if any(tells(text) for row in rows for text in row):
        write_applied(root, page, (row for row in rows if not any(map(tells, row))))


def other_traces(root: Path, tells: Callable[[str], bool]) -> list[str]:
    """Files in the state folder that tell of somebody all the same: the log of a watcher, for instance."""
    found = []
    for top in (_state(root), state_folder() / "service"):
        for folder, _, names in os.walk(top):
            for name in names:
                file = os.path.join(folder, name)
                with contextlib.suppress(OSError):
                    text = decode(read_bytes(file, 0))
                    if tells(text) or tells(_unescaped(text)):
                        found.append(file)
    return sorted(found)


def _unescaped(text: str) -> str:
    """A JSON text as it reads (`\\u00ed`); '' for any other."""
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return ""


def _state(root: Path) -> Path:
    return Path(vault_folder(root))
