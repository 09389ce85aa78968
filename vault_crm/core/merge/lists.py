"""Lists that both sides changed: what either added is there, what either took out is gone."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from vault_crm.core.frontmatter.block import load_block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.merge.propparts import Part
from vault_crm.core.merge.propparts import comments_in
from vault_crm.core.merge.three import numbered
from vault_crm.core.merge.three import weave

_NOT_IN_FLOW = ",[]{}#:"

Key = tuple[str | bool | None, int]  # an item, and how many of its kind stand before it


class _Items(NamedTuple):
    """A list's lines: `before` the first item, the items (value -> source; in a list of lines the line),
    `after` the last. `flow` tells `[a, b]`."""

    flow: bool
    before: str
    indent: str
    sources: dict[Key, str]
    lines: dict[Key, str]
    after: str


def merge_lists(base: Part | None, left: Part, right: Part) -> str | None:
    """The property's own lines with both sides' additions and removals, in the base's order; None if that
    is not safe (comments that both changed, nested values)."""
    olds = _values(base) if base is not None else ()
    lefts, rights = _values(left), _values(right)
    if olds is None or lefts is None or rights is None:
        return None
    kept_left = [item for item in lefts if item in rights or item not in olds]
    kept_right = [item for item in rights if item in lefts or item not in olds]
    order = weave(olds, kept_left, kept_right)
    for carrier, other in _carriers(base, left, right):
        text = _carried(base, carrier, other, order)
        if text is not None:
            return text
    return None


def _values(part: Part) -> tuple[Key, ...] | None:
    """The items of a list of single values; none for an empty property."""
    value = part.value
    if value is None:
        return ()
    if not isinstance(value, tuple):
        return None
    items = [item for item in value if item is None or isinstance(item, str | bool)]
    return tuple(numbered(items)) if len(items) == len(value) else None


def _carriers(base: Part | None, left: Part, right: Part) -> list[tuple[Part, Part]]:
    """Whose layout the list gets: that of the side that changed it, else the left one's."""
    was, this, that = (
        part.node.kind if part is not None and part.node else "" for part in (base, left, right)
    )
    pairs = [(left, right), (right, left)]
    turned = this == "empty" or (this == was and that not in (was, "empty"))
    return pairs[::-1] if turned else pairs


def _carried(base: Part | None, carrier: Part, other: Part, order: list[Key]) -> str | None:
    known = _comments(base) if base is not None else ()
    mine = _comments(carrier)
    if any(comment not in known and comment not in mine for comment in _comments(other)):
        return None
    to, fro = _items(carrier), _items(other)
    if to is None or fro is None:
        return None
    text = _flow(to, fro, order) if to.flow else _block(to, fro, order)
    try:
        pairs = load_block(text)
    except BlockProblem:
        return None
    wanted = tuple(value for value, _ in order)
    right = len(pairs) == 1 and pairs[0].key == carrier.key and (pairs[0].value or ()) == wanted
    return text if right else None


def _comments(part: Part) -> tuple[str, ...]:
    return comments_in(part.own, part.node, part.offset) if part.node else ()


def _items(part: Part) -> _Items | None:
    node, own = part.node, part.own
    if node is None:
        return None
    if node.kind == "empty":
        return _Items(False, own, "  ", {}, {}, "")
    if node.kind not in ("list", "flow list"):
        return None
    spans = [(item.start - part.offset, item.tail - part.offset) for item in node.items]
    keys = _values(part) or ()
    if len(keys) < len(spans):
        return None
    sources = {key: own[a:b] for key, (a, b) in zip(keys, spans, strict=True)}
    between = [own[end:start] for (_, end), (start, _) in pairwise(spans)]
    if any("\n" in source for source in sources.values()):
        return None
    if node.kind == "flow list":
        if any(gap.strip() != "," for gap in between):
            return None  # comments
        start, end = node.start - part.offset + 1, node.end - part.offset - 1
        start, end = (spans[0][0], spans[-1][1]) if spans else (start, end)
        return _Items(True, own[:start], "", sources, {}, own[end:])
    starts = [own.rfind("\n", 0, a) + 1 for a, _ in spans]
    if len(set(starts)) < len(starts) or not all(own[a:].lstrip(" ").startswith("-") for a in starts):
        return None  # several on one line, or one that stands below its dash
    stops = [*starts[1:], own.find("\n", spans[-1][1]) + 1 or len(own)]
    lines = {key: own[a:b] for key, a, b in zip(keys, starts, stops, strict=True)}
    indent = own[starts[0] : own.index("-", starts[0])]
    return _Items(False, own[: starts[0]], indent, sources, lines, own[stops[-1] :])


def _block(to: _Items, fro: _Items, order: list[Key]) -> str:
    lines = []
    for item in order:
        if item in to.lines:
            lines.append(to.lines[item])
        elif item in fro.lines:
            lines.append(to.indent + fro.lines[item].removeprefix(fro.indent))
        else:
            lines.append(f"{to.indent}- {fro.sources[item]}\n")
    return to.before + "".join(lines) + to.after


def _flow(to: _Items, fro: _Items, order: list[Key]) -> str:
    words = []
    for item in order:
        if item in to.sources:
            words.append(to.sources[item])
        elif fro.flow or not set(fro.sources[item]) & set(_NOT_IN_FLOW):
            words.append(fro.sources[item])
        else:
            words.append("'" + str(item[0]).replace("'", "''") + "'")
    return to.before + ", ".join(words) + to.after
