"""Everybody on a day, from gists: what a list shows of each, and until when that holds.

The same people, in the same state, as `agenda(assemble(notes), today)` finds them; a property test says so.
What others' notes say of somebody is kept beside the gists, so that one changed note is a matter of the
people it speaks of, as long as nobody's name comes or goes.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from vault_crm.core.cadence import due_after
from vault_crm.core.gist import BLOCKED
from vault_crm.core.gist import FLAGS
from vault_crm.core.gist import GONE
from vault_crm.core.gist import MORE
from vault_crm.core.gist import NAME
from vault_crm.core.gist import NAMES
from vault_crm.core.gist import OWN
from vault_crm.core.gist import Gist
from vault_crm.core.gistperson import person_of
from vault_crm.core.heard import ON
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import evidence_of
from vault_crm.core.heard import is_person
from vault_crm.core.heard import names_in
from vault_crm.core.heard import newest_first
from vault_crm.core.links import Resolver
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Person
from vault_crm.core.rows import FOREVER
from vault_crm.core.rows import Row
from vault_crm.core.rows import row_of
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of
from vault_crm.core.status import soon_days

# All that a person's own note says of contacts that count, newest first: asked for where the newest is still
# to come, so that it is another one that counts.
OwnPieces: TypeAlias = "Callable[[str], Sequence[Piece]]"


def resolver_for(paths: Iterable[str], gists: Mapping[str, Gist]) -> Callable[[str, str], str]:
    """`whom(target, path)`: the person that a link in a note means, '' if nobody or several."""
    names: dict[str, tuple[str, ...]] = {}
    people = set()
    for path, gist in gists.items():
        if is_person(gist):
            people.add(path)
        elif not gist or not gist[NAMES]:
            continue
        for name in names_in(gist):
            names[name] = (*names[name], path) if name in names else (path,)
    resolve = Resolver(paths, names).resolve

    def whom(target: str, path: str) -> str:
        found = resolve(target, path)
        return found if found in people else ""

    return whom


def person_with(path: str, gist: Gist, heard: Heard, day: int, own: OwnPieces) -> Person:
    """Somebody as lists see them, with the evidence that may decide from `day` on. Not for the BLOCKED."""
    pieces: list[Piece] = list(heard.pieces)
    mine = gist[OWN]
    if mine is not None and gist[MORE] and mine[ON] > day + 1:
        pieces += own(path)
    elif mine is not None:
        pieces.append((*mine, path))
    if len(pieces) > 1:
        pieces.sort(key=newest_first)
    # what decides is the first that is not still to come: nobody asks for what is behind that
    while len(pieces) > 1 and pieces[-2][ON] <= day + 1:
        pieces.pop()
    return person_of(path, gist, tuple([evidence_of(piece) for piece in pieces]))


def row_on(path: str, gist: Gist, heard: Heard, today: date, settings: Settings, own: OwnPieces) -> Row:
    """Somebody's row on a day, and until when it holds."""
    flags = gist[FLAGS]
    if flags & (GONE | BLOCKED):
        status = "gone" if flags & GONE else "attention"
        return path, gist[NAME], gist[1], status, 0, 0, 7.0, 0, "", "", "", (), True, (), FOREVER
    person = person_with(path, gist, heard, today.toordinal(), own)
    item = item_of(person, today, settings)
    return row_of(item, until(item, today, settings))


def until(item: AgendaItem, today: date, settings: Settings) -> int:
    """The first day after today on which somebody's status, due date or last contact may be another."""
    person, day, first = item.person, today.toordinal(), FOREVER
    for evidence in person.evidence:
        turn = evidence.on.toordinal() - 1  # tomorrow's contact counts already
        if day < turn < first:
            first = turn
    if person.snooze_until is not None and day < (turn := person.snooze_until.toordinal()) < first:
        first = turn
    if person.met is not None and day < (turn := person.met.toordinal() - 1) < first:
        first = turn
    if item.due is None:
        return first
    due = item.due.toordinal()
    turns = [due - soon_days(person.cadence, settings), due, due + 1] if due >= day else []
    if person.cadence is not None and item.status != "long-overdue":
        turns.append(due_after(item.due, person.cadence).toordinal())
    return min((turn for turn in turns if day < turn < first), default=first)
