"""`git`: what is typed, shown, asked and told. What it does to a clone: tests/git/test_setup.py."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.git.cloning import Clone
from tests.serve.fakes import Scene
from tests.vaults import tree_bytes
from vault_crm.serve.watch import HEARTBEAT
from vault_crm.store.program import program_of

Make = Callable[[str], Path]
VAULT = """
=== People/Ana.md
---
cadence: monthly
---
## Log

- 2026-01-05 call
"""
TODAY = "2026-11-22"


@pytest.fixture
def clone(vault: Make, home: Path) -> Clone:
    """A vault that is a git repository, and the current folder."""
    made = Clone(vault(VAULT), home)
    made.git("init", "--quiet", "--initial-branch=main")
    made.commit("begin")
    return made


def test_from_install_to_uninstall(clone: Clone, cli: Cli) -> None:
    before = tree_bytes(clone.root)
    run = cli("git install --yes")
    assert run.code == 0
    command = clone.git("config", "merge.vault-crm.driver").strip()
    assert command.startswith(f"{program_of()[0]} merge-file --driver ")
    block = "(written by `vault-crm git install`, taken out by `vault-crm git uninstall`)"
    assert run.lines == [
        "In the vault; other devices have it, too, once it is committed:",
        "--- /dev/null",
        "+++ b/.gitattributes",
        "@@ -0,0 +1,3 @@",
        f"+# vault-crm: begin {block}",
        "+*.[mM][dD] merge=vault-crm -text",
        "+# vault-crm: end",
        "--- /dev/null",
        "+++ b/.gitignore",
        "@@ -0,0 +1,4 @@",
        f"+# vault-crm: begin {block}",
        "+.obsidian/workspace*.json",
        "+.trash/",
        "+# vault-crm: end",
        "In this clone's git configuration, which stays here:",
        "git config merge.vault-crm.name 'vault-crm: notes by property and log entry'",
        f"git config merge.vault-crm.driver {shlex.quote(command)}",
        "    (vault-crm merges notes; if that fails for any reason, git merges them as text)",
        "git config merge.autostash true",
        "git config rebase.autostash true",
        "    (a pull puts uncommitted changes aside, and back again)",
        "git config pull.rebase false",
        "    (a plain `git pull` merges; without a word about it, git would stop and ask)",
        "In git's own folder, which stays here:",
        f"write {clone.root}/.git/info/attributes",
        "  /OVERDUE.md merge=vault-crm -text",
    ]
    assert run.stderr.splitlines() == [
        "wrote .gitattributes",
        "wrote .gitignore",
        "changed this clone's git configuration",
        f"wrote {clone.root}/.git/info/attributes",
        "next: vault-crm render && git add -- .gitattributes .gitignore OVERDUE.md && git commit; "
        "then `vault-crm git install` on each other computer",
    ]
    run = cli("git install --yes")
    assert (run.code, run.stdout, run.stderr) == (0, "", "everything is set up already\n")
    run = cli("git status")
    assert (run.code, run.stderr) == (0, "")
    assert all(line.startswith(("ok  ", "      ")) for line in run.lines)
    assert f"ok  merge driver: {program_of()[0]}" in run.lines
    run = cli("git uninstall --yes")
    assert run.code == 0
    assert run.stderr.endswith(
        "`vault-crm git install` sets it up again; `undo` would bring back the vault's files only\n"
    )
    assert run.lines[-8:] == [
        "In this clone's git configuration, which stays here:",
        "git config --unset-all merge.vault-crm.name",
        "git config --unset-all merge.vault-crm.driver",
        "git config --unset-all merge.autostash",
        "git config --unset-all rebase.autostash",
        "git config --unset-all pull.rebase",
        "In git's own folder, which stays here:",
        f"remove {clone.root}/.git/info/attributes",
    ]
    assert tree_bytes(clone.root) == before
    assert cli("git uninstall --yes").stderr == "nothing is set up here\n"
    assert cli("git status").code == 1


@pytest.mark.parametrize(
    "words",
    ["git install --dry-run --hooks", "git install", "git status", "git status --json", "git uninstall"],
)
def test_what_only_looks_changes_nothing(words: str, clone: Clone, cli: Cli) -> None:
    before = tree_bytes(clone.root)
    run = cli(words)
    assert tree_bytes(clone.root) == before
    assert run.code == {"git install": 2, "git uninstall": 0, "git install --dry-run --hooks": 0}.get(
        words, 1
    )
    assert "Traceback" not in run.stderr


def test_without_a_terminal_nobody_is_asked(clone: Clone, cli: Cli) -> None:
    assert clone.root.is_dir()
    run = cli("git install")
    assert run.stderr.endswith("vault-crm: this would be changed\n  --yes does it, --dry-run only shows it\n")


def test_at_a_terminal_it_is_asked_how_the_dashboard_shall_travel(clone: Clone, cli: Cli) -> None:
    run = cli("git install", stdin="one-device\ny\nn\n", terminal=(80, 24))
    assert run.code == 0
    assert "nothing was changed" in run.stderr
    assert not (clone.root / ".gitattributes").exists()
    run = cli("git install", stdin="one-device\ny\ny\n", terminal=(80, 24))
    assert run.code == 0
    assert "How shall the dashboard travel?" in run.stderr
    assert "writer = " in clone.read(".vault-crm/config.toml")
    assert (clone.root / ".git/hooks/post-merge").exists()
    run = cli("git install", stdin="\ny\n", terminal=(80, 24))  # as it is, and no more about hooks
    assert run.stderr.endswith("everything is set up already\n")


def test_status_as_json(clone: Clone, cli: Cli) -> None:
    run = cli("git status --json")
    body = json.loads(run.stdout)
    assert (run.code, body["version"], body["ok"], body["vault"]) == (1, 1, False, str(clone.root))
    assert {row["name"] for row in body["findings"] if not row["ok"]} == {
        *("driver", "autostash", "pull", "attributes", "obsidian")
    }
    assert set(body["findings"][0]) == {"name", "ok", "what", "hint"}


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("git install --json", "--json does not belong to `git install`"),
        ("git status --hooks", "--hooks does not belong to `git status`"),
        ("git uninstall --dashboard ignored", "--dashboard does not belong to `git uninstall`"),
        ("git install --writer x", "--writer belongs to `--dashboard one-device`"),
        ("git --yes", "which of them: install, status or uninstall?"),
        ("git instal", "is not one of"),
    ],
)
def test_words_that_do_not_fit(words: str, complaint: str, clone: Clone, cli: Cli) -> None:
    assert clone.root.is_dir()
    run = cli(words)
    assert (run.code, run.stdout) == (2, "")
    assert complaint in run.stderr


def test_no_repository_and_no_git(vault: Make, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    root = vault(VAULT)
    for words in ("git install --yes", "git status", "git uninstall --yes"):
        run = cli(words)
        assert (run.code, run.stdout) == (3, "")
        assert run.stderr == f"vault-crm: {root} is in no git repository\n  `git init` makes one there\n"
    monkeypatch.setenv("PATH", "/nonexistent")
    run = cli("git status")
    assert run.code not in (0, 70)
    assert "git" in run.stderr


def test_alone_it_shows_its_help(clone: Clone, cli: Cli) -> None:
    assert clone.root.is_dir()
    run = cli("git")
    assert (run.code, run.stderr) == (0, "")
    assert run.stdout == cli("git --help").stdout
    assert run.lines[0] == "Usage: vault-crm git [OPTIONS] {install|status|uninstall}"
    assert max(map(len, run.lines)) <= 80


def test_what_is_wrong_even_now_is_said_and_then_what_is_next(clone: Clone, cli: Cli) -> None:
    """A script goes on; `git status` is the one that ends with 1."""
    clone.write("People/.gitattributes", "*.md merge=union\n")
    run = cli("git install --yes")
    assert run.code == 0
    assert "vault-crm: warning: notes: `merge=union`; union keeps both sides" in run.stderr
    assert run.stderr.splitlines()[-1].startswith("next: vault-crm render && git add -- ")
    run = cli("git install --yes")
    assert run.code == 0
    assert "everything is set up already\nvault-crm: warning: notes: `merge=union`" in run.stderr
    assert cli("git status").code == 1


def test_what_is_next_is_what_works(clone: Clone, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def last(words: str) -> str:
        return cli(f"git install --yes {words}").stderr.splitlines()[-1]

    monkeypatch.setenv("VAULT_CRM_DEVICE", "laptop")
    there = "git add -- .gitattributes .gitignore && git commit; then"
    assert last("--dashboard ignored").startswith(f"next: {there}")
    hub = clone.home / "hub.git"
    clone.git("clone", "--quiet", "--bare", str(clone.root), str(hub))
    clone.git("remote", "add", "origin", str(hub))
    one = ".gitattributes .gitignore .vault-crm/config.toml"
    assert last("--dashboard one-device --writer phone").startswith(
        f"next: git add -- {one} && git commit && git push; then"
    )
    assert last("--dashboard one-device --writer laptop").startswith(
        f"next: vault-crm render && git add -- {one} OVERDUE.md && git commit && git push; then"
    )
    assert cli(f"render --today {TODAY}").code == 0
    said = last("")
    assert said == "everything is set up already"
    said = last("--dashboard every-device")
    assert said.startswith(f"next: git add -- {one} OVERDUE.md && git commit && git push; then")


def test_it_is_said_before_the_question_that_files_travel(clone: Clone, cli: Cli) -> None:
    assert cli("git install --yes").code == 0
    clone.commit("set up")
    run = cli("git uninstall", stdin="n\n", terminal=(80, 24))
    said, question, _ = run.stderr.partition("Put everything back as it was?")
    assert question
    assert ".gitattributes and .gitignore: once that is committed and pushed, other devices" in said
    assert "if only this clone shall stop: `git checkout -- .gitattributes .gitignore` afterwards" in said
    assert (clone.root / ".gitattributes").exists()


def test_what_came_by_git_stays_and_it_is_said_how_it_goes(clone: Clone, cli: Cli) -> None:
    assert cli("git install --yes").code == 0
    clone.commit("set up")
    second = Clone(clone.home / "second", clone.home)
    clone.git("clone", "--quiet", str(clone.root), str(second.root))
    assert cli("-C", str(second.root), "git", "install", "--yes").code == 0
    run = cli("-C", str(second.root), "git", "uninstall", "--yes")
    said = (
        ".gitattributes and .gitignore stay as they are: they came by git, and other devices go by them\n"
        "to take that out for everybody: delete lines 1-3 of .gitattributes and lines 1-4 of .gitignore, "
        "commit, and push\n"
    )
    assert run.code == 0
    assert said in run.stderr
    assert "+++" not in run.stdout
    assert "`undo`" not in run.stderr
    assert second.git("status", "--porcelain") == ""
    run = cli("-C", str(second.root), "git", "uninstall", "--yes")
    assert (run.code, run.stdout, run.stderr) == (0, "", "nothing is set up here\n" + said)


def test_an_odd_template_hides_no_dashboard_from_git(clone: Clone, cli: Cli) -> None:
    clone.write(".vault-crm/templates/x.md.j2", "{# output: ../out.md #}\n")
    run = cli("git install --yes --dashboard ignored")
    assert run.code == 0
    assert "only OVERDUE.md counts as a dashboard" in run.stderr
    assert "/OVERDUE.md" in clone.read(".gitignore")


# -- one device writes


def test_a_device_that_does_not_write_leaves_the_page_and_its_ticks_alone(
    clone: Clone, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VAULT_CRM_DEVICE", "laptop")
    assert cli("git install --yes --dashboard one-device").code == 0
    assert cli(f"render --today {TODAY}").stderr == "wrote OVERDUE.md\n"
    page = clone.read("OVERDUE.md").replace("- [ ] [Ana]", "- [x] [Ana]")
    clone.write("OVERDUE.md", page)
    monkeypatch.setenv("VAULT_CRM_DEVICE", "phone")
    said = "laptop writes OVERDUE.md and takes its ticks in; this device reads it, and may tick\n"
    for words in ("render", "render --check", "render --dry-run"):
        run = cli(*words.split(), "--today", TODAY)
        assert (run.code, run.stdout, run.stderr) == (0, "", said)
    assert json.loads(cli("render", "--check", "--json").stdout)["stale"] == []
    assert "[Ana]" in cli("render", "--stdout").stdout
    assert json.loads(cli("--json").stdout)["ticks_waiting"] == 0
    assert cli(f"set ana city Porto --today {TODAY}").stderr.endswith(said)
    assert "laptop" not in cli(f"set ana city Faro --today {TODAY}").stderr  # once is enough
    assert clone.read("OVERDUE.md") == page
    assert clone.read("People/Ana.md").count("- 20") == 1
    monkeypatch.delenv("VAULT_CRM_DEVICE")
    monkeypatch.setattr(os, "uname", lambda: os.uname_result(("", "Laptop.lan", "", "", "")))
    assert json.loads(cli("--json").stdout)["ticks_waiting"] == 1
    run = cli(f"render --today {TODAY}")
    assert "wrote OVERDUE.md" in run.stderr
    assert clone.read("People/Ana.md").count("in touch") == 1


def test_a_watcher_that_does_not_write_says_so_once(vault: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VAULT_CRM_DEVICE", "phone")
    scene = Scene(vault(VAULT), settle=0)
    scene.settled()
    scene.tick("Ana")
    scene.save(".vault-crm/config.toml", '[dashboard]\nwriter = "laptop"\n')
    page, note = scene.page, scene.read("People/Ana.md")
    scene.wrong()
    assert scene.settled().next == HEARTBEAT
    scene.run(300)
    said = "laptop writes OVERDUE.md and takes its ticks in; this device reads it, and may tick"
    assert scene.wrong() == [f"waiting: {said}"]
    assert (scene.page, scene.read("People/Ana.md")) == (page, note)
    scene.save(".vault-crm/config.toml", "")
    scene.settled()
    assert scene.wrong() == [f"solved: {said}"]
    assert scene.read("People/Ana.md") != note
