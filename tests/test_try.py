"""The launcher where it cannot go on: one line that says what to install, and no half-made environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.readme_blocks import LAUNCHER
from tests.readme_blocks import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The launcher in a checkout of its own, without the rest."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("try.py", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "nothing").mkdir()
    return folder


def launch(checkout: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs it with nothing on the PATH: no uv, no other Python."""
    env = {**os.environ, "PATH": str(checkout / "nothing"), **variables}
    command = [sys.executable, str(checkout / "try.py"), *words]
    return subprocess.run(
        command, cwd=checkout, env=env, capture_output=True, text=True, timeout=60, check=False
    )


def test_without_venv_and_uv_it_says_what_to_install(checkout: Path) -> None:
    """As on a fresh Debian, whose Python comes without ensurepip."""
    (checkout / "nothing" / "venv.py").write_text("raise SystemExit('ensurepip is not available')")
    done = launch(checkout, PYTHONPATH=str(checkout / "nothing"))
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr == (
        "try.py: setting up .venv, once; this takes up to a minute\n"
        "try.py: this Python cannot make environments: "
        "install uv, or python3-venv (apt install python3-venv)\n"
    )
    assert not (checkout / ".venv").exists()


def test_help_needs_no_environment(checkout: Path) -> None:
    done = launch(checkout, "--help")
    assert done.returncode == 0
    assert "python3 try.py test" in done.stdout
    assert not (checkout / ".venv").exists()


def test_a_python_that_is_not_there_does_not_work(tmp_path: Path) -> None:
    assert LAUNCHER.works(sys.executable)
    assert not LAUNCHER.works(str(tmp_path / "python"))
