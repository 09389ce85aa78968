"""GistReader: a note's path and bytes -> its gist (`core.gist`).

Nearly every note of a vault is plain: its frontmatter has one `key: value` a line (or what `core.gistyaml`
knows), its log one entry a line. Of those a gist is made here, of their bytes as far as possible. Whatever is
unusual is read in full: the answer is the same for every note (tests hold the two together), only later.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING
from typing import Any
from typing import Literal
from typing import TypeAlias

from vault_crm.core.gist import NOTHING
from vault_crm.core.gist import Gist
from vault_crm.core.gist import gist_of
from vault_crm.core.gistplain import DATE
from vault_crm.core.gistplain import KEY
from vault_crm.core.gistplain import MEETING
from vault_crm.core.gistplain import TYPES
from vault_crm.core.gistplain import VALUE
from vault_crm.core.gistplain import PlainBlocks
from vault_crm.core.gistplain import Row
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import text_items
from vault_crm.core.people import INDEXES
from vault_crm.core.people import bare_name
from vault_crm.core.people import fold_name
from vault_crm.core.people import never_person
from vault_crm.core.people import own_rule
from vault_crm.core.people import people_folder
from vault_crm.core.people import says_other
from vault_crm.core.words import Span

if TYPE_CHECKING:
    from vault_crm.core.defaults import CadenceDefaults
    from vault_crm.core.evidence import EvidenceFinder
    from vault_crm.core.gistpeople import PlainPeople
    from vault_crm.core.settings import Settings

_MOST_BLOCKS = 5000  # that are remembered
_LONGEST_BLOCK = 400  # bytes of one that is
_MOST_HEADINGS = 500  # that are looked at, one by one
_MEETINGS = frozenset({"meeting", "meetings"})
_DONE = "✅".encode()
_DONE_END, _BRACKET, _SIGN, _RETURN = _DONE[-1], ord("["), ord("#"), ord("\r")
_ODD_STARTS = (b"\xef", b"\xff", b"\xfe")  # of marks that say how a file is encoded
_DATED_LINE = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_DATED_HEADING = re.compile(r"#[^\n]*[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOWHERE = Span("", 1)

# What a folder's notes are, as far as that is theirs; and what a frontmatter says of a note outside of people
# folders, instead of its aliases.
_ANY, _PEOPLE, _MEETING, _TEMPLATES, _ODD = range(5)
_IS_PERSON, _IS_ODD = "person", "odd"
Facts: TypeAlias = "dict[bytes, tuple[str, ...] | str]"
Dated: TypeAlias = Literal["", "daily note", "meeting", "dated note"]


class GistReader:
    """Reads gists under one set of settings; it is made once a run."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._blocks = PlainBlocks()
        self._folders: dict[str, tuple[int, str]] = {}
        self._facts: Facts = {}
        self._strict: Facts = {}
        self._drafts: Facts = {}
        self._daily = _daily_prefix(settings)
        # Most runs read few notes: what only some need is loaded for the first of them.
        self._people: PlainPeople | None = None
        self._mentions: Callable[[str, int, date, Dated], tuple[Any, ...] | None] | None = None
        self._reference: tuple[CadenceDefaults, EvidenceFinder] | None = None

    def read(self, path: str, raw: bytes) -> Gist:
        """The gist of a note's bytes, whatever they are."""
        found = self.fast(path, raw)
        return self._full(path, raw) if found is None else found

    def of_note(self, note: Note) -> Gist:
        """The gist of a note that was read in full."""
        if self._reference is None:
            from vault_crm.core.defaults import read_defaults
            from vault_crm.core.evidence import EvidenceFinder

            self._reference = read_defaults(self._settings), EvidenceFinder(self._settings)
        return gist_of(note, *self._reference)

    def _full(self, path: str, raw: bytes) -> Gist:
        from vault_crm.core.note import parse_note
        from vault_crm.core.text import decode

        return self.of_note(parse_note(path, decode(raw), self._settings))

    def fast(self, path: str, raw: bytes) -> Gist | None:
        """The same gist in a fraction of the time; None for a note with anything unusual in it."""
        folder, _, name = path.rpartition("/")
        try:
            kind, index = self._folders[folder]
        except KeyError:
            kind, index = self._folder(folder)
        if kind == _ODD or 0 in raw or name[-3:] != ".md":
            return None
        if _RETURN in raw:
            # Line ends of two bytes: none of the places that a gist holds are behind one in its line.
            raw = raw.replace(b"\r\n", b"\n")
            if _RETURN in raw:
                return None
        on: date | None = None
        how: Dated = ""
        if name[4:5] == "-" or (self._daily is not None and path.startswith(self._daily)):
            on, how = self._date(path, name)
            if on is not None and kind == _MEETING:
                return None
        if kind == _PEOPLE and on is None:
            return self._person(path, name[:-3], index, raw)
        names: tuple[str, ...] | str = ()
        if raw[:3] == b"---":
            end = raw.find(b"\n---", 3)
            if raw[3:4] != b"\n" or end < 0 or raw[end + 4 : end + 5] not in (b"\n", b""):
                return None
            block = raw[4:end]
            facts = self._drafts if kind == _TEMPLATES else self._facts
            if on is not None or kind == _MEETING:
                facts = self._strict
            try:
                names = facts[block]
            except KeyError:
                names = self._learn(block, facts)
            if names is _IS_PERSON and on is None and kind == _ANY:
                return self._person(path, name[:-3], "\0", raw)
            if names is _IS_PERSON or names is _IS_ODD:
                return None
        elif raw[:1] in _ODD_STARTS:
            return None
        # Without a bracket there is no link; looking for one byte is ten times as fast as looking for two.
        if _BRACKET in raw:
            if on is not None:
                return self._dated(raw, on, how, names)
            if (_DONE_END in raw and _DONE in raw) or (_SIGN in raw and _may_have_dated_heading(raw)):
                return None
        return (names, (), 0) if names else NOTHING

    def _date(self, path: str, name: str) -> tuple[date | None, Dated]:
        """The day that a note is about as its name says, and what kind of dated note it is then."""
        if self._daily is None and len(name) == 13 and name[4] == "-" == name[7]:
            try:
                return date.fromisoformat(name[:10]), "daily note"
            except ValueError:
                return None, ""
        from vault_crm.core.mentions import date_note

        dating = date_note(path, (), self._settings)
        return dating.on, dating.how

    # -- people

    def _person(self, path: str, stem: str, index: str, raw: bytes) -> Gist | None:
        """Somebody, unless the note's name or type says that it is none; `index` is how the note of a whole
        folder would be called."""
        folded = fold_name(stem)
        if folded in INDEXES or folded.endswith(index):
            return None
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        rows: dict[str, Row] | None = {}
        body = 0
        if text[:1] == "\ufeff":
            return None
        if text[:3] == "---":
            end = text.find("\n---", 3)
            if text[3:4] != "\n" or end < 0 or text[end + 4 : end + 5] not in ("\n", ""):
                return None
            body = min(end + 5, len(text))
            rows = self._blocks.rows(text[4:end])
        if rows is None:
            return None
        types = [_property(rows[kind]) for kind in TYPES if kind in rows]
        if types and says_other(types):
            return None
        if self._people is None:
            from vault_crm.core.defaults import read_defaults
            from vault_crm.core.gistpeople import PlainPeople

            self._people = PlainPeople(read_defaults(self._settings))
        return self._people.read(path, stem, text, body, rows)

    # -- other notes

    def _dated(self, raw: bytes, on: date, how: Dated, names: tuple[str, ...] | str) -> Gist | None:
        """A note that is about a day, and links somebody."""
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            return None
        if _is_odd(text) or (how != "daily note" and _DATED_HEADING.search(text)):
            return None
        body = min(text.find("\n---", 3) + 5, len(text)) if text[:3] == "---" else 0
        if self._mentions is None:
            from vault_crm.core.gistdaily import plain_mentions

            self._mentions = plain_mentions
        mentions = self._mentions(text, body, on, how)
        if mentions is None:
            return None
        return (names, mentions, 0) if names or mentions else NOTHING

    def _learn(self, block: bytes, facts: Facts) -> tuple[str, ...] | str:
        """What a frontmatter says of a note outside of people folders."""
        found = self._about(block, facts)
        if len(block) <= _LONGEST_BLOCK and len(facts) < _MOST_BLOCKS:
            facts[block] = found
        return found

    def _about(self, block: bytes, facts: Facts) -> tuple[str, ...] | str:
        """Its aliases; or that it is a person's, unless it is a template's; or that it may be a meeting's.
        That takes a day, too: one that it states, unless (`strict`) the note's name or folder may do for the
        one or the other."""
        strict = facts is self._strict
        try:
            rows = self._blocks.rows(block.decode())
        except UnicodeDecodeError:
            return _IS_ODD
        if rows is None or (strict and DATE in rows):
            return _IS_ODD
        if (strict or DATE in rows) and (MEETING in rows or _says_meeting(rows)):
            return _IS_ODD
        if facts is not self._drafts and own_rule([_property(row) for row in rows.values()]):
            return _IS_PERSON
        row = rows.get("aliases")
        return text_items(row[VALUE]) if row else ()

    def _folder(self, folder: str) -> tuple[int, str]:
        """What the notes of a folder are, and how its own note would be called."""
        last = folder.rpartition("/")[2]
        probe = f"{folder}/{last}_.md" if folder else "_.md"
        kind, index = _ANY, "\0"
        if people_folder(probe, self._settings):
            kind, index = _PEOPLE, bare_name(last) if folder else "\0"
        if not _MEETINGS.isdisjoint(folder.casefold().split("/")):
            kind = _MEETING if kind == _ANY else _ODD
        if kind in (_ANY, _PEOPLE) and never_person(probe, self._settings):
            kind = _TEMPLATES
        if self._settings.plain_names:
            kind = _ODD  # every word counts
        self._folders[folder] = kind, index
        return kind, index


def _daily_prefix(settings: Settings) -> str | None:
    """What the paths of daily notes begin with, None if they are known by their names alone."""
    conventions = settings.conventions
    if not (conventions.daily_known or settings.daily_folder or settings.daily_format):
        return None
    folder = (settings.daily_folder or conventions.daily_folder).strip("/")
    return folder + "/" if folder else ""


def _property(row: Row) -> Property:
    return Property(row[KEY], "", row[VALUE], _NOWHERE, _NOWHERE)


def _is_odd(text: str) -> bool:
    """True for a text that holds code, quotes, comments, other line ends or tasks that are done, as far as
    one can tell from their signs."""
    return (
        "`" in text
        or ">" in text
        or "\t" in text
        or "\r" in text
        or "✅" in text
        or "\ufeff" in text
        or ("%" in text and "%%" in text)
        or ("~" in text and "~~~" in text)
        or ("<" in text and "<!--" in text)
    )


def _says_meeting(rows: dict[str, Row]) -> bool:
    said = (rows[kind][VALUE] for kind in (*TYPES, "tags") if kind in rows)
    return any("meeting" in item.casefold() for value in said for item in text_items(value))


def _may_have_dated_heading(raw: bytes) -> bool:
    """True if a heading might hold a date; most notes have few number signs."""
    at = raw.find(b"#")
    for _ in range(_MOST_HEADINGS):
        if at < 0:
            return False
        end = raw.find(b"\n", at)
        if end < 0:
            end = len(raw)
        line = raw[at:end]
        if b"-" in line and _DATED_LINE.search(line):
            before = raw[raw.rfind(b"\n", 0, at) + 1 : at]
            if not before.strip(b" "):
                return True
        at = raw.find(b"#", end)
    return True
