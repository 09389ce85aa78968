"""Whatever happens to a vault between two runs: the roster that is brought up to date says what one made from
scratch says, and what the full agenda says."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import precondition
from hypothesis.stateful import rule

from tests.vaults import without_cache
from vault_crm.core.agenda import agenda
from vault_crm.core.agenda import by_pressing
from vault_crm.core.dashboard.shown import Shown
from vault_crm.core.gist import PAUSED
from vault_crm.core.gistperson import person_of
from vault_crm.core.heard import ON
from vault_crm.core.heard import Heard
from vault_crm.core.heard import Piece
from vault_crm.core.heard import exchanged
from vault_crm.core.heard import kept
from vault_crm.core.heard import newest_first
from vault_crm.core.model import Agenda
from vault_crm.core.model import Cadence
from vault_crm.core.model import Person
from vault_crm.core.record import replace
from vault_crm.core.roster import evidence_of
from vault_crm.core.roster import row_on
from vault_crm.core.rows import LATE
from vault_crm.core.rows import PATH
from vault_crm.core.rows import STATUS
from vault_crm.core.rows import UNTIL
from vault_crm.core.rows import Row
from vault_crm.core.rows import row_of
from vault_crm.core.settings import Settings
from vault_crm.core.status import item_of
from vault_crm.core.status import last_contact
from vault_crm.render.view import Page
from vault_crm.store.brief import brief_page
from vault_crm.store.brief import brief_vault
from vault_crm.store.brief import whole_person
from vault_crm.store.glance import glance
from vault_crm.store.glance import roster_path
from vault_crm.store.live import LiveVault
from vault_crm.store.load import load_vault
from vault_crm.store.packed import open_packed
from vault_crm.store.roster import Roster
from vault_crm.store.rosterfile import bring_up
from vault_crm.store.rosterfile import save_roster
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store

TODAY = date(2026, 3, 1)
PATHS = st.sampled_from([
    "People/Ana.md", "People/Ben.md", "People/Ana 2.md", "People/Ben (1).md", "Cleo.md", "People/Cleo.MD",
    "Archive/Dan.md", "Notes/Ana.md", "Notes/Ana 2.md", "Daily/2026-02-27.md", "Daily/2026-03-01.md",
    "Daily/2026-03-05.md", "Templates/Dan.md", "People/Ana-LAPTOP-7.md",
    "People/Ana.sync-conflict-20261122-101112-ABCDEFG.md",
])  # fmt: skip
FOLDERS = st.sampled_from(["People", "Archive", "Daily", "Notes", "Templates", ".hidden", "Archive/People"])
DATES = (
    "2025-11-30", "2026-01-02", "2026-02-26", "2026-03-01", "2026-03-02", "2026-03-04", "2026-03-20",
    "2027-01-01",
)  # fmt: skip
DATE = st.sampled_from(DATES)
LINK = st.sampled_from(
    ["[[Ana]]", "[[Ben]]", "[[Cleo]]", "[[Dan]]", "[[Nana]]", "[[Ana 2]]", "[[People/Ana]]", "[b](Ben.md)"]
)
PROPERTY = st.one_of(
    st.builds("last_contact: {}".format, DATE),
    st.builds("next_contact: {}".format, DATE),
    st.builds("snooze_until: {}".format, DATE),
    st.builds("met: {}".format, DATE),
    st.builds("cadence: {}".format, st.sampled_from(["monthly", "2 weeks", "never", "blue moon", "3 days"])),
    st.builds("aliases: [{}]".format, st.sampled_from(["Nana", "Ben", "Bea, Nana", "Ana"])),
    st.sampled_from([
        "name: Ana", "name: Nana", "paused: true", "archived: true", "died: 2020-01-01", "tags: [person]",
        "tags: [family]", "email: a@example.org", "next: the new job", "next_contact: soon", "odd: [",
        "birthday: 03-05", "events: [2026-03-09 a party]",
    ]),
)  # fmt: skip
SAID = st.one_of(
    st.builds("Tea with {}.".format, LINK),
    st.builds("{} and {} came.".format, LINK, LINK),
    st.builds("- {} with {}".format, DATE, LINK),
    st.builds("- [x] call {} ✅ {}".format, LINK, DATE),
)
ENTRY = st.one_of(
    st.builds("- {} call".format, DATE),
    st.builds("- {} walk: with {}".format, DATE, LINK),
    st.builds("- {} mail: {} #no-contact".format, DATE, LINK),
)


def note(properties: list[str], said: list[str], log: list[str]) -> str:
    once = {text.partition(":")[0]: text for text in properties}
    head = ["---", *once.values(), "---"] if once else []
    return "\n".join([*head, *said, *(["", "## Log", "", *log] if log else []), ""])


NOTES = st.one_of(
    st.builds(
        note,
        st.lists(PROPERTY, max_size=5),
        st.lists(SAID, max_size=2),
        st.lists(ENTRY, max_size=4),
    ),
    st.builds(note, st.just([]), st.lists(SAID, min_size=1, max_size=6), st.just([])),
    st.sampled_from(["", "---\ntags: [person]\n", "\x00"]),
)
FIRST = {
    "People/Ana.md": note(["cadence: monthly", "last_contact: 2026-01-02"], [], []),
    "People/Ben.md": note(["cadence: 2 weeks"], [], ["- 2026-02-26 walk: with [[Ana]]"]),
    "People/Cleo.md": note(["cadence: monthly", "email: c@example.org"], [], []),
    "Daily/2026-02-27.md": "Tea with [[Ana]] and [[Dan]].\n",
    "Daily/2026-02-20.md": "[[Cleo]] came.\n",
    "Daily/2026-02-21.md": "[[Cleo]] came.\n",
    "Daily/2026-02-22.md": "[[Cleo]] came, [[Ana]] too.\n",
    "Daily/2026-02-23.md": "[[Cleo]] came, [[Ana]] too.\n",
    "Archive/Dan.md": note([], [], ["- 2026-01-02 call"]),
}
# Times of the clock that a file can bear: as it comes, long ago, far ahead.
MOMENTS = st.sampled_from([None, 10**18, 4 * 10**18])
CONFIGS = st.sampled_from([
    "", 'people = ["Archive"]\n', '[daily]\nfolder = "Notes"\n', "[evidence]\nplain_names = true\n",
    "[evidence]\ndated_notes = false\n", "[agenda]\nsoon_days = 2\n", '[cadence.tags]\nfamily = "3 days"\n',
    "nobody = 'knows this'\n", "[dashboard]\nlimit = 2\n",
])  # fmt: skip
NUMBER = st.integers(0, 30)


def said_of(row: Row) -> Row:
    """What a row must agree in with every other of the same person on the same day."""
    return row[:4] if row[STATUS] in ("gone", "attention") else row[:UNTIL]


def rows_of(found: Agenda) -> dict[str, Row]:
    return {item.person.path: said_of(row_of(item)) for item in found.items}


def found_person(found: Agenda, person: Person) -> Person:
    return next(item.person for item in found.items if item.person.path == person.path)


def page_of(shown: Agenda | Shown, chosen: Settings) -> dict[str, Any]:
    """Everything that a dashboard of our own templates says."""
    page = Page(shown, chosen, "OVERDUE.md", guarded=True, with_fields=False)
    return {name: value for name, value in page.context(()).items() if name != "find"}


def act(**what: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A rule; what the system refuses (in a closed folder) is not done."""

    def make(do: Callable[..., None]) -> Callable[..., None]:
        @wraps(do)
        def willing(self: Disk, *given: object, **chosen: object) -> None:
            with contextlib.suppress(PermissionError):
                do(self, *given, **chosen)

        made: Callable[..., None] = rule(**what)(willing)
        return made

    return make


class Disk(RuleBasedStateMachine):
    """A vault on disk, and everything that editors, sync programs, git and clocks do to it."""

    @initialize(hasty=st.booleans())
    def begin(self, hasty: bool) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="vault-crm-test-"))
        self._old_cache = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = str(self._home / "cache")
        self.root = Path(os.path.realpath(self._home)) / "notes"
        (self.root / ".vault-crm").mkdir(parents=True)
        for path, text in FIRST.items():
            self.write_in_place(path, text, None)
        self.today, self.asked_about, self.hasty = TODAY, False, hasty
        self._live: tuple[Settings, LiveVault] | None = None

    def teardown(self) -> None:
        if self._old_cache is None:
            os.environ.pop("XDG_CACHE_HOME", None)
        else:
            os.environ["XDG_CACHE_HOME"] = self._old_cache
        for folder, inner, _ in os.walk(self._home):
            for name in inner:
                if not os.path.islink(os.path.join(folder, name)):
                    os.chmod(os.path.join(folder, name), 0o700)
        shutil.rmtree(self._home)

    # -- what editors, sync programs and people do

    def _pick(self, number: int) -> Path | None:
        notes = sorted(p for p in self.root.rglob("*.[mM][dD]") if p.is_file())
        return notes[number % len(notes)] if notes else None

    def _room(self, path: str) -> Path:
        """Where a note is to be; what stands in the way is removed."""
        there = self.root / path
        for folder in reversed(there.relative_to(self.root).parents[:-1]):
            if (self.root / folder).is_file() or (self.root / folder).is_symlink():
                (self.root / folder).unlink()
        there.parent.mkdir(parents=True, exist_ok=True)
        if there.is_symlink():
            there.unlink()
        return there

    def _date(self, path: Path, moment: int | None) -> None:
        if moment is not None:
            os.utime(path, ns=(moment, moment))

    @act(path=PATHS, text=NOTES, moment=MOMENTS)
    def write_in_place(self, path: str, text: str, moment: int | None) -> None:
        there = self._room(path)
        there.write_text(text)
        self._date(there, moment)

    @act(number=NUMBER, text=NOTES)
    def write_in_place_what_is_there(self, number: int, text: str) -> None:
        there = self._pick(number)
        if there is not None:
            there.write_text(text)

    @act(number=NUMBER, text=st.one_of(SAID, ENTRY))
    def add_a_line(self, number: int, text: str) -> None:
        there = self._pick(number)
        if there is not None:
            with there.open("a") as file:
                file.write(text + "\n")

    @act(number=NUMBER, line=NUMBER)
    def remove_a_line(self, number: int, line: int) -> None:
        there = self._pick(number)
        if there is not None:
            lines = there.read_text().splitlines(keepends=True)
            there.write_text("".join(lines[:line] + lines[line + 1 :]))

    @act(path=PATHS, text=NOTES, moment=MOMENTS)
    def replace_by_rename(self, path: str, text: str, moment: int | None) -> None:
        there = self._room(path)
        temp = there.with_name(".temp")
        temp.write_text(text)
        self._date(temp, moment)
        temp.replace(there)

    @act(number=NUMBER, new=DATE, back=st.booleans(), coarse=st.booleans())
    def edit_in_the_same_size(self, number: int, new: str, back: bool, coarse: bool) -> None:
        """With `back`, the mtime stays; with `coarse`, no time stamp shows it, as where they are coarse and
        the note had been saved right before it was read."""
        there = self._pick(number)
        if there is None:
            return
        before = there.stat()
        text = there.read_text()
        for old in DATES:
            text = text.replace(old, new)
        there.write_text(text)
        if back:
            os.utime(there, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert there.stat().st_size == before.st_size
        if coarse:
            self._believe_the_time_stamps(there)

    @act(number=NUMBER, other=NUMBER)
    def copy_over(self, number: int, other: int) -> None:
        """Also times are copied, as `cp -p` and sync programs do."""
        one, two = self._pick(number), self._pick(other)
        if one is not None and two is not None and not one.samefile(two):
            shutil.copy2(one, two)

    @act(number=NUMBER, path=PATHS)
    def copy(self, number: int, path: str) -> None:
        there = self._pick(number)
        if there is not None and not ((self.root / path).exists() and there.samefile(self.root / path)):
            text = there.read_bytes()
            self._room(path).write_bytes(text)

    @act(number=NUMBER, path=PATHS)
    def rename(self, number: int, path: str) -> None:
        there = self._pick(number)
        if there is not None and there != self.root / path:
            (self.root / path).parent.mkdir(parents=True, exist_ok=True)
            there.replace(self.root / path)

    @act(number=NUMBER)
    def delete(self, number: int) -> None:
        there = self._pick(number)
        if there is not None:
            there.unlink()

    @act(number=NUMBER, other=NUMBER)
    def swap_two(self, number: int, other: int) -> None:
        one, two = self._pick(number), self._pick(other)
        if one is not None and two is not None and one != two:
            temp = self.root / ".temp"
            one.replace(temp)
            two.replace(one)
            temp.replace(two)

    @act(number=NUMBER, path=PATHS, symbolic=st.booleans())
    def link(self, number: int, path: str, symbolic: bool) -> None:
        there, new = self._pick(number), self.root / path
        if there is None or there == new or new.is_dir():
            return
        new.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        if symbolic:
            new.symlink_to(os.path.relpath(there, new.parent))
        else:
            os.link(there, new, follow_symlinks=False)

    @act(path=PATHS, new=PATHS, hidden=st.booleans(), text=NOTES)
    def link_through_what_is_hidden(self, path: str, new: str, hidden: bool, text: str) -> None:
        """A link to a link in a folder that is looked into by nobody; or to a note of a template folder."""
        (self.root / ".hidden").mkdir(exist_ok=True)
        (self.root / "Templates").mkdir(exist_ok=True)
        middle = self.root / (".hidden/middle" if hidden else "Templates/middle.md")
        if middle.is_symlink():
            middle.unlink()
        if hidden:
            middle.symlink_to(self.root / path)
        else:
            middle.write_text(text)
        if not (self.root / new).is_dir() and self.root / new != middle:
            (self.root / new).parent.mkdir(parents=True, exist_ok=True)
            (self.root / new).unlink(missing_ok=True)
            (self.root / new).symlink_to(middle)

    @act(path=PATHS)
    def turn_the_hidden_link(self, path: str) -> None:
        middle = self.root / ".hidden/middle"
        if middle.is_symlink():
            middle.unlink()
            middle.symlink_to(self.root / path)

    @act(folder=FOLDERS, new=FOLDERS)
    def move_a_folder(self, folder: str, new: str) -> None:
        old, to = self.root / folder, self.root / new
        if old.is_dir() and not to.exists() and old not in to.parents:
            to.parent.mkdir(parents=True, exist_ok=True)
            old.rename(to)

    @act(folder=FOLDERS)
    def remove_a_folder(self, folder: str) -> None:
        shutil.rmtree(self.root / folder, ignore_errors=True)

    @act(folder=FOLDERS, mode=st.sampled_from([0o000, 0o400, 0o100, 0o700, 0o700]))
    def close_or_open_a_folder(self, folder: str, mode: int) -> None:
        if (self.root / folder).is_dir():
            (self.root / folder).chmod(mode)

    @act(number=NUMBER, mode=st.sampled_from([0o000, 0o600, 0o600]))
    def close_or_open_a_note(self, number: int, mode: int) -> None:
        there = self._pick(number)
        if there is not None:
            there.chmod(mode)

    @act(number=NUMBER, other=NUMBER, text=NOTES)
    def write_it_ourselves(self, number: int, other: int, text: str) -> None:
        """As a command does that knows everybody already: what it wrote is all that it looks at again."""
        store = Store.open(self.root, user_settings=False)
        found = bring_up(store.root, store.settings, self.today, glance(str(self.root)), not self.asked_about)
        written = []
        for there in filter(None, (self._pick(number), self._pick(other))):
            there.write_text(text)
            written.append(there.relative_to(self.root).as_posix())
        if found is not None and found.take_in(written, self.today):
            with without_cache(self._home):
                expected = agenda(load_vault(store.root, store.settings), self.today, store.settings)
            assert {path: said_of(row) for path, row in found.rows.items()} == rows_of(expected)
            assert page_of(brief_page(found, self.today), store.settings) == page_of(expected, store.settings)

    # -- settings, days and clocks

    @act(text=CONFIGS)
    def change_the_settings(self, text: str) -> None:
        (self.root / ".vault-crm/config.toml").write_text(text)

    @act(ignore=st.sampled_from(["[]", '["Archive/"]', '["/^People.An/"]']))
    def change_what_obsidian_ignores(self, ignore: str) -> None:
        (self.root / ".obsidian").mkdir(exist_ok=True)
        (self.root / ".obsidian/app.json").write_text(f'{{"userIgnoreFilters": {ignore}}}')

    @act(folder=st.sampled_from(["Templates", "People", "Notes"]), on=st.booleans())
    def change_where_templates_are(self, folder: str, on: bool) -> None:
        (self.root / ".obsidian").mkdir(exist_ok=True)
        (self.root / ".obsidian/core-plugins.json").write_text('["templates"]' if on else "[]")
        (self.root / ".obsidian/templates.json").write_text(f'{{"folder": "{folder}"}}')

    @act(days=st.sampled_from([1, 1, 2, 3, 20, 400, -1, -30]), asked_about=st.booleans())
    def another_day(self, days: int, asked_about: bool) -> None:
        """With `asked_about`, it is somebody's `--today`."""
        self.today, self.asked_about = self.today + timedelta(days), asked_about

    @act()
    def today_again(self) -> None:
        self.today, self.asked_about = TODAY, False

    @act(hasty=st.booleans())
    def be_hasty(self, hasty: bool) -> None:
        """Whether the roster is always written while the notes are young."""
        self.hasty = hasty

    # -- the roster's own file

    def _kept(self) -> Roster | None:
        packed = open_packed(roster_path(str(self.root)))
        if packed is None:
            return None
        return Roster(str(self.root), Store.open(self.root, user_settings=False).settings, packed)

    def _save(self, roster: Roster) -> None:
        assert roster._packed is not None
        save_roster(roster, roster._packed)

    def _believe_the_time_stamps(self, there: Path) -> None:
        roster = self._kept()
        path = there.relative_to(self.root).as_posix()
        if roster is None or path not in roster.numbers:
            return
        if path in roster.unsure:
            for column, value in zip(roster.prints, fingerprint(there.stat()), strict=True):
                column[roster.numbers[path]] = value
            self._save(roster)

    @act(path=PATHS, text=NOTES)
    def a_note_comes_in_the_tick_of_the_walk(self, path: str, text: str) -> None:
        self.replace_by_rename(path, text, None)
        roster = self._kept()
        if roster is not None and roster.unsure_folders:
            # any other folder would show it
            there = {
                f: (self.root / f).stat().st_ctime_ns
                for f in roster.unsure_folders
                if (self.root / f).is_dir()
            }
            roster.folders = {folder: there.get(folder, known) for folder, known in roster.folders.items()}
            self._save(roster)

    @act(keep=st.integers(0, 6000), flip=st.integers(0, 6000))
    def damage_the_roster(self, keep: int, flip: int) -> None:
        path = Path(roster_path(str(self.root)))
        if path.exists():
            raw = bytearray(path.read_bytes())
            if flip < len(raw):
                raw[flip] ^= 0x10
            path.write_bytes(raw[: max(keep, flip)])

    @act(keep=st.integers(0, 40), foreign=st.booleans())
    def another_roster(self, keep: int, foreign: bool) -> None:
        path = Path(roster_path(str(self.root)))
        if path.exists():
            path.write_bytes(path.read_bytes()[:keep] if foreign else b"vault-crm packed 1\n" + bytes(keep))

    def _let_time_pass(self) -> None:
        """The roster as if it had been written a while later: nothing is young any more. The clock must have
        ticked before anything else changes."""
        roster = self._kept()
        if roster is None or not roster.paths:
            return
        roster.unsure = {path for path in roster.unsure if not os.access(self.root / path, os.R_OK)}
        roster.unsure_folders = ()
        self._save(roster)
        scratch = self._home / "scratch"
        scratch.write_text("")
        now = scratch.stat().st_ctime_ns
        while scratch.stat().st_ctime_ns == now:
            os.utime(scratch)

    @act()
    def a_watcher_looks(self) -> None:
        """A process that stays reads nothing again, and knows which notes it has looked at since."""
        store = Store.open(self.root, user_settings=False)
        if self._live is None or self._live[0] != store.settings:
            self._live = store.settings, LiveVault(store.root, store.settings, lambda: 0.0)
        live = self._live[1]
        live.believe_next = True
        vault = live.load()
        if live.save() is None:
            return
        identity = live.save_roster(self.today)
        assert (identity is None) is store.settings.plain_names
        roster = self._kept()
        if identity is not None and roster is not None:
            expected = agenda(vault, self.today, store.settings)
            assert {path: said_of(row) for path, row in roster.rows.items()} == rows_of(expected)

    @act()
    def nothing(self) -> None:
        """Two runs in a row."""

    # -- the law

    @invariant()
    @precondition(lambda self: hasattr(self, "root"))
    def the_roster_is_the_agenda(self) -> None:
        store = Store.open(self.root, user_settings=False)
        with without_cache(self._home):
            full = load_vault(store.root, store.settings)
            afresh = bring_up(store.root, store.settings, self.today, glance(str(self.root)))
        expected = agenda(full, self.today, store.settings)
        look = glance(str(self.root))
        found = bring_up(store.root, store.settings, self.today, look, keep=not self.asked_about)
        assert (found is None) is (afresh is None) is store.settings.plain_names
        if found is None or afresh is None:
            return
        for roster in (found, afresh):
            assert {path: said_of(row) for path, row in roster.rows.items()} == rows_of(expected)
        late = [said_of(row_of(item)) for item in by_pressing(expected.with_status(*LATE))]
        assert [said_of(row) for row in found.late()] == late
        for path, person in full.by_path.items():
            self._check_person(found.person(path), person)
            assert whole_person(found, path) == person
        self._check_file(expected)
        self._check_brief(agenda(brief_vault(found, self.today), self.today, store.settings), expected)
        assert page_of(brief_page(found, self.today), store.settings) == page_of(expected, store.settings)
        if not self.hasty and not self.asked_about:  # then it may not have been written just now
            self._let_time_pass()

    def _check_person(self, found: Person | None, person: Person) -> None:
        assert found is not None
        assert replace(found, evidence=()) == replace(person, evidence=())
        assert last_contact(found, self.today) == last_contact(person, self.today)

    def _check_brief(self, found: Agenda, expected: Agenda) -> None:
        """What dashboards are made of."""
        assert [item.person.path for item in found.items] == [item.person.path for item in expected.items]
        assert rows_of(found) == rows_of(expected)
        assert [(d.on, d.person.path) for d in found.dates] == [(d.on, d.person.path) for d in expected.dates]
        assert found.recent == tuple((e, found_person(found, p)) for e, p in expected.recent)
        assert found.good_until == expected.good_until
        errors = [d for d in expected.diagnostics if d.severity == "error"]
        assert [d for d in found.diagnostics if d.severity == "error"] == errors

    def _check_file(self, expected: Agenda) -> None:
        """What is kept holds for as long as it says."""
        packed = open_packed(roster_path(str(self.root)))
        if self.asked_about:
            return
        assert packed is not None
        assert packed.head["day"] == self.today.toordinal()
        day, last = packed.head["day"], packed.head["until"] - 1
        late = [row[PATH] for row in packed.values("late")]
        settings = Store.open(self.root, user_settings=False).settings
        for on in {day, min(last, day + 1000), (day + min(last, day + 10)) // 2}:
            items = [item_of(item.person, date.fromordinal(on), settings) for item in expected.items]
            assert sorted(late) == sorted(i.person.path for i in items if i.status in LATE)


Disk.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
)
TestRoster = Disk.TestCase


# -- until when a row holds

PEOPLE = "People/Ana.md"
DAYS = st.integers(-60, 60).map(lambda days: TODAY + timedelta(days))
SOME_DAY = st.one_of(st.none(), DAYS)
CADENCES = st.one_of(
    st.none(), st.builds(Cadence, st.integers(1, 20), st.sampled_from(["day", "week", "month", "never"]))
)
HOWS = st.sampled_from(["log", "property", "task", "daily note"])


def piece_of(on: date, how: str, line: int, source: str) -> Piece:
    return on.toordinal(), how, "call", f"{how} {line}", line, 1, 5, source


OWN_PIECES = st.lists(
    st.builds(piece_of, DAYS, st.sampled_from(["log", "property"]), NUMBER, st.just(PEOPLE))
)
HEARD_PIECES = st.lists(
    st.builds(piece_of, DAYS, HOWS, NUMBER, st.sampled_from(["a.md", "b.md", "c.md", "d.md"])), max_size=9
)


@given(
    cadence=CADENCES,
    dates=st.tuples(SOME_DAY, SOME_DAY, SOME_DAY),
    paused=st.sampled_from([0, 0, 0, PAUSED]),
    own=OWN_PIECES,
    heard=HEARD_PIECES,
    soon=st.integers(0, 9),
    later=st.integers(0, 90),
)
def test_a_row_holds_until_the_day_it_says(
    cadence: Cadence | None,
    dates: tuple[date | None, date | None, date | None],
    paused: int,
    own: list[Piece],
    heard: list[Piece],
    soon: int,
    later: int,
) -> None:
    """Also where it is worked out on a later day, from what was worth keeping on an earlier one."""
    own = sorted(own, key=newest_first)
    gist = (
        "Ana", (), (), (cadence.every, cadence.unit) if cadence else None, "",
        *(0 if on is None else on.toordinal() for on in dates), paused, "", None, (), (),
        own[0][:-1] if own else None, len(own) > 1, (), (),
    )  # fmt: skip
    asked = replace(Settings(), soon_days=soon)
    everything = sorted([*own, *heard], key=newest_first)
    person = person_of(PEOPLE, gist, tuple(map(evidence_of, everything)))
    said = kept(heard, TODAY.toordinal())
    day = TODAY + timedelta(later)
    for begin in (TODAY, day):
        row = row_on(PEOPLE, gist, said, begin, asked, lambda _: own)
        for ordinal in range(begin.toordinal(), min(row[UNTIL], begin.toordinal() + 250)):
            then = row_of(item_of(person, date.fromordinal(ordinal), asked))
            assert said_of(row) == said_of(then), date.fromordinal(ordinal)


# -- what is heard of somebody when notes change


SOURCES = ("a.md", "b.md", "c.md", "d.md", "e.md")
CHANGE = st.tuples(
    st.integers(0, 40),
    st.dictionaries(
        st.sampled_from(SOURCES), st.lists(st.tuples(DAYS, HOWS, st.integers(1, 4)), max_size=5), max_size=3
    ),
)


@given(changes=st.lists(CHANGE, min_size=1, max_size=8))
def test_what_is_heard_after_an_exchange_is_the_beginning_of_all_there_is(
    changes: list[tuple[int, dict[str, list[tuple[date, str, int]]]]],
) -> None:
    day = TODAY.toordinal()
    notes: dict[str, list[Piece]] = {source: [] for source in SOURCES}
    heard = Heard()
    for days, said in changes:
        day += days
        new = {source: [piece_of(*each, source) for each in pieces] for source, pieces in said.items()}
        notes.update(new)
        there = sorted((piece for pieces in notes.values() for piece in pieces), key=newest_first)
        found = exchanged(heard, new.keys(), [piece for pieces in new.values() for piece in pieces], day)
        heard = kept(there, day) if found is None else found
        assert heard.pieces == tuple(there[: len(heard.pieces)])
        assert heard.cut or len(heard.pieces) == len(there)
        to_come = sum(piece[ON] > day + 1 for piece in there)
        assert len(heard.pieces) >= min(len(there), to_come + 1)
