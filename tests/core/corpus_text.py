"""What the collected notes read as, in one text: the golden file tests/corpus/reading.txt."""

from __future__ import annotations

import sys
from pathlib import Path

from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.text import decode

# Notes in which libyaml and the pure parser differ in what they accept; the golden says what libyaml reads.
DIFFER = {"links-quoted.md", "tabs-after-value.md"}


def corpus_text(folder: Path) -> str:
    """Each note's name, its properties with the places of key and value, and its diagnostics."""
    return "".join(note_text(path) for path in sorted(folder.glob("*.md")))


def note_text(path: Path) -> str:
    """One note's part. A YAML library's own words are left out: the two have different ones."""
    properties, diagnostics = read_properties(path.name, decode(path.read_bytes()))
    lines = [path.name]
    for prop in properties:
        place = (
            f"{prop.key_span.line}:{prop.key_span.col} {prop.span.line}:{prop.span.col}-{prop.span.end_col}"
        )
        lines.append(f"  {place} {prop.key!r} = {_cut(repr(prop.value))}")
    for found in diagnostics:
        place = f"{found.span.line}:{found.span.col}-{found.span.end_col}"
        lines.append(f"  {place} {found.severity} {found.code}: {found.message.split(': ')[0]}")
    return "\n".join(lines).encode("ascii", "backslashreplace").decode() + "\n"


def _cut(text: str) -> str:
    return text if len(text) <= 90 else text[:90] + "…"


if __name__ == "__main__":
    FOLDER = Path(__file__).parent.parent / "corpus"
    (FOLDER / "reading.txt").write_text(corpus_text(FOLDER), encoding="utf-8", newline="\n")
    sys.exit(0)
