"""What a cell holds, once what spreadsheets did to it is undone."""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.names import fold

_EXCEL_TEXT = re.compile(r'=\s*"((?:[^"]|"")*)"')
# Before a formula (also one that has apostrophes itself: one more was added), or a long number.
_GUARDED = re.compile(r"'(?='*[=+\-@\t\r＝＋－＠]|[\d ()./-]{5,}$)")
# A long number that a spreadsheet wrote in its own way: most of its digits are gone.
_MANGLED = re.compile(r"[+-]?\d(?:[.,]\d+)?\s?[eE]\s?\+?\d{1,2}")
_FLOAT = re.compile(r"(\+?\d{5,})[.,]0+")


def plain_cell(text: str) -> str:
    """A cell without Excel's `="..."`, and without the apostrophe that keeps a number or a formula a text."""
    text = text.strip()
    found = _EXCEL_TEXT.fullmatch(text)
    if found:
        text = found[1].replace('""', '"').strip()
    return _GUARDED.sub("", text, count=1)


def split_cell(text: str, separators: Iterable[str]) -> tuple[str, ...]:
    """The values in one cell, without spaces around them; empty ones keep their place (addresses are told
    apart by it) but for those at the end."""
    parts = [f" {text} "]  # a separator with spaces also stands at the very beginning
    for separator in separators:
        parts = [piece for part in parts for piece in part.split(separator)]
    parts = [part.strip() for part in parts]
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts)


def bare_value(text: str, strip: str, empty: frozenset[str]) -> str:
    """A value without what may stand before it; '' if it says nothing."""
    if fold(text) in empty:
        return ""
    bare = text.removeprefix(strip).strip() if strip else text
    return "" if fold(bare) in empty else bare


def plain_phone(text: str) -> str:
    """A telephone as it was before a spreadsheet took it for a number. Raises ValueError if that cannot be
    known any more."""
    if _MANGLED.fullmatch(text):
        raise ValueError(f"{text} was a telephone before a spreadsheet made a number of it")
    found = _FLOAT.fullmatch(text)
    return found[1] if found else text
