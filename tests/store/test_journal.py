"""The undo journal: written before, marked after, and never in the way."""

from __future__ import annotations

import json
from pathlib import Path

from vault_crm.core.plan import FileChange
from vault_crm.store.journal import KEEP
from vault_crm.store.journal import KEEP_SECONDS
from vault_crm.store.journal import Journal

CHANGES = (
    FileChange("a.md", b"old \xff", b"new"),
    FileChange("b.md", None, b""),
    FileChange("c.md", b"", None),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    assert journal.begin("first", CHANGES, 12.5) == "1"
    journal.finish("1")
    (entry,) = journal.entries()
    assert (entry.id, entry.at, entry.title, entry.paths) == ("1", 12.5, "first", ("a.md", "b.md", "c.md"))
    assert entry.finished
    assert [(c.path, c.base, c.result) for c in journal.changes("1")] == [
        (c.path, c.base, c.result) for c in CHANGES
    ]


def test_a_change_that_was_stopped_in_the_middle_is_seen(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.begin("stopped", CHANGES, 1)
    assert [entry.finished for entry in journal.entries()] == [False]
    assert len(journal.changes("1")) == 3
    assert journal.begin("next", CHANGES, 2) == "2"


def test_a_change_that_was_not_made_is_forgotten(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.forget(journal.begin("not made", CHANGES, 1))
    assert journal.entries() == []


def test_what_was_taken_back_is_marked_and_doing_it_again_unmarks_it(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for title, undoes in (("change", ""), ("undo", "1"), ("redo", "2")):
        journal.finish(journal.begin(title, CHANGES, 1, undoes))
        found = {entry.id: entry.undone_by for entry in journal.entries()}
        if title == "undo":
            assert found == {"2": "", "1": "2"}
    assert found == {"3": "", "2": "3", "1": ""}


def test_it_does_not_grow_for_ever(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    for _ in range(KEEP + 3):
        last = journal.begin("x", (), 1)
        journal.finish(last)
    journal.prune(0)
    entries = journal.entries()
    assert (len(entries), entries[0].id, entries[-1].id) == (KEEP, str(KEEP + 3), "4")
    written = (tmp_path / f"{int(last):06}.json").stat().st_mtime
    journal.prune(written + KEEP_SECONDS + 1)
    assert journal.entries() == []


def test_numbers_go_on_after_the_oldest_are_gone(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.finish(journal.begin("first", (), 1))
    journal.finish(journal.begin("second", (), 1))
    (tmp_path / "000001.json").unlink()
    assert journal.begin("third", (), 1) == "3"


def test_what_cannot_be_read_is_known_to_be_there(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.finish(journal.begin("good", CHANGES, 1))
    good = json.loads((tmp_path / "000001.json").read_text())
    broken = [b"", b"{", b"[]", b'{"version": 1}', b"\xff", b"[" * 100_000]
    broken += [json.dumps({**good, "version": 2}).encode(), json.dumps({**good, "files": [{}]}).encode()]
    broken.append(json.dumps({**good, "files": [{"path": "a", "base": "!", "result": None}]}).encode())
    broken += [json.dumps({**good, "files": [{"path": 5, "base": None, "result": None}]}).encode()]
    broken += [json.dumps({**good, "at": at}).encode() for at in (1e300, -1, "soon", float("nan"))]
    for number, raw in enumerate(broken, 2):
        (tmp_path / f"{number:06}.json").write_bytes(raw)
    (tmp_path / "notes.txt").write_text("not ours")
    *bad, last = journal.entries()
    assert (last.title, last.readable) == ("good", True)
    assert [entry.id for entry in bad] == [str(number) for number in range(len(broken) + 1, 1, -1)]
    assert not any(entry.readable for entry in bad)
    assert journal.changes("2") == ()
