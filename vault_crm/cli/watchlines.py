"""What the watcher says, as calm lines for people and as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from vault_crm.cli.wording import count
from vault_crm.serve.news import News

_NAMED = 3  # names in one line; the dashboard has the rest


def as_json(news: News) -> str:
    """One line of JSON (docs/json.md)."""
    body = {"version": 1, "event": news.name, "at": news.at.isoformat(timespec="seconds"), **news.facts}
    return json.dumps({key: value for key, value in body.items() if key != "briefly"}, ensure_ascii=False)


def as_line(news: News, verbose: bool = False, dated: bool = False) -> str:
    """One line, with the time (`dated`: and the day); '' for what is not worth one (unless `verbose`)."""
    words = _WORDS[news.name](news.facts, verbose)
    return f"{news.at:{'%Y-%m-%d %H:%M' if dated else '%H:%M'}} {words}" if words else ""


def names(found: Sequence[str]) -> str:
    """`Ana`, `Ana and Ben`, `Ana, Ben, Carla and 4 more`."""
    shown = list(found[:_NAMED])
    more = len(found) - len(shown)
    if more:
        return f"{', '.join(shown)} and {more} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), shown[-1] if shown else "") if part)


def _overdue(facts: Mapping[str, Any]) -> str:
    return f" · {facts['overdue']} overdue"


def _ready(facts: Mapping[str, Any], verbose: bool) -> str:
    how = f", looking every {facts['every']:g} seconds" if facts["how"] == "poll" else ""
    why = f" ({facts['why']})" if how and verbose else ""
    people = "1 person" if facts["people"] == 1 else f"{facts['people']} people"
    return f"watching {facts['vault']}: {people}{_overdue(facts)}{how}{why}"


def _filed(facts: Mapping[str, Any], verbose: bool) -> str:
    what = f" ({facts['what']})" if verbose else ""
    return f"{names(facts['people'])}: {facts['briefly']} from {facts['from']}{what}{_overdue(facts)}"


def _wrote(facts: Mapping[str, Any], verbose: bool) -> str:
    moves = []
    if came := facts["came"]:
        moves.append(f"{names(came)} {'is' if len(came) == 1 else 'are'} overdue now")
    if went := [name for name in facts["went"] if name not in facts["filed"]]:
        moves.append(f"{names(went)} {'is' if len(went) == 1 else 'are'} off the list")
    if not moves:
        return f"{facts['path']} brought up to date{_overdue(facts)}" if verbose else ""
    return f"{facts['path']}: {'; '.join(moves)}{_overdue(facts)}"


def _problem(facts: Mapping[str, Any], _verbose: bool) -> str:
    return f"{facts['why']}\n      {facts['hint']}" if facts["hint"] else str(facts["why"])


def _stopped(facts: Mapping[str, Any], _verbose: bool) -> str:
    filed, wrote = facts["filed"], facts["wrote"]
    lines = count(filed, "line") + " filed" if filed else "nothing to file"
    pages = f"dashboards written {count(wrote, 'time')}" if wrote else "the dashboard was up to date"
    return f"stopped after {_duration(facts['seconds'])}: {lines}, {pages}"


def _duration(seconds: float) -> str:
    minutes = int(seconds // 60)
    if not minutes:
        return count(int(seconds), "second")
    hours, minutes = divmod(minutes, 60)
    return " ".join(([f"{hours} h"] if hours else []) + [f"{minutes} min"])


def _looked(facts: Mapping[str, Any], verbose: bool) -> str:
    return f"looked: {count(facts['changed'], 'note')} changed" if verbose and facts["changed"] else ""


_WORDS: Mapping[str, Callable[[Mapping[str, Any], bool], str]] = {
    "ready": _ready,
    "filed": _filed,
    "wrote": _wrote,
    "stuck": lambda facts, _: f"left where it is: {facts['path']}:{facts['line']}: {facts['why']}",
    "waiting": lambda facts, _: facts["why"],
    "problem": _problem,
    "solved": lambda facts, _: f"that is over: {facts['why']}",
    "day": lambda facts, _: f"it is {facts['today']}",
    "nudged": lambda facts, _: f"notified: {facts['title']}",
    "looked": _looked,
    "stopped": _stopped,
}
