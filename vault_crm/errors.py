"""Operations that cannot go on. Each class takes the facts, builds the message, and knows its exit code.

The user's odd *data* is never an exception: it is a `Diagnostic` (see `vault_crm.core.model`).
Exit codes are a contract (docs/commands.md): 0 done, 1 findings, 2 usage, 3 no vault or bad settings,
4 no such or ambiguous person, 5 an edit refused, 6 nothing could be imported, 7 template.
"""

from __future__ import annotations

from collections.abc import Sequence


class VaultCrmError(Exception):
    """Base of all errors that a user may see without a traceback. `hint` says how to go on, if we know."""

    exit_code = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(VaultCrmError):
    """The words on the command line cannot be understood."""

    exit_code = 2


class NoVault(VaultCrmError):
    """No vault was named and none was found from `start` upwards."""

    exit_code = 3

    def __init__(self, start: str, reason: str = "") -> None:
        super().__init__(
            reason or f"no vault found from {start} upwards",
            "name one with -C DIR or $VAULT_CRM_VAULT, or run `vault-crm init DIR` where your notes are",
        )


class BadSettings(VaultCrmError):
    """A settings file cannot be read, or a value in it is of the wrong kind. `where` is `file` or
    `file:line`."""

    exit_code = 3

    def __init__(self, where: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{where}: {problem}", hint)


class CannotPrint(VaultCrmError):
    """Standard output takes no more: a full disk, a device that is gone."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"what was to be printed could not be written: {reason}")


class NoSuchPerson(VaultCrmError):
    """Nobody bears this name, alias or path. `near` are the closest names, best first."""

    exit_code = 4

    def __init__(self, name: str, near: Sequence[str] = ()) -> None:
        hint = "did you mean " + ", ".join(near) + "?" if near else "`vault-crm list` shows everyone"
        super().__init__(f"nobody called {name!r}", hint)
        self.near = tuple(near)


class AmbiguousPerson(VaultCrmError):
    """Several people fit; nothing was done. `candidates` are `(name, path)` pairs."""

    exit_code = 4

    def __init__(self, name: str, candidates: Sequence[tuple[str, str]]) -> None:
        lines = "".join(f"\n  {who}  {path}" for who, path in candidates)
        super().__init__(
            f"{name!r} fits several people:{lines}", "say more of the name, or give the note's path"
        )
        self.candidates = tuple(candidates)


class EditRefused(VaultCrmError):
    """An edit that cannot be made safely; the file was left alone. `line` is 1-based, 0 if no line is to
    blame."""

    exit_code = 5

    def __init__(self, path: str, line: int, reason: str, hint: str = "") -> None:
        where = f"{path}:{line}" if line else path
        super().__init__(f"{where}: not changed: {reason}", hint)
        self.path = path
        self.line = line
        self.reason = reason


class Stale(EditRefused):
    """The file no longer holds the bytes that the edit was made from. Read again and plan anew."""

    def __init__(
        self,
        path: str,
        reason: str = "it changed while we were working",
        hint: str = "nothing was written; run the command again",
    ) -> None:
        super().__init__(path, 0, reason, hint)


class CannotSave(VaultCrmError):
    """The operating system refused a write (disk full, permission); the old file is still whole."""

    exit_code = 5

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: not saved: {reason}", "the file is as it was")
        self.path = path


class NothingToImport(VaultCrmError):
    """A file of which nobody knows what it is, or in which nothing can be read."""

    exit_code = 6


class GitMissing(VaultCrmError):
    """There is no git to ask, or it did not answer."""

    exit_code = 5

    def __init__(self, problem: str = "git was not found") -> None:
        super().__init__(problem, "nothing was written; is git installed, and on the PATH?")


class TemplateProblem(VaultCrmError):
    """A dashboard or person template cannot be used. `where` is `file` or `file:line`."""

    exit_code = 7

    def __init__(self, where: str, problem: str, hint: str = "") -> None:
        super().__init__(f"{where}: {problem}", hint or "the last good dashboard stays as it is")
