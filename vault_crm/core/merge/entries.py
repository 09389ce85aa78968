"""The log of two sides, entry by entry: what either added is there once, in the order the log has."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from vault_crm.core.merge.edits import Edits
from vault_crm.core.merge.edits import Item
from vault_crm.core.merge.edits import Key
from vault_crm.core.merge.edits import Side
from vault_crm.core.merge.edits import side_of
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.three import weave


def merge_entries(
    base: Sequence[Item], left: Sequence[Item], right: Sequence[Item], text_merge: TextMerge
) -> list[Piece]:
    """The merged entries, gaps between them included, without a gap at the end.

    An entry that one side took out goes, one that one side changed is that side's; both at once on the same
    entry is a clash, unless git can unite its lines.
    """
    old, this, that = side_of(base), side_of(left), side_of(right)
    edits = Edits(old, this, that)
    gone = {key for key in old.items if key not in this.items or key not in that.items}
    gone |= edits.dropped
    lefts = [edits.reworded.get(key, key) for key in this.keys if key not in gone - edits.reworded.keys()]
    rights = [edits.reworded.get(key, key) for key in that.keys if key not in gone - edits.reworded.keys()]
    newest_first = _newest_first(base, left, right)

    def by_date(mine: list[Key], theirs: list[Key]) -> list[Key]:
        return _merged_runs(mine, theirs, edits.day, newest_first)

    order = weave(old.keys, lefts, rights, by_date)
    if all(_in_order(side, newest_first) for side in (left, right)):
        order.sort(key=edits.day, reverse=newest_first)
    return _spaced([_pieces(key, old, this, that, edits, text_merge) for key in order], (left, right, base))


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
    key: Key, old: Side, this: Side, that: Side, edits: Edits, text_merge: TextMerge
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
