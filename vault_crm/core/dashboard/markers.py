"""Which part of a dashboard's text is generated: what stands between the two marker lines, nothing else."""

from __future__ import annotations

from vault_crm.core.late import late
from vault_crm.core.record import record

BEGIN = "<!-- vault-crm:begin -->"
END = "<!-- vault-crm:end -->"
NOT_OURS = "this file was not made by vault-crm and is never overwritten"

_MARKER = late(r"[ \t]*<!--[ \t]*vault-crm:(begin|end)[ \t]*-->[ \t]*\Z")
_FENCE = late(r" {0,3}(`{3,}(?=[^`]*\Z)|~{3,})(.*)\Z")


class MarkerProblem(ValueError):
    """The markers cannot be trusted. `line` counts from 1; `hint` says how to mend it."""

    def __init__(self, line: int, reason: str, hint: str) -> None:
        super().__init__(reason)
        self.line = line
        self.reason = reason
        self.hint = hint


@record
class Generated:
    """The generated part of a text: the offsets between the marker lines, its first line, and its
    newline."""

    start: int
    end: int
    first_line: int
    newline: str


@record
class _Marker:
    kind: str
    line: int
    start: int
    end: int
    newline: str


def find_generated(text: str) -> Generated | None:
    """The generated part; None if the text has no markers. Raises MarkerProblem if they are damaged.

    A marker is a line of its own. Markers in a code block are an example in somebody's text, not markers;
    but if they are the only ones, that is a problem, too.
    """
    markers, fenced = _find_markers(text)
    if not markers and not fenced:
        return None
    if not markers:
        raise MarkerProblem(
            fenced[0].line,
            "the marker line stands in a code block",
            "close the code block above it (or move it below the end marker)",
        )
    kinds = [m.kind for m in markers]
    if kinds == ["begin", "end"]:
        begin, end = markers
        return Generated(begin.end, end.start, begin.line + 1, begin.newline)
    for kind, line in (("begin", BEGIN), ("end", END)):
        found = [m for m in markers if m.kind == kind]
        if len(found) > 1:
            reason = f"the line {line} is there twice (first in line {found[0].line})"
            raise MarkerProblem(found[1].line, reason, "keep the first pair and delete the other one")
        if not found:
            where = "above" if kind == "begin" else "below"
            raise MarkerProblem(
                markers[0].line,
                f"the line {line} is missing",
                f"put it back on a line of its own {where} the list",
            )
    raise MarkerProblem(
        markers[0].line, "the end marker stands above the begin marker", f"move {END} below the list"
    )


def _find_markers(text: str) -> tuple[list[_Marker], list[_Marker]]:
    markers: list[_Marker] = []
    fenced: list[_Marker] = []
    fence = ""
    inside = False
    number = 1
    last = 0
    for at in _telling_lines(text):
        number += text.count("\n", last, at)
        last = at
        end = text.find("\n", at) + 1 or len(text) + 1
        line = text[at : end - 1]
        bare = line.removesuffix("\r").removeprefix("\ufeff")
        found = _MARKER.match(bare) if "vault-crm:" in bare else None
        if found:
            newline = "\r\n" if line.endswith("\r") else "\n"
            marker = _Marker(found[1], number, at, min(end, len(text)), newline)
            (fenced if fence else markers).append(marker)
            inside = found[1] == "begin" if not fence else inside
        elif not inside:
            # What is typed between the markers cannot take the end marker away.
            fence = next_fence(fence, bare)
    return markers, fenced


def _telling_lines(text: str) -> list[int]:
    """Where the lines begin that could be a marker or a fence, in order: few of a page's thousands."""
    found = set()
    for word in ("vault-crm:", "```", "~~~"):
        at = text.find(word)
        while at >= 0:
            found.add(text.rfind("\n", 0, at) + 1)
            end = text.find("\n", at)
            at = text.find(word, end) if end >= 0 else -1
    return sorted(found)


def is_marker(line: str) -> bool:
    """True if a line (without its ending) is a begin or an end marker."""
    return _MARKER.match(line) is not None


def next_fence(fence: str, line: str) -> str:
    """The code fence that is open after this line ('' if none), given the one that was open before it."""
    found = _FENCE.match(line)
    if not found:
        return fence
    if not fence:
        return found[1]
    closes = found[1][0] == fence[0] and len(found[1]) >= len(fence) and not found[2].strip()
    return "" if closes else fence


def replace_generated(text: str, body: str) -> str:
    """The text with another generated part (lines ending in LF). Outside the markers every byte stays; the
    new lines end as the begin marker's line does. Raises MarkerProblem; ValueError without markers."""
    found = find_generated(text)
    if found is None:
        raise ValueError("no markers")
    lines = body.replace("\n", found.newline)
    return text[: found.start] + lines + text[found.end :]
