"""Links that one side led elsewhere (somebody was renamed) in lines that the other side wrote in, or near.

Git compares lines, so each of a renaming's hundreds of lines clashes with any other change of it. Where a
line differs from what it was by its links only, these are put into the other versions of it before the merge.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.linediff import compare_lines
from vault_crm.core.linkspots import Spot
from vault_crm.core.linkspots import spots_in
from vault_crm.core.text import split_lines

_ALIKE = 0.6  # how much of a line must stand in another for that to be the same line, rewritten

Texts = tuple[str, str, str]


def share_links(base: str, left: str, right: str) -> Texts:
    """The three texts, as if links that only one side led elsewhere had been so for all of them."""
    base, right = _shared(base, left, right)
    base, left = _shared(base, right, left)
    return base, *_agreed(base, left, right)


def _shared(base: str, mover: str, other: str) -> tuple[str, str]:
    """Base and the other side with the links of `mover`, in the lines in which it changed nothing else and
    that the other side still has."""
    old, there = split_lines(base), split_lines(other)
    moved = _moved(old, split_lines(mover))
    if not moved:
        return base, other
    for region in compare_lines(old, there):
        wanted = [at for at in range(region.a_start, region.a_end) if at in moved]
        if region.same:
            pairs = [(at, at - region.a_start + region.b_start) for at in wanted]
        else:
            pairs = [*_pairs(old, there, moved, wanted, range(region.b_start, region.b_end))]
        for at, place in pairs:
            there[place] = _with_links(there[place], _changed(old[at], moved[at]))
            old[at] = moved[at]
    return "".join(old), "".join(there)


def _agreed(base: str, left: str, right: str) -> tuple[str, str]:
    """Both sides, where they wrote the same words in a line and one of them led its links elsewhere, too."""
    this, that = split_lines(left), split_lines(right)
    kept = {*this, *that}
    old = [line for line in split_lines(base) if line not in kept]
    for region in compare_lines([_words(line) for line in this], [_words(line) for line in that]):
        for at in range(region.a_start, region.a_end) if region.same else ():
            place = at - region.a_start + region.b_start
            if this[at] != that[place]:
                was = [line for line in old if _like(line, this[at])]
                if len(was) == 1:
                    this[at], that[place] = _choose(set(_sources(was[0])), this[at], that[place])
    return "".join(this), "".join(that)


def _choose(was: Collection[str], left: str, right: str) -> tuple[str, str]:
    """Two lines that differ by links only, each link as on the side that changed it; as they are, if both
    did."""
    pairs = [(a, b) for a, b in zip(_sources(left), _sources(right), strict=True) if a != b]
    ours, theirs = ({pair[side]: pair[1 - side] for pair in pairs if pair[side] in was} for side in (0, 1))
    if all((a in was) != (b in was) for a, b in pairs):
        return _with_links(left, ours), _with_links(right, theirs)
    return left, right


def _like(old: str, new: str) -> bool:
    """True if most of a line's words stand in another one."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, _words(old), _words(new), autojunk=False).ratio() > _ALIKE


def _moved(old: Sequence[str], new: Sequence[str]) -> dict[int, str]:
    """The lines of which only links were changed, by their place: what they are now."""
    found = {}
    for region in compare_lines([_words(line) for line in old], [_words(line) for line in new]):
        if region.same:
            for at in range(region.a_start, region.a_end):
                now = new[at - region.a_start + region.b_start]
                if now != old[at] and _changed(old[at], now):
                    found[at] = now
    return found


def _pairs(
    old: Sequence[str], there: Sequence[str], moved: Mapping[int, str], wanted: Sequence[int], places: range
) -> Iterator[tuple[int, int]]:
    """Which line of the other side is which, where it wrote in them: the only one that has the links and most
    of the words."""
    taken: set[int] = set()
    for at in wanted:
        links = _sources(old[at])
        gone = _changed(old[at], moved[at])
        like = [
            place
            for place in places
            if place not in taken
            and all(_sources(there[place]).count(link) == links.count(link) for link in gone)
            and _like(old[at], there[place])
        ]
        if len(like) == 1:
            taken.add(like[0])
            yield at, like[0]


def _changed(old: str, new: str) -> dict[str, str]:
    """The links of a line that became others; empty if one of them became two."""
    found: dict[str, str] = {}
    for before, now in zip(_sources(old), _sources(new), strict=True):
        if found.setdefault(before, now) != now:
            return {}
    return {before: now for before, now in found.items() if before != now}


def _with_links(line: str, links: Mapping[str, str]) -> str:
    out, at = "", 0
    for spot in _outer(line):
        out += line[at : spot.start] + links.get(spot.source, spot.source)
        at = spot.end
    return out + line[at:]


def _words(line: str) -> str:
    """A line with a sign in place of each link."""
    out, at = "", 0
    for spot in _outer(line):
        out += line[at : spot.start] + "\0"
        at = spot.end
    return out + line[at:]


def _sources(line: str) -> list[str]:
    return [spot.source for spot in _outer(line)]


def _outer(line: str) -> Iterator[Spot]:
    """The links of a line but for those in the words of others."""
    end = 0
    for spot in spots_in(line):
        if spot.start >= end:
            end = spot.end
            yield spot
