"""docs/git.md: what it shows is what happens."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.conftest import Run
from tests.git.cloning import Clone
from vault_crm.cli.main import command_names
from vault_crm.cli.main import main
from vault_crm.cli.main import shared_options
from vault_crm.core.merge.file import merge_file
from vault_crm.core.settings import parse_settings
from vault_crm.git.textmerge import text_merge

PAGE = (Path(__file__).resolve().parents[2] / "docs/git.md").read_text(encoding="utf-8")
TODAY = "--today=2026-11-22"

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="as in test_commit"),
]


SETUP = PAGE[PAGE.index("## Set up") : PAGE.index("## What merges")]
NOTES = """
=== .vault-crm/config.toml
=== People/Ada Lovelace.md
---
cadence: 2 weeks
last_contact: 2026-10-27
---
=== People/Ben Okafor.md
---
cadence: 2 weeks
---
"""


def block(kind: str, holds: str) -> str:
    """The fenced block of this kind that holds a text."""
    blocks = re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    [found] = [text for text in blocks if holds in text]
    return str(found)


def test_every_command_and_option_on_the_page_exists() -> None:
    said = re.findall(r"vault-crm ([a-z][a-z-]*)((?: +[^\s`&;)]+)*)", PAGE.replace("vault-crm and git", ""))
    commands = [(name, rest) for name, rest in said if name in command_names()]
    assert {name for name, _ in commands} >= {
        "git",
        "merge-file",
        "conflicts",
        "history",
        "render",
        "overdue",
    }
    context = main.make_context("vault-crm", ["--version"], resilient_parsing=True)
    for name, rest in commands:
        command = main.get_command(context, name)
        assert command is not None
        known = {
            word
            for param in (*command.params, *shared_options())
            for word in (*param.opts, *param.secondary_opts)
        }
        assert {word for word in rest.split() if word.startswith("-") and len(word) > 1} <= known, (
            name,
            rest,
        )


def test_the_conflict_on_the_page_is_the_one_that_is_left() -> None:
    shown = block("markdown", "<<<<<<<")
    base = "---\ncadence: 3 months\ntags: [chess]\nlast_contact: 2026-10-02\n---\n"
    ours = base.replace("3 months", "2 weeks").replace("2026-10-02", "2026-11-21")
    theirs = base.replace("3 months", "1 month").replace("2026-10-02", "2026-11-14")
    merged = merge_file("People/Ada Lovelace.md", base, ours, theirs, text_merge)
    assert merged.text == shown
    assert merged.clashes == 1


def test_the_set_up_of_two_computers_as_it_is_written(
    vault: Callable[[str], Path], home: Path, shell: Callable[[str], Run], cli: Cli
) -> None:
    """Word for word, but for the address and the question."""
    first, other = re.findall(r"^```console\n(.*?)^```$", SETUP, re.MULTILINE | re.DOTALL)
    assert max(first.count("$ "), other.count("$ ")) <= 3
    hub = home / "hub.git"
    laptop = Clone(vault(NOTES), home)
    laptop.git("init", "--quiet", "--bare", "--initial-branch=main", str(hub))
    laptop.git("init", "--quiet", "--initial-branch=main")
    laptop.commit("my notes")
    laptop.git("remote", "add", "origin", str(hub))
    laptop.git("push", "--quiet", "--set-upstream", "origin", "main")
    (home / ".gitconfig").write_text("[user]\n\tname = Nora\n\temail = nora@example.org\n", encoding="utf-8")
    for block_ in (first, other):
        commands = block_.replace("$ ", "").replace("git install", f"git install {TODAY} --yes")
        commands = commands.replace(
            "you@example.org:notes.git ~/notes && cd ~/notes", f"'{hub}' ../two && cd ../two"
        )
        done = shell("set -e\n" + commands.replace("crm render", f"crm render {TODAY}"))
        assert done.code == 0, done.stderr
    # What was committed is the page that each of them writes, and both are set up.
    for clone in (laptop, Clone(home / "two", home)):
        assert cli(TODAY, "-C", str(clone.root), "git", "status").code == 0
        assert cli(TODAY, "-C", str(clone.root), "render").code == 0
        assert clone.git("status", "--porcelain") == ""
        assert "<!-- People/Ada%20Lovelace.md -->" in clone.git("show", "HEAD:OVERDUE.md")


def test_the_setting_on_the_page_is_one() -> None:
    settings, warnings = parse_settings(tomllib.loads(block("toml", "[git]")), "config.toml")
    assert settings.git_commit
    assert warnings == ()


def test_the_messages_on_the_page_are_those_of_the_commits(vault: Callable[[str], Path], cli: Cli) -> None:
    root = vault("""
=== .vault-crm/config.toml
[git]
commit = true
=== People/Ada Lovelace.md
---
cadence: 2 weeks
last_contact: 2026-10-27
---
""")
    repo = Clone(root, root.parent)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.git("config", "user.name", "Nora")
    repo.git("config", "user.email", "nora@example.org")
    repo.commit("begin")

    def run(*lines: str) -> None:
        for line in lines:
            assert cli(TODAY, *shlex.split(line)).code == 0, line

    run("render", "log ada -m lunch", "undo", "new Ben Okafor", "set ben cadence '3 months'")
    page = root / "OVERDUE.md"
    page.write_text(page.read_text(encoding="utf-8").replace("- [ ]", "- [x]"), encoding="utf-8")
    run("render", "snooze ada --until 2026-12-24", "log ada -m 'the engine' --type call")
    subjects = repo.git("log", "--format=%s").removesuffix("begin\n")
    assert subjects == block("console", "git log --format=%s").partition("\n")[2]
    assert repo.git("status", "--porcelain") == ""
