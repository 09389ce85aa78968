"""Commits of what the tool has changed (`[git] commit = true`): only of these files, never in the middle of
something, never pushed, and never a reason for a command to fail.
"""

from __future__ import annotations

import contextlib
import os
import time
import unicodedata
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.record import record
from vault_crm.errors import GitMissing
from vault_crm.git.hooked import run_hooked
from vault_crm.git.repo import at_work
from vault_crm.git.repo import has_repository
from vault_crm.git.run import Done
from vault_crm.git.run import call_git
from vault_crm.store.swap import open_swap

PATIENCE = 1.0  # seconds for which another git may hold the index: most of what it does is over in a moment
TIMEOUT = 30.0  # seconds for a commit, with the hooks and the signature that the user wants for one
_PAUSE = 0.02  # seconds between two looks at a lock
_DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_LONGEST = 100  # characters of a message
_ARGUMENTS = 24_000  # bytes of paths in one command line; Windows takes 32,767 characters
# More of what git can be in the middle of; the watcher does not mind these.
_ALSO_AT_WORK = {
    "BISECT_LOG": "a bisect is not finished",
    "sequencer": "a cherry-pick or revert is not finished",
}


@record
class _Tree:
    """A work tree: git's folder, and its own top."""

    folder: Path
    top: Path


@record
class _State:
    """What git says about some files: the branch ('' if none is checked out), which of the files differ from
    the last commit, which of these git does not know yet, which are only known to come, and which the last
    commit does not have (relative to the work tree's top)."""

    branch: str
    changed: tuple[str, ...]
    new: tuple[str, ...]
    planned: tuple[str, ...]
    added: tuple[str, ...]


class _NotNow(Exception):
    """Why nothing is committed."""


class _Afterwards(Exception):
    """What went wrong when the commit was made."""


def commit_paths(
    root: Path,
    paths: Sequence[str],
    message: str,
    patience: float = PATIENCE,
    timeout: float = TIMEOUT,
) -> str:
    """Commits files of the vault (paths relative to `root`) as they are on the disk: '', or in a sentence why
    nothing was committed, or what went wrong after it was.

    What else is staged stays staged; ignored files are left out; a file that is gone is committed as gone.
    Outside of a repository, and where nothing differs, there is nothing to say. Hooks and signing are the
    user's own, and end after `timeout` seconds. Never raises.
    """
    try:
        tree = _find_tree(root)
        if tree is None or not paths:
            return ""
        until = time.monotonic() + patience
        while True:
            _wait_for_lock(tree, until)
            done = _commit(tree, _relative(tree, root, paths), format_subject(message), timeout)
            if done is None or done.code == 0:
                return ""
            if not _met_lock(done) or time.monotonic() >= until:
                raise _NotNow(_complaint(done))
            time.sleep(_PAUSE)
    except _NotNow as why:
        return f"not committed: {why}"
    except _Afterwards as why:
        return f"committed, but {why}"
    except GitMissing as error:
        return f"not committed: {error.message}"


def _met_lock(done: Done) -> bool:
    """True if another git was a moment earlier: it holds a lock, or has put an index of its own in place that
    does not know our new file."""
    return any(sign in done.err for sign in (b"index.lock", b"HEAD.lock", b"did not match any file"))


def why_never(root: Path) -> str:
    """Why nothing in this folder can ever be committed, in a sentence; '' if it can."""
    if not has_repository(root):
        return "the vault is in no git repository, so nothing is committed"
    try:
        if _find_tree(root) is None:
            return "git does not take the vault for part of a work tree, so nothing is committed"
    except GitMissing as error:
        return f"{error.message}, so nothing is committed"
    return ""


def format_subject(text: str) -> str:
    """One line that a commit can bear: no control characters, none that change the direction of others, no
    bytes that are not UTF-8, not too long."""
    line = " ".join("".join(map(_plain, text)).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _plain(char: str) -> str:
    if char in _DIRECTIONS:
        return ""
    return {"Cc": " ", "Cs": "\ufffd"}.get(unicodedata.category(char), char)


# -- where we are


def _find_tree(root: Path) -> _Tree | None:
    if not has_repository(root):
        return None
    done = call_git(root, "rev-parse", "--is-inside-work-tree", "--absolute-git-dir", "--show-cdup")
    inside, _, rest = os.fsdecode(done.out).partition("\n")
    # The last line is '' or '../../': the way to the top, told so that no folder's name can break the lines.
    folder, _, up = rest.removesuffix("\n").rpartition("\n")
    if done.code != 0 or inside != "true":
        return None
    return _Tree(Path(folder), Path(os.path.normpath(root.resolve() / up)))


def _relative(tree: _Tree, root: Path, paths: Iterable[str]) -> list[str]:
    """The paths as seen from the work tree's top; of a link to a file in it, the file, too."""
    found: dict[str, None] = {}
    for path in paths:
        full = os.path.normpath(root.resolve() / path)
        for place in (Path(full), Path(os.path.realpath(full))):
            if place.is_relative_to(tree.top):
                found[place.relative_to(tree.top).as_posix()] = None
    return list(found)


def _wait_for_lock(tree: _Tree, until: float) -> None:
    """Raises _NotNow if git is in the middle of something."""
    lock = tree.folder / "index.lock"
    while os.path.lexists(lock) and time.monotonic() < until:
        time.sleep(_PAUSE)
    also = (what for name, what in _ALSO_AT_WORK.items() if os.path.lexists(tree.folder / name))
    if why := at_work(tree.folder) or next(also, ""):
        raise _NotNow(why)
    if open_swap(tree.folder / "COMMIT_EDITMSG"):
        # Our commit would take the branch, and the file with the message, away from under it.
        raise _NotNow("the message of another commit is being written")


# -- what there is to commit


def _state(tree: _Tree, paths: Sequence[str]) -> _State:
    branch = ""
    changed: list[str] = []
    new: list[str] = []
    planned: list[str] = []
    added: list[str] = []
    wanted = {unicodedata.normalize("NFC", path) for path in paths}
    for entry in _entries(tree, paths):
        if entry.startswith("# branch.head "):
            branch = entry.split(" ", 2)[2]
        into = {"?": new, "1": changed}.get(entry[:1])
        path = entry[2:] if into is new else entry.split(" ", 8)[-1]
        # Where a path is a folder by now, what is in it is not ours.
        if into is not None and unicodedata.normalize("NFC", path) in wanted:
            into.append(path)
            if entry.startswith("1 .A"):
                planned.append(path)
            if entry.startswith(("1 A", "1 .A")):
                added.append(path)
    branch = "" if branch == "(detached)" else branch
    return _State(branch, (*changed, *new), tuple(new), tuple(planned), (*added, *new))


def _renamed_from(tree: _Tree, added: Sequence[str]) -> list[str]:
    """What new files were called in the last commit, if they were renamed since: half of a rename would be
    the same person twice. What is new must be known to git."""
    if not added:
        return []
    asked = ("diff", "HEAD", "--find-renames", "--diff-filter=R", "--name-status", "--no-ext-diff", "-z")
    rows = os.fsdecode(call_git(tree.top, *asked).out).split("\0")
    renames = zip(rows[1::3], rows[2::3], strict=False)
    return [old for old, new in renames if new in added and not os.path.lexists(tree.top / old)]


def _entries(tree: _Tree, paths: Sequence[str]) -> Iterator[str]:
    """What `git status` says about some files. Raises _NotNow, GitMissing."""
    asked = ("status", "--porcelain=v2", "--branch", "-z", "--untracked-files=all", "--no-renames", "--")
    for some in _batches(paths):
        done = call_git(tree.top, *asked, *some)
        if done.code != 0:
            raise _NotNow(_complaint(done))
        yield from os.fsdecode(done.out).split("\0")


def _batches(paths: Sequence[str]) -> Iterator[list[str]]:
    some: list[str] = []
    size = 0
    for path in paths:
        size += len(os.fsencode(path)) + 3
        if some and size > _ARGUMENTS:
            yield some
            some, size = [], len(os.fsencode(path)) + 3
        some.append(path)
    if some:
        yield some


# -- the commit


def _commit(tree: _Tree, paths: Sequence[str], subject: str, timeout: float) -> Done | None:
    """How `git commit` ended; None if there is nothing to commit. Raises _NotNow, GitMissing."""
    if call_git(tree.top, "ls-files", "--unmerged", "-z").out:
        raise _NotNow("a merge is not settled")
    state = _state(tree, paths)
    if not state.changed:
        return None
    if not state.branch:
        raise _NotNow("no branch is checked out (HEAD is detached), where commits are easily lost")
    committed = False
    try:
        done = _make_known(tree, state.new)
        if done is None:
            paths = (*state.changed, *_renamed_from(tree, state.added))
            done = _git_commit(tree, paths, subject, timeout)
        committed = done.code == 0
    except GitMissing as error:
        if not _state(tree, paths).changed:
            raise _Afterwards(error.message) from None
        raise
    finally:
        if not committed and state.new:
            _forget(tree, state.new)
    return done


def _git_commit(tree: _Tree, paths: Sequence[str], subject: str, timeout: float) -> Done:
    options = ["-c", "i18n.commitEncoding=UTF-8", "commit", "--only", "--quiet", "--no-status"]
    options += ["--cleanup=whitespace", f"--message={subject}"]
    if sum(len(os.fsencode(path)) + 3 for path in paths) <= _ARGUMENTS:
        return run_hooked(tree.top, *options, "--", *paths, timeout=timeout)
    from_stdin = ("--pathspec-from-file=-", "--pathspec-file-nul")
    return run_hooked(tree.top, *options, *from_stdin, timeout=timeout, stdin=_listed(paths))


def _make_known(tree: _Tree, new: Sequence[str]) -> Done | None:
    """Tells git that files will come (`commit --only` takes known ones only); why it could not be told."""
    for some in _batches(new):
        done = call_git(tree.top, "add", "--intent-to-add", "--", *some)
        if done.code != 0:
            return done
    return None


def _forget(tree: _Tree, new: Sequence[str]) -> None:
    """What was told to come with a commit that did not come about is unknown again."""
    with contextlib.suppress(_NotNow, GitMissing):
        planned = _state(tree, new).planned  # not what was committed before a hook went wrong
        call_git(tree.top, "update-index", "--force-remove", "-z", "--stdin", stdin=_listed(planned))


def _listed(paths: Iterable[str]) -> bytes:
    return b"".join(os.fsencode(path) + b"\0" for path in paths)


def _complaint(done: Done) -> str:
    """Why git refused, on one line."""
    said = done.err.decode("utf-8", "replace")
    if "user.email" in said:
        return "git does not know who you are (`git config user.name`, and `git config user.email`)"
    lines = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
    grave = [line for line in lines if line.startswith(("fatal:", "error:"))]
    line = (grave or lines or [f"git ended with exit code {done.code}"])[-1]
    return format_subject(line)
