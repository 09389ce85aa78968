"""Plays histories on real clones, and says what came of them.

python -m tests.git.playing --seed 17              again, with everything it did
python -m tests.git.playing --seed 17 --shrink     with as few ops as still go wrong
python -m tests.git.playing --first 0 --count 500 --way plain
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import traceback
from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import timedelta
from pathlib import Path

from tests.git.devices import Device
from tests.git.devices import Stages
from tests.git.devices import Stopped
from tests.git.devices import clean_environment
from tests.git.histories import FIRST_DAY
from tests.git.histories import PAGE
from tests.git.histories import History
from tests.git.histories import Op
from tests.git.histories import make_history
from tests.git.histories import shrink
from tests.git.histories import starting_vault
from tests.git.oracle import Ledger
from tests.git.oracle import find_faults
from tests.git.oracle import kind_of
from tests.git.oracle import settle
from tests.git.oracle import wrong_about
from vault_crm.git.driver import driver_command
from vault_crm.git.driver import run_driver

# driver: every device is set up by `git install`. plain: the tool, but git alone merges. notes: the same, and
# the page is ignored, so that only notes can conflict. phone: the first device is set up, the others have
# neither tool nor driver. phone-bare: the same without the untouched line between two people of the page.
WAYS = ("driver", "plain", "notes", "phone", "phone-bare")
PROGRAM = (sys.executable, "-P", "-m", "vault_crm")
_DOOR = """\
#!/bin/sh
printf '%s\\0' "$PWD" "$@" >"${0%/*}/asked"
read code <"${0%/*}/answered"
exit "$code"
"""


class Enough(Exception):
    """A conflict where only the number of histories with one is wanted."""


@dataclass(slots=True)
class Played:
    """What came of a history: conflicts as (where, was it real), what git refused, and what went wrong."""

    history: History
    pulls: int = 0
    conflicts: list[tuple[str, bool]] = field(default_factory=list)
    stops: int = 0
    faults: list[str] = field(default_factory=list)


class Door:
    """The driver without its start: git runs a few lines of shell that ask this process.

    It is the driver's own command line with another program; starting the real one for each file of
    thousands of merges would take an hour. `real` histories do it.
    """

    def __init__(self, folder: Path) -> None:
        self.program = folder / "door"
        self.program.write_text(_DOOR, encoding="ascii")
        self.program.chmod(0o755)
        self._asked, self._answered = folder / "asked", folder / "answered"
        os.mkfifo(self._asked)
        os.mkfifo(self._answered)
        self.calls = 0
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Nobody asks any more."""
        self._asked.write_bytes(b"")
        self._thread.join()

    def _serve(self) -> None:
        while words := self._asked.read_bytes().split(b"\0")[:-1]:
            folder, *arguments = map(os.fsdecode, words)
            self.calls += 1
            with contextlib.chdir(folder):
                code = run_driver(arguments[arguments.index("--driver") + 1 :])
            self._answered.write_text(f"{code}\n", encoding="ascii")


class Stage:
    """A hub and clones as they are at the beginning, to be copied for each history."""

    def __init__(self, folder: Path, devices: int, way: str, real: bool = False) -> None:
        self.folder = folder
        self.way = way
        self.environment = clean_environment(folder / "home")
        self.door = None if real or way in ("plain", "notes") else Door(folder)
        self.steps = ""
        self.devices = devices
        self._made = folder / "made"
        self._make()

    def _make(self) -> None:
        first = self._device(self._made / "device0", 0)
        first.root.mkdir(parents=True)
        first.day, first.tool = FIRST_DAY, True
        first.git("init", "-q")
        for path, text in starting_vault():
            (first.root / path).parent.mkdir(parents=True, exist_ok=True)
            first.write(path, text.replace("yes", "no") if self.way == "phone-bare" else text)
        first.render()
        self._set_up(first, 0)
        first.commit()
        first.git("clone", "-q", "--bare", ".", "../hub.git")
        for number in range(1, self.devices):
            first.git("clone", "-q", "../hub.git", f"../device{number}")
            self._set_up(self._device(self._made / f"device{number}", number), number)
        for number in range(self.devices):
            device = self._device(self._made / f"device{number}", number)
            device.git("remote", "rm", "origin")
            device.git("remote", "add", "origin", "../hub.git")
            device.git("fetch", "-q", "origin")

    def _set_up(self, device: Device, number: int) -> None:
        """What the user does once on a device that has the tool: `vault-crm git install`."""
        if self.way == "notes":
            device.write(".gitignore", f"{PAGE}\n")
            device.day = FIRST_DAY
            device.render()
        if self.way in ("plain", "notes") or (self.way.startswith("phone") and number):
            return
        command = [*PROGRAM, "-C", str(device.root), "git", "install", "--yes", "--no-hooks"]
        done = subprocess.run(
            [*command, "--dashboard", "every-device"],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert device.git("config", "merge.vault-crm.driver")[0] == 0
        if self.door:
            device.git("config", "merge.vault-crm.driver", driver_command((str(self.door.program),)))

    def _device(self, root: Path, number: int) -> Device:
        tool = number == 0 or not self.way.startswith("phone")
        return Device(f"device{number}", root, self.environment, settle, tool=tool)

    def play(self, history: History) -> Played:
        """Carries out a history, and judges it."""
        played = Played(history)
        top = self.folder / "now"
        shutil.rmtree(top, ignore_errors=True)
        shutil.rmtree(self.folder / "home/.cache", ignore_errors=True)
        shutil.rmtree(self.folder / "home/.local", ignore_errors=True)
        shutil.copytree(self._made, top, symlinks=True)
        ledger = Ledger()
        devices = [self._device(top / f"device{number}", number) for number in range(history.devices)]
        for device in devices:
            device.settle = lambda stages: self._settle(stages, played, ledger)
        try:
            self._run(history, devices, ledger, played)
        except Enough:
            pass
        except Stopped as stopped:
            played.faults.append(f"git stopped: {stopped}")
        except Exception:
            played.faults.append(traceback.format_exc())
        played.pulls = sum(device.pulls for device in devices)
        return played

    def _settle(self, stages: Stages, played: Played, ledger: Ledger) -> str:
        wrong = wrong_about(stages)
        played.conflicts.append((kind_of(stages), not wrong))
        if self.way != "driver":
            raise Enough
        if wrong:
            played.faults.append(f"{stages.path}: {wrong}\n{indented(stages)}")
        ledger.conflict(stages)
        return settle(stages)

    def _run(self, history: History, devices: Sequence[Device], ledger: Ledger, played: Played) -> None:
        for op in history.ops:
            device = devices[op.device]
            device.day = op.day
            if op.kind == "sync":
                self._sync(device, op.place, played)
                ledger.sync(op.device, op.place)
            elif (touched := device.do(op)) is not None:
                ledger.add(op, touched)
            if self.steps:
                self._tell(op, devices)
        end = max((op.day for op in history.ops), default=FIRST_DAY) + timedelta(days=1)
        for device in devices:
            device.day = end
        for device in (*devices, *devices, *devices):
            self._sync(device, "merge", played)
        for device in devices:
            device.render()
        if self.way == "driver":
            played.faults += self._judge(devices, ledger)

    def _tell(self, op: Op, devices: Sequence[Device]) -> None:
        """What stands where the words `steps` are, on every device, after an op."""
        print(f"== {op}")
        for device in devices:
            for path, text in files_of(device.root).items():
                for number, line in enumerate(text.split("\n"), 1):
                    if self.steps in line:
                        print(f"   {device.name} {path}:{number}: {line}")

    def _sync(self, device: Device, style: str, played: Played) -> None:
        try:
            device.sync(style)
        except Stopped:
            if self.way == "driver":
                raise
            played.stops += 1
            device.commit()
            device.sync("merge")

    def _judge(self, devices: Sequence[Device], ledger: Ledger) -> Iterator[str]:
        files = [files_of(device.root) for device in devices]
        for device, other in zip(devices[1:], files[1:], strict=True):
            for path in sorted({*files[0], *other}):
                mine, its = files[0].get(path, ""), other.get(path, "")
                if mine != its:
                    yield f"{path} differs on {device.name}:\n{apart(mine, its)}"
        yield from find_faults(ledger, files[0])
        store = devices[0].store
        yield from (f"{d.span}: {d.message}" for d in store.load().diagnostics if d.severity == "error")
        devices[0].render()
        if devices[0].read(PAGE) != files[0][PAGE]:
            yield "a second rendering changes the page"

    def close(self) -> None:
        """Everything is played."""
        if self.door:
            self.door.close()


def files_of(root: Path) -> dict[str, str]:
    """Every file of a work tree, but git's own."""
    paths = (path for path in sorted(root.rglob("*")) if path.is_file())
    return {
        path.relative_to(root).as_posix(): path.read_bytes().decode("utf-8", "surrogateescape")
        for path in paths
        if ".git" not in path.relative_to(root).parts
    }


def apart(one: str, other: str) -> str:
    """Two texts as a diff."""
    import difflib

    return "\n".join(difflib.unified_diff(one.split("\n"), other.split("\n"), lineterm="", n=1))


def indented(stages: Stages) -> str:
    """A conflict with all that it came from."""
    sides = (
        ("base", stages.base),
        ("ours", stages.ours),
        ("theirs", stages.theirs),
        ("git left", stages.marked),
    )
    return "\n".join(f"  == {name}\n" + "\n".join(f"  | {line}" for line in (text or "(none)").split("\n"))
                     for name, text in sides)  # fmt: skip


@contextlib.contextmanager
def stage(devices: int, way: str, real: bool = False, folder: Path | None = None) -> Iterator[Stage]:
    """A stage in a folder of its own, in memory where the system has that, and the tool's own files with
    it."""
    memory = "/dev/shm" if folder is None and os.access("/dev/shm", os.W_OK) else folder
    with tempfile.TemporaryDirectory(prefix="vault-crm-histories-", dir=memory) as made:
        home = Path(made) / "home"
        home.mkdir()
        kept = {
            name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME")
        }
        os.environ |= {name: clean_environment(home)[name] for name in kept}
        theatre = Stage(Path(made), devices, way, real)
        try:
            yield theatre
        finally:
            theatre.close()
            for name, value in kept.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def summary(all_: Sequence[Played]) -> str:
    """The figures of many histories, in one line each."""
    where = Counter(kind for one in all_ for kind, _ in one.conflicts)
    real = sum(ok for one in all_ for _, ok in one.conflicts)
    kinds = ", ".join(f"{kind} {number}" for kind, number in where.most_common())
    return "\n".join(
        [
            f"{len(all_)} histories, {sum(one.pulls for one in all_)} pulls",
            f"with a conflict: {sum(bool(one.conflicts) for one in all_)} histories ({kinds}); real: {real}",
            f"with a conflict that is not real: {sum(any(not ok for _, ok in o.conflicts) for o in all_)}",
            f"where a pull refused to begin: {sum(bool(one.stops) for one in all_)}",
            f"with a fault: {sum(bool(one.faults) for one in all_)}",
        ]
    )


def main(words: Sequence[str] | None = None) -> int:
    """Plays histories from the command line: 1 if one went wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.git.playing", description="Plays histories.")
    parser.add_argument("--seed", type=int, help="this one, told in full")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--devices", type=int, default=2)
    parser.add_argument("--way", choices=WAYS, default="driver")
    parser.add_argument("--real", action="store_true", help="start the driver's program each time")
    parser.add_argument("--shrink", action="store_true")
    parser.add_argument("--steps", default="", help="words (k017): where they stand after each op")
    options = parser.parse_args(words)
    seeds = (
        [options.seed] if options.seed is not None else range(options.first, options.first + options.count)
    )
    done: list[Played] = []
    with stage(options.devices, options.way, options.real) as theatre:
        for seed in seeds:
            history = make_history(seed, options.devices)
            if options.shrink:
                history = shrink(history, lambda shorter: bool(theatre.play(shorter).faults))
            theatre.steps = options.steps
            played = theatre.play(history)
            done.append(played)
            if options.seed is not None or options.shrink:
                print(history)
            for fault in played.faults:
                print(f"seed {seed}: {fault}")
    print(summary(done))
    return any(played.faults for played in done)


if __name__ == "__main__":
    sys.exit(main())
