"""parse_note: what one file says, as a pure function of its path, its text and the parse settings.

It never raises, whatever the text, and takes time linear in its length. Most notes of a vault are neither
people nor dated: for these nothing but the frontmatter is read.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence

from vault_crm.core.body import Line
from vault_crm.core.body import heading_text
from vault_crm.core.body import lines_of
from vault_crm.core.conflict import find_conflict
from vault_crm.core.dashboard.markers import BEGIN
from vault_crm.core.fields import fold_key
from vault_crm.core.fields import get_field
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.read import read_properties
from vault_crm.core.late import late
from vault_crm.core.links import shown_text
from vault_crm.core.log.read import fold_heading
from vault_crm.core.log.read import log_names
from vault_crm.core.log.read import read_log
from vault_crm.core.mentions import DONE_MARK
from vault_crm.core.mentions import Dating
from vault_crm.core.mentions import date_note
from vault_crm.core.mentions import has_dated_headings
from vault_crm.core.mentions import line_mentions
from vault_crm.core.mentions import property_mentions
from vault_crm.core.model import DatedLine
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Note
from vault_crm.core.model import Property
from vault_crm.core.model import Span
from vault_crm.core.model import flat_text
from vault_crm.core.people import other_type
from vault_crm.core.people import people_folder
from vault_crm.core.people import person_rule
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import LineIndex

_NAMING = frozenset({"name", "title", "aliases", "alias"})
_UTF16 = ("\udcff\udcfe", "\udcfe\udcff")
_SOURCE_LENGTH = 200
_SINGLE = frozenset({"date", "date-or-true", "cadence", "flag", "birthday"})
_YES_OR_NO = frozenset({"", "yes", "no", "true", "false", "on", "off", "y", "n", "0", "1"})
_NO_TEXT = late("[\udc80-\udcff]")


def parse_note(path: str, text: str, settings: Settings) -> Note:
    """What a note says. `text` is as `core.text.decode` made it; `path` is relative to the vault."""
    if text.startswith(_UTF16) or _mostly_nul(text):
        return _unreadable(path, text, settings)
    properties, found = read_properties(path, text)
    rule = person_rule(path, properties, settings)
    dating = date_note(path, properties, settings)
    if dating.on is not None:
        rule = ""
    if rule:
        return _person(path, text, settings, rule, properties, found)
    return _other(path, text, settings, dating, properties, found)


# -- people


def _person(
    path: str,
    text: str,
    settings: Settings,
    rule: str,
    properties: tuple[Property, ...],
    found: tuple[Diagnostic, ...],
) -> Note:
    lines = lines_of(text, body_start(text))
    title = _title(lines, settings)
    conflict = _conflict(path, text, lines)
    if conflict is not None:
        # Neither side is believed; the person stands under *needs attention* by name.
        naming = tuple(prop for prop in properties if _is_naming(prop))
        kept = tuple(d for d in found if d.code != conflict.code and d.severity == "error")
        return Note(path, rule, title, properties=naming, diagnostics=(conflict, *kept))
    log = read_log(path, lines, settings)
    mentions = line_mentions(path, lines, Dating())[0] if DONE_MARK in text else []
    return Note(
        path,
        rule,
        title,
        properties=properties,
        log=log.interactions,
        mentions=tuple(mentions),
        diagnostics=(*found, *_values(properties), *log.diagnostics, *_bytes(path, text, person=True)),
    )


def _title(lines: Iterable[Line], settings: Settings) -> str:
    """The first heading that is not the log's: what a note with an id for a name is called."""
    for line in lines:
        if line.kind == "heading" and fold_heading(heading_text(line)) not in log_names(settings):
            return " ".join(shown_text(heading_text(line)).split())
    return ""


def _conflict(path: str, text: str, lines: Sequence[Line]) -> Diagnostic | None:
    at = find_conflict(text, lines)
    if at is None:
        return None
    message = "a merge stopped here: both sides stand in the note"
    hint = "choose one, and delete the marker lines"
    line = LineIndex(text).place(at)[0]
    return Diagnostic("conflict-markers", "error", Span(path, line), message, hint, _source(text, at))


def _values(properties: Sequence[Property]) -> list[Diagnostic]:
    """What is odd about values and spellings; dates and cadences are judged where they are joined
    (`core.person`)."""
    found = []
    first: dict[str, Property] = {}
    for prop in properties:
        kind = get_field(prop.field).kind if prop.field else ""
        if kind == "flag" and not isinstance(prop.value, bool):
            said = flat_text(prop.value)
            if said.casefold() not in _YES_OR_NO:
                message = f'{prop.key}: "{said[:40]}" is read as true'
                found.append(Diagnostic("bad-flag", "warning", prop.span, message, "write true or false"))
        if kind in _SINGLE:
            other = first.setdefault(prop.field, prop)
            if other is not prop:
                message = f"{prop.key} and {other.key} mean the same property, {prop.field}"
                hint = "keep one of them; the tool changes only one"
                found.append(Diagnostic("two-spellings", "info", prop.key_span, message, hint))
    return found


# -- all other notes


def _other(
    path: str,
    text: str,
    settings: Settings,
    dating: Dating,
    properties: tuple[Property, ...],
    found: tuple[Diagnostic, ...],
) -> Note:
    mentions = property_mentions(path, properties, dating)
    dated: list[DatedLine] = []
    if _tells_of_contact(text, settings, dating):
        lines = lines_of(text, body_start(text))
        more, dated = line_mentions(path, lines, dating, names=settings.plain_names)
        mentions += more
    return Note(
        path,
        on=dating.on,
        dated_as=dating.how,
        properties=tuple(prop for prop in properties if _is_naming(prop)),
        mentions=tuple(mentions),
        lines=tuple(dated),
        diagnostics=(*_about_other(path, text, settings, dating, properties, found),),
    )


def _tells_of_contact(text: str, settings: Settings, dating: Dating) -> bool:
    """True if the lines have to be read. A dashboard's ticks are commands, not evidence."""
    if BEGIN in text:
        return False
    linked = "[[" in text or "](" in text
    if dating.on is not None:
        return linked or settings.plain_names
    if linked and DONE_MARK in text:
        return True
    return dating.headings and (linked or settings.plain_names) and has_dated_headings(text)


def _about_other(
    path: str,
    text: str,
    settings: Settings,
    dating: Dating,
    properties: tuple[Property, ...],
    found: Iterable[Diagnostic],
) -> list[Diagnostic]:
    """What hides a note that might be a person, as a warning, for most notes of a vault are no concern of
    ours."""
    kept = [replace(d, severity="warning") for d in found if d.severity == "error"]
    kept += _bytes(path, text, person=False)
    if dating.unread is not None:
        prop, reason = dating.unread
        what, _, hint = reason.partition("; ")
        kept.append(Diagnostic("bad-date", "warning", prop.span, f"{prop.key}: {what}", hint))
    beaten = other_type(path, properties, settings) if dating.on is None else None
    if beaten is not None:
        said = flat_text(beaten.value)[:40]
        message = f'no person, although it lies in {people_folder(path, settings)}: {beaten.key} is "{said}"'
        hint = "if it is one, add person to that property, or the tag person"
        kept.append(Diagnostic("not-a-person", "info", beaten.span, message, hint))
    return kept


def _is_naming(prop: Property) -> bool:
    return fold_key(prop.key) in _NAMING


# -- bytes


def _mostly_nul(text: str) -> bool:
    """True for what is no text at all: UTF-16 without a mark, or the zeros that a crash left behind."""
    return "\0" in text and text.count("\0") * 4 >= len(text)


def _unreadable(path: str, text: str, settings: Settings) -> Note:
    """Nothing is read, but whoever lies in a people folder is still there, by name."""
    rule = person_rule(path, (), settings)
    if date_note(path, (), settings).on is not None:
        rule = ""
    if text.startswith(_UTF16):
        code, message = "not-utf8", "the note is UTF-16, not UTF-8, so nothing in it was read"
        hint = "save it as UTF-8 (in vim: `:set fileencoding=utf-8`, then `:w`)"
    else:
        code, message = "nul-bytes", "the note is full of NUL bytes, so nothing in it was read"
        hint = "take it from a backup or from git; or, if it is UTF-16, save it as UTF-8"
    found = Diagnostic(code, "error" if rule else "warning", Span(path, 1), message, hint)
    return Note(path, rule, diagnostics=(found,))


def _bytes(path: str, text: str, *, person: bool) -> list[Diagnostic]:
    """NUL bytes anywhere; in a person's body also bytes that are no UTF-8, which do no harm."""
    found = []
    if "\0" in text:
        message = "a NUL byte stands here; an editor or a sync program damaged the note"
        found.append(_at(path, text, text.index("\0"), "nul-bytes", message, "delete it"))
        if not person:
            found[0] = replace(found[0], severity="warning")
    if person and not text.isascii():
        body = body_start(text)
        odd = _NO_TEXT.search(text, body)
        if odd is not None:
            message = "bytes that are no UTF-8 stand here; they are kept as they are"
            hint = "save the note as UTF-8 (in vim: `:set fileencoding=utf-8`, then `:w`)"
            found.append(
                replace(_at(path, text, odd.start(), "not-utf8-body", message, hint), severity="info")
            )
    return found


def _at(path: str, text: str, at: int, code: str, message: str, hint: str) -> Diagnostic:
    line, col = LineIndex(text).place(at)
    return Diagnostic(code, "error", Span(path, line, col, col + 1), message, hint, _source(text, at))


def _source(text: str, at: int) -> str:
    """The line around an offset, cut if it is very long."""
    start = max(text.rfind("\n", 0, at) + 1, at - _SOURCE_LENGTH // 2)
    stop = text.find("\n", at)
    return text[start : min(len(text) if stop < 0 else stop, start + _SOURCE_LENGTH)].rstrip("\r")
