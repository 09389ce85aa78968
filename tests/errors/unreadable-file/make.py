"""Two links that lead to each other."""

from __future__ import annotations

from pathlib import Path


def make(root: Path) -> None:
    people = root / "People"
    people.mkdir()
    (people / "Ada.md").symlink_to(people / "Ben.md")
    (people / "Ben.md").symlink_to(people / "Ada.md")
