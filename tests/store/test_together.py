"""Two processes read many notes: the answer is the same whatever becomes of the second."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator

import pytest

from vault_crm.store.together import read_together

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process reads")

PATHS = [f"{number}.md" for number in range(4000)]
EXPECTED = [(path, len(path)) for path in PATHS]
Answer = tuple[str, int]


@pytest.fixture(autouse=True)
def _two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also on a computer that has only one."""
    if threading.active_count() > 1:
        pytest.skip("this process has threads, so that one reads")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})


def reader(
    elsewhere: Callable[[int], object],
) -> tuple[Callable[[Iterable[str]], Iterator[Answer]], list[str]]:
    """A reader that does `elsewhere(number of the note)` in another process; and what is read in this one."""
    here, read = os.getpid(), list[str]()

    def read_all(paths: Iterable[str]) -> Iterator[Answer]:
        for path in paths:
            if os.getpid() != here:
                elsewhere(int(path[:-3]))
            else:
                read.append(path)
            yield path, len(path)

    return read_all, read


def children_are_gone() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return True


def test_each_reads_half() -> None:
    read_all, read = reader(lambda _: None)
    assert list(read_together(read_all, PATHS)) == EXPECTED
    assert read == [path for at, path in enumerate(PATHS) if at // 128 % 2 == 0]
    assert children_are_gone()


def test_few_are_read_by_one() -> None:
    read_all, read = reader(lambda _: pytest.fail("read elsewhere"))
    assert list(read_together(read_all, PATHS[:999])) == EXPECTED[:999]
    assert read == PATHS[:999]


def kill_at(at: int) -> Callable[[int], None]:
    def kill(number: int) -> None:
        if number >= at:
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


def raise_at(at: int) -> Callable[[int], None]:
    def stop(number: int) -> None:
        if number >= at:
            raise RuntimeError(f"{number}: an error that nobody expected")

    return stop


def leave_at(at: int) -> Callable[[int], None]:
    def leave(number: int) -> None:
        if number >= at:
            raise SystemExit(3)

    return leave


@pytest.mark.parametrize("at", [0, 128, 200, 1500, 3999])
@pytest.mark.parametrize("end", [kill_at, raise_at, leave_at])
def test_it_goes_on_alone(
    at: int, end: Callable[[int], Callable[[int], None]], capfd: pytest.CaptureFixture[str]
) -> None:
    read_all, _ = reader(end(at))
    assert list(read_together(read_all, PATHS)) == EXPECTED
    assert children_are_gone()
    assert capfd.readouterr() == ("", "")


def test_what_is_not_printed_yet_is_printed_once(capfd: pytest.CaptureFixture[str]) -> None:
    read_all, _ = reader(lambda _: None)
    with open(os.dup(1), "w") as file:
        file.write("once")
        assert list(read_together(read_all, PATHS)) == EXPECTED
    assert capfd.readouterr().out == "once"


def test_half_an_answer_is_none() -> None:
    """The other one ends while it writes: what is more than a pipe holds has to wait for us."""
    here = os.getpid()

    def read_all(paths: Iterable[str]) -> Iterator[str]:
        for path in paths:
            if os.getpid() == here and path == "0.md":
                os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOWAIT)
            if os.getpid() != here and path == "128.md":
                signal.setitimer(signal.ITIMER_REAL, 0.02)  # which is the end of it
            yield path * 1000

    assert list(read_together(read_all, PATHS)) == [path * 1000 for path in PATHS]
    assert children_are_gone()


def test_an_error_here_is_an_error_and_the_other_one_is_not_left_behind() -> None:
    here = os.getpid()

    def read_all(paths: Iterable[str]) -> Iterator[str]:
        for path in paths:
            if os.getpid() == here and path == "600.md":
                raise ValueError(path)
            yield path * 100

    with pytest.raises(ValueError, match="600"):
        list(read_together(read_all, PATHS))
    assert children_are_gone()


def test_who_stops_asking_leaves_nobody_behind() -> None:
    read_all, _ = reader(lambda _: None)
    answers = read_together(read_all, PATHS)
    assert next(answers) == EXPECTED[0]
    answers.close()  # type: ignore[attr-defined]
    assert children_are_gone()


def test_where_no_process_can_be_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refuse)
    before = len(os.listdir("/proc/self/fd"))
    read_all, read = reader(lambda _: pytest.fail("read elsewhere"))
    assert list(read_together(read_all, PATHS)) == EXPECTED
    assert read == PATHS
    assert len(os.listdir("/proc/self/fd")) == before


def test_beside_another_thread_one_reads() -> None:
    """A copy of this process would have only one of them, and all the locks that others hold."""
    done = threading.Event()
    thread = threading.Thread(target=done.wait)
    thread.start()
    try:
        read_all, read = reader(lambda _: pytest.fail("read elsewhere"))
        assert list(read_together(read_all, PATHS)) == EXPECTED
        assert read == PATHS
    finally:
        done.set()
        thread.join()
