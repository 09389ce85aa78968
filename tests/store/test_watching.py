"""A watcher's life and its word for the index are held locks: they go with it, however it ends."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.store.beside import Beside
from vault_crm.errors import CannotSave
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id
from vault_crm.store.watching import AlreadyWatched
from vault_crm.store.watching import Watcher
from vault_crm.store.watching import Watching
from vault_crm.store.watching import clean_index
from vault_crm.store.watching import doubt_index
from vault_crm.store.watching import watcher_of

fcntl = pytest.importorskip("fcntl", reason="locks cannot be asked about there")

INDEX = (7, 1_700_000_000_000_000_000, 4321)
DEADLINE = 20.0


@pytest.fixture
def root(vault: Callable[[str], Path]) -> Path:
    return vault("=== People/Ana.md\n")


@pytest.fixture
def other(root: Path) -> Iterator[Beside]:
    with Beside(root) as process:
        yield process


def state_of(root: Path) -> Path:
    return state_folder() / "vaults" / vault_id(root)


def await_true(ask: Callable[[], object]) -> None:
    until = time.monotonic() + DEADLINE
    while not ask():
        assert time.monotonic() < until


def test_where_nobody_ever_watched_nothing_is_made(root: Path) -> None:
    assert watcher_of(root) is None
    assert clean_index(root) is None
    doubt_index(root)
    assert not state_of(root).exists()


def test_a_watcher_says_who_it_is_and_since_when(root: Path, other: Beside) -> None:
    before = time.time()
    assert other("begin") == "begun"
    watcher = watcher_of(root)
    assert watcher is not None
    assert watcher.pid == other.process.pid
    assert before - 0.001 <= watcher.since <= time.time() + 0.001
    assert clean_index(root) is None


def test_a_second_one_is_told_and_the_first_lives_on(root: Path, other: Beside) -> None:
    other("begin")
    with pytest.raises(AlreadyWatched, match=rf"\(process {other.process.pid}\)") as told:
        Watching.begin(root, 0.0)
    assert told.value.exit_code == 1
    watcher = watcher_of(root)
    assert watcher is not None
    assert watcher.pid == other.process.pid


@pytest.mark.parametrize("how", ["end", "kill"])
def test_it_is_gone_when_its_process_is(root: Path, other: Beside, how: str) -> None:
    other("begin")
    assert other("vouch", *INDEX) == "True"
    assert clean_index(root) == INDEX
    if how == "end":
        assert other("end") == "ended"
    else:
        other.kill()
    assert watcher_of(root) is None
    assert clean_index(root) is None
    Watching.begin(root, 0.0).end()


def test_its_word_is_taken_back_and_given_again(root: Path, other: Beside) -> None:
    other("begin")
    assert other("vouch", *INDEX) == "True"
    other("dirty")
    assert clean_index(root) is None
    assert watcher_of(root) is not None
    assert other("vouch", 8, 9, 10) == "True"
    assert clean_index(root) == (8, 9, 10)
    assert other("vouch", *INDEX) == "True"
    assert clean_index(root) == INDEX


def test_whoever_changed_a_note_makes_its_word_worthless_until_it_has_looked(
    root: Path, other: Beside
) -> None:
    other("begin")
    other("vouch", *INDEX)
    doubt_index(root)
    assert clean_index(root) is None
    assert watcher_of(root) is not None
    assert other("vouch", *INDEX) == "True"
    assert clean_index(root) == INDEX


def test_the_same_word_again_writes_nothing(root: Path, other: Beside) -> None:
    other("begin")
    other("vouch", *INDEX)
    file = state_of(root) / "clean"
    os.utime(file, ns=(1, 1))
    assert other("vouch", *INDEX) == "True"
    assert file.stat().st_mtime_ns == 1
    assert clean_index(root) == INDEX


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="the system does not say who is stopped")
def test_a_stopped_watcher_is_not_believed(root: Path, other: Beside) -> None:
    """Ctrl-Z: the lock is held, but nothing is heard."""
    other("begin")
    other("vouch", *INDEX)
    other.process.send_signal(signal.SIGSTOP)
    os.waitpid(other.process.pid, os.WUNTRACED)
    assert clean_index(root) is None
    assert watcher_of(root) is not None
    other.process.send_signal(signal.SIGCONT)
    await_true(lambda: clean_index(root) == INDEX)


@pytest.mark.parametrize("text", ["", "1 2 3", "1 2 3 x", "\0" * 80, "1 2 3 4 5", "ä" * 40])
def test_what_is_no_word_is_no_word(root: Path, other: Beside, text: str) -> None:
    other("begin")
    other("vouch", *INDEX)
    (state_of(root) / "clean").write_text(text)
    (state_of(root) / "watch").write_text(text)
    assert clean_index(root) is None
    assert watcher_of(root) == Watcher(0, 0.0)


def test_programs_that_it_started_do_not_keep_its_locks(root: Path, other: Beside) -> None:
    """They outlive it, and have all its descriptors but those that close by themselves."""
    other("begin")
    other("vouch", *INDEX)
    child = int(other("spawn"))
    try:
        other.kill()
        os.kill(child, 0)
        assert watcher_of(root) is None
        assert clean_index(root) is None
        Watching.begin(root, 0.0).end()
    finally:
        os.kill(child, signal.SIGKILL)


def test_it_does_nothing_once_it_has_ended(root: Path) -> None:
    """A late event finds the descriptors closed; their numbers may be somebody else's by then."""
    watching = Watching.begin(root, 0.0)
    assert watching.vouch(INDEX)
    watching.end()
    again = Watching.begin(root, 0.0)
    try:
        assert again.vouch(INDEX)
        watching.dirty()
        assert not watching.vouch((1, 2, 3))
        watching.end()
        assert clean_index(root) == INDEX
    finally:
        again.end()


@contextlib.contextmanager
def being_asked(root: Path, name: str) -> Iterator[None]:
    """As while somebody asks who holds a lock: for the blink of an eye they share it."""
    fd = os.open(state_of(root) / name, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_SH)
    try:
        yield
    finally:
        os.close(fd)


@pytest.fixture
def once_watched(root: Path) -> Path:
    Watching.begin(root, 0.0).end()
    return root


def test_two_who_ask_do_not_take_each_other_for_a_watcher(once_watched: Path) -> None:
    with being_asked(once_watched, "watch"), being_asked(once_watched, "clean"):
        assert watcher_of(once_watched) is None
        assert clean_index(once_watched) is None


def test_a_watcher_waits_for_somebody_who_asks(once_watched: Path, other: Beside) -> None:
    assert other("hello") == "hello"
    with being_asked(once_watched, "watch"):
        other.ask("begin")
        assert not other.has_answered(0.2)
    assert other.answer() == "begun"


_ASKER = """
import sys
from pathlib import Path
from vault_crm.store.watching import clean_index, watcher_of
root = Path(sys.argv[1])
print("asking", flush=True)
while True:
    watcher_of(root), clean_index(root)
"""


def test_those_who_ask_do_not_keep_a_watcher_from_its_locks(root: Path) -> None:
    command = [sys.executable, "-c", _ASKER, str(root)]
    askers = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(3)]
    try:
        for asker in askers:
            assert asker.stdout is not None
            asker.stdout.readline()
        for number in range(60):
            watching = Watching.begin(root, 0.0)
            try:
                given = [watching.vouch((number, 0, step)) for step in range(4)]
                assert given.count(True) >= 3  # one that could not be given costs a walk and nothing else
            finally:
                watching.end()
        assert [asker.poll() for asker in askers] == [None] * 3
    finally:
        for asker in askers:
            asker.kill()
            asker.communicate(timeout=DEADLINE)


def test_a_state_folder_that_cannot_be_written_is_named(root: Path, home: Path) -> None:
    (home / ".local").mkdir()
    (home / ".local/state").write_text("in the way")
    with pytest.raises(CannotSave, match="a watcher needs its lock in it") as told:
        Watching.begin(root, 0.0)
    assert str(home / ".local/state") in str(told.value)
    assert watcher_of(root) is None
    doubt_index(root)


def test_on_a_full_disk_it_lives_and_vouches_for_nothing(root: Path, other: Beside) -> None:
    other("full")
    assert other("begin") == "begun"
    assert watcher_of(root) == Watcher(0, 0.0)
    assert other("vouch", *INDEX) == "False"
    assert clean_index(root) is None


@pytest.mark.skipif(not shutil.which("strace"), reason="needs strace")
def test_where_the_file_system_knows_no_locks_nobody_is_believed(root: Path) -> None:
    """Two watchers cannot be told apart then, but each works, and every command looks for itself."""
    script = (
        "import sys; from pathlib import Path; from vault_crm.store.watching import *\n"
        "root = Path(sys.argv[1]); w = Watching.begin(root, 0.0); w.vouch((1, 2, 3))\n"
        "print(watcher_of(root), clean_index(root)); w.dirty(); w.end()"
    )
    trace = ["strace", "-f", "-qq", "-o", os.devnull, "-e", "inject=flock:error=ENOLCK"]
    done = subprocess.run([*trace, sys.executable, "-c", script, str(root)], capture_output=True, check=False)
    if b"ptrace" in done.stderr.lower():
        pytest.skip("strace may not trace here")
    assert (done.stdout, done.stderr) == (b"None None\n", b"")
