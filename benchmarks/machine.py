"""What a figure was measured on: the machine and the versions, and nothing that names whose they are."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

# what is installed beside our program and takes part in a figure
PACKAGES = ("vault-crm", "click", "jinja2", "PyYAML", "python-frontmatter", "rich", "watchdog", "pip")
_VERSIONS = """
import json, platform, sys
from importlib.metadata import version, PackageNotFoundError
found = {"Python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def load() -> str:
    """How busy the machine was in the last minute."""
    return f"{os.getloadavg()[0]:.1f}"


def machine_facts(folder: Path) -> Iterator[str]:
    """Processor, memory, system, and the file system of this folder."""
    yield f"{_processor()}, {os.cpu_count()} processors"
    if found := re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE):
        yield f"{int(found[1]) / 2**20:.0f} GB of memory"
    release = re.match(r"\d+\.\d+", platform.release())  # what follows may name a provider
    yield f"{platform.system()} {release[0] if release else ''}".rstrip()
    if kind := _file_system(folder):
        yield kind


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _file_system(folder: Path) -> str:
    """The type of the file system that is mounted nearest above a folder; '' if nobody says."""
    best = ("", "")
    for line in _text("/proc/mounts").splitlines():
        place, kind = line.split()[1:3]
        place = place.replace("\\040", " ")
        if len(place) >= len(best[0]) and folder.resolve().is_relative_to(place):
            best = place, kind
    return best[1]


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def versions(python: str, programs: Mapping[str, str]) -> Iterator[str]:
    """Of the interpreter and its packages, and of every other program that is there."""
    done = subprocess.run([python, "-c", _VERSIONS, *PACKAGES], stdout=subprocess.PIPE, check=True, text=True)
    yield from (f"{name} {version}" for name, version in json.loads(done.stdout).items())
    yield from (f"{name} {found}" for name, path in programs.items() if (found := _version(path)))


def _version(program: str) -> str:
    """The first number with a dot that a program says of itself; '' if it says none."""
    try:
        done = subprocess.run(
            [program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=30
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = re.search(r"\d+(\.\d+)+", done.stdout)
    return found[0] if found else ""


def commit(repository: Path) -> str:
    """The commit that is measured, and whether there is more than it; '' outside a repository."""

    def ask(*words: str) -> str:
        try:
            done = subprocess.run(["git", *words], cwd=repository, capture_output=True, text=True)
        except OSError:
            return ""
        return done.stdout.strip() if done.returncode == 0 else ""

    name = ask("rev-parse", "--short", "HEAD")
    return f"{name} and changes" if name and ask("status", "--porcelain", "-uno", "vault_crm") else name


def in_words(facts: Sequence[str]) -> str:
    """Facts in a line."""
    return ", ".join(facts)
