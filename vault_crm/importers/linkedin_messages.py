"""`messages.csv` of a LinkedIn archive: with whom messages went both ways, and the last day they did.

Only days are taken, never what was said. Who the archive belongs to is found from the file: nobody else is
in every conversation. A conversation of more than two people is no contact with each of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from datetime import timedelta
from typing import TYPE_CHECKING

from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.record import Entry
from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.intake.record import make_record
from vault_crm.core.names import fold
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.words import Span
from vault_crm.importers.tables.parts import without_titles
from vault_crm.importers.tables.sheet import open_sheet

if TYPE_CHECKING:
    from vault_crm.importers import Wanted
    from vault_crm.importers.source import Source

NAME = "linkedin-messages"
TITLE = "LinkedIn messages"
CLICKS = (
    "On linkedin.com: Me > Settings & Privacy > Data privacy > Get a copy of your data; tick Connections and "
    "Messages > Request archive. An e-mail comes with the link (minutes to a day). Unpack the archive and "
    "import the folder, or `messages.csv` in it."
)
BECOMES = (
    ("FROM, TO", "the name"),
    ("SENDER PROFILE URL, RECIPIENT PROFILE URLS", "`website`; it also tells who is who"),
    (
        "DATE",
        "one line of the log, `messages on LinkedIn`, for the latest day on which one of you wrote and the "
        "other had written that day or in the 30 days before (days are those of UTC, as in the file)",
    ),
    ("CONVERSATION ID", "nothing; conversations of more than two people are no contact with each of them"),
    ("CONTENT, SUBJECT, CONVERSATION TITLE, ATTACHMENTS", "nothing: what was said stays where it was said"),
    ("FOLDER, IS MESSAGE DRAFT, IS CONVERSATION DRAFT", "nothing; spam and drafts are passed over"),
)

TEXT = "messages on LinkedIn"
ONE_WAY = "messages one way only"
IN_A_GROUP = "messages in a group only"

# An answer comes within a month; what comes later is somebody beginning anew.
_ANSWER = timedelta(days=30)
_DAY = re.compile(r"\s*(\d{4})[-/](\d{2})[-/](\d{2})(?!\d)")
_NEEDED = ("conversation id", "from", "date", "sender profile url")
_SAID = "what was said stays where it was said; only the day is taken"
_UNUSED = {
    "content": _SAID,
    "subject": _SAID,
    "conversation title": _SAID,
    "attachments": "they stay on LinkedIn",
}
# LinkedIn's word for somebody whose account is gone: many people, none of them the owner.
_GONE = "name:linkedin member"
_NAMELESS = "name:"


@record(frozen=False)
class _Conversation:
    """Who wrote on which day, and who else was in it; people by key."""

    days: dict[date, set[str]] = field(default_factory=dict)
    people: set[str] = field(default_factory=set)


@record(frozen=False)
class _Archive:
    """What is kept of the messages: not what they say. Keys are profiles, or `name:` where there is none."""

    conversations: dict[str, _Conversation] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    drafting: set[str] = field(default_factory=set)


def claims(source: Source) -> bool:
    """True if the header is that of LinkedIn's messages."""
    if "sender profile url" not in source.head[:10_000].casefold():
        return False
    return _is_header(open_sheet(source, _is_header).header)


def _is_header(cells: tuple[str, ...]) -> bool:
    return {fold(cell) for cell in cells}.issuperset(_NEEDED)


def read(source: Source, wanted: Wanted) -> Iterator[Found]:  # noqa: ARG001 -- all importers are asked alike
    """Everybody whom messages went to or came from, in the order of the file."""
    sheet = open_sheet(source, _is_header)
    columns = [fold(name) for name in sheet.header]
    archive = _Archive()
    spoken: set[str] = set()
    for row in sheet.rows():
        if isinstance(row, Trouble):
            yield row
            continue
        cells = dict(zip(columns, row.cells, strict=True))
        spoken.update(key for key in _UNUSED if cells.get(key))
        trouble = _take(archive, source.name, row.line, cells)
        if trouble is not None:
            yield trouble
    yield from _people(archive, source.name)
    yield from (Unused(name, _UNUSED[fold(name)]) for name in sheet.header if fold(name) in spoken)


def _take(archive: _Archive, path: str, line: int, cells: Mapping[str, str]) -> Trouble | None:
    """One message into the archive; why it cannot be read."""
    if cells.get("is conversation draft", "").strip().casefold() in ("yes", "true"):
        return None
    sender = _person(archive, cells.get("from", ""), cells.get("sender profile url", ""), line)
    if cells.get("is message draft", "").strip().casefold() in ("yes", "true"):
        archive.drafting.add(sender)
        return None
    if fold(cells.get("folder", "")) == "spam":
        return None
    day = _day(cells.get("date", ""))
    if day is None:
        return Trouble(
            Span(path, line),
            f"the date {cells.get('date', '')[:40]!r} of a message cannot be read",
            "LinkedIn writes 2025-03-04 10:00:00 UTC; take the file as it came, unsaved by a spreadsheet",
        )
    people = {sender, *_recipients(archive, cells, line)}
    name = cells.get("conversation id", "").strip() or " ".join(sorted(people))
    talk = archive.conversations.setdefault(name, _Conversation())
    talk.days.setdefault(day, set()).add(sender)
    talk.people |= people
    return None


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _recipients(archive: _Archive, cells: Mapping[str, str], line: int) -> list[str]:
    """Whom a message went to. Files before 2023 have names only, and a name may hold a comma itself
    (`Ana Martins, PhD`): it parts two names only if both sides have two words."""
    written = cells.get("to", "").strip()
    names = written.split(", ")
    addresses = [one for one in cells.get("recipient profile urls", "").split(",") if one.strip()]
    if len(addresses) > 1:
        several = (names, written.split(","))
        fitting = next((some for some in several if len(some) == len(addresses)), [""] * len(addresses))
        return [_person(archive, *one, line) for one in zip(fitting, addresses, strict=True)]
    if addresses or sum(" " in name.strip() for name in names) < 2:
        return [_person(archive, written, "".join(addresses), line)]
    return [_person(archive, name, "", line) for name in names]


def _person(archive: _Archive, name: str, address: str, line: int) -> str:
    """The key of somebody, with what is known of them."""
    name, address = name.strip(), address.strip()
    key = profile_key(address) or f"name:{fold(name)}"
    archive.lines.setdefault(key, line)
    if name:
        archive.names.setdefault(key, name)
    if address:
        archive.addresses.setdefault(key, address)
    return key


def _people(archive: _Archive, path: str) -> Iterator[Record | Trouble]:
    """The records, once all messages are known."""
    same = _profiles_of_names(archive)
    talks = [_with_profiles(talk, same) for talk in archive.conversations.values()]
    me = _owner(talks, {same.get(key, key) for key in archive.drafting})
    if len(me) != 1:
        if talks:
            yield _nobody_known(archive, me, path)
        return
    yield from _records(archive, talks, me[0], path)


def _profiles_of_names(archive: _Archive) -> dict[str, str]:
    """The profile of those who stand in the file by their name, too, if one profile only bears it."""
    bearers: dict[str, set[str]] = {}
    for key, name in archive.names.items():
        if not key.startswith("name:"):
            bearers.setdefault(f"name:{fold(name)}", set()).add(key)
    return {name: next(iter(keys)) for name, keys in bearers.items() if len(keys) == 1}


def _with_profiles(talk: _Conversation, same: Mapping[str, str]) -> _Conversation:
    days = {day: {same.get(key, key) for key in keys} for day, keys in talk.days.items()}
    return _Conversation(days, {same.get(key, key) for key in talk.people} - {_NAMELESS})


def _owner(talks: list[_Conversation], drafting: set[str]) -> list[str]:
    """Whose archive it is: who is in the most conversations; of several, who left a draft."""
    counts = Counter(key for talk in talks for key in talk.people if key != _GONE)
    most = max(counts.values(), default=0)
    first = sorted(key for key, count in counts.items() if count == most)
    return [key for key in first if key in drafting] or first


def _nobody_known(archive: _Archive, several: list[str], path: str) -> Trouble:
    names = " or ".join(archive.names.get(key, key) for key in several[:4])
    return Trouble(
        Span(path, 1),
        f"it cannot be told whose archive this is: {names}",
        "it is found as the one who is in every conversation; log these days by hand with `vault-crm log`",
    )


@record(frozen=False)
class _Partner:
    """What came of the conversations with somebody."""

    alone: bool = False
    both: bool = False
    last: date | None = None
    exchange: date | None = None


def _records(archive: _Archive, talks: list[_Conversation], me: str, path: str) -> Iterator[Record]:
    partners: dict[str, _Partner] = {}
    for talk in talks:
        others = talk.people - {me}
        for key in others:
            partners.setdefault(key, _Partner())
        if len(others) == 1:
            (other,) = others
            _add_talk(partners[other], talk.days, {me, other})
    for key in sorted(partners, key=lambda key: archive.lines.get(key, 0)):
        if not key.startswith("name:") and archive.names.get(key):
            yield _record(archive, key, path, partners[key])


def _add_talk(partner: _Partner, days: Mapping[date, set[str]], both: set[str]) -> None:
    partner.alone = True
    partner.both |= set().union(*days.values()) == both
    partner.last = max(filter(None, (partner.last, *days)))
    partner.exchange = max(filter(None, (partner.exchange, _last_exchange(days))), default=None)


def _last_exchange(days: Mapping[date, set[str]]) -> date | None:
    """The latest day on which one of two wrote and the other had written that day or in the month before."""
    found: date | None = None
    last: dict[str, date] = {}
    for day in sorted(days):
        last.update(dict.fromkeys(days[day], day))
        if len(last) > 1 and day - min(last.values()) <= _ANSWER:
            found = day
    return found


def _record(archive: _Archive, key: str, path: str, partner: _Partner) -> Record:
    unanswered = "" if partner.exchange else f"the last message was on {partner.last}, none was answered"
    return make_record(
        NAME,
        Span(path, archive.lines[key]),
        without_titles(archive.names[key])[0],
        {"website": (archive.addresses[key],)},
        entries=[Entry(partner.exchange, "", TEXT)] if partner.exchange else [],
        wish="new" if partner.both else "known",
        why="" if partner.both else ONE_WAY if partner.alone else IN_A_GROUP,
        hints=[unanswered + (" within a month" if partner.both else "")]
        if partner.last and unanswered
        else [],
    )
