"""How long an import takes per person, whether that stays so for more people, and what memory a stream needs.

python -m benchmarks.bench_import                        everything, some minutes
python -m benchmarks.bench_import --only cards --counts 500 1000
python -m benchmarks.bench_import --help

Measured from outside, on the real program: `import FILE` prints the plan; `--apply` writes the notes into an
empty vault; the same once more finds everybody again. Each in a process and a vault of its own.
"""

from __future__ import annotations

import argparse
import math
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.addressbook import write_cards
from benchmarks.addressbook import write_table
from benchmarks.figures import Row
from benchmarks.figures import format_rows
from benchmarks.figures import say
from benchmarks.watched import PROGRAM

PARTS = ("cards", "table", "stream")
# What is promised: so much a card, a time that grows no faster than this power of their number (the rest is
# noise), and a memory that does not.
PER_CARD = 5.0  # ms
EXPONENT = 1.15
MEMORY = 3.0  # MB more for ten times the cards

# Reads a file and forgets everybody: what stays is what the reader itself needs. On Linux the peak of a new
# process begins with that of the one that started it, so it is taken from /proc, which begins anew.
_READER = """
import sys
from pathlib import Path
from vault_crm.importers import Wanted, recognise
from vault_crm.importers.source import Source

source = Source(Path(sys.argv[1]))
wanted = Wanted()
count = sum(1 for _ in recognise(source, wanted).read(source, wanted))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(count, int(peak.split()[1]))
"""


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """What a run took: seconds by the clock, and of the processor, which a busy neighbour disturbs less."""

    wall: float
    cpu: float


def run(words: Sequence[str], vault: Path, program: Sequence[str] = PROGRAM) -> Taken:
    """What a command takes, from its start to its end."""
    home = vault.with_name(f"{vault.name}.home")
    environment = os.environ | {f"XDG_{name}_HOME": str(home / name) for name in ("CACHE", "STATE", "CONFIG")}
    command = [*program, "-C", str(vault), *words]
    begun, cpu = time.perf_counter(), _cpu()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    taken = Taken(time.perf_counter() - begun, _cpu() - cpu)
    if done.returncode:
        shown = f"{done.stdout[-2000:]}{done.stderr[-2000:]}"
        raise SystemExit(f"{' '.join(words)} ended with {done.returncode}:\n{shown}")
    return taken


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def exponent(counts: Sequence[int], seconds: Sequence[float]) -> float:
    """The power of the number with which a time grows: the slope of the line through the logarithms."""
    xs, ys = [math.log(n) for n in counts], [math.log(s) for s in seconds]
    middle_x, middle_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - middle_x) ** 2 for x in xs)
    return sum((x - middle_x) * (y - middle_y) for x, y in zip(xs, ys, strict=True)) / spread


def import_thrice(file: Path, vault: Path, program: Sequence[str] = PROGRAM) -> tuple[Taken, Taken, Taken]:
    """The plan, the import, and the import of the same file again, which must make no note."""
    (vault / "People").mkdir(parents=True)
    (vault / ".vault-crm").mkdir()
    plan = run(["import", str(file)], vault, program)
    done = run(["import", str(file), "--apply"], vault, program)
    made = sum(1 for _ in (vault / "People").iterdir())
    again = run(["import", str(file), "--apply"], vault, program)
    if made != sum(1 for _ in (vault / "People").iterdir()):
        raise SystemExit("the second import made notes")
    shown = ", ".join(f"{taken.wall:.1f} s" for taken in (plan, done, again))
    say(f"{file.name}: {made} notes; plan, import, again: {shown}")
    return plan, done, again


def bench_imports(
    what: str, ending: str, write: Callable[[Path, int], None], options: argparse.Namespace, folder: Path
) -> list[Row]:
    """Plan, import, and import again, of each size; less what they take for a single person."""
    counts: list[int] = options.counts
    best: dict[int, tuple[Taken, ...]] = {}
    for count in (1, *counts):
        file = folder / f"{count}.{ending}"
        write(file, count)
        rounds = [import_thrice(file, folder / f"{ending}-{count}-{i}") for i in range(options.rounds)]
        best[count] = tuple(map(min, zip(*rounds, strict=True)))
    sizes = ", ".join(f"{n:,}" for n in counts)
    rows = []
    for i, part in enumerate(("the plan", "the import", "the same file again")):
        wall = [max(best[n][i].wall - best[1][i].wall, 1e-4) for n in counts]
        cpu = [max(best[n][i].cpu - best[1][i].cpu, 1e-4) for n in counts]
        each, work = ([t / n * 1000 for t, n in zip(times, counts, strict=True)] for times in (wall, cpu))
        shown = f"{_figures(each)} (processor: {_figures(work)})"
        figure, goal = f"{what}, {part}: ms each, of {sizes}", f"at most {PER_CARD:g}"
        rows.append(Row(figure, goal, shown, each[-1] <= PER_CARD))
        if len(counts) > 1:
            power = exponent(counts, cpu)
            figure = f"{what}, {part}: processor time grows with the power"
            goal = f"at most {EXPONENT}"
            rows.append(Row(figure, goal, f"{power:.2f}", power <= EXPONENT))
    return rows


def _figures(values: Sequence[float]) -> str:
    return ", ".join(f"{value:.2f}" for value in values)


def bench_stream(counts: Sequence[int], folder: Path) -> list[Row]:
    """The highest memory of a process that reads a file of cards and keeps nobody."""
    peaks = []
    for count in counts:
        file = folder / "stream.vcf"
        write_cards(file, count)
        begun = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", _READER, str(file)], capture_output=True, text=True, check=True
        )
        read, peak = map(int, done.stdout.split())
        peaks.append(peak / 1024)
        size, taken = file.stat().st_size >> 20, time.perf_counter() - begun
        say(f"{read} cards of {size} MB: {peak >> 10} MB, {taken:.1f} s")
        if read < count:
            raise SystemExit(f"only {read} of {count} cards were read")
    shown = ", ".join(f"{peak:.1f} MB" for peak in peaks)
    sizes = ", ".join(f"{n:,}" for n in counts)
    grown, most = peaks[-1] - peaks[0], f"at most {MEMORY:g} MB"
    return [
        Row(f"reading a stream of cards: peak memory, of {sizes}", "", shown),
        Row("the same: more for the most than for the fewest", most, f"{grown:.1f} MB", grown <= MEMORY),
    ]


def main(words: Sequence[str] | None = None) -> int:
    """Measures, and prints the table. 1 if a goal was missed."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.bench_import", description="Measures imports."
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--counts", nargs="+", type=int, default=[1_000, 3_000, 10_000])
    parser.add_argument("--rounds", type=int, default=3, help="of each run the quickest counts")
    parser.add_argument("--streams", nargs="+", type=int, default=[10_000, 100_000])
    options = parser.parse_args(words)
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if "cards" in options.only:
            rows += bench_imports("vCards", "vcf", write_cards, options, folder)
        if "table" in options.only:
            rows += bench_imports("rows of Google's CSV", "csv", write_table, options, folder)
        if "stream" in options.only:
            rows += bench_stream(options.streams, folder)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"{platform.system()}, {os.cpu_count()} processors, Python {platform.python_version()}, load {load}\n"
    )
    print("\n".join(format_rows(rows)))
    return any(row.met is False for row in rows)


if __name__ == "__main__":
    sys.exit(main())
