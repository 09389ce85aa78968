"""`vault-crm log`: one line in each log, the last contact forward and never back, all or none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.vaults import tree_bytes

TODAY = "--today=2026-11-22"
VAULT = """
=== People/Ana Sousa.md
---
cadence: 3 weeks   # we said so
last_contact: "2026-10-27"
---

## Log

- 2026-10-27 dinner
=== People/Ben Okafor.md
---
cadence: 2 weeks
---
Plays the viola.
=== People/Broken.md
---
cadence: [2 weeks
last_contact: 2026-10-01
---
"""

Make = Callable[[str], Path]


def test_a_line_in_the_log_and_the_date_moved_forward(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "log", "ana", "-m", "lunch, she found a flat", "--type", "lunch")
    assert (run.code, run.stdout) == (0, "")
    assert run.stderr == ("Ana Sousa: logged lunch 2026-11-22 (People/Ana Sousa.md:8); next due 2026-12-13\n")
    assert (root / "People/Ana Sousa.md").read_text() == (
        '---\ncadence: 3 weeks   # we said so\nlast_contact: "2026-11-22"\n---\n\n## Log\n\n'
        "- 2026-11-22 lunch: lunch, she found a flat\n- 2026-10-27 dinner\n"
    )


def test_a_heading_and_a_property_where_there_are_none(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "log", "ben", "-m", "the concert", "--on", "yesterday").code == 0
    text = (root / "People/Ben Okafor.md").read_text()
    assert text.startswith("---\ncadence: 2 weeks\nlast_contact: 2026-11-21\n---\nPlays the viola.\n")
    assert text.endswith("## Log\n\n- 2026-11-21 the concert\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"[[2026-10-27]]"', '"[[2026-11-22]]"'),
        ('"[[01 Daily/2026-10-27]]"', '"[[01 Daily/2026-11-22]]"'),
        ('"[[2026-10-27|last Tuesday]]"', '"[[2026-11-22]]"'),
        ('"[[Daily/2026/10/2026-10-27]]"', '"[[2026-11-22]]"'),
        ("2026-10-27T19:30:00 # by phone", "2026-11-22 # by phone"),
    ],
)
def test_a_link_stays_one_and_is_true_of_the_new_day(vault: Make, cli: Cli, old: str, new: str) -> None:
    root = vault(VAULT.replace('"2026-10-27"', old))
    assert cli(TODAY, "log", "ana", "-m", "lunch").code == 0
    assert f"\nlast_contact: {new}\n" in (root / "People/Ana Sousa.md").read_text()


def test_an_older_contact_never_moves_the_date_back(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "log", "ana", "-m", "by the river", "--on", "2026-05-01").code == 0
    text = (root / "People/Ana Sousa.md").read_text()
    assert 'last_contact: "2026-10-27"' in text
    assert text.endswith("- 2026-10-27 dinner\n- 2026-05-01 by the river\n")


@pytest.mark.parametrize("empty", ["last_contact:", 'last_contact: ""'])
def test_a_date_that_is_not_known_yet_is_filled(vault: Make, cli: Cli, empty: str) -> None:
    root = vault(f"=== People/Ana.md\n---\ncadence: weekly\n{empty}\n---\n")
    assert cli(TODAY, "log", "ana", "-m", "lunch").code == 0
    assert (root / "People/Ana.md").read_text().count("2026-11-22") == 2


def test_several_people_at_once(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "log", "ana", "ben", "-m", "a walk", "--next", "the viola")
    assert run.code == 0
    assert [line.partition(":")[0] for line in run.stderr.splitlines()] == ["Ana Sousa", "Ben Okafor"]
    for name in ("Ana Sousa", "Ben Okafor"):
        assert "- 2026-11-22 a walk\n" in (root / f"People/{name}.md").read_text()
        assert "next: the viola\n" in (root / f"People/{name}.md").read_text()


def test_undo_gives_every_byte_back(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "log", "ana", "ben", "-m", "a walk").code == 0
    assert tree_bytes(root) != before
    assert cli("undo").code == 0
    assert tree_bytes(root) == before


def test_all_or_none(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "log", "ana", "broken", "-m", "a walk")
    assert run.code == 5
    assert "People/Broken.md:2: not changed" in run.stderr
    assert tree_bytes(root) == before


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ("log nobody -m x", 4, "nobody called"),
        ("log anna -m x", 4, "did you mean Ana Sousa"),
        ("log ana ana-nobody -m x", 4, "nobody called"),
        ("log b -m x", 4, "fits several people"),
        ("log ana -m x --on 2026-12-24", 2, "still to come"),
        ("log ana -m x --on soonish", 2, "is not a day"),
        ("log ana -m x --type 'a b c'", 2, "one or two words of letters"),
        ("log", 2, "Missing argument"),
    ],
)
def test_nothing_is_written_where_it_is_not_clear(
    words: str, code: int, said: str, vault: Make, cli: Cli
) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(f"{TODAY} {words}")
    assert run.code == code
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert tree_bytes(root) == before


def test_dry_run_shows_the_diff_and_writes_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "log", "ana", "-m", "a walk", "--dry-run")
    assert run.code == 0
    assert "+++ b/People/Ana Sousa.md" in run.lines
    assert "+- 2026-11-22 a walk" in run.lines
    assert '+last_contact: "2026-11-22"' in run.lines
    assert tree_bytes(root) == before


def test_the_text_may_come_from_standard_input(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "log", "ana", "-m", "-", stdin="a long\nwalk\n").code == 0
    assert "- 2026-11-22 a long walk\n" in (root / "People/Ana Sousa.md").read_text()


def test_without_a_text_in_a_pipe_it_is_a_plain_tick(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    assert cli(TODAY, "log", "ana").code == 0
    assert "- 2026-11-22 in touch\n" in (root / "People/Ana Sousa.md").read_text()


def test_on_a_terminal_the_text_is_asked_for(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "log", "ana", stdin="tea at hers\n", terminal=(80, 24))
    assert run.code == 0
    assert "what about?" in run.stderr
    assert "- 2026-11-22 tea at hers\n" in (root / "People/Ana Sousa.md").read_text()


def test_a_typo_is_asked_about_before_anything_is_written(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "log", "ana soussa", "-m", "x", stdin="n\n", terminal=(80, 24)).code == 4
    assert tree_bytes(root) == before
    assert cli(TODAY, "log", "ana soussa", "-m", "x", stdin="y\n", terminal=(80, 24)).code == 0
    assert "- 2026-11-22 x\n" in (root / "People/Ana Sousa.md").read_text()


def test_next_is_set_and_cleared(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    note = root / "People/Ana Sousa.md"
    assert cli(TODAY, "log", "ana", "-m", "x", "--next", "the flat").code == 0
    assert "next: the flat\n" in note.read_text()
    assert cli(TODAY, "log", "ana", "-m", "y", "--next", "").code == 0
    assert "next:" not in note.read_text()


def test_a_type_that_is_no_contact_moves_nothing(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli(TODAY, "log", "ana", "-m", "no answer", "--type", "attempt")
    assert run.stderr.endswith("; due since 2026-11-17\n")
    assert 'last_contact: "2026-10-27"' in (root / "People/Ana Sousa.md").read_text()
