"""vCard 2.1, 3.0 and 4.0: files of one or many cards, from telephones, address books and CardDAV servers."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO

from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.intake.record import make_record
from vault_crm.core.vcard.card import Reading
from vault_crm.core.vcard.card import read_card
from vault_crm.core.vcard.read import Card
from vault_crm.core.vcard.read import read_cards
from vault_crm.core.words import Span
from vault_crm.importers import Wanted
from vault_crm.importers.source import Source

NAME = "vcard"
TITLE = "vCard (.vcf)"
CLICKS = """\
- **iPhone, iCloud**: on icloud.com/contacts, select all, then *Export vCard*.
- **Mac**: Contacts, select all, *File › Export › Export vCard*.
- **Android, Google**: the Contacts app, *Fix & manage › Export to file*; or on contacts.google.com
  *Export › vCard*.
- **Nextcloud, Fastmail, other CardDAV servers**: *Export* in the settings of the address book; or give
  `vault-crm import` the folder that vdirsyncer keeps.
- **Thunderbird**: *Address Book › Tools › Export*, type vCard.
- **Outlook**: select contacts, *Forward contact › As a business card*, and save what is attached."""
BECOMES: tuple[tuple[str, str], ...] = (
    ("FN, N", "the note's name"),
    ("NICKNAME", "`aliases`"),
    ("ORG", "`company` (the department stays in `vcard`)"),
    ("TITLE, ROLE", "`role`"),
    ("EMAIL, TEL, URL", "`email`, `phone`, `website`"),
    ("ADR", "`address` in one line; the first that is not at work gives the `city`"),
    ("X-SOCIALPROFILE, IMPP", "`website`, where it is a web page"),
    ("BDAY", "`birthday`; `--0512` and Apple's year 1604 are a birthday without a year"),
    ("ANNIVERSARY, X-ANNIVERSARY", "`anniversary`"),
    (
        "X-ABDATE with its label",
        "`events` (`2019-05-04 first concert`); the label *Anniversary*: `anniversary`",
    ),
    ("DEATHDATE", "`died`"),
    ("RELATED, X-ABRELATEDNAMES, X-SPOUSE", "`related_people` (`spouse: Leo Martins`)"),
    ("CATEGORIES", "`tags`"),
    ("NOTE", "a quote in the note, under *From the address book*"),
    ("UID", "`uid`, by which the card is known again"),
    ("KIND:org, KIND:group, X-ABShowAs:COMPANY", "skipped: no person"),
    ("PHOTO", "a file beside the note, with `--photos`"),
    ("everything else", "stays line by line in `vcard`, and leaves again with `export vcard`"),
)
_BEGIN = re.compile(rb"(?im)^[ \t]*BEGIN[ \t]*:[ \t]*VCARD[ \t]*\r?$")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_PHOTOS = ("PHOTO", "X-MS-CARDPICTURE")
_WITHOUT = "pictures of people stay behind without --photos"
_NEVER = "pictures and sounds are not kept"
_MOST_NAMES = 20  # of one card's lines that find no place
_PIECE = 65_536  # bytes that are read at once where a file has no lines


def claims(source: Source) -> bool:
    """True if a card begins within the file's beginning."""
    head = source.beginning
    if head[:2] in _UTF16 or b"\0" in head[:4]:
        head = source.head.encode("utf-8", "replace")
    head = head.removeprefix(codecs.BOM_UTF8).replace(b"\r", b"\n")
    return _BEGIN.search(head) is not None


def read(source: Source, wanted: Wanted) -> Iterator[Found]:
    """Every card of the file, lazily."""
    unused: dict[str, None] = {}
    with source.open_bytes() as file:
        for one in read_cards(_lines(source, file), wanted.photos, _fallback(source)):
            if isinstance(one, Card):
                yield from _found(source, one, wanted, unused)
            else:
                yield Trouble(Span(source.name, one.number), one.message, one.hint)


def _lines(source: Source, file: BinaryIO) -> Iterator[bytes]:
    """The file's lines, each in pieces of a bounded size."""
    head = source.beginning
    if head[:2] in _UTF16 or b"\0" in head[:4]:
        with source.open_text() as text:
            for part in iter(partial(text.readline, _PIECE), ""):
                yield part.encode("utf-8", "replace")
    elif b"\r" in head and b"\n" not in head:  # as Macs wrote text long ago
        yield from _old_mac_lines(file)
    else:
        yield from iter(partial(file.readline, _PIECE), b"")


def _old_mac_lines(file: BinaryIO) -> Iterator[bytes]:
    for block in iter(partial(file.read, _PIECE), b""):
        yield from block.replace(b"\r", b"\n").splitlines(keepends=True)


def _fallback(source: Source) -> str:
    """The encoding of lines that are no UTF-8; it is looked for only if there are any in the beginning."""
    from vault_crm.importers.tables.encoding import code_page_of

    try:
        codecs.getincrementaldecoder("utf-8")().decode(source.beginning)
    except UnicodeDecodeError:
        return code_page_of(source.path)
    return "cp1252"


def _found(source: Source, card: Card, wanted: Wanted, unused: dict[str, None]) -> Iterator[Found]:
    reading = read_card(card)
    reasons = {name: _WITHOUT if name in _PHOTOS else _NEVER for name in card.left_out}
    reasons |= dict.fromkeys(reading.too_long[:_MOST_NAMES], "longer than a property may be")
    for name, why in reasons.items():
        if name not in unused:
            unused[name] = None
            yield Unused(name, why)
    values = {**reading.values, "vcard": reading.kept}
    photo = reading.photo if wanted.photos and reading.photo and reading.photo.ending else None
    yield make_record(
        NAME,
        Span(source.name, card.number),
        reading.name,
        values,
        note=reading.note,
        wish=reading.wish,
        why=reading.why,
        hints=_hints(reading, wanted),
        photo=photo,
    )


def _hints(reading: Reading, wanted: Wanted) -> tuple[str, ...]:
    odd = wanted.photos and reading.photo is not None and not reading.photo.ending
    return (*reading.hints, "its picture cannot be read and stays behind") if odd else reading.hints
