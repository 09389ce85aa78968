"""The service on all three systems: what their files say, and what is asked of their own programs.

The programs are small scripts that write down what they were called with; the files are read by whoever knows
the form: systemd itself, plistlib, an XML parser, and readers of quotes made here from the manuals.
"""

from __future__ import annotations

import os
import plistlib
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import example
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.errors import CannotSave
from vault_crm.errors import EditRefused
from vault_crm.serve import service
from vault_crm.serve.service import SYSTEMS
from vault_crm.serve.service import System
from vault_crm.serve.service_files import MARK
from vault_crm.serve.service_files import CannotServe
from vault_crm.serve.service_files import Job
from vault_crm.serve.service_files import launchd_agent
from vault_crm.serve.service_files import systemd_unit
from vault_crm.serve.service_files import systemd_word
from vault_crm.serve.service_files import windows_task

SYSTEMD, LAUNCHD, WINDOWS = SYSTEMS
NAME = "vault-crm-notes-0a1b2c3d"
NASTY = (
    "/home/me/notes", "/home/me/My Notes", '/home/me/"quoted"', "/home/me/it's", "/home/me/100%h %i",
    "/home/me/$HOME ${HOME}", "/home/me/back\\slash\\", "/home/me/a;b ; c", "/home/me/tab\tline\nend",
    "/home/me/#1 & <2>", "/home/me/Zoë 😀 \u2028", "/home/me/\udcff", "/home/me/]]> -->", "/home/me/-x =y",
)  # fmt: skip
ON_WINDOWS = tuple(path.replace("%i", "i") for path in NASTY if path.isprintable() and '"' not in path)
posix = pytest.mark.skipif(os.name != "posix", reason="the stand-ins are shell scripts")
each_system = pytest.mark.parametrize("system", SYSTEMS, ids=lambda system: system.name)


def job(root: str = "/home/me/notes", program: str = "/home/me/.local/bin/vault-crm", **more: str) -> Job:
    return Job(
        name=NAME,
        root=root,
        program=(program,),
        python="/opt/python/pythonw.exe",
        variables=tuple(more.items()),
        log="/home/me/notes.log",
        user="HOME\\me",
    )


# -- readers of quotes, from the manuals


def systemd_words(text: str, dollar: bool) -> list[str]:
    """The words of a line as systemd.syntax(7) and systemd.service(5) say; for quoted and plain words."""
    simple = {'"': b'"', "\\": b"\\", "n": b"\n", "t": b"\t"}
    words = []
    for quoted, plain in re.findall(r'(?:^| )(?:"((?:[^"\\]|\\.)*)"|([^ "]+))(?= |$)', text):
        raw, at = b"", 0
        inside = quoted or plain
        while at < len(inside):
            if inside[at] == "\\" and quoted:
                code = inside[at + 1]
                raw += bytes.fromhex(inside[at + 2 : at + 4]) if code == "x" else simple[code]
                at += 4 if code == "x" else 2
            else:
                raw += inside[at].encode()
                at += 1
        word = raw.decode("utf-8", "surrogateescape")
        assert not re.search(r"(?<!%)(?:%%)*%(?!%)", word), "a specifier of systemd's"
        word = word.replace("%%", "%")
        if dollar:
            assert not re.search(r"(?<!\$)(?:\$\$)*\$(?!\$)", word), "a variable"
            word = word.replace("$$", "$")
        words.append(word)
    return words


def windows_words(text: str) -> list[str]:
    """The arguments of a command line, by the rules of CommandLineToArgvW."""
    words: list[str] = []
    word, quoted, begun, at = "", False, False, 0
    while at < len(text):
        char = text[at]
        if char == "\\":
            run = len(text[at:]) - len(text[at:].lstrip("\\"))
            at += run
            if text[at : at + 1] == '"':
                word += "\\" * (run // 2)
                if run % 2:
                    word += '"'
                    at += 1
            else:
                word += "\\" * run
            begun = True
            continue
        if char == '"':
            quoted, begun = not quoted, True
        elif char in " \t" and not quoted:
            if begun:
                words.append(word)
            word, begun = "", False
        else:
            word, begun = word + char, True
        at += 1
    return [*words, word] if begun else words


# -- systemd

UNIT = f"""\
# Written by `vault-crm service install`, which will write it anew.
# Changes of your own: `systemctl --user edit {NAME}`.
[Unit]
Description=vault-crm keeps the dashboard in /home/me/notes true
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=/home/me/.local/bin/vault-crm -C /home/me/notes watch --wait
Environment=TZ=Europe/Lisbon
Environment="XDG_STATE_HOME=/home/me/my state"
Restart=on-failure
RestartSec=30s
Nice=10
NoNewPrivileges=yes

[Install]
WantedBy=default.target
"""


def unit_value(text: str, key: str) -> str:
    [value] = re.findall(rf"^{key}=(.*)$", text, re.MULTILINE)
    return value


def test_the_unit() -> None:
    assert systemd_unit(job(TZ="Europe/Lisbon", XDG_STATE_HOME="/home/me/my state")) == UNIT


paths = st.text(st.characters(exclude_characters="\0"), min_size=1, max_size=30).map(lambda text: f"/{text}")
bytes_as_text = st.binary(max_size=20).map(
    lambda raw: raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
)


@given(word=st.one_of(paths, bytes_as_text.map(lambda text: f"/{text}")))
@example(word=NASTY[6])
def test_what_systemd_reads_is_what_was_meant(word: str) -> None:
    if any("\ud800" <= char <= "\udfff" for char in word):
        word = os.fsencode(word.encode("utf-8", "replace").decode()).decode("utf-8", "surrogateescape")
    for dollar, sign in ((True, "$$"), (False, "$")):
        text = systemd_word(word, sign)
        assert text.isprintable()
        assert systemd_words(text, dollar) == [word]


@pytest.mark.parametrize("root", NASTY)
def test_a_unit_holds_any_path(root: str) -> None:
    text = systemd_unit(job(root))
    assert systemd_words(unit_value(text, "ExecStart"), dollar=True)[1:] == ["-C", root, "watch", "--wait"]
    assert len(text.splitlines()) == len(UNIT.splitlines()) - 2
    assert not any(line.endswith("\\") for line in text.splitlines())


@pytest.mark.parametrize("root", [path for path in NASTY if "\udcff" not in path])
def test_systemd_takes_the_unit(root: str, tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("systemd is not installed")
    program = tmp_path / f"a$b 'c' {root.strip('/').replace('/', ' ').replace('=', '')}"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    unit = tmp_path / f"{NAME}.service"
    unit.write_text(systemd_unit(job(root, str(program), XDG_STATE_HOME=f"{root}/state", TZ="UTC")))
    # Sockets of the system's own units have paths in there, and these must be short.
    with tempfile.TemporaryDirectory(prefix="run") as runtime:
        env = {**os.environ, "XDG_RUNTIME_DIR": runtime, "HOME": str(tmp_path)}
        done = subprocess.run([analyze, "--user", "--man=no", "verify", unit], capture_output=True, env=env)
    assert (done.returncode, done.stderr.decode()) == (0, "")


def test_a_variable_that_systemd_would_drop_is_refused() -> None:
    with pytest.raises(CannotServe, match="not UTF-8"):
        systemd_unit(job(XDG_STATE_HOME="/home/me/\udcff"))


# -- launchd


@pytest.mark.parametrize("root", [path for path in NASTY if "\udcff" not in path and "\t" not in path])
def test_the_agent(root: str) -> None:
    text = launchd_agent(job(root, TZ="UTC"))
    assert MARK in text
    agent = plistlib.loads(text.encode())
    assert agent == {
        "Label": NAME,
        "ProgramArguments": ["/home/me/.local/bin/vault-crm", "-C", root, "watch", "--wait"],
        "EnvironmentVariables": {"TZ": "UTC"},
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 30,
        "Nice": 10,
        "StandardOutPath": "/home/me/notes.log",
        "StandardErrorPath": "/home/me/notes.log",
    }
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    assert 'PUBLIC "-//Apple//DTD PLIST 1.0//EN"' in text


@pytest.mark.parametrize("root", ["/home/me/\x01", "/home/me/\udcff"])
def test_what_no_agent_can_hold_is_refused(root: str) -> None:
    with pytest.raises(CannotServe, match="launchd takes no such characters"):
        launchd_agent(job(root))


# -- Windows

NAMESPACE = "{http://schemas.microsoft.com/windows/2004/02/mit/task}"
# [MS-TSCH] 2.5: what may stand in an element; in a trigger in this order, elsewhere in any.
SCHEMA = {
    "Task": ["RegistrationInfo", "Triggers", "Settings", "Data", "Principals", "Actions"],
    "RegistrationInfo": ["URI", "SecurityDescriptor", "Source", "Date", "Author", "Version", "Description"],
    "Triggers": ["LogonTrigger"],
    "LogonTrigger": [
        "Enabled", "StartBoundary", "EndBoundary", "Repetition", "ExecutionTimeLimit", "UserId", "Delay",
    ],
    "Repetition": ["Interval", "Duration", "StopAtDurationEnd"],
    "Principals": ["Principal"],
    "Principal": ["UserId", "LogonType", "GroupId", "DisplayName", "RunLevel"],
    "Settings": [
        "AllowStartOnDemand", "RestartOnFailure", "MultipleInstancesPolicy", "DisallowStartIfOnBatteries",
        "StopIfGoingOnBatteries", "AllowHardTerminate", "StartWhenAvailable", "NetworkProfileName",
        "RunOnlyIfNetworkAvailable", "WakeToRun", "Enabled", "Hidden", "DeleteExpiredTaskAfter",
        "IdleSettings", "NetworkSettings", "ExecutionTimeLimit", "Priority", "RunOnlyIfIdle",
    ],
    "RestartOnFailure": ["Interval", "Count"],
    "Actions": ["Exec"],
    "Exec": ["Command", "Arguments", "WorkingDirectory"],
}  # fmt: skip


def task_of(text: str) -> ElementTree.Element:
    """The task, read from the bytes that Windows would get."""
    raw = text.encode(WINDOWS.encoding)
    assert raw[:2] in (b"\xff\xfe", b"\xfe\xff")
    return ElementTree.fromstring(raw)


def value(task: ElementTree.Element, path: str) -> str:
    found = task.findtext("/".join(NAMESPACE + step for step in path.split("/")))
    assert found
    return found


def test_the_task_has_the_documented_form() -> None:
    task = task_of(windows_task(job()))
    assert task.tag == f"{NAMESPACE}Task"
    for element in task.iter():
        children = [child.tag.removeprefix(NAMESPACE) for child in element]
        allowed = SCHEMA.get(element.tag.removeprefix(NAMESPACE), [])
        assert set(children) <= set(allowed)
        assert len(set(children)) == len(children)
        if element.tag.endswith("Trigger"):
            assert children == sorted(children, key=allowed.index)
    [principal] = task.iter(f"{NAMESPACE}Principal")
    [actions] = task.iter(f"{NAMESPACE}Actions")
    assert principal.get("id") == actions.get("Context")
    assert value(task, "Triggers/LogonTrigger/UserId") == "HOME\\me"
    assert value(task, "Settings/ExecutionTimeLimit") == "PT0S"
    assert 1 <= int(value(task, "Settings/RestartOnFailure/Count")) <= 255


@pytest.mark.parametrize("root", ON_WINDOWS)
def test_the_task_says_what_was_meant(root: str) -> None:
    task = task_of(windows_task(job(root, TZ="Europe/Lisbon", VAULT_CRM_NEW="C:\\a b\\;D:\\<c>&d")))
    assert MARK in value(task, "RegistrationInfo/Description")
    assert value(task, "Actions/Exec/Command") == "/opt/python/pythonw.exe"
    assert windows_words(value(task, "Actions/Exec/Arguments")) == [
        *("-P", "-m", "vault_crm.cli.background", "/home/me/notes.log"),
        *("TZ=Europe/Lisbon", "VAULT_CRM_NEW=C:\\a b\\;D:\\<c>&d", "--", "-C", root, "watch", "--wait"),
    ]


@pytest.mark.parametrize(
    "root", ["C:\\100%home%", "C:\\50% of 100%", "C:\\$(Arg0)", "C:\\a\x01", "C:\\\udcff"]
)
def test_what_no_task_can_hold_is_refused(root: str) -> None:
    with pytest.raises(CannotServe, match="cannot hold"):
        windows_task(job(root))


# -- which vault, which program, which variables


def test_vaults_that_are_called_alike_have_services_of_their_own(tmp_path: Path) -> None:
    for folder in ("a/Notes", "b/Notes", "b/Zoë & Søn", "b/???"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "c").symlink_to(tmp_path / "a")
    names = [
        service.service_name(tmp_path / folder) for folder in ("a/Notes", "b/Notes", "b/Zoë & Søn", "b/???")
    ]
    assert len(set(names)) == 4
    starts = ["vault-crm-notes-", "vault-crm-notes-", "vault-crm-zoe-", "vault-crm-vault-"]
    assert [name.startswith(start) for name, start in zip(names, starts, strict=True)] == [True] * 4
    assert all(re.fullmatch(r"[a-z0-9-]{18,60}", name) for name in names)
    assert service.service_name(tmp_path / "c" / "Notes") == names[0]


def test_variables_that_lead_elsewhere_go_along(tmp_path: Path) -> None:
    env = {
        "HOME": "/home/me", "PATH": "/a:relative:/b::/a", "XDG_STATE_HOME": "/s", "XDG_SESSION_ID": "3",
        "VAULT_CRM_VAULT": "/other", "VAULT_CRM_NEW": "x", "TZ": "", "LANG": "pt_PT", "EDITOR": "vim",
    }  # fmt: skip
    made = service.job_of(SYSTEMD, tmp_path, env, "/usr/bin/python3")
    assert made.variables == (("PATH", "/a:/b"), ("VAULT_CRM_NEW", "x"), ("XDG_STATE_HOME", "/s"))
    assert made.root == str(tmp_path)
    on_windows = service.job_of(WINDOWS, tmp_path, {**env, "USERDOMAIN": "HOME", "USERNAME": "me"})
    assert [name for name, _ in on_windows.variables] == ["VAULT_CRM_NEW", "XDG_STATE_HOME"]
    assert on_windows.user == "HOME\\me"


@posix
def test_the_program_is_the_script_that_stays(tmp_path: Path) -> None:
    python = tmp_path / "venv" / "python"
    links = tmp_path / "bin"
    for folder in (python.parent, links):
        folder.mkdir()
    env = {"PATH": str(links)}
    assert service.program_of(str(python), env) == (str(python), "-P", "-m", "vault_crm")
    script = python.with_name("vault-crm")
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    assert service.program_of(str(python), env) == (str(script),)
    (links / "vault-crm").symlink_to(script)
    assert service.program_of(str(python), env) == (str(links / "vault-crm"),)
    (links / "vault-crm").unlink()
    shutil.copy(script, links / "vault-crm")  # somebody else's, whatever it is called
    assert service.program_of(str(python), env) == (str(script),)


def test_each_system_is_known_by_its_name() -> None:
    assert [service.system_here(name).name for name in ("linux", "darwin", "win32")] == [
        system.name for system in SYSTEMS
    ]
    with pytest.raises(CannotServe, match="freebsd14") as caught:
        service.system_here("freebsd14")
    assert "vault-crm watch" in caught.value.hint


# -- the system's programs, by stand-ins that write down their arguments

STAND_IN = """#!/bin/sh
echo "$(basename "$0")${SYSTEMD_OFFLINE:+ (offline)} $*" >> "$CALLS"
case " $* " in *" $FAILING "*)
    if [ -z "$TIMES" ] || [ "$(grep -c -e " $FAILING" "$CALLS")" -le "$TIMES" ]
    then echo "it does not answer" >&2; exit 5
    fi
esac
[ -z "$ANSWER" ] || printf '%s\\n' "$ANSWER"
"""


@pytest.fixture
def env(home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Variables under which every system's program is a stand-in."""
    programs = home.parent / "programs"
    programs.mkdir()
    for name in ("systemctl", "launchctl", "schtasks"):
        (programs / name).write_text(STAND_IN)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("CALLS", str(home.parent / "calls"))
    return dict(os.environ)


def calls(env: dict[str, str]) -> list[str]:
    """What the stand-ins were called with since the last time."""
    path = Path(env["CALLS"])
    lines = path.read_text().splitlines() if path.exists() else []
    path.unlink(missing_ok=True)
    uid = str(os.getuid())
    return [line.replace(f"gui/{uid}", "gui/UID").replace(env["HOME"], "~") for line in lines]


INSTALLED = {
    "systemd": [
        f"systemctl (offline) --user enable {NAME}.service",
        "systemctl --user daemon-reload",
        f"systemctl --user restart {NAME}.service",
    ],
    "launchd": [
        f"launchctl bootout gui/UID/{NAME}",
        f"launchctl enable gui/UID/{NAME}",
        f"launchctl bootstrap gui/UID ~/Library/LaunchAgents/{NAME}.plist",
    ],
    "the task scheduler": [
        f"schtasks /End /TN {NAME}",
        f"schtasks /Create /F /TN {NAME} /XML ~/.local/state/vault-crm/service/{NAME}.xml",
        f"schtasks /Run /TN {NAME}",
    ],
}
REMOVED = {
    "systemd": [
        f"systemctl --user stop {NAME}.service",
        f"systemctl (offline) --user disable {NAME}.service",
        "systemctl --user daemon-reload",
        f"systemctl --user reset-failed {NAME}.service",
    ],
    "launchd": [f"launchctl bootout gui/UID/{NAME}"],
    "the task scheduler": [f"schtasks /End /TN {NAME}", f"schtasks /Delete /F /TN {NAME}"],
}


@posix
@each_system
def test_install_twice_then_uninstall_twice(system: System, env: dict[str, str]) -> None:
    file = service.file_of(system, NAME, env)
    assert service.install(system, job("/home/me/old"), env) == service.Outcome()
    assert calls(env) == INSTALLED[system.name]
    assert service.install(system, job(), env) == service.Outcome()
    assert calls(env) == INSTALLED[system.name]
    assert file.read_bytes() == system.text(job()).encode(system.encoding)
    assert service.uninstall(system, NAME, env) == service.Outcome()
    assert calls(env) == REMOVED[system.name]
    assert not file.exists()
    assert service.uninstall(system, NAME, env) is None
    assert calls(env) == []


@posix
@each_system
def test_a_file_of_somebody_else_is_left_alone(system: System, env: dict[str, str]) -> None:
    file = service.file_of(system, NAME, env)
    file.parent.mkdir(parents=True)
    file.write_bytes("mine, by hand".encode(system.encoding))
    before = file.read_bytes()
    for act in (
        lambda: service.install(system, job(), env),
        lambda: service.uninstall(system, NAME, env),
        lambda: service.state_of(system, NAME, env),
    ):
        with pytest.raises(EditRefused, match="not of vault-crm's making"):
            act()
    assert file.read_bytes() == before
    assert calls(env) == []


@posix
@each_system
def test_a_file_that_is_no_file_is_left_alone(system: System, env: dict[str, str]) -> None:
    file = service.file_of(system, NAME, env)
    file.parent.mkdir(parents=True)
    file.symlink_to(os.devnull)  # what `systemctl mask` makes
    with pytest.raises(CannotSave, match="not a regular file"):
        service.install(system, job(), env)
    assert file.is_symlink()


@posix
def test_where_systemd_cannot_be_reached_it_says_what_is_left(env: dict[str, str]) -> None:
    env["FAILING"] = "daemon-reload"
    outcome = service.install(SYSTEMD, job(), env)
    assert outcome.problem == "it does not answer"
    assert outcome.left == ("systemctl --user daemon-reload", f"systemctl --user restart {NAME}.service")
    assert service.file_of(SYSTEMD, NAME, env).exists()
    env["FAILING"] = "--user"
    outcome = service.install(SYSTEMD, job(), env)
    assert outcome.left[0] == f"env SYSTEMD_OFFLINE=1 systemctl --user enable {NAME}.service"
    calls(env)
    removed = service.uninstall(SYSTEMD, NAME, env)
    assert removed is not None
    assert removed.problem == "it does not answer"
    assert len(removed.left) == 3
    assert calls(env) == REMOVED["systemd"], "one failure keeps nothing else from being tried"
    assert not service.file_of(SYSTEMD, NAME, env).exists()


@posix
def test_launchd_is_asked_again_while_the_old_agent_still_stops(env: dict[str, str]) -> None:
    env |= {"FAILING": "bootstrap", "TIMES": "2"}
    assert service.install(LAUNCHD, job(), env) == service.Outcome()
    assert [call.split()[1] for call in calls(env)] == ["bootout", "enable", *["bootstrap"] * 3]


@posix
@each_system
def test_without_the_systems_program_nothing_is_written(system: System, env: dict[str, str]) -> None:
    env["PATH"] = env["HOME"]
    with pytest.raises(CannotServe, match=f"{system.program} was not found"):
        service.install(system, job(), env)
    assert not service.file_of(system, NAME, env).exists()


@posix
@pytest.mark.parametrize(
    ("system", "said", "state"),
    [
        (SYSTEMD, "active", "active"),
        (LAUNCHD, "gui/501/x = {\n\tactive count = 1\n\tstate = running\n\n\tprogram = y\n}", "running"),
        (LAUNCHD, "gui/501/x = {\n}", "loaded"),
        (WINDOWS, '"\\x","N/A","Running"', "Running"),
    ],
)
def test_what_the_system_says(system: System, said: str, state: str, env: dict[str, str]) -> None:
    assert service.state_of(system, NAME, env) == service.State(False)
    assert calls(env) == []
    service.install(system, job(), env)
    env["ANSWER"] = said
    assert service.state_of(system, NAME, env) == service.State(True, state)
    env["FAILING"] = {"systemctl": "is-active", "launchctl": "print", "schtasks": "/Query"}[system.program]
    assert service.state_of(system, NAME, env) == service.State(True, "", "it does not answer")


@posix
def test_systemd_says_that_a_service_has_failed_by_a_word_and_an_exit_code(env: dict[str, str]) -> None:
    service.install(SYSTEMD, job(), env)
    systemctl = Path(env["PATH"].split(os.pathsep)[0]) / "systemctl"
    systemctl.write_text("#!/bin/sh\necho activating\nexit 3\n")
    assert service.state_of(SYSTEMD, NAME, env) == service.State(True, "activating")


def test_every_journal_or_log_is_known() -> None:
    assert [(system.name, bool(system.journal)) for system in SYSTEMS if system.log(NAME) is None] == [
        ("systemd", True)
    ]
    assert str(LAUNCHD.log(NAME)).endswith(f"/Library/Logs/{NAME}.log")
