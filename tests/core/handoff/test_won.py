"""Was a deal won, in the words of the CRMs."""

from __future__ import annotations

import pytest

from vault_crm.core.handoff.won import fold_stage
from vault_crm.core.handoff.won import outcome_of


@pytest.mark.parametrize(
    ("stage", "outcome"),
    [
        ("Closed Won", "won"),
        ("closedwon", "won"),
        ("Closed-Won (Sales Pipeline)", "won"),
        ("Closed won - not invoiced", "won"),
        ("Geschlossen und gewonnen", "won"),
        ("Gagné", "won"),
        ("Cerrado ganado", "won"),
        ("Vunnen", "won"),
        ("Выиграна", "won"),
        ("受注済み", "won"),
        ("수주 완료", "won"),
        ("Closed Lost", "lost"),
        ("Closed-Lost to Competition", "lost"),
        ("lost, won by another", "lost"),
        ("Nicht gewonnen", "lost"),
        ("Not won", "lost"),
        ("Won't buy", "lost"),
        ("Förlorad", "lost"),
        ("Negotiation", "open"),
        ("Wonderful fit", "open"),
        ("Wondering", "open"),
        ("", ""),
    ],
)
def test_a_stage_tells(stage: str, outcome: str) -> None:
    assert outcome_of({"state": (stage,)}) == outcome


def test_a_tick_decides_before_the_stage() -> None:
    assert outcome_of({"won": ("true",), "state": ("Signed",)}) == "won"
    assert outcome_of({"won": ("0",), "state": ("Won over by price",)}) == "open"
    assert outcome_of({"won": ("false",), "state": ("Closed Lost",)}) == "lost"
    assert outcome_of({"won": ("maybe",), "state": ("Closed Won",)}) == "won"


def test_the_status_and_the_stage_are_looked_at_together() -> None:
    assert outcome_of({"state": ("Won", "Negotiations")}) == "won"
    assert outcome_of({"state": ("Lost", "Closed Won")}) == "lost"


def test_the_user_says_which_stages_are_won() -> None:
    won = frozenset({fold_stage("Signed & sealed")})
    assert outcome_of({"state": ("signed,  SEALED",)}, won) == "won"
    assert outcome_of({"state": ("Signed",)}, won) == "open"
    assert outcome_of({"state": ("Lost",)}, frozenset({"any"})) == "won"
