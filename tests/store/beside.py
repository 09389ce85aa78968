"""A process beside the test that does as a watcher does, word by word: it holds locks, and can be killed."""

from __future__ import annotations

import select
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

from vault_crm.store.live import HOLD
from vault_crm.store.live import LiveVault
from vault_crm.store.store import Store
from vault_crm.store.watching import Identity
from vault_crm.store.watching import Watching


class Beside:
    """`with Beside(root) as other: other("begin")` waits for each answer."""

    def __init__(self, root: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.store.beside", str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )

    def __call__(self, *words: object) -> str:
        self.ask(*words)
        return self.answer()

    def ask(self, *words: object) -> None:
        """Asks and does not wait."""
        assert self.process.stdin is not None
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()

    def answer(self) -> str:
        """The answer to what was asked."""
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def has_answered(self, seconds: float) -> bool:
        """Whether an answer comes in that time."""
        return bool(select.select([self.process.stdout], [], [], seconds)[0])

    def __enter__(self) -> Beside:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def kill(self) -> None:
        """Ends it as the system would: at once, with no time to say goodbye."""
        self.process.kill()
        self.process.communicate(timeout=20)


class _Other:
    """What the words mean."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._seconds = 0.0
        self._watching: Watching | None = None
        self._live: LiveVault | None = None
        self._identity: Identity | None = None

    def hello(self) -> str:
        return "hello"

    def begin(self) -> str:
        self._watching = Watching.begin(self._root, time.time())
        return "begun"

    def end(self) -> str:
        assert self._watching is not None
        self._watching.end()
        return "ended"

    def dirty(self) -> str:
        assert self._watching is not None
        self._watching.dirty()
        return "dirty"

    def vouch(self, *numbers: str) -> str:
        assert self._watching is not None
        inode, modified, size, *roster = map(int, numbers)
        return str(
            self._watching.vouch(
                (inode, modified, size), (roster[0], roster[1], roster[2]) if roster else None
            )
        )

    def look(self, day: str = "2026-03-01") -> str:
        """Looks until nothing is held, saves (the roster for that day), and vouches."""
        if self._live is None:
            store = Store.open(self._root)
            self._live = LiveVault(store.root, store.settings, lambda: self._seconds)
        self._live.load()
        if self._live.last.held:
            self._seconds += HOLD + 0.01
            self._live.load()
        self._identity = self._live.save()
        if self._identity is None:
            return "not saved"
        roster = self._live.save_roster(date.fromisoformat(day))
        assert self._watching is not None
        return str(self._watching.vouch(self._identity, roster))

    def spawn(self) -> str:
        """A program as a watcher starts them (git, notify-send), which outlives it."""
        child = subprocess.Popen(["sleep", "60"], stdout=subprocess.DEVNULL, close_fds=False)
        return str(child.pid)

    def full(self) -> str:
        """From now on there is no room on the disk for a single byte."""
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        return "full"


def main() -> None:
    other = _Other(Path(sys.argv[1]))
    for line in sys.stdin:
        word, *rest = line.split()
        try:
            answer = getattr(other, word)(*rest)
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
        print(answer, flush=True)


if __name__ == "__main__":
    main()
