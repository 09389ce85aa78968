"""The first look at a vault: every note is read, and asked for its fingerprint on that occasion."""

from __future__ import annotations

import os
from array import array
from datetime import date
from typing import TYPE_CHECKING

from vault_crm.core.gist import Gist
from vault_crm.core.heard import NOBODY
from vault_crm.core.heard import Meant
from vault_crm.core.heard import hear_all
from vault_crm.core.heard import is_person
from vault_crm.core.roster import resolver_for
from vault_crm.store.buckets import Buckets
from vault_crm.store.gists import LOT
from vault_crm.store.glance import COLUMNS
from vault_crm.store.roster import Unfit
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import unreadable
from vault_crm.store.together import read_together

if TYPE_CHECKING:
    from vault_crm.store.roster import Roster
    from vault_crm.store.scan import Scan


def first_look(roster: Roster, found: Scan, started: int, today: date) -> None:
    """Fills an empty roster; the walk began at `started` (nanoseconds) and asked for nothing but names.
    Raises Unfit."""
    if found.evicted or not found.folders:  # none: the vault itself is gone
        raise Unfit
    roster.copies, roster.asked = roster.source.copies(found)
    gists = _read(roster, found)
    roster.note_walk(found, started)
    meant: Meant = {}
    whom = resolver_for(roster.paths, gists)
    heard = hear_all(gists, today.toordinal(), roster.settings.dated_notes, meant, whom)
    roster.rows = {
        path: roster.work_out(path, gist, heard.get(path, NOBODY), today)
        for path, gist in gists.items()
        if is_person(gist)
    }
    roster.buckets, roster.meant = Buckets.filled(gists, heard), meant
    roster.day, roster.changed = today.toordinal(), True
    for path in roster.copies:
        _add_copy(roster, path)


def _read(roster: Roster, found: Scan) -> dict[str, Gist]:
    gists: dict[str, Gist] = {}
    columns = [array("q") for _ in range(COLUMNS)]
    absent: set[str] = set()
    unsure: set[str] = set()
    wanted = [path for path in found.files if path not in roster.copies]
    lots = read_together(roster.source.read_lots, wanted)
    for some, prints, closed, shared, young in roster.counted(lots, len(wanted), LOT):
        gists.update(some)
        for column, values in zip(columns, prints, strict=True):
            column.frombytes(values)
        absent.update(closed)
        found.shared.update(shared)
        unsure.update(young)
    for path in wanted:
        if path in absent:
            _note_closed(roster, found, path)
    roster.paths = [path for path in wanted if path not in absent] if absent else wanted
    roster.prints, roster.unsure = columns, unsure
    return gists


def _note_closed(roster: Roster, found: Scan, path: str) -> None:
    """What a walk that asks would have heard of a note: it is gone by now, or nobody may ask."""
    try:
        os.stat(os.path.join(roster.root, path))
    except FileNotFoundError:
        return
    except OSError as error:
        found.diagnostics.append(unreadable(path, error.strerror or str(error)))


def _add_copy(roster: Roster, path: str) -> None:
    """A conflict copy is not read, and yet it can become a note."""
    try:
        st = os.stat(os.path.join(roster.root, path))
    except OSError:
        return
    roster.paths.append(path)
    for column, value in zip(roster.prints, fingerprint(st), strict=True):
        column.append(value)
    roster.unsure.add(path)
