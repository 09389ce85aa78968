"""One row of a deals export: what of it says who is behind it, whether it was won, and when.

What it was worth, how likely it was and who owned it is never read, so it cannot end up anywhere.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from typing import Literal

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.contacts import parse_contacts
from vault_crm.core.handoff.contacts import split_list
from vault_crm.core.handoff.won import Outcome
from vault_crm.core.handoff.won import outcome_of
from vault_crm.core.intake.record import clean_line
from vault_crm.core.words import Span

DateOrder = Literal["dmy", "mdy", ""]


@dataclass(frozen=True, slots=True)
class Deal:
    """One deal. `source` is the dialect's name; `title` is as written, `closed` None if no day can be read.
    `stages` are the words from which `outcome` was told, for messages only."""

    source: str
    span: Span
    title: str
    company: str = ""
    closed: date | None = None
    outcome: Outcome = ""
    stages: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    number: str = ""

    @property
    def key(self) -> str:
        """What tells this deal from all others: its number in the CRM, else what it is called, whose it was
        and when it was closed."""
        if self.number:
            return f"{self.source}\0{self.number}"
        day = self.closed.isoformat() if self.closed else ""
        return "\0".join((self.source, self.title.casefold(), self.company.casefold(), day))


def read_deal(
    source: str,
    span: Span,
    cells: Mapping[str, tuple[str, ...]],
    won_stages: frozenset[str] = frozenset(),
    order: DateOrder = "",
) -> Deal:
    """A deal from a row: the cells by what their columns mean (see `importers.tables.columns`), empty ones
    left out: deal, deal_id, state, won, closed, company, people (or given and family), people_emails,
    people_ids, phone, role.

    `won_stages` are stages that the user calls won, folded; `order` is how days are written in this file.
    """
    first = {key: clean_line(values[0]) for key, values in cells.items() if values}
    stages = [clean_line(text) for text in cells.get("state", ())]
    return Deal(
        source,
        span,
        first.get("deal", ""),
        first.get("company", ""),
        next((day for text in cells.get("closed", ()) if (day := parse_day(text, order))), None),
        outcome_of(cells, won_stages),
        tuple(text for text in stages if text),
        _contacts(cells),
        first.get("deal_id", ""),
    )


_BESIDE = {"email": "people_emails", "phone": "phone", "role": "role", "key": "people_ids"}


def _contacts(cells: Mapping[str, tuple[str, ...]]) -> tuple[Contact, ...]:
    """The people of a row. Lists that run alongside (addresses, numbers in the CRM) are only paired with the
    names where there are as many of them."""
    names = [contact for text in cells.get("people", ()) for contact in parse_contacts(text)]
    full = " ".join(text.strip() for key in ("given", "family") for text in cells.get(key, ()))
    if not names and full.strip():
        names = [Contact(clean_line(full))]
    beside = {
        key: [item for text in cells.get(name, ()) for item in split_list(text)]
        for key, name in _BESIDE.items()
    }
    if not names:
        many = max((len(beside[key]) for key in ("email", "key")), default=0)
        names = [Contact("")] * many
    if len(names) == 1:
        one = names[0]
        emails = dict.fromkeys((*one.emails, *beside["email"]))
        return (
            Contact(
                one.name,
                tuple(emails),
                tuple(beside["phone"]),
                clean_line(next(iter(cells.get("role", ())), "")),
                beside["key"][0] if len(beside["key"]) == 1 else "",
            ),
            *([Contact("", key=key) for key in beside["key"]] if len(beside["key"]) > 1 else ()),
        )
    paired = {key: items if len(items) == len(names) else [""] * len(names) for key, items in beside.items()}
    found = [
        Contact(
            one.name,
            tuple(dict.fromkeys(text for text in (*one.emails, paired["email"][at]) if text)),
            tuple(text for text in (paired["phone"][at],) if text),
            paired["role"][at],
            paired["key"][at],
        )
        for at, one in enumerate(names)
    ]
    loose = beside["key"] if len(beside["key"]) != len(names) else []
    return (*found, *(Contact("", key=key) for key in loose))


_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_SERIAL = re.compile(r"(\d{5})(?:\.\d+)?")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = re.compile(r"(?:(\d{1,2})\.?[\s-]+)?([A-Za-z]{3})[a-z]*\.?[\s-]+(?:(\d{1,2}),?[\s-]+)?(\d{4})")


def parse_day(text: str, order: DateOrder = "") -> date | None:
    """A day as sales CRMs write it, with or without a time: `2025-03-12 09:14`, `3/12/2025 2:30 PM`,
    `12.03.2025`, `12 Mar 2025`, a spreadsheet's serial number. None if it cannot be read.

    `3/4/2025` is ambiguous: by `order`, else the later of its two readings, so that `--since` hides nothing.
    """
    text = text.strip()
    if found := _ISO.match(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.match(text):
        return _numbers(found, "dmy" if found[2] == "." else order)
    if found := _NAMED.match(text):
        month, day = found[2].casefold(), found[1] or found[3]
        return _day(int(found[4]), _MONTHS.index(month) + 1, int(day)) if month in _MONTHS and day else None
    if (found := _SERIAL.fullmatch(text)) and 20_000 <= int(found[1]) < 80_000:  # Excel's days since 1900
        return date(1899, 12, 30) + timedelta(days=int(found[1]))
    return None


def order_of(texts: list[str]) -> DateOrder:
    """How days are written in a column, if one of them tells: a number above 12 is no month."""
    pairs = [(int(f[1]), int(f[3])) for text in texts if (f := _NUMBERS.match(text.strip())) and f[2] != "."]
    if any(a > 12 for a, _ in pairs) == any(b > 12 for _, b in pairs):
        return ""
    return "dmy" if any(a > 12 for a, _ in pairs) else "mdy"


def _numbers(found: re.Match[str], order: DateOrder) -> date | None:
    a, b, year = int(found[1]), int(found[3]), int(found[4])
    year += 2000 if year < 100 else 0
    readings = {"dmy": _day(year, b, a), "mdy": _day(year, a, b)}
    if order and readings[order]:
        return readings[order]
    return max((day for day in readings.values() if day), default=None)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def decision_key(deal: str, who: str) -> str:
    """What is remembered of a decision about a deal and one of its people: from it neither can be told."""
    raw = f"{deal}\0\0{who}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:32]
