"""`commit_paths`: exactly these files, never amid something else, never a reason to fail or to wait."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.git.cloning import Clone
from tests.git.cloning import repository
from vault_crm.git.commit import commit_paths
from vault_crm.git.commit import format_subject
from vault_crm.git.commit import why_never
from vault_crm.store.swap import open_swap

pytestmark = [
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
    pytest.mark.skipif(os.name != "posix", reason="file names and hooks as on POSIX"),
]

ADA = "People/Ada.md"
BEN = "People/Ben.md"


def known(repo: Clone) -> Clone:
    repo.git("config", "user.name", "Nora")
    repo.git("config", "user.email", "nora@example.org")
    return repo


@pytest.fixture
def repo(home: Path) -> Clone:
    return known(repository(home, {ADA: "a\n", BEN: "b\n"}, attributes=""))


def last(repo: Clone) -> tuple[str, list[str]]:
    """The subject of the last commit, and the paths in it."""
    subject, _, rest = repo.git("log", "-1", "--format=%s", "--name-only", "-z").partition("\0")
    return subject, sorted(path for path in rest.lstrip("\n").split("\0") if path)


def status(repo: Clone) -> list[str]:
    return [entry for entry in repo.git("status", "--porcelain", "-z", "-uall").split("\0") if entry]


def refused(repo: Clone, why: str, *paths: str) -> None:
    """Nothing is committed, this is said, and git's index and the files stay as they are."""
    before = repo.head(), status(repo), repo.files()
    assert commit_paths(repo.root, paths or (ADA,), "log: Ada", patience=0.0) == why
    assert (repo.head(), status(repo), repo.files()) == before


# -- what is committed


def test_a_change_is_one_commit_of_its_files(repo: Clone) -> None:
    repo.write(ADA, "a2\n")
    repo.write(BEN, "b2\n")
    before = repo.head()
    assert commit_paths(repo.root, [ADA], "log: Ada, call") == ""
    assert last(repo) == ("log: Ada, call", [ADA])
    assert repo.git("rev-parse", "HEAD^").strip() == before
    assert status(repo) == [f" M {BEN}"]


def test_what_is_staged_beside_it_stays_staged(repo: Clone) -> None:
    repo.write(ADA, "a2\n")
    repo.write(BEN, "b2\n")
    repo.write("Ideas.md", "new\n")
    repo.git("add", BEN, "Ideas.md")
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""
    assert last(repo)[1] == [ADA]
    assert status(repo) == ["A  Ideas.md", f"M  {BEN}"]


def test_a_new_file_is_added_and_one_that_is_gone_is_committed_as_gone(repo: Clone) -> None:
    repo.write("People/Cleo.md", "c\n")
    assert commit_paths(repo.root, ["People/Cleo.md"], "new: Cleo") == ""
    assert last(repo) == ("new: Cleo", ["People/Cleo.md"])
    (repo.root / "People/Cleo.md").unlink()
    assert commit_paths(repo.root, ["People/Cleo.md"], "undo: new Cleo") == ""
    assert status(repo) == []
    assert last(repo) == ("undo: new Cleo", ["People/Cleo.md"])


@pytest.mark.parametrize("by_git", [True, False])
def test_a_rename_is_committed_whole(repo: Clone, by_git: bool) -> None:
    """Half of it would be the same person twice on every other device."""
    repo.write(ADA, "one\ntwo\nthree\n")
    repo.git("commit", "-qam", "longer")
    new = "People/Ada King.md"
    if by_git:
        repo.git("mv", ADA, new)
    else:
        os.rename(repo.root / ADA, repo.root / new)
    os.unlink(repo.root / BEN)  # somebody else's, and no rename of ours
    repo.write(new, "one\ntwo\nthree\nfour\n")
    assert commit_paths(repo.root, [new], "log: Ada") == ""
    assert repo.git("ls-tree", "-z", "--name-only", "HEAD", "People/").split("\0")[:-1] == [new, BEN]
    assert status(repo) == [f" D {BEN}"]


def test_an_ignored_file_is_left_out(repo: Clone) -> None:
    repo.change(".gitignore", "OVERDUE.md\n")
    repo.write("OVERDUE.md", "page\n")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, ["OVERDUE.md", ADA], "log: Ada") == ""
    assert last(repo)[1] == [ADA]
    repo.write("OVERDUE.md", "page 2\n")
    refused(repo, "", "OVERDUE.md")


def test_nothing_to_commit_is_nothing_to_say(repo: Clone) -> None:
    refused(repo, "", ADA)
    refused(repo, "", "People/never.md")
    refused(repo, "", "../outside.md")
    assert commit_paths(repo.root, [], "nothing") == ""


def test_a_vault_in_a_folder_of_a_repository(repo: Clone) -> None:
    repo.write("notes – größer/People/Ada.md", "a\n")
    repo.write("notes – größer/People/Ben.md", "b\n")
    vault = repo.root / "notes – größer"
    assert commit_paths(vault, [ADA], "new: Ada") == ""
    assert last(repo)[1] == ["notes – größer/People/Ada.md"]
    assert status(repo) == ["?? notes – größer/People/Ben.md"]


def test_the_file_that_a_link_leads_to_is_the_one_that_changed(repo: Clone) -> None:
    repo.write("vault/note.md", "")
    (repo.root / "vault/Ada.md").symlink_to("../People/Ada.md")
    repo.commit()
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root / "vault", ["Ada.md"], "log: Ada") == ""
    assert last(repo)[1] == [ADA]


def test_in_a_repository_without_a_commit(home: Path) -> None:
    root = home / "vault"
    root.mkdir()
    repo = Clone(root, home)
    repo.git("init", "--quiet", "--initial-branch=main")
    known(repo)
    repo.write(ADA, "a\n")
    repo.write(BEN, "b\n")
    repo.git("add", BEN)
    assert commit_paths(root, [ADA], "new: Ada") == ""
    assert last(repo) == ("new: Ada", [ADA])
    assert status(repo) == [f"A  {BEN}"]


def test_in_a_work_tree_of_its_own(repo: Clone) -> None:
    repo.git("worktree", "add", "--quiet", "-b", "desk", "../desk")
    desk = Clone(repo.root.parent / "desk", repo.home)
    desk.write(ADA, "a2\n")
    assert commit_paths(desk.root, [ADA], "log: Ada") == ""
    assert last(desk) == ("log: Ada", [ADA])
    assert last(repo)[0] == "begin"


def test_more_paths_than_a_command_line_takes(repo: Clone) -> None:
    paths = [f"People/{'n' * 200} {number}.md" for number in range(150)]
    for path in paths:
        repo.write(path, "x\n")
    assert commit_paths(repo.root, paths, "set: many") == ""
    assert last(repo)[1] == sorted(paths)
    assert status(repo) == []


# -- names and words


ODD = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=8).filter(
    lambda name: name not in (".", "..") and name.casefold() != ".git" and "git~1" not in name.casefold()
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=ODD, words=st.text(max_size=30))
def test_no_name_and_no_word_can_break_anything(repo: Clone, name: str, words: str) -> None:
    path = f"odd/{name}.md"
    repo.write(path, os.urandom(8).hex())
    repo.write(f"odd/{name}.md.other", os.urandom(8).hex())
    before = repo.head()
    assert commit_paths(repo.root, [path], f"log: {words}") == ""
    assert repo.git("rev-parse", "HEAD^").strip() == before
    body = repo.git("log", "-1", "--format=%B").removesuffix("\n").removesuffix("\n")
    assert body == format_subject(f"log: {words}")
    assert last(repo)[1] == [path]


@pytest.mark.parametrize(
    "name",
    [
        "-rf",
        "--amend",
        ":(glob)*",
        "*",
        "a\nb",
        '"q"',
        "$(touch pwned)",
        "%P",
        "caf\udce9",
        "; touch pwned",
        "#x",
    ],
)
def test_names_that_others_would_take_for_something_else(repo: Clone, name: str) -> None:
    repo.write(name, "x\n")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [name], f"{name}\n\n{name}") == ""
    assert last(repo)[1] == [name]
    assert not (repo.root / "pwned").exists()
    assert repo.git("rev-list", "--count", "HEAD") == "2\n"


def test_the_message() -> None:
    assert format_subject("log:  Ada\nLovelace\t call\x1b[31m") == "log: Ada Lovelace call [31m"
    assert format_subject("log: \u202eAda\u2066, bad \udce9 byte") == "log: Ada, bad \ufffd byte"
    assert format_subject("log: پگاه\u200cشاد 👩\u200d👧") == "log: پگاه\u200cشاد 👩\u200d👧"
    long = format_subject("set: " + "many words " * 30)
    assert len(long) <= 100
    assert long.endswith("…")


def test_a_message_that_looks_like_a_comment_or_another_encoding_is_kept(repo: Clone) -> None:
    repo.git("config", "commit.cleanup", "strip")
    repo.git("config", "i18n.commitEncoding", "latin1")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [ADA], "#family: Zoë") == ""
    assert repo.git("cat-file", "-p", "HEAD").endswith("\n\n#family: Zoë\n")
    assert "\nencoding" not in repo.git("cat-file", "-p", "HEAD")


# -- when nothing is committed


def stop_merge(repo: Clone) -> None:
    repo.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    repo.change(BEN, "theirs\n")
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "other", code=1)


def stop_rebase(repo: Clone) -> None:
    repo.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    repo.change(BEN, "theirs\n")
    repo.git("rebase", "main", code=1)


def stop_pick(repo: Clone) -> None:
    repo.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    repo.change(BEN, "theirs\n")
    repo.git("cherry-pick", "main", code=1)


def stop_revert(repo: Clone) -> None:
    repo.change(BEN, "third\n")
    repo.git("revert", "--no-edit", "HEAD~1", code=1)


def stop_bisect(repo: Clone) -> None:
    repo.git("bisect", "start")


def stop_stash_pop(repo: Clone) -> None:
    repo.write(BEN, "stashed\n")
    repo.git("stash", "--quiet")
    repo.change(BEN, "third\n")
    repo.git("stash", "pop", code=1)


def between_two_picks(repo: Clone) -> None:
    """The first of two is settled and committed by hand; the second is still to come."""
    repo.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    repo.change(BEN, "theirs\n")
    repo.change("Ideas.md", "idea\n")
    repo.git("checkout", "--quiet", "main")
    repo.git("cherry-pick", "other~1", "other", code=1)
    repo.commit("settled")


@pytest.mark.parametrize(
    ("stop", "why"),
    [
        (stop_merge, "a merge is not finished"),
        (stop_rebase, "a rebase is not finished"),
        (stop_pick, "a cherry-pick is not finished"),
        (stop_revert, "a revert is not finished"),
        (stop_bisect, "a bisect is not finished"),
        (stop_stash_pop, "a merge is not settled"),
        (between_two_picks, "a cherry-pick or revert is not finished"),
    ],
)
def test_never_in_the_middle_of_something(repo: Clone, stop: Callable[[Clone], None], why: str) -> None:
    repo.change(BEN, "ours\n")
    stop(repo)
    repo.write(ADA, "a2\n")
    refused(repo, f"not committed: {why}")


def test_never_while_git_is_at_work(repo: Clone) -> None:
    repo.write(ADA, "a2\n")
    (repo.root / ".git/index.lock").write_bytes(b"")
    before = repo.head()
    assert commit_paths(repo.root, [ADA], "log: Ada", patience=0.0) == "not committed: git is at work"
    (repo.root / ".git/index.lock").unlink()
    assert repo.head() == before
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""


def test_a_locked_branch_is_said(repo: Clone) -> None:
    repo.write("new.md", "n\n")
    (repo.root / ".git/HEAD.lock").write_bytes(b"")
    before = repo.head()
    why = commit_paths(repo.root, ["new.md"], "new: Ada", patience=0.0)
    (repo.root / ".git/HEAD.lock").unlink()
    assert why.startswith("not committed: fatal: cannot lock ref 'HEAD'")
    assert repo.head() == before
    assert status(repo) == ["?? new.md"]


def test_without_a_branch_it_is_said(repo: Clone) -> None:
    repo.git("checkout", "--quiet", "--detach")
    repo.write(ADA, "a2\n")
    refused(
        repo,
        "not committed: no branch is checked out (HEAD is detached), where commits are easily lost",
    )


def test_while_another_message_is_being_written_in_vim(repo: Clone) -> None:
    repo.write(ADA, "a2\n")
    message = repo.root / ".git/COMMIT_EDITMSG"
    swap = message.with_name(".COMMIT_EDITMSG.swp")
    block = bytearray(4096)
    block[:6] = b"b0VIM "
    block[24:28] = os.getpid().to_bytes(4, "little")
    swap.write_bytes(block)
    refused(repo, "not committed: the message of another commit is being written")
    block[24:28] = _gone().to_bytes(4, "little")
    swap.write_bytes(block)
    assert not open_swap(message)
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""


def _gone() -> int:
    """The number of a process that is over."""
    done = subprocess.Popen([sys.executable, "-c", ""])
    done.wait()
    return done.pid


def test_git_must_know_who_commits(repo: Clone) -> None:
    repo.git("config", "--unset", "user.name")
    repo.git("config", "--unset", "user.email")
    repo.git("config", "user.useConfigOnly", "true")
    repo.write("new.md", "n\n")
    refused(
        repo,
        "not committed: git does not know who you are (`git config user.name`, and `git config user.email`)",
        "new.md",
    )


def test_outside_of_a_repository_there_is_nothing_to_say(home: Path) -> None:
    assert commit_paths(home, ["a.md"], "x") == ""
    assert why_never(home) == "the vault is in no git repository, so nothing is committed"


def test_a_damaged_repository_is_said_by_why_never(repo: Clone) -> None:
    assert why_never(repo.root) == ""
    (repo.root / ".git/HEAD").unlink()
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""
    assert why_never(repo.root).startswith("git does not take the vault for part of a work tree")


def test_without_git(repo: Clone, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.write(ADA, "a2\n")
    monkeypatch.setenv("PATH", str(repo.home))
    assert commit_paths(repo.root, [ADA], "log: Ada") == "not committed: git was not found"
    assert why_never(repo.root) == "git was not found, so nothing is committed"


# -- hooks and signing


def hook(repo: Clone, name: str, script: str) -> None:
    path = repo.root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)


def test_the_users_hooks_decide(repo: Clone) -> None:
    hook(repo, "pre-commit", "echo 'spelling: 3 mistakes' >&2; exit 1")
    repo.write(ADA, "a2\n")
    repo.write("new.md", "n\n")
    refused(repo, "not committed: spelling: 3 mistakes", ADA, "new.md")
    hook(repo, "pre-commit", "exit 0")
    hook(repo, "commit-msg", 'echo "$(cat "$1") (checked)" > "$1"')
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""
    assert last(repo)[0] == "log: Ada (checked)"


def test_a_hook_that_waits_is_ended_and_leaves_no_lock(repo: Clone) -> None:
    hook(repo, "pre-commit", "exec cat > /dev/null < ../never")
    os.mkfifo(repo.root.parent / "never")
    repo.write("new.md", "n\n")
    before = repo.head()
    why = commit_paths(repo.root, ["new.md"], "new: Ada", timeout=0.3)
    assert why.startswith("not committed: git did not finish within 0.3 seconds: a hook, or a signature")
    assert repo.head() == before
    assert status(repo) == ["?? new.md"]
    assert not (repo.root / ".git/index.lock").exists()
    with pytest.raises(OSError, match=os.strerror(errno.ENXIO)):  # nobody waits for it any more
        os.open(repo.root.parent / "never", os.O_WRONLY | os.O_NONBLOCK)


def test_a_hook_that_waits_after_the_commit_takes_nothing_back(repo: Clone) -> None:
    hook(repo, "post-commit", "exec cat > /dev/null < ../never")
    os.mkfifo(repo.root.parent / "never")
    repo.write("new.md", "n\n")
    why = commit_paths(repo.root, ["new.md"], "new: Ada", timeout=0.3)
    assert why.startswith("committed, but git did not finish")
    assert last(repo) == ("new: Ada", ["new.md"])
    assert status(repo) == []


def test_what_a_hook_leaves_running_is_not_waited_for(repo: Clone) -> None:
    os.mkfifo(repo.root.parent / "never")
    hook(repo, "post-commit", "cat < ../never &")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [ADA], "log: Ada", timeout=20.0) == ""
    with open(repo.root.parent / "never", "wb"):
        pass  # now it may end


def test_a_hook_has_no_terminal_and_talks_as_much_as_it_likes(repo: Clone) -> None:
    hook(repo, "pre-commit", "(: < /dev/tty) 2>/dev/null && exit 1; yes | head -c 300000 >&2")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""


def test_a_signature_is_made_by_the_users_own_program_and_may_fail(repo: Clone, home: Path) -> None:
    signer = home / "sign it"
    signer.write_text("#!/bin/sh\necho \"gpg: no pinentry, tty '$GPG_TTY'\" >&2\nexit 2\n", encoding="utf-8")
    signer.chmod(0o755)
    repo.git("config", "commit.gpgSign", "true")
    repo.git("config", "gpg.program", str(signer))
    repo.write(ADA, "a2\n")
    before = repo.head()
    why = commit_paths(repo.root, [ADA], "log: Ada")
    assert why.startswith("not committed: ")
    assert "\n" not in why
    assert repo.head() == before


def test_nothing_of_a_hooks_environment_leads_elsewhere(
    repo: Clone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = known(repository(home / "other", {ADA: "a\n"}, attributes=""))
    monkeypatch.setenv("GIT_DIR", str(other.root / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.root / ".git/index"))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Nora Berg")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2026-11-21T08:00:00+0100")
    repo.write(ADA, "a2\n")
    assert commit_paths(repo.root, [ADA], "log: Ada") == ""
    assert repo.git("log", "-1", "--format=%an %aI") == "Nora Berg 2026-11-21T08:00:00+01:00\n"
    assert last(other)[0] == "begin"


def test_several_at_once_all_commit(repo: Clone) -> None:
    """Each is a process of its own, as commands in several terminals are."""
    code = (
        "import sys; from pathlib import Path; from vault_crm.git.commit import commit_paths; "
        "sys.exit(commit_paths(Path('.'), [sys.argv[1]], 'log: ' + sys.argv[1], patience=20) or 0)"
    )
    names = [f"{number}.md" for number in range(4)]
    for name in names:
        repo.write(name, "x\n")
    running = [subprocess.Popen([sys.executable, "-P", "-c", code, name], cwd=repo.root) for name in names]
    assert [process.wait(60) for process in running] == [0] * len(names)
    assert sorted(repo.git("log", "--format=%s", "HEAD~4..").split("\n")) == [
        "",
        *(f"log: {n}" for n in names),
    ]
    assert status(repo) == []
