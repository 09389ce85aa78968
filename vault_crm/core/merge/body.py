"""The body of two sides, section by section: logs by entry, everything else by git's own text merge."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.merge.entries import merge_entries
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.sections import Name
from vault_crm.core.merge.sections import Section
from vault_crm.core.merge.sections import name_sections
from vault_crm.core.merge.sections import split_body
from vault_crm.core.merge.three import pick
from vault_crm.core.merge.three import weave

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings
    from vault_crm.core.words import LogWords

Sections = dict[Name, Section]
_MOST = 0.5
_MOST_SECTIONS = 40  # that both sides changed; each takes a start of git


def merge_bodies(
    base: str, left: str, right: str, text_merge: TextMerge, settings: Settings | LogWords
) -> list[Piece]:
    """The merged body (lines end in LF)."""
    settled = pick(base, left, right)
    if settled is not None:
        return [settled]
    old, this, that = name_sections(*(split_body(text, settings) for text in (base, left, right)))
    this, that = _with_old_names(old, this, that)
    stays = {
        name
        for name in (*this, *that)
        if (name in this and name in that) or not _unchanged(old.get(name), this.get(name) or that[name])
    }
    if sum(_differ(old.get(name), this.get(name), that.get(name)) for name in stays) > _MOST_SECTIONS:
        return list(text_merge(base, left, right))
    order = weave(
        list(old), [name for name in this if name in stays], [name for name in that if name in stays]
    )
    order.sort(key=bool)  # what stands above all headings stays there
    out: list[Piece] = []
    above = [section for side in (this, that) for section in list(side.values())[:-1]]
    spaced = not above or any(section.gap for section in above)
    for number, name in enumerate(order, 1):
        pieces, gap = _merge_section(old.get(name), this.get(name), that.get(name), text_merge)
        out += pieces
        if number < len(order) and not gap and spaced and _was_last(name, this, that):
            gap = "\n"
        out.append(gap)
    return out


def _differ(old: Section | None, left: Section | None, right: Section | None) -> bool:
    return pick(*(section.content if section else "" for section in (old, left, right))) is None


def _unchanged(old: Section | None, here: Section) -> bool:
    return old is not None and (old.heading, old.content) == (here.heading, here.content)


def _was_last(name: Name, *sides: Sections) -> bool:
    """True for a section that nothing stood below wherever no blank line did."""
    return all(next(reversed(side)) == name for side in sides if name in side and not side[name].gap)


def _with_old_names(old: Sections, this: Sections, that: Sections) -> tuple[Sections, Sections]:
    """Both sides' sections, one whose heading was changed under the name it had."""
    names: tuple[dict[Name, Name], dict[Name, Name]] = ({}, {})
    for name, section in old.items():
        for mine, other, side, across in ((names[0], names[1], this, that), (names[1], names[0], that, this)):
            if name in side:
                continue
            both = name not in across
            free = [new for new in side if new not in old and new not in mine and (both or new not in across)]
            new = max(free, key=lambda one: _kept_words(section, side[one]), default=())
            if new and _kept_words(section, side[new]) > _MOST:
                mine[new] = name
                if both and new in across:
                    other[new] = name
    return _renamed(this, names[0]), _renamed(that, names[1])


def _renamed(side: Sections, names: dict[Name, Name]) -> Sections:
    if not names or len({names.get(name, name) for name in side}) < len(side):
        return side
    return {names.get(name, name): section for name, section in side.items()}


def _kept_words(old: Section, new: Section) -> float:
    """Which part of a section's lines stands in another one, 0 to 1: if most do, only the heading was
    changed."""
    lines, there = ({line.strip() for line in s.content.split("\n") if line.strip()} for s in (old, new))
    return len(lines & there) / max(1, len(lines))


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
    was = old or Section(left.titles, "", "", "", (), "")
    heading = _merge_text(was.heading, left.heading, right.heading, text_merge)
    return [*heading, *_merge_content(was, left, right, text_merge)], gap


def _merge_content(old: Section, left: Section, right: Section, text_merge: TextMerge) -> list[Piece]:
    settled = pick(old.content, left.content, right.content)
    if settled is not None:
        return [settled]
    if not (left.items or right.items):
        return _merge_text(old.content, left.content, right.content, text_merge)
    words = _merge_text(old.words, left.words, right.words, text_merge)
    entries = merge_entries(old.items, left.items, right.items, text_merge)
    return [*words, _blank_lines(old, left, right) if entries else "", *entries]


def _blank_lines(old: Section, left: Section, right: Section) -> str:
    """What stands between the words and the first entry; a side without entries does not say."""
    gaps = [section.before for section in (left, right) if section.items]
    found = pick(old.before if old.items else "", gaps[0], gaps[-1])
    return max(gaps, key=len) if found is None else found


def _merge_text(base: str, left: str, right: str, text_merge: TextMerge) -> list[Piece]:
    settled = pick(base, left, right)
    return [settled] if settled is not None else list(text_merge(base, left, right))
