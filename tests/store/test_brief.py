"""An agenda from the roster is the agenda of the whole vault, as far as it goes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from datetime import timedelta
from pathlib import Path

import pytest

from tests.vaults import write_vault
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Agenda
from vault_crm.core.rows import row_of
from vault_crm.render.update import update
from vault_crm.store.brief import brief_vault
from vault_crm.store.store import Store

EXAMPLE = Path(__file__).parents[2] / "example_vault"
TODAY = date(2026, 11, 22)
ODD = """
=== People/Ana.md
---
cadence: 2 weeks
birthday: 1990-11-24
---
## Log

- 2026-10-01 tea
- 2026-12-24 planned already
=== People/Ben.md
---
cadence: sometimes
last_contact: 2026-13-40
---
=== People/Cleo.md
---
cadence: monthly
private: true
how_met: at sea
introduced_by: "[[Ana]]"
---
=== People/Dan.md
---
cadence: monthly
met: 2026-11-01
anniversary: 2010-11-30
next: the boat
---
=== Daily/2026-11-20.md
Long walk with [[Ana]] and [[Dan]].
=== Daily/2026-12-01.md
Lunch with [[Dan]].
=== Notes/broken.md
---
aliases: [x
---
"""


@pytest.fixture(params=["example", "odd"])
def root(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    target = tmp_path / "vault"
    if request.param == "example":
        shutil.copytree(EXAMPLE, target)
    else:
        write_vault(target, ODD)
    return target


@pytest.mark.parametrize("days", [0, 1, 9, 40, -30])
def test_it_is_the_agenda_of_the_whole_vault(root: Path, days: int) -> None:
    day = TODAY + timedelta(days=days)
    store = Store.open(root)
    assert told(brief(store, TODAY)) == told(agenda(Store.open(root).load(), TODAY, store.settings))
    assert told(brief(store, day)) == told(agenda(store.load(), day, store.settings))


@pytest.mark.parametrize("limit", [0, 3])
def test_a_dashboard_of_it_is_the_same_page(root: Path, limit: int) -> None:
    config = root / ".vault-crm/config.toml"
    config.parent.mkdir(exist_ok=True)
    before = config.read_text() if config.exists() else ""
    kept = [line for line in before.split("\n") if not line.startswith("limit")]
    head = [] if "[dashboard]" in kept else ["[dashboard]"]
    at = kept.index("[dashboard]") + 1 if not head else len(kept)
    config.write_text("\n".join([*kept[:at], *head, f"limit = {limit}", *kept[at:]]))
    whole = Store.open(root)
    whole.load()
    assert whole.roster(TODAY) is None  # it is known already
    light = Store.open(root)
    assert update(light, TODAY, apply=False).texts == update(whole, TODAY, apply=False).texts
    assert light.roster(TODAY) is not None


def test_of_a_vault_that_takes_names_without_links_there_is_none(root: Path) -> None:
    (root / ".vault-crm").mkdir(exist_ok=True)
    (root / ".vault-crm/config.toml").write_text("[evidence]\nplain_names = true\n")
    assert Store.open(root).roster(TODAY) is None


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may look into everything")
def test_a_folder_that_cannot_be_looked_into_is_said(root: Path) -> None:
    (root / "Locked").mkdir()
    (root / "Locked").chmod(0)
    try:
        for _ in range(2):
            assert "unreadable-file" in {d.code for d in brief(Store.open(root), TODAY).diagnostics}
    finally:
        (root / "Locked").chmod(0o700)


def brief(store: Store, day: date) -> Agenda:
    """The agenda from the roster."""
    roster = store.roster(day)
    assert roster is not None
    return agenda(brief_vault(roster, day), day, store.settings)


def told(found: Agenda) -> object:
    """Everything of an agenda that a list, a home screen or a dashboard says."""
    people = [
        (row_of(item), item.days_overdue, item.ratio, item.person.private, item.person.tags,
         item.person.cadence,
         [d.message for d in item.person.blockers],
         [item.person.text(name) for name in ("how_met", "introduced_by", "relationship")])
        for item in found.items
    ]  # fmt: skip
    return (
        people,
        [(d.on, d.person.path, d.what, d.years) for d in found.dates],
        [(e, p.path) for e, p in found.recent],
        found.good_until,
        sorted((d.span, d.message) for d in found.diagnostics if d.severity == "error"),
    )
