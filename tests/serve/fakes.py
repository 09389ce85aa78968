"""A clock that tests move by hand, and a vault with a watcher whose beats they give by hand.

No thread, no watchdog, no waiting: `Scene.beat` is one beat, `Scene.run` the beats of a while. The times of
files are the clock's, and lie far ahead, so that no test depends on when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from vault_crm.errors import BadSettings
from vault_crm.render.update import update
from vault_crm.serve.news import News
from vault_crm.serve.watch import HEARTBEAT
from vault_crm.serve.watch import Beat
from vault_crm.serve.watch import Watch
from vault_crm.store.store import Store

START = datetime(2036, 11, 20, 12, 0, tzinfo=ZoneInfo("UTC"))


class FakeClock:
    """A clock at noon of 20 November 2036; `zone` is where the device is."""

    def __init__(self, start: datetime = START, zone: str = "UTC") -> None:
        self.zone = zone
        self._moment = start
        self._monotonic = 1000.0

    def monotonic(self) -> float:
        return self._monotonic

    def time(self) -> float:
        return self._moment.timestamp()

    def now(self, zone: str = "") -> datetime:
        try:
            return self._moment.astimezone(ZoneInfo(zone or self.zone))
        except (KeyError, ValueError, OSError):
            raise BadSettings("settings", f"timezone = {zone!r} is not a known time zone") from None

    def advance(self, seconds: float) -> None:
        """Time passes."""
        self._monotonic += seconds
        self._moment += timedelta(seconds=seconds)

    def sleep_through(self, seconds: float) -> None:
        """The device is suspended: the day moves on, the monotonic clock does not."""
        self._moment += timedelta(seconds=seconds)

    def set(self, moment: datetime) -> None:
        """Somebody sets the clock; nothing passes."""
        self._moment = moment


class Scene:
    """A vault, its watcher, and everything that was said. Files are written as an editor would: in place,
    with the clock's time."""

    def __init__(self, root: Path, clock: FakeClock | None = None, settle: float | None = None) -> None:
        self.root = root
        self.clock = clock or FakeClock()
        self.settle = settle
        self.said: list[News] = []
        self.vouched = 0
        self.nudges: list[tuple[str, str]] = []
        self.refuse_to_hear = False
        self.early = False  # whether each beat has an early look, as in a burst that is being gathered
        for path in root.rglob("*"):
            self.date(path, -3600)
        self.begin()

    def begin(self) -> None:
        """A watcher starts (anew)."""
        self.watch = Watch(self.root, self.clock, self._hear, self._vouch, self.settle, self._deliver)

    def _hear(self, news: News) -> None:
        if self.refuse_to_hear:
            raise RuntimeError("nobody listens")
        self.said.append(news)

    def _vouch(self, _identity: object, _roster: object) -> bool:
        self.vouched += 1
        return True

    def _deliver(self, title: str, body: str) -> str:
        self.nudges.append((title, body))
        return ""

    # -- time

    def beat(self) -> Beat:
        """One beat, as the bell or the time would give it; what it promises of the next is checked."""
        if self.early:
            self.watch.look_early()
        beat = self.watch.beat(looked=self.early)
        assert 0 <= beat.next <= HEARTBEAT
        return beat

    def run(self, seconds: float) -> Beat:
        """The beats of a while, each when the one before said so."""
        beat = self.beat()
        left = seconds
        for _ in range(int(seconds * 10) + 20):
            if left <= 0:
                return beat
            step = min(max(beat.next, 0.01), left)
            self.clock.advance(step)
            left -= step
            beat = self.beat()
        raise AssertionError(f"too many beats within {seconds} seconds")

    def settled(self) -> Beat:
        """Beats until there is nothing left to do; at most some minutes of them."""
        beat = self.beat()
        for _ in range(100):
            if beat.clean:
                return beat
            self.clock.advance(max(beat.next, 0.01))
            beat = self.beat()
        raise AssertionError(f"never clean; said {self.all_said()}")

    # -- files

    def save(self, path: str, text: str | bytes, ago: float = 0.0) -> Path:
        """Somebody saves a file, in place."""
        full = self.root / path
        full.parent.mkdir(parents=True, exist_ok=True)
        full.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape"))
        return self.date(full, -ago)

    def date(self, full: Path, seconds: float = 0.0) -> Path:
        """Gives a file the clock's time, or one that many seconds away from it."""
        moment = int((self.clock.time() + seconds) * 1e9)
        os.utime(full, ns=(moment, moment))
        return full

    def read(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def edit(self, path: str, *pairs: tuple[str, str]) -> None:
        """Somebody replaces texts of a file, each of which must be there, and saves."""
        text = self.read(path)
        for old, new in pairs:
            assert old in text, f"{old!r} is not in {text}"
            text = text.replace(old, new, 1)
        self.save(path, text)

    @property
    def page(self) -> str:
        """The dashboard's text."""
        return self.read("OVERDUE.md")

    def type(self, *pairs: tuple[str, str]) -> None:
        """Somebody replaces texts of the dashboard, and saves."""
        self.edit("OVERDUE.md", *pairs)

    def tick(self, name: str, behind: str = "") -> None:
        """Somebody ticks a person's line, writes something behind it, and saves."""
        self.tick_in("OVERDUE.md", name, behind)

    def tick_in(self, path: str, name: str, behind: str = "") -> None:
        """The same in another dashboard."""
        lines = [line for line in self.read(path).splitlines() if f"- [ ] [{name}](" in line]
        assert lines, f"{name} is not in {path}:\n{self.read(path)}"
        self.edit(path, (lines[0], ticked(lines[0]) + behind))

    # -- what should be

    def fresh(self) -> dict[str, str]:
        """Every dashboard as a process that knows nothing of this one would render it now."""
        store = Store.open(self.root)
        today = self.clock.now(store.settings.timezone).date()
        return dict(update(store, today, apply=False).texts)

    def assert_true(self) -> None:
        """Each dashboard on the disk is what it should be."""
        for path, text in self.fresh().items():
            assert self.read(path) == text

    # -- what was said

    def told(self, *names: str) -> list[dict[str, Any]]:
        """The facts of what was said, of these names; what was said is then forgotten."""
        found = [dict(news.facts) for news in self.said if news.name in names]
        self.said = [news for news in self.said if news.name not in names]
        return found

    def all_said(self) -> list[tuple[str, dict[str, Any]]]:
        """Everything that was said since it was asked last."""
        found = [(news.name, dict(news.facts)) for news in self.said]
        self.said.clear()
        return found

    def wrong(self) -> list[str]:
        """What was said to be wrong, or to be over, since it was asked last: 'problem: WHY'."""
        names = ("problem", "waiting", "solved", "stuck")
        found = [f"{news.name}: {news.facts['why']}" for news in self.said if news.name in names]
        self.said = [news for news in self.said if news.name not in names]
        return found


def ticked(line: str) -> str:
    """A tick line as it is when it is ticked."""
    return line.replace("[ ]", "[x]", 1)


def swap_bytes(pid: int, dirty: bool = True) -> bytes:
    """The first block of a swap file of vim's."""
    head = bytearray(4096)
    head[:6] = b"b0VIM "
    head[24:28] = pid.to_bytes(4, "little")
    head[1007] = 0x55 if dirty else 0
    return bytes(head)


class OpenInVim:
    """A file that vim holds with unsaved text. `with` it; `saves` writes, and leaves the buffer clean."""

    def __init__(self, scene: Scene, path: str) -> None:
        self._scene = scene
        self._path = path
        full = scene.root / path
        self._swap = full.with_name(f".{full.name}.swp")

    def __enter__(self) -> OpenInVim:
        self._swap.write_bytes(swap_bytes(os.getpid()))
        return self

    def saves(self, change: Callable[[str], str] = lambda text: text, text: str | None = None) -> None:
        """Writes the buffer (`text`, else the file as `change` makes it); there is nothing unsaved then."""
        self._scene.save(self._path, change(self._scene.read(self._path) if text is None else text))
        self._swap.write_bytes(swap_bytes(os.getpid(), dirty=False))

    def __exit__(self, *_: object) -> None:
        self._swap.unlink()
