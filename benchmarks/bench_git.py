"""Two and three devices and one vault: how often git stops, with the merge driver, without it, and with a
phone that has neither driver nor tool.

python -m benchmarks.bench_git                      500 histories each way, about twenty minutes
python -m benchmarks.bench_git --count 50 --only driver phone
python -m benchmarks.bench_git --help

The histories are those of the tests (tests/git/histories.py): seeded, played by real git on real clones in
memory, each with its oracle. A history without the driver ends at its first conflict.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks.figures import Row
from benchmarks.figures import format_rows
from benchmarks.figures import ms
from benchmarks.figures import say
from tests.git.histories import make_history
from tests.git.histories import person_note
from tests.git.playing import PROGRAM
from tests.git.playing import Played
from tests.git.playing import stage

PARTS = ("driver", "three", "plain", "notes", "phone", "start")


def play(count: int, way: str, devices: int = 2) -> list[Played]:
    """The first so many histories."""
    begun = time.perf_counter()
    done = []
    with stage(devices, way) as made:
        for seed in range(count):
            done.append(made.play(make_history(seed, devices)))
            for fault in done[-1].faults:
                say(f"{way}, {devices} devices, seed {seed}: {fault}")
    say(f"{way}, {devices} devices: {time.perf_counter() - begun:.0f} s")
    return done


def with_driver(count: int, devices: int) -> list[Row]:
    """Every device set up by `git install`."""
    all_ = play(count, "driver", devices)
    pulls = sum(one.pulls for one in all_)
    faults = sum(bool(one.faults) for one in all_)
    needless = sum(not real for one in all_ for _, real in one.conflicts)
    asked = sum(bool(one.conflicts) for one in all_)
    what = f"{len(all_)} histories on {devices} clones, {pulls} pulls"
    return [
        Row(
            f"{what}: other bytes, an interaction lost or doubled, a value lost", "0", f"{faults}", not faults
        ),
        Row("conflicts where nothing clashed", "0", f"{needless}", not needless),
        Row("histories in which both sides changed the same thing", "", f"{asked}"),
    ]


def without(count: int, way: str, what: str, most: bool = False) -> list[Row]:
    """Git alone merges, on one device or on all."""
    all_ = play(count, way)
    conflicts = sum(bool(one.conflicts) for one in all_)
    pulls = sum(one.pulls for one in all_)
    where = Counter(kind for one in all_ for kind, _ in one.conflicts)
    words = {"dashboard": "dashboard", "prop": "frontmatter", "log": "log", "para": "prose"}
    shown = ", ".join(f"{words.get(kind, kind)} {number}" for kind, number in where.most_common())
    stopped = sum(bool(one.stops) for one in all_)
    rows = [
        Row(
            f"{what}: histories with a conflict",
            "the majority" if most else "",
            f"{conflicts} of {len(all_)} ({shown or 'none'}), after {pulls} pulls",
            2 * conflicts > len(all_) if most else None,
        )
    ]
    if stopped:
        rows.append(Row(f"{what}: histories in which a pull refused to begin", "", f"{stopped}"))
    return rows


def bench_start(rounds: int) -> list[Row]:
    """The driver's start with the merge of a note, and what `python -c 'import click'` takes, in turns."""
    note = person_note(0)
    sides = {
        "base": note,
        "ours": note.replace("city: ", "city: new "),
        "theirs": note.replace("## Log\n\n", "## Log\n\n- 2026-03-04 call\n"),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in sides.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        words = "merge-file --driver --marker-size 7 -L a -L b -L c --path n.md -- base ours theirs"
        commands = ([*PROGRAM, *words.split()], [sys.executable, "-c", "import click"])
        taken: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for command, times in zip(commands, taken, strict=True):
                Path(folder, "ours").write_text(sides["ours"], encoding="utf-8")
                begun = time.perf_counter()
                subprocess.run(command, cwd=folder, check=True)
                times.append(time.perf_counter() - begun)
    driver, click = map(median, taken)
    measured = f"{driver / click:.2f} times ({ms(driver)} and {ms(click)})"
    return [Row("start of the driver and a merge, by `import click`", "at most 1.3 times", measured,
                driver <= 1.3 * click)]  # fmt: skip


def main(words: Sequence[str] | None = None) -> int:
    """Measures, and prints the table. 1 if a goal was missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.bench_git", description="Measures merging.")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--count", type=int, default=500, help="histories each way")
    parser.add_argument("--rounds", type=int, default=20, help="starts of the driver")
    options = parser.parse_args(words)
    rows: list[Row] = []
    if "start" in options.only:
        rows += bench_start(options.rounds)
    if "driver" in options.only:
        rows += with_driver(options.count, 2)
    if "three" in options.only:
        rows += with_driver(max(1, options.count // 5), 3)
    if "plain" in options.only:
        rows += without(options.count, "plain", "git alone, the tool on both", most=True)
    if "notes" in options.only:
        rows += without(options.count, "notes", "git alone, the dashboard ignored")
    if "phone" in options.only:
        rows += without(options.count, "phone", "a laptop with the driver, a phone with neither")
        rows += without(options.count, "phone-bare", "the same, no untouched line between people")
    version = subprocess.run(["git", "version"], capture_output=True, text=True, check=True).stdout.strip()
    print(
        f"{platform.system()}, {os.cpu_count()} processors, Python {platform.python_version()}, {version}\n"
    )
    print("\n".join(format_rows(rows)))
    return any(row.met is False for row in rows)


if __name__ == "__main__":
    sys.exit(main())
