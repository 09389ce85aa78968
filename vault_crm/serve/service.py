"""A watcher that runs without being thought of: what installs, asks about and removes it on each system.

One table, `SYSTEMS`, has everything that differs between them; what their files say is in
`vault_crm.serve.service_files`.
"""

from __future__ import annotations

import csv
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.serve.service_files import MARK
from vault_crm.serve.service_files import CannotServe
from vault_crm.serve.service_files import Job
from vault_crm.serve.service_files import launchd_agent
from vault_crm.serve.service_files import systemd_unit
from vault_crm.serve.service_files import windows_task
from vault_crm.store.files import read_bytes
from vault_crm.store.files import replace
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id
from vault_crm.store.program import program_of as program_of

_LONGEST = 60.0  # seconds for one command: a restart waits for the old watcher to end
_PAUSE = 0.5
# Without these a service would have another index, other locks and settings, another day, another git. (On
# Windows a task has the user's own PATH.)
_KEPT = ("PYTHONPATH", "TZ", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")


@record
class Step:
    """A command of the system's. `must` False: it may fail (there was nothing to stop). `tries`: how often it
    is tried, half a second apart."""

    words: tuple[str, ...]
    must: bool = True
    tries: int = 1


@record
class System:
    """What runs services on a system, and how it is told. `{name}`, `{file}` and `{uid}` stand in words."""

    platform: str  # how `sys.platform` begins
    name: str
    what: str
    program: str  # its command line
    place: Callable[[str, Mapping[str, str]], Path]  # where the file of a name lies
    log: Callable[[str], Path | None]  # the file with the output, None: the system keeps a journal
    text: Callable[[Job], str]
    encoding: str
    start: tuple[Step, ...]  # when the file is there
    stop: tuple[Step, ...]  # before the file is taken away
    forget: tuple[Step, ...]  # after that
    ask: tuple[str, ...]
    answer: Callable[[str], str]  # what it answered -> how the service is
    journal: tuple[str, ...] = ()  # the command that shows the log; the number of lines is added


@record
class Outcome:
    """What became of some commands: why the first one that mattered failed ('': all is done), and those that
    are left to do."""

    problem: str = ""
    left: tuple[str, ...] = ()


@record
class State:
    """How a service is: whether its file is there, what the system says of it, or why it says nothing."""

    installed: bool
    answer: str = ""
    problem: str = ""


def _config_home(env: Mapping[str, str]) -> Path:
    said = env.get("XDG_CONFIG_HOME", "")
    return Path(said) if os.path.isabs(said) else Path.home() / ".config"


def _launchd_answer(text: str) -> str:
    found = re.search(r"^\s*state = (.+)$", text, re.MULTILINE)
    return found[1] if found else "loaded"


def _windows_answer(text: str) -> str:
    rows = [row for row in csv.reader(text.splitlines()) if row]
    return rows[-1][-1] if rows else ""


def _steps(*lines: str) -> tuple[Step, ...]:
    """Steps from text; `-` in front: it may fail."""
    return tuple(Step(tuple(line.lstrip("-").split()), not line.startswith("-")) for line in lines)


SYSTEMS = (
    System(
        platform="linux",
        name="systemd",
        what="a systemd user unit",
        program="systemctl",
        place=lambda name, env: _config_home(env) / "systemd" / "user" / f"{name}.service",
        log=lambda name: None,  # noqa: ARG005
        text=systemd_unit,
        encoding="utf-8",
        # Offline, because then it needs no session: from then on it starts at login, whatever comes next.
        start=_steps(
            "env SYSTEMD_OFFLINE=1 systemctl --user enable {name}.service",
            "systemctl --user daemon-reload",
            "systemctl --user restart {name}.service",
        ),
        stop=_steps(
            "systemctl --user stop {name}.service",
            "env SYSTEMD_OFFLINE=1 systemctl --user disable {name}.service",
        ),
        forget=_steps("systemctl --user daemon-reload", "-systemctl --user reset-failed {name}.service"),
        ask=("systemctl", "--user", "is-active", "{name}.service"),
        answer=str.strip,
        journal=("journalctl", "--user", "--unit={name}.service", "--no-pager"),
    ),
    System(
        platform="darwin",
        name="launchd",
        what="a launchd agent",
        program="launchctl",
        place=lambda name, env: Path.home() / "Library" / "LaunchAgents" / f"{name}.plist",  # noqa: ARG005
        log=lambda name: Path.home() / "Library" / "Logs" / f"{name}.log",
        text=launchd_agent,
        encoding="utf-8",
        start=(
            *_steps("-launchctl bootout gui/{uid}/{name}", "launchctl enable gui/{uid}/{name}"),
            # It refuses while the old one is still being stopped.
            Step(("launchctl", "bootstrap", "gui/{uid}", "{file}"), tries=6),
        ),
        stop=_steps("-launchctl bootout gui/{uid}/{name}"),
        forget=(),
        ask=("launchctl", "print", "gui/{uid}/{name}"),
        answer=_launchd_answer,
    ),
    System(
        platform="win32",
        name="the task scheduler",
        what="a scheduled task",
        program="schtasks",
        place=lambda name, env: state_folder(env) / "service" / f"{name}.xml",
        log=lambda name: state_folder() / "service" / f"{name}.log",
        text=windows_task,
        encoding="utf-16",
        start=(
            *_steps("-schtasks /End /TN {name}"),
            Step(("schtasks", "/Create", "/F", "/TN", "{name}", "/XML", "{file}")),
            *_steps("schtasks /Run /TN {name}"),
        ),
        stop=_steps("-schtasks /End /TN {name}", "schtasks /Delete /F /TN {name}"),
        forget=(),
        ask=("schtasks", "/Query", "/TN", "{name}", "/FO", "CSV", "/NH"),
        answer=_windows_answer,
    ),
)


def system_here(platform: str = sys.platform) -> System:
    """What runs services on this system. Raises CannotServe if we know none."""
    for system in SYSTEMS:
        if platform.startswith(system.platform):
            return system
    raise CannotServe(
        f"no way is known to install a service on {platform}",
        "start `vault-crm watch` when you log in, in whatever way your system has for that",
    )


def service_name(root: Path) -> str:
    """What a vault's service is called: the folder's name, and a short id, as two may be called alike."""
    slug = re.sub(r"[^a-z0-9]+", "-", fold(root.name)).strip("-")[:30].strip("-")
    return f"vault-crm-{slug or 'vault'}-{vault_id(root)[:8]}"


def file_of(system: System, name: str, env: Mapping[str, str] = os.environ) -> Path:
    """Where the file of a service lies."""
    return system.place(name, env)


def job_of(
    system: System, root: Path, env: Mapping[str, str] = os.environ, python: str = sys.executable
) -> Job:
    """The watcher of a vault as a service, run by this Python with these variables."""
    name = service_name(root)
    log = system.log(name)
    kept = {key: env[key] for key in env if key in _KEPT or key.startswith("VAULT_CRM_")}
    kept.pop("VAULT_CRM_VAULT", None)  # the vault is named
    if system.platform != "win32":
        folders = [folder for folder in env.get("PATH", "").split(os.pathsep) if os.path.isabs(folder)]
        kept["PATH"] = os.pathsep.join(dict.fromkeys(folders))
    domain, user = env.get("USERDOMAIN", ""), env.get("USERNAME", "")
    return Job(
        name=name,
        root=str(root),
        program=program_of(python, env),
        python=_windowless(python),
        variables=tuple((key, kept[key]) for key in sorted(kept) if kept[key]),
        log="" if log is None else str(log),
        user=f"{domain}\\{user}" if domain else user,
    )


def _windowless(python: str) -> str:
    quiet = Path(python).with_name("pythonw.exe")
    return str(quiet) if quiet.is_file() else python


# -- doing it


def install(system: System, job: Job, env: Mapping[str, str] = os.environ) -> Outcome:
    """Writes the service's file and starts it; a second time brings both up to date.

    Raises CannotServe, EditRefused (a file of that name is not ours), CannotSave.
    """
    require(system, env)
    file = file_of(system, job.name, env)
    text = system.text(job).encode(system.encoding)
    replace(file, read_ours(system, file), text)
    return _carry_out(system, system.start, job.name, env)


def uninstall(system: System, name: str, env: Mapping[str, str] = os.environ) -> Outcome | None:
    """Stops a service and takes its file away; None if there is none. Raises as `install`."""
    file = file_of(system, name, env)
    raw = read_ours(system, file)
    if raw is None:
        return None
    require(system, env)
    stopped = _carry_out(system, system.stop, name, env, to_the_end=True)
    replace(file, raw, None)
    forgotten = _carry_out(system, system.forget, name, env, to_the_end=True)
    return Outcome(stopped.problem or forgotten.problem, (*stopped.left, *forgotten.left))


def state_of(system: System, name: str, env: Mapping[str, str] = os.environ) -> State:
    """How a service is. Raises EditRefused, CannotSave if its file cannot be read or is not ours."""
    if read_ours(system, file_of(system, name, env)) is None:
        return State(False)
    code, out, problem = _run(fill(system, system.ask, name, env), env)
    answer = system.answer(out) if out.strip() and (code == 0 or system.name == "systemd") else ""
    return State(True, answer, "" if answer else problem)


def steps_of(system: System, steps: Sequence[Step], name: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Commands as a user would type them."""
    return tuple(shown(fill(system, step.words, name, env)) for step in steps)


def fill(system: System, words: Sequence[str], name: str, env: Mapping[str, str]) -> tuple[str, ...]:
    """Words of the table, with what stands for the service in them."""
    uid = os.getuid() if hasattr(os, "getuid") else 0
    file = file_of(system, name, env)
    return tuple(word.format(name=name, file=file, uid=uid) for word in words)


def shown(words: Sequence[str]) -> str:
    """A command as a user would type it here."""
    from subprocess import list2cmdline

    return list2cmdline(words) if os.name == "nt" else shlex.join(words)


def require(system: System, env: Mapping[str, str] = os.environ) -> None:
    """Raises CannotServe if the system's own command line is not there."""
    if shutil.which(system.program, path=env.get("PATH")) is None:
        raise CannotServe(
            f"{system.program} was not found: there is no {system.name} here",
            "start `vault-crm watch` when you log in, in whatever way your system has for that",
        )


def read_ours(system: System, file: Path) -> bytes | None:
    """A service's file, None if there is none. Raises EditRefused if somebody else wrote it, CannotSave if it
    cannot be read."""
    if not file.exists():
        return None
    try:
        raw = read_bytes(file)
    except OSError as error:
        raise CannotSave(str(file), error.strerror or str(error)) from None
    if MARK not in raw.decode(system.encoding, "replace"):
        hint = "move it away first, if it should be replaced"
        raise EditRefused(str(file), 0, "it is not of vault-crm's making", hint)
    return raw


def _carry_out(
    system: System, steps: Sequence[Step], name: str, env: Mapping[str, str], to_the_end: bool = False
) -> Outcome:
    """The commands, up to the first failure that matters; or to the end, and what failed is left."""
    problem, left = "", []
    for at, step in enumerate(steps):
        failed = _tried(step, fill(system, step.words, name, env), env)
        if not failed or not step.must:
            continue
        problem = problem or failed
        left += [step] if to_the_end else [step for step in steps[at:] if step.must]
        if not to_the_end:
            break
    return Outcome(problem, steps_of(system, left, name, env))


def _tried(step: Step, words: tuple[str, ...], env: Mapping[str, str]) -> str:
    from time import sleep

    problem = ""
    for left in reversed(range(step.tries)):
        code, _, problem = _run(words, env)
        if code == 0:
            return ""
        if left:
            sleep(_PAUSE)
    return problem


def _run(words: Sequence[str], env: Mapping[str, str]) -> tuple[int, str, str]:
    """(exit code, standard output, in a few words what went wrong)."""
    import subprocess

    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            env=_session(env),
            timeout=_LONGEST,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, "", f"{words[0]} did not come back within {_LONGEST:.0f} seconds"
    except OSError as error:
        return -1, "", f"{words[0]}: {error.strerror or error}"
    out, err = (raw.decode("utf-8", "replace") for raw in (done.stdout, done.stderr))
    said = "; ".join(line.strip() for line in (err.strip() or out.strip()).splitlines()[:3])
    return done.returncode, out, said or f"{words[0]} failed with exit code {done.returncode}"


def _session(env: Mapping[str, str]) -> dict[str, str]:
    """The variables, with the one by which systemd is reached: `su` and cron do not set it."""
    full = dict(env)
    if "XDG_RUNTIME_DIR" not in full and hasattr(os, "getuid"):
        folder = f"/run/user/{os.getuid()}"
        if os.path.isdir(folder):
            full["XDG_RUNTIME_DIR"] = folder
    return full
