"""The agenda of a vault, from its roster: the same items, dates, recent contacts and errors, and of each
person what lists and dashboards show. Notes with an error in them are read in full, so that it can be
said. What dashboards show takes less: only who stands there is looked at."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from vault_crm.core.dashboard.shown import shown_from
from vault_crm.core.folding import fold_all
from vault_crm.core.gist import BLOCKED
from vault_crm.core.gist import ERRORS
from vault_crm.core.gist import FLAGS
from vault_crm.core.gist import OTHER_FLAGS
from vault_crm.core.gist import PRIVATE
from vault_crm.core.heard import NOBODY
from vault_crm.core.heard import all_about
from vault_crm.core.heard import is_person
from vault_crm.core.model import Vault
from vault_crm.core.roster import person_with
from vault_crm.store.codec import unpack_odd

if TYPE_CHECKING:
    from vault_crm.core.dashboard.shown import Shown
    from vault_crm.core.model import Note
    from vault_crm.core.model import Person
    from vault_crm.store.roster import Roster


def brief_vault(roster: Roster, today: date) -> Vault:
    """Everybody as lists show them on a day. Its diagnostics are the errors only; its people have no log, no
    properties but how one met them, and of their evidence what decides from that day on."""
    day, own = today.toordinal(), roster.source.own
    heard = roster.buckets.all_heard()
    people: list[Person] = []
    notes: dict[str, Note] = {}
    for path, gist in roster.buckets.gists().items():
        flags = gist[FLAGS if is_person(gist) else OTHER_FLAGS]
        if flags & (ERRORS | BLOCKED):
            note = roster.source.note(path)
            if note is not None:
                notes[path] = note
        if not is_person(gist):
            continue
        if path in notes:
            person = roster.person(path)
            if person is not None:
                people.append(person)
        else:
            people.append(person_with(path, gist, heard.get(path, NOBODY), day, own))
    keys = fold_all([person.name for person in people])
    order = sorted(range(len(people)), key=lambda at: (keys[at], people[at].path))
    in_order = tuple([people[at] for at in order])
    odd = tuple(unpack_odd(row) for row in roster.odd)
    return Vault(in_order, notes, {p.path: p for p in in_order}, odd)


def whole_person(roster: Roster, path: str) -> Person | None:
    """Somebody in full, with all that others say of them; None if the note is gone, or about nobody."""
    gists, dated = roster.buckets.gists(), roster.settings.dated_notes
    return roster.source.person_with(path, all_about(path, gists, dated, roster.meant, roster.whom))


def brief_page(roster: Roster, today: date) -> Shown:
    """What dashboards show on the roster's day, as `shown_of` has it of the agenda."""
    day, buckets = today.toordinal(), roster.buckets

    def somebody(path: str) -> Person:
        gist = buckets.gist(path)
        person = roster.person(path) if gist[FLAGS] & BLOCKED else None
        return person or person_with(path, gist, buckets.heard(path), day, roster.source.own)

    def is_private(path: str) -> bool:
        return path in roster.rows and bool(buckets.gist(path)[FLAGS] & PRIVATE)

    return shown_from(roster.rows.values(), today, roster.settings, somebody, is_private)
