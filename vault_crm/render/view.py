"""The agenda as plain values for templates: every text in them is safe Markdown, every list a tuple.

Nothing here depends on the day but through who stands in which section, so equal pages are equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from vault_crm.core.agenda import by_dashboard
from vault_crm.core.cadence import say_cadence
from vault_crm.core.dashboard.shown import Listing
from vault_crm.core.dashboard.shown import Shown
from vault_crm.core.dashboard.shown import shown_of
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import DateItem
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.record import field
from vault_crm.core.record import fillers
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.core.upcoming import in_date_order
from vault_crm.core.upcoming import listed_of
from vault_crm.render.markdown import comment
from vault_crm.render.markdown import link
from vault_crm.render.markdown import md
from vault_crm.render.markdown import plain

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ATTENTION_LIMIT = 200

_CODE = r"`([^`]*)`"
_PLACES = {
    "daily note": ("in the ", "daily note"),
    "meeting": ("in the ", "meeting note"),
    "dated note": ("in the ", "dated note"),
    "task": ("in a ", "done task"),
}


@record
class PersonView:
    """Somebody on a page. `guard` is the comment line before the tick line, '' if there is none; `last` the
    last contact in words, '' if there was none; `promised` is true where an explicit next date decides."""

    name: str
    link: str
    status: str
    guard: str = ""
    ask: tuple[str, ...] = ()
    last: str = ""
    due: str = ""
    met: str = ""
    promised: bool = False
    cadence: str = ""
    soon: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    private: bool = False
    fields: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@record
class DateView:
    """A birthday or event: `words` stand right behind the link (` turns 38`, `, birthday`)."""

    on: str
    weekday: str
    link: str
    words: str


@record
class AttentionView:
    """What keeps somebody from being reminded: a link to the note, the line, and what would be right."""

    link: str
    line: int
    words: str


@record
class ContactView:
    """A contact of late: `words` stand right behind the link (`, call, the boiler`)."""

    on: str
    link: str
    words: str


_new = object.__new__
_PUTS = fillers(PersonView)
_NO_FIELDS: Mapping[str, str] = MappingProxyType({})
# Many people share a rhythm, and the words for where a contact is written.
_rhythm = lru_cache(maxsize=None)(say_cadence)
_word = lru_cache(maxsize=None)(md)


def _person_view(*values: Any) -> PersonView:
    """A view of these values, in the order of its fields; a page may have thousands."""
    view = _new(PersonView)
    for put, value in zip(_PUTS, values, strict=True):
        put(view, value)
    return view


class Page:
    """One output's views: links as seen from its folder, guards where git merges it. `with_fields` also gives
    each person's tags and properties, which our own templates do not use."""

    def __init__(
        self, agenda: Agenda | Shown, settings: Settings, path: str, guarded: bool, with_fields: bool
    ) -> None:
        self._shown = shown_of(agenda, settings) if isinstance(agenda, Agenda) else agenda
        self._settings = settings
        self._path = path
        self._guarded = guarded
        self._with_fields = with_fields

    def context(self, sections: Iterable[str]) -> dict[str, Any]:
        """Everything a template may use (docs/templates.md)."""
        counts, shown = self._counts(), self._shown
        return {
            "sections": tuple(sections),
            "summary": self._summary(counts),
            "counts": counts,
            "good_until": shown.good_until.isoformat() if shown.good_until else "",
            "today": shown.today.isoformat(),
            **{name: _each(self.person, listing) for name, listing in shown.people.items()},
            "dates": _each(self._date, shown.dates),
            "attention": _each(self._problem, shown.attention),
            "lately": tuple(self._contact(e, person) for e, person in shown.recent),
            "find": self._find(),
        }

    def person(self, item: AgendaItem) -> PersonView:
        """Somebody's view. Of whom shall be there by name only, it holds dates, but nothing that was
        said."""
        person, quiet = item.person, self._by_name_only(item.person)
        more = self._with_fields and not quiet
        return _person_view(
            md(person.name),
            self._link(person),
            item.status,
            comment(person.path) if self._guarded else "",
            () if quiet or not person.next else tuple(filter(None, map(md, person.next))),
            self._last(item, quiet),
            item.due.isoformat() if item.due else "",
            "" if item.last else self._met(person, quiet),
            item.due is not None and item.since is None,
            _rhythm(person.cadence) if person.cadence else "",
            tuple([self._soon(date_item, quiet) for date_item in self._listed(person)]),
            tuple(map(md, person.tags)) if more else (),
            person.private,
            MappingProxyType(_fields(person)) if more else _NO_FIELDS,
        )

    def _by_name_only(self, person: Person) -> bool:
        return person.private or self._settings.dashboard_context == "names"

    def _link(self, person: Person) -> str:
        return link(person.name, person.path, self._path, self._settings.dashboard_links)

    def _listed(self, person: Person) -> Sequence[DateItem]:
        if not (person.birthday or person.events):
            return ()
        return in_date_order(listed_of(person, self._shown.today, self._settings))

    def _find(self) -> Callable[[str], tuple[PersonView, ...]]:
        """`find('tag:family status:overdue')` for templates: people by a query, in the dashboard's order."""

        def find(query: str) -> tuple[PersonView, ...]:
            from vault_crm.core.query.parse import parse_query

            wanted, today = parse_query(str(query).split()), self._shown.today
            found = (i for i in self._shown.everybody if i.status != "gone" and wanted.matches(i, today))
            return tuple(self.person(item) for item in by_dashboard(found))

        return find

    # -- words

    def _counts(self) -> Mapping[str, int]:
        names = ("gone", "attention", "paused", "untracked", "snoozed", "never", "long-overdue", "overdue")
        all_names = (*names, "today", "soon", "fine")
        return MappingProxyType(
            {name.replace("-", "_"): self._shown.counts.get(name, 0) for name in all_names}
        )

    def _summary(self, n: Mapping[str, int]) -> str:
        overdue, soon = n["overdue"] + n["long_overdue"], n["today"] + n["soon"]
        everybody = sum(n.values())
        if not everybody:
            return '**No people yet**: `vault-crm new "Ana Sousa"` makes the first note'
        if n["untracked"] + n["gone"] == everybody:
            head = (
                "**Nobody has a cadence yet**: write `cadence: 3 months` into a note, or `vault-crm triage`"
            )
        else:
            head = f"**{overdue} overdue**" if overdue else "**Nobody is overdue**"
        attention = "1 needs attention" if n["attention"] == 1 else f"{n['attention']} need attention"
        until = self._shown.good_until
        parts = (
            head,
            f"{soon} due soon" if soon else "",
            f"{n['never']} never contacted" if n["never"] else "",
            attention if n["attention"] else "",
            f"good until {until.isoformat()}" if until else "",
        )
        return " · ".join(part for part in parts if part)

    def _last(self, item: AgendaItem, quiet: bool) -> str:
        last = item.last
        if last is None:
            return ""
        if quiet:
            return last.on.isoformat()
        before, where = _PLACES.get(last.how, ("", ""))
        if last.how.endswith("'s log"):
            before, where = "in ", last.how
        elif last.how.startswith("name in a "):
            before, where = "in the ", last.how.removeprefix("name in a ")
        head = " ".join(filter(None, (last.on.isoformat(), before + _word(where) or _word(last.kind))))
        text = self._said(last)
        if not text:
            return head
        if where:
            return f"{head}: {text}"
        return f"{head}, {text}" if last.kind else f"{head} {text}"

    def _said(self, found: Evidence) -> str:
        """The words of a contact; not those that stand in the note of somebody private."""
        if self._shown.is_private(found.span.path):
            return ""
        text = plain(found.text).rstrip()
        return md(text.removesuffix(".") if not text.endswith("..") else text)

    def _met(self, person: Person, quiet: bool) -> str:
        by = plain(person.text("introduced_by"))
        parts = (
            person.met.isoformat() if person.met else "",
            "" if quiet else md(plain(person.text("how_met"))),
            "" if quiet or not by else md(f"introduced by {by}"),
        )
        return ", ".join(part for part in parts if part)

    def _soon(self, item: DateItem, quiet: bool) -> str:
        what = "birthday" if item.what == "birthday" else "a date" if quiet else md(plain(item.what))
        return f"{what} on {item.on.isoformat()}"

    def _date(self, item: DateItem) -> DateView:
        quiet = self._by_name_only(item.person)
        words = ""
        if item.what == "birthday":
            words = f" turns {item.years}" if item.years and not quiet else ", birthday"
        elif not quiet:
            words = f", {md(plain(item.what))}"
            if item.years:
                words += f", {item.years} year{'' if item.years == 1 else 's'}"
        return DateView(item.on.isoformat(), WEEKDAYS[item.on.weekday()], self._link(item.person), words)

    def _problem(self, found: tuple[Person, Diagnostic]) -> AttentionView:
        person, problem = found
        return AttentionView(self._link(person), problem.span.line, say_plainly(_with_hint(problem)))

    def _contact(self, found: Evidence, person: Person) -> ContactView:
        words = "" if self._by_name_only(person) else self._where_from(found)
        return ContactView(found.on.isoformat(), self._link(person), words)

    def _where_from(self, found: Evidence) -> str:
        """`, call, the boiler` from the person's own log, else `, from the [daily note](...): long walk`."""
        text = self._said(found)
        if found.how in ("log", "property"):
            kind = "set by hand" if found.how == "property" else md(found.kind)
            return "".join(f", {part}" for part in (kind, text) if part)
        _, where = _PLACES.get(found.how, ("", found.how.removeprefix("name in a ")))
        source = link(where, found.span.path, self._path, self._settings.dashboard_links)
        before = (
            "from " if found.how.endswith("'s log") else "from a " if found.how == "task" else "from the "
        )
        return f", {before}{source}" + (f": {text}" if text else "")


def _each(view: Callable[[Any], Any], found: Listing) -> Listing:
    return Listing(tuple([view(one) for one in found.shown]), found.more)


def say_plainly(text: str) -> str:
    """A message as one line of Markdown. Never as code: Dataview would run what stands between backticks."""
    return md(re.sub(_CODE, _quoted, text).replace("`", "'"), ATTENTION_LIMIT)


def _quoted(code: re.Match[str]) -> str:
    return f"“{code[1]}”" if '"' in code[1] else f'"{code[1]}"'


def _with_hint(found: Diagnostic) -> str:
    return f"{found.message}; {found.hint}" if found.hint else found.message


def _fields(person: Person) -> dict[str, str]:
    """Every known property that the note has, by canonical name, as Markdown."""
    from vault_crm.core.fields import FIELDS

    return {known.name: md(plain(text)) for known in FIELDS if (text := person.text(known.name))}
