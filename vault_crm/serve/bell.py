"""A doorbell: any thread rings it, one thread waits, and a burst of rings counts as one.

Nothing is told but that something happened; what it was, a look at the disk decides.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from queue import Empty
from queue import SimpleQueue

QUIET = 0.1  # seconds without a ring that end a burst
LONGEST = 1.0  # seconds after which a burst is answered even if it goes on
STILL = 0.03  # seconds without a ring after which it looks as if a burst were over
MEANWHILE = 0.1  # seconds after which something is to be prepared although it goes on
# On Windows nothing interrupts a thread that waits for a lock, not even Ctrl-C: it waits in slices there.
SLICE = 0.5 if os.name == "nt" else threading.TIMEOUT_MAX


def nothing() -> None:
    """Does nothing."""


def answer_at(first: float, last: float) -> float:
    """When a burst is over whose first and (so far) last ring were at these seconds of one clock."""
    return min(last + QUIET, first + LONGEST)


def prepare_at(first: float, last: float, called: float) -> float:
    """When to prepare something in a burst; `called`: when that was done last, 0 if not yet."""
    return min(last + STILL, max(first, called) + MEANWHILE)


class Bell:
    """`on_ring` is called under the bell's lock at a first ring: the first one ever, after a `wait` that
    returned True, and after an `if_quiet` that did its work. If it raises, the next ring calls it again.

    `now` (seconds, never going back) and `pause` (waits so many seconds or until `wake_pause`) are there for
    tests.
    """

    def __init__(
        self,
        on_ring: Callable[[], None] = nothing,
        *,
        now: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] | None = None,
    ) -> None:
        self.count = 0
        self._on_ring = on_ring
        self._now = now
        # Re-entrant: `on_ring`, `do` and a signal handler may ring while their own thread holds it.
        self._lock = threading.RLock()
        # Its `put` never blocks and is safe inside a signal handler that interrupted a `get` or a `put`; a
        # Condition or an Event has a lock of its own that the interrupted code might be holding.
        self._tokens: SimpleQueue[None] = SimpleQueue()
        self._pause = pause or self._await_token
        self._announced = False
        self._rung = False
        self._woken = False
        self._first = self._last = 0.0

    def ring(self) -> None:
        """Something happened. Any thread may ring; it never raises, and waits at most for an `if_quiet`."""
        with self._lock:
            self.count += 1
            if not self._announced:
                self._announced = self._announce()
            self._last = self._now()
            if not self._rung:
                self._rung, self._first = True, self._last
                self._tokens.put(None)

    def wake(self) -> None:
        """Ends a wait (the present one, else the next) at once and without a ring. Takes no lock: it may be
        called in a signal handler, whatever was interrupted."""
        self._woken = True
        self._tokens.put(None)

    def wait(self, timeout: float, early: Callable[[], None] | None = None) -> bool:
        """True as soon as a burst of rings is over, False after `timeout` seconds without one or a `wake`.

        A ring that a `wake` leaves unanswered is answered by the next wait. `early` is called when it looks
        as if the burst were over, and now and then while it goes on: what can be prepared in the meantime
        need not be waited for later.
        """
        end = self._now() + timeout
        prepared = called = 0.0
        while True:
            if self._woken:
                self._woken = False
                return False
            with self._lock:
                now = self._now()
                until = answer_at(self._first, self._last) if self._rung else end
                if now >= until:
                    return self._take()
                last = self._last
                still = prepare_at(self._first, last, called) if self._rung and prepared != last else until
            if early is not None and still <= now:
                early()
                prepared, called = last, self._now()
            else:
                self._pause((min(until, still) if early else until) - now)

    def if_quiet(self, since: int, do: Callable[[], None]) -> bool:
        """Does it, and holds off all ringing meanwhile, if nothing has rung since `count` was `since`."""
        with self._lock:
            if self.count != since:
                return False
            try:
                do()
            finally:
                self._announced = False  # what was said at the last ring may be undone by what was done now
            return True

    def _take(self) -> bool:
        rung = self._rung
        if rung:
            self._rung = self._announced = False
            # Leftovers would only make later waits look once more for nothing. If one of them came from a
            # `wake`, its flag is still up.
            while not self._tokens.empty():
                self._await_token(0)
        return rung

    def _announce(self) -> bool:
        try:
            self._on_ring()
        except Exception:  # a ring is never lost over it, and the thread that rings has nobody to tell
            return False
        return True

    def _await_token(self, seconds: float) -> None:
        try:
            self._tokens.get(timeout=max(0.0, min(seconds, SLICE)))
        except Empty:
            return
