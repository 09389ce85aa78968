"""A few people in full, out of everybody by name: what a command needs that is about one of them."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.cli.everybody import in_short
from vault_crm.cli.whom import each_of
from vault_crm.cli.whom import one_of
from vault_crm.core.names import Called
from vault_crm.core.names import Crowd
from vault_crm.errors import NoSuchPerson

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.core.model import Person
    from vault_crm.core.model import Vault


class Near:
    """`crowd` is everybody by name; `now` somebody in full as the note is at that moment, with what others
    say of them (at least the newest of it), None if the note is gone."""

    def __init__(self, app: App, crowd: Vault | Crowd, now: Callable[[str], Person | None]) -> None:
        self._app = app
        self.crowd = crowd
        self.now = now

    def person(self, words: Sequence[str]) -> Person:
        """The one person that all words together name, to be written to. Raises NoSuchPerson,
        AmbiguousPerson."""
        return self._in_full(one_of(self._app, self.crowd, words, for_writing=True))

    def people(self, words: Sequence[str]) -> tuple[Person, ...]:
        """The people that the words name, each once, in the order given; all of them or an error."""
        return tuple(self._in_full(p) for p in each_of(self._app, self.crowd, words, for_writing=True))

    def _in_full(self, called: Called) -> Person:
        person = self.now(called.path)
        if person is None:  # gone since we looked
            raise NoSuchPerson(called.name, ())
        return person


def near(app: App) -> Near:
    """The people of a vault, from the roster; where there is none, from everything. Raises NoVault,
    BadSettings."""
    return _kept(app) or _followed(app)


def _kept(app: App) -> Near | None:
    """From the roster as it was written, if that still holds: with no more of it than a few people take."""
    look = app.look
    if look is None or not look.fresh:
        return None
    from vault_crm.store.notes import NotesOnDisk
    from vault_crm.store.rosterparts import DAMAGE
    from vault_crm.store.rosterparts import Parts

    notes = NotesOnDisk(app.place, app.settings)
    if look.packed.head["day"] > app.today.toordinal():
        return None  # of what others say, only what decides from that day on is kept
    parts = Parts(look.packed)
    try:
        people, heard = in_short(parts.rows.values()), parts.buckets.heard
    except DAMAGE:
        return None
    return Near(app, Crowd(people), lambda path: notes.person(path, heard(path)))


def whole(app: App, words: Sequence[str]) -> Person:
    """The one person that all words together name, with everything that is known of them. Raises
    NoSuchPerson, AmbiguousPerson."""
    roster = app.roster
    if roster is None:
        return app.person(words)
    from vault_crm.store.brief import whole_person

    called = one_of(app, Crowd(in_short(roster.rows.values())), words, for_writing=False)
    person = whole_person(roster, called.path)
    if person is None:  # gone since we looked
        raise NoSuchPerson(called.name, ())
    return person


def _followed(app: App) -> Near:
    roster = app.roster
    if roster is None:
        return Near(app, app.vault, lambda path: app.vault.by_path.get(path))
    return Near(app, Crowd(in_short(roster.rows.values())), roster.person)
