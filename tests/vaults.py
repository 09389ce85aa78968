"""Vaults as texts: what stands under `=== PATH` is that file, up to the next such line.

=== People/Ana.md
---
cadence: 2 weeks
---
=== Daily/2026-11-01.md
Lunch with [[Ana]].
"""

from __future__ import annotations

import textwrap
from pathlib import Path


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
