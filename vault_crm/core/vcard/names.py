"""A person's name in a card: FN as people say it, N in parts (family, given, additional, prefix, suffix)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vault_crm.core.names import fold
from vault_crm.core.vcard.text import escape_text
from vault_crm.core.vcard.text import split_value
from vault_crm.core.vcard.text import unescape_text

# They belong to the family name behind them.
_PARTICLES = frozenset({
    "van", "von", "der", "den", "de", "del", "della", "di", "da", "do", "dos", "das", "du", "la", "le", "ter",
    "ten", "zu", "zum", "zur", "af", "av", "el", "al", "bin", "ibn",
})  # fmt: skip
_SUFFIXES = frozenset({"jr", "jr.", "sr", "sr.", "ii", "iii", "iv"})
_WORDS = re.compile(r"[^\w]+")


def name_parts(value: str) -> tuple[str, ...]:
    """The five parts of an N; several names in one part are parted by spaces."""
    parts = [" ".join(_items(part)) for part in split_value(value, ";")[:5]]
    return tuple(parts + [""] * (5 - len(parts)))


def _items(part: str) -> list[str]:
    items = (unescape_text(item).strip() for item in split_value(part, ","))
    return [item for item in items if item]


def say_name(parts: Sequence[str]) -> str:
    """The name that people would say: given, additional, family, suffix; a title stays in the card."""
    family, given, additional, _, suffix = parts
    return " ".join(part for part in (given, additional, family, suffix) if part)


def write_name(name: str) -> str:
    """The value of an N made from a name: the last word is the family's, with what belongs to it."""
    words = name.split()
    suffix = words.pop() if len(words) > 2 and words[-1].casefold() in _SUFFIXES else ""
    cut = len(words) - 1
    while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
        cut -= 1
    if len(words) == 1:
        cut = 1  # one name is a given name
    family, given = " ".join(words[cut:]), " ".join(words[:cut])
    return ";".join((escape_text(family), escape_text(given), "", "", escape_text(suffix)))


def is_name_of(parts: Sequence[str], name: str) -> bool:
    """True if an N and a name are made of the same words; a second given name, a title and a suffix may be in
    the N only."""
    said, whole = _words(name), _words(" ".join(parts))
    return bool(said) and said <= whole and _words(" ".join(parts[:2])) <= said


def _words(text: str) -> set[str]:
    return {word for word in _WORDS.split(fold(text)) if word}
