"""From a save to the new dashboard: by a real vim, in place, and atomically."""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from benchmarks.figures import Bench
from benchmarks.figures import Row
from benchmarks.figures import is_board
from benchmarks.figures import ms
from benchmarks.figures import p95
from benchmarks.figures import quiet_moment
from benchmarks.figures import say
from benchmarks.figures import synced
from benchmarks.figures import timed
from benchmarks.figures import walk
from benchmarks.inotify import CLOSED
from benchmarks.inotify import MOVED_TO
from benchmarks.inotify import Inotify
from benchmarks.make_vault import Made
from benchmarks.make_vault import long_ago
from benchmarks.make_vault import set_last
from benchmarks.watched import Watched
from benchmarks.watched import board_bytes
from benchmarks.watched import fresh_render

GATHER = 0.1  # seconds without news after which a watcher looks: the one delay that is meant
LOST_AFTER = 5.0  # seconds; the watcher's heartbeat would find it within a minute, and that is too late here
BACKUPS = ("auto", "yes", "no")


@dataclass(frozen=True, slots=True)
class Save:
    """A save on its way: when it was done (None: the kernel's news of the note will tell), and the editor."""

    at: float | None
    editor: subprocess.Popen[bytes] | None = None


def save_in_place(path: Path, text: str, number: int) -> Save:  # noqa: ARG001
    """As Obsidian and VS Code do: truncate, then write. Counted from before the file is opened."""
    at = time.monotonic()
    path.write_bytes(text.encode())
    return Save(at)


def save_atomically(path: Path, text: str, number: int) -> Save:  # noqa: ARG001
    """As `sed -i` and Syncthing do: another file takes the note's name. Counted from before the rename."""
    temp = path.with_name(f".syncthing.{path.name}.tmp")
    temp.write_bytes(text.encode())
    at = time.monotonic()
    os.replace(temp, path)
    return Save(at)


def save_with_vim(path: Path, text: str, number: int) -> Save:
    """A real vim with its swap file, and each setting of `backupcopy` in turn. Counted from when it closed
    the note that it had written (it then still removes its backup and swap file)."""
    value = text.partition("last_contact: ")[2][:10]
    settings = f"set swapfile writebackup backupskip= backupcopy={BACKUPS[number % len(BACKUPS)]}"
    change = f"%s/^last_contact: .*/last_contact: {value}/"
    command = ["vim", "-Nu", "NONE", "-i", "NONE", "-es", "-c", settings, "-c", change, "-c", "wq", str(path)]
    return Save(None, subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL))


WAYS = {"vim": save_with_vim, "in place": save_in_place, "atomically": save_atomically}


@dataclass(slots=True)
class Saves:
    """What became of the saves in one way: seconds until the dashboard was right, how often it was not, or
    was written once more than needed, and the watcher's seconds of CPU for each."""

    way: str
    took: list[float] = field(default_factory=list)
    lost: int = 0
    more: int = 0
    cpu: float = 0.0


def is_listed(root: Path, person: str) -> bool:
    """Whether a person's tick line stands on the dashboard."""
    return f"- [ ] [{Path(person).stem}](".encode() in board_bytes(root)


def measure_way(made: Made, way: str, count: int, news: Inotify, chance: random.Random) -> Saves:
    """Saves so many notes in one way, one after the other, and waits each time for the dashboard."""
    found = Saves(way)
    for number in range(count):
        person = made.targets[number % len(made.targets)]
        text = (made.root / person).read_text(encoding="utf-8")
        overdue = f"last_contact: {long_ago(made.today)}" in text
        text = set_last(text, made.today if overdue else long_ago(made.today))
        save = WAYS[way](made.root / person, text, number)
        took = await_board(made, person, not overdue, save, news, found)
        if save.editor is not None and save.editor.wait() != 0:
            raise RuntimeError(f"vim could not save {person}")
        if (made.root / person).read_text(encoding="utf-8") != text:
            raise RuntimeError(f"{person} is not as it was saved")
        if took is None:
            found.lost += 1
        else:
            found.took.append(took)
        found.more += sum(is_board(made, one) for one in quiet_moment(news, chance.uniform(0.05, 0.5)))
        if count >= 200 and number % 100 == 99:
            say(f"  {way}: {number + 1} saves, {found.lost} lost")
    return found


def await_board(
    made: Made, person: str, listed: bool, save: Save, news: Inotify, found: Saves
) -> float | None:
    """Seconds from the save to the dashboard on which the person stands, or does not; None if it is lost."""
    at = save.at
    until = time.monotonic() + LOST_AFTER
    while (left := until - time.monotonic()) > 0:
        for one in news.read(left):
            if save.at is None and one.name == Path(person).name:
                at = one.at
            elif is_board(made, one):
                if at is not None and is_listed(made.root, person) is listed:
                    return one.at - at
                found.more += 1
    return None


def bench_saves(bench: Bench) -> Iterator[Row]:
    """Save to new OVERDUE.md, in vaults of several sizes with as many people."""
    for notes in bench.options.save_notes:
        yield from bench_saves_in(bench, bench.vault(notes, bench.options.save_people))


def bench_saves_in(bench: Bench, made: Made) -> Iterator[Row]:
    """The same in one vault, and what a computer needs at least for two of the steps."""
    options = bench.options
    people = f"{len(made.people):,} people in {len(made.notes):,} notes"
    chance = random.Random(options.seed)
    with Watched(made.root, bench.home(made)) as watch, Inotify() as news:
        news.add(made.root, CLOSED | MOVED_TO)
        for folder in {str(Path(person).parent) for person in made.targets}:
            news.add(made.root / folder, CLOSED | MOVED_TO)
        for way in options.ways:
            say(f"saves, {way}: {options.saves} of them, {people}")
            measure_way(made, way, min(6, options.saves), news, chance)  # nobody's first save of the day
            before = watch.usage().on_cpu
            found = measure_way(made, way, options.saves, news, chance)
            found.cpu = (watch.usage().on_cpu - before) / options.saves
            yield from rows_of_saves(found, people)
        usage = watch.usage()
        yield Row(
            f"resident after these saves, {people}", "", f"{usage.resident:.1f} MB (peak {usage.peak:.1f})"
        )
    if board_bytes(made.root) != fresh_render(made.root, bench.folder / "fresh"):
        yield Row("dashboard after the last save", "equals a fresh `render`", "it does not", False)
    size = len(board_bytes(made.root))
    yield Row(
        f"reference: write, sync and rename {size / 1000:.0f} kB",
        "",
        ms(timed(lambda: synced(bench, size), 30)),
    )
    yield Row("reference: walk and lstat of that vault", "", ms(timed(lambda: walk(made.root))))


def rows_of_saves(found: Saves, people: str) -> Iterator[Row]:
    """The figures of one way of saving."""
    count = len(found.took) + found.lost
    if found.took:
        middle, late, last = statistics.median(found.took), p95(found.took), max(found.took)
        measured = (
            f"median {ms(middle)}, p95 {ms(late)}, longest {ms(last)}; beyond gathering: "
            f"median {ms(middle - GATHER)}, **p95 {ms(late - GATHER)}**"
        )
        what = f"save to renamed OVERDUE.md, {found.way}, {count:,} saves, {people}"
        yield Row(
            what, f"gather time ({ms(GATHER)}) + at most 50 ms at p95", measured, late - GATHER <= 0.050
        )
    lost = (
        f"{found.lost} of {count:,}; written {found.more} times more than needed; {ms(found.cpu)} of CPU each"
    )
    yield Row(f"lost, {found.way}", "none of 1,000", lost, found.lost == 0)
