"""Beside what others would use: the same people, the same question, each program with its own files, warm."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from benchmarks.figures import Row
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.ground import compared
from benchmarks.ground import found_programs
from benchmarks.peers import NAMES
from benchmarks.peers import PEERS


def bench_peers(ground: Ground) -> Iterator[Row]:
    """A vault of people only, and the same people for each of the others."""
    count = ground.sizes[0]
    say(f"peers, {count:,} people")
    vault = ground.vault(count, count)
    found = found_programs(ground.options, [name for name, _, _ in PEERS])
    people = ground.people(vault)
    commands, shown = {"overdue": ground.crm(vault, "overdue")}, {}
    for name, write, _ in PEERS:
        if name not in found:
            continue
        peer = write(ground.folder / "peers" / name, people, found[name])
        command = ground.other(vault, found[name], *peer.words)
        # a script of another language is found by its first line, which asks the PATH
        variables = {"PATH": os.environ.get("PATH", os.defpath), **peer.variables}
        commands[name] = replace(command, env={**command.env, **variables})
        shown[name] = peer.shown
    taken = ground.measure(commands)
    for name, _, goal in PEERS:
        what = f"`overdue`, {count:,} people"
        if name in shown:
            yield compared(taken, "overdue", name, what, shown[name], goal)
        else:
            yield Row(what, f"≤ {goal:g} × {NAMES[name]}", f"{NAMES[name]} is not installed")
