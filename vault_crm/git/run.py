"""Starting git: which program that is, in which environment, and what it answered.

Programs are looked for in absolute folders of PATH only: never in the current folder, which may be a vault.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from typing import TYPE_CHECKING

from vault_crm.errors import GitMissing

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

TIMEOUT = 10.0  # seconds
# Nothing here waits for a lock, a password or an fsmonitor of the repository's choice.
_CALM = ("--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false")


@dataclass(frozen=True, slots=True)
class Done:
    """How a git command ended: its exit code (negative: killed by that signal), and what it printed."""

    code: int
    out: bytes
    err: bytes

    @property
    def complaint(self) -> str:
        """The last line that git said on standard error, '' if it said nothing."""
        lines = self.err.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def find_git(env: Mapping[str, str] = os.environ) -> str:
    """The path of the git program; '' if there is none on the PATH."""
    names = ("git.exe", "git.cmd") if os.name == "nt" else ("git",)
    for folder in env.get("PATH", os.defpath).split(os.pathsep):
        for name in names if os.path.isabs(folder) else ():
            path = os.path.join(folder, name)
            if os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    return ""


def get_git() -> str:
    """The path of the git program. Raises GitMissing."""
    path = find_git()
    if not path:
        raise GitMissing
    return path


def quiet_environment() -> dict[str, str]:
    """The environment for a git that must not talk to anybody, and that works in the folder it is told:
    git's own variables (we may run in a hook) would point it to another repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return env | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


def call_git(root: Path, *arguments: str, stdin: bytes = b"", timeout: float = TIMEOUT) -> Done:
    """Run `git ARGUMENTS` in a folder and wait for its end. Raises GitMissing if there is no git, or if it
    does not answer in time."""
    import subprocess

    # The one command that refuses literal pathspecs; its paths have `./` in front, so that none is magic.
    calm = _CALM[1:] if arguments[:1] == ("check-ignore",) else _CALM
    command = [get_git(), "-C", os.fspath(root), *calm, *arguments]
    try:
        done = subprocess.run(
            command, input=stdin, capture_output=True, env=quiet_environment(), timeout=timeout, check=False
        )
    except subprocess.TimeoutExpired:
        raise GitMissing(f"git did not answer within {timeout:g} seconds") from None
    except (OSError, ValueError) as error:
        raise GitMissing(f"git could not be started: {error}") from None
    return Done(done.returncode, done.stdout, done.stderr)


def start_git(root: Path, *arguments: str, stderr: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
    """Start `git ARGUMENTS` in a folder with pipes to its standard input and from its standard output, for
    answers that come one by one (`cat-file --batch`). Raises GitMissing."""
    import subprocess

    command = [get_git(), "-C", os.fspath(root), *_CALM, *arguments]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL if stderr is None else stderr,
            env=quiet_environment(),
        )
    except (OSError, ValueError) as error:
        raise GitMissing(f"git could not be started: {error}") from None


def spawn_git(arguments: Sequence[str]) -> int:
    """Run `git ARGUMENTS` here, as it is, in this environment, with nothing to read and nobody to talk to;
    its exit code. For the merge driver, which git starts once a file: no module is imported for it where the
    system can do without. Raises GitMissing."""
    command = [get_git(), *arguments]
    try:
        if not hasattr(os, "posix_spawn"):
            import subprocess

            null = subprocess.DEVNULL
            return subprocess.run(command, stdin=null, stdout=null, stderr=null, check=False).returncode
        nowhere = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        pid = os.posix_spawn(command[0], command, os.environ, file_actions=nowhere)
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    except (OSError, ValueError) as error:
        raise GitMissing(f"git could not be started: {error}") from None
