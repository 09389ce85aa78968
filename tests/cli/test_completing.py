"""Names that are completed without the command line library are those that it would say."""

from __future__ import annotations

import contextlib
import io
import os
from collections.abc import Callable
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.cli.small import SMALL
from tests.conftest import Cli
from tests.conftest import private_environment
from tests.vaults import write_vault
from vault_crm.cli.app import complete_people
from vault_crm.cli.completing import TAKE_PEOPLE
from vault_crm.cli.completing import completed
from vault_crm.cli.main import command_names

SHELLS = ["bash", "zsh", "fish"]
ODD = """
=== People/mary-ann.md
---
name: "Mary  Ann O'Neill"
aliases: ["Mam, the elder", "Nana: mine", Ána]
---
=== People/two, of them.md
---
name: Ana
aliases: [Anselm, "=", "-x"]
---
"""
LINES = [
    "log an", "log ana s", "log ana sousa b", "log zzz", "log m", "log n", "log ", "log ana ", "set ana c",
    "log Ana Sousa Ben", "show mary ann o", "show mam, t", "  show   an", "show luc", "show lucía f",
    "-C . show da", "--vault . show da", "show -C . da", "show da -C . ",
]  # fmt: skip
LEFT = [
    "", "sho", "show", "list an", "help lo", "overdue -", "export ana", "nothing an", "show -", "show --js",
    "show =", "show -C ", "-C . ", "-C nowhere show an", "-C . -C . show an", "--vault=. show an",
    "-C -v show an", "show -- an", "log an -m be", "log ana -m ", "-v log an", "show -v an",
    "--today 2026-11-22 log an", "log 'ana s", 'log "ana" s', "log ana\\ s", "log an\tb", "log\xa0an",
]  # fmt: skip


def asked(line: str, shell: str) -> dict[str, str]:
    """What a shell says about a line that ends where the cursor is."""
    words = ("vault-crm " + line).split(" ")
    typed = words[-1]
    number = len([word for word in words[:-1] if word])
    at = typed if shell == "fish" else str(number)
    return {"_VAULT_CRM_COMPLETE": f"{shell}_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": at}


def both(
    env: dict[str, str], cli: Cli, capsysbinary: pytest.CaptureFixture[bytes]
) -> tuple[int | None, bytes, bytes, int]:
    """What we say and how it ends, and what click says."""
    capsysbinary.readouterr()
    code = completed(env)
    out, err = capsysbinary.readouterr()
    assert err == b""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in env.items():
            patch.setenv(name, value)
        run = cli()
    assert run.stderr == ""
    return code, out, run.raw, run.code


@pytest.mark.parametrize("shell", SHELLS)
def test_plain_lines_are_completed_as_click_does(
    vault: Callable[[str], Path], cli: Cli, capsysbinary: pytest.CaptureFixture[bytes], shell: str
) -> None:
    vault(SMALL + ODD)
    said = set()
    for line in LINES:
        code, out, expected, end = both(asked(line, shell), cli, capsysbinary)
        if code is None and shell == "zsh":  # a colon in a name, which not every click escapes
            assert out == b""
            assert b"Nana" in expected
            continue
        assert (code, out) == (end, expected), line
        said.add(out)
    assert len(said) > 8


@pytest.mark.parametrize("shell", SHELLS)
def test_everything_else_is_left_to_click(
    vault: Callable[[str], Path], capsysbinary: pytest.CaptureFixture[bytes], shell: str
) -> None:
    vault(SMALL)
    for line in LEFT:
        assert completed(asked(line, shell)) is None, line
    assert capsysbinary.readouterr() == (b"", b"")


@pytest.mark.parametrize(
    "env",
    [{}, {"COMP_CWORD": "two"}, {"COMP_CWORD": "-1"}, {"COMP_CWORD": "²"}, {"COMP_WORDS": ""},
     {"_VAULT_CRM_COMPLETE": "bash_source"}, {"_VAULT_CRM_COMPLETE": "powershell_complete"},
     {"_VAULT_CRM_COMPLETE": ""}],
)  # fmt: skip
def test_what_no_shell_of_ours_asks(vault: Callable[[str], Path], env: dict[str, str]) -> None:
    vault(SMALL)
    assert completed({"_VAULT_CRM_COMPLETE": "bash_complete", **env}) is None
    whole = asked("show an", "bash")
    assert completed(whole) == 0
    assert not env or completed({**whole, **env}) is None


@pytest.mark.parametrize("at", range(7))
def test_in_the_middle_of_a_line(
    vault: Callable[[str], Path], cli: Cli, capsysbinary: pytest.CaptureFixture[bytes], at: int
) -> None:
    """Words are parted by newlines as our script for bash has them."""
    vault(SMALL)
    env = {**asked("", "bash"), "COMP_WORDS": "vault-crm\nlog\nan\nso\nbe\n", "COMP_CWORD": str(at)}
    code, out, expected, end = both(env, cli, capsysbinary)
    assert (code, out) in [(end, expected), (None, b"")]
    assert (code is None) == (at < 2)


def test_commands_that_take_people() -> None:
    """Their own words are names from the first on, and there is no other argument before or behind."""
    found = set()
    for name in command_names():
        command: click.Command = import_module(f"vault_crm.cli.commands.{name.replace('-', '_')}").command
        own = [param for param in command.params if isinstance(param, click.Argument)]
        if any(param._custom_shell_complete is complete_people for param in own):
            assert [param.nargs for param in own] == [-1], name
            found.add(name)
    assert found == TAKE_PEOPLE


def test_without_a_vault_nobody_is_named(
    home: Path, monkeypatch: pytest.MonkeyPatch, cli: Cli, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.chdir(home)
    assert both(asked("show an", "bash"), cli, capsysbinary) == (0, b"\n", b"\n", 0)


def test_a_note_that_was_just_added_is_seen(
    vault: Callable[[str], Path], capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    root = vault(SMALL)
    for _ in range(3):
        assert completed(asked("show quent", "bash")) == 0
    assert capsysbinary.readouterr().out == b"\n\n\n"
    (root / "People/q.md").write_text("---\nname: Quentin Roy\n---\n")
    assert completed(asked("show quent", "bash")) == 0
    (root / "People/q.md").write_text("---\nname: Quentin May\n---\n")
    assert completed(asked("show quent", "bash")) == 0
    assert capsysbinary.readouterr().out == b"plain,Quentin Roy\nplain,Quentin May\n"


@pytest.fixture(scope="module")
def one_vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The same for many lines."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in private_environment(home).items():
            patch.setenv(name, value)
        write_vault(home / "vault", SMALL + ODD)
        yield home / "vault"


WORDS = st.sampled_from(
    ["log", "show", "set", "overdue", "ana", "an", "Ana", "sousa", "s", "mam,", "the", "b", "", ".", "-C",
     "--vault", "-m", "--on=x", "--json", "--", "-", "=", "'", "a\\"]
)  # fmt: skip


@settings(max_examples=60)
@given(line=st.lists(WORDS, max_size=6).map(" ".join), shell=st.sampled_from(SHELLS))
def test_any_line_is_completed_as_click_does_or_left_to_it(one_vault: Path, line: str, shell: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(one_vault)
        for name, value in asked(line, shell).items():
            patch.setenv(name, value)
        with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())) as out:
            code = completed(os.environ)
        run = Cli()()
    assert (code, out.buffer.getvalue()) in [(run.code, run.raw), (None, b"")]
