"""The watcher's loop: waits for the bell or for the time, lets `Watch` do its beat, and ends when it is told
to.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import vault_crm
from vault_crm.core.model import Agenda
from vault_crm.core.record import record
from vault_crm.serve.bell import Bell
from vault_crm.serve.clock import Clock
from vault_crm.serve.events import CannotWatch
from vault_crm.serve.events import Events
from vault_crm.serve.events import relevant
from vault_crm.serve.kernel import give_back_memory
from vault_crm.serve.news import News
from vault_crm.serve.news import Say
from vault_crm.serve.polling import POLL
from vault_crm.serve.polling import why_poll
from vault_crm.serve.watch import HEARTBEAT
from vault_crm.serve.watch import Beat
from vault_crm.serve.watch import Watch
from vault_crm.store.watching import Identity
from vault_crm.store.watching import Watching

_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP")
_MISSES = 2  # heartbeats that find what no event told of, after which events are not believed any more


@record
class Options:
    """How to watch. `poll`: seconds between two looks, None: as events come; `settle` as in `Watch`."""

    poll: float | None = None
    settle: float | None = None
    verbose: bool = False


class Upgraded(Exception):
    """The program on the disk is another one now: the process should begin again."""


def run(root: Path, options: Options, clock: Clock, say: Say) -> None:
    """Watches a vault until a signal ends it. Raises AlreadyWatched, CannotSave at the start, and Upgraded
    once the program was replaced."""
    watching = Watching.begin(root, clock.time())
    try:
        with _ending(watching.dirty) as ending:
            loop = _Loop(root, options, clock, say, watching, ending)
            try:
                loop.run()
            finally:
                loop.close()
    finally:
        watching.end()


class _Ending:
    """Set by a signal: what is being done is finished first."""

    def __init__(self, dirty: Callable[[], None]) -> None:
        self.asked = False
        self.wake: Callable[[], None] = lambda: None
        self._dirty = dirty

    def signal(self, number: int, _frame: FrameType | None) -> None:
        if self.asked and number == signal.SIGINT:
            raise KeyboardInterrupt  # asked twice: at once
        self.asked = True
        self.wake()

    def stand_still(self, _number: int, _frame: FrameType | None) -> None:
        """Ctrl-Z: who does not look vouches for nothing. It goes on with the next event, or the next beat."""
        self._dirty()
        os.kill(os.getpid(), signal.SIGSTOP)


@contextlib.contextmanager
def _ending(dirty: Callable[[], None]) -> Iterator[_Ending]:
    ending = _Ending(dirty)
    numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
    # What `nohup` or a shell's background job had us ignore stays ignored.
    heard = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    before = {number: signal.signal(number, ending.signal) for number in heard}
    if hasattr(signal, "SIGTSTP") and not os.path.exists("/proc/self/stat"):
        # With /proc, whoever reads the index sees that we stand still (store/watching.py): better, because a
        # handler may come to run only after the signal that lets us go on.
        before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, ending.stand_still)
    try:
        yield ending
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class _Loop:
    def __init__(
        self, root: Path, options: Options, clock: Clock, say: Say, watching: Watching, ending: _Ending
    ) -> None:
        self._root = root
        self._options = options
        self._clock = clock
        self._say = say
        self._watching = watching
        self._ending = ending
        self._bell = Bell(watching.dirty)
        ending.wake = self._bell.wake
        self._watch = Watch(root, clock, say, self._vouch, options.settle)
        self._events: Events | None = None
        self._root_id: tuple[int, int] | None = None
        self._poll = options.poll
        self._why_poll = "as you asked" if options.poll is not None else why_poll(root)
        self._since = 0
        self._ready = False
        self._looked_at = -1
        self._misses = 0
        self._heard = True  # what the first look finds needs no ring
        self._program = _program()

    def run(self) -> None:
        began = self._clock.monotonic()
        checked = began
        self._listen()
        self._since = self._bell.count
        beat = self._watch.beat()
        busy = True
        while not self._ending.asked:
            if not self._ready and self._watch.agenda is not None:
                self._ready = True
                self._tell_ready(self._watch.agenda)
            self._tell_look(beat)
            if beat.clean and busy:
                give_back_memory()
            busy = not beat.clean
            rung = self._bell.wait(self._pause(beat), self._look_early)
            if self._ending.asked:
                break
            now = self._clock.monotonic()
            moved = self._watch.root_id != self._root_id
            if now - checked >= HEARTBEAT or (self._events and self._events.suspicious) or moved:
                checked = now
                self._check()
            self._since, looked = self._bell.count, self._looked_at
            beat = self._watch.beat(looked=looked == self._since)
            self._heard |= rung
            self._count_misses(beat)
        self._tell(
            "stopped",
            filed=self._watch.filed,
            wrote=self._watch.wrote,
            seconds=round(self._clock.monotonic() - began, 1),
        )

    def _look_early(self) -> None:
        """Looks while a burst is being gathered. If nothing rings after this, that look will do."""
        self._looked_at = self._bell.count
        self._watch.look_early()

    def close(self) -> None:
        """No more events."""
        if self._events is not None:
            self._events.stop()
            self._events = None

    def _pause(self, beat: Beat) -> float:
        return min(beat.next, self._every or HEARTBEAT)

    @property
    def _every(self) -> float | None:
        """Seconds between two looks where events cannot be relied on."""
        return (self._poll or POLL) if self._why_poll else None

    # -- events, or looking every few seconds

    def _listen(self) -> None:
        """Has events ring the bell, where that is to be expected to work."""
        self.close()
        self._root_id = self._watch.root_id
        if self._poll is not None or self._root_id is None or (self._why_poll and self._events_never_work()):
            return
        self._events = events = Events(self._root, self._bell, relevant)
        try:
            events.start()
        except CannotWatch as error:
            self._doubt(error.reason, error.hint)  # at each heartbeat `trouble` tries again
        else:
            self._doubt(events.trouble(), events.hint)

    def _events_never_work(self) -> bool:
        return bool(why_poll(self._root))

    def _doubt(self, why: str, hint: str) -> None:
        """Events cannot be relied on: it looks every few seconds instead. With '' they can (again)."""
        self._why_poll = why
        if why:
            self._watch.troubles.begin("events", f"{why}; looking every {self._every:g} seconds", hint)
        else:
            self._watch.troubles.end("events")

    def _check(self) -> None:
        """What a heartbeat makes sure of, beside looking."""
        if self._program != _program():
            raise Upgraded
        if self._watch.root_id != self._root_id:
            self._listen()  # another folder is there now, or none: events of the old one tell nothing
        elif self._events is not None and self._misses < _MISSES:
            self._doubt(self._events.trouble(), self._events.hint)

    def _count_misses(self, beat: Beat) -> None:
        """Changes that a look finds although nothing rang since the last: once can happen, more often is no
        accident."""
        if self._events is None or self._why_poll or not beat.looked:
            return
        if self._heard:
            self._misses = 0
        elif beat.fresh:
            self._misses += 1
            if self._misses >= _MISSES:
                self._doubt("changes are not reported by the system here", "")
        self._heard = False

    def _vouch(self, identity: Identity | None, roster: Identity | None) -> bool:
        """True if the index and the roster were vouched for, or where nobody can vouch because events are not
        relied on."""
        if identity is None or self._events is None or self._why_poll:
            self._watching.dirty()
            return identity is not None
        done: list[bool] = []
        self._bell.if_quiet(self._since, lambda: done.append(self._watching.vouch(identity, roster)))
        return any(done)

    # -- words

    def _tell_ready(self, agenda: Agenda) -> None:
        self._tell(
            "ready",
            vault=str(self._root),
            people=len(agenda.items),
            overdue=len(agenda.with_status("overdue", "long-overdue")),
            how="poll" if self._why_poll else "events",
            every=self._every,
            why=self._why_poll,
            pid=os.getpid(),
        )

    def _tell_look(self, beat: Beat) -> None:
        if self._options.verbose:
            self._tell("looked", changed=beat.changed, clean=beat.clean)

    def _tell(self, name: str, **facts: object) -> None:
        self._say(News(name, self._watch.now(), facts))


def _program() -> tuple[int, int, int]:
    """Changes when another version of the program is installed over this one."""
    try:
        st = os.stat(vault_crm.__file__)
    except OSError:
        return (0, 0, 0)
    return st.st_mtime_ns, st.st_ino, st.st_size
