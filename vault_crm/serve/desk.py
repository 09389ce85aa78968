"""Who is writing where: when the watcher may touch a dashboard, and when a person's note.

An editor that has a file open may lose what was typed last if the file changes below it (Obsidian merges,
others ask), so nothing is written where somebody has just written (docs/vault-format.md, section 7).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Mapping
from pathlib import Path

from vault_crm.render.taken import Taken
from vault_crm.render.tend import Way
from vault_crm.serve.clock import Clock
from vault_crm.store.applied import read_applied
from vault_crm.store.applied import write_applied
from vault_crm.store.files import read_bytes
from vault_crm.store.scan import Fingerprint
from vault_crm.store.scan import fingerprint
from vault_crm.store.swap import unsaved_swap

QUIET = 3.0  # seconds for which a dashboard is left alone after somebody else wrote it
NOTE_QUIET = 5.0  # the same for a person's note
ASK_AGAIN = 5.0  # seconds after which an editor's swap file is looked at again


class _Board:
    """What is known of one dashboard: its state on disk, since when nobody else has changed it, whether it
    may differ from what it should be (`owed`), whether there may be ticks on it (`untaken`), and what of it
    is in the notes already (`taken`)."""

    def __init__(self, now: Fingerprint | None, since: float, taken: Taken) -> None:
        self.seen = now
        self.since = since
        self.taken = taken
        self.saved = taken.rows
        self.owed = self.untaken = True


class Desk:
    """The dashboards and notes of a vault, as far as others write there. `settle`: for how many seconds a
    page is to be left alone before ticks are taken; it may be set at any time."""

    def __init__(self, root: Path, clock: Clock, settle: float = 30.0) -> None:
        self._root = root
        self._clock = clock
        self.settle = settle
        self._boards: dict[str, _Board] = {}
        self._own_notes: dict[str, Fingerprint] = {}
        self._ahead: dict[str, tuple[Fingerprint, float]] = {}
        self._allowed: set[str] = set()
        self._unsaved: set[str] = set()
        self.may_create = True

    def observe(self, paths: Collection[str]) -> None:
        """Looks at the dashboards of these paths; once each round, before they are tended."""
        now = self._clock.monotonic()
        for path in self._boards.keys() - set(paths):
            del self._boards[path]  # no dashboard any more
        for path in paths:
            current = self._print(path)
            board = self._boards.get(path)
            if board is None:
                # Nobody was here to see when it was written last; its own time stamp is the best there is.
                age = self.settle if current is None else self._clock.time() - current[0] / 1e9
                taken = Taken(read_applied(self._root, path))
                self._boards[path] = _Board(current, now - min(max(age, 0.0), self.settle), taken)
            elif board.seen != current:
                board.seen, board.since, board.untaken = current, now, True

    def begin(self) -> None:
        """A round begins: what was found out in the last one about notes and editors is asked anew."""
        self._allowed.clear()
        self._unsaved.clear()

    def written(self, pages: Mapping[str, bytes]) -> None:
        """These dashboards were just written by the watcher: that disturbs nobody. What holds other bytes was
        saved by somebody since then."""
        for path, raw in pages.items():
            current = self._print(path)
            if self._holds(path, raw):
                self._boards[path].seen = current

    def owe(self) -> None:
        """People, the day or the templates changed: every page may differ from what it should be."""
        for board in self._boards.values():
            board.owed = True

    def done(self, path: str, way: Way) -> None:
        """A dashboard was tended in this way."""
        board = self._boards[path]
        board.owed = board.owed and way == "take"
        board.untaken = board.untaken and way == "refresh"
        if (rows := board.taken.rows) != board.saved and (way == "take" or board.saved):
            board.saved = rows
            write_applied(self._root, path, rows)

    @property
    def waiting(self) -> bool:
        """True if there is a dashboard to which something is still to be done."""
        return bool(self._unsaved) or any(
            b.owed or b.untaken for b in self._boards.values() if self._may_be(b)
        )

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
        settled = alone >= self.settle
        if not self._may_be(board):
            return "leave"
        if alone < min(QUIET, self.settle):
            return "leave"
        if board.seen is not None and unsaved_swap(self._root / path):
            self._unsaved.add(path)
            return "take" if settled else "leave"
        if settled:
            return "both"
        # What somebody is about to write is not put in order below their hands; and ticks that were taken
        # from a page go when it is time for ticks, not earlier, and with the day they had.
        return "refresh" if board.owed and not board.taken else "leave"

    def may_touch(self, path: str) -> bool:
        """Whether a person's note is quiet: not just saved by somebody else. One that vim holds unsaved is
        refused where the tick is filed, with a hint; here it is remembered, to be looked at again."""
        if path in self._allowed:
            return True  # what changed it since was another tick of this round
        current = self._print(path)
        if current is None:
            return False
        if current != self._own_notes.get(path) and self._age(path, current) < min(NOTE_QUIET, self.settle):
            return False
        if unsaved_swap(self._root / path):
            self._unsaved.add(path)  # filing refuses, and says why; an editor that gives up rings no bell
        self._allowed.add(path)
        return True

    def _age(self, path: str, current: Fingerprint) -> float:
        """Seconds since a note was saved; where it was saved in the future (a clock was set back), since this
        was seen first."""
        age = self._clock.time() - max(current[0], current[1]) / 1e9
        if age >= 0:
            return age
        now = self._clock.monotonic()
        seen, since = self._ahead.get(path, (current, now))
        self._ahead[path] = (current, since if seen == current else now)
        return now - self._ahead[path][1]

    def still(self, path: str) -> bool:
        """Whether a dashboard on the disk is the one that was observed."""
        return self._print(path) == self._boards[path].seen

    def taken(self, path: str) -> Taken:
        """What was applied, but may be on its page still."""
        return self._boards[path].taken

    def next(self) -> float | None:
        """In how many seconds something may be done that may not be done now; None: nothing waits."""
        waits = [ASK_AGAIN] if self._unsaved else []
        now = self._clock.monotonic()
        for board in filter(self._may_be, self._boards.values()):
            alone = now - board.since
            moments = [min(QUIET, self.settle)] if board.owed and not board.taken else []
            moments += [self.settle] if board.untaken else []
            waits += [moment - alone for moment in moments if moment > alone]
        return max(0.0, min(waits)) if waits else None

    def _may_be(self, board: _Board) -> bool:
        return self.may_create or board.seen is not None

    def _holds(self, path: str, raw: bytes) -> bool:
        try:
            return read_bytes(self._root / path, 0) == raw
        except OSError:
            return False

    def _print(self, path: str) -> Fingerprint | None:
        try:
            return fingerprint(os.stat(self._root / path))
        except OSError:
            return None
