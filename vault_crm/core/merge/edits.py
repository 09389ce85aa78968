"""Which entry of a log became which: what both sides reworded, and what one side only said in more words."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import prefer

Key = tuple[object, ...]
_MOST_PAIRS = 20_000  # above, nobody looks which entry became which: both sides' entries all stay
_MOST_EDITS = 40  # each takes a start of git


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


class Side(NamedTuple):
    """A side's entries by key, in order."""

    items: dict[Key, Item]

    @property
    def keys(self) -> list[Key]:
        return list(self.items)


def side_of(items: Sequence[Item]) -> Side:
    """The entries of a log, each by a key of its own."""
    keys = numbered([item.identity for item in items])
    return Side(dict(zip(keys, items, strict=True)))


class Edits:
    """Entries that both sides touched: `pairs` maps what stands in their place (on the left, if there) to
    (base, left, right); `dropped` are keys that have no place of their own: the right half of a pair, and
    what one side added where the other added the same with more words. `reworded` maps an entry that one side
    left alone to what the other made of it."""

    def __init__(self, old: Side, this: Side, that: Side) -> None:
        self._days = {key: item.on for side in (old, that, this) for key, item in side.items.items()}
        self.pairs: dict[Key, tuple[Key, Key | None, Key | None]] = {}
        new_here = {key for key in this.items if key not in old.items}
        new_there = {key for key in that.items if key not in old.items}
        self.dropped = _outgrown(this, new_here - new_there, that, new_there - new_here)
        self.dropped |= _outgrown(that, new_there - new_here, this, new_here - new_there)
        both = [key for key in old.items if key not in this.items and key not in that.items]
        alike_now = [this.items[key] for key in new_here & new_there]
        if len(both) * max(len(new_here), len(new_there), 1) > _MOST_PAIRS:
            both = []
        both = [key for key in both if not any(is_alike(old.items[key], item) for item in alike_now)]
        in_left = _successors(old, this, both, self.dropped | (new_here & new_there))
        in_right = _successors(old, that, both, self.dropped | (new_here & new_there))
        for key in both[:_MOST_EDITS]:
            mine, theirs = in_left.get(key), in_right.get(key)
            if mine is not None and theirs is not None:
                self.pairs[mine] = (key, mine, theirs)
                self.dropped.add(theirs)
                self._days[mine] = prefer(old.items[key].on, this.items[mine].on, that.items[theirs].on)
            elif theirs is not None and is_alike(old.items[key], that.items[theirs]):
                self.pairs[theirs] = (key, None, theirs)
            elif mine is not None and is_alike(old.items[key], this.items[mine]):
                self.pairs[mine] = (key, mine, None)

        self.reworded = _reworded(old, this, that, self.dropped) | _reworded(old, that, this, self.dropped)

    def day(self, key: Key) -> date:
        """The day of an entry of any side."""
        return self._days[key]


def _reworded(old: Side, side: Side, other: Side, not_these: set[Key]) -> dict[Key, Key]:
    """What the other side made of entries that this side left alone."""
    wanted = [key for key in old.items if key in side.items and key not in other.items]
    found = _successors(old, other, wanted, not_these | set(side.items))
    return {key: new for key, new in found.items() if is_alike(old.items[key], other.items[new])}


def _outgrown(side: Side, keys: Iterable[Key], other: Side, others: Iterable[Key]) -> set[Key]:
    """The new entries of one line that say nothing but what a new entry of the other side says, too."""
    grown: dict[date, list[Item]] = {}
    for key in others:
        grown.setdefault(other.items[key].on, []).append(other.items[key])
    found = set()
    for key in keys:
        there = grown.get(side.items[key].on, [])
        if len(there) < _MOST_EDITS and any(_holds(item, side.items[key]) for item in there):
            found.add(key)
    return found


def _holds(longer: Item, item: Item) -> bool:
    """True if one entry says what another of its day and kind says, and more: before or after `;`, or
    behind it."""
    if longer.on != item.on or longer.said[0] != item.said[0] or any(item.said[2:]):
        return False
    words, all_words = item.said[1], longer.said[1]
    rest = all_words.removeprefix(words)
    if all_words.startswith(words):
        return bool(rest or any(longer.said[2:])) and not rest[:1].isalnum()
    return bool(words) and all_words.endswith(f"; {words}")


def _successors(old: Side, side: Side, wanted: Sequence[Key], not_these: set[Key]) -> dict[Key, Key]:
    """What an entry became: of the new ones between the same neighbours the most alike, or one of its day."""
    found: dict[Key, Key] = {}
    if not wanted:
        return found
    gaps = _new_by_gap(old, side)
    if len(wanted) * max(map(len, gaps.values()), default=0) > _MOST_PAIRS:
        return found
    behind = _behind(old, side)
    taken = set(not_these)
    for key in wanted:
        item = old.items[key]
        candidates = [new for new in gaps.get(behind[key], []) if new not in taken]
        score = {new: alikeness(item, side.items[new]) for new in candidates}
        fit = [new for new in candidates if is_alike(item, side.items[new]) or side.items[new].on == item.on]
        if fit:
            found[key] = max(fit, key=lambda new: (score[new], side.items[new].on == item.on))
            taken.add(found[key])
    return found


def _new_by_gap(old: Side, side: Side) -> dict[Key | None, list[Key]]:
    gaps: dict[Key | None, list[Key]] = {}
    behind: Key | None = None
    for key in side.items:
        if key in old.items:
            behind = key
        else:
            gaps.setdefault(behind, []).append(key)
    return gaps


def _behind(old: Side, side: Side) -> dict[Key, Key | None]:
    """The last entry before each one of the base that the side still has."""
    found: dict[Key, Key | None] = {}
    behind: Key | None = None
    for key in old.items:
        found[key] = behind
        if key in side.items:
            behind = key
    return found


def is_alike(one: Item, other: Item) -> bool:
    """True if two entries are probably one, reworded: most words are the same, on another day nearly all."""
    return alikeness(one, other) > (0.5 if one.on == other.on else 0.75)


def alikeness(one: Item, other: Item) -> float:
    """Which part of the words of the shorter of two entries stands in both: 0 to 1."""
    mine, theirs = (set(" ".join(item.said).casefold().split()) for item in (one, other))
    return len(mine & theirs) / max(1, min(len(mine), len(theirs)))
