"""Ticks in, dashboards out: on a real vault, through the one writer of notes."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date
from datetime import datetime
from pathlib import Path

import pytest

from tests.vaults import tree_bytes
from vault_crm.core.agenda import agenda
from vault_crm.core.dashboard.ownlines import KEPT_HEADING
from vault_crm.errors import BadSettings
from vault_crm.errors import EditRefused
from vault_crm.errors import TemplateProblem
from vault_crm.render.update import pending
from vault_crm.render.update import refresh_dashboards
from vault_crm.render.update import render_all
from vault_crm.render.update import update
from vault_crm.store.locks import Busy
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
VAULT = """
=== People/ana-sousa.md
---
name: Ana Sousa
cadence: 3 weeks
last_contact: 2026-10-27
---

## Log

- 2026-10-27 call: the kids
=== People/ben.md
---
name: Ben Okafor
aliases: [Benny]
cadence: 2 weeks
last_contact: 2026-11-01
---
=== People/Cleo Park.md
---
cadence: 1 year
last_contact: 2026-11-20
---
=== Cafe Luna.md
A place.
"""
ANA = "- [ ] [Ana Sousa](People/ana-sousa.md)"
BEN = "- [ ] [Ben Okafor](People/ben.md)"

Make = Callable[[str], Path]


class Desk:
    """A vault with a dashboard that is already there, and a user who types into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.page = root / "OVERDUE.md"
        update(self.store, TODAY, explicit_today=True)

    @property
    def store(self) -> Store:
        """A fresh store, as each command has one."""
        return Store.open(self.root)

    def type(self, *pairs: tuple[str, str]) -> None:
        """Replaces texts of the dashboard, each of which must be there."""
        text = self.page.read_bytes().decode()
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        self.page.write_bytes(text.encode())

    def add(self, lines: str) -> None:
        """Lines at the end of the generated part."""
        self.type(("<!-- vault-crm:end -->", f"\n{lines}\n<!-- vault-crm:end -->"))

    def update(self, today: date = TODAY) -> list[str]:
        """Applies what was typed; what was filed and what is stuck, as lines."""
        result = update(self.store, today, explicit_today=True)
        return [*(str(f) for f in result.filed), *(f"stuck {s}" for s in result.stuck)]

    def note(self, path: str) -> str:
        """A note's text."""
        return (self.root / path).read_bytes().decode()

    @property
    def text(self) -> str:
        """The dashboard's text."""
        return self.page.read_bytes().decode()

    def settled(self) -> None:
        """Nothing waits, and another update writes nothing."""
        before = tree_bytes(self.root)
        result = update(self.store, TODAY, explicit_today=True)
        assert result.filed == ()
        assert result.written == ()
        assert tree_bytes(self.root) == before


@pytest.fixture
def desk(vault: Make) -> Desk:
    return Desk(vault(VAULT))


# -- ticks


def test_a_tick_becomes_an_entry_and_the_line_goes(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " call: the offer"))
    assert [w.text for w in pending(desk.store)] == ["[Ana Sousa](People/ana-sousa.md) call: the offer"]
    assert desk.update() == ["Ana Sousa: 2026-11-22 call: the offer"]
    note = desk.note("People/ana-sousa.md")
    assert "last_contact: 2026-11-22\n" in note
    assert "- 2026-11-22 call: the offer\n- 2026-10-27 call: the kids\n" in note
    assert "[x]" not in desk.text
    assert ANA not in desk.text
    assert pending(desk.store) == ()
    desk.settled()


def test_a_tick_without_a_word(desk: Desk) -> None:
    desk.type((BEN, BEN.replace("[ ]", "[X]")))
    assert desk.update() == ["Ben Okafor: 2026-11-22 in touch"]
    assert desk.note("People/ben.md").endswith("## Log\n\n- 2026-11-22 in touch\n")


def test_the_word_for_a_tick_without_one_is_a_setting(vault: Make) -> None:
    desk = Desk(vault(VAULT + '=== .vault-crm/config.toml\n[dashboard]\nin_touch = "gesehen"\n'))
    desk.type((BEN, BEN.replace("[ ]", "[x]")))
    assert desk.update() == ["Ben Okafor: 2026-11-22 gesehen"]


@pytest.mark.parametrize(
    ("line", "entry"),
    [
        ("- [x] [Ana Sousa](People/ana-sousa.md) lunch ✅ 2026-11-20", "2026-11-20 lunch"),
        ("- [x] [Ana Sousa](People/ana-sousa.md) 2026-11-19 lunch", "2026-11-19 lunch"),
        ("* [X] [[ana-sousa|Ana Sousa]] lunch", "2026-11-22 lunch"),
        ("+ [x] [[Ana Sousa]]: lunch", "2026-11-22 lunch"),
        ("\t- [x] [Ana, my friend](<People/ana-sousa.md>) lunch", "2026-11-22 lunch"),
        ("- [x] [Ana Sousa](ana-sousa.md) lunch\r", "2026-11-22 lunch"),
    ],
)
def test_every_form_of_a_tick(desk: Desk, line: str, entry: str) -> None:
    desk.type((ANA, line))
    assert desk.update() == [f"Ana Sousa: {entry}"]
    assert f"- {entry}\n" in desk.note("People/ana-sousa.md")
    desk.settled()


def test_an_older_tick_does_not_move_the_last_contact_back(desk: Desk) -> None:
    desk.add("- [x] [[Cleo Park]] coffee ✅ 2026-11-02")
    assert desk.update() == ["Cleo Park: 2026-11-02 coffee"]
    assert "last_contact: 2026-11-20\n" in desk.note("People/Cleo Park.md")


def test_words_below_are_filed_too(desk: Desk) -> None:
    desk.type(
        (
            ANA + "\n",
            ANA.replace("[ ]", "[x]") + " lunch\n    - talked about schools\n    - next: the thesis\n",
        )
    )
    assert desk.update() == ["Ana Sousa: 2026-11-22 lunch; talked about schools; next time: the thesis"]
    assert "next: the thesis\n" in desk.note("People/ana-sousa.md")
    desk.settled()


def test_a_line_of_ones_own_counts_for_everybody_it_links(desk: Desk) -> None:
    desk.add("- [x] [[Ana Sousa]] lunch with [[Benny]] at [[Cafe Luna]]")
    assert desk.update() == ["Ana Sousa, Ben Okafor: 2026-11-22 lunch with [[Benny]] at [[Cafe Luna]]"]
    assert "- 2026-11-22 lunch with [[Benny]] at [[Cafe Luna]]\n" in desk.note("People/ana-sousa.md")
    assert "- 2026-11-22 lunch with [[ana-sousa|Ana Sousa]] at [[Cafe Luna]]\n" in desk.note("People/ben.md")
    desk.settled()


def test_addresses_are_counted_from_the_note(desk: Desk) -> None:
    desk.add("- [x] lunch with [Ana](People/ana-sousa.md) and [Ben](People/ben.md)")
    desk.update()
    for path in ("People/ana-sousa.md", "People/ben.md"):
        assert "- 2026-11-22 lunch with [Ana](ana-sousa.md) and [Ben](ben.md)\n" in desk.note(path)


def test_commands_without_a_tick(desk: Desk) -> None:
    desk.type(
        (ANA, ANA + " snooze 2 weeks"), (BEN, BEN + " about the boat\n    - pause\n    - next: his sister")
    )
    assert desk.update() == [
        "Ben Okafor: next time: his sister; paused",
        "Ana Sousa: snoozed until 2026-12-06",
    ]
    assert "snooze_until: 2026-12-06\n" in desk.note("People/ana-sousa.md")
    assert "paused: true\n" in desk.note("People/ben.md")
    assert "## Log" not in desk.note("People/ben.md")
    assert f"{KEPT_HEADING}\n\n{BEN} about the boat\n" in desk.text
    desk.settled()


# -- exactly once


def test_a_crash_between_the_note_and_the_dashboard_doubles_nothing(desk: Desk) -> None:
    desk.type(
        (ANA, ANA.replace("[ ]", "[x]") + " lunch"),
        (BEN, BEN + "\n    - snooze 2 weeks"),
    )
    ticked = desk.page.read_bytes()
    desk.update()
    notes = {path: raw for path, raw in tree_bytes(desk.root).items() if path.startswith("People/")}
    desk.page.write_bytes(ticked)
    desk.update()
    assert {p: raw for p, raw in tree_bytes(desk.root).items() if p.startswith("People/")} == notes
    assert "[x]" not in desk.text
    desk.settled()


def test_nothing_is_applied_from_a_dashboard_that_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"))
    before = desk.note("People/ana-sousa.md")
    away = tmp_path / "away.md"
    desk.page.rename(away)
    desk.page.symlink_to(away)
    with pytest.raises(EditRefused, match="outside the vault"):
        desk.update()
    desk.page.unlink()
    away.rename(desk.page)
    desk.page.chmod(0o444)
    with pytest.raises(EditRefused, match="read-only"):
        desk.update()
    assert desk.note("People/ana-sousa.md") == before
    desk.page.chmod(0o644)
    assert desk.update() == ["Ana Sousa: 2026-11-22 lunch"]


def test_the_same_tick_from_two_devices_counts_once(desk: Desk) -> None:
    ticked = ANA.replace("[ ]", "[x]") + " lunch"
    desk.type((ANA, f"<<<<<<< HEAD\n{ticked}\n=======\n{ticked}\n>>>>>>> phone"))
    desk.update()
    assert desk.note("People/ana-sousa.md").count("lunch") == 1
    assert "<<<<" not in desk.text


def test_a_note_that_cannot_be_changed_keeps_its_tick(vault: Make) -> None:
    desk = Desk(
        vault(VAULT + "=== People/Dee.md\n---\ncadence: weekly\nlast_contact: &a 2026-01-01\nx: *a\n---\n")
    )
    before = desk.note("People/Dee.md")
    desk.add("- [x] [[Dee]] lunch")
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " tea"))
    done = desk.update()
    assert done[0] == "Ana Sousa: 2026-11-22 tea"
    assert done[1].startswith("stuck OVERDUE.md:")
    assert desk.note("People/Dee.md") == before
    assert "[x] [Dee](People/Dee.md) lunch ✅ 2026-11-22\n" in desk.text
    assert "    - vault-crm: People/Dee.md:" in desk.text
    text = desk.text
    assert desk.update() == [done[1]]
    assert desk.text == text


# -- what stays


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("- [ ] [[Ana Sousa]] snooze 2", '"snooze 2" is not clear'),
        ("- [x] [[Nobody Here]] lunch", 'nobody here is called "Nobody Here"'),
        ("- [x] [[Cafe Luna]] lunch", '"Cafe Luna" is nobody\'s note here'),
        ("- [x] lunch", "this line links nobody"),
        ("- [x] [[Ana Sousa]] ✅ 2027-05-05", "is in the future"),
    ],
)
def test_what_is_not_understood_stays_with_a_hint_that_comes_and_goes(
    desk: Desk, line: str, hint: str
) -> None:
    desk.add(line)
    (stuck,) = desk.update()
    assert stuck.startswith("stuck OVERDUE.md:")
    assert hint in desk.text
    assert desk.text.count("vault-crm: ") == 1
    text = desk.text
    desk.update()
    assert desk.text == text
    assert refresh_dashboards(desk.store, TODAY) == []
    assert desk.text == text
    start = text.index("    - vault-crm: ")
    desk.page.write_text(text[:start].rpartition("\n- [")[0] + "\n<!-- vault-crm:end -->\n")
    desk.update()
    assert hint not in desk.text
    desk.settled()


def test_two_people_of_one_name_are_not_guessed(vault: Make) -> None:
    desk = Desk(vault(VAULT + "=== People/office/ben.md\n---\nname: Ben Okafor\n---\n"))
    desk.add("- [x] [[Ben Okafor]] lunch\n- [x] [[ben]] tea")
    assert len(desk.update()) == 2
    assert desk.text.count("could be People/ben.md, People/office/ben.md") == 2


def test_text_without_a_tick_waits_for_it_wherever_the_person_goes(desk: Desk) -> None:
    desk.type((ANA + "\n", ANA + " the boat\n    - and the sail\n"))
    desk.update()
    assert ANA + " the boat\n    - last: " in desk.text
    note = desk.note("People/ana-sousa.md").replace("2026-10-27", "2026-11-21")
    (desk.root / "People/ana-sousa.md").write_text(note)
    desk.update()
    assert f"{KEPT_HEADING}\n\n{ANA} the boat\n    - and the sail\n" in desk.text
    desk.settled()
    desk.type((ANA, ANA.replace("[ ]", "[x]")))
    assert desk.update() == ["Ana Sousa: 2026-11-22 the boat; and the sail"]
    assert KEPT_HEADING not in desk.text


def test_a_note_that_was_renamed_elsewhere_is_found_by_its_name(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"))
    (desk.root / "People/ana-sousa.md").rename(desk.root / "People/asousa.md")
    assert desk.update() == ["Ana Sousa: 2026-11-22 lunch"]


def test_lines_outside_of_the_markers_are_never_touched_and_never_count(desk: Desk) -> None:
    raw = desk.page.read_bytes()
    head, tail = b"\xef\xbb\xbfMy own\t \r\n- [x] [[Ana Sousa]] lunch\n", b"\r\n- [x] [[Ben Okafor]]"
    desk.page.write_bytes(head + raw.rstrip(b"\n") + tail)
    assert desk.update() == []
    assert desk.page.read_bytes().startswith(head)
    assert desk.page.read_bytes().endswith(b"<!-- vault-crm:end -->" + tail)


def test_a_file_with_windows_newlines_keeps_them(desk: Desk) -> None:
    desk.page.write_bytes(desk.page.read_bytes().replace(b"\n", b"\r\n"))
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"))
    assert desk.update() == ["Ana Sousa: 2026-11-22 lunch"]
    raw = desk.page.read_bytes()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    desk.settled()


# -- the day of a tick


def ticked_at(desk: Desk, moment: datetime) -> None:
    if BEN in desk.text:
        desk.type((BEN, BEN.replace("[ ]", "[x]") + " tea"))
    os.utime(desk.page, (moment.timestamp(), moment.timestamp()))


def test_the_files_time_counts_but_not_where_the_day_is_given(desk: Desk) -> None:
    ticked_at(desk, datetime(2026, 11, 18, 12))
    raw = desk.page.read_bytes()
    result = update(desk.store, TODAY)
    assert [str(f) for f in result.filed] == ["Ben Okafor: 2026-11-18 tea"]
    desk.page.write_bytes(raw)
    ticked_at(desk, datetime(2026, 11, 18, 12))
    assert desk.update() == ["Ben Okafor: 2026-11-22 tea"]


def test_only_a_tick_gets_a_day(desk: Desk) -> None:
    desk.type((BEN, BEN + " tea"), (ANA, ANA.replace("[ ]", "[x]") + " snooze until never"))
    desk.update()
    assert BEN + " tea\n" in desk.text
    assert desk.text.count("✅") == 1


def test_a_file_from_the_future_was_ticked_today(desk: Desk) -> None:
    ticked_at(desk, datetime(2031, 1, 1, 12))
    assert [str(f) for f in update(desk.store, TODAY).filed] == ["Ben Okafor: 2026-11-22 tea"]


def test_a_tick_that_waits_keeps_its_day_when_the_file_is_written(desk: Desk) -> None:
    ticked_at(desk, datetime(2026, 11, 18, 12))
    note = desk.root / "People/ana-sousa.md"
    note.write_text(note.read_text().replace("2026-10-27", "2026-11-21"))
    assert refresh_dashboards(desk.store, TODAY) == []
    assert "[x] [Ben Okafor](People/ben.md) tea ✅ 2026-11-18\n" in desk.text
    assert ANA not in desk.text
    assert desk.update() == ["Ben Okafor: 2026-11-18 tea"]


def git(root: Path, *words: str, on: str = "2026-11-15T12:00:00+01:00") -> None:
    env = {**os.environ, "GIT_AUTHOR_DATE": on, "GIT_COMMITTER_DATE": "2026-11-22T10:00:00+01:00"}
    who = ("-c", "user.name=Jo", "-c", "user.email=jo@example.org")
    subprocess.run(["git", *who, *words], cwd=root, env=env, check=True, capture_output=True)


def test_the_commit_that_brought_the_tick_says_when(desk: Desk) -> None:
    git(desk.root, "init", "-q")
    git(desk.root, "add", ".")
    git(desk.root, "commit", "-q", "-m", "notes")
    desk.update()
    assert "<!-- People/ben.md -->\n" + BEN in desk.text
    git(desk.root, "commit", "-aqm", "guards")
    desk.type((BEN, BEN.replace("[ ]", "[x]") + " tea"))
    git(desk.root, "commit", "-aqm", "from the phone", on="2026-11-19T23:30:00+09:00")
    assert desk.update() == ["Ben Okafor: 2026-11-19 tea"]
    desk.settled()


# -- whose file it is


def test_a_file_that_is_not_ours_is_left_alone(vault: Make) -> None:
    root = vault(VAULT + "=== OVERDUE.md\nMy library books\n")
    for call in (update, lambda s, d: render_all(s, agenda(s.load(), d, s.settings))):
        with pytest.raises(EditRefused, match="not made by vault-crm") as refused:
            call(Store.open(root), TODAY)
        assert "[dashboard]" in refused.value.hint
    assert (root / "OVERDUE.md").read_text() == "My library books\n"


def test_an_empty_file_may_be_filled(vault: Make) -> None:
    root = vault(VAULT + "=== OVERDUE.md\n\n")
    assert update(Store.open(root), TODAY).written == ("OVERDUE.md",)
    assert ANA in (root / "OVERDUE.md").read_text()


def test_damaged_markers_are_refused_before_anything_is_applied(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]")), ("<!-- vault-crm:end -->\n", ""))
    before = tree_bytes(desk.root)
    with pytest.raises(EditRefused) as refused:
        desk.update()
    assert "vault-crm:end" in refused.value.reason
    assert refused.value.line == 5
    assert tree_bytes(desk.root) == before
    (said,) = refresh_dashboards(desk.store, TODAY)
    assert "vault-crm:end" in said
    assert pending(desk.store) == ()


def unsaved(path: Path) -> None:
    """A swap file as vim leaves it while this process holds unsaved text of a file."""
    swap = bytearray(4096)
    swap[:6] = b"b0VIM "
    swap[24:28] = os.getpid().to_bytes(4, "little")
    swap[1007] = 0x55
    (path.parent / f".{path.name}.swp").write_bytes(swap)


def test_a_dashboard_with_unsaved_text_is_left_to_its_editor(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]")))
    unsaved(desk.page)
    before = tree_bytes(desk.root)
    with pytest.raises(EditRefused, match="unsaved text"):
        desk.update()
    (said,) = refresh_dashboards(desk.store, TODAY)
    assert "unsaved text" in said
    assert tree_bytes(desk.root) == before


def test_a_note_with_unsaved_text_keeps_its_tick_waiting(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"), (BEN, BEN.replace("[ ]", "[x]") + " tea"))
    unsaved(desk.root / "People/ana-sousa.md")
    done = desk.update()
    assert done[0] == "Ben Okafor: 2026-11-22 tea"
    assert "is open in an editor with unsaved text" in done[1]
    assert "[x] [Ana Sousa](People/ana-sousa.md) lunch ✅ 2026-11-22\n" in desk.text
    (desk.root / "People/.ana-sousa.md.swp").unlink()
    assert desk.update(date(2026, 11, 24)) == ["Ana Sousa: 2026-11-22 lunch"]


# -- looking, and other commands


def test_looking_writes_nothing(desk: Desk) -> None:
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"))
    before = tree_bytes(desk.root)
    result = update(desk.store, TODAY, apply=False)
    assert [w.line for w in result.waiting] == [
        desk.text.split("\n").index(ANA.replace("[ ]", "[x]") + " lunch") + 1
    ]
    assert result.stale == ()
    assert dict(result.texts) == {"OVERDUE.md": desk.text}
    later = update(desk.store, date(2027, 6, 1), apply=False)
    assert later.stale == ("OVERDUE.md",)
    assert "[x] [Ana Sousa](People/ana-sousa.md) lunch\n" in dict(later.texts)["OVERDUE.md"]
    assert tree_bytes(desk.root) == before


def test_refreshing_says_why_a_dashboard_was_left(desk: Desk) -> None:
    desk.type(("<!-- vault-crm:end -->", ""))
    said = refresh_dashboards(desk.store, TODAY)
    assert said == ["OVERDUE.md was left as it is: line 5: the line <!-- vault-crm:end --> is missing"]


def test_refreshing_makes_no_dashboard_where_there_is_none(vault: Make) -> None:
    root = vault(VAULT)
    assert refresh_dashboards(Store.open(root), TODAY) == []
    assert not (root / "OVERDUE.md").exists()


def test_undo_takes_back_the_tick_not_the_page(desk: Desk) -> None:
    before = desk.note("People/ana-sousa.md")
    desk.type((ANA, ANA.replace("[ ]", "[x]") + " lunch"))
    desk.update()
    desk.store.undo()
    assert desk.note("People/ana-sousa.md") == before


# -- templates of the vault's own


FAMILY = """
=== .vault-crm/templates/family.md.j2
{# output: Dashboards/Family.md #}
{% from 'blocks.md.j2' import person %}
{% for p in find('tag:family') %}
{{ person(p) }}
{%- endfor %}
=== People/Fay.md
---
tags: [family]
cadence: weekly
last_contact: 2026-11-01
---
"""


def test_more_dashboards_obey_the_same_rules(vault: Make) -> None:
    desk = Desk(vault(VAULT + FAMILY))
    family = desk.root / "Dashboards/Family.md"
    assert family.read_text().startswith("# Family\n\nTick a name")
    assert "- [ ] [Fay](../People/Fay.md)\n" in family.read_text()
    family.write_text(
        family.read_text().replace("- [ ] [Fay](../People/Fay.md)", "- [x] [Fay](../People/Fay.md) tea")
    )
    assert desk.update() == ["Fay: 2026-11-22 tea"]
    assert "[x]" not in family.read_text()
    desk.settled()


@pytest.mark.parametrize(
    "path",
    [
        "../out.md",
        "/out.md",
        ".obsidian/x.md",
        "a/.b/x.md",
        "x.txt",
        "OVERDUE.md",
        "a//b.md",
        "C:\\x.md",
        "a\x85b.md",
        "a\x1bb.md",
    ],
)
def test_an_output_stays_in_the_vault(vault: Make, path: str) -> None:
    root = vault(VAULT + f"=== .vault-crm/templates/x.md.j2\n{{# output: {path} #}}\nx\n")
    before = tree_bytes(root)
    with pytest.raises(TemplateProblem) as problem:
        update(Store.open(root), TODAY)
    assert problem.value.message.startswith(".vault-crm/templates/x.md.j2:1: ")
    assert tree_bytes(root) == before


def test_the_main_dashboard_stays_in_the_vault_too(vault: Make) -> None:
    root = vault(VAULT + '=== .vault-crm/config.toml\n[dashboard]\nfile = "../out.md"\n')
    with pytest.raises(BadSettings, match=r"dashboard\.file: \.\./out\.md leads out of the vault"):
        update(Store.open(root), TODAY)


def test_an_output_that_is_somebodys_note_is_never_overwritten(vault: Make) -> None:
    root = vault(VAULT + "=== .vault-crm/templates/x.md.j2\n{# output: People/ben.md #}\nx\n")
    before = tree_bytes(root)
    with pytest.raises(EditRefused, match="not made by vault-crm") as refused:
        update(Store.open(root), TODAY)
    assert "first line of .vault-crm/templates/x.md.j2" in refused.value.hint
    assert tree_bytes(root) == before


def test_sections_join_replace_and_go_by_their_file_names(vault: Make) -> None:
    own = """
    === .vault-crm/templates/sections/25-lisbon.md.j2
    ## Lisbon

    {% for p in find('city:lisbon') %}
    - {{ p.link }}
    {% endfor %}
    === .vault-crm/templates/sections/70-lately.md.j2
    === .vault-crm/templates/sections/00-summary.md.j2
    {{ counts.overdue }} to call
    === People/Lia.md
    ---
    city: Lisbon
    cadence: yearly
    last_contact: 2026-11-01
    ---
    """
    text = Desk(vault(VAULT + "\n".join(line.strip() for line in own.split("\n")))).text
    assert "\n1 to call\n" in text or "\n2 to call\n" in text
    assert "## Lisbon\n\n- [Lia](People/Lia.md)\n" in text
    assert text.index("## Overdue") < text.index("## Lisbon")
    assert "## Lately" not in text


def test_words_of_an_own_label_are_not_taken_for_the_users(vault: Make) -> None:
    blocks = """
=== .vault-crm/templates/sections/20-overdue.md.j2
## Overdue

{% for p in overdue.shown %}
- [ ] {{ p.link }}
    - every: {{ p.cadence }}
{% endfor %}
"""
    desk = Desk(vault(VAULT + blocks))
    assert "    - every: every 3 weeks\n" in desk.text
    desk.type((ANA, ANA.replace("[ ]", "[x]")))
    assert desk.update() == ["Ana Sousa: 2026-11-22 in touch"]


def test_a_dashboard_in_a_folder_links_from_there(vault: Make) -> None:
    root = vault(VAULT + '=== .vault-crm/config.toml\n[dashboard]\nfile = "Home/People.md"\n')
    update(Store.open(root), TODAY)
    page = root / "Home/People.md"
    assert page.read_text().startswith("# People\n")
    ana = "[ ] [Ana Sousa](../People/ana-sousa.md)"
    page.write_text(
        page.read_text().replace(ana, ana.replace("[ ]", "[x]") + " with [Ben](../People/ben.md)")
    )
    done = update(Store.open(root), TODAY, explicit_today=True).filed
    assert [str(one) for one in done] == [
        "Ana Sousa, Ben Okafor: 2026-11-22 with [Ben](../People/ben.md)",
    ]
    assert "- 2026-11-22 with [Ben](ben.md)\n" in (root / "People/ana-sousa.md").read_text()


def test_a_tick_on_two_dashboards_counts_once(vault: Make) -> None:
    desk = Desk(vault(VAULT + FAMILY))
    fay = "[ ] [Fay](../People/Fay.md)"
    family = desk.root / "Dashboards/Family.md"
    family.write_text(family.read_text().replace(fay, fay.replace("[ ]", "[x]") + " tea"))
    desk.add("- [x] [[Fay]] tea")
    assert desk.update() == ["Fay: 2026-11-22 tea"]
    assert desk.note("People/Fay.md").count("tea") == 1
    desk.settled()


def test_words_that_belong_to_nobody_are_kept_where_only_a_user_can_have_written_them(desk: Desk) -> None:
    desk.type(("## Overdue\n", "## Overdue\n\nBring flowers.\n\n- [ ] book a table\n"))
    desk.update(date(2027, 5, 5))
    assert f"{KEPT_HEADING}\n\nBring flowers.\n- [ ] book a table\n" in desk.text


def test_two_thousand_ticks_do_not_take_forever(vault: Make) -> None:
    """Reading them is what must not be slow; each is a write of its own, so there are only a few here."""
    desk = Desk(vault(VAULT))
    desk.add("\n".join(f"- [ ] [[Nobody {n}]] text" for n in range(2000)))
    desk.update()
    assert desk.text.count("Nobody") == 2000
    desk.settled()


def test_a_page_that_git_will_keep_has_untouched_lines_from_the_first(vault: Make) -> None:
    root = vault(VAULT)
    git(root, "init", "-q")
    update(Store.open(root), TODAY, explicit_today=True)
    assert f"<!-- People/ben.md -->\n{BEN}" in (root / "OVERDUE.md").read_text()
    (root / ".gitignore").write_text("/OVERDUE.md\n")
    update(Store.open(root), TODAY, explicit_today=True)
    assert "<!-- People" not in (root / "OVERDUE.md").read_text()


def test_two_lines_of_one_person_have_a_day_each(desk: Desk) -> None:
    """A page merged from two devices: the day of the first tick is not that of the second."""
    desk.type((BEN, f"{BEN.replace('[ ]', '[x]')} ✅ 2026-11-14"))
    desk.add("- [x] [[Ben Okafor]] lunch")
    assert desk.update() == ["Ben Okafor: 2026-11-14 in touch", "Ben Okafor: 2026-11-22 lunch"]


def test_while_git_is_in_the_middle_of_something_its_page_is_left_alone(vault: Make) -> None:
    """A page written before a merge is finished is in the way of `git merge --abort`."""
    root = vault(VAULT)
    git(root, "init", "-q")
    desk = Desk(root)
    desk.type((BEN, BEN.replace("[ ]", "[x]")))
    before = tree_bytes(root)
    (root / ".git" / "MERGE_HEAD").write_text("")
    held = update(desk.store, TODAY, explicit_today=True)
    assert (held.held, held.filed, held.written) == ("a merge is not finished", (), ())
    assert refresh_dashboards(desk.store, TODAY) == [
        "a merge is not finished, so OVERDUE.md stays as it is until the next command after that"
    ]
    (root / ".git" / "MERGE_HEAD").unlink()
    assert tree_bytes(root) == before
    assert desk.update() == ["Ben Okafor: 2026-11-22 in touch"]


def test_an_ignored_page_is_written_also_in_the_middle_of_a_merge(vault: Make) -> None:
    root = vault(VAULT)
    git(root, "init", "-q")
    (root / ".gitignore").write_text("/OVERDUE.md\n")
    desk = Desk(root)
    desk.type((BEN, BEN.replace("[ ]", "[x]")))
    (root / ".git" / "MERGE_HEAD").write_text("")
    assert desk.update() == ["Ben Okafor: 2026-11-22 in touch"]


def test_one_process_at_a_time_takes_ticks_in(desk: Desk) -> None:
    """Two that read the same page would each file what stands on it."""
    desk.type((BEN, BEN.replace("[ ]", "[x]")))
    with desk.store.taking_ticks(), pytest.raises(Busy), desk.store.taking_ticks(wait=0.0):
        pass
    assert desk.update() == ["Ben Okafor: 2026-11-22 in touch"]
