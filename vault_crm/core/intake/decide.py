"""What shall become of each record, before anybody is asked: the rows of the plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vault_crm.core.intake.record import Record

# A new note; somebody who is there (only gaps are filled); nothing, until the user says which; nothing.
Verb = Literal["new", "same", "unsure", "skip"]


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
    """What the user wants of an import: a cadence for new people; nobody new; everybody, also those whom a
    source holds for mere acquaintances; values that the same source wrote before may be renewed."""

    cadence: str = ""
    match_only: bool = False
    everyone: bool = False
    update: bool = False
