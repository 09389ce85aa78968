"""`service`: what is typed and told. systemd's programs are stand-ins, the home folder is the test's."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.conftest import Run
from vault_crm.serve.service import service_name
from vault_crm.store.watching import Watching

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the stand-ins are systemd's")

Make = Callable[[str], Path]
VAULT = "=== People/Ana.md\n---\ncadence: monthly\n---\n"
NOON = 1795348800.0  # 2026-11-22 12:00 in Greenwich
STAND_IN = """#!/bin/sh
echo "$(basename "$0") $*" >> "$CALLS"
if [ -n "$UNREACHABLE" ]; then echo "Failed to connect to bus: No medium found" >&2; exit 1; fi
case $* in *is-active*) echo "${STATE:-active}";; *journalctl*|*--lines*) echo "a line of the log";; esac
"""


@pytest.fixture
def systemd(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the stand-ins write down what they were called with."""
    programs = home.parent / "programs"
    programs.mkdir()
    for name in ("systemctl", "journalctl"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(home.parent / "calls"))
    return home.parent / "calls"


def unit_of(root: Path) -> Path:
    return Path(os.environ["HOME"], ".config/systemd/user", f"{service_name(root)}.service")


def test_from_install_to_uninstall(vault: Make, cli: Cli, systemd: Path) -> None:
    root = vault(VAULT)
    unit = unit_of(root)
    run = cli("service install")
    assert (run.code, run.stdout) == (0, "")
    assert run.stderr.splitlines() == [
        f"wrote {unit}",
        f"a watcher of {root} runs now, and from every login on",
        "  `vault-crm service status` says how it is, `vault-crm service logs` what it did",
    ]
    assert re.search(rf"^ExecStart=\S+/vault-crm -C {root} watch --wait$", unit.read_text(), re.MULTILINE)
    run = cli("service status")
    assert run.code == 1
    assert run.lines == [
        f"service: installed, a systemd user unit: {unit}",
        "systemd: active",
        "watcher: none is at work",
    ]
    assert run.stderr == "`vault-crm service logs` may say why\n"
    assert cli("service uninstall").stderr == f"removed {unit}\n"
    assert not unit.exists()
    assert [line.split()[2] for line in systemd.read_text().splitlines()] == [
        *("enable", "daemon-reload", "restart"),
        "is-active",
        *("stop", "disable", "daemon-reload", "reset-failed"),
    ]
    run = cli("service uninstall")
    assert (run.code, run.stderr) == (0, f"no service is installed for {root}\n")


def test_print_and_dry_run_do_nothing(vault: Make, cli: Cli, systemd: Path) -> None:
    root = vault(VAULT)
    unit = unit_of(root)
    printed = cli("service install --print").stdout
    run = cli("service install --dry-run")
    assert (run.code, run.stdout) == (0, "")
    assert run.stderr.splitlines() == [
        f"would write {unit}",
        f"would run env SYSTEMD_OFFLINE=1 systemctl --user enable {unit.name}",
        "would run systemctl --user daemon-reload",
        f"would run systemctl --user restart {unit.name}",
    ]
    assert cli("service uninstall --dry-run").stderr == f"no service is installed for {root}\n"
    assert not unit.parent.exists()
    assert not systemd.exists()
    cli("service install")
    assert unit.read_text() == printed
    assert f"would remove {unit}" in cli("service uninstall --dry-run").stderr
    assert unit.exists()


def test_where_systemd_cannot_be_reached(
    vault: Make, cli: Cli, systemd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = unit_of(vault(VAULT))
    monkeypatch.setenv("UNREACHABLE", "1")
    run = cli("service install")
    assert run.code == 1
    assert unit.exists()
    assert run.stderr.splitlines() == [
        f"wrote {unit}",
        "vault-crm: warning: systemd could not be told: Failed to connect to bus: No medium found",
        "  what is left to do, in a terminal of your own session:",
        f"    env SYSTEMD_OFFLINE=1 systemctl --user enable {unit.name}",
        "    systemctl --user daemon-reload",
        f"    systemctl --user restart {unit.name}",
    ]
    run = cli("service status")
    assert run.lines[1] == "systemd: cannot say (Failed to connect to bus: No medium found)"


def test_a_watcher_at_work(vault: Make, cli: Cli, systemd: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = vault(VAULT)
    run = cli("service status")
    assert (run.code, run.lines) == (1, ["service: not installed", "watcher: none is at work"])
    assert run.stderr == "`vault-crm service install` starts one, now and at every login\n"
    watching = Watching.begin(root, NOON)
    try:
        run = cli("service status")
        assert run.code == 0
        [_, line] = run.lines
        assert re.fullmatch(
            rf"watcher: process {os.getpid()} is at work since 2026-11-2[123] \d\d:\d\d", line
        )
        document = json.loads(cli("service status --json").raw)
        assert document["watcher"]["pid"] == os.getpid()
        assert "the service takes over when that one ends" in cli("service install").stderr
        assert "takes over" not in cli("service install").stderr, "by now it may be the service's own"
    finally:
        watching.end()
    run = cli("service status --json")
    assert run.code == 1
    assert json.loads(run.raw) == {
        "version": 1,
        "vault": str(root),
        "name": service_name(root),
        "system": "systemd",
        "file": str(unit_of(root)),
        "installed": True,
        "state": "active",
        "problem": None,
        "watcher": None,
    }


@pytest.mark.parametrize("since", ["1e300", "nan", "inf", "-1e300", "0"])
def test_a_time_that_is_none(vault: Make, cli: Cli, systemd: Path, since: str) -> None:
    root = vault(VAULT)
    watching = Watching.begin(root, float(since))
    try:
        assert cli("service status").lines[-1] == f"watcher: process {os.getpid()} is at work"
        assert json.loads(cli("service status --json").raw)["watcher"]["since"] is None
    finally:
        watching.end()


def test_a_vault_that_is_gone_can_still_be_asked_about_and_removed(
    vault: Make, cli: Cli, systemd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = vault(VAULT)
    cli("service install")
    monkeypatch.chdir(root.parent)
    root.rename(root.with_name("elsewhere"))
    assert cli("-C", str(root), "service", "install").code == 3
    assert cli("-C", "notes", "service", "status").lines[0].startswith("service: installed")
    assert cli("-C", str(root), "service", "uninstall").stderr == f"removed {unit_of(root)}\n"
    assert cli("service status").code == 3


def test_logs_are_those_of_the_journal(vault: Make, shell: Callable[[str], Run], systemd: Path) -> None:
    name = service_name(vault(VAULT))
    for words in ("", " -n 5", " -f", " --lines 0 --follow"):
        run = shell(f"vault-crm service logs{words}")
        assert (run.code, run.stdout, run.stderr) == (0, "a line of the log\n", "")
    start = f"journalctl --user --unit={name}.service --no-pager"
    assert systemd.read_text().splitlines() == [
        f"{start} --lines=50",
        f"{start} --lines=5",
        f"{start} --lines=50 --follow",
        f"{start} --lines=0 --follow",
    ]


def test_without_systemd(vault: Make, cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    unit = unit_of(vault(VAULT))
    monkeypatch.setenv("PATH", "/nowhere")
    run = cli("service install")
    assert run.code == 1
    assert "systemctl was not found: there is no systemd here" in run.stderr
    assert "start `vault-crm watch` when you log in" in run.stderr
    assert not unit.exists()
    assert "[Service]" in cli("service install --print").stdout
    run = cli("service logs")
    assert (run.code, run.stderr) == (
        1,
        "vault-crm: warning: journalctl could not be started: No such file or directory\n",
    )


def test_a_unit_of_somebody_else(vault: Make, cli: Cli, systemd: Path) -> None:
    unit = unit_of(vault(VAULT))
    unit.parent.mkdir(parents=True)
    unit.write_text("[Service]\nExecStart=/bin/true\n")
    for action in ("install", "status", "uninstall"):
        run = cli(f"service {action}")
        assert run.code == 5
        assert "it is not of vault-crm's making" in run.stderr
    assert unit.read_text() == "[Service]\nExecStart=/bin/true\n"


@pytest.mark.parametrize(
    ("words", "option"),
    [
        ("status --print", "--print"), ("uninstall --print", "--print"), ("install -f", "--follow"),
        ("status -n 3", "--lines"), ("logs --dry-run", "--dry-run"), ("install --json", "--json"),
    ],
)  # fmt: skip
def test_options_that_do_not_belong(vault: Make, cli: Cli, systemd: Path, words: str, option: str) -> None:
    root = vault(VAULT)
    run = cli(f"service {words}")
    assert run.code == 2
    assert f"{option} does not belong to `service {words.split()[0]}`" in run.stderr
    assert not unit_of(root).exists()


def test_a_log_that_is_a_file(home: Path) -> None:
    """Where the system keeps no journal (macOS, Windows): the last lines, then what comes, until Ctrl-C."""
    log = home / "notes.log"
    log.write_text("one\ntwo\nthree\x1b[2J\n")
    code = (
        "import sys; from pathlib import Path; from vault_crm.cli.app import App;"
        "from vault_crm.cli.commands.service import show_log;"
        "sys.exit(show_log(App(), Path(sys.argv[1]), follow=sys.argv[2] == 'follow', count=2))"
    )
    words = [sys.executable, "-c", code, str(log)]
    done = subprocess.run([*words, "once"], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "two\nthree\\x1b[2J\n", "")
    process = subprocess.Popen([*words, "follow"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    overdue = threading.Timer(60, process.kill)
    overdue.start()
    try:
        assert [process.stdout.readline() for _ in range(2)] == ["two\n", "three\\x1b[2J\n"]
        with log.open("a") as file:
            file.write("four\nhal")
        assert process.stdout.readline() == "four\n"
        with log.open("a") as file:
            file.write("f\n")
        assert process.stdout.readline() == "half\n"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
        assert (process.returncode, out, err) == (0, "", "")
    finally:
        overdue.cancel()
        process.kill()
        process.communicate()


def test_a_log_that_is_not_there_yet(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from vault_crm.cli.app import App
    from vault_crm.cli.commands.service import show_log

    assert show_log(App(), home / "notes.log", follow=False, count=50) == 0
    assert capsys.readouterr().err == f"nothing in {home}/notes.log yet\n"


def test_a_log_that_cannot_be_read(home: Path) -> None:
    from vault_crm.cli.app import App
    from vault_crm.cli.commands.service import show_log
    from vault_crm.errors import CannotPrint

    with pytest.raises(CannotPrint, match="Is a directory"):
        show_log(App(), home, follow=False, count=1)
