"""Where a merge stopped in a note: both sides stand there, so nothing of it is believed or changed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Iterator

from vault_crm.core.body import Line
from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.late import late
from vault_crm.core.text import LineIndex
from vault_crm.errors import EditRefused

# As git writes them: seven signs or more (`conflict-marker-size`, a merge within a merge), then nothing or a
# space and a name; the middle line has no name. An editor may have put a byte order mark before the first.
_BEGIN = late(r"(?:\A\ufeff|^)(<{7,})(?: |\r?$)", re.MULTILINE)
_BEHIND = late(r"^(?:(={7,})|(>{7,})(?: .*)?)\r?$", re.MULTILINE)


def find_marks(text: str, lines: Iterable[Line]) -> Iterator[tuple[int, int]]:
    """(offset, line from 1) of each `<<<<<<<` line that is git's: a `=======` or `>>>>>>>` of its length
    stands somewhere behind it (the others may be deleted already), and it is no example in a code block.
    `lines` are those of the body."""
    if "<<<<<<<" not in text or not _BEGIN.search(text):
        return
    last = {len(found[1] or found[2]): found.start() for found in _BEHIND.finditer(text)}
    code = {line.number for line in lines if line.kind == "code"}
    index = LineIndex(text)
    for begin in _BEGIN.finditer(text):
        line = index.place(begin.start())[0]
        if last.get(len(begin[1]), -1) > begin.start() and line not in code:
            yield begin.start(1), line


def find_conflict(text: str, lines: Iterable[Line]) -> int | None:
    """The offset of the first place where a merge stopped; None if there is none. `lines` are those of the
    body."""
    return next((at for at, _ in find_marks(text, lines)), None)


def refuse_conflict(path: str, text: str) -> None:
    """Raises EditRefused, naming the line, if a merge stopped in the note: no property and no log of it is
    changed before its owner has chosen a side."""
    if "<<<<<<<" not in text:
        return
    at = find_conflict(text, lines_of(text, body_start(text)))
    if at is not None:
        line = LineIndex(text).place(at)[0]
        reason = "a merge stopped here: both sides stand in the note"
        hint = "choose one, and delete the marker lines (`vault-crm conflicts` shows both)"
        raise EditRefused(path, line, reason, hint)
