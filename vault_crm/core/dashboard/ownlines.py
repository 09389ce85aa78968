"""Which lines between the markers of a dashboard are the tool's own; everything else there is the user's.

Three things tell: the forms of our own templates, those of the vault's own templates, and the very lines that
this device wrote the last times (`written`). What somebody typed at the end of such a line is theirs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from vault_crm.core.late import late
from vault_crm.core.record import record

HINT = "vault-crm"
LABELS = ("ask", "last", "due", "soon", "met", HINT)
KEPT_HEADING = "## Not filed yet"
HEADINGS = (
    "It has been a while",
    "Overdue",
    "Due soon",
    "Never contacted",
    "Birthdays and dates",
    "Needs attention",
    "Lately",
    KEPT_HEADING.removeprefix("## "),
)

_LABELLED = late(r"[ \t]*[-*+][ \t]+([^\W_][\w -]*):(?:[ \t]|\Z)")
_LINK = r"(?:\[(?:[^\[\]\\]|\\.)*\]\([^\s()]*\)|\[\[[^\[\]]*\]\])"
_FIRST_LINK = rf"[^\[\\]*?({_LINK})"
_DAY = r"\d{4}-\d\d-\d\d"
_COUNT = rf"(?: · (?:\d+ due soon|\d+ never contacted|\d+ needs? attention|good until {_DAY}))*"
# Compiled by `re` when they are needed first: hardly ever, where the lines are known that were written.
_OURS = (
    rf"\*\*(?:\d+ overdue|Nobody is overdue)\*\*{_COUNT}"
    rf"|\*\*Nobody has a cadence yet\*\*: write `[^`]*` into a note, or `[^`]*`{_COUNT}"
    r"|\*\*No people yet\*\*: `[^`]*` makes the first note"
    r"|and \d+ more: `vault-crm [\w :-]+`"
    rf"|[-*+] {_DAY} (?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) )?{_LINK}(?:,.*| turns \d+)?"
    rf"|[-*+] {_LINK} line \d+:.*"
    rf"|##? (?:{'|'.join(HEADINGS)})"
    r"|<!-- [^\s<>]+\.md -->"
)
_EXPRESSION = r"(\{\{.*?\}\}|\{%.*?%\})"
_TEMPLATE_COMMENT = r"(?s:\{#.*?#\})"
_STATEMENT = r"(?:\s*\{%.*?%\}\s*)+"
_WORD = r"[^\W\d_]{2}|\|.*\|"


@record
class OwnLines:
    """How to tell the tool's lines: `labels` and `shapes` are those of the vault's own templates, `written`
    the lines that this device wrote, without the space around them."""

    labels: frozenset[str] = frozenset()
    shapes: tuple[re.Pattern[str], ...] = ()
    written: frozenset[str] = frozenset()

    def labelled(self, line: str) -> bool:
        """True for a line below a tick line that begins with one of the tool's labels."""
        found = _LABELLED.match(line)
        return found is not None and (found[1] in LABELS or found[1] in self.labels)

    def has(self, line: str) -> bool:
        """True for a line at the margin (a heading, a date, a count, a comment) that the tool writes."""
        bare = line.strip()
        if bare in self.written or any(shape.fullmatch(bare) for shape in self.shapes):
            return True
        return re.fullmatch(_OURS, bare) is not None and not self.behind(line)

    def behind(self, line: str) -> str:
        """What the user wrote at the end of a line that the tool had written; '' if nothing."""
        bare = line.strip()
        if not self.written or bare in self.written:
            return ""
        for space in reversed([at.start() for at in re.finditer(r"\s", bare)]):
            if bare[:space] in self.written:
                return bare[space:].strip()
        return ""

    def theirs(self, line: str) -> str:
        """What is the user's of a line at the margin; '' if all of it is the tool's."""
        if self.has(line):
            return ""
        words = self.behind(line)
        if not words:
            return line
        link = re.match(_FIRST_LINK, line)
        return f"- {link[1]} {words}" if link else words


def shapes_of(templates: Iterable[str]) -> tuple[re.Pattern[str], ...]:
    """The forms of the lines that templates write: their fixed words, with anything for each expression.

    A line without a word or link of its own has no form: it could be anything, also what a user typed."""
    found: dict[str, re.Pattern[str]] = {}
    for text in templates:
        for line in re.sub(_TEMPLATE_COMMENT, "", text).split("\n"):
            shape = "" if re.fullmatch(_STATEMENT, line) else _shape(line.strip())
            if shape and shape not in found:
                found[shape] = re.compile(shape)
        for heading in re.findall(r"'([^'\n]+)'|\"([^\"\n]+)\"", text):
            shape = "#{1,6} " + re.escape(heading[0] or heading[1])
            found.setdefault(shape, re.compile(shape))
    return tuple(found.values())


def _shape(line: str) -> str:
    parts = re.split(_EXPRESSION, line)
    fixed = any(re.search(_WORD, words) for words in parts[::2]) or re.search(_WORD, "".join(parts[::2]))
    linked = any(re.search(r"\.link\b", part) for part in parts[1::2])
    if not fixed and not linked:
        return ""
    return "".join(_piece(part, bool(fixed)) if n % 2 else re.escape(part) for n, part in enumerate(parts))


def _piece(expression: str, fixed: bool) -> str:
    if re.search(r"\.link\b", expression):
        return _LINK
    return r".*" if fixed else r"(?: turns \d+|[,:(].*)?"
