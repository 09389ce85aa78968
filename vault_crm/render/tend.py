"""What the watcher does to the dashboards: ticks in when it is time for them, pages out.

No dashboard's trouble keeps another from being right.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field
from datetime import date
from typing import Literal
from typing import Protocol
from typing import TypeAlias

from vault_crm.core.agenda import Reckoned
from vault_crm.core.agenda import agenda as make_agenda
from vault_crm.core.model import Agenda
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.errors import TemplateProblem
from vault_crm.errors import VaultCrmError
from vault_crm.render.boards import Board
from vault_crm.render.boards import lines_with_hints
from vault_crm.render.boards import read_board
from vault_crm.render.filing import Filed
from vault_crm.render.outputs import outputs_of
from vault_crm.render.pages import Pages
from vault_crm.render.templates import Templates
from vault_crm.render.update import Filings
from vault_crm.render.update import Stuck
from vault_crm.render.update import file_entries
from vault_crm.render.update import refuse_unwritable
from vault_crm.render.update import write_page
from vault_crm.store.locks import Busy
from vault_crm.store.store import Store

# What may be done to a dashboard now: nothing; write it, its ticks staying; take its ticks in, but not write
# it (an editor holds unsaved text of it); both.
Way: TypeAlias = Literal["leave", "refresh", "take", "both"]


class Care(Protocol):
    """What the watcher knows of who is writing where."""

    def way(self, path: str) -> Way:
        """What may be done to a dashboard now."""

    def may_touch(self, path: str) -> bool:
        """Whether a person's note is quiet enough to be written to."""

    def pinned(self, path: str) -> dict[str, date]:
        """The days of ticks that were taken in, but are still on their page: by the line's text."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a dashboard was left as it is. `passing`: it is worth trying again in a moment."""

    path: str
    why: str
    hint: str = ""
    passing: bool = False


@dataclass(slots=True)
class Tended:
    """What was done. `done` are the dashboards that were tended, and in which way; `waiting` the people whose
    notes could not be written to just now."""

    agenda: Agenda
    filed: list[tuple[str, Filed]] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    done: list[tuple[str, Way]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def tend(
    store: Store, today: date, templates: Templates, care: Care, known: Reckoned | None = None
) -> Tended:
    """Takes ticks in and writes the dashboards, each as `care` allows. Raises TemplateProblem or BadSettings
    if it cannot be told which dashboards there are, and nothing that belongs to a single one of them."""
    work = []
    troubles: list[Trouble] = []
    for path, board, way in _boards(store, templates, care, troubles):
        try:
            done = _take_in(store, board, today, way, care)
        except VaultCrmError as error:
            troubles.append(_trouble(path, error))
        else:
            work.append((board, way, done))
    agenda = make_agenda(store.load(), today, store.settings, known)
    tended = Tended(agenda, troubles=troubles)
    pages = Pages(store, templates, agenda, explicit_today=False)
    for board, way, done in work:
        path = board.output.path
        tended.filed += [(path, filed) for filed in done.filed]
        tended.waiting += done.waiting
        if way == "take":
            tended.done.append((path, way))
            continue
        try:
            kept = done.kept if way == "both" else pages.kept(board)
            text = pages.to_write(board, kept)
            tended.written += write_page(store, board, text, pages.fresh(board))
            tended.done.append((path, way))
            tended.stuck += [Stuck(*found) for found in lines_with_hints(board, text)]
        except VaultCrmError as error:
            troubles.append(_trouble(path, error))
    return tended


def _boards(
    store: Store, templates: Templates, care: Care, troubles: list[Trouble]
) -> Iterator[tuple[str, Board, Way]]:
    for output in outputs_of(templates, store.settings):
        way = care.way(output.path)
        if way == "leave":
            continue
        try:
            board = read_board(store, templates, output)
            if way in ("take", "both"):
                refuse_unwritable(store, (board,))
        except VaultCrmError as error:
            troubles.append(_trouble(output.path, error))
        else:
            yield output.path, board, way


def _take_in(store: Store, board: Board, today: date, way: Way, care: Care) -> Filings:
    if way == "refresh":
        return Filings()
    path = board.output.path
    return file_entries(store, board, today, False, care.may_touch, care.pinned(path))


def _trouble(path: str, error: VaultCrmError) -> Trouble:
    passing = isinstance(error, Stale | Busy)
    if isinstance(error, TemplateProblem) or not isinstance(error, EditRefused):
        return Trouble(path, error.message, error.hint, passing)
    where = f"{error.path}:{error.line}" if error.line else error.path
    return Trouble(path, f"{where} was left as it is: {error.reason}", error.hint, passing)
