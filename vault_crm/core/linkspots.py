"""Every link of a note with the characters it is made of, so that one can be changed and nothing else.

`core.links` reads what links mean; here is where they stand: wikilinks, embeds, Markdown links, reference
definitions, in the body and in the values of properties, however these are quoted. Code and comments hold no
links.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from typing import Literal
from typing import NamedTuple

from yaml import events as ev

from vault_crm.core.body import Line
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.shape import Block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.frontmatter.shape import Loaded
from vault_crm.core.text import LineIndex

Form = Literal["wiki", "markdown", "definition"]

_WIKI = re.compile(r"\[\[([^\[\]\n]+)\]\]")
_DEST = re.compile(
    r"\]\([ \t]*+(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s()<>]*+(?:\([^\s()]*\)[^\s()<>]*)*))"
    r"(?:[ \t]++(?:\"[^\"()\n]*\"|'[^'()\n]*'))?[ \t]*+\)"
)
_DEFINITION = re.compile(r" {0,3}\[(?!\^)[^\[\]\n]+\]:[ \t]*+(?:<(?P<angle>[^<>\n]*)>|(?P<bare>[^\s<>]+))")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_PERCENT = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_LONGEST_SHOWN = 500  # characters that are looked back at for the `[` of a Markdown link
_UNQUOTED = re.compile(r"\[\[(?!\s*[\"'])[^\[\]\n\r]+\]\]")


class Spot(NamedTuple):
    """One link. Offsets are of the note's text: the whole link is `start:end`, what it points to (still
    encoded, without heading and block) `at:at_end`, the words that a reader sees, if they are written down,
    `shown_at:shown_end` (else -1).

    `target` is what it points to, decoded. `quoting`: '' in the body and in plain values, `'` and `"` as the
    value is quoted, 'bare' for a `[[link]]` that is a property's whole value without quotes.
    """

    start: int
    end: int
    line: int
    form: Form
    target: str
    at: int
    at_end: int
    shown_at: int
    shown_end: int
    embed: bool
    source: str
    quoting: str = ""
    angle: bool = False

    @property
    def shown(self) -> str:
        """The words that a reader sees; of a bare wikilink its target."""
        if self.shown_at < 0:
            return self.target
        return self.source[self.shown_at - self.start : self.shown_end - self.start]

    def moved(self, by: int, line: int, quoting: str = "") -> Spot:
        """The same link in a longer text."""
        return self._replace(
            start=self.start + by, end=self.end + by, line=line, at=self.at + by, at_end=self.at_end + by,
            shown_at=self.shown_at + by if self.shown_at >= 0 else -1,
            shown_end=self.shown_end + by if self.shown_at >= 0 else -1, quoting=quoting,
        )  # fmt: skip


class Spots(NamedTuple):
    """The links of a note in order; `unread` says why those of its frontmatter are not among them ('' if they
    are), `unread_line` where."""

    spots: tuple[Spot, ...]
    unread: str = ""
    unread_line: int = 0


def find_spots(text: str) -> Spots:
    """All links of a note's text. Never raises: where the frontmatter cannot be read, it says so."""
    unread, line = "", 0
    front: list[Spot] = []
    try:
        block = find_block(text)
        if block is not None and _may_link(block.text):
            front = [spot for leaf in leaves_of(block) for spot in leaf.spots]
    except BlockProblem as problem:
        unread = problem.message
        line = text.count("\n", 0, problem.offset) + 1
    return Spots((*front, *body_spots(text)), unread, line)


def body_spots(text: str) -> list[Spot]:
    """The links below the frontmatter."""
    if not _may_link(text):
        return []
    return [spot for line in lines_of(text, body_start(text)) for spot in line_spots(line)]


def line_spots(line: Line) -> list[Spot]:
    """The links of one line of a body."""
    if line.kind in ("code", "comment", "blank"):
        return []
    found = spots_in(line.text, line.masked)
    if line.kind == "text" and (match := _DEFINITION.match(line.masked)):
        found += _address(line.text, match, "definition", match.start(), match.end(), (-1, -1))
    return [spot.moved(line.start, line.number) for spot in found]


def _may_link(text: str) -> bool:
    return "[[" in text or "](" in text or "]:" in text


def spots_in(text: str, masked: str | None = None) -> list[Spot]:
    """The links in one piece of text, in order; in `masked`, of the same length, code and comments are
    blanked."""
    seen = text if masked is None else masked
    found: list[Spot] = []
    if "[[" in seen:
        for match in _WIKI.finditer(seen):
            if not _escaped(seen, match.start()):
                found += _wiki(text, match.start(), match.end())
    if "](" in seen:
        for match in _DEST.finditer(seen):
            opened = _opening(seen, match.start())
            if opened >= 0 and not _escaped(seen, opened):
                shown = (opened + 1, match.start())
                found += _address(text, match, "markdown", opened, match.end(), shown)
        found.sort(key=lambda spot: (spot.start, -spot.end))
    return found


def _wiki(text: str, start: int, end: int) -> Iterator[Spot]:
    inner = text[start + 2 : end - 2]
    before, bar, _ = inner.partition("|")
    bare = before.partition("#")[0]
    if bar and "#" not in before:
        bare = bare.rstrip("\\")  # `\|` in a table
    target = bare.strip()
    if not target:
        return
    at = start + 2 + len(bare) - len(bare.lstrip())
    embed = text[start - 1 : start] == "!" and start > 0
    shown = (start + 2 + len(before) + 1, end - 2) if bar else (-1, -1)
    first = start - embed
    yield Spot(
        first, end, 0, "wiki", target, at, at + len(target), *shown, embed, text[first:end]
    )  # fmt: skip


def _address(
    text: str, match: re.Match[str], form: Form, start: int, end: int, shown: tuple[int, int]
) -> Iterator[Spot]:
    angle = match.group("angle") is not None
    at = match.start("angle" if angle else "bare")
    raw = text[at : match.end("angle" if angle else "bare")]
    if _SCHEME.match(raw) or raw.startswith(("#", "//")):
        return
    bare = raw.partition("#")[0].rstrip()
    target = decoded(bare).strip()
    if not target:
        return
    embed = form == "markdown" and start > 0 and text[start - 1] == "!"
    first = start - embed
    yield Spot(
        first, end, 0, form, target, at, at + len(bare), *shown, embed, text[first:end], angle=angle
    )  # fmt: skip


def decoded(address: str) -> str:
    """An address of a Markdown link without its percent-encoding."""
    return _PERCENT.sub(
        lambda m: bytes.fromhex(m.group().replace("%", "")).decode("utf-8", "replace"), address
    )


def _opening(text: str, close: int) -> int:
    """Where the bracket opens that closes at `close`; -1 if it does not, or too far away."""
    depth = 0
    for at in range(close, max(-1, close - _LONGEST_SHOWN), -1):
        if text[at] == "]" and (at == close or not _escaped(text, at)):
            depth += 1
        elif text[at] == "[" and not _escaped(text, at):
            depth -= 1
            if not depth:
                return at
    return -1


def _escaped(text: str, at: int) -> bool:
    before = at
    while before and text[before - 1] == "\\":
        before -= 1
    return (at - before) % 2 == 1


# -- the frontmatter


class Leaf(NamedTuple):
    """One value (or key) of the frontmatter's YAML, or one event that is none: `shape` tells it from others.
    `spots` are its links as they stand in the note's text, `inner` the same links in its `value`."""

    shape: tuple[Any, ...]
    value: str | None = None
    spots: tuple[Spot, ...] = ()
    inner: tuple[Spot, ...] = ()


def leaves_of(block: Block) -> list[Leaf]:
    """The frontmatter as YAML's parser sees it, a `[[link]]` without quotes as one value. Raises
    BlockProblem."""
    loaded = read_block(block.text)
    index = LineIndex(block.text)
    keys = {entry.key.start for entry in loaded.entries}
    return list(_leaves(block, loaded, index, keys))


def _leaves(block: Block, loaded: Loaded, index: LineIndex, keys: set[int]) -> Iterator[Leaf]:
    skip_to = -1
    for event in loaded.events:
        start, end = event.start_mark.index, event.end_mark.index
        if start < skip_to or (end <= skip_to and isinstance(event, ev.SequenceEndEvent)):
            continue
        if isinstance(event, ev.SequenceStartEvent) and event.flow_style:
            match = _UNQUOTED.match(block.text, start)
            if match is not None and event.tag is None and event.anchor is None:
                skip_to = match.end()
                yield _leaf(block, index, start, match.end(), match.group(), "bare")
                continue
        if isinstance(event, ev.ScalarEvent):
            style = event.style if event.style in ("'", '"') else ""
            value = None if start in keys else event.value
            if value is not None and _may_link(value):
                yield _leaf(block, index, start, end, value, style, _marks(event))
            else:
                yield Leaf(("leaf", *_marks(event)), event.value)
        else:
            yield Leaf((type(event).__name__, *_marks(event)))


def _marks(event: Any) -> tuple[Any, ...]:
    return getattr(event, "anchor", None), getattr(event, "tag", None)


def _leaf(
    block: Block,
    index: LineIndex,
    start: int,
    end: int,
    value: str,
    quoting: str,
    marks: tuple[Any, ...] = (None, None),
) -> Leaf:
    raw = block.text[start:end]
    inner, there = spots_in(value), spots_in(raw)
    if len(inner) != len(there):
        return Leaf(("leaf", *marks), value)  # a link that goes over two lines, or written in escapes
    placed = [
        spot.moved(
            block.start + start, block.first_line + index.place(start + spot.start)[0] - 1, quoting
        )._replace(target=same.target)
        for spot, same in zip(there, inner, strict=True)
    ]
    return Leaf(("leaf", *marks), value, tuple(placed), tuple(inner))
