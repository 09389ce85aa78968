"""Plans: their diff is what git would show, and their inverse takes back exactly what they did."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.linediff import compare_lines
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.plan import diff
from vault_crm.core.plan import inverse
from vault_crm.core.text import decode
from vault_crm.core.text import split_lines
from vault_crm.errors import EditRefused

NUMBERS = b"one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n"
few_lines = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n", b"d\r\n"]), max_size=12).map(b"".join)
texts = st.builds(lambda lines, last: lines + last, few_lines, st.sampled_from([b"", b"end", b"\xff"]))


def shown(base: bytes | None, result: bytes | None) -> str:
    return diff(Plan("a change", (FileChange("People/Ana.md", base, result),)))


def test_the_diff_shows_three_lines_around() -> None:
    assert shown(NUMBERS, NUMBERS.replace(b"five", b"5")) == (
        "--- a/People/Ana.md\n+++ b/People/Ana.md\n"
        "@@ -2,7 +2,7 @@\n two\n three\n four\n-five\n+5\n six\n seven\n eight\n"
    )


def test_a_new_and_a_removed_file() -> None:
    assert shown(None, b"hi\n") == "--- /dev/null\n+++ b/People/Ana.md\n@@ -0,0 +1 @@\n+hi\n"
    assert shown(b"hi\n", None) == "--- a/People/Ana.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-hi\n"


def test_a_missing_last_newline_is_said() -> None:
    assert shown(b"a\nb", b"a\nb\n").endswith(" a\n-b\n\\ No newline at end of file\n+b\n")


def test_bytes_that_are_no_utf8_are_shown_and_text_that_looks_alike_is_not_touched() -> None:
    assert "-caf\\xe9\n" in shown(b"caf\xe9\n", "café\n".encode())
    assert "+a \\udce9 b\n" in shown(b"", rb"a \udce9 b" + b"\n")


def test_nothing_changed_is_an_empty_plan_and_an_empty_diff() -> None:
    plan = Plan("nothing", (FileChange("a.md", b"x", b"x"),))
    assert plan.empty
    assert diff(plan) == ""
    assert Plan("no files").empty
    assert not Plan("a file", (FileChange("a.md", None, b""),)).empty


@given(texts, texts)
def test_the_regions_cover_both_texts(a: bytes, b: bytes) -> None:
    first, second = split_lines(decode(a)), split_lines(decode(b))
    rebuilt_a: list[str] = []
    rebuilt_b: list[str] = []
    for region in compare_lines(first, second):
        assert region.same == (first[region.a_start : region.a_end] == second[region.b_start : region.b_end])
        rebuilt_a += first[region.a_start : region.a_end]
        rebuilt_b += second[region.b_start : region.b_end]
    assert (rebuilt_a, rebuilt_b) == (first, second)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (NUMBERS, NUMBERS.replace(b"two", b"2").replace(b"nine", b"9")),
        (NUMBERS, b"zero\n" + NUMBERS + b"ten"),
        (NUMBERS.replace(b"\n", b"\r\n"), NUMBERS.replace(b"\n", b"\r\n").replace(b"five", b"5")),
        (b"a", b"b"),
        (NUMBERS, b""),
        (NUMBERS * 3, (NUMBERS * 3).replace(b"one\n", b"", 1) + b"one\n"),
    ],
)
def test_git_can_apply_the_diff(old: bytes, new: bytes, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    (tmp_path / "People").mkdir()
    note = tmp_path / "People/Ana.md"
    note.write_bytes(old)
    patch = shown(old, new).encode()
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], input=patch, cwd=tmp_path, check=True)
    assert note.read_bytes() == new


@given(texts, texts)
def test_taken_back_at_once_every_byte_is_as_it_was(base: bytes, result: bytes) -> None:
    change = FileChange("a.md", base, result)
    assert inverse(change, result).result == base
    assert inverse(change, base).result == base


def test_what_changed_elsewhere_stays() -> None:
    result = NUMBERS.replace(b"five", b"5")
    current = b"zero\n" + result.replace(b"nine", b"9")
    back = inverse(FileChange("a.md", NUMBERS, result), current)
    assert back.base == current
    assert back.result == b"zero\n" + NUMBERS.replace(b"nine", b"9")


def test_a_last_line_without_a_newline_is_taken_back_as_it_was() -> None:
    change = FileChange("a.md", NUMBERS + b"ten", NUMBERS + b"10")
    assert inverse(change, b"zero\n" + NUMBERS + b"10").result == b"zero\n" + NUMBERS + b"ten"


def test_an_added_line_is_taken_out_below_one_that_came_later() -> None:
    base = b"## Log\n\n- 2026-01-01 call\n"
    result = b"## Log\n\n- 2026-02-02 lunch\n- 2026-01-01 call\n"
    current = b"## Log\n\n- 2026-03-03 walk\n- 2026-02-02 lunch\n- 2026-01-01 call\n"
    assert inverse(FileChange("a.md", base, result), current).result == (
        b"## Log\n\n- 2026-03-03 walk\n- 2026-01-01 call\n"
    )


@pytest.mark.parametrize(
    ("current", "line"),
    [
        (NUMBERS.replace(b"five", b"V"), 5),  # the line itself was edited
        (NUMBERS.replace(b"five\n", b""), 5),  # it is gone
        (NUMBERS.replace(b"five", b"5") + b"5\n", 5),  # there are two of it now: which is ours?
    ],
)
def test_a_place_that_changed_since_is_refused_with_its_line(current: bytes, line: int) -> None:
    with pytest.raises(EditRefused) as refused:
        inverse(FileChange("a.md", NUMBERS, NUMBERS.replace(b"five", b"5")), current)
    assert (refused.value.path, refused.value.line) == ("a.md", line)


def test_removed_lines_come_back_only_between_their_old_neighbours() -> None:
    change = FileChange("a.md", NUMBERS, NUMBERS.replace(b"five\n", b""))
    assert inverse(change, change.result + b"ten\n").result == NUMBERS + b"ten\n"  # type: ignore[operator]
    with pytest.raises(EditRefused):
        inverse(change, NUMBERS.replace(b"five\n", b"something else\n"))
    for beside in (b"four\n", b"six\n"):
        with pytest.raises(EditRefused):
            inverse(change, change.result.replace(beside, b"something else\n"))  # type: ignore[union-attr]


def test_a_created_note_is_removed_only_as_it_was_created() -> None:
    change = FileChange("a.md", None, b"new\n")
    assert inverse(change, b"new\n").result is None
    assert inverse(change, None).result is None
    with pytest.raises(EditRefused, match="changed since it was made"):
        inverse(change, b"new\nand more\n")


def test_a_removed_note_comes_back_only_where_nothing_is() -> None:
    change = FileChange("a.md", b"old\n", None)
    assert inverse(change, None).result == b"old\n"
    with pytest.raises(EditRefused, match="another file in its place"):
        inverse(change, b"somebody else's\n")


def test_a_note_that_is_gone_is_not_made_again() -> None:
    with pytest.raises(EditRefused, match="no longer there"):
        inverse(FileChange("a.md", b"old\n", b"new\n"), None)


@given(texts, texts, texts)
def test_an_undo_never_loses_a_line_that_somebody_added(base: bytes, result: bytes, current: bytes) -> None:
    try:
        back = inverse(FileChange("a.md", base, result), current)
    except EditRefused:
        return
    assert back.base == current
    taken = set(split_lines(decode(result))) - set(split_lines(decode(base)))
    for line in split_lines(decode(current)):
        if line not in taken and line not in split_lines(decode(result)):
            assert line in split_lines(decode(back.result or b""))
