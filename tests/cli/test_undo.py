"""`undo`: the last change or a chosen one, as long as the places that it touched are unchanged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
last_contact: 2026-10-27
---

## Log

- 2026-10-27 dinner
=== People/Ben.md
---
cadence: 2 weeks
---
"""

Make = Callable[[str], Path]


def test_the_journal_lists_the_latest_first(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert cli("undo --list").stderr == "nothing to take back yet\n"
    cli(TODAY, "log", "ana", "-m", "x")
    cli(TODAY, "pause", "ben")
    titles = [line.split(maxsplit=3)[3] for line in cli("undo --list").lines]
    assert titles == ["pause Ben", "log Ana"]


def test_a_chosen_change_is_taken_back_and_can_be_made_again(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    cli(TODAY, "log", "ana", "-m", "x")
    logged = tree_bytes(root)
    cli(TODAY, "pause", "ben")
    run = cli("undo 1")
    assert run.code == 0
    assert run.stderr == "undo: log Ana\n  People/Ana.md: every byte as it was\n"
    assert tree_bytes(root)["People/Ana.md"] == before["People/Ana.md"]
    assert cli("undo 1").code == 2
    assert cli("undo").code == 0
    assert tree_bytes(root) == before
    assert cli("undo 3").code == 0
    assert tree_bytes(root)["People/Ana.md"] == logged["People/Ana.md"]


def test_what_was_changed_elsewhere_stays(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    note = root / "People/Ana.md"
    before = note.read_text()
    cli(TODAY, "log", "ana", "-m", "x")
    note.write_text(note.read_text().replace("dinner", "dinner at hers"))
    assert cli("undo").code == 0
    assert note.read_text() == before.replace("dinner", "dinner at hers")


def test_a_place_that_was_changed_since_is_left_alone(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    note = root / "People/Ana.md"
    cli(TODAY, "log", "ana", "-m", "x")
    note.write_text(note.read_text().replace("- 2026-11-22 x", "- 2026-11-22 a walk"))
    changed = tree_bytes(root)
    run = cli("undo")
    assert run.code == 5
    assert "People/Ana.md:" in run.stderr
    assert tree_bytes(root) == changed


def test_dry_run_shows_what_would_come_back(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "log", "ana", "-m", "x")
    logged = tree_bytes(root)
    run = cli("undo --dry-run")
    assert "-- 2026-11-22 x" in run.lines
    assert tree_bytes(root) == logged


def test_nothing_to_undo_is_said(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert cli("undo").code == 2
    assert cli("undo 7").code == 2
    assert cli("undo --list 7").code == 2


def test_a_damaged_journal_never_takes_back_another_change_instead(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "log", "ana", "-m", "x")
    cli(TODAY, "pause", "ben")
    (damaged,) = root.parent.rglob("journal/000002.json")
    damaged.write_bytes(b"{")
    before = tree_bytes(root)
    run = cli("undo")
    assert run.code == 2
    assert "what change 2 did cannot be read from the journal any more" in run.stderr
    assert cli("undo 2").code == 2
    assert tree_bytes(root) == before
    assert cli("undo --list").lines[0] == "2  (its entry in the journal cannot be read)"
    assert cli("undo 1").code == 0


def test_a_path_with_a_newline_stays_on_its_line(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "People/Ana.md").rename(root / "People/An\na.md")
    assert "(People/An\\na.md:8)" in cli(TODAY, "log", "An a", "-m", "x").stderr
    assert cli("undo").stderr == "undo: log An a\n  People/An\\na.md: every byte as it was\n"


def test_many_files_are_counted(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    rows = "".join(f"Person{n} Made{n},p{n}@example.org,\n" for n in range(30))
    (root / "list.csv").write_text("Name,Email,City\n" + rows + "Ana,,Porto\n")
    cli(TODAY, "import", "list.csv", "--map", "Name=name", "--apply")
    assert cli(TODAY, "undo").stderr.splitlines()[1:] == ["  30 files: removed again (-v names them)"]
    cli(TODAY, "import", "list.csv", "--apply")
    assert "  People/Person7 Made7.md: removed again\n" in cli(TODAY, "undo", "-v").stderr
