"""Reading the log: which lines are interactions (docs/vault-format.md, section 5).

An entry is a dated list item, a dated line of its own, or a dated sub-heading with the text below it. What is
nested below an entry belongs to it; what is nested below an open task happened to nobody yet.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Literal
from typing import NamedTuple
from unicodedata import normalize

from vault_crm.core.body import Line
from vault_crm.core.body import heading_text
from vault_crm.core.body import indent_of
from vault_crm.core.dates import parse_date
from vault_crm.core.late import late
from vault_crm.core.links import Link
from vault_crm.core.links import links_in
from vault_crm.core.log.line import NOT_DONE
from vault_crm.core.log.line import DateStyle
from vault_crm.core.log.line import Head
from vault_crm.core.log.line import find_head
from vault_crm.core.log.line import find_lead
from vault_crm.core.log.line import find_other_form
from vault_crm.core.log.line import heading_lead
from vault_crm.core.log.line import split_kind
from vault_crm.core.log.line import visible
from vault_crm.core.words import Interaction
from vault_crm.core.words import Span

if TYPE_CHECKING:
    from vault_crm.core.model import Diagnostic
    from vault_crm.core.settings import Settings
    from vault_crm.core.words import LogWords

HEADINGS = (
    "Log", "Contact log", "Interactions", "Interaction log", "Conversations", "History", "Timeline",
    "Communications",
)  # fmt: skip
_TAG = late(r"\s[#^][\w/-]+")
_NOT_A_WORD = late(r"[\W_]+")
_TABLE_ROW = late(r"[ \t]*\|[ \t*_\[]*[0-9]{4}-[0-9]{2}-[0-9]{2}(?![0-9])")
_ISO = late(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SOURCE_LENGTH = 200


class LogEntry(NamedTuple):
    """An interaction and how it is laid out. `first` and `last` are indices into the lines, `last` that of
    its last line that is not blank; `lead` is what stands before the date (bullet, number signs); `level`
    is a sub-heading's, else 0; `below` says that its words stand below the sub-heading, `gap` that a blank
    line is between."""

    interaction: Interaction
    head: Head
    lead: str
    first: int
    last: int
    level: int = 0
    below: bool = False
    gap: bool = False


class LogSection(NamedTuple):
    """A log heading and what stands under it: the lines from `first` (the heading) up to, not including,
    `stop`."""

    name: str
    first: int
    stop: int
    entries: tuple[LogEntry, ...] = ()


class LogView(NamedTuple):
    """A note's log. `heading_line` is that of the section to which entries are added (0: there is no log
    yet)."""

    interactions: tuple[Interaction, ...] = ()
    sections: tuple[LogSection, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    main: LogSection | None = None
    heading_line: int = 0
    heading_start: int = 0
    blank_after_heading: bool = True

    @property
    def newest_first(self) -> bool:
        """True unless the log already runs the other way."""
        days = [entry.interaction.on for entry in self.main.entries] if self.main else []
        steps = [(a > b) - (a < b) for a, b in pairwise(days)]
        return sum(steps) >= 0

    @property
    def newest(self) -> LogEntry | None:
        """The entry after whose fashion new ones are written; None in an empty log."""
        entries = self.main.entries if self.main else ()
        return max(entries, key=lambda entry: entry.interaction.on, default=None)

    @property
    def style(self) -> Literal["bullets", "headings"]:
        """Whether entries are lines or dated sub-headings."""
        newest = self.newest
        return "headings" if newest is not None and newest.level else "bullets"

    @property
    def bullet(self) -> str:
        """What a list item of this log begins with: `-`, `*`, `+` or a number; '' where entries are plain
        lines."""
        newest = self.newest
        return "-" if newest is None else "" if newest.level else newest.lead.strip()

    @property
    def date_style(self) -> DateStyle:
        """How the log writes its dates."""
        newest = self.newest
        return "plain" if newest is None else newest.head.style


def read_log(path: str, lines: Sequence[Line], settings: Settings | LogWords) -> LogView:
    """The log in the lines of a body (`core.body.lines_of`). Never raises."""
    names = log_names(settings)
    sections = []
    diagnostics: list[Diagnostic] = []
    for name, first, stop in _ranges(lines, names):
        reader = _Reader(path, lines, diagnostics)
        sections.append(LogSection(name, first, stop, reader.read(first + 1, stop)))
    if not sections:
        return LogView()
    main = _main(sections, settings)
    after = main.first + 1
    return LogView(
        interactions=tuple(entry.interaction for section in sections for entry in section.entries),
        sections=tuple(sections),
        diagnostics=tuple(diagnostics),
        main=main,
        heading_line=lines[main.first].number,
        heading_start=lines[main.first].start,
        blank_after_heading=after >= len(lines) or lines[after].kind == "blank",
    )


def log_names(settings: Settings | LogWords) -> frozenset[str]:
    """The folded names of headings under which a log stands."""
    return _folded_names((*HEADINGS, settings.log_heading, *settings.log_headings))


@lru_cache(maxsize=8)
def _folded_names(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(fold_heading(name) for name in names)


def fold_heading(text: str) -> str:
    """A heading as headings are compared: without case, tags, emoji, colon and emphasis."""
    text = _TAG.sub("", normalize("NFC", text).casefold())
    return " ".join(_NOT_A_WORD.sub(" ", text).split()) or text.strip("# \t")


def _ranges(lines: Sequence[Line], names: frozenset[str]) -> Iterable[tuple[str, int, int]]:
    """(name, heading, end) of each log; a log heading inside a log begins a section of its own."""
    name, first, level = "", -1, 0
    for at, line in enumerate(lines):
        if line.kind != "heading":
            continue
        ends = first >= 0 and line.level <= level
        folded = fold_heading(heading_text(line))
        if folded in names:
            if first >= 0:
                yield name, first, at
            level = line.level if ends or first < 0 else min(level, line.level)
            name, first = folded, at
        elif ends:
            yield name, first, at
            first = -1
    if first >= 0:
        yield name, first, len(lines)


def _main(sections: Sequence[LogSection], settings: Settings | LogWords) -> LogSection:
    """The section that is the log: with entries rather than without, by its name, else the first."""
    own = fold_heading(settings.log_heading)
    return max(sections, key=lambda s: (bool(s.entries), s.name == own, s.name == "log"))


class _Reader:
    """Reads the entries of one section; `_owner` is the entry (or task) to which nested lines belong."""

    def __init__(self, path: str, lines: Sequence[Line], diagnostics: list[Diagnostic]) -> None:
        self._path = path
        self._lines = lines
        self._diagnostics = diagnostics
        self._found: list[_Draft] = []
        self._owner: _Draft | None = None
        self._dated_paragraph = False

    def read(self, first: int, stop: int) -> tuple[LogEntry, ...]:
        before = "heading"
        for at in range(first, stop):
            line = self._lines[at]
            if line.kind == "heading":
                self._heading(at, line)
            elif self._owner is not None and self._owner.level:
                self._owner.take(at, line)
            elif line.kind == "text":
                self._text(at, line, before)
            elif line.kind != "blank" and self._owner is not None:
                if indent_of(line.text) > self._owner.indent:
                    self._owner.last = at
                else:
                    self._owner = None
            before = line.kind
        return tuple(draft.entry(self._path) for draft in self._found if draft.head is not None)

    def _heading(self, at: int, line: Line) -> None:
        start = heading_lead(line.text)
        head = self._head(line, start)
        if head is None:
            if self._owner is not None and (not self._owner.level or line.level <= self._owner.level):
                self._owner = None
            elif self._owner is not None:
                self._owner.take(at, line)
            return
        self._owner = _Draft(line, at, head, line.text[:start], level=line.level)
        self._found.append(self._owner)

    def _text(self, at: int, line: Line, before: str) -> None:
        lead = find_lead(line.text)
        indent = lead.indent if lead else indent_of(line.text)
        owner = self._owner
        if owner is not None:
            nested = indent > owner.indent
            lazy = lead is None and before == "text" and not owner.plain
            if nested or lazy:
                owner.take(at, line)
                return
        if lead is not None:
            self._item(at, line, lead.end, lead.box, indent)
        elif before != "text" or self._dated_paragraph or line.text.lstrip().startswith("|"):
            self._plain_line(at, line, indent, before)

    def _item(self, at: int, line: Line, start: int, box: str, indent: int) -> None:
        self._dated_paragraph = False
        self._owner = None
        if box and box in NOT_DONE:
            self._owner = _Draft(line, at, None, "", indent=indent)
            return
        head = self._head(line, start)
        if head is not None:
            self._owner = _Draft(line, at, head, line.text[:start], indent=indent)
            self._found.append(self._owner)
        elif find_other_form(line.masked, start):
            self._owner = _Draft(line, at, None, "", indent=indent)

    def _plain_line(self, at: int, line: Line, indent: int, before: str) -> None:
        """A dated line without a bullet; a date that a wrapped paragraph happens to begin a line with is
        none."""
        start = len(line.text) - len(line.text.lstrip(" \t"))
        head = self._head(line, start)
        if head is not None:
            self._owner = _Draft(line, at, head, line.text[:start], indent=indent, plain=True)
            self._found.append(self._owner)
        elif self._owner is not None and before == "text":
            self._owner.take(at, line)
            return
        else:
            self._owner = None
        self._dated_paragraph = head is not None

    def _head(self, line: Line, start: int) -> Head | None:
        """The date at `start`; one that cannot be read is reported."""
        head = find_head(line.text, line.masked, start)
        if head is not None and head.on is not None:
            return head
        span = Span(self._path, line.number, start + 1)
        source = line.text[:_SOURCE_LENGTH]
        if head is not None:
            message = f"{head.iso} is not a day of the calendar, so this line of the log does not count"
            hint = "write the day it was, like 2026-03-14"
            self._warn("log-impossible-date", span, message, hint, source)
        elif other := find_other_form(line.masked, start):
            message, hint = _other_form(other)
            self._warn("log-date-form", span, message, hint, source)
        elif _TABLE_ROW.match(line.masked):
            message = "this looks like an entry of the log, but rows of a table are not read"
            hint = "write it as a line of a list: - 2026-03-14 call: ..."
            self._warn("log-date-form", span, message, hint, source)
        return None

    def _warn(self, code: str, span: Span, message: str, hint: str, source: str) -> None:
        from vault_crm.core.model import Diagnostic

        self._diagnostics.append(Diagnostic(code, "warning", span, message, hint, source))


def _other_form(written: str) -> tuple[str, str]:
    """What to say about an entry whose date has another form, and what would be right."""
    looks = "this looks like an entry of the log, but"
    if _ISO.fullmatch(written):
        return f"{looks} its date does not stand first, on its own", f"begin the line with {written}"
    message = f"{looks} {written} is not read as a date"
    try:
        day = parse_date(written)
    except ValueError as error:
        return message, str(error)
    return message, f"write {day}" if day else "write the date like 2026-03-14"


class _Draft:
    """An entry being read; without `head` a line whose nested lines are no entries either."""

    def __init__(
        self,
        line: Line,
        first: int,
        head: Head | None,
        lead: str,
        *,
        indent: int = 0,
        level: int = 0,
        plain: bool = False,
    ) -> None:
        self.head = head
        self.level = level
        self.indent = indent
        self.plain = plain
        self.last = first
        self._line = line
        self._first = first
        self._lead = lead
        self._words = head.words if head else ""
        self._below: list[str] = []
        self._whole = False
        self._gap = False
        start = len(lead) + len(head.pre) if head else 0
        self._links = [link.target for link in _own_links(line.masked, start, head)]

    def take(self, at: int, line: Line) -> None:
        """A line that belongs to this entry."""
        if line.kind == "blank":
            self._gap = self._gap or not self._below
            self._whole = self._whole or bool(self._below)
            return
        self.last = at
        if line.kind != "text":
            self._whole = self._whole or bool(self._below)
            return
        lead = find_lead(line.text)
        if lead is not None and lead.box and lead.box in NOT_DONE:
            self._whole = self._whole or bool(self._below)
            return
        self._links += [link.target for link in links_in(line.masked) if not link.embed]
        if self._below and lead is not None:
            self._whole = True
        if self.level and not self._whole:
            start = lead.end if lead else 0
            self._below.append(visible(line.text[start:], line.masked[start:]))

    def entry(self, path: str) -> LogEntry:
        """What was read. The words of a sub-heading are its own, else those of the first paragraph below
        it."""
        assert self.head is not None
        assert self.head.on is not None
        below = bool(self.level) and not self._words and bool(self._below)
        kind, text = split_kind(" ".join(self._below).strip() if below else self._words)
        span = Span(path, self._line.number, len(self._lead) + 1)
        interaction = Interaction(self.head.on, kind, text, span, tuple(dict.fromkeys(self._links)))
        return LogEntry(
            interaction, self.head, self._lead, self._first, self.last, self.level, below, self._gap and below
        )


def _own_links(masked: str, start: int, head: Head | None) -> list[Link]:
    """The links of an entry's first line, but for the one that is its date."""
    links = [link for link in links_in(masked) if not link.embed]
    return [link for link in links if not (head and link.col - 1 <= start < link.end_col - 1)]
