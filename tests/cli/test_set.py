"""`set` and `unset`: one property, losslessly; many people at once only after a yes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana.md
---
contact_frequency: 2 weeks # a lot
tags: [family, porto]
email:
  - ana@example.org
city: Porto
---
Body.
=== People/Ben.md
---
tags: [family]
---
=== People/Cem.md
---
cadence: monthly
birthday: 1990-02-03
---
"""

Make = Callable[[str], Path]


@pytest.mark.parametrize(
    ("words", "old", "new"),
    [
        ("ana cadence '3 weeks'", "contact_frequency: 2 weeks # a lot", "contact_frequency: 3 weeks # a lot"),
        ("ana cadence 1y", "contact_frequency: 2 weeks # a lot", "contact_frequency: 1 year # a lot"),
        ("ana city Lisbon", "city: Porto", "city: Lisbon"),
        ("ana 'City' New York", "city: Porto", "city: New York"),
        ("ana tags friend lisbon", "tags: [family, porto]", "tags: [friend, lisbon]"),
        ("ana tags --add book-club", "tags: [family, porto]", "tags: [family, porto, book-club]"),
        ("ana tags --remove porto", "tags: [family, porto]", "tags: [family]"),
        (
            "ana email --add b@example.org",
            "  - ana@example.org\n",
            "  - ana@example.org\n  - b@example.org\n",
        ),
        ("ana last_contact yesterday", "city: Porto\n", "city: Porto\nlast_contact: 2026-11-21\n"),
        ("ana vegetarian true", "city: Porto\n", "city: Porto\nvegetarian: true\n"),
        ("ana note 'a: b # c'", "city: Porto\n", 'city: Porto\nnote: "a: b # c"\n'),
        ("ana cadence 2x --force", "contact_frequency: 2 weeks # a lot", "contact_frequency: 2x # a lot"),
    ],
)
def test_one_property_and_nothing_else(words: str, old: str, new: str, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = (root / "People/Ana.md").read_text()
    run = cli(f"{TODAY} set {words}")
    assert run.code == 0, run.stderr
    assert before.count(old) == 1
    assert (root / "People/Ana.md").read_text() == before.replace(old, new)
    assert run.stderr.startswith("Ana: ")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("ana cadence 2x", 2, "2x"),
        ("ana last_contact 2026-02-30", 2, "not a day of the calendar"),
        ("ana birthday 31-31", 2, "birthday"),
        ("ana", 2, "NAME, PROPERTY and VALUE"),
        ("ana city", 2, "NAME, PROPERTY and VALUE"),
        ("ana 'a: b' c", 2, "cannot be a property"),
        ("zoe city Porto", 4, "nobody called"),
    ],
)
def test_what_could_not_be_read_later_is_refused(
    words: str, code: int, said: str, vault: Make, cli: Cli
) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(f"{TODAY} set {words}")
    assert (run.code, said in run.stderr) == (code, True), run.stderr
    assert tree_bytes(root) == before


def test_many_at_once_are_shown_first(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    words = (TODAY, "set", "--where", "tag:family", "cadence", "2 weeks")
    run = cli(*words)
    assert run.code == 2
    assert "Ana  People/Ana.md (now 2 weeks)" in run.stderr
    assert "Ben  People/Ben.md" in run.stderr
    assert "2 people" in run.stderr
    assert cli(*words, stdin="n\n", terminal=(80, 24)).stderr.endswith("nothing was changed\n")
    assert tree_bytes(root) == before
    assert cli(*words, stdin="y\n", terminal=(80, 24)).code == 0
    assert (root / "People/Ben.md").read_text() == "---\ntags: [family]\ncadence: 2 weeks\n---\n"
    assert cli("undo").code == 0
    assert tree_bytes(root) == before


def test_many_at_once_with_yes_or_as_a_diff(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "set", "--where", "tag:family cadence:none", "cadence", "monthly", "--dry-run")
    assert [line for line in run.lines if line.startswith("+")] == [
        "+++ b/People/Ben.md",
        "+cadence: 1 month",
    ]
    assert tree_bytes(root) == before
    assert cli(TODAY, "set", "--where", "tag:family cadence:none", "cadence", "monthly", "--yes").code == 0
    assert "cadence: 1 month\n" in (root / "People/Ben.md").read_text()
    assert cli(TODAY, "set", "--where", "tag:nobody", "cadence", "monthly", "--yes").code == 4


def test_unset_says_that_another_spelling_stays(vault: Make, cli: Cli) -> None:
    root = vault("""
=== People/Cleo.md
---
Follow Up: 2027-01-01
next_contact: 2027-05-05
---
""")
    run = cli(TODAY, "unset", "cleo", "next_contact")
    assert run.stderr.splitlines()[1] == "People/Cleo.md:2: Follow Up means the same and is still there"
    assert (root / "People/Cleo.md").read_text() == "---\nFollow Up: 2027-01-01\n---\n"
    assert "still there" not in cli(TODAY, "unset", "cleo", "next_contact").stderr


def test_unset_takes_any_spelling_out(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "unset", "ana", "cadence")
    assert run.code == 0
    assert "contact_frequency" not in (root / "People/Ana.md").read_text()
    assert cli(TODAY, "unset", "ana", "cadence").stderr.startswith("Ana: nothing to change")


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("set ana maria cadence '2 weeks'", "+cadence: 2 weeks"),
        ("set Ana María Sousa cadence weekly", "+cadence: 1 week"),
        ("set sousa ana cadence weekly", "+cadence: 1 week"),
        ("set ana maria nickname Anita", "+nickname: Anita"),
        ("set sousa nickname Ana of Porto", "+nickname: Ana of Porto"),
        ("set sousa motto next time better", "+motto: next time better"),
        ("unset ana maria city", "-city: Porto"),
        ("unset Ana María Sousa city", "-city: Porto"),
        ("unset sousa ana city", "-city: Porto"),
        ("unset ana maria last seen", "-last_seen: 2026-01-01"),
    ],
)
def test_a_name_of_several_words_needs_no_quotes(words: str, change: str, vault: Make, cli: Cli) -> None:
    vault(
        "=== People/Ana María Sousa.md\n---\naliases: [Ana María]\ncity: Porto\nlast_seen: 2026-01-01\n---\n"
    )
    run = cli(f"{words} --dry-run")
    assert run.code == 0, run.stderr
    assert [line for line in run.lines if line[0] in "+-" and line[:3] not in ("+++", "---")] == [change]


def test_nothing_is_changed_in_a_note_in_which_a_merge_stopped(
    vault: Callable[[str], Path], cli: Cli
) -> None:
    note = "---\ncadence: weekly\n---\n\n## Log\n\n<<<<<<< HEAD\n- 2026-01-01 a\n=======\n"
    note += "- 2026-01-02 b\n>>>>>>> x\n"
    root = vault(f"=== People/ada.md\n{note}")
    before = (root / "People/ada.md").read_bytes()
    for command in ("set ada cadence monthly", "unset ada cadence", "pause ada", "snooze ada --for 2w"):
        run = cli(command)
        assert run.code == 5
        assert "People/ada.md:7: not changed: a merge stopped here" in run.stderr
    assert (root / "People/ada.md").read_bytes() == before
