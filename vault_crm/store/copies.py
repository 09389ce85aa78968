"""Conflict copies: what sync programs leave beside a note. They are reported and never read as notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.text import decode

_UNIQUE_KEYS = ("email", "e-mail", "e_mail", "emails", "mail", "uid", "id")
# Lines that a template gives to every person say nothing about whether two notes are one.
_COMMON_KEYS = ("tags", "tag", "type", "cadence", "contact_frequency", "created", "cssclasses", "fileclass")


# How Syncthing, Dropbox, Nextcloud, Obsidian Sync, Seafile and others name what two devices wrote at once.
_CONFLICT = re.compile(
    r"\.sync-conflict-|_conflict-[0-9]{8}-[0-9]{6}"
    r"| \((?:[^()]*conflicted copy[^()]*|(?:sf|edit )?conflict(?: [^()]*)?|(?:[^()]* )?case conflict[^()]*)\)"
)


def conflict_original(path: str) -> str | None:
    """The note that a conflict copy (by its name) belongs to; None if the name is no such copy's."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = name[:-3], name[-3:]
    found = _CONFLICT.search(stem.lower())
    at = found.start() if found else 0
    return f"{folder}{slash}{stem[:at].removesuffix(suffix)}{suffix}" if at > 0 else None


def twin_original(path: str) -> str | None:
    """'Ada.md' for 'Ada 2.md' and 'Ada (1).md', as iCloud and Drive name copies (and people number notes)."""
    stem = path[:-3]
    if stem.endswith(")"):
        start, _, number = stem[:-1].rpartition(" (")
    else:
        start, _, number = stem.rpartition(" ")
    digits = number.isascii() and number.isdigit() and len(number) <= 2
    return start + path[-3:] if digits and start and not start.endswith("/") else None


def find_copies(
    paths: Iterable[str], known: Mapping[str, object], read: Callable[[str], bytes]
) -> dict[str, str]:
    """The conflict copies among the notes, each with the note it belongs to ('' if that is not there).

    `read` gives a file's bytes; it is asked only about notes with a number at the end beside one without.
    """
    found: dict[str, str] = {}
    paths = tuple(paths)
    conflicts = "conflict" in "\n".join(paths).lower()  # one look at all of them: mostly there are none
    for path in paths:
        if conflicts and "conflict" in path.lower():
            original = conflict_original(path)
            if original is not None:
                found[path] = original if original in known else ""
                continue
        last = path[-4:-3]
        if last == ")" or last.isdigit():
            original = twin_original(path)
            if original in known and original is not None and _is_copy(path, original, read):
                found[path] = original
    return found


def _is_copy(path: str, original: str, read: Callable[[str], bytes]) -> bool:
    try:
        ours, theirs = read(original), read(path)
    except OSError:
        return False
    return same_person(decode(ours), decode(theirs))


def same_person(original: str, copy: str) -> bool:
    """True if a note with a number in its name is a copy of the one without: the e-mail address (or an id)
    agrees, or neither has one and most of its own lines stand in the other. Real namesakes stay two
    people."""
    if original == copy:
        return True
    first, second = _unique_values(original), _unique_values(copy)
    for key in first.keys() & second.keys():
        return first[key] == second[key]
    lines = _telling_lines(copy)
    theirs = _telling_lines(original)
    return bool(lines) and 2 * len(lines & theirs) > len(lines)


def _unique_values(text: str) -> dict[str, str]:
    found = {}
    for line in text.split("\n", 60)[:60]:
        key, colon, value = line.partition(":")
        name = key.strip().casefold()
        if colon and value.strip() and name in _UNIQUE_KEYS:
            found["id" if name in ("uid", "id") else "mail"] = value.strip().strip("\"'").casefold()
    return found


def _telling_lines(text: str) -> set[str]:
    """The lines that are somebody's own: no fences, headings, empty properties or what templates give to
    all."""
    found = set()
    for line in text.split("\n"):
        line = line.strip()
        key, colon, value = line.partition(":")
        empty = bool(colon) and not value.strip()
        if len(line) > 3 and not line.startswith("#") and not empty and key.casefold() not in _COMMON_KEYS:
            found.add(line)
    return found


def report(path: str, original: str) -> Diagnostic:
    """What the user is told about a conflict copy."""
    if original:
        message = f"this is a sync program's copy of {original}, so it is not read"
        hint = "take over what only the copy says, then delete it"
    else:
        message = "this is a sync program's copy of a note that is gone, so it is not read"
        hint = "rename it to what it was, if it is the one to keep"
    return Diagnostic("conflict-copy", "warning", Span(path, 1), message, hint)
