"""Where in a repository a vault lies, for what is set up there."""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.record import record
from vault_crm.errors import VaultCrmError
from vault_crm.git.run import call_git


class NoRepository(VaultCrmError):
    """The vault lies in no repository, or git will not say anything about it."""

    exit_code = 3

    def __init__(self, root: Path, complaint: str = "") -> None:
        if complaint:
            super().__init__(f"git says nothing about {root}: {complaint}")
        else:
            super().__init__(f"{root} is in no git repository", "`git init` makes one there")


@record
class Place:
    """`prefix` leads from the top of the work tree to the vault ('' or 'notes/'); `folder` is git's for this
    work tree, `common` the one of all work trees of the clone."""

    root: Path
    prefix: str
    folder: Path
    common: Path


def place_of(root: Path) -> Place:
    """Where a vault lies. Raises NoRepository, GitMissing."""
    done = call_git(root, "rev-parse", "--show-prefix", "--absolute-git-dir", "--git-common-dir")
    lines = os.fsdecode(done.out).split("\n")
    if done.code or len(lines) != 4:
        there = any(os.path.lexists(folder / ".git") for folder in (root, *root.parents))
        raise NoRepository(root, done.complaint.removeprefix("fatal: ") if there else "")
    prefix, folder, common = lines[:3]
    return Place(root, prefix, Path(folder), Path(os.path.realpath(root / common)))


@record
class Rule:
    """What makes git ignore a path: a file, its line, and what stands there."""

    source: str
    line: int
    pattern: str

    @property
    def travels(self) -> bool:
        """True if other devices have it, too."""
        return os.path.basename(self.source) == ".gitignore"


def ignoring(root: Path, paths: Iterable[str]) -> dict[str, Rule]:
    """Which paths git would ignore if it did not keep them already, and why. Raises GitMissing."""
    asked = "".join(f"./{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    done = call_git(root, "check-ignore", "--no-index", "-v", "-z", "--stdin", stdin=asked)
    fields = os.fsdecode(done.out).split("\0")
    rules = {}
    for at in range(0, len(fields) - 3, 4):
        source, line, pattern, path = fields[at : at + 4]
        if not pattern.startswith("!"):
            rules[path.removeprefix("./")] = Rule(source, int(line or 0), pattern)
    return rules


def tracked(root: Path) -> tuple[str, ...]:
    """The paths below the vault that git keeps. Raises GitMissing, NoRepository."""
    done = call_git(root, "ls-files", "-z", "--cached")
    if done.code:
        raise NoRepository(root, done.complaint)
    return tuple(path for path in os.fsdecode(done.out).split("\0") if path)


def uncommitted(root: Path, paths: Sequence[str]) -> tuple[str, ...]:
    """Which of these files git would put into a commit, if it were told to add them: new or changed, and not
    ignored. Raises GitMissing."""
    if not paths:
        return ()
    done = call_git(root, "status", "--porcelain=v1", "-z", "--no-renames", "-uall", "--", *paths)
    prefix = place_of(root).prefix  # this command names paths from the top
    rows = [row[3:] for row in os.fsdecode(done.out).split("\0") if row]
    return tuple(row.removeprefix(prefix) for row in rows)


def current_branch(root: Path) -> str:
    """The branch that is checked out, also before its first commit; '' if none is. Raises GitMissing."""
    done = call_git(root, "symbolic-ref", "--quiet", "--short", "HEAD")
    return "" if done.code else done.out.decode("utf-8", "surrogateescape").removesuffix("\n")


def committed(root: Path, path: str) -> bytes:
    """A file of the vault as it is in the commit that is checked out; b'' if it is not there. Raises
    GitMissing."""
    done = call_git(root, "cat-file", "blob", f"HEAD:./{path}")
    return b"" if done.code else done.out


def has_remote(root: Path) -> bool:
    """True if the clone knows of any other repository. Raises GitMissing."""
    return bool(call_git(root, "remote").out.strip())


def detached(root: Path) -> bool:
    """True while no branch is checked out: somebody looks at the past, or looks for a commit. Raises
    GitMissing."""
    return call_git(root, "symbolic-ref", "--quiet", "HEAD").code == 1
