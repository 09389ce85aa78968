"""`snooze`, `pause`, `resume`: off the list for a while, and back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
last-contact: 2026-10-27
---
=== People/Ben.md
---
cadence: 2 weeks
last_contact: 2026-10-27
---
"""

Make = Callable[[str], Path]


@pytest.mark.parametrize(
    ("option", "day"),
    [
        ("--until 2027-01-10", "2027-01-10"),
        ("--for '2 weeks'", "2026-12-06"),
        ("--for '1 month'", "2026-12-22"),
        ("--until 'next monday'", "2026-11-23"),
    ],
)
def test_snooze(option: str, day: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(f"{TODAY} snooze ana {option}")
    assert run.stderr == f"Ana: snoozed until {day} (People/Ana.md:4)\n"
    # a new key is written in the note's own style
    assert (root / "People/Ana.md").read_text() == (
        f"---\ncadence: 2 weeks\nlast-contact: 2026-10-27\nsnooze-until: {day}\n---\n"
    )
    assert cli(f"{TODAY} overdue --paths").stdout == "People/Ben.md\n"


@pytest.mark.parametrize(
    "option",
    ["", "--until 2026-11-22", "--for 0d", "--for 2", "--until 2027-01-10 --for 1w", "--until later"],
)
def test_a_snooze_that_ends_nowhere_is_a_usage_error(option: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(f"{TODAY} snooze ana {option}").code == 2
    assert tree_bytes(root) == before


def test_pause_and_resume(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "pause", "ana", "ben")
    assert run.stderr == (
        "Ana: paused (People/Ana.md:4); no reminders while paused\n"
        "Ben: paused (People/Ben.md:4); no reminders while paused\n"
    )
    assert cli(TODAY, "overdue", "--paths").stdout == ""
    run = cli(TODAY, "resume", "ana")
    assert run.stderr == "Ana: reminders again (People/Ana.md:4); due since 2026-11-10\n"
    assert "paused: false\n" in (root / "People/Ana.md").read_text()


def test_resume_ends_a_snooze(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "snooze", "ana", "--for", "2 weeks").code == 0
    assert cli(TODAY, "resume", "ana").code == 0
    assert tree_bytes(root) == before
    assert cli(TODAY, "resume", "ana").stderr == "Ana: nothing to change; due since 2026-11-10\n"
