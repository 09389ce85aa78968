"""Values that may be renewed: those that the same source wrote, and that nobody has changed since.

What a source wrote is seen in this device's journal: a value that stood in a note after the source's import,
and not before.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from vault_crm.core.actions import Draft
from vault_crm.core.fields import field_of
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.intake.gaps import find_property
from vault_crm.core.intake.gaps import missing_items
from vault_crm.core.intake.gaps import shape
from vault_crm.core.intake.record import Record
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import text_items
from vault_crm.core.record import record

# These are chosen in the vault, never in an address book; a UID is for good.
_KEPT = frozenset({"cadence", "next_contact", "snooze_until", "uid", "vcard", "aliases", "last_contact"})


@record
class Renewal:
    """One property whose value `old`, which the source wrote, becomes `new`."""

    name: str
    old: str
    new: str
    value: Value

    def apply(self, draft: Draft) -> None:
        """Writes it. Raises EditRefused."""
        draft.set(self.name, self.value)


def sources_of(title: str) -> frozenset[str]:
    """The sources that a change in the journal came from, by its title (`import google+vcard: 12 people`);
    empty if it was no import."""
    what, _, rest = title.partition(" ")
    return frozenset(rest.partition(":")[0].split("+")) if what == "import" and ":" in rest else frozenset()


def find_renewals(note: Note, record: Record, earlier: Iterable[tuple[str, str]]) -> tuple[Renewal, ...]:
    """What of a note may be renewed from a record. `earlier` are the note's text before and after each import
    of the same source, the latest first."""
    changes = [(_properties(before), _properties(after)) for before, after in earlier]
    found = []
    for name, value in record.values.items():
        there = find_property(note, name)
        if there is None or field_of(name) in _KEPT or isinstance(value, bool):
            continue
        wrote = [items for before, after in changes if (items := _written(name, before, after))]
        new = _renewed(
            name, text_items(there.value), text_items(value), [i for items in wrote for i in items]
        )
        if new is not None:
            old = ", ".join(text_items(there.value))
            found.append(Renewal(name, old, ", ".join(new), shape(name, _like(value, new))))
    return tuple(found)


def _renewed(
    name: str, old: Sequence[str], new: Sequence[str], wrote: Sequence[str]
) -> tuple[str, ...] | None:
    """The value as it will be: what the source wrote and says no more goes, what it says now comes; None if
    nothing of it changes."""
    stale = [item for item in old if item in wrote and missing_items(field_of(name), new, (item,))]
    if not stale:
        return None
    kept = [item for item in old if item not in stale]
    return (*kept, *missing_items(field_of(name), kept, new))


def _like(value: Value, items: tuple[str, ...]) -> Value:
    return items if isinstance(value, tuple) else items[-1]


def _written(name: str, before: Sequence[Property], after: Sequence[Property]) -> tuple[str, ...]:
    """The items of a property that a change brought."""
    old = text_items(_value(name, before))
    return tuple(item for item in text_items(_value(name, after)) if item not in old)


def _value(name: str, properties: Sequence[Property]) -> Value:
    found = find_property(Note("", properties=tuple(properties)), name)
    return found.value if found is not None else None


def _properties(text: str) -> tuple[Property, ...]:
    return read_properties("", text)[0] if text else ()
