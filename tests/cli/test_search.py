"""`search` at length: many hits, notes that cannot be read, and where paths begin."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.conftest import Cli
from vault_crm.core.folding import fold
from vault_crm.core.text import decode
from vault_crm.store.store import Store

Vault = Callable[[str], Path]
EXAMPLE = Path(__file__).resolve().parents[2] / "example_vault"


def by_folding(words: str) -> set[str]:
    """Every line of the example vault that holds the words, found by folding all of them."""
    wanted = fold(words)
    found = set()
    for path in Store.open(EXAMPLE).load().notes:
        for number, line in enumerate(decode((EXAMPLE / path).read_bytes()).split("\n"), 1):
            if wanted in fold(line):
                found.add(f"{path}:{number}: {line.strip()}")
    return found


@pytest.mark.parametrize("words", ["lunch", "zoe", "met", "'s", "2026-0", "the ", "—"])
def test_every_line_is_found_once(words: str, cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(EXAMPLE)
    lines = cli("search", words).lines
    assert len(lines) == len(set(lines))
    assert {line for line in lines if fold(words) in fold(line.split(": ", 1)[1])} == by_folding(words)


def test_more_hits_than_are_written_at_once(cli: Cli, vault: Vault) -> None:
    vault("=== a.md\n" + "cello\n" * 1001 + "\n=== b.md\ncello\n")
    lines = cli("search cello").lines
    assert lines == [f"a.md:{number}: cello" for number in range(1, 1002)] + ["b.md:1: cello"]


def test_paths_begin_where_the_user_is(cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    root = vault(SMALL)
    for folder, lines in {
        "People": ["lucia-ferrer.md:2: name: Lucía Ferrer", "../Daily/2026-11-01.md:1: "],
        "Daily": ["../People/lucia-ferrer.md:2: name: Lucía Ferrer", "2026-11-01.md:1: "],
    }.items():
        monkeypatch.chdir(root / folder)
        found = cli("search lucia").lines
        assert [line[: len(start)] for line, start in zip(found, lines, strict=True)] == lines


def test_a_note_that_is_too_large_is_said_and_the_others_are_searched(cli: Cli, vault: Vault) -> None:
    root = vault("=== a.md\ncello\n\n=== c.md\ncello\n")
    (root / "b.md").write_bytes(b"cello\n" * 700_000)
    run = cli("search cello")
    assert run.lines == ["a.md:1: cello", "c.md:1: cello"]
    assert run.stderr == "vault-crm: warning: b.md: not changed: it is larger than 4 MB\n"


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="permissions as on POSIX, not for root")
def test_a_note_that_may_not_be_read_is_said(cli: Cli, vault: Vault) -> None:
    root = vault("=== a.md\ncello\n")
    (root / "a.md").chmod(0)
    run = cli("search cello")
    assert run.lines == []
    assert "a.md: it cannot be read: Permission denied" in run.stderr
