"""Vaults as texts: what stands under `=== PATH` is that file, up to the next such line.

=== People/Ana.md
---
cadence: 2 weeks
---
=== Daily/2026-11-01.md
Lunch with [[Ana]].
"""

from __future__ import annotations

import contextlib
import os
import shutil
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from vault_crm.core.model import Vault


def split_vault(text: str) -> dict[str, str]:
    """The files of a vault's text, which may be indented as a whole."""
    files: dict[str, str] = {}
    path = ""
    for line in textwrap.dedent(text).lstrip("\n").splitlines(keepends=True):
        if line.startswith("=== "):
            path = line[4:].strip()
            files[path] = ""
        elif path:
            files[path] += line
        elif line.strip():
            raise ValueError(f"before the first === line: {line!r}")
    return files


def write_vault(root: Path, text: str) -> Path:
    """Writes the files of a vault's text, byte for byte, below `root`."""
    root.mkdir(parents=True, exist_ok=True)
    for path, content in split_vault(text).items():
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode("utf-8", "surrogateescape"))
    return root


def tree_bytes(root: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes: what must be the same where nothing may be written."""
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


def comparable(vault: Vault) -> Vault:
    """A vault whose mappings can be compared with another's."""
    return replace(vault, notes=dict(vault.notes), by_path=dict(vault.by_path))


@contextlib.contextmanager
def without_cache(home: Path) -> Iterator[None]:
    """What is loaded in here is read from scratch."""
    kept = os.environ["XDG_CACHE_HOME"]
    os.environ["XDG_CACHE_HOME"] = str(home / "no such cache" / os.urandom(4).hex())
    try:
        yield
    finally:
        os.environ["XDG_CACHE_HOME"] = kept
        shutil.rmtree(home / "no such cache", ignore_errors=True)
