"""Asking about each human of a handoff: keep or let go, what to bring up, how often."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence

import click

from vault_crm.cli.app import App
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.handoff.humans import Human
from vault_crm.core.handoff.humans import how_met
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.gaps import Gaps
from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.record import clean_line
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings

_YES, _NO, _STOP = ("k", "keep", "y", "yes"), ("l", "let go", "letgo", "n", "no"), ("q", "quit", "stop")
_NONE = ("-", "none", "no")


@record
class Guest:
    """Somebody to be decided about: the row of the plan, and the humans behind deals who are that person
    (mostly one). `gaps` is what a known person's note lacks."""

    row: Row
    humans: tuple[Human, ...]
    gaps: Gaps | None = None

    @property
    def keys(self) -> frozenset[str]:
        """What is remembered once it is decided about them."""
        return frozenset(key for human in self.humans for some in human.keys for key in some)

    @property
    def settled(self) -> bool:
        """True if there is nothing to ask: they are in the vault, and it lacks nothing."""
        return self.row.verb == "same" and self.gaps is not None and self.gaps.empty


@record
class Answers:
    """What was decided: the guests kept (with the rows to carry out), those let go, and those still open."""

    kept: tuple[Guest, ...] = ()
    gone: tuple[Guest, ...] = ()
    open: tuple[Guest, ...] = ()


def guests_of(
    app: App, rows: Sequence[Row], humans: Sequence[Human], records: Sequence[object]
) -> list[Guest]:
    """The rows of the plan with the humans of their records; `records` are those of `humans`, in order."""
    by_record = {id(record): human for record, human in zip(records, humans, strict=True)}
    guests = []
    for row in rows:
        behind = tuple(by_record[id(record)] for record in row.records)
        person = app.vault.by_path.get(row.target) if row.verb == "same" else None
        gaps = find_gaps(person, combine(row.records), _note_of(app, row)) if person else None
        guests.append(Guest(_sure(row), behind, gaps))
    return guests


def _note_of(app: App, row: Row) -> str | None:
    if not any(record.note for record in row.records):
        return None
    return app.store.read(row.target).decode("utf-8", "replace")


def _sure(row: Row) -> Row:
    """Two humans of one name in the CRM are two people; whom the vault may have is unsure."""
    if row.verb == "unsure" and all(path.startswith("#") for path in row.candidates):
        return replace(row, verb="new", candidates=())
    return row


def keep_all(guests: Sequence[Guest], cadence: str) -> Answers:
    """Everybody is kept; whoever may be two people is left open."""
    kept = tuple(
        replace(guest, row=replace(guest.row, cadence=cadence)) if guest.row.verb == "new" else guest
        for guest in guests
        if guest.row.verb in ("new", "same")
    )
    return Answers(kept, (), tuple(guest for guest in guests if guest.row.verb not in ("new", "same")))


def ask_all(app: App, guests: Sequence[Guest], cadence: str) -> Answers:
    """Asks about one after the other; `q` leaves the rest open, for another time."""
    kept = [guest for guest in guests if guest.settled]
    asking = [guest for guest in guests if not guest.settled]
    gone: list[Guest] = []
    for place, guest in enumerate(asking):
        app.say("")
        for line in introduce(app, guest, f"{place + 1}/{len(asking)}"):
            app.say(line)
        row = _ask(app, guest, cadence)
        if row is None:
            return Answers(tuple(kept), tuple(gone), tuple(asking[place:]))
        (gone if row.verb == "skip" else kept).append(replace(guest, row=row))
    return Answers(tuple(kept), tuple(gone))


def introduce(app: App, guest: Guest, place: str) -> Iterator[str]:
    """Who somebody is, in a few lines."""
    record = combine(guest.row.records)
    role, company = (str(record.values.get(key, "")) for key in ("role", "company"))
    who = ", ".join(text for text in (guest.row.name, role, company) if text)
    indent = " " * (len(place) + 2)
    yield f"{place}  {who}"
    for human in guest.humans:
        yield f"{indent}{how_met(human)}"
    reach = [text for key in ("email", "phone") for text in _texts(record.values.get(key))]
    if reach:
        yield indent + ", ".join(reach)
    yield from (f"{indent}{hint}" for hint in record.hints)
    if guest.row.verb == "same":
        added = ", ".join(guest.gaps.names) if guest.gaps else ""
        yield f"{indent}in your vault already ({guest.row.why}): {app.shown_path(guest.row.target)}"
        yield f"{indent}{f'keeping adds {added}' if added else 'there is nothing to add'}"
    elif guest.row.verb == "unsure":
        yield f"{indent}this may be somebody in your vault ({guest.row.why}):"
        for number, path in enumerate(_candidates(guest.row), 1):
            person = app.vault.by_path.get(path)
            yield f"{indent}{number}  {person.name if person else ''}  {app.shown_path(path)}"


def _ask(app: App, guest: Guest, cadence: str) -> Row | None:
    """The row to carry out, `skip` to let go; None to stop."""
    row = _ask_whether(app, guest)
    if row is None or row.verb != "new":
        return row
    context = clean_line(_prompt("  Anything to remember, or to bring up next time? (Enter: nothing)"))
    chosen = _ask_cadence(app, cadence)
    if context:
        first = replace(row.records[0], values={**row.records[0].values, "next": context})
        row = replace(row, records=(first, *row.records[1:]))
    return replace(row, cadence=chosen)


def _ask_whether(app: App, guest: Guest) -> Row | None:
    row = guest.row
    paths = _candidates(row) if row.verb == "unsure" else ()
    numbers = {str(number): path for number, path in enumerate(paths, 1)}
    choices = "/".join((*numbers, "k", "L" if paths else "l", "q"))
    choices = choices if paths else choices.replace("k", "K")
    question = "  The same as one of them, keep as somebody new, let go, or quit?" if paths else (
        "  Keep, let go, or quit for now?"
    )  # fmt: skip
    while True:
        said = _prompt(f"{question} [{choices}]").casefold() or ("l" if paths else "k")
        if said in numbers:
            return replace(row, verb="same", target=numbers[said])
        if said in _YES:
            return replace(row, verb="new", target="") if row.verb == "unsure" else row
        if said in _NO:
            return replace(row, verb="skip", why="let go")
        if said in _STOP:
            return None
        app.say("  k keeps, l lets go, q stops here and keeps what you decided so far")


def _ask_cadence(app: App, cadence: str) -> str:
    while True:
        said = _prompt(f"  How often would you like to be in touch? (- : no rhythm) [{cadence or '-'}]")
        try:
            return checked_cadence(said, app.settings) if said else cadence
        except ValueError as problem:
            app.say(f"  {problem}")


def checked_cadence(text: str, settings: Settings) -> str:
    """A cadence as it is written: a tier's name as it is, else the words that were said; '' for none. Raises
    ValueError."""
    text = " ".join(text.split())
    if text.casefold() in ("", *_NONE):
        return ""
    cadence = parse_cadence(text, settings)
    if cadence is None:
        return ""
    return text if settings.tier_cadence(text) is not None else format_cadence(cadence)


def _prompt(question: str) -> str:
    answer: str = click.prompt(question, default="", show_default=False, prompt_suffix=" ", err=True)
    return answer.strip()


def _candidates(row: Row) -> tuple[str, ...]:
    return tuple(path for path in row.candidates if not path.startswith("#"))


def _texts(value: object) -> tuple[str, ...]:
    items = value if isinstance(value, tuple) else (value,)
    return tuple(item for item in items if isinstance(item, str) and item)
