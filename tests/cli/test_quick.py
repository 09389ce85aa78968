"""What is understood without the command line library is understood as it would understand it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from vault_crm.cli.quick import answered
from vault_crm.cli.quick import understood

PLACES = [
    (),
    ("-C", "."),
    ("--today", TODAY),
    ("--vault", "nowhere"),
    ("--today", "soon"),
    ("--today", TODAY, "-C", "."),
]
DEEDS = [
    (), ("overdue",), ("log", "ben"), ("log", "ben", "ana", "-m", "a walk"), ("log", "nobody", "-m", "x"),
    ("log", "ben", "--on", "yesterday", "--type", "call", "--next", "how?", "--message", "x", "--dry-run"),
    ("log", "ben", "-m", "-"), ("log", "ben", "--on", "some day"), ("log", "ben", "-m", "", "--next", ""),
    ("snooze", "ben", "--for", "2 weeks"), ("snooze", "ben", "--until", "tomorrow", "--dry-run"),
    ("snooze", "ben"), ("snooze", "ben", "--for", "2 weeks", "--until", "tomorrow"),
    ("set", "ben", "city", "Porto"),
    ("set", "ben", "cadence", "often"), ("set", "ben", "tags", "a", "b", "--dry-run"), ("set", "x", "y", "z"),
    ("render",), ("render", "--stdout"), ("render", "--check"), ("render", "--dry-run"),
    ("render", "--check", "--stdout"),
    ("search", "the"), ("search", "ana", "sousa"), ("search", " "), ("search", "nothing says this"),
]  # fmt: skip


def notes(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*.md")}


@pytest.mark.parametrize("deed", DEEDS, ids=" ".join)
def test_plain_words_do_the_same(
    vault: Callable[[str], Path],
    cli: Cli,
    capsysbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
    deed: tuple[str, ...],
) -> None:
    """Output, exit code and notes. A folder that is not there and a day that is none are told by click."""
    for place in PLACES:
        for words in {place + deed, deed + place}:
            assert understood(words) is not None
            root = vault(SMALL)
            monkeypatch.setattr("sys.stdin", io.StringIO("typed words"))
            code = answered(words)
            out, err = capsysbinary.readouterr()
            assert (code is None) == bool({"nowhere", "soon"} & set(words)), words
            if code is None:
                assert (out, err) == (b"", b""), words
                continue
            done = notes(root)
            (root / "OVERDUE.md").unlink(missing_ok=True)
            vault(SMALL)
            run = cli(*words, stdin="typed words")
            assert (code, out, err.decode()) == (run.code, run.raw, run.stderr), words
            assert notes(root) == done, words
            (root / "OVERDUE.md").unlink(missing_ok=True)


@pytest.mark.parametrize(
    "words",
    ["list", "overdue ana", "overdue --json", "-v overdue", "--vault=. overdue", "-C", "overdue -C",
     "-C . -C . overdue", "-C -v overdue", "-- overdue", "--json", "overdue --dry-run",
     "log", "log ben -m", "log -m x", "log ben -mx", "log ben --message=x", "log ben -m -x", "log ben -- ana",
     "log ben -m x -m y", "log ben --help", "log -h", "log ben -v", "-m x log ben", "--dry-run log ben",
     "log ben -", "lo ben", "set ben city", "set --where tag:a city Porto", "set ben tags --add x",
     "snooze --for 2", "snooze ben --for", "render ana", "render --json", "render --after-git",
     "--stdout render", "overdue --stdout", "log ben --check", "search", "search --json ben",
     "search ben --people", "search ben --dry-run", "search -- ben"],
)  # fmt: skip
def test_everything_else_is_left_to_the_command_line(words: str) -> None:
    assert understood(words.split()) is None


def test_the_version(cli: Cli, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert answered(["--version"]) == 0
    run = cli("--version")
    assert capsysbinary.readouterr() == (run.raw, run.stderr.encode())


def test_an_empty_word_is_left_to_the_command_line() -> None:
    assert understood(["log", ""]) is None


def test_a_shell_that_asks_for_completions_is_not_answered(
    vault: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    vault(SMALL)
    monkeypatch.setenv("_VAULT_CRM_COMPLETE", "bash_complete")
    assert answered(["overdue"]) is None


def test_errors_are_said_and_have_their_code(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(home)
    assert answered(["overdue"]) == 3
    assert capsysbinary.readouterr().err.startswith(b"vault-crm: no vault found")


@pytest.mark.parametrize("words", ["search nothing says this", "render", "set ben city Porto"])
def test_nobody_reads_what_is_said(
    vault: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    """The exit code is click's, not that of a flush which fails while Python leaves."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)
    root = vault(SMALL)
    reader, writer = os.pipe()
    os.close(reader)
    try:
        plain, whole = (
            subprocess.run(
                [sys.executable, "-c", f"{program}.run()", *words.split()],
                cwd=root,
                stdout=subprocess.DEVNULL,
                stderr=writer,
                check=False,
            ).returncode
            for program in ("import vault_crm.__main__ as m; m", "import vault_crm.cli.main as m; m")
        )
    finally:
        os.close(writer)
    assert plain == whole == 1
