"""Which lines of a card stay in the note as they were: those that its properties alone would not give again.

And, when a card is written, which of them still hold: a line whose value was taken out of the note or
changed there is not written any more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import phone_key
from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.record import clean_prose
from vault_crm.core.intake.uid import uid_key
from vault_crm.core.names import fold
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.vcard.alike import alike
from vault_crm.core.vcard.claims import SCALARS
from vault_crm.core.vcard.claims import Bundle
from vault_crm.core.vcard.claims import Claim
from vault_crm.core.vcard.claims import bundles_of
from vault_crm.core.vcard.claims import claims_in
from vault_crm.core.vcard.claims import is_empty
from vault_crm.core.vcard.claims import is_mapped
from vault_crm.core.vcard.line import Line
from vault_crm.core.vcard.line import parse_line
from vault_crm.core.vcard.names import is_name_of
from vault_crm.core.vcard.names import name_parts
from vault_crm.core.vcard.pieces import Piece
from vault_crm.core.vcard.pieces import Values
from vault_crm.core.vcard.pieces import pieces_of

# The file's own: a card that we write has others.
_OWN = frozenset({"BEGIN", "END", "VERSION", "PRODID", "PROFILE"})
_SCHEME = re.compile(r"(?i)^https?://(www\.)?|(?<!/)/+$")


def kept_bundles(bundles: Sequence[Bundle], values: Values, version: str) -> tuple[Bundle, ...]:
    """Of a card's bundles, in their order, those that `pieces_of(values)` does not say wholly."""
    said = {id(bundle): claims_in(bundle) for bundle in bundles}
    kept = {id(bundle) for bundle in _unlike(bundles, values, version)}
    kept |= _crowded(bundles, said)
    claimed = {claim for one in kept for claim in said[one] if claim[0] not in ("city", "note")}
    name = next(iter(values.get("name", ())), "")
    claimed |= {("aliases", text) for field, text in claimed if field == "name" and text != name}
    kept |= {id(bundle) for bundle in bundles if claimed & set(said[id(bundle)])}
    odd = any(
        line.name == "N" and not is_name_of(name_parts(line.value), name)
        for bundle in bundles
        for line in bundle
        if id(bundle) in kept
    )
    if odd:  # FN as it was vouches for an N that is made of other words
        kept |= {id(bundle) for bundle in bundles if ("name", name) in said[id(bundle)]}
    return tuple(bundle for bundle in bundles if id(bundle) in kept)


def _unlike(bundles: Sequence[Bundle], values: Values, version: str) -> list[Bundle]:
    """The bundles that say more than the same card made anew."""
    left = [bundle for bundle in bundles if not _is_idle(bundle)]
    notes = [bundle for bundle in left if bundle[0].name == "NOTE"]
    plain_notes = all(len(bundle) == 1 and not bundle[0].params and not bundle[0].group for bundle in notes)
    found = [] if plain_notes else notes
    left = [bundle for bundle in left if bundle[0].name != "NOTE"]
    again = {mark for piece in pieces_of(values, version) for mark in alike(piece.lines)}
    return [*found, *(bundle for bundle in left if not alike(bundle) <= again)]


def _is_idle(bundle: Bundle) -> bool:
    """True for lines that say nothing: empty ones, the file's own, `KIND:individual`, which every card is."""
    return all(
        line.name in _OWN
        or (is_mapped(line) and is_empty(line))
        or (line.name == "X-ABLABEL" and len(bundle) > 1)
        or (line.name == "KIND" and line.text.casefold() == "individual")
        for line in bundle
    )


def _crowded(bundles: Sequence[Bundle], said: Mapping[int, tuple[Claim, ...]]) -> set[int]:
    """The bundles that say several values of a field that has one: only together they are what the card
    said."""
    texts: dict[str, set[str]] = {}
    for claims in said.values():
        for name, text in claims:
            if name in SCALARS or name == "n":
                texts.setdefault(name, set()).add(text)
    crowded = {name for name, found in texts.items() if len(found) > 1}
    return {id(one) for one in bundles if any(name in crowded for name, _ in said[id(one)])}


# -- writing: what still stands


@record(frozen=False)
class Standing:
    """Of the kept lines, those that still hold (`pieces`; `always` are those that no property is about), and
    the values that they do not say, which are to be written anew."""

    pieces: list[Piece] = field(default_factory=list)
    always: list[Bundle] = field(default_factory=list)
    rest: dict[str, tuple[str, ...]] = field(default_factory=dict)


def standing(kept: Iterable[str], values: Values) -> Standing:
    """What is to become of a note's kept lines, its values being these."""
    bundles = bundles_of(_parsed(kept))
    said = {id(bundle): claims_in(bundle) for bundle in bundles}
    index = _Index(values, [claim for claims in said.values() for claim in claims])
    found = Standing(rest={name: tuple(texts) for name, texts in values.items()})
    covered: set[Claim] = set()
    for bundle in bundles:
        claims = said[id(bundle)]
        if not claims:
            found.always.append(bundle)
            continue
        met = [index.find(name, text) for name, text in claims]
        if all(one is not None for one in met):
            own = tuple(one for one in met if one is not None and one[1])
            if any(one in covered for one in own if one[0] == "n") and not _is_variant(bundle):
                continue  # a second N
            covered |= set(own)
            found.pieces.append(Piece(own, bundle))
    for name, texts in found.rest.items():
        found.rest[name] = tuple(text for text in texts if (name, text) not in covered)
    return found


def _is_variant(bundle: Bundle) -> bool:
    """True for what is the same once more, in another language or script (RFC 6350, 5.4)."""
    return all(line.param("ALTID") for line in bundle)


def _parsed(kept: Iterable[str]) -> Iterable[Line]:
    for text in kept:
        try:
            line = parse_line(text)
        except ValueError:
            continue  # a user wrote it; it is no line of a card
        if line.name not in _OWN:
            yield line


class _Index:
    """The values of a note by what they are the same by."""

    def __init__(self, values: Values, claims: Iterable[Claim]) -> None:
        self._values = values
        self._keys = {
            name: {_key(name, text): text for text in reversed(texts)} for name, texts in values.items()
        }
        self._siblings: dict[str, set[str]] = {}
        for name, text in claims:
            self._siblings.setdefault(name, set()).add(text)
        self._name = next(iter(values.get("name", ())), "")

    def find(self, name: str, text: str) -> Claim | None:
        """The value of the note that a claim is about, with the text '' if it holds without being one; None
        if it does not hold."""
        if name == "n":
            fits = is_name_of(name_parts(text), self._name) or self._name in self._siblings.get("name", ())
            return ("n", self._name) if fits else None
        if name == "note":
            return self._note(text)
        value = self._value(name, text)
        if value:
            return name, value
        if name == "name":
            value = self._value("aliases", text)
            return ("aliases", value) if value else None
        if name == "aliases" and fold(text) == fold(self._name):
            return name, ""
        if name in SCALARS and any(self._value(name, one) for one in self._siblings[name]):
            return name, ""
        return None

    def _value(self, name: str, text: str) -> str:
        if text in self._values.get(name, ()):
            return text
        return self._keys.get(name, {}).get(_key(name, text), "")

    def _note(self, text: str) -> Claim | None:
        """Several NOTEs are one prose in the note: they hold together or not at all."""
        prose = next(iter(self._values.get("note", ())), "")
        whole = join_notes(self._siblings["note"])
        alone = prose and clean_prose(text) == prose
        together = prose and sorted(whole.split("\n")) == sorted(prose.split("\n"))
        return ("note", prose) if alone or together else None


def join_notes(notes: Iterable[str]) -> str:
    """Several pieces of prose as one, a blank line between them."""
    return clean_prose("\n\n".join(clean for note in notes if (clean := clean_prose(note))))


def _page_key(text: str) -> str:
    return profile_key(text) or _SCHEME.sub("", text.strip()).casefold()


_KEYS: Mapping[str, Callable[[str], str]] = {
    "email": email_key,
    "phone": phone_key,
    "website": _page_key,
    "uid": uid_key,
}


def _key(name: str, text: str) -> str:
    key = _KEYS.get(name)
    return (key(text) if key else "") or fold(text)
