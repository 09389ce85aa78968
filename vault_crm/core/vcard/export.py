"""People as cards, one after the other; what the two exporters have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence

from vault_crm.core.intake.quoted import read_quoted
from vault_crm.core.intake.record import Photo
from vault_crm.core.intake.uid import path_uid
from vault_crm.core.model import Person
from vault_crm.core.names import safe_stem
from vault_crm.core.text import decode
from vault_crm.core.vcard.person import kept_of
from vault_crm.core.vcard.person import values_of
from vault_crm.core.vcard.write import photo_line
from vault_crm.core.vcard.write import write_card


def card_of(
    person: Person,
    read: Callable[[str], bytes],
    photo: Callable[[str], Photo | None],
    version: str,
) -> bytes:
    """A person's card; `read` gives the current bytes of the note, `photo` the picture beside it."""
    prose = read_quoted(decode(read(person.path)))
    picture = photo(person.path)
    line = photo_line(picture, version) if picture is not None else ""
    return write_card(values_of(person, prose), kept_of(person), version, line)


def file_names(people: Sequence[Person], ending: str) -> tuple[str, ...]:
    """A file name for each: the person's name; with what is theirs alone behind it where several share it,
    so that each keeps its file from one export to the next."""
    stems = [safe_stem(person.name) for person in people]
    shared = Counter(stem.casefold() for stem in stems)
    return tuple(
        f"{stem if shared[stem.casefold()] == 1 else f'{stem} ({path_uid(person.path)[:8]})'}{ending}"
        for person, stem in zip(people, stems, strict=True)
    )
