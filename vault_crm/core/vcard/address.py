"""Postal addresses: seven components in a card, one line and a city in a note."""

from __future__ import annotations

import re
from collections.abc import Sequence

_COUNT = 7  # post office box, extended, street, locality, region, code, country (RFC 6350, 6.3.1)
_REGION_CODE = re.compile(r"(.+) (\S*[0-9]\S*)")


def join_address(parts: Sequence[str]) -> str:
    """The components of an ADR in one line, as people of the place would write it: `Rua 7, 4000 Porto`,
    `12 Main St, Springfield, IL 62704`. '' if there is nothing but a city."""
    box, extended, street, city, region, code, country = _seven(parts)
    if not (box or extended or street or region or code or country):
        return ""
    if region and code:
        town = ", ".join(part for part in (city, f"{region} {code}") if part)
    else:
        town = ", ".join(part for part in (f"{code} {city}".strip(), region) if part)
    return ", ".join(part for part in (box, extended, street, town, country) if part)


def city_in(parts: Sequence[str]) -> str:
    """The locality of an ADR."""
    return _seven(parts)[3]


def _seven(parts: Sequence[str]) -> list[str]:
    seven = [_line(part) for part in parts[:_COUNT]]
    return seven + [""] * (_COUNT - len(seven))


def _line(text: str) -> str:
    if "\n" not in text:
        return text.strip()
    return ", ".join(bare for line in text.splitlines() if (bare := line.strip().rstrip(",")))


def split_address(text: str, city: str) -> tuple[str, ...]:
    """The components of an address: its street, and around the city code, region and country. `join_address`
    gives the text again. The whole of it is the street where the city is not found."""
    whole = ("", "", text, "", "", "", "")
    if not city:
        return whole
    pieces = text.split(", ")
    for at, piece in enumerate(pieces):
        for parts in _splits(pieces, at, piece, city):
            if join_address(parts) == text and city_in(parts) == city:
                return parts
    return whole


def _splits(pieces: Sequence[str], at: int, piece: str, city: str) -> list[tuple[str, ...]]:
    """How an address may be cut if the city stands in this piece."""
    street, rest = ", ".join(pieces[:at]), pieces[at + 1 :]
    if piece != city:
        code = piece.removesuffix(f" {city}")
        if code == piece or not any(char.isdigit() for char in code):
            return []
        return [("", "", street, city, "", code, ", ".join(rest))]
    splits = []
    if rest and (found := _REGION_CODE.fullmatch(rest[0])):
        splits.append(("", "", street, city, found[1], found[2], ", ".join(rest[1:])))
    return [*splits, ("", "", street, city, "", "", ", ".join(rest))]
