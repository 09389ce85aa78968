"""Nothing brings the watcher down, and nothing is lost when it is: signals, trouble on the disk, a second
watcher, and the command line beside it."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.serve.editing import SAVES
from tests.serve.editing import need
from tests.serve.editing import save_in_place
from tests.serve.watching import BOARD
from tests.serve.watching import FENCE
from tests.serve.watching import Watching
from tests.serve.watching import board_bytes
from tests.serve.watching import fresh_cache
from tests.serve.watching import fresh_render
from tests.serve.watching import listed
from tests.serve.watching import logged
from tests.serve.watching import make_people
from tests.serve.watching import person
from vault_crm.store.watching import clean_index

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals, and limits of a process, are POSIX's")

NAMES = (
    *("Ada Lund", "Ben Okafor", "Cleo Marsh", "Dora Petrov", "Emil Haas", "Fay Quinn", "Gus Ortiz"),
    *("Hana Sato", "Ivo Blanc", "Jan Kruse", "Kim Doyle", "Lea Vogt"),
)


@pytest.fixture
def root(home: Path) -> Path:
    return make_people(home / "notes", *NAMES)


@pytest.fixture
def watch(root: Path) -> Iterator[Watching]:
    with Watching(root, "--settle", "0") as watch:
        yield watch


def note(root: Path, name: str) -> Path:
    return root / "People" / f"{name}.md"


def tick(root: Path, name: str, words: str) -> None:
    """Ticks a person on the dashboard, if they stand there, in place."""
    lines = (root / BOARD).read_text(encoding="utf-8").splitlines(keepends=True)
    [at] = [i for i, line in enumerate(lines) if line.startswith(f"- [ ] [{name}](")]
    lines[at] = lines[at].replace("[ ]", "[x]", 1).rstrip("\n") + f" {words}\n"
    save_in_place(root / BOARD, "".join(lines))


# -- signals


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_when_it_is_told_to(root: Path, how: int) -> None:
    with Watching(root, "--settle", "0") as watch:
        save_in_place(note(root, "Ada Lund"), person("90 years"))
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"])
        assert watch.stop(how, seconds=5) == 0
        [stopped] = watch.since(0, "stopped")
        assert stopped["wrote"] >= 1
        assert watch.said == ""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_ends_while_it_starts(root: Path, how: int) -> None:
    """At whatever moment: no traceback, nothing half-written, nothing left lying about."""
    chance = random.Random(how)
    for _ in range(2):
        watch = Watching(root, "--settle", "0")
        try:
            watch.wait(chance.uniform(0.05, 0.6))
        except subprocess.TimeoutExpired:
            watch.stop(how, seconds=10)
        # Python's own start, before a line of ours, is not ours to end well.
        assert not re.search(r"in (run_command|invoke|command)$", watch.close(), re.MULTILINE)
        assert board_bytes(root) in (None, fresh_render(root))
    assert [path for path in root.rglob("*") if "tmp" in path.name] == []


def test_a_second_signal_does_not_break_the_first(root: Path) -> None:
    with Watching(root, "--settle", "0") as watch:
        for how in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGTERM):
            watch.process.send_signal(how)
        assert watch.wait(5) in (0, 130)  # asked twice by Ctrl-C, it ends at once
        assert "Traceback" not in watch.said


@pytest.mark.parametrize(("how", "seed"), [(signal.SIGKILL, 1), (signal.SIGKILL, 2), (signal.SIGTERM, 3)])
def test_it_is_ended_under_load_and_started_again(root: Path, how: int, seed: int) -> None:
    """Ticks and saves go on; whatever the moment, each tick is in its note exactly once in the end, every
    other byte is as it was saved, and the dashboard is what a rendering from scratch gives."""
    chance = random.Random(f"{how} {seed}")
    saved = dict.fromkeys(NAMES, person())
    to_tick = list(NAMES)
    first = Watching(root, "--once")
    assert first.wait() == 0
    first.close()
    ticked = {}
    for _ in range(3):
        watch = Watching(root, "--settle", "0")
        for _ in range(chance.randrange(1, 4)):
            name = chance.choice(NAMES)
            if name in to_tick and name in listed(root) and chance.random() < 0.6:
                to_tick.remove(name)
                ticked[name] = f"talked number {len(ticked)}"
                tick(root, name, ticked[name])
            elif name in to_tick:
                saved[name] = person(log=[f"2020-01-02 call: number {chance.randrange(1000)}"])
                chance.choice([*SAVES.values()])(note(root, name), saved[name])
            at = chance.randrange(1, 8)
            try:
                watch.until(lambda w=watch, n=at: w.mark() >= n, seconds=chance.uniform(0.1, 0.6))
            except AssertionError:
                continue  # that many events were not to be had: any moment will do
        watch.stop(how)
        assert "Traceback" not in watch.close()
    with Watching(root, "--settle", "0") as watch:
        watch.until(lambda: not any("[x]" in line for line in board_lines(root)), "all ticks taken")
        watch.await_true()
    for name in NAMES:
        text = note(root, name).read_text(encoding="utf-8")
        if name in ticked:
            assert logged(saved[name], text, ticked[name]), text
        else:
            assert text == saved[name]
    assert [path for path in root.rglob("*.vault-crm-tmp") if path.stat().st_size == 0] == []


def board_lines(root: Path) -> list[str]:
    return (root / BOARD).read_text(encoding="utf-8").splitlines()


def test_once_renders_and_ends(root: Path) -> None:
    watch = Watching(root, "--once")
    assert watch.wait() == 0
    assert "Traceback" not in watch.close()
    assert board_bytes(root) == fresh_render(root)
    assert set(listed(root)) == set(NAMES)


def test_a_stopped_watcher_does_not_make_others_believe_it(root: Path, watch: Watching) -> None:
    """Ctrl-Z: it holds its locks, but it no longer looks."""
    watch.until(lambda: clean_index(root), "an index that is vouched for")
    assert overdue(root) >= set(NAMES)
    watch.process.send_signal(signal.SIGTSTP)
    try:
        _, status = os.waitpid(watch.process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        save_in_place(note(root, "Ada Lund"), person("90 years"))
        assert "Ada Lund" not in overdue(root)
    finally:
        watch.process.send_signal(signal.SIGCONT)
    watch.until(lambda: "Ada Lund" not in listed(root), "the change seen")


# -- two of them


def test_a_second_watcher_leaves(root: Path, watch: Watching) -> None:
    second = Watching(root)
    assert second.wait() == 1
    said = second.close()
    assert "another watcher" in said
    assert str(watch.process.pid) in said
    assert "Traceback" not in said
    save_in_place(note(root, "Ada Lund"), person("90 years"))
    watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"])


def test_after_a_kill_the_next_one_may_start(root: Path) -> None:
    with Watching(root, "--settle", "0") as first:
        first.stop(signal.SIGKILL)
        with Watching(root, "--settle", "0") as second:
            second.fence()


def test_a_vault_by_another_name_is_the_same_vault(root: Path, watch: Watching) -> None:
    link = root.parent / "link"
    link.symlink_to(root)
    second = Watching(link)
    assert second.wait() == 1
    second.close()


# -- trouble


def troubles(watch: Watching, mark: int) -> list[str]:
    return [event["event"] for event in watch.since(mark, "problem", "waiting", "solved")]


def test_broken_settings_are_said_once_and_mended(root: Path, watch: Watching) -> None:
    """The last good settings hold meanwhile."""
    mark = watch.mark()
    settings = root / ".vault-crm/config.toml"
    settings.write_text("people = [\n", encoding="utf-8")
    problem = watch.await_event("problem", since=mark)
    assert "config.toml" in problem["why"]
    save_in_place(note(root, "Ada Lund"), person("90 years"))
    watch.never("problem", 0.7, watch.mark())
    settings.write_text("[dashboard]\nlimit = 3\n", encoding="utf-8")
    watch.await_event("solved", since=mark)
    watch.await_true()
    assert len(listed(root)) == 3
    assert troubles(watch, mark) == ["problem", "solved"]


def test_a_broken_template_is_said_once_and_the_last_good_dashboard_stays(
    root: Path, watch: Watching
) -> None:
    mark = watch.mark()
    before = board_bytes(root)
    own = root / ".vault-crm/templates"
    own.mkdir(parents=True)
    (own / "OVERDUE.md.j2").write_text("{% for x in %}", encoding="utf-8")
    problem = watch.await_event("problem", since=mark)
    assert "OVERDUE.md.j2" in problem["why"]
    save_in_place(note(root, "Ada Lund"), person("90 years"))
    watch.never("wrote", 0.7, mark)
    assert board_bytes(root) == before
    shutil.rmtree(own)
    watch.await_event("solved", since=mark)
    watch.until(lambda: "Ada Lund" not in listed(root), "the change")
    assert troubles(watch, mark) == ["problem", "solved"]


def test_a_full_disk(root: Path, watch: Watching) -> None:
    """Every write fails for a while: said once, nothing lost, and all is well when there is room again."""
    import resource

    mark = watch.mark()
    before = board_bytes(root)
    limits = resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    tick(root, "Ben Okafor", "over the fence")
    save_in_place(note(root, "Ada Lund"), person("90 years"))
    watch.await_event("problem", since=mark)
    save_in_place(note(root, "Cleo Marsh"), person("90 years"))
    watch.never("wrote", 0.7, mark)
    assert len(watch.since(mark, "problem")) == 1
    assert note(root, "Ben Okafor").read_text(encoding="utf-8") == person()
    assert (board_bytes(root) or b"").replace(b"[x]", b"[ ]").replace(b" over the fence", b"") == before
    resource.prlimit(watch.process.pid, resource.RLIMIT_FSIZE, limits)
    watch.fence()
    watch.until(lambda: not {"Ada Lund", "Ben Okafor", "Cleo Marsh"} & set(listed(root)), "catching up")
    assert logged(person(), note(root, "Ben Okafor").read_text(encoding="utf-8"), "over the fence")
    assert len(watch.since(mark, "solved")) == 1
    watch.await_true()


def test_something_else_lies_where_the_dashboard_should(root: Path, watch: Watching) -> None:
    """A folder, then a page that is not ours: neither is touched, and it is said once each."""
    mark = watch.mark()
    (root / BOARD).unlink()
    (root / BOARD).mkdir()
    watch.await_event("problem", since=mark)
    (root / BOARD).rmdir()
    (root / BOARD).write_text("my own page\n", encoding="utf-8")
    watch.await_event("problem", lambda e: "folder" not in e["why"], since=mark)
    watch.never("wrote", 0.7, mark)
    assert (root / BOARD).read_text(encoding="utf-8") == "my own page\n"
    (root / BOARD).unlink()
    watch.until(lambda: set(NAMES) <= set(listed(root)), "a dashboard again")
    watch.await_event("solved", since=mark)


def test_the_folder_of_the_dashboard_is_read_only(root: Path) -> None:
    """Nobody may write there: said once, and mended when they may."""
    (root / ".vault-crm/config.toml").write_text('[dashboard]\nfile = "Boards/list.md"\n', encoding="utf-8")
    boards = root / "Boards"
    boards.mkdir()
    # Root may write everywhere; without this capability it is like everybody else.
    meek = () if os.geteuid() else (need("setpriv"), "--bounding-set=-dac_override", "--")
    with Watching(root, "--settle", "0", through=meek) as watch:
        mark = watch.mark()
        boards.chmod(0o555)
        save_in_place(note(root, "Ada Lund"), person("90 years"))
        watch.await_event("problem", since=mark)
        save_in_place(note(root, "Ben Okafor"), person("90 years"))
        watch.never("problem", 0.7, watch.mark())
        assert "Ada Lund" in listed(root, "Boards/list.md")
        boards.chmod(0o755)
        save_in_place(note(root, "Cleo Marsh"), person("90 years"))
        watch.until(lambda: len(listed(root, "Boards/list.md")) == len(NAMES) - 3, "catching up")
        watch.await_event("solved", since=mark)


def test_a_note_that_may_not_be_read_hides_nobody(root: Path, watch: Watching) -> None:
    """A link to nothing, and a folder in a note's place."""
    mark = watch.mark()
    (root / "People/Olga Weiss.md").symlink_to("/nowhere/at/all.md")
    (root / "People/Pia Holm.md").mkdir()
    (root / "People/round.md").symlink_to("round.md")
    os.mkfifo(root / "People/pipe.md")
    watch.fence()
    assert set(NAMES) <= set(listed(root))
    assert troubles(watch, mark) == []
    watch.await_true()


# -- the vault goes and comes


def test_a_vault_that_goes_away_and_comes_back(root: Path, watch: Watching) -> None:
    mark = watch.mark()
    away = root.parent / "away"
    before = board_bytes(root)
    root.rename(away)
    watch.await_event("problem", since=mark)
    watch.never("wrote", 0.7, mark)
    assert not root.exists()
    assert board_bytes(away) == before
    save_in_place(away / "People/Ada Lund.md", person("90 years"))
    away.rename(root)
    watch.await_event("solved", since=mark, seconds=10)
    watch.until(lambda: "Ada Lund" not in listed(root), "what changed meanwhile", seconds=10)
    assert all(set(e["went"]) <= {"Ada Lund"} for e in watch.since(mark, "wrote"))
    watch.fence()  # and its events are heard again
    assert troubles(watch, mark) == ["problem", "solved"]


def test_an_empty_folder_in_the_vaults_place_is_not_the_vault(root: Path, watch: Watching) -> None:
    """Where something was mounted an empty folder is left. Nothing is written into it."""
    mark = watch.mark()
    away = root.parent / "away"
    root.rename(away)
    root.mkdir()
    watch.never("wrote", 2.0, mark)
    assert list(root.iterdir()) == []
    root.rmdir()
    away.rename(root)
    watch.fence()
    assert set(NAMES) <= set(listed(root))
    assert names(watch.since(mark, "wrote"), "went") <= {"Zz Fence"}


def names(events: list[dict[str, list[str]]], key: str) -> set[str]:
    return {name for event in events for name in event[key]}


def test_more_than_a_fifth_vanish_and_come_back(root: Path, watch: Watching) -> None:
    """Half unmounted: the old dashboard stays for now."""
    mark = watch.mark()
    away = root.parent / "away"
    away.mkdir()
    for name in NAMES[:6]:
        note(root, name).rename(away / f"{name}.md")
    save_in_place(note(root, "Lea Vogt"), person("90 years"))
    watch.await_event("waiting", since=mark, seconds=10)
    assert all(set(NAMES[:6]) <= set(event["listed"]) for event in watch.since(mark, "wrote"))
    assert set(NAMES[:6]) <= set(listed(root))
    for name in NAMES[:6]:
        (away / f"{name}.md").rename(note(root, name))
    watch.until(lambda: "Lea Vogt" not in listed(root), "what did change")
    watch.await_event("solved", since=mark)
    assert names(watch.since(mark, "wrote"), "went") <= {"Lea Vogt"}
    watch.await_true()


# -- the command line beside it


def overdue(root: Path) -> set[str]:
    """Who is overdue, as a process of its own says."""
    words = [sys.executable, "-m", "vault_crm", "-C", str(root), "overdue", "--json"]
    done = subprocess.run(words, capture_output=True, check=True, timeout=60)
    return {person["name"] for person in json.loads(done.stdout)["people"]}


def overdue_here(root: Path) -> set[str]:
    run = Cli()("-C", str(root), "overdue", "--json")
    assert run.code == 0, run.stderr
    return {person["name"] for person in json.loads(run.stdout)["people"]}


@pytest.mark.parametrize("how", ["in place", "vim-like", "temporary + rename"])
def test_what_the_command_line_says_is_never_stale(root: Path, watch: Watching, how: str) -> None:
    """Right after each of a few saves, whether or not the watcher has seen it."""
    for number in range(8 if how == "in place" else 4):
        gone = number % 2 == 0
        watch.until(lambda: clean_index(root), "an index that is vouched for")
        SAVES[how](note(root, "Ada Lund"), person("90 years" if gone else "2 weeks"))
        assert ("Ada Lund" in overdue(root)) is not gone, number
        watch.until(lambda g=gone: ("Ada Lund" in listed(root)) is not g, "the change seen")
    watch.await_true()


def test_what_the_command_line_says_is_not_stale_while_a_burst_is_gathered(
    root: Path, watch: Watching
) -> None:
    """The watcher waits for the end of a burst before it looks; until then nobody believes its index."""
    fence, over = root / FENCE, threading.Event()

    def go_on() -> None:
        while not over.wait(0.03):
            save_in_place(fence, person("90 years"))

    watch.until(lambda: clean_index(root), "an index that is vouched for")
    burst = threading.Thread(target=go_on)
    save_in_place(note(root, "Ada Lund"), person("90 years"))
    burst.start()
    try:
        assert "Ada Lund" not in overdue(root)
    finally:
        over.set()
        burst.join()


def test_the_command_line_believes_the_watchers_index(root: Path, watch: Watching) -> None:
    """And says the same as without it, also about what is odd."""
    save_in_place(note(root, "Ada Lund"), "---\ncadence: [\n---\n")
    (root / "People/gone.md").symlink_to("/nowhere/at/all.md")
    watch.fence()
    watch.until(lambda: clean_index(root), "an index that is vouched for")
    for words in ("overdue --json", "check --json", "list --json"):
        beside = Cli()("-C", str(root), *words.split())
        with fresh_cache():
            alone = Cli()("-C", str(root), *words.split())
        assert (beside.stdout, beside.code) == (alone.stdout, alone.code)


def test_log_beside_the_watcher(root: Path, watch: Watching) -> None:
    """The note is written once, and the watcher brings the dashboard up to date."""
    for number, name in enumerate(NAMES):
        run = Cli()("-C", str(root), "log", name, "-m", f"tea number {number}")
        assert run.code == 0, run.stderr
        assert logged(person(), note(root, name).read_text(encoding="utf-8"), f"tea number {number}")
    watch.until(lambda: not set(NAMES) & set(listed(root)), "nobody listed")
    watch.await_true()
    assert watch.since(0, "filed") == []


def test_ticks_and_the_command_line_at_the_same_time(root: Path, watch: Watching) -> None:
    """No tick is lost, none is filed twice, though both sides write notes and one may write the dashboard."""
    for name, other in zip(NAMES[::2], NAMES[1::2], strict=True):
        tick(root, name, f"ticked {name}")
        run = Cli()("-C", str(root), "log", other, "-m", f"logged {other}")
        assert run.code == 0, run.stderr
        watch.until(lambda n=name: n not in listed(root), f"{name} filed")
    watch.until(lambda: not set(NAMES) & set(listed(root)), "nobody listed")
    for name, other in zip(NAMES[::2], NAMES[1::2], strict=True):
        assert logged(person(), note(root, name).read_text(encoding="utf-8"), f"ticked {name}")
        assert logged(person(), note(root, other).read_text(encoding="utf-8"), f"logged {other}")


def test_render_beside_a_watcher_that_settles(root: Path) -> None:
    """`render` takes ticks at once; the watcher that waits does not take them again."""
    with Watching(root, "--settle", "1") as watch:
        tick(root, "Ada Lund", "by hand")
        run = Cli()("-C", str(root), "render")
        assert run.code == 0, run.stderr
        watch.fence()
        watch.never("filed", 1.2, 0)
        assert logged(person(), note(root, "Ada Lund").read_text(encoding="utf-8"), "by hand")
        watch.await_true()


def test_undo_beside_the_watcher(root: Path, watch: Watching) -> None:
    """A tick that was taken by mistake is taken back, and is not taken again."""
    tick(root, "Ada Lund", "by mistake")
    watch.await_event("filed")
    watch.until(lambda: "Ada Lund" not in listed(root), "filed")
    run = Cli()("-C", str(root), "undo")
    assert run.code == 0, run.stderr
    watch.until(lambda: "Ada Lund" in listed(root), "back on the list")
    watch.fence()
    assert note(root, "Ada Lund").read_text(encoding="utf-8") == person()
    assert len(watch.since(0, "filed")) == 1
