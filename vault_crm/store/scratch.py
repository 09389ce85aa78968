"""A file for the user's editor that is no part of the vault: private, and gone afterwards."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.errors import CannotSave


@record(frozen=False)
class Scratch:
    """A text on its way through an editor. `kept`: it stays where it is, because it is work of the user's."""

    path: Path
    kept: bool = False

    def read(self) -> str:
        """What the editor left there; '' if it removed the file."""
        try:
            return decode(self.path.read_bytes())
        except FileNotFoundError:
            return ""

    def write(self, text: str) -> None:
        """Another text for the editor, in the file's place. Raises CannotSave."""
        try:
            self.path.write_bytes(encode(text))
        except OSError as error:
            raise CannotSave(str(self.path), error.strerror or str(error)) from None

    def stamp(self) -> tuple[int, int]:
        """Another one as soon as an editor has saved the file, be it as it was."""
        try:
            stat = self.path.stat()
        except FileNotFoundError:
            return (0, 0)
        return (stat.st_mtime_ns, stat.st_ino)


@contextmanager
def scratch_file(name: str, text: str) -> Iterator[Scratch]:
    """A file of this name in a new folder that only the user may look into (names of people are in it).

    Raises CannotSave.
    """
    scratch = None
    try:
        folder = Path(tempfile.mkdtemp(prefix="vault-crm-"))
    except OSError as error:
        raise CannotSave(tempfile.gettempdir(), error.strerror or str(error)) from None
    try:
        path = folder / name
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "wb") as file:
            file.write(encode(text))
        scratch = Scratch(path)
        yield scratch
    finally:
        if scratch is None or not scratch.kept:
            shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def scratch_copy(name: str, stream: BinaryIO) -> Iterator[Path]:
    """What comes through a pipe as a file that can be read several times, private and gone afterwards. Raises
    CannotSave."""
    with scratch_file(name, "") as scratch:
        try:
            with open(scratch.path, "wb") as file:
                shutil.copyfileobj(stream, file)
        except OSError as error:
            raise CannotSave(str(scratch.path), error.strerror or str(error)) from None
        yield scratch.path
