"""From deals to the people behind them: each human once, with what the CRM's contacts say of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.deal import Deal
from vault_crm.core.handoff.deal import decision_key
from vault_crm.core.intake.keys import company_key
from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import name_key
from vault_crm.core.intake.keys import names_agree
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import make_record
from vault_crm.core.record import record
from vault_crm.core.words import Value

_MOST_TITLES = 3
_MOST_NAMESAKES = 12  # people behind one sign: an office's address may be borne by ten thousand
_SALESFORCE = re.compile(r"00[0-9A-Za-z]{13}[0-5A-Z]{3}")


@record
class Numbered:
    """A record of the CRM's contacts, and its number there ('' if the file has none)."""

    number: str
    record: Record


@record
class Human:
    """Somebody behind won deals (the earliest first, those without a day last). `record` is what the CRM's
    contacts say; `keys` has for each deal what is remembered once it is decided about them
    (`decision_key`), any of which tells."""

    name: str
    deals: tuple[Deal, ...]
    company: str = ""
    role: str = ""
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    record: Record | None = None
    keys: tuple[frozenset[str], ...] = ()

    def decided(self, known: frozenset[str]) -> bool:
        """True if it was decided about them for each of these deals."""
        return all(some & known for some in self.keys)

    @property
    def latest(self) -> date:
        """The day of their last deal; the first of all days if none has one."""
        return max((deal.closed for deal in self.deals if deal.closed), default=date.min)


@record
class Sighting:
    """One contact of one deal, with the record that is theirs."""

    contact: Contact
    deal: Deal
    record: Record | None

    @property
    def name(self) -> str:
        """The fullest of the names that they have."""
        return max((self.record.name if self.record else "", self.contact.name), key=_fullness)

    @property
    def company(self) -> str:
        """The company that counts: the contact's own, else the deal's."""
        said = self.record.values.get("company") if self.record else ""
        return said if isinstance(said, str) and said else self.deal.company

    @property
    def tokens(self) -> Iterator[str]:
        """What somebody is called by in this deal, each of them enough to know them again there."""
        if self.contact.key:
            yield f"number {_number_key(self.contact.key)}"
        yield from (f"mail {key}" for text in self.contact.emails if (key := email_key(text)))
        if self.contact.name:
            yield f"name {name_key(self.contact.name)}"


class Directory:
    """The CRM's contacts, to be asked for somebody whom a deal names."""

    def __init__(self, numbered: Iterable[Numbered]) -> None:
        self._numbers: dict[str, Record] = {}
        self._mails: dict[str, list[Record]] = {}
        self._names: dict[str, list[Record]] = {}
        for one in numbered:
            if one.number:
                self._numbers.setdefault(_number_key(one.number), one.record)
            for key in _mail_keys(_texts(one.record.values.get("email"))):
                self._mails.setdefault(key, []).append(one.record)
            self._names.setdefault(name_key(one.record.name), []).append(one.record)

    def find(self, contact: Contact, company: str) -> Record | None:
        """The record of a contact: by number, by e-mail where names agree, by name where the company agrees;
        None if there is none, or several."""
        if contact.key and _number_key(contact.key) in self._numbers:
            return self._numbers[_number_key(contact.key)]
        for key in _mail_keys(contact.emails):
            fitting = [r for r in self._mails.get(key, ()) if names_agree(r.name, contact.name)]
            if len(fitting) == 1:
                return fitting[0]
        if not contact.name:
            return None
        called = self._names.get(name_key(contact.name), [])
        fitting = [r for r in called if _companies_agree(_text(r.values.get("company")), company)]
        return fitting[0] if len(fitting) == 1 else None


def gather(deals: Iterable[Deal], directory: Directory) -> tuple[tuple[Human, ...], tuple[Contact, ...]]:
    """Everybody behind these deals, those of the latest deal first; and whom nobody could call by a name."""
    sightings = [
        Sighting(contact, deal, directory.find(contact, deal.company))
        for deal in deals
        for contact in deal.contacts
    ]
    humans: list[Human] = []
    nameless: list[Contact] = []
    for group in _groups(sightings):
        human = _human(group)
        if human.name:
            humans.append(human)
        else:
            nameless += [one.contact for one in group]
    humans.sort(key=lambda human: (-human.latest.toordinal(), name_key(human.name)))
    return tuple(humans), tuple(nameless)


def _groups(sightings: list[Sighting]) -> list[list[Sighting]]:
    """Sightings of one human together, in the order of their first one."""
    parent = list(range(len(sightings)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    known: dict[object, list[int]] = {}
    for at, one in enumerate(sightings):
        for sign in _signs(one):
            for other in known.setdefault(sign, [])[:_MOST_NAMESAKES]:
                if names_agree(sightings[other].name, one.name):
                    parent[max(root(at), root(other))] = min(root(at), root(other))
                    break
            else:
                known[sign].append(at)
    groups: dict[int, list[Sighting]] = {}
    for at, one in enumerate(sightings):
        groups.setdefault(root(at), []).append(one)
    return list(groups.values())


def _signs(one: Sighting) -> Iterator[object]:
    """By what two sightings are one human's (where the names agree): the record, the number, an address, or
    the name with the same company. The mere name is nobody's sign."""
    if one.record is not None:
        yield ("record", one.record.span, one.record.name)
        yield from (("mail", key) for key in _mail_keys(_texts(one.record.values.get("email"))))
    if one.contact.key:
        yield ("number", _number_key(one.contact.key))
    yield from (("mail", key) for key in _mail_keys(one.contact.emails))
    if name := name_key(one.name):
        yield ("name", name, company_key(one.company))
        yield ("name", name, company_key(one.deal.company))


def _human(group: list[Sighting]) -> Human:
    deals = {one.deal.key: one.deal for one in group}
    named = [one for one in group if one.record is not None] or group
    name = max((one.name for one in named), key=_fullness)
    emails = _each(text for one in group for text in one.contact.emails)
    keys: dict[str, set[str]] = {key: set() for key in deals}
    for one in group:
        keys[one.deal.key].update(decision_key(one.deal.key, token) for token in one.tokens)
    return Human(
        name or _name_from(emails),
        tuple(sorted(deals.values(), key=lambda deal: (deal.closed or date.max, deal.title))),
        next((one.company for one in named if one.company), ""),
        next((one.contact.role for one in group if one.contact.role), ""),
        emails,
        _each(text for one in group for text in one.contact.phones),
        next((one.record for one in group if one.record is not None), None),
        tuple(frozenset(some) for some in keys.values()),
    )


def _fullness(name: str) -> tuple[int, int]:
    """How much a name says: its words without titles, and how long they are."""
    key = name_key(name)
    return len(key.split()), len(key)


def _name_from(emails: tuple[str, ...]) -> str:
    """The name that an address spells out (`ana.martins@example.org`), '' if none does."""
    for text in emails:
        words = [word for word in re.split(r"[._-]+", text.partition("@")[0]) if word]
        if len(words) > 1 and all(word.isalpha() and len(word) > 1 for word in words):
            return " ".join(word.capitalize() for word in words)
    return ""


def say_deal(deal: Deal) -> str:
    """A deal in how people met: its name as written, and the year."""
    title = deal.title or deal.company
    return f"{title}, {deal.closed.year}" if title and deal.closed else title


def how_met(human: Human) -> str:
    """`client: Website relaunch, 2025`; of several deals the first ones."""
    titles = _each(text for deal in human.deals if (text := say_deal(deal)))
    return "client: " + "; ".join(titles[:_MOST_TITLES]) if titles else "client"


def record_of(human: Human, context: str = "") -> Record:
    """The person to be: what the contacts say, what the deals add, how you met, and what to bring up."""
    base = human.record
    values: dict[str, Value] = dict(base.values) if base else {}
    beside: Mapping[str, Value] = {
        "email": human.emails,
        "phone": human.phones,
        "company": human.company,
        "role": human.role,
        "how_met": how_met(human),
        "next": context,
    }
    for key, value in beside.items():
        if value and (key == "next" or not values.get(key)):
            values[key] = value
    deal = human.deals[-1]
    return make_record(
        deal.source,
        base.span if base else deal.span,
        human.name,
        values,
        entries=base.entries if base else (),
        note=base.note if base else "",
        hints=base.hints if base else (),
        photo=base.photo if base else None,
    )


def _number_key(text: str) -> str:
    """A CRM's number of somebody. Salesforce writes its own in 15 characters, or in 18 that begin with
    these."""
    return text[:15] if _SALESFORCE.fullmatch(text) else text


def _companies_agree(one: str, other: str) -> bool:
    return not one or not other or company_key(one) == company_key(other)


def _mail_keys(texts: Iterable[str]) -> list[str]:
    return [key for text in texts if (key := email_key(text))]


def _texts(value: Value) -> tuple[str, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, str) and item)


def _text(value: Value) -> str:
    return next(iter(_texts(value)), "")


def _each(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
