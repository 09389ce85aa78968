"""Whom a record means: the same person as somebody in the vault, or as another record of the batch.

By index, never by comparing all pairs. A UID or a page of one's own decides alone; an e-mail address or a
telephone together with a name that agrees; a name together with the company or the birthday. Everything less
is unsure: a family shares its telephone, and two people may share a name.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Literal

from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.intake.keys import company_key
from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import name_key
from vault_crm.core.intake.keys import names_agree
from vault_crm.core.intake.keys import phone_key
from vault_crm.core.intake.keys import profile_key
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.uid import uid_key
from vault_crm.core.intake.uid import uid_of
from vault_crm.core.model import Birthday
from vault_crm.core.model import Person
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.names import fold

# Profiles whose address is given to one person by the site itself; a page elsewhere may be a company's.
_PERSONAL = ("linkedin.com/in/", "xing.com/profile/", "orcid.org/")
_CROWD = 3  # names that one address, number, page or UID may have; if more do, it tells nobody apart
_MOST = 12  # identities that are kept for one key, so that a file of ten thousand namesakes takes linear time
_NAMED = 5  # candidates that are worth naming


@dataclass(frozen=True, slots=True)
class Match:
    """Whom a record means. `same`: the one in `paths`; `unsure`: these may be meant; `new`: nobody. Paths are
    those of notes, or what `Book.add` gave for a record of the batch. `why` is in words, '' if `new`."""

    verb: Literal["same", "unsure", "new"]
    paths: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Marks:
    """By what somebody is known again: keys as `core.intake.keys` makes them, and names as written."""

    names: tuple[str, ...] = ()
    uids: frozenset[str] = frozenset()
    profiles: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    companies: frozenset[str] = frozenset()
    birthday: Birthday | None = None


@dataclass(slots=True)
class _Known:
    """Everything that is known of one identity: a note, or records of the batch that are one person."""

    names: list[str] = field(default_factory=list)
    birthday: Birthday | None = None
    uid: bool = False  # a note that has a uid, or a company, of its own keeps it
    company: bool = False


def marks_of_person(person: Person) -> Marks:
    """By what a person in the vault is known again; without a `uid` of its own, by the one that exports give
    to the note."""
    note = person.note
    values = {p.field: p.value for p in reversed(note.properties) if p.field}
    own = frozenset(text_items(values.get("uid")))
    # Not by the file's name: `Ana Martins (Acme).md` says no more of her than her name does.
    names = (person.name, *person.aliases)
    return _marks(names, values, own or frozenset((uid_of(person),)), person.birthday)


def marks_of_record(record: Record) -> Marks:
    """By what a record's person is known again."""
    names = (record.name, *text_items(record.values.get("aliases")))
    uids = frozenset(text_items(record.values.get("uid")))
    return _marks(names, record.values, uids, _birthday(record.values.get("birthday")))


def _marks(
    names: Iterable[str], values: Mapping[str, Value], uids: Iterable[str], birthday: Birthday | None
) -> Marks:
    def keys(name: str, key: Callable[[str], str]) -> frozenset[str]:
        return frozenset(k for item in text_items(values.get(name)) if (k := key(item)))

    return Marks(
        tuple(dict.fromkeys(name for name in names if name.strip())),
        frozenset(uid_key(uid) for uid in uids),
        keys("website", profile_key),
        keys("email", email_key),
        keys("phone", phone_key),
        keys("company", company_key),
        birthday,
    )


def _birthday(value: Value) -> Birthday | None:
    try:
        return parse_birthday(value)
    except ValueError:
        return None


def same_day(one: Birthday | None, other: Birthday | None) -> bool | None:
    """Whether two birthdays are the same day, as far as both say; None if one is not known."""
    if one is None or other is None:
        return None
    years = one.year is None or other.year is None or one.year == other.year
    return (one.month, one.day) == (other.month, other.day) and years


class Book:
    """Everybody who may be meant: the people of a vault, and the records of the batch that were added."""

    def __init__(self, vault: Vault) -> None:
        self._known: dict[str, _Known] = {}
        self._index: dict[str, list[str]] = {}
        self._bearers: dict[str, set[str]] = {}
        self._marks: dict[int, tuple[Record, Marks]] = {}
        self._settled: set[str] = set()
        self._number = 0
        for person in vault.people:
            self._enter(person.path, marks_of_person(person))
            self._known[person.path].uid = bool(person.text("uid"))
            self._known[person.path].company = bool(person.text("company"))

    def expect(self, records: Iterable[Record]) -> None:
        """The records that will come: what many of them bear is an office's, or a careless program's, and
        tells nobody apart. Only the batch is asked, so that the same batch is judged the same twice."""
        for record in records:
            marks = self._marks_of(record)
            for key in _shared_keys(marks):
                bearers = self._bearers.setdefault(key, set())
                if len(bearers) <= _CROWD:
                    bearers.update(_name_keys(marks)[:1])

    def copy(self) -> Book:
        """Another book that knows as much by now."""
        other = copy(self)
        other._known = {path: replace(one, names=list(one.names)) for path, one in self._known.items()}
        other._index = {key: list(paths) for key, paths in self._index.items()}
        other._settled = set(self._settled)
        return other

    def settle(self, record: Record, path: str) -> None:
        """Makes somebody known as their note would make them known once this record has been written into
        it: what stands there counts, and the name is the note's."""
        marks = marks_of_record(record)
        known = self._known.get(path)
        if known is not None:
            marks = Marks(
                marks.names[1:] if record.name else marks.names,
                frozenset() if known.uid else marks.uids,
                marks.profiles,
                marks.emails,
                marks.phones,
                frozenset() if known.company else marks.companies,
                None if known.birthday else marks.birthday,
            )
        self._settled.add(path)
        self._enter(path, marks)

    def add(self, record: Record, path: str = "") -> str:
        """Makes a record known: as the same person as `path` (a note, or what this gave before), else as
        somebody new. Gives what stands for that person in `Match.paths`: the path, or `#1`, `#2` ..."""
        if not path:
            self._number += 1
            path = f"#{self._number}"
        self._enter(path, self._marks_of(record))
        return path

    def name_of(self, path: str) -> str:
        """What somebody in the book is called first; '' if there is nobody of that path."""
        known = self._known.get(path)
        return known.names[0] if known and known.names else ""

    def find(self, record: Record) -> Match:
        """Whom a record means."""
        marks = self._marks_of(record)
        for judge in (self._by_sure_mark, self._by_contact, self._by_name_and_more, self._by_doubt):
            match = judge(marks)
            if match is not None:
                return match
        return Match("new")

    # -- the judgements, the surest first

    def _by_sure_mark(self, marks: Marks) -> Match | None:
        uids = [path for path in self._having("uid", marks.uids) if self._bears_uid(path, marks)]
        profiles = [
            path for path in self._having("profile", marks.profiles) if self._bears_profile(path, marks)
        ]
        found = [*uids, *profiles]
        return self._one(found, "the same UID" if uids else "the same profile") if found else None

    def _by_contact(self, marks: Marks) -> Match | None:
        for kind, keys, what in _contacts(marks):
            found = [path for path in self._having(kind, keys) if self._names_agree(path, marks)]
            found += self._having(f"{kind}+name", _pairs(keys, _name_keys(marks)))
            found = [path for path in found if self._other_birthday(path, marks) is not True]
            if found:
                return self._one(found, f"the same {what}")
        return None

    def _by_name_and_more(self, marks: Marks) -> Match | None:
        names = _name_keys(marks)[:1]
        found = self._having("name+company", _pairs(marks.companies, names))
        found = [path for path in found if self._other_birthday(path, marks) is not True]
        if found:
            return self._one(found, "the same name and company")
        found = self._having("name+day", _pairs(_days(marks), names))
        found = [path for path in found if self._other_birthday(path, marks) is False]
        return self._one(found, "the same name and birthday") if found else None

    def _by_doubt(self, marks: Marks) -> Match | None:
        for kind, keys, what in (
            *_contacts(marks),
            ("profile", marks.profiles, "page"),
            ("uid", marks.uids, "UID"),
        ):
            found = self._having(kind, keys)
            if found:
                agreeing = any(self._names_agree(path, marks) for path in found)
                other = "birthday" if agreeing else "name"
                return _unsure(found, f"the same {what}, but another {other}")
        found = self._having("name", _name_keys(marks)[:1], many=True)
        if not found:
            return None
        others = all(self._other_birthday(path, marks) for path in found)
        why = "the same name, but another birthday" if others else "only the name is the same"
        return _unsure(found, why)

    def _one(self, paths: Sequence[str], why: str) -> Match:
        """Who has a note comes before other records of the batch: they are who is meant."""
        once = list(dict.fromkeys(paths))
        found = [path for path in once if not path.startswith("#") or path in self._settled] or once
        if len(found) == 1:
            return Match("same", (found[0],), why)
        return _unsure(found, f"{why} as several")

    # -- what speaks for and against

    def _bears_uid(self, path: str, marks: Marks) -> bool:
        # Programs that give every card the same UID are to be reckoned with.
        careless = any(len(self._bearers.get(f"uid {uid}", ())) > 1 for uid in marks.uids)
        return not careless or self._names_agree(path, marks)

    def _bears_profile(self, path: str, marks: Marks) -> bool:
        own = any(profile.startswith(_PERSONAL) for profile in marks.profiles)
        return own or self._names_agree(path, marks)

    def _names_agree(self, path: str, marks: Marks) -> bool:
        if not marks.names:
            return True
        return any(names_agree(one, other) for one in self._known[path].names for other in marks.names)

    def _other_birthday(self, path: str, marks: Marks) -> bool | None:
        same = same_day(self._known[path].birthday, marks.birthday)
        return None if same is None else not same

    # -- the index

    def _marks_of(self, record: Record) -> Marks:
        found = self._marks.get(id(record))
        if found is None:
            found = self._marks[id(record)] = (record, marks_of_record(record))
        return found[1]

    def _enter(self, path: str, marks: Marks) -> None:
        known = self._known.setdefault(path, _Known())
        known.names += [name for name in marks.names if name not in known.names]
        known.birthday = known.birthday or marks.birthday
        for key in _index_keys(marks):
            paths = self._index.setdefault(key, [])
            if len(paths) < _MOST and path not in paths:
                paths.append(path)

    def _having(self, kind: str, keys: Iterable[str], many: bool = False) -> list[str]:
        """Everybody who bears one of the keys; `many`: also where it is borne by a crowd."""
        found: dict[str, None] = {}
        for key in sorted(keys):
            full = f"{kind} {key}"
            if many or len(self._bearers.get(full, ())) <= _CROWD:
                found |= dict.fromkeys(self._index.get(full, ()))
        return list(found)


def _contacts(marks: Marks) -> Sequence[tuple[str, frozenset[str], str]]:
    return (("email", marks.emails, "e-mail address"), ("phone", marks.phones, "telephone number"))


def _name_keys(marks: Marks) -> list[str]:
    # A name without a letter (an emoji, a colon) is one, too.
    return list(dict.fromkeys(name_key(name) or fold(name) for name in marks.names))


def _pairs(keys: Iterable[str], names: Iterable[str]) -> list[str]:
    return [f"{key}\0{name}" for key in keys for name in names]


def _days(marks: Marks) -> list[str]:
    return [f"{marks.birthday.month}-{marks.birthday.day}"] if marks.birthday else []


def _shared_keys(marks: Marks) -> Iterator[str]:
    """The keys that an office, a family or a careless program gives to many."""
    kinds = (
        ("uid", marks.uids),
        ("profile", marks.profiles),
        ("email", marks.emails),
        ("phone", marks.phones),
    )
    for kind, keys in kinds:
        for key in keys:
            yield f"{kind} {key}"


def _index_keys(marks: Marks) -> Iterator[str]:
    names = _name_keys(marks)
    yield from _shared_keys(marks)
    for name in names:
        yield f"name {name}"
    for kind, keys in (
        ("email+name", marks.emails),
        ("phone+name", marks.phones),
        ("name+company", marks.companies),
        ("name+day", _days(marks)),
    ):
        for pair in _pairs(keys, names):
            yield f"{kind} {pair}"


def _unsure(paths: Sequence[str], why: str) -> Match:
    return Match("unsure", tuple(dict.fromkeys(paths))[:_NAMED], why)
