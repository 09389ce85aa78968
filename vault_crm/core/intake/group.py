"""Which records of a batch are one person, and whether that person is in the vault.

What is decided about a record can depend on what other records say. So it is decided again, as a second
import of the same batch would decide it, until nothing changes: then a second import finds nothing to do.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.match import Book
from vault_crm.core.intake.record import Record
from vault_crm.core.model import Vault

_ROUNDS = 12


@dataclass(slots=True)
class Group:
    """Records (by their place in the batch) that are one person: `key` is the path of the note, or `#` and a
    place for somebody new. `undecided` ones are one record each, that may mean one of the `candidates` (paths
    and keys), or says too little to be anybody (no candidates). `why` is in words."""

    key: str
    places: list[int] = field(default_factory=list)
    why: str = ""
    candidates: tuple[str, ...] = ()
    undecided: bool = False


def find_groups(
    records: Sequence[Record], vault: Vault, everyone: bool, match_only: bool
) -> Mapping[str, Group]:
    """The groups of a batch by key; records that are wanted by nobody (`skip`) are in none.

    `everyone`: mere acquaintances become notes, too; `match_only`: nobody does. Those who would become no
    note are looked at last, so that they also find the people whom other records bring.
    """
    start = Book(vault)
    start.expect(record for record in records if record.wish != "skip")
    new = [
        n for n, record in enumerate(records) if record.wish == "new" or (everyone and record.wish != "skip")
    ]
    order = [*new, *(n for n, record in enumerate(records) if record.wish == "known" and not everyone)]
    written = set() if match_only else set(new)
    groups: dict[str, Group] = {}
    reasons: dict[int, str] = {}
    for _ in range(_ROUNDS):
        before = _keys(groups)
        book = start.copy()
        for group in groups.values():
            if not group.undecided and (not group.key.startswith("#") or written & set(group.places)):
                book.settle(combine([records[place] for place in sorted(group.places)]), group.key)
        groups = _one_pass(records, order, book, before, reasons)
        if _keys(groups) == before:
            break
    return groups


def _keys(groups: Mapping[str, Group]) -> dict[int, str]:
    """Who each record that is decided about belongs to."""
    return {place: g.key for g in groups.values() if not g.undecided for place in g.places}


def _one_pass(
    records: Sequence[Record],
    order: Sequence[int],
    book: Book,
    before: Mapping[int, str],
    reasons: dict[int, str],
) -> dict[str, Group]:
    """Every record judged once. One that was decided before and would be unsure now stays where it is."""
    groups: dict[str, Group] = {}
    for place in order:
        record = records[place]
        match = book.find(record)
        key = f"#{place}"
        if match.verb == "same":
            key = match.paths[0]
        elif place in before:
            key = before[place]
        elif match.verb == "unsure":
            groups[key] = Group(key, [place], match.why, match.paths, undecided=True)
            continue
        elif not record.name:
            groups[key] = Group(key, [place], "it has no name", undecided=True)
            continue
        if match.verb != "unsure":
            book.add(record, key)
        # Later on, everybody is the same as in the first round: the first reason is the one to tell.
        why = reasons.setdefault(place, match.why)
        groups.setdefault(key, Group(key, why=why)).places.append(place)
    return groups
