"""Why somebody has the status they have: every piece of evidence, the cadence and its source, the sum in
words."""

from __future__ import annotations

from datetime import date

from vault_crm.core.cadence import due_after
from vault_crm.core.cadence import say_cadence
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Evidence
from vault_crm.core.model import Span
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.core.status import is_open
from vault_crm.core.status import latest_counted
from vault_crm.core.status import soon_days


@record
class Piece:
    """A piece of evidence: `verdict` is 'decides', 'counts' (an older one), 'later' (still to come, passed
    over) or 'not counted'; `reason` says why it does not count."""

    evidence: Evidence
    verdict: str
    reason: str = ""


@record
class Explanation:
    """`why NAME`: `pieces` newest first; `cadence` in words with `cadence_from` and where it is written;
    `sums` the arithmetic, a line a step; `reason` the last word, why the status is what it is."""

    item: AgendaItem
    today: date
    pieces: tuple[Piece, ...]
    cadence: str
    cadence_from: str
    cadence_span: Span | None
    sums: tuple[str, ...]
    passed_over: tuple[Evidence, ...]
    reason: str


def explain(item: AgendaItem, today: date, settings: Settings) -> Explanation:
    """Everything that led to a person's status on a day."""
    person = item.person
    pieces = tuple(_piece(evidence, item, today, settings) for evidence in person.evidence)
    return Explanation(
        item=item,
        today=today,
        pieces=pieces,
        cadence=say_cadence(person.cadence) if person.cadence else "",
        cadence_from=_source(item),
        cadence_span=person.cadence_span,
        sums=_sums(item, today),
        passed_over=tuple(piece.evidence for piece in pieces if piece.verdict == "later"),
        reason=_reason(item, today, settings),
    )


def _piece(evidence: Evidence, item: AgendaItem, today: date, settings: Settings) -> Piece:
    if not evidence.counts:
        return Piece(evidence, "not counted", _why_not(evidence, settings))
    if evidence.on > latest_counted(today):
        return Piece(evidence, "later", "still to come")
    return Piece(evidence, "decides" if evidence is item.last else "counts")


def _why_not(evidence: Evidence, settings: Settings) -> str:
    if evidence.kind and evidence.kind.casefold() in (kind.casefold() for kind in settings.not_contact):
        return f"{evidence.kind} is no contact (log.not_contact)"
    if evidence.how.startswith("name in"):
        return "a name without a link (evidence.plain_names is off)"
    if "#no-contact" in evidence.text.casefold():
        return "tagged #no-contact"
    return "dated notes do not count (evidence.dated_notes is off)"


def _source(item: AgendaItem) -> str:
    """'the note', 'tier close', 'tag family', 'folder People/Work', '' without a cadence."""
    source = item.person.cadence_from
    return "the note" if source == "own" else source


# -- the sum


def _sums(item: AgendaItem, today: date) -> tuple[str, ...]:
    if item.due is None:
        return ()
    return (_origin(item) + f" = due {item.due}", f"today is {today}: {_distance(item)}")


def _origin(item: AgendaItem) -> str:
    person = item.person
    if item.since is None:
        after = f", later than the last contact {item.last.on}" if item.last else ""
        return f"next contact {item.due}{after}"
    start = f"last contact {item.since}" if item.last else f"met {item.since}, no contact yet"
    return f"{start} + {say_cadence(person.cadence)}" if person.cadence else start


def _distance(item: AgendaItem) -> str:
    days = item.days_overdue
    if days == 0:
        return "due today"
    return f"{_days(days)} overdue" if days > 0 else f"due in {_days(-days)}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


# -- the last word


def _reason(item: AgendaItem, today: date, settings: Settings) -> str:
    person = item.person
    if item.status == "gone":
        return "archived" if person.archived else "died"
    if item.status == "attention":
        first = person.blockers[0]
        return f"{first.message} ({first.span.path}:{first.span.line})"
    if item.status == "paused":
        return "paused" if person.paused else "the cadence is never: not reminded, on purpose"
    if item.status == "untracked":
        used = person.next_contact is not None and not is_open(person, item.last)
        return "no cadence" + (
            f", and since {person.next_contact} there was contact" if used else " and no next_contact"
        )
    if item.status == "snoozed":
        return f"snoozed until {person.snooze_until}"
    if item.status == "never":
        return _never(item, today)
    return _by_due(item, settings)


def _never(item: AgendaItem, today: date) -> str:
    met = item.person.met
    if met is None:
        return "no contact is written down anywhere"
    if met > latest_counted(today):
        return f"no contact is written down anywhere, and {met}, when you meet, is still to come"
    return f"no contact is written down anywhere, and {met}, when you met, is longer ago than the cadence"


def _by_due(item: AgendaItem, settings: Settings) -> str:
    cadence = item.person.cadence
    if item.status == "long-overdue" and cadence and item.due:
        return f"a whole cadence past due since {due_after(item.due, cadence)}"
    if item.status == "soon":
        return f"due within {_days(soon_days(cadence, settings))}"
    return {"overdue": "past due", "today": "due today", "fine": "not due yet"}[item.status]
