"""`vault-crm merge-file` by hand: to standard output, to a file, and as git calls it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cli

BASE = "---\ncadence: 2 weeks\ntags: [a]\n---\n\nText.\n"
OURS = BASE.replace("[a]", "[a, b]")
THEIRS = BASE.replace("[a]", "[a, c]").replace("Text", "More text")
BOTH = BASE.replace("[a]", "[a, b, c]").replace("Text", "More text")
WEEKLY = BASE.replace("2 weeks", "1 week")
MONTHLY = BASE.replace("2 weeks", "1 month")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is no vault, with the sides of three merges."""
    monkeypatch.chdir(tmp_path)
    sides = {"base": BASE, "ours": OURS, "theirs": THEIRS, "weekly": WEEKLY, "monthly": MONTHLY}
    for name, text in sides.items():
        (tmp_path / f"{name}.md").write_text(text)
    return tmp_path


def test_the_result_goes_to_standard_output_and_no_file_changes(folder: Path, cli: Cli) -> None:
    run = cli("merge-file base.md ours.md theirs.md")
    assert (run.stdout, run.stderr, run.code) == (BOTH, "", 0)
    assert (folder / "ours.md").read_text() == OURS
    assert len(list(folder.iterdir())) == 5


def test_a_conflict_is_marked_with_the_names_of_the_files(folder: Path, cli: Cli) -> None:
    run = cli("merge-file base.md weekly.md monthly.md")
    marked = "<<<<<<< weekly.md\ncadence: 1 week\n=======\ncadence: 1 month\n>>>>>>> monthly.md\n"
    assert run.stdout == BASE.replace("cadence: 2 weeks\n", marked)
    assert run.code == 1
    assert run.stderr == "1 conflict is marked\n"


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3", "odd"])
def test_the_users_own_conflict_style_holds_outside_of_a_repository(
    folder: Path, home: Path, cli: Cli, style: str
) -> None:
    """`git merge-file` itself reads no settings there."""
    for name, prose in (("base", "Old.\n"), ("ours", "One.\n"), ("theirs", "Two.\n")):
        (folder / f"{name}.md").write_text(prose)
    (home / ".gitconfig").write_text(f"[merge]\n\tconflictStyle = {style}\n")
    run = cli("merge-file base.md ours.md theirs.md")
    assert run.code == 1
    base = "||||||| base.md\nOld.\n" if style.endswith("diff3") else ""
    assert run.stdout == f"<<<<<<< ours.md\nOne.\n{base}=======\nTwo.\n>>>>>>> theirs.md\n"


def test_labels_and_the_size_of_the_marks(folder: Path, cli: Cli) -> None:
    run = cli("merge-file --marker-size 9 -L mine -L old -L yours base.md weekly.md monthly.md")
    assert f"{'<' * 9} mine\ncadence" in run.stdout
    assert f"{'>' * 9} yours\ntags" in run.stdout


def test_into_a_file(folder: Path, cli: Cli) -> None:
    run = cli("merge-file base.md ours.md theirs.md -o new.md")
    assert (run.stdout, run.stderr, run.code) == ("", "", 0)
    assert (folder / "new.md").read_text() == BOTH
    (folder / "ours.md").chmod(0o600)
    assert cli("merge-file base.md ours.md theirs.md --output ours.md").code == 0
    assert (folder / "ours.md").read_text() == BOTH
    assert (folder / "ours.md").stat().st_mode & 0o777 == 0o600


def test_the_path_says_what_kind_of_file_it_is(folder: Path, cli: Cli) -> None:
    """What is no note is merged as text: both changed the line."""
    assert cli("merge-file base.md ours.md theirs.md -p list.txt").code == 1
    for name in ("base", "ours", "theirs"):
        (folder / f"{name}.md").rename(folder / f"{name}.tmp")
    assert cli("merge-file base.tmp ours.tmp theirs.tmp --path People/Ada.md").stdout == BOTH


def test_no_base(folder: Path, cli: Cli) -> None:
    assert cli("merge-file /dev/null ours.md ours.md").stdout == OURS
    run = cli("merge-file /dev/null ours.md theirs.md")
    assert run.code == 1
    assert "tags: [a, b, c]" in run.stdout


def test_as_git_calls_it_in_any_order_of_the_words(folder: Path, cli: Cli) -> None:
    run = cli("merge-file base.md weekly.md monthly.md --driver --path x.md")
    assert (run.stdout, run.stderr, run.code) == ("", "", 10)
    assert "<<<<<<< ours\n" in (folder / "weekly.md").read_text()
    run = cli("merge-file --driver base.md ours.md theirs.md")
    assert (run.stdout, run.code) == ("", 0)
    assert (folder / "ours.md").read_text() == BOTH


@pytest.mark.parametrize(
    "words",
    [
        "merge-file",
        "merge-file base.md ours.md",
        "merge-file base.md ours.md nobody.md",
        "merge-file base.md ours.md .",
        "merge-file --marker-size x base.md ours.md theirs.md",
        "merge-file --marker-size 0 base.md ours.md theirs.md",
        "merge-file -L a -L b -L c -L d base.md ours.md theirs.md",
        "merge-file base.md ours.md theirs.md -o .",
    ],
)
def test_a_wrong_call_is_2(folder: Path, cli: Cli, words: str) -> None:
    run = cli(words)
    assert run.code == 2
    assert run.stdout == ""
    assert "Traceback" not in run.stderr


def test_bytes_go_through_as_they_are_but_not_to_a_terminal(folder: Path, cli: Cli) -> None:
    for name, text in (("base", b"a\n\nb\n"), ("ours", b"a\xff\x1b[31m\r\n\nb\n"), ("theirs", b"a\n\nb")):
        (folder / f"{name}.md").write_bytes(text)
    assert cli("merge-file base.md ours.md theirs.md").raw == b"a\xff\x1b[31m\r\n\nb"
    assert "\x1b" not in cli("merge-file", "base.md", "ours.md", "theirs.md", terminal=(80, 24)).stdout


def test_without_git(folder: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    run = cli("merge-file base.md weekly.md monthly.md")
    assert run.code == 5
    assert run.stderr.startswith("vault-crm: git was not found\n")
