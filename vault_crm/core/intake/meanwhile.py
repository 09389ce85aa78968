"""Who came into the vault while an import was planned: an editor was open, another import was at work."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Sequence

from vault_crm.core.actions import Read
from vault_crm.core.intake.decide import Options
from vault_crm.core.intake.decide import Row
from vault_crm.core.intake.decide import decide
from vault_crm.core.model import Vault
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings


def heed_newcomers(
    rows: Sequence[Row], known: Collection[str], vault: Vault, settings: Settings, read: Read | None = None
) -> tuple[Row, ...]:
    """The rows, with whoever is to be new, and is in the vault by now, as `same` or `unsure`.

    `known` are the paths of the people who were there when the rows were decided: what is said about those
    holds, be it by the user.
    """
    newcomers = vault.by_path.keys() - set(known)
    fresh = [row for row in rows if row.verb == "new"]
    if not newcomers or not fresh:
        return tuple(rows)
    records = [record for row in fresh for record in row.records]
    found = {
        id(record): row
        for row in decide(records, vault, settings, Options(everyone=True), read)
        for record in row.records
    }
    return tuple(
        _heeded(row, [found[id(r)] for r in row.records if id(r) in found], newcomers) for row in rows
    )


def _heeded(row: Row, now: Sequence[Row], newcomers: Collection[str]) -> Row:
    if row.verb != "new":
        return row
    same = next((one for one in now if one.verb == "same" and one.target in newcomers), None)
    if same is not None:
        return replace(row, verb="same", target=same.target, why=same.why)
    candidates = tuple(path for one in now for path in one.candidates if path in newcomers)
    if any(one.verb == "unsure" for one in now) and candidates:
        return replace(row, verb="unsure", target="", why=now[0].why, candidates=candidates)
    return row
