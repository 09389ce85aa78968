"""People's names for the shell that completes them: the plainest lines without the command line library.

`import click` takes longer than all the rest of a completion. So a line of plain words, a command that takes
people and the beginning of a name, is answered here; what else is being typed is left to click, which would
say the same of these.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping

# The commands whose own words begin with a name, or are names.
TAKE_PEOPLE = {
    *("edit", "forget", "history", "log", "merge", "pause", "rename", "resume", "set", "show", "snooze"),
    *("unset", "why"),
}
_SHELLS = {"bash_complete": "bash", "zsh_complete": "zsh", "fish_complete": "fish"}


def completed(env: Mapping[str, str]) -> int | None:
    """Answer a shell that completes a name on a plain line; the exit code, or None if that is for click."""
    shell = _SHELLS.get(env["_VAULT_CRM_COMPLETE"], "")
    typed = _typed(shell, env)
    said = None if typed is None else _understood(typed[0])
    if typed is None or said is None or typed[1] == "=" or typed[1].startswith("-"):
        return None
    vault, before = said
    from vault_crm.cli import console
    from vault_crm.cli.app import App
    from vault_crm.cli.everybody import names_that_fit
    from vault_crm.cli.frame import answer

    if vault is not None and not os.access(vault, os.R_OK):
        return None
    app = App()
    app.vault_given = vault
    lines: list[str] | None = None

    def work() -> int:
        nonlocal lines
        lines = _lines(shell, names_that_fit(app, before, typed[1]).items())
        if lines is not None:
            console.write_bytes("\n".join(lines).encode() + b"\n")
        return 0

    code = answer(app, work)
    return code if code or lines is not None else None


def _typed(shell: str, env: Mapping[str, str]) -> tuple[list[str], str] | None:
    """The words before the one that is being typed, and that; None where they are not plain."""
    line, at = env.get("COMP_WORDS"), env.get("COMP_CWORD")
    words = None if line is None else _split(line)
    if not shell or words is None or at is None:
        return None
    if shell == "fish":  # which says the word itself, and the line up to it
        if (_split(at) or [""]) != [at]:
            return None
        return (words[1:-1] if at and words[-1:] == [at] else words[1:]), at
    if not (at.isascii() and at.isdecimal()):
        return None
    number = int(at)
    return words[1:number], words[number] if number < len(words) else ""


def _split(line: str) -> list[str] | None:
    """A line of plain words; None if anything in it has a meaning to a shell, or cannot be seen."""
    line = line.replace("\n", " ")
    if not line.isprintable() or "'" in line or '"' in line or "\\" in line:
        return None
    return [word for word in line.split(" ") if word]


def _understood(words: Iterable[str]) -> tuple[str | None, list[str]] | None:
    """The vault that is named, and the words behind a command that takes people; None if there is anything
    else."""
    vault, command, own = None, "", list[str]()
    rest = iter(words)
    for word in rest:
        if word in ("-C", "--vault"):
            given = next(rest, "-")
            if vault is not None or given.startswith("-"):
                return None
            vault = given
        elif word.startswith("-"):
            return None
        elif command:
            own.append(word)
        elif word in TAKE_PEOPLE:
            command = word
        else:
            return None
    return (vault, own) if command else None


def _lines(shell: str, names: Iterable[tuple[str, str]]) -> list[str] | None:
    """What a shell's script reads; None where click's versions differ in how they say it."""
    if shell == "bash":
        return [f"plain,{name}" for name, _ in names]
    lines = []
    for name, path in names:
        if not path.isprintable() or (shell == "zsh" and ":" in name):
            return None
        lines.append(f"plain,{name}\t{path}" if shell == "fish" else f"plain\n{name}\n{path}")
    return lines
