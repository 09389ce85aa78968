"""The log of a plain person note, for its gist: dated list items under one log heading, nothing else.

Of most entries only the day matters, and not even that any more once two newer ones count; words are read of
those two, and of entries that link somebody. A log that is anything more is left to `core.log.read`.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.links import links_in
from vault_crm.core.settings import Settings

if TYPE_CHECKING:
    from vault_crm.core.log.line import Head

NO_CONTACT = "no-contact"
_MOST_DAYS = 50_000  # that are remembered: 50 years of them, in some forms
_MOST_HEADINGS = 2000
_UNTOLD = 16  # entries that do not count, before somebody else may look
_OPENERS = frozenset("*_[(")  # of a date that is bold, a link or a field
_DAY = re.compile(r"[-*] ([0-9]{4}-[0-9]{2}-[0-9]{2})(?![A-Za-z0-9])")
_PLAIN_LINK = re.compile(r"\[\[([^\s\[\]|#\\](?:[^\[\]|#\\]*[^\s\[\]|#\\])?)\]\]")

# An entry that counts: its day, and its line in the note.
Entry = tuple[int, int, str]


class PlainLogs:
    """Reads plain logs under one set of settings; what a heading or a date means is worked out once."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._not_contact = frozenset(kind.casefold() for kind in settings.not_contact)
        self._suspicious = (NO_CONTACT, *self._not_contact)
        self._headings: dict[str, tuple[int, bool]] = {}
        self._days: dict[str, int] = {"": 0}

    def read(self, text: str, body: int) -> tuple[list[Entry], tuple[Any, ...]] | None:
        """The newest entries that count, two at most, and the links of all (`core.gist.LINKS`); None for a
        log that is not plain. No merge stopped in the text."""
        place = self._place(text, body)
        if place is None:
            return None
        start, stop = place
        if start < 0:
            return [], ()
        section = text[start:stop]
        if _hides(text) or "`" in section:
            return None
        lines = section.split("\n")
        days = list(map(self._days.get, [line[:13] for line in lines]))
        if None in days and not self._learn(lines, days):
            return None
        first = -1
        links: tuple[Any, ...] = ()
        if "[" in section:
            first = text.count("\n", 0, start) + 1
            links = self._links(lines, days, first)
        newest = self._newest(lines, days)
        if newest is None:
            return None
        if newest and first < 0:
            first = text.count("\n", 0, start) + 1
        return [(day, first + at, lines[at]) for day, at in newest], links

    def words(self, line: str) -> tuple[str, str]:
        """(type, text) of an entry."""
        if line[12:13] == " " and line[13:14].isalpha():
            # No clock time (`at 10:30`): that has a colon, and before it not only letters.
            words = line[13:].strip()
            kind, colon, text = words.partition(":")
            if not colon:
                return "", words
            if kind.isalpha() and len(kind) <= 40 and text[:1] == " ":
                return kind, text.strip()
        from vault_crm.core.log.line import split_kind

        head = _head(line)
        assert head is not None  # of a line that has a day
        return split_kind(head.words)

    def title(self, line: str) -> str:
        """The words of a heading that is not a log's; '' if the line is none."""
        level, is_log = self._heading(line) if line[:1] == "#" else (0, False)
        if not level or is_log:
            return ""
        from vault_crm.core.body import heading_text
        from vault_crm.core.body import lines_of
        from vault_crm.core.links import shown_text

        return " ".join(shown_text(heading_text(lines_of(line)[0])).split())

    # -- where the log is

    def _place(self, text: str, body: int) -> tuple[int, int] | None:
        """Where the lines of the one log begin and end (-1: there is none); None if headings are not
        plain."""
        start, stop, level = -1, len(text), 0
        at = text.find("#", body)
        while at >= 0:
            end = text.find("\n", at)
            if end < 0:
                end = len(text)
            before = text.rfind("\n", body, at) + 1 or body
            bare = text[before:at].strip(" \t")
            if not bare:
                deep, is_log = self._heading(text[at:end])
                if before < at and (is_log or (deep and start >= 0)):
                    return None  # with spaces before it a heading may be code
                if deep:
                    if is_log and start >= 0:
                        return None
                    if is_log:
                        start, level = min(end + 1, len(text)), deep
                    elif start >= 0 and stop == len(text):
                        if deep > level:
                            return None
                        stop = at
            at = text.find("#", end)
        return start, stop

    def _heading(self, line: str) -> tuple[int, bool]:
        """The level of a heading (0: it is none) and whether it is a log's."""
        found = self._headings.get(line)
        if found is None:
            found = self._read_heading(line)
            if len(self._headings) < _MOST_HEADINGS:
                self._headings[line] = found
        return found

    def _read_heading(self, line: str) -> tuple[int, bool]:
        from vault_crm.core.body import heading_text
        from vault_crm.core.body import lines_of
        from vault_crm.core.log.read import fold_heading
        from vault_crm.core.log.read import log_names

        read = lines_of(line)[0]
        if read.kind != "heading":
            return 0, False
        return read.level, fold_heading(heading_text(read)) in log_names(self._settings)

    # -- its entries

    def _learn(self, lines: list[str], days: list[int | None]) -> bool:
        """Finds out what lines are of which that is not known yet; False if one is not plain."""
        inside = False
        for at, day in enumerate(days):
            line = lines[at]
            if day is None:
                if line[0] in " \t":
                    # Below an entry a line belongs to it, and adds nothing but links.
                    if (line.strip(" \t") and not inside) or "[" in line:
                        return False
                    days[at] = 0
                    continue
                day = days[at] = self._day(line)
                if not day:
                    return False
            inside = inside or day > 0
        return True

    def _day(self, line: str) -> int:
        """The day of an entry, 0 if it is not a plain one of a day that the calendar has."""
        found = _DAY.match(line)
        if found is None:
            head = _head(line) if line[:2] in ("- ", "* ") and line[2:3] in _OPENERS else None
            return head.on.toordinal() if head is not None and head.on is not None else 0
        try:
            day = date.fromisoformat(found[1]).toordinal()
        except ValueError:
            return 0
        if len(self._days) < _MOST_DAYS:
            self._days[line[:13]] = day
        return day

    def _newest(self, lines: list[str], days: list[Any]) -> list[tuple[int, int]] | None:
        """The newest entries that count, two at most, as (day, index): on one day the upper one is first."""
        found: list[tuple[int, int]] = []
        untold = 0
        while day := max(days):
            at = days.index(day)
            days[at] = 0
            if self._counts(lines[at]):
                found.append((day, at))
                if len(found) == 2:
                    break
            else:
                untold += 1
                if untold == _UNTOLD:
                    return None
        return found

    def _counts(self, line: str) -> bool:
        folded = line.casefold()
        for word in self._suspicious:
            if word in folded:
                break
        else:
            return True
        kind, text = self.words(line)
        return kind.casefold() not in self._not_contact and "#no-contact" not in text.casefold()

    def _links(self, lines: list[str], days: list[Any], first: int) -> tuple[Any, ...]:
        found: list[Any] = []
        for at, line in enumerate(lines):
            if days[at] and "[" in line and (targets := targets_in(line)):
                kind, text = self.words(line)
                said = days[at], kind, text, first + at, 3, 0, self._counts(line)
                found += [(target, *said) for target in targets]
        return tuple(found)


def _hides(text: str) -> bool:
    """True if code or a comment may go over several lines, or other line ends than newlines are there."""
    return (
        "\r" in text
        or "\ufeff" in text
        or ("`" in text and "```" in text)
        or ("%" in text and "%%" in text)
        or ("~" in text and "~~~" in text)
        or ("<" in text and "<!--" in text)
    )


def _head(line: str) -> Head | None:
    from vault_crm.core.log.line import find_head

    return find_head(line, line, 2)


def targets_in(line: str) -> dict[str, None]:
    """The targets of the links of an entry, each once, embeds left out, and the link that is its date."""
    if line[2:3] in _OPENERS and (head := _head(line)):
        at = 2 + len(head.pre)
        links = [link for link in links_in(line) if not link.embed]
        return dict.fromkeys(link.target for link in links if not link.col - 1 <= at < link.end_col - 1)
    plain = _PLAIN_LINK.findall(line)
    if 2 * len(plain) == line.count("[") and "](" not in line and "![" not in line and "\\" not in line:
        return dict.fromkeys(plain)
    return dict.fromkeys(link.target for link in links_in(line) if not link.embed)
