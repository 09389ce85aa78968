"""How lists stand in a block: their layouts, and the lines and commas that an edit of one needs."""

from __future__ import annotations

import re

from vault_crm.core.frontmatter.scalars import format_key
from vault_crm.core.frontmatter.scalars import format_scalar
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.frontmatter.shape import Node
from vault_crm.core.late import late
from vault_crm.core.record import record

_DASH = late(r"( *)-( +)(?=\S)")
_ONE_LINE = ("plain", "'", '"', "link", "empty", "placeholder")


@record
class ListStyle:
    """`flow`: `[a, b]`; else one `- item` a line, `indent` deeper, and `gap` behind the dash."""

    flow: bool = False
    indent: str = "  "
    gap: str = " "


DEFAULT = ListStyle()


def line_start(text: str, at: int) -> int:
    """Where the line of an offset begins."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Just behind the newline of an offset's line."""
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def column(text: str, at: int) -> int:
    """How many characters stand before an offset in its line."""
    return at - line_start(text, at)


def style_of(loaded: Loaded, text: str, root: int) -> ListStyle:
    """The layout of the note's other lists: that of its first list of lines, else of its first `[ ]` list."""
    flow = False
    for entry in loaded.entries:
        node = entry.value
        if node.kind == "list":
            dash = _DASH.match(text, line_start(text, node.start))
            if dash and dash.start() + len(dash[1]) == node.start and len(dash[1]) >= root:
                return ListStyle(False, dash[1][root:], dash[2])
        flow = flow or (node.kind == "flow list" and bool(node.items))
    return ListStyle(flow)


def property_lines(
    key: str, value: str | bool | tuple[str, ...] | None, indent: str, newline: str, style: ListStyle
) -> str:
    """The lines of a new property. Raises ValueError for a key or text that YAML cannot hold."""
    head = f"{indent}{format_key(key)}:"
    if isinstance(value, tuple):
        if value and not style.flow:
            return head + newline + item_lines(value, indent, newline, style)
        return f"{head} {flow_list(value)}{newline}"
    word = format_scalar(value)
    return f"{head} {word}{newline}" if word else head + newline


def item_lines(items: tuple[str, ...], indent: str, newline: str, style: ListStyle) -> str:
    """`- item` lines below a key that is indented by `indent`."""
    return "".join(f"{indent}{style.indent}-{style.gap}{format_scalar(item)}{newline}" for item in items)


def flow_list(items: tuple[str, ...]) -> str:
    """`[a, "b, c"]`."""
    return "[" + ", ".join(format_scalar(item, flow=True) for item in items) + "]"


def simple(node: Node, text: str, colon: int) -> bool:
    """Whether a list can be replaced whole: one item a line, nothing between; or `[a, b]` in one line."""
    if any(item.kind not in _ONE_LINE for item in node.items):
        return False
    if node.kind == "flow list":
        return "\n" not in text[node.start : node.end] and "#" not in text[node.start : node.end]
    lines = text.count("\n", line_start(text, node.start), line_end(text, node.tail))
    return (
        lines == len(node.items)
        and line_end(text, colon) == line_start(text, node.start)
        and all(_alone(item, text) for item in node.items)
    )


def _alone(item: Node, text: str) -> bool:
    before = text[line_start(text, item.start) : item.start]
    after = text[item.end : line_end(text, item.end)]
    return not before.strip(" -") and not after.strip()


def changed_lines(node: Node, text: str, items: tuple[str, ...]) -> str:
    """The lines of a simple list with other items; the lines of those that stay are kept as they are."""
    lines = {}
    for item in node.items:
        if isinstance(item.value, str):
            lines[item.value] = text[line_start(text, item.start) : line_end(text, item.end)]
    return "".join(lines.get(item) or item_line(node, text, item) for item in items)


def item_line(node: Node, text: str, item: str) -> str:
    """A new line for a list of lines, laid out and quoted as the one before it."""
    last = node.items[-1]
    start = line_start(text, last.start)
    dash = _DASH.match(text, start)
    gap = dash[2] if dash else " "
    indent = " " * column(text, node.start)
    end = line_end(text, last.tail)
    newline = "\r\n" if text[end - 2 : end] == "\r\n" else "\n"
    return f"{indent}-{gap}{format_scalar(item, _quotes(node))}{newline}"


def _quotes(node: Node) -> str:
    """The quotes that all items have, '' if they differ."""
    kinds = {item.kind for item in node.items}
    kind = kinds.pop() if len(kinds) == 1 else ""
    return kind if kind in ("'", '"') else ""


def appended_in_flow(node: Node, item: str) -> tuple[int, str]:
    """Where in a `[ ]` list a new last item goes, and its text with the comma."""
    new = format_scalar(item, _quotes(node), flow=True)
    if not node.items:
        return node.end - 1, new
    return node.items[-1].end, ", " + new


def span_in_flow(node: Node, number: int) -> tuple[int, int]:
    """What to take out of a `[ ]` list so that item `number` and one comma are gone."""
    items = node.items
    if number:
        return items[number - 1].end, items[number].end
    if len(items) > 1:
        return items[0].start, items[1].start
    return items[0].start, items[0].end


def disguised(key: str, text: str) -> bool:
    """Whether one text is a list in disguise: `tags: friend, family`, as old Obsidian notes have it."""
    name = key.casefold().strip()
    if name in ("tag", "tags"):
        return bool(re.search(r"[,\s]", text.strip()))
    return name in ("alias", "aliases") and "," in text
