"""The example vault's committed dashboard is what the program writes, byte for byte (a golden file)."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.conftest import Cli

EXAMPLE = Path(__file__).parents[1] / "example_vault"
TODAY = "--today=2026-11-22"


def test_the_committed_dashboard_is_up_to_date(home: Path, cli: Cli) -> None:
    """After a wanted change: `vault-crm -C example_vault --today 2026-11-22 render`, and read the diff."""
    copy = home / "example_vault"
    shutil.copytree(EXAMPLE, copy)
    shown = cli("-C", str(copy), TODAY, "render", "--stdout")
    assert shown.raw == (EXAMPLE / "OVERDUE.md").read_bytes()
    assert cli("-C", str(copy), TODAY, "render", "--check").code == 0


def test_a_rendering_from_nothing_is_the_same(home: Path, cli: Cli) -> None:
    copy = home / "example_vault"
    shutil.copytree(EXAMPLE, copy)
    (copy / "OVERDUE.md").unlink()
    assert cli("-C", str(copy), TODAY, "render").code == 0
    assert (copy / "OVERDUE.md").read_bytes() == (EXAMPLE / "OVERDUE.md").read_bytes()
