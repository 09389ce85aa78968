"""Commands that ask make no system call that could change anything inside the vault, as the README promises.

strace follows every process that a command starts; the vault is an ordinary, writable copy of the example.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parents[2] / "example_vault"
TODAY = "2026-11-22"
ASKING = (
    "", "--json", "overdue", "overdue --json", "overdue --paths", "upcoming", "list", "list tag:family",
    "show mara", "search cello", "why ben", "check", "check --format json", "render --check",
    "render --stdout", "undo --list", "init --dry-run", "log ben -m tea --dry-run",
    "snooze ben --for '2 weeks' --dry-run",
    "set ben cadence monthly --dry-run", "unset ben cadence --dry-run", "pause ben --dry-run",
    "new Somebody --dry-run", "export json", "export vcard ben", "forget ben --redact --dry-run",
)  # fmt: skip
# Calls by which a file can be changed, made, renamed or removed; opening is judged by its flags.
CHANGING = frozenset({
    "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link", "linkat",
    "symlink", "symlinkat", "truncate", "chmod", "fchmodat", "chown", "lchown", "fchownat", "utimensat",
    "utime", "utimes", "futimesat", "mknod", "mknodat", "creat", "setxattr", "removexattr",
})  # fmt: skip
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')
_OPEN_FOR_WRITING = re.compile(r"\bO_(WRONLY|RDWR|CREAT|TRUNC|APPEND)\b")


def strace() -> str:
    found = shutil.which("strace")
    if found is None:
        pytest.skip("strace is not installed")
    probe = subprocess.run([found, "-e", "trace=none", "true"], capture_output=True)
    if probe.returncode:
        pytest.skip("strace may not trace here")
    return found


def changes(log: str, vault: Path) -> list[str]:
    """The traced calls that could have changed something in the vault."""
    found = []
    for line in log.splitlines():
        call = re.sub(r"^\d+ +", "", line)
        name = call.partition("(")[0]
        opened = name in ("open", "openat", "openat2") and _OPEN_FOR_WRITING.search(call)
        if (name in CHANGING or opened) and any(inside(path, vault) for path in _PATH.findall(call)):
            found.append(call)
    return found


def inside(path: str, vault: Path) -> bool:
    """True if a call's path argument lies in the vault, which is the current folder."""
    return not path.startswith("/") or f"{path}/".startswith(f"{vault}/")


def traced(arguments: list[str], vault: Path, log: Path) -> str:
    calls = ",".join(f"?{name}" for name in (*sorted(CHANGING), "open", "openat", "openat2"))
    command = [strace(), "-f", "-y", "-s", "4096", "-o", str(log), "-e", f"trace={calls}", *arguments]
    subprocess.run(command, cwd=vault, capture_output=True, stdin=subprocess.DEVNULL, timeout=120)
    return log.read_text(errors="replace")


def test_commands_that_ask_change_nothing_in_the_vault(home: Path, tmp_path: Path) -> None:
    import shlex

    vault = tmp_path / "vault"
    shutil.copytree(EXAMPLE, vault)
    before = {path: path.stat().st_mtime_ns for path in sorted(vault.rglob("*"))}
    for words in ASKING:
        program = [sys.executable, "-m", "vault_crm", "-C", str(vault), "--today", TODAY, *shlex.split(words)]
        log = traced(program, vault, tmp_path / "log")
        assert "openat(" in log, f"nothing was traced for {words!r}"
        assert changes(log, vault) == [], f"vault-crm {words}"
    assert {path: path.stat().st_mtime_ns for path in sorted(vault.rglob("*"))} == before


def test_a_write_would_be_seen(home: Path, tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    shutil.copytree(EXAMPLE, vault)
    program = [
        sys.executable,
        "-m",
        "vault_crm",
        "-C",
        str(vault),
        "--today",
        TODAY,
        "log",
        "ben",
        "-m",
        "tea",
    ]
    assert changes(traced(program, vault, tmp_path / "log"), vault)
