"""A clone's own git configuration: what is to be set there, and how it was before.

What we set is written down beside it, in the same file: `vault-crm.set.KEY` is the value that we gave a key,
`vault-crm.was.KEY` what stood there before. So it can be put back by any later version, in the clone where it
was set and nowhere else, and a value that somebody has changed since is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from vault_crm.core.record import record
from vault_crm.errors import VaultCrmError
from vault_crm.git.run import call_git

SET = "vault-crm.set."
WAS = "vault-crm.was."
_OF_A_BRANCH = re.compile(r"branch\..+\.rebase", re.DOTALL)

# A key as git spells it (section and variable in small letters) and its values; one key may have several.
Values: TypeAlias = "tuple[str, ...]"
Config: TypeAlias = "Mapping[str, Values]"


class GitRefused(VaultCrmError):
    """git did not do what it was told; its own words say why."""

    exit_code = 5


@record
class ConfigChange:
    """A key's values as they are (`before`) and as they shall be (`after`); none: the key is not there."""

    key: str
    before: Values
    after: Values

    @property
    def ours(self) -> bool:
        """True for what is only written down for later."""
        return self.key.startswith("vault-crm.")


def read_own(root: Path) -> dict[str, Values]:
    """What stands in the clone's own configuration, without what it includes. Raises GitRefused,
    GitMissing."""
    return _read(root, "--local", "--no-includes")


def read_effective(root: Path) -> dict[str, Values]:
    """What holds in the clone, the value that wins last. Raises GitRefused, GitMissing."""
    return _read(root)


def _read(root: Path, *scope: str) -> dict[str, Values]:
    done = call_git(root, "config", *scope, "-z", "--list")
    if done.code:
        raise GitRefused(f"git's configuration cannot be read: {done.complaint}")
    found: dict[str, Values] = {}
    for entry in done.out.decode("utf-8", "surrogateescape").split("\0")[:-1]:
        key, newline, value = entry.partition("\n")
        found[key] = (*found.get(key, ()), value if newline else "true")  # a key alone is a yes
    return found


def pull_key(config: Config, branch: str) -> str:
    """Which key says whether a plain `git pull` on this branch merges or rebases; '' if none does: git stops
    then, as soon as both sides have commits. No branch ('', as in a rebase): any branch's will do."""
    keys = [f"branch.{branch}.rebase"] if branch else [key for key in config if _OF_A_BRANCH.fullmatch(key)]
    return next((key for key in (*keys, "pull.rebase", "pull.ff") if key in config), "")


def plan_values(own: Config, wanted: Mapping[str, str]) -> tuple[ConfigChange, ...]:
    """What to change so that each key has its wanted value. A key that has it already without us is left to
    whoever set it; one that we set and that is not wanted any more is put back."""
    changes: list[ConfigChange] = []
    for key, value in wanted.items():
        now, mark = own.get(key, ()), own.get(SET + key, ())
        if now == (value,):
            continue
        if not mark or now != mark:  # it was not ours, or it was and somebody has changed it
            changes += _change(own, WAS + key, now)
        changes += [*_change(own, key, (value,)), *_change(own, SET + key, (value,))]
    changes += plan_restore({key: values for key, values in own.items() if not _is_for(key, wanted)})[0]
    return tuple(changes)


def plan_restore(own: Config) -> tuple[tuple[ConfigChange, ...], tuple[str, ...]]:
    """What to change so that everything that we set is as it was before; and the keys that somebody has
    changed since, which stay."""
    changes: list[ConfigChange] = []
    kept: list[str] = []
    for mark in [key for key in own if key.startswith(SET)]:
        key = mark.removeprefix(SET)
        if own.get(key, ()) == own[mark]:
            changes += _change(own, key, own.get(WAS + key, ()))
        elif key in own:
            kept.append(key)
        changes += [*_change(own, mark, ()), *_change(own, WAS + key, ())]
    return tuple(changes), tuple(kept)


def _is_for(key: str, wanted: Mapping[str, str]) -> bool:
    return key.removeprefix(SET).removeprefix(WAS) in wanted and key.startswith((SET, WAS))


def _change(own: Config, key: str, after: Values) -> list[ConfigChange]:
    before = own.get(key, ())
    return [] if before == after else [ConfigChange(key, before, after)]


def write_values(root: Path, changes: tuple[ConfigChange, ...]) -> None:
    """Writes them into the clone's own configuration (of all its work trees). Raises GitRefused,
    GitMissing."""
    for change in changes:
        if change.before and not change.after:
            _tell(root, "--unset-all", change.key)
        for count, value in enumerate(change.after):
            _tell(root, "--add" if count else "--replace-all", change.key, value)


def _tell(root: Path, how: str, *words: str) -> None:
    done = call_git(root, "config", "--local", how, *words)
    if done.code:
        raise GitRefused(
            f"git's configuration of this clone was not changed: {done.complaint}",
            "if another git is at work here, wait for it and run the command again",
        )
