"""Every command on every odd vault: a clear answer, never a traceback, and undo gives every byte back."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.errors import catalogue
from tests.vaults import tree_bytes

WRITING = (
    'log ada -m "a walk" --next "the boat"',
    'set ada cadence "3 weeks"',
    "set ada tags --add odd",
    "unset ada last_contact",
    'snooze ada --for "2 weeks"',
    "pause ada",
    "resume ada",
    "new Zoe --cadence monthly",
    'set --where "ada" city Porto --yes',
    "check --fix",
    "init --yes",
)
READING = (
    "overdue",
    "list",
    "upcoming",
    "show ada",
    "why ada",
    "render --check",
    "triage --print",
    "undo --list",
    "",
)
CLEAR = {0, 1, 2, 4, 5}


@pytest.mark.parametrize("code", [code for code in catalogue.codes() if code != "not-downloaded"])
def test_commands_on_an_odd_vault(code: str, home: Path, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    root = home / "vault"
    catalogue.make_vault(code, root)
    monkeypatch.chdir(root)
    before = tree_bytes(root)
    for command in READING:
        run = cli(f"--today={catalogue.TODAY} {command}")
        assert run.code in CLEAR, (command, run.stderr)
    assert tree_bytes(root) == before
    before.pop("OVERDUE.md", None)  # an existing dashboard follows every change
    for command in WRITING:
        run = cli(f"--today={catalogue.TODAY} {command}")
        assert run.code in CLEAR, (command, run.stderr)
        if run.code == 5:
            assert notes(root) == before, command
        if notes(root) != before:
            undo = cli("undo")
            assert undo.code == 0, (command, undo.stderr)
        assert notes(root) == before, command


def notes(root: Path) -> dict[str, bytes]:
    return {path: raw for path, raw in tree_bytes(root).items() if path != "OVERDUE.md"}
