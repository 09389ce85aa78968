"""A watcher in a process of its own, whose events a test awaits.

Nothing here sleeps: the events that `vault-crm watch --json -v` prints are read in a thread, and a test waits
for one of them, or until something is true that can only become true by one of them.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from typing import TypeAlias

Event: TypeAlias = dict[str, Any]

DEADLINE = 20.0  # seconds: much longer than anything takes, also where four tests share two cores
BOARD = "OVERDUE.md"
FENCE = "People/Zz Fence.md"
_LISTED = re.compile(r"^\s*- \[.\] \[([^\]]+)\]\(", re.MULTILINE)


def person(cadence: str = "2 weeks", last: str = "2020-01-01", log: Iterable[str] = ()) -> str:
    """A person's note. With the default cadence they are overdue, with `90 years` they are not."""
    lines = "".join(f"- {entry}\n" for entry in (*log, "2020-01-01 call: about the garden"))
    return f"---\ncadence: {cadence}\nlast_contact: {last}\n---\nMet at the allotments.\n\n## Log\n\n{lines}"


def make_people(root: Path, *names: str, folder: str = "People") -> Path:
    """A vault in which all these people are overdue, and one more, by whom a test can tell what was seen."""
    (root / ".vault-crm").mkdir(parents=True, exist_ok=True)
    (root / folder).mkdir(parents=True, exist_ok=True)
    (root / FENCE).parent.mkdir(parents=True, exist_ok=True)
    for name in names:
        (root / folder / f"{name}.md").write_text(person(), encoding="utf-8")
    (root / FENCE).write_text(person("90 years"), encoding="utf-8")
    return root


def listed(root: Path, board: str = BOARD) -> list[str]:
    """The people with a tick line in a dashboard, in its order; nobody if there is none."""
    try:
        return _LISTED.findall((root / board).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []


class TooLate(AssertionError):
    """What was awaited did not happen in time."""


class Watching:
    """A running watcher. `with Watching(root, "--settle", "1") as watch:` waits until it is ready; then it is
    ended."""

    def __init__(
        self, root: Path, *options: str, env: dict[str, str] | None = None, through: tuple[str, ...] = ()
    ) -> None:
        self.root = root
        self._events: list[Event] = []
        self._news = threading.Condition()
        self._ended = False
        self._said = tempfile.TemporaryFile()  # noqa: SIM115
        self.process = subprocess.Popen(
            [*through, sys.executable, "-m", "vault_crm", "-C", str(root), "watch", "--json", "-v", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env={**os.environ, **(env or {})},
            cwd=root.parent,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Watching:
        try:
            self.await_event("ready")
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        said = self.close()
        if kind is None:
            assert "Traceback" not in said, said

    # -- what happened

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "wrote":
                event["listed"] = listed(self.root, event["path"])
            with self._news:
                self._events.append(event)
                self._news.notify_all()
        with self._news:
            self._ended = True
            self._news.notify_all()

    def mark(self) -> int:
        """How many events there were: what happens from now on is `since` this."""
        with self._news:
            return len(self._events)

    def since(self, mark: int = 0, *names: str) -> list[Event]:
        """The events since a mark, of all or of these names."""
        with self._news:
            return [event for event in self._events[mark:] if not names or event["event"] in names]

    @property
    def said(self) -> str:
        """What it wrote to stderr so far."""
        size = os.fstat(self._said.fileno()).st_size
        return os.pread(self._said.fileno(), size, 0).decode("utf-8", "replace")

    # -- waiting

    def await_event(
        self,
        name: str,
        where: Callable[[Event], object] = lambda event: True,
        seconds: float = DEADLINE,
        since: int = 0,
    ) -> Event:
        """The first event of this name since a mark for which `where` holds. Raises TooLate."""

        def find() -> Event | None:
            found = (event for event in self._events[since:] if event["event"] == name and where(event))
            return next(found, None)

        found = self._await(find, seconds)
        if found is None:
            raise TooLate(self._story(f"no event {name!r}", since))
        return found

    def until(self, holds: Callable[[], object], what: str = "it", seconds: float = DEADLINE) -> None:
        """Waits until something holds that only the watcher can bring about: asked after each of its events.
        Raises TooLate."""
        until = time.monotonic() + seconds
        while True:
            mark = self.mark()
            if holds():
                return
            left = until - time.monotonic()
            if left <= 0 or not self._await(lambda m=mark: len(self._events) > m, left):
                if holds():
                    return
                raise TooLate(self._story(f"{what} did not come about", max(0, mark - 15)))

    def never(self, name: str, seconds: float, since: int, where: Callable[[Event], object] = bool) -> None:
        """Fails as soon as such an event happens; waits for that for so many seconds."""
        with contextlib.suppress(TooLate):
            event = self.await_event(name, where, seconds, since)
            raise AssertionError(self._story(f"it happened: {event}", since))

    def hold(self, seconds: float) -> None:
        """Keeps things as they are for so many seconds, and at least until the watcher has looked at them.

        A file that is still open for writing rings nothing: another one is saved, so that it looks."""
        begun = time.monotonic()
        mark = self.mark()
        with contextlib.suppress(FileNotFoundError):
            note = self.root / FENCE
            note.write_bytes(note.read_bytes())
        self.await_event("looked", since=mark)
        self._await(lambda: self._ended, seconds - (time.monotonic() - begun))

    def _await(self, holds: Callable[[], Any], seconds: float) -> Any:
        with self._news:
            self._news.wait_for(lambda: holds() or self._ended, max(0.0, seconds))
            return holds()

    def _story(self, what: str, since: int) -> str:
        lines = [json.dumps(event, ensure_ascii=False) for event in self.since(since)[-40:]]
        end = f"it has ended with {self.process.poll()}" if self._ended else "it is still running"
        return "\n".join([what, "since then:", *lines, end, self.said[-4000:]])

    # -- causes and effects

    def fence(self) -> None:
        """Everything that was saved before this has been seen afterwards, and is on the dashboard.

        Twice, because one look may pass by one note before it is saved and see another one just after."""
        for _ in range(2):
            note = self.root / FENCE
            mark = self.mark()
            there = "cadence: 2 weeks" in note.read_text(encoding="utf-8")
            note.write_text(person("90 years" if there else "2 weeks"), encoding="utf-8")
            self.await_event("wrote", lambda e, t=there: ("Zz Fence" in e["listed"]) is not t, since=mark)

    def await_true(self, seconds: float = DEADLINE) -> None:
        """Waits until the dashboard is what a rendering from scratch makes of the vault."""
        self.until(lambda: board_bytes(self.root) == fresh_render(self.root), "a true dashboard", seconds)

    # -- the end

    def stop(self, how: int = signal.SIGTERM, seconds: float = DEADLINE) -> int:
        """Sends it a signal and waits for its end: the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.wait(seconds)

    def wait(self, seconds: float = DEADLINE) -> int:
        """Waits for its end: the exit code. Every event that it printed has been read then."""
        code = self.process.wait(seconds)
        self._reader.join(seconds)
        return code

    def close(self) -> str:
        """Ends it in any case: what it wrote to stderr."""
        try:
            self.stop()
        except subprocess.TimeoutExpired:
            self.stop(signal.SIGKILL)
        finally:
            said = self.said if not self._said.closed else ""
            if self.process.stdout:
                self.process.stdout.close()
            self._said.close()
        return said


def board_bytes(root: Path, board: str = BOARD) -> bytes | None:
    """A dashboard's bytes; None if it is not there."""
    try:
        return (root / board).read_bytes()
    except FileNotFoundError:
        return None


@contextlib.contextmanager
def fresh_cache() -> Iterator[None]:
    """In it, what runs in this process finds no index."""
    old = os.environ.get("XDG_CACHE_HOME")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CACHE_HOME"] = folder
        try:
            yield
        finally:
            if old is None:
                del os.environ["XDG_CACHE_HOME"]
            else:
                os.environ["XDG_CACHE_HOME"] = old


def fresh_render(root: Path) -> bytes:
    """What `vault-crm render --stdout` prints without an index."""
    from tests.conftest import Cli

    with fresh_cache():
        run = Cli()("-C", str(root), "render", "--stdout")
    assert run.code == 0, run.stderr
    return run.raw


def logged(before: str, after: str, words: str) -> bool:
    """True if a note differs in nothing but one new line of the log, and the date of the last contact."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    added = [line for line in new if re.fullmatch(rf"- \d{{4}}-\d\d-\d\d {re.escape(words)}\r?\n?", line)]
    if len(added) != 1:
        return False
    new.remove(added[0])
    day = added[0][2:12]
    expected = [f"last_contact: {day}\n" if line.startswith("last_contact: ") else line for line in old]
    return new == expected
