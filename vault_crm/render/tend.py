"""What the watcher does to the dashboards: ticks in when it is time for them, pages out.

No dashboard's trouble keeps another from being right.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from typing import Literal
from typing import Protocol
from typing import TypeAlias

from vault_crm.core.agenda import Reckoned
from vault_crm.core.agenda import agenda as make_agenda
from vault_crm.core.conflict import refuse_conflict
from vault_crm.core.model import Agenda
from vault_crm.core.model import Vault
from vault_crm.core.record import field
from vault_crm.core.record import record
from vault_crm.core.text import encode
from vault_crm.errors import CannotSave
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
from vault_crm.render.taken import Taken
from vault_crm.render.templates import Templates
from vault_crm.render.update import Filings
from vault_crm.render.update import Stuck
from vault_crm.render.update import file_entries
from vault_crm.render.update import refuse_unwritable
from vault_crm.render.update import write_page
from vault_crm.render.weave import Kept
from vault_crm.store.device import other_writer
from vault_crm.store.locks import Busy
from vault_crm.store.store import Store

_PATIENCE = 1.0  # seconds for which somebody's `render` may take ticks in
REPORT = "please report it, with what `vault-crm -v check` shows"

# What may be done to a dashboard now: nothing; write it, its ticks staying; take its ticks in, but not write
# it (an editor holds unsaved text of it); both.
Way: TypeAlias = Literal["leave", "refresh", "take", "both"]


class Care(Protocol):
    """What the watcher knows of who is writing where."""

    def way(self, path: str) -> Way:
        """What may be done to a dashboard now."""

    def may_touch(self, path: str) -> bool:
        """Whether a person's note is quiet enough to be written to."""

    def still(self, path: str) -> bool:
        """Whether a dashboard on the disk is the one that `way` spoke of."""

    def taken(self, path: str) -> Taken:
        """What was applied, but may be on its page still."""


@record
class Trouble:
    """Why a dashboard was left as it is. `passing`: it is worth trying again in a moment."""

    path: str
    why: str
    hint: str = ""
    passing: bool = False


@record(frozen=False)
class Tended:
    """What was done. `vault` is what the pages were made from, `written` are those that changed, with their
    bytes; `done` are the dashboards that were tended, and in which way; `waiting` the people whose notes
    could not be written to just now."""

    agenda: Agenda
    vault: Vault
    filed: list[tuple[str, Filed]] = field(default_factory=list)
    stuck: list[Stuck] = field(default_factory=list)
    written: dict[str, bytes] = field(default_factory=dict)
    done: list[tuple[str, Way]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)


def tend(
    store: Store, today: date, templates: Templates, care: Care, known: Reckoned | None = None
) -> Tended:
    """Takes ticks in and writes the dashboards, each as `care` allows. Raises TemplateProblem or BadSettings
    if it cannot be told which dashboards there are, and nothing that belongs to a single one of them. Where
    another device writes the dashboards, they are left alone."""
    if other_writer(store.settings):
        vault = store.load()
        return Tended(make_agenda(vault, today, store.settings, known), vault)
    with ExitStack() as stack:
        held: VaultCrmError | None = None
        try:
            stack.enter_context(store.taking_ticks(_PATIENCE))
        except (Busy, CannotSave) as error:
            held = error
        return _tend(store, today, templates, care, known, held)


def _tend(
    store: Store,
    today: date,
    templates: Templates,
    care: Care,
    known: Reckoned | None,
    held: VaultCrmError | None,
) -> Tended:
    """`held` says why no ticks can be taken in."""
    work = []
    troubles: list[Trouble] = []
    for path, board, way in _boards(store, templates, care, troubles):
        try:
            if held and way != "refresh":
                raise held
            done = _take_in(store, board, today, way, care)
        except Exception as error:
            troubles.append(_trouble(path, error))
        else:
            troubles += [_trouble(path, error) for error in done.troubles]
            work.append((board, way, done))
    vault = store.load()
    agenda = make_agenda(vault, today, store.settings, known)
    tended = Tended(agenda, vault, troubles=troubles)
    pages = Pages(store, templates, agenda, explicit_today=False)
    for board, way, done in work:
        path = board.output.path
        tended.filed += [(path, filed) for filed in done.filed]
        tended.waiting += done.waiting
        try:
            if way != "take" and not any(map(_passes, done.troubles)):
                _write(store, board, pages, done.kept if way == "both" else None, tended)
                if way == "both":
                    care.taken(path).written()
        except Exception as error:
            troubles.append(_trouble(path, error))
        else:
            if not done.troubles:
                tended.done.append((path, way))
    return tended


def _write(store: Store, board: Board, pages: Pages, kept: Sequence[Kept] | None, tended: Tended) -> None:
    """Writes a page with what is kept of it; None: everything that is on it."""
    kept = pages.kept(board) if kept is None else kept
    text = pages.to_write(board, kept)
    tended.written.update(dict.fromkeys(write_page(store, board, text, pages.fresh(board)), encode(text)))
    if kept:  # only what stays can have a hint
        tended.stuck += [Stuck(*found) for found in lines_with_hints(board, text)]


def _boards(
    store: Store, templates: Templates, care: Care, troubles: list[Trouble]
) -> Iterator[tuple[str, Board, Way]]:
    for output in outputs_of(templates, store.settings):
        way = care.way(output.path)
        if way == "leave":
            continue
        try:
            board = read_board(store, templates, output)
            refuse_conflict(output.path, board.text or "")  # somebody is about to settle it
            if way in ("take", "both"):
                refuse_unwritable(store, (board,))
        except Exception as error:
            troubles.append(_trouble(output.path, error))
        else:
            if care.still(output.path):  # else somebody has just saved it: that is looked at anew
                yield output.path, board, way


def _take_in(store: Store, board: Board, today: date, way: Way, care: Care) -> Filings:
    if way == "refresh":
        return Filings()
    return file_entries(store, board, today, False, care.may_touch, care.taken(board.output.path))


def _trouble(path: str, error: Exception) -> Trouble:
    if isinstance(error, OSError):
        return Trouble(path, f"{path} was left as it is: {error.strerror or error}")
    if not isinstance(error, VaultCrmError):
        # Neither another page nor the watcher has to suffer from it.
        return Trouble(path, f"{path} was left as it is: {mistake(error)}", REPORT)
    passing = _passes(error)
    if isinstance(error, TemplateProblem) or not isinstance(error, EditRefused):
        return Trouble(path, error.message, error.hint, passing)
    where = f"{error.path}:{error.line}" if error.line else error.path
    return Trouble(path, f"{where} was left as it is: {error.reason}", error.hint, passing)


def mistake(error: Exception) -> str:
    """A bug in words."""
    return f"this is a mistake of the program, not yours: {type(error).__name__}: {error}"


def _passes(error: VaultCrmError) -> bool:
    return isinstance(error, Stale | Busy)
