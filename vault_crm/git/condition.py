"""How a clone is set up: one finding for each thing that has to be right, with what to do about it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from collections.abc import Sequence

from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.git.attributes import OBSIDIAN
from vault_crm.git.attributes import with_attributes
from vault_crm.git.driver import driver_command
from vault_crm.git.hooks import BEFORE
from vault_crm.git.hooks import NAMES
from vault_crm.git.hooks import hooks_folder
from vault_crm.git.hooks import is_own
from vault_crm.git.hooks import own_hooks
from vault_crm.git.hooks import program_in as hook_program
from vault_crm.git.hooks import read_hook
from vault_crm.git.ownconfig import Config
from vault_crm.git.ownconfig import pull_key
from vault_crm.git.ownconfig import read_effective
from vault_crm.git.place import Place
from vault_crm.git.place import current_branch
from vault_crm.git.place import ignoring
from vault_crm.git.place import place_of
from vault_crm.git.place import tracked
from vault_crm.git.repo import at_work
from vault_crm.git.repo import unmerged
from vault_crm.git.run import call_git
from vault_crm.store.store import Store

OLDEST = (2, 27)  # the first git that has merge.autostash
DRIVER = "merge.vault-crm.driver"
_INSTALL = "`vault-crm git install` sets it up"
_FEW = 3  # paths that are named one by one
_INFO = ".git/info/attributes"
_UNION = "union keeps both sides of every change: two dates in one property"


@record
class Finding:
    """One thing: whether it is right, what it is, and what to do about it ('' if nothing)."""

    name: str
    ok: bool
    what: str
    hint: str = ""


_NO_HOOKS = Finding("hooks", True, "no hooks: dashboards are rendered by the watcher or the next command")


def look(store: Store, dashboards: Sequence[str], device: str) -> tuple[Finding, ...]:
    """Everything that there is to say. Raises NoRepository, GitMissing, GitRefused."""
    place = place_of(store.root)
    config = read_effective(store.root)
    paths = tracked(store.root)
    return (
        _version(store),
        *_unfinished(place),
        *_stashed(store),
        _driver(config),
        _autostash(config),
        _pull(config, current_branch(store.root)),
        *_line_ends(store, config),
        *_attributes(store, paths, dashboards),
        *_dashboards(store, paths, dashboards),
        *_writer(store, paths, dashboards, device),
        *_obsidian(store, paths),
        *_hooks(place, config),
    )


def _version(store: Store) -> Finding:
    text = call_git(store.root, "version").out.decode("utf-8", "replace").strip()
    found = re.search(r"(\d+)\.(\d+)", text)
    number = (int(found[1]), int(found[2])) if found else (0, 0)
    if number >= OLDEST:
        return Finding("git", True, text)
    oldest = ".".join(map(str, OLDEST))
    return Finding(
        "git", False, f"{text}: a pull that merges stops at uncommitted changes before {oldest}",
        "update git, or pull with --rebase",
    )  # fmt: skip


def _unfinished(place: Place) -> Iterator[Finding]:
    """What git waits for; nothing else is in order until then."""
    why = at_work(place.folder)
    if found := re.fullmatch(r"an? (\S+) is not finished", why):
        todo = f"settle what `vault-crm conflicts` lists, then `git {found[1]} --continue`"
        yield Finding("unfinished", False, why, f"{todo} (or `git {found[1]} --abort`)")
    elif why:
        hint = "wait for it; a lock that a git left behind which was killed may be removed: .git/index.lock"
        yield Finding("unfinished", False, why, hint)
    elif unmerged(place.root):
        what = "a merge is not settled: git's index holds both sides of a file"
        yield Finding("unfinished", False, what, "`vault-crm conflicts` lists them")


def _stashed(store: Store) -> Iterator[Finding]:
    """What a pull has put aside and could not put back: it stands in the stash, and nothing reminds of it."""
    lines = call_git(store.root, "stash", "list", "--format=%gs").out.decode("utf-8", "replace").split("\n")
    names = [f"stash@{{{at}}}" for at, line in enumerate(lines) if line == "autostash"]
    if names:
        what = f"uncommitted changes that a pull put aside were not put back: {', '.join(names)}"
        hint = f"`git stash show -p {names[0]}` shows them; commit, then `git stash pop {names[0]}`"
        yield Finding("stash", False, what, f"{hint} (or `drop`, if your files have them)")


def program_in(command: str) -> tuple[str, ...]:
    """The words by which a driver's command starts vault-crm; () if that cannot be told."""
    try:
        words = shlex.split(command.partition(" merge-file --driver ")[0].replace("%%", "%"))
    except ValueError:
        return ()
    return tuple(words)


def _driver(config: Config) -> Finding:
    command = config.get(DRIVER, ("",))[-1]
    if not command:
        return Finding("driver", False, "this clone has no merge driver: git merges notes as text", _INSTALL)
    program = program_in(command)
    if not program or not _starts(program[0]):
        gone = program[0] if program else command
        what = f"the merge driver's program is gone: {gone} (git merges notes as text meanwhile)"
        return Finding("driver", False, what, "`vault-crm git install` names the one that is here")
    if driver_command(program) != command:
        what = "the merge driver is configured in another way than this version does it"
        return Finding("driver", False, what, "`vault-crm git install` brings it up to date")
    return Finding("driver", True, f"merge driver: {shlex.join(program)}")


def _starts(program: str) -> bool:
    return (os.path.isabs(program) or os.name == "nt") and shutil.which(program) is not None


def _autostash(config: Config) -> Finding:
    missing = [key for key in ("merge.autostash", "rebase.autostash") if not _yes(config.get(key, ()))]
    if not missing:
        return Finding("autostash", True, "a pull puts uncommitted changes aside, and back again")
    what = f"{' and '.join(missing)}: not set, so a pull stops where it meets uncommitted changes"
    return Finding("autostash", False, what, _INSTALL)


def _pull(config: Config, branch: str) -> Finding:
    key = pull_key(config, branch)
    if key:
        return Finding("pull", True, f"a plain `git pull` knows what to do: {key} is {config[key][-1]}")
    what = (
        "a plain `git pull` stops where both sides have commits: nothing says whether to merge or to rebase"
    )
    return Finding("pull", False, what, f"{_INSTALL} to merge; `git config pull.rebase true` rebases")


def _yes(values: Sequence[str]) -> bool:
    return bool(values) and values[-1].lower() in ("true", "yes", "on", "1")


def _attributes(store: Store, paths: Sequence[str], dashboards: Sequence[str]) -> Iterator[Finding]:
    """What git would do with each note that it keeps (and with a new one)."""
    notes = [path for path in paths if path[-3:].lower() == ".md"] or [*dashboards]
    wrong: dict[tuple[str, str], list[str]] = {}
    for path, said in _said_of(store, notes).items():
        if said["merge"] != "vault-crm":
            wrong.setdefault(("merge", said["merge"]), []).append(path)
        if said["text"] != "unset":
            wrong.setdefault(("text", said["text"]), []).append(path)
    if not wrong and _deleted(store):
        what = ".gitattributes is deleted here; as soon as that is committed, git merges notes as text"
        yield Finding("attributes", False, what, _INSTALL)
    elif not wrong:
        new = (store.root / ".gitattributes").exists() and ".gitattributes" not in paths
        hint = "commit .gitattributes, so that other devices have it" if new else ""
        what = ".gitattributes: notes are for the driver, and keep their bytes"
        yield Finding("attributes", True, what, hint)
    for (name, value), found in wrong.items():
        yield _attribute_problem(name, value, found, len(found) == len(notes))


def _deleted(store: Store) -> bool:
    """True if `.gitattributes` holds our lines in the index only: git goes by that while there is no file."""
    if not call_git(store.root, "ls-files", "--deleted", "--", ".gitattributes").out:
        return False
    text = decode(call_git(store.root, "cat-file", "blob", ":./.gitattributes").out)
    return with_attributes(text) == text


def _attribute_problem(name: str, value: str, paths: Sequence[str], everywhere: bool) -> Finding:
    which = "notes" if everywhere else _some(paths)
    hint = _INSTALL
    if not everywhere or value not in ("unspecified", "auto", "set", "union"):
        hint = f"`git check-attr -a -- FILE` shows it; a .gitattributes nearer to it, or {_INFO}, says that"
    if name == "text":
        what = f"{which}: git may change line ends (core.autocrlf), since nothing says `-text`"
    elif value == "union":
        what = f"{which}: `merge=union`; {_UNION}"
    else:
        what = f"{which}: not merged by the driver"
        what += "" if value == "unspecified" else f", but `merge={value}`"
    return Finding("attributes", False, what, hint)


def _said_of(store: Store, paths: Sequence[str]) -> dict[str, dict[str, str]]:
    asked = "".join(f"{path}\0" for path in paths).encode("utf-8", "surrogateescape")
    done = call_git(store.root, "check-attr", "-z", "--stdin", "merge", "text", stdin=asked)
    fields = os.fsdecode(done.out).split("\0")
    said: dict[str, dict[str, str]] = {
        path: {"merge": "unspecified", "text": "unspecified"} for path in paths
    }
    for at in range(0, len(fields) - 2, 3):
        said[fields[at]][fields[at + 1]] = fields[at + 2]
    return said


def _line_ends(store: Store, config: Config) -> Iterator[Finding]:
    """Notes that a git for Windows wrote with other line ends than it keeps: it shows them as changed as soon
    as it is told to leave bytes alone."""
    if not _yes(config.get("core.autocrlf", ())):
        return
    lines = os.fsdecode(call_git(store.root, "ls-files", "--eol", "-z").out).split("\0")
    notes = [line.partition("\t") for line in lines if line[-3:].lower() == ".md"]
    other = [path for said, _, path in notes if said.split()[:2] == ["i/lf", "w/crlf"]]
    if other:
        what = f"{_some(other)}: CRLF here and LF in git (core.autocrlf), so git shows all lines as changed"
        hint = "once everything else is committed, `git checkout -- '*.md'` writes them as git keeps them"
        yield Finding("line-ends", False, what, hint)


def _some(paths: Sequence[str]) -> str:
    shown = ", ".join(paths[:_FEW])
    return shown if len(paths) <= _FEW else f"{shown} and {len(paths) - _FEW} more"


def _dashboards(store: Store, paths: Sequence[str], dashboards: Sequence[str]) -> Iterator[Finding]:
    rules = ignoring(store.root, dashboards)
    kept = set(paths)
    for path in dashboards:
        rule = rules.get(path)
        if rule and path in kept:
            what = f"{path} is ignored ({rule.source}:{rule.line}), and tracked all the same"
            yield Finding("dashboard", False, what, f"`git rm --cached -- {shlex.quote(path)}` lets go of it")
        elif rule:
            yield Finding("dashboard", True, f"{path} is ignored: every device makes its own")
        elif path in kept:
            yield Finding("dashboard", True, f"{path} travels with git")
        else:
            hint = f"`git add -- {shlex.quote(path)}`, or `vault-crm git install` has it ignored"
            if not (store.root / path).exists():
                hint = "`vault-crm render` writes it"
            yield Finding("dashboard", True, f"{path} is neither tracked nor ignored yet", hint)


def _writer(store: Store, paths: Sequence[str], dashboards: Sequence[str], device: str) -> Iterator[Finding]:
    writer = store.settings.writer
    if writer:
        yield Finding("writer", True, f"{writer} writes the dashboard; this is {device or 'nameless'}")
    elif not ignoring(store.root, dashboards).keys() - set(paths):  # else that is said already
        yield Finding("writer", True, "every device writes the dashboard")


def _obsidian(store: Store, paths: Sequence[str]) -> Iterator[Finding]:
    looked_for = {path: line for line, each in OBSIDIAN for path in each}
    rules = ignoring(store.root, looked_for)
    missing = dict.fromkeys(line for path, line in looked_for.items() if path not in rules)
    if missing:
        what = f"{' and '.join(missing)}: not in .gitignore; Obsidian rewrites them all the time"
        yield Finding("obsidian", False, what, _INSTALL)
    kept = [
        path
        for path in paths
        if path.startswith(".trash/") or (path.startswith(".obsidian/workspace") and path.endswith(".json"))
    ]
    if kept:
        words = shlex.join(kept[:_FEW])
        hint = f"`git rm --cached -- {words}` lets go of them; the files stay"
        yield Finding("obsidian", False, f"git keeps {_some(kept)}, which conflicts on every pull", hint)
    if not missing and not kept:
        yield Finding("obsidian", True, "Obsidian's own workspace files and trash are ignored")


def _hooks(place: Place, config: Config) -> Iterator[Finding]:
    """Hooks are nobody's duty: only what is there and does not work is wrong."""
    looked_in, why = hooks_folder(place, config)
    folder = own_hooks(place) if why else looked_in  # where ours are, if any
    own: list[str] = []
    dead: list[str] = []
    left: list[str] = []
    if folder is None:
        yield _NO_HOOKS
        return
    for name in NAMES:
        raw = read_hook(folder / name)
        if raw is not None and is_own(name, raw):
            program = hook_program(raw)
            works = _starts(program) and os.access(folder / name, os.X_OK)
            (own if works else dead).append(name)
        elif os.path.lexists(folder / (name + BEFORE)):
            left.append(name)
    if dead:
        what = f"hooks that do nothing, since they or their program cannot be run: {', '.join(dead)}"
        yield Finding("hooks", False, what, "`vault-crm git install --hooks` writes them again")
    if (own or dead) and why:
        what = f"the hooks of this clone are not run: {why}"
        yield Finding("hooks", False, what, "`vault-crm git install --no-hooks` takes them away")
    elif own and not dead:
        yield Finding("hooks", True, f"hooks: {', '.join(own)}")
    if left:
        what = f"{', '.join(name + BEFORE for name in left)}: left in {folder}, and not run any more"
        yield Finding("hooks", False, what, "give it its name back, or remove it")
    if not (own or dead or left):
        yield _NO_HOOKS
