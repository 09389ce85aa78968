"""A Note as a few bytes, and back: what the index keeps, also in memory.

Spans are kept as numbers: they are all of the note's own path. A note for which that does not hold is not
kept."""

from __future__ import annotations

import marshal
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from sys import intern
from typing import Any
from typing import TypeAlias

from vault_crm.core.model import DatedLine
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Fix
from vault_crm.core.model import Interaction
from vault_crm.core.model import Mention
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.record import fields

Packed: TypeAlias = "tuple[Any, ...]"

_TYPES = (Note, Property, Interaction, Mention, DatedLine, Diagnostic, Fix, Span)


def schema() -> str:
    """A text that changes whenever the types do that are kept."""
    return repr([(kind.__name__, [(f.name, f.type) for f in fields(kind)]) for kind in _TYPES])


def pack(note: Note) -> bytes | None:
    """The note without its path; None if it cannot be kept. Of most notes of a vault nothing is known but
    that they are there: these are no bytes at all."""
    if note == Note(note.path):
        return b""
    row = _row(note)
    try:
        return None if row is None else marshal.dumps(row)
    except ValueError:
        return None


def _row(note: Note) -> Packed | None:
    spans = _Spans(note.path)
    try:
        return (
            intern(note.person_rule),
            note.title,
            _day(note.on),
            intern(note.dated_as),
            [
                (intern(p.key), intern(p.field), p.value, *spans(p.span), *spans(p.key_span))
                for p in note.properties
            ],
            [(i.on.toordinal(), intern(i.kind), i.text, i.links, *spans(i.span)) for i in note.log],
            [(m.target, m.on.toordinal(), intern(m.how), m.text, *spans(m.span)) for m in note.mentions],
            [(d.on.toordinal(), d.text, *spans(d.span)) for d in note.lines],
            [_pack_diagnostic(d, spans) for d in note.diagnostics],
        )
    except _Elsewhere:
        return None


class _Elsewhere(Exception):
    """A span of another note."""


class _Spans:
    def __init__(self, path: str) -> None:
        self._path = path

    def __call__(self, span: Span) -> tuple[int, int, int]:
        if span.path != self._path:
            raise _Elsewhere
        return span.line, span.col, span.end_col


def _day(on: date | None) -> int:
    return 0 if on is None else on.toordinal()


def _pack_diagnostic(d: Diagnostic, spans: _Spans) -> Packed:
    fix = None if d.fix is None else (d.fix.key, d.fix.value, d.fix.title)
    return (d.code, d.severity, d.message, d.hint, d.source, fix, *spans(d.span))


# Frozen dataclasses set their fields one by one through object.__setattr__; filling the slots directly takes
# half the time, and a large vault has hundreds of thousands of these.
def _filler(kind: type, name: str) -> Callable[[object, object], None]:
    fill: Callable[[object, object], None] = getattr(kind, name).__set__
    return fill


_new = object.__new__
_span_path, _span_line = _filler(Span, "path"), _filler(Span, "line")
_span_col, _span_end = _filler(Span, "col"), _filler(Span, "end_col")
_prop_key, _prop_field, _prop_value = (
    _filler(Property, "key"),
    _filler(Property, "field"),
    _filler(Property, "value"),
)
_prop_span, _prop_key_span = _filler(Property, "span"), _filler(Property, "key_span")
_entry_on, _entry_kind, _entry_text = (_filler(Interaction, name) for name in ("on", "kind", "text"))
_entry_span, _entry_links = _filler(Interaction, "span"), _filler(Interaction, "links")
_mention_target, _mention_on, _mention_how = (_filler(Mention, name) for name in ("target", "on", "how"))
_mention_span, _mention_text = _filler(Mention, "span"), _filler(Mention, "text")
_note_path = _filler(Note, "path")
_PLAIN = tuple((_filler(Note, f.name), getattr(Note(""), f.name)) for f in fields(Note) if f.name != "path")
_day_of = lru_cache(maxsize=None)(date.fromordinal)  # a vault has thousands of dates and hundreds of days


def _span(path: str, line: int, col: int, end: int) -> Span:
    span = _new(Span)
    _span_path(span, path)
    _span_line(span, line)
    _span_col(span, col)
    _span_end(span, end)
    return span


def _properties(path: str, rows: list[Packed]) -> tuple[Property, ...]:
    out = []
    for key, field, value, line, col, end, key_line, key_col, key_end in rows:
        prop = _new(Property)
        _prop_key(prop, key)
        _prop_field(prop, field)
        _prop_value(prop, value)
        _prop_span(prop, _span(path, line, col, end))
        _prop_key_span(prop, _span(path, key_line, key_col, key_end))
        out.append(prop)
    return tuple(out)


def _log(path: str, rows: list[Packed]) -> tuple[Interaction, ...]:
    out = []
    for on, kind, text, links, line, col, end in rows:
        entry = _new(Interaction)
        _entry_on(entry, _day_of(on))
        _entry_kind(entry, kind)
        _entry_text(entry, text)
        _entry_span(entry, _span(path, line, col, end))
        _entry_links(entry, links)
        out.append(entry)
    return tuple(out)


def _mentions(path: str, rows: list[Packed]) -> tuple[Mention, ...]:
    out = []
    for target, on, how, text, line, col, end in rows:
        mention = _new(Mention)
        _mention_target(mention, target)
        _mention_on(mention, _day_of(on))
        _mention_how(mention, how)
        _mention_span(mention, _span(path, line, col, end))
        _mention_text(mention, text)
        out.append(mention)
    return tuple(out)


def _plain(path: str) -> Note:
    note = _new(Note)
    _note_path(note, path)
    for fill, value in _PLAIN:
        fill(note, value)
    return note


def unpack(path: str, packed: bytes) -> Note:
    """The note that `pack` was given. Raises ValueError or TypeError if it was not made by `pack`."""
    if not packed:
        return _plain(path)
    rule, title, on, dated_as, properties, log, mentions, lines, diagnostics = marshal.loads(packed)
    return Note(
        path,
        rule,
        title,
        _day_of(on) if on else None,
        dated_as,
        _properties(path, properties) if properties else (),
        _log(path, log) if log else (),
        _mentions(path, mentions) if mentions else (),
        tuple([DatedLine(_day_of(n), _span(path, *at), t) for n, t, *at in lines]),
        tuple([_diagnostic(path, *row) for row in diagnostics]),
    )


def _diagnostic(
    path: str, code: str, severity: Any, message: str, hint: str, source: str, fix: Any, *at: int
) -> Diagnostic:
    mend = None if fix is None else Fix(*fix)
    return Diagnostic(code, severity, _span(path, *at), message, hint, source, mend)


def pack_odd(d: Diagnostic) -> Packed:
    """A diagnostic that belongs to no note of its own."""
    return d.span.path, *_pack_diagnostic(d, _Spans(d.span.path))


def unpack_odd(row: Packed) -> Diagnostic:
    """The diagnostic that `pack_odd` was given."""
    return _diagnostic(*row)
