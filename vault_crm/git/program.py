"""Which program git is, and the shortest way to run it: for the merge driver, which git starts once a file.

Programs are looked for in absolute folders of PATH only: never in the current folder, which may be a vault.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.errors import GitMissing

# Only a repository with a `.git` is one: the files of a bare one can lie in a folder of a vault, committed
# like any others, and its settings and hooks would run whatever they like. (A git before 2.38 does not know
# this: `vault_crm.git.repo.has_repository` looks itself.)
NO_BARE = ("-c", "safe.bareRepository=explicit")
# What a partial clone does not have is not there: nothing is fetched, and no password waited for.
OFFLINE = ("-c", "protocol.allow=never")
NO_FETCH = {"GIT_NO_LAZY_FETCH": "1"}  # from git 2.44 on, without so much as a try


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
