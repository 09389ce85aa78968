"""What is found on the disk, what is passed over, and what is said about it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from vault_crm.store.scan import scan

MakeVault = Callable[[str], Path]
posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes as on POSIX")


def found(root: Path, *template_folders: str) -> list[str]:
    return sorted(scan(root, template_folders).files)


def said(root: Path) -> list[tuple[str, str]]:
    return sorted((d.code, d.span.path) for d in scan(root).diagnostics)


def test_notes_are_found_and_the_rest_is_not(vault: MakeVault) -> None:
    root = vault(
        """
        === Ana.md
        === People/Ben.MD
        === People/Family/Cleo é.md
        === People/photo.png
        === notes.markdown
        === .obsidian/plugins/readme.md
        === .trash/Dan.md
        === .hidden.md
        === .Ana.md.0a1b2c3d.vault-crm-tmp
        === Templates/Person.md
        === Templates/Deep/Meeting.md
        === Templates and more/Eve.md
        """
    )
    assert found(root, "templates") == [
        "Ana.md", "People/Ben.MD", "People/Family/Cleo é.md", "Templates and more/Eve.md",
    ]  # fmt: skip
    assert said(root) == []


def test_a_fingerprint_tells_edits_apart(vault: MakeVault) -> None:
    root = vault("=== Ana.md\none\n")
    before = scan(root).files["Ana.md"]
    (root / "Ana.md").write_text("two\n")
    os.utime(root / "Ana.md", ns=(before[0], before[0]))
    after = scan(root).files["Ana.md"]
    assert after[0] == before[0]
    assert after != before


@posix
def test_links(vault: MakeVault, tmp_path: Path) -> None:
    root = vault("=== People/Ana.md\nAna\n=== .attic/Old.md\nold\n=== plans.txt\n=== templates/Old.MD\nold\n")
    outside = tmp_path / "Secret.md"
    outside.write_text("secret")
    (root / "Twin.md").symlink_to("People/Ana.md")  # is read as People/Ana.md, once
    (root / "Attic.md").symlink_to("templates/Old.MD")  # in the vault, but not scanned itself
    (root / "Hidden.md").symlink_to(".attic/Old.md")
    (root / "Text.md").symlink_to("plans.txt")
    (root / "Out.md").symlink_to(outside)
    (root / "Dangling.md").symlink_to("nowhere.md")
    (root / "Round.md").symlink_to("Round.md")
    (root / "loop").symlink_to(".")
    (root / "up").symlink_to("..")
    (root / "photo.png").symlink_to(outside)
    assert sorted(scan(root, ("templates",)).files) == ["Attic.md", "People/Ana.md"]
    assert said(root) == [
        ("link-outside", "Hidden.md"),
        ("link-outside", "Out.md"),
        ("link-outside", "Text.md"),
        ("unreadable-file", "Dangling.md"),
        ("unreadable-file", "Round.md"),
    ]


@posix
def test_pipes_and_sockets_are_no_notes(vault: MakeVault, monkeypatch: pytest.MonkeyPatch) -> None:
    root = vault("=== Ana.md\n")
    os.mkfifo(root / "pipe.md")
    (root / "folder.md").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.md")
        assert found(root) == ["Ana.md"]
    assert said(root) == []


@posix
def test_a_folder_that_may_not_be_read_is_said(vault: MakeVault) -> None:
    root = vault("=== Ana.md\n=== Private/Ben.md\n")
    folder = root / "Private"
    folder.chmod(0)
    try:
        if os.access(folder, os.R_OK):
            pytest.skip("this user may read everything")
        assert found(root) == ["Ana.md"]
        assert said(root) == [("unreadable-file", "Private")]
    finally:
        folder.chmod(0o755)


@posix
def test_names_that_are_no_utf8_are_found(vault: MakeVault) -> None:
    root = vault("=== Ana.md\n")
    try:
        (root / os.fsdecode(b"caf\xe9.md")).write_text("x")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert found(root) == ["Ana.md", os.fsdecode(b"caf\xe9.md")]
