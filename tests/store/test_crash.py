"""A save is cut off or fails at every one of its system calls: the note is the old one or the new one, whole,
and never is 'saved' said of one that is not.

strace injects the faults into a child process, which says on standard output how it went for it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.verify import Allowed
from vault_crm.store.store import Store

REPOSITORY = Path(__file__).parents[2]
OLD = b"---\nlast_contact: 2026-01-02\n---\n# Ana\n"
SAME_LENGTH = OLD.replace(b"2026-01-02", b"2026-11-22")
LONGER = OLD + b"\n## Log\n\n- 2026-11-22 call\n"
FAULTS = ("signal=KILL", "error=EIO", "error=ENOSPC", "error=EACCES")

# System calls that belong to the interpreter, not to the save.
NOT_OURS = frozenset({
    "brk", "mmap", "munmap", "mprotect", "mremap", "madvise", "rt_sigaction", "rt_sigprocmask",
    "rt_sigreturn", "futex", "getrandom", "sigaltstack", "exit_group", "set_robust_list", "rseq",
    "prlimit64", "arch_prctl",
    "clock_gettime", "clock_nanosleep", "getpid", "geteuid", "getegid", "gettid", "getuid", "getgid", "exit",
})  # fmt: skip

SAVE = """\
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from vault_crm.errors import VaultCrmError
from vault_crm.store.files import replace
import vault_crm.store.replacement
note = Path(sys.argv[2])
base = note.read_bytes() if sys.argv[3] else None
new = sys.stdin.buffer.read()
os.utime(note, (1, 1)) if base is not None else None
os.access("/begin", 0)
try:
    replace(note, base, new)
    said = b"saved"
except VaultCrmError as error:
    said = b"not saved: " + type(error).__name__.encode()
os.access("/end", 0)
os.write(1, said)
"""

APPLY = """\
import os, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from vault_crm.core.plan import FileChange, Plan
from vault_crm.core.verify import Allowed
from vault_crm.errors import VaultCrmError
from vault_crm.store.store import Store
import vault_crm.store.journal, vault_crm.store.locks, vault_crm.store.write
store = Store.open(Path(sys.argv[2]), user_settings=False)
anything = Allowed(anything=True)
changes = [FileChange(p, store.read(p), store.read(p) + b"more\\n", anything) for p in ("Ana.md", "Ben.md")]
changes.append(FileChange("New.md", None, b"new\\n", anything))
os.access("/begin", 0)
store.apply(Plan("three notes", tuple(changes)))
os.access("/end", 0)
os.write(1, b"saved")
"""


def can_trace() -> str:
    """'' if strace works here, else why not."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return "" if done.returncode == 0 else "strace may not trace processes here"


WHY_NOT = can_trace()
pytestmark = [pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "-"), pytest.mark.slow]


@dataclass(frozen=True)
class Child:
    """A small program that saves; `arguments` come after the repository's path."""

    code: str
    arguments: tuple[str, ...]
    stdin: bytes = b""

    def run(self, *strace: str) -> str:
        """What it said, under strace with these options."""
        python = [sys.executable, "-S", "-E", "-B", "-c", self.code, str(REPOSITORY), *self.arguments]
        command = ["strace", "-f", "-qq", *strace, *python]
        done = subprocess.run(command, input=self.stdin, capture_output=True, check=False, timeout=60)
        return done.stdout.decode()

    def calls(self, trace: Path) -> Iterator[tuple[str, int]]:
        """Each system call of the save as (name, how many of that name there were when it was made)."""
        assert self.run("-o", str(trace)) == "saved"
        counts: dict[str, int] = {}
        inside = False
        for line in trace.read_text(errors="replace").splitlines():
            found = re.match(r"(?:\d+ +)?(\w+)\(", line)
            if found is None:
                continue
            name = found[1]
            counts[name] = counts.get(name, 0) + 1
            if name == "access" and '"/begin"' in line:
                inside = True
            elif name == "access" and '"/end"' in line:
                return
            elif inside and name not in NOT_OURS:
                yield name, counts[name]
        raise AssertionError("the child did not come to its end")


def inject(name: str, count: int, fault: str) -> tuple[str, ...]:
    return "-o", os.devnull, "-e", f"trace={name}", "-e", f"inject={name}:{fault}:when={count}"


@pytest.mark.parametrize(
    ("old", "new"),
    [(OLD, LONGER), (OLD, SAME_LENGTH), (None, LONGER)],
    ids=["replace", "in place", "create"],
)
def test_the_note_is_old_or_new_whatever_fails(tmp_path: Path, old: bytes | None, new: bytes) -> None:
    def child(folder: Path) -> tuple[Child, Path]:
        folder.mkdir()
        note = folder / "Ana.md"
        if old is not None:
            note.write_bytes(old)
        return Child(SAVE, (str(note), "1" if old is not None else ""), new), note

    def attempt(case: tuple[int, tuple[str, int], str]) -> tuple[str, str]:
        number, (name, count), fault = case
        what = f"{fault} at {name} number {count}"
        cut, note = child(tmp_path / str(number))
        said = cut.run(*inject(name, count, fault))
        now = note.read_bytes() if note.exists() else None
        assert now in (old, new), f"{what}: damaged: {now!r}"
        if said == "saved":
            assert now == new, f"{what}: said saved and is not"
        elif said or "KILL" not in fault:
            assert said.startswith("not saved: "), f"{what}: {said!r}"
            assert now == old, f"{what}: said {said}, but it is"
        left = [n for n in os.listdir(note.parent) if n != "Ana.md"]
        assert all(n.startswith(".Ana.md.") and n.endswith(".vault-crm-tmp") for n in left), f"{what}: {left}"
        if now == old:  # whatever was left behind, the next save goes through
            again = Child(SAVE, cut.arguments, new)
            assert again.run("-o", os.devnull, "-e", "trace=none") == "saved", what
            assert note.read_bytes() == new, what
        return fault, said

    traced, _note = child(tmp_path / "traced")
    calls = list(traced.calls(tmp_path / "trace"))
    assert len(calls) > 8
    cases = [(call, fault) for call in calls for fault in FAULTS]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(attempt, [(n, call, fault) for n, (call, fault) in enumerate(cases)]))
    # The faults were felt: without this the test could pass by injecting nothing.
    assert {said for fault, said in results if "KILL" in fault} >= {""}
    assert any(said.startswith("not saved") for fault, said in results if "KILL" not in fault)


def test_a_change_of_three_notes_that_is_cut_off_anywhere_can_be_undone(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = {"Ana.md": b"ana\n", "Ben.md": b"ben\n"}
    changed = {"Ana.md": b"ana\nmore\n", "Ben.md": b"ben\nmore\n", "New.md": b"new\n"}

    def child(folder: Path) -> Child:
        folder.mkdir()
        for name, raw in notes.items():
            (folder / name).write_bytes(raw)
            os.utime(folder / name, (1, 1))
        return Child(APPLY, (str(folder),))

    def attempt(case: tuple[int, tuple[str, int]]) -> bool:
        number, (name, count) = case
        root = tmp_path / str(number)
        said = child(root).run(*inject(name, count, "signal=KILL"))
        now = {n: (root / n).read_bytes() for n in os.listdir(root) if not n.startswith(".")}
        for path, raw in now.items():
            assert raw in (notes.get(path), changed[path]), f"{name} number {count}: {path} is damaged"
        assert notes.keys() <= now.keys()
        store = Store.open(root, user_settings=False)
        if now != notes:
            assert store.history(), f"{name} number {count}: changed, and the journal does not know it"
            store.undo()
        now = {n: (root / n).read_bytes() for n in os.listdir(root) if not n.startswith(".")}
        assert now == notes, f"{name} number {count}: not as it was after undo"
        store.apply(Plan("next", (FileChange("Next.md", None, b"next\n", Allowed(anything=True)),)))
        left = sorted(os.listdir(root))
        assert left == ["Ana.md", "Ben.md", "Next.md"], f"{name} number {count}: beside the notes: {left}"
        return said == ""

    writing = {
        "rename", "renameat", "renameat2", "link", "linkat", "unlink", "unlinkat", "write", "fsync", "mkdir",
        "mkdirat", "ftruncate",
    }  # fmt: skip
    calls = [call for call in child(tmp_path / "traced").calls(tmp_path / "trace") if call[0] in writing]
    assert len(calls) > 12
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        assert sum(pool.map(attempt, enumerate(calls))) > len(calls) // 2
