"""A vault kept in memory: what looks half-done is held as it was for a moment, and everything else is
believed."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from vault_crm.core.model import Vault
from vault_crm.core.settings import Settings
from vault_crm.store.cache import racy
from vault_crm.store.live import HOLD
from vault_crm.store.live import LiveVault
from vault_crm.store.load import index_path
from vault_crm.store.locks import open_lock
from vault_crm.store.locks import wait_for_lock
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store

VAULT = """
=== People/Ana.md
---
email: ana@example.org
last_contact: 2026-01-02
---
=== People/Ben.md
---
last_contact: 2026-01-03
---
Lives by the river.
=== Daily/2026-11-01.md
Lunch with [[Ana]].
"""
LATER = HOLD + 0.01
ANA, BEN, DAILY = "People/Ana.md", "People/Ben.md", "Daily/2026-11-01.md"


class Staying:
    """A process that stays, and its clock."""

    def __init__(self, root: Path) -> None:
        store = Store.open(root)
        self.root = store.root
        self.seconds = 100.0
        self.live = LiveVault(store.root, store.settings, lambda: self.seconds)

    def load(self, later: float = 0.0) -> Vault:
        self.seconds += later
        return self.live.load()

    def names(self, later: float = 0.0) -> list[str]:
        return [person.name for person in self.load(later).people]

    @property
    def held(self) -> set[str]:
        return set(self.live.last.held)


@pytest.fixture
def staying(vault: Callable[[str], Path]) -> Staying:
    staying = Staying(vault(VAULT))
    staying.load()
    return staying


def codes(vault: Vault) -> set[tuple[str, str]]:
    noted = [d for note in vault.notes.values() for d in note.diagnostics]
    return {(d.code, d.span.path) for d in (*vault.diagnostics, *noted)}


# -- what is held, and for how long


def make_absent(note: Path) -> None:
    note.unlink()


def make_empty(note: Path) -> None:
    note.write_text("")


def make_partial(note: Path) -> None:
    note.write_bytes(note.read_bytes()[:12])


def make_conflicted(note: Path) -> None:
    note.write_text("<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n")


@pytest.mark.parametrize("harm", [make_absent, make_empty, make_partial, make_conflicted])
def test_a_note_that_seems_harmed_is_as_it_was_for_a_moment(
    staying: Staying, harm: Callable[[Path], None]
) -> None:
    before = staying.load()
    harm(staying.root / ANA)
    for later in (0.0, HOLD / 2, HOLD / 2 - 0.01):
        assert staying.load(later) is before
        assert staying.held == {ANA}
        assert staying.live.save() is None
    after = staying.load(0.01)
    assert staying.held == set()
    assert staying.live.last.changed == {ANA}
    assert after.notes.get(ANA) != before.notes[ANA]
    assert after == Store.open(staying.root).load()


@pytest.mark.parametrize("harm", [make_absent, make_empty, make_partial, make_conflicted])
def test_one_that_is_well_again_was_never_harmed(staying: Staying, harm: Callable[[Path], None]) -> None:
    before = staying.load()
    raw = (staying.root / ANA).read_bytes()
    harm(staying.root / ANA)
    staying.load()
    staying.load(HOLD / 2)
    (staying.root / ANA).write_bytes(raw)
    assert staying.load() is before
    assert staying.held == set()
    make_absent(staying.root / ANA)
    assert staying.load(LATER / 2) is before  # the moment begins anew
    assert staying.held == {ANA}


def test_one_harm_after_the_other_is_one_moment(staying: Staying) -> None:
    for harm in (make_empty, make_conflicted, make_absent):
        harm(staying.root / ANA)
        staying.load(HOLD / 3)
        assert staying.held == {ANA}
    assert staying.names(HOLD / 2) == ["Ben"]


@pytest.mark.parametrize("folder", ["People", "Daily"])
def test_a_folder_that_is_moved_out_and_in_again_leaves_nothing_held(
    staying: Staying, home: Path, folder: str
) -> None:
    """Not a time stamp of the notes in it tells of the journey."""
    before = staying.load()
    (staying.root / folder).rename(home / "away")
    assert staying.load() is before
    assert staying.held
    (home / "away").rename(staying.root / folder)
    assert staying.load() is before
    assert staying.held == set()
    assert staying.live.save() is not None


def test_whoever_is_known_to_be_done_is_believed_at_once(staying: Staying) -> None:
    make_absent(staying.root / ANA)
    make_empty(staying.root / BEN)
    staying.live.believe_next = True
    assert staying.names() == ["Ben"]
    assert staying.held == set()
    assert not staying.live.believe_next


def test_the_first_look_believes_what_it_sees(vault: Callable[[str], Path]) -> None:
    staying = Staying(vault("=== People/Ana.md\n---\nlast_contact: [\n=== People/Ben.md\n"))
    assert staying.names() == ["Ana", "Ben"]
    assert staying.held == set()


def test_a_new_note_and_one_broken_before_are_not_held(staying: Staying) -> None:
    make_partial(staying.root / ANA)
    staying.load()
    staying.load(LATER)
    (staying.root / ANA).write_text("---\nstill: [\n")
    (staying.root / "People/Cleo.md").write_text("---\nbroken: [\n")
    assert staying.names() == ["Ana", "Ben", "Cleo"]
    assert staying.held == set()


# -- renames


@pytest.mark.parametrize("new", ["People/Anna.md", "People/ana.md", "Archive/Ana.md", BEN])
def test_a_rename_is_believed_at_once(staying: Staying, new: str) -> None:
    (staying.root / new).parent.mkdir(exist_ok=True)
    (staying.root / ANA).rename(staying.root / new)
    loaded = staying.load()
    assert staying.held == set()
    assert ANA not in loaded.notes
    assert loaded == Store.open(staying.root).load()


def test_a_folder_in_another_case_is_believed_at_once(staying: Staying) -> None:
    (staying.root / "People").rename(staying.root / "people")
    assert set(staying.load().notes) == {"people/Ana.md", "people/Ben.md", DAILY}
    assert staying.held == set()


def test_two_that_changed_their_names_are_believed_at_once(staying: Staying) -> None:
    ana, ben, temp = staying.root / ANA, staying.root / BEN, staying.root / ".temp"
    ana.rename(temp)
    ben.rename(ana)
    temp.rename(ben)
    assert staying.load() == Store.open(staying.root).load()
    assert staying.held == set()


# -- conflict copies


@pytest.fixture
def twin(staying: Staying) -> Path:
    path = staying.root / "People/Ana 2.md"
    shutil.copy(staying.root / ANA, path)
    assert staying.names() == ["Ana", "Ben"]
    assert ("conflict-copy", "People/Ana 2.md") in codes(staying.load())
    return path


@pytest.mark.parametrize("harm", [make_absent, make_empty])
def test_while_its_original_is_being_saved_a_copy_stays_one(
    staying: Staying, twin: Path, harm: Callable[[Path], None]
) -> None:
    before = staying.load()
    raw = (staying.root / ANA).read_bytes()
    harm(staying.root / ANA)
    assert staying.load(HOLD / 2) is before
    assert staying.held == {ANA, "People/Ana 2.md"}
    (staying.root / ANA).write_bytes(raw)
    assert staying.load() is before
    assert staying.held == set()


def test_a_copy_that_is_being_saved_is_nobody_new(staying: Staying, twin: Path) -> None:
    twin.write_text("")
    assert staying.names(HOLD / 2) == ["Ana", "Ben"]
    assert staying.names(LATER) == ["Ana", "Ana 2", "Ben"]
    assert staying.held == set()
    assert staying.load() == Store.open(staying.root).load()


def test_the_copy_that_is_left_becomes_a_person_in_a_moment(staying: Staying, twin: Path) -> None:
    (staying.root / ANA).unlink()
    assert staying.names() == ["Ana", "Ben"]
    assert staying.names(LATER) == ["Ana 2", "Ben"]
    assert staying.load() == Store.open(staying.root).load()


def test_somebody_who_turns_out_to_be_a_copy_goes_in_a_moment(staying: Staying) -> None:
    path = staying.root / "People/Ana 2.md"
    path.write_text("---\nemail: another@example.org\n---\n")
    assert staying.names() == ["Ana", "Ana 2", "Ben"]
    before = staying.load()
    path.write_text("---\nemail: ana@example.org\n---\n")
    assert staying.load() is before
    assert staying.names(LATER) == ["Ana", "Ben"]
    assert staying.load() == Store.open(staying.root).load()


# -- the same, and not the same


def test_nothing_new_is_the_very_same_vault(staying: Staying) -> None:
    before = staying.load()
    (staying.root / "Attachments").mkdir()
    (staying.root / "notes.txt").write_text("no note")
    os.utime(staying.root / BEN, ns=(10**18, 10**18))
    (staying.root / ANA).write_bytes((staying.root / ANA).read_bytes())
    assert staying.load(HOLD) is before
    assert staying.live.last.changed == frozenset()


def test_a_change_that_no_time_stamp_shows_is_seen_all_the_same(staying: Staying) -> None:
    """As where time stamps are coarse: of the same size, and in the same moment as the look before it."""
    note, index = staying.root / ANA, staying.live._index
    note.write_bytes(note.read_bytes().replace(b"2026-01-02", b"2026-01-07"))
    record = index.find(ANA)
    assert record is not None
    staying.live._prints[ANA] = fingerprint(note.stat())
    index.touch(ANA, record, fingerprint(note.stat()), record.seen)
    assert staying.load() == Store.open(staying.root).load()
    assert staying.live.last.changed == {ANA}


def test_a_change_leaves_all_other_people_as_they_were(staying: Staying) -> None:
    before = staying.load()
    (staying.root / BEN).write_text("---\nlast_contact: 2026-02-02\n---\nLives by the river.\n")
    after = staying.load()
    assert staying.live.last.changed == {BEN}
    assert after.by_path[ANA] is before.by_path[ANA]
    assert after.by_path[BEN] != before.by_path[BEN]


def test_a_file_that_is_odd_in_itself_is_told_at_once(staying: Staying) -> None:
    (staying.root / "People/Dan.md").symlink_to("nobody")
    assert ("unreadable-file", "People/Dan.md") in codes(staying.load())
    (staying.root / "People/Dan.md").unlink()
    assert ("unreadable-file", "People/Dan.md") not in codes(staying.load())


# -- the index


def test_what_was_saved_is_there_for_the_next(staying: Staying) -> None:
    identity = staying.live.save()
    assert identity is not None
    assert staying.live.save() == identity
    again = Staying(staying.root)
    assert again.load() == staying.load()
    assert again.live.save() is not None


def test_an_index_that_could_not_be_saved_has_no_identity(staying: Staying, home: Path) -> None:
    """An older one may still be there, and must not be taken for what is known now."""
    assert staying.live.save() is not None
    folder = index_path(staying.root).parent
    folder.rename(home / "kept")
    folder.write_text("in the way")
    (staying.root / BEN).write_text("---\nlast_contact: 2026-02-02\n---\nLives by the river.\n")
    staying.load()
    assert staying.live.save() is None
    folder.unlink()
    (home / "kept").rename(folder)
    saved = staying.live.save()
    assert saved is not None
    assert index_path(staying.root).stat().st_ino == saved[0]


def test_while_somebody_else_writes_the_index_it_is_left_alone(staying: Staying) -> None:
    assert staying.live.save() is not None
    index = index_path(staying.root)
    before = index.read_bytes()
    (staying.root / BEN).write_text("---\nlast_contact: 2026-02-02\n---\nLives by the river.\n")
    staying.load()
    lock = open_lock(index.with_name("lock"))
    assert wait_for_lock(lock, 0)
    assert staying.live.save() is None
    assert index.read_bytes() == before
    os.close(lock)
    assert staying.live.save() is not None
    assert index.read_bytes() != before


@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_an_index_that_somebody_else_removed_or_replaced_is_made_anew(staying: Staying, how: str) -> None:
    first = staying.live.save()
    index = index_path(staying.root)
    raw = index.read_bytes()
    index.unlink()
    if how == "replaced":
        index.write_bytes(b"of another version")
    second = staying.live.save()
    assert second is not None
    assert second != first
    assert index.read_bytes() == raw


def test_a_vault_with_a_note_that_cannot_be_read_is_not_vouched_for(staying: Staying) -> None:
    """Whether it can be read again, no event tells."""
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    (staying.root / BEN).chmod(0)
    staying.load()
    staying.load(LATER)
    assert staying.live.save() is None
    (staying.root / BEN).chmod(0o644)
    assert staying.names() == ["Ana", "Ben"]
    assert staying.live.save() is not None


def test_a_vault_on_two_disks_is_not_vouched_for(home: Path) -> None:
    devices = Path("/dev")
    others = [p for p in (devices / "shm", devices / "pts") if p.is_dir()]
    if not any(p.stat().st_dev != devices.stat().st_dev for p in others):
        pytest.skip("needs a folder with another mounted in it")
    live = LiveVault(devices, Settings(), lambda: 0.0)
    live.load()
    assert live.save() is None


# -- reading ahead


def is_read(stay: Staying, path: str) -> bool:
    return stay.live._index.has(path, fingerprint((stay.root / path).stat()))


def test_what_is_read_ahead_is_not_believed_yet(staying: Staying) -> None:
    before = staying.load()
    (staying.root / BEN).write_text("---\nlast_contact: 2026-05-05\n---\n")
    (staying.root / ANA).unlink()
    staying.live.read_ahead(1.0)
    assert is_read(staying, BEN)
    assert staying.live.last.held == set()
    assert before.by_path[BEN].text("last_contact") == "2026-01-03"
    assert staying.load().by_path[BEN].text("last_contact") == "2026-05-05"
    assert staying.held == {ANA}


def test_reading_ahead_ends_in_time(staying: Staying) -> None:
    for path in (ANA, BEN, DAILY):
        (staying.root / path).write_text("changed\n")
    staying.live.read_ahead(0)
    assert sum(is_read(staying, path) for path in (ANA, BEN, DAILY)) == 1


@pytest.mark.parametrize(
    ("ctime", "window"), [(1_700_000_000_123_456_789, 20_000_000), (1_700_000_000_120_000_000, 2_000_000_000)]
)
def test_how_long_a_file_is_not_believed(ctime: int, window: int) -> None:
    """Where the file system rounds its times, longer."""
    assert racy((ctime, ctime, 10, 1)) == window
