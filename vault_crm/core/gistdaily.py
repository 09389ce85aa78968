"""Whom the lines of a plain dated note link, for its gist: words and lists without code, quotes or comments.

What a line says is worked out here only for the plainest links; any other line is given to `core.mentions`
by itself, and a note whose lines hang together in other ways (deep nesting, done tasks) is left to it as a
whole.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from typing import Literal

from vault_crm.core.body import lines_of
from vault_crm.core.log.line import NOT_DONE
from vault_crm.core.log.line import find_lead
from vault_crm.core.mentions import TEXT_LENGTH
from vault_crm.core.mentions import Dating
from vault_crm.core.mentions import line_mentions

# A link to a name that can be no day, with nothing else in it; and a line with one such link.
_NAME = r"\[\[([^\s\[\]|#\\](?:[^\[\]|#\\]*[^\s\[\]|#\\0-9])?)\]\]"
_PLAIN = re.compile(_NAME)
_ONE = re.compile(rf"(?:[-*] )?((?:[^\W\d_][^\[\]#\\!]*)?){_NAME}([^\[\]#\\!]*)")
_MARGIN = 3  # spaces before a line that is no code for sure
_LONGEST = 1000  # characters of a line

Mentions = tuple[Any, ...]
Dated = Literal["", "daily note", "meeting", "dated note"]


def plain_mentions(text: str, body: int, on: date, how: Dated) -> Mentions | None:
    """The mentions (`core.gist.OTHER_MENTIONS`) in the lines of a note about a day; None if one is odd.

    The text has no code, quotes, comments or tabs, no done mark, and dated headings only in a daily note.
    """
    found: list[Any] = []
    number = text.count("\n", 0, body)
    day = on.toordinal()
    task = False  # below a task that is still open nothing has happened yet
    for line in text[body:].split("\n"):
        number += 1
        if "[" in line:
            if (one := _ONE.fullmatch(line)) and len(line) <= TEXT_LENGTH and one[2][-3:].lower() != ".md":
                task = False
                before, target, behind = one.groups()
                words = " ".join(f"{before}{target}{behind}".split())
                at = one.start(2)
                found.append((target, day, how, words, number, at - 1, at + len(target) + 3))
                continue
            if line[0] == " ":
                bare = line.lstrip(" ")
                if len(line) - len(bare) > _MARGIN or bare[0] == "#":
                    return None
                if task:
                    continue
                if (lead := find_lead(line)) and lead.box in NOT_DONE:
                    return None
            elif task := _is_open(line):
                continue
            if "[[" in line or "](" in line:
                found += _plain(line, number, on, how) or _odd(line, number, on, how)
        elif task and line:
            if line[0] != " ":
                task = False
            elif line.lstrip(" ")[:1] == "#":
                return None
    return tuple(found)


def _is_open(line: str) -> bool:
    """True for a task at the margin that is not done."""
    if line[:2] in ("- ", "* ") and line[2:3] not in (" ", "["):
        return False
    lead = find_lead(line)
    return lead is not None and lead.box != "" and lead.box in NOT_DONE


def _plain(line: str, number: int, on: date, how: Dated) -> list[Any] | None:
    """The mentions in a line of plain links, at the margin and behind a bullet at most."""
    start = 2 if line[:2] in ("- ", "* ") else 0
    if not line[start : start + 1].isalpha() and line[start : start + 2] != "[[":
        return None
    links = list(_PLAIN.finditer(line))
    brackets = 2 * len(links)
    if line.count("[") != brackets or line.count("]") != brackets or len(line) > _LONGEST:
        return None
    if "#" in line or "\\" in line or "![" in line or "](" in line or ".md]" in line.lower():
        return None
    words = " ".join(line[start:].replace("[[", "").replace("]]", "").split())
    if len(words) > TEXT_LENGTH:
        words = words[: TEXT_LENGTH - 1].rstrip() + "…"
    day = on.toordinal()
    found: dict[str, Any] = {}
    for link in links:
        target = link[1]
        if target not in found:
            found[target] = target, day, how, words, number, link.start() + 1, link.end() + 1
    return list(found.values())


def _odd(line: str, number: int, on: date, how: Dated) -> list[Any]:
    """The same as `core.mentions` sees it, for any line that depends on no other one."""
    alone = [lines_of(line)[0]._replace(number=number)]
    return [
        (m.target, m.on.toordinal(), m.how, m.text, number, m.span.col, m.span.end_col)
        for m in line_mentions("", alone, Dating(on, how))[0]
    ]
