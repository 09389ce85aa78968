"""Settling what devices left, one after the other: the diff, the question, one plan for all of it, and what
is said about what stays."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from typing import TYPE_CHECKING

from vault_crm.cli import console
from vault_crm.cli import shape
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.names import few_names
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.plan import diff
from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.verify import Allowed
from vault_crm.errors import EditRefused
from vault_crm.errors import GitMissing
from vault_crm.errors import TemplateProblem
from vault_crm.git.leftovers import Found
from vault_crm.git.leftovers import Leftover
from vault_crm.git.leftovers import find_leftovers
from vault_crm.git.settle import Settled
from vault_crm.git.settle import Settler
from vault_crm.git.textmerge import text_merge_in
from vault_crm.store.copies import mergetool_original

if TYPE_CHECKING:
    from vault_crm.cli.app import App

TRASH = ".trash"  # Obsidian's own, for what is deleted in a vault
_ANYTHING = Allowed(anything=True)
_BASES = {
    "index": "git's index",
    "markers": "the markers",
    "history": "git's history",
    "common": "what both have in common",
    "": "",
}


@record(frozen=False)
class Outcome:
    """One leftover, what would come of it, and what was done: `chosen` if it shall be (or was) written,
    `trash` where its copy goes then."""

    settled: Settled
    chosen: bool = False
    trash: str = ""

    @property
    def remains(self) -> bool:
        """True if something is left to do once what was chosen is written."""
        return not (self.chosen and self.settled.done)


@dataclass(slots=True)
class Settling:
    """One run over everything that waits to be settled in a vault."""

    app: App
    found: Found = field(init=False)
    outcomes: list[Outcome] = field(default_factory=list)
    waiting: list[str] = field(init=False)
    written: bool = False
    _disk: dict[str, bytes] = field(default_factory=dict)  # what was read
    _now: dict[str, bytes] = field(default_factory=dict)  # with what was chosen so far
    _removed: dict[str, str] = field(default_factory=dict)  # copy -> where it goes
    _taken: set[str] = field(default_factory=set)  # of the names in the trash folder, by what was chosen
    _numbers: dict[str, int] = field(default_factory=dict)  # name -> the first number that may be free
    _settler: Settler = field(init=False)

    def __post_init__(self) -> None:
        store = self.app.store
        self.found = find_leftovers(store.root, store.settings)
        self.waiting = list(self.found.waiting)
        merge = text_merge_in(store.root)
        self._settler = Settler(store.root, store.settings, self._own_lines, merge)

    def decide(self, yes: bool, quiet: bool) -> None:
        """Works out what would come of each leftover, one after the other; shows the diff (unless `quiet`),
        and asks (unless `yes`) whether that shall be written."""
        for leftover in self.found.leftovers:
            settled = self._settle(leftover)
            outcome = Outcome(settled)
            if settled.text is not None and leftover.kind != "copy" and self._is_now(settled):
                self.waiting.append(leftover.path)  # all there is to do is to tell git
                continue
            self.outcomes.append(outcome)
            if settled.text is None:
                continue
            outcome.trash = self._free_in_trash(leftover.path) if leftover.kind == "copy" else ""
            if not quiet:
                self._show(outcome)
            if yes or self.app.confirm(self._question(outcome)):
                outcome.chosen = True
                self._now[leftover.original] = encode(settled.text)
                if outcome.trash:
                    self._removed[leftover.path] = outcome.trash
                    self._taken.add(outcome.trash)

    def plan(self) -> Plan:
        """Everything that was chosen, as one change."""
        changes = [
            FileChange(path, self._disk[path], raw, _ANYTHING)
            for path, raw in self._now.items()
            if self._disk[path] != raw
        ]
        for path, trash in self._removed.items():
            raw = self._disk[path]
            changes.append(FileChange(trash, None, raw, _ANYTHING))
            changes.append(FileChange(path, raw, None, _ANYTHING))
        stems = [os.path.basename(path)[:-3] for path in self._now]
        return Plan(f"conflicts: {few_names(stems)}", tuple(changes))

    def write(self) -> None:
        """Writes what was chosen, and brings the dashboards up to date. Raises what `Store.apply` raises."""
        from vault_crm.cli.outcome import commit_done

        self.written = True
        plan = self.plan()
        if plan.empty:
            return
        pages = set(self.app.dashboards())
        # Every command writes the dashboard anew, so it must not stand in the way of taking the rest back.
        for journal in (False, True):
            changes = tuple(c for c in plan.changes if (c.path in pages) != journal)
            applied = self.app.store.apply(Plan(plan.title, changes), journal)
            for warning in applied.warnings:
                self.app.say(console.clean(warning))
        self.waiting += [
            outcome.settled.leftover.path
            for outcome in self.outcomes
            if not outcome.remains and outcome.settled.leftover.kind == "unmerged"
        ]
        self.app.refresh_dashboards()
        commit_done(self.app, plan.title)

    @property
    def remaining(self) -> list[Outcome]:
        """What is still to be settled."""
        return [outcome for outcome in self.outcomes if outcome.remains or not self.written]

    # -- one leftover

    def _settle(self, leftover: Leftover) -> Settled:
        try:
            return self._settled(leftover)
        except EditRefused as refused:
            return Settled(leftover, problem=refused.reason, hint=refused.hint)
        except GitMissing as missing:
            return Settled(leftover, problem=missing.message, hint=missing.hint)

    def _settled(self, leftover: Leftover) -> Settled:
        store = self.app.store
        if leftover.kind == "unmerged":
            there = (store.root / leftover.path).exists()
            return self._settler.settle_unmerged(leftover, self._text(leftover.path) if there else None)
        if leftover.kind == "markers":
            return self._settler.settle_marked(leftover, self._text(leftover.path))
        if not leftover.original:
            hint = "rename it to what it was, if it is the one to keep"
            return Settled(leftover, problem="the note that this is a copy of is gone", hint=hint)
        if mergetool_original(leftover.path) == leftover.original:
            hint = "delete it once that merge is settled"
            return Settled(leftover, problem="git has all that is in it", hint=hint)
        for path in (leftover.path, leftover.original):
            if (store.root / path).is_symlink():
                return Settled(leftover, problem=f"{path} is a link, so it is left alone")
        return self._settler.settle_copy(leftover, self._text(leftover.original), self._text(leftover.path))

    def _text(self, path: str) -> str:
        if path not in self._now:
            self._disk[path] = self.app.store.read(path)
        return decode(self._now.get(path, self._disk[path]))

    def _is_now(self, settled: Settled) -> bool:
        return settled.text == self._text(settled.leftover.original)

    def _own_lines(self, path: str) -> OwnLines:
        from vault_crm.render.boards import templates_of

        written = self.app.store.written(path)
        try:
            return templates_of(self.app.store).own_lines(written)
        except TemplateProblem:
            return OwnLines(written=written)

    def _free_in_trash(self, path: str) -> str:
        """A name in the trash folder that nothing has yet: nothing there is ever replaced."""
        base = os.path.basename(path)
        number = self._numbers.get(base, 1)
        while True:
            name = f"{TRASH}/{base[:-3]}{f' {number}' if number > 1 else ''}{base[-3:]}"
            if name not in self._taken and not os.path.lexists(self.app.store.root / name):
                self._numbers[base] = number
                return name
            number += 1

    # -- talk

    def _show(self, outcome: Outcome) -> None:
        settled = outcome.settled
        leftover = settled.leftover
        before = self._now.get(leftover.original, self._disk[leftover.original])
        change = FileChange(leftover.original, before, encode(settled.text or ""), _ANYTHING)
        text = diff(Plan("", (change,)))
        if text:
            self.app.out(text.removesuffix("\n"))
        if outcome.trash:
            what = "is merged as above" if text else "says nothing that its note does not"
            self.app.say(f"{self.app.shown_path(leftover.path)} {what}; it goes to {outcome.trash}")

    def _question(self, outcome: Outcome) -> str:
        note = self.app.shown_path(outcome.settled.leftover.original)
        if outcome.trash:
            return f"Take this into {note}, and move the copy to {TRASH}/?"
        still = len(outcome.settled.open)
        left = f" ({still} {'place stays' if still == 1 else 'places stay'} marked)" if still else ""
        return f"Write this into {note}{left}?"


def show(app: App, run: Settling, asked: bool) -> None:
    """What was found, or what stays after `--fix`, a line each; then what to do next."""
    left = [outcome for outcome in run.outcomes if outcome.remains] if asked else run.outcomes
    for outcome in left:
        app.out_lines([((text, style),) for text, style in _lines_of(app, outcome, asked)])
    _say_counts(app, run, asked)
    for path in run.found.unreadable:
        app.warn(f"{app.shown_path(path)}: cannot be read, so it was passed over")
    if run.waiting:
        paths = " ".join(shlex.quote(app.shown_path(path)) for path in dict.fromkeys(run.waiting))
        app.say(f"settled; tell git so: git add -- {paths}")


def _lines_of(app: App, outcome: Outcome, asked: bool) -> Iterable[tuple[str, str]]:
    settled = outcome.settled
    leftover = settled.leftover
    note = app.shown_path(leftover.original or leftover.path)
    place = app.shown_path(leftover.path)
    line = settled.line or (settled.open[0].line if settled.open and leftover.kind != "copy" else 1)
    yield console.clean(f"{place}:{line}: {_what(app, outcome, asked)}"), ""
    for each in settled.open:
        ours, theirs = (console.clean(_short(text)) for text in (each.ours, each.theirs))
        yield console.clean(f"  {note}:{each.line}: {ours}  <>  {theirs}"), "due"
    hint = _hint(settled, shlex.quote(note))
    if hint:
        yield f"  {console.clean(hint)}", "dim"


def _hint(settled: Settled, note: str) -> str:
    kind = settled.leftover.kind
    if settled.kept:
        return f"if that is meant: git add -- {note}; to choose again: git checkout -m -- {note}"
    if not settled.open:
        return settled.hint
    if kind == "copy":
        return "write what counts into both files, then run this again"
    told = f", then: git add -- {note}" if kind == "unmerged" else ""
    return f"choose one, and delete the marker lines{told}"


def _what(app: App, outcome: Outcome, asked: bool) -> str:
    settled = outcome.settled
    kind = settled.leftover.kind
    original = settled.leftover.original
    what = {
        "copy": f"a sync program's copy of {app.shown_path(original)}"
        if original
        else "a sync program's copy",
        "markers": "git's conflict markers stand here",
        "unmerged": "git waits for this merge to be settled",
    }[kind]
    if original and mergetool_original(settled.leftover.path) == original:
        what = f"`git mergetool` left this beside {app.shown_path(original)}"
    if settled.problem:
        return f"{what}: {settled.problem}"
    if settled.done:
        base = _BASES[settled.base]
        merges = f"can be merged (compared with {base})" if base else "says the same"
        return f"{what}: left as it is" if asked else f"{what}: {merges}"
    differing = "place differs" if len(settled.open) == 1 else "places differ"
    return f"{what}: {len(settled.open)} {differing}" + (
        ", the rest can be merged" if settled.text is not None else ""
    )


def _short(text: str) -> str:
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    return (
        (lines[0][:60] + (" ..." if len(lines) > 1 or len(lines[0]) > 60 else "")) if lines else "(nothing)"
    )


def _say_counts(app: App, run: Settling, asked: bool) -> None:
    if not run.outcomes:
        if not run.waiting:
            app.say("nothing to settle")
        return
    count = len(run.outcomes)
    mergeable = [outcome for outcome in run.outcomes if outcome.settled.text is not None]
    chosen = [outcome for outcome in mergeable if outcome.chosen]
    if not asked:
        app.say(f"{count} to settle{_offer(count, mergeable)}")
    elif not run.written:
        app.say(f"{_extent(count, mergeable, 'can be merged')}; nothing was written")
    elif not chosen and mergeable and not app.can_ask():
        yes = "`vault-crm conflicts --fix --yes` does it without asking"
        app.say(f"nothing was written: there is nobody to ask; {yes}")
    else:
        again = "; `vault-crm undo` takes it back" if chosen else ""
        app.say(f"{_extent(count, chosen, 'merged')}{again}")


def _offer(count: int, mergeable: Sequence[Outcome]) -> str:
    """What `--fix` would do of what is found."""
    whole = sum(outcome.settled.done for outcome in mergeable)
    rest = len(mergeable) - whole
    if whole:
        more = f", and the rest of {rest} more" if rest else ""
        return f", {whole} of them by `vault-crm conflicts --fix`{more}"
    of = "it" if count == 1 else f"{rest} of them"
    return f"; `vault-crm conflicts --fix` merges the rest of {of}" if rest else ""


def _extent(count: int, merged: Sequence[Outcome], verb: str) -> str:
    """How much of what was found is (or can be) merged."""
    whole = sum(outcome.settled.done for outcome in merged)
    rest = len(merged) - whole
    left = sum(len(outcome.settled.open) for outcome in merged)
    but = f"but for {left} {'place' if left == 1 else 'places'}"
    if rest and count == 1:
        return f"{verb} {but}"
    return f"{whole} of {count} {verb}" + (f", {rest} more {but}" if rest else "")


def as_document(app: App, run: Settling) -> shape.Json:
    """The documented JSON of what was found (docs/json.md)."""
    return {
        **shape.head(app.today),
        "conflicts": [_json_of(o, run.written) for o in run.outcomes],
        "waiting": run.waiting,
    }


def _json_of(outcome: Outcome, written: bool) -> shape.Json:
    settled = outcome.settled
    leftover = settled.leftover
    return {
        "kind": leftover.kind,
        "path": leftover.path,
        "note": leftover.original or None,
        "mergeable": settled.text is not None,
        "base": settled.base or None,
        "problem": settled.problem or None,
        "line": settled.line or None,
        "hint": settled.hint or None,
        "places": [{"line": o.line, "ours": o.ours, "theirs": o.theirs} for o in settled.open],
        "trash": outcome.trash or None,
        "fixed": written and not outcome.remains,
    }
