"""What is imported on the way to an answer: start-up is part of the job."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY

HEAVY = ("watchdog", "jinja2", "rich", "frontmatter", "yaml")
PROBE = """
import sys
sys.argv[0] = "vault-crm"
from vault_crm.cli.main import run
try:
    run()
finally:
    found = sorted({name.partition(".")[0] for name in sys.modules} & set(%r))
    sys.stderr.write("imported: " + " ".join(found))
"""


def imported(*args: str) -> set[str]:
    """Which of the heavy packages a command imported, its standard output being a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE % (HEAVY,), *args], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("imported: ")[2].split())


ASKING = (
    "overdue", "overdue --json", "overdue --paths", "list", "list tag:family", "upcoming", "show ben",
    "why ben", "search x", "", "--json",
)  # fmt: skip


@pytest.mark.parametrize("words", ASKING)
def test_asking_in_a_pipe_needs_nothing_heavy(vault: Callable[[str], Path], words: str) -> None:
    vault(SMALL)
    imported("list")  # makes the index
    assert not imported("--today", TODAY, *words.split()) & {"watchdog", "jinja2", "rich"}


def test_a_dashboard_without_ticks_costs_the_home_screen_nothing(vault: Callable[[str], Path]) -> None:
    root = vault(SMALL)
    (root / "OVERDUE.md").write_text("<!-- vault-crm:begin -->\n- [ ] [x](y.md)\n<!-- vault-crm:end -->\n")
    assert not imported("--today", TODAY) & {"watchdog", "jinja2", "rich"}


def test_a_warm_index_needs_no_yaml(vault: Callable[[str], Path]) -> None:
    vault(SMALL)
    imported("list")
    assert imported("--today", TODAY, "overdue") == set()


@pytest.mark.parametrize("words", ["--help", "--version"])
def test_help_needs_nothing_at_all(words: str) -> None:
    assert imported(words) == set()
