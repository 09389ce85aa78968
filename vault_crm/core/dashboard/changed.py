"""What a user changed on a dashboard, without reading of each entry what the tool wrote itself.

A page of two thousand people is written after each contact, and hardly ever is more than one of them ticked.
An entry in which nothing is the user's can be told by its form and by the lines that this device wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.dashboard.ticks import DashboardText
from vault_crm.core.dashboard.ticks import read_runs

# Each entry that begins at the margin with an empty box and a Markdown link is a run of lines of its own.
_BEGIN = "- [ ] ["
# Behind that: the rest of the link, our labelled lines, blank lines, the comment before the next entry.
_PLAIN = re.compile(
    r"[^\[\]\\\n]+\]\([\w%.,@+~-][\w/%.,@+~-]*\.md\)"
    r"(?:\n    - (?:ask|due|last|met|soon): [^\n]+)*\n*(?:\n<!-- [^\s<>]+\.md -->)?"
)


def read_changes(text: str, own: OwnLines = OURS) -> DashboardText:
    """What `read_dashboard` reads, without the entries in which nothing is the user's. Raises MarkerProblem
    if the markers are damaged."""
    part = find_generated(text)
    if part is None:
        return DashboardText()
    body = text[part.start : part.end]
    # A code block may hold what looks like an entry.
    plain = not ("```" in body or "~~~" in body or "\r" in body)
    runs = _odd_runs(body, part.first_line, own) if plain else ((part.first_line, body),)
    read = read_runs(runs, own)
    return DashboardText(tuple(entry for entry in read.entries if not entry.untouched), read.loose)


def _odd_runs(body: str, first_line: int, own: OwnLines) -> Iterator[tuple[int, str]]:
    """The parts that need reading, each with the number of its first line. A part begins with a plain entry,
    because what comes may belong to it: as it is linked, what stands above it says nothing about it."""
    first, *rest = body.split(f"\n{_BEGIN}")
    run, start, number = [first], first_line, first_line + first.count("\n") + 1
    for behind in rest:
        whole = _BEGIN + behind
        if not _is_plain(behind, own):
            run.append(whole)
        else:
            if len(run) > 1 or start == first_line:
                yield start, "\n".join(run)
            run, start = [whole], number
        number += behind.count("\n") + 1
    if len(run) > 1 or start == first_line:
        yield start, "\n".join(run)


def _is_plain(behind: str, own: OwnLines) -> bool:
    """True if nothing is the user's in an entry, given what stands behind its box and the link's bracket."""
    if _PLAIN.fullmatch(behind) is None:
        return False
    below = map(str.strip, filter(None, behind.split("\n")[1:]))
    return not own.written or own.written.issuperset(below)
