"""The agenda as plain values for templates: every text in them is safe Markdown, every list a tuple.

Nothing here depends on the day but through who stands in which section, so equal pages are equal bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any
from typing import TypeVar

from vault_crm.core.agenda import by_dashboard
from vault_crm.core.agenda import first_by_dashboard
from vault_crm.core.cadence import say_cadence
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import DateItem
from vault_crm.core.model import Diagnostic
from vault_crm.core.model import Evidence
from vault_crm.core.model import Person
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.render.markdown import comment
from vault_crm.render.markdown import link
from vault_crm.render.markdown import md
from vault_crm.render.markdown import plain

_T = TypeVar("_T")

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


@record
class Listing:
    """The part of a list that is shown, and how many more there are."""

    shown: tuple[Any, ...] = ()
    more: int = 0


class Page:
    """One output's views: links as seen from its folder, guards where git merges it. `with_fields` also gives
    each person's tags and properties, which our own templates do not use."""

    def __init__(
        self, agenda: Agenda, settings: Settings, path: str, guarded: bool, with_fields: bool
    ) -> None:
        self._agenda = agenda
        self._settings = settings
        self._path = path
        self._guarded = guarded
        self._with_fields = with_fields
        self._private = {item.person.path for item in agenda.items if item.person.private}
        self._by_status: dict[str, list[AgendaItem]] = {}
        for of_somebody in agenda.items:
            self._by_status.setdefault(of_somebody.status, []).append(of_somebody)
        self._dates: dict[str, list[DateItem]] = {}
        for item in agenda.dates:
            self._dates.setdefault(item.person.path, []).append(item)

    def context(self, sections: Iterable[str]) -> dict[str, Any]:
        """Everything a template may use (docs/templates.md)."""
        counts = self._counts()
        return {
            "sections": tuple(sections),
            "summary": self._summary(counts),
            "counts": counts,
            "good_until": self._agenda.good_until.isoformat() if self._agenda.good_until else "",
            "today": self._agenda.today.isoformat(),
            "long_overdue": self._people("long-overdue"),
            "overdue": self._people("overdue"),
            "due_soon": self._people("today", "soon"),
            "never": self._people("never"),
            "dates": self._cut(self._agenda.dates, self._date),
            "attention": self._attention(),
            "lately": tuple(self._contact(e, person) for e, person in self._agenda.recent),
            "find": self._find(),
        }

    def person(self, item: AgendaItem) -> PersonView:
        """Somebody's view. Of whom shall be there by name only, it holds dates, but nothing that was
        said."""
        person, quiet = item.person, self._by_name_only(item.person)
        return PersonView(
            name=md(person.name),
            link=self._link(person),
            status=item.status,
            guard=comment(person.path) if self._guarded else "",
            ask=() if quiet else tuple(filter(None, (md(text) for text in person.next))),
            last=self._last(item, quiet),
            due=item.due.isoformat() if item.due else "",
            met="" if item.last else self._met(person, quiet),
            promised=item.due is not None and item.since is None,
            cadence=say_cadence(person.cadence) if person.cadence else "",
            soon=tuple(self._soon(date_item, quiet) for date_item in self._dates.get(person.path, ())),
            tags=tuple(md(tag) for tag in person.tags) if self._with_fields and not quiet else (),
            private=person.private,
            fields=MappingProxyType(_fields(person) if self._with_fields and not quiet else {}),
        )

    def _by_name_only(self, person: Person) -> bool:
        return person.private or self._settings.dashboard_context == "names"

    def _link(self, person: Person) -> str:
        return link(person.name, person.path, self._path, self._settings.dashboard_links)

    def _people(self, *statuses: str) -> Listing:
        found = [item for status in statuses for item in self._by_status.get(status, ())]
        shown = first_by_dashboard(found, self._settings.dashboard_limit or len(found))
        return Listing(tuple(map(self.person, shown)), len(found) - len(shown))

    def _cut(self, items: Sequence[_T], view: Callable[[_T], Any]) -> Listing:
        limit = self._settings.dashboard_limit or len(items)
        return Listing(tuple(view(item) for item in items[:limit]), max(0, len(items) - limit))

    def _find(self) -> Callable[[str], tuple[PersonView, ...]]:
        """`find('tag:family status:overdue')` for templates: people by a query, in the dashboard's order."""

        def find(query: str) -> tuple[PersonView, ...]:
            from vault_crm.core.query.parse import parse_query

            wanted, today = parse_query(str(query).split()), self._agenda.today
            found = (i for i in self._agenda.items if i.status != "gone" and wanted.matches(i, today))
            return tuple(self.person(item) for item in by_dashboard(found))

        return find

    # -- words

    def _counts(self) -> Mapping[str, int]:
        names = ("gone", "attention", "paused", "untracked", "snoozed", "never", "long-overdue", "overdue")
        all_names = (*names, "today", "soon", "fine")
        return MappingProxyType(
            {name.replace("-", "_"): len(self._by_status.get(name, ())) for name in all_names}
        )

    def _summary(self, n: Mapping[str, int]) -> str:
        overdue, soon = n["overdue"] + n["long_overdue"], n["today"] + n["soon"]
        if not self._agenda.items:
            return '**No people yet**: `vault-crm new "Ana Sousa"` makes the first note'
        if n["untracked"] + n["gone"] == len(self._agenda.items):
            head = (
                "**Nobody has a cadence yet**: write `cadence: 3 months` into a note, or `vault-crm triage`"
            )
        else:
            head = f"**{overdue} overdue**" if overdue else "**Nobody is overdue**"
        attention = "1 needs attention" if n["attention"] == 1 else f"{n['attention']} need attention"
        until = self._agenda.good_until
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
        head = " ".join(filter(None, (last.on.isoformat(), before + md(where) or md(last.kind))))
        text = self._said(last)
        if not text:
            return head
        if where:
            return f"{head}: {text}"
        return f"{head}, {text}" if last.kind else f"{head} {text}"

    def _said(self, found: Evidence) -> str:
        """The words of a contact; not those that stand in the note of somebody private."""
        if found.span.path in self._private:
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

    def _attention(self) -> Listing:
        found = [
            (item.person, problem)
            for item in by_dashboard(self._by_status.get("attention", ()))
            for problem in item.person.blockers or item.person.diagnostics[:1]
        ]
        return self._cut(found, self._problem)

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
