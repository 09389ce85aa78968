"""Unsaved text in vim and neovim is seen by their swap files."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from vault_crm.store.swap import unsaved_swap


def swap_bytes(pid: int, dirty: bool) -> bytes:
    head = bytearray(1024)
    head[:6] = b"b0VIM "
    head[24:28] = pid.to_bytes(4, "little")
    head[1007] = 0x55 if dirty else 0
    return bytes(head)


@pytest.fixture
def note(home: Path) -> Path:
    path = home / "notes/Ana.md"
    path.parent.mkdir()
    path.write_text("x")
    return path


def dead_pid() -> int:
    child = subprocess.Popen(["true"])
    child.wait()
    return child.pid


def test_no_swap_file_no_unsaved_text(note: Path) -> None:
    assert unsaved_swap(note, {}) == ""


@pytest.mark.parametrize("place", ["beside", "second", "vim folder", "nvim folder", "XDG"])
def test_unsaved_text_is_found_where_editors_keep_it(note: Path, home: Path, place: str) -> None:
    encoded = os.path.realpath(note).replace("/", "%")
    swap = {
        "beside": note.parent / ".Ana.md.swp",
        "second": note.parent / ".Ana.md.swo",
        "vim folder": home / f".vim/swap/{encoded}.swp",
        "nvim folder": home / f".local/state/nvim/swap/{encoded}.swp",
        "XDG": home / f"state/nvim/swap/{encoded}.swp",
    }[place]
    swap.parent.mkdir(parents=True, exist_ok=True)
    if place == "second":
        (note.parent / ".Ana.md.swp").write_bytes(swap_bytes(os.getpid(), dirty=False))
    swap.write_bytes(swap_bytes(os.getpid(), dirty=True))
    env = {"XDG_STATE_HOME": str(home / "state")}
    assert (
        unsaved_swap(note, env) == f"{'vim' if 'nvim' not in str(swap) else 'neovim'}, process {os.getpid()}"
    )


@pytest.mark.parametrize("raw", [b"", b"b0VIM ", swap_bytes(1, False), b"x" * 2000, swap_bytes(0, True)])
def test_saved_text_and_other_files_say_nothing(note: Path, raw: bytes) -> None:
    (note.parent / ".Ana.md.swp").write_bytes(raw)
    assert unsaved_swap(note, {}) == ""


@pytest.mark.skipif(os.name != "posix", reason="whether a process lives cannot be asked here")
def test_a_dead_editors_swap_file_does_not_count(note: Path) -> None:
    (note.parent / ".Ana.md.swp").write_bytes(swap_bytes(dead_pid(), dirty=True))
    assert unsaved_swap(note, {}) == ""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in this system's folders")
def test_a_pipe_in_its_place_is_not_waited_for(note: Path) -> None:
    os.mkfifo(note.parent / ".Ana.md.swp")
    assert unsaved_swap(note, {}) == ""


@pytest.mark.skipif(shutil.which("vim") is None, reason="vim is not installed")
def test_a_real_vim(note: Path) -> None:
    """vim itself asks us while it holds unsaved text, and again when it has written it."""
    code = "import sys; from vault_crm.store.swap import unsaved_swap as s; sys.stdout.write(s(sys.argv[1]))"
    ask = note.parent / "ask.sh"
    ask.write_text(f'#!/bin/sh\n"{sys.executable}" -c "{code}" "$1" > "$2"\n')
    script = note.parent / "edit.vim"
    script.write_text(
        "set swapfile directory=. updatecount=1\nedit Ana.md\nnormal ohello\npreserve\n"
        "call system('sh ask.sh Ana.md dirty.txt')\nwrite\ncall system('sh ask.sh Ana.md clean.txt')\nquit\n"
    )
    command = ["vim", "-u", "NONE", "-i", "NONE", "-N", "-es", "-S", script.name]
    subprocess.run(command, cwd=note.parent, stdin=subprocess.DEVNULL, timeout=60, check=False)
    assert (note.parent / "dirty.txt").read_text().startswith("vim, process ")
    assert (note.parent / "clean.txt").read_text() == ""
