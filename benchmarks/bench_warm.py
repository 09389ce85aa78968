"""A question in a vault that the program knows: `overdue`, alone and beside the watcher."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

from benchmarks.figures import Row
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.ground import compared
from benchmarks.ground import found_programs
from benchmarks.ground import notes
from benchmarks.pairs import Command
from benchmarks.pairs import Taken
from benchmarks.pairs import peak
from benchmarks.watched import Watched
from benchmarks.watched import read_usage

CLICK = "`import click`"
GOALS = (1.4, 2.0, None)  # times `import click`, by size
WATCHED = 1.5
MEMORY = 60.0  # MB


def bench_warm(ground: Ground) -> Iterator[Row]:
    """Without a watcher: every change since the last time is noticed."""
    for size, goal in ground.with_goals(GOALS):
        say(f"warm, {notes(size)}")
        vault = ground.vault(size)
        commands = {
            "nothing": ground.imports(vault, ""),
            "click": ground.imports(vault, "click"),
            "overdue": ground.crm(vault, "overdue"),
            "git": ground.other(vault, "git", "status"),
        }
        if rg := found_programs(ground.options, ["rg"]).get("rg"):
            commands["rg"] = searched_and_sorted(ground, rg, size)
        taken = ground.measure(commands)
        what = f"`overdue`, {notes(size)}"
        yield compared(taken, "overdue", "click", what, CLICK, goal)
        yield from _beside_others(taken, what, size == ground.sizes[-1])
        bound = MEMORY if size == ground.sizes[-1] else None
        yield memory(taken, "overdue", f"{what}: largest memory", bound)
        yield compared(
            taken, "click", "nothing", f"reference, {notes(size)}: {CLICK}", "`python -c pass`", None
        )


def searched_and_sorted(ground: Ground, rg: str, size: int) -> Command:
    """What somebody without any program does: ripgrep through all notes, and sort."""
    vault = ground.vault(size)
    line = f"'{rg}' -N --no-heading '^last_contact: ' | sort"
    return ground.other(vault, shutil.which("sh") or "/bin/sh", "-c", line)


def _beside_others(taken: Taken, what: str, promised: bool) -> Iterator[Row]:
    yield compared(taken, "overdue", "git", what, "`git status`", 2.5 if promised else None)
    pipe = "`rg '^last_contact: ' \\| sort`"
    if "rg" in taken:
        yield compared(taken, "overdue", "rg", what, pipe, 1.0 if promised else None, less=True)
    else:
        yield Row(what, f"(× {pipe})", "ripgrep is not installed")


def memory(taken: Taken, name: str, what: str, goal: float | None) -> Row:
    """A row: the largest memory of any run."""
    most = peak(taken, name)
    # the kernel begins to count with the process that starts another: this one
    shown = f"{most:.1f} MB" if most > read_usage(os.getpid()).peak else f"at most {most:.1f} MB"
    return Row(what, "", shown) if goal is None else Row(what, f"≤ {goal:g} MB", shown, most <= goal)


def bench_watched(ground: Ground) -> Iterator[Row]:
    """The same with a living watcher, which has seen every change already."""
    for size, _ in ground.with_goals(GOALS):
        say(f"beside the watcher, {notes(size)}")
        vault = ground.vault(size)
        commands = {"click": ground.imports(vault, "click"), "overdue": ground.crm(vault, "overdue")}
        try:
            with Watched(vault, ground.home(vault), program=ground.program, env=ground.env(vault)):
                ground.settle()  # what start leaves to do, like the index, is not part of this
                taken = ground.measure(commands)
        finally:
            (vault / "OVERDUE.md").unlink(missing_ok=True)  # the other measurements begin without a page
        yield compared(taken, "overdue", "click", f"the watcher alive, {notes(size)}", CLICK, WATCHED)
