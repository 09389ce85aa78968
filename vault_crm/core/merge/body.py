"""The body of two sides, section by section: logs by entry, everything else by git's own text merge."""

from __future__ import annotations

from collections.abc import Sequence

from vault_crm.core.merge.entries import merge_entries
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.sections import Name
from vault_crm.core.merge.sections import Section
from vault_crm.core.merge.sections import name_sections
from vault_crm.core.merge.sections import split_body
from vault_crm.core.merge.three import pick
from vault_crm.core.merge.three import weave
from vault_crm.core.settings import Settings

Sections = dict[Name, Section]


def merge_bodies(base: str, left: str, right: str, text_merge: TextMerge, settings: Settings) -> list[Piece]:
    """The merged body (lines end in LF)."""
    settled = pick(base, left, right)
    if settled is not None:
        return [settled]
    old, this, that = name_sections(*(split_body(text, settings) for text in (base, left, right)))
    this, that = _with_old_names(old, this, that), _with_old_names(old, that, this)
    stays = {
        name
        for name in (*this, *that)
        if (name in this and name in that) or not _unchanged(old.get(name), this.get(name) or that[name])
    }
    order = weave(
        list(old), [name for name in this if name in stays], [name for name in that if name in stays]
    )
    out: list[Piece] = []
    spaced = any(section.gap for side in (this, that) for section in list(side.values())[:-1])
    for number, name in enumerate(order, 1):
        pieces, gap = _merge_section(old.get(name), this.get(name), that.get(name), text_merge)
        out += pieces
        if number < len(order) and not gap and spaced and _was_last(name, this, that):
            gap = "\n"
        out.append(gap)
    return out


def _unchanged(old: Section | None, here: Section) -> bool:
    return old is not None and (old.heading, old.content) == (here.heading, here.content)


def _was_last(name: Name, *sides: Sections) -> bool:
    """True for a section that nothing stood below wherever no blank line did."""
    return all(next(reversed(side)) == name for side in sides if name in side and not side[name].gap)


def _with_old_names(old: Sections, side: Sections, other: Sections) -> Sections:
    """The side's sections, one whose heading was changed under the name it had."""
    names: dict[Name, Name] = {}
    new = [name for name in side if name not in old and name not in other]
    for name in old:
        if name in side or name not in other:
            continue
        for candidate in new:
            if candidate not in names and _same_words(old[name], side[candidate]):
                names[candidate] = name
                break
    return {names.get(name, name): section for name, section in side.items()} if names else side


def _same_words(one: Section, other: Section) -> bool:
    """True if most lines of two sections are the same: only the heading was changed."""
    mine, theirs = ({line.strip() for line in s.content.split("\n") if line.strip()} for s in (one, other))
    return 2 * len(mine & theirs) > max(len(mine), len(theirs))


def _merge_section(
    old: Section | None, left: Section | None, right: Section | None, text_merge: TextMerge
) -> tuple[Sequence[Piece], str]:
    """A section's pieces, and the blank lines below it."""
    if left is None or right is None:
        here = left or right
        assert here is not None
        if old is None:
            return [here.heading + here.content], here.gap
        texts = [section.heading + section.content if section else "" for section in (old, left, right)]
        return text_merge(*texts), here.gap
    gaps = (old.gap if old else "", left.gap, right.gap)
    gap = pick(*gaps)
    gap = max(left.gap, right.gap, key=len) if gap is None else gap
    was = old or Section(left.titles, "", "", (), "")
    heading = _merge_text(was.heading, left.heading, right.heading, text_merge)
    return [*heading, *_merge_content(was, left, right, text_merge)], gap


def _merge_content(old: Section, left: Section, right: Section, text_merge: TextMerge) -> list[Piece]:
    settled = pick(old.content, left.content, right.content)
    if settled is not None:
        return [settled]
    if not (left.items or right.items):
        return _merge_text(old.content, left.content, right.content, text_merge)
    words = _merge_text(old.words, left.words, right.words, text_merge)
    return [*words, *merge_entries(old.items, left.items, right.items, text_merge)]


def _merge_text(base: str, left: str, right: str, text_merge: TextMerge) -> list[Piece]:
    settled = pick(base, left, right)
    return [settled] if settled is not None else list(text_merge(base, left, right))
