"""Dashboards tended one by one: each as far as its editors allow, none at another's cost."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from datetime import datetime
from pathlib import Path

import pytest

from tests.render.test_update import ANA
from tests.render.test_update import BEN
from tests.render.test_update import VAULT
from vault_crm.core.model import Vault
from vault_crm.render.boards import templates_of
from vault_crm.render.taken import Taken
from vault_crm.render.tend import Tended
from vault_crm.render.tend import Way
from vault_crm.render.tend import tend
from vault_crm.render.update import update
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
PAGE = "OVERDUE.md"
SECOND = "=== .vault-crm/templates/family.md.j2\n{# output: Family.md #}\nHello.\n"

Make = Callable[[str], Path]


class Care:
    """What a test says of who is writing where. `meanwhile` happens right before a note is written to."""

    def __init__(self) -> None:
        self.ways: dict[str, Way] = {}
        self.loud: set[str] = set()
        self.changed: set[str] = set()
        self.kept: dict[str, Taken] = {}
        self.meanwhile: Callable[[], object] = lambda: None

    def way(self, path: str) -> Way:
        return self.ways.get(path, "both")

    def may_touch(self, path: str) -> bool:
        self.meanwhile()
        return path not in self.loud

    def still(self, path: str) -> bool:
        return path not in self.changed

    def taken(self, path: str) -> Taken:
        return self.kept.setdefault(path, Taken())


class Table:
    """A vault, its dashboard, and a user who types into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.care = Care()
        update(Store.open(root), TODAY, explicit_today=True)

    def tend(self, today: date = TODAY) -> Tended:
        store = Store.open(self.root)
        return tend(store, today, templates_of(store), self.care)

    def read(self, path: str = PAGE) -> str:
        return (self.root / path).read_bytes().decode()

    def type(self, *pairs: tuple[str, str], path: str = PAGE) -> None:
        text = self.read(path)
        for old, new in pairs:
            assert old in text
            text = text.replace(old, new, 1)
        (self.root / path).write_text(text)

    def tick(self, line: str, behind: str) -> None:
        self.type((line, line.replace("[ ]", "[x]") + behind))


@pytest.fixture
def table(vault: Make) -> Table:
    return Table(vault(VAULT))


def filed(tended: Tended) -> list[str]:
    return [f"{path}: {one}" for path, one in tended.filed if not one.again]


def test_both(table: Table) -> None:
    table.tick(ANA, " 2026-11-21 lunch")
    tended = table.tend()
    assert filed(tended) == ["OVERDUE.md: Ana Sousa: 2026-11-21 lunch"]
    assert tended.written == {PAGE: table.read().encode()}
    assert tended.done == [(PAGE, "both")]
    assert isinstance(tended.vault, Vault)
    assert "[x]" not in table.read()
    again = table.tend()
    assert (again.filed, again.written, again.troubles) == ([], {}, [])


def test_leave(table: Table) -> None:
    table.care.ways[PAGE] = "leave"
    table.tick(ANA, " lunch")
    page = table.read()
    tended = table.tend()
    assert (filed(tended), tended.written, tended.done) == ([], {}, [])
    assert table.read() == page
    assert len(tended.agenda.items) == 3


def test_refresh_keeps_ticks_and_gives_them_their_day(table: Table) -> None:
    table.care.ways[PAGE] = "refresh"
    table.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"), (BEN, BEN + " pause"))
    noon = datetime(2026, 11, 20, 12).timestamp()
    os.utime(table.root / PAGE, (noon, noon))
    (table.root / "People/ben.md").write_text("---\nname: Ben Okafor\ncadence: 1 year\n---\n")
    tended = table.tend()
    assert filed(tended) == []
    assert "[x] [Ana Sousa](People/ana-sousa.md) lunch ✅ 2026-11-20\n" in table.read()
    assert "pause" in table.read()
    assert "lunch" not in table.read("People/ana-sousa.md")


def test_take_leaves_the_page_and_takes_once(table: Table) -> None:
    table.care.ways[PAGE] = "take"
    table.tick(ANA, " 2026-11-21 lunch")
    table.type((BEN, BEN + "\n    - snooze 2 weeks"))
    page = table.read()
    assert len(filed(table.tend())) == 2
    later = table.tend(date(2026, 11, 25))
    assert later.filed == []
    assert table.read() == page
    assert "snooze_until: 2026-12-06\n" in table.read("People/ben.md")
    table.care.ways[PAGE] = "both"
    assert table.tend(date(2026, 11, 25)).filed == []
    assert "[x]" not in table.read()
    assert "snooze" not in table.read().split("vault-crm:begin")[1]
    assert not table.care.taken(PAGE)


def test_what_was_taken_as_texts(table: Table) -> None:
    table.care.ways[PAGE] = "take"
    table.tick(ANA, " 2026-11-21 lunch\n    - pause")
    table.tend()
    rows = table.care.taken(PAGE).rows
    assert len(rows) == 3
    table.care.kept[PAGE] = Taken([*rows, ("odd",), ("contact", "x", "y", "no day")])
    assert table.care.taken(PAGE).rows == rows
    assert table.tend().filed == []


def test_a_note_that_is_being_written_waits(table: Table) -> None:
    table.care.loud = {"People/ana-sousa.md"}
    table.tick(ANA, " 2026-11-21 lunch")
    table.tick(BEN, " 2026-11-21 tea")
    tended = table.tend()
    assert filed(tended) == ["OVERDUE.md: Ben Okafor: 2026-11-21 tea"]
    assert tended.waiting == ["Ana Sousa"]
    assert "2026-11-21 lunch" in table.read()
    assert tended.troubles == []
    assert tended.stuck == []


def test_a_page_that_changed_since_it_was_looked_at_is_not_read(table: Table) -> None:
    table.care.changed = {PAGE}
    table.tick(ANA, " lunch")
    tended = table.tend()
    assert (tended.filed, tended.written, tended.done, tended.troubles) == ([], {}, [], [])


def test_a_page_saved_while_its_ticks_are_filed(table: Table) -> None:
    """What the user saved stays, and the ticks that are in the notes by now are not filed again, whatever day
    it is."""
    table.tick(ANA, " lunch")
    table.type((BEN, BEN + " snooze 2 weeks"))
    table.care.meanwhile = lambda: table.type(("# Overdue", "# Overdue people"))
    tended = table.tend()
    assert len(filed(tended)) == 2
    assert [(t.path, t.passing) for t in tended.troubles] == [(PAGE, True)]
    assert tended.done == []
    assert "# Overdue people" in table.read()
    note = table.read("People/ben.md")
    table.care.meanwhile = lambda: None
    tended = table.tend(date(2026, 12, 1))
    assert filed(tended) == []
    assert table.read("People/ben.md") == note
    assert table.read("People/ana-sousa.md").count("lunch") == 1
    assert "[x]" not in table.read()


def test_a_mistake_of_the_program_costs_one_page(vault: Make) -> None:
    table = Table(vault(VAULT + SECOND))

    class Broken(Care):
        def taken(self, path: str) -> Taken:
            if path == PAGE:
                raise RuntimeError("odd")
            return super().taken(path)

    table.care = Broken()
    (table.root / "Family.md").unlink()
    tended = table.tend()
    assert list(tended.written) == ["Family.md"]
    (trouble,) = tended.troubles
    assert (trouble.path, trouble.passing) == (PAGE, False)
    assert "a mistake of the program, not yours: RuntimeError: odd" in trouble.why
    assert "report" in trouble.hint


def test_a_foreign_page_costs_no_other(vault: Make) -> None:
    table = Table(vault(VAULT + SECOND))
    (table.root / "Family.md").write_text("Our own words.\n")
    table.tick(ANA, " 2026-11-21 lunch")
    tended = table.tend()
    assert len(filed(tended)) == 1
    assert "[x]" not in table.read()
    assert table.read("Family.md") == "Our own words.\n"
    assert [trouble.path for trouble in tended.troubles] == ["Family.md"]


def test_conflict_markers_wait_for_their_owner(table: Table) -> None:
    line = ANA.replace("[ ]", "[x]") + " lunch"
    table.type((ANA, f"<<<<<<< HEAD\n{line}\n=======\n{ANA}\n>>>>>>> phone"))
    page = table.read()
    tended = table.tend()
    assert table.read() == page
    assert filed(tended) == []
    (trouble,) = tended.troubles
    assert trouble.why.startswith("OVERDUE.md:")
    assert "a merge stopped here" in trouble.why


def test_while_somebody_else_takes_ticks_in_the_watcher_waits(table: Table) -> None:
    table.tick(BEN, " tea")
    before = table.read()
    with Store.open(table.root).taking_ticks():
        tended = table.tend()
    assert [(t.path, t.passing) for t in tended.troubles] == [(PAGE, True)]
    assert (filed(tended), table.read()) == ([], before)
    assert filed(table.tend()) == ["OVERDUE.md: Ben Okafor: 2026-11-22 tea"]
