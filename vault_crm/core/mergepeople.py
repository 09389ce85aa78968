"""Two notes about one person become one: the first stays, and nothing of the second is lost.

Properties that hold several values get those of both; of dates of contact the later one counts; logs and
sections are woven together as after a merge in git (`core.merge`). Where both say something else, prose of
both stays, and a property is the user's to choose.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from typing import Literal

from vault_crm.core.actions import Draft
from vault_crm.core.birthdays import parse_birthday
from vault_crm.core.cadence import CadenceProblem
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.dates import parse_date
from vault_crm.core.fields import fold_key
from vault_crm.core.fields import get_field
from vault_crm.core.intake.keys import company_key
from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.keys import phone_key
from vault_crm.core.model import Property
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.person import is_on
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.errors import EditRefused

Side = Literal["first", "second"]

_LATER = frozenset({"last_contact", "next_contact", "snooze_until"})
_MANY = frozenset({"texts", "tags", "links", "events"})
_KEYS: Mapping[str, Callable[[str], str]] = {"email": email_key, "phone": phone_key}


@record
class Difference:
    """A property of which both notes say something else: where, and what each says."""

    key: str
    first: str
    second: str
    first_line: int
    second_line: int


class Differences(EditRefused):
    """The two notes say something else in these properties; nobody but the user can choose."""

    def __init__(self, path: str, found: Sequence[Difference], other: str) -> None:
        said = "".join(
            f"\n  {d.key}: {d.first or '(nothing)'} ({path}:{d.first_line})"
            f"  <>  {d.second or '(nothing)'} ({other}:{d.second_line})"
            for d in found
        )
        options = " ".join(f"--keep-first {d.key}" for d in found)
        super().__init__(
            path, 0, f"the two notes do not say the same:{said}",
            f"choose for each, for instance: {options} (or --keep-second), or make both notes say the same",
        )  # fmt: skip
        self.found = tuple(found)


@record(frozen=False)
class Fronts:
    """The properties of two notes on their way to be one: what can be settled is taken out of the second (or
    written into the first), and the rest is woven together with the text."""

    first: Draft
    second: Draft
    settings: Settings
    keep: Mapping[str, Side]
    notes: list[str]

    def settle(self) -> None:
        """Goes through the properties that both notes have. Raises Differences, EditRefused."""
        open_: list[Difference] = []
        for theirs in self.second.properties():
            ours = self._counterpart(theirs)
            if fold_key(theirs.key) == "name" or (ours is not None and theirs.field == "aliases"):
                self._drop(theirs)  # all names become aliases in the end
            elif ours is None:
                continue
            elif not self._settled(ours, theirs):
                open_.append(_difference(ours, theirs))
        if open_:
            raise Differences(self.first.path, open_, self.second.path)

    def _counterpart(self, theirs: Property) -> Property | None:
        if theirs.field == "cadence":
            return self.first.find("cadence") or self._tier()
        if theirs.field:
            return self.first.find(theirs.field)
        wanted = fold_key(theirs.key)
        return next((p for p in self.first.properties() if fold_key(p.key) == wanted), None)

    def _tier(self) -> Property | None:
        """The first note's tier, where it says how often: a cadence beside it would count instead."""
        tier = self.first.find("tier")
        return tier if tier and self.settings.tier_cadence(flat_text(tier.value)) is not None else None

    def _settled(self, ours: Property, theirs: Property) -> bool:
        side = self._chosen(ours, theirs)
        if ours.field == "tier" and theirs.field == "cadence":
            return self._settled_by_tier(ours, theirs, side)
        if side is not None:
            if side == "second":
                self._give(ours, theirs.value)
            self._drop(theirs)
            return True
        if ours.value == theirs.value or not text_items(theirs.value):
            self._drop(theirs)
            return True
        if not text_items(ours.value):
            self._give(ours, theirs.value)
            self._drop(theirs)
            return True
        value = _joined(ours, theirs, self.settings)
        if value is None:
            return self._united(ours, theirs)
        if ours.field not in _LATER and ours.field != "cadence":
            given, other = flat_text(value), (flat_text(ours.value), flat_text(theirs.value))
            gone = next((text for text in other if text != given), "")
            self.notes.append(f"{ours.key}: {given} stays; the other note said {gone}")
        self._give(ours, value)
        self._drop(theirs)
        return True

    def _settled_by_tier(self, tier: Property, cadence: Property, side: Side | None) -> bool:
        said = self.settings.tier_cadence(flat_text(tier.value))
        known = not text_items(cadence.value) or _same_cadence(said, cadence.value, self.settings)
        if side == "second" and not known:
            return True  # it stands beside the tier, and counts
        if side == "first" or known:
            self._drop(cadence)
        return side == "first" or known

    def _chosen(self, ours: Property, theirs: Property) -> Side | None:
        names = {fold_key(name) for name in (ours.key, theirs.key, theirs.field) if name}
        return next((side for key, side in self.keep.items() if fold_key(key) in names), None)

    def _united(self, ours: Property, theirs: Property) -> bool:
        """True if the property holds several values, and now holds those of both."""
        kind = get_field(ours.field).kind if ours.field else ""
        listed = isinstance(ours.value, tuple) or isinstance(theirs.value, tuple)
        if (kind not in _MANY and not listed and ours.field != "uid") or _nested(ours.value, theirs.value):
            return False
        there = {_key(ours.field, item) for item in text_items(ours.value)}
        for item in text_items(theirs.value):
            if _key(ours.field, item) not in there:
                there.add(_key(ours.field, item))
                self.first.add_item(ours.key, item)
        self._drop(theirs)
        return True

    def _give(self, ours: Property, value: Value) -> None:
        if value != ours.value:
            self.first.set(ours.key, value)

    def _drop(self, theirs: Property) -> None:
        self.second.unset(theirs.key)


def _difference(ours: Property, theirs: Property) -> Difference:
    return Difference(
        ours.key,
        flat_text(ours.value),
        flat_text(theirs.value),
        ours.key_span.line,
        theirs.key_span.line,
    )


def _nested(*values: Value) -> bool:
    return any(
        isinstance(value, dict) or (isinstance(value, tuple) and any(not isinstance(i, str) for i in value))
        for value in values
    )


def _key(field: str, item: str) -> str:
    known = _KEYS.get(field)
    return (known(item) if known else "") or fold(item)


def _joined(ours: Property, theirs: Property, settings: Settings) -> Value:
    """The one value that says what both say; None where there is none."""
    field, pair = ours.field, (ours.value, theirs.value)
    if field in _LATER or field == "met":
        return _of_two_days(field, *pair)
    if field == "cadence":
        return pair[0] if _same_cadence(*pair, settings) else None
    if field in ("birthday", "anniversary"):
        return _fuller_day(*pair)
    if field == "company":
        return _one_company(flat_text(pair[0]), flat_text(pair[1]))
    if field == "private":
        return any(is_on(value) for value in pair)
    if _nested(*pair) or any(isinstance(value, tuple) for value in pair):
        return None
    return pair[0] if fold(flat_text(pair[0])) == fold(flat_text(pair[1])) else None


def _one_company(ours: str, theirs: str) -> Value:
    """Two ways to write one company: the link, if one is."""
    if company_key(ours) != company_key(theirs):
        return None
    return theirs if "[[" in theirs and "[[" not in ours else ours


def _of_two_days(field: str, ours: Value, theirs: Value) -> Value:
    days: list[tuple[date, Value]] = []
    for value in (ours, theirs):
        try:
            day = parse_date(flat_text(value))
        except ValueError:
            return None
        if day is not None:
            days.append((day, value))
    if not days:
        return ours
    # People met once: the earlier day. Of what comes, and of the last time, the later one.
    choose = min if field == "met" else max
    return choose(days, key=lambda pair: pair[0])[1]


def _same_cadence(ours: Value, theirs: Value, settings: Settings) -> bool:
    try:
        return parse_cadence(ours, settings) == parse_cadence(theirs, settings)
    except CadenceProblem:
        return False


def _fuller_day(ours: Value, theirs: Value) -> Value:
    try:
        this, that = parse_birthday(ours), parse_birthday(theirs)
    except ValueError:
        return None
    if this is None or that is None or (this.month, this.day) != (that.month, that.day):
        return None
    if this.year is None or that.year is None or this.year == that.year:
        return ours if this.year is not None or that.year is None else theirs
    return None


def add_aliases(draft: Draft, names: Iterable[str], but: Iterable[str]) -> None:
    """The names that a note does not have yet become aliases; each once, whatever its case and accents."""
    found = draft.find("aliases")
    there = {fold(name) for name in (*but, *(text_items(found.value) if found else ()))}
    for name in names:
        if name and fold(name) not in there:
            there.add(fold(name))
            draft.add_item("aliases", name)
