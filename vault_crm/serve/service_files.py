"""What keeps a watcher running, as text: a systemd user unit, a launchd agent, a Windows scheduled task.

Pure: a job in, a text out. Each system reads its own kind of quotes; here is where they are made.
"""

from __future__ import annotations

import re

from vault_crm.core.record import record
from vault_crm.errors import VaultCrmError

MARK = "Written by `vault-crm service install`"  # how we know a file of ours
RETRY = 30  # seconds between two starts of a watcher that failed (another one is at work, no such vault)
NICE = 10


class CannotServe(VaultCrmError):
    """No service can be made of this: the system has none, or a path that its file cannot hold."""


@record
class Job:
    r"""One vault's watcher as a service: everything that its file says.

    `program` are the words that start vault-crm, `python` is the Python that runs without a window where
    there is one, `log` the file that takes the output where the system keeps no journal, `user` whom it runs
    for (Windows: `DOMAIN\NAME`).
    """

    name: str
    root: str
    program: tuple[str, ...]
    python: str
    variables: tuple[tuple[str, str], ...]
    log: str
    user: str

    @property
    def watch(self) -> tuple[str, ...]:
        """What vault-crm is told."""
        return ("-C", self.root, "watch", "--wait")


# -- systemd


def systemd_unit(job: Job) -> str:
    """A user unit (systemd.service(5), systemd.syntax(7)). Raises CannotServe."""
    program = list(job.program)
    if re.search(r"[$'\"\\\x00-\x1f\x7f]", program[0]):
        program.insert(0, "/usr/bin/env")  # systemd takes no such path for a program, but for an argument
    command = " ".join(systemd_word(word, dollar="$$") for word in [*program, *job.watch])
    variables = [f"Environment={systemd_word(f'{name}={value}')}" for name, value in job.variables]
    if any("\udc80" <= char <= "\udcff" for line in job.variables for char in "".join(line)):
        raise CannotServe("a variable of the environment is not UTF-8, which systemd does not take")
    lines = [
        f"# {MARK}, which will write it anew.",
        f"# Changes of your own: `systemctl --user edit {job.name}`.",
        "[Unit]",
        f"Description=vault-crm keeps the dashboard in {_shown(job.root).replace('%', '%%')} true",
        "StartLimitIntervalSec=0",
        "",
        "[Service]",
        "Type=exec",
        f"ExecStart={command}",
        *variables,
        "Restart=on-failure",
        f"RestartSec={RETRY}s",
        f"Nice={NICE}",
        "NoNewPrivileges=yes",
        "",
        "[Install]",
        "WantedBy=default.target",
    ]
    return "\n".join(lines) + "\n"


def systemd_word(word: str, dollar: str = "$") -> str:
    """One word for ExecStart= (`dollar="$$"`: no variable is meant) or Environment=, quoted if need be."""
    if re.fullmatch(r"[\w/.:=,+@~-]+", word, re.ASCII):
        return word
    signs = {'"': '\\"', "\\": "\\\\", "%": "%%", "$": dollar}
    return '"' + "".join(signs.get(char) or _escaped(char) for char in word) + '"'


def _escaped(char: str) -> str:
    if char.isprintable():
        return char
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def _shown(path: str) -> str:
    """A path for people to read."""
    return "".join(char if char.isprintable() else "?" for char in path)


# -- launchd


def launchd_agent(job: Job) -> str:
    """A launchd agent's property list (launchd.plist(5)). Raises CannotServe."""
    import plistlib

    agent: dict[str, object] = {"Label": job.name, "ProgramArguments": [*job.program, *job.watch]}
    if job.variables:
        agent["EnvironmentVariables"] = dict(job.variables)
    agent |= {
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": RETRY,
        "Nice": NICE,
        "StandardOutPath": job.log,
        "StandardErrorPath": job.log,
    }
    try:
        text = plistlib.dumps(agent, sort_keys=False).decode("utf-8")
    except ValueError:  # control characters; bytes that are no UTF-8
        raise CannotServe(f"{_shown(job.root)}: launchd takes no such characters in a path") from None
    head, _, rest = text.partition("\n")
    return f"{head}\n<!-- {MARK}, which will write it anew. -->\n{rest}"


# -- Windows

# In the order of elements that the schema documents. A trigger's `Enabled` is left out: the schema and what
# Windows itself exports disagree on its place. A restart's interval and count are the least and the most that
# are allowed; the trigger's repetition is for what comes after them, and does nothing while the task runs.
_TASK = """\
<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo>
    <Description>{about}</Description>
  </RegistrationInfo>
  <Triggers>
    <LogonTrigger>
      <Repetition>
        <Interval>PT5M</Interval>
      </Repetition>
      <UserId>{user}</UserId>
    </LogonTrigger>
  </Triggers>
  <Principals>
    <Principal id="Author">
      <UserId>{user}</UserId>
      <LogonType>InteractiveToken</LogonType>
      <RunLevel>LeastPrivilege</RunLevel>
    </Principal>
  </Principals>
  <Settings>
    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>
    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>
    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>
    <StartWhenAvailable>true</StartWhenAvailable>
    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>
    <Priority>7</Priority>
    <RestartOnFailure>
      <Interval>PT1M</Interval>
      <Count>255</Count>
    </RestartOnFailure>
  </Settings>
  <Actions Context="Author">
    <Exec>
      <Command>{command}</Command>
      <Arguments>{arguments}</Arguments>
    </Exec>
  </Actions>
</Task>
"""


def windows_task(job: Job) -> str:
    """A scheduled task ([MS-TSCH] 2.5). Raises CannotServe.

    A task has no variables and no log of its own, so `vault_crm.cli.background` takes both as arguments.
    """
    from subprocess import list2cmdline
    from xml.sax.saxutils import escape

    pairs = [f"{name}={value}" for name, value in job.variables]
    words = ["-P", "-m", "vault_crm.cli.background", job.log, *pairs, "--", *job.watch]
    arguments = list2cmdline(words)
    odd = re.search(r"%[^%]+%|\$\(|[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", arguments)
    if odd:
        reason = f"a scheduled task cannot hold {_shown(odd[0])!r}: %NAME% and $( are variables to it"
        raise CannotServe(f"{_shown(job.root)}: {reason}", "give the folder another name")
    about = f"{MARK}, which will write it anew. Keeps the dashboard in {job.root} true."
    return _TASK.format(
        about=escape(about),
        user=escape(job.user),
        command=escape(job.python),
        arguments=escape(arguments),
    )
