"""The files of a vault, wherever they are: on the disk, or in a commit of git (`vault_crm.git.past`)."""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING
from typing import Protocol

from vault_crm.core.record import record
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.files import read_start
from vault_crm.store.files import refuse_large

if TYPE_CHECKING:
    from vault_crm.store.places import Place


class Tree(Protocol):
    """What reading the settings needs to know of a vault's files. Paths are relative to the vault."""

    def read(self, path: str, limit: int = 0) -> bytes | None:
        """A file's bytes; None if there is none, or it is longer than `limit` (if there is one) or no regular
        file. Raises OSError, also without a `limit` for what is longer than a note may be."""

    def names(self) -> list[str]:
        """The names of what lies at the vault's top, in order. Raises OSError."""

    def is_file(self, path: str) -> bool:
        """True if there is such a file."""

    def is_folder(self, path: str) -> bool:
        """True if there is such a folder."""


@record
class DiskTree:
    """The files as they are on the disk now."""

    root: Place

    def read(self, path: str, limit: int = 0) -> bytes | None:
        """See `Tree`."""
        full = os.path.join(self.root, path)
        try:
            found = os.stat(full)  # not `isfile`, to which what may not be looked at is what is not there
            if limit and (not stat.S_ISREG(found.st_mode) or found.st_size > limit):
                return None
            refuse_large(path, found.st_size)
            return read_start(full, limit or MAX_NOTE)
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ENOTDIR):
                return None
            raise

    def names(self) -> list[str]:
        """See `Tree`."""
        return sorted(os.listdir(self.root))

    def is_file(self, path: str) -> bool:
        """See `Tree`."""
        return os.path.isfile(os.path.join(self.root, path))

    def is_folder(self, path: str) -> bool:
        """See `Tree`."""
        return os.path.isdir(os.path.join(self.root, path))
