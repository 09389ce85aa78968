"""What git knows about a vault, and 'no' wherever there is no git."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from vault_crm.git.commit import commit_paths
from vault_crm.git.hooked import run_hooked
from vault_crm.git.repo import at_work
from vault_crm.git.repo import git_folder
from vault_crm.git.repo import has_repository
from vault_crm.git.repo import is_ignored
from vault_crm.git.repo import is_tracked
from vault_crm.git.repo import line_date
from vault_crm.git.repo import repo_root
from vault_crm.git.repo import run_git
from vault_crm.git.repo import travels
from vault_crm.git.repo import unmerged
from vault_crm.git.run import call_git
from vault_crm.git.versions import versions_of

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def git(root: Path, *arguments: str, when: str = "2026-11-20T12:00:00+0000", code: int = 0) -> None:
    who = {"GIT_AUTHOR_NAME": "Ana", "GIT_AUTHOR_EMAIL": "ana@example.org", "GIT_AUTHOR_DATE": when}
    who |= {"GIT_COMMITTER_NAME": "Ben", "GIT_COMMITTER_EMAIL": "ben@example.org"}
    command = ["git", "-C", str(root), *arguments]
    done = subprocess.run(command, env={**os.environ, **who}, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr


@pytest.fixture
def repo(home: Path) -> Path:
    """A repository whose vault is a folder in it, with a space and an accent in its name."""
    root = home / "repo"
    vault = root / "my nötes"
    vault.mkdir(parents=True)
    git(root, "init", "-q", "-b", "main")
    (vault / "OVERDUE.md").write_text("- [ ] Ana\n- [ ] Ben\n")
    (root / ".gitignore").write_text("ignored.md\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "first", when="2026-11-01T12:00:00+0000")
    return vault


@needs_git
def test_what_is_tracked_and_what_is_ignored(repo: Path) -> None:
    (repo / "new.md").write_text("")
    (repo / "ignored.md").write_text("")
    assert repo_root(repo) == repo.parent.resolve()
    assert is_tracked(repo, "OVERDUE.md")
    assert not is_tracked(repo, "new.md")
    assert not is_tracked(repo, "ignored.md")
    assert is_ignored(repo, "ignored.md")
    assert not is_ignored(repo, "OVERDUE.md")
    assert travels(repo, "OVERDUE.md")
    assert travels(repo, "new.md")
    assert not travels(repo, "ignored.md")


@needs_git
def test_a_name_is_a_name_and_no_pattern(repo: Path) -> None:
    assert not is_tracked(repo, "*.md")
    assert not is_tracked(repo, ":(glob)**")
    assert not is_tracked(repo, "--help")


@needs_git
@pytest.mark.parametrize(
    ("when", "day"),
    [
        ("2026-11-20T23:30:00-0800", date(2026, 11, 20)),  # already the 21st in UTC
        ("2026-11-20T00:30:00+1400", date(2026, 11, 20)),  # still the 19th in UTC
        ("2026-11-20T12:00:00+0545", date(2026, 11, 20)),
    ],
)
def test_a_lines_date_is_its_authors(repo: Path, when: str, day: date) -> None:
    (repo / "OVERDUE.md").write_text("- [x] Ana\n- [ ] Ben\n")
    git(repo, "commit", "-q", "-a", "-m", "tick", when=when)
    assert line_date(repo, "OVERDUE.md", 1) == day
    assert line_date(repo, "OVERDUE.md", 2) == date(2026, 11, 1)


@needs_git
def test_an_uncommitted_line_has_no_date(repo: Path) -> None:
    (repo / "OVERDUE.md").write_text("above\n- [ ] Ana\n- [x] Ben\n")
    assert line_date(repo, "OVERDUE.md", 1) is None
    assert line_date(repo, "OVERDUE.md", 2) == date(2026, 11, 1)
    assert line_date(repo, "OVERDUE.md", 3) is None
    assert line_date(repo, "OVERDUE.md", 9) is None
    assert line_date(repo, "OVERDUE.md", 0) is None
    assert line_date(repo, "nothing.md", 1) is None


@needs_git
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_date_is_that_of_the_text_that_was_read(repo: Path, newline: str) -> None:
    """Whatever stands in the file by now: another render, an editor or a pull may have been quicker."""
    page = repo / "OVERDUE.md"
    git(repo, "config", "core.autocrlf", "true" if newline == "\r\n" else "false")
    page.write_text("- [ ] Ana\n- [x] Ben\n", newline=newline)
    git(repo, "commit", "-q", "-a", "-m", "tick", when="2026-11-20T12:00:00+0000")
    read = page.read_bytes()
    for now in ("", "above\n- [ ] Ana\n"):
        page.write_text(now)
        assert line_date(repo, "OVERDUE.md", 1, read) == date(2026, 11, 1)
        assert line_date(repo, "OVERDUE.md", 2, read) == date(2026, 11, 20)
        assert line_date(repo, "OVERDUE.md", 3, read) is None
        assert line_date(repo, "OVERDUE.md", 1, b"typed\n" + read) is None
        assert line_date(repo, "OVERDUE.md", 3, b"typed\n" + read) == date(2026, 11, 20)
        assert line_date(repo, "OVERDUE.md", 1, b"") is None


@needs_git
def test_a_merge_is_seen_while_it_lasts(repo: Path) -> None:
    folder = git_folder(repo)
    assert folder is not None
    assert (at_work(folder), unmerged(repo)) == ("", False)
    git(repo, "checkout", "-q", "-b", "other")
    (repo / "OVERDUE.md").write_text("theirs\n")
    git(repo, "commit", "-q", "-a", "-m", "theirs")
    git(repo, "checkout", "-q", "main")
    (repo / "OVERDUE.md").write_text("ours\n")
    git(repo, "commit", "-q", "-a", "-m", "ours")
    git(repo, "merge", "other", code=1)
    assert (at_work(folder), unmerged(repo)) == ("a merge is not finished", True)
    git(repo, "merge", "--abort")
    assert (at_work(folder), unmerged(repo)) == ("", False)


@needs_git
def test_variables_of_a_hook_do_not_mislead(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    assert is_tracked(repo, "OVERDUE.md")


@pytest.mark.parametrize("without", ["repository", "git"])
def test_without_a_repository_or_git_the_answer_is_no(
    home: Path, monkeypatch: pytest.MonkeyPatch, without: str
) -> None:
    if without == "git":
        (home / ".git").mkdir()
        monkeypatch.setenv("PATH", "")
    (home / "a.md").write_text("x\n")
    assert repo_root(home) is None
    assert not is_tracked(home, "a.md")
    assert not travels(home, "a.md")
    assert not is_ignored(home, "a.md")
    assert line_date(home, "a.md", 1) is None
    assert git_folder(home) is None
    assert not unmerged(home)


@needs_git
def test_the_day_of_a_line_that_a_merge_moved_is_that_of_its_own_commit(repo: Path) -> None:
    page = repo / "OVERDUE.md"
    page.write_text("- [x] Ana: the boat in May\n- [ ] Ben\n")
    git(repo, "commit", "-qam", "ticked", when="2026-11-10T12:00:00+0000")
    page.write_text("- [ ] Ben\n\n## Not filed yet\n\n- [x] Ana: the boat in May\n")
    git(repo, "commit", "-qam", "moved", when="2026-11-20T12:00:00+0000")
    assert line_date(repo, "OVERDUE.md", 5) == date(2026, 11, 10)


@needs_git
def test_a_git_that_lies_in_the_vault_is_never_run(repo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("git", "git.exe", "git.cmd"):
        (repo / name).write_text("#!/bin/sh\ntouch ran\n")
        (repo / name).chmod(0o755)
    monkeypatch.chdir(repo)
    real = os.environ["PATH"]
    monkeypatch.setenv("PATH", os.pathsep.join(["", ".", real]))
    assert is_tracked(repo, "OVERDUE.md")
    monkeypatch.setenv("PATH", os.pathsep.join(["", "."]))
    assert git_folder(repo) is None
    assert not (repo / "ran").exists()


@needs_git
@pytest.mark.parametrize("objects", ["own", "commondir"])
def test_the_files_of_a_bare_repository_in_a_vault_are_no_repository(home: Path, objects: str) -> None:
    """They can be committed like any others; git would obey the settings and run the hooks among them."""
    top = home / "repo"
    vault = top / "vault"
    trap = "#!/bin/sh\necho ran >>ran\ncat\n"
    files = {
        "HEAD": "ref: refs/heads/main\n",
        "config": "[core]\n\tbare = false\n\tworktree = .\n\thooksPath = hooks\n"
        '[user]\n\tname = x\n\temail = x@example.org\n[filter "x"]\n\tclean = hooks/pre-commit\n',
        ".vault-crm/config.toml": "[git]\ncommit = true\n",
        "Ada.md": "# Ada\n",
        **{f"hooks/{name}": trap for name in ("pre-commit", "post-index-change", "reference-transaction")},
        ".gitattributes": "*.md filter=x\n",
    }
    store = vault if objects == "own" else vault / "shared"
    for name in ("objects/k", "refs/heads/keep"):
        file = store / name
        file.parent.mkdir(parents=True)
        file.write_text("")
    if objects == "commondir":
        files["commondir"] = "shared\n"
    for name, text in files.items():
        file = vault / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755)
    git(top, "init", "-q", "-b", "main")
    tracked = [f"vault/{name}" for name in files if name != ".gitattributes"]
    git(top, "add", "--", *tracked)
    git(top, "commit", "-q", "-m", "first")
    (vault / "ran").unlink(missing_ok=True)
    assert not has_repository(vault)
    assert has_repository(top)
    assert git_folder(vault) is None
    assert commit_paths(vault, ["Ada.md"], "log: Ada") == ""
    # And a git that is started there all the same does not take them for one.
    words = ("commit", "-m", "x", "--", "Ada.md")
    for done in (call_git(vault, "status"), run_hooked(vault, *words, timeout=10)):
        assert done.code == 128
        assert "bare repository" in done.complaint
    assert run_git(vault, "status")[0] == 128
    assert not list(home.rglob("ran"))


@needs_git
def test_what_a_partial_clone_lacks_is_not_fetched(repo: Path, home: Path) -> None:
    top = repo.parent
    path = "my nötes/OVERDUE.md"
    (top / path).write_text("- [ ] Ana\n- [x] Ben\n")
    git(top, "commit", "-q", "-a", "-m", "second")
    git(top, "config", "uploadpack.allowFilter", "true")
    part = home / "part"
    git(home, "clone", "-q", "--filter=blob:none", f"file://{top}", str(part))
    program = home / "upload"
    program.write_text(f"#!/bin/sh\necho ran >>'{home}/ran'\nexit 1\n")
    program.chmod(0o755)
    git(part, "config", "remote.origin.uploadpack", str(program))
    assert versions_of(part, path) == ()
    assert line_date(part, path, 1) is None
    assert not (home / "ran").exists()
    git(part, "show", f"HEAD~1:{path}", code=128)
    assert (home / "ran").exists()
