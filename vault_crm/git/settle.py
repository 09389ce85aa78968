"""One leftover (a conflict copy, a marked note, an unmerged file) merged by meaning: what would come of it.
Nothing is written here."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from typing import TypeAlias

from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.merge.bases import find_base
from vault_crm.core.merge.file import merge_file
from vault_crm.core.merge.file import merge_two
from vault_crm.core.merge.kept import lost_lines
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.unmark import Marked
from vault_crm.core.merge.unmark import UnclearMarks
from vault_crm.core.merge.unmark import Unmarked
from vault_crm.core.merge.unmark import unmark
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.git.leftovers import Leftover
from vault_crm.git.textmerge import text_merge
from vault_crm.git.versions import Stages
from vault_crm.git.versions import versions_of

Base: TypeAlias = Literal["", "index", "markers", "history", "common"]


@record
class Open:
    """A place where both sides say something else: its line in the note as it is, and both texts."""

    line: int
    ours: str
    theirs: str


@record
class Settled:
    """What comes of one leftover. `text` is the note merged, None if it stays as it is; `open` are the places
    that only the user can settle (a text may come with some: then fewer than before). `problem` says why
    nothing can be merged at all, `line` where in `leftover.path`, `hint` how to go on. `base` is where what
    stood there before is known from. `kept`: git waits, but the file is just as it was before the merge, and
    that can be somebody's choice: it stays."""

    leftover: Leftover
    text: str | None = None
    base: Base = ""
    open: tuple[Open, ...] = ()
    problem: str = ""
    line: int = 0
    hint: str = ""
    kept: bool = False

    @property
    def done(self) -> bool:
        """True if nothing of it is left to the user."""
        return self.text is not None and not self.open


@record
class Settler:
    """Settles one after the other in a vault. `own` gives, for a dashboard's path, how to tell the tool's
    lines in it; `text_merge` merges prose."""

    root: Path
    settings: Settings
    own: Callable[[str], OwnLines]
    text_merge: TextMerge = text_merge

    def settle_copy(self, leftover: Leftover, original: str, copy: str) -> Settled:
        """A sync program's copy and its note. Raises GitMissing where both differ and there is no git."""
        for path, text in ((leftover.original, original), (leftover.path, copy)):
            line = _first_mark(text)
            if line:
                hint = f"settle {path}:{line} first"
                return Settled(leftover, problem="a merge stopped in one of the two", hint=hint)
        if original == copy:
            return Settled(leftover, text=original)
        base = find_base(self._history(leftover.original, original), original, copy)
        how: Base = "common" if base is None else "history"
        merged = self._merge(leftover.original, base, original, copy)
        if not merged.clean:
            return Settled(leftover, base=how, open=_open(merged.text, original))
        settled = Settled(leftover, merged.text, how)
        own = self.own(leftover.original)
        for side, here in ((copy, True), (original, False)):
            lost = lost_lines(leftover.path, side, base or "", merged.text, own)
            if lost:
                said = side.split("\n")[lost[0] - 1]
                return _refused(settled, lost[0] if here else 0, said)
        return settled

    def settle_unmerged(self, leftover: Leftover, text: str | None) -> Settled:
        """A file that git waits for; `text` is what stands in it, None if it is not there."""
        stages = leftover.stages
        if stages is None or stages.ours is None or stages.theirs is None or text is None:
            return _without_a_side(leftover)
        stages = Stages(*(None if each is None else self._like(each, text) for each in _texts(stages)))
        base, ours, theirs = stages.base or "", stages.ours or "", stages.theirs or ""
        if text != ours:
            found = _read_marks(leftover, text)
            if isinstance(found, Settled):
                return found
            if not self._is_untouched(leftover.path, found, base, ours, theirs):
                # The user has begun: what is settled stays as they have it.
                return self._settle_places(leftover, found, text, base, "index")
            marks, before = found.places[0].marks, len(found.places)
        else:
            marks, before = Marks(), 1
        merged = self._merge(leftover.path, base, ours, theirs, marks)
        if text == ours and not merged.clean:
            # Either a merge driver failed, or somebody took this side: nobody's answer is undone.
            problem = "the note is as it was before, without what the other side changed"
            hint = "`git add` it if that is meant; `git checkout -m` on it marks what differs"
            still = _open(merged.text, text)
            return Settled(leftover, base="index", open=still, problem=problem, hint=hint, kept=True)
        return self._better(leftover, merged, "index", (ours, theirs), base, text, before)

    def settle_marked(self, leftover: Leftover, text: str) -> Settled:
        """A note with git's markers in it."""
        found = _read_marks(leftover, text)
        if isinstance(found, Settled):
            return found
        if found.base is not None:
            return self._settle_places(leftover, found, text, found.base, "markers")
        base = find_base(self._history(leftover.path, text), found.ours, found.theirs)
        return self._settle_places(leftover, found, text, base, "common" if base is None else "history")

    def _settle_places(
        self, leftover: Leftover, found: Unmarked, text: str, base: str | None, how: Base
    ) -> Settled:
        merged = self._merge(leftover.path, base, found.ours, found.theirs, found.places[0].marks)
        sides = (found.ours, found.theirs)
        settled = self._better(leftover, merged, how, sides, base, text, len(found.places))
        return replace(settled, line=settled.line or found.places[0].line)

    def _better(
        self, leftover: Leftover, merged: Merged, how: Base, sides: tuple[str, str], base: str | None,
        text: str, before: int,
    ) -> Settled:  # fmt: skip
        """The merge, if it settles something and loses nothing."""
        still = _open(merged.text, text) if merged.clashes else ()
        if merged.clashes >= before:
            return Settled(leftover, base=how, open=still)
        own = self.own(leftover.path)
        after = _read_marks(leftover, merged.text) if merged.clashes else merged.text
        if isinstance(after, Settled):
            return replace(after, text=None)
        results = (after, after) if isinstance(after, str) else (after.ours, after.theirs)
        for side, result in zip(sides, results, strict=True):
            lost = lost_lines(leftover.path, side, base or "", result, own)
            if lost:
                said = side.split("\n")[lost[0] - 1]
                return _refused(Settled(leftover, base=how), _line_with(said, text), said)
        return Settled(leftover, merged.text, how, still)

    def _history(self, path: str, model: str) -> list[str]:
        """The versions of a file that no merge had stopped in, with the newlines that the file has now."""
        versions = (self._like(text, model) for text in versions_of(self.root, path))
        return [text for text in versions if not _first_mark(text)]

    def _merge(
        self, path: str, base: str | None, ours: str, theirs: str, marks: Marks | None = None
    ) -> Merged:
        if base is None:
            return merge_two(path, ours, theirs, self.text_merge, self.settings, marks)
        return merge_file(path, base, ours, theirs, self.text_merge, self.settings, marks)

    def _is_untouched(self, path: str, found: Unmarked, base: str, ours: str, theirs: str) -> bool:
        """True if the marks are as a merge of the three versions left them: by git alone or by the driver."""
        pieces = self.text_merge(base, ours, theirs)
        plain = tuple(
            "".join(each if isinstance(each, str) else getattr(each, side) for each in pieces)
            for side in ("left", "right")
        )
        if (found.ours, found.theirs) == plain:
            return True
        try:
            driven = unmark(self._merge(path, base, ours, theirs).text)
        except UnclearMarks:
            return False
        return driven is not None and (driven.ours, driven.theirs) == (found.ours, found.theirs)

    def _like(self, text: str, model: str) -> str:
        """A text of git's with the newlines of the file on the disk, which git may have translated."""
        if "\r\n" in model and "\r\n" not in text:
            return text.replace("\n", "\r\n")
        return text.replace("\r\n", "\n") if "\r\n" not in model else text


def _texts(stages: Stages) -> tuple[str | None, str | None, str | None]:
    return stages.base, stages.ours, stages.theirs


def _first_mark(text: str) -> int:
    """The line of the first conflict marker, 0 if there is none."""
    try:
        found = unmark(text)
    except UnclearMarks as unclear:
        return unclear.line
    return found.places[0].line if found else 0


def _without_a_side(leftover: Leftover) -> Settled:
    """What git waits for where a side has no such file."""
    stages = leftover.stages
    if stages is not None and stages.ours is None and stages.theirs is None:
        problem, hint = "both sides deleted or renamed it", "`git rm` it; their new notes stay"
    elif stages is not None and stages.base is None and (stages.ours is None or stages.theirs is None):
        problem = "this is one of two names that the sides gave a note"
        hint = "`git add` the one to keep, take over what only the other one says, and `git rm` that"
    else:
        problem, hint = "one side deleted it, the other changed it", "`git add` it to keep it, or `git rm` it"
    return Settled(leftover, problem=problem, hint=hint)


def _read_marks(leftover: Leftover, text: str) -> Unmarked | Settled:
    """The text taken apart, or why that cannot be done."""
    try:
        found = unmark(text)
    except UnclearMarks as unclear:
        hint = "settle this place by hand: keep what counts, and delete the marker lines"
        return Settled(leftover, problem=unclear.reason, line=unclear.line, hint=hint)
    return found or Settled(leftover, text=text)


def _refused(settled: Settled, line: int, said: str) -> Settled:
    problem = f"merging would lose a line, so nothing is merged: {said.strip()}"
    return replace(settled, text=None, problem=problem, line=line, hint="take over by hand what counts")


def _open(text: str, note: str) -> tuple[Open, ...]:
    """The places that are still marked in a merged text, each with its line in the note as it is now."""
    try:
        found = unmark(text)
    except UnclearMarks as unclear:
        return (Open(unclear.line, "", ""),)
    numbers = _numbers_of(note) if found else {}
    out: list[Open] = []
    after = 0
    for place in found.places if found else ():
        line = _line_of(place, numbers, after)
        after = line
        out.append(Open(line or place.line, place.ours, place.theirs))
    return tuple(out)


def _line_with(said: str, note: str) -> int:
    """The first line of a note that says this, 0 if none does."""
    lines = [line.strip() for line in note.split("\n")]
    return lines.index(said.strip()) + 1 if said.strip() in lines else 0


def _numbers_of(note: str) -> Mapping[str, Sequence[int]]:
    """The numbers of the lines that say the same, rising, by what they say."""
    numbers: dict[str, list[int]] = {}
    for number, line in enumerate(note.split("\n"), 1):
        numbers.setdefault(line.strip(), []).append(number)
    return numbers


def _line_of(place: Marked, numbers: Mapping[str, Sequence[int]], after: int) -> int:
    """Where one side of a place begins in the note, behind that line; 0 if neither stands there."""
    for side in (place.ours, place.theirs):
        first = next((line.strip() for line in side.split("\n") if line.strip()), None)
        there = numbers.get(first, ()) if first is not None else ()
        at = bisect_right(there, after)
        if at < len(there):
            return there[at]
    return 0
