"""The content lines of an address book card that are kept in a note: which of another card's are new there.

A line may belong to a group (`item1.TEL`, `item1.X-ABLabel`); the group's name is that of its own card only.
So groups are compared by what stands in them, and get a free name where theirs is taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_GROUPED = re.compile(r"([A-Za-z0-9-]+)\.(?=[A-Za-z])")
_URI = re.compile(r"(?i);VALUE=uri(?=[;:])")
_TEL = re.compile(r"(?i):tel:")
_NAME = re.compile(r"[A-Za-z0-9-]+")
# Of these a card has one (RFC 6350, 6.1 to 6.7; RFC 2426): what another card says is no second one.
_SINGLE = frozenset({
    "N", "FN", "BDAY", "BIRTHPLACE", "ANNIVERSARY", "DEATHDATE", "DEATHPLACE", "GENDER", "KIND", "REV", "UID",
    "PRODID", "VERSION", "CLASS", "MAILER", "SORT-STRING", "NAME", "SOURCE", "X-ABSHOWAS", "X-GENDER",
    "X-PHONETIC-FIRST-NAME", "X-PHONETIC-LAST-NAME", "X-PHONETIC-MIDDLE-NAME", "X-MAIDENNAME", "X-ABUID",
})  # fmt: skip


def missing_lines(have: Sequence[str], more: Sequence[str]) -> tuple[str, ...]:
    """The lines of `more` that `have` lacks, groups whole, renamed where their name is taken."""
    bare = {_bare(line) for line in have}
    said = {_said(line) for line in have}
    single = {name for line in bare if (name := _name(line)) in _SINGLE}
    old = _groups(have)
    new = _groups(more)
    names: dict[str, str] = {}
    for group, lines in new.items():
        if not any(lines <= there for there in old.values()):
            names[group] = _free(group, {*old, *names.values()})
    found: dict[str, None] = {}
    for line in more:
        mark = _GROUPED.match(line)
        if mark:
            group = mark[1].casefold()
            if group in names:
                kept = mark[1] if names[group] == group else names[group]
                found[f"{kept}.{line[mark.end() :]}"] = None
        elif line not in bare and _said(line) not in said and _name(line) not in single:
            found[line] = None
    return tuple(found)


def _bare(line: str) -> str:
    mark = _GROUPED.match(line)
    return line[mark.end() :] if mark else line


def _said(line: str) -> str:
    """A line as both versions have it: a telephone is an address (`tel:`) in vCard 4.0, a text in 3.0."""
    if not line[:4].upper().startswith(("TEL;", "TEL:")):
        return line
    return _TEL.sub(":", _URI.sub("", line), count=1)


def _name(line: str) -> str:
    found = _NAME.match(line)
    return found[0].upper() if found else ""


def _groups(lines: Sequence[str]) -> dict[str, set[str]]:
    groups: dict[str, set[str]] = {}
    for line in lines:
        mark = _GROUPED.match(line)
        if mark:
            groups.setdefault(mark[1].casefold(), set()).add(_said(line[mark.end() :]))
    return groups


def _free(group: str, taken: set[str]) -> str:
    if group not in taken:
        return group
    return next(name for number in range(1, 10_000) if (name := f"item{number}") not in taken)
