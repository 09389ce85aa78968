"""A text's dress: its BOM, its newlines and whether its last line ends. Each follows the side that changed
it; the words are merged without it."""

from __future__ import annotations

from typing import NamedTuple
from typing import TypeVar

from vault_crm.core.merge.three import prefer
from vault_crm.core.text import BOM

T = TypeVar("T")


class Dress(NamedTuple):
    """`newline` is '\\n', '\\r\\n', 'mixed' or '' (there is none); `ended` is None for an empty text, which
    says nothing about it."""

    bom: bool
    newline: str
    ended: bool | None


def dress_of(text: str) -> Dress:
    """How a text is dressed."""
    bare = text.removeprefix(BOM)
    lines, pairs = bare.count("\n"), bare.count("\r\n")
    newline = "" if not lines else "\n" if not pairs else "\r\n" if pairs == lines else "mixed"
    return Dress(text.startswith(BOM), newline, bare.endswith("\n") if bare else None)


class Wardrobe(NamedTuple):
    """The three texts undressed, and the dress of the result."""

    base: str
    left: str
    right: str
    bom: bool
    newline: str
    ended: bool

    def put_on(self, text: str, whole: bool = False) -> str:
        """The merged text in its dress; a `whole` one keeps the end of its last line."""
        if not self.ended and not whole:
            text = text.rstrip("\n")
        if self.newline == "\r\n":
            text = text.replace("\n", "\r\n")
        return BOM + text if self.bom else text


def undress(base: str, left: str, right: str) -> Wardrobe:
    """The three texts with LF (unless one of them mixes newlines) and with an end of their last line."""
    dresses = [dress_of(text) for text in (base, left, right)]
    newlines = [dress.newline for dress in dresses]
    ends = [dress.ended for dress in dresses]
    mixed = "mixed" in newlines
    old, this, that = (dress.bom for dress in dresses)
    return Wardrobe(
        _bare(base, mixed),
        _bare(left, mixed),
        _bare(right, mixed),
        bom=prefer(old, this, that) if base else this or that,
        newline="mixed" if mixed else _said(newlines, "\n"),
        ended=bool(_said(ends, True)),
    )


def _said(versions: list[T], default: T) -> T:
    """What the sides say; one that says nothing ('' or None) agrees with the other, a base with both."""
    base, left, right = versions
    left, right = _first(left, right, default), _first(right, left, default)
    return prefer(_first(base, left, left), left, right)


def _first(value: T, other: T, default: T) -> T:
    said = [one for one in (value, other) if one not in ("", None)]
    return said[0] if said else default


def _bare(text: str, mixed: bool) -> str:
    text = text.removeprefix(BOM)
    if not mixed:
        text = text.replace("\r\n", "\n")
    return text if not text or text.endswith("\n") else text + "\n"
