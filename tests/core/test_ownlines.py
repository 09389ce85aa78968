"""Which lines of a dashboard are the tool's, and which a user typed."""

from __future__ import annotations

import pytest

from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.dashboard.ownlines import shapes_of
from vault_crm.core.dashboard.ticks import read_body

OURS = OwnLines()
LATELY = "- 2026-11-21 [Eva Roth](People/Eva%20Roth.md), call, the boiler"
LAST = "    - last: 2026-10-27 call, the kids (every 3 weeks)"


@pytest.mark.parametrize(
    "line",
    [
        "**12 overdue** · 3 due soon · 1 never contacted · 3 need attention · good until 2026-11-23",
        "**Nobody is overdue** · 1 needs attention",
        "**No people yet**: `vault-crm new \"Ana Sousa\"` makes the first note",
        "## Overdue",
        "## Not filed yet  ",
        "<!-- People/Ana%20Sousa.md -->",
        "and 40 more: `vault-crm list status:never`",
        "- 2026-11-25 Wed [Ben \\[x\\] Okafor](People/ben.md) turns 38",
        "* 2026-11-25 Wed [[People/ben|Ben]], birthday",
        "- [Tom](People/tom.md) line 4: cadence \"2x\" is not understood",
        LATELY,
    ],
)  # fmt: skip
def test_forms_of_our_own_lines(line: str) -> None:
    assert OURS.theirs(line) == ""


@pytest.mark.parametrize(
    "line",
    [
        "- 2026-11-21 [[Ana Sousa]] lunch at the pier",
        "- 2026-11-21 lunch with [Ana](ana.md)",
        "- [[Ana Sousa]] line 5 of her poem",
        "and 5 more: `eggs`",
        "**3 overdue** library books",
        "**Nobody is overdue** · hooray",
        "## Ideas for Sunday",
        "# Overdue bills",
        "<!-- ask Ben first -->",
        "Bring flowers.",
    ],
)
def test_what_only_looks_like_them_is_the_users(line: str) -> None:
    assert OURS.theirs(line) == line
    assert read_body(f"## Overdue\n\n{line}\n").loose == ((3, line),)


def test_words_at_the_end_of_a_written_line_are_the_users() -> None:
    own = OwnLines(written=frozenset({LATELY, LAST.strip(), "**1 overdue** · 1 due soon"}))
    assert own.theirs(f"{LATELY} and her boat ") == "- [Eva Roth](People/Eva%20Roth.md) and her boat"
    assert own.theirs("**1 overdue** · 1 due soon oh no") == "oh no"
    read = read_body(f"- [x] [[Ana]] lunch\n{LAST}  she moved to Rome\n\t- and Ben\n", own=own)
    assert read.entries[0].below == ("    - she moved to Rome", "\t- and Ben")
    assert read_body(f"- [ ] [[Ana]]\n{LAST} \n", own=own).entries[0].untouched
    alone = read_body(f">>>>>>> phone\n{LAST} she moved\n", own=own)
    assert alone.loose == ((2, "- she moved"),)
    assert OURS.behind(f"{LAST} she moved") == ""  # another device's line: nothing to compare with


def test_forms_of_the_vaults_own_templates() -> None:
    own = OwnLines(
        shapes=shapes_of(
            [
                "{# output: x.md\n - no line: {{ x }} #}\n## Lisbon\n\n{% for p in find('city:lisbon') %}\n"
                "- {{ p.link }}{{ d.words }}\n- {{ p.name }} lives in {{ p.fields.city }}\n{{ p.name }}\n"
                "| {{ p.link }} | {{ p.due }} |\n{% endfor %}\n"
                "{{ people(due_soon, 'This week', 'upcoming') }}\n"
            ]
        )
    )
    for line in (
        "## Lisbon", "## This week", "- [Lia](lia.md)", "- [[Lia]], call", "- Lia lives in Lisbon",
        "| [Lia](lia.md) | 2026-11-22 |",
    ):  # fmt: skip
        assert own.theirs(line) == "", line
    for line in ("- [Lia](lia.md) likes tea", "Lia", "- no line: 5", "- milk", "## Porto"):
        assert own.theirs(line) == line
