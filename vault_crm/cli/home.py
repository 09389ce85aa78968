"""The home screen: who needs attention, who is overdue or due soon, and the dates of the next two weeks.

In a terminal one screen, as generous as its height allows; in a pipe everything, one line each.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.cli import console
from vault_crm.cli import wording
from vault_crm.cli.console import Line
from vault_crm.cli.listing import name_columns
from vault_crm.cli.listing import overdue_line
from vault_crm.cli.listing import sorted_by
from vault_crm.core.rows import NAME
from vault_crm.core.rows import row_of

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import Agenda
    from vault_crm.core.model import AgendaItem

WELCOME = """\
No people here yet.

  vault-crm init         looks at the notes you have, and says whom it would take for people
  vault-crm new "Ada"    makes a note about somebody, from your template

Everything is plain Markdown in {root}; nothing is written before you say yes."""


def show_home(app: App, as_json: bool) -> int | None:
    """Print the home screen of the vault."""
    agenda = app.agenda if as_json else app.brief
    waiting = count_waiting(app)
    if as_json:
        app.json(home_json(agenda, waiting))
        return None
    if not agenda.items:
        app.say(WELCOME.format(root=short_root(app)))
        return None
    screen = app.screen
    if screen.columns is None:
        app.out_lines(piped(app, agenda, waiting))
        return None
    if agenda.items:
        from vault_crm.cli.homescreen import fitted
        from vault_crm.cli.homescreen import print_lines

        print_lines(fitted(app, agenda, waiting, screen), screen)
    return None


def home_json(agenda: Agenda, waiting: int) -> dict[str, object]:
    """The home screen as data: those who want something today, the dates, the counts."""
    from vault_crm.cli import shape
    from vault_crm.core.agenda import by_pressing

    shown = agenda.with_status("attention", "long-overdue", "overdue", "today", "soon", "never")
    counts: dict[str, int] = {}
    for item in agenda.items:
        counts[item.status] = counts.get(item.status, 0) + 1
    return {
        **shape.people_json(agenda.today, by_pressing(shown)),
        "dates": [shape.date_json(item) for item in agenda.dates],
        "counts": counts,
        "ticks_waiting": waiting,
    }


def short_root(app: App) -> str:
    """The vault's folder, with `~` for the home folder."""
    import os

    home, root = os.path.expanduser("~"), str(app.root)
    return "~" + root[len(home) :] if home != "/" and (root + os.sep).startswith(home + os.sep) else root


def count_waiting(app: App) -> int:
    """How many entries of the dashboard wait to be taken in here; looks closer only if its bytes may hold
    one."""
    from vault_crm.store.device import other_writer

    if other_writer(app.settings):
        return 0
    try:
        raw = (app.root / app.settings.dashboard_file).read_bytes()
    except OSError:
        return 0
    generated = raw.partition(b"vault-crm:begin")[2].partition(b"vault-crm:end")[0].lower()
    if not any(sign in generated for sign in (b"[x]", b"snooze", b"pause", b"next:")):
        return 0
    from vault_crm.render.update import pending

    return len(pending(app.store, app.today))


# -- in a pipe


def piped(app: App, agenda: Agenda, waiting: int) -> Iterator[Line]:
    """Everything, plain: a heading for each section, one line for each entry, dates ISO, nothing cut."""
    from vault_crm.core.agenda import by_dashboard

    yield [(f"{wording.say_counts(agenda)}  {agenda.today}", "")]
    for title, statuses in (
        ("IT HAS BEEN A WHILE", ("long-overdue",)),
        ("OVERDUE", ("overdue",)),
    ):
        items = by_dashboard(agenda.with_status(*statuses))
        rows = [row_of(item) for item in items]
        names = name_columns((row[NAME] for row in rows), app.screen)
        yield from _section(title, [overdue_line(row, agenda.today, names, "  ") for row in rows])
    yield from _section("DUE SOON", soon_rows(agenda, iso=True))
    yield from _section("BIRTHDAYS AND DATES", date_rows(agenda, iso=True))
    yield from _section("NEVER CONTACTED", never_rows(app, agenda))
    yield from _section("NEEDS ATTENTION", attention_rows(app, agenda))
    for line in footers(agenda, app, waiting):
        yield []
        yield line


def _section(title: str, rows: Sequence[Line]) -> Iterator[Line]:
    if rows:
        yield []
        yield [(title, "title")]
        yield from rows


# -- the rows of the sections


def soon_rows(agenda: Agenda, iso: bool) -> list[Line]:
    """`Tue 24 Nov  Dad`."""
    items = sorted_by(agenda.with_status("today", "soon"), "due")
    return [
        [
            ("  ", ""),
            (
                "today     " if item.status == "today" and not iso else wording.say_coming_day(item.due, iso),
                "soon",
            ),
            ("  ", ""),
            (item.person.name, "name"),
        ]
        for item in items
        if item.due is not None
    ]


def date_rows(agenda: Agenda, iso: bool) -> list[Line]:
    """`Wed 25 Nov  Ben Okafor turns 38`."""
    rows: list[Line] = []
    for item in agenda.dates:
        words = wording.say_date_item(item)
        between = " " if words.startswith("turns ") else ", "
        day = wording.say_coming_day(item.on, iso)
        rows.append(
            [("  ", ""), (day, "soon"), ("  ", ""), (item.person.name, "name"), (between + words, "")]
        )
    return rows


def never_rows(app: App, agenda: Agenda) -> list[Line]:
    """`Ines Koch    introduced by Sam Whitlock`."""
    items = agenda.with_status("never")
    names = name_columns((item.person.name for item in items), app.screen)
    rows: list[Line] = []
    for item in items:
        name = console.pad(
            console.cut(console.clean(item.person.name), names if app.screen.terminal else None), names
        )
        rows.append([("  ", ""), (name, "name"), ("   ", ""), (say_origin(item), "dim")])
    return rows


def say_origin(item: AgendaItem) -> str:
    """Where somebody comes from: who introduced them, how we met, what they are to me."""
    person = item.person
    introduced = wording.say_text(person.text("introduced_by"))
    if introduced:
        return f"introduced by {introduced}"
    return wording.say_text(person.text("how_met") or person.text("relationship"))


def attention_rows(app: App, agenda: Agenda) -> list[Line]:
    """`People/oskar.md:7:15: last_contact 2026-02-30 is not a day`."""
    found = [problem for item in agenda.with_status("attention") for problem in item.person.blockers]
    found += [
        problem for problem in agenda.diagnostics if problem.severity == "error" and problem not in found
    ]
    return [
        [
            ("  ", ""),
            (f"{app.shown_path(p.span.path)}:{p.span.line}:{p.span.col}: ", "dim"),
            (" ".join(p.message.split()), "bad"),
            (f"; {p.hint}" if p.hint else "", "dim"),
        ]
        for p in found
    ]


def footers(agenda: Agenda, app: App, waiting: int) -> Iterator[Line]:
    """What else is worth knowing, and the command for it."""
    untracked = len(agenda.with_status("untracked"))
    if untracked:
        words = "1 person has" if untracked == 1 else f"{untracked} people have"
        yield [(f"{words} no rhythm yet: ", "dim"), ("vault-crm list status:untracked", "")]
    if waiting:
        ticks = f"{wording.count(waiting, 'tick')} in {app.settings.dashboard_file}"
        if app.watched:
            yield [(f"{ticks}: filed by the watcher once the page has been left alone", "dim")]
        else:
            verb = "waits" if waiting == 1 else "wait"
            yield [(f"{ticks} {verb}: ", "dim"), ("vault-crm render", "")]
