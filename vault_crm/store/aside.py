"""Files that are no part of a vault: texts on their way through another program, and a file of git's that is
replaced for git. No module is imported that a merge of a thousand commits would wait for a thousand times."""

from __future__ import annotations

import os
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from contextlib import suppress

from vault_crm.errors import CannotSave

_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


@contextmanager
def files_aside(files: Mapping[str, bytes]) -> Iterator[list[str]]:
    """The paths of files with these names and bytes, in a new folder that only the user may look into, gone
    afterwards. Never in the current folder, which may be the vault. Raises CannotSave."""
    folder = _new_folder()
    paths = [os.path.join(folder, name) for name in files]
    try:
        for path, content in zip(paths, files.values(), strict=True):
            try:
                _write(path, content, 0o600)
            except OSError as error:
                raise CannotSave(path, error.strerror or str(error)) from None
        yield paths
    finally:
        with suppress(OSError):
            for name in os.listdir(folder):
                os.unlink(os.path.join(folder, name))
            os.rmdir(folder)


def _new_folder() -> str:
    reason = "there is no folder for temporary files"
    said = (os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP"))
    usual = ("/tmp", "/var/tmp", "/usr/tmp") if os.name == "posix" else (os.path.expanduser("~"),)
    for place in (*said, *usual):
        if not os.path.isabs(place):
            continue
        folder = os.path.join(place, f"vault-crm-{os.urandom(8).hex()}")
        try:
            os.mkdir(folder, 0o700)
        except OSError as error:
            reason = error.strerror or str(error)
        else:
            return folder
    raise CannotSave("temporary files", reason)


def _write(path: str, content: bytes, mode: int) -> None:
    fd = os.open(path, _FLAGS, mode)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(fd, rest) :]
    finally:
        os.close(fd)


def replace_whole(path: str, content: bytes) -> None:
    """Give a file that is not the vault's (git's own, in a merge) other bytes, all or none, keeping its mode.
    Not flushed to the disk: git reads it at once and then removes it. Raises CannotSave."""
    temp = f"{path}.tmp"  # the name that the fallback uses, too, and clears away (git.driver)
    try:
        mode = os.stat(path).st_mode & 0o7777
        try:
            _write(temp, content, 0o600)
            os.chmod(temp, mode)
            os.replace(temp, path)
        except BaseException:
            with suppress(OSError):
                os.unlink(temp)
            raise
    except OSError as error:
        raise CannotSave(path, error.strerror or str(error)) from None
