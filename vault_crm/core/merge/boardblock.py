"""One person's block on a dashboard, of three versions: no tick and no word of the user's goes, and the
tool's own lines are worth no question, because the next rendering makes them exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from typing import TypeVar

from vault_crm.core.merge.boardpage import Block
from vault_crm.core.merge.boardpage import Word
from vault_crm.core.merge.boardpage import said_in
from vault_crm.core.merge.boardpage import without_stamp
from vault_crm.core.merge.boardpage import written
from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import pick
from vault_crm.core.merge.three import weave

T = TypeVar("T")
Triple = tuple[Block | None, Block | None, Block | None]

_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def settle(base: T, left: T, right: T, rank: Callable[[T], Any]) -> T:
    """The version that counts; where both sides disagree, the one of the higher rank (a function of the
    value alone, so that a merge with the result changes nothing)."""
    if left == right or right == base:
        return left
    return right if left == base else max(left, right, key=rank)


def latest(text: str) -> tuple[str, str]:
    """A rank for lines of the tool: the one with the latest day was written last, as far as one can tell."""
    return max(_DAY.findall(text), default=""), text


def match_blocks(
    base: Sequence[Block], left: Sequence[Block], right: Sequence[Block]
) -> list[tuple[Block | None, Block | None, Block | None]]:
    """Which of one person's blocks are versions of each other; mostly there is one on each page."""
    to_left, to_right = _partners(base, left), _partners(base, right)
    found: list[Triple] = [
        (old, left[i] if i is not None else None, right[j] if j is not None else None)
        for old, i, j in zip(base, to_left, to_right, strict=True)
    ]
    new_left = [block for n, block in enumerate(left) if n not in to_left]
    new_right = [block for n, block in enumerate(right) if n not in to_right]
    across = _partners(new_left, new_right)
    found += [
        (None, one, new_right[n] if n is not None else None) for one, n in zip(new_left, across, strict=True)
    ]
    found += [(None, None, one) for n, one in enumerate(new_right) if n not in across]
    return found


def _partners(known: Sequence[Block], side: Sequence[Block]) -> list[int | None]:
    """For each known block the number of its version on a side: the one that says the same, else the one
    that the tool wrote, else the next."""
    out: list[int | None] = [None] * len(known)
    for alike in (_say_the_same, _both_listed, None):
        for at, one in enumerate(known):
            if out[at] is None:
                free = (n for n in range(len(side)) if n not in out and (not alike or alike(one, side[n])))
                out[at] = next(free, None)
    return out


def _say_the_same(one: Block, other: Block) -> bool:
    return one.mark == other.mark and (one.ticked or bool(one.said)) and one.said.keys() == other.said.keys()


def _both_listed(one: Block, other: Block) -> bool:
    return one.listed and other.listed


def merge_blocks(
    base: Block | None, left: Block | None, right: Block | None, typed: tuple[bool, bool]
) -> tuple[Block, ...]:
    """The block of all three: none, if it was removed; two, if both sides ticked it, each with words of its
    own. `typed` says of each side that the tool did not write there since, so that what stands behind one of
    its lines was typed."""
    if base is not None and base.ticked:
        # The day that the tool puts on a tick which stays is no word of the user's.
        base = without_stamp(base)
        left, right = (without_stamp(one) if one else None for one in (left, right))
    if left is not None and right is not None:
        return _both(base, left, right, typed)
    one = left or right
    if one is None:
        return ()
    return (one,) if base is None else _left_over(base, one, typed[0] if left else typed[1])


def _left_over(base: Block, one: Block, typed: bool) -> tuple[Block, ...]:
    """What stays of a block that the other side removed."""
    behind_labels = _typed_behind(base.labels, one.labels) if typed else {}
    news = {said: word for said, word in one.said.items() if said not in base.said}
    news |= {word.said: word for word in behind_labels.values()}
    newly = one.mark not in (" ", base.mark)
    if not news and not newly:
        return ()
    words = tuple(word for word in one.words if word.said in news)
    words += tuple(word for word in behind_labels.values() if word not in words)
    kept = replace(
        one,
        behind=one.behind if newly or said_in(one.behind) in news else "",
        labels=tuple(_untyped(base.labels, line) if line in behind_labels else line for line in one.labels),
        words=words,
    )
    return (one if kept.meaning == one.meaning else written(kept),)


def _both(base: Block | None, left: Block, right: Block, typed: tuple[bool, bool]) -> tuple[Block, ...]:
    old = base.said if base else {}
    fresh = [{said for said in one.said if said not in old} for one in (left, right)]
    newly = [one.mark not in (" ", base.mark if base else " ") for one in (left, right)]
    extra: tuple[Block, ...] = ()
    gone: set[str] = set()
    if left.ticked and right.ticked and all(newly) and all(fresh) and not fresh[0] & fresh[1]:
        second = min((tuple(sorted(words)), n) for n, words in enumerate(fresh))[1]
        gone = fresh[second]
        extra = (_own_line((left, right)[second], gone),)
    said = _merged_words(base, left, right, newly)
    labels, more = _merged_labels(base, left, right, typed)
    said = {word: said[word] for word in said if word not in gone} | {
        w.said: said.get(w.said, w) for w in more
    }
    behind = _behind(base, left, right, said)
    ticked = any(one.ticked and words - gone for one, words in zip((left, right), fresh, strict=True))
    merged = Block(
        key=left.key,
        guard=settle(base.guard if base else "", left.guard, right.guard, str),
        lead=settle(base.lead if base else "", left.lead, right.lead, str),
        mark="x" if ticked else settle(base.mark if base else " ", left.mark, right.mark, _mark_rank),
        link=settle(base.link if base else "", left.link, right.link, str),
        behind=behind,
        stamp=_stamp(base, left, right),
        labels=labels,
        words=tuple(word for key, word in said.items() if key != said_in(behind) or not behind),
    )
    same = [one.raw for one in (left, right) if one.meaning == merged.meaning]
    if not same:
        return (written(merged), *extra)
    raw = settle(base.raw if base else (), same[0], same[-1], "\n".join)
    return (replace(merged, raw=raw), *extra)


def _mark_rank(mark: str) -> tuple[int, str]:
    return 2 if mark == "x" else int(mark != " "), mark


def _stamp(base: Block | None, left: Block, right: Block) -> str:
    """The earlier day: a tick that was there already was put on it once."""
    old = base.stamp if base else ""
    if not left.ticked or not right.ticked:
        return left.stamp if left.ticked else right.stamp
    stamps = sorted(stamp for stamp in {left.stamp, right.stamp} if stamp)
    return settle(old, left.stamp, right.stamp, lambda stamp: stamp == stamps[0]) if stamps else ""


def _own_line(one: Block, said: set[str]) -> Block:
    """A second tick of the same person, as a line of its own."""
    behind = one.behind if said_in(one.behind) in said else ""
    words = tuple(word for word in one.words if word.said in said)
    return written(Block(one.key, "", one.lead, one.mark, one.link, behind, one.stamp, (), words))


def _merged_words(base: Block | None, left: Block, right: Block, newly: Sequence[bool]) -> dict[str, Word]:
    """The words of both sides in one order, without those that one side took away. What stands behind the
    link of a new tick belongs to it, also where the other side took it away."""
    old = base.said if base else {}
    this, that = left.said, right.said
    kept = {said for said in {**this, **that} if said not in old or (said in this and said in that)}
    kept |= {said_in(one.behind) for one, new in zip((left, right), newly, strict=True) if new and one.behind}
    order = weave(list(old), list(this), list(that))
    return {
        said: max(
            (side[said] for side in (this, that) if said in side), key=lambda word: (word.lines, word.gap)
        )
        for said in order
        if said in kept
    }


def _behind(base: Block | None, left: Block, right: Block, said: Iterable[str]) -> str:
    """What stands behind the link; where both sides wrote there, the other's words go below."""
    there = [one.behind for one in (left, right) if one.behind and said_in(one.behind) in said]
    if len(there) < 2:
        return "".join(there)
    return settle(base.behind if base else "", there[0], there[1], str)


def _merged_labels(
    base: Block | None, left: Block, right: Block, typed: tuple[bool, bool]
) -> tuple[tuple[str, ...], list[Word]]:
    """The tool's lines, and what was typed behind those of them that do not stay."""
    sides = (base.labels if base else (), left.labels, right.labels)
    old, this, that = (
        dict(zip(numbered([_label(line) for line in lines]), lines, strict=True)) for lines in sides
    )
    words: list[Word] = []
    labels = []
    for key in weave(list(old), list(this), list(that)):
        before, one, other = old.get(key), this.get(key), that.get(key)
        chosen = _label_line(before, one, other, typed)
        labels += [] if chosen is None else [chosen]
        for line, was_typed in ((one, typed[0]), (other, typed[1])):
            if was_typed and line is not None and line != chosen and before is not None:
                words += _typed_behind((before,), (line,)).values()
    return tuple(labels), words


def _label_line(
    before: str | None, one: str | None, other: str | None, typed: tuple[bool, bool]
) -> str | None:
    if one is None or other is None:
        return (one or other) if before is None else None
    if pick(before, one, other) is None and before is not None:
        grown = [
            bool(new and _typed_behind((before,), (line,)))
            for line, new in ((one, typed[0]), (other, typed[1]))
        ]
        if grown[0] != grown[1]:
            return other if grown[0] else one
    return settle(before or "", one, other, latest)


def _label(line: str) -> str:
    return line.lstrip(" \t-*+").partition(":")[0]


def _typed_behind(before: Iterable[str], lines: Iterable[str]) -> dict[str, Word]:
    """What was typed at the end of lines of the tool, as lines of its own."""
    found = {}
    for line in lines:
        old = _untyped(before, line)
        if old != line:
            words = line.rstrip()[len(old.rstrip()) :].strip()
            found[line] = Word(said_in(words), (f"    - {words}",))
    return found


def _untyped(before: Iterable[str], line: str) -> str:
    """The line as it was before somebody typed at its end."""
    longest = sorted((old for old in before if _grew(old.rstrip(), line.rstrip())), key=len)
    return longest[-1] if longest else line


def _grew(old: str, line: str) -> bool:
    return line.startswith(old) and line[len(old) : len(old) + 1].isspace()
