"""The roster between runs: whatever becomes of its file it says what the notes say; and where it cannot be
kept, nothing else is the matter."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from datetime import timedelta
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.conftest import Run
from tests.store.rosters import TODAY
from tests.store.rosters import expected
from tests.store.rosters import found
from tests.store.rosters import kept
from tests.store.rosters import old_vault
from tests.store.rosters import said_of
from tests.store.test_trust import opened_below
from vault_crm.core.agenda import agenda
from vault_crm.core.rows import LAST
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import row_of
from vault_crm.store import roster as roster_module
from vault_crm.store.brief import brief_vault
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.glance import glance
from vault_crm.store.glance import roster_path
from vault_crm.store.packed import open_packed
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.store import Store

VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
last_contact: 2026-01-02
aliases: [Nana]
---
=== People/Ben.md
---
cadence: monthly
next_contact: 2026-01-03
---

## Log

- 2026-01-02 walk: with [[Ana]]
=== People/Eve.md
---
cadence: every blue moon
---
=== People/Fay.md
---
cadence: monthly
died: 2020-01-01
---
=== Daily/2026-01-20.md
Lunch with [[Nana]].
"""
ANA, BEN, DAILY = "People/Ana.md", "People/Ben.md", "Daily/2026-01-20.md"
PARTS = ("late", "paths", "prints", "rest", "meant", "ends", "buckets")


@pytest.fixture
def root(vault: Callable[[str], Path]) -> Path:
    """A vault that was looked at a while ago."""
    return old_vault(vault(VAULT))


def place(root: Path) -> Path:
    return Path(roster_path(str(root.resolve())))


def damage(root: Path, part: str) -> None:
    """Turns a bit in a part of the roster."""
    packed = open_packed(str(place(root)))
    assert packed is not None
    at, size, _ = packed._parts[part]
    raw = bytearray(place(root).read_bytes())
    raw[packed._after + at + size // 2] ^= 1
    place(root).write_bytes(raw)


# -- a file that is damaged


def nothing(_: Path) -> None:
    """No note has changed."""


def change(root: Path) -> None:
    (root / DAILY).write_text("Lunch with [[Ben]].\n")


def come(root: Path) -> None:
    (root / "People/Zoe.md").write_text("---\ncadence: monthly\n---\n")


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("meanwhile", [nothing, change, come])
@pytest.mark.parametrize("days", [0, 40, -1])
def test_whatever_part_is_damaged(
    root: Path, part: str, meanwhile: Callable[[Path], None], days: int
) -> None:
    today = TODAY + timedelta(days)
    damage(root, part)
    meanwhile(root)
    assert found(root, today) == expected(root, today)
    assert found(root, today) == expected(root, today)


@pytest.mark.parametrize("part", PARTS)
def test_a_part_that_is_only_read_later(root: Path, part: str) -> None:
    """By who writes to somebody, makes the dashboard, or searches."""
    damage(root, part)
    store = Store.open(root)
    vault = store.load()
    roster = bring_up(store.root, store.settings, TODAY, glance(str(store.root)))
    assert roster is not None
    for path, person in vault.by_path.items():
        in_full = roster.person(path)
        assert in_full is not None
        assert in_full.log == person.log
        assert in_full.evidence == person.evidence
    assert set(roster.buckets.gists()) == set(vault.notes)
    assert sorted(roster.notes()) == sorted(vault.notes)
    assert {path: row[STATUS] for path, row in roster.rows.items()} == {
        path: row[STATUS] for path, row in expected(root).items()
    }


COMMANDS = [
    "overdue",
    "",
    "overdue --paths",
    "search lunch",
    "show ana",
    "snooze ana --until 2026-04-01 --dry-run",
]


@pytest.mark.parametrize("words", COMMANDS)
def test_what_commands_print_beside_a_damaged_roster(root: Path, cli: Cli, words: str) -> None:
    def run() -> Run:
        return cli(*words.split(), "--today", TODAY.isoformat())

    before = run()
    for part in PARTS:
        damage(root, part)
        assert run() == before
        place(root).unlink()
        old_vault(root)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_roster_changes_nothing_of_what_commands_print(root: Path, cli: Cli, words: str) -> None:
    (root / ".vault-crm/config.toml").write_text("nobody = 'knows this'\n")
    place(root).unlink()
    without = cli(*words.split(), "--today", TODAY.isoformat())
    old_vault(root)
    assert cli(*words.split(), "--today", TODAY.isoformat()) == without
    assert "nobody" in without.stderr


def test_a_damaged_roster_is_replaced(root: Path) -> None:
    damage(root, "rest")
    found(root)
    packed = open_packed(str(place(root)))
    assert packed is not None
    for part in PARTS:
        packed.raw(part)


@pytest.mark.parametrize(
    "raw", [b"", b"vault-crm packed 1\n", b"SQLite format 3\0" + bytes(9000), bytes(70_000)]
)
def test_a_file_of_something_else(root: Path, raw: bytes) -> None:
    place(root).write_bytes(raw)
    assert found(root) == expected(root)
    assert kept(root).day == TODAY.toordinal()


# -- where it cannot be kept


def closed(folder: Path) -> None:
    folder.chmod(0o500)


def a_file_in_its_place(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("")


def a_folder_in_the_place_of_the_roster(folder: Path) -> None:
    [roster] = folder.iterdir()
    roster.unlink()
    roster.mkdir()


def dangling(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to("nowhere/at/all")


@pytest.mark.parametrize(
    "hinder", [closed, a_file_in_its_place, a_folder_in_the_place_of_the_roster, dangling]
)
def test_without_a_place_for_it_nothing_is_missing(
    root: Path, cli: Cli, hinder: Callable[[Path], None]
) -> None:
    before = cli("overdue")
    hinder(place(root).parent)
    try:
        assert cli("overdue") == before
        change(root)
        assert found(root) == expected(root)
        after = cli("overdue")
        assert (after.code, after.stderr) == (before.code, before.stderr)
        assert after.stdout != before.stdout
    finally:
        if place(root).parent.is_dir():
            place(root).parent.chmod(0o700)


def run_without_room(root: Path, *words: str) -> subprocess.CompletedProcess[str]:
    resource = pytest.importorskip("resource")
    return subprocess.run(
        [sys.executable, "-m", "vault_crm", *words, "--today", TODAY.isoformat()],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),
    )


@pytest.mark.parametrize("before", [True, False])
def test_on_a_full_disk_nothing_is_missing(root: Path, cli: Cli, before: bool) -> None:
    if not before:
        shutil.rmtree(place(root).parent)
    change(root)
    ran = run_without_room(root, "overdue")
    assert not place(root).parent.exists() or [p.name for p in place(root).parent.iterdir()] in (
        [],
        [place(root).name],
    )
    said = cli("overdue", "--today", TODAY.isoformat())
    assert (ran.stdout, ran.stderr, ran.returncode) == (said.stdout, said.stderr, said.code)


# -- several that write it at once

_WRITER = """
import sys
from datetime import date
from pathlib import Path
from vault_crm.store.glance import glance
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.store import Store
root, name, today = Path(sys.argv[1]), sys.argv[2], date(2026, 3, 1)
for number in range(25):
    day = f"2026-01-{number % 28 + 1:02}"
    (root / "People" / f"{name}.md").write_text(f"---\\ncadence: monthly\\nlast_contact: {day}\\n---\\n")
    store = Store.open(root)
    roster = bring_up(store.root, store.settings, today, glance(str(store.root)))
    assert date.fromordinal(roster.rows[f"People/{name}.md"][7]).isoformat() == day, (name, day)
    assert "People/Ana.md" in roster.rows
"""


def test_several_that_write_at_once_each_see_their_own_changes(root: Path) -> None:
    writers = [
        subprocess.Popen([sys.executable, "-c", _WRITER, str(root), name]) for name in ("Kim", "Lou", "Max")
    ]
    looks = 0
    while any(writer.poll() is None for writer in writers):
        packed = open_packed(str(place(root)))
        assert packed is not None
        for part in PARTS:
            packed.raw(part)
        looks += 1
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    assert looks > 10
    assert found(root) == expected(root)
    assert [file.name for file in place(root).parent.iterdir()] == [place(root).name]


# -- days


def test_a_day_that_was_asked_about_does_not_push_aside_the_one_that_is_kept(root: Path, cli: Cli) -> None:
    found(root, date.today())  # as a command that is not told the day
    before = place(root).read_bytes()
    for day in ("2026-03-02", "2031-01-01", "2001-01-01"):
        assert cli("overdue", "--today", day).code == 0
        assert place(root).read_bytes() == before
    change(root)
    assert cli("overdue", "--today", "2031-01-01").code == 0
    assert place(root).read_bytes() == before
    assert found(root) == expected(root)


@pytest.mark.parametrize("days", [[1, 2, 30], [-1, -40], [400, -400, 3]])
def test_days_that_go_forth_and_back(root: Path, days: list[int]) -> None:
    today = TODAY
    for number in days:
        today += timedelta(number)
        assert found(root, today) == expected(root, today)


def test_day_after_day(root: Path) -> None:
    """Only those are worked out again whose day has come."""
    (root / BEN).write_text(
        "---\ncadence: 3 weeks\nsnooze_until: 2026-03-09\nlast_contact: 2026-02-20\n---\n"
    )
    (root / "People/Kim.md").write_text("---\ncadence: 2 weeks\nmet: 2026-03-05\n---\n")
    (root / "People/Lou.md").write_text("---\nnext_contact: 2026-03-12\n---\n")
    (root / "Daily/2026-03-20.md").write_text("[[Ana]] and [[Lou]] came.\n")
    store = Store.open(root)
    vault = store.load()
    for days in range(40):
        today = TODAY + timedelta(days)
        items = agenda(vault, today, store.settings).items
        assert found(root, today) == {item.person.path: said_of(row_of(item)) for item in items}, today


# -- who is changed by what


def test_whom_a_link_means_is_not_remembered_beyond_a_change_of_names(root: Path) -> None:
    """As many links mean somebody as before; but somebody else."""
    (root / ANA).write_text((root / ANA).read_text().replace("aliases: [Nana]\n", ""))
    (root / BEN).write_text((root / BEN).read_text().replace("cadence", "aliases: [Nana]\ncadence"))
    assert found(root) == expected(root)
    (root / DAILY).write_text("Lunch and tea with [[Nana]].\n")
    assert found(root) == expected(root)
    (root / "Daily/2026-02-20.md").write_text("Breakfast with [[Nana]].\n")
    assert found(root) == expected(root)


def test_a_note_that_becomes_a_copy_is_none_for_links(root: Path) -> None:
    """It is about nobody; but as long as it is a note, `[[Zoe 2]]` may mean it, and so nobody."""
    (root / "Notes").mkdir()
    (root / "Notes/Zoe.md").write_text("- a line\n- another line\n")
    (root / "Notes/Zoe 2.md").write_text("- what is quite different\n")
    (root / "People/Zoe 2.md").write_text("---\ncadence: monthly\n---\n")
    (root / DAILY).write_text("[[Zoe 2]] came.\n")
    assert old_vault(root)
    assert not found(root)["People/Zoe 2.md"][LAST]
    (root / "Notes/Zoe 2.md").write_text("- a line\n- another line\n")
    assert found(root) == expected(root)
    assert found(root)["People/Zoe 2.md"][LAST]
    (root / "Notes/Zoe.md").write_text("- something else by now\n")
    assert found(root) == expected(root)
    assert not found(root)["People/Zoe 2.md"][LAST]


def test_of_a_large_note_no_more_is_known_later_than_at_first(root: Path) -> None:
    """Its beginning is what is read, also where a contact to come makes the whole of it matter."""
    log = "".join(f"- {day} call\n" for day in ("2026-04-20", "2026-03-20"))
    filler = ("x" * 99 + "\n") * (MAX_NOTE // 100)
    (root / BEN).write_text(f"---\ncadence: monthly\n---\n\n## Log\n\n{log}\n{filler}\n- 2026-02-20 call\n")
    assert found(root) == expected(root)
    later = TODAY + timedelta(25)
    assert found(root, later) == expected(root, later)


def test_new_links_are_resolved_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To know whom a link means takes all names: they are put in order once for all of them."""
    made = []
    resolver_for = roster_module.resolver_for
    monkeypatch.setattr(
        roster_module, "resolver_for", lambda *args: (made.append(args), resolver_for(*args))[1]
    )
    (root / DAILY).write_text("".join(f"[[Nobody {number}]]\n" for number in range(20)) + "[[Ben]]\n")
    assert found(root) == expected(root)
    assert len(made) == 1


def test_a_note_is_not_read_again_to_see_whether_it_is_ignored(root: Path) -> None:
    """It may be gone by then. (Young ones are read twice in any case.)"""
    (root / ".obsidian").mkdir()
    (root / ".obsidian/app.json").write_text('{"userIgnoreFilters": ["Archive/"]}')
    place(root).unlink()
    store = Store.open(root)
    with opened_below(root) as seen:
        assert bring_up(store.root, store.settings, TODAY) is not None
    assert 1 <= seen.count(str(root / ANA)) <= 2


def test_a_first_look_says_what_it_may_not_ask_about(root: Path) -> None:
    """A folder may be listed of which no note may be asked for anything."""
    (root / "Daily").chmod(0o400)
    if os.access(root / "Daily/2026-01-20.md", os.F_OK):
        pytest.skip("the superuser may ask about everything")
    try:
        store = Store.open(root)
        walked = bring_up(store.root, store.settings, TODAY, glance(str(store.root)))
        place(root).unlink()
        afresh = bring_up(store.root, store.settings, TODAY)
        assert walked is not None
        assert afresh is not None
        errors = [d for d in store.load().diagnostics if d.severity == "error"]
        assert [d.message for d in errors] == ["cannot be read: Permission denied"]
        for roster in (walked, afresh):
            found_errors = [
                d
                for d in agenda(brief_vault(roster, TODAY), TODAY, roster.settings).diagnostics
                if d.severity == "error"
            ]
            assert set(errors) < set(found_errors)
    finally:
        (root / "Daily").chmod(0o700)
