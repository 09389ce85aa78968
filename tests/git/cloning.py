"""Clones of one vault, for tests with real git: a bare hub, work trees on two devices, dated commits, and an
environment in which nothing of the tester's counts.

    laptop, phone = clones(tmp_path, {"People/Ada.md": NOTE})
    laptop.write("People/Ada.md", ...); laptop.commit("log"); laptop.push()
    use_driver(phone)
    phone.pull()
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from vault_crm.git.driver import driver_command

DAY = "2026-11-20T12:00:00+0000"
# As an installed console script: the current folder (the vault!) is not on Python's path.
PROGRAM = (sys.executable, "-P", "-m", "vault_crm")
ATTRIBUTES = "*.md merge=vault-crm -text\n"


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str


def environment(home: Path, when: str = DAY) -> dict[str, str]:
    """Variables for git: the tester's home, configuration and repository are not in them."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return env | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_AUTHOR_NAME": "Nora",
        "GIT_AUTHOR_EMAIL": "nora@example.org",
        "GIT_COMMITTER_NAME": "Nora",
        "GIT_COMMITTER_EMAIL": "nora@example.org",
        "GIT_AUTHOR_DATE": when,
        "GIT_COMMITTER_DATE": when,
        "GIT_EDITOR": "true",
        "GIT_MERGE_AUTOEDIT": "no",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
    }


@dataclass
class Clone:
    """A work tree, and git in it."""

    root: Path
    home: Path
    when: str = DAY
    extra: dict[str, str] = field(default_factory=dict)  # more variables

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """`git ARGUMENTS`, whatever comes of it."""
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            env=environment(self.home, self.when) | self.extra,
            input=stdin.encode("utf-8", "surrogateescape"),
            capture_output=True,
            check=False,
            timeout=60,
        )
        out, err = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
        return Done(done.returncode, out, err)

    def git(self, *arguments: str, code: int = 0, stdin: str = "") -> str:
        """What `git ARGUMENTS` prints; it must end with this exit code."""
        done = self.run(*arguments, stdin=stdin)
        assert done.code == code, f"git {' '.join(arguments)} -> {done.code}\n{done.out}{done.err}"
        return done.out

    def write(self, path: str, text: str) -> None:
        """A file of the work tree gets this text, byte for byte."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogateescape"))

    def read(self, path: str) -> str:
        """A file's text, byte for byte."""
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def commit(self, message: str = "change", when: str = "") -> str:
        """Commits all there is (also nothing); the commit's hash."""
        self.when = when or self.when
        self.git("add", "-A")
        self.git("commit", "--quiet", "--allow-empty", "-m", message)
        return self.head()

    def change(self, path: str, text: str, message: str = "change") -> str:
        """Writes one file and commits; the commit's hash."""
        self.write(path, text)
        return self.commit(message)

    def head(self) -> str:
        """The commit that is checked out."""
        return self.git("rev-parse", "HEAD").strip()

    def push(self, code: int = 0) -> None:
        """Sends `main` to the hub."""
        self.git("push", "--quiet", "origin", "main", code=code)

    def pull(self, *options: str) -> Done:
        """`git pull`, as a merge unless `--rebase` is given, whatever comes of it."""
        return self.run("pull", "--quiet", *(options or ("--no-rebase", "--no-edit")), "origin", "main")

    def clashing(self) -> list[str]:
        """The files that git says are not merged."""
        listed = self.git("diff", "--name-only", "--diff-filter=U", "-z").split("\0")
        return [path for path in dict.fromkeys(listed) if path]

    def files(self) -> dict[str, bytes]:
        """Every file of the work tree with its bytes, without git's own."""
        found = (file for file in sorted(self.root.rglob("*")) if file.is_file())
        inside = ((file.relative_to(self.root), file) for file in found)
        return {path.as_posix(): file.read_bytes() for path, file in inside if path.parts[0] != ".git"}


def repository(folder: Path, files: Mapping[str, str] | None = None, attributes: str = ATTRIBUTES) -> Clone:
    """A new repository with one commit: these files and `.gitattributes` (none if '')."""
    root = folder / "vault"
    root.mkdir(parents=True)
    made = Clone(root, folder)
    made.git("init", "--quiet", "--initial-branch=main")
    if attributes:
        made.write(".gitattributes", attributes)
    for path, text in (files or {}).items():
        made.write(path, text)
    made.commit("begin")
    return made


def clones(
    folder: Path,
    files: Mapping[str, str],
    names: Sequence[str] = ("laptop", "phone"),
    attributes: str = ATTRIBUTES,
) -> list[Clone]:
    """Work trees of one bare hub that hold these files; no driver is configured."""
    first = repository(folder / "first", files, attributes)
    hub = folder / "hub.git"
    first.git("clone", "--quiet", "--bare", str(first.root), str(hub))
    made = []
    for name in names:
        home = folder / name
        home.mkdir()
        first.git("clone", "--quiet", str(hub), str(home / "vault"))
        made.append(Clone(home / "vault", home))
    return made


def use_driver(clone: Clone, command: str | None = None, program: Sequence[str] = PROGRAM) -> None:
    """Configures the merge driver in a clone as `vault-crm git install` does."""
    clone.git("config", "merge.vault-crm.name", "vault-crm: notes by property and log entry")
    clone.git("config", "merge.vault-crm.driver", driver_command(program) if command is None else command)
    clone.git("config", "merge.autostash", "true")
    clone.git("config", "rebase.autostash", "true")
