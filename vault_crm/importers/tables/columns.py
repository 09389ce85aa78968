"""What a column becomes: destinations as a dialect writes them, and the columns of one header.

A destination is `WHAT`, `GROUP.WHAT` (parts of one address stand in one group) or `WHAT: LABEL`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from collections.abc import Mapping

from vault_crm.core.fields import FIELDS
from vault_crm.core.fields import field_of
from vault_crm.core.intake.record import clean_line
from vault_crm.core.names import fold
from vault_crm.core.record import record
from vault_crm.core.record import replace


def word_set(words: str) -> frozenset[str]:
    """Words in one text as a set."""
    return frozenset(words.split())


NAME_PARTS = word_set("name given middle family prefix suffix nickname")
ADDRESS_PARTS = word_set("address street extended pobox postcode city region country")
BIRTH_PARTS = word_set("birth_year birth_month birth_day")
PAIRED = word_set("note event relation")
# What a row of deals tells, for the handoff: its name, own number, when it was won, whom it was with. `state`
# is read to see that it is won; it is kept nowhere.
DEAL_PARTS = word_set("deal deal_id state won closed people people_ids people_emails company_id")
OTHERS = frozenset(("evidence", "key", "vcard", *(f"{pair}_label" for pair in PAIRED)))
WORDS = NAME_PARTS | ADDRESS_PARTS | BIRTH_PARTS | PAIRED | OTHERS
# There is no value, stage, probability or score of a person, whatever a file or dialect says.
_NEVER = word_set(
    "amount value deal_value deal_amount revenue stage deal_stage pipeline pipeline_stage probability"
    " score lead_score win_probability forecast weighted_amount"
)
_LABELLED = PAIRED | {"vcard"}
_ORDERS = ("dmy", "mdy", "ymd")
_DATED = frozenset(f.name for f in FIELDS if f.kind in ("date", "date-or-true", "birthday")) | {"evidence"}
_LONGEST = 300  # characters of a column's name; a longer one fits no pattern
_TARGET = re.compile(r"(?:(?P<group>[\w-]+)\.)?(?P<what>[^:.]+?)\s*(?::\s*(?P<label>.*))?")
_OWN = re.compile(r"[^\W\d][\w -]{0,60}")
_NUMBER = re.escape("{n}")


@record
class Target:
    """A destination: a property or one of `WORDS` (`DEAL_PARTS` for deals), whose parts belong together
    (`group`), and with which words: an event's or relation's name, a date's order (`dmy`), a note's heading,
    the name of a line of a vCard."""

    what: str
    group: str = ""
    label: str = ""


@record
class Rule:
    """One line of a dialect: a column's name (`{n}`: any number, `*`: anything) and its destinations; none
    at all, and why, if it has none."""

    name: str
    column: str  # folded
    targets: tuple[Target, ...] = ()
    why: str = ""
    pattern: re.Pattern[str] | None = None


@record
class Column:
    """One column of a file: where it stands (from 0), its name as the file writes it, its destinations, and
    why it has none ('' if nobody knows what it is)."""

    index: int
    name: str
    targets: tuple[Target, ...] = ()
    why: str = ""

    @property
    def known(self) -> bool:
        """True if a dialect or the user says what becomes of it, be it nothing."""
        return bool(self.targets or self.why)


def parse_target(text: str, *, deals: bool = False) -> Target:
    """A destination. Raises ValueError saying what would be right."""
    found = _TARGET.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no destination; write a property, like email")
    what, group, label = found["what"].strip(), found["group"] or "", (found["label"] or "").strip()
    if what == "own" and label:
        return Target(_own(label))
    if what in WORDS or (deals and what in DEAL_PARTS):
        return _checked(Target(what, group, label))
    name = field_of(what)
    if name:
        return _checked(Target(name, group, label))
    if what in DEAL_PARTS:
        raise ValueError(f"there is no destination {what!r} but in deals; part of an address is region")
    near = _near(what)
    if near:
        raise ValueError(
            f"there is no destination {what!r}, did you mean {near}? (yours would be own: {what})"
        )
    return Target(_own(what))


def _checked(target: Target) -> Target:
    if target.group and target.what not in ADDRESS_PARTS | PAIRED:
        raise ValueError(f"{target.group}.{target.what}: only parts of an address stand in groups")
    if target.what == "vcard" and not re.fullmatch(r"[A-Z][A-Z0-9-]*|", target.label):
        raise ValueError(
            f"{target.label!r} is no line of a vCard; write it like vcard: X-PHONETIC-FIRST-NAME"
        )
    if target.label and target.what in _DATED:
        if target.label not in _ORDERS:
            raise ValueError(f"{target.what}: {target.label}: write dmy, mdy or ymd")
    elif target.label and target.what not in _LABELLED:
        raise ValueError(f"{target.what} has no label; {target.label!r} has no place")
    return target


def _own(name: str) -> str:
    if re.sub(r"[ -]", "_", fold(name)) in _NEVER:
        raise ValueError(f"there is no {name} of a person here: leave the column out")
    if not _OWN.fullmatch(name):
        raise ValueError(f"{name!r} is no name of a property; write letters, digits, _ and -")
    return name


def _near(word: str) -> str:
    from difflib import get_close_matches

    known = [*WORDS, *(spelling for field in FIELDS for spelling in (field.name, *field.also))]
    return (get_close_matches(word, known, 1, 0.8) or [""])[0]


def make_rule(column: str, targets: Iterable[Target] = (), why: str = "") -> Rule:
    """A rule for a column's name."""
    key = fold(column)
    if "{n}" not in key and "*" not in key:
        return Rule(column, key, tuple(targets), why)
    return Rule(column, key, tuple(targets), why, _pattern(key))


def _pattern(key: str) -> re.Pattern[str]:
    """A column's name with `{n}` (a number) and `*` (anything) in it. What stands between two `*` is taken
    where it comes first, for good: so the time does not explode with their number."""
    first, *rest = [re.escape(part).replace(_NUMBER, "([0-9]++)") for part in key.split("*")]
    if not rest:
        return re.compile(first)
    between = "".join(f"(?>.*?{part})" for part in rest[:-1] if part)
    return re.compile(f"{first}{between}.*{rest[-1]}")


class RuleBook:
    """Rules by column, for quick questions: names first, patterns after them, in their order."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        self._exact = {rule.column: rule for rule in reversed(self.rules) if rule.pattern is None}
        self._patterns = [rule for rule in self.rules if rule.pattern is not None]

    def find(self, column: str) -> tuple[Rule, str] | None:
        """The rule for a column, and the number in its name ('' if there is none)."""
        key = fold(column)
        exact = self._exact.get(key)
        if exact is not None:
            return exact, ""
        for rule in self._patterns if len(key) <= _LONGEST else ():
            found = rule.pattern.fullmatch(key) if rule.pattern else None
            if found:
                return rule, "".join(found.groups())
        return None


def columns_in(
    header: Iterable[str], books: Iterable[RuleBook], mapped: Mapping[str, str], *, by_property: bool = False
) -> tuple[Column, ...]:
    """The columns of a header: first what the user says (`mapped`: column -> destination, '' for none), then
    the books in their order, then (with `by_property`) the property of that name. The second column of one
    name is `NAME (2)` to the user and the books, else NAME as well. Raises ValueError."""
    said = {fold(column): text for column, text in mapped.items()}
    books, times, columns = tuple(books), Counter[str](), []
    for index, column in enumerate(header):
        name = clean_line(column) or f"column {index + 1}"
        times[fold(name)] += 1
        numbered = f"{name} ({times[fold(name)]})"
        again = times[fold(name)] > 1
        known = again and (fold(numbered) in said or any(book.find(numbered) for book in books))
        asked = numbered if known else name
        columns.append(replace(_column(index, asked, books, said, by_property), name=name))
    return tuple(columns)


def _column(
    index: int, name: str, books: tuple[RuleBook, ...], said: Mapping[str, str], by_property: bool
) -> Column:
    wish = said.get(fold(name))
    if wish is not None:
        return (
            Column(index, name, (parse_target(wish),))
            if wish.strip()
            else Column(index, name, (), "left out")
        )
    for book in books:
        found = book.find(name)
        if found:
            rule, number = found
            return Column(index, name, tuple(_numbered(t, number) for t in rule.targets), rule.why)
    if by_property and field_of(name) and field_of(name) != "vcard":
        return Column(index, name, (Target(field_of(name)),))
    return Column(index, name)


def _numbered(target: Target, number: str) -> Target:
    return Target(target.what, target.group + number, target.label) if number else target


def say_target(target: Target) -> str:
    """A destination in words, for the documentation."""
    if target.what in (*PAIRED, "vcard") and target.label:
        return f"{_IN_WORDS[target.what]} ({target.label})"
    return _IN_WORDS.get(target.what, f"`{target.what}`")


_IN_WORDS = {
    **dict.fromkeys(NAME_PARTS, "the note's name"),
    **dict.fromkeys(ADDRESS_PARTS, "`address`"),
    **dict.fromkeys(BIRTH_PARTS, "`birthday`"),
    **dict.fromkeys(("event", "event_label"), "`events`"),
    **dict.fromkeys(("relation", "relation_label"), "`related_people`"),
    **dict.fromkeys(("note", "note_label"), "prose under *From the address book*"),
    **dict.fromkeys(("prefix", "suffix"), "`vcard`, as part of its name"),
    "vcard": "`vcard`", "nickname": "`aliases`", "city": "`city`, `address`",
    "evidence": "said in the plan, written nowhere", "key": "read to join files, written nowhere",
    "deal": "how you met", "closed": "the year of how you met", "state": "read to see what is won",
    "won": "read to see what is won", "people": "the people", "people_emails": "`email`",
    **dict.fromkeys(("deal_id", "people_ids", "company_id"), "read to join files, written nowhere"),
}  # fmt: skip
