"""What shall become of each record, before anybody is asked: the rows of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from typing import Literal

from vault_crm.core.actions import Read
from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.match import Book
from vault_crm.core.intake.places import Places
from vault_crm.core.intake.record import Record
from vault_crm.core.model import Vault
from vault_crm.core.model import flat_text
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused

# A new note; somebody who is there (only gaps are filled); nothing, until the user says which; nothing.
Verb = Literal["new", "same", "unsure", "skip"]

_ROUNDS = 10  # at most, in which what is unsure is looked at again


@dataclass(frozen=True, slots=True)
class Row:
    """One person of the plan, as one or several records tell of them, in the file's order.

    `number` counts from 1 and is how the plan's text names the row. `target` is the path of the note: of the
    person who is the same, or of the new note; '' where there is none yet. `cadence` is what a new person
    gets. `why` says in words why they are the same, unsure or skipped. `candidates` are the paths (or `#4`,
    a row's number) of those who may be meant.
    """

    number: int
    verb: Verb
    records: tuple[Record, ...]
    target: str = ""
    cadence: str = ""
    why: str = ""
    candidates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What the person is called: the first name that a record says."""
        return next((record.name for record in self.records if record.name), "")


@dataclass(frozen=True, slots=True)
class Options:
    """What the user wants of an import: a cadence for new people of whom the source tells none; nobody new;
    everybody, also those whom a source holds for mere acquaintances; values that the same source wrote before
    may be renewed."""

    cadence: str = ""
    match_only: bool = False
    everyone: bool = False
    update: bool = False


@dataclass(slots=True)
class _Draft:
    """A row in the making: records by their place in the file; `key` is who it is in the book."""

    verb: Verb
    records: list[tuple[int, Record]] = field(default_factory=list)
    key: str = ""
    why: str = ""
    candidates: tuple[str, ...] = ()


def decide(
    records: Iterable[Record],
    vault: Vault,
    settings: Settings,
    options: Options,
    read: Read | None = None,
) -> tuple[Row, ...]:
    """The plan's rows, one a person, in the order of the records. Linear in their number.

    With `read` (a note's bytes), nobody is asked about who has everything already, prose included. Records that a source wants only for people who are known are looked at last, so that they also find the
    people whom other records bring.
    """
    wanted = list(records)
    book = Book(vault)
    book.expect(wanted)
    drafts: list[_Draft] = []
    by_key: dict[str, _Draft] = {}
    later: list[tuple[int, Record]] = []
    for place, record in enumerate(wanted):
        if record.wish == "new" or (record.wish == "known" and options.everyone):
            _judge(place, record, book, drafts, by_key)
        elif record.wish == "known":
            later.append((place, record))
        else:
            drafts.append(_Draft("skip", [(place, record)], why=record.why))
    for place, record in later:
        _judge(place, record, book, drafts, by_key)
    drafts = _judged_again(drafts, book, by_key)
    for draft in drafts:
        draft.records.sort(key=lambda pair: pair[0])
    drafts.sort(key=lambda draft: draft.records[0][0])
    return tuple(_rows(drafts, _Ground(vault, settings, options, read)))


def _judge(place: int, record: Record, book: Book, drafts: list[_Draft], by_key: dict[str, _Draft]) -> None:
    match = book.find(record)
    if match.verb == "unsure":
        drafts.append(_Draft("unsure", [(place, record)], why=match.why, candidates=match.paths))
        return
    if match.verb == "same" and match.paths[0] in by_key:
        draft = by_key[match.paths[0]]
        draft.records.append((place, record))
        book.add(record, draft.key)
        return
    draft = _Draft(match.verb, [(place, record)], why=match.why)
    draft.key = book.add(record, match.paths[0] if match.verb == "same" else "")
    by_key[draft.key] = draft
    drafts.append(draft)


def _judged_again(drafts: list[_Draft], book: Book, by_key: dict[str, _Draft]) -> list[_Draft]:
    """What was unsure may be told by records that came later; as a second import would see it."""
    for _ in range(_ROUNDS):
        before = sum(draft.verb == "unsure" for draft in drafts)
        kept: list[_Draft] = []
        for draft in drafts:
            if draft.verb != "unsure":
                kept.append(draft)
                continue
            (place, record) = draft.records[0]
            _judge(place, record, book, kept, by_key)
        left = sum(draft.verb == "unsure" for draft in kept)
        done, drafts = left == before, kept
        if done:
            break
    return drafts


@dataclass(frozen=True, slots=True)
class _Ground:
    """On what is decided."""

    vault: Vault
    settings: Settings
    options: Options
    read: Read | None

    def lacks_nothing(self, path: str, record: Record) -> bool:
        """True if a person's note says all that a record of that name does."""
        person = self.vault.by_path.get(path)
        if person is None or record.name != person.name:
            return False
        text = None
        if record.note:
            try:
                text = decode(self.read(path)) if self.read else ""
            except EditRefused:
                return False
        return find_gaps(person, record, text).empty


def _rows(drafts: Sequence[_Draft], ground: _Ground) -> Iterator[Row]:
    places = Places(ground.vault, ground.settings)
    numbers = {draft.key: f"#{number}" for number, draft in enumerate(drafts, 1) if draft.key}
    for number, draft in enumerate(drafts, 1):
        records = tuple(record for _, record in draft.records)
        row = Row(number, draft.verb, records, why=draft.why)
        if draft.verb == "same":
            yield replace(row, target=draft.key)
        elif draft.verb == "unsure":
            # Where somebody who may be meant has it all, nothing would come of any answer.
            settled = next((p for p in draft.candidates if ground.lacks_nothing(p, records[0])), "")
            candidates = tuple(numbers.get(path, path) for path in draft.candidates)
            if settled:
                yield replace(row, verb="same", target=settled)
            else:
                yield replace(row, candidates=candidates)
        elif draft.verb == "new":
            yield _new(row, places, ground.options)
        else:
            yield row


def _new(row: Row, places: Places, options: Options) -> Row:
    """Somebody whom nobody knows: a new note, unless they are not wanted or have no name."""
    shy = [record for record in row.records if record.wish == "known"]
    if len(shy) == len(row.records) and not options.everyone:
        return replace(row, verb="skip", why=shy[0].why or "nobody whom you know")
    if options.match_only:
        return replace(row, verb="skip", why="nobody in the vault (--match-only)")
    if not row.name:
        return replace(row, verb="skip", why="it has no name")
    record = combine(row.records)
    cadence = flat_text(record.values.get("cadence")) or options.cadence
    return replace(row, target=places.take(record), cadence=cadence)
