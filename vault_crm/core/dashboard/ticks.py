"""A dashboard as an input: which lines a user ticked or wrote on, whatever editor it was, and whose they
are.

Only the generated part is read, between the markers. In it, these lines are the tool's own: headings, the
comment before a tick line, labelled lines (`- ask: ...`), dated lists, and tick lines that hold a link and
nothing else. Everything else that stands on or below a tick line is the user's, and no rendering may lose
it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.markers import next_fence
from vault_crm.core.dashboard.ownlines import HINT
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.late import late
from vault_crm.core.links import Link
from vault_crm.core.links import links_in
from vault_crm.core.record import record
from vault_crm.core.record import replace

# Also as fingers and phones make it: `[x ]`, `[]`, a no-break space, no space before the link.
_TICK = late(
    r"([ \t]*)(?:[-*+]|\d{1,9}[.)])\s+"
    r"\[(\S|\s*[xX]\s*|\s*)\](?:\s+|(?<=[\sxX\[]\])(?=\[[^\[\]]*\]\(|\[\[)|\Z)(.*)\Z"
)
_HEADING = late(r" {0,3}#{1,6}(?:[ \t]|\Z)")
_COMMENT = late(r"<!--.*-->\s*\Z")
# What git leaves where it could not merge: both sides are read, the marker lines are nobody's words.
_CONFLICT = late(r"(?:<{7,}|\|{7,}|={7,}|>{7,})(?:[ \t]|\Z)")
_ESCAPED = late(r"\\(.)")
_BULLET = late(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]")

OURS = OwnLines()


@record
class Entry:
    """A tick line with what the user wrote on it and below it.

    `text` is all that stands behind the box, `links` the notes it links, `head` the link it begins with, if
    it does. `behind` is what stands behind that link (everything, if the line begins with none). `below`
    are the user's own lines, as written, without the tool's labelled ones; `hint` is what the tool said
    below it the last time. `line` counts in the whole file.
    """

    line: int
    mark: str
    text: str
    links: tuple[Link, ...] = ()
    head: Link | None = None
    behind: str = ""
    below: tuple[str, ...] = ()
    hint: str = ""

    @property
    def ticked(self) -> bool:
        """True for `[x]` and `[X]`; other marks (`[/]`, `[-]`) are kept, but say nothing to us."""
        return self.mark in ("x", "X")

    @property
    def untouched(self) -> bool:
        """True if nothing on it is the user's."""
        return self.mark == " " and not self.behind and not self.below


@record
class DashboardText:
    """A dashboard as read: its entries in order, and lines that are nobody's (`loose`: line number,
    text)."""

    entries: tuple[Entry, ...] = ()
    loose: tuple[tuple[int, str], ...] = ()


class _Open:
    """An entry whose lines are still being read."""

    __slots__ = (
        "above",
        "below",
        "blank",
        "hint",
        "indent",
        "labelled",
        "line",
        "links",
        "mark",
        "raw",
        "text",
    )

    def __init__(
        self, line: int, indent: int, mark: str, text: str, links: tuple[Link, ...], raw: str
    ) -> None:
        self.line = line
        self.indent = indent
        self.mark = mark
        self.text = text
        self.links = links
        self.raw = raw
        self.below: list[str] = []
        self.blank = 0
        self.labelled = False
        self.hint = ""
        self.above: _Open | None = None

    def add(self, line: str) -> None:
        if self.blank:
            self.below.append("")
        self.below.append(_dedent(line, self.indent))
        self.blank = 0

    def entry(self) -> Entry:
        found = self.links
        head = found[0] if found and not self.text[: found[0].col - 1].strip() else None
        behind = self.text[head.end_col - 1 :] if head else self.text
        return Entry(
            self.line, self.mark, self.text, found, head, behind.strip(), tuple(self.below), self.hint
        )


def note_links(text: str) -> tuple[Link, ...]:
    """The links to notes in a line of a dashboard, without embeds; escaped brackets are part of a name."""
    masked = _ESCAPED.sub(lambda m: "  " if m[1] in "[]" else m[0], text) if "\\" in text else text
    return tuple(link for link in links_in(masked) if not link.embed)


def read_dashboard(text: str, own: OwnLines = OURS) -> DashboardText:
    """What the user wrote into a dashboard; nothing if it has no markers. `own` tells the tool's lines.
    Raises MarkerProblem if the markers are damaged."""
    part = find_generated(text)
    if part is None:
        return DashboardText()
    return read_body(text[part.start : part.end], part.first_line, own)


def read_body(body: str, first_line: int = 1, own: OwnLines = OURS) -> DashboardText:
    """The same for the generated part alone, whose first line has this number."""
    return read_runs(((first_line, body),), own)


def read_runs(runs: Iterable[tuple[int, str]], own: OwnLines) -> DashboardText:
    """The same for some parts of it alone, each with the number of its first line. A part must begin where
    what stands above it says nothing about it: with a heading, or at the margin with a box and a link."""
    reading = _Reading(own)
    for first_line, text in runs:
        lines = [line.removesuffix("\r") for line in text.split("\n")]
        at = 0
        while at < len(lines):
            end = _fence_end(lines, at) if reading.inside(lines[at]) else at
            if end > at:
                for line in lines[at : end + 1]:
                    reading.keep(line)
            else:
                reading.take(first_line + at, lines[at])
            at = max(end, at) + 1
    return reading.result()


def _fence_end(lines: list[str], at: int) -> int:
    """The last line of a code block that opens at `at`, if it closes before the next heading; else `at`."""
    fence = next_fence("", lines[at].lstrip())
    if not fence:
        return at
    for end in range(at + 1, len(lines)):
        if _HEADING.match(lines[end]):
            return at
        fence = next_fence(fence, lines[end].lstrip())
        if not fence:
            return end
    return at


class _Reading:
    """The state while a body is read line by line: the open entries, outermost first."""

    def __init__(self, own: OwnLines) -> None:
        self._own = own
        self._open: list[_Open] = []
        self._done: list[_Open] = []
        self._loose: list[tuple[int, str]] = []

    def result(self) -> DashboardText:
        entries = tuple(found.entry() for found in sorted(self._done, key=lambda o: o.line))
        return DashboardText(entries, tuple(self._loose))

    def inside(self, line: str) -> bool:
        """True if this line would stand below the innermost entry."""
        return bool(self._open) and _indent(line) > self._open[-1].indent

    def keep(self, line: str) -> None:
        """Takes a line of a code block as it is."""
        self._open[-1].add(line)

    def take(self, number: int, line: str) -> None:
        """Takes the next line."""
        if not line.strip():
            for entry in self._open:
                entry.blank += 1
        elif (found := _TICK.match(line)) is not None:
            self._take_tick(number, line, found)
        elif self._own.labelled(line):
            self._fold()
            for entry in self._open:
                entry.labelled = True
                entry.hint = _hint_in(line) or entry.hint
            self._take_behind(number, line)
        elif _CONFLICT.match(line):
            self._open.clear()
        elif _HEADING.match(line) or (_COMMENT.match(line) and self._own.has(line)):
            self._open.clear()
            self._take_loose(number, line)
        else:
            self._take_text(number, line)

    def _take_tick(self, number: int, line: str, found: re.Match[str]) -> None:
        indent = _columns(found[1])
        text = found[3].rstrip()
        last = self._open[-1] if self._open else None
        linked = note_links(text)
        if last and not linked and indent > last.indent:
            last.add(line)
            return
        entry = _Open(number, indent, found[2].strip() or " ", text, linked, line)
        if last and not linked and indent == last.indent and not (last.labelled or last.blank):
            entry.above = last if last.above or last.links else None
        self._close(indent)
        self._open.append(entry)
        self._done.append(entry)

    def _fold(self) -> None:
        """Enter behind a name begins a new box in Obsidian: what stands above the name's labels is about
        them."""
        if not self._open or self._open[-1].above is None:
            return
        boxes: list[_Open] = []
        entry = self._open.pop()
        while entry.above is not None:
            boxes.append(entry)
            entry = entry.above
        for box in reversed(boxes):
            self._done.remove(box)
            for line in (box.raw, *box.below):
                entry.add(line)
        self._open.append(entry)

    def _take_text(self, number: int, line: str) -> None:
        if self._open and line.strip() in self._own.written:
            return  # an own template's line below a person
        indent = _indent(line)
        outer = self._open[0].indent if self._open else 0
        if self._open and indent > outer:
            self._close(indent)
            self._open[-1].add(line)
        elif self._open and not self._open[-1].blank and (_BULLET.match(line) or not self._own.has(line)):
            self._open[-1].add(line)
        else:  # also the summary, right below a line that somebody typed above it
            self._open.clear()
            self._take_loose(number, line)

    def _take_behind(self, number: int, line: str) -> None:
        """Takes what was typed at the end of a labelled line."""
        words = self._own.behind(line)
        if words and self._open:
            self._open[-1].add(f"{line[: len(line) - len(line.lstrip())]}- {words}")
        elif words:
            self._loose.append((number, f"- {words}"))

    def _take_loose(self, number: int, line: str) -> None:
        """Takes a line that belongs to nobody, as far as it is the user's."""
        if words := self._own.theirs(line):
            self._loose.append((number, words))

    def _close(self, indent: int) -> None:
        """Leaves the entries that a line of this indentation does not stand below."""
        while self._open and self._open[-1].indent >= indent:
            self._open.pop()


def _columns(space: str) -> int:
    return len(space.expandtabs(4))


def _indent(line: str) -> int:
    return _columns(line[: len(line) - len(line.lstrip(" \t"))])


def _dedent(line: str, columns: int) -> str:
    if not columns:
        return line
    space = line[: len(line) - len(line.lstrip(" \t"))].expandtabs(4)
    return space[columns:] + line.lstrip(" \t")


def _hint_in(line: str) -> str:
    before, _, hint = line.partition(f"{HINT}: ")
    return hint.strip() if not before.strip(" \t-*+") else ""


def is_tick(line: str) -> bool:
    """True if a line is a list item with a box."""
    return _TICK.match(line) is not None


def is_bullet(line: str) -> bool:
    """True if a line is a list item."""
    return _BULLET.match(line) is not None


def bare_line(line: str) -> str:
    """A line below a person without its bullet, its box and the space around it."""
    found = _TICK.match(line)
    if found:
        return found[3].strip()
    bullet = _BULLET.match(line)
    return line[bullet.end() if bullet else 0 :].strip()


def without_lines(entry: Entry, taken: frozenset[int]) -> Entry:
    """The entry without some of its words, by number: 0 is what stands behind the link, then come the
    lines."""
    below = tuple(line for number, line in enumerate(entry.below, 1) if number not in taken)
    while below and not below[0].strip():
        below = below[1:]
    return replace(entry, behind="" if 0 in taken else entry.behind, below=below)
