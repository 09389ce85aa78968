"""Which of a note's earlier versions two copies of it come from, where nobody wrote that down.

A base that is too new is worse than one that is too old: what one side never had would be taken for something
it removed. So a version is no base if a copy would have gone back on it, the older of two that fit equally
well is taken, and what a copy lacks counts as removed only where git saw that copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from vault_crm.core.linediff import compare_lines
from vault_crm.core.text import split_lines

_TELLING = 4  # characters; shorter lines (fences, blank ones) come back by chance


def find_base(versions: Sequence[str], ours: str, theirs: str) -> str | None:
    """The text that both sides are taken to come from; None if no version is like them.

    `versions` are the note's, the oldest first. The result may lack lines of that version: those that one
    side does not have without having been a version itself, so that they stay.
    """
    seen = {text: at for at, text in enumerate(versions)}  # a text that came back counts as the later one
    if ours in seen and theirs in seen:
        return versions[min(seen[ours], seen[theirs])]
    until = min(seen.get(side, len(versions)) for side in (ours, theirs))
    chosen = _find_version(versions[: until + 1], ours, theirs)
    if chosen is None or chosen == theirs:
        return chosen  # a copy that is an earlier version has nothing that is not in git
    return _without_removed(chosen, [side for side in (ours, theirs) if side not in seen])


def _find_version(versions: Sequence[str], ours: str, theirs: str) -> str | None:
    sides = [_lines_in(ours), _lines_in(theirs)]
    seen: set[str] = set()  # lines of the versions so far
    best: tuple[int, int] | None = None
    found = None
    for text in versions:
        lines = _lines_in(text)
        old = seen - lines.keys()
        undone = sum(len(old & side.keys()) for side in sides)
        apart = sum(_distance(lines, side) for side in sides)
        seen |= {line for line in lines if len(line.strip()) >= _TELLING}
        alike = all((lines & side).total() for side in sides)
        if alike and (best is None or (undone, apart) < best):
            best, found = (undone, apart), text
    return found


def _lines_in(text: str) -> Counter[str]:
    return Counter(line.rstrip() for line in split_lines(text) if line.strip(" \t\r\n-"))


def _distance(a: Counter[str], b: Counter[str]) -> int:
    return ((a - b) + (b - a)).total()


def _without_removed(base: str, sides: Sequence[str]) -> str:
    """The base without the lines that one of these sides just does not have, with nothing in their place."""
    lines = split_lines(base)
    gone: set[int] = set()
    for side in sides:
        for region in compare_lines(lines, split_lines(side)):
            if not region.same and region.b_start == region.b_end:
                gone.update(range(region.a_start, region.a_end))
    return "".join(line for at, line in enumerate(lines) if at not in gone)
