"""The watcher's commits, where the settings want them (`[git] commit`): what a round wrote, as one."""

from __future__ import annotations

from collections.abc import Iterable

from vault_crm.core.names import few_names
from vault_crm.git.commit import commit_paths
from vault_crm.serve.clock import Clock
from vault_crm.serve.news import Troubles
from vault_crm.store.store import Store

AGAIN = 60.0  # seconds after which a commit that did not come about is tried again
_PATIENCE = 0.2  # seconds for which the watcher waits for another git
_TIMEOUT = 20.0  # seconds for hooks and signing, in which no page is written


class Commits:
    """What is still to be committed, and with which words."""

    def __init__(self, clock: Clock, troubles: Troubles) -> None:
        self._clock = clock
        self._troubles = troubles
        self._paths: dict[str, None] = {}
        self._ticked: dict[str, None] = {}
        self._tried: float | None = None

    def ticked(self, names: Iterable[str]) -> None:
        """People whose ticks, or words, were taken in."""
        self._ticked |= dict.fromkeys(names)

    def settle(self, store: Store) -> None:
        """Commits what was written since the last time, and what could not be committed then. Never raises;
        why there is no commit is told once."""
        now = self._clock.monotonic()
        fresh = [path for _, paths in store.take_done() for path in paths]
        if not store.settings.git_commit:
            self._paths, self._ticked = {}, {}
            self._troubles.end("commit")
            return
        self._paths |= dict.fromkeys(fresh)
        waits = self._tried is not None and now - self._tried < AGAIN
        if not self._paths or waits:
            return
        ticks = few_names(self._ticked)
        subject = f"ticks: {ticks}" if ticks else "dashboard: brought up to date"
        if why := commit_paths(store.root, tuple(self._paths), subject, _PATIENCE, _TIMEOUT):
            self._tried = self._clock.monotonic()
            self._troubles.begin("commit", why)
            return
        self._paths, self._ticked, self._tried = {}, {}, None
        self._troubles.end("commit")
