"""`render`: ticks in, dashboards out; `--check` and `--stdout` write nothing."""

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
last_contact: 2026-10-27
---
=== People/Ben.md
---
cadence: 2 weeks
last_contact: 2026-11-20
---
"""

Make = Callable[[str], Path]


def test_the_dashboard_is_written_once_and_then_left_alone(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "render").stderr == "wrote OVERDUE.md\n"
    text = (root / "OVERDUE.md").read_text()
    assert "- [ ] [Ana](People/Ana.md)\n" in text
    assert cli(TODAY, "render").stderr == "the dashboard was up to date\n"
    assert (root / "OVERDUE.md").read_text() == text


def test_a_tick_is_applied_to_the_note_and_then_it_is_gone(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "render")
    page = root / "OVERDUE.md"
    page.write_text(
        page.read_text().replace("- [ ] [Ana](People/Ana.md)", "- [x] [Ana](People/Ana.md) lunch")
    )
    assert cli(TODAY, "render", "--check").code == 1
    assert tree_bytes(root)["People/Ana.md"].endswith(b"---\n")
    run = cli(TODAY, "render")
    assert run.code == 0
    assert run.stderr.startswith("Ana: 2026-11-22 lunch")
    note = (root / "People/Ana.md").read_text()
    assert "last_contact: 2026-11-22\n" in note
    assert "- 2026-11-22 lunch\n" in note
    assert "[x]" not in page.read_text()
    assert cli(TODAY, "render", "--check").code == 0


@pytest.mark.parametrize("option", ["--check", "--stdout", "--dry-run"])
def test_looking_writes_nothing(option: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "render", option)
    assert run.code == (1 if option == "--check" else 0)
    assert "OVERDUE.md" in run.stdout or "vault-crm:begin" in run.stdout
    assert tree_bytes(root) == before


def test_what_stdout_shows_is_what_is_written(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    shown = cli(TODAY, "render", "--stdout").raw
    cli(TODAY, "render")
    assert (root / "OVERDUE.md").read_bytes() == shown


def test_a_file_that_is_not_ours_is_never_overwritten(vault: Make, cli: Cli) -> None:
    root = vault(VAULT + "=== OVERDUE.md\nMy library books\n")
    run = cli(TODAY, "render")
    assert run.code == 5
    assert "OVERDUE.md" in run.stderr
    assert (root / "OVERDUE.md").read_text() == "My library books\n"


def test_other_commands_bring_an_existing_dashboard_up_to_date(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "log", "ben", "-m", "x")
    assert not (root / "OVERDUE.md").exists()
    cli(TODAY, "render")
    cli(TODAY, "log", "ana", "-m", "x")
    assert "- [ ] [Ana](People/Ana.md)" not in (root / "OVERDUE.md").read_text()


def test_the_options_exclude_each_other(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert cli(TODAY, "render", "--check", "--stdout").code == 2


def test_the_dashboards_name_may_begin_with_a_dot_and_slash(vault: Make, cli: Cli) -> None:
    vault(VAULT + '=== .vault-crm/config.toml\n[dashboard]\nfile = "./Home.md"\n')
    assert cli(TODAY, "render").code == 0
    assert cli(TODAY, "render", "--stdout").stdout.startswith("# Home\n")


def test_check_says_as_json_what_is_stale_and_what_waits(vault: Make, cli: Cli) -> None:
    import json

    root = vault(VAULT)
    run = cli(TODAY, "render", "--check", "--json")
    assert (run.code, json.loads(run.stdout)) == (
        1,
        {"version": 1, "today": "2026-11-22", "stale": ["OVERDUE.md"], "waiting": []},
    )
    cli(TODAY, "render")
    assert cli(TODAY, "render", "--check", "--json").code == 0
    page = root / "OVERDUE.md"
    page.write_text(page.read_text().replace("- [ ] [Ana]", "- [x] [Ana]"))
    (waiting,) = json.loads(cli(TODAY, "render", "--check", "--json").stdout)["waiting"]
    assert waiting["path"] == "OVERDUE.md"
    assert "[Ana](People/Ana.md)" in waiting["text"]
    assert cli(TODAY, "render", "--json").code == 2
