"""What a person is called in address books and calendars, where all need a name that never changes."""

from __future__ import annotations

import unicodedata
from uuid import UUID
from uuid import uuid5

from vault_crm.core.model import Person

# The namespace of the names that are made from a note's path (RFC 9562, 5.5). It must never change: address
# books and calendars would take everybody for somebody new.
NAMESPACE = UUID("6d0e1f6c-2a57-5d0f-9a43-8f6f0b1c7d21")

_URN = "urn:uuid:"


def uid_of(person: Person) -> str:
    """A person's UID: the note's `uid`, else one made from where the note lies."""
    return person.text("uid") or path_uid(person.path)


def path_uid(path: str) -> str:
    """The UID of a note without `uid`: a name-based UUID of its vault-relative path. It is the same on every
    device (macOS decomposes accents in file names), until the note is moved."""
    named = unicodedata.normalize("NFC", path).encode("utf-8", "backslashreplace")  # names need not be UTF-8
    return str(uuid5(NAMESPACE, named.decode()))


def uid_key(text: str) -> str:
    """By what two UIDs are the same: without `urn:uuid:` and case."""
    return text.strip().casefold().removeprefix(_URN)
