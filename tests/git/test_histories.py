"""Random histories on two and three clones: both end with the same bytes, nothing is lost or doubled, and git
stops only where both sides changed the same thing.

A history that fails is printed with its ops; `python -m tests.git.playing --seed N` plays it again, and
`--shrink` looks for the few ops that matter. VAULT_CRM_HISTORIES=500 plays so many of them.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest

from benchmarks import bench_git
from tests.git.devices import Stages
from tests.git.histories import PAGE
from tests.git.histories import History
from tests.git.histories import Op
from tests.git.histories import make_history
from tests.git.histories import person_note
from tests.git.histories import shrink
from tests.git.oracle import Ledger
from tests.git.oracle import find_faults
from tests.git.oracle import settle
from tests.git.oracle import wrong_about
from tests.git.playing import Played
from tests.git.playing import Stage
from tests.git.playing import stage
from tests.git.playing import summary

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

COUNT = int(os.environ.get("VAULT_CRM_HISTORIES", "17"))
OF_THREE = max(4, COUNT // 8)


@pytest.fixture(scope="module", params=[2, 3])
def clones(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with stage(request.param, "driver") as made:
        yield made


def told(played: Played) -> str:
    return "\n".join([str(played.history), *played.faults])


@pytest.mark.parametrize("part", range(4))
def test_clones_end_with_the_same_bytes_and_nothing_is_lost_doubled_or_in_conflict_without_need(
    clones: Stage, part: int
) -> None:
    devices = clones.devices
    count = COUNT if devices == 2 else OF_THREE
    for seed in range(part, count, 4):
        played = clones.play(make_history(seed, devices))
        assert not played.faults, told(played)
        assert played.stops == 0
    assert clones.door is not None
    assert clones.door.calls > 0


def test_the_program_that_git_install_sets_up_does_the_same() -> None:
    """Everywhere else the driver is asked without being started, which is thirty times as quick."""
    with stage(2, "driver", real=True) as made:
        played = made.play(make_history(3))
    assert not played.faults, told(played)


def test_git_alone_conflicts_in_most_histories() -> None:
    with stage(2, "plain") as made:
        all_ = [made.play(make_history(seed)) for seed in range(6)]
    assert sum(bool(one.conflicts) for one in all_) > 3, summary(all_)


def test_the_benchmark_measures(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench_git.main(["--only", "driver", "notes", "--count", "1"]) == 0
    table = capsys.readouterr().out
    assert "| 1 histories on 2 clones, " in table
    assert "| git alone, the dashboard ignored: histories with a conflict |" in table


def test_the_same_seed_makes_the_same_history_and_another_another() -> None:
    assert make_history(5) == make_history(5)
    assert make_history(5).ops != make_history(6).ops
    assert {op.device for op in make_history(5, devices=3).ops} == {0, 1, 2}
    assert "seed 5" in str(make_history(5))


def test_a_failing_history_is_shrunk_to_the_ops_that_matter() -> None:
    def fails(history: History) -> bool:
        return {3, 17} <= {op.number for op in history.ops}

    assert [op.number for op in shrink(make_history(1), fails).ops] == [3, 17]


# -- the oracle itself: it must see what is wrong

NOTE = person_note(0)
BUSY = NOTE.replace("## Log\n\n", "## Log\n\n- 2026-03-04 call: moon k000\n").replace(
    "last_contact: 2026-02-02", "last_contact: 2026-03-04"
)
LOGGED = Op(0, 0, make_history(0).ops[0].day.replace(day=4), "log", "p0", "call", "moon k000")
BOARD = "# Overdue\n\n<!-- vault-crm:begin -->\nall is well\n<!-- vault-crm:end -->\n"


def faults(note: str, page: str = BOARD) -> list[str]:
    ledger = Ledger()
    ledger.add(LOGGED, [("p0", "log", "k000")])
    ledger.add(Op(1, 0, LOGGED.day, "set", "p0", "city", "Porto"), [("p0", "city", "Porto")])
    return list(find_faults(ledger, {"People/Ada.md": note, PAGE: page}))


GOOD = BUSY.replace(f"city: {NOTE.partition('city: ')[2].partition(chr(10))[0]}", "city: Porto")


def test_the_oracle_is_content_where_all_is_there() -> None:
    assert faults(GOOD) == []


@pytest.mark.parametrize(
    ("note", "page", "said"),
    [
        (NOTE, BOARD, "0 times in logs"),
        (GOOD.replace("moon k000\n", "moon k000\n- 2026-03-03 call: moon k000\n"), BOARD, "2 times in logs"),
        (GOOD.replace("2026-03-04 call", "2026-01-01 call"), BOARD, "out of order"),
        (GOOD.replace("last_contact: 2026-03-04", "last_contact: 2026-03-03"), BOARD, "last_contact is"),
        (BUSY, BOARD, "was last set to"),
        (GOOD.replace("---\n\n", "---\n<<<<<<< ours\n"), BOARD, "conflict markers"),
        (GOOD, BOARD.replace("begin", "end"), "markers are damaged"),
        (GOOD, BOARD.replace("all is well", "- [x] [Ada](People/Ada.md)"), "a tick that is not taken in"),
    ],
)
def test_the_oracle_sees(note: str, page: str, said: str) -> None:
    assert any(said in fault for fault in faults(note, page)), faults(note, page)


def conflict(ours: str, theirs: str, marked: str) -> Stages:
    return Stages("People/Ada.md", NOTE, ours, theirs, marked)


def test_the_oracle_tells_real_conflicts() -> None:
    ours, theirs = (NOTE.replace("cadence: 1 week", f"cadence: {n} days") for n in (3, 4))
    clash = "<<<<<<< ours\ncadence: 3 days\n=======\ncadence: 4 days\n>>>>>>> theirs"
    real = conflict(ours, theirs, NOTE.replace("cadence: 1 week", clash))
    assert wrong_about(real) == ""
    assert settle(real) == ours
    wide = clash.replace("3 days\n", "3 days\ncity: x\n").replace("4 days\n", "4 days\ncity: x\n")
    assert "also around prop city" in wrong_about(
        conflict(ours, theirs, NOTE.replace("cadence: 1 week", wide))
    )
    assert "without markers" in wrong_about(conflict(ours, theirs, ours))
    assert "nothing clashes" in wrong_about(conflict(ours, BUSY, real.marked))
    page = Stages(PAGE, BOARD, BOARD, BOARD, BOARD.replace("all is well", clash))
    assert "between the dashboard's markers" in wrong_about(page)
