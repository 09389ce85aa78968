"""What changed in a note between two versions of it, by meaning: properties, entries of the log, prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Literal
from typing import TypeAlias

from vault_crm.core.body import lines_of
from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.cadence import say_cadence
from vault_crm.core.conflict import find_conflict
from vault_crm.core.fields import field_of
from vault_crm.core.fields import fold_key
from vault_crm.core.fields import get_field
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.log.read import read_log
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import text_items
from vault_crm.core.record import record
from vault_crm.core.settings import Settings

_LISTS = frozenset({"tags", "events"})


@record
class Entry:
    """One interaction of a log, without its place. `below` are the lines that belong to it."""

    on: date
    kind: str
    text: str
    below: tuple[str, ...] = ()


@record
class Content:
    """What one version of a note says, without places and layout. `conflicted`: the marks of an unsettled
    merge stand in it, so that nothing of it can be believed."""

    path: str
    properties: Mapping[str, Property]
    entries: tuple[Entry, ...]
    prose: tuple[str, ...]
    conflicted: bool = False


What: TypeAlias = Literal["note", "path", "property", "log", "prose", "conflict", "layout"]
How: TypeAlias = Literal["new", "gone", "changed", "added", "removed", "edited"]


@record
class Change:
    """One thing that changed. A `note` is new or gone, a `conflict` added (both sides of a merge were kept
    with its marks) or removed; a `path` or `property` (of the name `key`) is changed from `before` to
    `after`; a `log` entry added, removed or edited; of `prose`, so many lines were `added` and `removed`;
    `layout` is what means nothing."""

    what: What
    how: How
    key: str = ""
    before: Value | Entry = None
    after: Value | Entry = None
    added: int = 0
    removed: int = 0


def read_content(path: str, text: str, settings: Settings) -> Content:
    """What a note says. Never raises, whatever the text."""
    lines = lines_of(text, body_start(text))
    properties = {prop.field or fold_key(prop.key): prop for prop in reversed(read_properties(path, text)[0])}
    view = read_log(path, lines, settings)
    of_log: set[int] = {section.first for section in view.sections}
    entries = []
    for found in (entry for section in view.sections for entry in section.entries):
        of_log.update(range(found.first, found.last + 1))
        below = [lines[at].text.strip() for at in range(found.first + 1, found.last + 1)]
        told = [line for line in below if line][1 if found.below else 0 :]  # its words may stand below it
        one = found.interaction
        entries.append(Entry(one.on, one.kind, one.text, tuple(told)))
    prose = (line.text.rstrip() for at, line in enumerate(lines) if at not in of_log)
    return Content(
        path,
        dict(reversed(properties.items())),
        tuple(entries),
        tuple(line for line in prose if line),
        find_conflict(text, lines) is not None,
    )


def find_changes(befores: Sequence[Content | None], after: Content | None) -> tuple[Change, ...]:
    """What a version changed. `befores` are the versions that it was made from (None: there was no note): of
    several, as a merge has them, only what it has from none of them is its own."""
    each = [_changes(before, after) for before in befores] or [_changes(None, after)]
    of_all = set.intersection(*({_aim(change) for change in changes} for changes in each))
    found = [change for change in each[0] if _aim(change) in of_all]
    added, removed = _prose(befores or [None], after)
    if added or removed:
        found.append(Change("prose", "changed", added=added, removed=removed))
    return tuple(found)


def _aim(change: Change) -> tuple[object, ...]:
    """What a change leads to, whatever it began with: two parents of a merge may begin differently."""
    if change.what == "log" and change.how == "removed":
        return "log", "removed", change.before
    if change.what == "property":
        return "property", change.key and fold_key(change.key), text_items(_value(change.after))
    return change.what, change.how if change.what in ("note", "conflict") else "", change.after


def _value(side: Value | Entry) -> Value:
    assert not isinstance(side, Entry)
    return side


def _changes(before: Content | None, after: Content | None) -> list[Change]:
    """All but the prose."""
    if after is None:
        return [Change("note", "gone")] if before is not None else []
    found = []
    if before is None:
        found.append(Change("note", "new", after=after.path))
    elif before.path != after.path:
        found.append(Change("path", "changed", before=before.path, after=after.path))
    found += _properties(before.properties if before else {}, after.properties)
    found += _log(before.entries if before else (), after.entries)
    return found


def _properties(before: Mapping[str, Property], after: Mapping[str, Property]) -> list[Change]:
    found = []
    for name in dict.fromkeys((*after, *before)):
        old, new = before.get(name), after.get(name)
        was, is_now = old.value if old else None, new.value if new else None
        if text_items(was) != text_items(is_now):
            key = (new or old or after[name]).key
            found.append(Change("property", "changed", key, was, is_now))
    return found


def _log(before: Iterable[Entry], after: Iterable[Entry]) -> list[Change]:
    """Entries that came and went; what went and came with the same words or on the same day was edited."""
    old, new = Counter(before), Counter(after)
    went, came = list((old - new).elements()), list((new - old).elements())
    found = []
    likenesses: tuple[Callable[[Entry], object], ...] = (
        lambda entry: (entry.on, entry.kind, entry.text),
        lambda entry: (entry.on, entry.kind),
        lambda entry: entry.on,
        lambda entry: (entry.kind, entry.text) if entry.text else entry,
    )
    for like in likenesses:
        for entry in tuple(came):
            match = next((gone for gone in went if like(gone) == like(entry)), None)
            if match is not None:
                went.remove(match)
                came.remove(entry)
                found.append(Change("log", "edited", before=match, after=entry))
    found += [Change("log", "added", after=entry) for entry in came]
    found += [Change("log", "removed", before=entry) for entry in went]
    return sorted(found, key=_newest_first)


def _newest_first(change: Change) -> int:
    entry = change.after or change.before
    return -entry.on.toordinal() if isinstance(entry, Entry) else 0


def _prose(befores: Sequence[Content | None], after: Content | None) -> tuple[int, int]:
    """How many lines are in none of the versions before, and how many that all of them had are gone."""
    if after is None or not any(befores):
        return 0, 0
    now = Counter(after.prose)
    came: Counter[str] | None = None
    went: Counter[str] | None = None
    for before in befores:
        was = Counter(before.prose) if before else Counter()
        came = now - was if came is None else came & (now - was)
        went = was - now if went is None else went & (was - now)
    return (came or Counter()).total(), (went or Counter()).total()


# -- in words


def say_changes(changes: Sequence[Change], settings: Settings) -> list[str]:
    """Changes as a person would tell them, a line each; of a new note only what matters most."""
    if any(change.what == "note" and change.how == "new" for change in changes):
        return [_say_new(changes, settings)]
    return [say_change(change, settings) for change in changes]


def _say_new(changes: Sequence[Change], settings: Settings) -> str:
    parts = [
        f"cadence {_say_value('cadence', change.after, settings)}"
        for change in changes
        if change.what == "property" and field_of(change.key) == "cadence"
    ]
    entries = [change.after for change in changes if isinstance(change.after, Entry)]
    if entries:
        newest = max(entry.on for entry in entries)
        many = f"{len(entries)} interactions, the last" if len(entries) > 1 else "1 interaction,"
        parts.append(f"{many} {newest}")
    return "new note" + (": " + "; ".join(parts) if parts else "")


def say_change(change: Change, settings: Settings) -> str:
    """`cadence: every month -> every 3 months`, `logged 2026-03-14 call: ...`, `prose: 3 lines added`."""
    before, after = change.before, change.after
    if change.what == "note":
        return "new note" if change.how == "new" else "the note was removed"
    if change.what == "path":
        return f"moved: {before} -> {after}"
    if change.what == "conflict":
        added = change.how == "added"
        return "a merge stopped here: both sides were kept" if added else "the unfinished merge was settled"
    if change.what == "layout":
        return "layout only"
    if change.what == "prose":
        return "prose: " + _say_lines(change.added, change.removed)
    if isinstance(before, Entry) or isinstance(after, Entry):
        return _say_log(before, after)
    return f"{change.key}: {_say_property(change, settings)}"


def _say_lines(added: int, removed: int) -> str:
    parts = [(added, "added"), (removed, "removed")]
    said = [f"{n} line{'' if n == 1 else 's'} {how}" for n, how in parts if n]
    return ", ".join(said)


def _say_log(before: Value | Entry, after: Value | Entry) -> str:
    if not isinstance(before, Entry):
        return f"logged {_say_entry(after)}"
    if not isinstance(after, Entry):
        return f"removed {_say_entry(before)}"
    if (before.on, before.kind, before.text) == (after.on, after.kind, after.text):
        return f"edited {_say_entry(after)} (what stands below it)"
    return f"edited {_say_entry(before)} -> {_say_entry(after)}"


def _say_entry(entry: Value | Entry) -> str:
    assert isinstance(entry, Entry)
    head = f"{entry.on} {entry.kind}".rstrip()
    text = " ".join(entry.text.split())
    return f"{head}: {text}" if text and entry.kind else f"{head} {text}".rstrip()


def _say_property(change: Change, settings: Settings) -> str:
    field = field_of(change.key)
    before, after = _value(change.before), _value(change.after)
    old, new = text_items(before), text_items(after)
    kind = get_field(field).kind if field else ""
    if isinstance(before, tuple) or isinstance(after, tuple) or kind in _LISTS:
        came = list((Counter(new) - Counter(old)).elements())
        went = list((Counter(old) - Counter(new)).elements())
        said = [f"added {', '.join(came)}" if came else "", f"removed {', '.join(went)}" if went else ""]
        return "; ".join(part for part in said if part) or "in another order"
    return f"{_say_value(field, before, settings)} -> {_say_value(field, after, settings)}"


def _say_value(field: str, value: Value | Entry, settings: Settings) -> str:
    value = _value(value)
    if field == "cadence":
        try:
            cadence = parse_cadence(value, settings)
        except CadenceProblem:
            cadence = None
        if cadence is not None:
            return say_cadence(cadence)
    return ", ".join(text_items(value)) or "none"
