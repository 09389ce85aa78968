"""Whom a name means on the command line, and what a shell is told about names."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from tests.conftest import Run
from tests.vaults import tree_bytes

Vault = Callable[[str], Path]


@pytest.mark.parametrize(
    "name",
    [
        "Lucía Ferrer",
        "lucia ferrer",
        "LUCIA",
        "ferrer",
        "lucia-ferrer",
        "People/lucia-ferrer.md",
        "ucía f",
        "lucia-ferrer.md",
        "[[lucia-ferrer]]",
        "[[People/lucia-ferrer.md|Lucía]]",
        "./People/lucia-ferrer.md",
    ],
)
def test_a_name_in_any_form(cli: Cli, vault: Vault, name: str) -> None:
    vault(SMALL)
    run = cli("show", name, "--today", TODAY)
    assert (run.code, run.stderr) == (0, "")
    assert run.lines[0].startswith("Lucía Ferrer")


def test_words_need_no_quotes(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    assert cli(f"show lucia ferrer --today {TODAY}").lines[0].startswith("Lucía Ferrer")


def test_what_paths_prints_is_a_name_in_every_folder(
    cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault(SMALL)
    for folder in (root / "People", root / "Daily", root.parent):
        monkeypatch.chdir(folder)
        where = f"--vault={root}"
        paths = cli(where, "list", "--paths").lines
        assert len(paths) > 15
        for path in (*paths, str(root / "People/dad.md")):
            run = cli(where, "show", path)
            assert (run.code, run.stderr) == (0, "")
        run = cli(where, "pause", *paths[:3], "--dry-run")
        assert (run.code, run.stdout.count("+paused: true")) == (0, 3)


def test_a_path_that_may_be_two_people_is_nobodys(
    cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault("=== People/ana.md\nHere.\n=== Old/People/ana.md\n---\ntype: person\n---\n")
    monkeypatch.chdir(root / "Old")
    run = cli("pause", "People/ana.md", "--dry-run")
    assert run.code == 4
    assert "People/ana.md\n" in run.stderr
    assert "Old/People/ana.md\n" in run.stderr
    assert cli("pause", str(root / "People/ana.md"), "--dry-run").code == 0


def test_several_candidates(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"show s --today {TODAY}")
    assert (run.code, run.stdout) == (4, "")
    assert run.stderr == (
        "vault-crm: 's' fits several people:\n"
        "  Ana Sousa  People/ana-sousa.md\n"
        "  Sam Whitlock  People/sam-whitlock.md\n"
        "  say more of the name, or give the note's path\n"
    )


def test_nobody(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli("show xqzw")
    assert (run.code, run.stdout) == (4, "")
    assert run.stderr == "vault-crm: nobody called 'xqzw'\n  `vault-crm list` shows everyone\n"


def test_a_typo_is_taken_for_reading_and_said(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli(f"show tomaz wilk --today {TODAY}")
    assert run.code == 0
    assert run.stderr == "nobody is called 'tomaz wilk': taking it for Tomasz Wilk\n"


def test_a_typo_never_writes_without_a_yes(cli: Cli, vault: Vault) -> None:
    root = vault(SMALL)
    before = tree_bytes(root)
    run = cli("log", "tomaz wilk", "-m", "x", "--today", TODAY, stdin="y\n")
    assert run.code == 4
    assert "did you mean Tomasz Wilk?" in run.stderr
    assert tree_bytes(root) == before
    run = cli("log", "tomaz wilk", "-m", "x", "--today", TODAY, stdin="n\n", terminal=(80, 24))
    assert run.code == 4
    assert tree_bytes(root) == before
    run = cli("log", "tomaz wilk", "-m", "x", "--today", TODAY, stdin="y\n", terminal=(80, 24))
    assert run.code == 0, run.stderr
    assert tree_bytes(root) != before


def complete(shell: Callable[[str], Run], words: list[str], last: int | None = None) -> list[str]:
    """What click answers to bash for a line of words, the last of them being typed."""
    line = "\n".join(words)
    number = len(words) - 1 if last is None else last
    run = shell(f"_VAULT_CRM_COMPLETE=bash_complete COMP_WORDS='{line}' COMP_CWORD={number} vault-crm")
    assert run.stderr == ""
    return [item.partition(",")[2] for item in run.lines if item]


def test_shells_are_told_names(vault: Vault, shell: Callable[[str], Run]) -> None:
    root = vault(SMALL)
    assert complete(shell, ["vault-crm", "log", "an"]) == ["Ana Sousa"]
    assert complete(shell, ["vault-crm", "log", "luc"]) == ["Lucía Ferrer"]
    assert complete(shell, ["vault-crm", "log", "benj"]) == ["Benji"]
    assert complete(shell, ["vault-crm", "log", "ana", "s"]) == ["Sousa"]
    assert complete(shell, ["vault-crm", "log", "ana", "sa"]) == ["Sam Whitlock"]
    assert complete(shell, ["vault-crm", "-C", str(root), "show", "dad"]) == ["Dad"]
    assert complete(shell, ["vault-crm", "overd"]) == ["overdue"]


def test_a_prompt_is_no_place_for_errors(
    home: Path, shell: Callable[[str], Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    assert complete(shell, ["vault-crm", "log", "an"]) == []


def test_bash_inserts_a_quoted_name(vault: Vault, shell: Callable[[str], Run]) -> None:
    if shutil.which("bash") is None:
        pytest.skip("bash is not installed")
    vault(SMALL)
    script = """
        eval "$(vault-crm completion bash)"
        compopt() { echo compopt "$@"; }
        COMP_WORDS=(vault-crm log Grandm) COMP_CWORD=2
        _vault_crm_completion vault-crm
        printf '%s\\n' "${COMPREPLY[@]}"
    """
    run = shell(f"bash --norc <<'END'\n{script}\nEND")
    assert (run.stdout, run.stderr) == ("compopt -o filenames\nGrandma Ilse\n", "")


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_scripts(cli: Cli, home: Path, name: str) -> None:
    run = cli(f"completion {name}")
    assert (run.code, run.stderr) == (0, "")
    assert f"_VAULT_CRM_COMPLETE={name}_complete" in run.stdout


@pytest.mark.parametrize("name", ["bash", "zsh", "fish"])
def test_completion_scripts_are_valid(cli: Cli, home: Path, shell: Callable[[str], Run], name: str) -> None:
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    (home / "script").write_text(cli(f"completion {name}").stdout)
    assert shell(f"{name} -n {home / 'script'}").code == 0
