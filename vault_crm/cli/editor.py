"""The user's editor: which one, and how each is told a line. No shell ever sees a path."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError

# How editors take a line: `+LINE FILE`, `--goto FILE:LINE`, `FILE:LINE`. Others only get the file.
_PLUS = frozenset({
    "vi", "vim", "vim.tiny", "vim.basic", "vim.nox", "nvim", "gvim", "mvim", "view", "ex", "nano",
    "pico", "emacs", "emacsclient", "jed", "joe", "kak", "micro", "ne", "mg", "ee", "vis", "neovide",
    "nvi", "elvis", "gedit",
})  # fmt: skip
_GOTO = frozenset(
    ["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron", "code-oss"]
)
_COLON = frozenset(["hx", "helix", "subl", "sublime_text", "zed", "zeditor", "atom", "lapce"])


class EditorFailed(VaultCrmError):
    """The editor could not be started, or said that it failed (`:cq` in vim): nothing is done then."""

    def __init__(self, editor: str, reason: str, hint: str = "") -> None:
        super().__init__(f"the editor {editor!r} {reason}", hint or "nothing was changed")


def editor_words(env: Mapping[str, str] = os.environ) -> list[str]:
    """The editor's command: $VISUAL, else $EDITOR, else vi (Windows: notepad). Raises UsageError."""
    for variable in ("VISUAL", "EDITOR"):
        text = env.get(variable, "").strip()
        if not text:
            continue
        try:
            words = shlex.split(text, posix=os.name != "nt")
        except ValueError as problem:
            raise UsageError(f"${variable} cannot be read: {problem}", f"it is {text!r}") from None
        if words:
            return words
    if os.name == "nt":
        return ["notepad"]
    found = next((name for name in ("vi", "vim", "nano") if shutil.which(name, path=env.get("PATH"))), "")
    if not found:
        raise UsageError("no editor is set", "say which in $EDITOR, for instance EDITOR=vim")
    return [found]


def command_line(editor: list[str], path: str, line: int = 0) -> list[str]:
    """The command that opens a file, at a line where the editor is known to take one."""
    name = Path(editor[0]).name.removesuffix(".exe").casefold()
    # A name may look like an option; a folder in front of it makes it a path again.
    path = path if os.path.isabs(path) else os.path.join(os.curdir, path)
    if line > 0 and name in _PLUS:
        return [*editor, f"+{line}", path]
    if line > 0 and name in _GOTO:
        return [*editor, "--goto", f"{path}:{line}"]
    if line > 0 and name in _COLON:
        return [*editor, f"{path}:{line}"]
    return [*editor, path]


def require_editor() -> None:
    """Raises UsageError where no editor can be opened, before anything is done."""
    if not (os.environ.get("VISUAL") or os.environ.get("EDITOR") or sys.stdin.isatty()):
        raise UsageError("there is no terminal to open an editor in", "say which editor in $EDITOR")


def open_editor(path: Path | str, line: int = 0, wait: bool = False) -> None:
    """Open a file in the user's editor and come back when it is done. Raises EditorFailed, UsageError.

    `wait` also makes editors wait that return at once by default, because what they save is read afterwards.
    """
    import subprocess

    require_editor()
    editor = editor_words()
    if wait and Path(editor[0]).name.casefold() in _GOTO | {"subl", "zed", "atom"}:
        editor = [*editor, *(["--wait"] if not {"--wait", "-w"} & set(editor) else [])]
    try:
        done = subprocess.run(command_line(editor, str(path), line), check=False)
    except FileNotFoundError:
        raise EditorFailed(editor[0], "was not found", "set $EDITOR to one that is installed") from None
    except OSError as error:
        raise EditorFailed(editor[0], f"could not be started: {error.strerror or error}") from None
    if done.returncode:
        raise EditorFailed(editor[0], f"stopped with exit code {done.returncode}")
