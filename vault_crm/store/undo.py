"""Taking a change back: which one, and the plan that does it."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.plan import inverse
from vault_crm.errors import UsageError
from vault_crm.store.recased import one_name

if TYPE_CHECKING:
    from vault_crm.store.journal import JournalEntry


def find_entry(entries: Sequence[JournalEntry], entry_id: str | None) -> JournalEntry:
    """The change of a number, else the latest that is neither taken back nor itself a taking back.

    Raises UsageError if there is no such change, it is taken back already, or the journal's entry is damaged.
    """
    if entry_id is None:
        for entry in entries:
            if not entry.undone_by and not entry.undoes and (entry.paths or not entry.readable):
                return _readable(entry)
        raise UsageError("there is nothing to undo", "`vault-crm undo --list` shows the changes")
    for entry in entries:
        if entry.id == entry_id.lstrip("#"):
            if entry.undone_by:
                hint = f"`vault-crm undo {entry.undone_by}` makes it again"
                raise UsageError(f"change {entry.id} is undone already", hint)
            return _readable(entry)
    raise UsageError(f"there is no change {entry_id}", "`vault-crm undo --list` shows the changes")


def _readable(entry: JournalEntry) -> JournalEntry:
    if not entry.readable:
        raise UsageError(
            f"what change {entry.id} did cannot be read from the journal any more, so nothing is taken back",
            "`vault-crm undo --list` shows the changes; `vault-crm undo ID` takes back another one",
        )
    if not entry.paths:
        raise UsageError(f"what change {entry.id} did was forgotten with the person whom it was about")
    return entry


def plan_undo(
    entry: JournalEntry,
    changes: Sequence[FileChange],
    read: Callable[[str], bytes | None],
    is_there: Callable[[str], bool] = bool,
) -> Plan:
    """The plan that takes a change back, in all of its files or (EditRefused) in none; its notes say what it
    does.

    `read` gives a file's current bytes, None if it is not there; `is_there` tells whether a file is called
    exactly so (where only the case of a name was changed, both names may be one file's).
    """
    made = [change.path for change in changes if change.base is None]
    back: list[FileChange] = []
    notes: list[str] = []
    for change in changes:
        current = read(change.path)
        if change.result is None and any(one_name(change.path, path) for path in made):
            current = current if is_there(change.path) else None
        undone = inverse(change, current)
        back.append(undone)
        notes.append(f"{change.path}: {_words(change, undone)}")
    title = f"do again: {entry.title[6:]}" if entry.title.startswith("undo: ") else f"undo: {entry.title}"
    return Plan(title, tuple(c for c in back if c.base != c.result), tuple(notes))


def _words(change: FileChange, undone: FileChange) -> str:
    if undone.base == undone.result:
        return "already as it was"
    if undone.result is None:
        return "removed again"
    if undone.base is None:
        return "put back"
    if undone.base == change.result:
        return "every byte as it was"
    return "taken back; what has changed elsewhere in it since stays"
