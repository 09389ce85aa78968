"""Commands run in turn, round by round, each in a process of its own: what they took, and their ratios.

A computer's pace drifts by more than the differences that matter here, within minutes. So the candidates of a
comparison run in turn, and a ratio is that of two runs of the same round; of the ratios the median counts.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

WARM_UP = 2  # rounds that are not counted: bytecode, indexes, the system's memory of the files
Taken = Mapping[str, Sequence["Run"]]


@dataclass(frozen=True, slots=True)
class Command:
    """A command to measure. `before` and `after` are not part of it; `fine` are the exit codes that it may
    have, and a command that `speaks` must print something, or it did not do what it is measured for."""

    words: Sequence[str]
    folder: Path
    env: Mapping[str, str]
    before: Callable[[], object] | None = None
    after: Callable[[], object] | None = None
    fine: tuple[int, ...] = (0,)
    speaks: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took: seconds by the clock and of the processor, and its largest memory in MB (2**20
    bytes). The kernel begins to count the memory with that of the process that starts it, which is small."""

    wall: float
    cpu: float
    peak: float


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of some values, and the least and the greatest."""

    median: float
    least: float
    greatest: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


def run(command: Command, proved: bool = False) -> Run:
    """Runs it once. If `proved`, its output is looked at, which costs time. Raises RuntimeError if it has
    failed or said nothing."""
    if command.before is not None:
        command.before()
    output = subprocess.PIPE if proved else subprocess.DEVNULL
    begun = time.perf_counter()
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        env=command.env,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
    )
    said = b"" if process.stdout is None else process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    taken = Run(time.perf_counter() - begun, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.stdout is not None:
        process.stdout.close()
    if process.returncode not in command.fine or (proved and command.speaks and not said):
        shown = said[-2000:].decode(errors="replace")
        raise RuntimeError(f"{' '.join(command.words)}: ended with {process.returncode}\n{shown}")
    if command.after is not None:
        command.after()
    return taken


def take_turns(
    commands: Mapping[str, Command | Callable[[], Command]], rounds: int, warm_up: int = WARM_UP
) -> Taken:
    """Every command once a round, in the order that is given and back again, so that none always follows
    the same other one. Instead of a command there may be what makes one for each run. In the first round
    every output is looked at."""
    taken: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(-warm_up, rounds):
        names = list(commands) if number % 2 else list(reversed(commands))
        for name in names:
            command = commands[name]
            one = run(command if isinstance(command, Command) else command(), proved=number == -warm_up)
            if number >= 0:
                taken[name].append(one)
    return taken


def ratio(taken: Taken, name: str, to: str, by: str = "wall") -> Spread:
    """How many times what another command took this one takes, round by round."""
    pairs = zip(taken[name], taken[to], strict=True)
    return Spread.of([getattr(one, by) / max(getattr(other, by), 1e-6) for one, other in pairs])


def more(taken: Taken, name: str, than: str, by: str = "wall") -> list[float]:
    """How many seconds more than another command this one takes, round by round."""
    pairs = zip(taken[name], taken[than], strict=True)
    return [getattr(one, by) - getattr(other, by) for one, other in pairs]


def seconds(taken: Taken, name: str, by: str = "wall") -> float:
    """The median seconds of a command."""
    return statistics.median(getattr(one, by) for one in taken[name])


def peak(taken: Taken, name: str) -> float:
    """The largest memory of all runs of a command."""
    return max(one.peak for one in taken[name])
