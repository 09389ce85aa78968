"""A person as a card: what the note's properties say, and the lines that it keeps from address books."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import count

from vault_crm.core.intake.record import Photo
from vault_crm.core.record import replace
from vault_crm.core.vcard.claims import Bundle
from vault_crm.core.vcard.claims import Claim
from vault_crm.core.vcard.kept import standing
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.pieces import GROUP
from vault_crm.core.vcard.pieces import Piece
from vault_crm.core.vcard.pieces import Values
from vault_crm.core.vcard.pieces import pieces_of
from vault_crm.core.vcard.text import fold_line

# Without a version of ours: cards that did not change shall be the same bytes.
_PRODID = "-//vault-crm//vault-crm//EN"
_ORDER = (
    "uid", "name", "n", "aliases", "company", "role", "email", "phone", "address", "city", "website",
    "birthday", "anniversary", "died", "events", "related_people", "tags", "note",
)  # fmt: skip
_FORMATS = {"jpg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP"}


def write_card(values: Values, kept: Iterable[str], version: str, photo: str = "") -> bytes:
    """A whole card of version '3.0' or '4.0'. `values` as `person.values_of` gives them, `kept` the lines of
    the property `vcard`, `photo` a line of `photo_line`."""
    lines = ("BEGIN:VCARD", f"VERSION:{version}", f"PRODID:{_PRODID}")
    own = (line.written for line in card_lines(values, kept, version))
    last = (*((photo,) if photo else ()), "END:VCARD")
    return b"".join(fold_line(line) for line in (*lines, *own, *last))


def card_lines(values: Values, kept: Iterable[str], version: str) -> list[Line]:
    """The lines of a card without its frame: in the place of a generated line the kept one, where there is
    one that still holds; those without a property of ours last."""
    found = standing(kept, values)
    city = next((city for city in values.get("city", ()) if city not in found.rest["city"]), "")
    anew = [_in_own_group(piece) for piece in pieces_of(found.rest, version, city)]
    pieces = sorted([*found.pieces, *anew], key=lambda piece: _place(piece.claims, values))
    bundles = [*(piece.lines for piece in pieces), *found.always]
    return [_fit(line, version) for line in _with_groups(bundles)]


def photo_line(photo: Photo, version: str) -> str:
    """A picture as a content line."""
    import binascii

    text = binascii.b2a_base64(photo.data, newline=False).decode("ascii")
    kind = _FORMATS.get(photo.ending, "JPEG")
    if version == "4.0":
        return f"PHOTO:data:image/{kind.lower()};base64,{text}"
    return f"PHOTO;ENCODING=b;TYPE={kind}:{text}"


def _place(claims: Sequence[Claim], values: Values) -> tuple[int, int]:
    """Where a piece stands: by the last of what it says, but the name is before every other FN."""
    places = []
    for field, text in claims:
        if field == "city" and len(claims) > 1:
            continue  # it goes with its address
        texts = tuple(values.get("name" if field == "n" else field, ()))
        places.append((_ORDER.index(field), texts.index(text) if text in texts else len(texts)))
    named = [place for place in places if _ORDER[place[0]] == "name"]
    return min(named) if named else max(places, default=(len(_ORDER), 0))


def _in_own_group(piece: Piece) -> Piece:
    """A generated group gets a name when the card is put together; until then one that nobody has."""
    return Piece(piece.claims, tuple(replace(line, group=line.group and "\0") for line in piece.lines))


def _with_groups(bundles: Sequence[Bundle]) -> Iterator[Line]:
    taken = {line.group.casefold() for bundle in bundles for line in bundle}
    free = (name for number in count(1) if (name := f"{GROUP}{number}") not in taken)
    for bundle in bundles:
        if bundle[0].group == "\0":
            group = next(free)
            yield from (replace(line, group=group) for line in bundle)
        else:
            yield from bundle


def _fit(line: Line, version: str) -> Line:
    """A kept line that the other version writes differently: a telephone as an address (`tel:`) is one of
    4.0."""
    if version == "3.0" and line.name == "TEL" and line.value[:4].casefold() == "tel:":
        params = tuple(param for param in line.params if param[0] != "VALUE")
        return Line(line.name, line.value[4:], params, line.group)
    return line
