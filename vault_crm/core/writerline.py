"""`writer` under `[dashboard]` in a settings file: set or taken out as a line, every other byte stays."""

from __future__ import annotations

import re
from typing import Any

from vault_crm.core.text import newline_of
from vault_crm.core.text import split_lines

_TABLE = re.compile(r"[ \t]*\[")
_DASHBOARD = re.compile(r"[ \t]*\[[ \t]*dashboard[ \t]*\][ \t]*(#.*)?\r?\n?\Z")
_WRITER = re.compile(r"[ \t]*writer[ \t]*=")
_AT_TOP = re.compile(r"[ \t]*dashboard[ \t]*\.[ \t]*writer[ \t]*=")


def set_writer(text: str, name: str) -> str:
    """The settings with this writer; '' takes the line out. Raises ValueError if the text is not TOML, or
    has the setting in a form that cannot be edited as a line."""
    from vault_crm.core.starter import toml_text

    before = _read(text)
    now = before.get("dashboard", {}).get("writer", "") if isinstance(before.get("dashboard"), dict) else ""
    if now == name:
        return text
    edited = _edited(text, f"writer = {toml_text(name)}" if name else "")
    after = _read(edited)
    if _without(before) != _without(after) or after.get("dashboard", {}).get("writer", "") != name:
        raise ValueError("the line cannot be edited where it stands")
    return edited


def _read(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))


def _without(data: dict[str, Any]) -> dict[str, Any]:
    dashboard = data.get("dashboard", {})
    if not isinstance(dashboard, dict):
        return data
    rest = {key: value for key, value in dashboard.items() if key != "writer"}
    return {**{key: value for key, value in data.items() if key != "dashboard"}, "dashboard": rest}


def _edited(text: str, line: str) -> str:
    lines = split_lines(text)
    header = next((at for at, each in enumerate(lines) if _DASHBOARD.match(each)), -1)
    table = next((at for at, each in enumerate(lines) if _TABLE.match(each)), len(lines))
    for at in range(table):
        if _AT_TOP.match(lines[at]):
            return _put(lines, at, f"dashboard.{line}" if line else "")
    newline = newline_of(text, len(text))
    if header < 0:
        gap = "" if not text or text.endswith("\n") else newline
        space = newline if text else ""
        return f"{text}{gap}{space}[dashboard]{newline}{line}{newline}" if line else text
    for at in range(header + 1, len(lines)):
        if _TABLE.match(lines[at]):
            break
        if _WRITER.match(lines[at]):
            return _put(lines, at, line)
    if not line:
        return text
    if not lines[header].endswith("\n"):
        lines[header] += newline
    return "".join((*lines[: header + 1], line + newline, *lines[header + 1 :]))


def _put(lines: list[str], at: int, line: str) -> str:
    """The lines with this one in place of another, with its end, or (if '') without it."""
    old = lines[at]
    end = old[len(old.rstrip("\r\n")) :]
    return "".join((*lines[:at], line + end if line else "", *lines[at + 1 :]))
