"""The store: a plan is written as a whole or not at all, and can be taken back."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.vaults import tree_bytes
from vault_crm.core.model import Vault
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.plan import diff
from vault_crm.core.verify import Allowed
from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import NoVault
from vault_crm.errors import Stale
from vault_crm.errors import UsageError
from vault_crm.store.locks import Busy
from vault_crm.store.locks import writing
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id
from vault_crm.store.replacement import Replacement
from vault_crm.store.store import Store
from vault_crm.store.write import write

MakeVault = Callable[[str], Path]
ANY = Allowed(anything=True)
TWO = """\
=== People/Ana.md
one
two
three
=== People/Ben.md
one
two
three
"""


def edit(store: Store, old: str, new: str, *paths: str) -> Plan:
    """A plan that replaces a word in some notes."""
    changes = []
    for path in paths:
        base = store.read(path)
        changes.append(FileChange(path, base, base.replace(old.encode(), new.encode()), ANY))
    return Plan(f"{old} becomes {new}", tuple(changes))


BOTH = ("People/Ana.md", "People/Ben.md")


def test_a_plan_is_written_and_taken_back_to_the_byte(vault: MakeVault) -> None:
    root = vault(TWO)
    before = tree_bytes(root)
    store = Store.open(root)
    applied = store.apply(edit(store, "two", "2 and more", *BOTH))
    assert applied.paths == BOTH
    assert applied.warnings == ()
    assert (root / "People/Ben.md").read_text() == "one\n2 and more\nthree\n"
    undone = store.undo()
    assert undone.plan.title == "undo: two becomes 2 and more"
    assert undone.plan.notes == tuple(f"{path}: every byte as it was" for path in BOTH)
    assert tree_bytes(root) == before


def test_nothing_of_ours_is_left_in_the_vault(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    store.apply(edit(store, "two", "2", *BOTH))
    assert set(tree_bytes(root)) == set(BOTH)


def test_an_empty_plan_touches_nothing_and_is_not_in_the_journal(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    applied = store.apply(edit(store, "nine", "9", *BOTH))
    assert (applied.paths, applied.journal_id, store.history()) == ((), "", [])


def test_one_stale_note_and_none_is_written(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    plan = edit(store, "two", "2", *BOTH)
    (root / "People/Ben.md").write_text("somebody typed\n")
    before = tree_bytes(root)
    with pytest.raises(Stale):
        store.apply(plan)
    assert tree_bytes(root) == before
    assert store.history() == []


def test_one_that_cannot_be_prepared_and_none_is_written(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    changes = (
        *edit(store, "two", "2 and more", "People/Ana.md").changes,
        FileChange("People", b"no note", b"still none", ANY),
    )
    before = tree_bytes(root)
    with pytest.raises(EditRefused, match="not a regular file"):
        store.apply(Plan("too much", changes))
    assert tree_bytes(root) == before
    assert store.history() == []


def test_one_that_cannot_be_swapped_and_the_other_is_put_back(vault: MakeVault) -> None:
    """Somebody saves the second note after everything was prepared, while the first is swapped."""
    root = vault(TWO)
    plan = edit(Store.open(root), "two", "2 and more", *BOTH)

    def begin() -> str:
        (root / "People/Ben.md").write_text("somebody typed\n")
        return "1"

    with pytest.raises(Stale, match="Ben"):
        write([(change, root / change.path) for change in plan.changes], root, begin, None)
    assert tree_bytes(root) == {
        "People/Ana.md": b"one\ntwo\nthree\n",
        "People/Ben.md": b"somebody typed\n",
    }


@pytest.mark.parametrize("allowed", [Allowed(), Allowed(properties=frozenset({"next"}), log_added=1)])
def test_what_a_plan_does_not_allow_is_never_written(vault: MakeVault, allowed: Allowed) -> None:
    root = vault(TWO)
    store = Store.open(root)
    before = tree_bytes(root)
    change = FileChange("People/Ana.md", b"one\ntwo\nthree\n", b"one\nthree\n", allowed)
    with pytest.raises(EditRefused, match="would also change"):
        store.apply(Plan("a line less", (change,)))
    assert tree_bytes(root) == before
    assert store.history() == []


def test_what_could_not_be_put_back_is_named_and_can_still_be_undone(
    vault: MakeVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second note cannot be swapped, and the first cannot be put back."""
    root = vault(TWO)
    store = Store.open(root)
    commit = Replacement.commit

    def once(self: Replacement) -> tuple[str, ...]:
        if self.path.endswith("Ben.md") or self.base == b"one\n2\nthree\n":
            self.discard()
            raise CannotSave(self.path, "the disk is full")
        return commit(self)

    with monkeypatch.context() as patch:
        patch.setattr(Replacement, "commit", once)
        with pytest.raises(CannotSave, match="Ana"):
            store.apply(edit(store, "two", "2", *BOTH))
    assert (root / "People/Ana.md").read_bytes() == b"one\n2\nthree\n"
    store.undo()
    assert tree_bytes(root) == dict.fromkeys(BOTH, b"one\ntwo\nthree\n")


def test_without_a_journal_nothing_is_written(vault: MakeVault) -> None:
    """Its folder cannot be made. What could not be taken back is not done, unless the caller says so."""
    root = vault(TWO)
    store = Store.open(root)
    folder = state_folder() / "vaults" / vault_id(store.root)
    folder.mkdir(parents=True)
    (folder / "journal").write_text("in the way")
    before = tree_bytes(root)
    with pytest.raises(CannotSave, match="undo journal"):
        store.apply(edit(store, "two", "2 and more", *BOTH))
    assert tree_bytes(root) == before
    assert store.apply(edit(store, "two", "2", *BOTH), journal=False).journal_id == ""


@pytest.mark.parametrize("path", ["../outside.md", "/etc/outside.md", "a/../../b.md", "", "a\0b.md"])
def test_a_path_out_of_the_vault_is_refused(vault: MakeVault, path: str) -> None:
    store = Store.open(vault(TWO))
    with pytest.raises(EditRefused, match="no path in the vault"):
        store.apply(Plan("escape", (FileChange(path, None, b"x", ANY),)))


@pytest.mark.skipif(os.name != "posix", reason="links as on POSIX")
def test_a_folder_link_out_of_the_vault_is_refused(vault: MakeVault, tmp_path: Path) -> None:
    root = vault(TWO)
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "Linked").symlink_to(outside)
    with pytest.raises(EditRefused, match="outside the vault"):
        Store.open(root).apply(Plan("escape", (FileChange("Linked/new.md", None, b"x", ANY),)))
    assert list(outside.iterdir()) == []


def test_one_file_twice_in_a_plan_is_refused(vault: MakeVault) -> None:
    store = Store.open(vault(TWO))
    plan = edit(store, "two", "2", "People/Ana.md", "People/Ana.md")
    with pytest.raises(EditRefused, match="once only"):
        store.apply(plan)


def test_change_plans_anew_when_a_note_changed_meanwhile(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    note = root / "People/Ana.md"
    tried = []

    def make(_vault: Vault) -> Plan:
        plan = edit(store, "two", "2 and more", "People/Ana.md")
        if not tried:
            note.write_text("zero\n" + note.read_text())  # somebody saves while we plan
        tried.append(plan)
        return plan

    store.change(make)
    assert len(tried) == 2
    assert note.read_text() == "zero\none\n2 and more\nthree\n"


def test_change_gives_up_after_its_tries(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    note = root / "People/Ana.md"

    def make(_vault: Vault) -> Plan:
        plan = edit(store, "one", "1 and more", "People/Ana.md")
        note.write_text(note.read_text() + "one more\n")
        return plan

    with pytest.raises(Stale):
        store.change(make)
    assert note.read_text() == "one\ntwo\nthree\n" + 3 * "one more\n"


def test_the_second_writer_is_told_who_holds_the_vault(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    folder = state_folder() / "vaults" / vault_id(store.root)
    with writing(folder), pytest.raises(Busy, match=f"process {os.getpid()}"), writing(folder, wait=0):
        pass
    with writing(folder, wait=0):
        pass  # released again


def test_undo_keeps_what_changed_elsewhere(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    store.apply(edit(store, "two", "2 and more", *BOTH))
    note = root / "People/Ana.md"
    note.write_text("zero\n" + note.read_text())
    assert store.undo().plan.notes[0] == (
        "People/Ana.md: taken back; what has changed elsewhere in it since stays"
    )
    assert note.read_text() == "zero\none\ntwo\nthree\n"


def test_undo_is_refused_as_a_whole_if_one_place_changed(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    store.apply(edit(store, "two", "2 and more", *BOTH))
    (root / "People/Ben.md").write_text("one\nsomething else\nthree\n")
    before = tree_bytes(root)
    with pytest.raises(EditRefused, match=r"People/Ben\.md:2:"):
        store.undo()
    assert tree_bytes(root) == before
    assert [entry.undone_by for entry in store.history()] == [""]


def test_undo_goes_back_step_by_step_and_an_undo_can_be_undone(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    note = root / "People/Ana.md"
    first = store.apply(edit(store, "two", "2 and more", "People/Ana.md"))
    second = store.apply(edit(store, "three", "3 and more", "People/Ana.md"))
    assert store.undo().plan.title == "undo: three becomes 3 and more"
    taken = store.undo()
    assert taken.plan.title == "undo: two becomes 2 and more"
    assert note.read_text() == "one\ntwo\nthree\n"
    with pytest.raises(UsageError, match="nothing to undo"):
        store.undo()
    with pytest.raises(UsageError, match="undone already"):
        store.undo(first.journal_id)
    assert store.undo(taken.journal_id).plan.title == "do again: two becomes 2 and more"
    assert note.read_text() == "one\n2 and more\nthree\n"
    assert store.plan_undo()[0] == first.journal_id
    states = {entry.id: bool(entry.undone_by) for entry in store.history()}
    assert states[first.journal_id] is False
    assert states[second.journal_id] is True


def test_a_dry_run_of_undo_writes_nothing(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    store.apply(edit(store, "two", "2 and more", "People/Ana.md"))
    before = tree_bytes(root)
    assert "-2 and more\n+two\n" in diff(store.plan_undo()[1])
    assert tree_bytes(root) == before
    assert [entry.undone_by for entry in store.history()] == [""]


def test_undo_of_a_new_note_removes_it(vault: MakeVault) -> None:
    root = vault(TWO)
    store = Store.open(root)
    store.apply(Plan("new Cleo", (FileChange("People/Cleo.md", None, b"hi\n", Allowed(new_note=True)),)))
    assert store.undo().plan.notes == ("People/Cleo.md: removed again",)
    assert set(tree_bytes(root)) == set(BOTH)


def test_an_unknown_change_is_a_usage_error(vault: MakeVault) -> None:
    with pytest.raises(UsageError, match="no change 7"):
        Store.open(vault(TWO)).undo("7")


def test_a_folder_that_is_none_is_no_vault(tmp_path: Path) -> None:
    with pytest.raises(NoVault):
        Store.open(tmp_path / "nowhere")


def test_reading_what_is_not_there_says_so(vault: MakeVault) -> None:
    store = Store.open(vault(TWO))
    with pytest.raises(EditRefused, match="no such file"):
        store.read("People/Nobody.md")
    with pytest.raises(EditRefused, match="cannot be read"):
        store.read("People")


def test_a_note_that_is_too_large_is_never_edited(vault: MakeVault) -> None:
    root = vault(TWO)
    (root / "People/Huge.md").write_bytes(b"x" * ((4 << 20) + 1))
    with pytest.raises(EditRefused, match="larger than 4 MB"):
        Store.open(root).read("People/Huge.md")
