"""The real `vault-crm watch` in a process of its own, and what the kernel says about that process."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

BOARD = "OVERDUE.md"
LONG = 120.0  # seconds after which a watcher that says nothing is taken to be stuck
PROGRAM = (sys.executable, "-m", "vault_crm")


def own_folders(home: Path) -> dict[str, str]:
    """An environment in which index, state and settings are in `home`, and nothing of the user's is seen."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("VAULT_CRM_", "GIT_"))}
    kinds = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CACHE", "STATE", "CONFIG", "DATA")}
    return env | kinds | {"HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


def fresh_render(root: Path, home: Path) -> bytes:
    """What `render --stdout` makes of a vault from scratch: with folders of its own, without an index."""
    command = [*PROGRAM, "-C", str(root), "render", "--stdout"]
    return subprocess.run(command, env=own_folders(home), check=True, stdout=subprocess.PIPE).stdout


def board_bytes(root: Path) -> bytes:
    """The dashboard as it is; b'' if there is none."""
    try:
        return (root / BOARD).read_bytes()
    except FileNotFoundError:
        return b""


class Watched:
    """A running watcher. `with Watched(root, home) as watch:` waits for its `ready`, and ends it."""

    def __init__(
        self,
        root: Path,
        home: Path,
        options: Sequence[str] = (),
        program: Sequence[str] = PROGRAM,
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.events: list[dict[str, Any]] = []
        self.seconds_to_ready = 0.0
        self._news: queue.SimpleQueue[tuple[float, dict[str, Any] | None]] = queue.SimpleQueue()
        self._started = time.monotonic()
        self.process = subprocess.Popen(
            [*program, "-C", str(root), "watch", "--json", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=own_folders(home) if env is None else env,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._news.put((time.monotonic(), json.loads(line)))
        self._news.put((time.monotonic(), None))

    def await_event(self, name: str, seconds: float = LONG) -> tuple[float, dict[str, Any]]:
        """(when it was read, the event): the next of this name. Raises RuntimeError if it does not come."""
        until = time.monotonic() + seconds
        while True:
            try:
                at, event = self._news.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise RuntimeError(
                    f"no event {name!r} within {seconds:g} s after {self.events[-3:]}"
                ) from None
            if event is None:
                raise RuntimeError(f"the watcher has ended ({self.process.wait(10)}) without {name!r}")
            self.events.append(event)
            if event["event"] == name:
                return at, event

    def __enter__(self) -> Watched:
        try:
            self.seconds_to_ready = self.await_event("ready")[0] - self._started
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Ends it: politely, after ten seconds not so."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self._reader.join()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def usage(self) -> Usage:
        """What it has used up to now."""
        return read_usage(self.process.pid)


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process has used. `wakeups` are voluntary context switches (it slept, and something woke it) by
    thread. `cpu` is utime + stime in seconds (in steps of 10 ms), `on_cpu` the scheduler's own sum over the
    threads that there are (nearly exact). `fetched` are pages that it waited for until the disk had brought
    them: what the system drops from its memory between two looks costs a wake-up each. `resident` and `peak`
    are in MB (2**20 bytes)."""

    wakeups: dict[int, int]
    cpu: float
    on_cpu: float
    fetched: int
    resident: float
    peak: float

    def wakeups_since(self, before: Usage) -> int:
        """Over all threads, those that were new included."""
        return sum(count - before.wakeups.get(task, 0) for task, count in self.wakeups.items())


def read_usage(pid: int) -> Usage:
    """A process's usage from /proc (Linux)."""
    process = Path("/proc", str(pid))
    wakeups, on_cpu = {}, 0.0
    for task in sorted((process / "task").iterdir()):
        said = _fields(task / "status")
        wakeups[int(task.name)] = int(said["voluntary_ctxt_switches"])
        on_cpu += int((task / "schedstat").read_text().split()[0]) / 1e9
    said = _fields(process / "status")
    # utime and stime, behind the name in brackets, which may hold anything
    stat = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    cpu = (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")
    fetched = int(_fields(process / "io")["read_bytes"]) // os.sysconf("SC_PAGE_SIZE")
    return Usage(wakeups, cpu, on_cpu, fetched, _megabytes(said["VmRSS"]), _megabytes(said["VmHWM"]))


def _fields(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _megabytes(text: str) -> float:
    return int(text.split()[0]) / 1024
