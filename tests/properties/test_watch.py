"""Whatever people do to notes and dashboards while a watcher is at work: no word is lost, no tick is counted
twice, and whenever it says that there is nothing left to do, the page is what it should be.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import invariant
from hypothesis.stateful import precondition
from hypothesis.stateful import rule

from tests.serve.fakes import OpenInVim
from tests.serve.fakes import Scene
from tests.serve.fakes import ticked

NAMES = ("Ana", "Ben", "Cleo", "Dora", "Eli", "Fay")
PEOPLE = st.sampled_from(NAMES)
PAGE = "OVERDUE.md"
DAYS = st.sampled_from(["2036-01-02", "2036-11-02", "2036-11-18", "2036-11-20"])
CADENCES = st.sampled_from(["1 week", "2 months", "1 year"])
STEPS = st.sampled_from([0.0, 0.5, 2.0, 4.0, 6.0, 12.0, 31.0, 31.0, 4000.0, 86400.0])
# How a tick goes on: its words, which may say a day, a kind, or a command beside.
BEHIND = st.sampled_from(["", " {}", " {}", " call: {}", " 2036-11-03 {}", " {}\n    - next: ask for {}"])
# Lines of a note that come from a tick or a command, and those that these may take away.
OURS = re.compile(
    r"- \d{4}-\d\d-\d\d .*|last_contact: .*|next: .*|snooze_until: .*|## Log|---|\s*", re.DOTALL
)
THEIRS = re.compile(r"last_contact: .*|next: .*|snooze_until: .*")
_TICK_LINE = re.compile(r"^- \[ \] \[(\w+)\]\(People/\w+\.md\)$", re.MULTILINE)


class Life(RuleBasedStateMachine):
    """A vault, a watcher whose beats come when they may, and people with editors."""

    @initialize(early=st.booleans())
    def begin(self, early: bool) -> None:
        self._home = Path(tempfile.mkdtemp(prefix="vault-crm-test-"))
        self._before = {name: os.environ.get(name) for name in ("XDG_CACHE_HOME", "XDG_STATE_HOME")}
        for name in self._before:
            os.environ[name] = str(self._home / name)
        root = self._home / "notes"
        (root / ".vault-crm").mkdir(parents=True)
        (root / "People").mkdir()
        for name in NAMES:
            (root / f"People/{name}.md").write_text("---\ncadence: 1 week\nlast_contact: 2036-11-02\n---\n")
        self.scene = Scene(root)
        self.scene.early = early
        self.words = 0
        self.typed: set[str] = set()  # on the page at some time, by a user
        self.base = {name: self._note(name).read_text() for name in NAMES}
        self.vim: OpenInVim | None = None
        self.buffer = ""
        self.open_notes: dict[str, OpenInVim] = {}
        self.clean = self.scene.beat().clean

    def teardown(self) -> None:
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        shutil.rmtree(self._home)

    def _note(self, name: str) -> Path:
        return self.scene.root / f"People/{name}.md"

    def _word(self) -> str:
        self.words += 1
        return f"w{self.words:03}q"

    # -- time

    @rule(seconds=STEPS)
    def time_passes_and_it_beats(self, seconds: float) -> None:
        self.scene.clock.advance(seconds)
        self.clean = self.scene.beat().clean

    @rule(seconds=STEPS)
    def it_is_left_alone(self, seconds: float) -> None:
        if seconds < 100:
            self.clean = self.scene.run(seconds).clean

    @rule()
    def it_is_killed_and_begins_anew(self) -> None:
        self.scene.begin()
        self.clean = False

    # -- notes

    @rule(name=PEOPLE, day=DAYS, cadence=CADENCES)
    def a_note_is_edited(self, name: str, day: str, cadence: str) -> None:
        if self._note(name).exists():
            text = re.sub(r"last_contact: .*", f"last_contact: {day}", self._note(name).read_text(), count=1)
            self._save_note(name, re.sub(r"cadence: .*", f"cadence: {cadence}", text, count=1))

    @rule(name=PEOPLE)
    def a_note_grows(self, name: str) -> None:
        if self._note(name).exists():
            self._save_note(name, self._note(name).read_text() + f"about {self._word()}\n")

    @rule(name=PEOPLE)
    def a_note_goes_to_the_trash(self, name: str) -> None:
        if self._note(name).exists() and name not in self.open_notes:
            trash = self.scene.root / ".trash"
            trash.mkdir(exist_ok=True)
            self._note(name).rename(trash / f"{name} {self._word()}.md")
            self.clean = False

    @rule(name=PEOPLE, day=DAYS)
    def a_note_is_made(self, name: str, day: str) -> None:
        if not self._note(name).exists():
            self._save_note(name, f"---\nlast_contact: {day}\ncadence: 1 week\n---\n")

    @rule(name=PEOPLE)
    def vim_holds_a_note_or_lets_it_go(self, name: str) -> None:
        self.clean = False
        if name in self.open_notes:
            self.open_notes.pop(name).__exit__()
        elif self._note(name).exists():
            self.open_notes[name] = OpenInVim(self.scene, f"People/{name}.md").__enter__()

    def _save_note(self, name: str, text: str) -> None:
        self.scene.save(f"People/{name}.md", text)
        self.base[name] = text
        self.clean = False

    # -- the page

    @rule(name=PEOPLE, behind=BEHIND)
    def somebody_is_ticked(self, name: str, behind: str) -> None:
        self._on_line(name, lambda line: ticked(line) + behind.replace("{}", self._word()))

    @rule(name=PEOPLE)
    def words_are_typed_below(self, name: str) -> None:
        self._on_line(name, lambda line: f"{line}\n    - about {self._word()}")

    @rule(name=PEOPLE)
    def a_command_is_typed(self, name: str) -> None:
        self._on_line(name, lambda line: f"{line}\n    - snooze 2 weeks")

    @rule()
    def a_line_of_ones_own(self) -> None:
        self._edit(
            lambda text: text.replace("<!-- vault-crm:end -->", f"{self._word()}\n<!-- vault-crm:end -->")
        )

    @rule(names=st.lists(PEOPLE, min_size=1, max_size=2, unique=True))
    def a_tick_of_ones_own(self, names: list[str]) -> None:
        line = f"- [x] {self._word()} with {' and '.join(f'[[{name}]]' for name in names)}"
        self._edit(lambda text: text.replace("<!-- vault-crm:end -->", f"\n{line}\n<!-- vault-crm:end -->"))

    @precondition(lambda self: getattr(self, "vim", None) is None)
    @rule()
    def the_page_is_opened_and_changed(self) -> None:
        if (self.scene.root / PAGE).exists():
            self.buffer = self.scene.page
            self.vim = OpenInVim(self.scene, PAGE).__enter__()

    @precondition(lambda self: getattr(self, "vim", None) is not None)
    @rule(leaves=st.booleans())
    def the_open_page_is_saved(self, leaves: bool) -> None:
        assert self.vim is not None
        self.vim.saves(text=self.buffer)
        self._note_words(self.buffer)
        self.vim.__exit__()
        self.vim = None if leaves else self.vim.__enter__()
        self.clean = False

    @precondition(lambda self: getattr(self, "vim", None) is not None)
    @rule()
    def the_open_page_is_given_up(self) -> None:
        assert self.vim is not None
        self.vim.__exit__()
        self.vim = None
        self.clean = False

    @precondition(lambda self: getattr(self, "vim", None) is None)
    @rule()
    def the_page_is_deleted_without_words_on_it(self) -> None:
        page = self.scene.root / PAGE
        if page.exists() and not any(word in self.scene.page for word in self.typed):
            page.unlink()
            self.clean = False

    def _on_line(self, name: str, change: object) -> None:
        """Changes the first line of somebody on which nothing is yet."""
        text = self.buffer if self.vim else self._page()
        found = next((m[0] for m in _TICK_LINE.finditer(text) if m[1] == name), None)
        if found is not None:
            self._edit(lambda whole: whole.replace(f"{found}\n", f"{change(found)}\n", 1))  # type: ignore[operator]

    def _edit(self, change: object) -> None:
        if self.vim is not None:
            self.buffer = change(self.buffer)  # type: ignore[operator]
        elif (self.scene.root / PAGE).exists():
            text = change(self.scene.page)  # type: ignore[operator]
            self.scene.save(PAGE, text)
            self._note_words(text)
            self.clean = False

    def _page(self) -> str:
        return self.scene.page if (self.scene.root / PAGE).exists() else ""

    def _note_words(self, text: str) -> None:
        self.typed |= set(re.findall(r"w\d\d\dq", text))

    # -- what always holds

    def _notes(self) -> list[str]:
        folders = (self.scene.root / "People", self.scene.root / ".trash")
        return [path.read_text() for folder in folders for path in sorted(folder.glob("*.md"))]

    @invariant()
    def no_typed_word_is_lost_and_none_is_doubled(self) -> None:
        if not hasattr(self, "scene"):
            return
        page, notes = self._page(), self._notes()
        for word in self.typed:
            assert word in page or any(word in note for note in notes), word
            for note in notes:
                assert len(re.findall(rf"^- .*{word}", note, re.MULTILINE)) <= 1, note

    @invariant()
    def no_note_has_a_byte_that_nobody_put_there(self) -> None:
        if not hasattr(self, "scene"):
            return
        for name in NAMES:
            if self._note(name).exists():
                now, base = self._note(name).read_text().split("\n"), self.base[name].split("\n")
                assert all(OURS.fullmatch(line) for line in set(now) - set(base)), now
                assert all(THEIRS.fullmatch(line) for line in set(base) - set(now)), now

    @invariant()
    def clean_means_true(self) -> None:
        if hasattr(self, "scene") and self.clean:
            self.scene.assert_true()
            for line in re.findall(r"^- \[x\] .*", self.scene.page, re.MULTILINE):
                assert not any(f"[{n}]" in line and self._note(n).exists() for n in NAMES), line

    @invariant()
    def nothing_is_wrong(self) -> None:
        if hasattr(self, "scene"):
            assert [one for one in self.scene.wrong() if one.startswith("problem")] == []


Life.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLife = Life.TestCase
