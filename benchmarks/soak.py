"""Twenty minutes of a life in a vault, by a seeded script, with a watcher that is killed now and then.

    python benchmarks/soak.py [--minutes 20] [--seed 1] [--people 60] [--settle 0.3]

The script edits notes as editors do, ticks people with and without words, renames and moves notes, commits
and switches branches, logs by the command line, and ends watchers with SIGKILL or SIGTERM and starts them
again. It knows every byte that it wrote. At each quiet point (the watcher says that all it knows is saved):

1. every note is what the script's own model says: what was saved, and one line of the log for each tick;
2. the dashboard is, to the byte, what a rendering without an index gives;
3. the index that the watcher vouches for holds the same vault as a reading from scratch.

It ends at the first difference with exit code 1 and says how to get there again.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.conftest import private_environment  # noqa: E402
from tests.serve.editing import SAVES  # noqa: E402
from tests.serve.editing import OpenEditor  # noqa: E402
from tests.serve.editing import save_in_place  # noqa: E402
from tests.serve.editing import vim  # noqa: E402
from tests.serve.watching import BOARD  # noqa: E402
from tests.serve.watching import FENCE  # noqa: E402
from tests.serve.watching import Watching  # noqa: E402
from tests.serve.watching import board_bytes  # noqa: E402
from tests.serve.watching import fresh_cache  # noqa: E402
from tests.serve.watching import fresh_render  # noqa: E402
from tests.serve.watching import listed  # noqa: E402
from tests.serve.watching import make_people  # noqa: E402
from tests.serve.watching import person  # noqa: E402

FOLDERS = ("People", "People/Work", "People/Family", "People/Old friends")
CADENCES = ("2 weeks", "1 month", "90 years", "3 months", "never")
WORDS = (
    *("coffee by the canal", "call: the boiler, again", "Grüße aus Köln", "letter: 🦊 and [[Nobody]]"),
    *("lunch; talked about schools", "half *bold* | a pipe", "met at 10:30, `code`, <b>html</b>"),
)
FIRST = (
    "Ada",
    "Ben",
    "Cleo",
    "Dora",
    "Emil",
    "Fay",
    "Gus",
    "Hana",
    "Ivo",
    "Jan",
    "Kim",
    "Lea",
    "Mia",
    "Nils",
)
LAST = ("Lund", "Okafor", "Marsh", "Petrov", "Haas", "Quinn", "Ortiz", "Sato", "Blanc", "Kruse", "Doyle")
COMMANDS = {"snooze 2 weeks": "snooze_until: ", "pause": "paused: true"}  # and the property that each sets
_ENTRY = re.compile(r"- (\d{4}-\d\d-\d\d) (.*)")


class Difference(Exception):
    """What must hold does not."""


@dataclass
class Model:
    """What the script knows: each note's text as it was saved, and the words that ticks must have added."""

    notes: dict[str, str] = field(default_factory=dict)
    added: dict[str, list[str]] = field(default_factory=dict)

    def path_of(self, name: str) -> str | None:
        """Where the person of this name is, if there is one."""
        found = [path for path in self.notes if Path(path).stem == name and path.startswith("People")]
        return found[0] if len(found) == 1 else None


class Soak:
    """One run. Everything that chance decides comes from the seed; what happens when does not."""

    def __init__(self, home: Path, seed: int, people: int, settle: float) -> None:
        self.chance = random.Random(seed)
        self.root = make_people(home / "notes")
        self.home = home
        self.settle = settle
        self.model = Model()
        self.branches: dict[str, dict[str, str]] = {}
        self.done: Counter[str] = Counter()
        self.memory: list[int] = []
        self.quiet = 0
        self.serial = 0
        self.watch: Watching | None = None
        (self.root / ".vault-crm/config.toml").write_text("[dashboard]\nlimit = 0\n", encoding="utf-8")
        for folder in (*FOLDERS, "Daily"):
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        for _ in range(people):
            self._create()

    # -- the script's own hand

    def _name(self) -> str:
        self.serial += 1
        return f"{self.chance.choice(FIRST)} {self.chance.choice(LAST)} {self.serial}"

    def _put(self, path: str, text: str, save: Callable[[Path, str], None] | None = None) -> None:
        (save or self.chance.choice([*SAVES.values()]))(self.root / path, text)
        self.model.notes[path] = text

    def _create(self) -> None:
        path = f"{self.chance.choice(FOLDERS)}/{self._name()}.md"
        self._put(path, person(self.chance.choice(CADENCES)), save_in_place)

    def _somebody(self) -> str | None:
        """The path of a person of whom no tick waits: an editor that saves over a tick would take it back."""
        free = [
            path for path in self.model.notes if path.startswith("People/") and path not in self.model.added
        ]
        return self.chance.choice(sorted(free)) if free else None

    # -- what happens

    def edit(self) -> None:
        """Somebody edits a note."""
        path = self._somebody()
        if path is None:
            return
        text = self.model.notes[path]
        kind = self.chance.randrange(4)
        if kind == 0:
            text = re.sub("cadence: .*", f"cadence: {self.chance.choice(CADENCES)}", text, count=1)
        elif kind == 1:
            entry = (
                f"- 2020-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02} typed by hand\n"
            )
            text = text.rstrip("\n") + f"\n{entry}"
        elif kind == 2:
            text = text.replace("Met at", f"{self.chance.choice(WORDS)}\nMet at", 1)
        if kind < 3:
            self._put(path, text)
        else:
            vim(self.root / path, "%s/Met at/Met by vim at/e", settings="backupcopy=" + self.chance.choice(
                ("auto", "yes", "no")))  # fmt: skip
            self.model.notes[path] = text.replace("Met at", "Met by vim at", 1)

    def half(self) -> None:
        """A note is half there for a moment."""
        path = self._somebody()
        if path is None:
            return
        text = self.model.notes[path]
        with open(self.root / path, "r+b", buffering=0) as file:
            file.truncate(0)
            file.write(text.encode()[: self.chance.randrange(0, 30)])
            self._pass(self.chance.uniform(0.0, 0.3))
            file.seek(0)
            file.truncate(0)
            file.write(text.encode())

    def tick(self) -> None:
        """Somebody ticks a few people on the dashboard, with words or without."""
        text = (board_bytes(self.root) or b"").decode()
        names = [name for name in listed(self.root) if self._tickable(name, text)]
        wanted: dict[str, list[str]] = {}
        for name in self.chance.sample(names, min(len(names), self.chance.randrange(1, 4))):
            path = self.model.path_of(name)
            assert path is not None
            command = self.chance.choice([*COMMANDS]) if self.chance.random() < 0.15 else ""
            words = "" if command else self.chance.choice(("", *WORDS))
            below = command or self.chance.choice(("", "", "and more below"))
            head, mark, rest = text.partition(f"- [ ] [{name}](")
            line, _, rest = rest.partition("\n")
            line = f"{line} {words}".rstrip() + (f"\n  {below}" if below else "")
            text = f"{head}{mark if command else mark.replace('[ ]', '[x]', 1)}{line}\n{rest}"
            said = "; ".join(word for word in (words, below) if word)
            wanted[path] = [COMMANDS.get(command) or said or "in touch"]
        if wanted:
            self.model.added.update(wanted)
            save = self.chance.choice([save for name, save in SAVES.items() if name != "debounced"])
            save(self.root / BOARD, text)

    def _tickable(self, name: str, text: str) -> bool:
        path = self.model.path_of(name)
        return path is not None and path not in self.model.added and text.count(f"- [ ] [{name}](") == 1

    def hold(self) -> None:
        """An editor holds unsaved text of somebody's note, and the person is ticked meanwhile."""
        text = (board_bytes(self.root) or b"").decode()
        names = [name for name in listed(self.root) if self._tickable(name, text)]
        if not names:
            return
        name = self.chance.choice(names)
        path = self.model.path_of(name)
        assert path is not None
        self.serial += 1
        typed = f"- 2020-01-02 letter: typed number {self.serial}\n"
        with OpenEditor(self.root / path, self.home / f"pipe{self.serial}") as vi:
            vi.type(f"Go{typed.rstrip()}\x1b")
            if not vi.dirty:
                raise Difference("vim has nothing unsaved")
            self.model.added[path] = ["tea"]
            mark = f"- [ ] [{name}]("
            head, _, rest = text.partition(mark)
            line, _, rest = rest.partition("\n")
            save_in_place(self.root / BOARD, f"{head}{mark.replace('[ ]', '[x]', 1)}{line} tea\n{rest}")
            self._pass(self.chance.uniform(0.0, 1.5))
            vi.type("\x1b:w\r")
            self.model.notes[path] += typed
            if vi.dirty:
                raise Difference(f"vim could not save {path}: it has changed below unsaved text")

    def stand_still(self) -> None:
        """The watcher is stopped for a moment, and goes on."""
        if self.watch is not None and self.watch.process.poll() is None:
            self.watch.process.send_signal(self.chance.choice((signal.SIGTSTP, signal.SIGSTOP)))
            for _ in range(self.chance.randrange(1, 5)):
                self.edit()
            self.watch.process.send_signal(signal.SIGCONT)

    def log(self) -> None:
        """The command line logs a contact, beside the watcher or without one."""
        path = self._somebody()
        if path is None:
            return
        words = f"logged {self.serial} by the command line"
        self.serial += 1
        self.model.added[path] = [words]
        command = [
            sys.executable,
            "-m",
            "vault_crm",
            "-C",
            str(self.root),
            "log",
            Path(path).stem,
            "-m",
            words,
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        if done.returncode:
            raise Difference(f"log {Path(path).stem}: {done.stdout}{done.stderr}")

    def create(self) -> None:
        """Somebody new."""
        if len(self.model.notes) < 150:
            self._create()

    def delete(self) -> None:
        """A note is removed."""
        path = self._somebody()
        if path and len(self.model.notes) > 30:
            (self.root / path).unlink()
            del self.model.notes[path]

    def move(self) -> None:
        """A note gets another name or folder."""
        path = self._somebody()
        if path is None:
            return
        name = self._name() if self.chance.random() < 0.5 else Path(path).stem
        new = f"{self.chance.choice(FOLDERS)}/{name}.md"
        if new not in self.model.notes:
            (self.root / path).rename(self.root / new)
            self.model.notes[new] = self.model.notes.pop(path)

    def away_and_back(self) -> None:
        """A folder is away for a moment, or gets another case."""
        folder = self.root / self.chance.choice(FOLDERS[1:])
        if any(path.startswith(f"{folder.relative_to(self.root)}/") for path in self.model.added):
            return
        away = self.home / "away" if self.chance.random() < 0.5 else folder.with_name(folder.name.upper())
        folder.rename(away)
        self._pass(self.chance.uniform(0.0, 0.6))
        away.rename(folder)

    def daily(self) -> None:
        """A daily note links somebody."""
        path = self._somebody()
        if path is None:
            return
        day = f"2021-{self.chance.randrange(1, 13):02}-{self.chance.randrange(1, 29):02}"
        note = f"Daily/{day}.md"
        before = self.model.notes.get(note, "")
        self._put(note, f"{before}Met [[{Path(path).stem}]] today.\n")

    def end_watcher(self) -> None:
        """The watcher is ended, and another one started, at once or later."""
        if self.watch is not None:
            self._end(self.chance.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)))
        if self.chance.random() < 0.7:
            self._start()

    def pause(self) -> None:
        """Nothing for a moment."""
        self._pass(self.chance.uniform(0.05, 1.0))

    # -- the watcher

    def _start(self) -> None:
        if self.watch is None:
            self.watch = Watching(self.root, "--settle", str(self.settle))

    def _end(self, how: int = signal.SIGTERM) -> None:
        assert self.watch is not None
        watch, self.watch = self.watch, None
        watch.stop(how)
        odd = [event for event in watch.since(0, "problem", "stuck") if "unsaved text" not in event["why"]]
        said = watch.close()
        if "Traceback" in said or odd:
            raise Difference(f"the watcher said {odd} {said}")

    def _pass(self, seconds: float) -> None:
        """Lets so much time pass, or less if the watcher does something twice."""
        if self.watch is None:
            time.sleep(min(seconds, 0.1))
            return
        mark = self.watch.mark()
        try:
            self.watch.until(lambda: self.watch is None or self.watch.mark() >= mark + 2, seconds=seconds)
        except AssertionError:
            return

    # -- quiet points

    def settle_down(self) -> None:
        """Waits until the watcher says that all is saved, and compares everything."""
        self._start()
        assert self.watch is not None
        watch = self.watch
        watch.await_event("ready", seconds=60)
        watch.until(self._nothing_waits, "an end of waiting ticks", 60)
        watch.fence()
        mark = watch.mark()
        self._touch_fence()
        watch.await_event("looked", lambda e: e["changed"], since=mark)
        while not watch.since(mark, "looked")[0]["changed"]:
            mark += 1
        watch.await_event("looked", lambda e: e["clean"], since=mark, seconds=30)
        self._compare_notes()
        watch.until(lambda: board_bytes(self.root) == fresh_render(self.root), "a true dashboard", 10)
        self._compare_index()
        self._measure(watch.process.pid)
        self.quiet += 1

    def _nothing_waits(self) -> bool:
        text = (board_bytes(self.root) or b"- [x]").decode()
        return "- [x]" not in text and not any(line.strip() in COMMANDS for line in text.splitlines())

    def _touch_fence(self) -> None:
        note = self.root / FENCE
        text = note.read_text(encoding="utf-8")
        note.write_text(text.replace("the garden", "the garden again"), encoding="utf-8")

    def _compare_notes(self) -> None:
        there = {
            path.relative_to(self.root).as_posix(): path.read_bytes().decode()
            for folder in ("People", "Daily")
            for path in (self.root / folder).rglob("*.md")
            if not (path.relative_to(self.root).as_posix() == FENCE or "/." in path.as_posix())
        }
        if there.keys() != self.model.notes.keys():
            raise Difference(f"other notes than expected: {sorted(there.keys() ^ self.model.notes.keys())}")
        for path, text in there.items():
            why = difference(self.model.notes[path], text, self.model.added.get(path, []))
            if why:
                raise Difference(f"{path}: {why}\n--- saved\n{self.model.notes[path]}--- found\n{text}")
        self.model = Model(there)

    def _compare_index(self) -> None:
        from vault_crm.store.load import load_vault
        from vault_crm.store.store import Store

        settings = Store.open(self.root).settings
        shared = load_vault(self.root, settings, trust=True)
        with fresh_cache():
            scratch = load_vault(self.root, settings)
        if shared != scratch:
            raise Difference("the index and a reading from scratch are different vaults")

    def _measure(self, pid: int) -> None:
        status = Path(f"/proc/{pid}/status")
        if status.exists():
            found = re.search(r"VmRSS:\s*(\d+)", status.read_text())
            self.memory.append(int(found[1]) if found else 0)

    # -- git, at quiet points: then the script knows what is in each commit

    def git(self, *words: str) -> None:
        subprocess.run(["git", "-C", str(self.root), *words], check=True, capture_output=True, timeout=60)

    def begin_git(self) -> None:
        (self.root / ".gitignore").write_text(f"{BOARD}\n*~\n.dropbox.cache\nPeople/Zz*\n", encoding="utf-8")
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada Lund")
        self.git("config", "user.email", "ada@example.org")
        self.git("config", "gc.auto", "0")
        self._commit("main")

    def _commit(self, branch: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "as it is")
        self.branches[branch] = dict(self.model.notes)

    def travel(self) -> None:
        """Commits what is there, and goes to another branch, or to a new one."""
        now = subprocess.run(
            ["git", "-C", str(self.root), "branch", "--show-current"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        self._commit(now)
        if len(self.branches) < 4:
            self.git("switch", "-q", "-c", f"side{len(self.branches)}")
            self.branches[f"side{len(self.branches)}"] = dict(self.model.notes)
            return
        branch = self.chance.choice([name for name in self.branches if name != now])
        self.git("switch", "-q", branch)
        for folder in (*FOLDERS, "Daily"):  # git takes away a folder with its last note
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self.model = Model(dict(self.branches[branch]))

    # -- all of it

    def run(self, seconds: float) -> None:
        """Lives for so long."""
        ways = {
            self.edit: 30,
            self.half: 4,
            self.tick: 14,
            self.hold: 2,
            self.log: 3,
            self.create: 4,
            self.delete: 3,
            self.move: 6,
            self.away_and_back: 2,
            self.daily: 4,
            self.pause: 12,
            self.stand_still: 2,
            self.end_watcher: 3,
        }
        until = time.monotonic() + seconds
        self._start()
        self.begin_git()
        while time.monotonic() < until:
            for way in self.chance.choices([*ways], [*ways.values()], k=self.chance.randrange(5, 40)):
                way()
                self.done[way.__name__] += 1
            self.settle_down()
            if self.chance.random() < 0.4:
                self.travel()
                self.done["travel"] += 1
        self.settle_down()
        self._end()


def difference(saved: str, found: str, words: list[str]) -> str:
    """'' if a note differs from what was saved in nothing but one entry for each of these words, in its
    place, and the date of the last contact, or the property that a command sets; else what else it is."""
    lines = found.splitlines(keepends=True)
    was = saved.splitlines()
    dates = []
    for word in words:
        is_property = word in COMMANDS.values()
        at = [i for i, line in enumerate(lines) if is_it(line, word, is_property)]
        old = sum(1 for line in was if is_it(line, word, is_property))
        if not is_property and len(at) == old and f"- {date.today()} {word}" in was:
            continue  # a second tick with the same words on the same day is the same contact
        if len(at) != (1 if is_property else old + 1):
            return f"{word!r} stands there {len(at)} times"
        if is_property:
            lines[at[0] : at[0] + 1] = [f"{line}\n" for line in was if is_it(line, word, True)]
        else:
            dates.append(lines.pop(at[0])[2:12])
    expected = saved
    if dates:
        expected = re.sub(
            "last_contact: (.*)", lambda m: f"last_contact: {max(m[1], *dates)}", saved, count=1
        )
    return "" if "".join(lines) == expected else "it has bytes that nobody put there, or lacks some"


def is_it(line: str, word: str, is_property: bool) -> bool:
    """True if a line is the entry of the log with these words, or that property."""
    if is_property:
        return line.startswith(word)
    found = _ENTRY.fullmatch(line.rstrip("\n"))
    return found is not None and found[2] == word


def main() -> int:
    """Runs the soak and prints what it did."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--settle", type=float, default=0.3)
    parser.add_argument("--keep", action="store_true", help="leave the vault where it is")
    words = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="vault-crm-soak-"))
    os.environ.update(private_environment(home))
    soak = Soak(home, words.seed, words.people, words.settle)
    begun = time.monotonic()
    try:
        soak.run(words.minutes * 60)
    except (Difference, AssertionError) as found:
        after = f"after {time.monotonic() - begun:.0f} s and {soak.quiet} quiet points"
        print(f"seed {words.seed}, {after}: {found}")
        print(f"the vault is in {home}; what was done: {dict(soak.done)}")
        return 1
    finally:
        if soak.watch is not None:
            soak.watch.close()
    if not words.keep:
        shutil.rmtree(home)
    memory = f"{min(soak.memory) // 1024} to {max(soak.memory) // 1024} MB" if soak.memory else "not measured"
    print(f"seed {words.seed}: {time.monotonic() - begun:.0f} s, {soak.quiet} quiet points, all equal")
    print(f"resident memory of the watchers at quiet points: {memory}")
    print(", ".join(f"{name} {count}" for name, count in sorted(soak.done.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
