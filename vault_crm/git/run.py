"""Starting git: which program that is, in which environment, and what it answered.

Programs are looked for in absolute folders of PATH only: never in the current folder, which may be a vault.
"""

from __future__ import annotations

import os
from typing import IO
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.errors import GitMissing
from vault_crm.git.program import NO_BARE
from vault_crm.git.program import NO_FETCH
from vault_crm.git.program import OFFLINE
from vault_crm.git.program import find_git as find_git
from vault_crm.git.program import get_git as get_git

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

TIMEOUT = 10.0  # seconds
# Nothing here waits for a lock, a password or an fsmonitor of the repository's choice.
_CALM = (
    *("--literal-pathspecs", "-c", "core.fsmonitor=false", "-c", "core.quotePath=false"),
    *(*NO_BARE, *OFFLINE),
)


class Done(NamedTuple):
    """How a git command ended: its exit code (negative: killed by that signal), and what it printed."""

    code: int
    out: bytes
    err: bytes

    @property
    def complaint(self) -> str:
        """The last line that git said on standard error, '' if it said nothing."""
        lines = self.err.decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else ""


def quiet_environment() -> dict[str, str]:
    """The environment for a git that must not talk to anybody, and that works in the folder it is told:
    git's own variables (we may run in a hook) would point it to another repository."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return env | NO_FETCH | {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}


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
