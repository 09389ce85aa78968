"""Who is writing where: when the watcher may touch a dashboard, and when a person's note.

An editor that has a file open may lose what was typed last if the file changes below it (Obsidian merges,
others ask), so nothing is written where somebody has just written (docs/vault-format.md, section 7).
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from vault_crm.render.tend import Way
from vault_crm.serve.clock import Clock
from vault_crm.store.scan import Fingerprint
from vault_crm.store.scan import fingerprint
from vault_crm.store.swap import unsaved_swap

QUIET = 3.0  # seconds for which a dashboard is left alone after somebody else wrote it
NOTE_QUIET = 5.0  # the same for a person's note
ASK_AGAIN = 5.0  # seconds after which an editor's swap file is looked at again


class _Board:
    """What is known of one dashboard: its state on disk, since when nobody else has changed it, whether it
    may differ from what it should be (`owed`), and whether there may be ticks on it (`untaken`)."""

    def __init__(self, now: Fingerprint | None, since: float) -> None:
        self.seen = now
        self.since = since
        self.pinned: dict[str, date] = {}
        self.owed = self.untaken = True


class Desk:
    """The dashboards and notes of a vault, as far as others write there. `settle` in seconds."""

    def __init__(self, root: Path, clock: Clock, settle: float) -> None:
        self._root = root
        self._clock = clock
        self._settle = settle
        self._boards: dict[str, _Board] = {}
        self._own_notes: dict[str, Fingerprint] = {}
        self._allowed: set[str] = set()
        self._unsaved: set[str] = set()
        self.may_create = True

    def observe(self, paths: Iterable[str]) -> None:
        """Looks at the dashboards of these paths; once each round, before they are tended."""
        now = self._clock.monotonic()
        self._allowed.clear()
        self._unsaved.clear()
        for path in paths:
            current = self._print(path)
            board = self._boards.get(path)
            if board is None:
                # Nobody was here to see when it was written last; its own time stamp is the best there is.
                age = self._settle if current is None else self._clock.time() - current[0] / 1e9
                self._boards[path] = _Board(current, now - min(max(age, 0.0), self._settle))
            elif board.seen != current:
                board.seen, board.since, board.untaken = current, now, True

    def written(self, paths: Iterable[str]) -> None:
        """These dashboards were just written by the watcher: that disturbs nobody."""
        for path in paths:
            board = self._boards[path]
            board.seen = self._print(path)
            board.pinned.clear()

    def owe(self) -> None:
        """People, the day or the templates changed: every page may differ from what it should be."""
        for board in self._boards.values():
            board.owed = True

    def done(self, path: str, way: Way) -> None:
        """A dashboard was tended in this way."""
        board = self._boards[path]
        board.owed = board.owed and way == "take"
        board.untaken = board.untaken and way == "refresh"

    @property
    def waiting(self) -> bool:
        """True if there is a dashboard to which something is still to be done."""
        return bool(self._unsaved) or any(board.owed or board.untaken for board in self._boards.values())

    def noted(self, paths: Iterable[str]) -> None:
        """These notes were just written by the watcher."""
        for path in paths:
            current = self._print(path)
            if current is not None:
                self._own_notes[path] = current

    # -- what may be done now (render.tend.Care)

    def way(self, path: str) -> Way:
        """What may be done to a dashboard now."""
        board = self._boards[path]
        alone = self._clock.monotonic() - board.since
        settled = alone >= self._settle
        if board.seen is None and not self.may_create:
            return "leave"
        if alone < min(QUIET, self._settle):
            return "leave"
        if board.seen is not None and unsaved_swap(self._root / path):
            self._unsaved.add(path)
            return "take" if settled else "leave"
        if settled:
            return "both"
        # What somebody is about to write is not put in order below their hands.
        return "refresh" if board.owed else "leave"

    def may_touch(self, path: str) -> bool:
        """Whether a person's note is quiet: not just saved by somebody else. (One that vim holds unsaved is
        refused where the tick is filed, with a hint.)"""
        if path in self._allowed:
            return True  # what changed it since was another tick of this round
        current = self._print(path)
        if current is None:
            return False
        age = self._clock.time() - max(current[0], current[1]) / 1e9
        if current != self._own_notes.get(path) and 0 <= age < min(NOTE_QUIET, self._settle):
            return False
        self._allowed.add(path)
        return True

    def pinned(self, path: str) -> dict[str, date]:
        """The days of ticks that are taken in, but still on their page."""
        return self._boards[path].pinned

    def next(self) -> float | None:
        """In how many seconds something may be done that may not be done now; None: nothing waits."""
        waits = [ASK_AGAIN] if self._unsaved else []
        now = self._clock.monotonic()
        for board in self._boards.values():
            alone = now - board.since
            moments = [min(QUIET, self._settle)] if board.owed else []
            moments += [self._settle] if board.untaken else []
            waits += [moment - alone for moment in moments if moment > alone]
        return max(0.0, min(waits)) if waits else None

    def _print(self, path: str) -> Fingerprint | None:
        try:
            return fingerprint(os.stat(self._root / path))
        except OSError:
            return None
