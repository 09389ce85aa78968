"""The home screen, in a pipe and on terminals of several sizes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from vault_crm.cli.console import width

Vault = Callable[[str], Path]

TALL = """\
~/notes                                                  Sunday 22 November 2026

7 overdue · 2 due soon · 1 never contacted · 2 need attention

IT HAS BEEN A WHILE
  Grandma Ilse     19 days   ask: how did the cataract appointment go?
                             20 Oct call: knee is better, walks to the market a…
  Tomasz Wilk     5 months   ask: does he like it in Gdańsk?
                             2 Jun message: new job at the port authority
  Mara Lindqvist  5 months   ask: is the sabbatical on, and from when?
                             14 Mar call: should she take the CMO offer?
  Priya Raman     6 months   11 Feb coffee: she read my portfolio

OVERDUE
  Ben Okafor        3 days   ask: the interview at the conservatory
                             5 Nov coffee; birthday on Wednesday
  Ana Sousa         5 days   27 Oct daily note: Picked up the…; wedding on 3 Dec
  Lucía Ferrer      1 week   ask: which of the two flats?
                             15 Oct call: flat hunting in V…; birthday on 30 Nov

DUE SOON                       BIRTHDAYS AND DATES
  Tue 24 Nov  Dad                Wed 25 Nov  Ben Okafor turns 38
  Thu 26 Nov  Eli Brandt         Mon 30 Nov  Lucía Ferrer, birthday
                                 Thu  3 Dec  Ana Sousa, wedding

NEVER CONTACTED
  Ines Koch   introduced by Sam Whitlock

NEEDS ATTENTION
  People/oskar-blom.md:7:15: last_contact: 2026-02-30 is not a day of the calen…
  People/tom-reyes.md:4:10: cadence "2x" is not understood; write "2 weeks" or…

1 person has no rhythm yet: vault-crm list status:untracked
"""
LOW = """\
~/notes                                                  Sunday 22 November 2026

7 overdue · 2 due soon · 1 never contacted · 2 need attention

IT HAS BEEN A WHILE
  Grandma Ilse     19 days   ask: how did the cataract appointment go?
  Tomasz Wilk     5 months   ask: does he like it in Gdańsk?
  Mara Lindqvist  5 months   ask: is the sabbatical on, and from when?
  Priya Raman     6 months   11 Feb coffee: she read my portfolio

OVERDUE
  Ben Okafor        3 days   ask: the interview at the conservatory
  Ana Sousa         5 days   27 Oct daily note: Picked up the…; wedding on 3 Dec
  Lucía Ferrer      1 week   ask: which of the two flats?

DUE SOON                       BIRTHDAYS AND DATES
  Tue 24 Nov  Dad                Wed 25 Nov  Ben Okafor turns 38
  Thu 26 Nov  Eli Brandt         Mon 30 Nov  Lucía Ferrer, birthday
                                 Thu  3 Dec  Ana Sousa, wedding

1 never contacted: vault-crm list status:never
2 need attention: vault-crm check
1 person has no rhythm yet: vault-crm list status:untracked
"""
PIPED = """\
7 overdue · 2 due soon · 1 never contacted · 2 need attention  2026-11-22

IT HAS BEEN A WHILE
  Grandma Ilse      19 days  due: 2026-11-03  last: 2026-10-20 call: knee is better, walks to the market again  ask: how did the cataract appointment go?
"""  # noqa: E501


@pytest.mark.parametrize(("rows", "screen"), [(50, TALL), (24, LOW)])
def test_word_for_word(cli: Cli, vault: Vault, rows: int, screen: str) -> None:
    vault(SMALL)
    run = cli(f"--today {TODAY} --color never", terminal=(80, rows))
    assert (run.code, run.stdout, run.stderr) == (0, screen, "")


@pytest.mark.parametrize("columns", [40, 60, 72, 80, 111, 112, 125, 200])
@pytest.mark.parametrize("rows", [21, 24, 35, 60])
def test_fits_the_terminal(cli: Cli, vault: Vault, columns: int, rows: int) -> None:
    head = f"---\nname: {'日本' * 9}%d\ncadence: 2 days\nlast_contact: 2026-01-%02d\n---\n"
    vault(SMALL + "".join(f"=== People/x{n}.md\n" + head % (n, n % 28 + 1) for n in range(80)))
    run = cli(f"--today {TODAY} --color never", terminal=(columns, rows))
    assert run.code == 0, run.stderr
    assert max(width(line) for line in run.lines) <= columns
    if columns >= 72:
        assert len(run.lines) < rows
    assert "87 overdue" in run.stdout
    assert "more: vault-crm overdue" in run.stdout


def test_wide_terminals_have_two_columns(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    lines = cli(f"--today {TODAY} --color never", terminal=(125, 40)).lines
    [title] = [line for line in lines if line.startswith("IT HAS BEEN A WHILE")]
    assert title.endswith("   DUE SOON")


def test_a_pipe_gets_everything(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"--today {TODAY}")
    assert run.stdout.startswith(PIPED)
    assert "  2026-11-24 Tue  Dad" in run.lines
    assert "  2026-11-25 Wed  Ben Okafor turns 38" in run.lines
    assert "  Ines Koch   introduced by Sam Whitlock" in run.lines


def test_json(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    found = json.loads(cli(f"--today {TODAY} --json").raw)
    assert found["counts"]["long-overdue"] == 4
    assert [d["name"] for d in found["dates"]] == ["Ben Okafor", "Lucía Ferrer", "Ana Sousa"]
    assert {p["status"] for p in found["people"]} == {"attention", "long-overdue", "overdue", "soon", "never"}


def test_no_people_yet(cli: Cli, vault: Vault) -> None:
    vault("=== Ideas.md\nSoup.\n")
    for terminal in (None, (80, 24)):
        run = cli("", terminal=terminal)
        assert (run.code, run.stdout) == (0, "")
        assert "No people here yet." in run.stderr
        assert "vault-crm init" in run.stderr


def test_all_is_quiet(cli: Cli, vault: Vault) -> None:
    vault("=== People/Ana.md\n---\ncadence: monthly\nlast_contact: 2026-11-20\n---\n")
    run = cli(f"--today {TODAY} --color never", terminal=(80, 24))
    assert run.lines[2:] == ["nobody is waiting"]


def test_ticks_that_wait(cli: Cli, vault: Vault) -> None:
    root = vault(SMALL)
    assert cli(f"render --today {TODAY}").code == 0
    dashboard = root / "OVERDUE.md"
    assert "OVERDUE.md" not in cli(f"--today {TODAY}").stdout
    text = dashboard.read_text(encoding="utf-8")
    dashboard.write_text(text.replace("- [ ] [Ben", "- [x] [Ben", 1), encoding="utf-8")
    assert cli(f"--today {TODAY}").lines[-1] == "1 tick in OVERDUE.md waits: vault-crm render"


def test_on_a_narrow_terminal_nothing_is_only_dots(vault: Vault, cli: Cli) -> None:
    vault(SMALL)
    shown = cli(f"--today {TODAY} --color never", terminal=(40, 60)).stdout
    assert "5 Nov coffee" in shown
    assert "…;" not in shown
    assert max(width(line) for line in shown.splitlines()) <= 40


def test_the_commands_at_the_foot_list_as_many_as_it_says(vault: Vault, cli: Cli) -> None:
    vault(
        SMALL
        + "=== People/gone.md\n---\narchived: true\n---\n=== People/odd.md\n---\nlast_contact: soon\n---\n"
    )
    shown = cli(f"--today {TODAY} --color never", terminal=(80, 24)).lines
    foot = [line.partition(": ") for line in shown if ": vault-crm list " in line]
    assert len(foot) == 2
    for said, _, command in foot:
        listed = cli(f"{command.removeprefix('vault-crm ')} --today {TODAY}").lines
        assert said.startswith(f"{len(listed)} ")
