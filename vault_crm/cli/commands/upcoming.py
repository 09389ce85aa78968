"""Who is due soon, birthdays and events, in date order."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from vault_crm.cli.app import App
from vault_crm.cli.app import json_option
from vault_crm.cli.wording import count
from vault_crm.cli.wording import say_coming_day
from vault_crm.cli.wording import say_dated
from vault_crm.core.record import replace

if TYPE_CHECKING:
    from vault_crm.core.model import AgendaItem


@click.command()
@click.option("--days", type=click.IntRange(0, 3660), help="How many days ahead (default: 14).")
@json_option
@click.pass_obj
def command(app: App, days: int | None, as_json: bool) -> None:
    """Who is due, birthdays and events of the next days, in date order."""
    from vault_crm.core.agenda import agenda
    from vault_crm.core.dates import add

    ahead = app.settings.dates_days if days is None else days
    until = add(app.today, ahead, "day")
    vault = app.vault if as_json else app.brief_vault
    coming = agenda(vault, app.today, replace(app.settings, dates_days=ahead))
    dates = coming.dates
    due = sorted(
        (item for item in coming.items if is_coming(item, app.today, until)),
        key=lambda item: (item.due or until, item.person.name.casefold()),
    )
    if as_json:
        from vault_crm.cli import shape

        document = shape.people_json(app.today, due)
        app.json({**document, "until": until.isoformat(), "dates": [shape.date_json(item) for item in dates]})
        return
    from vault_crm.core.cadence import say_cadence

    rows = [
        (
            item.due or until,
            0,
            f"{item.person.name} is due",
            say_cadence(item.person.cadence) if item.person.cadence else "",
        )
        for item in due
    ]
    rows += [(item.on, 1, say_dated(item), "") for item in dates]
    iso = not app.screen.terminal
    app.out_lines(
        [
            (say_coming_day(on, iso), "soon"),
            ("  ", ""),
            (what, "name"),
            (f"  ({cadence})" if cadence else "", "dim"),
        ]
        for on, _, what, cadence in sorted(rows)
    )
    if not rows:
        app.say(f"nothing in the next {count(ahead, 'day')}")


def is_coming(item: AgendaItem, today: date, until: date) -> bool:
    """True if the person's turn comes from today up to `until`."""
    return item.status in ("today", "soon", "fine") and item.due is not None and today <= item.due <= until
