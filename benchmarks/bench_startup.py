"""What a shell waits for: help, the version, and the completion of a name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from benchmarks.bench_warm import CLICK
from benchmarks.figures import Row
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.ground import compared

GOAL = 1.3  # times `import click`


def bench_startup(ground: Ground) -> Iterator[Row]:
    """In a vault of people only."""
    count = ground.sizes[0]
    say(f"start-up, {count:,} people")
    vault = ground.vault(count, count)
    asked = ground.crm(vault)
    # as the completion script of bash asks
    words = {"_VAULT_CRM_COMPLETE": "bash_complete", "COMP_WORDS": "vault-crm show A", "COMP_CWORD": "2"}
    commands = {
        "nothing": ground.imports(vault, ""),
        "click": ground.imports(vault, "click"),
        "help": ground.crm(vault, "--help"),
        "version": ground.crm(vault, "--version"),
        "completion": replace(asked, env={**asked.env, **words}),
    }
    taken = ground.measure(commands)
    yield compared(taken, "help", "click", "`--help`", CLICK, GOAL)
    yield compared(taken, "completion", "click", f"completion of a name, {count:,} people", CLICK, GOAL)
    yield compared(taken, "version", "nothing", "`--version`", "`python -c pass`", None)
