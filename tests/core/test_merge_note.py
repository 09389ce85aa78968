"""How three versions of a note become one: each case is a text in `merges/`, read by humans first.

A file holds cases `=== what it shows`; in each, `--- base`, `--- ours`, `--- theirs` and `--- merged`. A
version that says `(as base)` is the base; `(absent)` is the empty text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault_crm.core.merge.file import merge_file
from vault_crm.core.merge.file import merge_two
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Pieces
from vault_crm.git.textmerge import text_merge

CASES = Path(__file__).with_name("merges")
_PART = re.compile(r"^--- (base|ours|theirs|merged)\n", re.MULTILINE)


def _cases() -> Iterator[object]:
    for file in sorted(CASES.glob("*.txt")):
        for case in file.read_text(encoding="utf-8").split("\n=== ")[1:]:
            title, _, text = case.partition("\n")
            _, *found = _PART.split(text)
            parts = dict(zip(found[::2], found[1::2], strict=True))
            yield pytest.param(parts, id=f"{file.stem}: {title}")


def _version(parts: dict[str, str], name: str) -> str:
    text = parts.get(name, "(absent)\n")
    if text.strip() == "(absent)":
        return ""
    return parts["base"] if text.strip() == "(as base)" else text


def _merge(base: str, ours: str, theirs: str) -> Merged:
    return merge_file("People/Ada.md", base, ours, theirs, text_merge)


@pytest.mark.parametrize("parts", list(_cases()))
def test_a_merge_is_as_the_text_says(parts: dict[str, str]) -> None:
    base, ours, theirs = (_version(parts, name) for name in ("base", "ours", "theirs"))
    merged = _merge(base, ours, theirs)
    assert merged.text == parts["merged"]
    assert merged.clashes == merged.text.count("\n<<<<<<< ours\n") + merged.text.startswith("<<<<<<< ours\n")
    assert _merge(base, theirs, ours).clashes == merged.clashes
    if merged.clean:
        assert _merge(base, theirs, ours) == merged
        assert _merge(ours, merged.text, ours).text == merged.text
        assert _merge(base, merged.text, theirs).text == merged.text


BASE = "---\nname: Ada\ncadence: 1 month\n---\n## Log\n\n- 2026-01-01 call\n"
OURS = BASE.replace("## Log\n\n", "## Log\n\n- 2026-02-01 coffee\n")
THEIRS = BASE.replace("1 month", "2 months").replace("## Log\n\n", "## Log\n\n- 2026-03-01 dinner\n")
BOTH = (
    "---\nname: Ada\ncadence: 2 months\n---\n"
    "## Log\n\n- 2026-03-01 dinner\n- 2026-02-01 coffee\n- 2026-01-01 call\n"
)


def crlf(text: str) -> str:
    return text.replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "merged"),
    [
        (crlf(BASE), crlf(OURS), crlf(THEIRS), crlf(BOTH)),
        (BASE, crlf(OURS), THEIRS, crlf(BOTH)),
        (crlf(BASE), crlf(OURS), THEIRS, BOTH),
        ("\ufeff" + BASE, "\ufeff" + OURS, THEIRS, BOTH),
        (BASE, OURS, "\ufeff" + THEIRS, "\ufeff" + BOTH),
        (BASE[:-1], OURS[:-1], THEIRS[:-1], BOTH[:-1]),
        (BASE, OURS, THEIRS[:-1], BOTH[:-1]),
        (BASE[:-1], OURS, THEIRS[:-1], BOTH),
    ],
    ids=["crlf", "to crlf", "to lf", "bom removed", "bom added", "no end", "end removed", "end added"],
)
def test_newlines_bom_and_the_last_newline_follow_the_side_that_changed_them(
    base: str, ours: str, theirs: str, merged: str
) -> None:
    assert _merge(base, ours, theirs) == Merged(merged)
    assert _merge(base, theirs, ours) == Merged(merged)


def test_clashes_are_marked_with_the_names_and_the_length_that_git_gives() -> None:
    ours, theirs = BASE.replace("1 month", "3 weeks"), BASE.replace("1 month", "1 year")
    merged = merge_file("a.md", BASE, ours, theirs, text_merge, marks=Marks(9, "HEAD", "parent", "phone"))
    assert "<<<<<<<<< HEAD\ncadence: 3 weeks\n=========\ncadence: 1 year\n>>>>>>>>> phone\n" in merged.text


def test_a_clash_in_a_note_with_crlf_has_crlf_markers() -> None:
    ours, theirs = BASE.replace("1 month", "3 weeks"), BASE.replace("1 month", "1 year")
    merged = _merge(crlf(BASE), crlf(ours), crlf(theirs))
    assert merged.clashes == 1
    assert "\n" not in merged.text.replace("\r\n", "")


def test_without_a_base_nothing_of_either_goes() -> None:
    front = "---\nname: Ada\ntags: [person, maths]\n---\n"
    ours = f"{front}A.\n\n## Log\n\n- 2026-01-01 call\n\n## Gifts\n\n- book\n"
    front = "---\nname: Ada\ntags: [person, work]\nmet: 2020-01-01\n---\n"
    theirs = f"{front}A.\n\nB.\n\n## Log\n\n- 2026-03-01 dinner\n"
    merged = merge_two("a.md", ours, theirs, text_merge)
    assert merged == Merged(
        "---\nname: Ada\ntags: [person, maths, work]\nmet: 2020-01-01\n---\nA.\n\nB.\n\n"
        "## Log\n\n- 2026-03-01 dinner\n- 2026-01-01 call\n\n## Gifts\n\n- book\n"
    )
    assert merge_two("a.md", theirs, ours, text_merge) == merged


def test_other_files_are_merged_as_text() -> None:
    assert merge_file("a.txt", "1\n2\n3\n", "0\n2\n3\n", "1\n2\n4\n", text_merge) == Merged("0\n2\n4\n")


MARKED = (
    "---\nname: Ada\n"
    "<<<<<<< HEAD\nlast_contact: 2026-11-09\n=======\nlast_contact: 2026-11-10\n>>>>>>> 1f2e\n"
    "---\n## Log\n\n"
    "<<<<<<< HEAD\n- 2026-11-09 by phone\n=======\n- 2026-11-10 call\n>>>>>>> 1f2e\n"
    "- 2026-01-01 tea\n"
)


def test_a_side_with_committed_markers_is_settled_first() -> None:
    """A phone that cannot merge commits the markers; the laptop has gone on meanwhile."""
    base = "---\nname: Ada\nlast_contact: 2026-11-10\n---\n## Log\n\n- 2026-11-10 call\n- 2026-01-01 tea\n"
    ours = base.replace("2026-11-10\n---", "2026-11-12\n---").replace(
        "## Log\n\n", "## Log\n\n- 2026-11-12 dinner\n"
    )
    log = "- 2026-11-12 dinner\n- 2026-11-10 call\n- 2026-11-09 by phone\n- 2026-01-01 tea\n"
    wanted = f"---\nname: Ada\nlast_contact: 2026-11-12\n---\n## Log\n\n{log}"
    assert _merge(base, ours, MARKED) == _merge(base, MARKED, ours) == Merged(wanted)


def test_a_side_whose_markers_leave_a_question_is_merged_as_text() -> None:
    """No entry of ours comes into one half of somebody else's conflict."""
    base = "## Log\n\n- 2026-01-01 tea\n\n## Notes\n\nLikes boats.\n"
    ours = base.replace("## Log\n\n", "## Log\n\n- 2026-11-12 dinner\n")
    half = "<<<<<<< HEAD\nLikes red boats.\n=======\nLikes two boats.\n>>>>>>> 1f2e\n"
    theirs = base.replace("Likes boats.\n", half)
    assert _merge(base, ours, theirs) == Merged(ours.replace("Likes boats.\n", half))


@pytest.mark.parametrize(
    "make",
    [
        lambda side: "## Log\n\n" + "".join(f"- 2026-01-01 call {side} {n}\n" for n in range(600)),
        lambda side: "".join(f"## H{n}\n\nwords {side} {n}\n\n" for n in range(600)),
        lambda side: "---\n" + "".join(f"key{n}: {side}\n" for n in range(600)) + "---\n",
        lambda side: "".join(f"words {side if n % 7 == 0 else ''}\n\n" for n in range(3000)),
    ],
    ids=["entries of one day", "sections", "properties", "paragraphs"],
)
def test_the_work_does_not_explode(make: Callable[[str], str]) -> None:
    """git waits for the driver as long as it takes: it is started a few times at most."""
    starts = 0

    def counted(base: str, left: str, right: str) -> Pieces:
        nonlocal starts
        starts += 1
        return text_merge(base, left, right)

    merged = merge_file("a.md", make("base"), make("ours"), make("theirs"), counted)
    assert not merged.clean or "ours" in merged.text
    merge_two("a.md", make("ours"), make("theirs"), counted)
    assert starts < 100
