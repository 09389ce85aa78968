"""Three versions of a dashboard become one: between the markers there is never a conflict, and every tick
and every word of the user's on either side is in the result.

What one side removed and the other left alone goes: that side took it into the notes. The tool's own lines
are anybody's, because the next rendering makes them exact. Outside the markers it is the user's page, merged
as text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.ticks import read_body
from vault_crm.core.merge.boardblock import settle
from vault_crm.core.merge.boardpage import read_page
from vault_crm.core.merge.boardpage import said_in
from vault_crm.core.merge.boardpage import split_stamp
from vault_crm.core.merge.boardweave import stacked
from vault_crm.core.merge.boardweave import woven
from vault_crm.core.merge.marks import Marks
from vault_crm.core.merge.marks import Merged
from vault_crm.core.merge.marks import Piece
from vault_crm.core.merge.marks import Pieces
from vault_crm.core.merge.marks import TextMerge
from vault_crm.core.merge.marks import clashes_in
from vault_crm.core.merge.note import merge_dressed
from vault_crm.core.merge.three import pick
from vault_crm.core.record import record


@record
class _Parts:
    """A page in five: what stands above the markers, the begin line, the body, the end line, the rest."""

    head: str
    begin: str
    body: str
    end: str
    tail: str


def merge_dashboard(
    base: str, ours: str, theirs: str, text_merge: TextMerge, marks: Marks | None = None
) -> Merged:
    """The merge of a dashboard; `base` is '' where both sides made it. Never raises, whatever the texts.

    Between the markers nothing is marked as a conflict; outside them, what both sides changed is. If the
    markers of a side are damaged, the whole file is merged as text.
    """
    return merge_dressed(
        base, ours, theirs, lambda old, left, right: _merged(old, left, right, text_merge), marks or Marks()
    )


def _merged(base: str, left: str, right: str, text_merge: TextMerge) -> Pieces:
    this, that = _parts(left), _parts(right)
    if this is None or that is None:
        return text_merge(base, left, right)
    # Of a base without markers, or with damaged ones, nothing is known to have been removed from the list.
    old = _parts(base) or _Parts(base, "", "", "", "")
    begin, end = settle(old.begin, this.begin, that.begin, str), settle(old.end, this.end, that.end, str)
    body = _merged_body(old.body, this.body, that.body, "\r\n" if begin.endswith("\r\n") else "\n")
    middle = text_merge(old.body, this.body, that.body) if body is None else (body,)
    head = _outside(old.head, this.head, that.head, text_merge)
    tail = _outside(old.tail, this.tail, that.tail, text_merge)
    pieces = _without_empty((*head, begin, *middle, end, *tail))
    if not clashes_in(pieces) and _parts("".join(map(str, pieces))) is None:
        return text_merge(base, left, right)
    return pieces


def _outside(base: str, left: str, right: str, text_merge: TextMerge) -> Pieces:
    settled = pick(base, left, right)
    return text_merge(base, left, right) if settled is None else (settled,)


def _without_empty(pieces: Iterable[Piece]) -> Pieces:
    return tuple(piece for piece in pieces if piece != "")


def _parts(text: str) -> _Parts | None:
    """The parts of a page; None if it has no markers, or damaged ones."""
    try:
        found = find_generated(text)
    except MarkerProblem:
        return None
    if found is None:
        return None
    above = text.rfind("\n", 0, max(found.start - 1, 0)) + 1
    below = text.find("\n", found.end) + 1 or len(text)
    return _Parts(
        text[:above],
        text[above : found.start],
        text[found.start : found.end],
        text[found.end : below],
        text[below:],
    )


def _merged_body(base: str, left: str, right: str, newline: str) -> str | None:
    """What stands between the markers, with this newline where it is no copy; None if nothing could be made
    that holds every word."""
    settled = pick(base, left, right)
    if settled is not None:
        return settled
    base = base.replace("\r\n", "\n")
    left, right = sorted(text.replace("\r\n", "\n") for text in (left, right))
    settled = pick(base, left, right)
    if settled is None:
        pages = read_page(base), read_page(left), read_page(right)
        made = (weaving(*pages) for weaving in (woven, partial(woven, apart=True), stacked))
        settled = next((body for body in made if _holds(body, base, left, right)), None)
    return settled if settled is None else settled.replace("\n", newline)


def _holds(body: str, base: str, left: str, right: str) -> bool:
    """True if everything in it is read as it was: what either side wrote, and what neither took away."""
    known, this, that = _said(base), _said(left), _said(right)
    return _said(body) >= (this - known) | (that - known) | (this & that)


def _said(body: str) -> set[tuple[str, str]]:
    """Every word and tick of a page, each with whom it is about."""
    read = read_body(body)
    found = {("", line.strip()) for _, line in read.loose}
    for entry in read.entries:
        who = entry.head.target.removesuffix(".md") if entry.head else entry.text.strip()
        words = {said_in(line) for line in entry.below if line.strip()}
        if entry.head and entry.behind:
            # A day that stands at the end is put there by the tool, too.
            words.add(said_in(split_stamp(entry.behind)[0]))
        found |= {(who, words_said) for words_said in words - {""}}
        if entry.ticked:
            found.add((who, "[x]"))
        elif not entry.head:
            found.add((who, ""))
    return found
