"""Prose from an address book in a person's note: a block quote under a heading of its own.

A quote is never a log line, a task or a mention. What Markdown, Obsidian or we would take for more than
words is escaped with a backslash (headings, tags, comments, fences, HTML, callouts, tasks, pictures from
elsewhere), and reading takes the backslashes off again: `read_quoted` gives exactly what `format_quoted` was
given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.body import Line
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.names import fold

HEADING = "From the address book"
_PUNCTUATION = "!\"#$%&'()*+,\\-./:;<=>?@\\[\\\\\\]^_`{|}~"
# A backslash that reading would take off; a comment's mark; HTML; a heading or tag; a callout or picture; a
# box of a task; a fence.
_ACTIVE = re.compile(
    rf"\\(?=[{_PUNCTUATION}]|$)"
    r"|%(?=%)|(?<=%)%"
    r"|<(?=[!A-Za-z/?])|(?<=<)!"
    r"|(?:(?<=^)|(?<=[\s>]))\#"
    r"|\[(?=!)|(?<=!)\["
    r"|(?<=[-*+.)] )\[(?=.\])"
    r"|(?<!`)`(?=``)|(?<!~)~(?=~~)"
)
_ESCAPED = re.compile(rf"\\([{_PUNCTUATION}]|$)")


def format_quoted(prose: str) -> list[str]:
    """The lines of a block quote that says this prose (cleaned by `record.clean_prose`), without the
    heading."""
    return [f"> {_ACTIVE.sub(_escape, line)}".rstrip(" ") for line in prose.split("\n")]


def _escape(found: re.Match[str]) -> str:
    return "\\" + found[0]


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
