"""Fixtures for all tests: vaults from texts, a command line to run, and a home folder of one's own."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import settings

from tests.vaults import write_vault

# How long an example takes says more about the machine's other work than about ours. Where a change is judged
# (CI), the same code meets the same examples; everywhere else they are new in every run.
settings.register_profile("vault-crm", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("vault-crm")

FOREIGN = (
    "VAULT_CRM_VAULT", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TERM", "VISUAL", "EDITOR", "TZ",
    "_VAULT_CRM_COMPLETE", "COMP_WORDS", "COMP_CWORD",
)  # fmt: skip


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-transcripts", action="store_true", help="rewrite tests/transcripts with what commands print"
    )


def private_environment(home: Path) -> dict[str, str]:
    """Variables that keep a run away from the tester's own files and settings."""
    return {
        "HOME": str(home),
        "USERPROFILE": str(home),
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "XDG_DATA_HOME": str(home / ".local/share"),
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(autouse=True, scope="session")
def _nothing_of_the_tester(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees the tester's home, vault, git settings or terminal."""
    patch = pytest.MonkeyPatch()
    for name in FOREIGN:
        patch.delenv(name, raising=False)
    for name, value in private_environment(tmp_path_factory.mktemp("home")).items():
        patch.setenv(name, value)
    yield
    patch.undo()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder of this test's own, with cache, state and settings in it."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name, value in private_environment(folder).items():
        monkeypatch.setenv(name, value)
    return folder


@pytest.fixture
def vault(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a vault from a text (see tests.vaults) and goes there."""

    def make(text: str) -> Path:
        root = home / "notes"
        (root / ".vault-crm").mkdir(parents=True, exist_ok=True)
        write_vault(root, text)
        monkeypatch.chdir(root)
        return root

    return make


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit code."""

    stdout: str
    stderr: str
    code: int
    raw: bytes = b""

    @property
    def lines(self) -> list[str]:
        return self.stdout.splitlines()


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


class Cli:
    """Runs the command line in this process, as the console script would."""

    def __call__(self, *args: str, stdin: str = "", terminal: tuple[int, int] | None = None) -> Run:
        """`cli("log ana -m x")` or `cli("log", "ana", "-m", "x")`; `terminal` is (columns, rows)."""
        from vault_crm.cli.main import run_command

        words = shlex.split(args[0]) if len(args) == 1 else list(args)
        stream = _Terminal if terminal else io.TextIOWrapper
        out, err = (stream(io.BytesIO(), encoding="utf-8", errors="backslashreplace") for _ in range(2))
        patch = pytest.MonkeyPatch()
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        patch.setattr(sys, "stdin", stream(io.BytesIO(stdin.encode()), encoding="utf-8"))
        if terminal:
            patch.setenv("COLUMNS", str(terminal[0]))
            patch.setenv("LINES", str(terminal[1]))
        try:
            code = run_command(words)
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        finally:
            for each in (out, err):
                each.flush()
            patch.undo()
        raw_out, raw_err = (each.buffer.getvalue() for each in (out, err))  # type: ignore[attr-defined]
        return Run(raw_out.decode("utf-8", "replace"), raw_err.decode("utf-8", "replace"), code, raw_out)


@pytest.fixture
def cli() -> Cli:
    """The command line, run in this process."""
    return Cli()


@pytest.fixture
def shell() -> Callable[[str], Run]:
    """A command line run by a real shell, with the `vault-crm` of this environment first on the path."""

    def run(command: str) -> Run:
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
        env = {**os.environ, "PATH": path}
        done = subprocess.run(["sh", "-c", command], capture_output=True, env=env, check=False, timeout=120)
        return Run(done.stdout.decode(), done.stderr.decode(), done.returncode, done.stdout)

    return run
