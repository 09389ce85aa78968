"""Real events of the real file system: what editors, git and moved folders do rings; reading and litter do
not; and what watchdog keeps to itself is found out.

Events come in order. So whatever was to ring nothing is followed by a save of `after.md`: once that is heard
of, so was everything before it.
"""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from random import Random

import pytest

from vault_crm.serve.bell import Bell
from vault_crm.serve.events import CannotWatch
from vault_crm.serve.events import Events
from vault_crm.serve.observing import paths_of
from vault_crm.serve.relevance import relevant

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="made of Linux's events")
WATCHDOG_6 = version("watchdog").startswith("6.")
SOON = 20.0  # seconds after which an event that has not come will not come


class Ear:
    """Listens to a folder, and remembers which paths were asked about and which of them rang."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bell = Bell()
        self.events = Events(root, self.bell, self.relevant)
        self.heard: list[str] = []
        self.rang: list[str] = []
        self._more = threading.Condition()

    def relevant(self, path: str) -> bool:
        with self._more:
            self.heard.append(path)
            if rings := relevant(path):
                self.rang.append(path)
            self._more.notify_all()
        return rings

    def await_path(self, path: str) -> None:
        with self._more:
            assert self._more.wait_for(lambda: path in self.heard, SOON), f"no event of {path}"

    def settle(self) -> None:
        """Everything that happened so far has been heard."""
        (self.root / "after.md").write_text("", encoding="utf-8")
        self.await_path("after.md")
        (self.root / "after.md").unlink()
        with self._more:
            assert self._more.wait_for(lambda: self.heard.count("after.md") >= 3, SOON)
        while self.bell.wait(0):
            pass

    def forget(self) -> None:
        self.settle()
        self.heard.clear()
        self.rang.clear()

    def rang_up_to_now(self) -> list[str]:
        self.settle()
        return sorted(set(self.rang) - {"after.md"})


def new(path: Path, text: str = "x\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@contextlib.contextmanager
def listening(root: Path) -> Iterator[Ear]:
    ear = Ear(root)
    ear.events.start()
    try:
        yield ear
    finally:
        ear.events.stop()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = tmp_path / "vault"
    new(root / "People/Ada Example.md", "# Ada\n")
    new(root / "Daily/2026/2026-11-22.md")
    new(root / ".vault-crm/config.toml", "")
    new(root / ".obsidian/app.json", "{}")
    return root


@pytest.fixture
def ear(vault: Path) -> Iterator[Ear]:
    with listening(vault) as ear:
        yield ear


def test_a_save_in_place_rings(ear: Ear, vault: Path) -> None:
    new(vault / "People/Ada Example.md", "# Ada\n\nmore\n")
    assert ear.bell.wait(SOON)
    assert ear.rang_up_to_now() == ["People/Ada Example.md"]


def test_an_atomic_save_rings_for_the_note_and_not_for_the_temporary_file(ear: Ear, vault: Path) -> None:
    temporary = new(vault / "People/.Ada Example.md.1234.tmp")
    os.replace(temporary, vault / "People/Ada Example.md")
    assert ear.bell.wait(SOON)
    assert ear.rang_up_to_now() == ["People/Ada Example.md"]


@pytest.mark.skipif(not shutil.which("vim"), reason="vim is not installed")
@pytest.mark.parametrize("backupcopy", ["yes", "no", "auto"])
def test_vim_rings_for_the_note_only(ear: Ear, vault: Path, backupcopy: str) -> None:
    note = vault / "People/Ada Example.md"
    subprocess.run(
        [
            *("vim", "-Nu", "NONE", "-i", "NONE", "-es"),
            *("-c", f"set backupcopy={backupcopy} backupskip= writebackup swapfile"),
            *("-c", "normal Goa line", "-c", "w", "-c", "q", str(note)),
        ],
        stdin=subprocess.DEVNULL,
        timeout=30,
        check=True,
    )
    assert "a line" in note.read_text(encoding="utf-8")
    assert ear.bell.wait(SOON)
    assert ear.rang_up_to_now() == ["People/Ada Example.md"]
    assert any(".swp" in path for path in ear.heard)


def test_reading_rings_nothing(ear: Ear, vault: Path) -> None:
    ear.forget()
    for path in sorted(vault.rglob("*")):
        path.stat()
        if path.is_file():
            path.read_bytes()
        else:
            assert list(path.iterdir())
    ear.settle()
    assert set(ear.heard) == {"after.md"}


def test_litter_rings_nothing(ear: Ear, vault: Path) -> None:
    ear.forget()
    names = (
        *("4913", ".Ada Example.md.swp", "Ada Example.md~", "#Ada Example.md#", "sedXq2Ab1", "photo.png"),
        *(".syncthing.Ada Example.md.tmp", "~syncthing~Ada Example.md.tmp", ".goutputstream-7XQ2"),
        *(".Ada Example.md.vault-crm-tmp", ".Ada Example.md.kate-swp", "Ada Example.md.crdownload"),
    )
    for name in names:
        new(vault / "People" / name)
        (vault / "People" / name).unlink()
    os.symlink("ada@host.4711", vault / "People/.#Ada Example.md")
    for path in (".obsidian/workspace.json", ".trash/Old.md", ".stfolder/marker.md", ".git/ORIG_HEAD"):
        new(vault / path)
    assert set(ear.rang_up_to_now()) <= {".obsidian/", ".trash/", ".git/", ".stfolder/"}
    assert len(set(ear.heard)) > len(names)


def test_settings_templates_and_what_git_is_about_ring(ear: Ear, vault: Path) -> None:
    paths = [
        *(".git/HEAD", ".git/MERGE_HEAD", ".git/index", ".obsidian/app.json", ".obsidian/daily-notes.json"),
        *(".vault-crm/config.toml", ".vault-crm/templates/sections/05-mine.md.j2"),
    ]
    for path in paths:
        new(vault / path)
        ear.await_path(path)
    assert set(paths) <= set(ear.rang_up_to_now())


def test_a_chain_of_new_folders_with_content_rings_and_is_watched(ear: Ear, vault: Path) -> None:
    new(vault / "Work/Team/North/Bo Example.md")
    ear.await_path("Work/")
    assert ear.bell.wait(SOON)
    assert ear.events.suspicious
    ear.settle()
    assert ear.events.trouble() == ""
    ear.forget()
    new(vault / "Work/Team/North/Bo Example.md", "changed\n")
    ear.await_path("Work/Team/North/Bo Example.md")


def test_a_folder_that_comes_from_outside_goes_out_and_comes_again(ear: Ear, vault: Path) -> None:
    outside = new(vault.parent / "outside/Club/Cy Example.md").parent
    for _ in range(2):
        os.rename(outside, vault / "Club")
        ear.await_path("Club/")
        ear.settle()
        assert ear.events.trouble() == ""  # watchdog 6 does not watch what was moved in: mended here
        ear.forget()
        new(vault / "Club/Cy Example.md", "changed\n")
        ear.await_path("Club/Cy Example.md")
        ear.settle()
        os.rename(vault / "Club", outside)
        assert ear.bell.wait(SOON)
        ear.forget()


def test_a_folder_that_is_renamed_in_case_only(ear: Ear, vault: Path) -> None:
    os.rename(vault / "People", vault / "people")
    ear.await_path("people/")
    assert ear.bell.wait(SOON)
    ear.settle()
    assert ear.events.trouble() == ""
    ear.forget()
    new(vault / "people/Ada Example.md", "changed\n")
    ear.await_path("people/Ada Example.md")


def test_notes_that_are_linked_moved_out_or_deleted_ring(ear: Ear, vault: Path) -> None:
    note = vault / "People/Ada Example.md"
    os.link(note, vault / "People/Ada Two.md")
    ear.await_path("People/Ada Two.md")
    os.rename(note, vault.parent / "Ada Example.md")
    ear.await_path("People/Ada Example.md")
    ear.forget()
    (vault / "People/Ada Two.md").unlink()
    assert ear.rang_up_to_now() == ["People/Ada Two.md"]


def test_a_move_out_of_the_vault_delays_nothing(ear: Ear, vault: Path) -> None:
    """watchdog waits for the other half of a rename, by default half a second, and holds back all else."""
    began = time.monotonic()
    os.rename(vault / "People/Ada Example.md", vault.parent / "Ada Example.md")
    new(vault / "Daily/2026/2026-11-22.md", "changed\n")
    ear.await_path("Daily/2026/2026-11-22.md")
    assert time.monotonic() - began < 0.4


def test_a_root_that_is_removed_and_made_again(ear: Ear, vault: Path) -> None:
    shutil.rmtree(vault)
    assert ear.bell.wait(SOON)
    deadline = time.monotonic() + SOON
    while not (why := ear.events.trouble()):
        assert time.monotonic() < deadline
    assert why.endswith("is not there")
    new(vault / "People/Ada Example.md")
    rung = ear.bell.count
    assert ear.events.trouble() == ""
    assert ear.bell.count > rung
    ear.forget()
    new(vault / "People/Ada Example.md", "changed\n")
    ear.await_path("People/Ada Example.md")


def test_a_root_that_another_folder_takes_the_place_of(vault: Path, tmp_path: Path) -> None:
    with listening(vault) as ear:
        os.rename(vault, tmp_path / "before")
        new(vault / "People/Ada Example.md")
        assert ear.events.trouble() == ""
        assert ear.bell.wait(SOON)
        ear.forget()
        new(vault / "People/Ada Example.md", "changed\n")
        ear.await_path("People/Ada Example.md")
        assert ear.events.trouble() == ""


def test_a_vault_that_is_a_link_is_watched(vault: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(vault, target_is_directory=True)
    with listening(link) as ear:
        new(vault / "People/Ada Example.md", "changed\n")
        ear.await_path("People/Ada Example.md")
        assert ear.events.trouble() == ""


def test_links_to_folders_are_not_followed(vault: Path, tmp_path: Path) -> None:
    new(tmp_path / "elsewhere/Dan Example.md")
    (vault / "loop").symlink_to(vault, target_is_directory=True)
    (vault / "elsewhere").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with listening(vault) as ear:
        new(tmp_path / "elsewhere/Dan Example.md", "changed\n")
        ear.settle()
        assert set(ear.heard) == {"after.md"}
        assert ear.events.trouble() == ""


@pytest.mark.parametrize("which", ["Observer", "Emitter", "Inotify"])
def test_a_watching_thread_that_dies_rings_and_is_started_anew(
    ear: Ear, vault: Path, which: str, capfd: pytest.CaptureFixture[str]
) -> None:
    observation = ear.events._observation
    assert observation is not None
    names = [type(thread).__name__ for thread in observation.threads]
    assert len(names) == 3
    [thread] = [
        t for t in observation.threads if (which in type(t).__name__) and _is(which, type(t).__name__)
    ]
    thread.should_keep_running = _raise  # type: ignore[method-assign]
    new(vault / "People/Ada Example.md", "its loop goes round once more\n")
    thread.join(SOON)
    assert not thread.is_alive()
    assert ear.events.suspicious
    assert ear.bell.wait(SOON)
    assert ear.events.trouble() == ""
    assert not ear.events.suspicious
    ear.forget()
    new(vault / "People/Ada Example.md", "changed\n")
    ear.await_path("People/Ada Example.md")
    assert capfd.readouterr().err == ""


def _is(which: str, name: str) -> bool:
    return which != "Inotify" or name in ("InotifyFD", "InotifyBuffer")


def _raise() -> bool:
    raise OSError("gone")


def test_what_cannot_be_told_relevant_rings(vault: Path) -> None:
    """A handler that raises would end watchdog's thread for good."""
    bell, asked = Bell(), []

    def fail(path: str) -> bool:
        asked.append(path)
        raise ValueError("odd path")

    events = Events(vault, bell, fail)
    events.start()
    try:
        for text in ("one\n", "two\n"):
            new(vault / "People/Ada Example.md", text)
            assert bell.wait(SOON)
        assert len(asked) >= 2
        assert events.trouble() == ""
    finally:
        events.stop()


def test_names_that_are_not_utf_8_ring(ear: Ear, vault: Path) -> None:
    name = os.fsdecode(b"Ad\xe9.md")
    new(vault / "People" / name)
    ear.await_path(f"People/{name}")


def test_a_log_record_of_an_overflow_rings(ear: Ear, capfd: pytest.CaptureFixture[str]) -> None:
    log = logging.getLogger("watchdog.observers.inotify_c")
    log.error("something else")
    assert not ear.bell.wait(0)
    log.warning("Inotify queue overflowed; filesystem events were lost")
    assert ear.events.suspicious
    assert ear.bell.wait(SOON)
    assert capfd.readouterr().err == ""


def test_stopping_leaves_nothing_behind(vault: Path) -> None:
    threads, hook, files = set(threading.enumerate()), threading.excepthook, len(os.listdir("/proc/self/fd"))
    handlers = list(logging.getLogger("watchdog.observers").handlers)
    events = Events(vault, Bell())
    for _ in range(3):
        events.start()
        events.stop()
        events.stop()
    assert set(threading.enumerate()) == threads
    assert threading.excepthook == hook
    assert logging.getLogger("watchdog.observers").handlers == handlers
    assert len(os.listdir("/proc/self/fd")) == files


def test_a_folder_that_is_not_there_cannot_be_watched(tmp_path: Path) -> None:
    events = Events(tmp_path / "nowhere", Bell())
    threads, files = set(threading.enumerate()), len(os.listdir("/proc/self/fd"))
    for _ in range(5):
        with pytest.raises(CannotWatch, match="nowhere is not there"):
            events.start()
    assert set(threading.enumerate()) == threads
    assert len(os.listdir("/proc/self/fd")) == files
    events.stop()


@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
def test_a_checkout_of_two_thousand_notes_is_a_few_bursts(vault: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-C", str(vault), *words], check=True, capture_output=True, timeout=120)

    git("init", "-q", "-b", "main")
    git("config", "user.email", "ada@example.org")
    git("config", "user.name", "Ada Example")
    git("config", "gc.auto", "0")  # nothing works in the background
    for branch in ("main", "other"):
        if branch == "other":
            git("checkout", "-q", "-b", "other")
        for n in range(2000):
            new(vault / f"People/{n % 20}/Person {n}.md", f"# {branch} {n}\n")
        git("add", ".")
        git("commit", "-q", "-m", branch)
    with listening(vault) as ear:
        began = time.monotonic()
        done = threading.Thread(target=git, args=("checkout", "-q", "main"))
        done.start()
        answers = 0
        while done.is_alive() or len({p for p in ear.rang if p.startswith("People/")}) < 2000:
            answers += ear.bell.wait(SOON)
        while ear.bell.wait(0.3):
            answers += 1
        assert 1 <= answers <= 2 + (time.monotonic() - began)
        assert ".git/index" in ear.rang  # what git renames last
        assert ear.events.trouble() == ""


CHILD = """
import sys
from pathlib import Path
from vault_crm.serve.bell import Bell
from vault_crm.serve.events import CannotWatch, Events

bell = Bell()
events = Events(Path(sys.argv[1]), bell)
try:
    events.start()
except CannotWatch as error:
    print("cannot:", error.reason, "|", error.hint, flush=True)
    raise SystemExit
print("ready", flush=True)
for line in sys.stdin:
    if line == "wait\\n":
        print("rung" if bell.wait(20) else "quiet", events.suspicious, flush=True)
    elif line == "raise\\n":
        with open("/proc/sys/user/max_inotify_watches", "w") as limit:
            limit.write("1000")
        print("raised", flush=True)
    else:
        count = bell.count
        print(events.trouble() or "fine", "|", events.hint, "|", bell.count - count, flush=True)
"""


@contextlib.contextmanager
def child(root: Path, *before: str) -> Iterator[subprocess.Popen[str]]:
    command = [*before, sys.executable, "-c", CHILD, str(root)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as run:
        try:
            yield run
        finally:
            run.kill()


def ask(run: subprocess.Popen[str], line: str) -> str:
    assert run.stdin is not None
    run.stdin.write(line + "\n")
    return tell(run)


def tell(run: subprocess.Popen[str]) -> str:
    assert run.stdout is not None
    return run.stdout.readline().strip()


@pytest.mark.skipif(WATCHDOG_6, reason="watchdog 6 says nothing of an overflow: the heartbeat must do")
def test_an_overflow_of_the_kernels_queue_rings(vault: Path) -> None:
    """More happens than the queue takes while the reading process stands still, and nothing relevant."""
    import signal

    size = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text(encoding="ascii"))
    one, two = new(vault / "People/one.txt"), new(vault / "People/two.txt")
    with child(vault) as run:
        assert tell(run) == "ready"
        run.send_signal(signal.SIGSTOP)
        os.waitpid(run.pid, os.WUNTRACED)
        for _ in range(size // 2 + 100):
            one.open("ab").close()
            two.open("ab").close()
        run.send_signal(signal.SIGCONT)
        assert ask(run, "wait") == "rung True"
        assert ask(run, "trouble").startswith("fine")


def limited(watches: int) -> tuple[str, ...]:
    """The start of a command line that may watch so many folders; skips where that cannot be had."""
    script = 'echo "$0" > /proc/sys/user/max_inotify_watches && exec "$@"'
    command = ("unshare", "-Ur", "sh", "-c", script, str(watches))
    try:
        done = subprocess.run([*command, "true"], capture_output=True, timeout=30, check=False)
    except OSError:
        pytest.skip("unshare is not installed")
    if done.returncode:
        pytest.skip("a user namespace with limits of its own cannot be made here")
    return command


def test_the_limit_of_watches_is_told_and_how_to_raise_it(tmp_path: Path) -> None:
    for n in range(30):
        new(tmp_path / f"vault/People/{n}/Person {n}.md")
    with child(tmp_path / "vault", *limited(12)) as run:
        if WATCHDOG_6:
            first = tell(run)
            assert first.startswith("cannot: the system's limit of watched folders is reached | ")
            assert "sysctl user.max_inotify_watches=" in first
            return
        assert tell(run) == "ready"
        why, hint, rung = ask(run, "trouble").split(" | ")
        assert why == "only 12 of 32 folders are watched: the system's limit is reached"
        assert hint.startswith("`sudo sysctl user.max_inotify_watches=524288`")
        assert rung == "1"  # it tried to watch them all anew, and may have missed something
        assert ask(run, "trouble") == f"{why} | {hint} | 0"  # not tried again while nothing changed
        assert ask(run, "raise") == "raised"
        assert ask(run, "trouble") == "fine |  | 1"


def test_a_start_that_fails_at_the_limit_leaves_no_descriptor_open(tmp_path: Path) -> None:
    new(tmp_path / "vault/People/Ada Example.md")
    code = (
        "import os, sys; from pathlib import Path\n"
        "from vault_crm.serve.bell import Bell; from vault_crm.serve.events import *\n"
        "seen = []\n"
        "for _ in range(4):\n"
        "    try: Events(Path(sys.argv[1]), Bell()).start()\n"
        "    except CannotWatch: seen.append(len(os.listdir('/proc/self/fd')))\n"
        "print(len(seen), len(set(seen)))\n"
    )
    command = [*limited(0), sys.executable, "-c", code, str(tmp_path / "vault")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("4 1\n", "")


def test_after_a_start_that_failed_trouble_tries_again(tmp_path: Path) -> None:
    ear = Ear(tmp_path / "vault")
    with pytest.raises(CannotWatch):
        ear.events.start()
    assert ear.events.trouble().endswith("is not there")
    new(tmp_path / "vault/People/Ada Example.md")
    assert ear.events.trouble() == ""
    try:
        assert ear.bell.wait(SOON)
        new(tmp_path / "vault/People/Ada Example.md", "changed\n")
        ear.await_path("People/Ada Example.md")
        logging.getLogger("watchdog.observers.inotify_c").warning("Inotify queue overflowed")
        assert ear.events.suspicious
    finally:
        ear.events.stop()


def act(root: Path, random: Random, number: int) -> list[str]:
    """Does one of the things that people and programs do; the paths of which something must be heard."""
    notes = sorted(path for path in root.rglob("*.md") if "/." not in path.as_posix())
    folders = sorted(path for path in root.iterdir() if path.is_dir() and path.name[0] != ".")
    note, folder = random.choice(notes), random.choice(folders)
    target = note
    match random.choice(("place", "atomic", "vim", "new", "deep", "move", "delete", "rename")):
        case "place":
            note.write_text(f"{number}\n", encoding="utf-8")
        case "atomic":
            os.replace(new(note.with_name(f".{note.name}.tmp")), note)
        case "vim":
            backup = note.with_name(note.name + "~")
            os.rename(note, backup)
            new(note, f"{number}\n")
            backup.unlink()
        case "new":
            target = new(folder / f"Person {number}.md")
        case "deep":
            target = new(folder / f"a{number}/b{number}/Person {number}.md")
        case "move":
            target = folder / f"Moved {number}.md"
            os.rename(note, target)
        case "delete" if len(notes) > 3:
            note.unlink()
        case "rename":
            target = root / f"Folder {number}"
            os.rename(folder, target)
            return [f"{folder.name}/", f"{target.name}/"]
    return [target.relative_to(root).as_posix()]


def holding(path: str) -> set[str]:
    """A path and the folders that hold it."""
    parts = path.rstrip("/").split("/")
    return {path} | {"/".join(parts[:n]) + "/" for n in range(1, len(parts))}


@pytest.mark.parametrize("seed", range(6))
def test_nothing_of_a_long_and_mixed_day_is_missed(vault: Path, seed: int) -> None:
    random = Random(seed)
    for n in range(10):
        new(vault / f"Group {n % 3}/Person {n}.md")
    with listening(vault) as ear:
        expected = {path for n in range(150) for path in act(vault, random, n)}
        ear.settle()
        # A chain of folders that is renamed before watchdog saw it is heard of by its new name only.
        rang = set(ear.rang)
        assert [path for path in sorted(expected) if not rang.intersection(holding(path))] == []
        assert ear.events.trouble() == ""
        ear.forget()
        notes = sorted(path for path in vault.rglob("*.md"))
        for note in notes:
            new(note, "once more, under the names that everything has now\n")
        assert ear.rang_up_to_now() == sorted(note.relative_to(vault).as_posix() for note in notes)


@pytest.mark.parametrize(
    ("source", "target", "folder", "paths"),
    [
        ("/v/a.md", "", False, ["a.md"]),
        (b"/v/a.md", b"", False, ["a.md"]),
        ("/v/a", "/v/b", True, ["a/", "b/"]),
        ("/v", "", True, [""]),
        ("/real/v/a.md", "", False, ["a.md"]),
        ("/vv/a.md", "", False, []),
        ("/elsewhere/a.md", "/v/a.md", False, []),
    ],
)
def test_paths_of_an_event(source: str, target: str, folder: bool, paths: list[str]) -> None:
    assert paths_of(source, target, folder, ("/v", "/real/v")) == paths


@pytest.mark.parametrize(
    ("path", "rings"),
    [
        ("", True),
        ("People/Ada.md", True),
        ("People/Ada.MD", True),
        ("OVERDUE.md", True),
        ("People/", True),
        ("a.b/c.md", True),
        ("People/Ada.md.tmp", False),
        ("People/.hidden/Ada.md", False),
        (".trash/Ada.md", False),
        (".hidden.md", False),
        (".trash/", True),
        (".vault-crm/", True),
        (".vault-crm/config.toml", True),
        (".vault-crm/templates/", True),
        (".vault-crm/templates/OVERDUE.md.j2", True),
        (".vault-crm/templates/.OVERDUE.md.j2.swp", False),
        (".vault-crm/config.toml~", False),
        (".vault-crm/4913", False),
        (".git", True),
        (".git/", True),
        (".git/index.lock", True),
        (".git/HEAD", True),
        (".git/HEAD.lock", False),
        (".git/rebase-merge/", True),
        (".git/rebase-merge/done", False),
        (".git/objects/ab/", False),
        (".git/refs/heads/main", False),
        (".obsidian/app.json", True),
        (".obsidian/workspace.json", False),
        (".obsidian/plugins/periodic-notes/data.json", True),
        (".obsidian-mobile/app.json", True),
    ],
)
def test_what_is_relevant(path: str, rings: bool) -> None:
    assert relevant(path) is rings
