"""The two rules of every three-way merge: whose change counts, and in which order things stand."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def pick(base: T, left: T, right: T) -> T | None:
    """The version that counts where at most one side changed it, or both in the same way; None where they
    disagree. (Versions that may be None need another way to say so.)"""
    if left == right or right == base:
        return left
    return right if left == base else None


def prefer(base: T, left: T, right: T) -> T:
    """The same for what is not worth a question (a fence, a blank line): the left one where they
    disagree."""
    found = pick(base, left, right)
    return left if found is None else found


def weave(
    base: Sequence[K],
    left: Sequence[K],
    right: Sequence[K],
    settle: Callable[[list[K], list[K]], list[K]] = lambda a, b: a + b,
) -> list[K]:
    """One order for all that stands on either side; each may name a thing once.

    What both have stands as in the side that moved it. What only one has stands behind the same neighbour
    as there; `settle` puts what both sides added at the same place into one order (left first).
    """
    common = set(left) & set(right)
    after_left, after_right = _followers(left, common), _followers(right, common)
    order = _common_order(base, left, right, common)
    out = settle(after_left.get(None, []), after_right.get(None, []))
    for key in order:
        out.append(key)
        out += settle(after_left.get(key, []), after_right.get(key, []))
    return out


def _common_order(base: Sequence[K], left: Sequence[K], right: Sequence[K], common: set[K]) -> list[K]:
    in_left = [key for key in left if key in common]
    in_right = [key for key in right if key in common]
    if in_left == in_right:
        return in_left
    known = set(base) & common
    before = [key for key in base if key in known]
    moved_left = [key for key in in_left if key in known] != before
    moved_right = [key for key in in_right if key in known] != before
    if moved_left != moved_right:
        return in_left if moved_left else in_right
    return min(in_left, in_right, key=repr)  # any rule will do that says the same when merged again


def _followers(side: Sequence[K], common: set[K]) -> dict[K | None, list[K]]:
    """What stands on one side only, by the thing both have that it stands behind (None: the beginning)."""
    found: dict[K | None, list[K]] = {}
    behind: K | None = None
    for key in side:
        if key in common:
            behind = key
        else:
            found.setdefault(behind, []).append(key)
    return found


def numbered(keys: Sequence[K]) -> list[tuple[K, int]]:
    """Each key with how many of its kind stand before it, so that none is there twice."""
    seen: dict[K, int] = {}
    out = []
    for key in keys:
        seen[key] = seen.get(key, -1) + 1
        out.append((key, seen[key]))
    return out
