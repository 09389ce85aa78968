"""What was decided in handoffs, in the user's state folder: which people of which deals, as digests from
which neither can be told. Tied to the undo journal: a handoff that was taken back was not made.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.record import record
from vault_crm.store.paths import vault_folder
from vault_crm.store.remembered import remember

if TYPE_CHECKING:
    from vault_crm.store.journal import JournalEntry

_VERSION = 1


@record
class Decided:
    """All decisions that hold (see `core.handoff.deal.decision_key`), and the day of the last handoff."""

    keys: frozenset[str] = frozenset()
    last: date | None = None


def read_decided(root: Path, history: Sequence[JournalEntry]) -> Decided:
    """What was decided in this vault's handoffs on this device, without those that were taken back since.

    What cannot be read counts as not decided: then somebody is asked about once more."""
    undone = {(entry.id, entry.at) for entry in history if entry.undone_by}
    keys: set[str] = set()
    days: list[date] = []
    for handoff in _read(_file(root)):
        if (handoff["change"], handoff["at"]) not in undone:
            keys.update(handoff["keys"])
            days.append(date.fromisoformat(handoff["day"]))
    return Decided(frozenset(keys), max(days, default=None))


def remember_decided(root: Path, keys: Iterable[str], day: date, change: JournalEntry | None) -> bool:
    """Remembers decisions; `change` is what they made of the vault, None if nothing. False if the state
    folder cannot be written to: then the same people are asked about next time."""
    file = _file(root)
    made = {
        "day": day.isoformat(),
        "change": change.id if change else "",
        "at": change.at if change else 0,
        "keys": sorted(keys),
    }
    raw = json.dumps({"version": _VERSION, "handoffs": [*_read(file), made]}, indent=1).encode("ascii")
    return remember(file, raw)


def _file(root: Path) -> Path:
    return Path(vault_folder(root)) / "handoffs.json"


def _read(file: Path) -> list[dict[str, Any]]:
    try:
        data = json.loads(file.read_bytes())
        found = data["handoffs"] if data["version"] == _VERSION else []
        return [one for one in found if _is_whole(one)]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return []


def _is_whole(one: Any) -> bool:
    try:
        date.fromisoformat(one["day"])
        kinds = isinstance(one["change"], str) and isinstance(one["at"], int | float)
        return kinds and all(isinstance(key, str) for key in one["keys"])
    except (ValueError, KeyError, TypeError):
        return False
