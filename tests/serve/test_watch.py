"""The watcher beat by beat, with a clock that is moved by hand: no thread, no event, no waiting."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from tests.serve.fakes import START
from tests.serve.fakes import FakeClock
from tests.serve.fakes import OpenInVim
from tests.serve.fakes import Scene
from tests.vaults import tree_bytes
from tests.vaults import write_vault
from vault_crm.serve.desk import NOTE_QUIET
from vault_crm.serve.desk import QUIET
from vault_crm.serve.watch import HEARTBEAT

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
    assert not beat.clean  # what it wrote is looked at once more
    assert scene.beat().clean
    assert [name for name, _ in scene.all_said()] == ["wrote"]
    scene.assert_true()


def test_a_changed_note_reaches_the_page_at_the_next_beat(scene: Scene) -> None:
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    beat = scene.beat()
    assert beat.changed == 1
    assert scene.beat().clean
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


# -- settling


def test_a_tick_is_taken_once_the_page_was_left_alone(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    scene.run(29)
    assert "lunch" not in scene.read("People/ana.md")
    assert scene.all_said() == []
    scene.run(2)
    assert "- 2036-11-20 lunch\n" in scene.read("People/ana.md")
    assert scene.told("filed") == [
        {
            "people": ["Ana Sousa"], "what": "2036-11-20 lunch", "briefly": "logged", "from": "OVERDUE.md",
            "overdue": 1,
        }
    ]  # fmt: skip
    assert "[x]" not in scene.page
    scene.assert_true()


def test_each_further_change_of_the_page_starts_the_time_anew(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    scene.run(25)
    scene.type((" lunch", " lunch at Luna"))
    scene.run(25)
    scene.tick("Ben Okafor")
    scene.run(25)
    assert scene.told("filed") == []
    scene.run(6)
    assert [f["what"] for f in scene.told("filed")] == ["2036-11-20 lunch at Luna", "2036-11-20 in touch"]


def test_settle_is_a_setting(vault: Make) -> None:
    scene = Scene(vault(VAULT + "=== .vault-crm/config.toml\n[watch]\nsettle = 300\n"))
    scene.settled()
    scene.tick("Ana Sousa")
    scene.run(299)
    assert scene.told("filed") == []
    scene.run(2)
    assert len(scene.told("filed")) == 1


def test_without_a_settle_a_tick_is_taken_at_once(vault: Make) -> None:
    scene = Scene(vault(VAULT), settle=0)
    scene.beat()
    scene.tick("Ana Sousa")
    scene.beat()
    assert scene.beat().clean
    assert len(scene.told("filed")) == 1


def test_a_tick_made_before_it_began_is_taken_at_once(scene: Scene) -> None:
    scene.tick("Ana Sousa")
    scene.clock.advance(31)
    scene.begin()
    scene.beat()
    assert scene.beat().clean
    assert len(scene.told("filed")) == 1


def test_nothing_is_written_into_a_page_that_somebody_is_typing_in(scene: Scene) -> None:
    typed = "\n    - about the boat"
    scene.type(("](People/ben.md)", "](People/ben.md)" + typed))
    page = scene.page
    scene.edit("People/ana.md", ("last_contact: 2036-10-20", "last_contact: 2036-11-20"))
    scene.beat()
    scene.clock.advance(QUIET - 0.1)
    assert not scene.beat().clean
    assert scene.page == page
    scene.clock.advance(0.2)
    scene.beat()
    assert "Ana Sousa](" not in scene.page.split("## Lately")[0]
    assert typed in scene.page
    scene.settled()
    scene.assert_true()


def test_between_quiet_and_settled_ticks_stay_when_people_change(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.run(10)
    assert "Ben Okafor" not in scene.page.split("## Lately")[0]
    assert "- [x] [Ana Sousa](People/ana.md) lunch ✅ 2036-11-20" in scene.page
    assert scene.told("filed") == []
    scene.run(21)
    assert [f["what"] for f in scene.told("filed")] == ["2036-11-20 lunch"]
    scene.settled()
    assert scene.read("People/ana.md").count("lunch") == 1


def test_words_are_not_put_in_order_below_their_writers_hands(scene: Scene) -> None:
    page = scene.page.replace("- [ ] [Ben Okafor]", "- [ ]  [Ben Okafor]").replace(
        "<!-- vault-crm:end -->", "remember the milk\n<!-- vault-crm:end -->"
    )
    scene.save("OVERDUE.md", page)
    scene.run(29)
    assert scene.page == page
    scene.settled()
    assert scene.page != page
    assert "remember the milk" in scene.page
    scene.assert_true()


def test_typed_words_survive_people_days_settings_and_restarts(scene: Scene) -> None:
    scene.type(("](People/ana.md)", "](People/ana.md)\n    - ask her about schools\n\n      (both)"))
    scene.settled()
    scene.edit("People/ana.md", ("last_contact: 2036-10-20", "last_contact: 2036-11-20"))
    scene.settled()
    scene.save(".vault-crm/config.toml", "[dashboard]\nlimit = 1\n")
    scene.settled()
    scene.clock.advance(86400 * 40)
    scene.begin()
    scene.settled()
    (scene.root / "People/ana.md").unlink()
    scene.settled()
    assert "ask her about schools" in scene.page
    assert "(both)" in scene.page
    scene.assert_true()


def test_a_command_without_a_tick(scene: Scene) -> None:
    scene.type(
        ("](People/ana.md)", "](People/ana.md) snooze 2 weeks"),
        ("](People/ben.md)", "](People/ben.md)\n    - next: his sister\n    - pause"),
    )
    scene.settled()
    assert "snooze_until: 2036-12-04\n" in scene.read("People/ana.md")
    assert "paused: true\n" in scene.read("People/ben.md")
    assert [f["briefly"] for f in scene.told("filed")] == [
        "snoozed until 2036-12-04",
        "noted for next time, paused",
    ]
    scene.assert_true()


def test_what_is_not_understood_is_said_once_and_stays(scene: Scene) -> None:
    scene.type(("](People/ana.md)", "](People/ana.md) snooze 2"))
    scene.settled()
    assert [one.split(";")[0] for one in scene.wrong()] == ['stuck: "snooze 2" is not clear']
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.settled()
    scene.type(("# Overdue", "# Who is overdue"))
    scene.run(10)
    scene.edit("People/cleo.md", ("2036-11-19", "2036-11-18"))
    scene.settled()
    scene.run(100000)
    assert scene.wrong() == []
    assert scene.page.count("snooze 2\n") == 1


# -- notes that somebody is writing


def test_a_tick_waits_for_a_note_that_was_just_saved(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    scene.run(28)
    note = scene.read("People/ana.md") + "\nHer new garden.\n"
    scene.save("People/ana.md", note)
    scene.clock.advance(NOTE_QUIET - 0.5)  # by now the page has settled
    beat = scene.beat()
    assert not beat.clean
    assert scene.read("People/ana.md") == note
    assert "[x] [Ana Sousa](People/ana.md) lunch" in scene.page
    scene.settled()
    assert scene.read("People/ana.md") == note.replace("2036-10-20\n---", "2036-11-20\n---").replace(
        "## Log\n\n", "## Log\n\n- 2036-11-20 lunch\n"
    )
    assert len(scene.told("filed")) == 1
    scene.assert_true()


def test_a_line_for_two_waits_for_both_notes(scene: Scene) -> None:
    scene.type(("<!-- vault-crm:end -->", "\n- [x] [[ana]] tea with [[ben]]\n<!-- vault-crm:end -->"))
    scene.run(29)
    scene.edit("People/ben.md", ("2 weeks", "3 weeks"))
    scene.run(4)
    assert "tea" not in scene.read("People/ana.md")
    scene.settled()
    assert "tea with [[ben]]" in scene.read("People/ana.md")
    assert "tea with [[ana|Ana Sousa]]" in scene.read("People/ben.md")


def test_two_ticks_for_one_person_are_taken_together(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    scene.type(
        ("<!-- vault-crm:end -->", "\n- [x] [[ana]] 2036-11-19 call: the offer\n<!-- vault-crm:end -->")
    )
    scene.run(31)
    assert [f["what"] for f in scene.told("filed")] == ["2036-11-20 lunch", "2036-11-19 call: the offer"]


def test_a_note_from_the_future_is_touched_once_it_was_seen_quiet(scene: Scene) -> None:
    """Its clock, or ours, was wrong."""
    scene.save("People/ana.md", scene.read("People/ana.md"), ago=-100000)
    scene.tick("Ana Sousa")
    scene.run(31)
    assert scene.told("filed") == []
    scene.run(NOTE_QUIET + 1)
    assert len(scene.told("filed")) == 1


def test_a_note_that_vim_holds_unsaved_is_not_touched(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    before = scene.read("People/ana.md")
    with OpenInVim(scene, "People/ana.md"):
        scene.run(600)
        assert scene.read("People/ana.md") == before
        assert [one.partition(" is open")[0] for one in scene.wrong()] == ["stuck: People/ana.md"]
    beat = scene.run(10)  # it was left without saving: no event tells of that
    assert beat.clean
    assert scene.read("People/ana.md").count("- 2036-11-20 lunch\n") == 1
    scene.assert_true()


# -- a page that vim holds unsaved


def test_saved_ticks_of_an_open_page_are_taken_once_and_the_page_is_left(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    page = scene.page
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(600)
        assert scene.page == page
        assert scene.read("People/ana.md").count("lunch") == 1
        scene.clock.advance(86400)
        assert not scene.run(600).clean
        assert scene.page == page
        vim.saves(lambda text: text + "\nmore\n")
        scene.settled()
    assert len(scene.told("filed")) == 1
    assert scene.read("People/ana.md").count("lunch") == 1
    assert "[x]" not in scene.page
    assert "more" in scene.page
    scene.assert_true()


@pytest.mark.parametrize("restarts", [False, True])
@pytest.mark.parametrize("people_change", [False, True])
def test_commands_of_an_open_page_are_not_doubled(scene: Scene, people_change: bool, restarts: bool) -> None:
    """Not while it stays open over midnight, not when the editor saves them again the next day."""
    scene.type(
        ("](People/ana.md)", "](People/ana.md) snooze 2 weeks\n    - next: the thesis"),
        ("](People/ben.md)", "](People/ben.md)\n    - pause"),
    )
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(60)
        assert "snooze_until: 2036-12-04\n" in scene.read("People/ana.md")
        scene.clock.advance(86400)
        scene.run(60)
        scene.edit("People/ben.md", ("paused: true\n", ""))  # somebody thought better of it
        scene.edit("People/ana.md", ("next: the thesis", "next: the boat"))
        before = scene.read("People/ana.md"), scene.read("People/ben.md")
        scene.run(60)
        if restarts:
            scene.begin()
        vim.saves(lambda text: text + "\nmore\n")
        if people_change:
            scene.beat()
            scene.edit("People/cleo.md", ("2036-11-19", "2036-09-19"))
        scene.settled()
    assert (scene.read("People/ana.md"), scene.read("People/ben.md")) == before
    assert len(scene.told("filed")) == 2
    assert "next:" not in scene.page
    scene.assert_true()


def test_a_tick_of_an_open_page_keeps_its_day_when_people_change(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(60)
        scene.clock.advance(86400)
        scene.run(10)
        vim.saves()
        scene.edit("People/cleo.md", ("2036-11-19", "2036-09-19"))
        scene.run(5)
        scene.settled()
    assert scene.read("People/ana.md").count("lunch") == 1
    assert "Cleo Park" in scene.page
    scene.assert_true()


def test_a_command_beside_a_tick_that_was_taken(scene: Scene) -> None:
    scene.tick("Ana Sousa", " lunch")
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(60)
        scene.clock.advance(86400)
        vim.saves(lambda text: text.replace(" lunch", " lunch\n    - snooze 1 month"))
        scene.settled()
    assert scene.read("People/ana.md").count("lunch") == 1
    assert "snooze_until: 2036-12-21\n" in scene.read("People/ana.md")
    scene.assert_true()


def test_more_words_below_a_tick_that_was_taken(scene: Scene) -> None:
    """Saved, read aloud, and then written on: what is there is not written again."""
    scene.tick("Ana Sousa", " lunch")
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(60)
        vim.saves(lambda text: text.replace(" lunch", " lunch\n    - the schools\n    - and the thesis"))
        scene.settled()
    assert "- 2036-11-20 the schools; and the thesis\n- 2036-11-20 lunch\n" in scene.read("People/ana.md")
    scene.assert_true()


def test_a_taken_command_whose_day_has_come_when_it_is_saved_again(scene: Scene) -> None:
    scene.type(("](People/ana.md)", "](People/ana.md) snooze 2036-11-22"))
    with OpenInVim(scene, "OVERDUE.md") as vim:
        scene.run(60)
        scene.clock.advance(86400 * 3)
        vim.saves()
        scene.settled()
    assert scene.wrong() == []
    assert "snooze 2036" not in scene.page
    scene.assert_true()


def test_what_only_the_buffer_holds_is_not_waited_for_for_ever(scene: Scene) -> None:
    """The user gives up in vim: nothing is saved, no event comes."""
    with OpenInVim(scene, "OVERDUE.md"):
        page = scene.page
        scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
        assert not scene.run(60).clean
        assert scene.page == page
    assert scene.run(10).clean
    scene.assert_true()


def test_the_same_command_again_is_meant_again(scene: Scene) -> None:
    for _ in range(2):
        scene.type(("](People/ben.md)", "](People/ben.md)\n    - next: his sister"))
        scene.settled()
        assert len(scene.told("filed")) == 1
        scene.edit("People/ben.md", ("next: his sister\n", ""))
        scene.settled()


def test_a_tick_taken_away_in_the_editor_and_set_again_the_next_day(scene: Scene) -> None:
    without = scene.page
    scene.tick("Ben Okafor", " tea")
    asked = scene.page
    with OpenInVim(scene, "OVERDUE.md"):
        scene.run(60)
        scene.save("OVERDUE.md", without)
        scene.run(60)
        scene.clock.advance(86400)
        scene.save("OVERDUE.md", asked)
        scene.run(60)
    scene.settled()
    assert scene.read("People/ben.md").endswith("- 2036-11-21 tea\n- 2036-11-20 tea\n")


# -- days and clocks


@pytest.mark.parametrize("zone", ["UTC", "America/Santiago", "Africa/Cairo", "Pacific/Apia", "Asia/Kolkata"])
def test_at_midnight(vault: Make, zone: str) -> None:
    scene = Scene(vault(VAULT), FakeClock(zone=zone))
    scene.settled()
    scene.told("day", "wrote")
    for _ in range(40):
        tomorrow = scene.clock.now().date()
        while scene.clock.now().date() == tomorrow:
            scene.clock.advance(1800)
            scene.beat()
        assert scene.told("day") == [{"today": scene.clock.now().date().isoformat()}]
        scene.assert_true()
    assert scene.told("wrote") != []


@pytest.mark.parametrize("zone", ["America/Santiago", "Europe/Lisbon", "America/New_York"])
def test_days_of_23_and_25_hours(vault: Make, zone: str) -> None:
    start = datetime(2036, 1, 1, 12, 0, tzinfo=ZoneInfo(zone))
    scene = Scene(vault(VAULT.replace("2036-", "2035-")), FakeClock(start, zone))
    scene.settled()
    days = set()
    for _ in range(366 * 4):
        scene.clock.advance(6 * 3600)
        scene.beat()
        days.add(scene.clock.now().date())
    assert [d["today"] for d in scene.told("day")] == sorted(d.isoformat() for d in days)[1:]
    scene.assert_true()


def test_a_month_ahead_and_a_clock_set_back(scene: Scene) -> None:
    first = scene.page
    scene.clock.set(START + timedelta(days=31))
    scene.beat()
    scene.assert_true()
    assert scene.beat().clean
    assert scene.page != first
    scene.clock.set(START)
    scene.beat()
    assert scene.beat().clean
    assert scene.page == first
    assert [d["today"] for d in scene.told("day")] == ["2036-12-21", "2036-11-20"]


def test_a_suspended_device(scene: Scene) -> None:
    scene.clock.sleep_through(86400 * 31)
    scene.beat()
    scene.assert_true()
    assert scene.beat().clean


def test_a_tick_set_before_midnight_keeps_its_day(scene: Scene) -> None:
    scene.clock.set(datetime(2036, 11, 20, 23, 59, 50, tzinfo=ZoneInfo("UTC")))
    scene.beat()
    scene.tick("Ana Sousa", " lunch")
    scene.settled()
    assert "- 2036-11-20 lunch\n" in scene.read("People/ana.md")


def test_the_vaults_zone_counts_not_the_devices(vault: Make) -> None:
    text = VAULT + '=== .vault-crm/config.toml\ntimezone = "Pacific/Auckland"\n'
    scene = Scene(vault(text), FakeClock(zone="America/New_York"))  # noon in UTC, 1 in the morning there
    scene.settled()
    scene.tick("Ana Sousa", " lunch")
    scene.settled()
    assert "- 2036-11-21 lunch\n" in scene.read("People/ana.md")
    scene.clock.advance(86400)
    scene.beat()
    assert scene.told("day") == [{"today": "2036-11-22"}]
    scene.assert_true()


def test_somebody_travels(scene: Scene) -> None:
    scene.clock.zone = "Pacific/Auckland"
    assert scene.beat().clean
    assert scene.told("day") == [{"today": "2036-11-21"}]
    scene.assert_true()


def test_a_zone_that_is_none_leaves_the_last_one_in_force(scene: Scene) -> None:
    scene.save(".vault-crm/config.toml", 'timezone = "Mars/Olympus"\n')
    scene.run(3600)
    assert scene.wrong() == ["problem: settings: timezone = 'Mars/Olympus' is not a known time zone"]
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.beat()
    assert "Ben Okafor" not in scene.page.split("## Lately")[0]
    scene.save(".vault-crm/config.toml", 'timezone = "Europe/Lisbon"\n')
    assert scene.beat().clean
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]


def test_a_zone_that_is_none_at_the_start(vault: Make) -> None:
    scene = Scene(vault(VAULT + '=== .vault-crm/config.toml\ntimezone = "Mars/Olympus"\n'))
    scene.run(3600)
    assert len(scene.wrong()) == 1
    scene.save(".vault-crm/config.toml", "")
    scene.beat()
    assert scene.beat().clean
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    scene.assert_true()


# -- what vanishes

MANY = "".join(
    f"=== People/p{n:02}.md\n---\ncadence: 1 week\nlast_contact: 2036-10-{n + 1:02}\n---\n" for n in range(20)
)


@pytest.fixture
def many(vault: Make) -> Scene:
    """Twenty overdue people."""
    scene = Scene(vault(MANY))
    scene.settled()
    scene.said.clear()
    return scene


def test_more_than_a_fifth_gone_is_believed_by_a_later_look(many: Scene) -> None:
    page = many.page
    for n in range(5):
        (many.root / f"People/p{n:02}.md").unlink()
    many.run(9)
    assert many.page == page
    assert many.wrong() == ["waiting: 5 of 20 people are gone: the dashboard stays as it is for now"]
    many.run(12)
    assert [one.partition(":")[0] for one in many.wrong()] == ["solved"]
    assert "p03" not in many.page
    many.assert_true()


def test_a_fifth_gone_is_believed_at_once(many: Scene) -> None:
    for n in range(4):
        (many.root / f"People/p{n:02}.md").unlink()
    many.run(2)
    assert many.wrong() == []
    many.assert_true()


def test_all_gone_is_never_believed(many: Scene) -> None:
    page = many.page
    (many.root / "People").rename(many.root / ".away")
    assert not many.run(86400).clean
    assert many.page == page
    assert many.wrong() == ["waiting: all people are gone: the dashboard stays as it is for now"]
    (many.root / ".away").rename(many.root / "People")
    many.settled()
    assert [one.partition(":")[0] for one in many.wrong()] == ["solved"]
    many.assert_true()


def test_the_vault_vanishes_and_comes_back(many: Scene) -> None:
    aside = many.root.with_name("aside")
    many.root.rename(aside)
    beat = many.run(3600)
    assert not beat.there
    assert many.wrong() == [f"waiting: {many.root} is not there"] or many.wrong() == []
    aside.rename(many.root)
    many.save("People/p00.md", "---\ncadence: 1 week\nlast_contact: 2036-11-20\n---\n")
    many.settled()
    many.assert_true()
    assert [one.partition(":")[0] for one in many.wrong()] == ["solved"]


def test_an_empty_folder_where_the_vault_was_mounted(many: Scene) -> None:
    aside = many.root.with_name("aside")
    many.root.rename(aside)
    many.root.mkdir()
    many.run(600)
    assert list(many.root.iterdir()) == []
    many.root.rmdir()
    aside.rename(many.root)
    many.settled()
    many.assert_true()


def test_an_empty_folder_at_the_start(vault: Make) -> None:
    root = vault("")
    (root / ".vault-crm").rmdir()
    scene = Scene(root)
    assert scene.run(600).clean
    assert list(root.iterdir()) == []
    assert scene.wrong() == []
    write_vault(root, VAULT)
    scene.settled()
    scene.assert_true()


def test_another_vault_in_its_place(scene: Scene, home: Path) -> None:
    scene.root.rename(home / "aside")
    write_vault(scene.root, MANY + '=== .vault-crm/config.toml\n[dashboard]\nfile = "Who.md"\n')
    scene.settled()
    assert not (scene.root / "OVERDUE.md").exists()
    scene.assert_true()


def test_a_link_to_the_vault_that_leads_elsewhere_now(vault: Make, home: Path) -> None:
    one, other = vault(VAULT), write_vault(home / "other", MANY)
    (other / ".vault-crm").mkdir()
    link = home / "link"
    link.symlink_to(one)
    scene = Scene(link)
    scene.settled()
    link.unlink()
    link.symlink_to(other)
    before = tree_bytes(one)
    scene.settled()
    assert tree_bytes(one) == before
    assert "p03" in (other / "OVERDUE.md").read_text()


# -- dashboards in any state


def test_a_deleted_page_comes_back(scene: Scene) -> None:
    page = scene.page
    (scene.root / "OVERDUE.md").unlink()
    scene.beat()
    assert not (scene.root / "OVERDUE.md").exists()
    scene.settled()
    assert scene.page == page


def test_a_page_that_is_a_folder(scene: Scene) -> None:
    (scene.root / "OVERDUE.md").unlink()
    (scene.root / "OVERDUE.md").mkdir()
    scene.run(3600)
    assert scene.wrong() == ["problem: OVERDUE.md was left as it is: it cannot be read: Is a directory"]
    (scene.root / "OVERDUE.md").rmdir()
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    scene.assert_true()


@pytest.mark.parametrize(
    "text",
    [
        "# My own list\n\n- [x] [[Ana Sousa]] lunch\n",
        "# A\n<!-- vault-crm:begin -->\n- [x] [[Ana Sousa]] lunch\n",
        "<!-- vault-crm:begin -->\n<<<<<<< HEAD\n- [x] [[Ana Sousa]] lunch\n=======\n>>>>>>> phone\n"
        "<!-- vault-crm:end -->\n",
    ],
    ids=["foreign", "damaged markers", "conflict"],
)
def test_a_page_that_must_not_be_written(scene: Scene, text: str) -> None:
    page = scene.page
    scene.save("OVERDUE.md", text)
    notes = scene.read("People/ana.md")
    scene.run(3600)
    scene.clock.advance(86400 * 3)
    scene.run(600)
    assert scene.page == text
    assert scene.read("People/ana.md") == notes
    wrong = scene.wrong()
    assert len(wrong) == 1, wrong
    assert wrong[0].startswith("problem: OVERDUE.md")
    scene.save("OVERDUE.md", page)
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    scene.assert_true()


def test_a_page_that_is_a_link_to_nothing(scene: Scene) -> None:
    (scene.root / "OVERDUE.md").unlink()
    (scene.root / "OVERDUE.md").symlink_to(scene.root / "gone/away.md")
    scene.run(600)
    said = scene.wrong()
    assert said == [] or len(said) == 1, said


@pytest.mark.skipif(os.name == "nt", reason="no limits of file sizes there")
def test_a_note_that_cannot_be_saved_keeps_its_tick_and_stops_nothing_else(scene: Scene) -> None:
    """As on a full disk: only Ana's note is too large for it."""
    import resource

    scene.save("People/ana.md", scene.read("People/ana.md") + "x" * 999_999)
    scene.tick("Ana Sousa", " lunch")
    scene.tick("Ben Okafor", " tea")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
    try:
        scene.run(600)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [f["people"] for f in scene.told("filed")] == [["Ben Okafor"]]
    assert "tea" in scene.read("People/ben.md")
    assert "- [x] [Ana Sousa](People/ana.md) lunch ✅ 2036-11-20" in scene.page
    wrong = scene.wrong()
    assert len(wrong) == 1, wrong
    scene.clock.advance(86400)
    scene.settled()
    assert [f["what"] for f in scene.told("filed")] == ["2036-11-20 lunch"]
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    scene.assert_true()


def test_a_note_that_is_writable_again(scene: Scene) -> None:
    """Nothing of its text changes, and no event tells of it."""
    note = scene.root / "People/ana.md"
    scene.tick("Ana Sousa", " lunch")
    note.chmod(0o444)
    scene.run(600)
    assert scene.wrong() == ["stuck: People/ana.md: it is read-only"]
    note.chmod(0o644)
    scene.run(HEARTBEAT)
    assert len(scene.told("filed")) == 1
    scene.settled()
    scene.assert_true()


BROKEN = """
=== .vault-crm/templates/family.md.j2
{# output: Family.md #}
{{ nonsense.of.ours() }}
"""


def test_a_template_error_in_one_of_two_dashboards(vault: Make) -> None:
    scene = Scene(vault(VAULT + BROKEN))
    scene.run(600)
    assert not (scene.root / "Family.md").exists()
    wrong = scene.wrong()
    assert len(wrong) == 1
    assert ".vault-crm/templates/family.md.j2" in wrong[0]
    scene.tick("Ana Sousa", " lunch")
    scene.run(60)
    assert "lunch" in scene.read("People/ana.md")
    assert "[x]" not in scene.page
    scene.save(".vault-crm/templates/family.md.j2", "{# output: Family.md #}\nAll is well.\n")
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    assert "All is well." in scene.read("Family.md")
    scene.assert_true()


# -- settings


@pytest.mark.parametrize(
    "text", ["[dashboard\n", "[dashboard]\nlimit = 'x'\n", "[dashboard]\nfile = '../x.md'\n", b"\xff\xfe"]
)
def test_bad_settings_leave_the_last_good_ones(scene: Scene, text: str | bytes) -> None:
    scene.save(".vault-crm/config.toml", "[dashboard]\nlimit = 1\n")
    scene.settled()
    scene.save(".vault-crm/config.toml", text)
    scene.run(3600)
    scene.edit("People/ben.md", ("cadence", "next: his sister\ncadence"))
    scene.run(60)
    assert "his sister" in scene.page
    wrong = scene.wrong()
    assert len(wrong) == 1
    assert wrong[0].startswith("problem: .vault-crm/config.toml")
    scene.save(".vault-crm/config.toml", "")
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    scene.assert_true()


def test_a_setting_that_nobody_knows_is_said_once(scene: Scene) -> None:
    scene.save(".vault-crm/config.toml", "[dashboard]\nlimt = 1\n")
    scene.settled()
    assert len(scene.wrong()) == 1
    scene.save(".vault-crm/config.toml", "[dashboard]\nlimt = 1\nlinks = 'wiki'\n")
    scene.settled()
    assert scene.wrong() == []
    scene.save(".vault-crm/config.toml", "")
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]


def test_settings_changed_while_it_runs(scene: Scene) -> None:
    scene.save(".vault-crm/config.toml", '[dashboard]\nfile = "Who.md"\nlimit = 1\n')
    scene.settled()
    scene.assert_true()
    scene.tick_in("Who.md", "Ana Sousa", " lunch")
    scene.settled()
    assert "lunch" in scene.read("People/ana.md")
    scene.save("Friends of mine/Dora.md", "---\ncadence: 1 week\nlast_contact: 2036-01-01\n---\n")
    scene.save(".vault-crm/config.toml", 'people = ["Friends of mine"]\n')
    scene.settled()
    assert "Dora" in scene.page
    scene.assert_true()
    assert scene.wrong() == []


def test_settings_caught_half_way_through_a_save(scene: Scene) -> None:
    """vim's save makes the file absent and then empty for a moment: that makes no other dashboard."""
    config = scene.save(".vault-crm/config.toml", '[dashboard]\nfile = "Who.md"\n')
    scene.settled()
    (scene.root / "OVERDUE.md").unlink()
    config.rename(config.with_name("config.toml~"))
    assert not scene.beat().clean
    config.write_bytes(b"")
    assert not scene.beat().clean
    config.write_bytes(config.with_name("config.toml~").read_bytes())
    scene.settled()
    assert not (scene.root / "OVERDUE.md").exists()
    config.unlink()
    scene.settled()
    scene.assert_true()


# -- git


@pytest.fixture
def repo(scene: Scene) -> Scene:
    """The vault in a repository, everything committed."""
    git(scene, "init", "-q", "-b", "main")
    git(scene, "config", "user.name", "Ana")
    git(scene, "config", "user.email", "ana@example.org")
    git(scene, "add", "-A")
    git(scene, "commit", "-q", "-m", "one")
    scene.settled()
    scene.said.clear()
    return scene


def git(scene: Scene, *arguments: str, code: int = 0) -> None:
    done = subprocess.run(["git", "-C", scene.root, *arguments], capture_output=True, check=False)
    assert done.returncode == code, done.stdout.decode() + done.stderr.decode()


needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


@needs_git
@pytest.mark.parametrize("name", ["index.lock", "MERGE_HEAD", "rebase-merge/", "CHERRY_PICK_HEAD"])
def test_it_waits_while_git_works(repo: Scene, name: str) -> None:
    state = repo.root / ".git" / name
    state.mkdir() if name.endswith("/") else state.write_text("x")
    repo.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    repo.tick("Ana Sousa", " lunch")
    page = repo.page
    repo.run(60)
    assert repo.page == page
    assert "lunch" not in repo.read("People/ana.md")
    assert len(repo.wrong()) == 1
    state.rmdir() if name.endswith("/") else state.unlink()
    repo.settled()
    assert [one.partition(":")[0] for one in repo.wrong()] == ["solved"]
    assert "lunch" in repo.read("People/ana.md")
    repo.assert_true()


@needs_git
def test_a_lock_that_git_left_behind_is_named(repo: Scene) -> None:
    (repo.root / ".git/index.lock").write_text("")
    repo.run(3600)
    wrong = repo.wrong()
    assert len(wrong) == 2
    assert str(repo.root / ".git/index.lock") in wrong[1]


@needs_git
def test_a_real_merge(repo: Scene) -> None:
    git(repo, "checkout", "-q", "-b", "phone")
    repo.edit("People/ana.md", ("call: the kids", "call: the kids and the boat"))
    git(repo, "commit", "-q", "-am", "phone")
    git(repo, "checkout", "-q", "main")
    repo.edit("People/ana.md", ("call: the kids", "call: the garden"))
    repo.settled()
    git(repo, "commit", "-q", "-am", "laptop")
    git(repo, "merge", "phone", code=1)
    before = tree_bytes(repo.root)
    repo.run(600)
    repo.clock.advance(86400 * 30)
    repo.run(600)
    assert tree_bytes(repo.root) == before
    assert len(repo.wrong()) == 1
    repo.save("People/ana.md", VAULT.split("===")[1].partition("\n")[2])
    git(repo, "commit", "-q", "-am", "merged")
    repo.settled()
    repo.assert_true()


@needs_git
@pytest.mark.parametrize("settled", [False, True])
def test_conflict_markers_count_only_while_git_has_the_merge_unsettled(repo: Scene, settled: bool) -> None:
    """After a `stash pop` there is no MERGE_HEAD."""
    repo.edit("People/ana.md", ("call: the kids", "call: the boat"))
    git(repo, "stash", "-q")
    repo.edit("People/ana.md", ("call: the kids", "call: the garden"))
    git(repo, "commit", "-q", "-am", "garden")
    git(repo, "stash", "pop", code=1)
    assert "<<<<<<<" in repo.read("People/ana.md")
    if settled:
        git(repo, "add", "-A")
    repo.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    page = repo.page
    repo.run(60)
    assert (repo.page == page) == (not settled)
    if not settled:
        assert len(repo.wrong()) == 1
        git(repo, "add", "-A")
        repo.settled()
    repo.assert_true()


@needs_git
def test_a_page_that_git_keeps_from_now_on(scene: Scene) -> None:
    git(scene, "init", "-q")
    (scene.root / ".gitignore").write_text("OVERDUE.md\n")
    scene.settled()
    assert "<!-- People/ana.md -->" not in scene.page
    git(scene, "add", "-f", "OVERDUE.md")
    scene.settled()
    assert "<!-- People/ana.md -->" in scene.page
    scene.assert_true()


# -- whatever goes wrong


def test_whoever_does_not_listen_ends_nothing(scene: Scene) -> None:
    scene.refuse_to_hear = True
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.tick("Ana Sousa", " lunch")
    scene.run(60)
    scene.refuse_to_hear = False
    assert scene.beat().clean
    scene.assert_true()


def test_a_bug_is_said_once_and_ends_nothing(vault: Make) -> None:
    class Broken(FakeClock):
        broken = False

        def time(self) -> float:
            if self.broken:
                raise RuntimeError("no time")
            return super().time()

    clock = Broken()
    scene = Scene(vault(VAULT), clock)
    scene.settled()
    scene.tick("Ana Sousa", " lunch")
    clock.broken = True
    scene.run(3600)
    wrong = scene.wrong()
    assert len(wrong) == 1
    assert "a mistake of the program, not yours: RuntimeError: no time" in wrong[0]
    clock.broken = False
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    assert "lunch" in scene.read("People/ana.md")
    scene.assert_true()


def test_notes_of_any_bytes(scene: Scene) -> None:
    scene.save("People/x\udcff.md", "---\ncadence: 1 week\n---\n")
    scene.save("People/nul.md", b"---\ncadence: 1 week\n---\n\0\xff\xfe" + b"[" * 3000)
    scene.save("People/bomb.md", "---\ncadence: &a [*a, *a]\nlast_contact: 99999-13-77\n---\n")
    scene.settled()
    assert scene.wrong() == []
    scene.assert_true()


def test_an_unwritable_place_for_the_index(scene: Scene, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "file"))
    scene.begin()
    scene.edit("People/ben.md", ("2036-11-01", "2036-11-20"))
    scene.beat()
    scene.assert_true()
    assert scene.wrong() == []


# -- what happens in the middle of a beat


class Meddled(FakeClock):
    """A clock that, asked for the n-th time, lets somebody do something first."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.meddle: Callable[[], object] = lambda: None

    def monotonic(self) -> float:
        self._count()
        return super().monotonic()

    def time(self) -> float:
        self._count()
        return super().time()

    def _count(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.meddle()


@pytest.mark.parametrize("number", range(1, 16))
@pytest.mark.parametrize("what", ["a note", "another note", "a tick", "words", "a deleted page"])
def test_whatever_happens_in_the_middle_of_a_beat(vault: Make, what: str, number: int) -> None:
    clock = Meddled()
    scene = Scene(vault(VAULT), clock)
    scene.settled()
    scene.tick("Ana Sousa", " lunch")
    scene.run(29)
    scene.edit("People/cleo.md", ("1 month", "1 week"))
    clock.advance(60)
    clock.meddle = {
        "a note": lambda: scene.edit("People/ben.md", ("2036-11-01", "2036-11-20")),
        "another note": lambda: scene.save("People/dora.md", "---\ncadence: 1 week\n---\n"),
        "a tick": lambda: scene.tick("Ben Okafor", " tea"),
        "words": lambda: scene.type(("](People/ben.md)", "](People/ben.md)\n    - about the boat")),
        "a deleted page": lambda: (scene.root / "OVERDUE.md").unlink(),
    }[what]
    clock.left = number
    while clock.left > 0:
        scene.beat()
    scene.settled()
    scene.assert_true()
    assert scene.wrong() == []
    lost = what == "a deleted page" and "lunch" not in scene.read("People/ana.md")
    assert scene.read("People/ana.md").count("lunch") == (0 if lost else 1)
    assert scene.read("People/ben.md").count("- 2036-11-20 tea\n") == (what == "a tick")
    assert ("about the boat" in scene.page) == (what == "words")


# -- clean


def test_clean_means_that_there_is_nothing_to_do(scene: Scene) -> None:
    steps: list[Callable[[], object]] = [
        lambda: scene.tick("Ana Sousa", " lunch"),
        lambda: scene.edit("People/ben.md", ("2036-11-01", "2036-11-02")),
        lambda: scene.type(("# Overdue", "# Who")),
        lambda: (scene.root / "OVERDUE.md").unlink(),
        lambda: (scene.root / "People/cleo.md").unlink(),
        lambda: scene.save("People/ben.md", ""),
    ]
    for step in steps:
        step()
        assert not scene.beat().clean or scene.page == scene.fresh()["OVERDUE.md"]
        scene.settled()
        before, said = tree_bytes(scene.root), len(scene.said)
        assert scene.run(3600).clean
        assert tree_bytes(scene.root) == before
        assert len(scene.said) == said
        scene.assert_true()


def test_a_clean_beat_waits_for_the_heartbeat(scene: Scene) -> None:
    beat = scene.beat()
    assert (beat.clean, beat.next, beat.there, beat.changed) == (True, HEARTBEAT, True, 0)


# -- the nudge


def test_one_nudge_a_day(vault: Make) -> None:
    scene = Scene(vault(VAULT + '=== .vault-crm/config.toml\n[notify]\nat = "13:00"\n'))
    scene.run(3590)
    assert scene.nudges == []
    scene.run(3600)
    assert scene.nudges == [("It has been a while: 2 people", "Ana Sousa and Ben Okafor")]
    scene.begin()
    scene.run(3600)
    assert len(scene.nudges) == 1
    scene.clock.advance(86400)
    scene.beat()
    assert len(scene.nudges) == 2
    assert len(scene.told("nudged")) == 2


def test_an_hour_that_is_none(vault: Make) -> None:
    scene = Scene(vault(VAULT + '=== .vault-crm/config.toml\n[notify]\nat = "25:00"\n'))
    scene.run(86400)
    assert [one.startswith("problem: notify.at") for one in scene.wrong()] == [True]
    scene.save(".vault-crm/config.toml", "")
    scene.settled()
    assert [one.partition(":")[0] for one in scene.wrong()] == ["solved"]
    assert scene.nudges == []


class Drifting(FakeClock):
    """A clock that goes on by itself, a little each time it is asked."""

    def monotonic(self) -> float:
        self.advance(0.01)
        return super().monotonic()


@pytest.mark.parametrize("early", range(20))
def test_a_page_whose_time_comes_in_the_middle_of_a_beat_is_not_forgotten(vault: Make, early: int) -> None:
    scene = Scene(vault(VAULT), Drifting())
    scene.settled()
    scene.tick("Ana Sousa")
    scene.beat()
    scene.clock.advance(30 - 0.01 * early)
    beat = scene.beat()
    assert beat.clean or beat.next < 5
    scene.clock.advance(beat.next)
    scene.settled()
    assert len(scene.told("filed")) == 1
