"""Setting a clone up, and taking that back: what would change is planned first, shown, and only then done.

Files of the vault are a `Plan` like any other change; the configuration and the hooks are the clone's own and
travel nowhere. Nothing that stands in the vault chooses a program.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Literal
from typing import TypeAlias
from urllib.parse import quote
from urllib.parse import unquote_to_bytes

from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.starter import ignore_line
from vault_crm.core.starter import ignore_pattern
from vault_crm.core.starter import without_ignore_line
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.verify import Allowed
from vault_crm.core.writerline import set_writer
from vault_crm.errors import EditRefused
from vault_crm.git.attributes import OBSIDIAN
from vault_crm.git.attributes import foreign_lines
from vault_crm.git.attributes import lines_written
from vault_crm.git.attributes import overruled
from vault_crm.git.attributes import said_of_leaving
from vault_crm.git.attributes import said_of_staying
from vault_crm.git.attributes import with_attributes
from vault_crm.git.attributes import with_ignored
from vault_crm.git.attributes import without_attributes
from vault_crm.git.attributes import without_ignored
from vault_crm.git.driver import driver_command
from vault_crm.git.hooks import HookChange
from vault_crm.git.hooks import hooks_folder
from vault_crm.git.hooks import own_hooks
from vault_crm.git.hooks import plan_hooks
from vault_crm.git.hooks import write_hooks
from vault_crm.git.infofile import InfoChange
from vault_crm.git.infofile import plan_info
from vault_crm.git.infofile import write_info
from vault_crm.git.ownconfig import SET
from vault_crm.git.ownconfig import Config
from vault_crm.git.ownconfig import ConfigChange
from vault_crm.git.ownconfig import plan_restore
from vault_crm.git.ownconfig import plan_values
from vault_crm.git.ownconfig import pull_key
from vault_crm.git.ownconfig import read_effective
from vault_crm.git.ownconfig import read_own
from vault_crm.git.ownconfig import write_values
from vault_crm.git.place import Place
from vault_crm.git.place import committed
from vault_crm.git.place import current_branch
from vault_crm.git.place import ignoring
from vault_crm.git.place import place_of
from vault_crm.git.place import tracked
from vault_crm.git.repo import at_work
from vault_crm.git.run import call_git
from vault_crm.store.store import Store

# How the dashboard travels (docs/vault-format.md, section 9).
Way: TypeAlias = Literal["every-device", "one-device", "ignored"]
WAYS: tuple[Way, ...] = ("every-device", "one-device", "ignored")
DRIVER = "merge.vault-crm.driver"
_VAULT = "vault-crm.vault."  # + the vault's folder: what was done for this vault of the clone
_SETTINGS = ".vault-crm/config.toml"
_OWN = Allowed(anything=True)
_PULL = "pull.rebase"


@record
class Wish:
    """How a clone shall be: by which words vault-crm is started, which dashboards the vault has and how they
    travel, who writes them if it is one device, and whether there shall be hooks (None: as it is)."""

    program: tuple[str, ...]
    dashboards: tuple[str, ...]
    way: Way = "every-device"
    writer: str = ""
    hooks: bool | None = None


@record
class Steps:
    """What is to be changed: files of the vault, values in the clone's configuration, hooks, the clone's own
    attributes. `notes` is what is to be said about it; `waits`: why files of the vault have to wait."""

    plan: Plan
    config: tuple[ConfigChange, ...] = ()
    hooks: tuple[HookChange, ...] = ()
    notes: tuple[str, ...] = ()
    info: InfoChange | None = None
    waits: str = ""

    @property
    def empty(self) -> bool:
        """True if everything is as it shall be."""
        return not (self.plan.changes or self.config or self.hooks or self.info)


def wanted_values(program: Sequence[str]) -> dict[str, str]:
    """What a clone's configuration has to say so that a pull neither stops nor conflicts."""
    return {
        "merge.vault-crm.name": "vault-crm: notes by property and log entry",
        DRIVER: driver_command(program),
        "merge.autostash": "true",
        "rebase.autostash": "true",
    }


def plan_install(store: Store, wish: Wish) -> Steps:
    """What has to change in a clone and in its vault. While git is in the middle of something, the vault's
    files wait: a driver can be mended then, for what is still to be merged. Raises NoRepository, GitMissing,
    GitRefused, EditRefused (nothing is left to be done but what waits; a file that cannot be edited)."""
    place = place_of(store.root)
    own = read_own(store.root)
    writer = wish.writer if wish.way == "one-device" else ""
    changes = [
        _change(store, ".gitattributes", with_attributes(_text(store, ".gitattributes"))),
        _change(store, ".gitignore", _ignored(store, wish, _text(store, ".gitignore"))),
        _change(store, _SETTINGS, _with_writer(store, writer)),
    ]
    waits = at_work(place.folder) if _real(changes) else ""
    if waits:
        changes = [replace(change, result=change.base) for change in changes]
        writer = store.settings.writer
    config = plan_values(own, wanted_values(wish.program) | _pull_value(store, own))
    config += _noted(store, place, own, wish, writer)
    if not waits:
        config += _changed(own, {_key(place, "wrote"): _wrote(place, own, changes)})
    hooks, said = _hooks(place, own, wish)
    notes = (*_overruled(store), *_ahead(store, changes[0]), *said)
    named = own.get(_key(place, "dashboards"), ())
    info = plan_info(place, named, wish.dashboards if wish.way != "ignored" else ())
    if waits:
        if not (config or hooks or info):
            raise _refusal(waits)
        notes = (*notes, f"{waits}: the vault's files wait; when it is, run the command again")
    return Steps(Plan("git install", _real(changes), notes), config, hooks, notes, info, waits)


def plan_uninstall(store: Store, dashboards: Sequence[str]) -> Steps:
    """What has to change so that everything is as before `install`, but for what somebody has changed since,
    and for lines of the vault's files that came by git: other devices go by them. Raises as
    `plan_install`."""
    place = _calm(store)
    own = read_own(store.root)
    mine = _key(place, "")
    others = _vaults(own) - {place.prefix}
    wrote = own.get(mine + "wrote", ())
    ignore = without_ignored(_text(store, ".gitignore"), _foreign(store, ".gitignore", wrote))
    attributes = without_attributes(_text(store, ".gitattributes"), _foreign(store, ".gitattributes", wrote))
    kept = set(tracked(store.root))
    for path in own.get(mine + "unignored", ()):
        if path not in kept and without_ignore_line(ignore, path) == ignore:
            ignore = ignore_line(ignore, path)
    changes = [
        _change(store, ".gitattributes", attributes),
        _change(store, ".gitignore", ignore),
    ]
    if (mark := own.get(mine + "writer")) and mark[-1] == store.settings.writer:
        changes.append(_change(store, _SETTINGS, _with_writer(store, own.get(mine + "writerwas", ("",))[-1])))
    config, stay = ((), ()) if others else plan_restore(own)
    config += tuple(ConfigChange(key, own[key], ()) for key in own if key.startswith(mine))
    hooks, said = _planned(place, _program_noted(own), others & _hooked(own))
    notes = [
        *said_of_staying({".gitattributes": attributes, ".gitignore": ignore}),
        *said_of_leaving([change.path for change in _real(changes) if change.path in kept]),
    ]
    notes += [f"{key} has been changed since, and stays as it is" for key in stay]
    if others:
        notes.append("another vault of this repository uses the driver and autostash, so they stay")
    notes += [
        f"git keeps {path}: without autostash a pull stops where it has uncommitted changes"
        for path in dashboards
        if path in kept and not others
    ]
    info = plan_info(place, own.get(mine + "dashboards", ()), ())
    return Steps(Plan("git uninstall", _real(changes)), config, hooks, (*notes, *said), info)


def carry_out(store: Store, steps: Steps) -> None:
    """Does it: files first (an attribute without a driver does no harm), then the configuration, then hooks.
    Raises Stale, EditRefused, CannotSave, Busy, GitRefused, GitMissing."""
    store.apply(steps.plan)
    write_values(store.root, steps.config)
    if steps.info:
        write_info(steps.info)
    write_hooks(steps.hooks)


def chosen_way(store: Store, dashboards: Sequence[str]) -> Way | None:
    """How the dashboards travel, as far as somebody has chosen it (on any device); None: nobody has."""
    text = _text(store, ".gitattributes")
    if with_attributes(text) != text:
        return None
    if store.settings.writer:
        return "one-device"
    return "ignored" if dashboards and dashboards[0] in ignoring(store.root, dashboards) else "every-device"


# -- the vault's files


def _foreign(store: Store, path: str, wrote: Sequence[str]) -> set[str]:
    """Lines of a file's block that came by git."""
    return foreign_lines(path, decode(committed(store.root, path)), wrote)


def _calm(store: Store) -> Place:
    """Where the vault lies, unless git is in the middle of something."""
    place = place_of(store.root)
    if why := at_work(place.folder):
        raise _refusal(why)
    return place


def _refusal(why: str) -> EditRefused:
    return EditRefused(".gitattributes", 0, why, "finish that first, then run the command again")


def _text(store: Store, path: str) -> str:
    """A file of the vault that git goes by. Raises EditRefused for a link: git does not follow it."""
    if (store.root / path).is_symlink() and path.startswith(".git"):
        hint = "put a file of its own in its place"
        raise EditRefused(path, 0, "it is a link, which git does not read", hint)
    return decode(store.read(path)) if (store.root / path).exists() else ""


def _change(store: Store, path: str, text: str) -> FileChange:
    """A file with another text; one in which nothing is left goes."""
    base = store.read(path) if (store.root / path).exists() else None
    result = encode(text) if text or base == b"" else None
    return FileChange(path, base, result, _OWN)


def _real(changes: Sequence[FileChange]) -> tuple[FileChange, ...]:
    return tuple(change for change in changes if change.base != change.result)


def _ignored(store: Store, wish: Wish, text: str) -> str:
    looked_for: dict[str, tuple[str, ...]] = dict(OBSIDIAN)
    looked_for |= {f"/{ignore_pattern(path)}": (path,) for path in wish.dashboards}
    rules = ignoring(store.root, [path for paths in looked_for.values() for path in paths])
    there = {path for path, rule in rules.items() if rule.travels}
    elsewhere = {line for line, paths in looked_for.items() if there.issuperset(paths)}
    return with_ignored(text, wish.dashboards, wish.way == "ignored", elsewhere)


def _with_writer(store: Store, writer: str) -> str:
    text = _text(store, _SETTINGS)
    try:
        return set_writer(text, writer)
    except ValueError as error:
        line = f'writer = "{writer}"' if writer else "no `writer`"
        hint = f"have {line} under [dashboard] there by hand, then run the command again"
        raise EditRefused(_SETTINGS, 0, f"the writer cannot be set: {error}", hint) from None


def _overruled(store: Store) -> tuple[str, ...]:
    found = overruled(_text(store, ".gitattributes"))
    return tuple(
        f".gitattributes:{line}: `{said}` holds for notes no longer: what stands behind it wins"
        for line, said in found
    )


def _ahead(store: Store, attributes: FileChange) -> tuple[str, ...]:
    """Where another device has set the vault up, and this one has fetched that, but not merged it."""
    if attributes.base == attributes.result:
        return ()
    there = call_git(store.root, "cat-file", "blob", "@{upstream}:./.gitattributes")
    if there.code or with_attributes(decode(there.out)) != decode(there.out):
        return ()
    return ("another device has set this up and pushed it: pull first, so that these lines come from there",)


# -- what is written down in the clone's configuration


def _wrote(place: Place, own: Config, changes: Sequence[FileChange]) -> tuple[str, ...]:
    """The lines of the vault's files that this clone's install has written."""
    texts = {change.path: (decode(change.base or b""), decode(change.result or b"")) for change in changes}
    return lines_written(own.get(_key(place, "wrote"), ()), texts)


def _pull_value(store: Store, own: Config) -> dict[str, str]:
    """A plain `git pull` merges, unless somebody has said anything about it, anywhere."""
    now, mark = own.get(_PULL, ()), own.get(SET + _PULL, ())
    ours = bool(mark) and now == mark
    if ours or not pull_key(read_effective(store.root), current_branch(store.root)):
        return {_PULL: "false"}
    return {}


def _key(place: Place, name: str) -> str:
    return f"{_VAULT}{quote(os.fsencode(place.prefix.rstrip('/')), safe='/') or '.'}.{name}"


def _vaults(own: Config) -> set[str]:
    """The folders of the vaults that this clone is set up for, as `Place.prefix` has them."""
    return _with(own, ".installed")


def _hooked(own: Config) -> set[str]:
    return _with(own, ".hooks")


def _with(own: Config, name: str) -> set[str]:
    names = (key[len(_VAULT) : -len(name)] for key in own if key.startswith(_VAULT) and key.endswith(name))
    return {"" if each == "." else os.fsdecode(unquote_to_bytes(each)) + "/" for each in names}


def _noted(store: Store, place: Place, own: Config, wish: Wish, writer: str) -> tuple[ConfigChange, ...]:
    """What uninstall has to know later."""
    new: dict[str, tuple[str, ...]] = {_key(place, "installed"): ("true",)}
    if wish.hooks is not None:
        new[_key(place, "hooks")] = ("true",) if wish.hooks else ()
    new[_key(place, "dashboards")] = wish.dashboards if wish.way != "ignored" else ()
    if wish.way != "ignored":
        text = _text(store, ".gitignore")
        before = own.get(_key(place, "unignored"), ())
        now = tuple(path for path in wish.dashboards if without_ignore_line(text, path) != text)
        new[_key(place, "unignored")] = (*before, *(path for path in now if path not in before))
    had = store.settings.writer
    if writer != had:
        was = own.get(_key(place, "writer"), ())
        new[_key(place, "writer")] = (writer,) if writer else ()
        if had and (had,) != was:
            new[_key(place, "writerwas")] = (had,)
    return _changed(own, new)


def _changed(own: Config, new: Mapping[str, tuple[str, ...]]) -> tuple[ConfigChange, ...]:
    return tuple(
        ConfigChange(key, own.get(key, ()), values)
        for key, values in new.items()
        if own.get(key, ()) != values
    )


def _program_noted(own: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The program that this clone's driver was set up with."""
    from vault_crm.git.condition import program_in

    return program_in(own.get(DRIVER, ("",))[-1])


def _hooks(place: Place, own: Config, wish: Wish) -> tuple[tuple[HookChange, ...], tuple[str, ...]]:
    hooked = _hooked(own)
    wanted = place.prefix in hooked if wish.hooks is None else wish.hooks
    if not wanted and place.prefix not in hooked:
        return (), ()
    return _planned(place, wish.program, (hooked | {place.prefix}) if wanted else hooked - {place.prefix})


def _planned(
    place: Place, program: Sequence[str], vaults: set[str]
) -> tuple[tuple[HookChange, ...], tuple[str, ...]]:
    """The hooks for these vaults; where git looks for hooks in a folder that is not the clone's own, none,
    and what was written before that goes."""
    folder, why = hooks_folder(place, read_effective(place.root))
    if not why:
        return plan_hooks(folder, program, sorted(vaults))
    own = own_hooks(place)
    changes, said = plan_hooks(own, program, ()) if own else ((), ())
    none = f"no hooks are written: {why}, a folder that is not this clone's own"
    hint = "`vault-crm render` does by hand what they would do"
    return changes, (*said, *((none, hint) if vaults else ()))
