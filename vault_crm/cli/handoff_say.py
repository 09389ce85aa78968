"""What a handoff says: whom it found, what came of it, and which columns have no destination."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from vault_crm.cli.outcome import say_due
from vault_crm.core.names import few_names

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.cli.handoff_files import Read
    from vault_crm.cli.handoff_talk import Answers
    from vault_crm.cli.handoff_work import Handoff

_MOST = 8  # of one kind that are worth a line each


def count(number: int, one: str, many: str = "") -> str:
    """`1 deal`, `3 deals`."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def say_troubles(app: App, read: Read) -> int:
    """What could not be read, each with its place. The exit code so far."""
    for trouble in read.troubles:
        place = f"{trouble.span.path}:{trouble.span.line}" if trouble.span.line else trouble.span.path
        app.warn(f"{place}: {trouble.message}" + (f" ({trouble.hint})" if trouble.hint else ""))
    return 1 if read.troubles else 0


def say_harvest(app: App, work: Handoff) -> None:
    """What the files hold, in a sentence or two."""
    found = work.harvest
    since = f" since {work.since}" if work.since else ""
    since += f", since the last handoff on {work.last}" if work.last else ""
    if work.guests:
        people = count(len(work.guests), "person", "people")
        deals = {deal.key for guest in work.guests for human in guest.humans for deal in human.deals}
        app.say(f"{people} behind {count(len(deals), 'won deal')}{since}")
    elif found.won:
        app.say(f"{count(found.won, 'won deal')}{since}, and everybody behind them is decided about")
        app.say("`--again` asks once more")
    else:
        app.say(f"no won deals{since}, of {count(found.deals, 'deal')}")
        if found.earlier:
            app.say(
                f"{count(found.earlier, 'deal')} {'was' if found.earlier == 1 else 'were'} won before that"
            )
        elif found.stages:
            seen = ", ".join(f"{stage} ({number})" for stage, number in found.stages[:_MOST])
            app.say(f"they say: {seen}; if one of these means won: --won 'STAGE'")
    if found.silent:
        named = (f"{deal.title or 'a deal'} ({deal.span.path}:{deal.span.line})" for deal in found.silent)
        app.say(f"won, but naming nobody: {_few(named)}; export them with their contacts")
    if found.nameless:
        numbers = [one.key or ", ".join(one.emails) for one in found.nameless]
        app.say(f"nobody says what these are called: {_few(numbers)}; give the CRM's contacts as well")


def list_guests(app: App, answers: Answers) -> None:
    """Whom it is about, where nobody is asked about them one by one."""
    from vault_crm.cli.handoff_talk import introduce

    guests = [*answers.kept, *answers.open]
    for place, guest in enumerate(guests, 1):
        for line in introduce(app, guest, f"{place}/{len(guests)}"):
            app.out(line)


def say_unchanged(app: App, work: Handoff) -> None:
    """Without a terminal and without --apply nothing is written."""
    if work.guests:
        app.say("nothing was changed: --apply --keep-all keeps them all; in a terminal you are asked")


def say_end(app: App, work: Handoff, answers: Answers) -> None:
    """What was done, person by person, and how to take it back."""
    agenda = {item.person.path: item for item in app.agenda.items}
    for path, name in work.made.new.items():
        item = agenda.get(path)
        due = f"; {say_due(item, app.today)}" if item else ""
        app.say(f"{name}: a new note, {app.shown_path(path)}{due}")
    for path, gaps in work.made.filled.items():
        person = app.vault.by_path.get(path)
        app.say(f"{person.name if person else path}: added {', '.join(gaps.names)} ({app.shown_path(path)})")
    for refused in work.made.refused:
        app.warn(app.located(refused.message))
    touched = {*work.made.new, *work.made.filled}
    same = [guest.row.name for guest in answers.kept if guest.row.target not in touched]
    if same := [name for name in same if name not in work.made.new.values()]:
        app.say(f"{few_names(same)}: in your vault already, with nothing to add")
    if answers.gone:
        app.say(f"{count(len(answers.gone), 'person', 'people')} let go")
    say_open(app, answers)
    if not work.remembered:
        app.warn("what was decided could not be remembered, so you will be asked again")
    if touched:
        app.say("`vault-crm undo` takes all of this back")


def say_open(app: App, answers: Answers) -> None:
    """Those about whom nothing was decided: asked about next time."""
    for guest in answers.open[:_MOST]:
        why = f" ({guest.row.why})" if guest.row.why else ""
        app.say(f"{guest.row.name}: left for another time{why}")
    if len(answers.open) > _MOST:
        app.say(f"... and {len(answers.open) - _MOST} more")


def say_columns(app: App, read: Read) -> None:
    """The columns that have no destination, and why."""
    for name, columns in read.unused.items():
        reasons: dict[str, list[str]] = {}
        for column in columns:
            reasons.setdefault(column.why, []).append(column.name)
        unknown = reasons.pop("", [])
        app.say(f"columns of {name} that have no destination:")
        for why, names in reasons.items():
            app.say(f"  {', '.join(dict.fromkeys(names))}: {why}")
        if unknown:
            app.say(f"  {', '.join(dict.fromkeys(unknown))}: nobody told us what is in them (see --map)")


def _few(texts: Iterable[str]) -> str:
    listed = list(dict.fromkeys(texts))
    more = f" and {len(listed) - _MOST} more" if len(listed) > _MOST else ""
    return ", ".join(listed[:_MOST]) + more
