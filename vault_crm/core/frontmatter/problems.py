"""Why a frontmatter cannot be read, in plain words: where the cause is, and how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from typing import Any

from vault_crm.core.frontmatter.scalars import double_quoted
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.late import late

MAX_CHUNKS = 300
_BYTES = late("[\udc80-\udcff]+")
_CONTROL = late("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_CONFLICT = late(r"^(?:<{7,}|>{7,}|\|{7,})(?: .*)?$|^={7,}$", re.MULTILINE)
_CONFLICT_SURE = late(r"^(?:<{7,}|>{7,})(?: |\r?$)", re.MULTILINE)
_KEYED = late(
    r"(?P<head>[^\s#\-][^:\n]*:[ \t]+|[ \t]*(?:-[ \t]+)+|[ \t]+[^\s#:\-][^:\n]*:[ \t]+)(?P<value>\S.*)"
)
_CHUNK = late(r"^[^\s#\-\]}.]|^-(?![\s-])|^\.(?!\.\.)", re.MULTILINE)
_DEEPER = late(r"\S[^:\n]*:[ \t]+[^\s|>][^\n]*\n(?:[ \t\r]*+\n)*+ +([^\s#\-][^:\n]*:(?:\s|\Z))")
_QUOTE = "put the value into quotes"


def check_characters(text: str) -> None:
    """Raises BlockProblem 'not-utf8', or 'broken-yaml' where YAML forbids a character."""
    if text.replace("\n", "").isprintable():  # then it holds neither, as nearly always
        return
    bad = _BYTES.search(text)
    if bad:
        raise BlockProblem(
            "not-utf8",
            bad.start(),
            "the frontmatter holds bytes that are not UTF-8",
            "save the note as UTF-8 (in vim: `:set fileencoding=utf-8`, then `:w`)",
        )
    control = _CONTROL.search(text)
    if control:
        raise BlockProblem(
            "broken-yaml",
            control.start(),
            f"an invisible character (U+{ord(control.group()):04X}) that YAML forbids stands here",
            "delete it",
        )


def chunks(text: str) -> Iterator[tuple[int, int]]:
    """The parts of a block that begin at the left margin: a property each, if the block is a sound one."""
    starts = [found.start() for found in _CHUNK.finditer(text)]
    for number, start in enumerate(starts[:MAX_CHUNKS]):
        yield start, starts[number + 1] if number + 1 < len(starts) else len(text)


def conflict_ranges(text: str) -> list[tuple[int, int]]:
    """What lies between git's conflict markers, the markers included."""
    marks = [(m.start(), m.end(), m.group()[0]) for m in _CONFLICT.finditer(text.replace("\r\n", " \n"))]
    ranges, begin = [], None
    for start, end, kind in marks:
        if kind == "<" and begin is None:
            begin = start
        elif kind == ">":
            ranges.append((begin if begin is not None else 0, end))
            begin = None
    if begin is not None:
        ranges.append((begin, len(text)))
    return ranges


def explain(text: str, error: Any, parses: Callable[[str], bool]) -> BlockProblem:
    """The problem behind a YAML error in `text`; `parses` says whether a part of it is sound alone."""
    conflict = _conflict(text)
    if conflict:
        return conflict
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    offset = min(int(mark.index), len(text)) if mark else 0
    for start, end in chunks(text):
        part = text[start:end]
        if not parses(part):
            found = _cause(part)
            if found:
                found.offset += start
                return found
            if not start <= offset <= end:
                offset = start
            break
    words = getattr(error, "problem", None) or "it cannot be read"
    if text[offset : offset + 1] == "\t":
        return BlockProblem(
            "broken-yaml", offset, "a tab stands where YAML wants spaces", "replace it by spaces"
        )
    return BlockProblem(
        "broken-yaml",
        offset,
        f"the frontmatter is not valid YAML: {words}",
        "each property is `key: value` on a line of its own; in doubt put the value into quotes",
    )


def explain_text(text: str, problem: BlockProblem) -> BlockProblem:
    """The cause behind a block that is no mapping, if it can be seen; else the problem itself."""
    return _conflict(text) or _cause(text) or problem


def _conflict(text: str) -> BlockProblem | None:
    found = _CONFLICT_SURE.search(text)
    if found is None:
        return None
    return BlockProblem(
        "conflict-markers",
        found.start(),
        "git's conflict markers stand in the frontmatter: a merge is not finished",
        "choose one side, and delete the marker lines",
    )


def _cause(part: str) -> BlockProblem | None:
    found = _cause_in_lines(part)
    deeper = _DEEPER.match(part)
    if found is None and deeper:
        what = "this line is indented deeper than the property above it"
        found = BlockProblem("broken-yaml", deeper.start(1), what, "begin each property at the left margin")
    return found


def _cause_in_lines(part: str) -> BlockProblem | None:
    at = 0
    for line in part.split("\n"):
        body = line.rstrip("\r")
        found = _cause_in_line(body)
        if found:
            found.offset += at
            return found
        at += len(line) + 1
    return None


def _cause_in_line(line: str) -> BlockProblem | None:
    if line.lstrip().startswith("#") or not line.strip():
        return None
    indent = re.match(r" *\t", line)
    if indent:
        hint = "use spaces to indent; YAML does not allow tabs there"
        return BlockProblem("broken-yaml", indent.end() - 1, "a tab stands in the indentation", hint)
    breaks = re.search("[\x85\u2028\u2029]", line)
    if breaks:
        what = f"an invisible line separator (U+{ord(breaks.group()):04X}) breaks this value"
        return BlockProblem("broken-yaml", breaks.start(), what, "delete it")
    keyed = _KEYED.match(line)
    if keyed:
        found = _cause_in_value(keyed["head"], keyed["value"].rstrip())
        if found:
            found.offset += keyed.start("value")
        return found
    for sign in ("{{", "<%"):
        if sign in line:
            return _template(line.find(sign), "")
    if re.match(r"[^\s#:\-\"'\[{]+:\S", line):
        return BlockProblem(
            "broken-yaml",
            line.find(":"),
            "a space is missing after the colon",
            "write `key: value`, with a space",
        )
    if re.match(r"[^\s:\-\"'\[{?&*!|>%@`][^:]*$", line):
        hint = "write `key: value`, or put # before the line if it is a remark"
        return BlockProblem("broken-yaml", 0, "this line has no colon", hint)
    return None


def _template(offset: int, instead: str) -> BlockProblem:
    hint = instead or f"fill it in, or {_QUOTE}"
    return BlockProblem(
        "template-placeholder", offset, "a template's placeholder stands here, unquoted", hint
    )


def _cause_in_value(head: str, value: str) -> BlockProblem | None:
    """The cause in what stands after `key: ` or `- `; the offset is within `value`."""
    first = value[0]
    if first not in "\"'":
        for sign in ("{{", "<%"):
            if sign in value:
                return _template(value.find(sign), _quoted(head, value))
    links = re.findall(r"\[\[[^\[\]]*\]\]", value) if first == "[" else []
    if links and not re.fullmatch(r"\[\[[^\[\]]*\]\]\s*(?:#.*)?", value):
        listed = ", ".join(double_quoted(link) for link in links)
        hint = f"write `{head.strip()} [{listed}]`" if len(links) > 1 else _quoted(head, value)
        return BlockProblem("broken-yaml", 0, "links that are not in quotes cannot stand here", hint)
    if first in "[{":
        what = "this bracket is not closed, or something in it needs quotes"
        return BlockProblem("broken-yaml", 0, what, f"check the brackets, or {_QUOTE}")
    if first == '"' and re.search(r"\\ud[89a-f]", value, re.IGNORECASE):
        what = "half a character (\\ud800 to \\udfff) stands in this value"
        return BlockProblem("broken-yaml", 0, what, "type the character itself")
    if first in "\"'":
        what = "the quotes around this value do not match"
        hint = f"close them; a {first} within is written {first * 2 if first == chr(39) else chr(92) + first}"
        return BlockProblem("broken-yaml", 0, what, hint)
    if first in "@`%*&!|>,":
        what = f"a value cannot begin with {first} unless it is in quotes"
        return BlockProblem("broken-yaml", 0, what, _quoted(head, value))
    if value in ("-", "?"):
        return BlockProblem("broken-yaml", 0, f"a lone {value} is no value in YAML", _quoted(head, value))
    if value.startswith("- "):
        what = "a list begins on the line below its property"
        return BlockProblem("broken-yaml", 0, what, "put each item on a line of its own: `- item`")
    colon = re.search(r":(?:\s|$)", value)
    if colon:
        what = "a colon followed by a space stands in a value that is not in quotes"
        return BlockProblem("broken-yaml", colon.start(), what, _quoted(head, value))
    return None


def _quoted(head: str, value: str) -> str:
    if len(value) > 80:
        return _QUOTE
    return f"{_QUOTE}: `{head.strip()} {double_quoted(value)}`"
