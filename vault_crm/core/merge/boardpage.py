"""What stands between a dashboard's markers, as the things that are merged: people's blocks and lines, each
below its heading.

Where a block ends is not decided here: it is what `read_body` takes for somebody's lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.core.dashboard.markers import next_fence
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import bare_line
from vault_crm.core.dashboard.ticks import is_tick
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.record import record
from vault_crm.core.record import replace

_HEADING = re.compile(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_CONFLICT = re.compile(r"(?:<{7,}|\|{7,}|={7,}|>{7,})(?:[ \t]|\Z)")
_MORE = re.compile(r"and \d+ more:(.*)")
_STAMP = re.compile(r"(?:\A|(?<!\s)\s+)(✅\ufe0f?\s*\d{4}-\d{1,2}-\d{1,2})\s*\Z")
_DEEP = "    "

Key = tuple[str, ...]


class _EveryLine(OwnLines):
    """Tells no line at the margin from another: all are to be merged, also the tool's."""

    def theirs(self, line: str) -> str:
        return line


_EVERY = _EveryLine()


@record
class Word:
    """A line that somebody wrote below a person, or a code block: `said` without its bullet and the space
    around it, by which it is compared; `gap` if a blank line stands above it."""

    said: str
    lines: tuple[str, ...]
    gap: bool = False


@record
class Block:
    """A tick line and all that stands below it. `key` is whose it is (the link's target) or, without a link,
    its text; `link` the text that it begins with, `behind` the rest of it; `labels` are the tool's lines."""

    key: Key
    guard: str
    lead: str
    mark: str
    link: str
    behind: str
    stamp: str = ""
    labels: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    raw: tuple[str, ...] = ()

    @property
    def ticked(self) -> bool:
        """True for `[x]`."""
        return self.mark == "x"

    @property
    def listed(self) -> bool:
        """True if the tool wrote it, not the user."""
        return bool(self.guard or self.labels)

    @property
    def endless(self) -> bool:
        """True if a code block begins in it and does not end."""
        return any(len(word.lines) == 1 and next_fence("", word.lines[0].lstrip()) for word in self.words)

    @property
    def said(self) -> dict[str, Word]:
        """Everything in it that may be the user's, what is behind the link first."""
        found = {said_in(self.behind): Word(said_in(self.behind), (f"{_DEEP}- {self.behind}",))}
        for word in self.words:
            found.setdefault(word.said, word)
        if not self.behind:
            found.pop("", None)
        return found

    @property
    def meaning(self) -> tuple[object, ...]:
        """What must be equal for two blocks to say the same."""
        return (
            *(self.guard, self.mark, self.link, said_in(self.behind), self.stamp, self.labels),
            frozenset(word.said for word in self.words) - {said_in(self.behind)},
        )


@record
class Line:
    """A line that belongs to nobody: a date, a count, a word of the user's."""

    key: Key
    text: str
    gap: bool = False

    @property
    def raw(self) -> tuple[str, ...]:
        """The line."""
        return (self.text,)

    @property
    def endless(self) -> bool:
        """False: at the margin, no code block begins."""
        return False

    @property
    def clings(self) -> bool:
        """True if it would be taken for a line of the person above it, even behind a blank line."""
        return self.text[:1].isspace() or OURS.labelled(self.text)


Item = Block | Line


@record
class Page:
    """The things between the markers, each with the heading it stands below ('' above the first one).
    `whole` is False if nothing may be taken from here as it stands: a merge stopped in it."""

    items: tuple[tuple[str, Item], ...]
    headings: tuple[str, ...]
    body: str
    whole: bool = True


def is_tools_heading(line: str) -> bool:
    """True for a heading of ours, which goes with the last thing below it."""
    return OURS.has(line)


def said_in(line: str) -> str:
    """By what a user's line is compared: its words, and its box, if it has one."""
    return line.strip() if is_tick(line) else " ".join(bare_line(line).split()) or line.strip()


def without_stamp(block: Block) -> Block:
    """The block with the date of its tick apart from the words."""
    words, stamp = split_stamp(block.behind)
    return replace(block, behind=words, stamp=stamp)


def split_stamp(text: str) -> tuple[str, str]:
    """The words behind a link, and the `✅ DATE` at their end."""
    found = _STAMP.search(text)
    return (text[: found.start()], found[1]) if found else (text, "")


def written(block: Block) -> Block:
    """The block with its lines written anew: what the tool wrote first, then the user's words."""
    behind = " ".join(part for part in (block.behind, block.stamp) if part)
    tick = f"{block.lead}[{block.mark}] {block.link}".rstrip()
    lines = [*([block.guard] if block.guard else []), f"{tick} {behind}".rstrip(), *block.labels]
    for word in block.words:
        lines += [""] * word.gap
        deep = not word.lines[0].startswith((" ", "\t"))
        lines += [f"{_DEEP}{line}" if deep and line.strip() else line for line in word.lines]
    return replace(block, raw=tuple(lines))


def read_page(body: str) -> Page:
    """The things in what stands between two markers."""
    reading = _Reading()
    lines = [line.removesuffix("\r") for line in body.split("\n")]
    read = read_body(body, 0, _EVERY)
    entries = {entry.line: entry for entry in read.entries}
    margin = {number for number, _ in read.loose}
    for number, line in enumerate(lines):
        reading.take(line, entries.get(number), number in margin)
    reading.close()
    headings = tuple(dict.fromkeys(["", *reading.headings]))
    return Page(tuple(_once(reading.items)), headings, body, reading.whole)


def _once(items: list[tuple[str, Item]]) -> Iterator[tuple[str, Item]]:
    """Without blocks that say of the same person just what another one says, as every rendering does it."""
    seen: set[tuple[Key, str, frozenset[str]]] = set()
    for heading, item in items:
        if isinstance(item, Block):
            if (it := (item.key, item.mark, frozenset(item.said))) in seen:
                continue
            seen.add(it)
        yield heading, item


class _Reading:
    """The state while a page is read line by line."""

    def __init__(self) -> None:
        self.items: list[tuple[str, Item]] = []
        self.headings: list[str] = []
        self.whole = True
        self._heading = ""
        self._guard = ""
        self._entry: Entry | None = None
        self._lines: list[str] = []
        self._gap = False

    def take(self, line: str, entry: Entry | None, at_margin: bool) -> None:
        if not line.strip():
            self._gap = True
            if self._entry:
                self._lines.append("")
            return
        if entry is not None and not (self._entry and _indent(line) > _indent(self._lines[0])):
            self.close(guard=self._guard)
            self._entry, self._lines = entry, [line]
        elif self._entry and not at_margin and not _CONFLICT.match(line):
            self._lines.append(line)
        else:
            self.close()
            self._take_margin(line)
        self._gap = False

    def _take_margin(self, line: str) -> None:
        if _CONFLICT.match(line):
            self.whole = False
        elif _HEADING.match(line):
            self._heading = line.strip()
            self.headings.append(self._heading)
            if not is_tools_heading(line):
                self.items.append((self._heading, Line(("heading", self._heading), self._heading)))
        elif line.lstrip().startswith("<!--") and OURS.has(line):
            self._guard = line.strip()
        else:
            gap = self._gap and bool(self.items) and self.items[-1][0] == self._heading
            self.items.append((self._heading, Line(self._key(line), line.rstrip(), gap)))

    def _key(self, line: str) -> Key:
        if found := _MORE.match(line):
            return "more", self._heading, found[1].strip()
        if not self._heading and OURS.has(line):
            return "summary", ""
        return "line", line.strip()

    def close(self, guard: str = "") -> None:
        """Ends the block that is open. `guard` stays for the one that begins."""
        if self._entry:
            self.items.append((self._heading, _block(self._entry, self._lines, self._opened_by)))
        self._entry, self._lines = None, []
        self._opened_by, self._guard = guard, ""

    _opened_by = ""


def _block(entry: Entry, lines: list[str], guard: str) -> Block:
    while not lines[-1]:
        lines.pop()
    lines = _dedented(lines)
    end = entry.head.end_col - 1 if entry.head else len(entry.text)
    labels, words = [], []
    for word in _units(lines[1:]):
        if len(word.lines) == 1 and OURS.labelled(word.lines[0]):
            labels.append(word.lines[0])
        else:
            words.append(word)
    target = entry.head.target.removesuffix(".md") if entry.head else ""
    return Block(
        key=("who", target) if entry.head else ("text", entry.text.strip()),
        guard=guard,
        lead=lines[0][: lines[0].index("[")],
        mark="x" if entry.ticked else entry.mark,
        link=entry.text[:end].strip(),
        behind=entry.text[end:].strip(),
        labels=tuple(labels),
        words=tuple(words),
        raw=(*([guard] if guard else []), *lines),
    )


def _units(lines: list[str]) -> Iterator[Word]:
    """The lines below a person; a code block is one."""
    at, gap = 0, False
    while at < len(lines):
        if not lines[at].strip():
            gap = True
        else:
            end = _fence_end(lines, at)
            unit = tuple(line.rstrip() for line in lines[at : end + 1])
            said = said_in(lines[at]) if end == at else "\n".join(line.strip() for line in unit)
            yield Word(said, unit, gap)
            at, gap = end, False
        at += 1


def _fence_end(lines: list[str], at: int) -> int:
    fence = next_fence("", lines[at].lstrip())
    if fence:
        for end in range(at + 1, len(lines)):
            fence = next_fence(fence, lines[end].lstrip())
            if not fence:
                return end
    return at


def _indent(line: str) -> int:
    return len(line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4))


def _dedented(lines: list[str]) -> list[str]:
    columns = _indent(lines[0])
    if not columns:
        return lines
    return [" " * max(_indent(line) - columns, 0) + line.lstrip(" \t") for line in lines]
