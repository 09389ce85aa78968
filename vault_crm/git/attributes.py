"""Our lines in `.gitattributes` and `.gitignore` of a vault, as texts."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Sequence

from vault_crm.core.starter import ignore_pattern
from vault_crm.core.starter import without_ignore_line
from vault_crm.core.text import split_lines
from vault_crm.git.blocks import block_lines
from vault_crm.git.blocks import set_block
from vault_crm.git.blocks import text_behind

_HOW = "merge=vault-crm -text"
ATTRIBUTES = (f"*.md {_HOW}",)
# What Obsidian writes for itself, whenever a pane moves: (the line, paths by which to see that it is there).
OBSIDIAN = (
    (".obsidian/workspace*.json", (".obsidian/workspace.json", ".obsidian/workspace-mobile.json")),
    (".trash/", (".trash/note.md",)),
)
_ALL = ("*", "**", "*.md", "**/*.md")


def is_attribute(line: str) -> bool:
    """True for a line that we write into `.gitattributes`."""
    return line in ATTRIBUTES


def is_ignore(line: str) -> bool:
    """True for a line that we write into `.gitignore`: Obsidian's files, and dashboards, from the vault's
    root."""
    return (line[:1] == "/" and line[-3:] == ".md") or line in [known for known, _ in OBSIDIAN]


def dashboard_attribute(path: str) -> str:
    """The line for a dashboard, named from the top of the work tree, in the clone's own attributes."""
    pattern = "".join("\\" + char if char in "\\*?[" else char for char in "/" + path)
    if any(char in ' \t\\"' or not char.isprintable() for char in pattern):
        quoted = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
        pattern = f'"{quoted}"'
    return f"{pattern} {_HOW}"


def is_dashboard_attribute(line: str) -> bool:
    """True for such a line."""
    return line.endswith(f" {_HOW}")


def with_attributes(text: str) -> str:
    """`.gitattributes` with our lines, behind whatever else is said of all notes: what comes later wins."""
    behind = text_behind(text, is_attribute)
    return set_block(text, ATTRIBUTES, is_attribute, last=any(_rules_of_notes(behind)))


def without_attributes(text: str) -> str:
    """`.gitattributes` without our lines."""
    return set_block(text, (), is_attribute)


def overruled(text: str) -> Iterator[tuple[int, str]]:
    """(line, what it says) of what somebody else says of how all notes are merged or written."""
    foreign = set_block(text, (), is_attribute)
    lines = [line.strip() for line in split_lines(text)]
    for rule in _rules_of_notes(foreign):
        yield lines.index(rule) + 1, rule


def _rules_of_notes(text: str) -> Iterator[str]:
    for line in split_lines(text):
        words = line.split()
        if not words or words[0] not in _ALL:
            continue
        said = {word.lstrip("-!").partition("=")[0] for word in words[1:]}
        if said & {"merge", "text", "eol", "crlf", "binary", "filter", "working-tree-encoding"}:
            yield line.strip()


def with_ignored(text: str, dashboards: Sequence[str], ignored: bool, elsewhere: Collection[str]) -> str:
    """`.gitignore` with our lines: Obsidian's own files, and the dashboards if they shall be ignored.

    `elsewhere` are the lines that need not be written, since others say the same. The line that `init` writes
    for the dashboard goes where the dashboard shall travel.
    """
    wanted = [line for line, _ in OBSIDIAN]
    if ignored:
        wanted += [f"/{ignore_pattern(path)}" for path in dashboards]
    else:
        for path in dashboards:
            text = without_ignore_line(text, path)
    ours = block_lines(text, is_ignore)
    return set_block(text, [line for line in wanted if line in ours or line not in elsewhere], is_ignore)


def without_ignored(text: str) -> str:
    """`.gitignore` without our lines."""
    return set_block(text, (), is_ignore)
