"""What `vault-crm watch` costs, and how soon the dashboard is true: measured from outside, as it is run.

python -m benchmarks.bench_watch                       everything, about eight minutes
python -m benchmarks.bench_watch --only saves --saves 1000
python -m benchmarks.bench_watch --help

The watcher runs in a process of its own with index, state and settings of its own, on a made-up vault. What
it writes is seen with the kernel's inotify by this process, which sleeps until there is something. Linux
only.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.checkouts import bench_checkout
from benchmarks.figures import Bench
from benchmarks.figures import Row
from benchmarks.figures import format_rows
from benchmarks.resting import bench_idle
from benchmarks.resting import bench_memory
from benchmarks.resting import bench_start
from benchmarks.saves import WAYS
from benchmarks.saves import bench_saves

PARTS = {
    "start": bench_start,
    "memory": bench_memory,
    "idle": bench_idle,
    "saves": bench_saves,
    "checkout": bench_checkout,
}


def load() -> str:
    """How busy the machine was in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def parse_options(words: Sequence[str] | None) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench_watch",
        description="Measures vault-crm watch.",
        epilog="Times are medians.",
    )
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), default=tuple(PARTS))
    parser.add_argument("--saves", type=int, default=40, help="for each way of saving")
    parser.add_argument("--ways", nargs="+", choices=tuple(WAYS), default=tuple(WAYS))
    parser.add_argument(
        "--save-notes", type=int, nargs="+", default=(2_500, 10_000), help="vaults for the saves"
    )
    parser.add_argument("--save-people", type=int, default=2_000, help="people in each of these")
    parser.add_argument("--notes", type=int, default=10_000, help="notes of the vault for all else")
    parser.add_argument("--people", type=int, default=1_000, help="people in it")
    parser.add_argument("--starts", type=int, default=7)
    parser.add_argument("--idle", type=float, default=120.0, help="seconds")
    parser.add_argument("--changed", type=int, default=2_000, help="notes that a checkout changes")
    parser.add_argument("--checkouts", type=int, default=6)
    parser.add_argument("--settled", type=float, default=4.0, help="seconds after git in which to count")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where to make the vaults (a disk, not /dev/shm)")
    return parser.parse_args(words)


def main(words: Sequence[str] | None = None) -> int:
    """Measures, and prints the table. 1 if a goal was missed."""
    options = parse_options(words)
    busy = load()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="vault-crm-bench-", dir=options.folder) as folder:
        bench = Bench(options, Path(folder))
        for name, part in PARTS.items():
            if name in options.only:
                rows += part(bench)
    system = (
        f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()} {platform.release()}"
    )
    print(f"{system}; load {busy} before, {load()} after\n")
    print("\n".join(format_rows(rows)))
    return int(any(row.met is False for row in rows))


if __name__ == "__main__":
    sys.exit(main())
