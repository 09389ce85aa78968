"""What was said and noted of a contact in Monica: dated contacts for the log, and prose for the note."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from typing import Any

from vault_crm.core.intake.record import Entry
from vault_crm.importers.monicafile.account import Account
from vault_crm.importers.monicafile.contact import is_yearly
from vault_crm.importers.monicafile.contact import other_handles
from vault_crm.importers.monicafile.contact import rough_birth
from vault_crm.importers.monicafile.values import day_of
from vault_crm.importers.monicafile.values import is_yes
from vault_crm.importers.monicafile.values import items_of
from vault_crm.importers.monicafile.values import kind_of
from vault_crm.importers.monicafile.values import mapping_of
from vault_crm.importers.monicafile.values import properties_of
from vault_crm.importers.monicafile.values import text_of
from vault_crm.importers.monicafile.values import uuid_of
from vault_crm.importers.monicafile.values import values_of

# What fits into a line of the log; longer stories go into the note, with their day.
_LINE = 240


def told_of(contact: Any, account: Account, name: str) -> tuple[tuple[Entry, ...], str]:
    """The entries, oldest first, and the prose, its pieces parted by blank lines."""
    entries: list[Entry] = []
    stories = list(_notes(contact))
    for entry, story in (
        *_activities(contact, account),
        *_calls(contact),
        *_conversations(contact, account, name),
    ):
        entries.append(entry)
        stories.append((entry.on, story))
    entries.sort(key=lambda entry: entry.on)
    stories.sort(key=lambda dated: dated[0])
    pieces = (*_facts(contact, account), *(story for _, story in stories))
    return tuple(dict.fromkeys(entries)), "\n\n".join(filter(None, pieces))


def last_talked(contact: Any, entries: tuple[Entry, ...]) -> str:
    """`last_talked_to`, unless the log itself says it."""
    day = day_of(properties_of(contact).get("last_talked_to"))
    return day.isoformat() if day and all(entry.on < day for entry in entries) else ""


def _entry(on: date, kind: str, head: str, story: str) -> tuple[Entry, str]:
    """A log entry, and what of it is too long for a line."""
    joined = ": ".join(filter(None, (head, story)))
    if len(joined) <= _LINE and "\n" not in joined:
        return Entry(on, kind, joined), ""
    short = head or joined.split("\n", 1)[0].strip()
    if len(short) > _LINE:
        short = short[: _LINE - 1].rstrip() + "…"
    return Entry(on, kind, short), f"{on.isoformat()} {kind}: {joined}"


def _activities(contact: Any, account: Account) -> Iterator[tuple[Entry, str]]:
    for one in values_of(contact, "activities"):
        told = account.activities.get(uuid_of(one), {})
        day = day_of(told.get("happened_at"))
        name = account.types.get(text_of(told.get("type")), "")
        head = text_of(told.get("summary")) or name
        if day:
            yield _entry(day, kind_of(name, "activity"), head, text_of(told.get("description")))


def _calls(contact: Any) -> Iterator[tuple[Entry, str]]:
    for one in values_of(contact, "calls"):
        told = properties_of(one)
        day = day_of(told.get("called_at"))
        who = "they called" if is_yes(told.get("contact_called")) else "I called"
        if day:
            yield _entry(day, "call", "", text_of(told.get("content")) or who)


def _conversations(contact: Any, account: Account, name: str) -> Iterator[tuple[Entry, str]]:
    for one in values_of(contact, "conversations"):
        told = properties_of(one)
        day = day_of(told.get("happened_at"))
        kind = kind_of(account.types.get(text_of(told.get("contact_field_type")), ""), "message")
        lines, mine = [], set()
        for message in items_of(told.get("messages")):
            said = properties_of(message)
            by_me = is_yes(said.get("written_by_me"))
            mine.add(by_me)
            if text := text_of(said.get("content")):
                lines.append(f"{'I' if by_me else name}: {text}")
        if day:
            what = "wrote to each other" if len(mine) != 1 else "I wrote" if True in mine else "they wrote"
            story = "\n".join((f"{day.isoformat()} {kind}", *lines)) if lines else ""
            yield Entry(day, kind, what), story


def _facts(contact: Any, account: Account) -> Iterator[str]:
    """Prose of its own, and the small facts that have no property here, one a line."""
    properties = properties_of(contact)
    yield text_of(properties.get("description"))
    food = text_of(properties.get("food_preferences"))
    facts = [
        rough_birth(properties),
        f"Food: {food}" if food else "",
        *(_pet(properties_of(one)) for one in values_of(contact, "pets")),
        *other_handles(contact, account),
        *(_gift(properties_of(one)) for one in values_of(contact, "gifts")),
        *(_task(properties_of(one)) for one in values_of(contact, "tasks")),
        *(_reminder(properties_of(one)) for one in values_of(contact, "reminders")),
        *(_life_event(properties_of(one)) for one in values_of(contact, "life_events")),
    ]
    yield "\n".join(filter(None, facts))


def _pet(told: Mapping[str, Any]) -> str:
    name, kind = text_of(told.get("name")), text_of(told.get("category"))
    both = f"{name} ({kind})" if name and kind else name or kind
    return f"Pet: {both}" if both else ""


def _gift(told: Mapping[str, Any]) -> str:
    """What was given or thought of; never what it cost."""
    words = {"offered": "Gift given", "received": "Gift received", "idea": "Gift idea"}
    head = words.get(text_of(told.get("status")).casefold(), "Gift")
    day = day_of(told.get("date"))
    when = f"{head} {day.isoformat()}" if day else head
    parts = (text_of(told.get(key)) for key in ("name", "comment", "url"))
    what = " – ".join(filter(None, parts))
    return f"{when}: {what}" if what else ""


def _task(told: Mapping[str, Any]) -> str:
    what = _with_more(text_of(told.get("title")), text_of(told.get("description")))
    done = day_of(told.get("completed_at"))
    if not what:
        return ""
    if is_yes(told.get("completed")):
        return f"Done {done.isoformat()}: {what}" if done else f"Done: {what}"
    return f"To do: {what}"


def _reminder(told: Mapping[str, Any]) -> str:
    """What a date in `events` cannot say: other rhythms than a year, and what is noted besides the title."""
    what, more = text_of(told.get("title")), text_of(told.get("description"))
    day, kind = day_of(told.get("initial_date")), text_of(told.get("frequency_type"))
    if not what or not day or is_yes(told.get("inactive")):
        return ""
    if is_yearly(told) or kind == "one_time":
        return f"{what} – {more}" if more else ""
    number = text_of(told.get("frequency_number"))
    rhythm = f"every {number} {kind}s" if number not in ("", "1") else f"every {kind}"
    return f"Reminder {rhythm}, from {day.isoformat()}: {_with_more(what, more)}"


def _life_event(told: Mapping[str, Any]) -> str:
    day, note = day_of(told.get("happened_at")), text_of(told.get("note"))
    head = " ".join(filter(None, (day.isoformat() if day else "", text_of(told.get("name")))))
    return ": ".join(filter(None, (head, note))) if note or not day else ""


def _notes(contact: Any) -> Iterator[tuple[date, str]]:
    """Monica's notes, each with the day on which it was written."""
    for one in values_of(contact, "notes"):
        day = day_of(mapping_of(one).get("created_at"))
        body = text_of(properties_of(one).get("body"))
        if body:
            yield day or date.min, f"{day.isoformat()}: {body}" if day else body


def _with_more(text: str, more: str) -> str:
    return " – ".join(filter(None, (text, more)))
