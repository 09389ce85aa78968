"""What the watcher has to say: a value for each thing that mattered. Others show it as a line or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from typing import TypeAlias

from vault_crm.core.model import Agenda
from vault_crm.core.record import field
from vault_crm.core.record import record


@record
class News:
    """Something that mattered: its name (`ready`, `filed`, `wrote`, `stuck`, `waiting`, `problem`, `solved`,
    `day`, `nudged`, `looked`, `stopped`), when (local time), and its facts (docs/watch.md)."""

    name: str
    at: datetime
    facts: Mapping[str, Any] = field(default_factory=dict)


# Whoever is told.
Say: TypeAlias = Callable[[News], None]


class Troubles:
    """What is wrong at the moment, by place: each is told once when it begins and once when it is over."""

    def __init__(self, tell: Callable[..., None]) -> None:
        self._tell = tell
        self._now: dict[str, str] = {}

    def __bool__(self) -> bool:
        return bool(self._now)

    def begin(self, key: str, why: str, hint: str = "", name: str = "problem") -> None:
        """Something is wrong; said unless it was said before with the same words."""
        if self._now.get(key) != why:
            self._now[key] = why
            self._tell(name, why=why, **({"hint": hint} if name == "problem" else {}))

    def end(self, key: str) -> None:
        """It is over, if it was there."""
        why = self._now.pop(key, None)
        if why is not None:
            self._tell("solved", why=why)

    def end_others(self, prefix: str, still: set[str]) -> None:
        """All of a kind are over but these."""
        for key in [key for key in self._now if key.startswith(prefix) and key not in still]:
            self.end(key)


def overdue_names(agenda: Agenda) -> dict[str, str]:
    """Who is overdue: path -> name."""
    return {item.person.path: item.person.name for item in agenda.with_status("overdue", "long-overdue")}


def more_names(these: Mapping[str, str], than: Mapping[str, str]) -> list[str]:
    """The names that are only among the first: whose note merely has another path neither came nor went."""
    known = Counter(than.values())
    names = []
    for name in these.values():
        if known[name]:
            known[name] -= 1
        else:
            names.append(name)
    return names
