"""Two devices that render, tick and log, and meet: afterwards both have the same bytes, and every contact
is in the log once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from tests.vaults import tree_bytes
from vault_crm.core.actions import plan_log
from vault_crm.core.merge.file import merge_file
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.git.textmerge import text_merge
from vault_crm.render.update import refresh_dashboards
from vault_crm.render.update import update
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
VAULT = """
=== .vault-crm/config.toml
[dashboard]
tracked = "yes"
=== People/ana.md
---
name: Ana
cadence: 3 weeks
---

## Log

- 2026-10-01 call: the kids
=== People/ben.md
---
name: Ben
cadence: 2 weeks
---

## Log

- 2026-09-01 coffee
=== People/cleo.md
---
name: Cleo
cadence: 1 month
---

## Log

- 2026-08-01 tea
=== People/dee.md
---
name: Dee
cadence: 1 week
---

## Log

- 2026-11-17 call
"""
ANA, BEN, CLEO, DEE = (f"[{name}](People/{name.lower()}.md)" for name in ("Ana", "Ben", "Cleo", "Dee"))
Make = Callable[[str], Path]
Act = Callable[["Device"], None]


class Device:
    """A vault, what is typed there, and what it had when it last met the other one."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.before: dict[str, bytes] = {}

    @property
    def page(self) -> str:
        """The dashboard's text."""
        return (self.root / "OVERDUE.md").read_text(encoding="utf-8")

    def type(self, old: str, new: str) -> None:
        """Replaces a text of the dashboard, which must be there."""
        assert old in self.page, old
        (self.root / "OVERDUE.md").write_text(self.page.replace(old, new, 1), encoding="utf-8")

    def tick(self, link: str, words: str = "") -> None:
        """Ticks somebody."""
        self.type(f"- [ ] {link}", f"- [x] {link} {words}".rstrip())

    def below(self, link: str, words: str) -> None:
        """Writes below somebody."""
        self.type(f"{link}\n", f"{link}\n    - {words}\n")

    def render(self) -> None:
        """Takes ticks in, writes the page."""
        update(Store.open(self.root), TODAY, explicit_today=True)

    def log(self, name: str, words: str) -> None:
        """`vault-crm log`, which leaves ticks alone."""
        store = Store.open(self.root)
        people = tuple(person for person in store.load().people if person.name == name)
        store.apply(plan_log(store.read, people, TODAY, "", words, store.settings))
        assert refresh_dashboards(Store.open(self.root), TODAY, explicit_today=True) == []

    def entries(self) -> list[str]:
        """What this day brought, of all logs."""
        texts = [(self.root / f"People/{name}.md").read_text() for name in ("ana", "ben", "cleo", "dee")]
        return sorted(line for text in texts for line in text.splitlines() if line.startswith("- 2026-11-22"))


def meet(one: Device, other: Device) -> None:
    """A sync: each file is merged, as the driver does it."""
    ours, theirs = tree_bytes(one.root), tree_bytes(other.root)
    for path in sorted(ours.keys() | theirs.keys()):
        base, this, that = (decode(files.get(path, b"")) for files in (one.before, ours, theirs))
        merged = merge_file(path, base, this, that, text_merge)
        assert merged.clean, merged.text
        for device in (one, other):
            (device.root / path).write_bytes(encode(merged.text))
    one.before = other.before = tree_bytes(one.root)


@pytest.fixture
def devices(tmp_path: Path, vault: Make) -> tuple[Device, Device]:
    """Two vaults that were rendered and then became the same."""
    root = vault(VAULT)
    one = Device(root)
    one.render()
    one.before = tree_bytes(root)
    second = Device(tmp_path / "other device")
    for path, raw in one.before.items():
        file = second.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    second.before = one.before
    return one, second


CASES: dict[str, tuple[list[Act], list[Act], list[str]]] = {
    "both tick, nobody renders": (
        [lambda d: d.tick(ANA, "lunch")],
        [lambda d: d.tick(BEN)],
        ["- 2026-11-22 in touch", "- 2026-11-22 lunch"],
    ),
    "one renders, the other ticks somebody else": (
        [lambda d: d.tick(ANA, "lunch"), Device.render],
        [lambda d: d.tick(BEN, "call: dogs")],
        ["- 2026-11-22 call: dogs", "- 2026-11-22 lunch"],
    ),
    "both tick the same person in the same words": (
        [lambda d: d.tick(ANA, "lunch"), Device.render],
        [lambda d: d.tick(ANA, "lunch")],
        ["- 2026-11-22 lunch"],
    ),
    "both tick the same person in other words": (
        [lambda d: d.tick(ANA, "lunch")],
        [lambda d: d.tick(ANA, "call: dogs")],
        ["- 2026-11-22 call: dogs", "- 2026-11-22 lunch"],
    ),
    "one takes it in, the other only writes the page anew": (
        [lambda d: d.tick(ANA, "lunch"), Device.render],
        [lambda d: d.log("Ben", "tea")],
        ["- 2026-11-22 lunch", "- 2026-11-22 tea"],
    ),
    "both log by command": (
        [lambda d: d.log("Ana", "cake")],
        [lambda d: d.log("Ben", "tea"), lambda d: d.log("Dee", "beer")],
        ["- 2026-11-22 beer", "- 2026-11-22 cake", "- 2026-11-22 tea"],
    ),
    "one logs by command, the other ticks": (
        [lambda d: d.log("Ana", "cake")],
        [lambda d: d.tick(ANA, "lunch"), lambda d: d.tick(CLEO, "tea")],
        ["- 2026-11-22 cake", "- 2026-11-22 lunch", "- 2026-11-22 tea"],
    ),
    "a command and a tick": (
        [lambda d: d.below(ANA, "snooze 2 weeks")],
        [lambda d: d.tick(ANA, "lunch"), lambda d: d.below(BEN, "pause")],
        ["- 2026-11-22 lunch"],
    ),
    "a note for later and a tick that was taken in": (
        [lambda d: d.below(ANA, "bring the book")],
        [lambda d: d.tick(ANA, "lunch"), Device.render],
        ["- 2026-11-22 lunch"],
    ),
    "own lines": (
        [lambda d: d.type("## It has been", f"- [x] {DEE} lunch with {ANA}\n\n## It has been")],
        [lambda d: d.tick(BEN, "beer"), Device.render],
        [
            "- 2026-11-22 beer",
            "- 2026-11-22 lunch with [Ana](ana.md)",
            "- 2026-11-22 lunch with [[dee|Dee]]",
        ],
    ),
}


@pytest.mark.parametrize("case", list(CASES))
def test_after_they_met_both_have_the_same(case: str, devices: tuple[Device, Device]) -> None:
    here, there, expected = CASES[case]
    one, other = devices
    for act in here:
        act(one)
    for act in there:
        act(other)
    meet(one, other)
    one.render()
    other.render()
    assert tree_bytes(one.root) == tree_bytes(other.root)
    assert one.entries() == expected
    assert "[x]" not in one.page
    meet(one, other)
    one.render()
    assert tree_bytes(one.root) == one.before


def test_a_tick_that_was_committed_before_is_taken_in_once(devices: tuple[Device, Device]) -> None:
    """A phone ticks; both computers get it; one renders, the other writes on the page before it does."""
    one, other = devices
    one.tick(ANA, "lunch")
    meet(one, other)
    one.render()
    other.log("Ben", "tea")
    assert "[x] [Ana](People/ana.md) lunch ✅ 2026-11-22" in other.page
    meet(one, other)
    assert "Ana](People/ana.md) lunch" not in one.page.split("## Lately")[0]
    one.render()
    other.render()
    assert tree_bytes(one.root) == tree_bytes(other.root)
    assert one.entries() == ["- 2026-11-22 lunch", "- 2026-11-22 tea"]


def test_words_for_later_outlive_the_meeting(devices: tuple[Device, Device]) -> None:
    one, other = devices
    one.below(ANA, "bring the book")
    other.tick(ANA, "lunch")
    other.render()
    meet(one, other)
    one.render()
    assert "bring the book" in one.page
