"""Ticks in, dashboards out: what `render` and the watcher do, and what other commands do afterwards."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.dashboard.ticks import is_tick
from vault_crm.core.record import record
from vault_crm.core.text import encode
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.errors import VaultCrmError
from vault_crm.git.repo import at_work
from vault_crm.git.repo import git_folder
from vault_crm.git.repo import travels
from vault_crm.render.boards import Board
from vault_crm.render.boards import Waiting
from vault_crm.render.boards import find_outputs
from vault_crm.render.boards import lines_with_hints
from vault_crm.render.boards import pending as pending
from vault_crm.render.boards import read_board
from vault_crm.render.boards import read_boards
from vault_crm.render.boards import refuse_unsaved
from vault_crm.render.boards import templates_of
from vault_crm.store.device import other_writer
from vault_crm.store.told import news_to

if TYPE_CHECKING:
    from datetime import date

    from vault_crm.core.model import Agenda
    from vault_crm.core.settings import Settings
    from vault_crm.render.filing import Filed
    from vault_crm.render.outputs import Output
    from vault_crm.render.taken import Taken
    from vault_crm.render.weave import Kept
    from vault_crm.store.roster import Roster
    from vault_crm.store.store import Store

_TRIES = 3


@record
class Stuck:
    """A line of a dashboard that could not be applied and stays there; `why` is what its hint says."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


@record
class UpdateResult:
    """What an update did. With `apply=False`, when nothing is written: `stale` are the dashboards that differ
    from what they would be, `waiting` the lines that wait. `texts` are (path, text) as they are now, or would
    be. `elsewhere` is the one device that writes them, if that is another: then nothing is done here; nor is
    it where `held` says what git is in the middle of."""

    filed: tuple[Filed, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    written: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    elsewhere: str = ""
    held: str = ""


@record
class Filings:
    """What became of one dashboard's entries: what was applied, what stays there, the people whose notes
    could not be written to just now, and why some could not be saved."""

    filed: tuple[Filed, ...] = ()
    kept: tuple[Kept, ...] = ()
    waiting: tuple[str, ...] = ()
    troubles: tuple[VaultCrmError, ...] = ()


def render_all(store: Store, agenda: Agenda) -> dict[str, str]:
    """Every dashboard's text as it would be now, with everything in it that is not applied. Writes nothing.

    Raises TemplateProblem, and EditRefused for a file that is not ours or has damaged markers.
    """
    from vault_crm.render.pages import Pages

    templates = templates_of(store)
    boards = read_boards(store, templates)
    pages = Pages(store, templates, agenda, explicit_today=True)
    return {board.output.path: pages.unapplied(board) for board in boards}


def update(store: Store, today: date, explicit_today: bool = False, apply: bool = True) -> UpdateResult:
    """Applies ticks and commands, each note first, and then brings every dashboard up to date.

    With `apply` False nothing is written. `explicit_today` says that the user named the day: then no file's
    time counts. Raises EditRefused before anything is done if a dashboard is open in an editor with unsaved
    text, has damaged markers or is not ours; TemplateProblem, Stale, CannotSave, Busy.
    """
    elsewhere = other_writer(store.settings)
    if not apply:
        return _look(store, today, elsewhere)
    if elsewhere:
        return UpdateResult(elsewhere=elsewhere)
    with store.taking_ticks():
        return _update(store, today, explicit_today)


def _update(store: Store, today: date, explicit_today: bool) -> UpdateResult:
    from vault_crm.render.pages import Pages
    from vault_crm.render.pages import agenda_of

    templates = templates_of(store)
    filed: dict[str, Filed] = {}
    written: set[str] = set()
    for left in range(_TRIES - 1, -1, -1):
        boards = read_boards(store, templates)
        if held := held_by_git(store, [board.output for board in boards]):
            return UpdateResult(held=held)
        refuse_unsaved(store, boards)
        try:
            refuse_unwritable(store, boards)
            kept = []
            for board in boards:
                done = file_entries(store, board, today, explicit_today)
                filed.update((str(one), one) for one in done.filed if str(one) not in filed)
                kept.append(done.kept)
            known = agenda_of(store, today, templates, explicit_today)
            pages = Pages(store, templates, known, explicit_today)
            texts = [pages.to_write(board, stays) for board, stays in zip(boards, kept, strict=True)]
            for board, text in zip(boards, texts, strict=True):
                written.update(write_page(store, board, text, pages.fresh(board)))
            break
        except Stale:
            if not left:
                raise
    shown = tuple((board.output.path, text) for board, text in zip(boards, texts, strict=True))
    stuck = (
        Stuck(*found)
        for board, text in zip(boards, texts, strict=True)
        for found in lines_with_hints(board, text)
    )
    return UpdateResult(tuple(filed.values()), tuple(stuck), tuple(sorted(written)), texts=shown)


def refresh_dashboards(
    store: Store,
    today: date,
    explicit_today: bool = False,
    roster_now: Callable[[], Roster | None] = lambda: None,
) -> list[str]:
    """Brings the dashboards that are there up to date without applying anything; ticks and text stay in them.
    `roster_now`: everybody in short, if that is known and need not be asked of the vault.

    Never raises for what is odd about a dashboard or a template: returns a line for each that was left alone.
    That another device writes them is said once. Nothing is written while git is in the middle of something.
    """
    if writer := other_writer(store.settings):
        return [say_writer(store.settings, writer)] if news_to(store.root, "writer", writer) else []
    try:
        templates = templates_of(store)
        outputs = find_outputs(store, templates)
        if not outputs:
            return []
        if held := held_by_git(store, outputs):
            return [say_held(outputs[0].path, held)]
        from vault_crm.render.pages import Pages
        from vault_crm.render.pages import agenda_of

        known = agenda_of(store, today, templates, explicit_today, roster_now)
        pages = Pages(store, templates, known, explicit_today)
    except VaultCrmError as error:
        return [f"the dashboard was left as it is: {error.message}"]
    said = []
    for output in outputs:
        try:
            current = read_board(store, templates, output)
            refuse_unsaved(store, (current,))
            text = pages.to_write(current, pages.kept(current))
            write_page(store, current, text, pages.fresh(current))
        except VaultCrmError as error:
            said.append(f"{output.path} was left as it is: {_why(error)}")
    return said


def held_by_git(store: Store, outputs: Sequence[Output]) -> str:
    """What git is in the middle of, if it keeps one of these dashboards; '' if nothing. A page that is
    written before a merge is finished is in the way of `git merge --abort`, and of changes put aside."""
    plain = store.root / ".git"
    folder = plain if plain.is_dir() else git_folder(store.root)
    why = at_work(folder) if folder else ""
    return why if why and any(travels(store.root, output.path) for output in outputs) else ""


def say_held(path: str, held: str) -> str:
    """Why a dashboard is not written now."""
    return f"{held}, so {path} stays as it is until the next command after that"


def _why(error: VaultCrmError) -> str:
    if not isinstance(error, EditRefused):
        return error.message
    return f"line {error.line}: {error.reason}" if error.line else error.reason


def say_writer(settings: Settings, writer: str) -> str:
    """That another device writes the dashboards, and what that means here."""
    path = settings.dashboard_file
    return f"{writer} writes {path} and takes its ticks in; this device reads it, and may tick"


def _look(store: Store, today: date, elsewhere: str) -> UpdateResult:
    from vault_crm.render.pages import Pages
    from vault_crm.render.pages import agenda_of

    templates = templates_of(store)
    boards = read_boards(store, templates)
    pages = Pages(store, templates, agenda_of(store, today, templates, True), explicit_today=True)
    texts = [(board, pages.unapplied(board)) for board in boards]
    shown = tuple((board.output.path, text) for board, text in texts)
    if elsewhere:
        return UpdateResult(texts=shown, elsewhere=elsewhere)
    return UpdateResult(
        stale=tuple(board.output.path for board, text in texts if board.raw != encode(text)),
        waiting=pending(store, today),
        texts=shown,
    )


def refuse_unwritable(store: Store, boards: Sequence[Board]) -> None:
    """A tick that could not be taken off its page would be applied again and again. Raises EditRefused,
    CannotSave, Stale."""
    for board in boards:
        if board.touched and board.raw is not None:
            store.refuse_unwritable(board.output.path, board.raw)


def file_entries(
    store: Store,
    board: Board,
    today: date,
    explicit: bool,
    may_touch: Callable[[str], bool] = lambda _: True,
    taken: Taken | None = None,
) -> Filings:
    """Applies a dashboard's entries. `may_touch` and `taken`: see `Filing`; with `taken`, an entry whose note
    cannot be saved stays, and stops no other. Raises Stale, CannotSave, Busy without it."""
    if not board.touched and not taken:
        return Filings()
    from vault_crm.render.filing import Filing
    from vault_crm.render.filing import TickDay
    from vault_crm.render.pages import people_of

    days = TickDay(store, board.output.path, today, explicit, board.raw)
    filing = Filing(store, people_of(store, board), days, today, may_touch, taken)
    outcomes, troubles = filing.file_all(board.touched)
    return Filings(
        tuple(o.filed for o in outcomes if o.filed),
        tuple(o.kept for o in outcomes if o.kept),
        tuple(dict.fromkeys(person.name for person in filing.waiting)),
        tuple(troubles),
    )


def write_page(store: Store, board: Board, text: str, fresh: str) -> Iterable[str]:
    """Writes a dashboard if its bytes change: the paths written. Never part of undo. Remembers first which of
    its lines are the tool's (`fresh`). Raises Stale, CannotSave."""
    path, raw = board.output.path, encode(text)
    ours = (line for line in fresh.split("\n") if "[" not in line or not is_tick(line))
    store.remember_written(path, ours)
    if board.raw == raw:
        return ()
    from vault_crm.core.plan import FileChange
    from vault_crm.core.plan import Plan
    from vault_crm.core.verify import Allowed

    change = FileChange(path, board.raw, raw, Allowed(anything=True))
    store.apply(Plan(f"write {path}", (change,)), journal=False)
    return (path,)
