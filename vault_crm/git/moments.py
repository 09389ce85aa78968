"""When `--as-of` means: a day, or a revision of git's."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from vault_crm.core.dates import clip
from vault_crm.core.dates import parse_when
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.errors import UsageError
from vault_crm.git.objects import CannotLookBack
from vault_crm.git.run import call_git
from vault_crm.git.run import start_git

_SOME_DAY = date(2000, 2, 29)


@record
class Moment:
    """A commit of the vault's repository, and the day on which one asks. `made` is the commit's own day: its
    committer's date, in the committer's zone. `remark` is worth saying."""

    commit: str
    made: date
    subject: str
    on: date
    remark: str = ""


def get_moment(root: Path, text: str, today: Callable[[], date]) -> Moment:
    """What `text` means in the repository that a vault lies in: a day (ISO, or as people say it), which is
    the last commit that was made by the end of it; else a revision, on the day of its commit.

    `today` is asked for days such as `last friday`. Raises CannotLookBack, UsageError, GitMissing.
    """
    get_top(root)
    text = text.strip()
    revision = _find_commit(root, text)
    try:
        # Whether it is a day at all does not depend on today, which may have to be looked up in settings.
        if _is_iso(text):
            day = date.fromisoformat(text)
        else:
            parse_when(text, _SOME_DAY)
            day = parse_when(text, today())
    except ValueError as error:
        if revision is None:
            raise _no_moment(root, text, str(error)) from None
        return _moment(root, revision)
    found = _last_by(root, day)
    if revision is None or revision == found.commit:
        return found
    name = _full_name(root, text)
    remark = f"{text} is also a revision; it is taken for the day" + (
        f" (the revision is {name})" if name else ""
    )
    return replace(found, remark=remark)


def get_top(root: Path) -> Path:
    """The top folder of the repository that a vault lies in, which has a commit. Raises CannotLookBack,
    GitMissing."""
    done = call_git(root, "rev-parse", "--show-toplevel")
    if done.code:
        if "not a git repository" in done.complaint or b"not a git repository" in done.err:
            hint = "`git init` there, and a commit now and then, and git remembers from that day on"
            raise CannotLookBack(f"{root} is in no git repository, so nobody remembers how it was", hint)
        raise CannotLookBack(f"git cannot be asked about {root}: {done.complaint}")
    if call_git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").code:
        hint = "`git add -A`, then `git commit`, and git remembers from then on"
        raise CannotLookBack("nothing is committed in this repository yet", hint)
    return Path(os.fsdecode(done.out).removesuffix("\n"))


def is_shallow(root: Path) -> bool:
    """True if this clone does not reach back to the first commit."""
    return call_git(root, "rev-parse", "--is-shallow-repository").out.strip() == b"true"


def _is_iso(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"


def _find_commit(root: Path, text: str) -> str | None:
    """The commit that a revision names; None if it names none."""
    if not text or text.startswith("-"):
        return None
    found = call_git(root, "rev-parse", "--verify", "--quiet", text)
    oid = found.out.decode("ascii", "replace").strip()
    if found.code or not oid:
        return None
    peeled = call_git(root, "rev-parse", "--verify", "--quiet", oid.lstrip("^") + "^{commit}")
    return peeled.out.decode("ascii", "replace").strip() if not peeled.code else None


def _full_name(root: Path, text: str) -> str:
    done = call_git(root, "rev-parse", "--symbolic-full-name", text)
    return done.out.decode("utf-8", "replace").strip() if not done.code else ""


def _no_moment(root: Path, text: str, reason: str) -> UsageError:
    hint = 'write a day (2026-03-14, "last friday", "3 months ago") or a revision (HEAD~5, v1, a commit)'
    if is_shallow(root):
        hint = "this clone is shallow and knows the latest commits only: `git fetch --unshallow`; or " + hint
    if any(sign.isdigit() for sign in text) and "is not a day;" not in reason:
        return UsageError(f"--as-of: {reason}", hint)  # it was meant to be a date, and we know what is wrong
    return UsageError(f'--as-of: "{clip(text)}" is neither a day nor a revision of this repository', hint)


def _moment(root: Path, commit: str) -> Moment:
    done = call_git(root, "log", "-1", "--no-show-signature", "--format=%cI%n%s", commit, "--")
    when, _, subject = done.out.decode("utf-8", "surrogateescape").rstrip("\n").partition("\n")
    day = _day(when)
    if done.code or day is None:
        raise CannotLookBack(f"git cannot say when {commit[:10]} was made: {done.complaint or when}")
    return Moment(commit, day, subject, day)


def _last_by(root: Path, day: date) -> Moment:
    """The last commit of HEAD's history that was made by the end of a day, in its committer's own zone. Where
    clocks went wrong, a commit still comes after those that it was made on."""
    first: date | None = None
    for commit, made in _history(root):
        if made is not None and made <= day:
            return replace(_moment(root, commit), on=day)
        first = made or first
    if is_shallow(root):
        raise CannotLookBack(
            f"this clone is shallow: it reaches back to {first} only, not to {day}",
            "`git fetch --unshallow` brings the rest",
        )
    raise CannotLookBack(f"git knows nothing of {day}: the first commit here is of {first}")


def _history(root: Path) -> Iterator[tuple[str, date | None]]:
    """HEAD's commits with their days, every commit before those that it was made on."""
    process = start_git(root, "log", "--no-show-signature", "--date-order", "--format=%H %cI", "HEAD", "--")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    try:
        for line in process.stdout:
            commit, _, when = line.decode("ascii", "replace").strip().partition(" ")
            yield commit, _day(when)
    finally:
        process.stdout.close()
        process.kill()
        process.wait()


def _day(when: str) -> date | None:
    """The day of an ISO moment, as it is written; None for what no calendar has."""
    try:
        return date.fromisoformat(when[:10])
    except ValueError:
        return None
