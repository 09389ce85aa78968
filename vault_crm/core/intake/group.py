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


@dataclass(slots=True)
class _Joined:
    """When a record joined the group that it is in, and why: (round, place in the order), in words."""

    key: str
    rank: tuple[int, int]
    why: str


def find_groups(
    records: Sequence[Record], vault: Vault, everyone: bool, match_only: bool
) -> Mapping[str, Group]:
    """The groups of a batch by key; records that are wanted by nobody (`skip`) are in none. Within a group
    the record that was the first to be this person stands first: what it says counts.

    `everyone`: mere acquaintances become notes, too; `match_only`: nobody does. Those who would become no
    note are looked at last, so that they also find the people whom other records bring.
    """
    start = Book(vault)
    start.expect(record for record in records if record.wish != "skip")
    taken = [n for n, record in enumerate(records) if _is_taken(record, everyone)]
    order = [*taken, *(n for n, r in enumerate(records) if r.wish != "skip" and not _is_taken(r, everyone))]
    written = frozenset() if match_only else frozenset(taken)
    joined: dict[int, _Joined] = {}
    groups: dict[str, Group] = {}
    for number in range(_ROUNDS):
        before = {place: one.key for place, one in joined.items()}
        book = start.copy()
        for group in groups.values():
            if not group.undecided and (not group.key.startswith("#") or written & set(group.places)):
                book.settle(combine([records[place] for place in group.places]), group.key)
        groups = _one_pass(records, order, book, joined, number)
        if {place: one.key for place, one in joined.items()} == before:
            break
    return groups


def _is_taken(record: Record, everyone: bool) -> bool:
    return record.wish == "new" or (everyone and record.wish == "known")


def _one_pass(
    records: Sequence[Record],
    order: Sequence[int],
    book: Book,
    joined: dict[int, _Joined],
    number: int,
) -> dict[str, Group]:
    """Every record judged once. One that was decided before and would be unsure now stays where it is."""
    groups: dict[str, Group] = {}
    for position, place in enumerate(order):
        record = records[place]
        match = book.find(record)
        key = f"#{place}"
        if match.verb == "same":
            key = match.paths[0]
        elif place in joined:
            key = joined[place].key
        elif match.verb == "unsure":
            groups[key] = Group(key, [place], match.why, match.paths, undecided=True)
            continue
        elif not record.name:
            groups[key] = Group(key, [place], "it has no name", undecided=True)
            continue
        if match.verb != "unsure":
            book.add(record, key)
        if place not in joined or joined[place].key != key:
            joined[place] = _Joined(key, (number, position), match.why)
        groups.setdefault(key, Group(key)).places.append(place)
    for group in groups.values():
        if not group.undecided:
            group.places.sort(key=lambda place: joined[place].rank)
            group.why = joined[group.places[0]].why
    return groups
