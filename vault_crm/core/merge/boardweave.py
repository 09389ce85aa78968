"""Three pages of a dashboard woven into one: what stands on it, below which heading, in which order."""

from __future__ import annotations

from collections.abc import Sequence

from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.merge.boardblock import latest
from vault_crm.core.merge.boardblock import match_blocks
from vault_crm.core.merge.boardblock import merge_blocks
from vault_crm.core.merge.boardblock import settle
from vault_crm.core.merge.boardpage import Block
from vault_crm.core.merge.boardpage import Item
from vault_crm.core.merge.boardpage import Key
from vault_crm.core.merge.boardpage import Line
from vault_crm.core.merge.boardpage import Page
from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import weave
from vault_crm.core.record import record

# What a thing is called on all three pages: its key, and which of its kind it is.
Id = tuple[Key, int]


@record
class _Placed:
    """A thing and the heading it stands below."""

    heading: str
    item: Item


_Names = dict[Id, _Placed]


def woven(base: Page, left: Page, right: Page, apart: bool = False) -> str:
    """The page of all three. If one side has on it just what the result has, it is that side's, to the
    byte. With `apart`, code blocks that do not end stand at the page's end, each below a heading, where they
    cannot take in what is somebody else's."""
    names = _named(base, left, right)
    found = _merged(names, _typed(base, left), _typed(base, right))
    same = [
        page.body
        for page, there in ((left, names[1]), (right, names[2]))
        if page.whole and _standing(there) == _standing(found)
    ]
    if same:
        return settle(base.body, same[0], same[-1], str)
    headings = weave(base.headings, left.headings, right.headings)
    if not apart:
        return _composed(headings, found)
    endless = {name: placed for name, placed in found.items() if placed.item.endless}
    rest = {name: placed for name, placed in found.items() if name not in endless}
    lines = [_composed(headings, rest).rstrip("\n")]
    for placed in endless.values():
        lines += ["", KEPT_HEADING, "", *placed.item.raw]
    return "\n".join(lines) + "\n"


def stacked(base: Page, left: Page, right: Page) -> str:
    """One side's page, and below it all that somebody wrote on the other, each below a heading of its own."""
    known = {item.raw for page in (base, left) for _, item in page.items}
    lines = [left.body.rstrip("\n")]
    for _, item in right.items:
        if item.raw not in known and _is_users(item):
            lines += ["", KEPT_HEADING, "", *item.raw]
    return "\n".join(lines) + "\n"


def _is_users(item: Item) -> bool:
    if isinstance(item, Block):
        return item.mark != " " or bool(item.said) or item.key[0] == "text"
    return not OURS.has(item.text)


def _standing(names: _Names) -> set[tuple[Id, str, tuple[str, ...]]]:
    return {(name, placed.heading, placed.item.raw) for name, placed in names.items()}


def _typed(base: Page, side: Page) -> bool:
    """True if the tool did not write on a side since: each of its lines there was there before, or is one
    that somebody typed on."""
    before = set(_tools_lines(base))
    return all(line in before or any(line.startswith(old) for old in before) for line in _tools_lines(side))


def _tools_lines(page: Page) -> list[str]:
    items = [item for _, item in page.items]
    lines = [item.text for item in items if isinstance(item, Line) and OURS.has(item.text)]
    return lines + [line for item in items if isinstance(item, Block) for line in item.labels]


def _named(base: Page, left: Page, right: Page) -> tuple[_Names, _Names, _Names]:
    pages = (base, left, right)
    found: tuple[dict[int, Id], dict[int, Id], dict[int, Id]] = ({}, {}, {})
    blocks: list[dict[Key, list[int]]] = []
    for page, ids in zip(pages, found, strict=True):
        own: dict[Key, list[int]] = {}
        lines = [at for at, (_, item) in enumerate(page.items) if isinstance(item, Line)]
        ids.update(zip(lines, numbered([page.items[at][1].key for at in lines]), strict=True))
        for at, (_, item) in enumerate(page.items):
            if isinstance(item, Block):
                own.setdefault(item.key, []).append(at)
        blocks.append(own)
    for key in dict.fromkeys(key for own in blocks for key in own):
        places = [own.get(key, []) for own in blocks]
        several = [
            [item for at in there if isinstance(item := page.items[at][1], Block)]
            for page, there in zip(pages, places, strict=True)
        ]
        for number, versions in enumerate(match_blocks(*several)):
            for page, there, ids, one in zip(pages, places, found, versions, strict=True):
                ids.update((at, (key, number)) for at in there if page.items[at][1] is one)
    first, second, third = (
        {ids[at]: _Placed(heading, item) for at, (heading, item) in enumerate(page.items)}
        for page, ids in zip(pages, found, strict=True)
    )
    return first, second, third


def _merged(names: tuple[_Names, _Names, _Names], left_typed: bool, right_typed: bool) -> _Names:
    base, left, right = names
    out: _Names = {}
    for name in weave(list(base), list(left), list(right)):
        versions = [there.get(name) for there in names]
        blocks = [v.item if v and isinstance(v.item, Block) else None for v in versions]
        heading = _heading(*versions)
        if any(blocks):
            for n, block in enumerate(
                merge_blocks(blocks[0], blocks[1], blocks[2], (left_typed, right_typed))
            ):
                out[(name[0], name[1]) if not n else ((*name[0], "too"), name[1])] = _Placed(heading, block)
        else:
            line = _line(*(v.item if v and isinstance(v.item, Line) else None for v in versions))
            if line is not None:
                out[name] = _Placed(heading, line)
    return _once(out)


def _heading(base: _Placed | None, left: _Placed | None, right: _Placed | None) -> str:
    if left is None or right is None:
        one = left or right
        return one.heading if one else ""
    return settle(base.heading if base else "", left.heading, right.heading, str)


def _line(base: Line | None, left: Line | None, right: Line | None) -> Line | None:
    if left is None or right is None:
        return (left or right) if base is None else None
    chosen = settle(base.text if base else "", left.text, right.text, latest)
    return left if left.text == chosen else right


def _once(found: _Names) -> _Names:
    """Without a second tick that says what another line of the same person says."""
    out: _Names = {}
    for name, placed in found.items():
        item = placed.item
        if isinstance(item, Block) and name[0] != item.key:
            others = (o.item for n, o in found.items() if n != name and isinstance(o.item, Block))
            if any(
                o.key == item.key and o.mark == item.mark and o.said.keys() == item.said.keys()
                for o in others
            ):
                continue
        out[name] = placed
    return out


def _composed(headings: Sequence[str], found: _Names) -> str:
    lines: list[str] = []
    for heading in headings:
        items = [placed.item for placed in found.values() if placed.heading == heading]
        if heading and items:
            lines += ["", heading, ""]
        lines += _section([item for item in items if item.raw != (heading,)])
    return "\n".join(lines).strip("\n") + "\n"


def _section(items: Sequence[Item]) -> list[str]:
    """The lines of a section. What would be taken for words about the person above it goes to its top."""
    rest: list[Item] = []
    top: list[Item] = []
    for item in items:
        clings = isinstance(item, Line) and item.clings and rest and isinstance(rest[-1], Block)
        (top if clings else rest).append(item)
    lines: list[str] = []
    before: Item | None = None
    for item in sorted([*top, *rest], key=lambda one: one.key[0] == "more"):
        apart = isinstance(item, Line) != isinstance(before, Line) or item.key[0] == "text"
        if before is not None and (apart or (isinstance(item, Line) and item.gap)):
            lines.append("")
        lines += item.raw
        before = item
    return lines
