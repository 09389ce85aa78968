"""Markdown: everybody in one document, to read, print or hand on."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.core.body import find_unclosed
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Person
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.exporters import Context
from vault_crm.exporters import encoded

NAME = "markdown"
ENDING = ".md"
DOC = "One document with everybody in it."

MARK = "<!-- vault-crm:export -->"
"""The document's first line: by it `store.outfile` knows that it may replace the file."""

_BELOW = 3  # the level of a note's highest heading, below the person's own
_DEEPEST = 6
_MARKS = re.compile(r"([\\`*>\[\]#|]|(?<!\w)_|_(?!\w))")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")
_BEGINS_SOMETHING = re.compile(r"[#>+*~|=-]|\[.\]\s")
_NUMBERED = re.compile(r"^([0-9]+)([.)])(?=\s|$)")
_FENCE = re.compile("`{3,}|~{3,}")
_ATX = re.compile(r"( {0,3})(#{1,6})(?=[ \t]|$)")


def export(context: Context) -> Iterator[bytes]:
    """A person at a time."""
    yield encoded(f"{MARK}\n# People\n")
    for item in context.items:
        yield encoded("\n" + "\n".join(_person(context, item)) + "\n")


def _person(context: Context, item: AgendaItem) -> Iterator[str]:
    person = item.person
    yield f"## {_plain(person.name)}"
    facts = list(_facts(item))
    if facts:
        yield ""
        yield from facts
    body = _body(context, person)
    if body:
        yield ""
        yield body


def _facts(item: AgendaItem) -> Iterator[str]:
    """The properties, each on a line, in the note's order and spelling."""
    for prop in item.person.note.properties:
        items = text_items(prop.value)
        if prop.key == "name" and items == (item.person.name,):
            continue
        key = _plain(flat_text(prop.key))
        if len(items) == 1 or (items and isinstance(prop.value, str)):
            yield f"- {key}: {_line(items[0])}"
        elif items:
            yield f"- {key}:"
            yield from (f"    - {_line(text)}" for text in items)


def _body(context: Context, person: Person) -> str:
    """The note below its frontmatter, as written, but for the level of its headings."""
    try:
        text = decode(context.read(person.path))
    except EditRefused as refused:
        return f"*({_plain(refused.reason)})*"
    body = text[body_start(text) :].removeprefix("\ufeff")
    lines = lines_of(body)
    deeper = _BELOW - min((line.level for line in lines if line.kind == "heading"), default=_BELOW)
    out = [_lower(line.text, deeper) if line.kind == "heading" else line.text for line in lines]
    return "\n".join([*(line.rstrip("\r\n") for line in out), *_closing(body)]).strip("\n")


def _closing(body: str) -> Iterator[str]:
    """What a note leaves open must not swallow the next person."""
    unclosed = find_unclosed(body)
    if unclosed is None:
        return
    opened = lines_of(body)[unclosed.line - 1].text
    if unclosed.what == "comment":
        yield "%%" if opened.rfind("%%") > opened.rfind("<!--") else "-->"
        return
    found = list(_FENCE.finditer(opened))
    yield found[0][0] if found else "```"


def _lower(line: str, deeper: int) -> str:
    found = _ATX.match(line)
    if not found:
        return line
    level = min(len(found[2]) + deeper, _DEEPEST)
    return f"{found[1]}{'#' * level}{line[found.end() :]}"


def _plain(text: str) -> str:
    """A name or key that is nothing but text."""
    return _quiet(_MARKS.sub(r"\\\1", _CONTROLS.sub("", " ".join(text.split()))))


def _line(text: str) -> str:
    """A value on one line, links in it still links; it begins no comment, HTML, task, heading or list."""
    text = _quiet(_CONTROLS.sub("", " ".join(text.split()))).replace("`", "\\`")
    if _BEGINS_SOMETHING.match(text):
        return f"\\{text}"
    return _NUMBERED.sub(r"\1\\\2", text)


def _quiet(text: str) -> str:
    """No HTML, no comment, and nothing that Templater runs: it does not mind a backslash."""
    return text.replace("<", "&lt;").replace("%%", "%&#37;")
