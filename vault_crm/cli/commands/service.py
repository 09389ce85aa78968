"""Keep a watcher running from login on, without a terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any

import click

from vault_crm.cli.app import App
from vault_crm.errors import CannotPrint
from vault_crm.errors import NoVault
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.serve.service import Outcome
    from vault_crm.store.watching import Watcher

_LOOK = 1.0  # seconds between two looks at a log that is followed


@click.command("service")
@click.argument("action", type=click.Choice(["install", "status", "logs", "uninstall"]))
@click.option("--print", "to_print", is_flag=True, help="With install: print the file; write nothing.")
@click.option("-f", "--follow", is_flag=True, help="With logs: stay, and show what comes.")
@click.option(
    "-n", "--lines", metavar="N", type=click.IntRange(min=0), help="With logs: how many lines; else 50."
)
@click.option(
    "--dry-run", is_flag=True, help="With install and uninstall: say what would be done; do nothing."
)
@click.option("--json", "as_json", is_flag=True, help="With status: as JSON, in a documented shape.")
@click.pass_obj
def command(
    app: App, action: str, to_print: bool, follow: bool, lines: int | None, dry_run: bool, as_json: bool
) -> int | None:
    """Keep a watcher of this vault running from login on: a systemd user unit on Linux, a launchd agent on
    macOS, a scheduled task on Windows.

    \b
    install     write it and start it; once more brings it up to date
    status      whether it is installed and at work; exit code 1 if no watcher is
    logs        what it did
    uninstall   stop it and take it away

    A vault has one service, and several vaults have one each. It runs with this program and with the
    variables that are set now: PATH, TZ, XDG_... and VAULT_CRM_...
    """
    given = {
        "--print": to_print, "--follow": follow, "--lines": lines is not None, "--dry-run": dry_run,
        "--json": as_json,
    }  # fmt: skip
    fits = {"install": {"--print", "--dry-run"}, "status": {"--json"}, "logs": {"--follow", "--lines"}}
    for option in (option for option, is_given in given.items() if is_given):
        if option not in fits.get(action, {"--dry-run"}):
            raise UsageError(f"{option} does not belong to `service {action}`")
    if action == "install":
        return _print(app) if to_print else _install(app, dry_run)
    if action == "status":
        return _status(app, as_json)
    return (
        _logs(app, follow, 50 if lines is None else lines) if action == "logs" else _uninstall(app, dry_run)
    )


def _root(app: App) -> Path:
    """The vault, also if its folder is gone: its service can still be asked about and removed."""
    try:
        return app.root
    except NoVault:
        named = app.vault_given or os.environ.get("VAULT_CRM_VAULT")
        if not named:
            raise
        return Path(os.path.realpath(Path(named).expanduser()))


def _print(app: App) -> int:
    from vault_crm.serve import service

    system = service.system_here()
    app.out(system.text(service.job_of(system, app.root)).removesuffix("\n"))
    return 0


def _install(app: App, dry_run: bool) -> int | None:
    from vault_crm.serve import service
    from vault_crm.store.watching import watcher_of

    system = service.system_here()
    job = service.job_of(system, app.root)
    file = service.file_of(system, job.name)
    if dry_run:
        system.text(job)
        app.say(f"would write {file}")
        for words in service.steps_of(system, system.start, job.name, os.environ):
            app.say(f"would run {words}")
        return None
    new = service.read_ours(system, file) is None
    before = watcher_of(app.root) if new else None
    outcome = service.install(system, job)
    app.say(f"wrote {file}")
    if outcome.problem:
        return _not_all(app, outcome, system.name)
    app.say(f"a watcher of {app.root} runs now, and from every login on")
    if before is not None:
        app.say(f"  {_who(before)} is at work here already; the service takes over when that one ends")
    app.say("  `vault-crm service status` says how it is, `vault-crm service logs` what it did")
    return None


def _not_all(app: App, outcome: Outcome, system: str) -> int:
    """What is left to do, because the system could not be told."""
    app.warn(f"{system} could not be told: {outcome.problem}")
    app.say("  what is left to do, in a terminal of your own session:")
    for words in outcome.left:
        app.say(f"    {words}")
    return 1


def _uninstall(app: App, dry_run: bool) -> int | None:
    from vault_crm.serve import service

    system = service.system_here()
    root = _root(app)
    name = service.service_name(root)
    file = service.file_of(system, name)
    if dry_run and service.read_ours(system, file) is not None:
        for words in service.steps_of(system, system.stop, name, os.environ):
            app.say(f"would run {words}")
        app.say(f"would remove {file}")
        for words in service.steps_of(system, system.forget, name, os.environ):
            app.say(f"would run {words}")
        return None
    outcome = None if dry_run else service.uninstall(system, name)
    if outcome is None:
        app.say(f"no service is installed for {root}")
        return None
    app.say(f"removed {file}")
    return _not_all(app, outcome, system.name) if outcome.problem else None


def _status(app: App, as_json: bool) -> int:
    from vault_crm.serve import service
    from vault_crm.store.watching import watcher_of

    system = service.system_here()
    root = _root(app)
    name = service.service_name(root)
    state = service.state_of(system, name)
    watcher = watcher_of(root)
    file = service.file_of(system, name)
    if as_json:
        app.json({
            "version": 1, "vault": str(root), "name": name, "system": system.name, "file": str(file),
            "installed": state.installed, "state": state.answer or None, "problem": state.problem or None,
            "watcher": _watcher_json(watcher),
        })  # fmt: skip
        return 0 if watcher else 1
    app.out(f"service: {f'installed, {system.what}: {file}' if state.installed else 'not installed'}")
    if state.installed:
        app.out(f"{system.name}: {state.answer or f'cannot say ({state.problem})'}")
    app.out(f"watcher: {_watcher_text(watcher)}")
    if watcher is None:
        app.say(
            "`vault-crm service logs` may say why"
            if state.installed
            else "`vault-crm service install` starts one, now and at every login"
        )
    return 0 if watcher else 1


def _who(watcher: Watcher) -> str:
    return f"process {watcher.pid}" if watcher.pid else "a process"


def _since(watcher: Watcher) -> datetime | None:
    """Since when, if it says so."""
    try:
        return datetime.fromtimestamp(watcher.since).astimezone() if watcher.since else None
    except (ValueError, OverflowError, OSError):
        return None


def _watcher_text(watcher: Watcher | None) -> str:
    if watcher is None:
        return "none is at work"
    since = _since(watcher)
    return f"{_who(watcher)} is at work" + (f" since {since:%Y-%m-%d %H:%M}" if since else "")


def _watcher_json(watcher: Watcher | None) -> dict[str, Any] | None:
    if watcher is None:
        return None
    since = _since(watcher)
    return {
        "pid": watcher.pid or None,
        "since": since.isoformat(timespec="seconds") if since else None,
    }


def _logs(app: App, follow: bool, count: int) -> int:
    from vault_crm.serve import service

    system = service.system_here()
    name = service.service_name(_root(app))
    log = system.log(name)
    if log is not None:
        return show_log(app, log, follow=follow, count=count)
    words = service.fill(system, system.journal, name, os.environ)
    return _run(app, [*words, f"--lines={count}", *(["--follow"] if follow else [])])


def _run(app: App, words: list[str]) -> int:
    """A program of the system's that prints to our own output."""
    import subprocess

    try:
        return subprocess.run(words, stdin=subprocess.DEVNULL, check=False).returncode
    except KeyboardInterrupt:  # how one leaves a log that is followed
        return 0
    except OSError as error:
        app.warn(f"{words[0]} could not be started: {error.strerror or error}")
        return 1


def show_log(app: App, log: Path, *, follow: bool, count: int) -> int:
    """A log that is a file: its last lines, and what comes until Ctrl-C. Raises CannotPrint."""
    from time import sleep

    from vault_crm.store.logfile import last_lines
    from vault_crm.store.logfile import lines_after

    try:
        lines, end = _read(last_lines, log, count)
        if not lines and not follow:
            app.say(f"nothing in {log} yet")
        while True:
            for line in lines:
                app.out(line)
            if not follow:
                return 0
            sleep(_LOOK)
            lines, end = _read(lines_after, log, end)
    except KeyboardInterrupt:
        return 0


def _read(look: Callable[[Path, int], tuple[list[str], int]], log: Path, at: int) -> tuple[list[str], int]:
    try:
        return look(log, at)
    except OSError as error:
        raise CannotPrint(f"{log}: {error.strerror or error}") from None
