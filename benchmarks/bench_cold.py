"""A vault that the program does not know yet, or not any more as it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

from benchmarks.bench_warm import memory
from benchmarks.figures import Row
from benchmarks.figures import ms
from benchmarks.figures import say
from benchmarks.ground import REPOSITORY
from benchmarks.ground import Ground
from benchmarks.ground import compared
from benchmarks.ground import notes
from benchmarks.make_vault import Made
from benchmarks.make_vault import change_notes
from benchmarks.pairs import Spread
from benchmarks.pairs import more

READ = "reading and CSafeLoad"
GOALS = (None, 0.6, 0.45)  # times the reference, by size
MEMORY = 120.0  # MB, for the large vault
SAVE = 0.005  # seconds
CHECKOUT = 1.2


def bench_cold(ground: Ground) -> Iterator[Row]:
    """No index: every note is read, logs and mentions included, the index written, the question answered."""
    for size, goal in ground.with_goals(GOALS):
        say(f"cold, {notes(size)}")
        vault = ground.vault(size)
        read = (ground.python, str(REPOSITORY / "benchmarks" / "read_yaml.py"), str(vault))
        commands = {
            "read": ground.other(vault, *read),
            "bytes": ground.other(vault, *read, "--no-yaml"),
            "cold": ground.crm(vault, "overdue", before=lambda vault=vault: ground.forget_index(vault)),
        }
        taken = ground.measure(commands)
        yield compared(taken, "cold", "read", f"`overdue`, no index, {notes(size)}", READ, goal)
        bound = MEMORY if size == ground.sizes[-1] else None
        yield memory(taken, "cold", f"the same, {notes(size)}: largest memory", bound)
        yield compared(taken, "bytes", "read", f"only the bytes of every note, {notes(size)}", READ, None)


def bench_changes(ground: Ground) -> Iterator[Row]:
    """After one save, and after a checkout of a fifth of all notes."""
    size = ground.sizes[1]
    vault = ground.copy(ground.vault(size), "changes")
    yield from _one_save(ground, vault, size)
    yield from _checkout(ground, vault, size)


def _one_save(ground: Ground, vault: Path, size: int) -> Iterator[Row]:
    """In a process, beyond the walk; and of whole processes: a run after a save less a run after none, which
    has more to import. All begin with an index that knows all."""
    say(f"one save, {notes(size)}")
    ground.do(vault, "overdue")
    script = str(REPOSITORY / "benchmarks" / "one_save.py")
    words = [ground.python, script, str(vault), str(ground.options.rounds)]
    done = subprocess.run(
        words, env=ground.env(vault), cwd=vault, check=True, stdout=subprocess.PIPE, text=True
    )
    beyond = Spread.of(json.loads(done.stdout))
    what = f"after one save, {notes(size)}"
    yield Row(f"{what}: refresh beyond the walk", f"≤ {ms(SAVE)}", _shown(beyond), beyond.median <= SAVE)
    person = vault / str(ground.people(vault)[0]["path"])

    def save() -> None:
        ground.do(vault, "overdue")
        with person.open("a", encoding="utf-8") as file:
            file.write("\nA line of one's own.\n")

    unchanged = ground.crm(vault, "overdue", before=lambda: ground.do(vault, "overdue"))
    taken = ground.measure({"none": unchanged, "save": replace(unchanged, before=save)})
    wall, cpu = (Spread.of(more(taken, "save", "none", by)) for by in ("wall", "cpu"))
    shown = f"{_shown(wall)}; processor {ms(cpu.median)}"
    yield Row(f"{what}: `overdue` more than without, whole process", "", shown)


def _shown(spread: Spread) -> str:
    return f"{ms(spread.median)} ({ms(spread.least)} to {ms(spread.greatest)})"


def _checkout(ground: Ground, vault: Path, size: int) -> Iterator[Row]:
    """git switches between two branches; the reference is a vault of nothing but the notes that it changes,
    without an index."""
    count = size // 5
    say(f"a checkout of {count:,} among {notes(size)}")
    ground.git(vault, "checkout", "-q", "-f", "one")
    ground.git(vault, "checkout", "-q", "-b", "two")
    paths = tuple(path.relative_to(vault).as_posix() for path in sorted(vault.rglob("[!.]*.md")))
    people = tuple(path for path in paths if path.startswith("People/"))
    changed = change_notes(Made(vault, date.today(), paths, people, ()), count)
    alone = ground.folder / f"{vault.name}-alone"
    for path in changed:
        (alone / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(vault / path, alone / path)
    (alone / ".vault-crm").mkdir()
    ground.git(vault, "commit", "-q", "-a", "-m", "two")
    ground.settle()
    branches = ["one", "two"]

    def switch() -> None:
        ground.git(vault, "checkout", "-q", branches[0])
        branches.reverse()

    ground.do(vault, "overdue")
    commands = {
        "alone": ground.crm(alone, "overdue", before=lambda: ground.forget_index(alone)),
        "checkout": ground.crm(vault, "overdue", before=switch),
        "none": ground.crm(vault, "overdue", before=lambda: ground.do(vault, "overdue")),
    }
    taken = ground.measure(commands)
    what = f"`overdue` after a checkout of {count:,} notes among {size:,}"
    these = "a vault of these, no index"
    yield compared(taken, "checkout", "alone", what, these, CHECKOUT)
    yield compared(taken, "none", "alone", f"the same where nothing has changed among {size:,}", these, None)
