"""From what is known of a person to the lines of a card: the other direction of `claims`.

A *piece* is a bundle of lines with what they say. Reading the lines again gives exactly that (a test holds
both tables together).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.record import record
from vault_crm.core.vcard.address import city_in
from vault_crm.core.vcard.address import split_address
from vault_crm.core.vcard.claims import Bundle
from vault_crm.core.vcard.claims import Claim
from vault_crm.core.vcard.days import write_day
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.line import Params
from vault_crm.core.vcard.names import write_name
from vault_crm.core.vcard.text import escape_text

Values = Mapping[str, Sequence[str]]

_BARE_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_EVENT = re.compile(r"((?:[0-9]{4}-)?[0-9]{2}-[0-9]{2}) (.+)")
# RFC 6350, 6.6.6; every other relation is said by a label.
_RELATIONS = frozenset({
    "contact", "acquaintance", "friend", "met", "co-worker", "colleague", "co-resident", "neighbor", "child",
    "parent", "sibling", "spouse", "kin", "muse", "crush", "date", "sweetheart", "me", "agent", "emergency",
})  # fmt: skip
_APPLE_RELATIONS = frozenset({
    "father", "mother", "parent", "brother", "sister", "child", "friend", "spouse", "partner", "assistant",
    "manager", "son", "daughter",
})  # fmt: skip
# Apple's own words for the kinds of a date.
_ANNIVERSARY = "_$!<Anniversary>!$_"
_OTHER = "_$!<Other>!$_"
# A group's name until the card is put together.
GROUP = "item"


@record
class Piece:
    """Lines, and what they say."""

    claims: tuple[Claim, ...]
    lines: Bundle


def pieces_of(values: Values, version: str, city: str = "") -> Iterator[Piece]:
    """The lines that say these values, field by field. `city` is the one where they live, if another line
    says so already: it is found in addresses, and not said once more."""
    for field, writer in _WRITERS.items():
        if values.get(field):
            yield from writer(field, values[field], version)
    yield from _addresses(values.get("address", ()), values.get("city", ()), city)


def _one(field: str, text: str, line: Line) -> Piece:
    return Piece(((field, text),), (line,))


def _texts(name: str) -> Callable[[str, Sequence[str], str], Iterator[Piece]]:
    def write(field: str, values: Sequence[str], _version: str) -> Iterator[Piece]:
        for text in values:
            yield _one(field, text, Line(name, escape_text(text)))

    return write


def _list(name: str) -> Callable[[str, Sequence[str], str], Iterator[Piece]]:
    def write(field: str, values: Sequence[str], _version: str) -> Iterator[Piece]:
        claims = tuple((field, text) for text in values)
        yield Piece(claims, (Line(name, ",".join(escape_text(text) for text in values)),))

    return write


def _n(field: str, values: Sequence[str], _version: str) -> Iterator[Piece]:
    for name in values[:1]:
        yield _one(field, name, Line("N", write_name(name)))


def _uids(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    for text in values[:1]:
        urn = version == "4.0" and _BARE_UUID.fullmatch(text)
        yield _one(field, text, Line("UID", f"urn:uuid:{text}" if urn else escape_text(text)))


def _day(name: str, text: str, version: str) -> Line | None:
    try:
        value, params = write_day(text, version)
    except ValueError:
        return None
    return Line(name, value, params)


def _birthdays(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    for text in values:
        line = _day("BDAY", text, version)
        if line is not None:
            yield _one(field, text, line)


def _anniversaries(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    for text in values:
        if version == "4.0":
            line = _day("ANNIVERSARY", text, version)
            if line is not None:
                yield _one(field, text, line)
        else:
            yield from _dated(field, text, text, _ANNIVERSARY, version)


def _deaths(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    """RFC 6474; a death without a date is said, too: who reads it shall not send wishes."""
    for text in values:
        line = None if len(text) < 10 else _day("DEATHDATE", text, version)
        if line is None:
            params: Params = (("VALUE", ("text",)),) if text == "true" else ()
            line = Line("DEATHDATE", "unknown" if text == "true" else escape_text(text), params)
        yield _one(field, text, line)


def _events(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    for text in values:
        found = _EVENT.fullmatch(text)
        if found is not None:
            yield from _dated(field, text, found[1], found[2], version)


def _dated(field: str, text: str, day: str, label: str, version: str) -> Iterator[Piece]:
    line = _day("X-ABDATE", day, version)
    if line is not None:
        yield _labelled(field, text, line, _OTHER if label == "other" else label)


def _labelled(field: str, text: str, line: Line, label: str) -> Piece:
    grouped = Line(line.name, line.value, line.params, GROUP)
    return Piece(((field, text),), (grouped, Line("X-ABLABEL", escape_text(label), (), GROUP)))


def _related(field: str, values: Sequence[str], version: str) -> Iterator[Piece]:
    for text in values:
        kind, parted, name = text.partition(": ")
        if not parted:
            kind, name = "", text
        if version == "4.0":
            yield _related4(field, text, kind, name)
            continue
        line = Line("X-ABRELATEDNAMES", escape_text(name))
        label = f"_$!<{kind.capitalize()}>!$_" if kind in _APPLE_RELATIONS else kind
        yield _labelled(field, text, line, label) if kind else _one(field, text, line)


def _related4(field: str, text: str, kind: str, name: str) -> Piece:
    params: Params = (("VALUE", ("text",)),)
    if kind.casefold() in _RELATIONS:
        return _one(field, text, Line("RELATED", escape_text(name), (*params, ("TYPE", (kind.casefold(),)))))
    line = Line("RELATED", escape_text(name), params)
    return _labelled(field, text, line, kind) if kind else _one(field, text, line)


def _addresses(values: Sequence[str], cities: Sequence[str], said: str) -> Iterator[Piece]:
    """Addresses, the city in its own component where it is found; a city that is in none stands alone."""
    city = said or next(iter(cities), "")
    placed = False
    for text in values:
        parts = split_address(text, city)
        here = bool(city_in(parts))
        placed = placed or here
        value = ";".join(escape_text(part) for part in parts)
        claims = (("address", text), *((("city", city),) if here else ()))
        yield Piece(claims, (Line("ADR", value),))
    for name in cities[1:] if placed and not said else cities:
        yield _one("city", name, Line("ADR", f";;;{escape_text(name)};;;"))


_WRITERS: Mapping[str, Callable[[str, Sequence[str], str], Iterator[Piece]]] = {
    "uid": _uids,
    "name": _texts("FN"),
    "n": _n,
    "aliases": _list("NICKNAME"),
    "company": _texts("ORG"),
    "role": _texts("TITLE"),
    "email": _texts("EMAIL"),
    "phone": _texts("TEL"),
    "website": _texts("URL"),
    "birthday": _birthdays,
    "anniversary": _anniversaries,
    "died": _deaths,
    "events": _events,
    "related_people": _related,
    "tags": _list("CATEGORIES"),
    "note": _texts("NOTE"),
}
