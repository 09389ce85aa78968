"""`[git] commit = true`: each change of the tool is one commit, with a message that a person would write."""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.git.cloning import Clone
from tests.serve.fakes import Scene
from tests.vaults import write_vault

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="as in test_commit"),
]

TODAY = "--today=2026-11-22"
VAULT = """
=== .vault-crm/config.toml
[git]
commit = true
=== People/Ada Lovelace.md
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
=== People/Cleo.md
---
tags: [chess]
---
"""

Make = Callable[[str], Path]


def begin(root: Path) -> Clone:
    repo = Clone(root, root.parent)
    repo.git("init", "--quiet", "--initial-branch=main")
    repo.git("config", "user.name", "Nora")
    repo.git("config", "user.email", "nora@example.org")
    repo.commit("begin")
    return repo


@pytest.fixture
def repo(vault: Make) -> Clone:
    return begin(vault(VAULT))


def commits(repo: Clone) -> list[tuple[str, list[str]]]:
    """(subject, paths) of each commit behind the first, the latest last."""
    out = repo.git("log", "--reverse", "--format=%x01%s", "--name-only", "-z", "main")
    found = [entry.split("\0", 1) for entry in out.split("\1")[1:]]
    return [(s, sorted(p for p in rest.strip("\n\0").split("\0") if p)) for s, rest in found][1:]


def clean(repo: Clone) -> bool:
    return not repo.git("status", "--porcelain")


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("log ada -m lunch --type call", "log: Ada Lovelace, call"),
        ("log ada -m lunch", "log: Ada Lovelace"),
        ("log ada ben -m lunch --type call --on yesterday", "log: Ada Lovelace, Ben, call on 2026-11-21"),
        ("snooze ada --until 2026-12-24", "snooze: Ada Lovelace until 2026-12-24"),
        ("pause ada ben cleo", "pause: Ada Lovelace, Ben, Cleo"),
        ("resume ada", ""),
        ("set ada cadence '3 months'", "set: Ada Lovelace, cadence every 3 months"),
        ("set ada cadence 2x --force", "set: Ada Lovelace, cadence 2x"),
        ("set ada city London", "set: Ada Lovelace, city London"),
        ("set cleo tags --add book-club", "set: Cleo, tags + book-club"),
        ("set cleo tags --remove chess", "set: Cleo, tags - chess"),
        ("set --where -cadence:none city Leeds --yes", "set: Ada Lovelace, Ben, city Leeds"),
        ("unset ada last_contact", "unset: Ada Lovelace, last_contact"),
        ("new Dora --cadence monthly", "new: Dora"),
        ("render", "dashboard: brought up to date"),
    ],
)
def test_the_message_says_what_was_done(repo: Clone, cli: Cli, words: str, subject: str) -> None:
    run = cli(TODAY, *shlex.split(words))
    assert run.code == 0, run.stderr
    assert "committed" not in run.stderr
    assert [made for made, _ in commits(repo)] == [subject][: bool(subject)]
    assert clean(repo)


def test_note_and_dashboard_are_one_commit(repo: Clone, cli: Cli) -> None:
    cli(TODAY, "render")
    cli(TODAY, "log", "ada", "-m", "x", "--type", "call")
    cli(TODAY, "undo")
    assert commits(repo) == [
        ("dashboard: brought up to date", ["OVERDUE.md"]),
        ("log: Ada Lovelace, call", ["OVERDUE.md", "People/Ada Lovelace.md"]),
        ("undo: log Ada Lovelace", ["OVERDUE.md", "People/Ada Lovelace.md"]),
    ]
    assert clean(repo)


def test_ticks_are_one_commit(repo: Clone, cli: Cli) -> None:
    cli(TODAY, "render")
    page = repo.root / "OVERDUE.md"
    page.write_text(page.read_text(encoding="utf-8").replace("- [ ]", "- [x]"), encoding="utf-8")
    cli(TODAY, "render")
    paths = ["OVERDUE.md", "People/Ada Lovelace.md", "People/Ben.md"]
    assert commits(repo)[1:] == [("ticks: Ada Lovelace, Ben", paths)]
    cli(TODAY, "render")
    assert len(commits(repo)) == 2


def test_triage_and_mending(repo: Clone, cli: Cli) -> None:
    plan = repo.home / "plan.txt"
    listed = cli(TODAY, "triage", "--print").stdout
    plan.write_text(listed.replace(" ? ", "   "), encoding="utf-8")
    assert cli(TODAY, "triage", "--apply", str(plan)).code == 0
    repo.write("People/Ben.md", "---\ncadence: 3m\nlast_contact: 20.11.2026\n---\n")
    repo.commit("by hand")
    cli(TODAY, "check", "--fix")
    subjects = [subject for subject, _ in commits(repo)]
    assert subjects == ["triage: a cadence for Cleo", "by hand", "check: mended 1 note"]


def test_an_ignored_dashboard_is_left_out(repo: Clone, cli: Cli) -> None:
    repo.change(".gitignore", "OVERDUE.md\n")
    cli(TODAY, "render")
    cli(TODAY, "log", "ada", "-m", "x")
    assert (repo.root / "OVERDUE.md").exists()
    assert commits(repo)[1:] == [("log: Ada Lovelace", ["People/Ada Lovelace.md"])]


def test_what_the_user_is_about_to_commit_stays_as_it_is(repo: Clone, cli: Cli) -> None:
    repo.write("People/Ben.md", "---\ncadence: 3 weeks\n---\n")
    repo.write("Ideas.md", "an idea\n")
    repo.git("add", "People/Ben.md")
    cli(TODAY, "log", "ada", "-m", "x")
    assert repo.git("status", "--porcelain") == "M  People/Ben.md\n?? Ideas.md\n"


def test_dry_run_and_questions_commit_nothing(repo: Clone, cli: Cli) -> None:
    for words in ("log ada -m x", "set ada city Leeds", "new Dora", "render", "check --fix"):
        assert cli(TODAY, *words.split(), "--dry-run").code == 0
    for words in ("overdue", "list", "check", "render --stdout"):
        cli(TODAY, *words.split())
    cli(TODAY, "log", "nobody at all", "-m", "x")
    assert commits(repo) == []


def test_the_note_is_written_even_if_nothing_can_be_committed(repo: Clone, cli: Cli) -> None:
    repo.git("checkout", "--quiet", "--detach")
    run = cli(TODAY, "log", "ada", "-m", "the boiler")
    assert run.code == 0
    assert run.stderr.splitlines()[-1] == (
        "not committed: no branch is checked out (HEAD is detached), where commits are easily lost"
    )
    assert "the boiler" in repo.read("People/Ada Lovelace.md")
    repo.git("checkout", "--quiet", "main")
    cli(TODAY, "log", "ada", "-m", "again")  # what was left is in the next commit of this note
    assert clean(repo)


def test_what_a_command_did_before_it_failed_is_committed(repo: Clone, cli: Cli) -> None:
    """Ada's tick is in her note when the second dashboard turns out to be somebody else's file."""
    cli(TODAY, "render")
    page = repo.root / "OVERDUE.md"
    page.write_text(page.read_text(encoding="utf-8").replace("- [ ]", "- [x]", 1), encoding="utf-8")
    repo.write(".vault-crm/templates/two.md.j2", "{# output: Two.md #}\n{{ nobody.knows.this }}\n")
    repo.git("add", "--", ".vault-crm")
    repo.git("commit", "--quiet", "-m", "by hand")
    run = cli(TODAY, "render")
    assert run.code != 0
    subject, paths = commits(repo)[-1]
    assert subject.startswith("Ada Lovelace: 2026-11-22 in touch")
    assert paths == ["People/Ada Lovelace.md"]


def test_it_is_off_by_default(vault: Make, cli: Cli) -> None:
    repo = begin(vault(VAULT.replace("commit = true", "")))
    cli(TODAY, "log", "ada", "-m", "x")
    assert commits(repo) == []


def test_without_a_repository_check_says_so_and_nobody_else(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert "commit" not in cli(TODAY, "log", "ada", "-m", "x").stderr
    said = "[git] commit = true, but the vault is in no git repository, so nothing is committed\n"
    assert said in cli(TODAY, "check").stderr


def test_names_are_no_options_and_no_lines(vault: Make, cli: Cli) -> None:
    repo = begin(vault(VAULT))
    write_vault(repo.root, '=== People/--amend.md\n---\nname: "--amend\\nx"\ncadence: weekly\n---\n')
    repo.commit("by hand")
    assert cli(TODAY, "pause", "--", "--amend").code == 0
    assert [paths for _, paths in commits(repo)][1:] == [["People/--amend.md"]]
    assert "\n" not in commits(repo)[-1][0]


# -- the watcher


@pytest.fixture
def scene(vault: Make) -> tuple[Scene, Clone]:
    """A watcher with nothing to do, in a repository that has its dashboard."""
    root = vault(VAULT)
    repo = begin(root)
    made = Scene(root)
    made.settled()
    made.said.clear()
    subjects = {subject for subject, _ in commits(repo)}
    assert subjects == {"dashboard: brought up to date"}
    repo.git("update-ref", "refs/before", "HEAD")
    return made, repo


def since(repo: Clone) -> list[tuple[str, list[str]]]:
    """The commits since the watcher was at rest."""
    return commits(repo)[int(repo.git("rev-list", "--count", "refs/before")) - 1 :]


def test_the_watcher_commits_what_it_writes(scene: tuple[Scene, Clone]) -> None:
    watch, repo = scene
    watch.tick("Ben", " call: the boiler")
    watch.run(120)
    assert since(repo) == [("ticks: Ben", ["OVERDUE.md", "People/Ben.md"])]
    assert clean(repo)
    head = repo.head()
    watch.run(3600)
    assert repo.head() == head


def test_the_watcher_leaves_what_the_user_writes_to_the_user(scene: tuple[Scene, Clone]) -> None:
    watch, repo = scene
    watch.edit("People/Ada Lovelace.md", ("2026-10-27", "2036-11-19"))
    watch.run(120)
    assert since(repo) == [("dashboard: brought up to date", ["OVERDUE.md"])]
    assert repo.git("status", "--porcelain", "-z") == " M People/Ada Lovelace.md\0"


def test_the_watcher_says_once_why_nothing_is_committed_and_tries_again(scene: tuple[Scene, Clone]) -> None:
    watch, repo = scene
    repo.git("checkout", "--quiet", "--detach")
    watch.tick("Ben")
    watch.run(400)
    why = "not committed: no branch is checked out (HEAD is detached), where commits are easily lost"
    assert [facts["why"] for facts in watch.told("problem")] == [why]
    assert "2036-11-20 in touch" in repo.read("People/Ben.md")
    repo.git("checkout", "--quiet", "main")
    watch.run(200)
    assert [facts["why"] for facts in watch.told("solved")] == [why]
    assert since(repo) == [("ticks: Ben", ["OVERDUE.md", "People/Ben.md"])]
    assert clean(repo)


def test_a_watcher_whose_settings_change_stops_committing(scene: tuple[Scene, Clone]) -> None:
    watch, repo = scene
    watch.save(".vault-crm/config.toml", "[git]\ncommit = false\n")
    watch.tick("Ben")
    watch.run(200)
    assert "2036-11-20 in touch" in repo.read("People/Ben.md")
    assert since(repo) == []
