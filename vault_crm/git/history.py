"""What changed in one note, commit by commit, its renames followed along every line of the history."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.changes import Change
from vault_crm.core.changes import Content
from vault_crm.core.changes import find_changes
from vault_crm.core.changes import read_content
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.git.moments import get_top
from vault_crm.git.moments import is_shallow
from vault_crm.git.objects import Blob
from vault_crm.git.objects import CannotLookBack
from vault_crm.git.objects import Objects
from vault_crm.git.objects import filtered
from vault_crm.git.objects import read_filtered
from vault_crm.git.run import call_git
from vault_crm.store.files import MAX_NOTE

_TIMEOUT = 60.0
_MAX_RENAMES = 50
_MAX_GONE = 500  # notes that are no longer there, among which an uncommitted rename is looked for


@record
class Step:
    """What one commit changed in the note. `commit` is '' for what is not committed yet; `at` is its author's
    moment (ISO, in the author's zone). `first` marks the oldest commit that a shallow clone has: what it
    itself changed is not known here."""

    changes: tuple[Change, ...]
    commit: str = ""
    at: str = ""
    author: str = ""
    subject: str = ""
    first: bool = False


@record
class _Commit:
    """A commit that matters, and those that it was made on (of these that matter)."""

    oid: str
    parents: tuple[str, ...]
    at: str
    author: str
    subject: str


def find_history(root: Path, path: str, now: bytes, settings: Settings) -> Iterator[Step]:
    """What changed in a note of a vault, the latest first; `now` are its bytes in the work tree.

    A merge is there only with what it has from none of its sides. Raises CannotLookBack, GitMissing."""
    walk = _Walk(get_top(root), root, path, settings)
    try:
        yield from walk.steps(path, now)
    finally:
        walk.close()


class _Walk:
    """One walk through the history of a note. Names are relative to the repository."""

    def __init__(self, top: Path, root: Path, path: str, settings: Settings) -> None:
        self._top = top
        self._prefix = os.fsdecode(call_git(root, "rev-parse", "--show-prefix").out).removesuffix("\n")
        self._settings = settings
        self._objects = Objects(top)
        self._name = _real_name(top, root, path) or self._prefix + path
        self._filters = bool(filtered(top, [self._name]))
        self._names: dict[tuple[str, str], str] = {}  # (commit, parent) -> what the note was called there
        self._known: dict[tuple[str, str], Content | None] = {}

    def close(self) -> None:
        self._objects.close()

    def steps(self, path: str, now: bytes) -> Iterator[Step]:
        at_head = self._name if self._blob("HEAD", self._name) else self._renamed_now(now) or self._name
        committed = self._blob("HEAD", at_head)
        changes = self._uncommitted(path, now, at_head, committed)
        if changes:
            yield Step(changes)
        commits, names = self._commits(at_head)
        by_oid = {commit.oid: commit for commit in commits}
        boundary = _shallow_commits(self._top) if is_shallow(self._top) else frozenset()
        for commit in commits:
            step = self._step(commit, names[commit.oid], by_oid, commit.oid in boundary)
            if step is not None:
                yield step

    # -- which commits matter, and what the note was called in each

    def _commits(self, at_head: str) -> tuple[list[_Commit], dict[str, str]]:
        """The commits in which the note came, changed or went, the latest first, and its name in each. Each
        earlier name that turns up may make more commits matter."""
        wanted = [at_head]
        while True:
            commits = self._list(wanted)
            names, earlier = self._name_all(commits, at_head, wanted)
            if earlier is None or len(wanted) > _MAX_RENAMES:
                return commits, names
            wanted.append(earlier)

    def _list(self, names: Sequence[str]) -> list[_Commit]:
        options = ("--full-history", "--simplify-merges", "--parents", "--date-order", "--no-show-signature")
        form = "--format=%H%x1f%P%x1f%aI%x1f%aN%x1f%s"
        done = call_git(
            self._top, "-c", "log.follow=false", "log", "-z", "-s", *options, form, "HEAD", "--",
            *names, timeout=_TIMEOUT,
        )  # fmt: skip
        if done.code:
            raise CannotLookBack(f"git cannot list the commits: {done.complaint}")
        rows = (decode(row).split("\x1f", 4) for row in done.out.split(b"\0") if row)
        return [_Commit(oid, tuple(up.split()), at, who, what) for oid, up, at, who, what in rows]

    def _name_all(
        self, commits: Sequence[_Commit], at_head: str, wanted: Sequence[str]
    ) -> tuple[dict[str, str], str | None]:
        """(the note's name in each commit, a name that it had before and that is not looked for yet)."""
        names: dict[str, str] = {}
        for commit in commits:
            name = names.setdefault(commit.oid, at_head)
            there = self._blob(commit.oid, name)
            absent = [up for up in commit.parents if there and not self._blob(up, name)]
            sources = self._sources(commit.oid, name) if there and (absent or not commit.parents) else []
            new = next((source for source in sources if source not in wanted), None)
            if new is not None:
                return names, new
            for up in commit.parents:
                earlier = next((s for s in sources if up in absent and self._blob(up, s)), name)
                self._names[commit.oid, up] = earlier
                names.setdefault(up, earlier)
        return names, None

    def _sources(self, commit: str, name: str) -> list[str]:
        """What git takes for the note's earlier name in a commit that brought it under this one."""
        options = ("-r", "-M", "-l2000", "-z", "-m", "--no-commit-id", "--name-status", "--diff-filter=R")
        done = call_git(self._top, "diff-tree", *options, commit, "--", timeout=_TIMEOUT)
        words = [os.fsdecode(word) for word in done.out.split(b"\0")]
        rows = zip(words[0::3], words[1::3], words[2::3], strict=False)
        return list(dict.fromkeys(source for _, source, target in rows if target == name))

    # -- what changed

    def _step(self, commit: _Commit, name: str, by_oid: dict[str, _Commit], first: bool) -> Step | None:
        blob = self._blob(commit.oid, name)
        before = [(up, self._names[commit.oid, up]) for up in commit.parents]
        if any(was == name and _same(self._blob(up, was), blob) for up, was in before):
            return None  # a merge that took one side as it was
        after = self._content(name, blob)
        told = Step((), commit.oid, commit.at, commit.author, commit.subject, first)
        if first:
            return told if after is not None else None
        marked = after is not None and after.conflicted
        contents = [self._settled(up, was, by_oid) for up, was in before]
        was_marked = bool(before) and all(self._marked(up, was) for up, was in before)
        if marked:
            return None if was_marked else replace(told, changes=(Change("conflict", "added"),))
        changes = find_changes(contents or [None], after)
        if was_marked and after is not None:
            changes = (Change("conflict", "removed"), *changes)
        if not changes and (after is None or len(before) > 1):
            return None
        return replace(told, changes=changes or (Change("layout", "changed"),))

    def _uncommitted(self, path: str, now: bytes, at_head: str, committed: Blob | None) -> tuple[Change, ...]:
        raw = now[:MAX_NOTE]
        after = read_content(path, decode(raw), self._settings)
        before = self._content(at_head, committed)
        if after.conflicted:
            return (Change("conflict", "added"),)
        changes = find_changes([before], after)
        if before is not None and before.conflicted:
            changes = (Change("conflict", "removed"), *changes)
        if changes or committed is None:
            return changes
        same = committed.raw.replace(b"\r\n", b"\n") == raw.replace(b"\r\n", b"\n")
        return () if same or self._filters else (Change("layout", "changed"),)

    def _renamed_now(self, now: bytes) -> str | None:
        """The name in HEAD of a note whose rename is not committed yet: the one that is gone and has most of
        its lines."""
        options = ("--name-only", "-z", "--no-renames", "--no-ext-diff", "--diff-filter=D")
        done = call_git(self._top, "diff", *options, "HEAD", "--", timeout=_TIMEOUT)
        gone = [os.fsdecode(word) for word in done.out.split(b"\0") if word[-3:].lower() == b".md"]
        lines = Counter(decode(now).split("\n"))
        best, found = 0.5, None
        for name in gone[:_MAX_GONE]:
            blob = self._blob("HEAD", name)
            theirs = Counter(decode(blob.raw).split("\n")) if blob else Counter[str]()
            likeness = 2 * (lines & theirs).total() / max(1, lines.total() + theirs.total())
            if likeness > best:
                best, found = likeness, name
        return found

    # -- reading

    def _blob(self, commit: str, name: str) -> Blob | None:
        return self._objects.read(f"{commit}:{name}", MAX_NOTE)

    def _content(self, name: str, blob: Blob | None) -> Content | None:
        """What the note said; None if it was not there."""
        if blob is None:
            return None
        key = (blob.oid, name)
        if key not in self._known:
            found = read_filtered(self._top, name, blob) if self._filters else blob
            text = decode(found.raw) if found is not None else ""
            shown = name[len(self._prefix) :] if name.startswith(self._prefix) else name
            self._known[key] = read_content(shown, text, self._settings)
        return self._known[key]

    def _marked(self, commit: str, name: str) -> bool:
        found = self._content(name, self._blob(commit, name))
        return found is not None and found.conflicted

    def _settled(self, commit: str, name: str, by_oid: dict[str, _Commit]) -> Content | None:
        """What the note said in a commit, or before an unsettled merge was committed in it."""
        while True:
            found = self._content(name, self._blob(commit, name))
            ups = by_oid[commit].parents if commit in by_oid else ()
            if found is None or not found.conflicted or not ups:
                return found
            commit, name = ups[0], self._names[commit, ups[0]]


def _same(one: Blob | None, other: Blob | None) -> bool:
    return (one.oid if one else "") == (other.oid if other else "")


def _real_name(top: Path, root: Path, path: str) -> str | None:
    """The note's name in the repository, links followed; None if it lies elsewhere."""
    try:
        return Path(os.path.realpath(root / path)).relative_to(os.path.realpath(top)).as_posix()
    except ValueError:
        return None


def _shallow_commits(top: Path) -> frozenset[str]:
    """The oldest commits that a shallow clone has."""
    where = os.fsdecode(call_git(top, "rev-parse", "--git-path", "shallow").out).removesuffix("\n")
    try:
        return frozenset((top / where).read_text("ascii").split())
    except (OSError, ValueError):
        return frozenset()
