"""What stands in several columns: names, addresses, values with a column of labels."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest
from typing import TYPE_CHECKING

from vault_crm.core.intake.keys import names_agree
from vault_crm.core.vcard.text import escape_text
from vault_crm.importers.tables.columns import word_set

if TYPE_CHECKING:
    from vault_crm.importers.tables.rows import MappedRow

# Groups of an address at which somebody works: not where they live.
_AT_WORK = ("work", "business", "company", "office")
_TITLES = word_set("phd md mba msc bsc esq cpa pmp jr sr ii iii iv dds rn llm jd mph")
_TWO_CAPITALS = re.compile(r"[A-Z][^A-Z]*[A-Z]")


def say_name(row: MappedRow) -> tuple[str, str]:
    """(the name, another one by which the source shows them). Family names of East Asia come first."""
    whole = _in_order(row.first("name"))
    given, middle, family = (" ".join(row.all(part)) for part in ("given", "middle", "family"))
    family = without_titles(family)[0]
    built = " ".join(part for part in (given, middle, family) if part)
    if given and family and not middle and _is_east_asian(given + family):
        built = family + given
    name = built if built and ((given and family) or not whole) else whole
    other = whole if whole and "@" not in whole and not names_agree(whole, name) else ""
    return name, other


def card_name(row: MappedRow) -> str:
    """A vCard's N where the name has parts that the note's name leaves out (`Dr.`, `PhD`); '' if it has
    none."""
    given, middle, family = (" ".join(row.all(part)) for part in ("given", "middle", "family"))
    family, titles = without_titles(family)
    prefix, suffix = " ".join(row.all("prefix")), ", ".join((*row.all("suffix"), *titles))
    if not (prefix or suffix) or not (given or family):
        return ""
    return "N:" + ";".join(escape_text(part) for part in (family, given, middle, prefix, suffix))


def without_titles(family: str) -> tuple[str, list[str]]:
    """A name without what is written behind it with a comma (`Looper, DipWSET`)."""
    name, *rest = (part.strip() for part in family.split(","))
    titles = [
        part for part in rest if part.casefold().replace(".", "") in _TITLES or _TWO_CAPITALS.search(part)
    ]
    return (name, titles) if name and len(titles) == len(rest) else (family, [])


def _in_order(whole: str) -> str:
    """`Martins, Ana` as `Ana Martins`; what may be a title behind a name stays."""
    family, comma, given = (part.strip() for part in whole.partition(","))
    if not comma or not given or not family or "," in given or without_titles(whole)[1]:
        return whole
    if given.casefold().replace(".", "") in _TITLES or (" " in family and not family[0].islower()):
        return whole
    return f"{given} {family}"


def _is_east_asian(text: str) -> bool:
    names = [unicodedata.name(char, "") for char in text if char.isalpha()]
    return bool(names) and all(n.startswith(("CJK", "HIRAGANA", "KATAKANA", "HANGUL")) for n in names)


def addresses_in(row: MappedRow) -> Iterator[tuple[str, str]]:
    """(address in one line, its city where they live by it) for each address of a row; either may be ''."""
    groups: dict[str, dict[str, tuple[str, ...]]] = {}
    for cell in row.cells:
        if cell.target.what in _PARTS:
            parts = groups.setdefault(cell.target.group, {})
            parts[cell.target.what] = _beside(parts.get(cell.target.what, ()), cell.values)
    homes_first = sorted(groups, key=lambda group: not group.startswith("home"))
    for group in homes_first:
        parts = groups[group]
        for place in range(max(map(len, parts.values()))):
            one = {
                what: values[place] for what, values in parts.items() if place < len(values) and values[place]
            }
            city = "" if group.startswith(_AT_WORK) else one.get("city", "")
            yield _one_line(one), _line(city)


def _beside(first: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
    """The values of two columns for one part (`Home Street`, `Home Street 2`), place by place."""
    return tuple(", ".join(filter(None, pair)) for pair in zip_longest(first, more, fillvalue=""))


_PARTS = ("address", "street", "extended", "pobox", "postcode", "city", "region", "country")


def _one_line(parts: dict[str, str]) -> str:
    if parts.get("address"):
        return _line(parts["address"])
    if not set(parts) - {"city"}:
        return ""
    city, region, postcode = (_line(parts.get(part, "")) for part in ("city", "region", "postcode"))
    if region and postcode:
        town = ", ".join(part for part in (city, f"{region} {postcode}") if part)
    else:
        town = ", ".join(part for part in (f"{postcode} {city}".strip(), region) if part)
    pieces = (*(_line(parts.get(part, "")) for part in ("pobox", "street", "extended")), town)
    return ", ".join(piece for piece in (*pieces, _line(parts.get("country", ""))) if piece)


def _line(text: str) -> str:
    return ", ".join(piece.strip().rstrip(",") for piece in text.splitlines() if piece.strip())


def pairs_in(row: MappedRow, what: str) -> Iterator[tuple[str, str, str]]:
    """(label, value, the value's column) for each value of `note`, `event` or `relation`: labels stand in the
    dialect, or in a column of the same group, value by value."""
    labels = {cell.target.group: cell.values for cell in row.of(f"{what}_label")}
    for cell in row.of(what):
        beside = labels.get(cell.target.group, ())
        for place, value in enumerate(cell.values):
            if value:
                label = beside[place] if place < len(beside) else beside[-1] if beside else ""
                yield cell.target.label or label, value, cell.column
