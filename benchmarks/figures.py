"""What all measurements share: a row of the table, the vaults of a run, statistics, and plain references."""

from __future__ import annotations

import argparse
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from pathlib import Path

from benchmarks.inotify import Inotify
from benchmarks.inotify import News
from benchmarks.make_vault import Made
from benchmarks.make_vault import make_vault
from benchmarks.watched import BOARD


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `met` None: a reference, nothing was promised."""

    what: str
    goal: str
    measured: str
    met: bool | None = None


@dataclass(frozen=True, slots=True)
class Bench:
    """One run: how much, where, and the vaults made so far."""

    options: argparse.Namespace
    folder: Path
    made: dict[tuple[int, int], Made] = field(default_factory=dict)

    def vault(self, notes: int, people: int) -> Made:
        """A vault of this size; made once."""
        if (notes, people) not in self.made:
            root = self.folder / f"vault-{notes}-{people}"
            self.made[notes, people] = make_vault(root, date.today(), notes, people, min(20, people // 2))
        return self.made[notes, people]

    def home(self, made: Made) -> Path:
        """The folder for this vault's index and state."""
        return self.folder / "home" / made.root.name


def say(text: str) -> None:
    """What is going on, on stderr; the table alone is printed."""
    print(text, file=sys.stderr, flush=True)


def p95(values: Sequence[float]) -> float:
    """The smallest value that at least 95 % of the values do not exceed."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1]


def ms(seconds: float) -> str:
    """Milliseconds, as in a table."""
    return f"{seconds * 1000:.0f} ms" if abs(seconds) >= 0.01 else f"{seconds * 1000:.1f} ms"


def timed(action: Callable[[], object], times: int = 5) -> float:
    """The median seconds that something takes."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        action()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def is_board(made: Made, one: News) -> bool:
    """True for a new dashboard."""
    return one.name == BOARD and one.folder == made.root


def quiet_moment(news: Inotify, seconds: float) -> Iterator[News]:
    """What happens within so many seconds."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        yield from news.read(left)


def synced(bench: Bench, size: int) -> None:
    """What any careful writer does: write, flush to the disk, rename, flush the folder."""
    temp, path = bench.folder / ".reference.tmp", bench.folder / "reference"
    with temp.open("wb") as file:
        file.write(b"x" * size)
        file.flush()
        os.fsync(file.fileno())
    os.replace(temp, path)
    fd = os.open(bench.folder, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def walk(root: Path) -> None:
    """Every file below a folder, with its stat: what finding a change costs at least."""
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name[0] != "."]
        for name in files:
            os.lstat(f"{folder}/{name}")


def format_rows(rows: Sequence[Row]) -> Iterator[str]:
    """The rows as a Markdown table."""
    yield "| figure | goal | measured | |"
    yield "|---|---|---|---|"
    words = {True: "met", False: "**missed**", None: ""}
    for row in rows:
        yield f"| {row.what} | {row.goal} | {row.measured} | {words[row.met]} |"
