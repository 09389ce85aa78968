"""The frame: finding commands, global options, errors and exit codes, what may reach a terminal."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from tests import docs_commands
from tests.cli.small import SMALL
from tests.cli.small import TODAY
from tests.conftest import Cli
from tests.conftest import Run
from vault_crm import __version__
from vault_crm.cli import console
from vault_crm.cli.main import COMMANDS
from vault_crm.cli.main import command_names
from vault_crm.cli.main import main
from vault_crm.cli.main import negations_kept
from vault_crm.cli.main import summary_of

Vault = Callable[[str], Path]


def test_every_file_is_a_command_and_help_shows_its_first_line(cli: Cli) -> None:
    files = {p.stem.replace("_", "-") for p in Path(COMMANDS).glob("*.py") if not p.stem.startswith("_")}
    assert set(command_names()) == files
    shown = cli("--help").stdout
    for name in command_names():
        assert name in shown
        assert summary_of(name).endswith("."), f"{name}: the docstring's first line is the short help"


@pytest.mark.parametrize("name", command_names())
def test_every_command_explains_itself(cli: Cli, name: str) -> None:
    run = cli(f"{name} --help")
    assert run.code == 0
    assert run.stdout.startswith(f"Usage: vault-crm {name}")


def test_version(cli: Cli) -> None:
    assert cli("--version").stdout == f"vault-crm {__version__}\n"


def test_a_command_mistyped_is_suggested(cli: Cli) -> None:
    run = cli("overdu")
    assert (run.code, run.stdout) == (2, "")
    assert run.stderr == "vault-crm: no command 'overdu'\n  did you mean overdue?\n"


def test_usage_errors_say_where_help_is(cli: Cli) -> None:
    run = cli("overdue --sort colour")
    assert run.code == 2
    assert "'colour' is not one of 'ratio', 'due', 'name'" in run.stderr
    assert "see `vault-crm overdue --help`" in run.stderr


def test_no_vault(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    run = cli("overdue")
    assert run.code == 3
    assert "no vault found" in run.stderr
    assert "-C DIR" in run.stderr


def test_bad_settings(cli: Cli, vault: Vault) -> None:
    vault("=== .vault-crm/config.toml\npeople = 3\n")
    run = cli("overdue")
    assert run.code == 3
    assert ".vault-crm/config.toml" in run.stderr


def test_unknown_settings_are_warned_about(cli: Cli, vault: Vault) -> None:
    vault('=== .vault-crm/config.toml\npeeple = "x"\n')
    run = cli("list")
    assert run.code == 0
    assert (
        "vault-crm: warning: .vault-crm/config.toml: unknown setting peeple; did you mean people?"
        in run.stderr
    )


def test_time_zones(cli: Cli, vault: Vault) -> None:
    root = vault('=== .vault-crm/config.toml\ntimezone = "Nowhere/At-All"\n')
    run = cli("list --json")
    assert run.code == 3
    assert "Nowhere/At-All" in run.stderr
    assert cli("list --json --today 2026-11-22").code == 0
    (root / ".vault-crm/config.toml").write_text('timezone = "Europe/Lisbon"\n')
    assert cli("list --json").code == 0


@pytest.mark.parametrize(
    "words",
    ["-C {} --today {} list --paths", "list -C {} --today {} --paths", "--vault {} list --paths --today {}"],
)
def test_global_options_stand_before_and_behind_the_command(
    cli: Cli, vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    root = vault(SMALL)
    monkeypatch.chdir(tmp_path)
    run = cli(words.format(root, TODAY))
    assert run.code == 0
    assert "home/notes/People/dad.md" in run.lines


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "22.11.2026", "20261"])
def test_today_is_a_day(cli: Cli, vault: Vault, day: str) -> None:
    vault(SMALL)
    run = cli("--today", day, "list")
    assert run.code == 2
    assert "write YYYY-MM-DD" in run.stderr


def test_json_belongs_behind_the_command(cli: Cli, vault: Vault) -> None:
    vault(SMALL)
    run = cli("--json overdue")
    assert (run.code, run.stdout) == (2, "")


def test_a_mistake_of_the_program_is_one_line(
    cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault(SMALL)

    @click.command()
    def broken() -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(type(main), "get_command", lambda *_: broken)
    run = cli("list")
    assert run.code == 70
    assert "Traceback" not in run.stderr
    assert "ZeroDivisionError: by zero" in run.stderr
    assert "please report it" in run.stderr
    assert "Traceback" in cli("-v list").stderr


def test_a_reader_that_has_seen_enough(vault: Vault, shell: Callable[[str], Run]) -> None:
    people = "".join(f"=== People/{'x' * 150}{n}.md\n" for n in range(600))
    vault(people)
    run = shell("vault-crm list | head -n 1")
    assert (run.code, run.stderr) == (0, "")
    assert len(run.lines) == 1


def test_python_dash_m(vault: Vault, shell: Callable[[str], Run]) -> None:
    vault(SMALL)
    assert shell("python -m vault_crm --version").stdout == f"vault-crm {__version__}\n"


NEGATIONS = [
    ("list -tag:work", ["!tag:work"]),
    ("list -city:lisbon -v", ["!city:lisbon", "-v"]),
    ("list -Company:x", ["!Company:x"]),
    ("list -C /some/where", ["-C", "/some/where"]),
    ("list -C/some/where:x", ["-C/some/where:x"]),
    ("list -paused", ["!paused"]),
    ("list -due<14d", ["!due<14d"]),
    ("list --format -a:b", ["--format", "-a:b"]),
    ("list -h", ["-h"]),
    ("list -- -x", ["--", "-x"]),
    ("show -tag:work", ["-tag:work"]),
]


@pytest.mark.parametrize(("typed", "kept"), NEGATIONS)
def test_negations_of_a_query_are_no_options(typed: str, kept: list[str]) -> None:
    name, *args = typed.split()
    command = main.get_command(click.Context(main), name)
    assert command is not None
    assert negations_kept(command, args) == kept


# -- what may reach a terminal

CLEAN = [
    ("Ana María", "Ana María"),
    ("a\x1b]52;c;AAAA\x07b", "a\\x1b]52;c;AAAA\\x07b"),
    ("\u202egnp.exe", "\\u202egnp.exe"),
    ("\u2066x\u2069", "\\u2066x\\u2069"),
    ("two\nlines\r", "two\\nlines\\r"),
    ("a\tb", "a\tb"),
    ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
    ("\udcff", "\ufffd"),
    ("👩‍👧", "👩‍👧"),
    ("a\u00a0b", "a\u00a0b"),
    ("\ufeffx", "\\ufeffx"),
    ("\U000e0041", "\\U000e0041"),
]


@pytest.mark.parametrize(("text", "shown"), CLEAN)
def test_clean(text: str, shown: str) -> None:
    assert console.clean(text) == shown


def test_clean_lines_keeps_newlines() -> None:
    assert console.clean_lines("a\r\nb\x1b\n") == "a\r\nb\\x1b\n"


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本", 4), ("e\u0301", 1), ("👩‍👧", 4), ("Lucía", 5), ("", 0)]
)
def test_width(text: str, columns: int) -> None:
    assert console.width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abcdef", 4, "abc…"),
        ("abc", 3, "abc"),
        ("日本語", 4, "日…"),
        ("abc", None, "abc"),
        ("ab cd", 4, "ab…"),
    ],
)
def test_cut(text: str, columns: int | None, shown: str) -> None:
    assert console.cut(text, columns) == shown


def test_nothing_of_a_note_can_command_a_terminal(cli: Cli, vault: Vault) -> None:
    evil = "\x1b]0;pwned\x07\u202e"
    head = f"=== People/a.md\n---\nname: 'x{evil}'\ncadence: 2 days\nnext: 'y{evil}'\n---\n"
    escaped = '"v\\e]0;pwned\\a\\u202e"'
    root = vault(
        f"{head}## Log\n\n- 2026-01-02 z{evil}\n=== People/c.md\n---\nname: {escaped}\nnext: {escaped}\n"
        "cadence: 2 days\nlast_contact: 2026-01-01\n---\n"
    )
    (root / "People/b\x1b[2J.md").write_text("---\ncadence: 2 days\nlast_contact: 2026-01-01\n---\n")
    for words in (
        "overdue",
        "list",
        "list --paths",
        "show a",
        "why c",
        "show c",
        "search pwned",
        "upcoming",
        "overdue --format '{{ next }}'",
        "",
    ):
        for terminal in (None, (80, 30)):
            run = cli(f"--color never --today {TODAY} {words}", terminal=terminal)
            assert run.code == 0, run.stderr
            assert not set("\x1b\x07\u202e") & set(run.stdout + run.stderr), words


def test_colours(cli: Cli, vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    vault(SMALL)
    for words in (f"--today {TODAY}", f"--today {TODAY} overdue"):
        assert "\x1b[" not in cli(words).stdout
        assert "\x1b[" in cli(words, terminal=(80, 40)).stdout
        assert "\x1b[" in cli(f"--color always {words}").stdout
        assert "\x1b[" not in cli(f"--color never {words}", terminal=(80, 40)).stdout
        monkeypatch.setenv("NO_COLOR", "1")
        assert "\x1b[" not in cli(words, terminal=(80, 40)).stdout
        monkeypatch.delenv("NO_COLOR")
        monkeypatch.setenv("TERM", "dumb")
        assert "\x1b[" not in cli(words, terminal=(80, 40)).stdout
        monkeypatch.delenv("TERM")


def test_the_page_about_commands_is_what_they_say() -> None:
    """Behind? `python -m tests.docs_commands` writes it anew."""
    assert docs_commands.PAGE.read_text(encoding="utf-8") == docs_commands.page()


def test_help_as_a_command(cli: Cli) -> None:
    assert cli("help").stdout == cli("--help").stdout
    assert cli("help overdue").stdout == cli("overdue --help").stdout
    assert cli("help overdu").code == 2


def test_a_terminal_that_knows_few_letters(vault: Vault, shell: Callable[[str], Run]) -> None:
    vault(SMALL)
    run = shell(f"PYTHONIOENCODING=ascii vault-crm --today {TODAY} overdue lucia")
    assert (run.code, run.stderr) == (0, "")
    assert run.stdout.startswith("Luc\\xeda Ferrer")


def test_every_command_that_a_message_or_page_names_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    pages = [p for p in (*root.glob("*.md"), *root.glob("docs/*.md")) if p.name != "vault-format.md"]
    sources = [*root.glob("vault_crm/**/*.py"), *root.glob("templates/**/*.j2"), *pages]
    assert len(sources) > 100
    named = {
        (source.name, word)
        for source in sources
        for word in re.findall(r"`vault-crm ([a-z]+)", source.read_text(encoding="utf-8"))
    }
    assert len(named) > 20
    assert {(source, word) for source, word in named if word not in command_names()} == set()


def test_the_contract_says_which_commands_are_not_there_yet() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "vault-format.md").read_text(encoding="utf-8")
    commands = list(re.finditer(r"`vault-crm ([a-z]+)[^`]*`([^.]{0,20})", page.partition("## 1")[2]))
    assert commands
    for found in commands:
        promised = found[2].startswith(" *(not there yet)*")
        assert promised is (found[1] not in command_names()), found[0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_the_output_is_told_calmly(vault: Vault, shell: Callable[[str], Run]) -> None:
    vault(SMALL)
    for words in ("list", "list --json", "check"):
        run = shell(f"vault-crm {words} > /dev/full")
        assert run.code == 1
        assert "vault-crm: what was to be printed could not be written: No space left" in run.stderr
        assert "mistake" not in run.stderr
        assert "Traceback" not in run.stderr
    assert shell(f"vault-crm pause dad --today {TODAY} 2> /dev/full").code == 0


def test_files_are_named_as_the_user_can_open_them(
    vault: Vault, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault("=== People/Ada.md\n---\ncadence: 2x\nlast_contact: a: b\n---\n")
    monkeypatch.chdir(root.parent)
    where = f"--vault={root}"
    here = f"{root.name}/People/Ada.md:3"
    assert f"\n{here}:16: error: " in cli(where, "check").stdout
    assert cli(where, "set", "ada", "city", "Porto").stderr.startswith(f"vault-crm: {here}: not changed: ")
    (root / ".vault-crm/config.toml").write_text("limit = 3\n")
    shown = f"{root.name}/.vault-crm/config.toml: unknown setting limit"
    assert cli(where, "list").stderr.startswith(f"vault-crm: warning: {shown}")
    (root / ".vault-crm/config.toml").write_text("a =\n")
    assert cli(where, "list").stderr.startswith(f"vault-crm: {root.name}/.vault-crm/config.toml:1: is not ")
