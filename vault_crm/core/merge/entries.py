"""The log of two sides, entry by entry: what either added is there once, in the order the log has."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import weave

Key = tuple[object, ...]


class Item(NamedTuple):
    """One entry of a log with what hangs on it: `text` is whole lines without the blank ones below it,
    which are `gap`; `said` is what it says, whatever its bullet."""

    on: date
    said: tuple[str, ...]
    text: str
    gap: str

    @property
    def identity(self) -> Key:
        return (self.on, *self.said)


class _Side(NamedTuple):
    """A side's entries by key, in order."""

    items: dict[Key, Item]

    @property
    def keys(self) -> list[Key]:
        return list(self.items)


def merge_entries(
    base: Sequence[Item], left: Sequence[Item], right: Sequence[Item], text_merge: TextMerge
) -> list[Piece]:
    """The merged entries, gaps between them included, without a gap at the end.

    An entry that one side took out goes, one that one side changed is that side's; both at once on the same
    entry is a clash, unless git can unite its lines.
    """
    old, this, that = _side(base), _side(left), _side(right)
    edits = _Edits(old, this, that)
    gone = {key for key in old.items if key not in this.items or key not in that.items}
    lefts = [key for key in this.keys if key not in gone]
    rights = [key for key in that.keys if key not in gone and key not in edits.other_half]
    newest_first = _newest_first(base, left, right)

    def by_date(mine: list[Key], theirs: list[Key]) -> list[Key]:
        return _merged_runs(mine, theirs, edits.day, newest_first)

    order = weave(old.keys, lefts, rights, by_date)
    if all(_in_order(side, newest_first) for side in (left, right)):
        order.sort(key=edits.day, reverse=newest_first)
    return _spaced([_pieces(key, old, this, that, edits, text_merge) for key in order], (left, right, base))


def _side(items: Sequence[Item]) -> _Side:
    keys = numbered([item.identity for item in items])
    return _Side(dict(zip(keys, items, strict=True)))


class _Edits:
    """Entries that both sides touched: `pairs` maps what stands in their place (on the left, if there) to
    (base, left, right); `other_half` are those on the right that stand in a pair."""

    def __init__(self, old: _Side, this: _Side, that: _Side) -> None:
        self._days = {key: item.on for side in (old, that, this) for key, item in side.items.items()}
        self.pairs: dict[Key, tuple[Key, Key | None, Key | None]] = {}
        self.other_half: set[Key] = set()
        both = [key for key in old.items if key not in this.items and key not in that.items]
        in_left, in_right = _successors(old, this, both), _successors(old, that, both)
        for key in both:
            mine, theirs = in_left.get(key), in_right.get(key)
            if mine is not None and theirs is not None and mine != theirs:
                self.pairs[mine] = (key, mine, theirs)
                self.other_half.add(theirs)
            elif mine is None and theirs is not None and theirs not in this.items:
                self.pairs[theirs] = (key, None, theirs)
            elif theirs is None and mine is not None and mine not in that.items:
                self.pairs[mine] = (key, mine, None)

    def day(self, key: Key) -> date:
        return self._days[key]


def _successors(old: _Side, side: _Side, wanted: Sequence[Key]) -> dict[Key, Key]:
    """What an entry became: the new one between the same neighbours with its date, or nearly its words."""
    found: dict[Key, Key] = {}
    if not wanted:
        return found
    gaps = _new_by_gap(old, side)
    taken: set[Key] = set()
    for key in wanted:
        item = old.items[key]
        candidates = [new for new in gaps.get(_behind(old, side, key), []) if new not in taken]
        same_day = [new for new in candidates if side.items[new].on == item.on]
        alike = [new for new in candidates if _alike(item, side.items[new])]
        both = [new for new in same_day if new in alike]
        if choice := (both or alike or same_day)[:1]:
            found[key] = choice[0]
            taken.add(choice[0])
    return found


def _new_by_gap(old: _Side, side: _Side) -> dict[Key | None, list[Key]]:
    gaps: dict[Key | None, list[Key]] = {}
    behind: Key | None = None
    for key in side.items:
        if key in old.items:
            behind = key
        else:
            gaps.setdefault(behind, []).append(key)
    return gaps


def _behind(old: _Side, side: _Side, key: Key) -> Key | None:
    """The last entry before `key` in the base that the side still has."""
    behind: Key | None = None
    for one in old.items:
        if one == key:
            break
        if one in side.items:
            behind = one
    return behind


def _alike(one: Item, other: Item) -> bool:
    """True if most words of one stand in the other."""
    mine, theirs = (set(" ".join(item.said).casefold().split()) for item in (one, other))
    return 2 * len(mine & theirs) > max(len(mine), len(theirs))


def _in_order(items: Sequence[Item], newest_first: bool) -> bool:
    return all(a.on == b.on or (a.on > b.on) == newest_first for a, b in pairwise(items))


def _newest_first(*sides: Sequence[Item]) -> bool:
    """True unless the logs run the other way."""
    steps = [(a.on > b.on) - (a.on < b.on) for side in sides for a, b in pairwise(side)]
    return sum(steps) >= 0


def _merged_runs(
    mine: list[Key], theirs: list[Key], day: Callable[[Key], date], newest_first: bool
) -> list[Key]:
    """Two runs of entries as one in date order; each keeps its own order, on the same day the first stands
    first."""
    out: list[Key] = []
    mine, theirs = list(mine), list(theirs)
    while mine and theirs:
        a, b = day(mine[0]), day(theirs[0])
        first = a >= b if newest_first else a <= b
        out.append(mine.pop(0) if first else theirs.pop(0))
    return out + mine + theirs


def _pieces(
    key: Key, old: _Side, this: _Side, that: _Side, edits: _Edits, text_merge: TextMerge
) -> tuple[Sequence[Piece], str]:
    """What stands at a place of the merged log, and the blank lines below it."""
    if key in edits.pairs:
        was, mine, theirs = edits.pairs[key]
        a = this.items[mine].text if mine is not None else ""
        b = that.items[theirs].text if theirs is not None else ""
        here = this.items[mine] if mine is not None else that.items[key]
        return text_merge(old.items[was].text, a, b), here.gap
    one, other = this.items.get(key), that.items.get(key)
    if one is None or other is None:
        here = one or other or old.items[key]
        return [here.text], here.gap
    was_item = old.items.get(key)
    text = other.text if was_item is not None and one.text == was_item.text else one.text
    return [text], one.gap or other.gap


def _spaced(places: Sequence[tuple[Sequence[Piece], str]], sides: Sequence[Sequence[Item]]) -> list[Piece]:
    """The places one below the other; where an entry was the last of its log, with the usual gap."""
    usual = next((item.gap for side in sides for item in side[:-1]), "")
    out: list[Piece] = []
    for number, (pieces, gap) in enumerate(places, 1):
        out += pieces
        if number < len(places):
            out.append(gap or usual)
    return out
