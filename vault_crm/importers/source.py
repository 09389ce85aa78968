"""A file that is to be imported: its name, its beginning, and its text in the encoding that it is in."""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import BinaryIO
from typing import TextIO

_HEAD = 65_536


class Source:
    """One file. `name` is how the user named it, for messages. Nothing is read before it is asked for; every
    method may raise OSError."""

    def __init__(self, path: Path, name: str = "") -> None:
        self.path = path
        self.name = name or str(path)

    @cached_property
    def beginning(self) -> bytes:
        """Its first 64 KiB."""
        with self.open_bytes() as file:
            return file.read(_HEAD)

    @cached_property
    def encoding(self) -> str:
        """The encoding of its text, as far as can be told (see `importers.tables.encoding`)."""
        from vault_crm.importers.tables.encoding import encoding_of

        self._refuse_stream()
        return encoding_of(self.path)

    @cached_property
    def head(self) -> str:
        """Its beginning as text, without a byte order mark; what cannot be decoded is replaced."""
        return self.beginning.decode(self.encoding, "replace").removeprefix("\ufeff")

    def open_bytes(self) -> BinaryIO:
        """The file's bytes, as a stream."""
        self._refuse_stream()
        return open(self.path, "rb")

    def _refuse_stream(self) -> None:
        """A file is read several times: of a pipe the second time nothing would be left, and a device has no
        end. Raises OSError."""
        if not stat.S_ISREG(os.stat(self.path).st_mode):
            raise OSError(errno.EINVAL, "it is no regular file; `vault-crm import -` reads a pipe")

    @contextmanager
    def open_text(self) -> Iterator[TextIO]:
        """The file's text, as a stream: newlines as they are, no byte order mark; what cannot be decoded is
        replaced."""
        with (
            self.open_bytes() as raw,
            io.TextIOWrapper(raw, self.encoding, errors="replace", newline="") as text,
        ):
            if text.read(1) != "\ufeff":
                text.seek(0)
            yield text
