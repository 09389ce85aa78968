"""Loading a vault: nobody goes missing, whatever is wrong with their note, and nothing is written there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.vaults import tree_bytes
from vault_crm.core.model import Vault
from vault_crm.store.load import index_path
from vault_crm.store.store import Store

MakeVault = Callable[[str], Path]


def names(vault: Vault) -> list[str]:
    return [person.name for person in vault.people]


def codes(vault: Vault) -> set[tuple[str, str]]:
    noted = [d for note in vault.notes.values() for d in note.diagnostics]
    return {(d.code, d.span.path) for d in (*vault.diagnostics, *noted)}


def test_people_are_loaded_and_loaded_again(vault: MakeVault) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: monthly\n---\n=== People/Ben.md\n# Ben\n")
    first = Store.open(root).load()
    assert names(first) == ["Ana", "Ben"]
    assert index_path(root).exists()
    assert Store.open(root).load() == first


def test_a_store_keeps_what_it_loaded_until_it_is_told(vault: MakeVault) -> None:
    root = vault("=== People/Ana.md\n")
    store = Store.open(root)
    assert store.load() is store.load()
    (root / "People/Ben.md").write_text("")
    assert names(store.load()) == ["Ana"]
    store.forget()
    assert names(store.load()) == ["Ana", "Ben"]


def test_conflict_copies_are_no_people(vault: MakeVault) -> None:
    root = vault(
        """
        === People/Ana.md
        ---
        email: ana@example.org
        ---
        === People/Ana 2.md
        ---
        email: ana@example.org
        ---
        === People/Ana.sync-conflict-20261122-101112-ABCDEFG.md
        # Ana
        === People/Ben 2.md
        # Another Ben
        === People/Ben.md
        # Ben
        """
    )
    loaded = Store.open(root).load()
    assert names(loaded) == ["Ana", "Ben", "Ben 2"]
    assert {path for code, path in codes(loaded) if code == "conflict-copy"} == {
        "People/Ana 2.md",
        "People/Ana.sync-conflict-20261122-101112-ABCDEFG.md",
    }


def test_a_note_that_is_too_large_is_listed(vault: MakeVault) -> None:
    root = vault("")
    (root / "People").mkdir()
    head = b"---\ncadence: monthly\nname: Big Ben\n---\n"
    (root / "People/Ben.md").write_bytes(head + "é\n".encode() * (2 << 20))
    for _run in range(2):
        loaded = Store.open(root).load()
        assert names(loaded) == ["Big Ben"]
        assert ("too-large", "People/Ben.md") in codes(loaded)


def test_a_note_that_may_not_be_read_is_listed(vault: MakeVault) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: monthly\n---\n")
    note = root / "People/Ana.md"
    note.chmod(0)
    try:
        if os.access(note, os.R_OK):
            pytest.skip("this user may read everything")
        loaded = Store.open(root).load()
    finally:
        note.chmod(0o644)
    assert names(loaded) == ["Ana"]
    assert ("unreadable-file", "People/Ana.md") in codes(loaded)


@pytest.mark.parametrize("filters", ['["Archive/"]', '["/^arch/"]'])
def test_what_obsidian_ignores_holds_no_people(vault: MakeVault, filters: str) -> None:
    root = vault(
        f"""
        === .obsidian/app.json
        {{"userIgnoreFilters": {filters}}}
        === People/Ana.md
        ---
        cadence: monthly
        ---
        === Archive/People/Old.md
        ---
        cadence: monthly
        ---
        === Archive/2026-11-01.md
        Tea with [[Ana]].
        """
    )
    loaded = Store.open(root).load()
    assert names(loaded) == ["Ana"]
    assert [(e.how, e.span.path) for e in loaded.people[0].evidence] == [
        ("daily note", "Archive/2026-11-01.md")
    ]


def test_a_regular_expression_that_python_does_not_know_hides_nobody(vault: MakeVault) -> None:
    root = vault('=== .obsidian/app.json\n{"userIgnoreFilters": ["/(?<!/"]}\n=== People/Ana.md\n')
    assert names(Store.open(root).load()) == ["Ana"]


def test_loading_writes_nothing_into_the_vault(vault: MakeVault) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: [broken\n---\n=== Daily/2026-11-01.md\n[[Ana]]\n")
    before = tree_bytes(root)
    Store.open(root).load()
    assert tree_bytes(root) == before


def test_a_cache_that_cannot_be_written_is_no_error(
    vault: MakeVault, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault("=== People/Ana.md\n")
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    assert names(Store.open(root).load()) == ["Ana"]
    assert names(Store.open(root).load()) == ["Ana"]


def test_a_warm_load_imports_neither_yaml_nor_the_parser(vault: MakeVault) -> None:
    root = vault("=== People/Ana.md\n---\ncadence: monthly\n---\n=== Daily/2026-11-01.md\n[[Ana]]\n")
    store = Store.open(root)
    store.load()
    from vault_crm.store.cache import Index
    from vault_crm.store.cache import cache_key

    index = Index(index_path(root), cache_key(store.settings))
    for path in ("People/Ana.md", "Daily/2026-11-01.md"):  # as if they were old
        record = index.find(path)
        assert record is not None
        index.touch(path, record, record.print, record.seen + 10**13)
    index.save()
    code = (
        "import sys; from pathlib import Path; from vault_crm.store.store import Store\n"
        "assert len(Store.open(Path(sys.argv[1])).load().people) == 1\n"
        "heavy = {'yaml', 'frontmatter', 'jinja2', 'rich', 'watchdog', 'subprocess', 'vault_crm.core.note'}\n"
        "print(*sorted(heavy & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(root)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_a_mistake_of_ours_in_reading_hides_nobody(vault: MakeVault) -> None:
    """Settings that no file could make break the reading of any person, as a bug would."""
    root = vault("=== People/Ana.md\n# Ana\n=== Daily/2026-01-02.md\nTea with [[Ana]].\n")
    broken = replace(Store.open(root).settings, log_headings=(None,))  # type: ignore[arg-type]
    (ana,) = Store(root, broken).load().people
    assert [(d.code, d.severity) for d in ana.blockers] == [("unreadable-file", "error")]
    assert "a mistake of the program, please report it" in ana.blockers[0].message
    assert [evidence.how for evidence in ana.evidence] == ["daily note"]
