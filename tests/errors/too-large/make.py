"""A note of 5 MB."""

from __future__ import annotations

from pathlib import Path


def make(root: Path) -> None:
    note = root / "People" / "Ada.md"
    note.parent.mkdir()
    head = "---\ncadence: 2 weeks\nlast_contact: 2026-11-20\n---\n"
    note.write_text(head + "tea and toast\n" * 400_000, encoding="utf-8")
