"""The benchmarks still run, on a handful of notes. What they measure there is nobody's figure."""

from __future__ import annotations

import shutil
import statistics
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from benchmarks.addressbook import write_cards
from benchmarks.addressbook import write_table
from benchmarks.bench_growth import judged
from benchmarks.bench_import import exponent
from benchmarks.figures import p95
from benchmarks.ground import compared
from benchmarks.make_vault import change_notes
from benchmarks.make_vault import long_ago
from benchmarks.make_vault import make_vault
from benchmarks.make_vault import set_last
from benchmarks.pairs import Command
from benchmarks.pairs import Run
from benchmarks.pairs import Spread
from benchmarks.pairs import more
from benchmarks.pairs import ratio
from benchmarks.pairs import run
from benchmarks.pairs import take_turns
from benchmarks.peers import PEERS
from benchmarks.read_yaml import read_all
from tests.vaults import tree_bytes
from vault_crm.core.agenda import agenda
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
SMALL = "--notes 40 --people 16 --save-notes 40 --save-people 16 --starts 1 --idle 1".split()  # noqa: SIM905
QUICK = ("startup", "warm", "writes", "changes", "cold")
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


def test_people_are_written_as_people_write(tmp_path: Path, home: Path) -> None:
    """2.6 KB in the middle, one frontmatter in twelve unusual; and the program has nothing to say of any."""
    made = make_vault(tmp_path / "vault", TODAY, 400, 400, 4)
    texts = [(made.root / path).read_bytes().decode() for path in made.people]
    assert 2_300 < statistics.median(map(len, texts)) < 3_100
    for sign in ("# as of", "\r\n", "address:\n", "how_met: |", "how_met: >", "\n- '", "city: '"):
        assert 1 <= sum(sign in text for text in texts) <= 40, sign
    store = Store.open(made.root)
    vault = store.load()
    assert len(vault.people) == 400
    assert [found for note in vault.notes.values() for found in note.diagnostics] == []
    assert read_all(str(made.root)) == 400


def test_a_vault_in_which_everybody_is_overdue(tmp_path: Path, home: Path) -> None:
    made = make_vault(tmp_path / "vault", TODAY, 60, 60, 4, all_overdue=True)
    store = Store.open(made.root)
    statuses = {item.status for item in agenda(store.load(), TODAY, store.settings).items}
    assert statuses <= {"overdue", "long-overdue"}


def python(code: str, folder: Path) -> Command:
    return Command([sys.executable, "-S", "-E", "-c", code], folder, {"PATH": ""})


def test_commands_take_turns(tmp_path: Path) -> None:
    calls: list[str] = []
    one = replace(
        python("print(1)", tmp_path), before=lambda: calls.append("a"), after=lambda: calls.append("A")
    )
    taken = take_turns({"one": one, "two": lambda: replace(one, before=lambda: calls.append("b"))}, 2, 1)
    assert calls == ["a", "A", "b", "A", "b", "A", "a", "A", "a", "A", "b", "A"]
    assert [len(runs) for runs in taken.values()] == [2, 2]
    assert all(found.wall > 0 and found.cpu > 0 and found.peak > 1 for found in taken["one"])


def test_a_command_that_fails_or_says_nothing_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="ended with 3"):
        run(python("raise SystemExit(3)", tmp_path))
    with pytest.raises(RuntimeError, match="ended with 0"):
        run(python("pass", tmp_path), proved=True)
    run(replace(python("raise SystemExit(3)", tmp_path), fine=(0, 3), speaks=False), proved=True)


def test_a_ratio_is_of_two_runs_of_one_round() -> None:
    taken = {
        "one": [Run(2, 8, 10), Run(8, 8, 10), Run(3, 8, 10)],
        "two": [Run(1, 2, 10), Run(2, 2, 10), Run(3, 4, 10)],
    }
    assert ratio(taken, "one", "two") == Spread(2, 1, 4)
    assert ratio(taken, "one", "two", "cpu") == Spread(4, 2, 4)
    assert more(taken, "one", "two") == [1, 6, 0]
    assert compared(taken, "one", "two", "it", "that", 2).met is True
    assert compared(taken, "one", "two", "it", "that", 2, less=True).met is False
    assert compared(taken, "one", "two", "it", "that", 1.9).met is False
    assert compared(taken, "one", "two", "it", "that", None).met is None


def test_what_is_lost_in_noise_is_not_called_growth() -> None:
    sizes = (10, 100, 1000)
    assert judged("it", sizes, (1, 10, 100), (1, 10, 100)).met is True
    assert judged("it", sizes, (1, 10, 100), (1, 12, 144)).met is False
    assert judged("it", sizes, (1, 10, 100), (-0.1, 10, 100)).met is None


PERSON = {
    "name": "Lucía Gallo",
    "due": "2026-12-01",
    "last_contact": "2026-11-01",
    "birthday": "1980-02-03",
    "tags": ["old-job", "choir"],
}


def test_every_other_program_gets_the_same_people(tmp_path: Path) -> None:
    nobody = {"name": "Ben Berg", "due": None, "last_contact": None, "birthday": None, "tags": []}
    for name, write, _ in PEERS:
        peer = write(tmp_path / name, [PERSON, nobody], shutil.which("true") or "true")
        assert peer.program == name
        texts = [path.read_text(encoding="utf-8") for path in (tmp_path / name).rglob("*") if path.is_file()]
        if name != "task":  # which keeps its own database
            assert sum("Lucía Gallo" in text for text in texts) == 1
            assert sum("Ben Berg" in text for text in texts) == 1
    assert "contactFrequency: 30\n" in (tmp_path / "perm/perm/0.md").read_text(encoding="utf-8")
    assert "DUE;VALUE=DATE:20261201\r\n" in (tmp_path / "todo/tasks/people/0.ics").read_bytes().decode()
    assert "BDAY:19800203\r\n" in (tmp_path / "khard/contacts/0.vcf").read_bytes().decode()


@pytest.mark.skipif(sys.platform != "linux", reason="it asks /proc, which only Linux has")
@pytest.mark.skipif(not shutil.which("git"), reason="needs git")
def test_the_page_about_speed_is_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """One run of each command of most parts."""
    from benchmarks import bench_speed

    words = "--sizes 40 40 40 --rounds 1 --warm-up 0 --settled 0".split()  # noqa: SIM905
    words += ["--only", *QUICK, "--program", f"{sys.executable} -m vault_crm", "--folder", str(tmp_path)]
    assert bench_speed.main(words) in (0, 1)
    page = capfd.readouterr().out
    for figure in (
        "`--help`",
        "completion of a name, 40 people",
        "`overdue`, 40 notes",
        "`log` on one person, 40 notes",
        "`log` with a page that must change, 40 notes: more than without",
        "after one save, 40 notes: refresh beyond the walk",
        "`overdue` after a checkout of 8 notes among 40",
        "`overdue`, no index, 40 notes",
    ):
        assert f"| {figure} |" in page
    assert list(tmp_path.iterdir()) == []


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
