"""What a merge comes to: texts that are settled, and clashes, which are marked as git marks them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from typing import NamedTuple


class Clash(NamedTuple):
    """A place where both sides changed the same thing. Each of them is whole lines, '' if nothing stands
    there; `base` is what stood there before, None where the user's conflict style does not show it."""

    left: str
    right: str
    base: str | None = None


Piece = str | Clash
Pieces = tuple[Piece, ...]
TextMerge = Callable[[str, str, str], Pieces]
"""(base, left, right) -> the plain three-way merge by lines, in the user's conflict style."""


class Marks(NamedTuple):
    """How clashes are marked: the marker lines' length and the names of the three versions."""

    size: int = 7
    ours: str = "ours"
    base: str = "base"
    theirs: str = "theirs"


class Merged(NamedTuple):
    """A merged text, and how many places in it are marked because both sides changed them."""

    text: str
    clashes: int = 0

    @property
    def clean(self) -> bool:
        """True if nothing is left to decide."""
        return not self.clashes


def clashes_in(pieces: Iterable[Piece]) -> int:
    """How many clashes there are."""
    return sum(isinstance(piece, Clash) for piece in pieces)


def swapped(pieces: Iterable[Piece]) -> Pieces:
    """The same with the sides of every clash exchanged."""
    return tuple(
        Clash(piece.right, piece.left, piece.base) if isinstance(piece, Clash) else piece for piece in pieces
    )


def format_pieces(pieces: Iterable[Piece], marks: Marks, newline: str = "\n") -> str:
    """The text with its clashes marked; a side that does not end its line gets an ending there."""
    return "".join(
        piece if isinstance(piece, str) else _format_clash(piece, marks, newline) for piece in pieces
    )


def _format_clash(clash: Clash, marks: Marks, newline: str) -> str:
    def line(mark: str, name: str) -> str:
        return mark * marks.size + (f" {name}" if name else "") + newline

    def whole(text: str) -> str:
        return text if not text or text.endswith("\n") else text + newline

    base = "" if clash.base is None else line("|", marks.base) + whole(clash.base)
    return (
        line("<", marks.ours)
        + whole(clash.left)
        + base
        + line("=", "")
        + whole(clash.right)
        + line(">", marks.theirs)
    )
