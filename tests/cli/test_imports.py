"""Which modules a command loads: what is imported is most of the time that a short answer takes.

Allow-lists of our own modules, and of the standard library a list of what is too dear to come in unseen: who
adds to one of them knows that every run of the command pays for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from vault_crm.cli.quick import understood

# milliseconds each, and none of them needed to ask a question
DEAR = {
    *("rich", "jinja2", "markupsafe", "watchdog", "yaml", "frontmatter", "pygments", "markdown_it"),
    *("pathlib", "urllib", "dataclasses", "locale", "tomllib", "json", "hashlib", "ssl", "socket", "csv"),
    *("subprocess", "shutil", "tempfile", "sqlite3", "logging", "argparse", "asyncio", "importlib.metadata"),
    *("zoneinfo", "difflib", "random", "textwrap", "unicodedata", "glob", "email", "concurrent", "decimal"),
}
PROBE = """
import sys
before = set(sys.modules)
sys.argv[0] = "vault-crm"
from vault_crm.__main__ import run
try:
    run()
finally:
    sys.stdout.flush()
    sys.stderr.write("loaded: " + " ".join(sorted(set(sys.modules) - before)))
"""
FRAME = {"vault_crm", "vault_crm.__main__", "vault_crm.cli", "vault_crm.cli.quick", "vault_crm.errors"}
FRAME |= {"vault_crm.cli.app", "vault_crm.cli.console", "vault_crm.cli.frame"}
FRAME |= {"vault_crm.core", "vault_crm.core.record"}
TOP = FRAME | {"vault_crm.cli.main"}


def loaded(*words: str, **env: str) -> set[str]:
    """The modules that a command loads beside those that Python itself has, output going to a pipe."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *words],
        capture_output=True, text=True, check=False, env={**os.environ, **env},
    )  # fmt: skip
    said, found, names = done.stderr.rpartition("loaded: ")
    assert (done.returncode, bool(found)) == (0, True), said
    return set(names.split())


def ours(modules: set[str]) -> set[str]:
    return {name for name in modules if name.partition(".")[0] == "vault_crm"}


def dear(modules: set[str]) -> set[str]:
    return {name for name in modules if name in DEAR or name.partition(".")[0] in DEAR}


def test_the_version() -> None:
    found = loaded("--version")
    assert ours(found) == FRAME
    assert "click" not in found
    assert dear(found) == set()


def test_the_help() -> None:
    """click lays paragraphs out with `textwrap`, and looks its words up in the catalogues of a `locale`. No
    command is imported for its line."""
    found = loaded("--help")
    assert ours(found) == TOP
    assert dear(found) == {"textwrap", "locale"}


@pytest.mark.parametrize(
    "words",
    [
        "",
        "--version",
        "overdue --today 2026-11-22",
        "-C . overdue",
        "search a b",
        "log ben -m x",
        "set ben city Porto",
    ],
)
def test_what_is_understood_without_click(words: str) -> None:
    assert understood(words.split()) is not None


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
@pytest.mark.parametrize("typed", ["vault-crm ov", "vault-crm "])
def test_completing_a_command_imports_none(typed: str, shell: str) -> None:
    found = loaded(**completing(typed, shell, 1))
    assert ours(found) == TOP | {"vault_crm.cli.completing"}
    assert dear(found) == set()


def test_completing_an_option_imports_its_command() -> None:
    found = loaded(**completing("vault-crm upcoming --js", "bash", 2))
    assert "vault_crm.cli.commands.upcoming" in found
    assert dear(found) <= {"locale"}


NAMES = FRAME | {"vault_crm.cli.completing", "vault_crm.cli.everybody", "vault_crm.core.folding"}
NAMES |= {"vault_crm.core.rows", "vault_crm.core.text", "vault_crm.store", "vault_crm.store.glance"}
NAMES |= {"vault_crm.store.packed", "vault_crm.store.places", "vault_crm.store.relisted"}
NAMES |= {"vault_crm.store.stamps", "vault_crm.store.vouched", "vault_crm.store.locks"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completing_a_name(vault: Callable[[str], Path], shell: str) -> None:
    """Not even click, and nothing of the command."""
    vault(SMALL)
    loaded("overdue")  # writes the roster
    loaded("overdue")  # looks again at what was as new as the roster
    found = loaded(**completing("vault-crm show Ad", shell, 2))
    assert ours(found) <= NAMES, sorted(ours(found) - NAMES)
    assert dear(found) <= {"unicodedata"}  # how a name is compared that is not ASCII
    assert "click" not in found


def completing(typed: str, shell: str, at: int) -> dict[str, str]:
    """What a shell says when it asks for completions."""
    number = typed.rpartition(" ")[2] if shell == "fish" else str(at)
    return {"COMP_WORDS": typed, "COMP_CWORD": number, "_VAULT_CRM_COMPLETE": f"{shell}_complete"}


WARM = FRAME | {"vault_crm.cli.late", "vault_crm.cli.lists", "vault_crm.cli.listing", "vault_crm.cli.wording"}
WARM |= {"vault_crm.core.rows", "vault_crm.store", "vault_crm.store.glance", "vault_crm.store.packed"}
WARM |= {"vault_crm.store.relisted", "vault_crm.store.stamps"}
WARM |= {"vault_crm.core.late", "vault_crm.store.places", "vault_crm.store.vouched", "vault_crm.store.locks"}


def test_who_is_overdue_where_nothing_has_changed(vault: Callable[[str], Path]) -> None:
    """Not even click, nor the settings, the model or what reads a note."""
    vault(SMALL)
    loaded("overdue")  # writes the roster
    loaded("overdue")  # looks again at what was as new as the roster
    found = loaded("overdue")
    assert ours(found) <= WARM, sorted(ours(found) - WARM)
    assert dear(found) <= {"unicodedata"}  # how wide a name is that is not ASCII
    assert "click" not in found


SEARCH = NAMES - {"vault_crm.cli.completing"} | {"vault_crm.cli.search_work", "vault_crm.core.find"}
SEARCH |= {"vault_crm.store.bulk", "vault_crm.store.files", "vault_crm.store.together"}


def test_a_search_where_nothing_has_changed(vault: Callable[[str], Path]) -> None:
    """The notes were saved a moment ago, so that each is read with patience, by the store; in an empty vault
    there is none to read."""
    vault("")
    loaded("overdue")
    loaded("overdue")
    found = loaded("search", "harbour")
    assert ours(found) <= SEARCH, sorted(ours(found) - SEARCH)
    assert dear(found) == set()
    assert "click" not in found


@pytest.mark.parametrize(
    "words",
    [
        ("log", "ben", "-m", "a walk"),
        ("snooze", "ben", "--for", "2 weeks"),
        ("set", "ben", "city", "Lisbon"),
    ],
)
def test_a_change_of_one_note(vault: Callable[[str], Path], words: tuple[str, ...]) -> None:
    """The people as they are kept, the one note, what writes it, the settings, and the journal (JSON)."""
    vault(SMALL)
    loaded("overdue")
    loaded("overdue")
    found = loaded(*words)
    assert {name.partition(".")[0] for name in dear(found)} <= {"json", "tomllib", "unicodedata"}
    assert "vault_crm.store.journal" in found
    assert not found & {"click", "vault_crm.store.rosterfile", "vault_crm.store.load"}


# What a page is made of our own templates with, beside the roster.
FOR_A_PAGE = {
    *("hashlib", "pathlib", "tomllib", "urllib"),  # the settings, and where the state of a vault is
    "glob",  # which pathlib takes with it from Python 3.13 on
    "unicodedata",
}


def test_a_page_that_is_as_it_was(vault: Callable[[str], Path]) -> None:
    vault(SMALL)
    loaded("render")
    loaded("render")
    found = loaded("render")
    assert {name.partition(".")[0] for name in dear(found)} <= FOR_A_PAGE
    assert "click" not in found
    assert "vault_crm.render.pages" in found
    assert not found & {"vault_crm.core.vault", "vault_crm.store.load", "vault_crm.render.filing"}


def test_a_page_that_is_brought_up_to_date(vault: Callable[[str], Path]) -> None:
    """Made of what the command knows: neither everybody in full, nor a walk over the vault."""
    vault(SMALL)
    loaded("render")
    loaded("overdue")
    loaded("overdue")
    found = loaded("log", "ben", "-m", "a walk")
    assert {"vault_crm.store.brief", "vault_crm.core.dashboard.shown"} <= found
    assert not found & {"click", "jinja2", "vault_crm.core.vault", "vault_crm.store.load"}
