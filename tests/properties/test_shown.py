"""What dashboards show, chosen from everybody's rows, is what the whole agenda shows."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from tests.core.made import vault
from tests.properties.test_agenda import people
from tests.properties.test_agenda import some_day
from tests.properties.test_agenda import some_settings
from vault_crm.core.agenda import RECENT
from vault_crm.core.agenda import agenda
from vault_crm.core.dashboard.shown import Shown
from vault_crm.core.dashboard.shown import shown_from
from vault_crm.core.dashboard.shown import shown_of
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Person
from vault_crm.core.record import replace
from vault_crm.core.roster import until
from vault_crm.core.rows import FOREVER
from vault_crm.core.rows import LAST
from vault_crm.core.rows import PATH
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.core.rows import Row
from vault_crm.core.rows import row_of
from vault_crm.core.settings import Settings

crowds = st.lists(people(), max_size=12, unique_by=lambda p: p.path)
limits = st.sampled_from([0, 1, 2, 3, 25])


def row_on(item: AgendaItem, today: date, settings: Settings) -> Row:
    return row_of(item, FOREVER if item.status in ("gone", "attention") else until(item, today, settings))


def told(shown: Shown) -> Shown:
    """Everything that a page of our own templates is made of."""
    return replace(shown, everybody=(), is_private=str.isidentifier)


@given(crowds, some_day, some_settings, limits)
def test_rows_show_what_the_agenda_shows(
    made: list[Person], today: date, settings: Settings, limit: int
) -> None:
    chosen = replace(settings, dashboard_limit=limit)
    whole = agenda(vault(*made), today, chosen)
    by_path = {item.person.path: item.person for item in whole.items}
    rows = [row_on(item, today, chosen) for item in whole.items]
    shown = shown_from(rows, today, chosen, by_path.__getitem__, str.isidentifier)
    assert told(shown) == told(shown_of(whole, chosen))


@given(crowds, some_day, some_settings)
def test_only_who_is_shown_is_looked_at(made: list[Person], today: date, settings: Settings) -> None:
    """Or who may decide until when the page holds, is among the last contacts, or of whom a row says
    nothing."""
    chosen = replace(settings, dashboard_limit=1)
    whole = agenda(vault(*made), today, chosen)
    by_path = {item.person.path: item for item in whole.items}
    rows = [row_on(item, today, chosen) for item in whole.items]
    seen: set[str] = set()

    def somebody(path: str) -> Person:
        seen.add(path)
        return by_path[path].person

    shown = shown_from(rows, today, chosen, somebody, str.isidentifier)
    listed = {item.person.path for part in shown.people.values() for item in part.shown}
    listed |= {item.person.path for item in shown.dates.shown}
    turn = shown.good_until.toordinal() + 1 if shown.good_until else FOREVER
    newest = sorted(row[LAST] for row in rows if row[STATUS] not in ("gone", "attention"))[-RECENT:]
    for row in rows:
        if row[PATH] in seen - listed:
            assert row[STATUS] == "attention" or row[UNTIL] <= turn or row[LAST] >= newest[0]
