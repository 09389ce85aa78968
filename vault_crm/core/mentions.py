"""Dated notes, and whom they mention: daily notes, meeting notes, journals with dated headings, done tasks.

What counts and what does not is docs/vault-format.md, section 5: links in open tasks, quotes, code,
comments and embeds are no contact, nor is a line tagged `#no-contact`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from typing import Literal

from vault_crm.core.body import Line
from vault_crm.core.body import indent_of
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import fold_key
from vault_crm.core.late import late
from vault_crm.core.links import Link
from vault_crm.core.links import links_in
from vault_crm.core.links import shown_text
from vault_crm.core.links import stem_of
from vault_crm.core.links import without_links
from vault_crm.core.log.line import NOT_DONE
from vault_crm.core.log.line import SEPARATORS
from vault_crm.core.log.line import Lead
from vault_crm.core.log.line import find_head
from vault_crm.core.log.line import find_lead
from vault_crm.core.log.line import heading_lead
from vault_crm.core.log.line import visible
from vault_crm.core.model import DatedLine
from vault_crm.core.model import Mention
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.model import text_items
from vault_crm.core.moment import match_moment
from vault_crm.core.people import people_folder
from vault_crm.core.people import says_person
from vault_crm.core.people import type_words
from vault_crm.core.record import record
from vault_crm.core.settings import Settings

How = Literal["daily note", "meeting", "dated note", "task"]

DONE_MARK = "✅"
TEXT_LENGTH = 200
ISO_STEM = late(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
_DONE = late(r"✅\ufe0f?[ \t]*([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
_NO_CONTACT = late(r"(?<![\w#/&])#no-contact(?![\w/-])", re.IGNORECASE)
_DATED_HEADING = late(r"^ {0,3}#{1,6}[ \t][^\n]{0,40}[0-9]{4}-[0-9]{2}-[0-9]{2}", re.MULTILINE)
_MEETING = frozenset({"meeting", "meetings"})
_ATTENDEES = frozenset({"attendees", "participants", "with"})
_PEOPLE_KEYS = _ATTENDEES | {"people"}


@record
class Dating:
    """The day that a note is about, and what kind of dated note it is; `headings`: dated headings have
    their say.

    `unread` is a meeting's `date` that cannot be read, with the reason.
    """

    on: date | None = None
    how: Literal["", "daily note", "meeting", "dated note"] = ""
    headings: bool = False
    unread: tuple[Property, str] | None = None


def date_note(path: str, properties: Sequence[Property], settings: Settings) -> Dating:
    """What day a note is about, by its name or as a meeting; nothing for most notes."""
    daily = _daily(path, settings)
    stem = stem_of(path)
    iso = ISO_STEM.match(stem)
    named = _day(iso.group(1)) if iso else None
    if daily is None and named is not None and iso is not None and iso.end() == len(stem):
        daily = named
    if daily is not None:
        return Dating(daily, "daily note")
    meeting = bool(properties) and _is_meeting(path, properties, settings)
    stated, unread = _stated(properties) if meeting else (None, None)
    if stated is not None:
        return Dating(stated, "meeting")
    if named is not None:
        return Dating(named, "meeting" if meeting else "dated note", headings=not meeting)
    return Dating(headings=True, unread=unread)


def has_dated_headings(text: str) -> bool:
    """True if a heading seems to hold a date: only then is it worth while to read the note's lines."""
    return "#" in text and _DATED_HEADING.search(text) is not None


def _daily(path: str, settings: Settings) -> date | None:
    conventions = settings.conventions
    if not (conventions.daily_known or settings.daily_folder or settings.daily_format):
        return None
    folder = (settings.daily_folder or conventions.daily_folder).strip("/")
    if folder and not path.startswith(folder + "/"):
        return None
    name = path[len(folder) + 1 if folder else 0 :]
    name = name[:-3] if name[-3:].lower() == ".md" else name
    return match_moment(settings.daily_format or conventions.daily_format or "YYYY-MM-DD", name)


def _is_meeting(path: str, properties: Sequence[Property], settings: Settings) -> bool:
    """A note with people, attendees or the like, or one that calls itself a meeting; never one that says
    person."""
    if says_person(properties):
        return False
    keys = {fold_key(prop.key) for prop in properties}
    if keys & _ATTENDEES or any(word.split("/")[0] in _MEETING for word in type_words(properties)):
        return True
    if any(part.casefold() in _MEETING for part in path.split("/")[:-1]):
        return True
    return "people" in keys and not people_folder(path, settings)


def _stated(properties: Iterable[Property]) -> tuple[date | None, tuple[Property, str] | None]:
    for prop in properties:
        if fold_key(prop.key) != "date":
            continue
        for item in text_items(prop.value):
            try:
                return parse_date(item), None
            except ValueError as error:
                return None, (prop, str(error))
    return None, None


def _day(iso: str) -> date | None:
    try:
        return date.fromisoformat(iso)
    except ValueError:
        return None


# -- who is mentioned


def property_mentions(path: str, properties: Iterable[Property], dating: Dating) -> list[Mention]:
    """The people that a dated note names in `people`, `attendees`, `participants` or `with`, linked or
    plainly."""
    if dating.on is None or not dating.how:
        return []
    on, how = dating.on, dating.how
    stem = stem_of(path)
    title = ISO_STEM.sub("", stem, count=1).strip(SEPARATORS + "_") or stem
    return [
        Mention(name, on, how, prop.span, title)
        for prop in properties
        if fold_key(prop.key) in _PEOPLE_KEYS
        for name in dict.fromkeys(_names(prop))
    ]


def _names(prop: Property) -> Iterator[str]:
    for item in text_items(prop.value):
        links = links_in(item)
        if links:
            yield from (link.target for link in links)
        else:
            names = item.split(",") if isinstance(prop.value, str) else [item]
            yield from (name.strip(" @\"'") for name in names if name.strip(" @\"'"))


def line_mentions(
    path: str, lines: Sequence[Line], dating: Dating, *, names: bool = False
) -> tuple[list[Mention], list[DatedLine]]:
    """Whom the lines link on a day: the note's, its heading's, or a done task's own. With `names`, also the
    dated lines themselves, with links, code and comments blanked out, to look for names in them."""
    found: list[Mention] = []
    dated: list[DatedLine] = []
    for line, lead, heading_day in _telling_lines(lines, dating.headings, names):
        done = _done_day(line, lead)
        on = done or heading_day or dating.on
        if on is None or ("#" in line.masked and _NO_CONTACT.search(line.masked)):
            continue
        how: How = "task" if done else dating.how or "dated note"
        span = Span(path, line.number, 1)
        links: dict[str, Link] = {}
        for link in links_in(line.masked):
            if not link.embed and not _is_day(link):
                links.setdefault(link.target, link)
        if links:
            text = _shown(line, lead)
            for target, link in links.items():
                at = Span(path, line.number, link.col, link.end_col)
                found.append(Mention(target, on, how, at, text))
        if names and not done:
            dated.append(DatedLine(on, span, without_links(line.masked)))
    return found, dated


def _telling_lines(
    lines: Sequence[Line], headings: bool, names: bool
) -> Iterator[tuple[Line, Lead | None, date | None]]:
    """The lines that may tell of contact, each with its list marker and the day of the heading it stands
    under: no quotes, code or comments, no open tasks, nor what is nested in one."""
    day: date | None = None
    level = 0
    task = -1
    for line in lines:
        if line.kind == "heading":
            task = -1
            if headings:
                start = heading_lead(line.text)
                head = find_head(line.text, line.masked, start)
                if head is not None and head.on is not None:
                    day, level = head.on, line.level
                elif line.level <= level:
                    day, level = None, 0
            yield line, None, day
        elif line.kind == "text":
            if task < 0 and not names and "[" not in line.text:
                continue  # neither a link nor a task
            lead = find_lead(line.text)
            if task >= 0 and indent_of(line.text) > task:
                continue
            task = -1
            if lead is not None and lead.box and lead.box in NOT_DONE:
                task = lead.indent
                continue
            yield line, lead, day


def _done_day(line: Line, lead: Lead | None) -> date | None:
    """The day on which a ticked task was done, if it says so (Obsidian Tasks' `✅ 2026-03-14`)."""
    if lead is None or not lead.box or DONE_MARK not in line.masked:
        return None
    days = _DONE.findall(line.masked)
    return _day(days[-1]) if days else None


def _is_day(link: Link) -> bool:
    """True for a link to a daily note, which is nobody."""
    return ISO_STEM.fullmatch(stem_of(link.target)) is not None


def _shown(line: Line, lead: Lead | None) -> str:
    """The words of a line as a reader sees them, without bullet and number signs, not too long."""
    start = lead.end if lead else heading_lead(line.text) if line.kind == "heading" else 0
    # A line of 500 kB is not read to its end for 200 characters.
    window = slice(start, start + 20 * TEXT_LENGTH)
    words = " ".join(shown_text(visible(line.text[window], line.masked[window])).split())
    return words if len(words) <= TEXT_LENGTH else words[: TEXT_LENGTH - 1].rstrip() + "…"
