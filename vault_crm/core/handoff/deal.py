"""One row of a deals export: what of it says who is behind it, whether it was won, and when.

What it was worth, how likely it was and who owned it is never read, so it cannot end up anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.contacts import parse_contacts
from vault_crm.core.handoff.contacts import split_list
from vault_crm.core.handoff.won import Outcome
from vault_crm.core.handoff.won import outcome_of
from vault_crm.core.intake.record import clean_line
from vault_crm.core.record import record
from vault_crm.core.words import Span


@record
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
    closed: date | None = None,
    won_stages: frozenset[str] = frozenset(),
) -> Deal:
    """A deal from a row: the cells by what their columns mean (see `importers.tables.columns`), empty ones
    left out: deal, deal_id, state, won, company, people (or given and family), people_emails, people_ids,
    phone, role. `closed` is the day that the row says, read already.

    `won_stages` are stages that the user calls won, folded.
    """
    first = {key: clean_line(values[0]) for key, values in cells.items() if values}
    stages = [clean_line(text) for text in cells.get("state", ())]
    return Deal(
        source,
        span,
        first.get("deal", ""),
        first.get("company", ""),
        closed,
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


def decision_key(deal: str, who: str) -> str:
    """What is remembered of a decision about a deal and one of its people: from it neither can be told."""
    raw = f"{deal}\0\0{who}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(raw).hexdigest()[:32]
