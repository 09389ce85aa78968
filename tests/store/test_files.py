"""One file: read between two saves, replaced in one step, or left exactly as it was."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.store.files import read_bytes
from vault_crm.store.files import replace
from vault_crm.store.replacement import Replacement

posix = pytest.mark.skipif(os.name != "posix", reason="file modes and links as on POSIX")


def names(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.none() | st.binary(max_size=40), st.none() | st.binary(max_size=40))
def test_the_new_bytes_are_there_and_nothing_else(
    tmp_path: Path, base: bytes | None, new: bytes | None
) -> None:
    note = tmp_path / "Ana.md"
    note.unlink(missing_ok=True)
    if base is not None:
        note.write_bytes(base)
    assert replace(note, base, new) == ()
    assert (note.read_bytes() if note.exists() else None) == new
    assert names(tmp_path) == ([] if new is None else ["Ana.md"])


@pytest.mark.parametrize(
    ("there", "base", "new"),
    [
        (b"theirs", b"base", b"new"),
        (b"theirs", b"base", b"neww"),
        (b"theirs", None, b"new"),
        (b"theirs", b"base", None),
        (None, b"base", b"new"),
        (None, b"base", None),
    ],
)
def test_a_file_that_is_not_as_expected_is_left_alone(
    tmp_path: Path, there: bytes | None, base: bytes | None, new: bytes | None
) -> None:
    note = tmp_path / "Ana.md"
    if there is not None:
        note.write_bytes(there)
    with pytest.raises(Stale):
        replace(note, base, new)
    assert (note.read_bytes() if note.exists() else None) == there
    assert names(tmp_path) == ([] if there is None else ["Ana.md"])


@pytest.mark.parametrize("new", [b"much longer than before", b"same"])
def test_a_change_between_preparing_and_swapping_is_seen(tmp_path: Path, new: bytes) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"base")
    replacement = Replacement("Ana.md", note, b"base", new, tmp_path)
    replacement.prepare()
    note.write_bytes(b"typed in the editor")
    with pytest.raises(Stale):
        replacement.commit()
    assert note.read_bytes() == b"typed in the editor"
    assert names(tmp_path) == ["Ana.md"]


def test_a_file_made_between_preparing_and_swapping_is_not_overwritten(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    replacement = Replacement("Ana.md", note, None, b"ours", tmp_path)
    replacement.prepare()
    note.write_bytes(b"theirs")
    with pytest.raises(Stale):
        replacement.commit()
    assert note.read_bytes() == b"theirs"
    assert names(tmp_path) == ["Ana.md"]


def test_folders_are_made_for_a_new_file_and_taken_away_if_it_is_not_written(tmp_path: Path) -> None:
    note = tmp_path / "People/Family/Ana.md"
    replacement = Replacement("People/Family/Ana.md", note, None, b"x", tmp_path)
    replacement.prepare()
    replacement.discard()
    assert names(tmp_path) == []
    replace(note, None, b"x", tmp_path)
    assert note.read_bytes() == b"x"


@posix
def test_the_mode_stays(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    note.chmod(0o640)
    replace(note, b"old", b"newer")
    assert stat.S_IMODE(note.stat().st_mode) == 0o640


@posix
def test_a_new_file_gets_the_usual_mode(tmp_path: Path) -> None:
    usual = tmp_path / "usual"
    usual.write_bytes(b"")
    replace(tmp_path / "Ana.md", None, b"x")
    assert (tmp_path / "Ana.md").stat().st_mode == usual.stat().st_mode


@pytest.mark.skipif(not hasattr(os, "setxattr"), reason="extended attributes as on Linux")
def test_extended_attributes_stay(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    try:
        os.setxattr(note, "user.colour", b"green")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    replace(note, b"old", b"newer")
    assert os.getxattr(note, "user.colour") == b"green"


@posix
def test_a_link_stays_a_link_and_its_target_changes(tmp_path: Path) -> None:
    target = tmp_path / "real.md"
    target.write_bytes(b"old")
    link = tmp_path / "Ana.md"
    link.symlink_to("real.md")
    replace(link, b"old", b"newer", tmp_path)
    assert link.is_symlink()
    assert target.read_bytes() == b"newer"


@posix
def test_a_link_out_of_the_vault_is_refused(tmp_path: Path) -> None:
    outside = tmp_path / "secret.md"
    outside.write_bytes(b"old")
    root = tmp_path / "vault"
    root.mkdir()
    (root / "Ana.md").symlink_to("../secret.md")
    with pytest.raises(EditRefused, match="outside the vault"):
        replace(root / "Ana.md", b"old", b"newer", root)
    assert outside.read_bytes() == b"old"


HIDDEN = ".git/config", ".git/hooks/post-merge", ".obsidian/app.json", ".vault-crm/config.toml", ".hidden.md"


@posix
@pytest.mark.parametrize("path", ["Ana.md", ".trash/Ana.md", ".gitattributes"])
@pytest.mark.parametrize("target", HIDDEN)
def test_a_link_to_something_hidden_is_refused(tmp_path: Path, path: str, target: str) -> None:
    real = tmp_path / target
    for file in (real, tmp_path / path):
        file.parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).symlink_to(real)
    with pytest.raises(EditRefused, match="to something hidden"):
        Replacement(path, tmp_path / path, None, b"new", tmp_path)
    real.write_bytes(b"old")
    with pytest.raises(EditRefused, match="to something hidden"):
        Replacement(path, tmp_path / path, b"old", b"newer", tmp_path)


@posix
def test_a_folder_that_leads_to_something_hidden_is_refused(tmp_path: Path) -> None:
    (tmp_path / ".git/hooks").mkdir(parents=True)
    (tmp_path / ".trash").symlink_to(".git/hooks")
    (tmp_path / "People").symlink_to(".git")
    for path in (".trash/post-merge", "People/hooks/post-merge", "People/x.md"):
        with pytest.raises(EditRefused, match="a link leads"):
            Replacement(path, tmp_path / path, None, b"new", tmp_path)


@pytest.mark.parametrize(
    "path",
    [".git/config", ".GIT/config", "a/.git/x", "GIT~1/hooks/x", ".git./x", ".git::$INDEX/x", ".g\u200cit/x"],
)
def test_gits_own_folder_is_no_place_of_the_vault(tmp_path: Path, path: str) -> None:
    with pytest.raises(EditRefused, match="git's own"):
        Replacement(path, tmp_path / path, None, b"new", tmp_path)


@posix
@pytest.mark.parametrize(
    "path", [".trash/Ana.md", ".vault-crm/config.toml", ".gitignore", "Ana.md", "a/Link.md"]
)
def test_hidden_files_are_changed_as_themselves_and_notes_through_links(tmp_path: Path, path: str) -> None:
    root = tmp_path / ".notes/vault"
    (root / "a").mkdir(parents=True)
    (root / "a/Link.md").symlink_to("../People/Ben.md")
    replacement = Replacement(path, root / path, None, b"new", root)
    replacement.prepare()
    replacement.commit()
    assert (root / path).read_bytes() == b"new"


@posix
def test_hard_links_are_refused(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    os.link(note, tmp_path / "Also Ana.md")
    with pytest.raises(EditRefused, match="hard links"):
        replace(note, b"old", b"newer")
    assert note.read_bytes() == b"old"


@posix
def test_a_temporary_name_left_by_a_crash_is_no_hard_link(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    os.link(note, tmp_path / ".Ana.md.0123abcd.vault-crm-tmp")
    replace(note, b"old", b"newer")
    assert note.read_bytes() == b"newer"
    assert names(tmp_path) == ["Ana.md"]


def test_a_read_only_file_is_refused(tmp_path: Path) -> None:
    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    note.chmod(0o444)
    with pytest.raises(EditRefused, match="read-only"):
        replace(note, b"old", b"newer")
    assert note.read_bytes() == b"old"
    note.chmod(0o644)


def test_a_folder_and_a_path_through_a_file_cannot_be_saved(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(EditRefused, match="not a regular file"):
        replace(tmp_path / "folder.md", b"old", b"new")
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(CannotSave):
        replace(tmp_path / "file/Ana.md", None, b"new")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.md")
    with pytest.raises(OSError, match="not a regular file"):
        read_bytes(tmp_path / "pipe.md")


@pytest.mark.parametrize("length", [200, 255])
def test_the_longest_name_can_be_saved(tmp_path: Path, length: int) -> None:
    note = tmp_path / ("é" * ((length - 3) // 2) + ".md")
    replace(note, None, b"old")
    replace(note, b"old", b"newer")
    assert note.read_bytes() == b"newer"


def test_a_file_that_is_absent_or_empty_for_a_moment_is_looked_at_again(tmp_path: Path) -> None:
    """As vim saves: rename away, create empty, write. The reader starts while the note is absent."""
    note = tmp_path / "Ana.md"
    reading = threading.Event()
    found: list[bytes] = []

    def read() -> None:
        reading.set()
        found.append(read_bytes(note, patience=20))

    reader = threading.Thread(target=read)
    reader.start()
    assert reading.wait(20)
    fd = os.open(note, os.O_WRONLY | os.O_CREAT | getattr(os, "O_BINARY", 0))
    os.write(fd, b"whole")
    os.close(fd)
    reader.join(20)
    assert found == [b"whole"]


def test_a_file_that_stays_absent_is_absent(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_bytes(tmp_path / "nobody.md", patience=0)


def test_a_file_that_was_always_empty_is_empty(tmp_path: Path) -> None:
    note = tmp_path / "Empty.md"
    note.write_bytes(b"")
    os.utime(note, (1, 1))
    assert read_bytes(note, patience=3600) == b""


@pytest.mark.skipif(os.name != "posix", reason="no lease, no in-place overwrite")
def test_a_date_for_a_date_keeps_the_file_where_leases_work(tmp_path: Path) -> None:
    """Same length: overwritten in place if the file system has leases, else replaced; the bytes are right."""
    from vault_crm.store.lease import can_poke
    from vault_crm.store.lease import poke

    old, new = b"last_contact: 2026-01-02\n", b"last_contact: 2026-11-22\n"
    note = tmp_path / "Ana.md"
    note.write_bytes(old)
    inode = note.stat().st_ino
    assert poke(str(note), old, new) in (None, "")
    if note.read_bytes() == new:
        assert note.stat().st_ino == inode
    assert poke(str(note), b"x" * len(old), old) is None
    replace(note, note.read_bytes(), old)
    assert note.read_bytes() == old
    assert not can_poke(old, old)
    assert not can_poke(b"a" * 600, b"b" + b"a" * 598 + b"b")


@pytest.mark.skipif(os.name != "posix", reason="no lease, no in-place overwrite")
def test_a_file_that_another_program_has_open_is_not_overwritten_in_place(tmp_path: Path) -> None:
    from vault_crm.store.lease import poke

    note = tmp_path / "Ana.md"
    note.write_bytes(b"old")
    with note.open("rb"):
        assert poke(str(note), b"old", b"new") is None
    assert note.read_bytes() == b"old"
