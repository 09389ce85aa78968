"""Frontmatter of 80 kB."""

from __future__ import annotations

from pathlib import Path


def make(root: Path) -> None:
    note = root / "People" / "Ada.md"
    note.parent.mkdir(parents=True)
    note.write_text("---\ncadence: 2 weeks\nbio: " + "tea and toast, " * 5000 + "\n---\n", encoding="utf-8")
