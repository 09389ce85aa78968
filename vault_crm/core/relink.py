"""Changing links of a note, and nothing else: each gets another target, or becomes plain words.

Every other character stays. The result is read again: it must have the same lines and properties, and the
links that were meant, or the edit is refused. What decides is the caller's `rewrite`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate
from typing import TypeAlias

from vault_crm.core.body import lines_of
from vault_crm.core.frontmatter.block import body_start
from vault_crm.core.frontmatter.block import find_block
from vault_crm.core.frontmatter.shape import BlockProblem
from vault_crm.core.linkspots import Leaf
from vault_crm.core.linkspots import Spot
from vault_crm.core.linkspots import Spots
from vault_crm.core.linkspots import decoded
from vault_crm.core.linkspots import find_spots
from vault_crm.core.linkspots import leaves_of
from vault_crm.core.model import Edit
from vault_crm.core.record import record
from vault_crm.core.text import apply_edits
from vault_crm.errors import EditRefused

_NOT_IN_WIKI = re.compile(r"[\[\]|#^\n\r\\]|%%|<!--|`")
_NOT_IN_SHOWN = re.compile(r"[\[\]|\n\r`]|%%|<!--")
_NOT_IN_ADDRESS = re.compile(r"[^\w\-.~/,+@]")
_PLAIN_IN_FLOW = re.compile(r"[^\W\d_][\w .()/-]*")


@record
class Retarget:
    """The link gets another target: `target` as a reader would type it (the writer encodes it); heading,
    block and title stay. `shown` are new words for it, None leaves what is shown."""

    target: str
    shown: str | None = None


@record
class Unlink:
    """The whole link becomes these words."""

    words: str


Rewrite: TypeAlias = "Callable[[Spot], Retarget | Unlink | None]"


@record
class Relinked:
    """The new text, and the links that were changed, as they were. `left`: why the links of the frontmatter
    were not looked at ('PATH:LINE: reason'), '' if they were."""

    text: str
    changed: tuple[Spot, ...] = ()
    left: str = ""


def relink(path: str, text: str, rewrite: Rewrite) -> Relinked:
    """The note with those links changed for which `rewrite` says how. Raises EditRefused, naming the line,
    if a link cannot be written so, or anything else would change with it."""
    found = find_spots(text)
    left = f"{path}:{found.unread_line}: {found.unread}" if found.unread else ""
    changes: dict[Spot, Retarget | Unlink] = {}
    for spot in found.spots:
        change = rewrite(spot)
        if change is not None:
            changes[spot] = change
    changes = _outermost(changes)
    if not changes:
        return Relinked(text, (), left)
    edits = [edit for spot, change in changes.items() for edit in _edits(path, spot, change, text)]
    new = apply_edits(text, edits)
    _prove(path, (text, found), new, changes)
    return Relinked(new, tuple(changes), left)


def _outermost(changes: dict[Spot, Retarget | Unlink]) -> dict[Spot, Retarget | Unlink]:
    """Without the links that stand in the words of one that goes as a whole."""
    kept: dict[Spot, Retarget | Unlink] = {}
    until = -1
    for spot in sorted(changes, key=lambda spot: (spot.start, -spot.end)):
        if spot.end > until:
            kept[spot] = changes[spot]
            until = spot.end if isinstance(changes[spot], Unlink) else until
    return kept


class _Gone:
    """The links that are no links any more, and what stands in their words."""

    def __init__(self, changes: dict[Spot, Retarget | Unlink]) -> None:
        gone = sorted(spot for spot, change in changes.items() if isinstance(change, Unlink))
        self._starts = [spot.start for spot in gone]
        self._ends = list(accumulate((spot.end for spot in gone), max))

    def __contains__(self, spot: Spot) -> bool:
        at = bisect_right(self._starts, spot.start) - 1
        return at >= 0 and spot.end <= self._ends[at]


# -- how a link is written


def _edits(path: str, spot: Spot, change: Retarget | Unlink, text: str) -> list[Edit]:
    if spot.quoting == "bare":
        return [Edit(spot.start, spot.end, _bare(path, spot, change))]
    pieces = _pieces(path, spot, change, _in_table(text, spot))
    return [Edit(start, end, _quoted(spot.quoting, new)) for start, end, new in pieces]


def _pieces(path: str, spot: Spot, change: Retarget | Unlink, table: bool) -> list[tuple[int, int, str]]:
    """What stands where instead, before the value's quotes."""
    if isinstance(change, Unlink):
        words = " ".join(change.words.split())
        if spot.form == "definition":
            return [(spot.at, spot.at_end, "#")]  # the words that use it stay, and lead to their own note
        return [(spot.start, spot.end, words)]
    pieces = []
    if change.target != spot.target:
        pieces.append((spot.at, spot.at_end, _target(path, spot, change.target)))
    if change.shown is not None and spot.form != "definition":
        if _NOT_IN_SHOWN.search(change.shown):
            raise EditRefused(path, spot.line, f"{change.shown!r} cannot stand in a link")
        if spot.shown_at >= 0:
            if change.shown != spot.shown:
                pieces.append((spot.shown_at, spot.shown_end, change.shown))
        else:
            bar = "\\|" if table else "|"
            pieces.append((spot.end - 2, spot.end - 2, bar + change.shown))
    return pieces


def _target(path: str, spot: Spot, target: str) -> str:
    raw = spot.source[spot.at - spot.start : spot.at_end - spot.start]
    folder, slash, _ = raw.rpartition("/")
    if not slash or decoded(folder) != target.rpartition("/")[0]:
        folder, slash, last = "", "", target
    else:
        last = target.rpartition("/")[2]  # how the folder is written stays
    if spot.form == "wiki":
        if _NOT_IN_WIKI.search(last):
            raise EditRefused(path, spot.line, f"no wikilink can say {target!r}")
        return folder + slash + last
    if spot.angle:
        return folder + slash + re.sub(r"[<>%#\n\r]", _percent, last)
    encoded_before = re.search(r"%[89A-Fa-f][0-9A-Fa-f]", raw) is not None
    return folder + slash + _encoded(last, encoded_before)


def _encoded(text: str, all_letters: bool) -> str:
    """A path as the address of a Markdown link; letters beyond ASCII only if it had them encoded before."""
    out = _NOT_IN_ADDRESS.sub(_percent, text)
    return re.sub(r"[^\x00-\x7f]", _percent, out) if all_letters else out


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "surrogateescape"))


def _quoted(quoting: str, text: str) -> str:
    if quoting == "'":
        return text.replace("'", "''")
    return text.replace("\\", "\\\\").replace('"', '\\"') if quoting == '"' else text


def _bare(path: str, spot: Spot, change: Retarget | Unlink) -> str:
    """A `[[link]]` without quotes: it gets some, if it needs them now."""
    new = _in_value(path, spot.source, spot.moved(-spot.start, spot.line), change)
    inner = new[2:-2] if new.startswith("[[") and new.endswith("]]") else new
    if all(_PLAIN_IN_FLOW.fullmatch(part) for part in re.split(r"[|#,]", inner) if part.strip()) and (
        inner != new or inner.casefold() not in ("true", "false", "null")
    ):
        return new
    return f'"{_quoted(chr(34), new)}"'


def _in_value(path: str, value: str, spot: Spot, change: Retarget | Unlink) -> str:
    """A property's value, as it is read, with one of its links changed."""
    pieces = _pieces(path, spot, change, table="\\|" in spot.source)
    return apply_edits(value, (Edit(*piece) for piece in pieces))


def _in_table(text: str, spot: Spot) -> bool:
    start = text.rfind("\n", 0, spot.start) + 1
    return text[start : spot.start].lstrip().startswith("|") or "\\|" in spot.source


# -- the proof


def _prove(path: str, before: tuple[str, Spots], new: str, changes: dict[Spot, Retarget | Unlink]) -> None:
    old, links = before
    first = min(changes, key=lambda spot: spot.start)
    if not links.unread:  # else none of the links in its properties was changed
        try:
            _prove_front(path, old, new, changes)
        except BlockProblem as problem:
            raise EditRefused(path, first.line, f"after the edit {problem.message}") from None
    was, now = ([(line.kind, line.level) for line in lines_of(t, body_start(t))] for t in (old, new))
    if was != now:
        raise EditRefused(path, first.line, "with that link, the lines would not read as they do now")
    start, gone = body_start(old), _Gone(changes)
    wanted = [
        _told(spot, changes.get(spot)) for spot in links.spots if spot.start >= start and spot not in gone
    ]
    there = [_told(spot, None) for spot in find_spots(new).spots if spot.start >= body_start(new)]
    for spot, found in zip(wanted, [*there, None], strict=False):
        if spot != found:
            raise EditRefused(path, spot[0], f"the link to {spot[1]!r} would not read back")
    if len(there) > len(wanted):
        raise EditRefused(path, there[-1][0], "there would be a link more")


def _told(spot: Spot, change: Retarget | Unlink | None) -> tuple[int, str, bool]:
    target = change.target if isinstance(change, Retarget) else spot.target
    return spot.line, target, spot.embed


def _prove_front(path: str, old: str, new: str, changes: dict[Spot, Retarget | Unlink]) -> None:
    before, after = find_block(old), find_block(new)
    if before is None and after is None:
        return
    if before is None or after is None or before.start != after.start:
        raise EditRefused(path, 1, "the edit would move the frontmatter")
    if before.text == after.text:
        return
    wanted = [_expected(path, leaf, changes) for leaf in leaves_of(before)]
    found = [(leaf.shape, leaf.value) for leaf in leaves_of(after)]
    if wanted != found:
        line = min(spot.line for spot in changes)
        raise EditRefused(path, line, "the edit would change more of the properties than a link")


def _expected(
    path: str, leaf: Leaf, changes: dict[Spot, Retarget | Unlink]
) -> tuple[tuple[object, ...], str | None]:
    if leaf.value is None:
        return leaf.shape, None
    pieces = [
        piece
        for spot, inner in zip(leaf.spots, leaf.inner, strict=True)
        if spot in changes
        for piece in _pieces(path, inner, changes[spot], table="\\|" in spot.source)
    ]
    return leaf.shape, apply_edits(leaf.value, (Edit(*piece) for piece in pieces))
