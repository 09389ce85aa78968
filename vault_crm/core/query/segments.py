"""One segment of a query -> a test of a person on a day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import get_args

from vault_crm.core.defaults import tag_matches
from vault_crm.core.fields import field_of
from vault_crm.core.fields import fold_key
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Person
from vault_crm.core.model import Status
from vault_crm.core.model import flat_text
from vault_crm.core.names import fold
from vault_crm.core.names import names_of
from vault_crm.core.query.daytests import NONE
from vault_crm.core.query.daytests import Test
from vault_crm.core.query.daytests import birthday_test
from vault_crm.core.query.daytests import cadence_test
from vault_crm.core.query.daytests import date_test
from vault_crm.core.query.daytests import is_day
from vault_crm.core.record import record
from vault_crm.core.record import replace
from vault_crm.errors import UsageError

STATUSES: tuple[str, ...] = get_args(Status)


@record
class Segment:
    """`-company:acme` taken apart; without a key it is a free word. `takes_words`: the argument's next bare
    words belong to its value."""

    text: str
    negated: bool
    key: str
    operator: str
    value: str
    takes_words: bool = False

    def with_word(self, word: str) -> Segment:
        """The segment with one more word in its value."""
        return replace(self, text=f"{self.text} {word}", value=f"{self.value} {word}")

    @property
    def values(self) -> list[str]:
        """The alternatives: the value cut at its commas."""
        return [part.strip() for part in self.value.split(",") if part.strip()]


def make_test(segment: Segment) -> Test:
    """The test that a segment means, not yet turned round. Raises UsageError, naming the segment."""
    try:
        if not segment.key:
            return _free(fold(segment.value))
        return _keyed(segment)
    except ValueError as error:
        what, _, hint = str(error).partition("; ")
        raise UsageError(f"{segment.text}: {what}", hint) from error


def _keyed(segment: Segment) -> Test:
    key = fold_key(segment.key)
    if field_of(key) == "cadence":
        return cadence_test(segment.operator, segment.values)
    if segment.operator != ":":
        if key in _TEXTS:
            hint = "< and > work with due, last, cadence and other dates"
            raise ValueError(f"{segment.key} has no order; {hint}; write {segment.key}:{segment.value}")
        return date_test(segment.key, segment.operator, segment.values)
    if is_day(segment.key):
        return date_test(segment.key, ":", segment.values)
    if field_of(key) == "birthday":
        return birthday_test(segment.values)
    return _TEXTS.get(key, _property)(segment)


def _free(wanted: str) -> Test:
    """A word anywhere in a person's names or properties."""

    def test(item: AgendaItem, _: date) -> bool:
        person = item.person
        if any(wanted in fold(name) for name in names_of(person)):
            return True
        return any(wanted in fold(flat_text(prop.value)) for prop in person.note.properties)

    return test


def _any_of(segment: Segment, of: Callable[[Person], list[str]]) -> Test:
    """A part of one of the person's texts is enough; no value: there is a text, `none`: there is none."""
    wanted = [fold(value) for value in segment.values]

    def test(item: AgendaItem, _: date) -> bool:
        texts = [text for text in of(item.person) if text]
        if not texts or not wanted:
            return bool(texts) if not wanted else NONE in wanted
        return any(want in text for want in wanted for text in texts)

    return test


def _property(segment: Segment) -> Test:
    """A property in any spelling: `key:acme`, `key:` (has it), `key:none` (has it not)."""
    key, known = fold_key(segment.key), field_of(segment.key)

    def texts(person: Person) -> list[str]:
        found = [p for p in person.note.properties if (known and p.field == known) or fold_key(p.key) == key]
        return [fold(flat_text(prop.value)) for prop in found]

    return _any_of(segment, texts)


def _status(segment: Segment) -> Test:
    wanted = {value.casefold().replace(" ", "-").replace("_", "-") for value in segment.values}
    unknown = sorted(wanted.difference(STATUSES))
    if unknown or not wanted:
        what = f"there is no status {unknown[0]}" if unknown else "which status?"
        raise ValueError(f"{what}; a status is one of {', '.join(STATUSES)}")
    if "overdue" in wanted:
        wanted.add("long-overdue")
    return lambda item, _: item.status in wanted


def _tag(segment: Segment) -> Test:
    """A tag or one nested with it: `tag:family` finds person/family and family/close."""
    wanted = [value.lstrip("#").strip("/ ").casefold() for value in segment.values]

    def test(item: AgendaItem, _: date) -> bool:
        tags = [tag.casefold() for tag in item.person.tags]
        if not tags or not wanted:
            return bool(tags) if not wanted else NONE in wanted
        return any(tag_matches(want, tag) for want in wanted for tag in tags)

    return test


def _name(segment: Segment) -> Test:
    return _any_of(segment, lambda person: [fold(name) for name in names_of(person)])


def _path(segment: Segment) -> Test:
    return _any_of(segment, lambda person: [fold(person.path)])


def _folder(segment: Segment) -> Test:
    """A folder, from the vault's root or anywhere on the way: `folder:People/Work`, `folder:work`."""
    wanted = [f"/{fold(value).removeprefix('./').strip('/')}/" for value in segment.values]

    def test(item: AgendaItem, _: date) -> bool:
        folder = "/" + fold(item.person.path.rpartition("/")[0]) + "/"
        return folder != "//" if not wanted else any(want in folder for want in wanted)

    return test


_TEXTS: dict[str, Callable[[Segment], Test]] = {
    "status": _status,
    "tag": _tag,
    "tags": _tag,
    "name": _name,
    "path": _path,
    "folder": _folder,
}


def is_known_key(key: str) -> bool:
    """True if a segment's key means something whatever the notes hold."""
    return bool(field_of(key)) or fold_key(key) in _TEXTS or is_day(key)


def nearest_key(key: str) -> str:
    """The known key that is spelled most like this one, '' if none is near."""
    from difflib import get_close_matches

    from vault_crm.core.fields import FIELDS

    known = [*_TEXTS, "due", "last", *(field.name for field in FIELDS)]
    return next(iter(get_close_matches(key.casefold(), known, 1, 0.7)), "")
