"""A note that moves: its mode goes with it, and where only the case changes, it is one step."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.vaults import tree_bytes
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.verify import Allowed
from vault_crm.errors import Stale
from vault_crm.store.recased import Recased
from vault_crm.store.recased import is_spelled_so
from vault_crm.store.recased import one_name
from vault_crm.store.store import Store

ANYTHING = Allowed(anything=True)


def move(old: str, new: str, base: bytes, result: bytes) -> Plan:
    made, gone = FileChange(new, None, result, ANYTHING), FileChange(old, base, None, ANYTHING)
    return Plan(f"rename {old}", (made, gone))


@pytest.fixture
def store(home: Path) -> Store:
    root = home / "notes"
    (root / "People").mkdir(parents=True)
    (root / "People/ana.md").write_bytes(b"one\n")
    (root / "People/ana.md").chmod(0o600)
    return Store.open(root)


@pytest.mark.parametrize("new", ["People/Ana Martins.md", "People/Ana.md"])
def test_the_mode_goes_with_it_and_undo_brings_it_back(store: Store, new: str) -> None:
    before = tree_bytes(store.root)
    store.apply(move("People/ana.md", new, b"one\n", b"two\n"))
    assert tree_bytes(store.root) == {new: b"two\n"}
    assert stat.S_IMODE((store.root / new).stat().st_mode) == 0o600
    store.undo()
    assert tree_bytes(store.root) == before
    assert stat.S_IMODE((store.root / "People/ana.md").stat().st_mode) == 0o600


def test_the_case_alone(store: Store) -> None:
    store.apply(move("People/ana.md", "People/Ana.md", b"one\n", b"one\n"))
    assert tree_bytes(store.root) == {"People/Ana.md": b"one\n"}


def _two_names_here(store: Store) -> None:
    if (store.root / "People/ANA.md").exists():
        pytest.skip("on this disk both names are one file's")


def test_nothing_is_replaced_or_lost(store: Store) -> None:
    _two_names_here(store)
    store.root.joinpath("People/Ana.md").write_bytes(b"another\n")
    before = tree_bytes(store.root)
    with pytest.raises(Stale):
        store.apply(move("People/ana.md", "People/Ana.md", b"one\n", b"two\n"))
    assert tree_bytes(store.root) == before
    (store.root / "People/Ana.md").unlink()
    with pytest.raises(Stale):
        store.apply(move("People/ana.md", "People/Ana.md", b"not this\n", b"two\n"))
    assert tree_bytes(store.root) == {"People/ana.md": b"one\n"}


def test_somebody_else_takes_the_name_in_the_last_moment(store: Store) -> None:
    _two_names_here(store)
    old, new = store.root / "People/ana.md", store.root / "People/Ana.md"
    replacement = Recased("People/Ana.md", old, new, b"one\n", b"two\n", store.root)
    replacement.prepare()
    new.write_bytes(b"another\n")
    with pytest.raises(Stale):
        replacement.commit()
    assert tree_bytes(store.root) == {"People/Ana.md": b"another\n", "People/ana.md": b"one\n"}


def test_names_that_are_one() -> None:
    assert one_name("a/Ana.md", "a/ana.md")
    assert one_name("Jose\u0301.md", "JOS\u00c9.md")
    assert not one_name("a.md", "a.md")
    assert not one_name("a.md", "b.md")


def test_how_a_name_is_spelled(store: Store) -> None:
    assert is_spelled_so(store.root / "People/ana.md")
    assert not is_spelled_so(store.root / "People/Ana.md")
    assert not is_spelled_so(store.root / "Nowhere/Ana.md")
