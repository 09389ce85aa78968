"""Git's conflict markers in a text, read back: what one side wrote, what the other did, and, where the style
shows it, what stood there before."""

from __future__ import annotations

import re
from collections.abc import Callable

from vault_crm.core.body import lines_of
from vault_crm.core.conflict import find_marks
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.merge.marks import Marks
from vault_crm.core.record import record
from vault_crm.core.text import BOM
from vault_crm.core.text import split_lines

# A run of seven or more, then nothing or a space and the name of a side. The middle line never has a name.
_MARK = re.compile(r"(<{7,}|\|{7,}|>{7,})(?: (.*?))?\r?\n?\Z|(={7,})\r?\n?\Z", re.DOTALL)


class UnclearMarks(ValueError):
    """Markers that leave open what belongs to which side; `line` is where, from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@record
class Marked:
    """A marked place: whole lines of either side, and of the base (None: not shown, or itself in conflict).

    `line` is that of its first marker; `marks` are the markers' length and the names on them.
    """

    line: int
    ours: str
    theirs: str
    base: str | None
    marks: Marks


@record
class Unmarked:
    """A text taken apart: what is settled, and the marked places, in order."""

    parts: tuple[str | Marked, ...]

    @property
    def places(self) -> tuple[Marked, ...]:
        """The marked places."""
        return tuple(part for part in self.parts if isinstance(part, Marked))

    @property
    def ours(self) -> str:
        """The text as one side had it."""
        return self._side(lambda place: place.ours)

    @property
    def theirs(self) -> str:
        """The text as the other side had it."""
        return self._side(lambda place: place.theirs)

    @property
    def base(self) -> str | None:
        """The text as it was before both; None if a place does not say so."""
        if any(place.base is None for place in self.places):
            return None
        return self._side(lambda place: place.base or "")

    def _side(self, side: Callable[[Marked], str]) -> str:
        return "".join(part if isinstance(part, str) else side(part) for part in self.parts)


def unmark(text: str) -> Unmarked | None:
    """The text taken apart at its markers; None if there are none, or only examples in code blocks.

    Markers of any length are read, wherever they stand (also in the frontmatter, also across its fence).
    Raises UnclearMarks: one marker within another, two middle lines, a marker without its partner.
    """
    if "<<<<<<<" not in text:
        return None
    begins = {line for _, line in find_marks(text, lines_of(text, body_start(text)))}
    if not begins:
        return None
    lines = split_lines(text)
    parts: list[str | Marked] = []
    settled: list[str] = []
    at = 0
    if lines[0].startswith(BOM + "<") and 1 in begins:
        lines[0], settled = lines[0][1:], [BOM]
    while at < len(lines):
        if at + 1 not in begins:
            settled.append(lines[at])
            at += 1
            continue
        place, at = _read_place(lines, at)
        parts += ["".join(settled), place] if settled else [place]
        settled = []
    return Unmarked((*parts, "".join(settled)) if settled else tuple(parts))


def _mark(line: str) -> tuple[str, int, str]:
    """(kind, length, name) of a marker line; ('', 0, '') of any other."""
    found = _MARK.match(line) if line[:1] in ("<", "|", "=", ">") else None
    if found is None:
        return "", 0, ""
    run = found[1] or found[3]
    return run[0], len(run), found[2] or ""


def _read_place(lines: list[str], start: int) -> tuple[Marked, int]:
    """The place whose first marker is that line, and the number of the line behind it."""
    _, size, ours = _mark(lines[start])
    sides: dict[str, list[str]] = {"<": []}
    names = {"<": ours}
    now, nested = "<", False
    for at in range(start + 1, len(lines)):
        kind, length, name = _mark(lines[at])
        if kind == ">" and length == size:
            if "=" not in sides:
                raise UnclearMarks(at + 1, "the line ======= between the two sides is missing")
            names[">"] = name
            return _place(start + 1, size, sides, names, nested), at + 1
        if length == size and kind in "|=" and (now == "<" or (now == "|" and kind == "=")):
            now = kind
            sides[now], names[now] = [], name
        elif kind == "<" or (length == size and kind == "="):
            # What git merged for itself, as the base of two branches that had met before, may be in conflict.
            if now != "|" or length <= size:
                what = "markers stand within markers" if kind == "<" else "there are two lines ======="
                raise UnclearMarks(at + 1, what)
            nested = True
            sides[now].append(lines[at])
        else:
            sides[now].append(lines[at])
    raise UnclearMarks(start + 1, f"the line {'>' * size} that ends this place is missing")


def _place(line: int, size: int, sides: dict[str, list[str]], names: dict[str, str], nested: bool) -> Marked:
    base = "".join(sides["|"]) if "|" in sides and not nested else None
    marks = Marks(size, names["<"], names.get("|", "") or "base", names[">"])
    return Marked(line, "".join(sides["<"]), "".join(sides["="]), base, marks)
