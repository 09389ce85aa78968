"""`check`: every problem with its place, in four shapes; `--fix` mends what is beyond doubt."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/ada.md
---
tags: [family]
aliases: []
cadence: 2x
last_contact: 2026-02-30
---
=== People/Ben.md
---
cadence: 2 weeks
last_contact: 2026-11-20
---
=== Daily/2026-11-21.md
---
mood: good
---
"""

Make = Callable[[str], Path]


def test_the_text_form(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    run = cli(TODAY, "check")
    assert run.code == 1
    lines = run.lines
    assert lines[0] == 'People/ada.md:4:10: error: cadence "2x" is not understood [bad-cadence]'
    assert lines[1:3] == ["    cadence: 2x", "             ^^"]
    assert lines[3].startswith("  ")
    assert lines[4] == ""
    assert lines[5].startswith("People/ada.md:5:15: error: ")
    assert run.stderr == "2 errors\n"


def test_a_vault_without_problems(vault: Make, cli: Cli) -> None:
    vault("=== People/Ben.md\n---\ncadence: 2 weeks\nlast_contact: 2026-11-20\n---\n")
    run = cli(TODAY, "check")
    assert (run.code, run.stdout, run.stderr) == (0, "", "nothing to mend\n")


def test_warnings_alone_are_no_failure(vault: Make, cli: Cli) -> None:
    vault("=== People/Ben.md\n---\ncadence: biweekly\nlast_contact: 2026-11-20\n---\n")
    run = cli(TODAY, "check")
    assert run.code == 0
    assert "warning: " in run.stdout


def test_only_what_is_grave_enough_is_shown_and_all_is_counted(vault: Make, cli: Cli) -> None:
    vault("=== People/Ben.md\n---\ncadence: biweekly\nlast_contact: 2026-02-30\n---\n")
    run = cli(TODAY, "check", "--level", "error")
    assert (run.code, run.stdout.count("["), run.stderr) == (1, 1, "1 error, 1 warning\n")


def test_quickfix_is_relative_to_the_current_folder(
    vault: Make, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault(VAULT)
    monkeypatch.chdir(root / "People")
    run = cli(TODAY, "check", "--format", "quickfix")
    assert run.lines[0] == 'ada.md:4:10: error: cadence "2x" is not understood [bad-cadence]'
    assert len(run.lines) == 2


def test_github(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    run = cli(TODAY, "check", "--format", "github")
    assert run.lines[0].startswith(
        "::error file=People/ada.md,line=4,col=10,title=vault-crm%3A bad-cadence::cadence "
    )


@pytest.mark.parametrize("words", [["--format", "json"], ["--json"]])
def test_json(words: list[str], vault: Make, cli: Cli) -> None:
    vault(VAULT)
    run = cli(TODAY, "check", *words)
    data = json.loads(run.stdout)
    assert run.code == 1
    assert (data["version"], data["today"]) == (1, "2026-11-22")
    assert data["counts"] == {"error": 2, "warning": 0, "info": 0}
    first = data["diagnostics"][0]
    assert (first["code"], first["path"], first["line"], first["col"], first["end_col"]) == (
        "bad-cadence", "People/ada.md", 4, 10, 12,
    )  # fmt: skip


def test_only_the_line_itself_is_shown_of_a_note(vault: Make, cli: Cli) -> None:
    vault("=== People/Ada.md\n---\nsecret: the diary\ncadence: 2x\nprivate: true\n---\nNobody sees this.\n")
    assert "diary" not in cli(TODAY, "check").stdout
    assert "Nobody" not in cli(TODAY, "check").stdout


def test_escapes_in_a_note_do_not_reach_the_terminal(vault: Make, cli: Cli) -> None:
    vault('=== People/Ada.md\n---\ncadence: "2x\\e[31m"\nlast_contact: 2026-02-30 \x1b]0;x\x07\n---\n')
    run = cli(TODAY, "check")
    assert "\x1b" not in run.stdout
    assert "\x07" not in run.stdout


def test_check_writes_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    for words in ([], ["--json"], ["--fix", "--dry-run"]):
        cli(TODAY, "check", *words)
        assert tree_bytes(root) == before


def test_settings_that_nobody_knows_are_found(vault: Make, cli: Cli) -> None:
    vault('=== .vault-crm/config.toml\ntimezon = "Europe/Lisbon"\n')
    assert "timezon" in cli(TODAY, "check").stdout
    assert "[odd-setting]" in cli(TODAY, "check").stdout


FIXABLE = """
=== People/Ada.md
---
cadence: 3m # or so
last_contact: "20.11.2026"
met: 03/04/2025
---
=== People/Ben.md
---
cadence: biweekly
last_contact: 2026/11/20
last_contact: 2026/11/21
---
"""


def test_fix_mends_what_is_beyond_doubt_as_one_change(vault: Make, cli: Cli) -> None:
    root = vault(FIXABLE)
    before = tree_bytes(root)
    run = cli(TODAY, "check", "--fix")
    assert (root / "People/Ada.md").read_text() == (
        '---\ncadence: 3 months # or so\nlast_contact: "2026-11-20"\nmet: 03/04/2025\n---\n'
    )
    assert tree_bytes(root)["People/Ben.md"] == before["People/Ben.md"]
    assert run.stderr.splitlines()[:2] == [
        "People/Ada.md:2: cadence: 3m is now 3 months",
        "People/Ada.md:3: last_contact: 20.11.2026 is now 2026-11-20",
    ]
    assert "mended 1 note" in run.stderr
    assert "People/Ben.md:4: not changed" in run.stderr
    assert "could be two days" in run.stdout
    assert cli("undo").code == 0
    assert tree_bytes(root) == before


def test_what_cannot_be_mended_keeps_nothing_else_in_the_note_from_it(vault: Make, cli: Cli) -> None:
    root = vault("""
=== People/Cleo.md
---
met: |
  14.03.2026
last_contact: 20.11.2026
---
""")
    run = cli(TODAY, "check", "--fix")
    assert run.stderr.splitlines()[:3] == [
        "People/Cleo.md:2: not changed: met: its value is a block of lines (|)",
        "People/Cleo.md:4: last_contact: 20.11.2026 is now 2026-11-20",
        "mended 1 note; `vault-crm undo` takes it back",
    ]
    text = (root / "People/Cleo.md").read_text()
    assert text == "---\nmet: |\n  14.03.2026\nlast_contact: 2026-11-20\n---\n"


def test_fix_as_a_diff(vault: Make, cli: Cli) -> None:
    root = vault(FIXABLE)
    before = tree_bytes(root)
    run = cli(TODAY, "check", "--fix", "--dry-run")
    assert [line for line in run.lines if line.startswith("+")] == [
        "+++ b/People/Ada.md", "+cadence: 3 months # or so", '+last_contact: "2026-11-20"',
    ]  # fmt: skip
    assert tree_bytes(root) == before


def test_a_cadence_in_the_settings_is_told_at_its_line(vault: Callable[[str], Path], cli: Cli) -> None:
    vault(
        '=== .vault-crm/config.toml\n[cadence.tags]\nfriend = "monthly"\nfamily = "2x"\n'
        "=== People/Ana.md\n---\ntags: [family]\n---\n"
    )
    run = cli("check")
    assert run.code == 1
    assert run.lines[0].startswith(".vault-crm/config.toml:3:1: error: cadence.tags: family: cadence")


def test_a_dashboard_that_is_somebody_elses_is_told(vault: Callable[[str], Path], cli: Cli) -> None:
    vault("=== OVERDUE.md\n# My own page\n=== People/Ana.md\n---\ncadence: weekly\n---\n")
    run = cli("check")
    assert run.code == 0
    assert "OVERDUE.md:1:1: warning: this file was not made by vault-crm" in run.lines[0]
