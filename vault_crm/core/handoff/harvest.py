"""What a handoff is about: the won deals of the files, and everybody behind them who is not decided yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from vault_crm.core.handoff.contacts import Contact
from vault_crm.core.handoff.deal import Deal
from vault_crm.core.handoff.humans import Directory
from vault_crm.core.handoff.humans import Human
from vault_crm.core.handoff.humans import gather
from vault_crm.core.record import record


@record
class Harvest:
    """`humans` are to be decided about, `before` counts those whom an earlier handoff decided about. `deals`
    counts all deals, `won` those of them that count, `earlier` those that were won before `since`; `stages`
    are the words that the others say, with how many say them. `silent` are won deals that name nobody,
    `nameless` people of whom there is no name."""

    humans: tuple[Human, ...]
    deals: int
    won: int
    before: int = 0
    earlier: int = 0
    stages: tuple[tuple[str, int], ...] = ()
    silent: tuple[Deal, ...] = ()
    nameless: tuple[Contact, ...] = ()


def harvest(
    deals: Iterable[Deal], directory: Directory, decided: frozenset[str], since: date | None = None
) -> Harvest:
    """The people behind the won deals, without those about whose deals everything is decided.

    `since`: deals closed before that day do not count; a deal without a day always does.
    """
    seen: dict[str, Deal] = {}
    rows: list[Deal] = []
    earlier: set[str] = set()
    stages: Counter[str] = Counter()
    for deal in deals:
        new = seen.setdefault(deal.key, deal) is deal
        if deal.outcome != "won":
            stages.update(deal.stages if new else ())
        elif since is None or deal.closed is None or deal.closed >= since:
            rows.append(deal)  # a report has a row for each of a deal's people
        else:
            earlier.add(deal.key)
    humans, nameless = gather(rows, directory)
    open_ones = tuple(human for human in humans if not human.decided(decided))
    named = {deal.key for deal in rows if deal.contacts}
    silent = {deal.key: deal for deal in rows if deal.key not in named}
    return Harvest(
        open_ones,
        len(seen),
        len({deal.key for deal in rows}),
        len(humans) - len(open_ones),
        len(earlier),
        tuple(stages.most_common()),
        tuple(silent.values()),
        nameless,
    )
