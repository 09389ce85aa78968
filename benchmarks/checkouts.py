"""A checkout of many changed notes under the watcher's eyes."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from benchmarks.figures import Bench
from benchmarks.figures import Row
from benchmarks.figures import is_board
from benchmarks.figures import ms
from benchmarks.figures import quiet_moment
from benchmarks.figures import say
from benchmarks.inotify import CLOSED
from benchmarks.inotify import MOVED_TO
from benchmarks.inotify import Inotify
from benchmarks.make_vault import Made
from benchmarks.make_vault import change_notes
from benchmarks.make_vault import make_vault
from benchmarks.watched import BOARD
from benchmarks.watched import Watched
from benchmarks.watched import board_bytes
from benchmarks.watched import fresh_render
from benchmarks.watched import own_folders


@dataclass(frozen=True, slots=True)
class Checkout:
    """One checkout: git's seconds, how often the dashboard was written, how long after git's end the last
    time (0 if that was before), and whether the bytes were a fresh render's."""

    git: float
    renderings: int
    after: float
    true: bool


def git(made: Made, env: dict[str, str], *words: str) -> None:
    """Runs git in the vault. Raises CalledProcessError."""
    who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
    subprocess.run(["git", *who, *words], cwd=made.root, env=env, check=True)


def two_branches(made: Made, env: dict[str, str], count: int) -> None:
    """Makes the vault a repository with branches `one` and `two` that differ in so many notes."""
    git(made, env, "init", "-q", "-b", "one")
    (made.root / ".gitignore").write_text(f"{BOARD}\n", encoding="utf-8")
    git(made, env, "add", "-A")
    git(made, env, "commit", "-q", "-m", "one")
    git(made, env, "checkout", "-q", "-b", "two")
    changed = change_notes(made, count)
    git(made, env, "commit", "-q", "-a", "-m", "two")
    shown = subprocess.run(
        ["git", "diff", "--name-only", "one", "two"], cwd=made.root, env=env, stdout=subprocess.PIPE
    )
    if len(shown.stdout.splitlines()) != len(changed):
        raise RuntimeError("the branches do not differ in as many notes as they should")


def check_out(
    made: Made, env: dict[str, str], branch: str, news: Inotify, fresh: Path, settled: float
) -> Checkout:
    """One checkout; every rendering up to `settled` seconds after its end is counted."""
    start = time.monotonic()
    process = subprocess.Popen(["git", "checkout", "-q", branch], cwd=made.root, env=env)
    end = os.pidfd_open(process.pid)  # can be read once the process has ended
    ended, last, renderings = 0.0, 0.0, 0
    quiet_at = math.inf
    while time.monotonic() < quiet_at:
        seen = news.read(settled, () if ended else (end,))
        if not ended and process.poll() is not None:
            ended = time.monotonic()
            quiet_at = ended + settled
        for one in seen:
            if is_board(made, one):
                renderings += 1
                last = one.at
    os.close(end)
    if process.returncode:
        raise RuntimeError(f"git checkout {branch} has failed")
    true = board_bytes(made.root) == fresh_render(made.root, fresh)
    return Checkout(ended - start, renderings, max(0.0, last - ended), true)


def bench_checkout(bench: Bench) -> Iterator[Row]:
    """A checkout of many changed notes."""
    options = bench.options
    made = make_vault(
        bench.folder / "checkout", date.today(), options.notes, options.people, min(20, options.people)
    )
    home = bench.folder / "home" / "checkout"
    env = own_folders(home)
    changed = min(options.changed, options.notes)
    say(f"checkout of {changed:,} notes, {options.checkouts} times")
    two_branches(made, env, changed)
    start = time.perf_counter()
    git(made, env, "checkout", "-q", "one")
    alone = time.perf_counter() - start
    found = []
    with Watched(made.root, home) as watch, Inotify() as news:
        news.add(made.root, CLOSED | MOVED_TO)
        quiet = list(quiet_moment(news, 3.0))  # the index's first save
        before = watch.usage()
        for number in range(options.checkouts):
            branch = ("two", "one")[number % 2]
            found.append(
                check_out(made, env, branch, news, bench.folder / f"fresh-{number}", options.settled)
            )
            say(f"  {branch}: {found[-1]}")
        used = (watch.usage().on_cpu - before.on_cpu) / len(found)
    what = f"checkout of {changed:,} changed notes among {len(made.notes):,}, {len(found)} times"
    counts = [one.renderings for one in found]
    yield Row(f"{what}: renderings", "at most 3", f"{counts}, in advance {len(quiet)}", max(counts) <= 3)
    after = [one.after for one in found]
    measured = f"median {ms(statistics.median(after))}, longest {ms(max(after))}"
    yield Row("last rename after git's exit", "at most 500 ms", measured, max(after) <= 0.5)
    equal = sum(one.true for one in found)
    yield Row("final bytes", "equal a fresh `render`", f"{equal} of {len(found)}", equal == len(found))
    times = f"{ms(statistics.median(one.git for one in found))}, of the watcher's CPU {ms(used)}"
    yield Row("git's own time, watched", "", f"{times}; unwatched {ms(alone)}")
