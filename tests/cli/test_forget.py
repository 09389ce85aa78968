"""`forget`: the note goes, and nothing of it is left on this device but what is named."""

from __future__ import annotations

import base64
import json
import os
import zlib
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

Make = Callable[[str], Path]
TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana Sousa.md
---
aliases: [Anita]
email: ana@example.org
cadence: 3 weeks
last_contact: 2026-09-20
---

## Log

- 2026-09-20 lunch: a purple secret
=== People/Ben.md
---
cadence: monthly
last_contact: 2026-08-01
---

## Log

- 2026-08-01 call: with [[Ana Sousa]]
=== ideas.md
A boat for Ana Sousa.
"""


def remembered(home: Path) -> Iterator[str]:
    """Every text on this device outside the vault, what is packed unpacked."""
    for folder, _, names in os.walk(home):
        if not Path(folder).is_relative_to(home / "notes"):
            for name in names:
                raw = (Path(folder) / name).read_bytes()
                yield raw.decode("utf-8", "replace")
                if "journal" in folder:
                    for file in json.loads(raw)["files"]:
                        for packed in filter(None, (file["base"], file["result"])):
                            yield zlib.decompress(base64.b64decode(packed)).decode()


def told(home: Path, *words: str) -> list[str]:
    return [text for text in remembered(home) if any(word in text for word in words)]


def journal(home: Path) -> dict[str, bytes]:
    return {entry.name: entry.read_bytes() for entry in home.rglob("journal/*.json")}


def test_nothing_is_left_on_the_device(vault: Make, cli: Cli, home: Path) -> None:
    root = vault(VAULT)
    cli(TODAY, "render")
    cli(TODAY, "log", "ana", "-m", "a purple cow")
    cli(TODAY, "log", "ana", "ben", "-m", "both")
    cli(TODAY, "undo")
    cli(TODAY, "pause", "ben")
    cli(TODAY, "set", "ana", "city", "Porto")
    cli(TODAY, "list")
    assert told(home, "purple")
    assert told(home, "Ana Sousa")
    run = cli(TODAY, "forget", "anita", "--redact", "--yes")
    assert run.code == 0
    assert not (root / "People/Ana Sousa.md").exists()
    assert told(home, "purple", "Ana Sousa", "ana@example.org") == []
    assert "Ana Sousa" not in "".join(raw.decode() for raw in tree_bytes(root).values())
    assert "left as they are" not in run.stderr
    assert cli("show ana").code == 4


def test_the_changes_of_others_can_still_be_taken_back(vault: Make, cli: Cli, home: Path) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    cli(TODAY, "log", "ben", "-m", "tea")
    cli(TODAY, "log", "ana", "ben", "-m", "both")
    cli(TODAY, "log", "ana", "-m", "alone")
    assert cli(TODAY, "forget", "ana", "--yes").code == 0
    assert told(home, "purple") == []
    titles = [line.split("  ")[-1] for line in cli("undo --list").lines]
    assert titles == ["(forgotten)", "log someone, Ben", "log Ben"]
    three = cli("undo 3")
    assert (three.code, three.stderr.splitlines()[0]) == (
        2,
        "vault-crm: what change 3 did was forgotten with the person whom it was about",
    )
    assert cli("undo").code == 0  # takes back the second, as far as it is known
    assert cli("undo").code == 0
    after = tree_bytes(root)
    assert after["People/Ben.md"] == before["People/Ben.md"]
    assert "People/Ana Sousa.md" not in after
    assert cli("undo").code == 2


def test_without_redact_other_notes_keep_every_byte(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "forget", "ana", "--yes")
    assert run.stdout == (
        "People/Ben.md:8: - 2026-08-01 call: with [[Ana Sousa]]\nideas.md:1: A boat for Ana Sousa.\n"
    )
    del before["People/Ana Sousa.md"]
    assert tree_bytes(root) == before


def test_a_dry_run_changes_nothing(vault: Make, cli: Cli, home: Path) -> None:
    root = vault(VAULT)
    cli(TODAY, "log", "ana", "-m", "tea")
    before, known = tree_bytes(root), journal(home)
    run = cli(TODAY, "forget", "ana", "--redact", "--dry-run")
    assert run.code == 0
    assert "--- a/People/Ana Sousa.md\n+++ /dev/null\n" in run.stdout
    assert "-A boat for Ana Sousa.\n+A boat for someone.\n" in run.stdout
    assert (tree_bytes(root), journal(home)) == (before, known)
    assert known


@pytest.mark.parametrize(
    ("answers", "gone", "redacted"),
    [("n\nn\n", False, False), ("y\nn\n", False, False), ("n\ny\n", True, False), ("y\ny\n", True, True)],
)
def test_at_a_terminal_it_asks(vault: Make, cli: Cli, answers: str, gone: bool, redacted: bool) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "forget", "ana", stdin=answers, terminal=(100, 30))
    assert run.code == 0
    assert "Write 'someone' in place of these links and full names?" in run.stderr
    assert "This cannot be undone." in run.stderr
    assert (root / "People/Ana Sousa.md").exists() is not gone
    assert ("someone" in (root / "ideas.md").read_text()) is redacted
    if not gone:
        assert run.stderr.endswith("nothing is forgotten\n")
        assert tree_bytes(root) == before


def test_without_a_terminal_it_wants_a_yes(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli("forget ana")
    assert (run.code, run.stderr.splitlines()[0]) == (2, "vault-crm: there is nobody to ask")
    assert cli("forget nobody --yes").code == 4
    assert cli("forget Anna Soussa --yes").code == 4  # a typo is never enough
    assert tree_bytes(root) == before


def test_what_a_note_was_called_before_is_forgotten_too(vault: Make, cli: Cli, home: Path) -> None:
    vault(VAULT)
    cli(TODAY, "log", "ana", "-m", "a purple cow")
    assert cli(TODAY, "rename", "ana", "Ana Lima").code == 0
    assert cli(TODAY, "forget", "Ana Lima", "--yes").code == 0
    assert told(home, "purple") == []


def test_what_cannot_be_redacted_is_said_and_left(vault: Make, cli: Cli) -> None:
    root = vault(VAULT + "=== odd.md\n---\nAna Sousa: friend\n---\n[[Ana Sousa]]\n")
    run = cli(TODAY, "forget", "ana", "--redact", "--yes")
    assert run.code == 0
    assert "odd.md" in run.stderr
    assert "odd.md:2: Ana Sousa: friend" in run.stdout
    assert (root / "odd.md").read_text() == "---\nAna Sousa: friend\n---\n[[Ana Sousa]]\n"
    assert "someone" in (root / "ideas.md").read_text()


def test_files_that_are_no_notes_and_conflict_copies_are_named(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    (root / "People/Ana Sousa.jpg").write_bytes(b"\xff\xd8\0")
    (root / "old.csv").write_text("name\nana sousa\n")
    (root / "other.csv").write_text("name\nBen\n")
    (root / "People/Ana Sousa.sync-conflict-20261001-101010-ABC.md").write_text("x\n")
    run = cli(TODAY, "forget", "ana", "--yes")
    assert run.stderr.partition("left as they are:\n")[2].splitlines()[:3] == [
        "  People/Ana Sousa.sync-conflict-20261001-101010-ABC.md: a copy of the note",
        "  People/Ana Sousa.jpg: tells of them",
        "  old.csv: tells of them",
    ]
    assert (root / "People/Ana Sousa.jpg").exists()


def test_words_that_a_user_wrote_on_the_dashboard_are_named(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    cli(TODAY, "render")
    board = root / "OVERDUE.md"
    board.write_text(board.read_text() + "\nAsk Ana Sousa for the boat.\n")
    run = cli(TODAY, "forget", "ana", "--redact", "--yes")
    assert "  OVERDUE.md: tells of them\n" in run.stderr
    assert board.read_text().count("Ana Sousa") == 1


def test_a_journal_that_cannot_be_read_is_said(vault: Make, cli: Cli, home: Path) -> None:
    vault(VAULT)
    cli(TODAY, "log", "ana", "-m", "tea")
    (entry,) = home.rglob("000001.json")
    entry.write_text("{")
    run = cli(TODAY, "forget", "ana", "--yes")
    assert run.code == 0
    assert f"{entry} cannot be read; delete it, if it matters" in run.stderr


def test_a_note_that_must_not_be_deleted_stays(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    note = root / "People/Ana Sousa.md"
    os.link(note, root / "People/Ana Sousa.bak")
    run = cli(TODAY, "forget", "ana", "--redact", "--yes")
    assert run.code == 5
    assert note.exists()
    assert "Ana Sousa" in (root / "ideas.md").read_text()
