"""While git works in a vault, or a merge is not settled, the watcher waits, and never writes into it."""

from __future__ import annotations

from pathlib import Path

from vault_crm.core.model import Vault
from vault_crm.git.repo import at_work
from vault_crm.git.repo import git_folder
from vault_crm.git.repo import unmerged

_SHORT = 0.2  # seconds between two looks at git's folder, at first
_LONG = 5.0  # and when it takes long: a stopped rebase can wait for days
_WORTH = 2.0  # seconds after which it is said that git is waited for
_SOON = 10.0  # seconds that count as 'at first'
_STALE = 120.0  # seconds after which an index.lock has probably been left behind


class GitWait:
    """Whether git is in the middle of something; asks its folder, which costs a few microseconds."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder: Path | None = None
        self._known: bool | None = None
        self._since: float | None = None

    def reason(self, now: float) -> str:
        """What git is in the middle of; '' if nothing. `now` in seconds that only go forward."""
        if self._known is None or (self._root / ".git").exists() != self._known:
            self._known = (self._root / ".git").exists()
            self._folder = git_folder(self._root)
        why = at_work(self._folder) if self._folder else ""
        if not why:
            self._since = None
        elif self._since is None:
            self._since = now
        elif self._folder and now - self._since > _STALE and (self._folder / "index.lock").exists():
            lock = self._folder / "index.lock"
            return f"git is at work since long; if no git is running, remove {lock}"
        return why

    @property
    def waiting(self) -> bool:
        """True if the last `reason` was one."""
        return self._since is not None

    def takes_long(self, now: float) -> bool:
        """True if it is worth a word: most of what git does is over in a moment."""
        return self._since is not None and now - self._since >= _WORTH

    def pause(self, now: float) -> float:
        """Seconds after which to ask again."""
        return _SHORT if self._since is None or now - self._since < _SOON else _LONG

    def unsettled(self, vault: Vault) -> bool:
        """True while notes with conflict markers are unmerged in git's index (after a `stash pop`, too)."""
        marked = any(d.code == "conflict-markers" for note in vault.notes.values() for d in note.diagnostics)
        return marked and unmerged(self._root)
