"""Which of a note's earlier versions two copies of it come from, where nobody wrote that down.

A base that is too new is worse than one that is too old: what one side never had would be taken for something
it removed. So a copy comes from the latest version of which it shows all that was new; and what it lacks
counts as removed only if git saw that copy, as changed only if something like it stands in its place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Sequence
from itertools import pairwise

from vault_crm.core.linediff import compare_lines
from vault_crm.core.text import split_lines

_TELLING = 8  # characters; shorter lines (fences, headings) come back by chance
_LONG = 12  # characters; below that, likeness says nothing
_ALIKE = 0.6
_PAIRS = 10_000  # of lines are compared; beyond, a text was written anew
_CLIP = 600  # characters of a line tell enough
_SENTENCES = 40  # characters; from there on, words are compared
# Two devices write the same day here without knowing of each other (and `modified:` at each keystroke).
_STAMP = re.compile(r"[\w -]+:\s*[\"']?\d{4}-\d\d-\d\d\b")
_KEY = re.compile(r"([\w-][\w -]*):(?:\s|\Z)")
_DATED = re.compile(r"\s*(?:[-*+]\s+|#+\s+)?(?:\*\*|\[\[)?\(?(?:date::\s*)?\d{4}-\d\d-\d\d")


def find_base(versions: Sequence[str], ours: str, theirs: str) -> str | None:
    """The text that both sides are taken to come from; None if no version is like them.

    `versions` are the note's, each made from the one before. The result may lack lines of the version found:
    those that one side, which has never been a version itself, does not have and has not changed, so that
    they stay.
    """
    seen = {text: at for at, text in enumerate(versions)}  # a text that came back counts as the later one
    until = min(seen[side] if side in seen else _last_seen(versions, side) for side in (ours, theirs))
    if until < 0:
        return None
    base = versions[until]
    if base == theirs:
        return base  # a copy that is an earlier version has nothing that is not in git
    before = {line.rstrip() for text in versions[:until] for line in split_lines(text)}
    old = before - {line.rstrip() for line in split_lines(base)}
    return _without_missing(base, [side for side in (ours, theirs) if side not in seen], old)


def _last_seen(versions: Sequence[str], side: str) -> int:
    """The latest version of which a side has all new lines; the first if it has any line of that; else -1."""
    lines = _telling(split_lines(side))
    known = _telling(split_lines(versions[0])) if versions else set()
    found = 0 if known & lines else -1
    for at, (_, text) in enumerate(pairwise(versions), 1):
        now = _telling(split_lines(text))
        if now - known and now - known <= lines:
            found = at
        known |= now
    return found


def _telling(lines: Iterable[str]) -> set[str]:
    bare = (line.rstrip() for line in lines)
    return {line for line in bare if len(line) >= _TELLING and not _STAMP.match(line)}


def _without_missing(base: str, sides: Sequence[str], old: set[str]) -> str:
    """The base without the lines that one of these sides does not have, with nothing like them in their
    place. What is in `old` was there before: a side that has it may never have seen what came instead."""
    lines = split_lines(base)
    gone: set[int] = set()
    left = _PAIRS
    for side in sides:
        others = split_lines(side)
        for region in compare_lines(lines, others):
            if not region.same:
                instead = [line for line in others[region.b_start : region.b_end] if line.rstrip() not in old]
                here = range(region.a_start, region.a_end)
                pairs = len(here) * len(instead)
                if pairs > left:
                    instead = []
                else:
                    left -= pairs
                gone.update(at for at in here if not _is_changed(lines[at], instead))
    return "".join(line for at, line in enumerate(lines) if at not in gone)


def _is_changed(line: str, instead: Sequence[str]) -> bool:
    """True if one of these lines is that line as somebody edited it. Of dated lines only one that goes on is:
    two entries of a log, at the same place, are two."""
    if not line.strip():
        return bool(instead)
    if _DATED.match(line):
        return any(other.startswith(line.rstrip()) for other in instead)
    key = _KEY.match(line)
    if key is not None:
        return any((found := _KEY.match(other)) and found[1] == key[1] for other in instead)
    return len(line.strip()) >= _LONG and _has_alike(line, instead)


def _has_alike(line: str, others: Sequence[str]) -> bool:
    from difflib import SequenceMatcher

    wordy = len(line) >= _SENTENCES

    def parts(text: str) -> Sequence[str]:
        return text[:_CLIP].split() if wordy else text[:_CLIP]

    compared = SequenceMatcher(None, "", parts(line), autojunk=False)
    # The quick ones are upper bounds.
    ratios = (compared.real_quick_ratio, compared.quick_ratio, compared.ratio)
    for other in others:
        compared.set_seq1(parts(other))
        if all(ratio() >= _ALIKE for ratio in ratios):
            return True
    return False
