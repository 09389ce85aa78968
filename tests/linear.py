"""Time as a law: what grows with the square of its input is a mistake (somebody else wrote that file).

A clock is a poor judge of one run: a neighbour or a collection of garbage makes it long. But what is slow by
its nature is slow every time; so the best of a few runs is judged, and one good run is enough.
"""

from __future__ import annotations

import time
from collections.abc import Callable

_RUNS = 5
_NOISE = 0.002  # seconds; what takes less says nothing about how it grows


def seconds_of(work: Callable[[], object]) -> float:
    """The processor's time for one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def is_within(seconds: float, work: Callable[[], object]) -> bool:
    """True if one of a few runs takes less."""
    return any(seconds_of(work) < seconds for _ in range(_RUNS))


def is_linear(work: Callable[[int], object], size: int) -> bool:
    """True if ten times the size takes less than forty times as long; in quadratic time it would be a
    hundred times."""
    work(1000)
    return any(
        seconds_of(lambda: work(10 * size)) < 40 * max(seconds_of(lambda: work(size)), _NOISE)
        for _ in range(_RUNS)
    )
