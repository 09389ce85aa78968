"""A text as texts are compared: `fold`. Small, because completion and search need nothing else of a name."""

from __future__ import annotations

from collections.abc import Sequence

from vault_crm.core.text import without_heaps

# Letters that are their own in Unicode, not a letter with a mark, and that people type without the stroke.
_LETTERS = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i", "ŧ": "t",
    "ŋ": "n", "ĸ": "k", "ƒ": "f", "ə": "e", "ɓ": "b", "ɗ": "d",
}  # fmt: skip
# Marks that are left out: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic vowels, and what cannot
# be seen. Not all combining marks: in Devanagari, Thai or kana these are letters of the word.
_MARKS = (
    (0x300, 0x36F), (0x483, 0x487), (0x1AB0, 0x1AFF), (0x1DC0, 0x1DFF), (0x20D0, 0x20FF), (0xFE20, 0xFE2F),
    (0x591, 0x5BD), (0x5C1, 0x5C2), (0x64B, 0x65F), (0x670, 0x670), (0x640, 0x640), (0xFE00, 0xFE0F),
    (0x0AD, 0x0AD), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x2064), (0x2066, 0x2069), (0xFEFF, 0xFEFF),
)  # fmt: skip
_QUOTES = dict.fromkeys("’‘ʼ`´ʹ′", "'") | dict.fromkeys("‐‑‒–—−", "-")
_FOLDED: dict[int, str | None] = {
    **{ord(letter): plain for letter, plain in {**_LETTERS, **_QUOTES}.items()},
    **{code: None for first, last in _MARKS for code in range(first, last + 1)},
}
LONG = 300  # characters; in a shorter text no run of marks is long


def fold(text: str) -> str:
    """A text as texts are compared: no case, no accents, compatibility forms unified, single spaces.
    Idempotent."""
    if text.isascii():
        return " ".join(text.lower().replace("`", "'").split())
    if len(text) > LONG:
        text = without_heaps(text)
    for _ in range(4):
        before, text = text, _fold_once(text)
        if text == before:
            break
    return text


def fold_all(texts: Sequence[str]) -> list[str]:
    """`fold` of each text; what is plain ASCII is folded in one go."""
    plain = [text for text in texts if text.isascii()]
    folded = iter(_fold_plain(plain))
    return [next(folded) if text.isascii() else fold(text) for text in texts]


def _fold_plain(texts: Sequence[str]) -> list[str]:
    lower = "\n".join(texts).lower().replace("`", "'")
    lines = lower.split("\n")
    if len(lines) != len(texts) or not "".join(lines).isprintable():
        return [fold(text) for text in texts]
    if "  " in lower or any(line[:1] == " " or line[-1:] == " " for line in lines):
        return [" ".join(line.split()) for line in lines]
    return lines


def _fold_once(text: str) -> str:
    from unicodedata import normalize

    bare = normalize("NFKD", text.casefold()).casefold().translate(_FOLDED)
    return " ".join(normalize("NFKC", bare).split())
