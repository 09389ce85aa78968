"""Giving a note its own name in other letters (`ana.md` becomes `Ana.md`): on a Mac, on Windows and on many
network disks both names are one file's, so that it cannot be made anew before the old one is gone."""

from __future__ import annotations

import contextlib
import os
import unicodedata
from typing import TYPE_CHECKING

from vault_crm.errors import CannotSave
from vault_crm.errors import Stale
from vault_crm.store.files import PATIENCE
from vault_crm.store.replacement import Replacement

if TYPE_CHECKING:
    from vault_crm.store.places import Place


def one_name(path: str, other: str) -> bool:
    """True if two paths differ in nothing but case or in how accents are encoded."""
    return path != other and _fold(path) == _fold(other)


def _fold(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def is_spelled_so(full: Place) -> bool:
    """True if there is a file of exactly this name, in this case. Raises OSError."""
    wanted = unicodedata.normalize("NFC", os.path.basename(full))
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return any(unicodedata.normalize("NFC", name) == wanted for name in os.listdir(os.path.dirname(full)))
    return False


class Recased(Replacement):
    """The file `full` gets the name of `new_full` and other bytes. Works on every file system alike."""

    def __init__(
        self, path: str, full: Place, new_full: Place, base: bytes, new: bytes, root: Place | None
    ) -> None:
        super().__init__(path, full, base, new, root)
        self._target = os.path.join(os.path.dirname(self.full), os.path.basename(new_full))

    def prepare(self) -> None:
        """As for any file; the new name must be nobody else's."""
        self._refuse_taken()
        if self.new is not None and self.new != self.base:
            st = self._check(PATIENCE)
            try:
                self._write_temp(self.new, st)
            except OSError as error:
                self.discard()
                raise CannotSave(self.path, error.strerror or str(error)) from None
        else:
            self._check(PATIENCE)

    def _refuse_taken(self) -> None:
        if os.path.lexists(self._target) and not self._is_itself():
            raise Stale(self.path, "there is a file of this name already", "choose another name")

    def _is_itself(self) -> bool:
        try:
            return os.path.samefile(self._target, self.full)
        except OSError:
            return False

    def _swap(self) -> None:
        self._refuse_taken()
        if self._is_itself():
            os.rename(self.full, self._target)
        else:
            self._link_anew()
        self.full = self._target
        if self._temp:
            os.replace(self._temp, self.full)

    def _link_anew(self) -> None:
        try:
            os.link(self.full, self._target)  # unlike a renaming, it replaces nothing
        except FileExistsError:
            raise Stale(self.path, "there is a file of this name already", "choose another name") from None
        except OSError:
            os.rename(self.full, self._target)
        else:
            os.unlink(self.full)

    def commit(self) -> tuple[str, ...]:
        """Swaps name and bytes, if the file still holds the old ones."""
        try:
            self._check(0)
            self._swap()
        except OSError as error:
            self.discard()
            raise CannotSave(self.path, error.strerror or str(error)) from None
        except BaseException:
            self.discard()
            raise
        return self._settle()
