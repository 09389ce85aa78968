"""The people in a cell: a name, `Name (email)`, `Name <email>`, an address alone, several with `;`."""

from __future__ import annotations

import re

from vault_crm.core.intake.keys import name_key
from vault_crm.core.intake.record import clean_line
from vault_crm.core.record import record


@record
class Contact:
    """Somebody as a deal names them. `key` is their number in the CRM, '' if the row has none."""

    name: str
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    role: str = ""
    key: str = ""


# From the beginning of a word only: else a long one without `@` is read as often as it has letters.
_ADDRESS = re.compile(r"(?<![^\s()<>,;:\"])[^\s()<>,;:\"]+@[^\s()<>,;:\"]+")
_NUMBER = re.compile(r"\(\s*(?:ID:?\s*)?\d+\s*\)\s*$")
_EMPTY = frozenset(("", "-", "--", "n/a", "none", "null", "(no value)", "unknown"))


def split_list(text: str) -> list[str]:
    """The items of a cell, which stand in lines, behind `;` or (what holds no names) behind commas."""
    return [item for part in re.split(r"[;,\n\r]+", text) if (item := clean_line(part))]


def parse_contacts(text: str) -> tuple[Contact, ...]:
    """Everybody whom a cell names, each once, in its order."""
    pieces = [piece for part in re.split(r"[;\n\r]+", text) for piece in _split_commas(part)]
    found: dict[tuple[str, tuple[str, ...]], Contact] = {}
    for piece in pieces:
        contact = _parse_one(piece)
        if contact.name or contact.emails:
            found.setdefault((name_key(contact.name), contact.emails), contact)
    return tuple(found.values())


def _split_commas(part: str) -> list[str]:
    """`Martins, Ana` is one person, `Ana Martins, Ben Okafor` are two, and so are two addresses."""
    pieces = [piece.strip() for piece in part.split(",") if piece.strip()]
    if len(pieces) < 2:
        return [part]
    if sum(bool(_ADDRESS.search(piece)) for piece in pieces) > 1:
        return pieces
    bare = [_ADDRESS.sub("", piece).strip(" ()<>") for piece in pieces]
    if all(len(name_key(piece).split()) > 1 and name_key(piece) != "" for piece in bare):
        return pieces
    if len(pieces) > 2:
        return pieces if all(len(piece.split()) > 1 for piece in bare) else [part]
    return [part]


def _parse_one(text: str) -> Contact:
    emails = tuple(dict.fromkeys(found.strip(".'") for found in _ADDRESS.findall(text)))
    name = _ADDRESS.sub("", text)
    name = re.sub(r"\(\s*\)|<\s*>|\bmailto:", " ", name)
    name = _NUMBER.sub("", clean_line(name)).strip(" \"'\t-|,:")
    name = _given_first(" ".join(name.split()))
    return Contact("" if name.casefold() in _EMPTY else name, emails)


def _given_first(name: str) -> str:
    """`Martins, Ana` as `Ana Martins`; a title behind a comma (`Ana Martins, PhD`) goes."""
    family, comma, given = (part.strip() for part in name.partition(","))
    if not comma or not given or "," in given:
        return name
    if name_key(f"{family} {given}") == name_key(family):
        return family
    return f"{given} {family}"
