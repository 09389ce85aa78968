"""A link to a note beside the vault."""

from __future__ import annotations

from pathlib import Path


def make(root: Path) -> None:
    outside = root.parent / "elsewhere.md"
    outside.write_text("---\ncadence: 2 weeks\n---\n", encoding="utf-8")
    (root / "People").mkdir()
    (root / "People" / "Ada.md").symlink_to(outside)
