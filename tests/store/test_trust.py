"""Commands beside a living watcher: where it vouches for the index the vault is not walked, and what they say
is what they would say after a walk. The watcher here is another process, whose locks are real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.serve.watching import Watching
from tests.store.beside import Beside
from vault_crm.core.model import Vault
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.verify import Allowed
from vault_crm.serve.polling import why_poll
from vault_crm.store.cache import Index
from vault_crm.store.cache import cache_key
from vault_crm.store.load import index_path
from vault_crm.store.load import load_vault
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store
from vault_crm.store.watching import Identity
from vault_crm.store.watching import clean_index

pytestmark = pytest.mark.skipif(os.name == "nt", reason="locks cannot be asked about there")

VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
last_contact: 2026-01-02
---
=== People/Ben.md
---
cadence: monthly
last_contact: 2026-01-03
---
=== Daily/2026-01-20.md
Lunch with [[Ana]].
"""
ANA = "People/Ana.md"
DEADLINE = 20.0  # seconds

_WATCHED: list[tuple[str, list[str]]] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if _WATCHED and event in ("open", "os.scandir", "os.listdir") and isinstance(arguments[0], str | Path):
        top, seen = _WATCHED[-1]
        path = os.fspath(arguments[0])
        if path.startswith(top) and not path.startswith(os.path.join(top, ".")):
            seen.append(path)


sys.addaudithook(_hear)


@contextmanager
def opened_below(root: Path) -> Iterator[list[str]]:
    """The notes and folders that are opened meanwhile, settings aside."""
    seen: list[str] = []
    _WATCHED.append((os.path.join(root.resolve(), ""), seen))
    try:
        yield seen
    finally:
        _WATCHED.pop()


@pytest.fixture
def root(vault: Callable[[str], Path]) -> Path:
    return vault(VAULT)


@pytest.fixture
def other(root: Path) -> Iterator[Beside]:
    """A watcher that has looked, and vouches."""
    with Beside(root) as process:
        assert process("begin") == "begun"
        assert process("look") == "True"
        yield process


def await_true(ask: Callable[[], object]) -> None:
    until = time.monotonic() + DEADLINE
    while not ask():
        assert time.monotonic() < until


def from_scratch(store: Store) -> Vault:
    """The vault without any index."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setenv("XDG_CACHE_HOME", folder)
        return load_vault(store.root, store.settings)


def trusts(root: Path) -> bool:
    """Whether a load asks the disk for nothing but time stamps; what it says is the same in any case."""
    store = Store.open(root)
    with opened_below(root) as seen:
        loaded = store.load()
    assert loaded == from_scratch(store)
    return not seen


def edit_in_place(note: Path, old: str, new: str) -> None:
    """As no folder's time stamp shows."""
    assert len(old) == len(new)
    with note.open("r+b") as file:
        raw = file.read()
        file.seek(raw.index(old.encode()))
        file.write(new.encode())


def contact(root: Path, path: str = ANA) -> str:
    """The date in a note, as a command that begins now sees it."""
    [found] = [p.value for p in Store.open(root).load().notes[path].properties if p.key == "last_contact"]
    return str(found)


# -- when there is trust, and when there is none


def test_beside_a_watcher_that_vouches_nothing_is_looked_at(root: Path, other: Beside) -> None:
    assert trusts(root)
    edit_in_place(root / ANA, "2026-01-02", "2026-01-07")  # no event reaches this watcher
    assert contact(root) == "2026-01-02"
    assert other("dirty") == "dirty"
    assert contact(root) == "2026-01-07"
    assert not trusts(root)
    assert other("look") == "True"
    assert trusts(root)
    assert contact(root) == "2026-01-07"


def test_without_a_watcher_everything_is_looked_at(root: Path) -> None:
    assert not trusts(root)
    assert not trusts(root)


def test_a_killed_watcher_vouches_for_nothing(root: Path, other: Beside) -> None:
    other.kill()
    assert not trusts(root)


def replace_the_index(root: Path) -> None:
    path = index_path(root)
    copy = path.with_name("copy")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)


def save_the_index_again(root: Path) -> None:
    store = Store.open(root)
    index = Index(index_path(store.root), cache_key(store.settings))
    index.drop(ANA)
    index.save(index.survey)


def new_note(root: Path) -> None:
    (root / "People/Cleo.md").write_text("---\ncadence: monthly\n---\n")


def removed_note(root: Path) -> None:
    (root / ANA).unlink()


def atomic_save(root: Path) -> None:
    temp = root / "People/.temp"
    temp.write_text("---\nlast_contact: 2026-01-09\n---\n")
    temp.replace(root / ANA)


def new_folder(root: Path) -> None:
    (root / "Friends").mkdir()


def moved_folder(root: Path) -> None:
    (root / "People").rename(root / "Humans")


def moved_folder_within(root: Path) -> None:
    (root / "Archive").mkdir()
    (root / "Daily").rename(root / "Archive/Daily")


def closed_folder(root: Path) -> None:
    """Nothing came or went, but other people may look into it."""
    (root / "People").chmod(0o750)


def other_settings(root: Path) -> None:
    (root / ".vault-crm/config.toml").write_text('[templates]\nfolders = ["Daily"]\n')


@pytest.mark.parametrize("change", [
    replace_the_index, save_the_index_again, new_note, removed_note, atomic_save, new_folder, moved_folder,
    moved_folder_within, closed_folder, other_settings,
])  # fmt: skip
def test_where_anything_differs_it_is_looked_at(
    root: Path, other: Beside, change: Callable[[Path], None]
) -> None:
    change(root)
    assert not trusts(root)


def test_a_moved_folder_and_back_is_looked_at_until_the_watcher_has_looked(root: Path, other: Beside) -> None:
    moved_folder(root)
    (root / "Humans").rename(root / "People")
    assert not trusts(root)
    assert other("look") == "True"
    assert trusts(root)


# -- notes under more than one name: what is written under the other one rings nothing here


@pytest.fixture
def shared(vault: Callable[[str], Path], request: pytest.FixtureRequest) -> tuple[Path, Path]:
    """A vault with a note that has another name, and the file behind it."""
    settings = '=== .vault-crm/config.toml\n[templates]\nfolders = ["Unread"]\n'
    root = vault(VAULT + settings)
    behind = root / (".hidden/somewhere" if request.param == "hard" else "Unread/Dan.md")
    behind.parent.mkdir()
    behind.write_text("---\nlast_contact: 2026-01-04\n---\n")
    if request.param == "hard":
        os.link(behind, root / "People/Dan.md")
    else:
        (root / "People/Dan.md").symlink_to("../Unread/Dan.md")
    return root, behind


@pytest.mark.parametrize("shared", ["hard", "symbolic"], indirect=True)
def test_a_note_that_changes_under_another_name_is_looked_at(shared: tuple[Path, Path]) -> None:
    root, behind = shared
    with Beside(root) as other:
        other("begin")
        assert other("look") == "True"
        edit_in_place(behind, "2026-01-04", "2026-01-08")
        assert contact(root, "People/Dan.md") == "2026-01-08"
        assert not trusts(root)


def saved_when_old(root: Path) -> Identity:
    """The index as if it had been saved ten seconds later."""
    store = Store.open(root)
    index = Index(index_path(store.root), cache_key(store.settings))
    for path in index.all_notes():
        record = index.find(path)
        assert record is not None
        index.touch(path, record, record.print, record.seen + 10**10)
    assert index.survey is not None
    assert index.save(index.survey)
    assert index.identity is not None
    return index.identity


@pytest.mark.parametrize("shared", ["hard", "symbolic"], indirect=True)
def test_where_its_time_stamps_are_old_it_is_believed(shared: tuple[Path, Path]) -> None:
    root, behind = shared
    with Beside(root) as other:
        other("begin")
        assert other("look") == "True"
        assert other("vouch", *saved_when_old(root)) == "True"
        assert trusts(root)
        edit_in_place(behind, "2026-01-04", "2026-01-08")
        assert contact(root, "People/Dan.md") == "2026-01-08"
        assert not trusts(root)


@pytest.mark.parametrize("shared", ["hard", "symbolic"], indirect=True)
def test_where_they_are_young_they_are_not_believed(shared: tuple[Path, Path]) -> None:
    """As where time stamps are coarse: they are the same before and after a change."""
    root, behind = shared
    with Beside(root) as other:
        other("begin")
        assert other("look") == "True"
        edit_in_place(behind, "2026-01-04", "2026-01-08")
        now = fingerprint(behind.stat())
        store = Store.open(root)
        index = Index(index_path(store.root), cache_key(store.settings))
        record, survey = index.find("People/Dan.md"), index.survey
        assert record is not None
        assert survey is not None
        index.touch("People/Dan.md", record, now, record.seen)
        assert index.save(survey._replace(shared={"People/Dan.md": now}))
        assert index.identity is not None
        assert other("vouch", *index.identity) == "True"
        assert contact(root, "People/Dan.md") == "2026-01-08"


def test_a_link_that_leads_to_nothing_and_then_to_something(root: Path) -> None:
    (root / "People/Dan.md").symlink_to("../.hidden")
    with Beside(root) as other:
        other("begin")
        assert other("look") == "True"
        assert trusts(root)
        (root / ".hidden").write_text("---\nlast_contact: 2026-01-08\n---\n")
        assert not trusts(root)


# -- who writes the index


def test_the_index_is_left_to_the_watcher(root: Path, other: Beside) -> None:
    before = index_path(root).read_bytes()
    new_note(root)
    edit_in_place(root / ANA, "2026-01-02", "2026-01-07")
    assert not trusts(root)
    other("dirty")
    assert not trusts(root)
    assert index_path(root).read_bytes() == before
    other.kill()
    assert not trusts(root)
    assert index_path(root).read_bytes() != before


def test_one_of_another_version_is_replaced_and_the_watcher_makes_its_own_again(
    root: Path, other: Beside
) -> None:
    before = index_path(root).read_bytes()
    config = root / ".vault-crm/config.toml"
    config.write_text("[evidence]\nplain_names = true\n")
    assert not trusts(root)
    assert index_path(root).read_bytes() != before
    config.unlink()
    assert other("look") == "True"
    assert trusts(root)


def test_after_a_full_disk_an_older_index_is_not_vouched_for(root: Path, other: Beside) -> None:
    other("full")
    edit_in_place(root / ANA, "2026-01-02", "2026-01-07")
    other("dirty")
    assert other("look") == "not saved"
    assert clean_index(root) is None
    assert contact(root) == "2026-01-07"


_SAVER = """
import os, sys
from pathlib import Path
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store
from vault_crm.store.watching import Identity
from vault_crm.store.load import load_vault
root, name = Path(sys.argv[1]), sys.argv[2]
for number in range(40):
    (root / "People" / f"{name}.md").write_text(f"---\\nlast_contact: 2026-01-{number % 28 + 1:02}\\n---\\n")
    store = Store.open(root)
    load_vault(store.root, store.settings)
"""


def test_many_that_save_the_index_at_once_never_harm_it(root: Path) -> None:
    store = Store.open(root)
    load_vault(store.root, store.settings)
    path, key = index_path(store.root), cache_key(store.settings)
    savers = [
        subprocess.Popen([sys.executable, "-c", _SAVER, str(root), name]) for name in ("Kim", "Lou", "Max")
    ]
    looks = 0
    while any(saver.poll() is None for saver in savers):
        index = Index(path, key)
        assert index.identity is not None
        assert ANA in index
        looks += 1
    assert [saver.returncode for saver in savers] == [0, 0, 0]
    assert looks > 10
    assert load_vault(store.root, store.settings) == from_scratch(store)
    assert sorted(file.name for file in path.parent.iterdir()) == ["index", "lock"]


# -- changes of our own


def test_what_a_process_changed_itself_is_never_hidden_from_it(root: Path, other: Beside) -> None:
    store = Store.open(root)
    with opened_below(root) as seen:
        store.load()
    assert not seen
    base = store.read(ANA)
    change = FileChange(ANA, base, base.replace(b"2026-01-02", b"2026-01-07"), Allowed(anything=True))
    store.apply(Plan("another day", (change,)))
    assert store.load() == from_scratch(store)
    assert other.process.poll() is None


def test_what_is_forgotten_is_looked_at(root: Path, other: Beside) -> None:
    store = Store.open(root)
    assert store.load() == from_scratch(store)
    edit_in_place(root / ANA, "2026-01-02", "2026-01-07")
    store.forget()
    assert store.load() == from_scratch(store)


def test_nor_from_the_command_after_it(root: Path, other: Beside) -> None:
    """A date over a date is written in place, of which no folder tells; the event may be late."""
    inode = (root / ANA).stat().st_ino
    store = Store.open(root)
    base = store.read(ANA)
    change = FileChange(ANA, base, base.replace(b"2026-01-02", b"2026-01-07"), Allowed(anything=True))
    store.apply(Plan("another day", (change,)))
    assert clean_index(root) is None
    assert contact(root) == "2026-01-07"
    assert not trusts(root)
    assert other("look") == "True"
    assert trusts(root)
    assert (root / ANA).stat().st_ino == inode or sys.platform != "linux"


COMMANDS = ["overdue", "overdue --json", "list", "check", "why ana", "show ben", "triage --help", ""]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_prints_the_same_with_trust_and_without(
    root: Path, other: Beside, cli: Cli, words: str
) -> None:
    new_note(root)
    (root / "People/Eve.md").write_text("---\ncadence: every blue moon\nbroken: [\n")
    (root / "People/Ana 2.md").write_bytes((root / ANA).read_bytes())
    (root / "People/Fay.md").symlink_to("nobody")
    assert other("look") == "True"
    with opened_below(root) as seen:
        trusting = cli(*words.split(), "--today", "2026-03-01")
    opened = {Path(path).name for path in seen if "/People/" in path}
    # the home screen reads the one note with an error in it, to say what is wrong there, and so does a list
    # of everybody
    assert opened <= ({"Eve.md"} if words in ("", "list") else set()) or words.startswith(("check", "show"))
    other.kill()
    with opened_below(root) as seen:
        looking = cli(*words.split(), "--today", "2026-03-01")
    assert words == "triage --help" or any("/People" in path for path in seen)
    assert (trusting.stdout, trusting.stderr, trusting.code) == (looking.stdout, looking.stderr, looking.code)


# -- a whole watcher


@pytest.mark.skipif(
    sys.platform != "linux", reason="whether a watcher vouches depends on the system's events"
)
def test_a_real_watcher_vouches_until_something_happens(root: Path, home: Path) -> None:
    if why_poll(root):
        pytest.skip("the file system here tells of no events")
    with Watching(root, "--settle", "0") as watch:
        watch.await_event("looked", lambda event: event["clean"])
        await_true(lambda: trusts(root))
        for day in ("2026-01-07", "2026-01-08", "2026-01-09"):
            before, mark = contact(root), watch.mark()
            edit_in_place(root / ANA, before, day)
            await_true(lambda before=before: contact(root) != before)
            assert contact(root) == day
            watch.await_event("looked", lambda event: event["clean"], since=mark)
            await_true(lambda: trusts(root))
        watch.stop(signal.SIGKILL)
        assert not trusts(root)
