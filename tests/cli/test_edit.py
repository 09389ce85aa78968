"""`edit`: the right editor, at the right line, without a shell."""

from __future__ import annotations

import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from vault_crm.cli.editor import command_line
from vault_crm.cli.editor import editor_words
from vault_crm.errors import UsageError

VAULT = """
=== People/Ana.md
---
cadence: 2 weeks
---

Plays the cello.

## Log

- 2026-10-27 dinner
- 2026-05-01 by the river
=== People/Ben.md
---
cadence: 2 weeks
---
## Log
=== People/-x; touch gone.md
---
cadence: 2 weeks
---
last line
"""

Make = Callable[[str], Path]


@pytest.mark.parametrize(
    ("editor", "expected"),
    [
        (["vim"], ["vim", "+9", "./a b.md"]),
        (["/usr/bin/nvim", "-u", "NONE"], ["/usr/bin/nvim", "-u", "NONE", "+9", "./a b.md"]),
        (["emacsclient", "-t"], ["emacsclient", "-t", "+9", "./a b.md"]),
        (["code", "--wait"], ["code", "--wait", "--goto", "./a b.md:9"]),
        (["hx"], ["hx", "./a b.md:9"]),
        (["mystery"], ["mystery", "./a b.md"]),
    ],
)
def test_how_each_editor_takes_a_line(editor: list[str], expected: list[str]) -> None:
    assert command_line(editor, "a b.md", 9) == expected


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"VISUAL": "code -w", "EDITOR": "vi"}, ["code", "-w"]),
        ({"VISUAL": " ", "EDITOR": "'/opt/my editor/ed' -x"}, ["/opt/my editor/ed", "-x"]),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="quotes are read as on Unix")
def test_which_editor(env: dict[str, str], words: list[str]) -> None:
    assert editor_words(env) == words


def test_no_editor_at_all_is_said() -> None:
    with pytest.raises(UsageError, match="no editor"):
        editor_words({"PATH": ""})
    with pytest.raises(UsageError, match=r"\$EDITOR cannot be read"):
        editor_words({"EDITOR": "vim 'x"})


@pytest.fixture
def vim(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An editor called vim that only notes how it was called."""
    program = home / "bin" / "vim"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nfor word in "$@"; do echo "$word" >> "$HOME/called"; done\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("EDITOR", str(program))
    return home / "called"


@pytest.mark.skipif(sys.platform == "win32", reason="needs a shell script")
@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("ana", ["+9", "./People/Ana.md"]),
        ("ben", ["+4", "./People/Ben.md"]),
        ("-x; touch gone", ["+4", "./People/-x; touch gone.md"]),
    ],
)
def test_it_opens_at_the_log(name: str, called: list[str], vim: Path, vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    run = cli("edit", "--", name)
    assert run.code == 0, run.stderr
    assert vim.read_text().splitlines() == called
    assert not (root / "gone").exists()


def test_an_editor_that_fails_or_is_missing_is_said(
    vault: Make, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault(VAULT)
    monkeypatch.setenv("EDITOR", "no-such-editor-here")
    run = cli("edit", "ana")
    assert run.code == 1
    assert "was not found" in run.stderr
    monkeypatch.setenv("EDITOR", f"{sys.executable} -c 'raise SystemExit(3)'")
    assert "exit code 3" in cli("edit", "ana").stderr
