"""`show`: a person's whole card."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli

Vault = Callable[[str], Path]

ADA = """
=== People/Ada.md
---
aliases: [Countess]
cadence: 2 weeks
relationship: [friend, mentor]
company: "[[Acme Works|Acme]]"
how_met: at the fair
introduced_by: "[[Ben]]"
met: 2020-05-06
email: [ada@example.org, a@example.com]
phone: "+44 20 7946 0000"
city: London
birthday: 1992-02-29
events:
  - 2027-04-01 sabbatical starts
  - 06-14 wedding anniversary
tags: [friends]
favourite tea: green
next: [the letter, "the [[Engine]]"]
---
## Log

- 2026-11-02 call: the engine
- 2026-10-01 attempt: no answer
- 2026-09-01 lunch
- 2026-08-01: a walk
=== People/Ben.md
=== Daily/2026-10-20.md
Tea with [[Ada]].
"""
CARD = """\
Ada  People/Ada.md
  also called     Countess
  relationship    friend, mentor
  company         Acme
  how met         at the fair
  introduced by   Ben
  met             2020-05-06
  email           ada@example.org, a@example.com
  phone           +44 20 7946 0000
  city            London
  birthday        1992-02-29 (turns 35 on 2027-02-28 Sun)
  event           2027-04-01 sabbatical starts
  event           06-14 wedding anniversary
  tags            friends
  favourite tea   green

  rhythm          every 2 weeks
  state           6 days overdue, due 2026-11-16

ASK ABOUT
  the letter
  the Engine

LAST CONTACTS
  2026-11-02 call: the engine  People/Ada.md:22
  2026-10-20 daily note: Tea with Ada.  Daily/2026-10-20.md:1
  2026-10-01 attempt: no answer (does not count)  People/Ada.md:23
  2026-09-01 lunch  People/Ada.md:24
  2026-08-01 a walk  People/Ada.md:25
"""


def test_the_whole_card(cli: Cli, vault: Vault) -> None:
    vault(ADA)
    run = cli(f"show ada --today {TODAY}")
    assert (run.code, run.stdout, run.stderr) == (0, CARD, "")


def test_the_last_few_contacts(cli: Cli, vault: Vault) -> None:
    vault(ADA)
    shown = cli(f"show ada --last 1 --today {TODAY}").lines[-2:]
    assert shown == ["  2026-11-02 call: the engine  People/Ada.md:22", "  4 more: vault-crm show --last 0"]
    assert cli(f"show ada --last 0 --today {TODAY}").stdout == CARD


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("old fenn", "gone: no reminders"),
        ("viktor", "paused: not reminded for now"),
        ("kim", "no cadence and no date: not reminded"),
        ("sam", "snoozed until 2027-01-10"),
        ("ines", "never contacted"),
        ("dad", "due 2026-11-24, in 2 days"),
        ("ruth", "due 2027-04-28, in 5 months"),
        ("ilse", "19 days overdue, due 2026-11-03"),
        ("oskar", "needs attention"),
    ],
)
def test_states(cli: Cli, vault: Vault, name: str, state: str) -> None:
    vault(SMALL)
    assert f"  state           {state}" in cli("show", name, "--today", TODAY).lines


def test_problems_are_shown_with_their_place(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert "  to mend         People/oskar-blom.md:7:15: " in cli(f"show oskar --today {TODAY}").stdout


def test_on_a_terminal_nothing_is_wider_than_it(cli: Cli, vault: Vault) -> None:
    vault(ADA.replace("at the fair", "at the fair " * 30))
    for columns in (64, 80, 120):
        run = cli(f"show ada --today {TODAY} --color never", terminal=(columns, 24))
        assert max(map(len, run.lines)) <= columns


def test_a_day_is_told_once(cli: Cli, vault: Vault) -> None:
    head = "=== People/a.md\n---\nlast_contact: 2026-11-02\n---\n"
    vault(head + "## Log\n\n- 2026-11-02 call: soup\n- 2026-10-01 mail\n")
    shown = cli(f"show a --today {TODAY}").stdout.split("LAST CONTACTS\n")[1]
    assert shown == "  2026-11-02 call: soup  People/a.md:6\n  2026-10-01 mail  People/a.md:7\n"
    vault(head)
    shown = cli(f"show a --today {TODAY}").stdout.split("LAST CONTACTS\n")[1]
    assert shown == "  2026-11-02 last_contact  People/a.md:2\n"
