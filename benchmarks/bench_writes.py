"""Writing something down about one person, in a vault that the program knows."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.figures import Row
from benchmarks.figures import ms
from benchmarks.figures import say
from benchmarks.ground import Ground
from benchmarks.ground import compared
from benchmarks.ground import digits
from benchmarks.ground import notes
from benchmarks.pairs import Command
from benchmarks.pairs import Spread
from benchmarks.pairs import more
from benchmarks.pairs import seconds

GOAL = 1.6  # times `overdue`
PAGE_GOAL = 1.5  # times `import jinja2`, for the page that must be brought up to date on top
PAGE = "OVERDUE.md"


class Writing:
    """The commands of one vault. Each run is about another of those who are overdue, the most pressing
    first: they stand on the page, so a page that is there must change. Before each the page is as it should
    be, or is not there, and the index knows all."""

    def __init__(self, ground: Ground, vault: Path) -> None:
        self.ground, self.vault = ground, vault
        self.pages_same = 0
        self._page = b""
        self._names = itertools.cycle([str(one["name"]) for one in ground.people(vault, "overdue")])
        self._texts = itertools.count(1)

    def commands(self) -> dict[str, Callable[[], Command]]:
        """By name, what makes the command of the next run."""
        return {
            "overdue": lambda: self._command(["overdue"]),
            "log": lambda: self._command(self._log()),
            "snooze": lambda: self._command(self._snooze()),
            "set": lambda: self._command(self._set()),
            "page": lambda: replace(self._command(self._log()), before=self._with_page, after=self._see_page),
        }

    def _command(self, words: list[str]) -> Command:
        return self.ground.crm(self.vault, *words, before=self._without_page)

    def _log(self) -> list[str]:
        return ["log", next(self._names), "--type", "call", "-m", f"made up, {next(self._texts)}"]

    def _snooze(self) -> list[str]:
        return ["snooze", next(self._names), "--for", f"{20 + next(self._texts)} days"]

    def _set(self) -> list[str]:
        return ["set", next(self._names), "city", f"Lisbon {next(self._texts)}"]

    def _without_page(self) -> None:
        (self.vault / PAGE).unlink(missing_ok=True)
        self.ground.do(self.vault, "overdue")

    def _with_page(self) -> None:
        self.ground.do(self.vault, "render")
        self.ground.do(self.vault, "overdue")
        self._page = (self.vault / PAGE).read_bytes()

    def _see_page(self) -> None:
        self.pages_same += (self.vault / PAGE).read_bytes() == self._page


def bench_writes(ground: Ground) -> Iterator[Row]:
    """`log`, `snooze` and `set`; and `log` with a page that is to be brought up to date."""
    for size, _ in ground.with_goals((GOAL,) * 3):
        say(f"writing, {notes(size)}")
        vault = ground.copy(ground.vault(size), "writes")
        writing = Writing(ground, vault)
        references = {name: ground.imports(vault, name) for name in ("jinja2", "click")}
        taken = ground.measure({**references, **writing.commands()})
        for name in ("log", "snooze", "set"):
            what = f"`{name}` on one person, {notes(size)}"
            yield compared(taken, name, "overdue", what, "`overdue`", GOAL)
        what = f"`log` on one person, {notes(size)}"
        yield compared(taken, "log", "click", what, "`import click`", None)
        spent = [
            extra / one.wall for extra, one in zip(more(taken, "page", "log"), taken["jinja2"], strict=True)
        ]
        spread = Spread.of(spent)
        shown = f"{digits(spread.median)} ({digits(spread.least)} to {digits(spread.greatest)}); "
        shown += f"{ms(seconds(taken, 'page'))}, without a page {ms(seconds(taken, 'log'))}"
        if writing.pages_same:
            shown += f"; the page stayed the same in {writing.pages_same} runs"
        yield Row(
            f"`log` with a page that must change, {notes(size)}: more than without",
            f"≤ {PAGE_GOAL:g} × `import jinja2`",
            shown,
            spread.median <= PAGE_GOAL,
        )
