"""A person's whole card: who they are, what was said last, what to ask about."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from vault_crm.cli import console
from vault_crm.cli import wording
from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.app import name_argument
from vault_crm.cli.asof import as_of_option
from vault_crm.cli.console import Line

if TYPE_CHECKING:
    from vault_crm.core.model import AgendaItem
    from vault_crm.core.model import Evidence
    from vault_crm.core.settings import Settings

ABOUT = ("relationship", "role", "company", "how_met", "introduced_by", "met", "tier")
REACH = ("email", "phone", "address", "city", "website")
# Shown elsewhere on the card, or how the note is recognised.
ELSEWHERE = {
    "cadence", "last_contact", "next_contact", "snooze_until", "paused", "archived", "private", "next",
    "birthday", "events", "anniversary", "tags", "aliases", "died", *ABOUT, *REACH,
}  # fmt: skip
LABEL = 14


@click.command()
@name_argument
@json_option
@click.option(
    "--last", "limit", type=click.IntRange(0), default=5, show_default=True, help="Contacts to show; 0: all."
)
@as_of_option
@click.pass_obj
def command(app: App, name: tuple[str, ...], as_json: bool, limit: int) -> None:
    """A person's whole card: who they are, dates, when you are due, what to ask, and the last contacts."""
    from vault_crm.cli.near import whole
    from vault_crm.core.agenda import item_of

    person = whole(app, name)
    item = item_of(person, app.today, app.settings)
    if as_json:
        from vault_crm.cli import shape

        app.json(shape.people_json(app.today, [item], whole=True))
        return
    app.out_lines(card(app, item, limit))


def card(app: App, item: AgendaItem, limit: int) -> Iterator[Line]:
    """The card, section by section; what there is nothing of is left out."""
    person = item.person
    iso = not app.screen.terminal
    yield [(person.name, "title"), ("  ", ""), (app.shown_path(person.path), "dim")]
    yield from _labelled(app, "also called", ", ".join(person.aliases))
    for field in (*ABOUT, *REACH):
        yield from _labelled(app, field.replace("_", " "), wording.say_text(person.text(field)))
    yield from _dates(app, item, iso)
    yield from _labelled(app, "tags", ", ".join(person.tags))
    for prop in person.note.properties:
        if prop.field not in ELSEWHERE and prop.key not in ("name", "title", "type"):
            from vault_crm.core.model import flat_text

            yield from _labelled(app, prop.key, wording.say_text(flat_text(prop.value)))
    yield []
    yield from _labelled(app, "rhythm", say_rhythm(item), "")
    yield from _labelled(app, "state", say_state(item), _state_style(item))
    for problem in person.blockers:
        where = f"{app.shown_path(problem.span.path)}:{problem.span.line}:{problem.span.col}"
        yield from _labelled(app, "to mend", f"{where}: {problem.message}", "bad")
    if person.next:
        yield []
        yield [("ASK ABOUT", "title")]
        yield from ([("  ", ""), (wording.say_text(text), "ask")] for text in person.next)
    contacts = told_once(person.evidence)
    shown = contacts[:limit] if limit else contacts
    if shown:
        yield []
        yield [("LAST CONTACTS", "title")]
        yield from (contact_line(app, found, iso) for found in shown)
        if len(shown) < len(contacts):
            yield [(f"  {len(contacts) - len(shown)} more: vault-crm show --last 0", "dim")]


def told_once(evidence: Sequence[Evidence]) -> list[Evidence]:
    """The evidence without the bare property where the log or a note says more about the same day."""
    told = {found.on for found in evidence if found.how != "property"}
    return [found for found in evidence if found.how != "property" or found.on not in told]


def _labelled(app: App, label: str, value: str, style: str = "") -> Iterator[Line]:
    """`label  value`; on a terminal a long value goes on in the next line."""
    if not value:
        return
    room = None if app.screen.columns is None else max(app.screen.columns - LABEL - 4, 20)
    for number, part in enumerate(console.wrap(console.clean(value), room)):
        head = console.pad(label if number == 0 else "", LABEL)
        yield [(f"  {head}  ", "dim"), (part, style)]


def _dates(app: App, item: AgendaItem, iso: bool) -> Iterator[Line]:
    from vault_crm.cli.shape import birthday_text

    person = item.person
    if person.birthday is not None and not person.gone:
        yield from _labelled(app, "birthday", _birthday(item, app.today, iso, app.settings))
    elif person.birthday is not None:
        yield from _labelled(app, "birthday", birthday_text(person.birthday) or "")
    for event in person.events:
        when = event.on.isoformat() if event.on else (birthday_text(event.yearly) or "")
        yield from _labelled(app, "event", f"{when} {event.text}".strip())


def _birthday(item: AgendaItem, today: date, iso: bool, settings: Settings) -> str:
    from vault_crm.cli.shape import birthday_text
    from vault_crm.core.birthdays import next_on
    from vault_crm.core.birthdays import years_on

    birthday = item.person.birthday
    if birthday is None:
        return ""
    on = next_on(birthday, today, settings.leap_day)
    years = years_on(birthday, on)
    turns = f"turns {years}" if years else "next"
    return f"{birthday_text(birthday)} ({turns} on {wording.say_coming_day(on, iso).replace('  ', ' ')})"


def say_rhythm(item: AgendaItem) -> str:
    """`every 2 weeks (tag family)`; words for none and never."""
    from vault_crm.core.cadence import say_cadence

    person = item.person
    if person.cadence is None:
        return "" if person.blockers else "none chosen"
    source = "" if person.cadence_from in ("", "own") else f" ({person.cadence_from})"
    return say_cadence(person.cadence) + source


def say_state(item: AgendaItem) -> str:
    """How things stand: `19 days overdue, due 2026-11-03`."""
    person = item.person
    due = f"due {item.due}" if item.due else ""
    words = {
        "gone": "gone: no reminders",
        "attention": "needs attention",
        "paused": "paused: not reminded for now",
        "untracked": "no cadence and no date: not reminded",
        "snoozed": f"snoozed until {person.snooze_until}",
        "never": "never contacted",
        "today": f"due today, {item.due}",
    }
    if item.status in ("overdue", "long-overdue"):
        return f"{wording.count(item.days_overdue, 'day')} overdue, {due}"
    if item.status in ("soon", "fine"):
        return f"{due}, in {wording.say_span(item.days_overdue)}"
    return words.get(item.status, item.status)


def _state_style(item: AgendaItem) -> str:
    return {"long-overdue": "late", "overdue": "due", "today": "due", "soon": "soon", "attention": "bad"}.get(
        item.status, ""
    )


def contact_line(app: App, found: Evidence, iso: bool) -> Line:
    """`2026-11-05 coffee: ...  People/ben.md:14`, in the terminal with the place dimmed and the words cut."""
    where = f"{app.shown_path(found.span.path)}:{found.span.line}"
    source = wording.say_source(found.how, found.kind) or ("last_contact" if found.how == "property" else "")
    head = f"  {wording.say_day(found.on, app.today, iso):>6} {source}".rstrip()
    text = wording.say_text(found.text)
    tail = "" if found.counts else " (does not count)"
    room = None
    if app.screen.columns is not None:
        room = max(app.screen.columns - console.width(head) - console.width(where) - len(tail) - 5, 12)
    words = console.cut(console.clean(text), room)
    return [
        (head + (": " if words and source else " " if words else ""), ""),
        (words + tail, ""),
        ("  ", ""),
        (where, "dim"),
    ]
