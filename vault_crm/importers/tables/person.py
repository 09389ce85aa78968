"""One row becomes one record."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping

from vault_crm.core.birthdays import format_birthday
from vault_crm.core.birthdays import parse_event
from vault_crm.core.fields import FIELDS
from vault_crm.core.fields import field_of
from vault_crm.core.fields import get_field
from vault_crm.core.intake.keys import email_key
from vault_crm.core.intake.record import Found
from vault_crm.core.intake.record import Trouble
from vault_crm.core.intake.record import Wish
from vault_crm.core.intake.record import make_record
from vault_crm.core.intake.tags import tag_of
from vault_crm.core.model import Birthday
from vault_crm.core.names import fold
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.vcard.text import escape_text
from vault_crm.core.words import Span
from vault_crm.core.words import Value
from vault_crm.importers.tables.cells import plain_phone
from vault_crm.importers.tables.columns import WORDS
from vault_crm.importers.tables.columns import word_set
from vault_crm.importers.tables.days import Unclear
from vault_crm.importers.tables.days import parse_day
from vault_crm.importers.tables.dialect import Dialect
from vault_crm.importers.tables.parts import addresses_in
from vault_crm.importers.tables.parts import card_name
from vault_crm.importers.tables.parts import pairs_in
from vault_crm.importers.tables.parts import say_name
from vault_crm.importers.tables.rows import MappedRow

_BARE_DATES = frozenset(("met", "last_contact"))
_YES = word_set("1 true yes y x ja oui si sim on")
_NO = word_set("0 false no n nein non nao off")
_NAMED_ADDRESS = re.compile(r"[^<>@]*<\s*([^<>@\s]+@[^<>\s]+)\s*>")
_CARD_LINE = re.compile(r"(?:[A-Za-z0-9-]+\.)?[A-Za-z][A-Za-z0-9-]*(?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?:")
_MAILS = re.compile(r"\s*[;,\s]\s*")
_YEARLY = frozenset(
    ("anniversary", "wedding", "wedding anniversary", "hochzeitstag", "jahrestag", "aniversario")
)
_PLACE = {f.name: number for number, f in enumerate(FIELDS)}
_HINT_ORDER = "say which with --map '{column}={what}: dmy' (or mdy), or `order` in a dialect of your own"
_HINT_DATE = "write it as 1984-05-12 in the file, or later into the note"
_HINT_PHONE = "make the file again, and do not save it from a spreadsheet"


@record(frozen=False)
class Reading:
    """Reads rows of one file. `order` is the dialect's order of dates, `orders` finds what the file's own
    dates tell, by column; it is asked once, and only if a date is unclear."""

    dialect: Dialect
    path: str
    order: str
    orders: Callable[[], Mapping[str, str]]
    _told: Mapping[str, str] | None = None

    def read(self, row: MappedRow) -> Iterator[Found]:
        """The person of a row, and what of it cannot be read."""
        if not row.cells:
            return
        person = _Person(self, row)
        person.fill()
        yield from person.troubles
        name, wish, why = person.name()
        if not name and not person.tells:
            return  # LinkedIn's hidden profiles are a date and nothing else
        if not name:
            yield Trouble(Span(self.path, row.line), "nobody is named in this row", "it was left out")
            return
        yield make_record(
            self.dialect.name,
            Span(self.path, row.line),
            name,
            dict(sorted(person.values.items(), key=lambda pair: _PLACE.get(pair[0], len(_PLACE)))),
            note="\n\n".join(person.notes),
            wish=wish,
            why=why,
            hints=person.hints,
        )

    def day(self, text: str, column: str, label: str) -> Birthday | None:
        """A day as `days.parse_day` reads it, with what label, dialect and file say of the order."""
        order = label or self.order
        try:
            return parse_day(text, order)
        except Unclear:
            if self._told is None:
                self._told = self.orders()
            return parse_day(text, self._told.get(column, ""))


@record(frozen=False)
class _Person:
    reading: Reading
    row: MappedRow
    values: dict[str, Value] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)

    def fill(self) -> None:
        """Everything but the name itself."""
        for cell in self.row.cells:
            target = cell.target
            values = tuple(value for value in cell.values if value)
            if target.what == "vcard":
                self._add("vcard", tuple(_card_line(target.label, value) for value in values))
            elif target.what == "evidence":
                self._evidence(cell.column, target.label, values[0])
            elif target.what not in WORDS:
                self._property(target.what, cell.column, target.label, values)
        self._add("aliases", self.row.all("nickname"))
        self._birth_parts()
        for address, city in addresses_in(self.row):
            self._add("address", (address,))
            if city:
                self._add("city", (city,))
        self._one_city()
        for label, value, column in pairs_in(self.row, "event"):
            self._event(label, value, column)
        for label, value, _ in pairs_in(self.row, "relation"):
            self._add("related_people", (f"{' '.join(label.lower().split()) or 'related'}: {value}",))
        for label, value, _ in pairs_in(self.row, "note"):
            self.notes.append(f"{label}: {value}" if label else value)

    @property
    def tells(self) -> bool:
        """True if the row holds more than dates that anybody may have."""
        return bool(self.notes or self.hints or self.troubles or self.values.keys() - _BARE_DATES)

    def name(self) -> tuple[str, Wish, str]:
        """(the name, the wish, why it is not `new`); a row without a name is a company, or only tells more of
        somebody who is known."""
        dialect = self.reading.dialect
        name, other = say_name(self.row)
        if name and "@" not in name:
            self._add("aliases", (other,))
            self._add("vcard", (card_name(self.row),))
            return name, dialect.wish, dialect.why if dialect.wish != "new" else ""
        aliases = self.values.get("aliases")
        if isinstance(aliases, tuple) and aliases:
            self.values["aliases"] = aliases[1:]
            return str(aliases[0]), dialect.wish, dialect.why if dialect.wish != "new" else ""
        company = self.values.get("company")
        if isinstance(company, str) and company:
            return company, "skip", "a company; nobody is named in this row"
        for what, words in (("email", "an e-mail address"), ("phone", "a telephone")):
            found = self.values.get(what)
            if isinstance(found, tuple) and found:
                return str(found[0]), "known", f"no name, only {words}"
        return name, "known", "no name"

    def _add(self, what: str, items: tuple[str, ...]) -> None:
        standing = self.values.get(what, ())
        known = standing if isinstance(standing, tuple) else (standing,)
        new = tuple(dict.fromkeys((*known, *(item for item in items if item))))
        if new:
            self.values[what] = new

    def _one_city(self) -> None:
        """Somebody lives in one place: the first. Only a column of cities, without addresses, has several."""
        cities = self.values.get("city")
        if isinstance(cities, tuple) and (len(cities) == 1 or "address" in self.values):
            self.values["city"] = cities[0]

    def _trouble(self, message: str, hint: str) -> None:
        self.troubles.append(Trouble(Span(self.reading.path, self.row.line), message, hint))

    def _property(self, what: str, column: str, label: str, values: tuple[str, ...]) -> None:
        kind = get_field(what).kind if field_of(what) == what else "text"
        read = _READERS.get(what)
        if read is not None:
            read(self, column, values)
        elif kind in ("date", "date-or-true", "birthday"):
            self._date(what, kind, column, label, values[0])
        elif kind == "flag":
            if fold(values[0]) in _YES:
                self.values[what] = True
        elif kind in ("texts", "links", "tags", "events"):
            self._add(what, values)
        elif field_of(what) != what:
            self._own(what, values)
        else:
            self._text(what, values)

    def _text(self, what: str, values: tuple[str, ...]) -> None:
        standing = self.values.setdefault(what, values[0])
        more = [value for value in dict.fromkeys(values) if value != standing]
        if more:
            self.hints.append(f"another {what}: {', '.join(more)}")

    def _own(self, what: str, values: tuple[str, ...]) -> None:
        standing = self.values.get(what)
        self._add(what, values)
        if standing is None and len(values) == 1:
            self.values[what] = values[0]

    def _emails(self, column: str, values: tuple[str, ...]) -> None:
        for value in values:
            for address in _addresses(value):
                if email_key(address):
                    self._add("email", (re.sub(r"(?i)^mailto:", "", address),))
                elif address:
                    self.hints.append(f"{column}: {address} is not an e-mail address")

    def _phones(self, column: str, values: tuple[str, ...]) -> None:
        for value in values:
            try:
                number = plain_phone(value)
            except ValueError as problem:
                self._trouble(f"{column}: {problem}", _HINT_PHONE)
                continue
            if sum(char.isdigit() for char in number) < 3:
                self.hints.append(f"{column}: {number} is not a telephone")
            else:
                self._add("phone", (number,))

    def _tags(self, _column: str, values: tuple[str, ...]) -> None:
        self._add("tags", tuple(tag_of(value) for value in values))

    def _events_as_written(self, column: str, values: tuple[str, ...]) -> None:
        for value in values:
            try:
                parse_event(value)
            except ValueError as problem:
                self._trouble(f"{column}: {problem}", "")
            else:
                self._add("events", (value,))

    def _day(self, column: str, what: str, label: str, text: str) -> Birthday | None:
        try:
            return self.reading.day(text, column, label)
        except Unclear as problem:
            self._trouble(f"{column}: {problem}", _HINT_ORDER.format(column=column, what=what))
        except ValueError as problem:
            self._trouble(f"{column}: {problem}", _HINT_DATE)
        return None

    def _date(self, what: str, kind: str, column: str, label: str, text: str) -> None:
        if kind == "date-or-true" and fold(text) in _YES | _NO:
            if fold(text) in _YES:
                self.values.setdefault(what, True)
            return
        day = self._day(column, what, label, text)
        if day is None:
            return
        if kind != "birthday" and day.year is None:
            self.hints.append(f"{column}: {text} has no year")
            return
        self.values.setdefault(what, format_birthday(day))

    def _evidence(self, column: str, label: str, text: str) -> None:
        day = self._day(column, "evidence", label, text)
        if day is not None:
            self.hints.append(f"{column}: {format_birthday(day)}")

    def _event(self, label: str, text: str, column: str) -> None:
        day = self._day(column, "event", "", text)
        if day is None:
            return
        if fold(label) in _YEARLY and "anniversary" not in self.values:
            self.values["anniversary"] = format_birthday(day)
        else:
            self._add("events", (f"{format_birthday(day)} {label or 'event'}",))

    def _birth_parts(self) -> None:
        year, month, day = (self.row.first(f"birth_{part}") for part in ("year", "month", "day"))
        if month and day and "birthday" not in self.values:
            whole = f"{day} {month}" if not month.isdecimal() else f"--{month.zfill(2)}-{day.zfill(2)}"
            if year:
                whole = f"{whole} {year}" if not month.isdecimal() else f"{year.zfill(4)}-{month}-{day}"
            self._date("birthday", "birthday", "the birthday", "", whole)


def _addresses(value: str) -> list[str]:
    """The addresses in a value: `Ana <ana@example.org>`, or several with commas, semicolons or spaces."""
    named = _NAMED_ADDRESS.fullmatch(value)
    several = [named[1]] if named else _MAILS.split(value.strip(" ;,"))
    return several if all("@" in address for address in several) else [value]


def _card_line(name: str, value: str) -> str:
    if name:
        return f"{name}:{escape_text(value)}"
    return value if _CARD_LINE.match(value) else ""


_READERS: Mapping[str, Callable[[_Person, str, tuple[str, ...]], None]] = {
    "email": _Person._emails,
    "phone": _Person._phones,
    "tags": _Person._tags,
    "events": _Person._events_as_written,
}
