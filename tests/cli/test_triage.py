"""`triage`: the plan in an editor, applied as one change; an untouched plan changes nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana.md
---
tags: [family]
---
## Log
- 2026-10-20 dinner
- 2026-10-01 lunch
=== People/Ben.md
---
email: ben@example.org
---
=== People/Cem.md
---
cadence: monthly
last_contact: 2026-11-01
---
=== People/Dee.md
---
paused: true
---
"""

Make = Callable[[str], Path]
Editor = Callable[[str], None]


@pytest.fixture
def editor(home: Path, monkeypatch: pytest.MonkeyPatch) -> Editor:
    """Makes $EDITOR a program that runs these Python statements over the file's `text`."""

    def make(statements: str) -> None:
        program = home / "editor.py"
        program.write_text(
            "import sys, pathlib\nfile = pathlib.Path(sys.argv[-1])\ntext = file.read_text()\n"
            f"{statements}\nfile.write_text(text)\n"
        )
        monkeypatch.setenv("EDITOR", f"{sys.executable} {program}")

    return make


def test_an_untouched_plan_changes_nothing(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    editor("pass")
    run = cli(TODAY, "triage")
    assert (run.code, run.stderr) == (0, "no cadence was chosen, so nothing was changed\n")
    assert tree_bytes(root) == before


def test_chosen_lines_are_applied_as_one_change(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    editor("text = text.replace('3 weeks ?', '3 weeks  ').replace('3 months ?', 'yearly    ')")
    run = cli(TODAY, "triage")
    assert run.code == 0, run.stderr
    assert run.stderr == (
        "Ana: cadence 3 weeks (People/Ana.md:3); due since 2026-11-10\n"
        "Ben: cadence 1 year (People/Ben.md:3); never contacted yet\n"
    )
    assert (root / "People/Ben.md").read_text() == "---\nemail: ben@example.org\ncadence: 1 year\n---\n"
    assert cli("undo").code == 0
    assert tree_bytes(root) == before


def test_spread_gives_first_dates(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    editor("text = text.replace(' ?', '  ')")
    assert cli(TODAY, "triage", "--spread").code == 0
    assert "next_contact: 2026-12-13\n" in (root / "People/Ana.md").read_text()
    assert cli(TODAY, "overdue", "--paths").stdout == ""


def test_a_query_narrows_it(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    plan = cli(TODAY, "triage", "tag:family", "--print").lines
    assert [line.split("|")[1].strip() for line in plan if not line.startswith("#")] == ["Ana"]
    assert cli(TODAY, "triage", "cadence:1mo").stderr == "everybody here has a cadence\n"


def test_a_mistake_is_named_with_its_line_and_nothing_is_done(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    editor("text = text.replace('3 weeks ?', '2x       ')")
    run = cli(TODAY, "triage")
    assert run.code == 2
    assert "line 10: " in run.stderr
    assert "2x" in run.stderr
    assert tree_bytes(root) == before


def test_on_a_terminal_the_plan_is_opened_again(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    editor("text = text.replace('2x', '2 weeks') if '2x' in text else text.replace('3 weeks ?', '2x')")
    run = cli(TODAY, "triage", stdin="y\n", terminal=(80, 24))
    assert run.code == 0, run.stderr
    assert "cadence: 2 weeks\n" in (root / "People/Ana.md").read_text()


def test_an_editor_that_gives_up_changes_nothing(vault: Make, cli: Cli, editor: Editor) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    editor("file.write_text(text.replace(' ?', '')); raise SystemExit(1)")
    assert cli(TODAY, "triage").code == 1
    assert tree_bytes(root) == before


def test_a_printed_plan_can_be_applied(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    plan = cli(TODAY, "triage", "--print").stdout
    run = cli(TODAY, "triage", "--apply", "-", "--dry-run", stdin=plan.replace("3 weeks ?", "3 weeks"))
    assert [line for line in run.lines if line.startswith("+")] == [
        "+++ b/People/Ana.md",
        "+cadence: 3 weeks",
    ]
    assert cli(TODAY, "triage", "--apply", "-", stdin=plan.replace("3 weeks ?", "3 weeks")).code == 0
    assert "cadence: 3 weeks\n" in (root / "People/Ana.md").read_text()
