"""Where a merge stopped in a note: both sides stand there, so nothing of it is believed or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.body import Line
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.text import LineIndex
from vault_crm.errors import EditRefused

_BEGIN = re.compile(r"^\ufeff?<{7}(?: |\r?$)", re.MULTILINE)
_MIDDLE = re.compile(r"^={7}\r?$", re.MULTILINE)
_END = re.compile(r"^>{7}(?: |\r?$)", re.MULTILINE)


def find_conflict(text: str, lines: Iterable[Line]) -> int | None:
    """The offset of git's first `<<<<<<<` line that has its `=======` and `>>>>>>>`; None if there is none,
    or only an example in a code block (`lines` are those of the body)."""
    if "<<<<<<<" not in text or not _BEGIN.search(text):
        return None
    code = {line.number for line in lines if line.kind == "code"}
    index = LineIndex(text)
    for begin in _BEGIN.finditer(text):
        if index.place(begin.start())[0] not in code:
            middle = _MIDDLE.search(text, begin.end())
            ended = middle is not None and _END.search(text, middle.end()) is not None
            return begin.start() if ended else None
    return None


def refuse_conflict(path: str, text: str) -> None:
    """Raises EditRefused, naming the line, if a merge stopped in the note: no property and no log of it is
    changed before its owner has chosen a side."""
    if "<<<<<<<" not in text:
        return
    at = find_conflict(text, lines_of(text, body_start(text)))
    if at is not None:
        line = LineIndex(text).place(at)[0]
        reason = "a merge stopped here: both sides stand in the note"
        raise EditRefused(path, line, reason, "choose one, and delete the marker lines")
