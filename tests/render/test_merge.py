"""A tracked dashboard under plain git: a tick here and a removal there merge without a conflict."""

from __future__ import annotations

import shutil
import subprocess
from itertools import permutations
from pathlib import Path

import pytest

from tests.core.made import vault
from tests.render.pages import friend
from tests.render.pages import page
from vault_crm.core.dashboard.ticks import read_dashboard

NAMES = ("Ana", "Ben", "Cleo", "Dee")


def rendered(names: tuple[str, ...], guarded: bool = True) -> str:
    """A page with these people overdue, in short blocks."""
    everybody = (friend(name, "monthly", f"2026-0{n}-01") for n, name in enumerate(NAMES, 1))
    return page(vault(*(one for one in everybody if one.name in names)), guarded=guarded)


def merged(folder: Path, ours: str, base: str, theirs: str) -> tuple[int, str]:
    """(number of conflicts, text) of git's own three-way merge."""
    for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=folder, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize(("ticked", "removed"), list(permutations(NAMES, 2)))
def test_a_tick_here_and_a_removal_there_merge(tmp_path: Path, ticked: str, removed: str) -> None:
    base = rendered(NAMES)
    line = f"- [ ] [{ticked}](People/{ticked.lower()}.md)"
    phone = base.replace(line, line.replace("[ ]", "[x]") + " lunch")
    laptop = rendered(tuple(name for name in NAMES if name != removed))
    for ours, theirs in ((laptop, phone), (phone, laptop)):
        conflicts, text = merged(tmp_path, ours, base, theirs)
        assert conflicts == 0
        entries = {entry.head.shown: entry for entry in read_dashboard(text).entries if entry.head}
        assert entries[ticked].ticked
        assert removed not in entries


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_without_the_line_that_nobody_edits_they_would_not(tmp_path: Path) -> None:
    base = rendered(NAMES, guarded=False)
    phone = base.replace("- [ ] [Ben](People/ben.md)", "- [x] [Ben](People/ben.md) lunch")
    assert merged(tmp_path, rendered(("Ben", "Cleo", "Dee"), guarded=False), base, phone)[0] > 0
