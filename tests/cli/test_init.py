"""`init`: looks, shows, asks, writes the settings and nothing else."""

from __future__ import annotations

import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes
from tests.vaults import write_vault
from vault_crm.core.settings import parse_settings
from vault_crm.core.starter import ignore_line
from vault_crm.core.starter import person_template
from vault_crm.core.starter import toml_text

TODAY = "--today=2026-11-22"
VAULT = """
=== .obsidian/app.json
{}
=== .obsidian/daily-notes.json
{"folder": "Journal", "format": "YYYY-MM-DD"}
=== .obsidian/templates.json
{"folder": "Templates"}
=== .obsidian/core-plugins.json
{"daily-notes": true, "templates": true}
=== Templates/Meeting.md
---
date: {{date}}
---
=== Friends/Ana Sousa.md
---
Last contact: 2026-10-27
contact frequency: 3 weeks
tags: [family]
---
=== Friends/Ben Okafor.md
---
tags: [family, choir]
---
=== Friends/Work/Cem.md
---
Last contact: 2026-10-01
how met: at work: lunch
---
=== Notes/Dee.md
---
tags: person/mentor
contact frequency: monthly
---
=== Journal/2026-11-20.md
A walk with [[Ben Okafor]].
"""


def make(home: Path, text: str = VAULT) -> Path:
    return write_vault(home / "notes", text)


def test_what_it_shows(home: Path, cli: Cli) -> None:
    root = make(home)
    run = cli(TODAY, "init", str(root), "--yes")
    assert run.code == 0, run.stderr
    shown = run.stdout
    for line in (
        "5 notes, 4 people",
        "      3  by folder Friends",
        "      1  by tag person/mentor",
        "Properties: contact frequency (2) · Last contact (2)",
        "Daily notes: 1 in Journal, YYYY-MM-DD (as Obsidian's settings say)",
        "  1 of 3 last contacts comes from dated notes",
        "Templates: Templates",
        "Links: [[wikilinks]]",
        "1 note has frontmatter that cannot be read:",
        "  Friends/Work/Cem.md:3: ",
        "  tag family: 2 weeks (2 people; what its name suggests)",
    ):
        assert line in shown, line


def test_it_writes_the_settings_and_touches_no_note(home: Path, cli: Cli) -> None:
    root = make(home)
    before = tree_bytes(root)
    run = cli(
        TODAY,
        "init",
        str(root),
        "--yes",
        "--people",
        "Friends",
        "--people",
        "Notes",
        "--log-heading",
        'My "log"',
    )
    assert run.code == 0, run.stderr
    after = tree_bytes(root)
    text = after.pop(".vault-crm/config.toml").decode()
    assert after == before
    settings, warnings = parse_settings(tomllib.loads(text), "config.toml")
    assert warnings == ()
    assert settings.people == ("Friends", "Notes")
    assert settings.log_heading == 'My "log"'
    assert settings.keys == "words"
    assert settings.tags == {}
    assert '# "family" = "2 weeks"' in text
    assert len(text.splitlines()) < 50


def test_defaults_are_only_taken_if_chosen(home: Path, cli: Cli) -> None:
    root = make(home)
    assert cli(TODAY, "init", str(root), "--yes", "--cadences").code == 0
    settings, _ = parse_settings(tomllib.loads((root / ".vault-crm/config.toml").read_text()), "")
    assert settings.tags["family"] == "2 weeks"
    assert settings.folders["Friends/Work"] == "3 months"


def test_running_again_changes_nothing(home: Path, cli: Cli) -> None:
    root = make(home)
    cli(TODAY, "init", str(root), "--yes")
    before = tree_bytes(root)
    run = cli(TODAY, "init", str(root), "--yes")
    assert run.code == 0
    assert "there already" in run.stderr
    assert tree_bytes(root) == before
    assert cli(TODAY, "init", str(root), "--yes", "--people", "Notes").code == 2
    assert tree_bytes(root) == before


def test_without_a_yes_nothing_is_written(home: Path, cli: Cli) -> None:
    root = make(home)
    before = tree_bytes(root)
    assert cli(TODAY, "init", str(root)).code == 2
    assert cli(TODAY, "init", str(root), "--dry-run").code == 0
    assert "+++ b/.vault-crm/config.toml" in cli(TODAY, "init", str(root), "--dry-run").lines
    assert cli(TODAY, "init", str(root), stdin="n\nn\nn\n", terminal=(80, 24)).stderr.endswith(
        "nothing was written\n"
    )
    assert tree_bytes(root) == before


def test_on_a_terminal_it_asks_for_each_thing(home: Path, cli: Cli) -> None:
    root = make(home)
    run = cli(TODAY, "init", str(root), stdin="y\ny\ny\n", terminal=(80, 24))
    assert run.code == 0, run.stderr
    template = (root / "Templates/Person.md").read_text()
    assert template == person_template("Log", "words")
    assert "Last contact:\n" in template
    assert cli(TODAY, "-C", str(root), "list", "--paths").stdout.count("\n") == 4


def test_an_empty_folder_is_fine(home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    root = home / "empty"
    root.mkdir()
    monkeypatch.chdir(root)
    run = cli(TODAY, "init", "--yes")
    assert run.code == 0, run.stderr
    assert "0 notes, 0 people" in run.stdout
    assert list(tree_bytes(root)) == [".vault-crm/config.toml"]
    assert cli(TODAY, "new", "Ben").code == 0
    assert cli(TODAY, "undo").code == 0


def test_inside_of_a_vault_it_is_that_vault(home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make(home)
    monkeypatch.chdir(root / "Friends" / "Work")
    assert cli(TODAY, "init", "--yes").code == 0
    assert (root / ".vault-crm/config.toml").is_file()
    assert not (root / "Friends/Work/.vault-crm").exists()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["nowhere"], 3),
        (["notes", "--people", "../elsewhere"], 2),
        (["notes", "--people", "/"], 2),
        (["notes", "-C", "notes"], 2),
    ],
)
def test_what_cannot_be_is_said(
    words: list[str], code: int, home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(home)
    monkeypatch.chdir(home)
    before = tree_bytes(home)
    assert cli(TODAY, "init", "--yes", *words).code == code
    assert tree_bytes(home) == before


def git(root: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(root), *words], capture_output=True, text=True, check=True)
    return done.stdout


@pytest.mark.parametrize("before", ["", "*.tmp\r\nbuild", "\ufeff# mine\n"])
def test_in_a_repository_the_dashboard_is_ignored(before: str, home: Path, cli: Cli) -> None:
    root = make(home)
    git(home, "init", "-q", str(root))
    if before:
        (root / ".gitignore").write_bytes(before.encode())
    assert cli(TODAY, "init", str(root), "--yes").code == 0
    text = (root / ".gitignore").read_bytes().decode()
    assert text.startswith(before)
    assert git(root, "check-ignore", "OVERDUE.md") == "OVERDUE.md\n"
    assert ("\r\n" in text) == ("\r\n" in before)


def test_a_dashboard_that_git_keeps_or_ignores_already_is_left_alone(home: Path, cli: Cli) -> None:
    root = make(home, VAULT + "=== OVERDUE.md\n<!-- vault-crm:begin -->\n<!-- vault-crm:end -->\n")
    git(home, "init", "-q", str(root))
    git(root, "add", "OVERDUE.md")
    assert cli(TODAY, "init", str(root), "--yes").code == 0
    assert not (root / ".gitignore").exists()


@pytest.mark.parametrize(
    "name", ["OVERDUE.md", "a[b]*?.md", "with space .md ", "#hash.md", "!not.md", "back\\slash.md"]
)
def test_the_ignore_line_means_exactly_this_file(name: str, home: Path) -> None:
    root = home / "repo"
    root.mkdir()
    git(home, "init", "-q", str(root))
    (root / ".gitignore").write_text(ignore_line("", name))
    git(root, "check-ignore", "-q", "--", name)
    done = subprocess.run(["git", "-C", str(root), "check-ignore", "-q", "ab.md"], check=False)
    assert done.returncode == 1


@pytest.mark.parametrize("text", ['say "hi"', "back\\slash", "tab\tand\nline", "emoji 🦊", "\x7f", "\ud800"])
def test_any_text_is_a_toml_string(text: str) -> None:
    expected = text.replace("\ud800", "\ufffd")
    assert tomllib.loads(f"x = {toml_text(text)}")["x"] == expected


def test_a_vault_that_became_a_git_repository_later_gets_the_line_in_gitignore(
    vault: Callable[[str], Path], cli: Cli
) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: weekly\n---\n")
    assert cli("init --yes").code == 0
    assert not (root / ".gitignore").exists()
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    before = tree_bytes(root)
    told = cli("init")
    assert (told.code, tree_bytes(root)) == (0, before)
    assert "git neither tracks nor ignores OVERDUE.md; `vault-crm init --yes` has it ignored" in told.stderr
    assert "+/OVERDUE.md" in cli("init --dry-run").stdout
    assert cli("init --yes").code == 0
    assert (root / ".gitignore").read_text().endswith("\n/OVERDUE.md\n")
    again = tree_bytes(root)
    assert cli("init --yes").code == 0
    assert tree_bytes(root) == again
