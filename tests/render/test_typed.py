"""Nothing that a user typed between the markers vanishes, wherever it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.render.test_update import ANA
from tests.render.test_update import BEN
from tests.render.test_update import TODAY
from tests.render.test_update import VAULT
from tests.render.test_update import Desk
from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.render.update import update
from vault_crm.store.store import Store

Make = Callable[[str], Path]
OWN = """
=== .vault-crm/templates/sections/25-lisbon.md.j2
## {{ 'Lis' }}{{ 'bon' }}

{% for p in find('city:lisbon') %}
{{ p.name }}
- {{ p.link }} lives there
{% endfor %}
=== People/Lia.md
---
city: Lisbon
cadence: yearly
last_contact: 2026-11-01
---
"""


@pytest.fixture
def desk(vault: Make) -> Desk:
    return Desk(vault(VAULT))


@pytest.mark.parametrize("box", ["[x ]", "[ x]", "[X]\u00a0", "[x]"])
def test_a_tick_by_any_finger(desk: Desk, box: str) -> None:
    space = "" if box in ("[x]", "[X]\u00a0") else " "
    desk.type((ANA, ANA.replace("[ ] ", box + space) + " lunch"))
    assert desk.update() == ["Ana Sousa: 2026-11-22 lunch"]
    desk.settled()


def test_a_box_without_a_space_is_an_open_one(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[]")))
    assert desk.update() == []
    assert ANA in desk.text
    assert KEPT_HEADING not in desk.text


def test_words_typed_at_the_end_of_the_tools_lines(desk: Desk) -> None:
    last = "    - last: 2026-10-27 call, the kids (every 3 weeks)"
    lately = "- 2026-10-27 [Ana Sousa](People/ana-sousa.md), call, the kids"
    desk.type((last, f"{last} and the boat"), (lately, f"{lately} and the sail"))
    assert desk.update() == []
    assert f"{ANA}\n{last}\n    - and the boat\n" in desk.text
    assert f"{KEPT_HEADING}\n\n- [Ana Sousa](People/ana-sousa.md) and the sail\n" in desk.text
    desk.settled()
    desk.type((ANA, ANA.replace("[ ]", "[x]")))
    assert desk.update() == ["Ana Sousa: 2026-11-22 and the boat"]
    desk.settled()


def test_lines_that_only_look_like_the_tools(desk: Desk) -> None:
    typed = "## Ideas\n\n- 2026-11-21 [[Ana Sousa]] lunch at the pier\n\n<!-- ask Ben first -->\n"
    desk.type(("## Lately\n", f"{typed}\n## Lately\n"))
    desk.update()
    for line in typed.split("\n"):
        assert line in desk.text.partition(KEPT_HEADING)[2]
    desk.settled()


def test_a_note_edited_meanwhile_leaves_no_words_behind(desk: Desk) -> None:
    ana = desk.root / "People/ana-sousa.md"
    ana.write_text(ana.read_text().replace("call: the kids", "call: the"))
    desk.update()
    assert KEPT_HEADING not in desk.text
    assert "kids" not in desk.text


def test_with_own_templates_a_line_of_nobody_is_kept_and_the_templates_lines_are_not(vault: Make) -> None:
    desk = Desk(vault(VAULT + OWN))
    assert "## Lisbon\n\nLia\n- [Lia](People/Lia.md) lives there\n" in desk.text
    desk.type(("## Lisbon\n", "Bring flowers.\n\n## Lisbon\n"), (BEN, "- milk\n\n" + BEN))
    (desk.root / "People/Lia.md").write_text("---\ncity: Porto\ncadence: yearly\n---\n")
    desk.update()
    assert desk.text.partition(KEPT_HEADING)[2] == "\n\n- milk\nBring flowers.\n<!-- vault-crm:end -->\n"
    assert "lives there" not in desk.text
    desk.settled()


def test_what_was_written_is_remembered_where_notes_are_not(desk: Desk) -> None:
    update(Store.open(desk.root), TODAY, explicit_today=True)
    assert "## Lately" in desk.store.written("OVERDUE.md")
    assert desk.store.written("Other.md") == frozenset()


def test_a_tick_on_a_note_whose_frontmatter_broke_since_stays(vault: Make) -> None:
    desk = Desk(vault("=== People/Ana.md\n---\ncadence: weekly\n---\n"))
    broken = b"---\ncadence: weekly\n\n# Ana\n"
    (desk.root / "People/Ana.md").write_bytes(broken)
    desk.type(("- [ ] [Ana](People/Ana.md)", "- [x] [Ana](People/Ana.md) lunch"))
    desk.update()
    assert "- [x] [Ana](People/Ana.md) lunch" in desk.text
    assert (desk.root / "People/Ana.md").read_bytes() == broken


@pytest.mark.parametrize("words", ["#tag lunch", "# lunch", "- lunch", "1. lunch", "> lunch", "call: #tag"])
def test_a_crash_doubles_no_words_that_a_note_had_to_escape(vault: Make, words: str) -> None:
    log = "## Log\n\n### 2026-10-27\nThe kids.\n"
    desk = Desk(vault(f"=== People/Ana.md\n---\ncadence: weekly\n---\n{log}"))
    desk.type(("- [ ] [Ana](People/Ana.md)", f"- [x] [Ana](People/Ana.md) {words}"))
    ticked = desk.page.read_bytes()
    desk.update()
    note = desk.note("People/Ana.md")
    assert "lunch" in note or "tag" in note
    desk.page.write_bytes(ticked)
    desk.update()
    assert desk.note("People/Ana.md") == note
    desk.settled()
