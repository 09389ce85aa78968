"""What stands on a dashboard although it is in the notes already: where an editor holds unsaved text of the
page, ticks are applied, but cannot be taken off it. They come back when the editor saves, maybe days later.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import bare_line
from vault_crm.core.dashboard.wishes import Wish
from vault_crm.core.record import replace

# (what it is, whose it is, its words)
_Atom: TypeAlias = tuple[str, str, str]
_DAY = "day"


class Taken:
    """The ticks and commands of one dashboard that were applied and may still be on it, each with the day on
    which it was. `who` is the path of the person whose line it is, or the line's text."""

    def __init__(self, rows: Iterable[Sequence[str]] = ()) -> None:
        """`rows` as of an earlier one; odd ones say nothing."""
        self._days: dict[_Atom, date] = {}
        self._stays: set[_Atom] = set()
        self._before: dict[str, date] = {}
        for row in rows:
            with contextlib.suppress(ValueError):
                kind, who, words, on = row
                self._days[kind, who, words] = date.fromisoformat(on)

    @property
    def rows(self) -> list[tuple[str, str, str, str]]:
        """All of it as texts."""
        return [(*atom, on.isoformat()) for atom, on in self._days.items()]

    def __bool__(self) -> bool:
        return bool(self._days)

    def add(self, entry: Entry, wish: Wish, who: str, on: date) -> None:
        """This was applied."""
        for atom in _atoms(entry, wish, who, wish.taken):
            self._days.setdefault(atom, on)

    def on_page(self, there: Iterable[tuple[Entry, Wish, str]]) -> None:
        """Forgets what is on the page no more: written again, it is meant again."""
        self._keep({atom for one in there for atom in _atoms(*one, _numbers(one[0]))})
        self._before = {who: on for (kind, who, _), on in self._days.items() if kind == _DAY}

    def will_stay(self, there: Iterable[tuple[Entry, Wish, str]]) -> None:
        """Only this will be on the page when it is `written`."""
        self._stays = {atom for one in there for atom in _atoms(*one, _numbers(one[0]))}

    def written(self) -> None:
        """The page is now without what was applied."""
        self._keep(self._stays)

    def _keep(self, atoms: set[_Atom]) -> None:
        self._days = {a: on for a, on in self._days.items() if a in atoms or any(_grew(a, b) for b in atoms)}

    def left(self, wish: Wish, who: str) -> Wish:
        """What of a wish is not applied as a contact: where more words were written since, only these."""
        if not wish.contact:
            return wish
        text = _contact(wish, who)[2]
        known = [words for kind, whose, words in self._days if (kind, whose) == ("contact", who)]
        for words in sorted(known, key=len, reverse=True):
            on = self._days["contact", who, words]
            if wish.on in (None, on) and _begins(text, words):
                rest = text[len(words) :].lstrip("; ")
                return replace(wish, kind="", words=rest) if rest else replace(wish, contact=False)
        return wish

    def commands(self, entry: Entry, who: str) -> frozenset[int]:
        """Which of an entry's words are commands that were applied, by number as in `Wish.taken`; also where
        they could not be applied any more: `snooze until friday`, and friday has come."""
        return frozenset(n for n in _numbers(entry) if _command(entry, n, who) in self._days)

    def day(self, who: str) -> date | None:
        """On which day this line was ticked, if a tick on it was applied before the page was read: more words
        do not change that. (Two lines of one person, applied together, have a day each.)"""
        return self._before.get(who)


def _numbers(entry: Entry) -> Iterable[int]:
    return range(len(entry.below) + 1)


def _atoms(entry: Entry, wish: Wish, who: str, commands: Iterable[int]) -> list[_Atom]:
    atoms = [_command(entry, number, who) for number in commands]
    return [*atoms, _contact(wish, who), (_DAY, who, "")] if wish.contact else atoms


def _grew(atom: _Atom, longer: _Atom) -> bool:
    """True for a contact, and the same contact with more words."""
    return atom[:2] == longer[:2] and atom[0] == "contact" and _begins(longer[2], atom[2])


def _begins(text: str, words: str) -> bool:
    return text.startswith(words) and (text[len(words) : len(words) + 1] in " ;" or words.endswith(" "))


def _contact(wish: Wish, who: str) -> _Atom:
    return ("contact", who, f"{wish.kind}: {wish.words}")


def _command(entry: Entry, number: int, who: str) -> _Atom:
    words = entry.below[number - 1] if number else entry.behind
    return ("command", who, bare_line(words))
