"""The benchmarks still run, on a handful of notes. What they measure there is nobody's figure."""

from __future__ import annotations

import shutil
import sys
from datetime import date
from pathlib import Path

import pytest

from benchmarks.addressbook import write_cards
from benchmarks.addressbook import write_table
from benchmarks.bench_import import exponent
from benchmarks.figures import p95
from benchmarks.make_vault import change_notes
from benchmarks.make_vault import long_ago
from benchmarks.make_vault import make_vault
from benchmarks.make_vault import set_last
from tests.vaults import tree_bytes
from vault_crm.core.agenda import agenda
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
SMALL = "--notes 40 --people 16 --save-notes 40 --save-people 16 --starts 1 --idle 1".split()  # noqa: SIM905
SHORT = "--saves 3 --changed 20 --checkouts 2 --settled 0.5".split()  # noqa: SIM905


def test_the_same_seed_and_day_make_the_same_vault(tmp_path: Path) -> None:
    one, two, other = (
        make_vault(tmp_path / name, TODAY, 60, 20, 4, seed) for name, seed in (("1", 7), ("2", 7), ("3", 8))
    )
    assert tree_bytes(one.root) == tree_bytes(two.root) != tree_bytes(other.root)
    assert (len(one.notes), len(one.people), len(one.targets)) == (60, 20, 4)
    assert change_notes(one, 30) == change_notes(two, 30)
    assert tree_bytes(one.root) == tree_bytes(two.root)


def test_nothing_but_its_last_contact_says_where_a_target_stands(tmp_path: Path, home: Path) -> None:
    made = make_vault(tmp_path / "vault", TODAY, 300, 80, 10)
    for day, status in ((long_ago(TODAY), "long-overdue"), (TODAY, "fine")):
        for path in made.targets:
            file = made.root / path
            file.write_text(set_last(file.read_text(encoding="utf-8"), day), encoding="utf-8")
        store = Store.open(made.root)
        vault = store.load()
        items = agenda(vault, TODAY, store.settings).items
        assert {item.status for item in items if item.person.path in made.targets} == {status}
        assert len(vault.people) == 80


def test_the_same_seed_makes_the_same_address_book(tmp_path: Path) -> None:
    for write in (write_cards, write_table):
        for name, count, seed in (("1", 60, 7), ("2", 60, 7), ("3", 60, 8), ("4", 120, 7)):
            write(tmp_path / name, count, seed)
        one, two, other, longer = ((tmp_path / name).read_bytes() for name in "1234")
        assert one == two != other
        assert longer.startswith(one)


def test_the_power_with_which_a_time_grows() -> None:
    assert exponent([10, 100, 1000], [2, 20, 200]) == pytest.approx(1)
    assert exponent([10, 100], [1, 100]) == pytest.approx(2)


def test_what_most_values_do_not_exceed() -> None:
    assert p95(range(1, 101)) == 95
    assert p95([3]) == 3
    assert p95([1, 2]) == 2


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="they ask /proc and inotify, which only Linux has")
@pytest.mark.skipif(not (shutil.which("vim") and shutil.which("git")), reason="needs vim and git")
def test_every_figure_is_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.bench_watch import main

    assert main([*SMALL, *SHORT, "--folder", str(tmp_path)]) in (0, 1)
    table = capsys.readouterr().out
    for figure in (
        "save to renamed OVERDUE.md, vim, 3 saves",
        "save to renamed OVERDUE.md, in place, 3 saves",
        "save to renamed OVERDUE.md, atomically, 3 saves",
        "checkout of 20 changed notes among 40, 2 times: renderings",
        "idle for 1 s, 40 notes: CPU",
        "resident, 40 notes, 16 people, warm index",
        "start to ready, 40 notes, warm index, 1 starts",
    ):
        assert f"| {figure}" in table
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="it asks /proc, which only Linux has")
def test_every_figure_of_an_import_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    from benchmarks.bench_import import main

    assert main(["--counts", "4", "--rounds", "1", "--streams", "4", "40"]) in (0, 1)
    table = capsys.readouterr().out
    for figure in (
        "vCards, the import: ms each, of 4",
        "rows of Google's CSV, the same file again: ms each, of 4",
        "reading a stream of cards: peak memory, of 4, 40",
    ):
        assert f"| {figure}" in table
