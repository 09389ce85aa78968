"""What a command has written itself is taken into the roster that it has; what others wrote meanwhile is
found by whoever looks next."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.rosters import TODAY
from tests.store.rosters import expected
from tests.store.rosters import found
from tests.store.rosters import old_vault
from tests.store.rosters import said_of
from vault_crm.cli.quick import answered
from vault_crm.store.glance import glance
from vault_crm.store.glance import roster_path
from vault_crm.store.packed import open_packed
from vault_crm.store.roster import Roster
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.store import Store

VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
last_contact: 2026-01-02
---
=== People/Ben.md
---
cadence: monthly
last_contact: 2026-01-02
---
=== Notes/trip.md
A walk.
"""
ANA, BEN = "People/Ana.md", "People/Ben.md"
DAY = f"--today={TODAY.isoformat()}"
PARTS = ("late", "paths", "prints", "rest", "meant", "ends", "buckets")


@pytest.fixture
def root(vault: Callable[[str], Path]) -> Path:
    return old_vault(vault(VAULT))


def known(root: Path) -> Roster:
    """What a command has that begins now."""
    store = Store.open(root)
    roster = bring_up(store.root, store.settings, TODAY, glance(str(store.root)))
    assert roster is not None
    return roster


def write(root: Path, path: str, old: str, new: str) -> None:
    text = (root / path).read_text()
    assert old in text
    (root / path).write_text(text.replace(old, new))


def test_only_what_was_written_is_read(root: Path) -> None:
    roster = known(root)
    before = {path: said_of(row) for path, row in roster.rows.items()}
    kept = Path(roster_path(str(root.resolve()))).read_bytes()
    for path in (ANA, BEN):
        write(root, path, "2026-01-02", "2026-02-27")
    assert roster.take_in([ANA], TODAY)
    now = expected(root)
    assert {path: said_of(row) for path, row in roster.rows.items()} == {**before, ANA: now[ANA]}
    assert now[BEN] != before[BEN]
    assert Path(roster_path(str(root.resolve()))).read_bytes() == kept
    assert found(root) == now  # who looks next sees both


def test_several_at_once(root: Path) -> None:
    roster = known(root)
    write(root, ANA, "2026-01-02", "2026-02-27")
    write(root, "Notes/trip.md", "walk", "walk with [[Ben]]")
    write(root, BEN, "monthly", "weekly")
    assert roster.take_in([BEN, "Notes/trip.md", ANA], TODAY)
    assert {path: said_of(row) for path, row in roster.rows.items()} == expected(root)


def test_a_note_that_came_or_went_is_not_for_it(root: Path) -> None:
    (root / "People/New.md").write_text("---\ncadence: weekly\n---\n")
    assert not known(root).take_in(["People/New.md", "People/Newer.md"], TODAY)
    roster = known(root)
    (root / BEN).unlink()
    assert not roster.take_in([BEN], TODAY)


def test_nor_is_a_vault_with_links_to_notes(root: Path) -> None:
    os.symlink(root / ANA, root / "People/Nana.md")
    roster = known(root)
    write(root, ANA, "2026-01-02", "2026-02-27")
    assert not roster.take_in([ANA], TODAY)


# -- the page after a command


@pytest.mark.parametrize(
    "words",
    ["log ana -m x", "log ana ben -m x", "snooze ana --for '5 days'", "set ana cadence never", "pause ben",
     "log ana --on 2026-02-20 -m x --next how?", "unset ben cadence", "set ana birthday 03-05"],
)  # fmt: skip
def test_the_page_is_the_one_that_render_makes(root: Path, cli: Cli, words: str) -> None:
    before = cli(DAY, "render", "--stdout").raw
    cli(DAY, "render")
    old_vault(root)
    assert cli(DAY, *shlex.split(words)).code == 0
    page = (root / "OVERDUE.md").read_bytes()
    assert page != before
    os.unlink(roster_path(str(root.resolve())))
    assert cli(DAY, "render", "--stdout").raw == page


@pytest.mark.parametrize("asked", [False, True])
def test_a_question_takes_time(root: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch, asked: bool) -> None:
    """Meanwhile others may write: where somebody was asked, or something came through a pipe, the vault is
    looked at once more."""
    cli(DAY, "render")
    old_vault(root)

    class Typing:
        def isatty(self) -> bool:
            return False

        def read(self) -> str:
            write(root, BEN, "2026-01-02", "2026-02-27")
            return "words"

    monkeypatch.setattr("sys.stdin", Typing())
    words = ["--today", TODAY.isoformat(), "log", "ana", "-m", "-" if asked else "x"]
    assert answered(words) == 0
    assert ("- [ ] [Ben](People/Ben.md)" in (root / "OVERDUE.md").read_text()) is not asked


@pytest.mark.parametrize("part", PARTS)
def test_a_damaged_roster_is_no_obstacle(root: Path, cli: Cli, part: str) -> None:
    cli(DAY, "render")
    old_vault(root)
    file = Path(roster_path(str(root.resolve())))
    packed = open_packed(str(file))
    assert packed is not None
    at, size, _ = packed._parts[part]
    raw = bytearray(file.read_bytes())
    raw[packed._after + at + size // 2] ^= 1
    file.write_bytes(raw)
    assert cli(DAY, "log", "ana", "-m", "x").code == 0
    page = (root / "OVERDUE.md").read_bytes()
    assert b"- [ ] [Ana](People/Ana.md)" not in page
    file.unlink()
    assert cli(DAY, "render", "--stdout").raw == page
