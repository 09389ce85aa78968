"""Whatever happens to a vault below a process that stays: what it holds back is what was there before, and
all else is what a fresh look at the disk finds."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import rule

from tests.vaults import comparable
from tests.vaults import without_cache
from vault_crm.core.model import Vault
from vault_crm.store.cache import Index
from vault_crm.store.cache import cache_key
from vault_crm.store.files import MAX_NOTE
from vault_crm.store.live import HOLD
from vault_crm.store.live import LiveVault
from vault_crm.store.load import index_path
from vault_crm.store.load import load_vault
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store

PATHS = st.sampled_from([
    "People/Ana.md", "People/ana.md", "People/Ben.md", "People/Ana 2.md", "People/Ben 2.md", "Cleo.md",
    "People/Ana.sync-conflict-20261122-101112-ABCDEFG.md", "Daily/2026-11-01.md", "Archive/Dan.md",
])  # fmt: skip
FOLDERS = st.sampled_from(["People", "Archive", "Daily", "people", "Archive/Old"])
DATES = ("2026-01-02", "2026-02-03", "2025-11-30")
DATE = st.sampled_from(DATES)
NOTES = st.one_of(
    st.builds("---\nlast_contact: {}\ncadence: monthly\nemail: a@example.org\n---\nx\n".format, DATE),
    st.builds("---\ntags: [person]\nlast_contact: {}\n---\nWorks at the bakery.\n".format, DATE),
    st.builds("---\ntags: [person]\nlast_contact: {}\n".format, DATE),  # never closed
    st.builds("- 10:00 tea with [[Ana]]\n- {} [[Ben]]\n".format, DATE),
    st.builds("# Someone\n\n## Log\n\n- {} call: [[Ben]]\n".format, DATE),
    st.just(""),
)
FIRST = {
    "People/Ana.md": "---\nlast_contact: 2026-01-02\nemail: a@example.org\n---\n",
    "People/Ben.md": "---\nlast_contact: 2026-01-02\n---\nLives by the river.\n",
    "Daily/2026-11-01.md": "Tea with [[Ana]] and [[Dan]].\n",
    "Archive/Dan.md": "# Dan\n\n## Log\n\n- 2026-02-03 call\n",
}
LATER = HOLD + 0.01
NUMBER = st.integers(0, 9)
# Times of the clock that a file can bear: long ago, far ahead, and as it comes.
MOMENTS = st.sampled_from([10**18, 4 * 10**18, None])


class Stay(RuleBasedStateMachine):
    """A vault on disk, everything that editors and sync programs do to it, and a process that looks."""

    @initialize()
    def begin(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="vault-crm-test-"))
        self._old_cache = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = str(self._home / "cache")
        self.root = self._home / "notes"
        (self.root / ".vault-crm").mkdir(parents=True)
        for path, text in FIRST.items():
            self.write_in_place(path, text, None)
        self.seconds = 0.0
        self.before: Vault | None = None
        self.held: frozenset[str] = frozenset()
        self._start()

    def teardown(self) -> None:
        if self._old_cache is None:
            os.environ.pop("XDG_CACHE_HOME", None)
        else:
            os.environ["XDG_CACHE_HOME"] = self._old_cache
        shutil.rmtree(self._home)

    def _start(self) -> None:
        self.store = Store.open(self.root, user_settings=False)
        self.live = LiveVault(self.store.root, self.store.settings, lambda: self.seconds)
        self.before = None

    def _pick(self, number: int) -> Path | None:
        notes = sorted(p for p in self.root.rglob("*.md") if p.is_file())
        return notes[number % len(notes)] if notes else None

    def _room(self, path: str) -> Path:
        """Where a note is to be; a folder or link that stands in the way is removed."""
        note = self.root / path
        note.parent.mkdir(parents=True, exist_ok=True)
        if note.is_symlink():
            note.unlink()
        return note

    def _date(self, path: Path, moment: int | None) -> None:
        if moment is not None:
            os.utime(path, ns=(moment, moment))

    # -- what editors and sync programs do

    @rule(path=PATHS, text=NOTES, moment=MOMENTS)
    def write_in_place(self, path: str, text: str, moment: int | None) -> None:
        note = self._room(path)
        note.write_text(text)
        self._date(note, moment)

    @rule(path=PATHS, text=NOTES, moment=MOMENTS)
    def replace_by_rename(self, path: str, text: str, moment: int | None) -> None:
        note = self._room(path)
        temp = note.with_name(".temp")
        temp.write_text(text)
        self._date(temp, moment)
        temp.replace(note)

    @rule(number=NUMBER, new=DATE, back=st.booleans(), coarse=st.booleans())
    def edit_in_the_same_size(self, number: int, new: str, back: bool, coarse: bool) -> None:
        """With `back`, the mtime stays; with `coarse`, no time stamp shows it, as where they are coarse."""
        note = self._pick(number)
        if note is None or note.stat().st_size > MAX_NOTE:
            return
        before = note.stat()
        text = note.read_text()
        for old in DATES:
            text = text.replace(old, new)
        note.write_text(text)
        if back:
            os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
        if coarse:
            self._believe_the_time_stamps(note.resolve())

    def _believe_the_time_stamps(self, note: Path) -> None:
        path = os.path.relpath(note, self.store.root)
        index, current = self.live._index, fingerprint(note.stat())
        record = index.find(path)
        if record is not None and path in self.live._prints and not self.live.last.held:
            self.live._prints[path] = current
            # only what was read in the same tick of the clock can have changed without showing it
            index.touch(path, record, current, min(record.seen, max(current[0], current[1])))
            self.live._young.add(path)

    @rule(number=NUMBER)
    def empty(self, number: int) -> None:
        if note := self._pick(number):
            note.write_text("")

    @rule(number=NUMBER)
    def break_the_frontmatter(self, number: int) -> None:
        note = self._pick(number)
        if note is not None and note.stat().st_size < MAX_NOTE:
            note.write_text("---\nbroken: [\n" + note.read_text().removeprefix("---\n"))

    @rule(number=NUMBER)
    def mend_the_frontmatter(self, number: int) -> None:
        note = self._pick(number)
        if note is not None and note.stat().st_size < MAX_NOTE:
            note.write_text(note.read_text().replace("broken: [\n", ""))

    @rule(number=NUMBER)
    def grow_too_large(self, number: int) -> None:
        note = self._pick(number)
        if note is not None:
            with note.open("r+") as file:
                file.truncate(MAX_NOTE + 1)

    @rule(number=NUMBER)
    def delete(self, number: int) -> None:
        if note := self._pick(number):
            note.unlink()

    @rule(number=NUMBER, path=PATHS)
    def rename(self, number: int, path: str) -> None:
        """Onto another note or not: it is believed at once."""
        note, target = self._pick(number), self.root / path
        if note is None or note.is_symlink() or (target.exists() and note.samefile(target)):
            return
        old = note.relative_to(self.root).as_posix()
        note.replace(self._room(path))
        known = not self.held
        self._look()
        assert not known or old not in self.held

    @rule(number=NUMBER, other=NUMBER)
    def swap_two(self, number: int, other: int) -> None:
        one, two = self._pick(number), self._pick(other)
        if one is not None and two is not None and one != two:
            temp = self.root / ".temp"
            one.replace(temp)
            two.replace(one)
            temp.replace(two)

    @rule(folder=FOLDERS, to=FOLDERS)
    def move_a_folder(self, folder: str, to: str) -> None:
        old, new = self.root / folder, self.root / to
        if old.is_dir() and not new.exists() and not to.startswith(folder + "/"):
            new.parent.mkdir(exist_ok=True)
            old.rename(new)

    @rule(folder=FOLDERS)
    def move_a_folder_out(self, folder: str) -> None:
        away = self._home / "away"
        if (self.root / folder).is_dir() and not away.exists():
            (self.root / folder).rename(away)

    @rule(folder=FOLDERS)
    def move_it_in_again(self, folder: str) -> None:
        away, new = self._home / "away", self.root / folder
        if away.exists() and not new.exists():
            new.parent.mkdir(exist_ok=True)
            away.rename(new)

    @rule(number=NUMBER, path=PATHS, hard=st.booleans())
    def link(self, number: int, path: str, hard: bool) -> None:
        note, new = self._pick(number), self.root / path
        if note is not None and not new.exists() and not new.is_symlink():
            new.parent.mkdir(parents=True, exist_ok=True)
            if hard:
                os.link(note, new)
            else:
                new.symlink_to(note)

    @rule(path=PATHS, to=st.sampled_from(["nothing", "../outside.md", ".hidden/note", "."]), text=NOTES)
    def link_to_elsewhere(self, path: str, to: str, text: str) -> None:
        new = self.root / path
        if new.exists() or new.is_symlink():
            return
        (self._home / "outside.md").write_text(text)
        (self.root / ".hidden").mkdir(exist_ok=True)
        (self.root / ".hidden/note").write_text(text)
        new.parent.mkdir(parents=True, exist_ok=True)
        new.symlink_to(os.path.join(self.root, to))

    @rule(text=NOTES)
    def write_behind_a_link(self, text: str) -> None:
        (self.root / ".hidden").mkdir(exist_ok=True)
        (self.root / ".hidden/note").write_text(text)

    @rule(ignore=st.sampled_from([[], ["Archive/"], ["/^People.An/"]]))
    def change_what_obsidian_ignores(self, ignore: list[str]) -> None:
        (self.root / ".obsidian").mkdir(exist_ok=True)
        (self.root / ".obsidian/app.json").write_text(json.dumps({"userIgnoreFilters": ignore}))
        self._start()

    # -- what the process does

    @rule(seconds=st.sampled_from([HOLD / 2, LATER]))
    def time_passes(self, seconds: float) -> None:
        self.seconds += seconds

    @rule()
    def everything_held_is_believed_in_time(self) -> None:
        self._look()
        self.seconds += LATER
        self._look()
        assert not self.held

    @rule()
    def begin_again(self) -> None:
        self.live.save()
        self._start()

    @rule()
    def save(self) -> None:
        """What is vouched for is what is there."""
        self._look()
        identity = self.live.save()
        if identity is not None:
            assert not self.held
            index = Index(index_path(self.store.root), cache_key(self.store.settings))
            assert index.identity == identity
            assert index.survey is not None
            assert index.all_notes().keys() == self._from_scratch().notes.keys()

    @invariant()
    def it_is_as_a_fresh_look_finds_it(self) -> None:
        if hasattr(self, "live"):
            self._look()

    def _look(self) -> None:
        before, fresh = self.before, self._from_scratch()
        vault = self.live.load()
        self.before, self.held = vault, self.live.last.held
        if before is not None:
            for path in self.held:
                assert vault.notes.get(path) == before.notes.get(path)
        for path in {*vault.notes, *fresh.notes} - self.held:
            assert vault.notes.get(path) == fresh.notes.get(path)
        if not self.held:
            assert comparable(vault) == comparable(fresh)
        assert self.live.load() is vault  # nothing happened meanwhile

    def _from_scratch(self) -> Vault:
        with without_cache(self._home):
            return load_vault(self.store.root, self.store.settings)


Stay.TestCase.settings = settings(
    max_examples=30, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLive = Stay.TestCase
