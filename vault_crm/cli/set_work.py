"""What `set` does: whom its words mean, which property, and what value."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence

from vault_crm.cli.app import App
from vault_crm.cli.outcome import carry_out
from vault_crm.cli.outcome import named
from vault_crm.cli.outcome import usage
from vault_crm.core.actions import plan_item
from vault_crm.core.actions import plan_set
from vault_crm.core.cadence import parse_cadence
from vault_crm.core.cadence import say_cadence
from vault_crm.core.fields import field_of
from vault_crm.core.model import Person
from vault_crm.core.model import Value
from vault_crm.core.model import flat_text
from vault_crm.core.plan import Plan
from vault_crm.core.record import record
from vault_crm.core.values import value_of
from vault_crm.errors import NoSuchPerson
from vault_crm.errors import UsageError


@record
class _Wish:
    """What shall be written: a property's value, or one item more or less in a list."""

    name: str
    value: Value
    how: str = "set"

    def plan(self, app: App, people: Sequence[Person]) -> Plan:
        if self.how == "set":
            return plan_set(app.store.read, people, self.name, self.value, app.settings)
        item = flat_text(self.value)
        return plan_item(app.store.read, people, self.name, item, app.settings, remove=self.how == "remove")

    def said(self) -> str:
        text = flat_text(self.value)
        return {"set": f"{self.name}: {text}", "add": f"{self.name}, added {text}"}.get(
            self.how, f"{self.name}, removed {text}"
        )

    def briefly(self, app: App) -> str:
        """As in a commit's message: `cadence every 3 months`, `tags + book-club`."""
        text = flat_text(self.value)
        if self.how != "set":
            return f"{self.name} {'+' if self.how == 'add' else '-'} {text}"
        if field_of(self.name) == "cadence":
            with contextlib.suppress(ValueError):  # --force writes what cannot be read
                cadence = parse_cadence(self.value, app.settings)
                text = say_cadence(cadence) if cadence else text
        return f"{self.name} {text}"


def set_words(
    app: App,
    words: tuple[str, ...],
    where: str | None = None,
    how: str | None = None,
    force: bool = False,
    yes: bool = False,
    dry_run: bool = False,
) -> None:
    """Set a property as `NAME PROPERTY VALUE` says, or with `where` as `PROPERTY VALUE` says. Raises
    UsageError, and what naming people and writing notes raises."""
    name, rest = ("", words) if where is not None else _name_first(app, words)
    wish = _wish(app, rest, how or "set", force)
    people = _found(app, where) if where is not None else (app.near.person([name]),)
    if where is not None and not dry_run and not _agreed(app, people, wish, yes):
        app.say("nothing was changed")
        return

    subject = f"set: {named(people)}, {wish.briefly(app)}"
    carry_out(app, lambda now: wish.plan(app, now), people, wish.said(), dry_run, subject=subject)


def _name_first(app: App, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """The name, and the property with its value: words that are one name together are taken together. A part
    of a name may be several words, too, if what stands behind them is a property that we know."""
    from vault_crm.core.names import find_people
    from vault_crm.core.names import leading_name

    if len(words) < 3:
        raise _too_few(("NAME", "PROPERTY", "VALUE"))
    taken = leading_name(app.near.crowd, words[:-2])
    if taken < 2 and not field_of(words[1]):
        known = next((at for at in range(2, len(words) - 1) if field_of(words[at])), 0)
        match = find_people(app.near.crowd, " ".join(words[:known]))
        taken = known if match.people and not match.typo else taken
    taken = max(taken, 1)
    return " ".join(words[:taken]), words[taken:]


def _too_few(needed: Sequence[str]) -> UsageError:
    return UsageError(
        f"set needs {', '.join(needed[:-1])} and {needed[-1]}",
        'for instance: vault-crm set ana cadence "3 weeks"',
    )


def _wish(app: App, rest: tuple[str, ...], how: str, force: bool) -> _Wish:
    """The wish in PROPERTY VALUE. Raises UsageError."""
    if len(rest) < 2:
        raise _too_few(("PROPERTY", "VALUE"))
    key, values = rest[0], rest[1:]
    if not key.strip() or key.strip() != key or any(c in key for c in "\n\r:#"):
        raise UsageError(f"{key!r} cannot be a property's name")
    if force or how != "set":
        return _Wish(key, " ".join(values), how)
    try:
        return _Wish(key, value_of(key, values, app.today, app.settings), how)
    except ValueError as problem:
        error = usage(problem)
        hint = error.hint or "`--force` writes it all the same"
        said = error.message if error.message.startswith(key) else f"{key}: {error.message}"
        raise UsageError(said, hint) from None


def _found(app: App, where: str | None) -> tuple[Person, ...]:
    """Everybody who fits a query. Raises NoSuchPerson if nobody does."""
    import shlex

    from vault_crm.core.query.parse import parse_query

    try:
        segments = shlex.split(where or "")
    except ValueError as problem:
        raise UsageError(f"--where {where!r}: {problem}") from None
    query = parse_query(segments)
    people = tuple(item.person for item in app.agenda.items if query.matches(item, app.today))
    if not people:
        raise NoSuchPerson(where or "")
    return people


def _agreed(app: App, people: Sequence[Person], wish: _Wish, yes: bool) -> bool:
    """Shows whom it is about, then asks."""
    for person in people:
        prop = person.note.find(wish.name) or next(
            (p for p in person.note.properties if p.key == wish.name), None
        )
        now = f" (now {flat_text(prop.value)})" if prop is not None else ""
        app.say(f"  {person.name}  {app.shown_path(person.path)}{now}")
    count = f"{len(people)} {'person' if len(people) == 1 else 'people'}"
    if yes:
        return True
    if not app.can_ask():
        raise UsageError(
            f"this would set {wish.said()} for {count}", "--yes does it, --dry-run shows the diff"
        )
    return app.confirm(f"Set {wish.said()} for {count}?")
