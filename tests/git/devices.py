"""A device: a clone with the tool, or a phone on which everything is done by hand. What an op does there, as
data on what it touched, and how the device syncs by real git.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from pathlib import Path

from tests.git.histories import NEW_NAMES
from tests.git.histories import PAGE
from tests.git.histories import Op
from tests.git.histories import new_note
from vault_crm.core.actions import plan_item
from vault_crm.core.actions import plan_log
from vault_crm.core.actions import plan_new
from vault_crm.core.actions import plan_set
from vault_crm.core.actions import plan_snooze
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.plan import Plan
from vault_crm.errors import EditRefused
from vault_crm.render.update import refresh_dashboards
from vault_crm.render.update import update
from vault_crm.store.store import Store

Touched = tuple[str, str, str]  # (uid, place, value)


class Stopped(Exception):
    """Git refused to begin: "your local changes would be overwritten"."""


@dataclass(frozen=True, slots=True)
class Stages:
    """A file that git could not merge: base, ours and theirs (None: not there), and what git left on the
    disk."""

    path: str
    base: str | None
    ours: str | None
    theirs: str | None
    marked: str


Settle = Callable[[Stages], str]  # what a user makes of a conflict


def clean_environment(home: Path) -> dict[str, str]:
    """Variables for git: a home of its own, and nobody's settings."""
    config = home / "gitconfig"
    if not config.exists():
        home.mkdir(parents=True, exist_ok=True)
        settings = "[user]\n\tname = Nora\n\temail = nora@example.org\n[gc]\n\tauto = 0\n"
        settings += "[maintenance]\n\tauto = false\n[core]\n\tfsync = none\n\teditor = true\n[advice]\n"
        config.write_text(settings + "\tdiverging = false\n[init]\n\tdefaultBranch = main\n")
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": str(config),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "XDG_CACHE_HOME": str(home / ".cache"),
        "XDG_STATE_HOME": str(home / ".local/state"),
        "XDG_CONFIG_HOME": str(home / ".config"),
    }


@dataclass(slots=True)
class Device:
    """One clone. `tool` False: a phone, where the same is done by hand. `settle` is asked about conflicts."""

    name: str
    root: Path
    environment: dict[str, str]
    settle: Settle
    tool: bool = True
    day: date = date.min
    seconds: int = 0
    pulls: int = 0
    _store: Store | None = None
    said: list[str] = field(default_factory=list)

    # -- git

    def git(self, *arguments: str) -> tuple[int, str]:
        """(exit code, everything it printed) of a git command in this clone, at noon of the device's day."""
        self.seconds += 1
        when = f"{self.day.isoformat()}T12:{self.seconds // 60 % 60:02d}:{self.seconds % 60:02d} +0000"
        env = self.environment | {"GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
        if arguments[0] != "commit":
            del env["GIT_AUTHOR_DATE"]  # a commit that is only moved keeps its author's date
        done = subprocess.run(
            ["git", "-C", str(self.root), *arguments],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        return done.returncode, done.stdout.decode("utf-8", "surrogateescape")

    def commit(self, *paths: str) -> bool:
        """Commits everything (or these paths); False if there is nothing."""
        self.git("add", "-A", "--", *(paths or (".",)))
        return self.git("commit", "-q", "-m", f"{self.name} {self.day}")[0] == 0

    def sync(self, style: str) -> None:
        """Commits, pulls as `style` says (a phone: commits all and merges), and pushes. Raises Stopped."""
        style = style if self.tool else "merge"
        if style == "pick":
            self._pick()
            style = "merge"
        how, _, dirty = style.partition("-")
        if (dirty or how == "stash") and self.git("ls-files", "-o", "--exclude-standard")[1]:
            self.commit()  # a new file in the way of a pull is no matter of merging
        if how == "stash":
            stashed = self.git("stash", "push", "-q")[0] == 0 and bool(self.git("stash", "list")[1])
            self._pull("merge")
            if stashed:
                self._bring("stash", "pop", "-q")
        elif dirty:
            self.commit(".", f":(exclude,top){PAGE}")
            self._pull(how)
        else:
            self.commit()
            self._pull(how)
        if how == "stash":
            self.commit()
        code, out = self.git("push", "-q", "origin", "HEAD:main")
        assert code == 0, out

    def _pull(self, how: str) -> None:
        self.pulls += 1
        way = ("--rebase",) if how == "rebase" else ("--no-rebase", "--no-edit")
        self._bring("pull", "-q", *way, "origin", "main")

    def _pick(self) -> None:
        """Takes only the newest commit that the hub has and we have not."""
        self.commit()
        self.git("fetch", "-q", "origin")
        _, out = self.git("rev-list", "--no-merges", "-1", "HEAD..origin/main")
        if out.strip():
            self._bring("cherry-pick", out.strip())

    def _bring(self, *command: str) -> None:
        """Runs what may conflict, settles it as its user would, and goes on until git is done."""
        code, out = self.git(*command)
        for _ in range(50):
            stages = self.stages()
            if not stages and not self._at_work():
                if code and command[0] != "cherry-pick":
                    raise Stopped(f"{self.name}: git {' '.join(command)}: {out.strip()}")
                return
            self._settle(stages)
            code, out = self._go_on(command[0], out)
        raise AssertionError(f"git does not come to an end: {out}")

    def _at_work(self) -> str:
        for name in ("rebase-merge", "rebase-apply", "CHERRY_PICK_HEAD", "MERGE_HEAD"):
            if (self.root / ".git" / name).exists():
                return name
        return ""

    def _go_on(self, command: str, said: str) -> tuple[int, str]:
        work = self._at_work()
        if work == "MERGE_HEAD":
            return self.git("commit", "-q", "--no-edit")
        if work == "CHERRY_PICK_HEAD":
            code, out = self.git("cherry-pick", "--continue")
            return (code, out) if code == 0 else self.git("cherry-pick", "--skip")
        if work:
            code, out = self.git("rebase", "--continue")
            if code and not self.stages() and self._at_work():
                return self.git("rebase", "--skip")
            return code, out
        # What was stashed is in the work tree now, and in the stash still.
        self.git("reset", "-q")
        if command == "stash" or "stash" in said:
            self.git("stash", "drop", "-q")
        return 0, ""

    def stages(self) -> list[Stages]:
        """The files that git could not merge."""
        out = self.git("ls-files", "-u", "-z")[1]
        found: dict[str, dict[str, str]] = {}
        for row in filter(None, out.split("\0")):
            head, _, path = row.partition("\t")
            _, blob, stage = head.split()
            found.setdefault(path, {})[stage] = blob
        result = []
        for path, blobs in found.items():
            texts = [self._blob(blobs.get(stage, "")) for stage in "123"]
            file = self.root / path
            marked = file.read_bytes().decode("utf-8", "surrogateescape") if file.exists() else ""
            result.append(Stages(path, texts[0], texts[1], texts[2], marked))
        return result

    def _blob(self, blob: str) -> str | None:
        return self.git("cat-file", "blob", blob)[1] if blob else None

    def _settle(self, stages: Sequence[Stages]) -> None:
        for one in stages:
            text = self.settle(one)
            self.write(one.path, text)
            self.git("--literal-pathspecs", "add", "--", one.path)

    # -- files

    def read(self, path: str) -> str:
        """A file's text."""
        return (self.root / path).read_bytes().decode("utf-8", "surrogateescape")

    def write(self, path: str, text: str) -> None:
        """Writes a file, as an editor does."""
        (self.root / path).write_bytes(text.encode("utf-8", "surrogateescape"))

    def find(self, uid: str) -> str:
        """The path of a person's note, '' if there is none."""
        for file in sorted((self.root / "People").glob("*.md")):
            if f"\nuid: {uid}\n" in file.read_text(encoding="utf-8"):
                return f"People/{file.name}"
        return ""

    @property
    def store(self) -> Store:
        """The vault as the tool sees it now."""
        if self._store is None:
            self._store = Store.open(self.root, user_settings=False)
        self._store.forget()
        return self._store

    # -- ops

    def do(self, op: Op) -> list[Touched] | None:
        """Carries out an op: what it touched; None if there was nothing to do."""
        self.day = op.day
        if op.kind == "render":
            self.render()
            return []
        if op.kind == "head":
            return self._head(op)
        path = self.find(op.who)
        if op.kind == "new":
            return None if path else self._new(op)
        if not path:
            return None
        if op.kind in ("tick", "bare", "below", "own", "jot", "wish"):
            return self._on_page(op, path)
        if op.kind in ("prose", "paragraph", "amend", "rename", "untag") or not self.tool:
            touched = self._by_hand(op, path)
        else:
            touched = self._by_tool(op, path)
        if touched is not None:
            self.refresh()
        return touched

    def render(self) -> None:
        """`vault-crm render`: ticks in, page out."""
        if self.tool:
            update(self.store, self.day, explicit_today=True)

    def refresh(self) -> None:
        """What every command does to the page when it is done."""
        if self.tool:
            self.said += refresh_dashboards(self.store, self.day, explicit_today=True)

    def _by_tool(self, op: Op, path: str) -> list[Touched] | None:
        store = self.store

        def person(vault: Vault) -> list[Person]:
            return [vault.by_path[path]]

        def plan(vault: Vault) -> Plan:
            if op.kind == "log":
                return plan_log(store.read, person(vault), op.on, op.place, op.words, store.settings)
            if op.kind == "snooze":
                return plan_snooze(store.read, person(vault), op.on, store.settings)
            if op.kind == "tag":
                return plan_item(store.read, person(vault), "tags", op.token, store.settings)
            return plan_set(store.read, person(vault), op.place, value_of(op), store.settings)

        try:
            store.change(plan)
        except EditRefused as refused:
            self.said.append(str(refused))
            return None
        return touched_by(op)

    def _by_hand(self, op: Op, path: str) -> list[Touched] | None:
        text = self.read(path)
        if op.kind == "rename":
            new = f"People/{path[7:-3].split(' (')[0]} ({op.token}).md"
            os.rename(self.root / path, self.root / new)
            return [(op.who, "name", op.token)]
        changed = edit_by_hand(op, text)
        if changed == text:
            return None
        self.write(path, changed)
        return touched_by(op)

    def _new(self, op: Op) -> list[Touched] | None:
        path = f"People/{NEW_NAMES[int(op.who[1:])]}.md"
        if self.tool:
            self.store.apply(plan_new(path, new_note(op), path))
            self.refresh()
        else:
            self.write(path, new_note(op))
        return [(op.who, "cadence", f"{op.number + 2} days"), (op.who, "Work", op.words)]

    def _head(self, op: Op) -> list[Touched] | None:
        text = self.read(PAGE)
        self.write(
            PAGE, text.replace("<!-- vault-crm:begin -->", f"{op.words}\n\n<!-- vault-crm:begin -->", 1)
        )
        return [("page", "head", op.token)]

    def _on_page(self, op: Op, path: str) -> list[Touched] | None:
        lines = self.read(PAGE).split("\n")
        stem = path[7:-3]
        at = next((n for n, line in enumerate(lines) if line.startswith(f"- [ ] [{_shown(stem)}](")), -1)
        if at < 0 or op.kind == "own":
            if op.kind not in ("tick", "own"):
                return None
            end = lines.index("<!-- vault-crm:end -->")
            lines[end:end] = [f"- [x] [[{stem}]] {op.words}"]
        elif op.kind in ("below", "jot") or (op.kind == "tick" and "snooze" in lines[at]):
            stop = at + 1
            while lines[stop].startswith("    "):
                stop += 1
            lines[stop:stop] = [f"    {op.words}"]
            if op.kind != "jot":
                lines[at] = lines[at].replace("- [ ]", "- [x]", 1)
        elif op.kind == "wish":
            lines[at] += " snooze 2 weeks"
        else:
            ticked = lines[at].replace("- [ ]", "- [x]", 1)
            lines[at] = ticked if op.kind == "bare" else f"{ticked} {op.words}"
        self.write(PAGE, "\n".join(lines))
        return [(op.who, op.kind, op.token)]


def _shown(stem: str) -> str:
    """A name as the page shows it in a link."""
    return re.sub(r"([\[\]&])", r"\\\1", stem)


def value_of(op: Op) -> str:
    """The value that a `set` gives: each of them another."""
    return f"{op.number + 2} days" if op.place == "cadence" else op.words


def touched_by(op: Op) -> list[Touched]:
    """What an op on a note touches."""
    if op.kind == "set":
        return [(op.who, op.place, value_of(op))]
    if op.kind == "snooze":
        return [(op.who, "snooze_until", op.on.isoformat())]
    if op.kind in ("tag", "untag"):
        return [(op.who, op.kind, op.token if op.kind == "tag" else op.place)]
    if op.kind == "prose":
        return [(op.who, op.place, op.words)]
    return [(op.who, op.kind, op.token)]


def edit_by_hand(op: Op, text: str) -> str:
    """A note as its user leaves it in an editor; unchanged if there is no place for it."""
    if op.kind == "log":
        line = f"- {op.on.isoformat()} {op.place}: {op.words}\n"
        return _log_by_hand(text, line, op.on)
    if op.kind == "set":
        return set_line(text, op.place, value_of(op))
    if op.kind == "snooze":
        return set_line(text, "snooze_until", op.on.isoformat())
    if op.kind == "tag":
        return text.replace("tags:\n", f"tags:\n  - {op.token}\n", 1)
    if op.kind == "untag":
        return text.replace(f"  - {op.place}\n", "", 1)
    if op.kind == "prose":
        return re.sub(rf"^{op.place}: .*$", f"{op.place}: {op.words}.", text, count=1, flags=re.MULTILINE)
    if op.kind == "paragraph":
        idea = f"Idea {op.token}: {op.words}."
        return re.sub(
            rf"^({op.place}: .*\n)", lambda found: f"{found[1]}\n{idea}\n", text, count=1, flags=re.MULTILINE
        )
    if op.kind == "amend":
        entries = re.findall(r"^- \d{4}-.*$", text, re.MULTILINE)
        if not entries:
            return text
        old = entries[op.number % len(entries)]
        return text.replace(old + "\n", f"{old}, {op.token}\n", 1)
    raise ValueError(op.kind)


def set_line(text: str, key: str, value: str) -> str:
    """A property's line with another value, or a new line before the tool's own."""
    line = f"{key}: {value}"
    if re.search(rf"^{key}:", text, re.MULTILINE):
        return re.sub(rf"^{key}:.*$", line, text, count=1, flags=re.MULTILINE)
    return text.replace("# kept by vault-crm\n", f"{line}\n# kept by vault-crm\n", 1)


def _log_by_hand(text: str, line: str, on: date) -> str:
    """The line where it belongs in a log whose newest entry comes first."""
    head, heading, log = text.partition("## Log\n\n")
    if not heading:
        return text
    entries = log.splitlines(keepends=True)
    at = 0
    while at < len(entries) and (found := re.match(r"- (\d{4}-\d\d-\d\d)", entries[at])):
        if date.fromisoformat(found[1]) <= on:
            break
        at += 1
    return head + heading + "".join([*entries[:at], line, *entries[at:]])
