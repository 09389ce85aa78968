"""vCard 4.0 (RFC 6350): what newer address books and CardDAV servers read."""

from __future__ import annotations

from collections.abc import Iterator

from vault_crm.core.vcard.export import card_of
from vault_crm.core.vcard.export import file_names
from vault_crm.exporters import Context

NAME = "vcard4"
ENDING = ".vcf"
DOC = "address book cards (vCard 4.0)"
VERSION = "4.0"


def export(context: Context) -> Iterator[bytes]:
    """Everybody, a card each."""
    for item in context.items:
        yield card_of(item.person, context.read, context.photo, VERSION)


def one_each(context: Context) -> Iterator[tuple[str, bytes]]:
    """A file a person, as CardDAV clients such as vdirsyncer keep them."""
    people = [item.person for item in context.items]
    for person, name in zip(people, file_names(people, ENDING), strict=True):
        yield name, card_of(person, context.read, context.photo, VERSION)
