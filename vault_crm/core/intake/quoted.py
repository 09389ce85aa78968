"""Prose from an address book in a person's note: a block quote under a heading of its own.

A quote is never a log line, a task or a mention. What Markdown, Obsidian or we would take for more than
words is escaped with a backslash (see `inert`), and reading takes the backslashes off again: `read_quoted`
gives exactly what `format_quoted` was given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.body import Line
from vault_crm.core.body import find_unclosed
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.intake.inert import PUNCTUATION
from vault_crm.core.intake.inert import inert
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Edit
from vault_crm.core.names import fold
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM
from vault_crm.core.text import newline_of
from vault_crm.errors import EditRefused

HEADING = "From the address book"
_ESCAPED = re.compile(rf"\\([{PUNCTUATION}]|$)")


def format_quoted(prose: str) -> list[str]:
    """The lines of a block quote that says this prose (cleaned by `record.clean_prose`), without the
    heading."""
    return [f"> {inert(line)}".rstrip(" ") for line in prose.split("\n")]


def read_quoted(text: str) -> str:
    """The prose that a note quotes from the address book, as it was; '' if it quotes none."""
    blocks: list[list[str]] = []
    before = -1
    for line in _quote_lines(text):
        if line.number != before + 1:
            blocks.append([])
        blocks[-1].append(_said(line.text))
        before = line.number
    return "\n\n".join("\n".join(block) for block in blocks)


def _said(raw: str) -> str:
    said = raw.lstrip(" \t").removeprefix(">").removeprefix(" ")
    return _ESCAPED.sub(lambda found: found[1] or "\\", said)


def _quote_lines(text: str) -> Iterable[Line]:
    if fold(HEADING) not in fold(text):
        return
    inside = False
    for line in lines_of(text, body_start(text)):
        if line.kind == "heading":
            if inside:
                return
            inside = fold(heading_text(line)) == fold(HEADING)
        elif inside and line.kind == "quote" and line.text.lstrip(" \t").startswith(">"):
            yield line


def add_quoted(path: str, text: str, prose: str, settings: Settings) -> Edit:
    """The edit that adds the section to a note that has none: before the log, else at the note's end.

    Raises EditRefused if it could not be read back there (within a comment or a fence that nothing closes).
    """
    start = body_start(text)
    lines = lines_of(text, start)
    main = read_log(path, lines, settings).main
    body = [f"## {HEADING}", "", *format_quoted(prose)]
    if main is not None and lines[main.first].level in (1, 2):
        at = lines[main.first].start
        newline = newline_of(text, at)
        above = text[start:at].rstrip("\r\n")
        gap = [""] if above and not text[start:at].endswith(("\n\n", "\r\n\r\n")) else []
        edit = Edit(at, at, "".join(line + newline for line in [*gap, *body, ""]))
    else:
        edit = _at_end(text, start, body)
    result = text[: edit.start] + edit.text + text[edit.end :]
    if read_quoted(result) != prose:
        unclosed = find_unclosed(text, start)
        line = unclosed.line if unclosed else 0
        what = (
            f"the {unclosed.what} that begins here is never closed"
            if unclosed
            else "a quote cannot stand in it"
        )
        raise EditRefused(path, line, f"{what}, so the note from the address book was not added")
    return edit


def _at_end(text: str, start: int, body: list[str]) -> Edit:
    """Lines at the end of a note; a missing newline there stays missing."""
    at = len(text)
    newline = newline_of(text, at)
    last = text[start:].removeprefix(BOM).rpartition("\n")
    if not last[2] and not last[0].strip():
        return Edit(at, at, "".join(line + newline for line in body))
    if last[2]:
        return Edit(at, at, newline * 2 + newline.join(body))
    blank = not last[0].rpartition("\n")[2].strip()
    return Edit(at, at, "".join(line + newline for line in [*([] if blank else [""]), *body]))
