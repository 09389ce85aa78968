"""The plan of an import on its way through the user's editor, and what it says of each person."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vault_crm.cli.editor import open_editor
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.gaps import Gaps
from vault_crm.core.intake.gaps import combine
from vault_crm.core.intake.gaps import find_gaps
from vault_crm.core.intake.plantext import PlanProblem
from vault_crm.core.intake.plantext import format_plan
from vault_crm.core.intake.plantext import parse_plan
from vault_crm.core.intake.record import Record
from vault_crm.core.intake.targets import Targets
from vault_crm.core.model import text_items
from vault_crm.core.newnote import people_folder
from vault_crm.core.planmarks import marked
from vault_crm.core.planmarks import unmarked
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.cli.app import App
    from vault_crm.store.scratch import Scratch

_KNOWN_BY = ("company", "email", "phone", "city")
_WHO = ("role", "company", "email", "phone", "city")  # by what somebody is known who is left out
_MANY = 4  # names in a remark


class Draft:
    """The plan of one import: its rows, its title, and the user's changes."""

    def __init__(self, app: App, rows: Sequence[Row], title: str, update: bool = False) -> None:
        self._app = app
        self._title = title
        self._update = update
        self.rows = tuple(rows)
        self._vault = app.vault
        self._targets = Targets(app.vault, people_folder(app.vault, app.settings), app.settings)
        self._records = {row.number: combine(row.records) for row in rows}
        self._lacks = {row.number: self._gaps(row) for row in rows if row.verb == "same"}

    def text(self) -> str:
        """The plan as it is shown."""
        return format_plan(self.rows, self._title, self.remark, self.is_idle)

    def is_idle(self, row: Row) -> bool:
        """True if nothing would come of a row as it stands, and nobody is asked to decide about it."""
        gaps = self._lacks.get(row.number)
        return row.verb == "skip" or (gaps is not None and gaps.empty and not (self._update and gaps.stays))

    def has_choices(self, shy: bool) -> bool:
        """True if there is something in the plan to do; `shy`: or somebody to choose who is left out by
        default."""
        return any(
            not self.is_idle(row) or (shy and row.verb == "skip" and _is_shy(row)) for row in self.rows
        )

    def remark(self, row: Row) -> str:
        """What would come of a row."""
        record = self._records[row.number]
        if row.verb == "skip":
            return _joined(", ".join(known_of(record, _WHO)), row.why)
        if row.verb == "new":
            return _joined(new_remark(record), *record.hints)
        if row.verb == "unsure":
            return _joined(self._doubt(row), new_remark(record), *record.hints)
        gaps = self._lacks.get(row.number)
        said = same_remark(gaps, self._update) if gaps is not None else ""
        return _joined(said, row.why, *record.hints)

    def _doubt(self, row: Row) -> str:
        """Why somebody is unsure, and who may be meant where several may; one stands behind the arrow."""
        if len(row.candidates) < 2:
            return row.why
        others = [self._candidate(path) for path in row.candidates]
        return f"{row.why}: {', '.join(others[:_MANY])}" + (" ..." if len(others) > _MANY else "")

    def _candidate(self, path: str) -> str:
        return f"number {path[1:]}" if path.startswith("#") else path

    def _gaps(self, row: Row) -> Gaps | None:
        record = self._records[row.number]
        person = self._vault.by_path.get(row.target)
        if person is None:
            return None
        try:
            text = decode(self._app.store.read(row.target)) if record.note else None
        except EditRefused:
            text = None
        return find_gaps(person, record, text)

    # -- the user's part

    def from_editor(self, confirm: Callable[[Sequence[Row]], bool]) -> tuple[Row, ...]:
        """The plan, edited until every line can be understood, and confirmed.

        Raises UsageError if the user gives up; what they had written by then is kept, and it says where.
        """
        from vault_crm.store.scratch import scratch_file

        with scratch_file("vault-crm-import.txt", self.text()) as scratch:
            line = 0
            first = scratch.stamp()
            while True:
                before = scratch.stamp()
                open_editor(scratch.path, line, wait=True)
                text = unmarked(scratch.read())
                rows, problems = self._parse(text, False)
                if not problems:
                    saved = scratch.stamp() != before
                    if not saved and not self._app.confirm("The plan was not saved. Carry it out as it is?"):
                        raise UsageError("the plan was not saved", "nothing was changed")
                    if not confirm(rows):
                        raise _given_up("stopped", scratch, first)
                    return rows
                self._app.say("the plan cannot be carried out:\n" + listed(problems))
                if not self._app.confirm("Open it again?", default=True):
                    raise _given_up("the plan has lines that cannot be understood", scratch, first)
                text, line = marked(text, ((problem.line, problem.message) for problem in problems))
                scratch.write(text)

    def from_file(self, name: str, read: Callable[[], bytes]) -> tuple[Row, ...]:
        """The plan as it was printed and edited before. Raises UsageError."""
        try:
            text = read().decode("utf-8")
        except UnicodeDecodeError as problem:
            raise UsageError(f"{name}: the plan is not UTF-8: {problem.reason}") from None
        except OSError as error:
            raise UsageError(f"{name}: it cannot be read: {error.strerror or error}") from None
        rows, problems = self._parse(text, True)
        if problems:
            raise UsageError(f"{name}: the plan cannot be carried out:\n" + listed(problems),
                             "nothing was changed")  # fmt: skip
        return rows

    def _parse(self, text: str, check_names: bool) -> tuple[tuple[Row, ...], tuple[PlanProblem, ...]]:
        return parse_plan(text, self.rows, self._targets, self._app.settings, check_names=check_names)


def _given_up(why: str, scratch: Scratch, first: tuple[int, int]) -> UsageError:
    """What the user hears who gives up; a plan that they worked on stays."""
    if scratch.stamp() == first:
        return UsageError(why, "nothing was changed")
    scratch.kept = True
    hint = f"nothing was changed; your plan is kept, and --plan {scratch.path} goes on with it"
    return UsageError(why, hint)


def read_plan(name: str) -> bytes:
    """An edited plan; `-` is standard input. Raises OSError."""
    import sys

    return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()


def listed(problems: Sequence[PlanProblem]) -> str:
    """Problems, one a line."""
    return "\n".join(f"  line {p.line}: {p.message}" if p.line else f"  {p.message}" for p in problems)


def new_remark(record: Record) -> str:
    """By what a reader knows who it is, and what else is known."""
    values = record.values
    known = known_of(record, _KNOWN_BY)
    told = {name for name in _KNOWN_BY if any(item in known for item in text_items(values.get(name))[:1])}
    rest = [name for name in values if name not in told and name not in ("uid", "vcard", "cadence")]
    return _joined(", ".join(known), ", ".join([*rest, *_added(record)]))


def known_of(record: Record, properties: Sequence[str]) -> list[str]:
    """The first two of these properties that somebody has: `Harbour Books`, `ana@example.org`."""
    found = (item for name in properties for item in text_items(record.values.get(name))[:1])
    return [item for item in found if item != record.name][:2]


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)


def _is_shy(row: Row) -> bool:
    return any(record.wish == "known" for record in row.records)


def _added(record: Record) -> list[str]:
    lines = len(record.entries)
    log = [f"{lines} log line{'s' if lines > 1 else ''}"] if lines else []
    return [*log, *(["a note"] if record.note else []), *(["a picture"] if record.photo else [])]


def same_remark(gaps: Gaps, update: bool = False) -> str:
    """What would be added, and what stands there and says something else (`update`: that may be renewed)."""
    adds = f"adds {', '.join(gaps.names)}" if not gaps.empty else "nothing to add"
    stays = ", ".join(gaps.stays)
    kept = f"renews {stays} if this source wrote it" if update else f"keeps its own {stays}"
    return adds + (f"; {kept}" if stays else "")
