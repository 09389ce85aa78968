"""Our lines in `.gitattributes` and `.gitignore` of a vault, as texts."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.starter import ignore_pattern
from vault_crm.core.starter import without_ignore_line
from vault_crm.core.text import split_lines
from vault_crm.git.blocks import IsOurs
from vault_crm.git.blocks import block_lines
from vault_crm.git.blocks import block_place
from vault_crm.git.blocks import set_block
from vault_crm.git.blocks import text_behind

_HOW = "merge=vault-crm -text"
ATTRIBUTES = (f"*.[mM][dD] {_HOW}",)  # `Ada.MD` is a note, too
_KNOWN = (*ATTRIBUTES, f"*.md {_HOW}")
# What Obsidian writes for itself, whenever a pane moves: (the line, paths by which to see that it is there).
OBSIDIAN = (
    (".obsidian/workspace*.json", (".obsidian/workspace.json", ".obsidian/workspace-mobile.json")),
    (".trash/", (".trash/note.md",)),
)
_ALL = ("*", "**", "*.md", "**/*.md", "*.[mM][dD]")


def is_attribute(line: str) -> bool:
    """True for a line that we write into `.gitattributes`."""
    return line in _KNOWN


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


def without_attributes(text: str, kept: Collection[str] = ()) -> str:
    """`.gitattributes` without our lines, but for those that are to be `kept`."""
    return _without(text, kept, is_attribute)


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


def without_ignored(text: str, kept: Collection[str] = ()) -> str:
    """`.gitignore` without our lines, but for those that are to be `kept`."""
    return _without(text, kept, is_ignore)


def _without(text: str, kept: Collection[str], is_ours: IsOurs) -> str:
    return set_block(text, [line for line in block_lines(text, is_ours) if line in kept], is_ours)


# -- whose lines they are: a file of the vault travels, and other devices go by it

_BLOCKS = {".gitattributes": is_attribute, ".gitignore": is_ignore}


def lines_written(before: Sequence[str], texts: Mapping[str, tuple[str, str]]) -> tuple[str, ...]:
    """What a clone has written into the blocks of these files (path: text before and after), as `FILE LINE`:
    what it had written `before` and is still there, and what is new."""
    wrote: list[str] = []
    for path, is_ours in _BLOCKS.items():
        old, new = (block_lines(text, is_ours) for text in texts.get(path, ("", "")))
        rows = [(line, f"{path} {line}") for line in new]
        wrote += [row for line, row in rows if line not in old or row in before]
    return tuple(wrote)


def foreign_lines(path: str, committed: str, wrote: Sequence[str]) -> set[str]:
    """The lines of the block that are committed, and that were not written by this clone."""
    return {line for line in block_lines(committed, _BLOCKS[path]) if f"{path} {line}" not in wrote}


def said_of_staying(texts: Mapping[str, str]) -> list[str]:
    """What is to be said where blocks are left in these files, since they came by git."""
    places = {path: block_place(text, _BLOCKS[path]) for path, text in texts.items()}
    there = [path for path, place in places.items() if place]
    if not there:
        return []
    words = ("stays as it is: it", "it") if len(there) == 1 else ("stay as they are: they", "them")
    lines = " and ".join(f"{places[path]} of {path}" for path in there)
    return [
        f"{' and '.join(there)} {words[0]} came by git, and other devices go by {words[1]}",
        f"to take that out for everybody: delete {lines}, commit, and push",
    ]


def said_of_leaving(paths: Sequence[str]) -> list[str]:
    """What is to be said before files that git keeps are changed back."""
    if not paths:
        return []
    rest = "git merges notes as text everywhere" if ".gitattributes" in paths else "it holds everywhere"
    return [
        f"{' and '.join(paths)}: once that is committed and pushed, other devices have it, too: {rest}",
        f"if only this clone shall stop: `git checkout -- {' '.join(paths)}` afterwards",
    ]
