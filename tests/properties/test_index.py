"""Whatever happens to a vault between two runs: what is loaded with the index is what is loaded without
it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
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
from vault_crm.store.load import index_path
from vault_crm.store.load import load_vault
from vault_crm.store.scan import fingerprint
from vault_crm.store.store import Store

PATHS = st.sampled_from(
    ["People/Ana.md", "People/Ben.md", "People/Ana 2.md", "Daily/2026-11-01.md", "Cleo.md", "Archive/Dan.md"]
)
DATES = st.sampled_from(["2026-01-02", "2026-02-03", "2025-11-30"])
NOTES = st.one_of(
    st.builds("---\nlast_contact: {}\ncadence: monthly\nemail: a@example.org\n---\nx\n".format, DATES),
    st.builds("---\ntags: [person]\nlast_contact: {}\n".format, DATES),  # never closed
    st.builds("- 10:00 tea with [[Ana]]\n- {} [[Ben]]\n".format, DATES),
    st.builds("# Someone\n\n## Log\n\n- {} call: [[Ben]]\n".format, DATES),
    st.just(""),
)
FIRST = {
    "People/Ana.md": "---\nlast_contact: 2026-01-02\n---\n",
    "Daily/2026-11-01.md": "Tea with [[Ana]] and [[Dan]].\n",
    "Archive/Dan.md": "# Dan\n\n## Log\n\n- 2026-02-03 call\n",
}
# Times of the clock that a file can bear: now, long ago, far ahead, and just around now.
MOMENTS = st.sampled_from([0, 10**18, 4 * 10**18, None])
CONFIGS = st.sampled_from(
    ["", 'people = ["Archive"]\n', '[daily]\nfolder = "Daily"\n', "[evidence]\nplain_names = true\n"]
)


class Disk(RuleBasedStateMachine):
    """A vault on disk, and everything that editors, sync programs, git and clocks do to it."""

    @initialize()
    def begin(self) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="vault-crm-test-"))
        self._old_cache = os.environ.get("XDG_CACHE_HOME")
        os.environ["XDG_CACHE_HOME"] = str(self._home / "cache")
        self.root = self._home / "notes"
        (self.root / ".vault-crm").mkdir(parents=True)
        for path, text in FIRST.items():
            self.write_in_place(path, text, None)

    def teardown(self) -> None:
        if self._old_cache is None:
            os.environ.pop("XDG_CACHE_HOME", None)
        else:
            os.environ["XDG_CACHE_HOME"] = self._old_cache
        shutil.rmtree(self._home)

    def _existing(self) -> list[Path]:
        return sorted(p for p in self.root.rglob("*.md") if p.is_file())

    def _index(self) -> Index:
        store = Store.open(self.root, user_settings=False)
        return Index(index_path(store.root), cache_key(store.settings))

    def _pick(self, number: int) -> Path | None:
        notes = self._existing()
        return notes[number % len(notes)] if notes else None

    def _settle(self, moment: int | None, path: Path) -> None:
        if moment is not None:
            os.utime(path, ns=(moment, moment))

    @rule(path=PATHS, text=NOTES, moment=MOMENTS)
    def write_in_place(self, path: str, text: str, moment: int | None) -> None:
        note = self.root / path
        note.parent.mkdir(exist_ok=True)
        note.write_text(text)
        self._settle(moment, note)

    @rule(path=PATHS, text=NOTES, moment=MOMENTS)
    def replace_by_rename(self, path: str, text: str, moment: int | None) -> None:
        note = self.root / path
        note.parent.mkdir(exist_ok=True)
        temp = note.with_name(".temp")
        temp.write_text(text)
        self._settle(moment, temp)
        temp.replace(note)

    @rule(number=st.integers(0, 9), new=DATES)
    def edit_in_the_same_size_and_put_the_mtime_back(self, number: int, new: str) -> None:
        note = self._pick(number)
        if note is None:
            return
        before = note.stat()
        text = note.read_text()
        for old in ("2026-01-02", "2026-02-03", "2025-11-30"):
            text = text.replace(old, new)
        note.write_text(text)
        os.utime(note, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert note.stat().st_size == before.st_size

    @rule(number=st.integers(0, 9), new=DATES)
    def edit_that_the_time_stamps_do_not_show(self, number: int, new: str) -> None:
        """As on a file system with coarse time stamps, right after we looked."""
        note = self._pick(number)
        if note is None:
            return
        self.edit_in_the_same_size_and_put_the_mtime_back(number, new)
        index = self._index()
        path = note.relative_to(self.root).as_posix()
        record = index.find(path)
        if record is not None and record.seen < time.time_ns():
            index.touch(path, record, fingerprint(note.stat()), record.seen)
        index.save()

    @rule(number=st.integers(0, 9), path=PATHS)
    def rename(self, number: int, path: str) -> None:
        note = self._pick(number)
        if note is not None:
            (self.root / path).parent.mkdir(exist_ok=True)
            note.replace(self.root / path)

    @rule(number=st.integers(0, 9))
    def delete(self, number: int) -> None:
        note = self._pick(number)
        if note is not None:
            note.unlink()

    @rule(number=st.integers(0, 9), other=st.integers(0, 9))
    def swap_two(self, number: int, other: int) -> None:
        one, two = self._pick(number), self._pick(other)
        if one is not None and two is not None and one != two:
            temp = self.root / ".temp"
            one.replace(temp)
            two.replace(one)
            temp.replace(two)

    @rule(text=CONFIGS)
    def change_the_settings(self, text: str) -> None:
        (self.root / ".vault-crm/config.toml").write_text(text)

    @rule(ignore=st.sampled_from(["[]", '["Archive/"]', '["/^People.An/"]']))
    def change_what_obsidian_ignores(self, ignore: str) -> None:
        (self.root / ".obsidian").mkdir(exist_ok=True)
        (self.root / ".obsidian/app.json").write_text(f'{{"userIgnoreFilters": {ignore}}}')

    @rule(seconds=st.sampled_from([-3600, 10**7]))
    def the_index_believes_it_looked_at_another_time(self, seconds: int) -> None:
        """Its clock was slow; or, as after a quiet month, the time stamps of the notes are old for it."""
        index = self._index()
        for note in self._existing():
            path = note.relative_to(self.root).as_posix()
            record = index.find(path)
            if record is not None:
                index.touch(path, record, record.print, record.seen + seconds * 10**9)
        index.save()

    @rule(keep=st.integers(0, 3000), flip=st.integers(0, 3000))
    def damage_the_index(self, keep: int, flip: int) -> None:
        path = index_path(self.root)
        if path.exists():
            raw = bytearray(path.read_bytes())
            if flip < len(raw):
                raw[flip] ^= 0x10
            path.write_bytes(raw[: max(keep, flip)])

    @rule()
    def nothing(self) -> None:
        """Two runs in a row."""

    @invariant()
    def the_index_changes_nothing(self) -> None:
        if not hasattr(self, "root"):
            return
        loaded = Store.open(self.root, user_settings=False).load()
        assert comparable(loaded) == comparable(self._from_scratch())

    def _from_scratch(self) -> Vault:
        with without_cache(self._home):
            store = Store.open(self.root, user_settings=False)
            return load_vault(store.root, store.settings)


Disk.TestCase.settings = settings(
    max_examples=30, stateful_step_count=16, deadline=None, suppress_health_check=list(HealthCheck)
)
TestIndex = Disk.TestCase
