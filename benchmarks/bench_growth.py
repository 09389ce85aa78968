"""Whether a time grows as the vault does, or what is imported: the power of the size, which is 1 for a line.

What an empty vault takes is subtracted, and the processor's time counts: the clock's is the disk's for an
import, and the neighbours' for everything else.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path

from benchmarks.addressbook import write_table
from benchmarks.bench_import import exponent
from benchmarks.bench_import import import_thrice
from benchmarks.figures import Row
from benchmarks.figures import ms
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.pairs import Command
from benchmarks.pairs import seconds

GOAL = 1.05
COMMANDS = {
    "cold": ("overdue",),
    "warm": ("overdue",),
    "render": ("render", "--stdout"),
    "check": ("check",),
    "search": ("search", "lindqvist"),
}
SHOWN = {name: f"`{words[0]}`" for name, words in COMMANDS.items()}
SHOWN |= {"cold": "`overdue`, no index", "warm": "`overdue`, warm"}


def bench_growth(ground: Ground) -> Iterator[Row]:
    """Over the three vaults, and three address books."""
    for name in COMMANDS:
        yield growth_of(ground, name)
    yield from _imports(ground)


def growth_of(ground: Ground, name: str) -> Row:
    """One of the commands, over the three vaults."""
    say(f"growth, {name}")
    empty = ground.folder / "vault-empty"
    (empty / ".vault-crm").mkdir(parents=True, exist_ok=True)
    vaults = {0: empty, **{size: ground.vault(size) for size in ground.sizes}}
    commands = {str(size): _command(ground, vault, name) for size, vault in vaults.items()}
    taken = ground.measure(commands)
    wall, cpu = (
        [seconds(taken, str(size), by) - seconds(taken, "0", by) for size in ground.sizes]
        for by in ("wall", "cpu")
    )
    return judged(f"{SHOWN[name]}: {_listed(ground.sizes)} notes", ground.sizes, wall, cpu)


def _command(ground: Ground, vault: Path, name: str) -> Command:
    def forget() -> None:
        ground.forget_index(vault)

    # nobody found, or a problem found, is no failure here; and in an empty vault there is nothing to say
    before = forget if name == "cold" else None
    return ground.crm(vault, *COMMANDS[name], before=before, fine=(0, 1), speaks=False)


def _listed(sizes: Sequence[int]) -> str:
    return ", ".join(f"{size:,}" for size in sizes)


def judged(what: str, sizes: Sequence[int], wall: Sequence[float], cpu: Sequence[float]) -> Row:
    """A row: the power with which these seconds grow, if they are more than noise."""
    figure, goal = f"growth of {what}", f"power ≤ {GOAL:g}"
    shown = ", ".join(ms(value) for value in cpu)
    if min(*wall, *cpu) <= 0:
        return Row(figure, goal, f"lost in the noise of an empty vault: processor {shown}")
    power = exponent(sizes, cpu)
    measured = f"{power:.2f}; by the clock {exponent(sizes, wall):.2f}; processor {shown}"
    return Row(figure, goal, measured, power <= GOAL)


def _imports(ground: Ground) -> Iterator[Row]:
    """Rows of a table: the plan, the import, and the same once more. Of each the quickest run counts."""
    counts = [max(2, size // 10) for size in ground.sizes]
    best = {}
    for count in (1, *counts):
        say(f"growth, import of {count:,} rows")
        file = ground.folder / f"{count}.csv"
        write_table(file, count)
        rounds = [
            import_thrice(file, ground.folder / "imports" / f"{count}-{number}", ground.program)
            for number in range(max(1, ground.options.rounds // 3))
        ]
        best[count] = tuple(map(min, zip(*rounds, strict=True)))
    for number, part in enumerate(("the plan", "into an empty vault", "the same file again")):
        wall = [best[count][number].wall - best[1][number].wall for count in counts]
        cpu = [best[count][number].cpu - best[1][number].cpu for count in counts]
        yield judged(f"`import`, {part}: {_listed(counts)} rows", counts, wall, cpu)
