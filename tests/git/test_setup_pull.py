"""What `git install` is for, with real git on two clones: a pull over a dashboard that was written again and
not committed neither stops nor conflicts, as a merge and as a rebase."""

from __future__ import annotations

import os
import select
import shlex
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.git.cloning import PROGRAM
from tests.git.cloning import Clone
from tests.git.cloning import clones
from vault_crm.cli.aftergit import render_after_git
from vault_crm.cli.app import App
from vault_crm.git.repo import at_work
from vault_crm.git.setup import Wish
from vault_crm.git.setup import carry_out
from vault_crm.git.setup import plan_install
from vault_crm.store.store import Store

NOTE = "---\ncadence: 2 weeks\n---\n## Log\n\n- {day} call\n"
NAMES = ("Ada", "Ben", "Cleo", "Dora", "Eli", "Fay")
FILES = {
    ".vault-crm/config.toml": "[dashboard]\n",
    **{f"People/{name}.md": NOTE.format(day=f"2026-10-{at:02}") for at, name in enumerate(NAMES, 1)},
}


@pytest.fixture
def both(tmp_path: Path, home: Path, cli: Cli) -> list[Clone]:
    """A laptop and a desktop, set up by `git install`, with a dashboard that git keeps."""
    laptop, desktop = clones(tmp_path / "git", FILES, ("laptop", "desktop"), attributes="")
    assert run(cli, laptop, "git install --yes --dashboard every-device") == 0
    assert run(cli, laptop, "render --today 2026-11-20") == 0
    laptop.commit("set up")
    laptop.push()
    assert desktop.pull().code == 0
    assert run(cli, desktop, "git install --yes") == 0
    assert home.is_dir()
    return [laptop, desktop]


def run(cli: Cli, clone: Clone, words: str) -> int:
    return cli("-C", str(clone.root), *words.split()).code


def tick(clone: Clone, name: str, words: str) -> None:
    page = clone.read("OVERDUE.md")
    link = f"- [ ] [{name}](People/{name}.md)"
    assert link in page
    clone.write("OVERDUE.md", page.replace(link, f"- [x] [{name}](People/{name}.md) {words}"))


@pytest.mark.parametrize("how", [("--no-rebase", "--no-edit"), ("--rebase",)])
def test_a_pull_over_a_rewritten_dashboard(how: tuple[str, ...], both: list[Clone], cli: Cli) -> None:
    laptop, desktop = both
    assert run(cli, laptop, "--today 2026-11-20 log ada -m lunch") == 0
    tick(laptop, "Ben", "tea")
    laptop.commit("log: Ada; a tick for Ben")
    laptop.push()
    # On the desktop: a commit of its own, and a page of another day with a tick that is not committed.
    desktop.change("People/Fay.md", desktop.read("People/Fay.md") + "\nLikes tea.\n", "Fay")
    assert run(cli, desktop, "--today 2026-11-22 log cleo -m walk") == 0
    tick(desktop, "Dora", "sauna")
    assert "OVERDUE.md" in desktop.git("status", "--porcelain")
    pulled = desktop.pull(*how)
    assert (pulled.code, desktop.clashing()) == (0, []), pulled.err
    assert "conflict" not in (pulled.out + pulled.err).lower()
    assert desktop.git("stash", "list") == ""
    assert "<<<<<<<" not in desktop.read("OVERDUE.md")
    # Both ticks are there, and become one entry each.
    assert run(cli, desktop, "render --today 2026-11-22") == 0
    for name, words in (("Ada", "lunch"), ("Ben", "tea"), ("Cleo", "walk"), ("Dora", "sauna")):
        assert desktop.read(f"People/{name}.md").count(words) == 1, name
    desktop.commit("all of it")
    desktop.push()
    assert laptop.pull(*how).code == 0
    assert run(cli, laptop, "render --today 2026-11-22") == 0
    assert laptop.git("status", "--porcelain") == ""
    assert laptop.files() == desktop.files()


def test_hooks_render_when_git_is_done_and_never_before(both: list[Clone], cli: Cli, tmp_path: Path) -> None:
    """git runs its hooks before it puts back what it put aside: a page that is written in between would stop
    it."""
    laptop, desktop = both
    fifo, program = tmp_path / "fifo", tmp_path / "vault crm"
    os.mkfifo(fifo)
    told = f'[ "$1" = merge-file ] || echo "$3 $code" > {shlex.quote(str(fifo))}'
    program.write_text(f'#!/bin/sh\n{shlex.join(PROGRAM)} "$@"\ncode=$?\n{told}\nexit $code\n')
    program.chmod(0o755)
    store = Store.open(desktop.root)
    carry_out(store, plan_install(store, Wish((str(program),), ("OVERDUE.md",), hooks=True)))
    assert run(cli, laptop, "--today 2026-11-20 log ada -m lunch") == 0
    laptop.commit("log: Ada")
    laptop.push()
    desktop.change("People/Fay.md", desktop.read("People/Fay.md") + "\nLikes tea.\n", "Fay")
    assert run(cli, desktop, "--today 2026-11-22 log cleo -m walk") == 0
    tick(desktop, "Dora", "half a sent")
    with os.fdopen(os.open(fifo, os.O_RDWR), "rb", buffering=0) as reader:
        pulled = desktop.pull("--rebase")
        assert (pulled.code, desktop.clashing()) == (0, []), pulled.err
        said = b""
        while said.count(b"\n") < 2:  # post-checkout when it began, post-rewrite when it ended
            assert select.select([reader], [], [], 30)[0], f"only {said!r}"
            said += reader.read(100)
    assert said == b"render 0\n" * 2
    assert desktop.git("stash", "list") == ""
    assert "half a sent" in desktop.read("OVERDUE.md")
    assert "half a sent" not in desktop.read("People/Dora.md")


@pytest.mark.parametrize("name", ["MERGE_AUTOSTASH", "rebase-merge", "index.lock"])
def test_while_git_is_at_work_nothing_is_done(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert at_work(tmp_path)


@pytest.mark.parametrize("how", [("--no-rebase", "--no-edit"), ("--rebase",)])
def test_a_pull_before_the_attributes_are_committed(
    how: tuple[str, ...], tmp_path: Path, home: Path, cli: Cli
) -> None:
    """git puts the new lines of a `.gitattributes` aside with the rest, and would merge the page as text."""
    files = FILES | {".gitattributes": "*.png binary\n"}
    laptop, desktop = clones(tmp_path / "git", files, ("laptop", "desktop"), attributes="")
    assert home.is_dir()
    assert run(cli, laptop, "render --today 2026-11-20") == 0
    laptop.commit("dashboard")
    laptop.push()
    assert desktop.pull().code == 0
    assert run(cli, laptop, "--today 2026-11-20 log ada -m lunch") == 0
    laptop.commit("log: Ada")
    laptop.push()
    assert run(cli, desktop, "git install --yes") == 0
    assert run(cli, desktop, "--today 2026-11-22 log cleo -m walk") == 0
    pulled = desktop.pull(*how)
    assert (pulled.code, desktop.clashing()) == (0, []), pulled.err
    assert desktop.git("stash", "list") == ""


def test_without_it_git_stops(tmp_path: Path, home: Path, cli: Cli) -> None:
    """The reason for all of this; if git ever learns it, this module can go."""
    laptop, desktop = clones(tmp_path / "git", FILES, ("laptop", "desktop"), attributes="")
    assert home.is_dir()
    assert run(cli, laptop, "render --today 2026-11-20") == 0
    laptop.commit("dashboard")
    laptop.push()
    assert run(cli, desktop, "render --today 2026-11-22") == 0
    pulled = desktop.pull()
    assert pulled.code != 0
    assert "would be overwritten" in pulled.err


def test_rendering_after_git(both: list[Clone], cli: Cli) -> None:
    """Not while git waits for the user, and not on a commit of the past; ticks that are committed are taken,
    others wait for their author."""
    laptop, desktop = both
    tick(laptop, "Ben", "tea")
    laptop.commit("a tick")
    laptop.push()
    assert desktop.pull().code == 0
    app = App()
    app.vault_given = str(desktop.root)
    desktop.git("checkout", "--quiet", "HEAD~1")
    assert not render_after_git(app)
    desktop.git("checkout", "--quiet", "main")
    assert render_after_git(app)
    assert desktop.read("People/Ben.md").count("tea") == 1
    desktop.commit("taken in")
    tick(desktop, "Ada", "half a sent")
    assert render_after_git(app)
    assert "half a sent" in desktop.read("OVERDUE.md")
    assert "half a sent" not in desktop.read("People/Ada.md")
    desktop.git("update-index", "--index-info", stdin=f"100644 {blob(desktop)} 1\tPeople/Ada.md\n")
    assert not render_after_git(app)
    assert cli("-C", str(desktop.root), "render", "--after-git").code == 1


def blob(clone: Clone) -> str:
    return clone.git("hash-object", "-w", "People/Ada.md").strip()


def test_a_look_at_another_branch_leaves_the_way_back_open(
    both: list[Clone], cli: Cli, tmp_path: Path
) -> None:
    """git puts nothing aside when it switches branches: a page that the hook had written would stop it."""
    laptop = both[0]
    fifo, program = tmp_path / "fifo", tmp_path / "program"
    os.mkfifo(fifo)
    program.write_text(f"#!/bin/sh\necho called > {shlex.quote(str(fifo))}\n")
    program.chmod(0o755)
    store = Store.open(laptop.root)
    carry_out(store, plan_install(store, Wish((str(program),), ("OVERDUE.md",), hooks=True)))
    laptop.git("branch", "old")
    assert run(cli, laptop, "--today 2026-11-22 log ada -m lunch") == 0
    laptop.commit("log: Ada")
    with os.fdopen(os.open(fifo, os.O_RDWR), "rb", buffering=0) as reader:
        laptop.git("checkout", "--quiet", "old")
        laptop.git("switch", "--quiet", "main")
        laptop.git("rebase", "--quiet", "--force-rebase", "old")
        said = b""
        while said.count(b"\n") < 2:  # by the rebase, which calls when it begins and when it ends
            assert select.select([reader], [], [], 30)[0], f"only {said!r}"
            said += reader.read(100)
        assert not select.select([reader], [], [], 0)[0]
    assert said == b"called\n" * 2
