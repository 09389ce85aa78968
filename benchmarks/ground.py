"""Where the measurements of a run take place: the installed program, the vaults, and folders of their own."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from benchmarks.figures import Row
from benchmarks.figures import ms
from benchmarks.figures import say
from benchmarks.pairs import Command
from benchmarks.pairs import Taken
from benchmarks.pairs import ratio
from benchmarks.pairs import seconds
from benchmarks.pairs import take_turns
from benchmarks.watched import own_folders

REPOSITORY = Path(__file__).resolve().parents[1]
# What would make something else of Python or of the other programs than they are by themselves.
NOT_OURS = ("PYTHON", "RIPGREP_", "PERM_", "TASK", "LC_", "LANG", "_VAULT_CRM", "COMP_")
SETTLED = 2.1  # seconds after which no change can have the time stamp of what was written before


@dataclass(frozen=True, slots=True)
class Ground:
    """`program` is what a user starts, `python` the interpreter that it runs in."""

    options: argparse.Namespace
    folder: Path
    program: tuple[str, ...]
    python: str
    made: dict[str, Path] = field(default_factory=dict)

    def measure(self, commands: Mapping[str, Command | Callable[[], Command]]) -> Taken:
        """Some commands in turn, as often as the options say."""
        return take_turns(commands, self.options.rounds, self.options.warm_up)

    def settle(self) -> None:
        """Waits until a change has another time stamp than what was just written."""
        time.sleep(self.options.settled)

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Notes of the small, the middle and the large vault."""
        small, middle, large = self.options.sizes
        return small, middle, large

    def with_goals(self, goals: Sequence[float | None]) -> Iterable[tuple[int, float | None]]:
        """Each size, and what is promised for it."""
        return dict(zip(self.sizes, goals, strict=True)).items()

    def vault(self, notes: int, people: int | None = None, all_overdue: bool = False) -> Path:
        """A vault of this size in a git repository; made once, by another process: what this one has in its
        memory is counted as every command's."""
        people = max(1, notes // 10) if people is None else people
        name = f"vault-{notes}-{people}{'-overdue' if all_overdue else ''}"
        if name not in self.made:
            say(f"  making {name}")
            root = self.folder / name
            words = [str(root), "--notes", str(notes), "--people", str(people)]
            words += ["--all-overdue"] if all_overdue else []
            command = [sys.executable, "-m", "benchmarks.make_vault", *words]
            subprocess.run(command, cwd=REPOSITORY, check=True, stdout=subprocess.DEVNULL)
            self.made[name] = root
            self.git(root, "init", "-q", "-b", "one")
            self.git(root, "add", "-A")
            self.git(root, "commit", "-q", "-m", "one")
            self.settle()
        return self.made[name]

    def copy(self, vault: Path, name: str) -> Path:
        """A vault's copy that may be changed, with an index, state and settings of its own."""
        root = self.folder / f"{vault.name}-{name}"
        shutil.copytree(vault, root)
        self.settle()
        return root

    def home(self, vault: Path) -> Path:
        """The folder of a vault's index, state and settings."""
        return self.folder / "home" / vault.name

    def env(self, vault: Path) -> dict[str, str]:
        """What a command in this vault sees of its surroundings."""
        env = {
            name: value
            for name, value in own_folders(self.home(vault)).items()
            if not name.startswith(NOT_OURS)
        }
        self.home(vault).mkdir(parents=True, exist_ok=True)
        return env | {"LC_ALL": "C.UTF-8"}

    def forget_index(self, vault: Path) -> None:
        """As if the program had never been here; its state stays."""
        shutil.rmtree(self.home(vault) / "cache", ignore_errors=True)

    def git(self, vault: Path, *words: str) -> None:
        """Runs git there. Raises CalledProcessError."""
        who = ["-c", "user.name=Bench", "-c", "user.email=bench@example.org", "-c", "gc.auto=0"]
        subprocess.run(["git", *who, *words], cwd=vault, env=self.env(vault), check=True)

    def crm(self, vault: Path, *words: str, **more: Any) -> Command:
        """Our program, in a vault."""
        return self.other(vault, *self.program, *words, **more)

    def imports(self, vault: Path, module: str) -> Command:
        """Python that does nothing but import a module; '' is no import at all."""
        line = f"import {module}" if module else "pass"
        return self.other(vault, self.python, "-c", line, speaks=False)

    def other(self, vault: Path, *words: str, **more: Any) -> Command:
        """Any program, in a vault."""
        return Command(words, vault, self.env(vault), **more)

    def do(self, vault: Path, *words: str) -> bytes:
        """Our program's output, not measured. Raises CalledProcessError."""
        command = [*self.program, *words]
        return subprocess.run(
            command,
            cwd=vault,
            env=self.env(vault),
            check=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ).stdout

    def people(self, vault: Path, command: str = "list") -> list[dict[str, object]]:
        """Everybody, or whom another list has, as the program's JSON says it."""
        found: list[dict[str, object]] = json.loads(self.do(vault, command, "--json"))["people"]
        return found


def compared(
    taken: Taken, name: str, to: str, what: str, reference: str, goal: float | None, less: bool = False
) -> Row:
    """A row: how many times `reference` something takes, which is to be at most `goal` (`less`: below it)."""
    wall, cpu = ratio(taken, name, to), ratio(taken, name, to, "cpu")
    measured = (
        f"{digits(wall.median)} ({digits(wall.least)} to {digits(wall.greatest)}); processor "
        f"{digits(cpu.median)}; {ms(seconds(taken, name))} beside {ms(seconds(taken, to))}"
    )
    if goal is None:
        return Row(what, f"(× {reference})", measured)
    met = wall.median < goal if less else wall.median <= goal
    return Row(what, f"{'<' if less else '≤'} {goal:g} × {reference}", measured, met)


def digits(value: float) -> str:
    """A ratio with three digits that mean something."""
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def notes(count: int) -> str:
    """So many notes, in words."""
    return f"{count:,} notes"


def found_programs(options: argparse.Namespace, names: Sequence[str]) -> Mapping[str, str]:
    """Those of the programs that are installed: in the folder of the options, or on the PATH."""
    folders = os.pathsep.join(filter(None, (str(options.peers or ""), os.environ.get("PATH", ""))))
    found = {name: shutil.which(name, path=folders) for name in names}
    return {name: str(Path(path).absolute()) for name, path in found.items() if path}
