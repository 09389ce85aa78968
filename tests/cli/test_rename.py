"""`rename` and `merge` as a user meets them: dashboards, ticks that wait, commits."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.test_swap import swap_bytes
from tests.vaults import tree_bytes

Make = Callable[[str], Path]
TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana Sousa.md
---
cadence: 2 weeks
last_contact: 2026-10-01
---
=== People/Ben.md
---
cadence: monthly
last_contact: 2026-11-20
---
=== Daily/2026-10-01.md
Lunch with [[Ana Sousa]].
"""


def test_a_tick_that_waits_goes_on_meaning_whom_it_meant(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "render").code == 0
    page = root / "OVERDUE.md"
    ticked = (
        page.read_text()
        .replace("- [ ] [Ana Sousa]", "- [x] [Ana Sousa]")
        .replace("Ana%20Sousa.md)", "Ana%20Sousa.md) tea", 1)
    )
    page.write_text(ticked + "\nMine: [[Ana Sousa]]\n")
    run = cli(TODAY, "rename", "Ana Sousa", "Ana Martins", "--no-alias")
    assert run.code == 0, run.stderr
    text = page.read_text()
    assert "- [x] [Ana Martins](People/Ana%20Martins.md) tea" in text
    assert "Mine: [[Ana Martins]]" in text
    assert "Sousa" not in text
    assert cli(TODAY, "render").stderr.startswith("Ana Martins: 2026-11-22 tea\n")
    assert "2026-11-22 tea" in (root / "People/Ana Martins.md").read_text()


def test_undo_puts_every_byte_back_though_the_dashboard_was_written_anew(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "render")
    page = root / "OVERDUE.md"
    page.write_text(page.read_text() + "\nMine: [[Ana Sousa]]\n")
    before = tree_bytes(root)
    assert cli(TODAY, "rename", "Ana Sousa", "Ana Martins").code == 0
    assert cli(TODAY, "undo").code == 0
    assert tree_bytes(root) == before


def test_a_dry_run_and_a_refusal_write_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "rename", "ana", "Ana Martins", "--dry-run").code == 0
    assert cli(TODAY, "merge", "ana", "ben", "--keep-first", "cadence", "--dry-run").code == 0
    assert cli(TODAY, "rename", "ana", "Ben").code == 5
    assert cli(TODAY, "rename", "ana").code == 2
    assert cli(TODAY, "rename", "nobody at all", "x").code == 4
    assert cli(TODAY, "merge", "ana", "ben", "--yes").code == 5
    assert cli(TODAY, "merge", "ana", "Ana Sousa").code == 2
    assert cli(TODAY, "merge", "ana").code == 2
    assert cli(TODAY, "merge", "ana", "ben", "--keep-first", "x", "--keep-second", "x").code == 2
    assert tree_bytes(root) == before


def test_a_name_cannot_leave_its_folder_or_break_anything(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    for name in ("../../x", "/etc/x", "a: b\n- c", "[[x]]|y", "-rf", "*x* `y` <!--", "%%x%%", "con"):
        run = cli(TODAY, "rename", "--", "People/Ana Sousa.md", name)
        if run.code == 0:
            assert len(list(root.glob("People/*.md"))) == 2
            assert cli(TODAY, "check", "--level", "warning").code == 0
            assert cli(TODAY, "undo").code == 0
        assert len(list(root.rglob("*.md"))) == 3
    assert sorted(path.name for path in root.parent.iterdir()) == [".cache", ".local", "notes"]


def test_a_link_in_the_file_system_is_left_alone(vault: Make, cli: Cli) -> None:
    root = vault("=== Notes/x.md\n---\ntype: person\n---\n=== People/Ben.md\n")
    os.symlink("../Notes/x.md", root / "People/Ana.md")
    run = cli(TODAY, "rename", "People/Ana.md", "Ana Martins")
    if run.code != 4:  # the file itself is the person, not the link to it
        assert run.code == 5
    assert (root / "People/Ana.md").is_symlink()


def test_answers_at_a_terminal(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "merge", "ana", "ben", stdin="1\nn\n", terminal=(80, 24))
    assert "nothing was changed" in run.stderr
    assert "1  2 weeks" in run.stderr
    run = cli(TODAY, "merge", "ana", "ben", stdin="2\ny\n", terminal=(80, 24))
    assert run.code == 0, run.stderr
    assert (root / "People/Ana Sousa.md").read_text() == (
        "---\ncadence: monthly\nlast_contact: 2026-11-20\naliases:\n  - Ben\n---\n"
    )
    assert not (root / "People/Ben.md").exists()


def test_one_commit(vault: Make, cli: Cli, home: Path) -> None:
    root = vault(VAULT)
    (root / ".vault-crm/config.toml").write_text("[git]\ncommit = true\n")
    for words in (["init", "-q"], ["config", "user.email", "a@example.org"], ["config", "user.name", "A"],
                  ["add", "."], ["commit", "-qm", "x"]):  # fmt: skip
        subprocess.run(["git", *words], cwd=root, check=True)
    assert cli(TODAY, "rename", "ana", "Ana Martins").code == 0
    log = subprocess.run(
        ["git", "log", "-1", "--format=%s", "--name-status", "-M"], cwd=root, capture_output=True, check=True
    )
    told = log.stdout.decode().split("\n")
    assert told[0] == "rename: Ana Sousa, now Ana Martins"
    assert any(line.startswith("R") for line in told)
    status = subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, check=True)
    assert status.stdout == b""


def test_duplicates_as_json(vault: Make, cli: Cli) -> None:
    import json

    vault(
        "=== People/Ana.md\n---\nemail: a@example.org\n---\n"
        "=== People/Ana K.md\n---\nmail: a@example.org\n---\n"
    )
    run = cli(TODAY, "duplicates", "--json")
    assert run.code == 0
    assert json.loads(run.stdout)["duplicates"] == [
        {
            "people": [
                {"name": "Ana K", "path": "People/Ana K.md"},
                {"name": "Ana", "path": "People/Ana.md"},
            ],
            "sure": True,
            "reasons": ["the same e-mail (a@example.org)"],
            "against": [],
        }
    ]


@pytest.mark.parametrize("command", ["rename", "merge", "duplicates"])
def test_help(cli: Cli, command: str) -> None:
    run = cli(command, "--help")
    assert run.code == 0
    assert command in run.stdout


def test_an_editor_that_holds_the_note_that_went_would_make_it_anew(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "People/.Ana Sousa.md.swp").write_bytes(swap_bytes(os.getpid(), dirty=True))
    (root / "Daily/.2026-10-01.md.swp").write_bytes(swap_bytes(os.getpid(), dirty=True))
    run = cli(TODAY, "rename", "Ana Sousa", "Ana Martins")
    has = f"vim, process {os.getpid()} has unsaved text in it;"
    assert f"People/Ana Sousa.md: {has} saving there makes it anew\n" in run.stderr
    assert f"Daily/2026-10-01.md: {has} reload there before saving\n" in run.stderr
