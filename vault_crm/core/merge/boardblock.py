"""One person's block on a dashboard, of three versions: no tick and no word of the user's goes, and the
tool's own lines are worth no question, because the next rendering makes them exact."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Container
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import TypeVar

from vault_crm.core.merge.boardpage import Block
from vault_crm.core.merge.boardpage import Word
from vault_crm.core.merge.boardpage import said_in
from vault_crm.core.merge.boardpage import split_stamp
from vault_crm.core.merge.boardpage import without_stamp
from vault_crm.core.merge.boardpage import written
from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import pick
from vault_crm.core.merge.three import weave
from vault_crm.core.record import replace

T = TypeVar("T")
Triple = tuple[Block | None, Block | None, Block | None]

_MANY = 100  # lines of one person on three pages together; above, nobody looks which became which
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


def match_blocks(base: Sequence[Block], left: Sequence[Block], right: Sequence[Block]) -> list[Triple]:
    """Which of one person's blocks are versions of each other; mostly there is one on each page."""
    to_left: list[int | None] = [None] * len(base)
    to_right: list[int | None] = [None] * len(base)
    across: list[int | None] = [None] * len(left)
    if len(base) + len(left) + len(right) > _MANY:
        return _match_equal(base, left, right)
    for alike in (_are_the_same, _say_the_same, _both_listed):
        _pair(base, left, to_left, alike)
        _pair(base, right, to_right, alike)
    # What both sides made of a line in the same words is that line; or it is new, if the line is still there.
    _pair(left, right, across, _are_the_same, set(to_left), set(to_right))
    both = [(n, at) for n, at in enumerate(across) if at is not None]
    neither = [n for n in range(len(base)) if to_left[n] is None and to_right[n] is None]
    for old, (one, other) in zip(neither, both, strict=False):
        to_left[old], to_right[old], across[one] = one, other, None
    new_left, new_right = {n for n, at in enumerate(across) if at is not None}, set(across)
    for alike in (_share_words, _any):
        _pair(base, left, to_left, alike, taken=new_left)
        _pair(base, right, to_right, alike, taken=new_right)
    for alike in (_both_listed, _say_the_same, _share_words, _any):
        _pair(left, right, across, alike, set(to_left), set(to_right))
    found: list[Triple] = [
        (known, _at(left, i), _at(right, j)) for known, i, j in zip(base, to_left, to_right, strict=True)
    ]
    found += [(None, one, _at(right, across[n])) for n, one in enumerate(left) if n not in to_left]
    found += [(None, None, one) for n, one in enumerate(right) if n not in (*to_right, *across)]
    return found


def _match_equal(base: Sequence[Block], left: Sequence[Block], right: Sequence[Block]) -> list[Triple]:
    """The same for very many lines of one person: only those that nobody changed are versions of each other,
    and everything else was added."""
    sides = [
        dict(zip(numbered([block.raw for block in side]), side, strict=True)) for side in (base, left, right)
    ]
    keys = dict.fromkeys(key for side in sides for key in side)
    return [(sides[0].get(key), sides[1].get(key), sides[2].get(key)) for key in keys]


def _at(side: Sequence[Block], number: int | None) -> Block | None:
    return None if number is None else side[number]


def _pair(
    known: Sequence[Block],
    side: Sequence[Block],
    found: list[int | None],
    alike: Callable[[Block, Block], bool],
    settled: Container[int | None] = (),
    taken: Container[int | None] = (),
) -> None:
    """Finds for each known block that has none its version on a side, in order: one that is `alike`. Known
    ones that are `settled` need none; those of the side that are `taken` are somebody's already."""
    for at, one in enumerate(known):
        if found[at] is None and at not in settled:
            free = (n for n in range(len(side)) if n not in found and n not in taken)
            found[at] = next((n for n in free if alike(one, side[n])), None)


def _are_the_same(one: Block, other: Block) -> bool:
    return one.listed == other.listed and _say_the_same(one, other)


def _say_the_same(one: Block, other: Block) -> bool:
    return one.mark == other.mark and (one.ticked or bool(one.said)) and one.said.keys() == other.said.keys()


def _share_words(one: Block, other: Block) -> bool:
    return not one.said.keys().isdisjoint(other.said)


def _any(one: Block, other: Block) -> bool:
    return one.key == other.key


def _both_listed(one: Block, other: Block) -> bool:
    return one.listed and other.listed


def merge_blocks(
    base: Block | None, left: Block | None, right: Block | None, typed: tuple[bool, bool]
) -> tuple[Block, ...]:
    """The block of all three: none, if it was removed; two, if both sides ticked it, each with words of its
    own. `typed` says of each side that the tool did not write there since, so that what stands behind one of
    its lines was typed."""
    if base is not None and left is not None and right is not None:
        settled = pick(base.raw, left.raw, right.raw)
        if settled is not None:
            return (left if settled == left.raw else right,)
    if base is not None and base.ticked:
        # The day that the tool puts on a tick which stays is no word of the user's.
        base = without_stamp(base)
        left, right = (without_stamp(one) if one else None for one in (left, right))
    if base is not None:
        left, right = (
            _typed_apart(base, one, other, was_typed) if one else None
            for one, other, was_typed in ((left, right, typed[0]), (right, left, typed[1]))
        )
    if left is not None and right is not None:
        return _both(base, left, right)
    one = left or right
    if one is None:
        return ()
    return (one,) if base is None else _left_over(base, one)


def _left_over(base: Block, one: Block) -> tuple[Block, ...]:
    """What stays of a block that the other side removed."""
    news = one.said.keys() - base.said.keys()
    newly = one.mark not in (" ", base.mark)
    if not news and not newly:
        return ()
    words = tuple(word for word in one.words if word.said in news)
    behind = one.behind if newly or said_in(one.behind) in news else ""
    kept = replace(one, behind=behind, words=words)
    return (one if kept.meaning == one.meaning else written(kept),)


def _typed_apart(base: Block, one: Block, other: Block | None, typed: bool) -> Block:
    """The block with what was typed at the end of the tool's lines on lines of its own, if it could not stay
    there: where the other side wrote that line anew, removed it, or has these words already."""
    there = other.labels if other else ()
    said = other.said if other else {}
    labels, words = [], list(one.words)
    for line in one.labels:
        old = _untyped(base.labels, line)
        more = line.rstrip()[len(old.rstrip()) :].strip()
        if more and line not in there and (said_in(more) in said or (typed and there != base.labels)):
            labels.append(old)
            words.append(Word(said_in(more), (f"    - {more}",)))
        else:
            labels.append(line)
    return (
        one
        if len(words) == len(one.words)
        else written(replace(one, labels=tuple(labels), words=tuple(words)))
    )


def _both(base: Block | None, left: Block, right: Block) -> tuple[Block, ...]:
    left, right = _dated_by(left, right), _dated_by(right, left)
    old = base.said if base else {}
    fresh = [{said for said in one.said if said not in old} for one in (left, right)]
    newly = [one.mark not in (" ", base.mark if base else " ") for one in (left, right)]
    apart = _apart(left, right, [_own(old, one) for one in (left, right)], newly)
    extra: tuple[Block, ...] = ()
    gone: set[str] = set()
    if apart is not None:
        gone = _own(old, (left, right)[apart]) - fresh[1 - apart]
        extra = (_own_line((left, right)[apart], gone),)
    said = _merged_words(base, left, right, [new and n != apart for n, new in enumerate(newly)])
    said = {word: said[word] for word in said if word not in gone}
    behind = _behind(base, left, right, said)
    ticked = any(one.ticked and words - gone for one, words in zip((left, right), fresh, strict=True))
    mark = "x" if ticked else settle(base.mark if base else " ", left.mark, right.mark, _mark_rank)
    merged = Block(
        key=left.key,
        guard=settle(base.guard if base else "", left.guard, right.guard, str),
        lead=settle(base.lead if base else "", left.lead, right.lead, str),
        mark=mark,
        link=settle(base.link if base else "", left.link, right.link, str),
        behind=behind,
        stamp=_stamp(base, left, right, mark, behind),
        labels=settle(base.labels if base else (), left.labels, right.labels, _latest_lines),
        words=tuple(word for key, word in said.items() if key != said_in(behind) or not behind),
    )
    same = {one.raw: one.raw == written(one).raw for one in (left, right) if one.meaning == merged.meaning}
    if not same:
        return (written(merged), *extra)
    raw = settle(base.raw if base else (), min(same), max(same), lambda raw: (same[raw], raw))
    return (replace(merged, raw=raw), *extra)


def _dated_by(one: Block, other: Block) -> Block:
    """The block with the day that is on the other's tick, if they say the same."""
    words, stamp = split_stamp(other.behind)
    same = stamp and other.ticked and one.behind == words
    return written(replace(one, behind=other.behind)) if same else one


def _own(old: Mapping[str, Word], one: Block) -> set[str]:
    """The new words of a side, without the lines of an own template that it wrote anew (`zuletzt: ...`)."""
    replaced = {said.partition(":")[0] for said in old if ":" in said and said not in one.said}
    behind = said_in(one.behind)
    return {
        said
        for said in one.said
        if said not in old and (said == behind or said.partition(":")[0] not in replaced)
    }


def _apart(left: Block, right: Block, fresh: Sequence[set[str]], newly: Sequence[bool]) -> int | None:
    """Whose new words stand on a line of their own; None if all can stand on one.

    A new tick is logged in the words it was made with: so two of them with different words are two contacts,
    and what the other side wrote without ticking is no word of the tick's.
    """
    if left.ticked and right.ticked:
        if all(newly) and all(fresh) and not fresh[0] & fresh[1]:
            return min((tuple(sorted(words)), n) for n, words in enumerate(fresh))[1]
        return None
    for n, one in enumerate((left, right)):
        if one.ticked and newly[n] and fresh[1 - n] - fresh[n]:
            return 1 - n
    return None


def _latest_lines(lines: tuple[str, ...]) -> tuple[str, str]:
    return latest("\n".join(lines))


def _mark_rank(mark: str) -> tuple[int, str]:
    return 2 if mark == "x" else int(mark != " "), mark


def _stamp(base: Block | None, left: Block, right: Block, mark: str, behind: str) -> str:
    """The day on a tick. If both sides put one on a tick that was there already, it is the earlier; a day
    that stands behind words which went goes with them."""
    ticked = [one.stamp for one in (left, right) if one.ticked]
    if mark == "x" and len(ticked) == 2 and left.behind != right.behind:
        words = [one for one in (left, right) if one.behind == behind]
        if (
            words
            and base is not None
            and all(one.behind == base.behind for one in (left, right) if one not in words)
        ):
            return words[0].stamp
    if mark != "x":
        return left.stamp if left.stamp == right.stamp else ""
    first = min((stamp for stamp in ticked if stamp), default="")
    return settle(base.stamp if base else "", ticked[0], ticked[-1], lambda stamp: stamp == first)


def _own_line(one: Block, said: set[str]) -> Block:
    """Some words about the same person as a line of its own."""
    behind = one.behind if said_in(one.behind) in said else ""
    words = tuple(word for word in one.words if word.said in said)
    return written(Block(one.key, "", one.lead, one.mark, one.link, behind, one.stamp, (), words))


def _merged_words(base: Block | None, left: Block, right: Block, newly: Sequence[bool]) -> dict[str, Word]:
    """The words of both sides in one order, without those that one side took away. What stands behind the
    link of a new tick belongs to it, also where the other side took it away."""
    old = base.said if base else {}
    this, that = left.said, right.said
    kept = {said for said in {**this, **that} if said not in old or (said in this and said in that)}
    for one, other, new in ((left, right, newly[0]), (right, left, newly[1])):
        if new and one.behind and not (other.behind and other.ticked):
            kept.add(said_in(one.behind))
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


def _untyped(before: Iterable[str], line: str) -> str:
    """The line as it was before somebody typed at its end."""
    longest = sorted((old for old in before if _grew(old.rstrip(), line.rstrip())), key=len)
    return longest[-1] if longest else line


def _grew(old: str, line: str) -> bool:
    return line.startswith(old) and line[len(old) : len(old) + 1].isspace()
