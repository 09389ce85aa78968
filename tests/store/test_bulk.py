"""Reading many files: what is given at once, and what is left to patience."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from vault_crm.store.bulk import read_many

HERE = Path(__file__).parent


def test_files_that_rest_are_given_as_they_are() -> None:
    """These were saved before the test began: nothing younger can be without waiting."""
    paths = sorted(path.name for path in HERE.glob("test_*.py"))
    given = dict(read_many(HERE, paths))
    assert list(given) == paths
    assert {path: (HERE / path).read_bytes() for path in paths} == given


@pytest.mark.skipif(os.name != "posix", reason="links and pipes as on POSIX")
def test_whatever_is_no_plain_file_at_rest_is_left_to_patience(tmp_path: Path) -> None:
    (tmp_path / "folder.md").mkdir()
    (tmp_path / "large.md").write_bytes(b"x" * (1 << 16))
    (tmp_path / "fresh.md").write_bytes(b"being saved")
    os.utime(tmp_path / "fresh.md", (0, 0))  # a tool may put a date back; the change is noticed all the same
    (tmp_path / "nowhere.md").symlink_to("nothing")
    os.mkfifo(tmp_path / "pipe.md")
    paths = ["folder.md", "large.md", "fresh.md", "nowhere.md", "pipe.md", "absent.md", "no folder/a.md"]
    assert list(read_many(tmp_path, paths)) == [(path, None) for path in paths]
