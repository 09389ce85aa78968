"""Start to `ready`, resident memory, and a while in which nothing happens."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.figures import Bench
from benchmarks.figures import Row
from benchmarks.figures import ms
from benchmarks.figures import say
from benchmarks.figures import timed
from benchmarks.figures import walk
from benchmarks.inotify import CLOSED
from benchmarks.inotify import MOVED_TO
from benchmarks.inotify import Inotify
from benchmarks.saves import measure_way
from benchmarks.watched import Watched


def bench_start(bench: Bench) -> Iterator[Row]:
    """Start to `ready`."""
    options = bench.options
    made = bench.vault(options.notes, options.people)
    notes = f"{len(made.notes):,} notes"
    say(f"start, {notes}, {options.starts} times")
    time.sleep(2.1)  # what has just been written may change again within its time stamp: not for an index
    with Watched(made.root, bench.home(made)) as watch:
        cold = watch.usage()
        measured = f"{watch.seconds_to_ready:.2f} s, then resident {cold.resident:.1f} MB"
        yield Row(f"start to ready, {notes}, no index", "", measured)
    took = []
    for _ in range(options.starts):
        with Watched(made.root, bench.home(made)) as watch:
            took.append(watch.seconds_to_ready)
    measured = f"median {statistics.median(took):.2f} s, longest {max(took):.2f} s"
    yield Row(
        f"start to ready, {notes}, warm index, {len(took)} starts",
        "at most 1.0 s",
        measured,
        max(took) <= 1.0,
    )
    command = [sys.executable, "-c", "import click"]
    click = timed(lambda: subprocess.run(command, check=True))
    yield Row(
        "reference: `python -c 'import click'`", "", f"{ms(click)} ({statistics.median(took) / click:.1f} x)"
    )


def bench_memory(bench: Bench) -> Iterator[Row]:
    """Resident memory once it is ready, and when it has worked."""
    options = bench.options
    made = bench.vault(options.notes, options.people)
    say("memory")
    with Watched(made.root, bench.home(made)) as watch, Inotify() as news:
        ready = watch.usage()
        for folder in {made.root, *((made.root / person).parent for person in made.targets)}:
            news.add(folder, CLOSED | MOVED_TO)
        measure_way(made, "in place", 10, news, random.Random(options.seed))
        after = watch.usage()
    what = f"resident, {len(made.notes):,} notes, {len(made.people):,} people, warm index"
    measured = (
        f"{ready.resident:.1f} MB when ready, {after.resident:.1f} MB after ten saves (peak {after.peak:.1f})"
    )
    yield Row(what, "at most 60 MB", measured, max(ready.resident, after.resident) <= 60)


def bench_idle(bench: Bench) -> Iterator[Row]:
    """A while in which nothing happens."""
    options = bench.options
    made = bench.vault(options.notes, options.people)
    say(f"idle, {options.idle:g} s")
    with Watched(made.root, bench.home(made)) as watch:
        time.sleep(min(5.0, options.idle))  # what start leaves to do is not idleness
        before = watch.usage()
        time.sleep(options.idle)
        after = watch.usage()
    share = 60 / options.idle
    wakeups = after.wakeups_since(before)
    disk = min(wakeups, after.fetched - before.fetched)
    threads = ", ".join(str(count - before.wakeups.get(task, 0)) for task, count in after.wakeups.items())
    cpu = max(after.cpu - before.cpu, after.on_cpu - before.on_cpu)
    what = f"idle for {options.idle:g} s, {len(made.notes):,} notes"
    yield Row(
        f"{what}: wake-ups of all threads",
        "at most 5 a minute",
        f"{(wakeups - disk) * share:.1f} a minute, and {disk * share:.1f} waits for the disk "
        f"(both in {options.idle:g} s, by thread: {threads})",
        (wakeups - disk) * share <= 5,
    )
    by_ticks = ms((after.cpu - before.cpu) * share)
    measured = f"{ms((after.on_cpu - before.on_cpu) * share)} a minute (utime + stime: {by_ticks})"
    yield Row(f"{what}: CPU", "under 100 ms a minute", measured, cpu * share < 0.1)
    yield Row("reference: walk and lstat of that vault", "", ms(timed(lambda: walk(made.root))))
