"""Runs the console blocks of README.md in a copy of the example vault; compares, or writes, what they print.

    python tests/readme_blocks.py            exit code 1 and a diff, if README.md shows something else
    python tests/readme_blocks.py --update   writes what the commands print into README.md

In a block, a line that begins with `$ ` is a command; what follows is what it prints, as a terminal
shows it. All blocks of the page run in order in one copy of the vault. `python3 try.py` is what it runs:
the same command with the same day, without setting up an environment; `python3 try.py test` is not run
here, because these blocks are among the tests. Blocks in other languages are not run.
"""

from __future__ import annotations

import difflib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NOT_RUN = ("python3 try.py test",)
# commands that set up somebody's own machine: shown, but not run by a test
SET_UP = ("git clone", "cd ", "pipx ", "uv ")


def load_launcher() -> ModuleType:
    """The launcher as a module (its name is a word of Python's, so it cannot be imported by name)."""
    spec = importlib.util.spec_from_file_location("launcher", ROOT / "try.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


LAUNCHER = load_launcher()


@dataclass(frozen=True, slots=True)
class Step:
    """A command of a block, and what the page says it prints."""

    command: str
    printed: str

    @property
    def runs(self) -> bool:
        """False for the commands that are only shown."""
        return self.bare not in NOT_RUN and not self.bare.startswith(SET_UP)

    @property
    def bare(self) -> str:
        """The command without its comment."""
        return self.command.partition("  #")[0].strip()


def steps_of(block: str) -> list[Step]:
    """The commands of a block, in order."""
    steps: list[Step] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            steps.append(Step(line[2:].rstrip("\n"), ""))
        elif steps:
            steps[-1] = Step(steps[-1].command, steps[-1].printed + line)
    return steps


class Playground:
    """A copy of the example vault, with a home folder of its own, in which commands run."""

    def __init__(self, folder: Path) -> None:
        self._home = folder
        self._vault = folder / "example_vault"
        shutil.copytree(ROOT / "example_vault", self._vault)

    def run(self, command: str) -> str:
        """What a command prints in a terminal of 80 columns, as the launcher runs it."""
        program = f'"{sys.executable}" -c "{LAUNCHER.IN_A_TERMINAL}" --today {LAUNCHER.TODAY}'
        command = re.sub(r"^python3 try\.py$", "vault-crm overdue", command)
        command = command.replace(" example_vault/", " ")
        command = re.sub(r"(^|[|;&] ?)vault-crm\b", lambda found: found[1] + program, command)
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self._vault,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.stdout.decode("utf-8")

    def _environment(self) -> dict[str, str]:
        foreign = ("XDG_", "VAULT_CRM", "GIT_", "PYTHON")
        kept = {key: value for key, value in os.environ.items() if not key.startswith(foreign)}
        own = {f"XDG_{kind}_HOME": str(self._home / kind.lower()) for kind in LAUNCHER.KINDS}
        return kept | own | LAUNCHER.TERMINAL | {"HOME": str(self._home), "LC_ALL": "C.UTF-8"}


def rendered(page: str) -> str:
    """The page with what its commands really print."""
    with tempfile.TemporaryDirectory() as folder:
        playground = Playground(Path(folder))

        def run_block(found: re.Match[str]) -> str:
            parts = []
            for step in steps_of(found[1]):
                printed = playground.run(step.bare) if step.runs else step.printed
                parts.append(f"$ {step.command}\n{printed}")
            return "```console\n" + "".join(parts) + "```"

        return FENCE.sub(run_block, page)


def main(words: list[str]) -> int:
    page = README.read_text(encoding="utf-8")
    real = rendered(page)
    if page == real:
        return 0
    if "--update" in words:
        README.write_text(real, encoding="utf-8", newline="\n")
        return 0
    sys.stdout.writelines(
        difflib.unified_diff(page.splitlines(True), real.splitlines(True), "README.md", "what is printed")
    )
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
