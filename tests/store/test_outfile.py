"""Files that the user named: all of the new one or all of the old one, and never a note."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.exporters import markdown
from vault_crm.store.outfile import MARK
from vault_crm.store.outfile import make_folder
from vault_crm.store.outfile import write_out


def test_pieces_become_a_file_and_the_same_pieces_touch_nothing(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    assert write_out(file, [b"one,", b"two\n"])
    os.utime(file, ns=(1, 1))
    inode = file.stat().st_ino
    assert not write_out(file, [b"one", b",two\n"])
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (inode, 1)
    assert write_out(file, [b"one,two"])
    assert file.read_bytes() == b"one,two"
    assert os.listdir(tmp_path) == ["a.csv"]


def test_an_export_that_fails_leaves_what_was_there(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise EditRefused("People/ana.md", 0, "it cannot be read")

    file = tmp_path / "a.csv"
    file.write_bytes(b"old")
    with pytest.raises(EditRefused):
        write_out(file, pieces())
    with pytest.raises(EditRefused):
        write_out(tmp_path / "new.csv", pieces())
    assert os.listdir(tmp_path) == ["a.csv"]
    assert file.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["note.md", "NOTE.MD", "note.markdown"])
def test_a_note_is_never_replaced_but_an_export_is(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    for text in (b"# Mine\n", b"", b"\n" + MARK + b"\n", MARK + b" and mine\n"):
        file.write_bytes(text)
        with pytest.raises(EditRefused, match="no export of ours"):
            write_out(file, [b"x"])
        assert file.read_bytes() == text
    for ending in (b"\n", b"\r\n", b""):
        file.write_bytes(MARK + ending)
        assert write_out(file, [MARK, b"\nnew"])


def test_the_mark_is_what_the_exporter_writes() -> None:
    assert MARK.decode() == markdown.MARK


def test_links_are_followed_and_a_note_behind_one_is_safe(tmp_path: Path) -> None:
    real, link, note = tmp_path / "real.csv", tmp_path / "link.csv", tmp_path / "note.md"
    real.write_bytes(b"old")
    real.chmod(0o640)
    note.write_bytes(b"mine")
    link.symlink_to(real)
    assert write_out(link, [b"new"])
    assert link.is_symlink()
    assert (real.read_bytes(), real.stat().st_mode & 0o777) == (b"new", 0o640)
    link.unlink()
    link.symlink_to(note)
    with pytest.raises(EditRefused):
        write_out(link, [b"new"])
    assert note.read_bytes() == b"mine"


def test_what_cannot_be_written_says_why(tmp_path: Path) -> None:
    with pytest.raises(CannotSave, match="there is no such folder"):
        write_out(tmp_path / "no" / "a.csv", [b"x"])
    with pytest.raises(EditRefused, match="it is a folder"):
        write_out(tmp_path, [b"x"])
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotSave):
        make_folder(tmp_path / "file" / "below")
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_a_device_is_written_through() -> None:
    assert write_out(Path(os.devnull), [b"x"])
    assert not Path(os.devnull).is_file()
