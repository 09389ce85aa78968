"""Names that dated notes link to and nobody bears: what looks like one is said, and not too much of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from vault_crm.checks.unknown_name import _like_a_name as like_a_name

Make = Callable[[str], Path]


@pytest.mark.parametrize(
    "name",
    ["Ana Martins", "Vincent van Gogh", "Seán O'Brien", "Anna-Lena Weiß", "J. R. Ewing", "María de la Cruz",
     "Юлия Иванова", "Dr. Ana Martins", "王 小明"],
)  # fmt: skip
def test_names(name: str) -> None:
    assert like_a_name(name)


@pytest.mark.parametrize(
    "name",
    ["Emergence", "Philosophy of mind", "todo list", "Project 7", "2026-11-01", "How to be alone", "A & B",
     "NASA ESA", "a", "", "image.png", "van Gogh", "One Two Three Four Five Six"],
)  # fmt: skip
def test_no_names(name: str) -> None:
    assert not like_a_name(name)


def found(cli: Cli) -> list[str]:
    run = cli("--today=2026-11-22", "check", "--level=info")
    return [line for line in run.lines if "[unknown-name]" in line]


def test_where_and_how_often(vault: Make, cli: Cli) -> None:
    vault("""
=== People/Ana.md
---
aliases: [Nana]
---
## Log

- 2026-10-01 dinner with [[Leo Martins]] and [[Ben]]
=== Daily/2026-11-01.md
[[leo martins]] [[Nana]] [[People/Rui]] [[Emergence]]
- [ ] call [[Ivo Graf]]
=== Meetings/2026-11-02 Plans.md
---
attendees: ["[[Zoe]]", Leo Martins]
---
=== Notes/n.md
[[Kim Park]]
""")
    assert found(cli) == [
        "Daily/2026-11-01.md:1:1: info: nobody is called Leo Martins, linked 3 times where contact is noted"
        " [unknown-name]",
        "Daily/2026-11-01.md:1:26: info: nobody is called Rui, linked once where contact is noted"
        " [unknown-name]",
        "Meetings/2026-11-02 Plans.md:2:12: info: nobody is called Zoe, linked once where contact is noted"
        " [unknown-name]",
    ]


def test_no_flood_and_none_where_dated_notes_do_not_count(vault: Make, cli: Cli) -> None:
    links = " ".join(f"[[Ana {chr(65 + n % 26)}{chr(97 + n // 26)}o]]" for n in range(60))
    root = vault(f"=== People/Ben.md\n=== Daily/2026-11-01.md\n{links} [[Kim Park]] [[Kim Park]]\n")
    lines = found(cli)
    assert len(lines) == 21
    assert "41 more names" in "".join(lines)
    (root / ".vault-crm/config.toml").write_text("[evidence]\ndated_notes = false\n")
    assert found(cli) == []
