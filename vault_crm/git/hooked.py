"""Running a git command that may start programs of the user's own: hooks, filters, signatures.

None of them can keep us waiting for ever, or for somebody at a terminal.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path
from typing import IO
from typing import TYPE_CHECKING

from vault_crm.errors import GitMissing
from vault_crm.git.program import NO_BARE
from vault_crm.git.run import Done
from vault_crm.git.run import get_git

if TYPE_CHECKING:
    import subprocess

_GRACE = 2.0  # seconds that git has to take its locks away when it is told to end
_REST = 0.5  # seconds for the last words of a program that is over
# Who is the author, and where the user's own configuration is, may be said by the environment, too.
_KEPT = ("GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM")
_MEMORY = 65536  # bytes of what was said that are kept


def run_hooked(root: Path, *arguments: str, timeout: float, stdin: bytes = b"") -> Done:
    """Run `git ARGUMENTS` in a folder, hooks and all. After `timeout` seconds it is told to end, with what it
    has started. Raises GitMissing if there is no git, or it had to be ended."""
    import subprocess

    calm = ("--literal-pathspecs", "-c", "core.fsmonitor=false", *NO_BARE)
    command = [get_git(), "-C", os.fspath(root), *calm]
    try:
        process = subprocess.Popen(
            [*command, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment(),
            start_new_session=True,  # no terminal: what would ask there fails instead
        )
    except (OSError, ValueError) as error:
        raise GitMissing(f"git could not be started: {error}") from None
    assert process.stdin is not None
    assert process.stderr is not None
    listener = _Listener(process.stderr)
    try:
        _write(process.stdin, stdin)
        code = process.wait(timeout)
    except subprocess.TimeoutExpired:
        _end(process)
        raise GitMissing(
            f"git did not finish within {timeout:g} seconds: a hook, or a signature that waits for somebody?"
        ) from None
    except BaseException:
        _end(process)
        raise
    return Done(code, b"", listener.heard())


def environment() -> dict[str, str]:
    """The environment in which a commit is made: without what would point git to another repository, and
    without a terminal for an editor or a PIN."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env |= {name: value for name, value in os.environ.items() if name.startswith(_KEPT)}
    env.pop("GPG_TTY", None)
    return env | {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": ":"}


class _Listener:
    """Reads what a program says, in a thread: a hook may leave somebody behind who holds the pipe open, so
    nobody waits for its end."""

    def __init__(self, pipe: IO[bytes]) -> None:
        from threading import Thread

        self._pipe = pipe
        self._said = bytearray()
        self._thread = Thread(target=self._listen, name="git's words", daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        with self._pipe:
            while piece := os.read(self._pipe.fileno(), 8192):
                self._said += piece
                del self._said[:-_MEMORY]

    def heard(self) -> bytes:
        """What was said until now."""
        self._thread.join(_REST)
        return bytes(self._said)


def _write(pipe: IO[bytes], data: bytes) -> None:
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        pass  # it ended without reading: its exit code says why


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends git and what it has started: gently first, so that it leaves no lock behind."""
    import subprocess

    _tell(process, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_GRACE)
    _tell(process, getattr(signal, "SIGKILL", signal.SIGTERM))
    process.wait()


def _tell(process: subprocess.Popen[bytes], number: int) -> None:
    try:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, number)  # the session is its own, and so is the group
        else:
            process.terminate()
    except (ProcessLookupError, PermissionError):
        pass
