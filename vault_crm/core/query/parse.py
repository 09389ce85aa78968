"""`tag:family due<14d -status:paused` -> a question that can be asked of everybody.

Segments are joined by *and*; a comma in a value is *or*; `-` before a segment turns it round, so that `q` and
`-q` always part everybody in two. Texts are compared without case and accents, and a part is enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date

from vault_crm.core.fields import fold_key
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Person
from vault_crm.core.query.daytests import Test
from vault_crm.core.query.segments import Segment
from vault_crm.core.query.segments import is_known_key
from vault_crm.core.query.segments import make_test
from vault_crm.core.query.segments import nearest_key
from vault_crm.core.record import record
from vault_crm.errors import UsageError

_OPERATORS = ("<=", ">=", "<", ">", ":", "=")
# Keys whose values have no spaces: a bare word after them in the same argument stands for itself.
_ONE_WORD = frozenset({"tag", "tags", "status", "due", "last", "lastcontact"})


@record
class Query:
    """What `list`, `overdue`, exports and templates ask for; `text` is the query as typed, for messages."""

    text: str
    tests: tuple[tuple[bool, Test], ...] = ()
    keys: tuple[str, ...] = ()

    def unknown_keys(self, people: Iterable[Person]) -> dict[str, str]:
        """The keys that are no property of ours and of nobody's note either, with the nearest that is ('' if
        none is near): where a query finds nobody, one of them may be mistyped."""
        asked = {key: fold_key(key) for key in self.keys if not is_known_key(key)}
        if not asked:
            return {}
        used = {fold_key(prop.key) for person in people for prop in person.note.properties}
        return {key: nearest_key(key) for key, folded in asked.items() if folded not in used}

    def matches(self, item: AgendaItem, today: date) -> bool:
        """True if the person fits every segment on this day."""
        return all(test(item, today) is not negated for negated, test in self.tests)


def parse_query(words: Sequence[str]) -> Query:
    """The query that the arguments of a command line (or one text with spaces) mean; no words: everybody.

    Values with spaces are quoted (`company:"Acme Ltd"`); where the shell has already taken the quotes away,
    the argument's further words still belong to the value. Raises UsageError naming the segment and what
    would be right.
    """
    segments = [segment for word in words for segment in _segments(word)]
    tests = tuple((s.negated, make_test(s)) for s in segments)
    return Query(" ".join(words), tests, tuple(s.key for s in segments if s.key))


def _segments(argument: str) -> list[Segment]:
    found: list[Segment] = []
    for piece, quoted in _pieces(argument):
        segment = _segment(piece, quoted)
        before = found[-1] if found else None
        if (
            before is not None
            and before.takes_words
            and not segment.key
            and not segment.negated
            and not quoted
        ):
            found[-1] = before.with_word(segment.text)
        else:
            found.append(segment)
    return found


def _pieces(argument: str) -> list[tuple[str, bool]]:
    """The argument cut at spaces outside quotes; quotes are taken away, and noted. An apostrophe is no
    quote."""
    pieces: list[tuple[str, bool]] = []
    current, quoted, inside = "", False, ""
    for at, char in enumerate(argument):
        if inside:
            if char == inside:
                inside = ""
            else:
                current += char
        elif char == '"' or (char == "'" and (at == 0 or argument[at - 1] in " :=,-!")):
            inside, quoted = char, True
        elif char.isspace():
            if current or quoted:
                pieces.append((current, quoted))
            current, quoted = "", False
        else:
            current += char
    if inside:
        raise UsageError(f"{argument}: the quote {inside} is never closed", 'for example company:"Acme Ltd"')
    if current or quoted:
        pieces.append((current, quoted))
    return pieces


def _segment(piece: str, quoted: bool) -> Segment:
    negated = piece[:1] in ("-", "!") and len(piece) > 1
    text = piece[1:] if negated else piece
    if text in ("-", "!", ""):
        raise UsageError(
            f"{piece or '(empty)'}: this asks for nothing", "write a word, or KEY:VALUE as in tag:family"
        )
    places = [(text.find(operator), operator) for operator in _OPERATORS if operator in text]
    at, operator = min(places, key=lambda place: (place[0], -len(place[1])), default=(-1, ""))
    if at == 0:
        raise UsageError(f"{piece}: there is no key before {operator}", "write KEY:VALUE, as in tag:family")
    if at < 0 or " " in text[:at]:
        return Segment(piece, negated, "", "", text)
    key, value = text[:at].strip(), text[at + len(operator) :].strip()
    operator = ":" if operator == "=" else operator
    takes_words = not quoted and bool(value) and key.casefold() not in _ONE_WORD
    return Segment(piece, negated, key, operator, value, takes_words)
