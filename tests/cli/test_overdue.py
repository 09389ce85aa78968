"""`overdue` and `upcoming`: whom they name, in which order, and in which form."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from tests.conftest import Run
from tests.vaults import tree_bytes
from vault_crm.cli.wording import say_span
from vault_crm.cli.wording import say_text

Vault = Callable[[str], Path]

PRESSING = [
    "Tomasz Wilk",
    "Priya Raman",
    "Mara Lindqvist",
    "Grandma Ilse",
    "Ana Sousa",
    "Lucía Ferrer",
    "Ben Okafor",
]
PIPED = """\
Tomasz Wilk      143 days  due: 2026-07-02  last: 2026-06-02 message: new job at the port authority  ask: does he like it in Gdańsk?
Priya Raman      195 days  due: 2026-05-11  last: 2026-02-11 coffee: she read my portfolio
Mara Lindqvist   163 days  due: 2026-06-12  last: 2026-03-14 call: should she take the CMO offer?  ask: is the sabbatical on, and from when?
Grandma Ilse      19 days  due: 2026-11-03  last: 2026-10-20 call: knee is better, walks to the market again  ask: how did the cataract appointment go?
Ana Sousa          5 days  due: 2026-11-17  last: 2026-10-27 daily note: Picked up the kids with Ana, then soup.
Lucía Ferrer       7 days  due: 2026-11-15  last: 2026-10-15 call: flat hunting in Valencia  ask: which of the two flats?
Ben Okafor         3 days  due: 2026-11-19  last: 2026-11-05 coffee  ask: the interview at the conservatory
"""  # noqa: E501
TERMINAL = """\
  Tomasz Wilk     5 months   ask: does he like it in Gdańsk?
                             2 Jun message: new job at the port authority
  Priya Raman     6 months   11 Feb coffee: she read my portfolio
  Mara Lindqvist  5 months   ask: is the sabbatical on, and from when?
                             14 Mar call: should she take the CMO offer?
  Grandma Ilse     19 days   ask: how did the cataract appointment go?
                             20 Oct call: knee is better, walks to the market a…
  Ana Sousa         5 days   27 Oct daily note: Picked up the kids with Ana, th…
  Lucía Ferrer      1 week   ask: which of the two flats?
                             15 Oct call: flat hunting in Valencia
  Ben Okafor        3 days   ask: the interview at the conservatory
                             5 Nov coffee
"""


def names(run: Run) -> list[str]:
    assert run.code == 0, run.stderr
    return [line.split("  ")[0] for line in run.lines]


def test_in_a_pipe_one_whole_line_each(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"overdue --today {TODAY}")
    assert run.stdout == PIPED
    assert run.stderr == (
        "1 never contacted: vault-crm list status:never\n2 notes to mend: vault-crm list status:attention\n"
    )


def test_on_a_terminal_aligned_and_cut(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"overdue --today {TODAY} --color never", terminal=(80, 24))
    assert run.stdout == TERMINAL


@pytest.mark.parametrize(
    ("order", "first"),
    [("ratio", PRESSING), ("due", ["Priya Raman", "Mara Lindqvist"]), ("name", sorted(PRESSING))],
)
def test_sort(cli: Cli, vault: Vault, order: str, first: list[str]) -> None:
    vault(SMALL)
    assert names(cli(f"overdue --today {TODAY} --sort {order}"))[: len(first)] == first


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag:family", ["Grandma Ilse"]),
        ("city:gdansk", ["Tomasz Wilk"]),
        ("-status:long-overdue", ["Ana Sousa", "Lucía Ferrer", "Ben Okafor"]),
        ("benji", ["Ben Okafor"]),
        ("nobody-at-all", []),
    ],
)
def test_query(cli: Cli, vault: Vault, query: str, found: list[str]) -> None:
    vault(SMALL)
    assert names(cli("overdue", query, "--today", TODAY)) == found


def test_a_query_nobody_understands(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert cli(f"overdue status:late --today {TODAY}").code == 2


def test_nobody_is_overdue(cli: Cli, vault: Vault) -> None:
    vault("=== People/a.md\n---\ncadence: yearly\nlast_contact: 2026-11-01\n---\n")
    run = cli(f"overdue --today {TODAY}")
    assert (run.code, run.stdout, run.stderr) == (0, "", "nobody is overdue\n")


def test_paths_are_relative_to_the_current_folder(
    cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault(SMALL)
    (root / "Elsewhere").mkdir()
    monkeypatch.chdir(root / "Elsewhere")
    run = cli(f"overdue --today {TODAY} --paths benji")
    assert run.stdout == os.path.join("..", "People", "ben-okafor.md") + "\n"
    assert Path(run.lines[0]).read_text().startswith("---\nname: Ben Okafor")


def test_format(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(
        "overdue",
        "--today",
        TODAY,
        "--format",
        "{{ due }} {{ name | upper }} {{ city | default('-') }}",
        "benji",
    )
    assert run.stdout == "2026-11-19 BEN OKAFOR -\n"


@pytest.mark.parametrize(
    "line",
    [
        "{{ nam }}",
        "{{ name",
        "{{ ''.__class__.__mro__ }}",
        "{{ 1/0 }}",
        "{% for x in 3 %}{% endfor %}",
        "{{ 'a' * 10 ** 10 }}",
        "{{ 9 ** 9 ** 9 ** 9 }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    ],
)
def test_a_format_that_cannot_be_used(cli: Cli, vault: Vault, line: str) -> None:
    vault(SMALL)
    run = cli("overdue", "--today", TODAY, "--format", line)
    assert (run.code, run.stdout) == (7, "")
    assert run.stderr.startswith("vault-crm: --format: ")


def test_only_one_form(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert cli(f"overdue --json --paths --today {TODAY}").code == 2


def test_upcoming(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert cli(f"upcoming --today {TODAY}").stdout == (
        "2026-11-24 Tue  Dad is due  (every 2 weeks)\n"
        "2026-11-25 Wed  Ben Okafor turns 38\n"
        "2026-11-26 Thu  Eli Brandt is due  (every month)\n"
        "2026-11-30 Mon  Lucía Ferrer, birthday\n"
        "2026-12-03 Thu  Ana Sousa, wedding\n"
    )
    assert (
        "2027-04-28 Wed  Ruth Adeyemi is due  (every 6 months)"
        in cli(f"upcoming --days 160 --today {TODAY}").lines
    )
    assert (
        "2027-04-01 Thu  Mara Lindqvist, sabbatical starts"
        in cli(f"upcoming --days 160 --today {TODAY}").lines
    )
    run = cli(f"upcoming --days 0 --today {TODAY}")
    assert (run.code, run.stdout, run.stderr) == (0, "", "nothing in the next 0 days\n")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_ends_of_the_calendar(cli: Cli, vault: Vault, day: str) -> None:
    vault(SMALL)
    for words in ("", "overdue", "list", "upcoming", "show ben", "why ben"):
        assert cli(f"--today {day} {words}").code == 0


def test_asking_writes_nothing_in_the_vault(cli: Cli, vault: Vault) -> None:
    root = vault(SMALL)
    before = tree_bytes(root)
    for words in (
        "",
        "overdue",
        "list",
        "upcoming",
        "show ben",
        "why ben",
        "search flat",
        "overdue --json",
        "list --format x",
    ):
        assert cli(f"--today {TODAY} {words}").code == 0
    assert tree_bytes(root) == before


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 day"), (3, "3 days"), (7, "1 week"), (8, "8 days"), (13, "13 days"), (14, "2 weeks"),
        (19, "19 days"), (21, "3 weeks"), (30, "4 weeks"), (62, "9 weeks"), (63, "2 months"),
        (143, "5 months"), (729, "24 months"), (730, "2 years"), (-5, "5 days"),
    ],
)  # fmt: skip
def test_spans(days: int, words: str) -> None:
    assert say_span(days) == words


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("with [[ana-sousa|Ana]] and [[People/Ben Okafor]]", "with Ana and Ben Okafor"),
        ("[Ben](People/Ben%20Okafor.md), soup", "Ben, soup"),
        ("a [ ] b [x", "a [ ] b [x"),
        ("[[]] [[|]]", "[[]] [[|]]"),
        ("two\nlines", "two lines"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert say_text(text) == shown
