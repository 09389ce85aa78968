"""What shall become of each record, before anybody is asked: the rows of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Literal

from vault_crm.core.actions import Read
from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.group import Group
from vault_crm.core.intake.group import find_groups
from vault_crm.core.intake.places import Places
from vault_crm.core.intake.record import Record
from vault_crm.core.model import Vault
from vault_crm.core.model import flat_text
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused

# A new note; somebody who is there (only gaps are filled); nothing, until the user says which; nothing.
Verb = Literal["new", "same", "unsure", "skip"]


@record
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


@record
class Options:
    """What the user wants of an import: a cadence for new people of whom the source tells none; nobody new;
    everybody, also those whom a source holds for mere acquaintances; values that the same source wrote before
    may be renewed."""

    cadence: str = ""
    match_only: bool = False
    everyone: bool = False
    update: bool = False


def decide(
    records: Iterable[Record],
    vault: Vault,
    settings: Settings,
    options: Options,
    read: Read | None = None,
) -> tuple[Row, ...]:
    """The plan's rows, one a person, in the order of the records. Linear in their number.

    With `read` (a note's bytes), nobody is asked about who has everything already, prose included.
    """
    wanted = list(records)
    groups = find_groups(wanted, vault, options.everyone, options.match_only)
    ground = _Ground(vault, settings, options, read)
    rows: list[tuple[int, Group | None]] = [(min(group.places), group) for group in groups.values()]
    rows += [(place, None) for place, record in enumerate(wanted) if record.wish == "skip"]
    rows.sort(key=lambda row: row[0])
    numbers = {group.key: f"#{number}" for number, (_, group) in enumerate(rows, 1) if group}
    places = Places(vault, settings)
    shy = {
        key for key, group in groups.items() if all(wanted[place].wish == "known" for place in group.places)
    }
    found = []
    for number, (place, group) in enumerate(rows, 1):
        if group is None:
            found.append(Row(number, "skip", (wanted[place],), why=wanted[place].why))
        else:
            # Two acquaintances of one name are nobody to decide about: both are left out.
            if (
                group.undecided
                and group.candidates
                and not options.everyone
                and {group.key, *group.candidates} <= shy
            ):
                group = replace(group, candidates=(), why=wanted[place].why or group.why)
            found.append(_row(number, group, wanted, ground, places, numbers))
    return tuple(found)


@record
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


def _row(
    number: int,
    group: Group,
    wanted: Sequence[Record],
    ground: _Ground,
    places: Places,
    numbers: Mapping[str, str],
) -> Row:
    records = tuple(wanted[place] for place in group.places)
    row = Row(number, "skip", records, why=group.why)
    if group.undecided:
        # Where somebody who may be meant has it all, nothing would come of any answer.
        settled = next((path for path in group.candidates if ground.lacks_nothing(path, records[0])), "")
        if settled:
            return replace(row, verb="same", target=settled)
        candidates = tuple(numbers.get(path, path) for path in group.candidates)
        return replace(row, verb="unsure", candidates=candidates) if candidates else row
    if not group.key.startswith("#"):
        return replace(row, verb="same", target=group.key)
    return _new(replace(row, verb="new"), places, ground.options)


def _new(row: Row, places: Places, options: Options) -> Row:
    """Somebody whom nobody knows: a new note, unless they are not wanted."""
    shy = [record for record in row.records if record.wish == "known"]
    if len(shy) == len(row.records) and not options.everyone:
        return replace(row, verb="skip", why=shy[0].why or "nobody whom you know")
    if options.match_only:
        return replace(row, verb="skip", why="nobody in the vault (--match-only)")
    record = combine(row.records)
    cadence = flat_text(record.values.get("cadence")) or options.cadence
    return replace(row, target=places.take(record), cadence=cadence)
