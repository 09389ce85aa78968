"""A look at a vault beside its roster: whatever changes is noticed, and what has not changed is not read."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.store.beside import Beside
from tests.store.rosters import TODAY
from tests.store.rosters import expected
from tests.store.rosters import found
from tests.store.rosters import keep
from tests.store.rosters import kept
from tests.store.rosters import let_time_pass
from tests.store.rosters import old_vault
from tests.store.rosters import tick
from tests.store.test_trust import edit_in_place
from tests.store.test_trust import opened_below
from vault_crm.core.rows import LAST
from vault_crm.core.rows import STATUS
from vault_crm.store.glance import glance
from vault_crm.store.glance import roster_path
from vault_crm.store.load import load_vault
from vault_crm.store.packed import Packed
from vault_crm.store.packed import open_packed
from vault_crm.store.rosterfile import save_roster
from vault_crm.store.scan import fingerprint
from vault_crm.store.scan import scan
from vault_crm.store.store import Store
from vault_crm.store.watching import doubt_index

pytestmark = pytest.mark.skipif(os.name == "nt", reason="there every look is a walk")

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
=== People/Old/Eve.md
---
cadence: monthly
---
=== Daily/2026-01-01.md
Lunch with [[Ana]].
=== Templates/Person.md
---
cadence: monthly
last_contact: 2026-01-06
---
=== .obsidian/core-plugins.json
["templates"]
=== .obsidian/templates.json
{"folder": "Templates"}
"""
ANA = "People/Ana.md"
NEW = "---\ncadence: monthly\nlast_contact: 2026-01-05\n---\n"


@pytest.fixture
def root(vault: Callable[[str], Path]) -> Path:
    """A vault that was looked at a while ago."""
    return old_vault(vault(VAULT))


def put_back(note: Path, before: os.stat_result) -> None:
    os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))


def ana(root: Path) -> str:
    """The last contact with Ana, as a command that begins now sees it."""
    from datetime import date

    return str(date.fromordinal(found(root)[ANA][LAST]))


def test_where_nothing_has_changed_nothing_is_opened(root: Path) -> None:
    with opened_below(root) as seen:
        assert found(root)[ANA][STATUS] == "long-overdue"
    assert seen == []


def test_nor_on_the_next_day(root: Path) -> None:
    tomorrow = TODAY.replace(day=2)
    with opened_below(root) as seen:
        rows = found(root, tomorrow)
    assert seen == []
    assert rows == expected(root, tomorrow)


def test_a_changed_note_is_opened_and_no_other(root: Path) -> None:
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")
    with opened_below(root) as seen:
        assert ana(root) == "2026-02-27"
    assert set(seen) == {str(root / ANA)}


# -- how a note changes


def with_the_old_time(root: Path) -> None:
    """As a tool does that puts it back: the size is the same, too."""
    before = (root / ANA).stat()
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")
    put_back(root / ANA, before)


def with_a_time_to_come(root: Path) -> None:
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")
    os.utime(root / ANA, ns=(4 * 10**18, 4 * 10**18))


def by_rename(root: Path) -> None:
    """A copy that was edited, with all its times, in place of the note."""
    shutil.copy2(root / ANA, root / ".copy")
    before = (root / ANA).stat()
    edit_in_place(root / ".copy", "2026-01-02", "2026-02-27")
    put_back(root / ".copy", before)
    (root / ".copy").replace(root / ANA)


def by_a_link(root: Path) -> None:
    (root / "Templates/Ana.md").write_text(NEW.replace("2026-01-05", "2026-02-27"))
    (root / ANA).unlink()
    (root / ANA).symlink_to("../Templates/Ana.md")


def by_a_hard_link(root: Path) -> None:
    (root / ".other").write_text(NEW.replace("2026-01-05", "2026-02-27"))
    (root / ANA).unlink()
    os.link(root / ".other", root / ANA)


def by_a_mention(root: Path) -> None:
    (root / "Daily/2026-02-27.md").write_text("[[Ana]] came.\n")


def by_a_mention_where_there_was_one(root: Path) -> None:
    (root / "Daily/2026-01-01.md").rename(root / "Daily/2026-02-27.md")


CHANGES = [
    with_the_old_time, with_a_time_to_come, by_rename, by_a_link, by_a_hard_link, by_a_mention,
    by_a_mention_where_there_was_one,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    assert ana(root) == "2026-02-27"
    assert found(root) == expected(root)


def test_a_note_that_was_saved_in_the_tick_in_which_it_was_read(root: Path) -> None:
    """Its time stamps are what they were: it has to be read whatever they say."""
    edit_in_place(root / ANA, "2026-01-02", "2026-01-07")
    assert ana(root) == "2026-01-07"
    roster = kept(root)
    roster.unsure = {ANA}
    edit_in_place(root / ANA, "2026-01-07", "2026-02-27")
    for column, value in zip(roster.prints, fingerprint((root / ANA).stat()), strict=True):
        column[roster.numbers[ANA]] = value
    keep(roster)
    assert ana(root) == "2026-02-27"
    let_time_pass(root)
    with opened_below(root) as seen:
        assert ana(root) == "2026-02-27"
    assert seen == []


@pytest.mark.parametrize("path", ["People/Ana.md", "People/Zoe.md"])
def test_a_note_that_came_in_the_tick_of_the_walk(root: Path, path: str) -> None:
    """The folder's time stamp is what it was: it has to be listed whatever that says."""
    (root / "People/Dan.md").write_text(NEW)
    assert found(root) == expected(root)
    roster = kept(root)
    roster.unsure_folders = ("", "People/")
    temp = root / ".temp"
    temp.write_text(NEW)
    temp.replace(root / path)
    roster.folders["People/"] = (root / "People").stat().st_ctime_ns
    roster.folders[""] = root.stat().st_ctime_ns
    keep(roster)
    assert found(root) == expected(root)


def test_how_long_a_folder_is_unsure(root: Path) -> None:
    roster, seen = kept(root), scan(root)
    newest = max(seen.folders.values())
    for started in (newest - 10**12, newest - 1, newest, newest + 10**7):
        roster.note_walk(seen, started)
        assert roster.unsure_folders
    roster.note_walk(seen, newest + 3 * 10**9)
    assert roster.unsure_folders == ()


def test_how_long_a_note_is_unsure(root: Path) -> None:
    roster, now = kept(root), time.time_ns()
    for moment in (now, now + 10**10, now + 10**18):
        roster._note_prints({ANA: (10**18, moment, 1, 1)}, {ANA}, now)
        assert roster.unsure == {ANA}
        roster._note_prints({ANA: (10**18, now, 1, 1)}, {ANA}, now + 3 * 10**9)
        assert roster.unsure == set()
    roster._note_prints({ANA: (10**18, now, 1, 1)}, set(), now + 3 * 10**9)  # what was read is not certain
    assert roster.unsure == {ANA}


def test_where_the_clock_was_ahead(root: Path) -> None:
    """What bears a time to come could bear it again."""
    os.utime(root / ANA, ns=(4 * 10**18, 4 * 10**18))
    assert ana(root) == "2026-01-02"
    assert ANA in kept(root).unsure
    before = (root / ANA).stat()
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")
    put_back(root / ANA, before)
    assert ana(root) == "2026-02-27"


@pytest.mark.parametrize("moment", [0, 10**18, 4 * 10**18])
def test_when_the_roster_was_written_does_not_matter(root: Path, moment: int) -> None:
    os.utime(roster_path(str(root.resolve())), ns=(moment, moment))
    assert ana(root) == "2026-01-02"
    with_the_old_time(root)
    assert ana(root) == "2026-02-27"


# -- folders


def swap_folders(root: Path) -> None:
    (root / "People/Old").rename(root / ".hidden")
    (root / "Daily").rename(root / "People/Old")
    (root / ".hidden").rename(root / "Daily")


def link_to_the_same_folder(root: Path) -> None:
    """All notes are where they were, but nobody looks into a linked folder."""
    (root / "People").rename(root.parent / "people")
    (root / "People").symlink_to("../people")


def link_to_the_same_inner_folder(root: Path) -> None:
    (root / "People/Old").rename(root.parent / "old")
    (root / "People/Old").symlink_to("../../old")


def template_folder(root: Path) -> None:
    (root / "Templates").rename(root / "Forms")


def note_that_is_a_folder(root: Path) -> None:
    (root / ANA).unlink()
    (root / ANA).mkdir()
    (root / ANA / "Zoe.md").write_text(NEW)


def empty_folder_and_then_a_note(root: Path) -> None:
    (root / "Friends").mkdir()
    assert found(root) == expected(root)
    let_time_pass(root)
    (root / "Friends/Zoe.md").write_text(NEW)


def note_of_another_case(root: Path) -> None:
    (root / ANA).rename(root / "People/ANA.MD")


def hidden_note(root: Path) -> None:
    (root / ANA).rename(root / "People/.Ana.md")


def no_vault_settings(root: Path) -> None:
    (root / ".obsidian").rename(root / "obsidian")


FOLDERS = [
    swap_folders, link_to_the_same_folder, link_to_the_same_inner_folder, template_folder,
    note_that_is_a_folder, empty_folder_and_then_a_note, note_of_another_case, hidden_note, no_vault_settings,
]  # fmt: skip


@pytest.mark.parametrize("change", FOLDERS)
def test_what_happens_to_folders_is_noticed(root: Path, change: Callable[[Path], None]) -> None:
    change(root)
    assert found(root) == expected(root)
    let_time_pass(root)
    assert found(root) == expected(root)


def test_what_lies_beside_notes_for_a_moment_costs_a_list_of_that_folder(root: Path) -> None:
    (root / "People/.Ana.md.swp").write_text("")
    (root / "People/picture.png").write_text("")
    with opened_below(root) as seen:
        assert ana(root) == "2026-01-02"
    assert seen == [f"{root}/People/"]


def test_what_a_hidden_link_is_turned_to(root: Path) -> None:
    """No folder that is looked into tells of it."""
    (root / ".links").mkdir()
    (root / ".links/one.md").symlink_to(root / ANA)
    (root / "People/Zoe.md").symlink_to(root / ".links/one.md")
    assert "People/Zoe.md" not in found(root)
    let_time_pass(root)
    (root / ".links/one.md").unlink()
    (root / ".links/one.md").symlink_to(root / "Templates/Person.md")
    assert "People/Zoe.md" in found(root)
    assert found(root) == expected(root)


def test_what_a_link_leads_to(root: Path) -> None:
    (root / "People/Zoe.md").symlink_to("../Templates/Person.md")
    old_vault(root)
    before = (root / "Templates/Person.md").stat()
    edit_in_place(root / "Templates/Person.md", "2026-01-06", "2026-02-27")
    put_back(root / "Templates/Person.md", before)
    assert found(root) == expected(root)
    old_vault(root)
    (root / "Templates/Person.md").unlink()
    assert "People/Zoe.md" not in found(root)


@pytest.mark.parametrize("known", [True, False])
def test_a_vault_that_is_away_for_a_moment_is_not_taken_for_an_empty_one(root: Path, known: bool) -> None:
    """As on a drive that is unplugged between the look and the walk."""
    from vault_crm.store.rosterfile import bring_up

    store = Store.open(root)
    (root / "People/Dan.md").write_text(NEW)
    if not known:
        os.unlink(roster_path(str(store.root)))
    look = glance(str(store.root))
    root.rename(root.with_name("away"))
    assert bring_up(store.root, store.settings, TODAY, look) is None
    root.with_name("away").rename(root)
    assert found(root) == expected(root)
    assert "People/Dan.md" in found(root)


# -- which roster it is


def test_settings_that_say_something_else_in_as_many_bytes(root: Path) -> None:
    config = root / ".vault-crm/config.toml"
    config.write_text("[agenda]\nsoon_days = 1\n")
    old_vault(root)
    before = config.stat()
    config.write_text("[agenda]\nsoon_days = 9\n")
    put_back(config, before)
    assert glance(str(root.resolve())) is None
    assert found(root) == expected(root)


def test_settings_of_the_users_own_that_are_elsewhere_now(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "elsewhere/vault-crm/config.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[cadence.tags]\nfamily = "2 weeks"\n')
    (root / "People/Fay.md").write_text("---\ntags: [family]\nlast_contact: 2026-01-02\n---\n")
    assert found(root)["People/Fay.md"][STATUS] == "untracked"
    assert glance(str(root.resolve())) is not None
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))
    assert glance(str(root.resolve())) is None
    assert found(root) == expected(root)
    assert found(root)["People/Fay.md"][STATUS] == "long-overdue"


def head_of(root: Path) -> Packed:
    packed = open_packed(roster_path(str(root.resolve())))
    assert packed is not None
    return packed


@pytest.mark.parametrize("what", ["root", "program"])
def test_one_of_another_vault_or_program(root: Path, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if what == "root":
        other = root.with_name("other")
        shutil.copytree(root, other)
        (other / ANA).write_text(NEW)
        shutil.copy2(roster_path(str(root.resolve())), roster_path(str(other.resolve())))
        assert glance(str(other.resolve())) is None
        assert found(other) == expected(other)
    else:
        monkeypatch.setattr(sys, "version", "4.0")
        assert glance(str(root.resolve())) is None
        assert found(root) == expected(root)


def test_a_roster_that_was_read_under_other_settings_is_none(root: Path) -> None:
    """They changed after the look and before it was believed."""
    from vault_crm.core.record import replace
    from vault_crm.store.rosterfile import bring_up

    store, look = Store.open(root), glance(str(root.resolve()))
    assert look is not None
    assert look.fresh
    other = replace(store.settings, template_folders=("People/Old",))
    roster = bring_up(store.root, other, TODAY, look)
    assert roster is not None
    assert set(roster.rows) == set(load_vault(store.root, other).by_path) == {ANA, "People/Ben.md"}


# -- beside a watcher


@pytest.fixture
def other(root: Path) -> Iterator[Beside]:
    """A watcher that has looked, and vouches."""
    with Beside(root) as process:
        assert process("begin") == "begun"
        assert process("look", TODAY) == "True"
        yield process


def sure(root: Path) -> bool:
    look = glance(str(root.resolve()))
    return look is not None and look.sure


def test_beside_a_watcher_that_vouches_no_note_is_asked(root: Path, other: Beside) -> None:
    assert sure(root)
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")  # no event reaches this watcher
    assert ana(root) == "2026-01-02"
    other("dirty")
    assert not sure(root)
    assert ana(root) == "2026-02-27"
    assert other("look", TODAY) == "True"
    assert sure(root)
    assert found(root) == expected(root)


def end_it(_: Path, other: Beside) -> None:
    other.kill()


def stop_it(_: Path, other: Beside) -> None:
    other.process.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, other.process.pid, os.WSTOPPED)


def doubt_it(root: Path, _: Beside) -> None:
    doubt_index(root)


def replace_the_roster(root: Path, _: Beside) -> None:
    path = Path(roster_path(str(root.resolve())))
    shutil.copy2(path, path.with_name("copy"))
    path.with_name("copy").replace(path)


def new_note(root: Path, _: Beside) -> None:
    (root / "People/Zoe.md").write_text(NEW)


def fill_the_disk(root: Path, other: Beside) -> None:
    other("full")
    (root / "People/Zoe.md").write_text(NEW)
    other("dirty")
    assert other("look", TODAY) == "not saved"


ENDS = [end_it, stop_it, doubt_it, replace_the_roster, new_note, fill_the_disk]


@pytest.mark.parametrize("end", ENDS)
def test_when_there_is_no_trust(root: Path, other: Beside, end: Callable[[Path, Beside], None]) -> None:
    edit_in_place(root / ANA, "2026-01-02", "2026-02-27")
    assert ana(root) == "2026-01-02"
    end(root, other)
    assert not sure(root)
    assert ana(root) == "2026-02-27"
    assert found(root) == expected(root)


def test_where_a_name_elsewhere_is_young_it_is_not_believed(root: Path) -> None:
    """As where time stamps are coarse: they are the same before and after a change of which nobody tells."""
    behind = root.parent / "behind"
    behind.write_text(NEW)
    os.link(behind, root / "People/Dan.md")
    with Beside(root) as other:
        other("begin")
        assert other("look", TODAY) == "True"
        assert sure(root)
        roster = kept(root)
        roster.unsure.add("People/Dan.md")
        identity = save_roster(roster, roster._packed, complete=True)
        assert identity is not None
        assert other("vouch", 1, 1, 1, *identity) == "True"
        assert not sure(root)
        edit_in_place(behind, "2026-01-05", "2026-02-27")
        assert found(root) == expected(root)


def test_a_damaged_roster_does_not_stop_a_watcher(root: Path) -> None:
    path = Path(roster_path(str(root.resolve())))
    raw = path.read_bytes()
    path.write_bytes(raw[: len(raw) - 40] + b"?" * 40)
    with Beside(root) as other:
        other("begin")
        assert other("look", TODAY) == "True"
        assert sure(root)
    assert found(root) == expected(root)


def test_a_command_of_another_day_leaves_the_watchers_roster_alone(
    root: Path, other: Beside, cli: Cli
) -> None:
    before = Path(roster_path(str(root.resolve()))).read_bytes()
    assert "Ana" in cli("overdue --today 2026-09-01").stdout
    assert Path(roster_path(str(root.resolve()))).read_bytes() == before
    assert sure(root)


def test_a_tick_is_not_waited_for_in_vain(root: Path) -> None:
    """What these tests rest on: after a tick the same edit bears another time."""
    note = root / ANA
    before = note.stat().st_ctime_ns
    tick(root)
    put_back(note, note.stat())
    assert note.stat().st_ctime_ns != before
