"""What sync programs, and git's merge tools, leave beside a note: reported, and never read as notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.late import late
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Span
from vault_crm.core.text import decode

_UNIQUE_KEYS = ("email", "e-mail", "e_mail", "emails", "mail", "uid", "id")
# Lines that a template gives to every person say nothing about whether two notes are one.
_COMMON_KEYS = ("tags", "tag", "type", "cadence", "contact_frequency", "created", "cssclasses", "fileclass")


# How Syncthing, Dropbox (in the languages it speaks), Nextcloud, Obsidian Sync, Seafile, Synology Drive,
# pCloud, Resilio and others name what two devices wrote at once.
_CONFLICT = late(
    r"\.sync-conflict-|_conflict-[0-9]{8}-[0-9]{6}"
    r"| \((?:[^()]*conflicted copy[^()]*|(?:sf|edit )?conflict(?: [^()]*)?|(?:[^()]* )?case conflict[^()]*"
    r"|[^()]*\bin konflikt stehende kopie\b[^()]*|[^()]*\bconflicterende kopie\b[^()]*"
    r"|[^()]*\bcopia (?:en|in) (?:conflicto|conflitto)\b[^()]*|[^()]*\bcópia em conflito\b[^()]*"
    r"|[^()]*\bcopie en conflit\b[^()]*|[^()]*\bkonfliktkopi\w*\b[^()]*)\)"
    r"| \[conflicted(?: [0-9]+)?\]\Z|\.conflict[0-9]*\Z"
    r"|_[^_/]+_[a-z]{3}-[0-9]{2}-[0-9]{4,6}-[0-9]{4}_conflict\Z"
)
_HINT = "onfli"  # is in each of those names: conflict, konflikt, conflit
# OneDrive: the name of a device, which begins with a capital letter or a digit and has more than digits.
_DEVICE = late(r"-(?=[A-Z0-9-]*[A-Z])([A-Z0-9][A-Za-z0-9-]{2,62})\.[mM][dD]$", re.MULTILINE)

# What `git mergetool` puts beside a note while it works, and leaves there where it is interrupted.
_MERGETOOL = late(r"(?<=[^/])_(?:BASE|LOCAL|REMOTE|BACKUP)_[0-9]{1,10}(\.[mM][dD])\Z")
_TOOL_HINTS = ("_BASE_", "_LOCAL_", "_REMOTE_", "_BACKUP_")


def conflict_original(path: str) -> str | None:
    """The note that a conflict copy (by its name) belongs to; None if the name is no such copy's."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = name[:-3], name[-3:]
    low = stem.lower()
    found = _CONFLICT.search(low) if len(low) == len(stem) else None  # else its places would be others
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


def device_originals(path: str) -> tuple[str, ...]:
    """'Ada.md' for 'Ada-DESKTOP-K3J2.md', as OneDrive names copies (and people themselves): each note that it
    may be a copy of, the longest name first."""
    folder, slash, name = path.rpartition("/")
    stem, suffix = name[:-3], name[-3:]
    cuts = [
        at
        for at in range(1, len(stem))
        if stem[at] == "-"
        and _DEVICE.fullmatch(stem[at:] + suffix)
        # `2026-11-22-Standup.md` goes with a day's note and is no copy of it; `2026-11-22-LAPTOP-7.md` may be
        and not (stem[at - 1].isdigit() and stem[at:] != stem[at:].upper())
    ]
    return tuple(f"{folder}{slash}{stem[:at]}{suffix}" for at in reversed(cuts))


def mergetool_original(path: str) -> str | None:
    """'Ada.md' for 'Ada_REMOTE_4711.md', as `git mergetool` names what it compares; None for any other."""
    found = _MERGETOOL.search(path)
    return path[: found.start()] + found[1] if found else None


def find_copies(
    paths: Iterable[str], known: Mapping[str, object], read: Callable[[str], bytes]
) -> dict[str, str]:
    """The conflict copies among the notes, each with the note it belongs to ('' if that is not there).

    `read` gives a file's bytes; it is asked only about notes with a number or a device's name at the end
    beside one without.
    """
    found: dict[str, str] = {}
    paths = tuple(paths)
    everything = "\n".join(paths)  # one look at all of them: mostly there are none
    conflicts = _HINT in everything.lower()
    devices = _DEVICE.search(everything) is not None
    tools = any(hint in everything for hint in _TOOL_HINTS)
    for path in paths:
        if tools and (original := mergetool_original(path)) in known and original is not None:
            found[path] = original
            continue
        if conflicts and _HINT in path.lower():
            original = conflict_original(path)
            if original is not None:
                found[path] = original if original in known else ""
                continue
        last = path[-4:-3]
        if last == ")" or (last.isdigit() and " " in path[-6:-4]):
            original = twin_original(path)
            if original in known and original is not None and _is_copy(path, original, read):
                found[path] = original
                continue
        if devices and "-" in path:
            for original in device_originals(path):
                if original in known and _is_copy(path, original, read, by_device=True):
                    found[path] = original
                    break
    return found


def _is_copy(path: str, original: str, read: Callable[[str], bytes], by_device: bool = False) -> bool:
    try:
        ours, theirs = read(original), read(path)
    except OSError:
        return False
    alike = same_note if by_device else same_person
    return alike(decode(ours), decode(theirs))


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


def same_note(original: str, copy: str) -> bool:
    """True if a note whose name goes on behind that of another is a copy of it: most of its own lines stand
    in the other, several of them, and nothing says that it is about somebody else. (`Anna-Lena.md` beside
    `Anna.md` is a person.)"""
    if original == copy:
        return True
    if _named(original) != _named(copy):
        return False
    mine, other = _telling_lines(copy), _telling_lines(original)
    return same_person(original, copy) and len(mine & other) >= 3 and 2 * len(mine & other) > len(mine)


def _named(text: str) -> tuple[str, ...]:
    """The lines that say whom a note is about: its name, aliases and first heading."""
    lines = [line.strip().casefold() for line in text.split("\n", 200)[:200]]
    heading = next((line for line in lines if line.startswith("# ")), "")
    return (*(line for line in lines if line.startswith(("name:", "aliases:", "title:"))), heading)


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
    if original and mergetool_original(path) == original:
        message = f"`git mergetool` left this beside {original}, so it is not read"
        hint = "git has all that is in it: delete it once that merge is settled"
    elif original:
        message = f"this is a sync program's copy of {original}, so it is not read"
        hint = "`vault-crm conflicts --fix` merges it into the note"
    else:
        message = "this is a sync program's copy of a note that is gone, so it is not read"
        hint = "rename it to what it was, if it is the one to keep"
    return Diagnostic("conflict-copy", "warning", Span(path, 1), message, hint)
