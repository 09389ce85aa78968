"""The doorbell: bursts count as one, nothing is lost, and nothing that is called in it can block it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.serve.bell import LONGEST
from vault_crm.serve.bell import MEANWHILE
from vault_crm.serve.bell import QUIET
from vault_crm.serve.bell import STILL
from vault_crm.serve.bell import Bell
from vault_crm.serve.bell import answer_at


class Hours:
    """A clock that goes on only while the bell pauses, and does at its times what it was told to."""

    def __init__(self) -> None:
        self.now = 100.0
        self.plans: list[tuple[float, Callable[[], None]]] = []

    def at(self, seconds: float, do: Callable[[], None]) -> None:
        self.plans.append((100.0 + seconds, do))
        self.plans.sort(key=lambda plan: plan[0])

    def pause(self, seconds: float) -> None:
        """Ends early after each thing that was done, as a pause of the real bell may."""
        end = self.now + seconds
        if self.plans and self.plans[0][0] <= end:
            when, do = self.plans.pop(0)
            self.now = max(self.now, when)
            do()
        else:
            self.now = end

    @property
    def passed(self) -> float:
        return round(self.now - 100.0, 6)


def bell_at(hours: Hours, on_ring: Callable[[], None] = lambda: None) -> Bell:
    return Bell(on_ring, now=lambda: hours.now, pause=hours.pause)


def test_one_ring_is_answered_after_a_tenth_of_a_second_of_quiet() -> None:
    hours = Hours()
    bell = bell_at(hours)
    hours.at(3.0, bell.ring)
    assert bell.wait(60)
    assert hours.passed == 3.1


def test_a_burst_is_answered_once_and_when_it_is_over() -> None:
    hours = Hours()
    bell = bell_at(hours)
    for n in range(8):
        hours.at(1 + n * 0.09, bell.ring)
    assert bell.wait(60)
    assert hours.passed == round(1 + 7 * 0.09 + QUIET, 6)
    assert bell.count == 8
    assert not bell.wait(5)


def test_a_burst_that_does_not_end_is_answered_after_a_second() -> None:
    hours = Hours()
    bell = bell_at(hours)
    for n in range(100):
        hours.at(n * 0.07, bell.ring)
    assert [bell.wait(60) and hours.passed for _ in range(3)] == [1.0, 2.05, 3.1]


def test_nobody_rings() -> None:
    hours = Hours()
    bell = bell_at(hours)
    assert not bell.wait(60)
    assert hours.passed == 60


def test_what_rang_long_ago_is_answered_at_once() -> None:
    hours = Hours()
    bell = bell_at(hours)
    bell.ring()
    hours.now += 5
    assert bell.wait(0)
    assert hours.passed == 5


def test_a_burst_at_the_end_of_a_wait_is_gathered_all_the_same() -> None:
    hours = Hours()
    bell = bell_at(hours)
    hours.at(9.95, bell.ring)
    assert bell.wait(10)
    assert hours.passed == 10.05


def test_waking_ends_a_wait_and_loses_no_ring() -> None:
    hours = Hours()
    bell = bell_at(hours)
    hours.at(1.0, bell.ring)
    hours.at(1.05, bell.wake)
    assert not bell.wait(60)
    assert hours.passed == 1.05
    assert bell.wait(60)
    assert hours.passed == 1.1


def test_waking_between_two_waits_ends_the_next_one_only() -> None:
    hours = Hours()
    bell = bell_at(hours)
    bell.wake()
    bell.wake()
    assert not bell.wait(60)
    assert hours.passed == 0
    assert not bell.wait(60)
    assert hours.passed == 60


def test_the_first_ring_is_announced_and_the_first_after_each_answer() -> None:
    hours, said = Hours(), []
    bell = bell_at(hours, lambda: said.append(hours.passed))
    for seconds in (1, 1.05, 2, 2.05):
        hours.at(seconds, bell.ring)
    assert said == []
    assert bell.wait(60)
    assert said == [1]
    assert bell.wait(60)
    assert said == [1, 2]


def test_a_ring_after_what_was_done_in_quiet_is_announced_again() -> None:
    """Between a wake and the next wait somebody may look, and say 'clean'. A later ring must undo that."""
    said: list[str] = []
    bell = bell_at(Hours(), lambda: said.append("dirty"))
    bell.ring()
    bell.wake()
    assert not bell.wait(60)
    assert bell.if_quiet(bell.count, lambda: said.append("clean"))
    bell.ring()
    assert said == ["dirty", "clean", "dirty"]


def test_an_announcement_that_fails_is_made_at_the_next_ring() -> None:
    hours, tries = Hours(), []

    def announce() -> None:
        tries.append(hours.passed)
        if len(tries) < 3:
            raise OSError("no space left on the device")

    bell = bell_at(hours, announce)
    for n in range(5):
        hours.at(n * 0.01, bell.ring)
    assert bell.wait(1)
    assert tries == [0, 0.01, 0.02]


def test_done_only_if_nothing_rang() -> None:
    bell = bell_at(Hours())
    done: list[int] = []
    assert bell.if_quiet(0, lambda: done.append(1))
    bell.ring()
    assert not bell.if_quiet(0, lambda: done.append(2))
    assert bell.if_quiet(1, lambda: done.append(3))
    assert done == [1, 3]


def test_an_error_in_what_is_done_leaves_the_bell_usable() -> None:
    said: list[str] = []
    bell = bell_at(Hours(), lambda: said.append("dirty"))
    bell.ring()

    def fail() -> None:
        said.append("half clean")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        bell.if_quiet(1, fail)
    bell.ring()
    assert said == ["dirty", "half clean", "dirty"]


@given(
    st.lists(st.floats(0, 30), max_size=40).map(sorted),
    st.lists(st.floats(0, 30), max_size=5),
    st.lists(st.floats(0, 3), min_size=1, max_size=10),
)
def test_every_ring_is_answered_in_time_and_no_answer_is_without_a_ring(
    rings: list[float], wakes: list[float], works: list[float]
) -> None:
    """`works` is how long the waiting thread is busy after each answer."""
    hours, announced = Hours(), []
    bell = bell_at(hours, lambda: announced.append(hours.now))
    for seconds in rings:
        hours.at(seconds, bell.ring)
    for seconds in wakes:
        hours.at(seconds, bell.wake)
    answers, waiting_since, rang_at_answer = [], [100.0], [0]
    while hours.plans or bell.count > rang_at_answer[-1]:
        if bell.wait(5):
            answers.append(hours.now)
            rang_at_answer.append(bell.count)
            end = hours.now + works[len(answers) % len(works)]
            while hours.now < end:
                hours.pause(end - hours.now)
            waiting_since.append(hours.now)
    assert bell.count == len(rings)
    assert len(announced) == len(answers) <= len(rings)
    assert rang_at_answer[-1] == len(rings)
    for n, answer in enumerate(answers):
        mine = [100.0 + seconds for seconds in rings[rang_at_answer[n] : rang_at_answer[n + 1]]]
        assert mine
        due = max(answer_at(mine[0], mine[-1]), waiting_since[n])
        assert answer == pytest.approx(due, abs=1e-6)
        assert answer - max(mine[0], waiting_since[n]) <= LONGEST + 1e-6


def test_threads_ring_and_each_ring_counts() -> None:
    bell = Bell()
    threads = [threading.Thread(target=lambda: [bell.ring() for _ in range(500)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert bell.wait(30)
    for thread in threads:
        thread.join()
    while bell.count < 2000:
        assert bell.wait(30)
    assert bell.count == 2000


def test_a_thread_that_rings_waits_for_what_is_done_in_quiet() -> None:
    bell = Bell()
    order: list[str] = []
    ringing = threading.Event()

    def ring() -> None:
        ringing.set()
        bell.ring()
        order.append("rung")

    def do() -> None:
        thread.start()
        assert ringing.wait(10)
        assert bell.count == 0
        order.append("done")

    thread = threading.Thread(target=ring)
    assert bell.if_quiet(0, do)
    thread.join(10)
    assert order == ["done", "rung"]
    assert bell.wait(10)


def test_what_is_called_under_the_lock_may_ring() -> None:
    """A signal handler may hit there; a lock that its own thread cannot take again would hold for ever."""
    said: list[int] = []
    bell = Bell(lambda: (said.append(bell.count), bell.ring() if bell.count < 3 else None))

    def ring() -> None:
        bell.ring()
        assert bell.if_quiet(bell.count, bell.ring)
        bell.ring()

    thread = threading.Thread(target=ring, daemon=True)
    thread.start()
    thread.join(10)
    assert not thread.is_alive()
    assert bell.count == 5
    assert said[-1] == 5  # what rang while 'clean' was being said made it untrue


SIGNALS = """
import signal, sys, threading
from vault_crm.serve.bell import Bell

bell = Bell(lambda: signal.raise_signal(signal.SIGUSR1))
signal.signal(signal.SIGUSR1, lambda *_: bell.wake())
bell.ring()                                                 # woken inside ring, under the lock
assert bell.if_quiet(1, lambda: signal.raise_signal(signal.SIGUSR1))
assert not bell.wait(30)                                    # two wakes, one wait
assert bell.wait(30)

signal.signal(signal.SIGALRM, lambda *_: bell.wake())       # again and again, wherever it hits
ended = threading.Event()
def ring():
    while not ended.is_set():
        bell.ring()
        ended.wait(0.0005)
ringing = threading.Thread(target=ring)
ringing.start()
signal.setitimer(signal.ITIMER_REAL, 0.0003, 0.0003)
for _ in range(3000):
    bell.wait(30)
    bell.if_quiet(bell.count, lambda: None)
signal.setitimer(signal.ITIMER_REAL, 0)
ended.set()
ringing.join()
print("through")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
def test_a_signal_handler_may_wake_wherever_it_interrupts() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SIGNALS], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("through\n", "")


# -- what is prepared while a burst is gathered


def test_something_is_prepared_when_a_burst_seems_to_be_over() -> None:
    hours, early = Hours(), []
    bell = bell_at(hours)
    hours.at(1.0, bell.ring)
    assert bell.wait(60, lambda: early.append(hours.passed))
    assert early == [1 + STILL]
    assert hours.passed == 1 + QUIET


def test_it_is_prepared_again_after_another_ring_and_while_the_burst_goes_on() -> None:
    hours, early = Hours(), []
    bell = bell_at(hours)
    for n in range(30):
        hours.at(1 + n * 0.02, bell.ring)
    assert bell.wait(60, lambda: early.append(hours.passed))
    spaces = [round(b - a, 6) for a, b in pairwise([1.0, *early])]
    assert all(space >= STILL for space in spaces)
    assert max(spaces) <= MEANWHILE + 0.02
    assert early[-1] > 1 + 29 * 0.02  # after the last ring: nothing is left to be prepared
    assert hours.passed == round(1 + 29 * 0.02 + QUIET, 6)


def test_what_takes_long_to_prepare_is_not_interrupted_and_not_repeated() -> None:
    hours, early = Hours(), []
    bell = bell_at(hours)

    def prepare() -> None:
        early.append(bell.count)
        hours.now += 0.5

    bell.ring()
    assert bell.wait(60, prepare)
    assert early == [1]
    assert hours.passed == STILL + 0.5


def test_nothing_is_prepared_where_nothing_rang() -> None:
    hours, early = Hours(), []
    bell = bell_at(hours)
    hours.at(1.0, bell.wake)
    assert not bell.wait(60, lambda: early.append(1))
    assert not bell.wait(5, lambda: early.append(1))
    assert early == []
