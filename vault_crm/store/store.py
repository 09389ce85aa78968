"""A vault on disk: load it, read a note, apply a plan, take one back. `Store.apply` is the only writer of
notes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.errors import EditRefused
from vault_crm.errors import NoVault
from vault_crm.errors import Stale
from vault_crm.store.counting import Counted
from vault_crm.store.counting import uncounted
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import read_bytes
from vault_crm.store.paths import vault_folder
from vault_crm.store.settings import read_settings

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from vault_crm.core.model import Vault
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan
    from vault_crm.core.settings import Settings
    from vault_crm.store.journal import Journal
    from vault_crm.store.journal import JournalEntry
    from vault_crm.store.places import Place
    from vault_crm.store.roster import Roster
    from vault_crm.store.written import WrittenLines


@record
class Applied:
    """What was done: the plan as written, its number in the undo journal ('' if it is not there), the paths
    that changed, and what is worth saying about it."""

    plan: Plan
    journal_id: str = ""
    paths: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Store:
    """One vault. Make it with `Store.open`."""

    def __init__(self, root: Place, settings: Settings, warnings: tuple[str, ...] = ()) -> None:
        self.place = os.fspath(root)
        self.settings = settings
        self.warnings = warnings
        self._vault: Vault | None = None
        self._trust = True
        self._load: Callable[[], Vault] | None = None
        self.counted: Counted = uncounted
        self._done: list[tuple[str, tuple[str, ...]]] = []

    @classmethod
    def open(cls, root: Place, user_settings: bool = True) -> Store:
        """The vault in a folder, with the settings that hold there. Raises NoVault, BadSettings."""
        if not os.path.isdir(root):
            raise NoVault(os.fspath(root), f"{root} is not a folder")
        place = os.path.realpath(root)
        settings, warnings = read_settings(place, user_settings)
        return cls(place, settings, warnings)

    @cached_property
    def root(self) -> Path:
        """The vault's folder."""
        from pathlib import Path

        return Path(self.place)

    # -- reading

    def load(self) -> Vault:
        """Everything the notes say, read again only where the disk has changed since the last run.

        Kept for this process until something is applied or `forget` is called.
        """
        if self._vault is None and self._load is not None:
            self._vault = self._load()
        elif self._vault is None:
            from vault_crm.store.load import load_vault

            self._vault = load_vault(self.root, self.settings, self._trust, self.counted)
        return self._vault

    def roster(self, today: date, keep: bool = True) -> Roster | None:
        """Everybody in short on a day; None where that would cost more than the whole vault, which is known
        already or cannot be had otherwise. `keep` as in `store.rosterfile.bring_up`."""
        if self._vault is not None or self._load is not None:
            return None
        from vault_crm.store.glance import glance
        from vault_crm.store.rosterfile import bring_up

        look = glance(self.place, self._trust)
        return bring_up(self.place, self.settings, today, look, keep, self.counted)

    def load_through(self, load: Callable[[], Vault]) -> None:
        """From now on `load` asks this: a process that stays keeps in memory what it knows."""
        self._load = load

    def forget(self) -> None:
        """Makes the next `load` look at the disk again, whoever vouches for the index."""
        self._vault = None
        self._trust = False

    def full_path(self, path: str) -> Path:
        """Where a vault-relative path is on the disk. Raises EditRefused if it would lead out of the
        vault."""
        return self.root.joinpath(self._full(path))

    def _full(self, path: str) -> str:
        parts = [part for part in path.split("/") if part not in ("", ".")]
        if not parts or path.startswith("/") or ".." in parts or "\0" in path:
            raise EditRefused(path, 0, "this is no path in the vault")
        return os.path.join(self.place, *parts)

    def read(self, path: str) -> bytes:
        """A file's current bytes. Raises EditRefused if there is none, or it cannot or should not be
        edited."""
        full = self._full(path)
        try:
            raw = read_bytes(full)
        except (FileNotFoundError, NotADirectoryError):
            raise EditRefused(path, 0, "there is no such file") from None
        except OSError as error:
            raise EditRefused(path, 0, f"it cannot be read: {error.strerror or error}") from None
        if len(raw) > MAX_NOTE:
            raise EditRefused(path, 0, f"it is larger than {MAX_NOTE >> 20} MB")
        return raw

    # -- writing

    def apply(self, plan: Plan, journal: bool = True) -> Applied:
        """Writes a plan: all of its files or, as far as the system allows, none.

        Each file must still hold the bytes that the change was made from, and a note may differ afterwards in
        nothing but what the change says. Raises Stale, EditRefused, CannotSave, Busy; then nothing has
        changed."""
        changes = tuple(c for c in plan.changes if c.base != c.result)
        if not changes:
            return Applied(plan)
        return self._apply(replace(plan, changes=changes), journal, undoes="")

    def change(self, make: Callable[[Vault], Plan], tries: int = 3, journal: bool = True) -> Applied:
        """Plans and applies; if a note changed meanwhile, loads and plans anew, `tries` times in all."""
        return self.change_notes(lambda: make(self.load()), tries, journal)

    def change_notes(self, make: Callable[[], Plan], tries: int = 3, journal: bool = True) -> Applied:
        """The same for a plan that needs no more than the notes it reads itself."""
        while True:
            tries -= 1
            try:
                return self.apply(make(), journal)
            except Stale:
                self.forget()
                if tries <= 0:
                    raise

    def _apply(self, plan: Plan, journal: bool, undoes: str) -> Applied:
        from vault_crm.store.locks import writing
        from vault_crm.store.watching import doubt_index
        from vault_crm.store.write import check
        from vault_crm.store.write import clear_remains
        from vault_crm.store.write import unsaved
        from vault_crm.store.write import write

        targets = [(change, self._full(change.path)) for change in plan.changes]
        check(targets, self.settings)
        entry_id = ""
        try:
            with writing(self._state_folder()) as killed:
                if killed:
                    clear_remains(self.place)
                diary = self._journal() if journal else None
                begin = (lambda: diary.begin(plan.title, plan.changes, time.time(), undoes)) if diary else str
                entry_id, warnings = write(targets, self.place, begin, diary)
        finally:
            self.forget()
            doubt_index(self.place)
        paths = tuple(change.path for change in plan.changes)
        self._done.append((plan.title, paths))
        return Applied(plan, entry_id, paths, (*warnings, *unsaved(targets)))

    @property
    def wrote(self) -> bool:
        """True if a plan was applied since `take_done` was asked last."""
        return bool(self._done)

    def take_done(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """(title, paths) of each plan that was applied, dashboards too, since this was asked last."""
        done, self._done = tuple(self._done), []
        return done

    # -- taking back

    def history(self) -> list[JournalEntry]:
        """The tool's changes of this vault, the latest first."""
        return self._journal().entries()

    def changes(self, entry_id: str) -> tuple[FileChange, ...]:
        """What one of them did; empty if the journal does not hold it any more."""
        return self._journal().changes(entry_id)

    def undo(self, entry_id: str | None = None) -> Applied:
        """Takes back a change: the one of that number, else the latest that is not taken back yet.

        Files that have changed since keep what was changed elsewhere in them. The taking back is itself a
        change in the journal: undoing *that* number does the first change again. Raises EditRefused if there
        is nothing to take back, or a place that the change touched has changed since; then nothing is
        written."""
        undoes, plan = self.plan_undo(entry_id)
        return self._apply(plan, journal=True, undoes=undoes)

    def plan_undo(self, entry_id: str | None = None) -> tuple[str, Plan]:
        """What `undo` would do: the number of the change that it takes back, and the plan. Raises as `undo`
        does; writes nothing.
        """
        from vault_crm.store.undo import find_entry
        from vault_crm.store.undo import plan_undo

        entry = find_entry(self.history(), entry_id)
        changes = self._journal().changes(entry.id)
        return entry.id, plan_undo(entry, changes, self._read_or_none, self._is_spelled_so)

    def _read_or_none(self, path: str) -> bytes | None:
        try:
            return read_bytes(self._full(path))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise EditRefused(path, 0, f"it cannot be read: {error.strerror or error}") from None

    def _is_spelled_so(self, path: str) -> bool:
        from vault_crm.store.recased import is_spelled_so

        return is_spelled_so(self._full(path))

    # -- dashboards

    @contextmanager
    def taking_ticks(self, wait: float = 10.0) -> Iterator[None]:
        """One process at a time takes in what stands on the dashboards, from the reading of a page to its
        writing: else each would file it. Raises Busy after `wait` seconds, CannotSave."""
        from vault_crm.store.locks import writing

        with writing(self._state_folder(), wait, "ticks"):
            yield

    def refuse_unwritable(self, path: str, raw: bytes) -> None:
        """Raises EditRefused, CannotSave or Stale if a file with these bytes could not be replaced now."""
        from vault_crm.store.replacement import Replacement

        trial = Replacement(path, self._full(path), raw, raw + b"\n", self.place)
        try:
            trial.prepare()
        finally:
            trial.discard()

    def written(self, path: str) -> frozenset[str]:
        """The lines that this device wrote into a dashboard the last times, without the space around
        them."""
        return frozenset(self._written(path).read())

    def remember_written(self, path: str, lines: Iterable[str]) -> None:
        """Adds to them. Never raises for a state folder that cannot be written to."""
        self._written(path).add(lines)

    def _written(self, path: str) -> WrittenLines:
        from pathlib import Path

        from vault_crm.store.written import WrittenLines

        return WrittenLines(Path(self._state_folder()), path)

    def _state_folder(self) -> str:
        return vault_folder(self.place)

    def _journal(self) -> Journal:
        from vault_crm.store.journal import Journal

        return Journal(os.path.join(self._state_folder(), "journal"))
