"""What each line of a card says about a person: the one table from lines to properties.

A *claim* is (canonical field, value). The fields are those of `core.fields`, and four that are no property:
`name`, `n` (its parts), `note` (prose) and `city` of addresses where somebody lives.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.intake.keys import emails_in
from vault_crm.core.intake.record import clean_line
from vault_crm.core.intake.tags import tag_of
from vault_crm.core.links import shown_text
from vault_crm.core.vcard.address import city_in
from vault_crm.core.vcard.address import join_address
from vault_crm.core.vcard.days import day_in
from vault_crm.core.vcard.days import find_day
from vault_crm.core.vcard.days import rough_in
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.names import name_parts
from vault_crm.core.vcard.text import split_value
from vault_crm.core.vcard.text import unescape_text

Claim = tuple[str, str]
# Lines of one group, or one line without a group.
Bundle = tuple[Line, ...]

# Fields of which a person has one; where a card has several, the first counts.
SCALARS = frozenset({"company", "role", "birthday", "anniversary", "died", "uid", "city"})
# Fields in which a note may link another one.
LINKING = frozenset({"company", "role", "city", "related_people"})
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:\S")
_UUID = re.compile(r"(?i)urn:uuid:(?=[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$)")
_ANNIVERSARY = "_$!<Anniversary>!$_"
_APPLE_LABEL = re.compile(r"_\$!<(.*)>!\$_")
# Groups that Google and Android put everybody into.
_NO_TAGS = frozenset({"mycontacts", "my contacts", "starred in android"})
_ANDROID_RELATIONS = (
    "", "assistant", "brother", "child", "domestic partner", "father", "friend", "manager", "mother",
    "parent", "partner", "referred by", "relative", "sister", "spouse",
)  # fmt: skip


def bundles_of(lines: Iterable[Line]) -> tuple[Bundle, ...]:
    """The lines by groups, in the order of the first of each."""
    found: dict[object, list[Line]] = {}
    for line in lines:
        found.setdefault(line.group.casefold() or id(line), []).append(line)
    return tuple(tuple(lines) for lines in found.values())


def claims_in(bundle: Bundle) -> tuple[Claim, ...]:
    """Everything that a bundle says of a person, each once; nothing if no property has a place for it."""
    label = next((line.text for line in bundle if line.name == "X-ABLABEL"), "")
    claims: dict[Claim, None] = {}
    for line in bundle:
        reader = _READERS.get(line.name)
        if reader is not None:
            claims |= dict.fromkeys(
                (field, clean) for field, text in reader(line, label) if (clean := _clean(field, text))
            )
    return tuple(claims)


def is_mapped(line: Line) -> bool:
    """True if lines of this name usually say something that has a property."""
    return line.name in _READERS


def is_empty(line: Line) -> bool:
    """True if a line has no value, or a structured one of nothing."""
    return not line.value.replace(";", "").strip()


def _word(label: str) -> str:
    """An X-ABLabel as words: one of Apple's own, `_$!<Spouse>!$_`, is `spouse`; a user's is as it is."""
    found = _APPLE_LABEL.fullmatch(label)
    return clean_line(found[1].lower() if found else label)


def _clean(field: str, text: str) -> str:
    """As a property holds it: one line without runs of spaces; no link, where a note may have one."""
    if field in ("note", "n"):
        return text
    return " ".join((shown_text(clean_line(text)) if field in LINKING else clean_line(text)).split())


# -- one reader a kind of line


def _is(field: str) -> Callable[[Line, str], Iterator[Claim]]:
    def read(line: Line, _label: str) -> Iterator[Claim]:
        yield field, line.text

    return read


def _n(line: Line, _label: str) -> Iterator[Claim]:
    if any(name_parts(line.value)):
        yield "n", line.value


def _nicknames(line: Line, _label: str) -> Iterator[Claim]:
    for item in line.items:
        yield "aliases", item


def _categories(line: Line, _label: str) -> Iterator[Claim]:
    items = line.items if len(line.items) > 1 else line.text.split(",")  # some escape what parts the items
    for item in items:
        if item.strip("* ").casefold() not in _NO_TAGS:
            yield "tags", tag_of(item)


def _org(line: Line, _label: str) -> Iterator[Claim]:
    yield "company", line.parts[0]


def _tel(line: Line, _label: str) -> Iterator[Claim]:
    text = line.text
    yield "phone", text[4:] if text[:4].casefold() == "tel:" else text


def _email(line: Line, _label: str) -> Iterator[Claim]:
    text = line.text
    for address in emails_in(text[7:] if text[:7].casefold() == "mailto:" else text):
        yield "email", address


def _adr(line: Line, _label: str) -> Iterator[Claim]:
    parts = address_parts(line.value)
    yield "address", join_address(parts)
    if "work" not in line.types:
        yield "city", city_in(parts)


def address_parts(value: str) -> tuple[str, ...]:
    """The components of an ADR; several values in one are parted by commas."""
    return tuple(
        ", ".join(bare for item in split_value(part, ",") if (bare := unescape_text(item).strip()))
        for part in split_value(value, ";")
    )


def _page(line: Line, _label: str) -> Iterator[Claim]:
    """A profile: only if it is a page that a browser opens, not a mere user name."""
    if line.text[:8].casefold().startswith(("http://", "https://")):
        yield "website", line.text


def _birthday(line: Line, _label: str) -> Iterator[Claim]:
    yield "birthday", day_in(line)


def _anniversary(line: Line, _label: str) -> Iterator[Claim]:
    yield "anniversary", day_in(line)


def _died(line: Line, _label: str) -> Iterator[Claim]:
    if line.text:
        yield "died", _death(day_in(line)) or rough_in(line.text) or "true"


def _death(day: str) -> str:
    return day if day.count("-") == 2 else ""


def _date(line: Line, label: str) -> Iterator[Claim]:
    yield from _event(day_in(line), label)


def _event(day: str, label: str) -> Iterator[Claim]:
    if day and label == _ANNIVERSARY:
        yield "anniversary", day
    elif day:
        yield "events", f"{day} {_word(label) or 'other'}"


def _related(line: Line, label: str) -> Iterator[Claim]:
    text = line.text
    if line.name == "RELATED" and line.first("VALUE").casefold() != "text" and _SCHEME.match(text):
        return  # another card, by its UID or address: no name
    kinds = tuple(kind for kind in line.types if kind != "pref")
    yield from _relation(_word(label) or ", ".join(kinds), text)


def _relation(kind: str, name: str) -> Iterator[Claim]:
    kind = kind.casefold().replace("_", " ").replace(": ", " ").rstrip(": ")
    if name:
        yield "related_people", f"{kind}: {name}" if kind else name


def _relative(kind: str) -> Callable[[Line, str], Iterator[Claim]]:
    def read(line: Line, _label: str) -> Iterator[Claim]:
        yield from _relation(kind, line.text)

    return read


def _android(line: Line, _label: str) -> Iterator[Claim]:
    """Android's own kinds: `vnd.android.cursor.item/relation;NAME;TYPE;LABEL`."""
    what, data, kind, said, *_ = (*line.parts, "", "", "", "")
    if what.endswith("/nickname"):
        yield "aliases", data
    elif what.endswith("/contact_event"):
        yield from _event(find_day(data), _ANNIVERSARY if kind == "1" else said)
    elif what.endswith("/relation"):
        known = kind.isdecimal() and 0 < int(kind) < len(_ANDROID_RELATIONS)
        yield from _relation(_ANDROID_RELATIONS[int(kind)] if known else said, data)


def _uid(line: Line, _label: str) -> Iterator[Claim]:
    yield "uid", _UUID.sub("", line.text)


_READERS: Mapping[str, Callable[[Line, str], Iterator[Claim]]] = {
    "FN": _is("name"),
    "N": _n,
    "NICKNAME": _nicknames,
    "ORG": _org,
    "TITLE": _is("role"),
    "ROLE": _is("role"),
    "TEL": _tel,
    "EMAIL": _email,
    "ADR": _adr,
    "URL": _is("website"),
    **dict.fromkeys(("X-SOCIALPROFILE", "SOCIALPROFILE", "IMPP", "X-EVOLUTION-BLOG-URL"), _page),
    "BDAY": _birthday,
    **dict.fromkeys(
        ("ANNIVERSARY", "X-ANNIVERSARY", "X-EVOLUTION-ANNIVERSARY", "X-KADDRESSBOOK-X-ANNIVERSARY"),
        _anniversary,
    ),
    "X-MS-ANNIVERSARY": _anniversary,
    **dict.fromkeys(("DEATHDATE", "X-DEATHDATE"), _died),
    "X-ABDATE": _date,
    **dict.fromkeys(("RELATED", "X-ABRELATEDNAMES"), _related),
    **dict.fromkeys(
        ("X-SPOUSE", "X-EVOLUTION-SPOUSE", "X-KADDRESSBOOK-X-SPOUSESNAME", "X-MS-SPOUSE"), _relative("spouse")
    ),
    **dict.fromkeys(
        ("X-MANAGER", "X-EVOLUTION-MANAGER", "X-KADDRESSBOOK-X-MANAGERSNAME", "X-MS-MANAGER"),
        _relative("manager"),
    ),
    **dict.fromkeys(
        ("X-ASSISTANT", "X-EVOLUTION-ASSISTANT", "X-KADDRESSBOOK-X-ASSISTANTSNAME", "X-MS-ASSISTANT"),
        _relative("assistant"),
    ),
    "X-MS-CHILD": _relative("child"),
    "X-ANDROID-CUSTOM": _android,
    "CATEGORIES": _categories,
    "UID": _uid,
    "NOTE": _is("note"),
}


def by_field(claims: Iterable[Claim]) -> Mapping[str, Sequence[str]]:
    """The values of each field, each once, in their order."""
    found: dict[str, dict[str, None]] = {}
    for field, text in claims:
        found.setdefault(field, {})[text] = None
    return {field: tuple(texts) for field, texts in found.items()}
