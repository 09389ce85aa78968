"""Whatever happens to notes one after another: the vault and the agenda that are kept and brought up to date
are those that are made anew."""

from __future__ import annotations

from datetime import date
from datetime import timedelta

from hypothesis import HealthCheck
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import rule

from vault_crm.core.agenda import Reckoned
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Note
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import Assembly
from vault_crm.core.vault import assemble

# Two with one stem, two that differ in case only, dated notes of each kind, and notes that are nobody's.
PATHS = [
    "People/Ana Sousa.md", "People/Ben.md", "Work/People/Ben.md", "people/ben.md", "Cleo.md",
    "Daily/2026-11-01.md", "Daily/2026-11-02.md", "Journal.md", "Meetings/Kick-off.md", "Projects/Site.md",
]  # fmt: skip
TARGETS = [
    "Ana Sousa",
    "Ben",
    "Ben",
    "People/Ben",
    "Benny",
    "Anita",
    "Cleo",
    "Site",
    "Nobody",
    "../People/Ben",
]
NAMES = ["Ben", "Ana Sousa", "Benny", "Anita", "Ben Okafor", "Cleo"]
START = date(2026, 10, 25)

paths = st.sampled_from(PATHS)
days = st.integers(0, 12).map(lambda n: START + timedelta(n))
links = st.sampled_from(TARGETS).map("[[{}]]".format)
words = st.sampled_from(
    ["call", "call: tea with", "attempt:", "Saw Ana Sousa and Ben Okafor with", "#no-contact", "<!--"]
)
log_lines = st.one_of(
    st.builds("- {} {} {} and {}\n".format, days, words, links, links),
    st.builds("- [x] {0} lunch with {1} ✅ {0}\n".format, days, links),
)
done_tasks = st.builds("- [x] {} {} ✅ {}\n".format, links, words, days)
said_lines = st.builds("{} {}\n".format, words, links)
properties = st.one_of(
    st.builds("last_contact: {}\n".format, days),
    st.builds("cadence: {}\n".format, st.sampled_from(["1 week", "2 days", "biweekly", "2x", "never"])),
    st.builds("aliases: [{}, {}]\n".format, st.sampled_from(NAMES), st.sampled_from(NAMES)),
    st.builds("name: {}\n".format, st.sampled_from(NAMES)),
    st.builds("birthday: 1990-{:%m-%d}\n".format, days),
    st.builds('events: ["{} moves"]\n'.format, days),
    st.builds("snooze_until: {}\n".format, days),
    st.builds("date: {}\n".format, days),
    st.builds('people: ["{}"]\n'.format, links),
    st.sampled_from(["role: editor\n", "aliases: [Benny]\n", "aliases: [Ben, Anita]\n", "role: friend\n"]),
    st.sampled_from(["tags: [person]\n", "tags: [family]\n", "type: book\n", "private: true\n", "died: -\n"]),
)


@st.composite
def bodies(draw: st.DrawFn) -> str:
    log = draw(st.lists(log_lines, max_size=2))
    parts = draw(st.lists(said_lines, max_size=2))
    parts += ["## 2026-11-03\n"] * draw(st.integers(0, 1))
    parts += draw(st.lists(done_tasks | said_lines, max_size=2))
    return "".join(parts) + ("## Log\n\n" + "".join(log) if log else "")


frontmatters = st.lists(properties, max_size=3).map("".join)
lines = st.one_of(log_lines, done_tasks, said_lines)
soon = st.sampled_from([True, True, True, False])


class Notes(RuleBasedStateMachine):
    """Notes that are written, renamed and removed, and looked at after each change or after a few."""

    @initialize(
        plain=st.booleans(),
        dated=st.booleans(),
        first=st.fixed_dictionaries({path: bodies() for path in PATHS}),
        without=st.sets(paths, max_size=4),
    )
    def begin(self, plain: bool, dated: bool, first: dict[str, str], without: set[str]) -> None:
        tiers, tags = {"odd": "2x"}, {"family": "3 days"}
        self.settings = Settings(plain_names=plain, dated_notes=dated, tags=tags, tiers=tiers)
        self.texts: dict[str, tuple[str, str]] = {}  # frontmatter and body
        self.notes: dict[str, Note] = {}
        self.changed: set[str] = set()
        self.assembly = Assembly(self.settings)
        self.known = Reckoned()
        self.vault = Vault()
        self.earlier: list[tuple[Vault, str]] = []
        for path in sorted(first.keys() - without):
            self._write(path, "", first[path])
        self.look(START)

    def _write(self, path: str, frontmatter: str, body: str) -> None:
        self.texts[path] = frontmatter, body
        block = f"---\n{frontmatter}---\n" if frontmatter else ""
        self.notes[path] = parse_note(path, block + body, self.settings)
        self.changed.add(path)

    def _remove(self, path: str) -> None:
        del self.texts[path], self.notes[path]
        self.changed.add(path)

    def _look_if(self, soon: bool) -> None:
        if soon:
            self.look(START)

    # -- what happens to the notes

    @rule(path=paths, body=bodies(), soon=soon)
    def write_a_body(self, path: str, body: str, soon: bool) -> None:
        if path in self.texts:
            self._write(path, self.texts[path][0], body)
            self._look_if(soon)

    @rule(path=paths, line=lines, first=st.booleans(), soon=soon)
    def add_a_line(self, path: str, line: str, first: bool, soon: bool) -> None:
        if path in self.texts:
            frontmatter, body = self.texts[path]
            self._write(path, frontmatter, line + body if first else body + line)
            self._look_if(soon)

    @rule(path=paths, frontmatter=frontmatters, soon=soon)
    def write_properties(self, path: str, frontmatter: str, soon: bool) -> None:
        if path in self.texts:
            self._write(path, frontmatter, self.texts[path][1])
            self._look_if(soon)

    @rule(path=paths, prop=properties, soon=soon)
    def add_a_property(self, path: str, prop: str, soon: bool) -> None:
        if path in self.texts:
            frontmatter, body = self.texts[path]
            self._write(path, prop + frontmatter, body)
            self._look_if(soon)

    @rule(one=paths, other=paths, soon=soon)
    def swap(self, one: str, other: str, soon: bool) -> None:
        if one in self.texts and other in self.texts:
            texts = self.texts[one], self.texts[other]
            self._write(other, *texts[0])
            self._write(one, *texts[1])
            self._look_if(soon)

    @rule(one=paths, other=paths, soon=soon, body=bodies())
    def rename_or_remove_or_make(self, one: str, other: str, soon: bool, body: str) -> None:
        if one in self.texts:
            text = self.texts[one]
            self._remove(one)
            if other != one:
                self._write(other, *text)
        else:
            self._write(one, "", body)
        self._look_if(soon)

    @rule(path=paths)
    def save_without_a_change(self, path: str) -> None:
        if path in self.texts:
            self._write(path, *self.texts[path])

    @rule(path=paths)
    def list_the_notes_in_another_order(self, path: str) -> None:
        if path in self.notes:
            self.notes = {path: self.notes.pop(path), **self.notes}

    # -- what is looked at

    @rule(today=days)
    def look(self, today: date) -> None:
        before, self.vault = self.vault, self.assembly.update(dict(self.notes), frozenset(self.changed))
        self.changed.clear()
        fresh = assemble(dict(self.notes), self.settings)
        assert self.vault == fresh
        assert list(self.vault.by_path) == [person.path for person in fresh.people]
        for path, person in self.vault.by_path.items():
            if person == before.by_path.get(path):
                assert person is before.by_path[path], "somebody was made anew who is as before"
        self.earlier = [*self.earlier[-2:], (self.vault, repr(self.vault))]
        self.ask_for_the_agenda(today)

    @rule(today=days)
    def ask_for_the_agenda(self, today: date) -> None:
        kept = agenda(self.vault, today, self.settings, self.known)
        assert kept == agenda(self.vault, today, self.settings)
        again = agenda(self.vault, today, self.settings, self.known)
        assert all(one is other for one, other in zip(kept.items, again.items, strict=True))

    @rule(today=days)
    def ask_for_the_agenda_of_earlier_vaults(self, today: date) -> None:
        for vault, as_it_was in self.earlier:
            assert repr(vault) == as_it_was, "a vault changed after it was returned"
            assert agenda(vault, today, self.settings, self.known) == agenda(vault, today, self.settings)


Notes.TestCase.settings = settings(
    max_examples=120, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestAssembly = Notes.TestCase
