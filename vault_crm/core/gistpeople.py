"""The gist of a plain person note: its plain properties, and the log of its body."""

from __future__ import annotations

from typing import Any

from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.defaults import CadenceDefaults
from vault_crm.core.gist import ARCHIVED
from vault_crm.core.gist import GONE
from vault_crm.core.gist import PAUSED
from vault_crm.core.gist import PRIVATE
from vault_crm.core.gist import SAID_FIELDS
from vault_crm.core.gist import Gist
from vault_crm.core.gistfields import NO_DAY
from vault_crm.core.gistfields import PlainFields
from vault_crm.core.gistfields import aliases
from vault_crm.core.gistfields import birthday
from vault_crm.core.gistfields import events
from vault_crm.core.gistlog import Entry
from vault_crm.core.gistlog import PlainLogs
from vault_crm.core.gistplain import DATE
from vault_crm.core.gistplain import NAME
from vault_crm.core.gistplain import PLACE
from vault_crm.core.gistplain import TITLE
from vault_crm.core.gistplain import VALUE
from vault_crm.core.gistplain import Row
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.person import is_id
from vault_crm.core.person import is_on

Rows = dict[str, Row]


class PlainPeople:
    """Reads plain person notes under one set of settings."""

    def __init__(self, defaults: CadenceDefaults) -> None:
        self._fields = PlainFields(defaults)
        self._logs = PlainLogs(defaults.settings)

    def read(self, path: str, stem: str, text: str, body: int, rows: Rows) -> Gist | None:
        """The gist of a note that is a person; None where anything is unusual. `rows` are its properties,
        `body` is where the text goes on behind them."""
        get = rows.get
        if DATE in rows or "✅" in text or ("<" in text and "<<<<<<<" in text):
            return None  # a meeting, tasks that are done, or a merge that stopped
        name = _name(stem, get(NAME)) or self._title(text, body, get(TITLE))
        log = self._logs.read(text, body) if name else None
        if log is None:
            return None
        entries, links = log
        row = get("tags")
        tags = self._fields.tags(row) if row else ()
        try:
            cadence, source = self._cadence(path, tags, rows)
        except CadenceProblem:
            return None
        contact, ahead, snoozed, met = [
            self._fields.day(row[VALUE]) if (row := get(field)) else 0
            for field in ("last_contact", "next_contact", "snooze_until", "met")
        ]
        if contact < 0 or ahead < 0 or snoozed < 0 or met < NO_DAY:
            return None
        own, more = self._own(entries, contact, get("last_contact"))
        row = get("aliases")
        next_ = get("next")
        born = get("birthday")
        return (
            name,
            aliases(row, name) if row else (),
            tags,
            cadence,
            source,
            ahead,
            snoozed,
            max(met, 0),
            _flags(rows),
            text_items(next_[VALUE]) if next_ else (),
            birthday(born[VALUE]) if born else None,
            events(get("anniversary"), get("events")) if "anniversary" in rows or "events" in rows else (),
            _said(rows),
            own,
            more,
            links,
            (),
        )

    def _title(self, text: str, body: int, row: Row | None) -> str:
        """The name of somebody whose file is called by an id; '' if it takes more than a property or the very
        first line to tell."""
        if row is not None:
            return flat_text(row[VALUE])
        return self._logs.title(text[body:].lstrip("\n").partition("\n")[0])

    def _cadence(self, path: str, tags: tuple[str, ...], rows: Rows) -> tuple[Gist | None, str]:
        """The person's cadence and where it is from. Raises CadenceProblem."""
        row = rows.get("cadence")
        own = self._fields.cadence(row[VALUE]) if row else None
        if own is not None:
            return own, "own"
        row = rows.get("tier")
        tier = self._fields.tier(row[VALUE]) if row else None
        return self._fields.default(path, tags) if tier is None else tier

    def _own(self, entries: list[Entry], contact: int, row: Row | None) -> tuple[Gist | None, bool]:
        """The newest evidence in the note, and whether there is more of it; on one day the log is first."""
        if entries and entries[0][0] >= contact:
            day, line, text = entries[0]
            return (day, "log", *self._logs.words(text), line, 3, 0), contact > 0 or len(entries) > 1
        if contact and row:
            return (contact, "property", "", "", *row[PLACE]), bool(entries)
        return None, False


def _name(stem: str, row: Row | None) -> str:
    """The person's name; '' if the file is called by an id, and no name is stated."""
    said = row[VALUE] if row is not None else None
    if said is not None and not isinstance(said, bool) and (name := flat_text(said)):
        return name
    if " " not in stem and is_id(stem):
        return ""
    return " ".join(stem.split())


def _flags(rows: Rows) -> int:
    flags = 0
    if (row := rows.get("paused")) and is_on(row[VALUE]):
        flags = PAUSED
    if (row := rows.get("archived")) and is_on(row[VALUE]):
        flags |= ARCHIVED | GONE
    if (row := rows.get("private")) and is_on(row[VALUE]):
        flags |= PRIVATE
    if (row := rows.get("died")) and is_on(row[VALUE]):
        flags |= GONE
    return flags


def _said(rows: Rows) -> tuple[Any, ...]:
    found = []
    for field in SAID_FIELDS:
        row = rows.get(field)
        if row is not None and (text := flat_text(row[VALUE])):
            found.append((field, text))
    return tuple(found)
