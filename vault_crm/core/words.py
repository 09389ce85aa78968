"""The few types that reading one text needs; `core.model` has them all, these too.

Apart, because the merge driver is started once for each file of each commit: it must not make types that it
does not use.
"""

from __future__ import annotations

from datetime import date
from typing import Literal
from typing import NamedTuple
from typing import TypeAlias

from vault_crm.core.record import record

# What a YAML value becomes. Scalars stay the text the user typed, but for true/false and null/empty; unquoted
# `[[links]]` are text, too. Lists are tuples; mappings are dicts and are only kept, never understood.
Value: TypeAlias = "str | bool | tuple[Value, ...] | dict[str, Value] | None"


@record(order=True)
class Span:
    """A place in a note: from `col` up to (not including) `end_col` of one line; `end_col` 0 is the line's
    end."""

    path: str
    line: int
    col: int = 1
    end_col: int = 0


@record
class Cadence:
    """How often one wants to be in touch: every `every` `unit`s; `unit` 'never' means not reminded, on
    purpose."""

    every: int
    unit: Literal["day", "week", "month", "year", "never"]

    @property
    def never(self) -> bool:
        """True if the person chose (for now) not to be reminded."""
        return self.unit == "never"


@record
class Interaction:
    """One dated entry of a person's log. `kind` is the free word before the colon ('call'), '' if there is
    none. `links` are the link targets in it, as written."""

    on: date
    kind: str
    text: str
    span: Span
    links: tuple[str, ...] = ()


class LogWords(NamedTuple):
    """Of the settings, what a merge needs: under which headings a log stands."""

    log_heading: str = "Log"
    log_headings: tuple[str, ...] = ()
