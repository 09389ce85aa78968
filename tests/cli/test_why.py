"""`why`: each piece of evidence, the cadence and its source, and the sum."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli

Vault = Callable[[str], Path]

ILSE = """\
Grandma Ilse  long-overdue: a whole cadence past due since 2026-11-17

cadence   every 2 weeks, from tag family  (People/grandma-ilse.md:3)
sum       last contact 2026-10-20 + every 2 weeks = due 2026-11-03
          today is 2026-11-22: 19 days overdue

EVIDENCE
* 2026-10-20  People/grandma-ilse.md:8  log  call: knee is better, walks to the market again  (decides)
  2026-10-06  People/grandma-ilse.md:9  log  call: she is waiting for the appointment
"""


def test_the_sum(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"why ilse --today {TODAY}")
    assert (run.code, run.stdout, run.stderr) == (0, ILSE, "")


def test_where_a_contact_was_found(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    shown = cli(f"why ana --today {TODAY}").stdout
    assert "cadence   every 3 weeks, from the note  (People/ana-sousa.md:3)\n" in shown
    found = (
        "* 2026-10-27  Daily/2026-10-27.md:1  daily note  Picked up the kids with Ana, then soup.  (decides)"
    )
    assert found in shown.splitlines()


def test_what_does_not_count_says_why(cli: Cli, vault: Vault) -> None:
    head = "=== People/a.md\n---\ncadence: monthly\n---\n## Log\n\n"
    vault(head + "- 2026-11-20 attempt: no answer\n- 2026-10-01 call\n")
    shown = cli(f"why a --today {TODAY}").lines
    assert shown[-2].startswith("- 2026-11-20  People/a.md:6  log  attempt: no answer  (not counted: attempt")
    assert shown[-1] == "* 2026-10-01  People/a.md:7  log  call  (decides)"


def test_nothing_is_known(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    shown = cli(f"why kim --today {TODAY}").stdout
    assert "cadence   none\n" in shown
    assert shown.endswith("no evidence of any contact\n")


def test_a_problem_comes_first(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert "to mend   People/tom-reyes.md:4: cadence" in cli(f"why reyes --today {TODAY}").stdout
