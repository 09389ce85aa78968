"""`list` and `search`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli

Vault = Callable[[str], Path]

EVERYONE = """\
Ana Sousa       overdue       3 weeks   2026-10-27  2026-11-17
Ben Okafor      overdue       2 weeks   2026-11-05  2026-11-19
Dad             soon          2 weeks   2026-11-10  2026-11-24
Eli Brandt      soon          1 month   2026-10-26  2026-11-26
Grandma Ilse    long-overdue  2 weeks   2026-10-20  2026-11-03
Ines Koch       never         4 months  -           -
Kim Park        untracked     -         -           -
Lucía Ferrer    overdue       1 month   2026-10-15  2026-11-15
Mara Lindqvist  long-overdue  90 days   2026-03-14  2026-06-12
Old Mr Fenn     gone          1 year    -           -
Oskar Blom      attention     1 month   -           -
Priya Raman     long-overdue  3 months  2026-02-11  2026-05-11
Ruth Adeyemi    fine          6 months  2026-10-28  2027-04-28
Sam Whitlock    snoozed       6 months  2026-04-30  2026-10-30
Tom Reyes       attention     -         -           -
Tomasz Wilk     long-overdue  1 month   2026-06-02  2026-07-02
Viktor Hale     paused        1 month   2026-01-05  -
"""


def test_alone_it_lists_everyone(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"list --today {TODAY}")
    assert (run.code, run.stdout, run.stderr) == (0, EVERYONE, "")


def test_a_terminal_gets_a_header(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"list --today {TODAY} --color never ben", terminal=(80, 24))
    assert run.lines == [
        "name        status   cadence  last contact  due",
        "Ben Okafor  overdue  2 weeks  2026-11-05    2026-11-19",
    ]


def test_wide_letters_are_aligned(cli: Cli, vault: Vault) -> None:
    vault("=== People/a.md\n---\nname: 山田太郎\n---\n=== People/b.md\n---\nname: Bo\n---\n")
    assert cli("list").lines == [
        "Bo        untracked  -  -  -",
        "山田太郎  untracked  -  -  -",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("status:overdue", 7),
        ("status:attention", 2),
        ("cadence:none", 2),
        ("company:nordlys", 1),
        ("-city:leeds", 16),
        ("valencia", 1),
        ("due<7d status:soon", 2),
    ],
)
def test_queries(cli: Cli, vault: Vault, query: str, found: int) -> None:
    vault(SMALL)
    run = cli(f"list --today {TODAY} {query}")
    assert run.code == 0, run.stderr
    assert len(run.lines) == found


def test_nobody(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"list --today {TODAY} tag:nope")
    assert (run.code, run.stdout, run.stderr) == (0, "", "nobody\n")


def test_no_people_yet(cli: Cli, vault: Vault) -> None:
    vault("=== Ideas.md\nSoup.\n")
    run = cli("list")
    assert (run.code, run.stdout) == (0, "")
    assert "vault-crm new NAME" in run.stderr


@pytest.mark.parametrize("text", ["", "   "])
def test_a_search_for_nothing_finds_nothing(text: str, cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli("search", text)
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr.startswith("vault-crm: search for what?")


def test_search_finds_names_properties_and_text_without_accents(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert cli("search lucia").lines == [
        "People/lucia-ferrer.md:2: name: Lucía Ferrer",
        "Daily/2026-11-01.md:1: Thought of Lucia and her flats.",
    ]
    assert cli("search GDANSK").lines == [
        "People/tomasz-wilk.md:4: next: does he like it in Gdańsk?",
        "People/tomasz-wilk.md:5: city: Gdańsk",
    ]
    assert cli("search --people lucia").lines == ["People/lucia-ferrer.md:2: name: Lucía Ferrer"]


def test_search_finds_a_name_that_no_line_says(cli: Cli, vault: Vault) -> None:
    vault("=== People/Ada Lind.md\n---\ncadence: yearly\n---\nText.\n")
    assert cli("search ada lind").lines == ["People/Ada Lind.md:1: Ada Lind"]


def test_search_finds_nothing(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli("search zzzz")
    assert (run.code, run.stdout, run.stderr) == (0, "", "no note says 'zzzz'\n")


def test_search_keeps_what_was_sought_in_sight(cli: Cli, vault: Vault) -> None:
    vault("=== a.md\n" + "word " * 200 + "needle" + " word" * 200 + "\n")
    run = cli("search needle", terminal=(60, 24))
    assert "needle" in run.stdout
    assert len(run.lines[0]) <= 60 + len("\x1b[2m\x1b[0m") * 2
    assert len(cli("search needle").lines[0]) > 2000
