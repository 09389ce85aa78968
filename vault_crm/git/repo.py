"""Asking git about a vault, through its command line. Without git, or outside a repository, the answer is
'no'.

Nothing here waits for a lock, opens an editor, asks for a password or runs longer than a few seconds.
"""

from __future__ import annotations

import os
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from functools import lru_cache
from pathlib import Path

from vault_crm.errors import GitMissing

# Files in git's folder by which it says what it is in the middle of.
_AT_WORK = {
    "MERGE_HEAD": "a merge is not finished",
    "CHERRY_PICK_HEAD": "a cherry-pick is not finished",
    "REVERT_HEAD": "a revert is not finished",
    "rebase-merge": "a rebase is not finished",
    "rebase-apply": "a rebase is not finished",
    "MERGE_AUTOSTASH": "git is at work",  # it has yet to put back what it put aside
    "index.lock": "git is at work",
}


def run_git(root: Path, *arguments: str, stdin: bytes = b"") -> tuple[int, bytes]:
    """(exit code, standard output) of `git -C root ARGUMENTS`; (-1, b'') if git is missing or does not
    answer."""
    from vault_crm.git.run import call_git

    try:
        done = call_git(root, *arguments, stdin=stdin)
    except GitMissing:
        return -1, b""
    return done.code, done.out


def repo_root(root: Path) -> Path | None:
    """The top folder of the repository that a folder lies in; None if there is none."""
    if not has_repository(root):
        return None
    code, out = run_git(root, "rev-parse", "--show-toplevel")
    text = os.fsdecode(out).rstrip("\n")
    return Path(text) if code == 0 and text else None


def has_repository(root: Path) -> bool:
    """False, without starting git, where no folder upwards has a `.git`, or git would take one below that for
    a repository: its settings and hooks, which came with the vault, would count."""
    real = root.resolve()
    for folder in (real, *real.parents):
        if os.path.lexists(folder / ".git"):
            return True
        if _is_bare(folder):
            return False
    return False


def _is_bare(folder: Path) -> bool:
    if not os.path.lexists(folder / "HEAD"):
        return False
    own = (folder / "objects").is_dir() and (folder / "refs").is_dir()
    return own or os.path.lexists(folder / "commondir")


def is_tracked(root: Path, path: str) -> bool:
    """True if git keeps this file (a path relative to `root`)."""
    return has_repository(root) and _asked_once(root, path, "tracked", _state(root, ".git/index"))


def travels(root: Path, path: str) -> bool:
    """True if git keeps this file or will with the next `git add`: nothing says to ignore it."""
    if not has_repository(root):
        return False
    state = _state(root, ".git/index", ".gitignore", ".git/info/exclude")
    return is_tracked(root, path) or _asked_once(root, path, "new", state)


def _state(root: Path, *names: str) -> tuple[tuple[int, int, int], ...] | None:
    """What changes when one of these files does; None if the vault is not the top of its repository."""
    if not (root / ".git" / "index").exists():
        return None
    found = []
    for name in names:
        try:
            st = os.stat(root / name)
            found.append((st.st_mtime_ns, st.st_size, st.st_ino))
        except OSError:
            found.append((0, 0, 0))
    return tuple(found)


def _asked_once(root: Path, path: str, what: str, state: tuple[tuple[int, int, int], ...] | None) -> bool:
    """Asked once for each state of git's files, where that is known: a watcher writes a dashboard often."""
    if state is not None:
        return _remembered(root, path, what, state)
    return _asked_if_tracked(root, path) if what == "tracked" else _check_ignore(root, path) == 1


@lru_cache(maxsize=32)
def _remembered(root: Path, path: str, what: str, state: tuple[tuple[int, int, int], ...]) -> bool:  # noqa: ARG001 (part of the key)
    return _asked_once(root, path, what, None)


def _asked_if_tracked(root: Path, path: str) -> bool:
    return run_git(root, "ls-files", "--error-unmatch", "--", path)[0] == 0


def is_ignored(root: Path, path: str) -> bool:
    """True if a `.gitignore` (or git's other lists) names this file."""
    return has_repository(root) and _check_ignore(root, path) == 0


def _check_ignore(root: Path, path: str) -> int:
    """0: ignored; 1: not; anything else: git does not say."""
    return run_git(root, "check-ignore", "-q", "--", f"./{path}")[0]


def line_date(root: Path, path: str, line: int, text: bytes | None = None) -> date | None:
    """The author's date, in the author's own zone, of the commit that brought a line as it stands in the
    file, or rather in `text`, if that was read from it: by now it may have been written anew.

    None if the line is not committed as it is, or git does not know the file.
    """
    if line < 1 or not has_repository(root):
        return None
    code, out = run_git(
        root,
        *("-c", "blame.ignoreRevsFile=", "blame", "--no-textconv", "--porcelain"),
        *("-M1", "-L", f"{line},{line}"),  # a merge that moved the line did not bring it
        *(("--",) if text is None else ("--contents", "-", "--")),
        path,
        stdin=text or b"",
    )
    return _author_date(out.decode("utf-8", "replace")) if code == 0 else None


def _author_date(porcelain: str) -> date | None:
    lines = porcelain.split("\n")
    if not lines[0].strip("0").startswith(" ") and lines[0]:
        fields = dict(line.partition(" ")[::2] for line in lines[1:] if not line.startswith("\t"))
        try:
            zone = fields["author-tz"]
            offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5]))
            moment = datetime.fromtimestamp(
                int(fields["author-time"]), timezone(-offset if zone[0] == "-" else offset)
            )
        except (KeyError, ValueError, IndexError, OverflowError, OSError):
            return None
        return moment.date()
    return None  # the hash is all zeros: not committed yet


def git_folder(root: Path) -> Path | None:
    """Where git keeps its state for the work tree that a folder lies in; None if there is none."""
    if not has_repository(root):
        return None
    code, out = run_git(root, "rev-parse", "--absolute-git-dir")
    text = os.fsdecode(out).rstrip("\n")
    return Path(text) if code == 0 and text else None


def at_work(folder: Path) -> str:
    """What git is in the middle of, by the files in its folder: 'a merge is not finished'; '' if nothing."""
    return next((what for name, what in _AT_WORK.items() if os.path.lexists(folder / name)), "")


def unmerged(root: Path) -> bool:
    """True while git's index holds files whose merge is not settled (also after a `stash pop`)."""
    return bool(has_repository(root) and run_git(root, "ls-files", "--unmerged", "-z")[1])
