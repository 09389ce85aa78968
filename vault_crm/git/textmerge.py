"""The plain three-way merge of texts by lines: git's own (`git merge-file`), in the user's conflict style.

What git gets to see are not the lines but a number for each different one: it compares lines for equality
only. So its markers cannot be mistaken for lines of the texts, line endings and bytes of any kind come back
as they were, and no word of a note lies in a temporary file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.merge.marks import Clash
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.merge.marks import clashes_in
from vault_crm.core.merge.marks import format_pieces
from vault_crm.core.merge.marks import swapped
from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines
from vault_crm.errors import GitMissing
from vault_crm.git.program import spawn_git
from vault_crm.store.aside import files_aside

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.core.merge.marks import TextMerge

# git joins two clashes if no letter or digit (of ASCII) stands between them: what we write instead of a
# line has one if the line has one.
_LETTER_OR_DIGIT = re.compile("[0-9A-Za-z]")
_NO_DIGITS = str.maketrans("0123456789", "!\"$%&'()*+")
_MOST_CLASHES = 127  # `git merge-file` exits with their number, this at most; errors are above


def _merge_file_here() -> Sequence[str]:
    return ("merge-file",)


def text_merge(
    base: str, left: str, right: str, words: Callable[[], Sequence[str]] = _merge_file_here
) -> Pieces:
    """What `git merge-file` makes of three texts, in the conflict style of the repository of the current
    folder (`merge.conflictStyle`). Exchanging the sides exchanges the sides of the clashes and nothing else.

    git does not merge binary files: texts with a NUL in them, changed on both sides, are one clash.
    `words` are what git is called with, asked for where it is called. Raises GitMissing, CannotSave.
    """
    if left in (right, base) or right == base:
        text = right if left == base else left
        return (text,) if text else ()
    if "\0" in base or "\0" in left or "\0" in right:
        return (Clash(left, right),)
    if right < left:
        return swapped(_merge(base, right, left, words()))
    return _merge(base, left, right, words())


def text_merge_in(folder: Path) -> TextMerge:
    """`text_merge` in the conflict style that holds in a folder. `git merge-file` itself looks for one in a
    repository only; here the user's own (`git config --global`) holds outside of one, too."""
    from functools import cache
    from functools import partial

    from vault_crm.git.run import call_git

    @cache
    def words() -> tuple[str, ...]:
        said = (
            call_git(folder, "config", "--get", "merge.conflictStyle").out.decode("utf-8", "replace").strip()
        )
        style = (f"--{said}",) if said in ("diff3", "zdiff3") else ()
        return ("-C", os.fspath(folder), "merge-file", *style)

    return partial(text_merge, words=words)


def plain_merge(base: str, left: str, right: str, marks: Marks) -> Merged:
    """The plain merge as a text, its clashes marked as git marks them. Raises GitMissing, CannotSave."""
    pieces = text_merge(base, left, right)
    crlf = newline_of(left) == newline_of(right) == "\r\n"
    return Merged(format_pieces(pieces, marks, "\r\n" if crlf else "\n"), clashes_in(pieces))


def _merge(base: str, left: str, right: str, words: Sequence[str]) -> Pieces:
    signs: dict[str, str] = {}
    files = {
        "left": _in_signs(left, signs),
        "base": _in_signs(base, signs),
        "right": _in_signs(right, signs),
    }
    with files_aside(files) as paths:
        code = spawn_git([*words, "--quiet", *paths])
        if not 0 <= code <= _MOST_CLASHES:
            raise GitMissing(f"git merge-file did not merge (exit {code})")
        with open(paths[0], encoding="ascii") as file:
            merged = file.read()
    lines = {sign: line for line, sign in signs.items()}
    return tuple(_pieces(merged.splitlines(), lines))


def _in_signs(text: str, signs: dict[str, str]) -> bytes:
    """The text with a sign in place of each line, the same for the same line."""
    found = []
    for line in split_lines(text):
        sign = signs.get(line)
        if sign is None:
            sign = str(len(signs))
            sign = signs[line] = sign if _LETTER_OR_DIGIT.search(line) else sign.translate(_NO_DIGITS)
        found.append(sign)
    return "".join(f"{sign}\n" for sign in found).encode("ascii")


def _pieces(merged: Iterable[str], lines: dict[str, str]) -> Iterable[Piece]:
    """The lines of a merged file of signs, each clash taken apart."""
    text: list[str] = []
    sides: dict[str, list[str]] = {}
    into = text
    for sign in merged:
        mark = sign[0]
        if mark == ">":
            parts = {name: "".join(part) for name, part in sides.items()}
            yield Clash(parts["<"], parts["="], parts.get("|"))
            sides, text = {}, []
            into = text
        elif mark in "<|=":
            if mark == "<" and text:
                yield "".join(text)
            into = sides[mark] = []
        else:
            into.append(lines[sign])
    if text:
        yield "".join(text)
