"""Is it instant at any size? Every figure that is promised about speed, measured on the installed program.

python -m benchmarks                                    everything, half an hour; writes benchmarks/RESULTS.md
python -m benchmarks --quick                            small vaults and few rounds, to see that it works
python -m benchmarks --only warm startup --rounds 21
python -m benchmarks --help

The program is installed in a new environment by a current pip, as a user has it: the start script of an old
pip, or of an editable install, imports more before it even begins.
"""

from __future__ import annotations

import argparse
import shlex
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from benchmarks.bench_cold import bench_changes
from benchmarks.bench_cold import bench_cold
from benchmarks.bench_growth import bench_growth
from benchmarks.bench_pages import bench_render
from benchmarks.bench_pages import bench_search
from benchmarks.bench_peers import bench_peers
from benchmarks.bench_startup import bench_startup
from benchmarks.bench_warm import bench_warm
from benchmarks.bench_warm import bench_watched
from benchmarks.bench_writes import bench_writes
from benchmarks.figures import Row
from benchmarks.figures import format_rows
from benchmarks.figures import say
from benchmarks.ground import REPOSITORY
from benchmarks.ground import SETTLED
from benchmarks.ground import Ground
from benchmarks.ground import found_programs
from benchmarks.machine import commit
from benchmarks.machine import in_words
from benchmarks.machine import load
from benchmarks.machine import machine_facts
from benchmarks.machine import versions
from benchmarks.pairs import WARM_UP
from benchmarks.peers import NAMES

# In this order: what writes into a vault has a copy of its own, but what leaves the machine warm comes last.
PARTS: Mapping[str, tuple[str, Callable[[Ground], Iterator[Row]]]] = {
    "startup": ("Start-up", bench_startup),
    "warm": ("A question, the index warm", bench_warm),
    "watched": ("A question, the watcher alive", bench_watched),
    "peers": ("Beside other programs", bench_peers),
    "writes": ("Writing about one person", bench_writes),
    "render": ("The dashboard", bench_render),
    "search": ("Search", bench_search),
    "changes": ("After a change", bench_changes),
    "cold": ("No index", bench_cold),
    "growth": ("Growth", bench_growth),
}
SIZES, ROUNDS = (2_000, 10_000, 100_000), 11
QUICK_SIZES, QUICK_ROUNDS = (200, 1_000, 3_000), 3
PROGRAMS = ("git", "rg", *NAMES)


def parse_options(words: Sequence[str] | None) -> argparse.Namespace:
    """The options of a run."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measures how fast vault-crm answers."
    )
    parser.add_argument("--only", nargs="+", choices=tuple(PARTS), default=tuple(PARTS), metavar="PART",
                        help=f"of {', '.join(PARTS)}")  # fmt: skip
    parser.add_argument(
        "--sizes", type=int, nargs=3, metavar="NOTES", help="a small, a middle and a large vault"
    )
    parser.add_argument("--rounds", type=int, help=f"that count; {ROUNDS} if nothing is said, 9 at least")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="rounds before them that do not count")
    parser.add_argument("--settled", type=float, default=SETTLED, help="seconds to wait when files were made")
    parser.add_argument("--quick", action="store_true", help="small vaults, three rounds: nobody's figures")
    parser.add_argument(
        "--peers", type=Path, metavar="FOLDER", help="where other programs are, beside the PATH"
    )
    parser.add_argument("--program", help="a command that is installed already, instead of a new environment")
    parser.add_argument(
        "--python", default=sys.executable, help="the interpreter, for an environment or --program"
    )
    parser.add_argument("--folder", type=Path, help="where to make the vaults (a disk, not /dev/shm)")
    parser.add_argument("--results", type=Path, metavar="FILE",
                        help="the page; - prints it. RESULTS.md if all is measured, else -")  # fmt: skip
    options = parser.parse_args(words)
    options.sizes = tuple(options.sizes or (QUICK_SIZES if options.quick else SIZES))
    options.rounds = options.rounds or (QUICK_ROUNDS if options.quick else ROUNDS)
    whole = tuple(options.only) == tuple(PARTS) and options.sizes == SIZES and not options.program
    if options.results is None:
        options.results = REPOSITORY / "benchmarks" / "RESULTS.md" if whole else Path("-")
    return options


def install(python: str, folder: Path) -> tuple[str, str]:
    """(start script, interpreter) of a new environment with a current pip, and with this source installed."""
    say("installing")
    subprocess.run([python, "-m", "venv", str(folder)], check=True)
    inside = str(folder / "bin" / "python")
    quiet = [inside, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    for words in (["-U", "pip"], [str(REPOSITORY)]):
        subprocess.run([*quiet, *words], check=True, stdout=sys.stderr, cwd=folder)
    return str(folder / "bin" / "vault-crm"), inside


def measure(options: argparse.Namespace, folder: Path) -> tuple[str, bool]:
    """The page with everything that was measured, and whether every goal was met."""
    if options.program:
        program, python = shlex.split(options.program), options.python
    else:
        script, python = install(options.python, folder / "environment")
        program = [script]
    ground = Ground(options, folder, tuple(program), python)
    busy = load()
    tables: dict[str, list[Row]] = {}
    for name, (title, part) in PARTS.items():
        if name in options.only:
            tables[title] = []
            _fill(tables[title], part(ground), name)
    facts = _facts(options, ground, busy)
    page = "\n".join(_page(tables, facts))
    return page, all(row.met is not False for rows in tables.values() for row in rows)


def _fill(table: list[Row], rows: Iterator[Row], name: str) -> None:
    """Takes rows as far as they come: what goes wrong in one part must not cost the others' half hour."""
    try:
        for row in rows:
            table.append(row)  # noqa: PERF402  what there is stays, if the next one fails
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        table.append(Row(f"the rest of `{name}`", "measured", type(error).__name__, False))


def _facts(options: argparse.Namespace, ground: Ground, busy: str) -> list[str]:
    sizes = ", ".join(f"{size:,}" for size in options.sizes)
    measured = f"{date.today()}"
    if name := commit(REPOSITORY):
        measured += f", commit {name}"
    found = found_programs(options, PROGRAMS)
    others = {NAMES.get(name, name): path for name, path in found.items()}
    return [
        f"- Measured on {measured}; rounds: {options.rounds}, and {options.warm_up} before that do not count",
        f"- {in_words(list(machine_facts(ground.folder)))}; load {busy} before, {load()} after",
        f"- {in_words(list(versions(ground.python, others)))}",
        f"- Vaults of {sizes} notes, a tenth of them people, three tenths daily notes",
    ]


def _page(tables: Mapping[str, Sequence[Row]], facts: Sequence[str]) -> Iterator[str]:
    goals = [row.met for rows in tables.values() for row in rows if row.met is not None]
    yield from ("# Results", "")
    yield "Written by `python -m benchmarks`; how it measures stands in [README.md](README.md)."
    yield from ("", *facts, "", f"{goals.count(True)} of {len(goals)} goals met.", "")
    yield "A ratio is the median of the ratios within each round, with the least and the greatest. Behind"
    yield '"processor" is the same of the processor\'s time, which a busy neighbour disturbs less. Times are'
    yield "medians by the clock. Where what it is compared with stands in brackets, nothing is promised."
    for title, rows in tables.items():
        yield from ("", f"## {title}", "", *format_rows(rows))
    yield ""


def main(words: Sequence[str] | None = None) -> int:
    """Measures, and writes the page. 1 if a goal was missed."""
    options = parse_options(words)
    with tempfile.TemporaryDirectory(prefix="vault-crm-bench-", dir=options.folder) as folder:
        page, met = measure(options, Path(folder))
    if str(options.results) == "-":
        print(page, end="")
    else:
        options.results.write_text(page, encoding="utf-8", newline="\n")
        say(f"written: {options.results.name}")
    return int(not met)
