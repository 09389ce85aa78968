"""Many people gone at once: a disk that is not mounted, or half a checkout, looks just like that."""

from __future__ import annotations

from vault_crm.serve.news import Troubles

CONFIRM = 10.0  # seconds after which many missing people are believed to be gone


class Missing:
    """How many people there were, and since when too many of them are gone."""

    def __init__(self, troubles: Troubles) -> None:
        self._troubles = troubles
        self._confirmed: int | None = None
        self._since: float | None = None

    def too_many(self, people: int, now: float) -> bool:
        """True while more than a fifth of the people (at least five) are gone and no later look has confirmed
        it; if all of them are, for good. `now` in seconds that only go forward."""
        before = self._confirmed
        if before is None or before - people < 5 or (before - people) * 5 <= before:
            return self._believe(people)
        if self._since is None:
            self._since = now
        if people and now - self._since >= CONFIRM:
            return self._believe(people)
        gone = "all people are" if not people else f"{before - people} of {before} people are"
        why = f"{gone} gone: the dashboard stays as it is for now"
        self._troubles.begin("missing", why, name="waiting")
        return True

    def _believe(self, people: int) -> bool:
        self._confirmed, self._since = people, None
        self._troubles.end("missing")
        return False
