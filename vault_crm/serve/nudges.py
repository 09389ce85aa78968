"""The daily notification: considered at every beat, sent once a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from vault_crm.core.model import Agenda
from vault_crm.serve.clock import Clock
from vault_crm.serve.news import Troubles
from vault_crm.serve.nudge import is_time
from vault_crm.serve.nudge import nudge_text
from vault_crm.serve.nudge import parse_at
from vault_crm.serve.nudge import send
from vault_crm.store.nudged import read_nudged
from vault_crm.store.nudged import write_nudged


class Nudges:
    """The nudges of one vault. `deliver` is handed title and body, and returns why it could not, or ''."""

    def __init__(
        self,
        root: Path,
        clock: Clock,
        tell: Callable[..., None],
        troubles: Troubles,
        deliver: Callable[[str, str], str] = send,
    ) -> None:
        self._root = root
        self._clock = clock
        self._tell = tell
        self._troubles = troubles
        self._deliver = deliver
        self._last: date | None = None

    def consider(self, at: str, agenda: Agenda) -> None:
        """Sends the day's nudge if its time has come: `at` is the setting, in the device's own time. A day on
        which nobody is overdue has none."""
        try:
            when = parse_at(at)
        except ValueError as error:
            self._troubles.begin("notify.at", f"notify.at: {error}")
            return
        self._troubles.end("notify.at")
        if when is None:
            return
        now = self._clock.now()
        if not is_time(when, now, self._last):
            return
        self._last = read_nudged(self._root) or self._last
        if not is_time(when, now, self._last):
            return
        self._last = now.date()
        write_nudged(self._root, self._last)
        text = nudge_text(agenda)
        if text is None:
            return
        if why := self._deliver(*text):
            self._troubles.begin("notify", f"the notification could not be shown: {why}")
        else:
            self._troubles.end("notify")
            self._tell("nudged", title=text[0])
