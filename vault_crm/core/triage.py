"""Triage: people without a cadence as a plain-text plan that the user edits.

A line left alone changes nothing. Like git's rebase plan, but with the opposite default: saving the plan as
it was does nothing, because nobody should be reminded at a rhythm that they never chose.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from itertools import pairwise
from statistics import median

from vault_crm.core.cadence import days_of
from vault_crm.core.cadence import due_after
from vault_crm.core.cadence import format_cadence
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Cadence
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.core.text import BOM

HEADER = """\
# Whom would you like to stay in touch with, and how often?
#
# A line that you leave as it is changes nothing, and so does a line that you delete.
# To choose, write a cadence before the first | : 2 weeks, monthly, 3 months, a year, never ...
# A suggestion ends in a question mark; take the question mark away to accept it
# (in vim all of them at once:  :%s/?/ / ).
# Save and close to apply everything as one change; `vault-crm undo` takes it back.
#
"""

# Cadences worth suggesting: what people say, not what arithmetic gives.
STEPS: tuple[Cadence, ...] = (
    Cadence(1, "week"),
    Cadence(2, "week"),
    Cadence(3, "week"),
    Cadence(1, "month"),
    Cadence(2, "month"),
    Cadence(3, "month"),
    Cadence(6, "month"),
    Cadence(1, "year"),
)


@record
class TriageRow:
    """One person of the plan. `gap` is the median number of days between their days of contact, None if there
    are fewer than two such days; `talks` counts these days."""

    person: Person
    suggestion: str
    last: date | None = None
    gap: int | None = None
    talks: int = 0


@record
class Choice:
    """A cadence that the user chose in the plan: the text to write, and what it means."""

    person: Person
    text: str
    cadence: Cadence


@record
class PlanProblem:
    """A line of the edited plan that cannot be understood; while there is one, nothing is applied."""

    line: int
    message: str


def median_gap(person: Person, today: date) -> tuple[int | None, int]:
    """(median days between days of contact, number of such days), up to today."""
    days = sorted({e.on for e in person.evidence if e.counts and e.on <= today})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    return (round(median(gaps)) if gaps else None), len(days)


def nearest_step(days: float) -> Cadence:
    """The cadence worth suggesting that is nearest to so many days, measured as a ratio."""

    def distance(step: Cadence) -> float:
        length = days_of(step)
        return max(length / days, days / length)

    return min(STEPS, key=distance)


def rows_of(
    items: Iterable[AgendaItem], vault: Vault, today: date, settings: Settings
) -> tuple[TriageRow, ...]:
    """The plan's rows: those of these people who have no cadence and could, the latest contact first."""
    by_tag = _cadences_by_tag(vault)
    rows = []
    for item in items:
        person = item.person
        if person.cadence is not None or item.status in ("gone", "attention", "paused"):
            continue
        gap, talks = median_gap(person, today)
        suggestion = _suggest(person, gap, by_tag, settings)
        rows.append(TriageRow(person, suggestion, item.last.on if item.last else None, gap, talks))
    return tuple(
        sorted(rows, key=lambda r: (-(r.last.toordinal() if r.last else 0), r.person.name.casefold()))
    )


def _cadences_by_tag(vault: Vault) -> Mapping[str, str]:
    """For each tag the cadence that most of its people have chosen themselves."""
    counts: dict[str, Counter[str]] = {}
    for person in vault.people:
        if person.cadence is not None and person.cadence_from == "own" and not person.cadence.never:
            for tag in person.tags:
                counts.setdefault(tag, Counter())[format_cadence(person.cadence)] += 1
    return {tag: max(sorted(found), key=lambda c: found[c]) for tag, found in counts.items()}


def _suggest(person: Person, gap: int | None, by_tag: Mapping[str, str], settings: Settings) -> str:
    if gap:
        return format_cadence(nearest_step(gap))
    for tag in person.tags:
        if tag in by_tag:
            return by_tag[tag]
    try:
        default = parse_cadence(settings.default_cadence, settings)
    except ValueError:
        default = None
    return format_cadence(default or Cadence(3, "month"))


def columns_of(text: str) -> int:
    """How many columns of a terminal or editor a text takes."""
    wide = sum(1 for c in text if unicodedata.east_asian_width(c) in "WF")
    return len(text) + wide - sum(1 for c in text if unicodedata.combining(c))


def padded(text: str, width: int) -> str:
    """A text with spaces behind it, up to a number of columns."""
    return text + " " * (width - columns_of(text))


def one_line(text: str) -> str:
    """A name or path that can stand in one column: no newline, no control character, no lone surrogate."""
    clean = "".join(
        "\N{REPLACEMENT CHARACTER}" if unicodedata.category(c) in ("Cc", "Cs") else c for c in text
    )
    return " ".join(clean.split())


def _name_cell(person: Person) -> str:
    return one_line(person.name).replace("|", "\N{FULLWIDTH VERTICAL LINE}")


def _gap_cell(row: TriageRow) -> str:
    if row.gap is None:
        return "" if not row.talks else "one talk"
    unit = "day" if row.gap == 1 else "days"
    return f"{row.gap} {unit} ({row.talks} talks)"


def format_plan(rows: Sequence[TriageRow]) -> str:
    """The plan as a text for the editor. `parse_plan(format_plan(rows), rows, ...)` chooses nothing."""
    table = [("# cadence", "name", "last contact", "usual gap", "note")]
    table += [
        (f"{r.suggestion} ?", _name_cell(r.person), r.last.isoformat() if r.last else "never", _gap_cell(r),
         one_line(r.person.path))
        for r in rows
    ]  # fmt: skip
    widths = [max(columns_of(line[i]) for line in table) for i in range(4)]
    lines = [
        " | ".join([*(padded(cell, w) for cell, w in zip(line[:4], widths, strict=True)), line[4]]) + "\n"
        for line in table
    ]
    return HEADER + "".join(lines)


def parse_plan(
    text: str, rows: Sequence[TriageRow], settings: Settings
) -> tuple[tuple[Choice, ...], tuple[PlanProblem, ...]]:
    """What the user chose in the edited plan, and every line that cannot be understood."""
    by_path: dict[str, list[TriageRow]] = {}
    for row in rows:
        by_path.setdefault(one_line(row.person.path), []).append(row)
    choices: dict[str, Choice] = {}
    problems: list[PlanProblem] = []
    for number, line in enumerate(text.removeprefix(BOM).split("\n"), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            choice = _parse_line(line, by_path, settings)
            if choice is None:
                continue
            known = choices.setdefault(choice.person.path, choice)
            if known.text != choice.text:
                raise ValueError(
                    f"{choice.person.name} stands here twice, with {known.text} and {choice.text}"
                )
        except ValueError as problem:
            problems.append(PlanProblem(number, str(problem)))
    return tuple(choices.values()), tuple(problems)


def _parse_line(line: str, by_path: Mapping[str, list[TriageRow]], settings: Settings) -> Choice | None:
    cells = line.split("|", 4)
    if len(cells) < 5:
        raise ValueError("a line is: cadence | name | last contact | usual gap | note; this one was cut")
    found = by_path.get(" ".join(cells[4].split()), [])
    if not found:
        note = cells[4].strip()
        raise ValueError(f"nobody in this plan has the note {note!r}; only the first column may be changed")
    said = " ".join(cells[0].split())
    if said in ("", "?", "-", *(f"{row.suggestion} ?" for row in found)):
        return None
    if len(found) > 1:
        raise ValueError("two notes look the same here; use `vault-crm set` for these")
    row = found[0]
    said = said.removesuffix("?").rstrip()
    cadence = parse_cadence(said, settings)
    if cadence is None:
        return None
    written = said if settings.tier_cadence(said) is not None else format_cadence(cadence)
    return Choice(row.person, written, cadence)


def spread(choices: Iterable[Choice], today: date) -> Mapping[str, date]:
    """First dates (path -> `next_contact`) for those who would be overdue at once: evenly over one cadence.

    Those whose last contact was longest ago come first. Nobody's first date is today or earlier, and people
    who are not due yet keep the date that follows from their last contact.
    """
    groups: dict[Cadence, list[tuple[date, str, Choice]]] = {}
    for choice in choices:
        if choice.cadence.never:
            continue
        last = max((e.on for e in choice.person.evidence if e.counts and e.on <= today), default=None)
        if last is None or due_after(last, choice.cadence) <= today:
            groups.setdefault(choice.cadence, []).append((last or date.min, choice.person.path, choice))
    first: dict[str, date] = {}
    for cadence, group in groups.items():
        paths = [path for _, path, _ in sorted(group, key=lambda g: g[:2])]
        first |= zip(paths, evenly(len(paths), cadence, today), strict=True)
    return first


def evenly(count: int, cadence: Cadence, today: date) -> Iterator[date]:
    """So many days, evenly over one cadence from tomorrow on, the last one a whole cadence ahead."""
    length = max(1, round(days_of(cadence)))
    return (_ahead(today, -(-place * length // count)) for place in range(1, count + 1))


def _ahead(today: date, days: int) -> date:
    """A day so many days ahead; the calendar's last day where it ends before."""
    return today + timedelta(days=min(days, (date.max - today).days))
