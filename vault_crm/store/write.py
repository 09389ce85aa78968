"""Writing the files of a plan together: check all, prepare all, swap one by one, and take back if one
fails.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import TypeAlias

from vault_crm.core.late import late
from vault_crm.core.text import decode
from vault_crm.core.verify import check_change
from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import VaultCrmError
from vault_crm.store.files import TEMP_SUFFIX
from vault_crm.store.replacement import Replacement
from vault_crm.store.replacement import sync_folder
from vault_crm.store.swap import unsaved_swap

if TYPE_CHECKING:
    from vault_crm.core.plan import FileChange
    from vault_crm.core.settings import Settings
    from vault_crm.store.journal import Journal
    from vault_crm.store.places import Place

Target: TypeAlias = "tuple[FileChange, Place]"

_REMAINS = late(r"\..+\.[0-9a-f]{8}" + re.escape(TEMP_SUFFIX))


def check(targets: Sequence[Target], settings: Settings) -> None:
    """Reads each edited note again: it may differ in nothing but what its change says. Raises EditRefused."""
    seen: set[str] = set()
    for change, _full in targets:
        if change.path in seen:
            raise EditRefused(change.path, 0, "one plan may change a file once only")
        seen.add(change.path)
        if change.base is not None and change.result is not None:
            check_change(change.path, decode(change.base), decode(change.result), change.allowed, settings)


def unsaved(targets: Sequence[Target]) -> tuple[str, ...]:
    """What to say of files that an editor holds unsaved text of: it will ask which of both to keep."""
    found = ((change, unsaved_swap(full)) for change, full in targets)
    return tuple(
        f"{change.path}: {editor} has unsaved text in it; "
        + ("reload there before saving" if change.result is not None else "saving there makes it anew")
        for change, editor in found
        if editor
    )


def write(
    targets: Sequence[Target], root: Place, begin: Callable[[], str], journal: Journal | None
) -> tuple[str, tuple[str, ...]]:
    """Writes all files or none; the number in the journal and warnings. The caller holds the vault's lock.

    `begin` writes the journal's entry, after everything is prepared and before the first swap. Raises Stale,
    EditRefused, CannotSave.
    """
    replacements = _replacements(targets, root)
    try:
        for replacement in replacements:
            replacement.prepare()
        entry_id = begin()
    except BaseException:
        for replacement in replacements:
            replacement.discard()
        raise
    try:
        warnings = _swap_all(replacements, root)
    except _PartlyWritten:
        raise  # what stayed changed can still be undone: the entry stays
    except BaseException:
        if journal:
            journal.forget(entry_id)
        raise
    return entry_id, (*warnings, *_finish(journal, entry_id))


def clear_remains(root: Place) -> None:
    """Takes away what a killed process of ours had prepared beside the notes: a sync program or `git add`
    would take it for files of the user's. The caller holds the vault's lock; what cannot be removed stays."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in files:
            if _REMAINS.fullmatch(name):
                with contextlib.suppress(OSError):
                    os.unlink(os.path.join(folder, name))


def _replacements(targets: Sequence[Target], root: Place) -> list[Replacement]:
    """A plan that takes one file away and makes one moves a note: its mode and owner go with it; where only
    the case of its name changes, in one step, for on many disks both names are one file's."""
    gone = [target for target in targets if target[0].result is None]
    made = [target for target in targets if target[0].base is None]
    if len(gone) != 1 or len(made) != 1:
        return [Replacement(c.path, full, c.base, c.result, root) for c, full in targets]
    from vault_crm.store.recased import Recased
    from vault_crm.store.recased import one_name

    (old, old_full), (new, new_full) = gone[0], made[0]
    if one_name(old.path, new.path) and old.base is not None and new.result is not None:
        rest = [(c, full) for c, full in targets if c is not old and c is not new]
        recased = Recased(new.path, old_full, new_full, old.base, new.result, root)
        return [*(Replacement(c.path, full, c.base, c.result, root) for c, full in rest), recased]
    like = {new.path: old_full}
    return [Replacement(c.path, full, c.base, c.result, root, like.get(c.path)) for c, full in targets]


class _PartlyWritten(CannotSave):
    """One file could not be swapped, and one that had been could not be put back."""

    def __init__(self, first: VaultCrmError, left: Sequence[str]) -> None:
        super().__init__(first.message, f"and these are changed already: {', '.join(left)}")
        self.hint = "`vault-crm undo` takes back what was changed"


def _swap_all(replacements: Sequence[Replacement], root: Place) -> tuple[str, ...]:
    warnings: list[str] = []
    folders: set[str] = set()
    for count, replacement in enumerate(replacements):
        replacement.later = folders
        try:
            warnings += replacement.commit()
        except BaseException as error:
            for waiting in replacements[count:]:
                waiting.discard()
            left = [done.path for done in reversed(replacements[:count]) if not _put_back(done, root)]
            if left and isinstance(error, VaultCrmError):
                raise _PartlyWritten(error, left) from error
            raise
    return (*warnings, *_make_safe(folders, root))


def _make_safe(folders: Iterable[str], root: Place) -> tuple[str, ...]:
    """The names in these folders, safe on the disk; the notes are in place, so a failure is a warning."""
    warnings = []
    for folder in sorted(folders):
        try:
            sync_folder(folder)
        except OSError as error:
            name = os.path.relpath(folder, root)
            warnings.append(f"{name}: saved, but perhaps not yet safe on the disk: {error.strerror or error}")
    return tuple(warnings)


def _put_back(done: Replacement, root: Place) -> bool:
    """Undoes a swap, if nobody has changed the file since."""
    try:
        again = Replacement(done.path, done.full, done.new, done.base, root)
        again.prepare()
        again.commit()
    except VaultCrmError:
        return False
    return True


def _finish(journal: Journal | None, entry_id: str) -> tuple[str, ...]:
    """The notes are written: whatever fails in the journal now is a warning."""
    if journal is None:
        return ()
    import time

    try:
        journal.finish(entry_id)
        journal.prune(time.time())
    except OSError as error:
        return (f"the undo journal could not be brought up to date: {error.strerror or error}",)
    return ()
