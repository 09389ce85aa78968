"""What every writing command says afterwards: per person what was done, where, and when they are next due."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from vault_crm.cli import console
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import AgendaItem
    from vault_crm.core.model import Person
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan


def carry_out(
    app: App,
    make: Callable[[Sequence[Person]], Plan],
    people: Sequence[Person],
    did: str | Callable[[Person], str],
    dry_run: bool = False,
    *,
    subject: str = "",
) -> Plan:
    """Make the plan and carry it out, or show its diff. Says a line for each person, and the plan's notes.
    Where the settings want commits, `subject` is the message of this one.

    All of it is done or nothing is. `make` is given the people as their notes are at that moment; if a note
    changes meanwhile, it is asked again. Returns the plan that was made last.
    """
    from vault_crm.core.status import item_of

    plans: list[Plan] = []

    def remember() -> Plan:
        plans.append(make([app.near.now(person.path) or person for person in people]))
        return plans[-1]

    if dry_run:
        show_diff(app, remember())
        return plans[-1]
    applied = app.store.change_notes(remember)
    plan = plans[-1]
    changes = {change.path: change for change in plan.changes}
    for person in people:
        change = changes.get(person.path)
        now = app.near.now(person.path)
        due = say_due(item_of(now, app.today, app.settings), app.today) if now else ""
        said = did if isinstance(did, str) else did(person)
        if change is None:
            said = "nothing to change"
        place = f" ({console.clean(app.shown_path(person.path))}:{changed_line(change)})" if change else ""
        app.say(f"{person.name}: {said}{place}" + (f"; {due}" if due and due != said else ""))
    for note in (*plan.notes, *applied.warnings):
        app.say(console.clean(note))
    if applied.paths:
        app.refresh_dashboards(applied.paths if len(plans) == 1 else ())
    commit_done(app, subject)
    return plan


def commit_done(app: App, subject: str = "") -> None:
    """Where the settings want it: one git commit of everything that this command has written since the last;
    without `subject`, the message is the first note's title. Why there is none is said, and is no error."""
    done = app.store.take_done()
    if not done or not app.settings.git_commit:
        return
    from vault_crm.git.commit import commit_paths

    paths = dict.fromkeys(path for _, paths in done for path in paths)
    titles = [title for title, _ in done if not title.startswith("write ")]
    subject = subject or next(iter(titles), "dashboard: brought up to date")
    if why := commit_paths(app.store.root, tuple(paths), subject):
        app.say(why)


def named(people: Sequence[Person]) -> str:
    """People in a commit's message: `Ada, Ben, Cleo and 4 more`."""
    from vault_crm.core.names import few_names

    return few_names(person.name for person in people)


def show_diff(app: App, plan: Plan) -> None:
    """A plan's unified diff on standard output; what it notes, and that there is nothing, on standard
    error."""
    from vault_crm.core.plan import diff

    text = diff(plan)
    if text:
        app.out(text.removesuffix("\n"))
    else:
        app.say("nothing to change")
    for note in plan.notes:
        app.say(note)


def changed_line(change: FileChange) -> int:
    """The line (of the new text) at which the last difference stands: for an interaction, its line in the
    log."""
    old = (change.base or b"").splitlines()
    new = (change.result or b"").splitlines()
    same = 0
    while same < min(len(old), len(new)) and old[-1 - same] == new[-1 - same]:
        same += 1
    return max(1, len(new) - same)


def say_due(item: AgendaItem, today: date) -> str:
    """When somebody is next due, in a few calm words."""
    person = item.person
    if item.status == "attention" and person.blockers:
        span = person.blockers[0].span
        return f"needs attention: {person.blockers[0].message} ({span.path}:{span.line})"
    if item.status == "snoozed" and person.snooze_until is not None:
        return f"snoozed until {person.snooze_until.isoformat()}"
    words = {
        "gone": "no reminders",
        "paused": "no reminders while paused",
        "untracked": "no cadence, so no reminders",
        "never": "never contacted yet",
    }
    if item.due is None:
        return words.get(item.status, "")
    return f"{'due since' if item.due < today else 'next due'} {item.due.isoformat()}"


def usage(problem: ValueError) -> UsageError:
    """A value that cannot be understood, as the error that the user sees."""
    hint = getattr(problem, "hint", "")
    if not isinstance(hint, str) or not hint:
        return UsageError(str(problem))
    return UsageError(str(getattr(problem, "message", problem)), hint)
