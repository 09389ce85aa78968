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
from vault_crm.core.text import decode
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError

if TYPE_CHECKING:
    from vault_crm.cli.app import App

_KNOWN_BY = ("company", "email", "phone", "city")
_MANY = 4  # names in a remark


class Draft:
    """The plan of one import: its rows, its title, and the user's changes."""

    def __init__(self, app: App, rows: Sequence[Row], title: str) -> None:
        self._app = app
        self._title = title
        self.rows = tuple(rows)
        self._vault = app.vault
        self._targets = Targets(app.vault, people_folder(app.vault, app.settings), app.settings)

    def text(self) -> str:
        """The plan as it is shown."""
        return format_plan(self.rows, self._title, self.remark)

    def remark(self, row: Row) -> str:
        """What would come of a row."""
        if row.verb == "skip":
            return row.why
        record = combine(row.records)
        hints = "; ".join(record.hints)
        if row.verb == "new":
            return "; ".join(part for part in (new_remark(record), hints) if part)
        if row.verb == "unsure":
            others = [self._candidate(path) for path in row.candidates]
            names = ", ".join(others[:_MANY]) + (" ..." if len(others) > _MANY else "")
            return "; ".join(part for part in (f"{row.why}: {names}", new_remark(record), hints) if part)
        gaps = self._gaps(row, record)
        said = same_remark(gaps) if gaps is not None else ""
        return "; ".join(part for part in (said, row.why, hints) if part)

    def _candidate(self, path: str) -> str:
        return f"number {path[1:]}" if path.startswith("#") else path

    def _gaps(self, row: Row, record: Record) -> Gaps | None:
        person = self._vault.by_path.get(row.target)
        if person is None:
            return None
        try:
            text = decode(self._app.store.read(row.target)) if record.note else None
        except EditRefused:
            text = None
        return find_gaps(person, record, text)

    # -- the user's part

    def from_editor(self) -> tuple[Row, ...]:
        """The plan, edited until every line can be understood. Raises UsageError if the user gives up."""
        from vault_crm.store.scratch import scratch_file

        with scratch_file("vault-crm-import.txt", self.text()) as scratch:
            while True:
                open_editor(scratch.path, wait=True)
                rows, problems = self._parse(scratch.read(), False)
                if not problems:
                    return rows
                self._app.say("the plan cannot be carried out:\n" + listed(problems))
                if not self._app.confirm("Open it again?", default=True):
                    raise UsageError("the plan has lines that cannot be understood", "nothing was changed")

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
    known = [item for name in _KNOWN_BY for item in text_items(values.get(name))[:1]][:2]
    told = {name for name in _KNOWN_BY if text_items(values.get(name))[:1] and values.get(name)}
    told = {n for n in told if any(item in known for item in text_items(values[n])[:1])}
    rest = [name for name in values if name not in told and name not in ("uid", "vcard", "cadence")]
    rest += _added(record)
    return "; ".join(part for part in (", ".join(known), ", ".join(rest)) if part)


def _added(record: Record) -> list[str]:
    lines = len(record.entries)
    log = [f"{lines} log line{'s' if lines > 1 else ''}"] if lines else []
    return [*log, *(["a note"] if record.note else []), *(["a picture"] if record.photo else [])]


def same_remark(gaps: Gaps) -> str:
    """What would be added, and what stands there and says something else."""
    adds = f"adds {', '.join(gaps.names)}" if not gaps.empty else "nothing to add"
    return adds + (f"; keeps its own {', '.join(gaps.stays)}" if gaps.stays else "")
