"""What Linux says about watches, and the folders that should have one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault_crm.serve.kernel import Folders
from vault_crm.serve.kernel import limit_hint
from vault_crm.serve.kernel import watch_limit
from vault_crm.serve.kernel import watched_inodes


def test_the_watches_of_a_process_are_read_from_its_descriptors(tmp_path: Path) -> None:
    (tmp_path / "fd").mkdir()
    (tmp_path / "fdinfo").mkdir()
    os.symlink("anon_inode:inotify", tmp_path / "fd/5")
    os.symlink("anon_inode:[eventpoll]", tmp_path / "fd/6")
    os.symlink("anon_inode:inotify", tmp_path / "fd/7")  # closed before it could be asked
    text = (
        "pos:\t0\nflags:\t00\nmnt_id:\t15\nino:\t1057\n"
        "inotify wd:2 ino:1f4 sdev:fd00000 mask:fce ignored_mask:0 fhandle-bytes:8\n"
        "inotify wd:1 ino:a sdev:fd00000 mask:fce ignored_mask:0\n"
    )
    (tmp_path / "fdinfo/5").write_text(text, encoding="ascii")
    (tmp_path / "fdinfo/6").write_text("inotify wd:1 ino:ff sdev:1 mask:1\n", encoding="ascii")
    assert watched_inodes(str(tmp_path)) == [500, 10]
    assert watched_inodes(str(tmp_path / "nowhere")) is None


def test_the_tighter_limit_counts(tmp_path: Path) -> None:
    assert watch_limit(str(tmp_path)) is None
    assert "fs.inotify.max_user_watches=524288" in limit_hint(str(tmp_path))
    for name, value in (("fs/inotify/max_user_watches", 8192), ("user/max_inotify_watches", 8192)):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(f"{value}\n", encoding="ascii")
    assert watch_limit(str(tmp_path)) == ("fs.inotify.max_user_watches", 8192)
    (tmp_path / "user/max_inotify_watches").write_text("12\n", encoding="ascii")
    assert watch_limit(str(tmp_path)) == ("user.max_inotify_watches", 12)
    (tmp_path / "user/max_inotify_watches").write_text("1000000\n", encoding="ascii")
    (tmp_path / "fs/inotify/max_user_watches").write_text("900000\n", encoding="ascii")
    assert "fs.inotify.max_user_watches=1800000" in limit_hint(str(tmp_path))


def below(root: Path, folders: Folders) -> dict[str, int]:
    return {Path(path).relative_to(root).as_posix(): inode for path, inode in folders.inodes().items()}


def truth(root: Path) -> dict[str, int]:
    """The same from scratch."""
    found = {".": root.stat().st_ino}
    for top, names, _ in os.walk(root):
        names[:] = [n for n in names if not n.startswith(".") and not Path(top, n).is_symlink()]
        for name in names:
            path = Path(top, name)
            found[path.relative_to(root).as_posix()] = path.stat().st_ino
    return found


def test_folders_are_known_again_and_always_true(tmp_path: Path) -> None:
    for path in ("People/Club", "Daily/2026", ".git/objects", "People/.hidden/x"):
        (tmp_path / path).mkdir(parents=True)
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    folders = Folders(tmp_path)
    assert set(below(tmp_path, folders)) == {".", "People", "People/Club", "Daily", "Daily/2026"}
    steps = (
        lambda: (tmp_path / "Work").mkdir(),
        lambda: (tmp_path / "Work/North/Far").mkdir(parents=True),
        lambda: os.rename(tmp_path / "People", tmp_path / "people"),
        lambda: (tmp_path / "Daily/2026").rmdir(),
        lambda: (tmp_path / "Daily/2026").mkdir(),
        lambda: os.rename(tmp_path / "Work/North", tmp_path / "people/North"),
        lambda: (tmp_path / "people/North/.far").mkdir(),
    )
    for step in steps:
        step()
        assert below(tmp_path, folders) == truth(tmp_path)


def test_two_folders_made_within_one_tick_of_the_clock_are_both_seen(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    (tmp_path / "one").mkdir()
    mark = tmp_path.stat().st_mtime_ns
    assert set(below(tmp_path, folders)) == {".", "one"}
    (tmp_path / "two").mkdir()
    os.utime(tmp_path, ns=(mark, mark))
    assert set(below(tmp_path, folders)) == {".", "one", "two"}


def test_a_folder_whose_time_lies_well_back_is_not_listed_again(tmp_path: Path) -> None:
    folders = Folders(tmp_path)
    mark = tmp_path.stat().st_mtime_ns - 3_600_000_000_000
    os.utime(tmp_path, ns=(mark, mark))
    assert set(below(tmp_path, folders)) == {"."}
    (tmp_path / "one").mkdir()
    os.utime(tmp_path, ns=(mark, mark))
    assert set(below(tmp_path, folders)) == {"."}
    os.utime(tmp_path, ns=(mark, mark + 1))
    assert set(below(tmp_path, folders)) == {".", "one"}


def test_a_folder_that_cannot_be_read_is_nobodys_trouble(tmp_path: Path) -> None:
    (tmp_path / "closed/inner").mkdir(parents=True)
    (tmp_path / "closed").chmod(0)
    try:
        if os.access(tmp_path / "closed", os.R_OK):
            pytest.skip("this user may read everything")
        assert set(below(tmp_path, Folders(tmp_path))) == {"."}
    finally:
        (tmp_path / "closed").chmod(0o700)


def test_a_root_that_is_not_there_has_no_folders(tmp_path: Path) -> None:
    assert Folders(tmp_path / "nowhere").inodes() == {}
