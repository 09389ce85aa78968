"""Hooks that have the dashboards rendered again when git has brought other notes.

They are a convenience that nothing depends on: hooks are not cloned, and a stash runs none. git runs them
before it puts autostashed changes back, so they only start a command that waits until git is done. They never
make git fail, and what was there before runs first.
"""

from __future__ import annotations

import os
import shlex
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.record import record
from vault_crm.git.place import Place
from vault_crm.store.files import read_bytes
from vault_crm.store.hookfile import move_hook
from vault_crm.store.hookfile import remove_hook
from vault_crm.store.hookfile import write_hook

NAMES = ("post-checkout", "post-merge", "post-rewrite")
BEFORE = ".before-vault-crm"
_CALL = "( "  # how the lines begin that start us: they are what differs from device to device


@record
class HookChange:
    """One hook: the bytes it has (None: there is none) and shall have. `moves`: a hook that is not ours is
    moved aside first, or back again afterwards."""

    path: Path
    base: bytes | None
    new: bytes | None
    moves: bool = False

    @property
    def aside(self) -> Path:
        """Where a hook of somebody else's is kept meanwhile."""
        return self.path.with_name(self.path.name + BEFORE)

    def __str__(self) -> str:
        if self.new is None:
            return f"remove {self.path}" + (f" and put {self.aside.name} back" if self.moves else "")
        if self.moves:
            return f"write {self.path}; the one that is there becomes {self.aside.name}, and still runs"
        return f"write {self.path}"


def hook_text(name: str, program: Sequence[str], vaults: Sequence[str]) -> str:
    """A hook's text. `vaults` are the vaults' folders, from the top of the work tree; git starts a hook
    there, so that it holds in every work tree of the clone."""
    lines = [
        "#!/bin/sh",
        "# From `vault-crm git install`: brings the dashboards up to date when git is done.",
        "# It never makes git fail. `vault-crm git uninstall` takes it away.",
        "code=0",
        f'if [ -x "$0{BEFORE}" ]; then "$0{BEFORE}" "$@" || code=$?; fi',
    ]
    if name == "post-checkout":
        lines.append('[ "$3" = 1 ] || exit $code  # single files')
        # A page that is written after a switch of branches would be in the way of the next one.
        lines.append(
            'case "$(git reflog -1 --format=%gs HEAD 2>/dev/null)" in rebase*|pull*) ;; *) exit $code; esac'
        )
    for vault in vaults:
        words = shlex.join((*program, "-C", f"./{vault}", "render", "--after-git"))
        lines.append(f"{_CALL}{words} </dev/null >/dev/null 2>&1 & )")
    return "\n".join((*lines, "exit $code", ""))


def is_own(name: str, raw: bytes) -> bool:
    """True for a hook that is as we wrote it, whatever program it calls, and for which vaults."""
    lines = raw.decode("utf-8", "surrogateescape").split("\n")
    frame = hook_text(name, (), ()).split("\n")
    return [line for line in lines if not line.startswith(_CALL)] == frame


def program_in(raw: bytes) -> str:
    """The program that a hook of ours calls; '' if it calls none."""
    for line in raw.decode("utf-8", "surrogateescape").split("\n"):
        if line.startswith(_CALL):
            return shlex.split(line.removeprefix(_CALL))[0]
    return ""


def read_hook(path: Path) -> bytes | None:
    """A hook's bytes; None if there is none, or none that can be read."""
    try:
        return read_bytes(path, 0)
    except OSError:
        return None


def hooks_folder(place: Place, config: Mapping[str, Sequence[str]]) -> tuple[Path, str]:
    """The folder in which git looks for the clone's hooks, and why nothing may be written there ('' if it
    may): one that several repositories share, or that is itself tracked, is not ours to write to."""
    said = config.get("core.hookspath", ("",))[-1]
    if not said:
        own = own_hooks(place)
        return (own, "") if own else (_usual(place), f"{_usual(place)} is a link")
    top = place.root.joinpath(*[".."] * place.prefix.count("/"))  # a relative one begins there
    full = Path(os.path.realpath(top / os.path.expanduser(said)))
    return full, "" if full.is_relative_to(os.path.realpath(place.common)) else f"core.hooksPath is {said}"


def own_hooks(place: Place) -> Path | None:
    """The folder in which git usually looks for the clone's hooks; None if it lies somewhere else in
    truth."""
    real = Path(os.path.realpath(_usual(place)))
    return _usual(place) if real.is_relative_to(os.path.realpath(place.common)) else None


def _usual(place: Place) -> Path:
    return place.common / "hooks"


def plan_hooks(
    folder: Path, program: Sequence[str], vaults: Sequence[str]
) -> tuple[tuple[HookChange, ...], tuple[str, ...]]:
    """What to write, and what is to be said about it. Without vaults: what to take away."""
    changes: list[HookChange] = []
    said: list[str] = []
    for name in NAMES:
        path = folder / name
        base = read_hook(path)
        aside = HookChange(path, None, None).aside
        new = hook_text(name, program, vaults).encode("utf-8", "surrogateescape") if vaults else None
        own = base is not None and is_own(name, base)
        if own and os.path.islink(path):
            if base != new:
                said.append(f"{path} is a link, and stays as it is")
        elif own and base != new:
            changes.append(HookChange(path, base, new, new is None and os.path.lexists(aside)))
        elif not own and new is not None and os.path.lexists(path):
            if base is None or os.path.lexists(aside):
                said.append(f"{path} is not ours, and stays as it is: add `{_shown(program, vaults)}` there")
            else:
                changes.append(HookChange(path, base, new, moves=True))
        elif not own and new is not None:
            changes.append(HookChange(path, None, new))
        elif not own and new is None and os.path.lexists(aside):
            said.append(f"{path} has been changed since, and stays; {aside.name} is what it was before")
    return tuple(changes), tuple(said)


def _shown(program: Sequence[str], vaults: Sequence[str]) -> str:
    return shlex.join((*program, "-C", f"./{vaults[0]}", "render", "--after-git")) + " &"


def write_hooks(changes: Sequence[HookChange]) -> None:
    """Does it. Raises Stale, EditRefused, CannotSave."""
    for change in changes:
        if change.new is None:
            remove_hook(change.path, change.base or b"")
            if change.moves:
                move_hook(change.aside, change.path)
        elif change.moves:
            move_hook(change.path, change.aside)
            write_hook(change.path, None, change.new)
        else:
            write_hook(change.path, change.base, change.new)
