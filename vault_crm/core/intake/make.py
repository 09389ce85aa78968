"""From the rows of an import to one plan: all new notes and all gaps, so that one `undo` takes it back."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import date
from functools import partial

from vault_crm.core.actions import Draft
from vault_crm.core.actions import Read
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.fresh import fresh_note
from vault_crm.core.intake.gaps import Gaps
from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.gaps import fit_entry
from vault_crm.core.intake.gaps import shape
from vault_crm.core.intake.places import Places
from vault_crm.core.intake.quoted import add_quoted
from vault_crm.core.intake.record import Photo
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.renew import Renewal
from vault_crm.core.intake.renew import find_renewals
from vault_crm.core.intake.spread import first_dates
from vault_crm.core.intake.spread import last_told
from vault_crm.core.links import stem_of
from vault_crm.core.model import Person
from vault_crm.core.model import Value
from vault_crm.core.model import Vault
from vault_crm.core.model import flat_text
from vault_crm.core.newnote import with_names
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.settings import Settings
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused

# What a note's text is before its values are set: name and values -> text (see `render.person`).
Template = Callable[[str, Mapping[str, Value]], str]
# What the same source wrote before: path -> (before, after) of each change, the latest first.
Earlier = Mapping[str, tuple[tuple[str, str], ...]]


@dataclass(slots=True)
class Made:
    """A plan and what it does: the names of new people by the path of their note, what is added to people
    who are there, and the notes that could not be changed."""

    plan: Plan
    new: dict[str, str] = field(default_factory=dict)
    filled: dict[str, Gaps] = field(default_factory=dict)
    renewed: dict[str, tuple[Renewal, ...]] = field(default_factory=dict)
    refused: list[EditRefused] = field(default_factory=list)


def make_plan(
    title: str,
    rows: Iterable[Row],
    vault: Vault,
    read: Read,
    template: Template,
    settings: Settings,
    today: date,
) -> Plan:
    """The rows `new` and `same` as one plan; see `make`."""
    return make(title, rows, vault, read, template, settings, today).plan


def make(
    title: str,
    rows: Iterable[Row],
    vault: Vault,
    read: Read,
    template: Template,
    settings: Settings,
    today: date,
    earlier: Earlier | None = None,
    pictured: Callable[[str], bool] = lambda _path: False,
) -> Made:
    """What the rows `new` and `same` come to, as one plan and in words.

    `read` gives a file's bytes and raises EditRefused if there is none. People with a cadence get their first
    date, spread over it. A note that cannot be changed safely is left out, and stands in `refused` and in the
    plan's notes; the rest is done. `earlier` (with --update) lets values be renewed that the source wrote.
    `pictured` says whether a picture stands beside a note already.
    """
    work = _Work(vault, read, template, settings, earlier or {}, pictured)
    wanted = _together(row for row in rows if row.verb in ("new", "same"))
    first = first_dates(_newly_paced(wanted, vault, today), today, settings)
    for number, (row, record) in enumerate(wanted):
        try:
            work.one(row, _paced(row, record, first.get(number)))
        except EditRefused as error:
            work.made.refused.append(error)
    notes = tuple(error.message for error in work.made.refused)
    work.made.plan = Plan(title, tuple(work.changes), notes)
    return work.made


def _together(rows: Iterable[Row]) -> list[tuple[Row, Record]]:
    """Rows of one target as one: the user may have said of two that they are the same person."""
    by_target: dict[str, list[Row]] = {}
    for row in rows:
        by_target.setdefault(row.target or f"#{row.number}", []).append(row)
    found = []
    for group in by_target.values():
        lead = next((row for row in group if row.verb == "same"), group[0])
        cadence = next((row.cadence for row in group if row.cadence), "")
        found.append((replace(lead, cadence=cadence), combine([r for row in group for r in row.records])))
    return found


def _newly_paced(
    wanted: Iterable[tuple[Row, Record]], vault: Vault, today: date
) -> Iterator[tuple[int, str, date | None]]:
    """Everybody who gets a cadence by this, by their place: it, and the day from which it counts."""
    for number, (row, record) in enumerate(wanted):
        person = vault.by_path.get(row.target) if row.verb == "same" else None
        cadence = row.cadence or (flat_text(record.values.get("cadence")) if person else "")
        if not cadence or record.values.get("next_contact"):
            continue
        if person is None:
            yield number, cadence, last_told(record, today)
        elif person.cadence is None and person.next_contact is None:
            days = (last_told(record, today), *(e.on for e in person.evidence if e.counts and e.on <= today))
            yield number, cadence, max((day for day in days if day is not None), default=None)


def _paced(row: Row, record: Record, first: date | None) -> Record:
    """A record with the cadence that the row says, and a first date."""
    values = dict(record.values)
    if row.cadence:
        values["cadence"] = row.cadence
    elif row.verb == "new":
        values.pop("cadence", None)
    if first is not None:
        values["next_contact"] = first.isoformat()
    return replace(record, values=values)


class _Work:
    """A plan in the making."""

    def __init__(
        self,
        vault: Vault,
        read: Read,
        template: Template,
        settings: Settings,
        earlier: Earlier,
        pictured: Callable[[str], bool],
    ) -> None:
        self.made = Made(Plan(""))
        self._pictured = pictured
        self.changes: list[FileChange] = []
        self._vault = vault
        self._read = read
        self._template = template
        self._settings = settings
        self._earlier = earlier
        self._places = Places(vault, settings)

    def one(self, row: Row, record: Record) -> None:
        """One row: a new note, or the gaps of one. Raises EditRefused."""
        person = self._vault.by_path.get(row.target) if row.verb == "same" else None
        if person is not None:
            self._fill(person, record)
            path = person.path
        elif row.verb == "same":
            raise EditRefused(row.target, 0, "there is nobody with this note", "make the plan anew")
        else:
            path = self._new(row, record)
        if record.photo is not None:
            self._photo(path, record.photo)

    def _new(self, row: Row, record: Record) -> str:
        path = self._places.take(record, row.target)
        values = {name: shape(name, value) for name, value in record.values.items()}
        # Who has no name in the file is called as the user called the note.
        name = record.name or stem_of(path)
        values = dict(with_names(path, name, values))
        entries = tuple(dict.fromkeys(fit_entry(entry) for entry in record.entries))
        template = self._template(name, values)
        self.changes.append(fresh_note(path, template, values, entries, record.note, self._settings))
        self.made.new[path] = name
        return path

    def _fill(self, person: Person, record: Record) -> None:
        earlier = self._earlier.get(person.path, ())
        gaps = find_gaps(person, record, "" if record.note else None)
        if gaps.empty and not earlier:
            return
        draft = Draft(person.path, self._read(person.path), self._settings)
        renewals = find_renewals(person.note, record, earlier)
        for renewal in renewals:
            renewal.apply(draft)
        gaps = find_gaps(person, record, draft.text)
        self._fill_gaps(draft, gaps)
        change = draft.change()
        if change.base == change.result:
            return
        self.changes.append(change)
        self.made.filled[person.path] = gaps
        if renewals:
            self.made.renewed[person.path] = renewals

    def _fill_gaps(self, draft: Draft, gaps: Gaps) -> None:
        steps = [partial(draft.set, name, value) for name, value in gaps.values.items()]
        steps += [partial(draft.add_item, name, item) for name, items in gaps.items.items() for item in items]
        if gaps.prose:
            steps.append(partial(self._quote, draft, gaps.prose))
        steps += [partial(draft.log, entry.on, entry.kind, entry.text) for entry in gaps.entries]
        for step in steps:
            # What cannot be added safely is said; everything else of this person is.
            try:
                step()
            except EditRefused as error:
                self.made.refused.append(error)

    def _quote(self, draft: Draft, prose: str) -> None:
        draft.insert(add_quoted(draft.path, draft.text, prose, self._settings))

    def _photo(self, path: str, photo: Photo) -> None:
        """The picture beside the note, where there is none yet."""
        beside = f"{path.removesuffix('.md')}.{photo.ending}"
        if photo.ending.isalnum() and photo.ending.casefold() != "md" and not self._pictured(path):
            self.changes.append(FileChange(beside, None, photo.data, Allowed(anything=True)))
