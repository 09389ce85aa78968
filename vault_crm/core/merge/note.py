"""Three versions of a note become one: by meaning where it can be read, as plain text where not.

Bytes are chosen, never made: what neither side touched is copied. The result does not depend on which device
merges; swapping the sides only swaps the two halves of a clash.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.merge.body import merge_bodies
from vault_crm.core.merge.dress import undress
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.marks import clashes_in
from vault_crm.core.merge.marks import format_pieces
from vault_crm.core.merge.marks import swapped
from vault_crm.core.merge.properties import merge_fronts
from vault_crm.core.merge.propparts import CannotSplit
from vault_crm.core.merge.propparts import split_front
from vault_crm.core.merge.three import pick
from vault_crm.core.text import split_lines
from vault_crm.core.words import LogWords

if TYPE_CHECKING:
    from vault_crm.core.merge.dress import Wardrobe
    from vault_crm.core.settings import Settings


def merge_note(
    base: str,
    ours: str,
    theirs: str,
    text_merge: TextMerge,
    settings: Settings | LogWords | None = None,
    marks: Marks | None = None,
) -> Merged:
    """The merge of a note; `base` is '' where both sides made it. Never raises, whatever the texts."""
    rules = settings or LogWords()
    return merge_dressed(
        base,
        ours,
        theirs,
        lambda old, left, right: _merged(old, left, right, text_merge, rules),
        marks or Marks(),
    )


def merge_dressed(
    base: str,
    ours: str,
    theirs: str,
    merge: Callable[[str, str, str], Pieces],
    marks: Marks,
) -> Merged:
    """What all merges share: the easy cases, one order of the sides, BOM and newlines, the marking.

    `merge` is given the texts with LF, in a fixed order of the sides.
    """
    settled = pick(base, ours, theirs)
    if settled is not None:
        return Merged(settled)
    turned = theirs < ours
    left, right = (theirs, ours) if turned else (ours, theirs)
    texts: Wardrobe = undress(base, left, right)
    settled = pick(texts.base, texts.left, texts.right)
    pieces = (settled,) if settled is not None else merge(texts.base, texts.left, texts.right)
    clashes = clashes_in(pieces)
    text = format_pieces(swapped(pieces) if turned else pieces, marks)
    return Merged(texts.put_on(text, whole=clashes > 0), clashes)


def _merged(base: str, left: str, right: str, text_merge: TextMerge, settings: Settings | LogWords) -> Pieces:
    """As the sides are; where that leaves a question, perhaps only for links that lead elsewhere."""
    pieces = _merged_so(base, left, right, text_merge, settings)
    if not clashes_in(pieces) or not ("[[" in base or "](" in base):
        return pieces
    from vault_crm.core.merge.relinked import share_links

    texts = share_links(base, left, right)
    if texts == (base, left, right):
        return pieces
    same = pick(*texts)
    again = _merged_so(*texts, text_merge, settings) if same is None else (same,)
    return again if clashes_in(again) < clashes_in(pieces) else pieces


def _merged_so(
    base: str, left: str, right: str, text_merge: TextMerge, settings: Settings | LogWords
) -> Pieces:
    """By meaning; as git alone would where git alone has no question and we have one, or doubled a line."""
    if any("<<<<<<<" in text for text in (base, left, right)):
        texts = [settled(text, text_merge, settings) for text in (base, left, right)]
        if None in texts:
            return text_merge(base, left, right)
        base, left, right = (text or "" for text in texts)
        if (same := pick(base, left, right)) is not None:
            return (same,) if same else ()
    try:
        pieces = _by_meaning(base, left, right, text_merge, settings)
    except CannotSplit:
        return text_merge(base, left, right)
    clean = not clashes_in(pieces)
    if clean and _reads_well(pieces, left, right) and not _doubles(pieces, base, left, right):
        return pieces
    plain = text_merge(base, left, right)
    if clean and not _reads_well(pieces, left, right):
        return plain
    if clashes_in(plain) or not _reads_well(plain, left, right):
        return pieces
    return pieces if clean and _doubles(plain, base, left, right) else plain


def settled(text: str, text_merge: TextMerge, settings: Settings | LogWords) -> str | None:
    """A version in which somebody committed conflict markers (a phone that cannot merge does), merged at
    last; None if that leaves a question: entries and properties across markers belong to nobody."""
    from vault_crm.core.merge.unmark import UnclearMarks
    from vault_crm.core.merge.unmark import unmark

    try:
        found = unmark(text)
    except UnclearMarks:
        return None
    if found is None:
        return text
    base = shared_text(found.ours, found.theirs) if found.base is None else found.base
    sides = sorted((found.ours, found.theirs))
    pieces = _merged(base, sides[0], sides[1], text_merge, settings)
    return None if clashes_in(pieces) else _text_of(pieces)


def _by_meaning(
    base: str, left: str, right: str, text_merge: TextMerge, settings: Settings | LogWords
) -> Pieces:
    (old, old_body), (this, this_body), (that, that_body) = (split_front(t) for t in (base, left, right))
    front = merge_fronts(old, this, that, text_merge)
    body: Sequence[Piece] = merge_bodies(old_body, this_body, that_body, text_merge, settings)
    if clashes_in(body):
        plain = text_merge(old_body, this_body, that_body)
        body = body if clashes_in(plain) else plain
    return _joined([*front, *body])


def _doubles(pieces: Pieces, base: str, left: str, right: str) -> bool:
    """True if a line of words is there more often than three counts can explain: mostly it is one thing
    twice."""
    found, old, this, that = (Counter(text.split("\n")) for text in (_text_of(pieces), base, left, right))

    def most(line: str) -> int:
        count = pick(old[line], this[line], that[line])
        return max(this[line], that[line]) if count is None else count

    return any(number > most(line) and line.strip() for line, number in found.items())


def shared_text(one: str, other: str) -> str:
    """What two versions have in common, in order: what stood there before, as far as one can tell."""
    left, right = sorted((one, other))
    try:
        (this, this_body), (that, that_body) = split_front(left), split_front(right)
    except CannotSplit:
        return shared_lines(left, right)
    if this.broken is not None or that.broken is not None or not (this.opening and that.opening):
        return shared_lines(left, right)
    there = {part.text for part in that.parts}
    parts = "".join(part.text for part in this.parts if part.text in there)
    return this.opening + parts + this.closing + shared_lines(this_body, that_body)


def shared_lines(left: str, right: str) -> str:
    """The lines that both texts have, in the same order."""
    from vault_crm.core.linediff import compare_lines

    lines = split_lines(left)
    regions = compare_lines(lines, split_lines(right))
    return "".join("".join(lines[r.a_start : r.a_end]) for r in regions if r.same)


def _joined(pieces: list[Piece]) -> Pieces:
    """Neighbouring texts as one."""
    out: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, str) and out and isinstance(out[-1], str):
            out[-1] += piece
        elif piece != "":
            out.append(piece)
    return tuple(out)


def _reads_well(pieces: Pieces, left: str, right: str) -> bool:
    """True if the properties of a merge without clashes can be read, or could not be read before."""
    from vault_crm.core.frontmatter.block import find_block
    from vault_crm.core.frontmatter.block import load_block

    def reads(text: str) -> bool:
        try:
            block = find_block(text)
            keys = [pair.key for pair in load_block(block.text)] if block else []
        except BlockProblem:
            return False
        return len(set(keys)) == len(keys)

    return reads(_text_of(pieces)) or not (reads(left) and reads(right))


def _text_of(pieces: Pieces) -> str:
    return "".join(piece for piece in pieces if isinstance(piece, str))
