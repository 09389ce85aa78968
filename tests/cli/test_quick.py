"""What is understood without the command line library is understood as it would understand it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from vault_crm.cli.quick import answered
from vault_crm.cli.quick import understood

VOCABULARY = ("overdue", "-C", "--vault", ".", "nowhere", "--today", TODAY, "soon")
PLAIN = [words for length in range(5) for words in product(VOCABULARY, repeat=length) if understood(words)]


def test_every_plain_command_line_is_answered_the_same(
    vault: Callable[[str], Path], cli: Cli, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    vault(SMALL)
    assert len(PLAIN) > 20
    left = 0
    for words in PLAIN:
        code = answered(words)
        out, err = capsysbinary.readouterr()
        if code is None:
            assert (out, err) == (b"", b""), words
            left += 1
            continue
        run = cli(*words)
        assert (code, out, err.decode()) == (run.code, run.raw, run.stderr), words
    assert 0 < left < len(PLAIN)  # a folder that is not there and a day that is none are told by click


@pytest.mark.parametrize(
    "words",
    ["", "list", "overdue ana", "overdue --json", "-v overdue", "--vault=. overdue", "-C", "overdue -C",
     "-C . -C . overdue", "-C -v overdue", "-- overdue"],
)  # fmt: skip
def test_everything_else_is_left_to_the_command_line(words: str) -> None:
    assert understood(words.split()) is None


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
