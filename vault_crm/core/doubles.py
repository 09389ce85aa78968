"""People who may be one person: two notes that share an address, a number, a profile or a name.

By index, never by comparing all pairs. What many people share (a company's number) tells nobody apart, and
who only shares a family's telephone is another person: addresses and numbers count where the names agree.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from itertools import combinations
from typing import Literal
from typing import get_args

from vault_crm.core.intake.keys import name_key
from vault_crm.core.intake.keys import names_agree
from vault_crm.core.intake.match import Marks
from vault_crm.core.intake.match import marks_of_person
from vault_crm.core.intake.match import same_day
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.record import record

_CROWD = 4  # people who share one address or number; if more do, it is an office's
_NAMESAKES = 6  # people of one name; if more are, the name alone says nothing


# What is shared, the surest first.
Kind = Literal[
    "UID", "profile", "e-mail", "phone", "name and birthday", "name and company",
    "birthday and part of the name", "name",
]  # fmt: skip
_KINDS: tuple[Kind, ...] = get_args(Kind)
_BORN: Kind = "birthday and part of the name"
_AGREEING: frozenset[Kind] = frozenset({"e-mail", "phone", "name and company", _BORN})
Pair = tuple[str, str]


@record
class Double:
    """Two notes that may be about one person; the first says more. `reasons`, the surest first, and
    `against` are in words. `sure`: more than a name speaks for it, and nothing against."""

    first: Person
    second: Person
    reasons: tuple[str, ...]
    against: tuple[str, ...]
    sure: bool
    rank: int = 0


def find_doubles(vault: Vault) -> tuple[Double, ...]:
    """Everybody who may be in the vault twice, the likeliest first."""
    people = {person.path: person for person in vault.people}
    marks = {path: marks_of_person(person) for path, person in people.items()}
    found: dict[Pair, dict[Kind, str]] = {}
    for kind in _KINDS:
        for pair, key in _sharing(kind, people, marks):
            found.setdefault(pair, {}).setdefault(kind, key)
    doubles = (_judged(people[a], people[b], marks[a], marks[b], shared) for (a, b), shared in found.items())
    kept = (double for double in doubles if double is not None)
    return tuple(sorted(kept, key=lambda d: (not d.sure, d.rank, d.first.name, d.first.path, d.second.path)))


def _sharing(
    kind: Kind, people: Mapping[str, Person], marks: Mapping[str, Marks]
) -> Iterator[tuple[Pair, str]]:
    """The pairs who share a thing of this kind, each with what it is."""
    groups: dict[str, list[str]] = {}
    for path, person in people.items():
        for key in set(_keys(kind, person, marks[path])):
            groups.setdefault(key, []).append(path)
    most = _NAMESAKES if kind in ("name", "name and company") else _CROWD
    for key, paths in sorted(groups.items()):
        if not 1 < len(paths) <= most:
            continue
        for a, b in combinations(paths, 2):
            if (
                kind not in _AGREEING
                or _agree(marks[a], marks[b])
                or (kind == _BORN and _short_forms(marks[a], marks[b]))
            ):
                yield (a, b), key


def _keys(kind: Kind, person: Person, marks: Marks) -> Iterable[str]:
    if kind == "UID":
        return _uids(person)
    if kind == "profile":
        return marks.profiles
    if kind == "e-mail":
        return marks.emails
    if kind == "phone":
        return marks.phones
    names = {key for name in marks.names if (key := name_key(name))}
    if kind == "name":
        return names
    if kind == "name and birthday":
        day = marks.birthday
        return [f"{name}\0{day.month}-{day.day}" for name in names] if day else ()
    words = {word for name in names for word in name.split()}
    if kind == _BORN:
        day = marks.birthday
        return [f"{word}\0{day.year}-{day.month}-{day.day}" for word in words] if day and day.year else ()
    return [f"{word}\0{company}" for word in words for company in marks.companies]


def _agree(one: Marks, other: Marks) -> bool:
    return any(names_agree(x, y) for x in one.names for y in other.names)


def _namesakes(one: Marks, other: Marks) -> bool:
    """True if a name of both is the same, not only one that can be."""
    return not {name_key(name) for name in one.names}.isdisjoint(name_key(name) for name in other.names)


def _short_forms(one: Marks, other: Marks) -> bool:
    """True if two names differ by a first name and its short form: Ben, Benjamin. Twins have other names."""
    for x in one.names:
        for y in other.names:
            a, b = set(name_key(x).split()), set(name_key(y).split())
            left, right = a - b, b - a
            if a & b and len(left) == len(right) == 1:
                short, long = sorted((left.pop(), right.pop()), key=len)
                if len(short) > 1 and long.startswith(short):
                    return True
    return False


def _uids(person: Person) -> tuple[str, ...]:
    """What the note itself says; not the one that exports make from its path."""
    found = person.note.find("uid")
    return text_items(found.value) if found is not None else ()


def _judged(a: Person, b: Person, one: Marks, other: Marks, shared: Mapping[Kind, str]) -> Double | None:
    """The pair with what speaks for and against it; None if only names speak for it, and that is refuted."""
    against = []
    if same_day(one.birthday, other.birthday) is False:
        against.append("different birthdays")
    uids = set(_uids(a)), set(_uids(b))
    if all(uids) and not uids[0] & uids[1]:
        against.append("different UIDs")
    if "different birthdays" in against:
        shared = {kind: key for kind, key in shared.items() if kind != "name and birthday"}
        if not shared or (set(shared) == {"name and company"} and not _namesakes(one, other)):
            return None  # two colleagues, whose names only could be one person's
    only_name = set(shared) == {"name"}
    if only_name and one.companies and other.companies:
        against.append("different companies")
    if only_name and (len(against) > 1 or "different birthdays" in against):
        return None
    if "name and birthday" in shared or "name and company" in shared:
        less = {"name", *((_BORN,) if "name and birthday" in shared else ())}
        shared = {kind: key for kind, key in shared.items() if kind not in less}
    reasons = tuple(_reason(kind, key, a, b, one) for kind, key in shared.items())
    first, second = (a, b) if _says(a) >= _says(b) else (b, a)
    sure = not against and not only_name
    return Double(first, second, reasons, tuple(against), sure, min(map(_KINDS.index, shared)))


def _reason(kind: Kind, key: str, a: Person, b: Person, marks: Marks) -> str:
    if kind in ("e-mail", "profile"):
        return f"the same {kind} ({key})"
    if kind == "name" and name_key(a.name) != name_key(b.name):
        written = next((name for name in marks.names if name_key(name) == key), key)
        return f"the same name ({written})"
    return f"the same {kind}"


def _says(person: Person) -> tuple[bool, int, int]:
    """How much a note says of somebody; one that is kept in touch with comes first."""
    told = len(person.evidence) + len(person.note.properties)
    return person.cadence is not None, told, len(person.name)
