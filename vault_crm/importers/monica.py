"""Monica 4.x: the account's export as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any

from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Photo
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Unused
from vault_crm.core.intake.record import Wish
from vault_crm.core.intake.record import make_record
from vault_crm.core.words import Span
from vault_crm.importers import Wanted
from vault_crm.importers.monicafile.account import Account
from vault_crm.importers.monicafile.account import read_account
from vault_crm.importers.monicafile.contact import values_of_contact
from vault_crm.importers.monicafile.told import last_talked
from vault_crm.importers.monicafile.told import told_of
from vault_crm.importers.monicafile.values import is_yes
from vault_crm.importers.monicafile.values import mapping_of
from vault_crm.importers.monicafile.values import properties_of
from vault_crm.importers.monicafile.values import text_of
from vault_crm.importers.monicafile.values import uuid_of
from vault_crm.importers.monicafile.values import values_of
from vault_crm.importers.source import Source

NAME = "monica"
TITLE = "Monica 4 (JSON)"
CLICKS = "Settings → Export data → Export to JSON; wait for the file in the list below, then Download."
BECOMES = (
    ("name, nickname", "the note's name; `aliases`"),
    ("job, company", "`role`, `company`"),
    ("birthdate, deceased_date, is_dead", "`birthday` (without the year where it is not known), `died`"),
    ("first_met_date, first_met_through", "`met`, `introduced_by`"),
    ("stay_in_touch_frequency", "`cadence`, in days"),
    ("last_talked_to", "`last_contact`, unless the log says it"),
    ("activities, calls, conversations", "lines of the log; long ones in full among the prose"),
    ("contact fields", "`email`, `phone`, `website`; others among the prose"),
    ("addresses", "`address`, `city`"),
    ("tags", "`tags`"),
    ("relationships", "`related_people`"),
    ("life events, reminders", "`events`, yearly ones without a year; other rhythms among the prose"),
    (
        "description, notes, pets, gifts, tasks, food preferences",
        "prose under *From the address book*, with its dates; never what a gift cost",
    ),
    ("is_active: false", "`archived`"),
    (
        "is_partial",
        "skipped: somebody's relative, not a contact of yours (the names stay in `related_people`)",
    ),
    ("uuid", "`uid`, the same as in Monica's vCards"),
    ("avatar", "the photo beside the note, with `--photos`"),
    ("debts, documents, journal, gender, emotions, views", "not taken"),
)

_UUID = re.compile(r'"uuid"\s*:\s*"([^"\\]{1,100})"')
_DATA_URL = re.compile(r"data:image/(png|jpe?g|gif|webp);base64,", re.IGNORECASE)
_LARGEST_PHOTO = 20_000_000  # characters
_NOT_TAKEN = {
    "debts": "what is owed is kept nowhere here",
    "documents": "files stay where they are; link them from the note if you need them",
    "photos": "only the avatar is taken, with --photos",
}
_DIARY = Unused("journal_entries", "your diary tells of days, not of one person")


def claims(source: Source) -> bool:
    """True for a JSON object that begins as Monica's export does."""
    head = source.beginning[:4096].decode("utf-8", "replace").removeprefix("\ufeff").lstrip()
    known = ('"exported_by"', '"app_version"', '"export_date"')
    return head.startswith("{") and '"account"' in head and any(key in head for key in known)


def read(source: Source, wanted: Wanted) -> Iterator[Found]:
    """Everybody in the export, in its order. One JSON text cannot be read in part: if it is broken, there is
    one Trouble; a contact that is odd is one, and the rest is read."""
    with source.open_bytes() as file:
        raw = file.read()
    text = raw.decode(json.detect_encoding(raw), "replace")
    try:
        export = json.loads(text)
    except json.JSONDecodeError as error:
        hint = "is the download complete? export it once more"
        yield Trouble(Span(source.name, error.lineno, error.colno), f"this is no JSON: {error.msg}", hint)
        return
    except (ValueError, RecursionError):
        yield Trouble(Span(source.name, 1), "this JSON is nothing that Monica wrote", "export it once more")
        return
    account = read_account(mapping_of(mapping_of(export).get("account")))
    if not account.contacts:
        yield Trouble(
            Span(source.name, 1), "there are no contacts in this export", "Monica 4's export to JSON has them"
        )
    lines = _lines(text)
    seen: set[str] = set()
    for number, contact in enumerate(account.contacts, 1):
        span = Span(source.name, lines.get(uuid_of(contact), 1))
        yield _contact(contact, account, span, number, wanted)
        seen.update(kind for kind in _NOT_TAKEN if next(values_of(contact, kind), None) is not None)
    if wanted.photos:
        seen.discard("photos")
    yield from (Unused(kind, why) for kind, why in _NOT_TAKEN.items() if kind in seen)
    if account.diary:
        yield _DIARY


def _lines(text: str) -> dict[str, int]:
    """The line on which each id is first given to something."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for match in _UUID.finditer(text):
        line, at = line + text.count("\n", at, match.start()), match.start()
        found.setdefault(match[1], line)
    return found


def _contact(contact: Any, account: Account, span: Span, number: int, wanted: Wanted) -> Found:
    properties = properties_of(contact)
    name = account.names.get(uuid_of(contact), "")
    if not name:
        return Trouble(span, f"contact {number} has no name", "give them one in Monica, or write the note")
    entries, prose = told_of(contact, account, name)
    values = values_of_contact(contact, account)
    values["last_contact"] = last_talked(contact, entries)
    wish, why = _wish(contact, properties, account)
    return make_record(
        NAME,
        span,
        name,
        values,
        entries=entries,
        note=prose,
        wish=wish,
        why=why,
        hints=("a favourite in Monica",) if is_yes(properties.get("is_starred")) else (),
        photo=_photo(properties, account) if wanted.photos else None,
    )


def _wish(contact: Any, properties: Mapping[str, Any], account: Account) -> tuple[Wish, str]:
    if uuid_of(contact) in account.me:
        return "skip", "that is you"
    if is_yes(properties.get("is_partial")):
        return "skip", "somebody's relative, not a contact of yours"
    return "new", ""


def _photo(properties: Mapping[str, Any], account: Account) -> Photo | None:
    """The avatar, if it is a picture that was uploaded and is there."""
    from base64 import b64decode

    url = account.photos.get(text_of(mapping_of(properties.get("avatar")).get("avatar_photo")), "")
    found = _DATA_URL.match(url)
    if found is None or len(url) > _LARGEST_PHOTO:
        return None
    try:
        data = b64decode(url[found.end() :], validate=True)
    except ValueError:
        return None
    return Photo(found[1].casefold().replace("jpeg", "jpg"), data) if data else None
