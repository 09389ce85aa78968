"""A vault on disk: load it, read a note, and apply a plan. `Store.apply` is the only writer of notes."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.text import decode
from vault_crm.core.verify import check_change
from vault_crm.errors import EditRefused
from vault_crm.errors import NoVault
from vault_crm.errors import Stale
from vault_crm.store.files import Replacement
from vault_crm.store.files import read_bytes
from vault_crm.store.settings import read_settings

if TYPE_CHECKING:
    from vault_crm.core.model import Vault
    from vault_crm.core.settings import Settings


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done: the plan as written, its number in the undo journal ('' if it is not there), the paths that
    changed, and what is worth saying about it."""

    plan: Plan
    journal_id: str = ""
    paths: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


class Store:
    """One vault. Make it with `Store.open`."""

    def __init__(self, root: Path, settings: Settings, warnings: tuple[str, ...]) -> None:
        self.root = root
        self.settings = settings
        self.warnings = warnings
        self._vault: Vault | None = None

    @classmethod
    def open(cls, root: Path, user_settings: bool = True) -> Store:
        """The vault in a folder, with the settings that hold there. Raises NoVault, BadSettings."""
        if not root.is_dir():
            raise NoVault(str(root), f"{root} is not a folder")
        root = root.resolve()
        settings, warnings = read_settings(root, user_settings)
        return cls(root, settings, warnings)

    def load(self) -> Vault:
        """Everything the notes say. Read again only where the disk has changed since the last time."""
        if self._vault is None:
            from vault_crm.store.load import load_vault

            self._vault = load_vault(self.root, self.settings)
        return self._vault

    def forget(self) -> None:
        """Makes the next `load` look at the disk again."""
        self._vault = None

    def full_path(self, path: str) -> Path:
        """Where a vault-relative path is on the disk. Raises EditRefused if it would lead out of the vault."""
        parts = PurePosixPath(path).parts
        if not parts or path.startswith("/") or ".." in parts or "\0" in path:
            raise EditRefused(path, 0, "this is no path in the vault")
        return self.root.joinpath(*parts)

    def read(self, path: str) -> bytes:
        """A note's current bytes. Raises EditRefused if there is none or it cannot be read."""
        full = self.full_path(path)
        try:
            return read_bytes(full)
        except FileNotFoundError:
            raise EditRefused(path, 0, "there is no such file") from None
        except OSError as error:
            raise EditRefused(path, 0, f"it cannot be read: {error.strerror or error}") from None

    def apply(self, plan: Plan, journal: bool = True) -> Applied:
        """Writes a plan: all of its files or, as far as the system allows, none.

        Each file must still hold the bytes that the change was made from, and the change may touch nothing but
        what it says. Raises Stale, EditRefused, CannotSave; then nothing has changed.
        """
        changes = tuple(c for c in plan.changes if c.base != c.result)
        if not changes:
            return Applied(plan)
        return self._write(replace(plan, changes=changes))

    def _write(self, plan: Plan) -> Applied:
        replacements = [self._replacement(change) for change in plan.changes]
        prepared: list[Replacement] = []
        warnings: list[str] = []
        try:
            for replacement in replacements:
                replacement.prepare()
                prepared.append(replacement)
        except BaseException:
            for replacement in prepared:
                replacement.discard()
            raise
        done: list[Replacement] = []
        try:
            for replacement in replacements:
                warnings += replacement.commit()
                done.append(replacement)
        except BaseException:
            for replacement in replacements[len(done) :]:
                replacement.discard()
            for replacement in done:
                self._take_back(replacement)
            raise
        finally:
            self.forget()
        return Applied(plan, paths=tuple(c.path for c in plan.changes), warnings=tuple(warnings))

    def _take_back(self, done: Replacement) -> None:
        undo = Replacement(done.path, Path(done.full), done.new, done.base, self.root)
        undo.prepare()
        undo.commit()

    def _replacement(self, change: FileChange) -> Replacement:
        replacement = Replacement(
            change.path, self.full_path(change.path), change.base, change.result, self.root
        )
        if change.base is not None and change.result is not None:
            check_change(
                change.path, decode(change.base), decode(change.result), change.allowed, self.settings
            )
        return replacement

    def change(self, make: Callable[[Vault], Plan], tries: int = 3, journal: bool = True) -> Applied:
        """Plans and applies; if a note changed meanwhile, loads and plans anew, `tries` times in all."""
        for left in range(tries - 1, -1, -1):
            try:
                return self.apply(make(self.load()), journal)
            except Stale:
                self.forget()
                if not left:
                    raise
        raise AssertionError("tries must be at least 1")
