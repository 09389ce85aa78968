"""The watcher beat by beat, with a clock that is moved by hand: no thread, no event, no waiting."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.serve.fakes import Scene

VAULT = """
=== People/ana.md
---
name: Ana Sousa
cadence: 2 weeks
last_contact: 2036-10-20
---

## Log

- 2036-10-20 call: the kids
=== People/ben.md
---
name: Ben Okafor
cadence: 2 weeks
last_contact: 2036-11-01
---
=== People/cleo.md
---
name: Cleo Park
cadence: 1 month
last_contact: 2036-11-19
---
"""

Make = Callable[[str], Path]


@pytest.fixture
def scene(vault: Make) -> Scene:
    """A vault whose dashboard is written, and a watcher with nothing to do."""
    made = Scene(vault(VAULT))
    made.settled()
    made.said.clear()
    return made


def test_the_first_beat_writes_the_page(vault: Make) -> None:
    scene = Scene(vault(VAULT))
    beat = scene.beat()
    assert beat.clean
    assert [name for name, _ in scene.all_said()] == ["wrote"]
    scene.assert_true()


def test_a_changed_note_reaches_the_page_at_the_next_beat(scene: Scene) -> None:
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    beat = scene.beat()
    assert (beat.changed, beat.clean) == (1, True)
    assert scene.told("wrote") == [
        {"path": "OVERDUE.md", "came": [], "went": ["Ben Okafor"], "filed": [], "overdue": 1}
    ]
    scene.assert_true()


def test_its_own_writes_cause_no_second_one(scene: Scene) -> None:
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.beat()
    scene.said.clear()
    scene.run(300)
    assert scene.said == []
