"""A vault that is kept and brought up to date: each case is a vault before and after something happened."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.vaults import split_vault
from vault_crm.core.agenda import Reckoned
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Note
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import Assembly
from vault_crm.core.vault import assemble

BEFORE = """
    === Daily/2026-11-01.md
    Tea with [[Ana]].
    Saw [[Benny]], Cleo Weidner was there.
    === Daily/2026-11-02.md
    Walk with [[Dan]].
    Call from [[nan]].
    === People/Ana.md
    ---
    aliases: [Nan]
    last_contact: 2026-10-01
    ---
    ## Log
    - 2026-10-20 call: met [[Ben]]
    - [x] 2026-10-15 lunch with [[Ben]] ✅ 2026-10-15
    - 2026-10-10 attempt: nobody there
    === People/Ben.md
    ---
    aliases: [Benny, nan]
    ---
    === People/Cleo Weidner.md
    === Projects/Site.md
    ---
    aliases: [The Site]
    ---
    - [x] show [[The Site]] to [[Ana]] ✅ 2026-10-30
    """
# What happens: (the text that goes, the text that comes in its place)
STEPS: dict[str, tuple[str, str]] = {
    "a link more": ("[[Benny]],", "[[Benny]] and [[Cleo Weidner]],"),
    "a link less": ("[[Benny]]", "Benny"),
    "a link to somebody else": ("[[Benny]]", "[[Cleo Weidner]]"),
    "a line that is no contact": ("Tea with", "#no-contact Tea with"),
    "a name without a link less": ("Cleo Weidner was", "she was"),
    "a log entry": ("- 2026-10-20 call", "- 2026-10-21 tea with [[Cleo Weidner]]\n    - 2026-10-20 call"),
    "a log entry less": ("- 2026-10-20 call: met [[Ben]]\n", "\n"),
    "another type": ("attempt: nobody", "call: nobody"),
    "a later contact": ("last_contact: 2026-10-01", "last_contact: 2026-11-05"),
    "the properties in other lines": ("aliases: [Nan]\n", "role: editor\n    aliases: [Nan]\n"),
    "no alias": ("aliases: [Benny, nan]\n", "role: editor\n"),
    "another alias": ("Benny, nan", "Benny, Bee"),
    "an alias of somebody with a link": ("Benny, nan", "Benny, The Site"),
    "a name of one's own": ("aliases: [Nan]\n", "name: Cleo Weidner\n    aliases: [Nan]\n"),
    "a log of somebody called otherwise": ("aliases: [Nan]\n", "name: Anita\n"),
    "an alias of a note that is nobody": (": [The Site]", ": [Benny]"),
    "no alias of a note that is nobody": ("aliases: [The Site]", "role: x"),
    "a note that becomes a person": ("aliases: [The Site]", "aliases: [The Site]\n    tags: [person]"),
    "a note that is a person no longer": ("last_contact: 2026-10-01", "type: book"),
    "a new person": ("=== Projects/Site.md", "=== People/Dan.md\n    === Projects/Site.md"),
    "a second note of a name": ("=== Projects/Site.md", "=== Projects/Ben.md\n    === Projects/Site.md"),
    "a second person of a name": ("=== Projects/Site.md", "=== Work/People/Ana.md\n    === Projects/Site.md"),
    "a twin but for case": ("=== Projects/Site.md", "=== people/ana.md\n    === Projects/Site.md"),
    "a person less": ("=== People/Cleo Weidner.md\n", ""),
    "a renamed person": ("People/Cleo Weidner.md", "People/Cleo W.md"),
    "a person in another folder": ("People/Ben.md", "Work/People/Ben.md"),
    "a note that is no longer dated": ("Daily/2026-11-01.md", "Daily/First.md"),
    "broken properties": ("last_contact: 2026-10-01\n    ---", "last_contact: 2026-10-01"),
    "a link that means two less": ("Call from [[nan]].", "A call."),
    "a link that means two more": ("- [x] show", "- [x] show [[nan]] and"),
    "a task undone": ("- [x] show", "- [ ] show"),
}
DAYS = (date(2026, 10, 20), date(2026, 11, 1), date(2026, 11, 5), date(2027, 1, 1))


def parsed(text: str, chosen: Settings) -> dict[str, Note]:
    return {path: parse_note(path, body, chosen) for path, body in split_vault(text).items()}


def changed(before: dict[str, Note], after: dict[str, Note]) -> set[str]:
    return {path for path in before.keys() | after.keys() if before.get(path) is not after.get(path)}


@pytest.mark.parametrize("plain", [False, True], ids=["links", "names"])
@pytest.mark.parametrize(("gone", "come"), STEPS.values(), ids=STEPS.keys())
def test_a_step_there_and_back(gone: str, come: str, plain: bool) -> None:
    assert BEFORE.count(gone) == 1
    chosen = Settings(plain_names=plain, default_cadence="1 week", folders={"": "2 weeks"})
    first, second = parsed(BEFORE, chosen), parsed(BEFORE.replace(gone, come), chosen)
    assert first != second
    assembly, known = Assembly(chosen), Reckoned()
    vaults = []
    now: dict[str, Note] = {}
    for notes in (first, second, first, second):
        vault = assembly.update(dict(notes), changed(now, notes))
        now = notes
        assert vault == assemble(notes, chosen)
        for today in DAYS:
            assert agenda(vault, today, chosen, known) == agenda(vault, today, chosen)
        vaults.append(vault)
    assert vaults[0] == vaults[2] == assemble(first, chosen)
    assert vaults[1] == vaults[3] != vaults[0]


def kept(text: str, gone: str, come: str, **more: Any) -> tuple[Vault, Vault]:
    """The vaults before and after a step."""
    chosen = Settings(**more)
    first, second = parsed(text, chosen), parsed(text.replace(gone, come), chosen)
    # as a reader does it: what did not change is the same object
    second = {path: first[path] if first.get(path) == note else note for path, note in second.items()}
    assembly = Assembly(chosen)
    return assembly.update(first, ()), assembly.update(second, changed(first, second))


def test_nobody_is_made_anew_whom_a_step_does_not_touch() -> None:
    before, after = kept(BEFORE, "[[Benny]]", "[[Cleo Weidner]]")
    same = {path for path, person in after.by_path.items() if person is before.by_path[path]}
    assert same == {"People/Ana.md"}


def test_nobody_is_made_anew_when_a_note_comes_that_says_nothing_of_them() -> None:
    come = "=== People/Zed.md\n    === Projects/Site.md"
    before, after = kept(BEFORE, "=== Projects/Site.md", come)
    assert all(after.by_path[path] is person for path, person in before.by_path.items())
    assert set(after.by_path) - set(before.by_path) == {"People/Zed.md"}


def test_an_equal_note_changes_nobody() -> None:
    chosen = Settings()
    assembly = Assembly(chosen)
    before = assembly.update(parsed(BEFORE, chosen), ())
    again = parsed(BEFORE, chosen)
    after = assembly.update(again, again.keys())
    assert after == before
    assert all(after.by_path[path] is person for path, person in before.by_path.items())


def test_a_vault_that_was_empty_and_is_empty_again() -> None:
    chosen = Settings(tags={"x": "2x"})
    assembly = Assembly(chosen)
    notes = parsed(BEFORE, chosen)
    assert assembly.update({}, ()) == assemble({}, chosen)
    assert assembly.update(notes, notes.keys()) == assemble(notes, chosen)
    assert assembly.update({}, notes.keys()) == assemble({}, chosen)
    assert assembly.update(notes, notes.keys()) == assemble(notes, chosen)


# -- the agenda


def test_who_is_the_same_on_the_same_day_is_not_worked_out_again() -> None:
    chosen = Settings()
    before, after = kept(BEFORE, "[[Benny]]", "[[Cleo Weidner]]")
    known = Reckoned()
    first = {item.person.path: item for item in agenda(before, DAYS[2], chosen, known).items}
    second = {item.person.path: item for item in agenda(after, DAYS[2], chosen, known).items}
    assert {path for path in second if second[path] is first[path]} == {"People/Ana.md"}


def test_another_day_or_other_settings_are_another_agenda() -> None:
    vault = assemble(parsed(BEFORE, Settings()), Settings())
    known = Reckoned()
    for today in (*DAYS, DAYS[0]):
        for chosen in (Settings(), Settings(soon_days=30), Settings(dates_days=0)):
            assert agenda(vault, today, chosen, known) == agenda(vault, today, chosen)
