"""Whoever came into the vault between the plan of an import and its carrying out is not made twice."""

from __future__ import annotations

from tests.vaults import split_vault
from vault_crm.core.intake.decide import Options
from vault_crm.core.intake.decide import decide
from vault_crm.core.intake.meanwhile import heed_newcomers
from vault_crm.core.intake.record import make_record
from vault_crm.core.model import Vault
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.core.words import Span

SETTINGS = Settings()
BEFORE = "=== People/Ana Sousa.md\n---\ntags: [person]\n---\n"
AFTER = (
    BEFORE
    + """
=== People/Ben Okafor.md
---
tags: [person]
email: ben@example.org
---
=== People/Carla Roth.md
---
tags: [person]
---
"""
)


def vault_of(text: str) -> Vault:
    notes = {path: parse_note(path, raw, SETTINGS) for path, raw in split_vault(text).items()}
    return assemble(notes, SETTINGS)


def test_newcomers_are_the_same_or_unsure_and_what_was_said_of_others_holds() -> None:
    people = [
        ("Ben Okafor", "ben@example.org"),
        ("Carla Roth", "c@example.org"),
        ("Dinis Blom", "d@example.org"),
    ]
    records = [
        make_record("csv", Span("list.csv", number, 1, 2), name, {"email": (at,)})
        for number, (name, at) in enumerate(people, 1)
    ]
    before, after = vault_of(BEFORE), vault_of(AFTER)
    rows = decide(records, before, SETTINGS, Options())
    assert [row.verb for row in rows] == ["new", "new", "new"]
    assert heed_newcomers(rows, before.by_path, before, SETTINGS) == rows
    ben, carla, dinis = heed_newcomers(rows, before.by_path, after, SETTINGS)
    assert (ben.verb, ben.target) == ("same", "People/Ben Okafor.md")
    assert (carla.verb, carla.candidates) == ("unsure", ("People/Carla Roth.md",))
    assert dinis == rows[2]
    # People who were there when the user said `new` are another matter.
    assert heed_newcomers(rows, after.by_path, after, SETTINGS) == rows
