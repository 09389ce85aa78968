"""A fresh rendering and the user's words: every tick and text that is not applied yet is put back in its
place.

Whoever stands on the new page keeps them on their line and below it; the rest stands under a heading of its
own at the end. What comes out is read again, and if anything of the user's were missing, nothing would be
written.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence

from vault_crm.core.dashboard.ownlines import HINT
from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.dashboard.ticks import is_tick
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.record import record

Key = tuple[str, str, tuple[str, ...]]


class WouldLose(ValueError):
    """The new page would not hold something that the user wrote; `line` is where it stands in the old
    one."""

    def __init__(self, line: int) -> None:
        super().__init__("the new text would lose what stands here")
        self.line = line


@record
class Kept:
    """An entry that stays: whose it is (a path, '' if not known), and what to say about it, as Markdown."""

    entry: Entry
    path: str = ""
    hint: str = ""


@record
class Frame:
    """How the tool writes: `find` tells whose a tick line is, `link` and `guard` make somebody's link and
    the line before it; `own` tells the tool's lines."""

    find: Callable[[Entry], str]
    link: Callable[[str], str]
    guard: Callable[[str], str]
    own: OwnLines = OURS


def weave(fresh: str, kept: Sequence[Kept], loose: Iterable[str], frame: Frame) -> str:
    """The fresh body with everything that is kept. Raises WouldLose if something would be missing."""
    kept = [k for k in kept if k.hint or not k.entry.untouched]
    loose = list(loose)
    if not kept and not loose:
        return fresh
    lines = fresh.rstrip("\n").split("\n")
    entries = [e for e in read_body(fresh, 1, frame.own).entries if e.mark == " "]
    places = {frame.find(entry): entry for entry in reversed(entries)}
    inserted: list[tuple[int, Kept]] = []
    rest: list[Kept] = []
    for one in _once(kept):
        if one.path and one.entry.head and one.path in places:
            inserted.append((places.pop(one.path).line - 1, one))
        else:
            rest.append(one)
    for at, one in sorted(inserted, key=lambda pair: -pair[0]):
        _put_into(lines, at, one, frame.own)
    out = "\n".join([*lines, *_section(rest, loose, frame)]) + "\n"
    _check(out, kept, loose, frame.own)
    return out


def _once(kept: Sequence[Kept]) -> list[Kept]:
    """Without entries that say just what another one says (a merge of two devices can double lines)."""
    found: dict[tuple[str, str, str, str, tuple[str, ...]], Kept] = {}
    for one in kept:
        entry = one.entry
        who = one.path if one.path and entry.head else entry.text
        found.setdefault((who, entry.mark, entry.behind, one.hint, entry.below), one)
    return list(found.values())


def _put_into(lines: list[str], at: int, one: Kept, own: OwnLines) -> None:
    """Writes the tick and the words into the person's block that begins at `at`."""
    line = lines[at].rstrip()
    box = line.index("[ ]")
    line = f"{line[:box]}[{one.entry.mark}]{line[box + 3 :]}"
    lines[at] = f"{line} {one.entry.behind}".rstrip()
    end = at + 1
    while end < len(lines) and (own.labelled(lines[end]) or lines[end].startswith((" ", "\t"))):
        if is_tick(lines[end]):
            break
        end += 1
    there = {line.strip() for line in lines[at + 1 : end]}
    words = [line for line in _below(one) if not line.strip() or line.strip() not in there]
    lines[end:end] = words


def _below(one: Kept) -> list[str]:
    """The user's lines, at least as deep as the tool's, and the hint."""
    lines = [line if not line or line.startswith((" ", "\t")) else f"    {line}" for line in one.entry.below]
    return [*lines, *([f"    - {HINT}: {one.hint}"] if one.hint else [])]


def _section(rest: Sequence[Kept], loose: Sequence[str], frame: Frame) -> list[str]:
    if not rest and not loose:
        return []
    lines = ["", KEPT_HEADING, "", *loose]
    linked = False
    for one in rest:
        entry = one.entry
        if one.path and entry.head and (guard := frame.guard(one.path)):
            lines.append(guard)
        if linked and not entry.links:
            lines.append("")  # else it could be taken for words about the name above it
        linked = bool(entry.links) and not one.hint
        text = f"{frame.link(one.path)} {entry.behind}" if one.path and entry.head else entry.text
        lines.append(f"- [{entry.mark}] {text}".rstrip())
        lines += _below(one)
    return lines


def _check(out: str, kept: Sequence[Kept], loose: Sequence[str], own: OwnLines) -> None:
    read = read_body(out, 1, own)
    found = {_key(entry) for entry in read.entries}
    text = {line.strip() for line in out.split("\n")}
    for one in kept:
        mark, behind, below = _key(one.entry)
        if (mark, behind, below) in found:
            continue
        # A block whose template writes the same words already holds them, too.
        if not any(m == mark and b == behind for m, b, _ in found) or not text.issuperset(below):
            raise WouldLose(one.entry.line)
    for line in loose:
        if line.strip() not in text:
            raise WouldLose(1)


def _key(entry: Entry) -> Key:
    behind = entry.behind if entry.head else entry.text
    return entry.mark, behind.strip(), tuple(line.strip() for line in entry.below if line.strip())
