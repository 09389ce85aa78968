"""A card as what a note would say of the person: properties, prose, and the lines that stay as they are."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.intake.record import Photo
from vault_crm.core.intake.record import Wish
from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.core.vcard.claims import Bundle
from vault_crm.core.vcard.claims import bundles_of
from vault_crm.core.vcard.claims import by_field
from vault_crm.core.vcard.claims import claims_in
from vault_crm.core.vcard.days import day_in
from vault_crm.core.vcard.kept import join_notes
from vault_crm.core.vcard.kept import kept_bundles
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.names import name_parts
from vault_crm.core.vcard.names import say_name
from vault_crm.core.vcard.photo import photo_in
from vault_crm.core.vcard.read import Card

LONGEST = 9_000  # characters of a kept line; a property holds no more
ROOM = 40_000  # characters of all kept lines; a note whose frontmatter is much longer is not read
_TEXTS = frozenset({"company", "role", "city", "birthday", "anniversary", "died", "uid"})
# In the order in which a new note has them.
_FIELDS = (
    "aliases", "company", "role", "email", "phone", "address", "city", "website", "birthday", "anniversary",
    "died", "events", "related_people", "tags", "uid",
)  # fmt: skip
_PEOPLE = frozenset({"", "individual"})
_WORDS = {"group": "a group, not a person", "org": "an organisation, not a person"}


@record
class Reading:
    """What a card says: `values` by canonical field, lists as tuples; `kept` the lines for the property
    `vcard`; `too_long` the names of lines that no property can hold."""

    name: str
    values: Mapping[str, str | bool | tuple[str, ...]]
    note: str
    kept: tuple[str, ...]
    wish: Wish
    why: str
    hints: tuple[str, ...]
    photo: Photo | None
    too_long: tuple[str, ...]


def read_card(card: Card) -> Reading:
    """Everything that a card says of its person."""
    photo, lines = _take_photo(card.lines)
    bundles = bundles_of(lines)
    claims = [claim for bundle in _titles_first(bundles) for claim in claims_in(bundle)]
    found = dict(by_field(claims))
    own_name, names = _names(found)
    found["name"] = names[:1]
    found["n"] = found["name"]
    known = {fold(name) for name in found["name"]}
    aliases = [*names[1:], *found.get("aliases", ())]
    found["aliases"] = tuple(dict.fromkeys(one for one in aliases if fold(one) not in known))
    note = join_notes(found.get("note", ()))
    generated = {name: texts[:1] if name in _TEXTS else texts for name, texts in found.items()}
    kept = kept_bundles(bundles, generated, "4.0" if card.version.startswith("4") else "3.0")
    lines_kept, too_long = _fitting(kept)
    wish, why = _wish(lines, own_name, found)
    return Reading(
        name=next(iter(found["name"]), "") or _company(wish, found),
        values=_properties(generated),
        note=note,
        kept=lines_kept,
        wish=wish,
        why=why,
        hints=tuple(_hints(lines)),
        photo=photo,
        too_long=too_long,
    )


def _fitting(bundles: Iterable[Bundle]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the lines that a note can hold, groups whole; the names of the others)."""
    kept: list[str] = []
    too_long: list[str] = []
    room = ROOM
    for bundle in bundles:
        fits = [line.written for line in bundle if len(line.written) <= LONGEST]
        size = sum(map(len, fits))
        too_long += [line.name for line in bundle if size > room or len(line.written) > LONGEST]
        if size <= room:
            kept += fits
            room -= size
    return tuple(kept), tuple(dict.fromkeys(too_long))


def _take_photo(lines: Sequence[Line]) -> tuple[Photo | None, tuple[Line, ...]]:
    """The first picture of a card, and the lines without those that hold one."""
    photos = {id(line): photo for line in lines if (photo := photo_in(line)) is not None}
    return next(iter(photos.values()), None), tuple(line for line in lines if id(line) not in photos)


def _titles_first(bundles: Sequence[Bundle]) -> list[Bundle]:
    """TITLE says better what somebody does than ROLE."""
    return sorted(bundles, key=lambda bundle: bundle[0].name == "ROLE")


def _names(found: Mapping[str, Sequence[str]]) -> tuple[bool, tuple[str, ...]]:
    """(whether the card has a person's own name, the names: FN, else N, else a nickname)."""
    parts = [name_parts(text) for text in found.get("n", ())]
    names = tuple(found.get("name", ()))
    built = tuple(name for part in parts if (name := say_name(part)))
    company = found.get("company", ("",))[0]
    own = bool(built) or any(fold(name) != fold(company) for name in names)
    if names or built:
        return own, names or built[:1]
    return bool(found.get("aliases")), tuple(found.get("aliases", ())[:1])


def _company(wish: Wish, found: Mapping[str, Sequence[str]]) -> str:
    return next(iter(found.get("company", ())), "") if wish == "skip" else ""


def _properties(found: Mapping[str, Sequence[str]]) -> dict[str, str | bool | tuple[str, ...]]:
    values: dict[str, str | bool | tuple[str, ...]] = {}
    for name in _FIELDS:
        if texts := found.get(name):
            values[name] = texts[0] if name in _TEXTS else tuple(texts)
    if values.get("died") == "true":
        values["died"] = True
    return values


def _wish(lines: Sequence[Line], own_name: bool, found: Mapping[str, Sequence[str]]) -> tuple[Wish, str]:
    for line in lines:
        said = line.text.casefold()
        if line.name in ("KIND", "X-ADDRESSBOOKSERVER-KIND") and said not in _PEOPLE:
            return "skip", _WORDS.get(said, f"the card says that it is of a {said}")
        if line.name == "X-ABSHOWAS" and said == "company":
            return "skip", _WORDS["org"]
    if own_name:
        return "new", ""
    if found.get("company"):
        return "skip", "an organisation: the card has no name of a person"
    return "known", "the card has no name"


def _hints(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines:
        if line.name == "BDAY" and line.text and not day_in(line):
            yield f"birthday: {line.text} is not one day; the card's line is kept"
        elif line.name == "X-FRM-FREQUENCY" and line.text:
            yield f"frm: every {line.text}"
        elif line.name == "X-FRM-IGNORE" and line.text.casefold() == "true":
            yield "frm: ignored"
