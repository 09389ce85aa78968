"""The plain text merge is git's own, to the byte, in every conflict style."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.git.cloning import environment
from tests.git.cloning import repository
from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import clashes_in
from vault_crm.core.merge.marks import format_pieces
from vault_crm.core.merge.marks import swapped
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.errors import GitMissing
from vault_crm.git.textmerge import plain_merge
from vault_crm.git.textmerge import text_merge
from vault_crm.git.textmerge import text_merge_in

STYLES = ("merge", "diff3", "zdiff3")
LINES = st.sampled_from(
    [
        "a",
        "b",
        "c",
        "d",
        "",
        "-",
        "<<<<<<< ours",
        "=======",
        ">>>>>>> x",
        "|||||||",
        "é",
        "\udcff",
        "\ufeff",
        "0",
        "!",
    ]
)
TEXTS = st.builds(
    lambda lines, last: "".join(f"{line}\n" for line in lines) + last,
    st.lists(LINES, max_size=7),
    st.sampled_from(["", "", "", "a", "b\r"]),
)
SETTINGS = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(params=STYLES)
def in_style(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """A repository with a conflict style, as the current folder."""
    clone = repository(tmp_path)
    clone.git("config", "merge.conflictStyle", request.param)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(clone.root)
    return tmp_path


def by_git(folder: Path, base: str, left: str, right: str) -> tuple[str, int]:
    """What `git merge-file` itself prints, and its exit code."""
    for name, text in (("l", left), ("b", base), ("r", right)):
        (folder / name).write_bytes(encode(text))
    words = ["git", "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs"]
    done = subprocess.run([*words, *(str(folder / n) for n in "lbr")], capture_output=True, check=False)
    return decode(done.stdout), done.returncode


@SETTINGS
@given(base=TEXTS, left=TEXTS, right=TEXTS)
def test_it_is_what_git_merge_file_makes(in_style: Path, base: str, left: str, right: str) -> None:
    pieces = text_merge(base, left, right)
    expected, code = by_git(in_style, base, left, right)
    assert format_pieces(pieces, Marks()) == expected
    assert clashes_in(pieces) == code
    assert text_merge(base, right, left) == swapped(pieces)


@SETTINGS
@given(base=TEXTS, left=TEXTS)
def test_one_side_that_changed_nothing_starts_nothing(in_style: Path, base: str, left: str) -> None:
    expected = (left,) if left else ()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "")  # no git, and none is needed
        assert text_merge(base, left, base) == text_merge(base, base, left) == expected
        assert text_merge(base, left, left) == expected


def test_clashes_keep_the_ends_of_their_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path).root)
    assert text_merge("x\ny", "x\nleft", "x\nright\r\n") == ("x\n", Clash("left", "right\r\n"))
    assert text_merge("", "new", "other\n") == (Clash("new", "other\n"),)
    assert text_merge("a\r\nb\r\nc\r\n", "A\r\nb\r\nc\r\n", "a\r\nb\r\nC\r\n") == ("A\r\nb\r\nC\r\n",)
    assert plain_merge("a\r\n", "b\r\n", "c\r\n", Marks()).text == (
        "<<<<<<< ours\r\nb\r\n=======\r\nc\r\n>>>>>>> theirs\r\n"
    )


@pytest.mark.parametrize("style", STYLES)
def test_the_style_of_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, style: str) -> None:
    clone = repository(tmp_path)
    clone.git("config", "merge.conflictStyle", style)
    for name, value in environment(tmp_path).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    merge = text_merge_in(clone.root)
    base = None if style == "merge" else "a\n"
    assert merge("a\n", "b\n", "c\n") == (Clash("b\n", "c\n", base),)
    assert merge("a\n", "c\n", "b\n") == (Clash("c\n", "b\n", base),)
    monkeypatch.setenv("PATH", "")
    assert merge("a\n", "b\n", "a\n") == text_merge_in(tmp_path)("a\n", "b\n", "a\n") == ("b\n",)
    with pytest.raises(GitMissing):
        text_merge_in(tmp_path)("a\n", "b\n", "c\n")


def test_what_git_takes_for_binary_is_one_clash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path).root)
    assert text_merge("a\0\nb\n", "A\0\nb\n", "a\0\nB\n") == (Clash("A\0\nb\n", "a\0\nB\n"),)
    assert text_merge("a\0", "a\0", "b\0") == ("b\0",)


def test_more_clashes_than_an_exit_code_can_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository(tmp_path).root)
    rest = "".join(f"rest {n}\n" for n in range(9))
    sides = [
        "".join(f"{side} {n}\n" + rest.replace("rest", f"rest {n}") for n in range(200)) for side in "olr"
    ]
    pieces = text_merge(*sides)
    assert clashes_in(pieces) == 200
    assert format_pieces(pieces, Marks()) == by_git(tmp_path, *sides)[0]


def test_nothing_of_a_note_is_left_behind_or_lies_in_the_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = repository(tmp_path).root
    aside = tmp_path / "aside"
    aside.mkdir()
    monkeypatch.chdir(root)
    monkeypatch.setenv("TMPDIR", str(aside))
    before = sorted(os.listdir(root))
    text_merge("a\n", "b\n", "c\n")
    assert sorted(os.listdir(root)) == before
    assert os.listdir(aside) == []


def test_without_git_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "git").write_text("#!/bin/sh\necho a program of the vault's\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(
        "PATH", os.pathsep.join(["", ".", str(tmp_path / "nowhere")])
    )  # never the current folder
    with pytest.raises(GitMissing, match="not found"):
        text_merge("a\n", "b\n", "c\n")
