"""A note's body taken apart by headings: a section is its heading, what stands under it, and, in a log, its
entries. Joined in order they are the body."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.core.body import Line
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.log.read import LogEntry
from vault_crm.core.log.read import fold_heading
from vault_crm.core.log.read import read_log
from vault_crm.core.merge.edits import Item

if TYPE_CHECKING:
    from vault_crm.core.settings import Settings
    from vault_crm.core.words import LogWords

_AROUND_DATE = " \t-–—:,*_)]"
_ISO_LENGTH = 10


class Section(NamedTuple):
    """`titles` are the folded headings it stands under, its own last; () for what stands above all. `words`
    are the lines up to the first entry, `before` the blank lines between them; `gap` the blank lines at the
    section's end."""

    titles: tuple[str, ...]
    heading: str
    words: str
    before: str
    items: tuple[Item, ...]
    gap: str

    @property
    def content(self) -> str:
        """Everything but the heading and the gap."""
        last = len(self.items)
        entries = (item.text + (item.gap if n < last else "") for n, item in enumerate(self.items, 1))
        return self.words + self.before + "".join(entries)

    @property
    def text(self) -> str:
        return self.heading + self.content + self.gap


def split_body(body: str, settings: Settings | LogWords) -> list[Section]:
    """The sections of a body, whose lines end in LF; without text none."""
    lines = lines_of(body)
    entries: dict[int, LogEntry] = {}
    for log in read_log("", lines, settings).sections:
        entries |= {entry.first: entry for entry in log.entries}
    nested = {at for entry in entries.values() for at in range(entry.first, entry.last + 1)}
    heads = [at for at, line in enumerate(lines) if line.kind == "heading" and at not in nested]
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    for first, stop in zip([-1, *heads], [*heads, len(lines)], strict=True):
        if first >= 0:
            level = lines[first].level
            path = [(above, title) for above, title in path if above < level]
            path.append((level, fold_heading(heading_text(lines[first]))))
        titles = tuple(title for _, title in path)
        section = _section(titles, _Source(body, lines), first, stop, entries)
        if section.text:
            sections.append(section)
    return sections


class _Source(NamedTuple):
    """A body and its lines, by index."""

    body: str
    lines: Sequence[Line]

    def text(self, first: int, stop: int) -> str:
        """The lines from `first` up to, not including, `stop`."""
        return self.body[self.start(first) : self.start(stop)] if first < stop else ""

    def start(self, at: int) -> int:
        if not at:
            return 0  # `lines_of` skips a BOM, which is text where a body begins
        return self.lines[at].start if at < len(self.lines) else len(self.body)

    def without_gap(self, first: int, stop: int) -> int:
        """Where the blank lines at the end of a range begin."""
        while stop > first and not self.lines[stop - 1].text.strip():
            stop -= 1
        return stop


def _section(
    titles: tuple[str, ...],
    source: _Source,
    first: int,
    stop: int,
    entries: dict[int, LogEntry],
) -> Section:
    body = first + 1
    starts = [at for at in range(body, stop) if at in entries]
    end = source.without_gap(body, stop)
    items = []
    for at, until in zip(starts, [*starts[1:], end], strict=False):
        last = source.without_gap(at, until)
        gap = source.text(last, until)
        items.append(_item(entries[at], source.text(at, last), gap))
    above = starts[0] if starts else end
    spoken = source.without_gap(body, above)
    words, before = source.text(body, spoken), source.text(spoken, above)
    heading = source.text(first, body) if first >= 0 else ""
    return Section(titles, heading, words, before, tuple(items), source.text(end, stop))


def _item(entry: LogEntry, text: str, gap: str) -> Item:
    first, *rest = text.split("\n")
    at = len(entry.lead) + len(entry.head.pre) + _ISO_LENGTH
    words = first[at:].lstrip(_AROUND_DATE).rstrip()
    box = entry.lead.strip() if "[" in entry.lead else ""
    said = (box, words, *(line.rstrip() for line in rest))
    return Item(entry.interaction.on, said, text, gap)


Name = tuple[object, ...]


def name_sections(*sides: Sequence[Section]) -> list[dict[Name, Section]]:
    """The sections of each version by a name that is the same in all of them: the heading, or where one
    heading is there several times, the way to it and a number."""
    counts = [Counter(section.titles[-1:] for section in side) for side in sides]
    doubled = {title for count in counts for title, number in count.items() if number > 1}
    named = []
    for side in sides:
        seen: Counter[tuple[str, ...]] = Counter()
        found: dict[Name, Section] = {}
        for section in side:
            name: Name = section.titles[-1:]
            if name in doubled:
                name = ("", *section.titles, seen[section.titles])
                seen[section.titles] += 1
            found[name] = section
        named.append(found)
    return named
