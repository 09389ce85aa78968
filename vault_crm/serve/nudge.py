"""The nudge: at most one desktop notification a day, only where `[notify] at` asks for it.

The texts hold names from notes, which can be anything: they reach the system's program as arguments or in its
environment, never as part of a script.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from datetime import time

from vault_crm.core.agenda import by_pressing
from vault_crm.core.daytime import parse_at as parse_at
from vault_crm.core.model import Agenda
from vault_crm.core.record import field
from vault_crm.core.record import record

LIMIT = 10.0  # seconds for the system's program; it takes milliseconds where there is a desktop
NAMED = 3
_LONGEST = 60  # characters of one name: a notification is a few lines
_JOINERS = "\u200c\u200d"  # invisible, but part of names in several scripts

_OSASCRIPT = ("on run argv", "display notification (item 2 of argv) with title (item 1 of argv)", "end run")
# A toast of Windows' own; without an identity of our own it is shown as PowerShell's.
_POWERSHELL = r"""
$ErrorActionPreference = 'Stop'
$manager = [Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime]
$xml = $manager::GetTemplateContent([Windows.UI.Notifications.ToastTemplateType]::ToastText02)
$texts = $xml.GetElementsByTagName('text')
[void]$texts.Item(0).AppendChild($xml.CreateTextNode($env:VAULT_CRM_NUDGE_TITLE))
[void]$texts.Item(1).AppendChild($xml.CreateTextNode($env:VAULT_CRM_NUDGE_BODY))
$app = '{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}\WindowsPowerShell\v1.0\powershell.exe'
$toast = [Windows.UI.Notifications.ToastNotification, Windows.UI.Notifications, ContentType = WindowsRuntime]::new($xml)
$manager::CreateToastNotifier($app).Show($toast)
"""  # noqa: E501


def nudge_text(agenda: Agenda) -> tuple[str, str] | None:
    """(title, body): how many people are overdue, and the three most pressing by name; None if nobody is.

    Nothing but names: what was said and what to ask stay in the notes.
    """
    items = by_pressing(agenda.with_status("overdue", "long-overdue"))
    if not items:
        return None
    names = [_plain(item.person.name) for item in items[:NAMED]]
    more = len(items) - len(names)
    title = "It has been a while: " + ("1 person" if len(items) == 1 else f"{len(items)} people")
    if more:
        return title, f"{', '.join(names)} and {more} more"
    return title, " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _plain(name: str) -> str:
    """A name on one line, without what moves a cursor or turns a text round, and not without end."""
    line = "".join(c if c.isprintable() or c in _JOINERS else " " for c in name)
    line = " ".join(line.split()) or "somebody"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def is_time(at: time, now: datetime, last: date | None) -> bool:
    """Whether the day's nudge is due: at or after `at` (also if the device slept through it), once a day.

    `now` is local; `last` is the day of the last nudge. One day ahead of today counts as today (people
    travel); further ahead, a clock was wrong, and it is no reason to be silent until then.
    """
    if now.time() < at:
        return False
    return last is None or not 0 <= (last - now.date()).days <= 1


@record
class Call:
    """How a system's own program is called to show a notification; `missing` says how to get it."""

    command: tuple[str, ...]
    missing: str
    variables: Mapping[str, str] = field(default_factory=dict)


def call_for(platform: str, title: str, body: str) -> Call:
    """The call on a platform, as `sys.platform` names it."""
    if platform == "darwin":
        script = [word for line in _OSASCRIPT for word in ("-e", line)]
        return Call(("osascript", *script, "--", title, body), "it is part of macOS")
    if platform == "win32":
        words = ("powershell", "-NoProfile", "-NonInteractive", "-Command", _POWERSHELL)
        texts = {"VAULT_CRM_NUDGE_TITLE": title, "VAULT_CRM_NUDGE_BODY": body}
        return Call(words, "it is part of Windows", texts)
    # notify-send undoes backslash escapes in the body, and what is left is markup
    text = body.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\\", "\\\\")
    return Call(
        ("notify-send", "--app-name=vault-crm", "--", title, text),
        "it comes with libnotify (on Debian and Ubuntu: libnotify-bin)",
    )


def send(title: str, body: str, limit: float = LIMIT) -> str:
    """Shows one desktop notification; '' or why that could not be done. Never raises, never takes much longer
    than `limit` seconds."""
    return run_call(call_for(sys.platform, title, body), limit)


def run_call(call: Call, limit: float = LIMIT) -> str:
    """Runs a notification's call; '' or why it failed."""
    import subprocess

    program = call.command[0]
    try:
        with subprocess.Popen(
            call.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={**os.environ, **call.variables},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        ) as process:
            try:
                _, said = process.communicate(timeout=limit)
            except subprocess.TimeoutExpired:
                process.kill()
                return f"{program} did not answer within {limit:g} seconds"
    except FileNotFoundError:
        return f"{program} is not installed; {call.missing}"
    except (OSError, ValueError) as error:
        return f"{program} could not be started: {getattr(error, 'strerror', None) or error}"
    if process.returncode == 0:
        return ""
    lines = _plain_lines(said)
    return f"{program}: {lines[0] if lines else f'exit code {process.returncode}'}"


def _plain_lines(raw: bytes) -> list[str]:
    lines = (
        "".join(c if c.isprintable() else " " for c in line)
        for line in raw.decode(errors="replace").split("\n")
    )
    return [text for text in (" ".join(line.split()) for line in lines) if text]
