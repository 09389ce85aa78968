"""The watcher beside git: it waits while git is in the middle of something, and catches up."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serve.editing import need
from tests.serve.editing import save_in_place
from tests.serve.watching import BOARD
from tests.serve.watching import Watching
from tests.serve.watching import board_bytes
from tests.serve.watching import fresh_render
from tests.serve.watching import listed
from tests.serve.watching import logged
from tests.serve.watching import make_people
from tests.serve.watching import person

pytestmark = pytest.mark.skipif(os.name != "posix", reason="as in test_watch_editors")

NAMES = ("Ada Lund", "Ben Okafor", "Cleo Marsh", "Dora Petrov", "Emil Haas", "Fay Quinn", "Gus Ortiz")

Git = Callable[..., str]


def git_in(folder: Path) -> Git:
    """`git("commit", "-m", "x")` in a folder; with `fails=True` it is expected to end with an error."""

    def git(*words: str, fails: bool = False) -> str:
        done = subprocess.run(
            [need("git"), "-C", str(folder), *words], capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode != 0) == fails, f"git {words}: {done.stdout}{done.stderr}"
        return done.stdout

    return git


def begin(folder: Path, *ignored: str) -> Git:
    """A repository with everything in it, on a branch `main`."""
    git = git_in(folder)
    git("init", "-q", "-b", "main")
    git("config", "user.name", "Ada Lund")
    git("config", "user.email", "ada@example.org")
    (folder / ".gitignore").write_text("".join(f"{name}\n" for name in ignored), encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "begin")
    return git


@pytest.fixture
def root(home: Path) -> Path:
    return make_people(home / "notes", *NAMES)


@pytest.fixture
def git(root: Path) -> Git:
    """The vault is a repository that leaves the dashboard alone."""
    return begin(root, BOARD)


def note(root: Path, name: str) -> Path:
    return root / "People" / f"{name}.md"


def commit(git: Git, root: Path, name: str, text: str) -> None:
    note(root, name).write_text(text, encoding="utf-8")
    git("commit", "-q", "-a", "-m", f"{name} changed")


def tick(root: Path, name: str, words: str = "") -> None:
    """Ticks a person on the dashboard, in place."""
    text = (root / BOARD).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    [at] = [i for i, line in enumerate(lines) if line.startswith(f"- [ ] [{name}](")]
    lines[at] = lines[at].replace("[ ]", "[x]", 1).rstrip("\n") + (f" {words}\n" if words else "\n")
    save_in_place(root / BOARD, "".join(lines))


def nothing_is_written(watch: Watching, before: dict[Path, bytes], mark: int) -> None:
    """While git works: for longer than any gathering, holding and settling takes."""
    watch.never("wrote", 1.0, mark)
    assert watch.since(mark, "filed") == []
    assert {path: path.read_bytes() for path in before} == before


def all_files(root: Path) -> dict[Path, bytes]:
    found = [*(root / "People").rglob("*.md"), root / BOARD]
    return {path: path.read_bytes() for path in found}


def test_gits_lock_is_waited_for(root: Path, git: Git) -> None:
    with Watching(root, "--settle", "0") as watch:
        lock = root / ".git/index.lock"
        lock.write_bytes(b"")
        mark = watch.mark()
        save_in_place(note(root, "Ada Lund"), person("90 years"))
        tick(root, "Ben Okafor")
        nothing_is_written(watch, all_files(root), mark)
        watch.await_event("waiting", since=mark)  # not told of what is over in a moment
        lock.unlink()
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark, seconds=5)
        assert len(watch.since(mark, "waiting")) == 1
        watch.await_event("filed", lambda e: e["people"] == ["Ben Okafor"], since=mark, seconds=8)
        assert len(watch.since(mark, "solved")) == 1
        watch.await_true()


def test_a_repository_around_the_vault_counts_too(home: Path) -> None:
    """Its `.git` is not below the vault, so nothing rings when the lock goes."""
    root = make_people(home / "repo/notes", *NAMES)
    begin(home / "repo", BOARD)
    with Watching(root, "--settle", "0") as watch:
        lock = home / "repo/.git/index.lock"
        lock.write_bytes(b"")
        mark = watch.mark()
        save_in_place(note(root, "Ada Lund"), person("90 years"))
        nothing_is_written(watch, all_files(root), mark)
        lock.unlink()
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark, seconds=8)


def test_a_worktree_has_its_lock_elsewhere(root: Path, git: Git, home: Path) -> None:
    """There `.git` is a file that names a folder."""
    tree = home / "tree"
    git("worktree", "add", "-q", "-b", "side", str(tree))
    (tree / ".vault-crm").mkdir(exist_ok=True)
    with Watching(tree, "--settle", "0") as watch:
        lock = Path(git_in(tree)("rev-parse", "--absolute-git-dir").strip()) / "index.lock"
        assert root in lock.parents
        lock.write_bytes(b"")
        mark = watch.mark()
        save_in_place(note(tree, "Ada Lund"), person("90 years"))
        nothing_is_written(watch, all_files(tree), mark)
        lock.unlink()
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark, seconds=8)


def two_sides(root: Path, git: Git) -> None:
    """Two branches that changed the same line."""
    git("switch", "-q", "-c", "side")
    commit(git, root, "Ada Lund", person("3 weeks"))
    git("switch", "-q", "main")
    commit(git, root, "Ada Lund", person("4 weeks"))


@pytest.mark.parametrize("way", ["abort", "continue"])
def test_a_merge_with_conflicts_is_waited_for(root: Path, git: Git, way: str) -> None:
    two_sides(root, git)
    with Watching(root, "--settle", "0") as watch:
        mark = watch.mark()
        before = board_bytes(root)
        git("merge", "-q", "side", fails=True)
        assert b"<<<<<<<" in note(root, "Ada Lund").read_bytes()
        save_in_place(note(root, "Cleo Marsh"), person("90 years"))
        tick(root, "Ben Okafor", "by the river")
        nothing_is_written(watch, all_files(root), mark)
        if way == "abort":
            git("checkout", "-q", "--", "People/Cleo Marsh.md")
            git("merge", "--abort")
        else:
            note(root, "Ada Lund").write_text(person("90 years"), encoding="utf-8")
            git("add", "People")
            git("commit", "-q", "-m", "merged")
            watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark, seconds=8)
        watch.await_event("filed", lambda e: e["people"] == ["Ben Okafor"], since=mark, seconds=8)
        watch.await_true()
        assert logged(person(), note(root, "Ben Okafor").read_text(encoding="utf-8"), "by the river")
        assert board_bytes(root) != before
        assert all("Ada Lund" in e["listed"] for e in watch.since(mark, "wrote")) or way == "continue"


@pytest.mark.parametrize("way", ["--abort", "--continue"])
def test_a_rebase_stopped_in_the_middle_is_waited_for(root: Path, git: Git, way: str) -> None:
    two_sides(root, git)
    with Watching(root, "--settle", "0") as watch:
        mark = watch.mark()
        git("rebase", "-q", "side", fails=True)
        tick(root, "Ben Okafor", "by the river")
        nothing_is_written(watch, all_files(root), mark)
        if way == "--continue":
            note(root, "Ada Lund").write_text(person("90 years"), encoding="utf-8")
            git("add", "People")
        git("-c", "core.editor=true", "rebase", way)
        watch.await_event("filed", lambda e: e["people"] == ["Ben Okafor"], since=mark, seconds=8)
        watch.await_true()
        assert ("Ada Lund" in listed(root)) is (way == "--abort")
        assert len(watch.since(mark, "waiting")) == len(watch.since(mark, "solved"))


def test_a_merge_that_was_there_before_the_watcher(root: Path, git: Git) -> None:
    """It starts, says that it waits, and writes nothing, not even a first dashboard."""
    two_sides(root, git)
    git("merge", "-q", "side", fails=True)
    watch = Watching(root, "--settle", "0")
    try:
        watch.await_event("waiting")
        watch.never("wrote", 1.0, 0)
        assert board_bytes(root) is None
        git("merge", "--abort")
        watch.until(lambda: "Ada Lund" in listed(root), "a dashboard", seconds=8)
    finally:
        assert "Traceback" not in watch.close()


def test_markers_of_a_conflict_without_a_merge(root: Path) -> None:
    """A phone's git leaves them behind. The person is not lost, and what cannot be read is said."""
    with Watching(root, "--settle", "0") as watch:
        mark = watch.mark()
        text = "---\n<<<<<<< HEAD\ncadence: 3 weeks\n=======\ncadence: 4 weeks\n>>>>>>> side\n---\n"
        save_in_place(note(root, "Ada Lund"), text)
        watch.await_event("wrote", since=mark)
        watch.await_true()
        assert note(root, "Ada Lund").read_text(encoding="utf-8") == text
        assert "Ada" in (root / BOARD).read_text(encoding="utf-8")


def test_a_checkout_of_many_notes_is_a_few_renderings(home: Path) -> None:
    """Nobody is missing in any of them: git removes each note before it makes it anew."""
    names = [f"Friend{n:03}" for n in range(250)]
    root = make_people(home / "notes", *names)
    (root / ".vault-crm/config.toml").write_text("[dashboard]\nlimit = 0\n", encoding="utf-8")
    git = begin(root, BOARD)
    git("switch", "-q", "-c", "side")
    for name in names:
        note(root, name).write_text(person("3 weeks"), encoding="utf-8")
    git("commit", "-q", "-a", "-m", "all changed")
    git("switch", "-q", "main")
    with Watching(root) as watch:
        for branch in ("side", "main"):
            mark = watch.mark()
            git("switch", "-q", branch)
            words = "(every 3 weeks)" if branch == "side" else "(every 2 weeks)"
            watch.until(lambda w=words: (root / BOARD).read_text("utf-8").count(w) == len(names), branch)
            found = watch.since(mark, "wrote")
            assert 1 <= len(found) <= 3
            assert all(set(names) <= set(event["listed"]) for event in found)
            assert board_bytes(root) == fresh_render(root)


@pytest.mark.slow
def test_a_branch_without_most_of_the_people_is_believed(root: Path, git: Git) -> None:
    """More than a fifth of the people are gone: a later look confirms it."""
    git("switch", "-q", "-c", "few")
    git("rm", "-q", *(f"People/{name}.md" for name in NAMES[:6]))
    git("commit", "-q", "-m", "few")
    git("switch", "-q", "main")
    with Watching(root, "--settle", "0") as watch:
        git("switch", "-q", "few")
        watch.until(lambda: listed(root) == ["Gus Ortiz"], "few people", seconds=70)
        git("switch", "-q", "main")
        watch.until(lambda: set(listed(root)) == set(NAMES), "all people", seconds=10)
        watch.await_true()


def test_a_tracked_dashboard_and_a_pull_with_a_tick_from_a_phone(root: Path) -> None:
    """The tick comes by git; the day is the day of the phone's commit."""
    git = begin(root)
    with Watching(root, "--settle", "0.3") as watch:
        git("add", "-A")
        watch.fence()  # now that it is tracked, a line stands between two people
        git("add", "-A")
        git("commit", "-q", "-m", "dashboard")
        phone = root.parent / "phone"
        git("clone", "-q", str(root), str(phone))
        there = git_in(phone)
        tick(phone, "Ada Lund", "wrote a letter")
        there("config", "user.name", "Ada Lund")
        there("config", "user.email", "ada@example.org")
        there("commit", "-q", "-a", "-m", "ticked", "--date", "2024-01-15T12:00:00+0000")
        mark = watch.mark()
        git("pull", "-q", "--ff-only", str(phone), "main")
        watch.await_event("filed", lambda e: e["people"] == ["Ada Lund"], since=mark)
        watch.await_event("wrote", lambda e: True, since=mark)
        text = note(root, "Ada Lund").read_text(encoding="utf-8")
        assert "- 2024-01-15 wrote a letter\n" in text
        watch.await_true()


def test_git_gets_no_lock_of_ours_in_its_way(root: Path, git: Git) -> None:
    """Twenty commits in a row while notes change: git never finds its index locked."""
    with Watching(root, "--settle", "0") as watch:
        for number in range(20):
            commit(git, root, "Ada Lund", person("2 weeks" if number % 2 else "90 years"))
        watch.await_true()
        assert "Ada Lund" in listed(root)
        assert git("status", "--porcelain") == ""
