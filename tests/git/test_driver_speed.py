"""A rebase of a thousand commits starts the driver a thousand times: it must load little."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.git.cloning import environment
from tests.git.test_driver import BOTH
from tests.git.test_driver import HERS
from tests.git.test_driver import HIS
from tests.git.test_driver import NOTE

WORDS = (
    "merge-file",
    "--driver",
    "--marker-size",
    "7",
    "-L",
    "%X",
    "-L",
    "%S",
    "-L",
    "%Y",
    "--path",
    "People/Ada.md",
)
START = "import sys; from vault_crm.__main__ import run; run()"
# What takes long, and what a merge of a plain note has no use for.
TOO_MUCH = {
    *("click", "jinja2", "watchdog", "rich", "yaml", "frontmatter", "tomllib", "vault_crm.core.model"),
    *(
        "subprocess",
        "tempfile",
        "pathlib",
        "shutil",
        "urllib",
        "calendar",
        "random",
        "json",
        "logging",
        "shlex",
    ),
    *("vault_crm.core.settings", "vault_crm.store.store", "vault_crm.core.note", "vault_crm.core.vault"),
}


def sides(folder: Path) -> None:
    for name, text in (("b", NOTE), ("o", HIS), ("t", HERS)):
        (folder / name).write_text(text)


def loaded_by(folder: Path, *words: str) -> set[str]:
    """The modules that a run of Python has loaded when it ends by `os._exit`."""
    watch = (
        "import os, sys; end = os._exit\n"
        "def _exit(code):\n    print(*sys.modules, flush=True)\n    end(code)\n"
        f"os._exit = _exit\n{START}"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", watch, *words],
        cwd=folder, env=environment(folder), capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    return set(done.stdout.split())


def test_a_merge_of_a_note_loads_what_it_needs(tmp_path: Path) -> None:
    sides(tmp_path)
    loaded = loaded_by(tmp_path, *WORDS, "--", "b", "o", "t")
    assert (tmp_path / "o").read_text() == BOTH
    assert "vault_crm.core.merge.note" in loaded
    assert loaded & TOO_MUCH == set()


def cpu_of(command: Sequence[str], folder: Path) -> float:
    """Seconds of CPU that a command takes, its children included."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    env = {k: v for k, v in environment(folder).items() if k != "PYTHONDONTWRITEBYTECODE"}
    subprocess.run(command, cwd=folder, env=env, capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def test_it_starts_nearly_as_fast_as_the_command_line_library_alone(tmp_path: Path) -> None:
    """At most 1.3 times where nothing else runs; CPU time, in turn, the best of several, as far as a computer
    with other work can tell."""
    driver = [sys.executable, "-P", "-c", START, *WORDS, "--", "b", "o", "t"]
    click = [sys.executable, "-P", "-c", "import click"]
    ours, theirs = [], []
    for _ in range(12):
        sides(tmp_path)
        ours.append(cpu_of(driver, tmp_path))
        theirs.append(cpu_of(click, tmp_path))
    assert min(ours) < 1.5 * min(theirs)


def test_the_driver_says_nothing_where_all_is_well(tmp_path: Path) -> None:
    sides(tmp_path)
    command = [sys.executable, "-P", "-c", START, *WORDS, "--", "b", "o", "t"]
    done = subprocess.run(command, cwd=tmp_path, env=environment(tmp_path), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert sorted(os.listdir(tmp_path)) == ["b", "o", "t"]
