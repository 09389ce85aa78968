"""Ticks in, dashboards out: what `render` and the watcher do, and what other commands do afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from vault_crm.core.dashboardtext import MarkerProblem
from vault_crm.core.plan import FileChange
from vault_crm.core.plan import Plan
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.core.ticks import DashboardText
from vault_crm.core.ticks import read_dashboard
from vault_crm.core.verify import Allowed
from vault_crm.core.wishes import read_wish
from vault_crm.errors import EditRefused
from vault_crm.errors import Stale
from vault_crm.errors import VaultCrmError

if TYPE_CHECKING:
    from vault_crm.core.model import Agenda
    from vault_crm.core.model import Vault
    from vault_crm.render.filing import Filed
    from vault_crm.render.outputs import Output
    from vault_crm.render.templates import Templates
    from vault_crm.render.weave import Frame
    from vault_crm.render.weave import Kept
    from vault_crm.render.whose import LinkedPeople
    from vault_crm.store.store import Store

_TRIES = 3


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of a dashboard that waits: ticked, or with a command, or not understood."""

    path: str
    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Stuck:
    """A line of a dashboard that could not be applied and stays there; `why` is what its hint says."""

    path: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.why}"


@dataclass(frozen=True, slots=True)
class UpdateResult:
    """What an update did. With `apply=False`, when nothing is written: `stale` are the dashboards that
    differ from what they would be, `waiting` the lines that wait. `texts` are (path, text) as they are now,
    or would be."""

    filed: tuple[Filed, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    written: tuple[str, ...] = ()
    stale: tuple[str, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Board:
    """One dashboard as it is on the disk (`raw` None: not yet), and what the user wrote into it."""

    output: Output
    raw: bytes | None
    read: DashboardText

    @property
    def text(self) -> str | None:
        return None if self.raw is None else decode(self.raw)


def pending(store: Store, today: date | None = None) -> tuple[Waiting, ...]:
    """The lines of all dashboards that wait to be applied. Needs no Jinja2; damaged markers hold nothing."""
    day = today or date.min
    return tuple(
        Waiting(board.output.path, entry.line, entry.text)
        for board in _boards(store, _templates(store), lenient=True)
        for entry in board.read.entries
        if not entry.untouched and read_wish(entry, day).waits
    )


def render_all(store: Store, agenda: Agenda) -> dict[str, str]:
    """Every dashboard's text as it would be now, with everything in it that is not applied. Writes nothing.

    Raises TemplateProblem, and EditRefused for a file that is not ours or has damaged markers.
    """
    templates = _templates(store)
    pages = _Pages(store, templates, agenda)
    return {board.output.path: pages.unapplied(board) for board in _boards(store, templates)}


def update(store: Store, today: date, explicit_today: bool = False, apply: bool = True) -> UpdateResult:
    """Applies ticks and commands, each note first, and then brings every dashboard up to date.

    With `apply` False nothing is written. `explicit_today` says that the user named the day: then no file's
    time counts. Raises EditRefused before anything is done if a dashboard is open in an editor with unsaved
    text, has damaged markers or is not ours; TemplateProblem, Stale, CannotSave.
    """
    if not apply:
        return _look(store, today)
    templates = _templates(store)
    filed: dict[str, Filed] = {}
    written: set[str] = set()
    for left in range(_TRIES - 1, -1, -1):
        boards = _boards(store, templates)
        _refuse_unsaved(store, boards)
        outcomes = [(board, _file(store, board, today, explicit_today)) for board in boards]
        stuck = []
        for board, (done, kept) in outcomes:
            filed.update((str(one), one) for one in done if str(one) not in filed)
            stuck += [Stuck(board.output.path, one.entry.line, one.hint) for one in kept if one.hint]
        pages = _Pages(store, templates, _agenda(store, today))
        try:
            texts = [(b.output.path, _write(store, pages, b, kept, today, explicit_today, written))
                     for b, (_, kept) in outcomes]  # fmt: skip
            break
        except Stale:
            if not left:
                raise
    return UpdateResult(tuple(filed.values()), tuple(stuck), tuple(sorted(written)), texts=tuple(texts))


def refresh_dashboards(store: Store, today: date, explicit_today: bool = False) -> list[str]:
    """Brings the dashboards that exist up to date without applying anything; ticks and text stay in them.

    Never raises for what is odd about a dashboard or a template: returns a line for each that was left
    alone.
    """
    said: list[str] = []
    try:
        templates = _templates(store)
        boards = [board for board in _boards(store, templates, lenient=True) if board.raw is not None]
        pages = _Pages(store, templates, _agenda(store, today)) if boards else None
    except VaultCrmError as error:
        return [f"the dashboard was left as it is: {error.message}"]
    for board in boards:
        try:
            _refuse_unsaved(store, (board,))
            assert pages is not None
            _write(store, pages, board, None, today, explicit_today, set())
        except VaultCrmError as error:
            said.append(f"{board.output.path} was left as it is: {error.message}")
    return said


def _look(store: Store, today: date) -> UpdateResult:
    templates = _templates(store)
    boards = _boards(store, templates)
    pages = _Pages(store, templates, _agenda(store, today))
    texts = [(board, pages.unapplied(board)) for board in boards]
    stale = tuple(board.output.path for board, text in texts if board.raw != encode(text))
    return UpdateResult(
        stale=stale,
        waiting=pending(store, today),
        texts=tuple((board.output.path, text) for board, text in texts),
    )


# -- reading


def _templates(store: Store) -> Templates:
    from vault_crm.render.templates import read_own

    return read_own(store.root, store.read)


def _agenda(store: Store, today: date) -> Agenda:
    from vault_crm.core.agenda import agenda

    return agenda(store.load(), today, store.settings)


def _boards(store: Store, templates: Templates, lenient: bool = False) -> list[_Board]:
    """All dashboards as they are on the disk; `lenient`: one with damaged markers holds nothing."""
    from vault_crm.render.outputs import outputs_of

    found = []
    for output in outputs_of(templates, store.settings):
        raw = store.read(output.path) if (store.root / output.path).exists() else None
        try:
            read = read_dashboard(decode(raw), templates.labels) if raw else DashboardText()
        except MarkerProblem as problem:
            if not lenient:
                raise EditRefused(output.path, problem.line, problem.reason, problem.hint) from None
            read = DashboardText()
        found.append(_Board(output, raw, read))
    return found


def _refuse_unsaved(store: Store, boards: Iterable[_Board]) -> None:
    from vault_crm.store.swap import unsaved_swap

    for board in boards:
        editor = unsaved_swap(store.root / board.output.path) if board.raw is not None else ""
        if editor:
            raise EditRefused(
                board.output.path,
                0,
                f"it is open with unsaved text ({editor})",
                "save it or leave it there, then run `vault-crm render` again",
            )


# -- applying and writing


def _file(store: Store, board: _Board, today: date, explicit: bool) -> tuple[list[Filed], list[Kept]]:
    """Applies a dashboard's entries: what was filed, and what stays."""
    entries = [entry for entry in board.read.entries if not entry.untouched]
    if not entries:
        return [], []
    from vault_crm.render.filing import Filing
    from vault_crm.render.filing import TickDay

    days = TickDay(store, board.output.path, today, explicit)
    filing = Filing(store, _people(store, board), days, today)
    outcomes = [filing.file(entry) for entry in entries]
    return [o.filed for o in outcomes if o.filed], [o.kept for o in outcomes if o.kept]


def _people(store: Store, board: _Board, vault: Vault | None = None) -> LinkedPeople:
    from vault_crm.render.whose import LinkedPeople

    return LinkedPeople(vault or store.load(), board.output.path, store.settings.conventions.markdown_links)


def _write(
    store: Store,
    pages: _Pages,
    board: _Board,
    kept: list[Kept] | None,
    today: date,
    explicit: bool,
    written: set[str],
) -> str:
    """Writes a dashboard if its bytes change; its text. `kept` None: everything in it stays."""
    from vault_crm.render.filing import TickDay

    kept = pages.kept(board) if kept is None else kept
    text = pages.text(board, kept)
    if encode(text) == board.raw:
        return text
    days = TickDay(store, board.output.path, today, explicit)
    text = pages.text(board, [replace(one, entry=days.stamped(one.entry)) for one in kept])
    change = FileChange(board.output.path, board.raw, encode(text), Allowed(anything=True))
    if change.base != change.result:
        store.apply(Plan(f"write {board.output.path}", (change,)), journal=False)
        written.add(board.output.path)
    return text


class _Pages:
    """Renders dashboards of one agenda, with what the user wrote."""

    def __init__(self, store: Store, templates: Templates, agenda: Agenda) -> None:
        self._store = store
        self._templates = templates
        self._agenda = agenda

    def unapplied(self, board: _Board) -> str:
        """A dashboard's whole text, if nothing in it is applied."""
        return self.text(board, self.kept(board))

    def kept(self, board: _Board) -> list[Kept]:
        """Everything that the user wrote into a dashboard, with what is to be said about it."""
        entries = [entry for entry in board.read.entries if not entry.untouched]
        if not entries:
            return []
        from vault_crm.render.filing import Filing
        from vault_crm.render.filing import TickDay

        today = self._agenda.today
        days = TickDay(self._store, board.output.path, today, explicit=True)
        filing = Filing(self._store, _people(self._store, board), days, today)
        return [filing.keep(entry) for entry in entries]

    def text(self, board: _Board, kept: list[Kept]) -> str:
        """A dashboard's whole text with what is kept. Raises EditRefused, TemplateProblem."""
        from vault_crm.render.dashboard import compose
        from vault_crm.render.dashboard import render_body
        from vault_crm.render.weave import WouldLose
        from vault_crm.render.weave import weave

        output, settings = board.output, self._store.settings
        guarded = self._guarded(output.path)
        fresh = render_body(output, self._agenda, settings, self._templates, guarded)
        loose = [] if self._templates.customised else [line for _, line in board.read.loose]

        def make(_old: str) -> str:
            if not loose and not kept:
                return fresh
            return weave(fresh, kept, loose, self._frame(board, guarded))

        try:
            return compose(output, board.text, self._templates, make)
        except WouldLose as error:
            raise EditRefused(
                output.path, error.line, str(error), "put the text on a line of its own"
            ) from None

    def _frame(self, board: _Board, guarded: bool) -> Frame:
        from vault_crm.render.markdown import comment
        from vault_crm.render.markdown import link
        from vault_crm.render.weave import Frame

        vault = self._store.load()
        people = _people(self._store, board, vault)
        style = self._store.settings.dashboard_links

        def make_link(path: str) -> str:
            return link(vault.by_path[path].name, path, board.output.path, style)

        def guard(path: str) -> str:
            return comment(path) if guarded else ""

        return Frame(people.path_of, make_link, guard, self._templates.labels)

    def _guarded(self, path: str) -> bool:
        from vault_crm.git.repo import is_tracked

        choice = self._store.settings.dashboard_tracked
        return choice == "yes" or (choice == "auto" and is_tracked(self._store.root, path))
