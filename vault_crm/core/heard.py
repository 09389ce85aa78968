"""What notes say of others: each piece of evidence with the person it is about, from gists.

Of each person only the newest few pieces are kept, and all that are still to come: enough for today and every
day after it. `cut` says that there are older ones.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from operator import itemgetter
from typing import Any
from typing import NamedTuple
from typing import TypeAlias

from vault_crm.core.evidence import rank
from vault_crm.core.gist import ALIASES
from vault_crm.core.gist import LINKS
from vault_crm.core.gist import MENTIONS
from vault_crm.core.gist import NAME
from vault_crm.core.gist import NAMES
from vault_crm.core.gist import OTHER_MENTIONS
from vault_crm.core.gist import PERSON_LENGTH
from vault_crm.core.gist import Gist
from vault_crm.core.model import Evidence
from vault_crm.core.model import Span
from vault_crm.core.record import fillers

# (on, how, kind, text, line, col, end_col, path of the note it stands in)
Piece: TypeAlias = "tuple[Any, ...]"
# (target, folder of the note that has the link) -> the person it means, '' for nobody
Meant: TypeAlias = "dict[tuple[str, str], str]"

ON, HOW, KIND, TEXT, LINE, COL, END_COL, SOURCE = range(8)
KEPT = 3
_on = itemgetter(ON)
_day_of = lru_cache(maxsize=None)(date.fromordinal)
_new = object.__new__
_span_path, _span_line, _span_col, _span_end = fillers(Span)
_put_on, _put_how, _put_span, _put_kind, _put_text, _put_counts = fillers(Evidence)


class Heard(NamedTuple):
    """What others' notes say of somebody, the newest first; `cut`: older pieces were left out."""

    pieces: tuple[Piece, ...] = ()
    cut: bool = False


NOBODY = Heard()


def newest_first(piece: Piece) -> tuple[int, int, str, int, str]:
    """The order of pieces that count, as `core.evidence.in_order` has it."""
    return -piece[ON], rank(piece[HOW]), piece[SOURCE], piece[LINE], piece[HOW]


def evidence_of(piece: Piece, counts: bool = True) -> Evidence:
    """A piece as evidence."""
    on, how, kind, text, line, col, end_col, source = piece
    span = _new(Span)
    _span_path(span, source)
    _span_line(span, line)
    _span_col(span, col)
    _span_end(span, end_col)
    evidence = _new(Evidence)
    _put_on(evidence, _day_of(on))
    _put_how(evidence, how)
    _put_span(evidence, span)
    _put_kind(evidence, kind)
    _put_text(evidence, text)
    _put_counts(evidence, counts)
    return evidence


def is_person(gist: Gist) -> bool:
    """True for the gist of a note about somebody."""
    return len(gist) == PERSON_LENGTH


def names_in(gist: Gist) -> tuple[str, ...]:
    """What links may call a note beside its path and stem."""
    if is_person(gist):
        return gist[NAME], *gist[ALIASES]
    return tuple(gist[NAMES]) if gist else ()


def same_names(some: Mapping[str, Gist], others: Mapping[str, Gist]) -> bool:
    """True if these notes are called as they were, and the same of them are people; `others` has them all."""
    return all(
        is_person(gist) == is_person(others[path]) and names_in(gist) == names_in(others[path])
        for path, gist in some.items()
    )


def said_in(path: str, gist: Gist, dated_notes: bool) -> Iterator[tuple[str, Piece, bool]]:
    """(target, piece, whether it counts as contact) of every link in a note, whomever it means."""
    if is_person(gist):
        how = f"{gist[NAME]}'s log"
        for target, on, kind, text, line, col, end_col, counts in gist[LINKS]:
            yield target, (on, how, kind, text, line, col, end_col, path), counts
    for target, on, how, text, line, col, end_col in mentions_in(gist):
        yield target, (on, how, "", text, line, col, end_col, path), dated_notes or how == "task"


def is_quiet(gist: Gist) -> bool:
    """True if a note says nothing of anybody else."""
    return not mentions_in(gist) and not (is_person(gist) and gist[LINKS])


def mentions_in(gist: Gist) -> tuple[Gist, ...]:
    """The mentions of a gist, whatever it is of."""
    if not gist:
        return ()
    found: tuple[Gist, ...] = gist[MENTIONS if is_person(gist) else OTHER_MENTIONS]
    return found


def about_whom(
    path: str, gist: Gist, dated_notes: bool, meant: Meant, whom: Callable[[str, str], str]
) -> Iterator[tuple[str, Piece]]:
    """(person, piece) of everything a note says of others; what `meant` does not know yet is asked of
    `whom(target, path)` and remembered."""
    folder = path.rpartition("/")[0]
    for target, piece, counts in said_in(path, gist, dated_notes):
        if not counts:
            continue
        key = target, folder
        person = meant.get(key)
        if person is None:
            person = meant[key] = whom(target, path)
        if person and person != path:
            yield person, piece


def all_about(
    person: str, gists: Mapping[str, Gist], dated_notes: bool, meant: Meant, whom: Callable[[str, str], str]
) -> Iterator[Evidence]:
    """Everything that others' notes say of somebody, also what does not count."""
    for path, gist in gists.items():
        if path == person or is_quiet(gist):
            continue
        folder = path.rpartition("/")[0]
        for target, piece, counts in said_in(path, gist, dated_notes):
            who = meant.get((target, folder))
            if (whom(target, path) if who is None else who) == person:
                yield evidence_of(piece, counts)


def kept(pieces: Iterable[Piece], day: int, cut: bool = False) -> Heard:
    """The pieces worth keeping on a day: those to come, and the newest few of the others."""
    ordered = sorted(pieces, key=_on, reverse=True)
    if len(ordered) > 1 and len({piece[ON] for piece in ordered}) < len(ordered):
        ordered.sort(key=newest_first)
    coming = 0
    while coming < len(ordered) and ordered[coming][ON] > day + 1:
        coming += 1
    stop = coming + KEPT
    return Heard(tuple(ordered[:stop]), cut or len(ordered) > stop)


def exchanged(heard: Heard, sources: Collection[str], pieces: Iterable[Piece], day: int) -> Heard | None:
    """What is heard of somebody after the notes `sources` have changed, and say these pieces now; None if
    that cannot be told from what was kept."""
    left = [piece for piece in heard.pieces if piece[SOURCE] not in sources]
    if not heard.cut:
        return kept([*left, *pieces], day)
    if not left:
        return None
    # Whatever was left out comes after the last that was kept: so nothing that does can be placed.
    last = newest_first(heard.pieces[-1])
    if last[0] < -(day + 1):
        return None
    known = [piece for piece in (*left, *pieces) if newest_first(piece) <= last]
    if all(piece[ON] > day + 1 for piece in known):
        return None
    return kept(known, day, cut=True)


def hear_all(
    gists: Mapping[str, Gist], day: int, dated_notes: bool, meant: Meant, whom: Callable[[str, str], str]
) -> dict[str, Heard]:
    """What is heard of everybody. `meant` is filled by it."""
    found: dict[str, list[Piece]] = {}
    known = meant.get
    for path, gist in gists.items():
        if len(gist) == PERSON_LENGTH or not dated_notes:
            if is_quiet(gist):
                continue
            for person, piece in about_whom(path, gist, dated_notes, meant, whom):
                found.setdefault(person, []).append(piece)
            continue
        # Most of what is heard: the plain case of `about_whom`, written out.
        mentions = gist[OTHER_MENTIONS]
        if not mentions:
            continue
        folder = path.rpartition("/")[0]
        for target, on, how, text, line, col, end_col in mentions:
            key = target, folder
            who = known(key)
            if who is None:
                who = meant[key] = whom(target, path)
            if who and who != path:
                piece = (on, how, "", text, line, col, end_col, path)
                if who in found:
                    found[who].append(piece)
                else:
                    found[who] = [piece]
    return {person: kept(pieces, day) for person, pieces in found.items()}
