"""Line differences: one way to compare two texts line by line, for diffs and for taking a change back."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple

# Above this many pairs of differing lines an exact match could take seconds; difflib's shortcut is still
# right, only less tidy.
_EXACT_PAIRS = 4_000_000


class Region(NamedTuple):
    """Lines `a_start:a_end` of the one text stand where `b_start:b_end` stand in the other."""

    same: bool
    a_start: int
    a_end: int
    b_start: int
    b_end: int


def compare_lines(a: Sequence[str], b: Sequence[str]) -> list[Region]:
    """The regions, in order, that cover both texts: alternately the same and different."""
    head = 0
    limit = min(len(a), len(b))
    while head < limit and a[head] == b[head]:
        head += 1
    tail = 0
    while tail < limit - head and a[-1 - tail] == b[-1 - tail]:
        tail += 1
    a_end, b_end = len(a) - tail, len(b) - tail
    regions = [Region(True, 0, head, 0, head)] if head else []
    regions += _middle(a, b, head, a_end, b_end)
    if tail:
        regions.append(Region(True, a_end, len(a), b_end, len(b)))
    return regions


def _middle(a: Sequence[str], b: Sequence[str], head: int, a_end: int, b_end: int) -> Iterator[Region]:
    if head in (a_end, b_end):
        if a_end > head or b_end > head:
            yield Region(False, head, a_end, head, b_end)
        return
    from difflib import SequenceMatcher

    shortcut = (a_end - head) * (b_end - head) > _EXACT_PAIRS
    matcher = SequenceMatcher(None, a[head:a_end], b[head:b_end], autojunk=shortcut)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        yield Region(tag == "equal", i1 + head, i2 + head, j1 + head, j2 + head)


def hunks(regions: Sequence[Region], context: int = 3) -> Iterator[list[Region]]:
    """Differences with `context` equal lines around them, near ones together; nothing if all is the same."""
    group: list[Region] = []
    for region in regions:
        if not region.same:
            group.append(region)
            continue
        length = region.a_end - region.a_start
        if not group:
            group = [_last(region, min(context, length))]
        elif length > 2 * context:
            yield [*group, _first(region, context)]
            group = [_last(region, context)]
        else:
            group.append(region)
    if any(not region.same for region in group):
        if group[-1].same:
            group[-1] = _first(group[-1], min(context, group[-1].a_end - group[-1].a_start))
        yield group


def _first(r: Region, count: int) -> Region:
    return Region(True, r.a_start, r.a_start + count, r.b_start, r.b_start + count)


def _last(r: Region, count: int) -> Region:
    return Region(True, r.a_end - count, r.a_end, r.b_end - count, r.b_end)
