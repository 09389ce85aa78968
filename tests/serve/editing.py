"""How programs save a file, and real editors: vim, neovim and sed.

The functions in SAVES imitate what programs do on the disk, step by step. vim's and git's steps were seen in
their events; those of Obsidian, VS Code, Emacs, Syncthing and Dropbox are from what is written about them.
"""

from __future__ import annotations

import contextlib
import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Save = Callable[[Path, str], None]


def save_in_place(path: Path, text: str) -> None:
    """Truncates and writes: Obsidian, VS Code, nano, vim with a linked file."""
    with open(path, "r+b" if path.exists() else "wb") as file:
        file.truncate(0)
        file.flush()
        file.write(text.encode())


def save_in_pieces(path: Path, text: str) -> None:
    """Truncates, and writes in pieces of a few bytes."""
    raw = text.encode()
    with open(path, "wb", buffering=0) as file:
        for at in range(0, len(raw), 7):
            file.write(raw[at : at + 7])


def save_debounced(path: Path, text: str) -> None:
    """In place, again and again while somebody types: Obsidian."""
    for end in range(len(text) - 6, len(text) + 1):
        save_in_place(path, text[:end])


def save_like_vim(path: Path, text: str) -> None:
    """vim's defaults: 4913, the old file to a backup, a new one, the backup goes."""
    probe = path.with_name("4913")
    probe.write_bytes(b"")
    probe.unlink()
    backup = path.with_name(f"{path.name}~")
    there = path.exists()
    if there:
        path.rename(backup)
    with open(path, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    if there:
        backup.unlink()


def save_by_rename(path: Path, text: str) -> None:
    """A temporary file takes the name: sed -i, gedit, most others."""
    temporary = path.with_name(f"sed{os.getpid()}x")
    temporary.write_bytes(text.encode())
    temporary.replace(path)


def save_like_syncthing(path: Path, text: str) -> None:
    """A temporary file with a name of its own takes the name."""
    temporary = path.with_name(f".syncthing.{path.name}.tmp")
    temporary.write_bytes(text.encode())
    temporary.replace(path)


def save_like_dropbox(path: Path, text: str) -> None:
    """A temporary file from a folder of its own takes the name."""
    folder = path.parent / ".dropbox.cache"
    folder.mkdir(exist_ok=True)
    temporary = folder / f"{path.stem} (deleted 1a2b).md"
    temporary.write_bytes(text.encode())
    temporary.replace(path)


def save_like_git(path: Path, text: str) -> None:
    """Removes the file, then makes it anew: git checkout, git merge."""
    path.unlink(missing_ok=True)
    path.write_bytes(text.encode())


def save_like_emacs(path: Path, text: str) -> None:
    """A link as a lock, an automatic save, the old file to a backup, a new one."""
    lock = path.with_name(f".#{path.name}")
    lock.symlink_to("ada@desk.4711")
    automatic = path.with_name(f"#{path.name}#")
    automatic.write_bytes(text.encode())
    if path.exists():
        path.replace(path.with_name(f"{path.name}~"))
    path.write_bytes(text.encode())
    automatic.unlink()
    lock.unlink()


SAVES: dict[str, Save] = {
    "in place": save_in_place,
    "in pieces": save_in_pieces,
    "debounced": save_debounced,
    "vim-like": save_like_vim,
    "temporary + rename": save_by_rename,
    "Syncthing": save_like_syncthing,
    "Dropbox": save_like_dropbox,
    "git": save_like_git,
    "Emacs": save_like_emacs,
}


def need(program: str) -> str:
    """The program's path; skips the test if it is not installed."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


def sed(path: Path, script: str) -> None:
    """`sed -i SCRIPT FILE`."""
    subprocess.run([need("sed"), "-i", script, str(path)], check=True, timeout=60)


def vim(path: Path, *commands: str, editor: str = "vim", settings: str = "") -> None:
    """Runs ex commands on a file in real vim or neovim, with a swap file, and saves it."""
    # By default vim makes no backups below /tmp, where tests live: there it would save in another way.
    options = f"set swapfile directory=. updatecount=1 backupskip= {settings}".strip()
    lines = [word for command in (options, *commands, "write", "quit") for word in ("-c", command)]
    words = [need(editor), "-u", "NONE", "-i", "NONE", "-N", "-es", *lines, str(path)]
    subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True)


class OpenEditor:
    """vim or neovim under a pseudo-terminal. It is typed to, and answers through a named pipe."""

    def __init__(self, path: Path, pipe: Path, editor: str = "vim") -> None:
        os.mkfifo(pipe)
        self._pipe_path = pipe
        self._pipe = os.open(pipe, os.O_RDWR | os.O_NONBLOCK)  # also for writing: then it never ends
        self._master, slave = pty.openpty()
        options = "set swapfile directory=. updatecount=1 backupskip= autoread nomore shortmess+=A"
        # Asked what to do about a buffer that was changed, and the file as well: OK, keep what I have typed.
        keep = "autocmd FileChangedShell * let v:fcs_choice = ''"
        words = [need(editor), "-u", "NONE", "-i", "NONE", "-N", "-c", options, "-c", keep, path.name]
        self._process = subprocess.Popen(
            words,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=path.parent,
            env={**os.environ, "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(slave)
        self.text()

    def __enter__(self) -> OpenEditor:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(20)
        os.close(self._master)
        os.close(self._pipe)

    def type(self, keys: str) -> None:
        """Types keys; they have had their effect when the next `ask` is answered."""
        os.write(self._master, keys.encode())

    def write_anyway(self) -> None:
        """Saves over a file that has changed meanwhile, and says yes when asked about that."""
        self.type("\x1b:w!\r")
        if self._await_shown(b"(y/n)", b"written") == b"(y/n)":
            self.type("y")
            self._await_shown(b"written")

    def _await_shown(self, *words: bytes) -> bytes:
        """The first of these words that it shows."""
        shown = b""
        while not (found := [word for word in words if word in shown]):
            ready, _, _ = select.select([self._master], [], [], 20.0)
            assert ready, f"the editor does not show {words!r}: {shown[-2000:]!r}"
            shown += os.read(self._master, 65536)
        return found[0]

    def ask(self, expression: str, seconds: float = 20.0) -> str:
        """The value of a vim expression (a list of lines)."""
        self.type(f"\x1b:call writefile({expression} + ['', '.'], '{self._pipe_path}')\r")
        until = time.monotonic() + seconds
        answer = b""
        while not answer.endswith(b"\n.\n"):
            ready, _, _ = select.select(
                [self._master, self._pipe], [], [], max(0.0, until - time.monotonic())
            )
            assert ready, "the editor does not answer"
            if self._master in ready:
                with contextlib.suppress(OSError):
                    os.read(self._master, 65536)
            if self._pipe in ready:
                answer += os.read(self._pipe, 65536)
        return answer.decode().removesuffix("\n.\n")

    def text(self) -> str:
        """What is in its buffer."""
        return self.ask("getline(1, '$')")

    @property
    def dirty(self) -> bool:
        """True if its buffer has unsaved text."""
        return self.ask("[string(&modified)]") == "1\n"

    def look_outside(self) -> None:
        """What vim does when its window is entered again: with autoread, a clean buffer is read anew."""
        self.type("\x1b:silent! checktime\r")
