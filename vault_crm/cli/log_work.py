"""What `log` does: the words of its options, and the entry that they make."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from datetime import timedelta

from vault_crm.cli import console
from vault_crm.cli.app import App
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.cli.outcome import usage
from vault_crm.core.model import Person
from vault_crm.core.plan import Plan
from vault_crm.errors import UsageError


def log_people(
    app: App,
    names: Sequence[str],
    message: str | None = None,
    on: str | None = None,
    kind: str = "",
    next_: str | None = None,
    dry_run: bool = False,
) -> None:
    """Write an entry into the log of each of these people. Raises UsageError, and what naming people and
    writing notes raises."""
    day = parse_on(on, app.today)
    kind = parse_kind(kind)
    people = app.near.people(names)
    words = _words(app, message, people)

    def make(now: Sequence[Person]) -> Plan:
        from vault_crm.core.actions import plan_log

        return plan_log(app.store.read, now, day, kind, words, app.settings, next_=next_)

    said = " ".join(part for part in ("logged", kind, day.isoformat()) if part)
    carry_out(app, make, people, said, dry_run, subject=_subject(people, kind, day, app.today))


def _subject(people: Sequence[Person], kind: str, day: date, today: date) -> str:
    """`log: Ada, call on 2026-03-14`; today's date stands on the commit."""
    on = f" on {day.isoformat()}" if day != today else ""
    return f"log: {named(people)}{', ' if kind else ''}{kind}{on}"


def parse_on(text: str | None, today: date) -> date:
    """The day of an interaction: today if nothing is said. Raises UsageError; a day to come is no
    interaction."""
    if text is None:
        return today
    from vault_crm.core.dates import parse_when

    try:
        day = parse_when(text, today)
    except ValueError as problem:
        raise usage(problem) from None
    if day > today + timedelta(days=1):
        hint = f"for a plan: vault-crm set NAME next_contact {day.isoformat()}"
        raise UsageError(f"{day.isoformat()} is still to come; a log says what was", hint)
    return day


def parse_kind(text: str) -> str:
    """The type of an interaction: one or two words of letters. Raises UsageError."""
    from vault_crm.core.log.line import line_words

    kind = " ".join(text.removesuffix(":").split())
    try:
        line_words(kind, "x")
    except ValueError as problem:
        raise UsageError(str(problem), 'for instance call, coffee or "video call"') from None
    return kind


def _words(app: App, message: str | None, people: tuple[Person, ...]) -> str:
    """The text of the entry on one line; asked for on a terminal, else the settings' words for a bare
    tick."""
    if message == "-":
        app.waited = True
        message = sys.stdin.read()
    elif message is None and app.can_ask():
        names = ", ".join(p.name for p in people)
        question = f"With {names}, what about? (Enter: {app.settings.in_touch})"
        import click

        message = click.prompt(console.clean(question), default="", err=True, show_default=False)
    return " ".join((message or "").split()) or app.settings.in_touch
