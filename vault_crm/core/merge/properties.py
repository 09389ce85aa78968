"""The frontmatter of two sides, property by property (docs/vault-format.md, section 9).

Changed on one side: that side's lines. The same on both, however it is written: one of them. The last contact
and the dates of what comes next: the later. Lists: both sides' items. Anything else is for a human to decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vault_crm.core.dates import parse_date
from vault_crm.core.fields import field_of
from vault_crm.core.merge.lists import merge_lists
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.propparts import Front
from vault_crm.core.merge.propparts import Part
from vault_crm.core.merge.propparts import comments_in
from vault_crm.core.merge.three import pick
from vault_crm.core.merge.three import prefer
from vault_crm.core.merge.three import weave

LATER = ("last_contact", "next_contact", "snooze_until")
_MOST = 40  # properties that both sides changed; each may take a start of git
_LIST_KINDS = ("list", "flow list")


def merge_fronts(base: Front, left: Front, right: Front, text_merge: TextMerge) -> list[Piece]:
    """The merged frontmatter, fences included; nothing if there is none."""
    settled = pick(base, left, right)
    if settled is not None:
        front = settled
        return [front.opening + front.block + front.closing] if front.opening else []
    if left.broken is not None or right.broken is not None:
        inner = list(text_merge(base.block, left.block, right.block))
    else:
        inner = _merge_parts(base, left, right, text_merge)
    opening = prefer(base.opening, left.opening, right.opening)
    closing = prefer(base.closing, left.closing, right.closing)
    if not opening and not any(inner):
        return []
    return [
        opening or left.opening or right.opening,
        *inner,
        closing or left.closing or right.closing,
    ]


def _merge_parts(base: Front, left: Front, right: Front, text_merge: TextMerge) -> list[Piece]:
    olds, lefts, rights = ({part.key: part for part in front.parts} for front in (base, left, right))
    out: list[Piece] = list(_merge_lines(base.head, left.head, right.head, text_merge))
    stays = {
        key
        for key in (*lefts, *rights)
        if (key in lefts and key in rights) or not _taken_out(olds.get(key), lefts.get(key) or rights[key])
    }
    both = [key for key in stays if key in lefts and key in rights]
    if sum(_differ(olds.get(key), lefts[key], rights[key]) for key in both) > _MOST:
        return list(text_merge(base.block, left.block, right.block))
    order = weave(list(olds), [key for key in lefts if key in stays], [key for key in rights if key in stays])
    for key in order:
        out += _merge_part(olds.get(key), lefts.get(key), rights.get(key), text_merge)
    return out


def _differ(base: Part | None, left: Part, right: Part) -> bool:
    return pick(base.own if base else "", left.own, right.own) is None


def _taken_out(old: Part | None, here: Part) -> bool:
    """True for what stands on one side only, if the other side removed it and this one left it as it was."""
    return old is not None and same_property(old, here)


def same_property(one: Part, other: Part) -> bool:
    """True if two versions of a property say the same, with the same comments."""
    return one.meaning == other.meaning and one.lead.split() == other.lead.split()


def _merge_part(
    base: Part | None, left: Part | None, right: Part | None, text_merge: TextMerge
) -> Sequence[Piece]:
    if left is None or right is None:
        here = left or right
        assert here is not None
        if base is None or _newly_dated(base, here):
            return [here.text]
        return text_merge(base.text, left.text if left else "", right.text if right else "")
    old = (base.lead, base.own, base.trail) if base else ("", "", "")
    return [
        *_merge_lines(old[0], left.lead, right.lead, text_merge),
        *_merge_own(base, left, right, text_merge),
        *_merge_lines(old[2], left.trail, right.trail, text_merge),
    ]


def _newly_dated(base: Part, here: Part) -> bool:
    """True for a date of what is later that one side changed and the other took out: it stays."""
    return field_of(here.key) in LATER and _day(here) not in (None, date.min, _day(base))


def _merge_lines(base: str, left: str, right: str, text_merge: TextMerge) -> Sequence[Piece]:
    """Comments and blank lines around properties."""
    settled = pick(base, left, right)
    if settled is not None:
        return [settled] if settled else []
    if not (left + right).strip():
        return [max(left, right, key=len)]
    return text_merge(base, left, right)


def _merge_own(base: Part | None, left: Part, right: Part, text_merge: TextMerge) -> Sequence[Piece]:
    old = base.own if base else ""
    settled = pick(old, left.own, right.own)
    if settled is not None:
        return [settled]
    meaning = base.meaning if base else None
    if left.meaning == right.meaning:
        return [right.own if left.own == old else left.own]
    if left.meaning == meaning:
        return [right.own]
    if right.meaning == meaning:
        return [left.own]
    own = _later(base, left, right) if field_of(left.key) in LATER else None
    if own is None and _are_lists(left, right):
        own = merge_lists(base, left, right)
    return [own] if own is not None else text_merge(old, left.own, right.own)


def _later(base: Part | None, left: Part, right: Part) -> str | None:
    """The lines with the later of two new dates; None if one is not new or cannot be read, or a comment of
    the other would go."""
    this, that = _day(left), _day(right)
    if this is None or that is None or (base is not None and _day(base) in (this, that)):
        return None
    winner, loser = (left, right) if this >= that else (right, left)
    known = {*_comments(winner), *(_comments(base) if base else ())}
    return winner.own if known.issuperset(_comments(loser)) else None


def _day(part: Part) -> date | None:
    """The date of a property, `date.min` for none; None if it is not one."""
    if part.value is not None and not isinstance(part.value, str):
        return None
    try:
        return parse_date(part.value or "") or date.min
    except ValueError:
        return None


def _comments(part: Part) -> tuple[str, ...]:
    return comments_in(part.own, part.node, part.offset) if part.node else ()


def _are_lists(left: Part, right: Part) -> bool:
    kinds = [part.node.kind if part.node else "" for part in (left, right)]
    return any(kind in _LIST_KINDS for kind in kinds) and all(
        kind in (*_LIST_KINDS, "empty") for kind in kinds
    )
