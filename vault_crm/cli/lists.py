"""Who is overdue, and how many stand where: from the roster, without more of the house than that takes."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import TYPE_CHECKING
from typing import NamedTuple

from vault_crm.cli.app import day_in
from vault_crm.store.glance import Glance

if TYPE_CHECKING:
    from datetime import date

    from vault_crm.cli.app import App
    from vault_crm.core.rows import Row


class Lists(NamedTuple):
    """`late()`: who is overdue on `day`, the most pressing first; `counts`: how many have each status."""

    day: date
    counts: Mapping[str, int]
    late: Callable[[], Sequence[Row]]


def lists_of(app: App) -> Lists:
    """The lists of a vault as it is now. Raises NoVault, BadSettings."""
    if app.in_the_past:
        return _worked_out(app)
    look = app.look
    if look is not None and look.fresh:
        known = _kept(app, look)
        if known is not None:
            return known
    roster = app.roster
    if roster is None:
        return _worked_out(app)
    return Lists(app.today, roster.counts(), roster.late)


def _kept(app: App, look: Glance) -> Lists | None:
    """What the roster says, if it holds today; None else."""
    head = look.packed.head
    today = app.today_given or day_in(head["timezone"])
    day = today.toordinal()
    if not head["day"] <= day < head["until"]:
        return None
    try:
        late = look.packed.values("late")
    except (ValueError, OSError, EOFError, TypeError):
        return None
    if day != head["day"]:
        from vault_crm.core.rows import pressing_rows

        late = pressing_rows(late, day)
    app.warn_of_settings(head["warnings"])
    app.today = today
    return Lists(today, head["counts"], lambda: late)


def _worked_out(app: App) -> Lists:
    """The same of a vault that cannot be kept as a roster."""
    from vault_crm.core.agenda import by_pressing
    from vault_crm.core.rows import LATE
    from vault_crm.core.rows import row_of

    agenda = app.agenda
    counts: dict[str, int] = {}
    for item in agenda.items:
        counts[item.status] = counts.get(item.status, 0) + 1
    return Lists(app.today, counts, lambda: [row_of(i) for i in by_pressing(agenda.with_status(*LATE))])
