"""The index and its records: what is kept comes back the same, and what is doubtful is not used."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from vault_crm.core.model import DatedLine
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Fix
from vault_crm.core.model import Interaction
from vault_crm.core.model import Mention
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.settings import Conventions
from vault_crm.core.settings import Settings
from vault_crm.store.cache import Index
from vault_crm.store.cache import cache_key
from vault_crm.store.codec import pack
from vault_crm.store.codec import unpack

MakeVault = Callable[[str], Path]
PATH = "People/Ana \udcff é.md"
AT = Span(PATH, 3, 4, 9)
DAY = date(2026, 11, 22)
FULL = Note(
    PATH,
    "tag person",
    "Ana",
    DAY,
    "meeting",
    (
        Property("Tags", "tags", ("a", True, None, ("b", {"k": "v"})), AT, Span(PATH, 3)),
        Property("x", "", "", AT, AT),
    ),
    (Interaction(DAY, "call", "tea", AT, ("Ben",)), Interaction(date.min, "", "", AT)),
    (Mention("Ben", DAY, "daily note", AT, "with Ben"),),
    (DatedLine(DAY, AT, "a line"),),
    (
        Diagnostic("bad", "error", AT, "message", "hint", "source", Fix("k", "v", "title")),
        Diagnostic("odd", "info", Span(PATH, 1), "message"),
    ),
)


@pytest.mark.parametrize("note", [FULL, Note(PATH), replace(FULL, on=None, log=())])
def test_a_note_comes_back_the_same(note: Note, tmp_path: Path) -> None:
    packed = pack(note)
    assert packed is not None
    assert unpack(note.path, packed) == note
    index = Index(tmp_path / "index", "key")
    index.put(note.path, (1, 2, 3, 4), 5, b"digest", note)
    index.save()
    again = Index(tmp_path / "index", "key")
    record = again.find(note.path)
    assert record is not None
    assert (record.print, record.seen, record.digest) == ((1, 2, 3, 4), 5, b"digest")
    assert again.note(note.path, record) == note


def test_a_note_that_points_elsewhere_is_not_kept(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", "key")
    index.put("b.md", (1, 2, 3, 4), 5, b"", replace(FULL, path="b.md"))
    assert index.find("b.md") is None


def test_another_key_means_another_index(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", "key")
    index.put(PATH, (1, 2, 3, 4), 5, b"", FULL)
    index.save()
    assert Index(tmp_path / "index", "key 2").find(PATH) is None
    assert Index(tmp_path / "index", "key").find(PATH) is not None


def test_the_key_follows_what_a_notes_meaning_depends_on() -> None:
    plain = Settings()
    assert cache_key(plain) == cache_key(replace(plain, soon_days=1))
    others = [
        replace(plain, people=("Leute",)),
        replace(plain, plain_names=True),
        replace(plain, conventions=Conventions(daily_folder="Daily")),
    ]
    assert len({cache_key(each) for each in (plain, *others)}) == 4


def test_a_damaged_index_is_no_index(tmp_path: Path) -> None:
    path = tmp_path / "index"
    index = Index(path, "key")
    index.put(PATH, (1, 2, 3, 4), 5, b"digest", FULL)
    index.save()
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x20]) + whole[at + 1 :])
        assert Index(path, "key").find(PATH) is None, at
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert Index(path, "key").find(PATH) is None, length


def test_a_cache_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    index = Index(tmp_path / "file/index", "key")
    index.put(PATH, (1, 2, 3, 4), 5, b"digest", FULL)
    index.save()
    assert os.listdir(tmp_path) == ["file"]


@pytest.mark.parametrize(
    ("stamps", "seen", "fresh"),
    [
        ((10**10, 10**10), 13 * 10**9, True),
        ((10**10, 10**10), 11 * 10**9, False),  # changed just before we looked
        ((0, 10**10), 11 * 10**9, False),  # the mtime was put back
        ((10**10, 0), 11 * 10**9, False),  # a file system without a ctime
        ((10**12, 10**10), 13 * 10**9, False),  # from the future
    ],
)
def test_a_record_is_believed_only_if_its_time_stamps_are_old(
    stamps: tuple[int, int], seen: int, fresh: bool, tmp_path: Path
) -> None:
    index = Index(tmp_path / "index", "key")
    index.put(PATH, (*stamps, 3, 4), seen, b"", FULL)
    assert index.find_fresh(PATH, (*stamps, 3, 4)) == (FULL if fresh else None)
    assert index.find_fresh(PATH, (*stamps, 3, 5)) is None
    assert index.find_fresh("b.md", (*stamps, 3, 4)) is None
