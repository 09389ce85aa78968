"""Dashboards as they should be: rendered of one agenda, with everything in them that the user wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vault_crm.core.record import replace
from vault_crm.core.text import encode
from vault_crm.errors import EditRefused
from vault_crm.git.repo import travels
from vault_crm.render.dashboard import compose
from vault_crm.render.dashboard import render_body

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Sequence
    from datetime import date

    from vault_crm.core.dashboard.shown import Shown
    from vault_crm.core.model import Agenda
    from vault_crm.render.boards import Board
    from vault_crm.render.templates import Templates
    from vault_crm.render.weave import Frame
    from vault_crm.render.weave import Kept
    from vault_crm.render.whose import LinkedPeople
    from vault_crm.store.roster import Roster
    from vault_crm.store.store import Store


def agenda_of(
    store: Store,
    today: date,
    templates: Templates,
    explicit_today: bool,
    roster_now: Callable[[], Roster | None] = lambda: None,
) -> Agenda | Shown:
    """What dashboards show: all that our own templates need, from `roster_now` if there is one; the agenda of
    the whole vault where some templates are the vault's own."""
    if not templates.customised:
        roster = roster_now() or store.roster(today, keep=not explicit_today)
        if roster is not None:
            from vault_crm.store.brief import brief_page

            return brief_page(roster, today)
    from vault_crm.core.agenda import agenda as make_agenda

    return make_agenda(store.load(), today, store.settings)


def people_of(store: Store, board: Board) -> LinkedPeople:
    """Whom the lines of a dashboard mean."""
    from vault_crm.render.whose import LinkedPeople

    return LinkedPeople(store.load(), board.output.path, store.settings.conventions.markdown_links)


class Pages:
    """Renders dashboards of one agenda. The vault is asked, and what reads ticks is imported, only where
    something of the user's stands on a page."""

    def __init__(
        self, store: Store, templates: Templates, agenda: Agenda | Shown, explicit_today: bool
    ) -> None:
        self._store = store
        self._templates = templates
        self._agenda = agenda
        self._explicit = explicit_today
        self._fresh: dict[str, str] = {}

    def fresh(self, board: Board) -> str:
        """What `text` made of a dashboard, without anything of the user's."""
        return self._fresh.get(board.output.path, "")

    def kept(self, board: Board) -> list[Kept]:
        """Everything that the user wrote into a dashboard, with what is to be said about it."""
        if not board.touched:
            return []
        from vault_crm.render.filing import Filing
        from vault_crm.render.filing import TickDay

        today = self._agenda.today
        days = TickDay(self._store, board.output.path, today, self._explicit, board.raw)
        filing = Filing(self._store, people_of(self._store, board), days, today)
        return [filing.keep(entry) for entry in board.touched]

    def unapplied(self, board: Board) -> str:
        """A dashboard's text, if nothing in it is applied. Raises EditRefused, TemplateProblem."""
        return self.text(board, self.kept(board))

    def to_write(self, board: Board, kept: Sequence[Kept]) -> str:
        """A dashboard's text to be written. If it differs from what is there, ticks that stay get their day:
        the file's time and the lines' commits are about to change. Raises EditRefused, TemplateProblem."""
        text = self.text(board, kept)
        if encode(text) == board.raw or not any(one.entry.ticked for one in kept):
            return text
        from vault_crm.render.filing import TickDay

        days = TickDay(self._store, board.output.path, self._agenda.today, self._explicit, board.raw)
        return self.text(board, [replace(one, entry=days.stamped(one.entry)) for one in kept])

    def text(self, board: Board, kept: Sequence[Kept]) -> str:
        """A dashboard's text with what is kept. Raises EditRefused, TemplateProblem."""
        output, settings = board.output, self._store.settings
        guarded = self._guarded(output.path)
        fresh = render_body(output, self._agenda, settings, self._templates, guarded)
        self._fresh[output.path] = fresh
        body = self._woven(board, kept, fresh, guarded) if kept or board.read.loose else fresh
        return compose(output, board.text, self._templates, body)

    def _woven(self, board: Board, kept: Sequence[Kept], fresh: str, guarded: bool) -> str:
        from vault_crm.render.weave import WouldLose
        from vault_crm.render.weave import weave

        there = {line.strip() for line in fresh.split("\n")}
        loose = [line for _, line in board.read.loose if line.strip() not in there]
        try:
            return weave(fresh, kept, loose, self._frame(board, guarded)) if kept or loose else fresh
        except WouldLose as error:
            hint = "put it on a line of its own"
            raise EditRefused(board.output.path, error.line, str(error), hint) from None

    def _frame(self, board: Board, guarded: bool) -> Frame:
        from vault_crm.render.markdown import comment
        from vault_crm.render.markdown import link
        from vault_crm.render.weave import Frame

        people = people_of(self._store, board)
        names = self._store.load().by_path
        style = self._store.settings.dashboard_links

        def make_link(path: str) -> str:
            return link(names[path].name, path, board.output.path, style)

        def guard(path: str) -> str:
            return comment(path) if guarded else ""

        return Frame(people.path_of, make_link, guard, board.own)

    def _guarded(self, path: str) -> bool:
        choice = self._store.settings.dashboard_tracked
        return choice == "yes" or (choice == "auto" and travels(self._store.root, path))
