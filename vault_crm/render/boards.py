"""The dashboards of a vault as they are on the disk, and what the user wrote into them. Needs no Jinja2."""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Sequence
from typing import TYPE_CHECKING

from vault_crm.core.dashboard.changed import read_changes
from vault_crm.core.dashboard.markers import MarkerProblem
from vault_crm.core.dashboard.markers import find_generated
from vault_crm.core.dashboard.ownlines import HINT
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ticks import OURS
from vault_crm.core.dashboard.ticks import DashboardText
from vault_crm.core.dashboard.ticks import Entry
from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.render.outputs import Output
from vault_crm.render.outputs import outputs_of
from vault_crm.render.outputs import refuse_foreign
from vault_crm.render.templates import Templates
from vault_crm.render.templates import read_own
from vault_crm.store.swap import unsaved_swap

if TYPE_CHECKING:
    from datetime import date

    from vault_crm.store.store import Store


@record
class Waiting:
    """A line of a dashboard that waits: ticked, or with a command, or not understood."""

    path: str
    line: int
    text: str


@record
class Board:
    """One dashboard: its bytes (None: it is not there yet), what of it is the user's, and how the tool's own
    lines were told there."""

    output: Output
    raw: bytes | None
    read: DashboardText
    own: OwnLines = OURS

    @property
    def text(self) -> str | None:
        """The file's text."""
        return None if self.raw is None else decode(self.raw)

    @property
    def touched(self) -> tuple[Entry, ...]:
        """The entries on which something is the user's."""
        return self.read.entries


def templates_of(store: Store) -> Templates:
    """The templates of the store's vault. Raises TemplateProblem."""
    return read_own(store.root, store.read)


def read_boards(store: Store, templates: Templates) -> list[Board]:
    """All dashboards. Raises EditRefused if one is not ours or has damaged markers; TemplateProblem."""
    return [read_board(store, templates, output) for output in outputs_of(templates, store.settings)]


def find_boards(store: Store, templates: Templates) -> list[Board]:
    """The dashboards that are there; in those that are not ours, or damaged, nothing is read."""
    found = []
    for output in find_outputs(store, templates):
        try:
            found.append(_read(store, templates, output))
        except EditRefused:
            found.append(Board(output, None, DashboardText()))
    return found


def find_outputs(store: Store, templates: Templates) -> list[Output]:
    """Those of the dashboards that are there."""
    return [
        output for output in outputs_of(templates, store.settings) if os.path.isfile(store.root / output.path)
    ]


def _read(store: Store, templates: Templates, output: Output) -> Board:
    if not (store.root / output.path).exists():
        return Board(output, None, DashboardText())
    raw = store.read(output.path)
    own = templates.own_lines(store.written(output.path))
    try:
        read = read_changes(decode(raw), own)
    except MarkerProblem as problem:
        raise EditRefused(output.path, problem.line, problem.reason, problem.hint) from None
    return Board(output, raw, read, own)


def read_board(store: Store, templates: Templates, output: Output) -> Board:
    """One dashboard as it is on the disk. Raises EditRefused if it is not ours or has damaged markers."""
    board = _read(store, templates, output)
    if board.text:
        refuse_foreign(output, board.text)
    return board


def refuse_unsaved(store: Store, boards: Iterable[Board]) -> None:
    """Raises EditRefused if an editor holds unsaved text of one of these dashboards."""
    for board in boards:
        editor = unsaved_swap(store.root / board.output.path) if board.raw is not None else ""
        if editor:
            raise EditRefused(
                board.output.path,
                0,
                f"it is open with unsaved text ({editor})",
                "save it there, then run `vault-crm render` again",
            )


def pending(store: Store, today: date | None = None) -> tuple[Waiting, ...]:
    """The lines of all dashboards that wait to be applied. Damaged dashboards hold nothing."""
    from datetime import date

    from vault_crm.core.dashboard.wishes import read_wish

    day = today or date.min
    return tuple(
        Waiting(board.output.path, entry.line, entry.text)
        for board in find_boards(store, templates_of(store))
        for entry in board.touched
        if read_wish(entry, day).waits
    )


def lines_with_hints(board: Board, text: str) -> Sequence[tuple[str, int, str]]:
    """(path, line, hint) of what stays in a dashboard's new text because it could not be applied."""
    from vault_crm.core.dashboard.ticks import read_dashboard

    entries = read_dashboard(text, board.own).entries if f"{HINT}: " in text and find_generated(text) else ()
    return [(board.output.path, entry.line, entry.hint) for entry in entries if entry.hint]
