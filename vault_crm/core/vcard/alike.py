"""When two lines say the same: by name, parameters that mean something, and value, whatever the spelling."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.core.intake.record import clean_line
from vault_crm.core.vcard.claims import Bundle
from vault_crm.core.vcard.days import day_in
from vault_crm.core.vcard.days import time_in
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.text import split_value
from vault_crm.core.vcard.text import unescape_text

_LISTS = frozenset({"NICKNAME", "CATEGORIES"})
_PARTED = frozenset({"N", "ADR", "ORG"})
_DAYS = frozenset({"BDAY", "ANNIVERSARY", "DEATHDATE", "X-ABDATE", "X-ANNIVERSARY"})
# What a parameter says that is so without it: RFC 2426, 3.3.1 and 3.3.2; RFC 6350, 5.2 and 6.
_DEFAULTS = frozenset({
    ("EMAIL", "TYPE", "internet"), ("TEL", "TYPE", "voice"), ("TEL", "VALUE", "text"),
    ("URL", "VALUE", "uri"), ("UID", "VALUE", "uri"), ("UID", "VALUE", "text"),
    *((name, "VALUE", kind) for name in _DAYS for kind in ("date", "date-and-or-time", "date-time")),
    *((name, "CALSCALE", "gregorian") for name in _DAYS),
})  # fmt: skip


def alike(bundle: Bundle) -> frozenset[object]:
    """What a bundle says: sets of two bundles that say the same are equal. The items of a list stand alone;
    a group is one whole, whatever its name."""
    if len(bundle) == 1 and not bundle[0].group:
        return frozenset(_marks(bundle[0]))
    return frozenset({frozenset(mark for line in bundle for mark in _marks(line))})


def _marks(line: Line) -> Iterator[object]:
    params = frozenset(_params(line)) if line.params else frozenset()
    grouped = bool(line.group)
    if line.name in _LISTS:
        for item in line.items:
            yield line.name, grouped, params, _text(item)
    else:
        yield line.name, grouped, params, _value(line)


def _params(line: Line) -> Iterator[tuple[str, str]]:
    day = line.name in _DAYS and day_in(line)
    for name, values in line.params:
        if name == "X-APPLE-OMIT-YEAR" and day:
            continue
        for value in line.types if name == "TYPE" else values:
            said = value.casefold()
            if (line.name, name, said) not in _DEFAULTS:
                yield name, said


def _value(line: Line) -> object:
    if line.name in _DAYS and (day := day_in(line)):
        return day, time_in(line.text)
    if line.name in _PARTED:
        parts = [_part(part) for part in split_value(line.value, ";")]
        while parts and not any(parts[-1]):
            parts.pop()
        return tuple(parts)
    text = line.text
    if line.name == "UID":
        return text.casefold().removeprefix("urn:uuid:")
    return _text(text)


def _part(part: str) -> tuple[str, ...]:
    if "," not in part:
        return (_text(unescape_text(part)),)
    items = (_text(unescape_text(item)) for item in split_value(part, ","))
    return tuple(item for item in items if item)


def _text(text: str) -> str:
    """A text whose runs of spaces do not matter; its line breaks do."""
    if "\n" not in text:
        return " ".join(clean_line(text).split())
    return "\n".join(" ".join(clean_line(line).split()) for line in text.strip().split("\n"))
