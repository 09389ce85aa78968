"""Where in a log a new entry goes: in the order that the log has, on the newest side of the same day."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from vault_crm.core.body import Line
from vault_crm.core.body import heading_text
from vault_crm.core.late import late
from vault_crm.core.log.read import LogEntry
from vault_crm.core.log.read import LogSection
from vault_crm.core.log.read import LogView
from vault_crm.core.record import record

_YEAR = late(r"\W*([0-9]{4})\W*")


@record
class LogPlace:
    """Before or after the line with index `at`, in the fashion of `like`. `heading` is the year's heading
    that the entry needs, where the log is parted by years and has none for this one; else ''."""

    like: LogEntry
    at: int
    after: bool
    heading: str = ""


@record
class _Year:
    """The part of a log below a heading that is a year: lines `first` (the heading) up to, not including,
    `stop`."""

    year: int
    first: int
    stop: int
    entries: tuple[LogEntry, ...]


def find_place(view: LogView, lines: Sequence[Line], on: date) -> LogPlace:
    """Where an entry of that day goes in a log that has entries (`view.main.entries`)."""
    assert view.main is not None
    years = _years(view.main, lines)
    if not years:
        return _beside(view.main.entries, on, view.newest_first)
    own = next((part for part in years if part.year == on.year and part.entries), None)
    if own is not None:
        return _beside(own.entries, on, view.newest_first)
    return _new_year(years, lines, on, view.newest_first)


def are_apart(main: LogSection, lines: Sequence[Line]) -> bool:
    """True if blank lines stand between the entries."""
    pairs = [
        b
        for a, b in pairwise(main.entries)
        if not any(line.kind == "heading" for line in lines[a.last + 1 : b.first])
    ]
    if not pairs:
        only = main.entries[0]
        return bool(only.level) and lines[only.first - 1].kind == "blank"
    return all(lines[entry.first - 1].kind == "blank" for entry in pairs)


def _beside(entries: Sequence[LogEntry], on: date, newest_first: bool) -> LogPlace:
    if newest_first:
        for entry in entries:
            if entry.interaction.on <= on:
                return LogPlace(entry, entry.first, after=False)
        return LogPlace(entries[-1], entries[-1].last, after=True)
    for entry in reversed(entries):
        if entry.interaction.on <= on:
            return LogPlace(entry, entry.last, after=True)
    return LogPlace(entries[0], entries[0].first, after=False)


def _years(main: LogSection, lines: Sequence[Line]) -> list[_Year]:
    """The parts of a log under headings that are years, if all its entries stand in such parts."""
    inside = range(main.first + 1, main.stop)
    marks = [
        (int(found[1]), at)
        for at in inside
        if lines[at].kind == "heading" and (found := _YEAR.fullmatch(heading_text(lines[at])))
    ]
    places = [entry.first for entry in main.entries]
    parts = []
    for (year, first), (_, stop) in pairwise([*marks, (0, main.stop)]):
        held = main.entries[bisect(places, first) : bisect(places, stop)]
        parts.append(_Year(year, first, stop, held))
    if sum(len(part.entries) for part in parts) < len(main.entries):
        return []
    # A year's heading that its entries contradict is something else.
    agree = all(entry.interaction.on.year == part.year for part in parts for entry in part.entries)
    return parts if agree else []


def _new_year(years: Sequence[_Year], lines: Sequence[Line], on: date, newest_first: bool) -> LogPlace:
    filled = [part for part in years if part.entries]
    empty = next((part for part in years if part.year == on.year), None)
    like = min((part for part in filled), key=lambda part: abs(part.year - on.year)).entries[0]
    if empty is not None:
        return LogPlace(like, empty.first, after=True)
    heading = f"{'#' * lines[years[0].first].level} {on.year:04}"
    if newest_first:
        for part in years:
            if part.year < on.year:
                return LogPlace(like, part.first, after=False, heading=heading)
        return LogPlace(like, filled[-1].entries[-1].last, after=True, heading=heading)
    for part in reversed(filled):
        if part.year < on.year:
            return LogPlace(like, part.entries[-1].last, after=True, heading=heading)
    return LogPlace(like, years[0].first, after=False, heading=heading)
