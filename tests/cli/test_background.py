"""A command without a terminal, as the scheduled task on Windows runs it; it runs everywhere."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path


def run(*words: str) -> subprocess.CompletedProcess[bytes]:
    start = [sys.executable, "-P", "-m", "vault_crm.cli.background"]
    return subprocess.run([*start, *words], capture_output=True, timeout=60, check=False)


def test_output_goes_to_the_log_and_variables_are_set(vault: Callable[[str], Path], home: Path) -> None:
    root = vault("=== Humans/Ana.md\n---\ncadence: monthly\n---\n")
    config = home / "my settings" / "vault-crm"
    config.mkdir(parents=True)
    (config / "config.toml").write_text('people = ["Humans"]\n')
    log = home / "a log" / "notes.log"
    variable = f"XDG_CONFIG_HOME={config.parent}"
    done = run(str(log), variable, "TZ=UTC", "--", "-C", str(root), "list")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert "Ana" in log.read_text()
    done = run(str(log), "--", "-C", str(root / "nowhere"), "list")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")
    first, last = log.read_text().split("vault-crm: ")
    assert "Ana" in first
    assert last.startswith("there is no folder")
