"""Who is writing where: what the desk allows, and when it is worth asking again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.serve.fakes import FakeClock
from tests.serve.fakes import swap_bytes
from tests.serve.test_watch import VAULT
from tests.vaults import write_vault
from vault_crm.serve.desk import ASK_AGAIN
from vault_crm.serve.desk import NOTE_QUIET
from vault_crm.serve.desk import QUIET
from vault_crm.serve.desk import Desk

PAGE = "OVERDUE.md"
ANA = "People/ana.md"
SETTLE = 30.0


class Room:
    """A desk, its clock, and files with the clock's time."""

    def __init__(self, root: Path) -> None:
        self.root = write_vault(root, VAULT)
        self.clock = FakeClock()
        self.desk = Desk(root, self.clock, SETTLE)

    def save(self, path: str, text: str = "x", ago: float = 0.0) -> None:
        file = self.root / path
        file.write_text(text)
        moment = int((self.clock.time() - ago) * 1e9)
        os.utime(file, ns=(moment, moment))

    def look(self) -> str:
        """A round begins: what may be done to the page."""
        self.desk.begin()
        self.desk.observe([PAGE])
        return self.desk.way(PAGE)

    def tended(self) -> None:
        """Everything was done to the page."""
        assert self.look() == "both"
        self.desk.done(PAGE, "both")
        assert not self.desk.waiting

    def open(self, path: str) -> Path:
        swap = (self.root / path).with_name(f".{Path(path).name}.swp")
        swap.write_bytes(swap_bytes(os.getpid()))
        return swap


@pytest.fixture
def room(home: Path) -> Room:
    room = Room(home / "notes")
    room.save(PAGE, ago=100)
    room.tended()
    return room


def test_a_page_that_was_left_alone_before_it_began(home: Path) -> None:
    room = Room(home / "notes")
    room.save(PAGE, ago=SETTLE - 10)
    assert room.look() == "refresh"
    assert room.desk.next() == pytest.approx(10)
    room.clock.advance(10)
    assert room.look() == "both"


@pytest.mark.parametrize("ago", [0, -5000])
def test_a_page_that_was_just_written_when_it_began(home: Path, ago: float) -> None:
    room = Room(home / "notes")
    room.save(PAGE, ago=ago)
    assert room.look() == "leave"
    assert room.desk.next() == pytest.approx(QUIET)


def test_a_page_that_is_not_there_is_made_at_once_if_it_may_be(home: Path) -> None:
    room = Room(home / "notes")
    assert room.look() == "both"
    room.desk.may_create = False
    assert room.look() == "leave"
    assert not room.desk.waiting
    assert room.desk.next() is None


@pytest.mark.parametrize(
    ("owed", "alone", "way"),
    [
        (False, 0, "leave"),
        (False, QUIET, "leave"),
        (False, SETTLE - 0.01, "leave"),
        (False, SETTLE, "both"),
        (True, 0, "leave"),
        (True, QUIET - 0.01, "leave"),
        (True, QUIET, "refresh"),
        (True, SETTLE - 0.01, "refresh"),
        (True, SETTLE, "both"),
    ],
)
def test_what_may_be_done_and_when(room: Room, owed: bool, alone: float, way: str) -> None:
    room.save(PAGE, "typed")
    room.look()
    if owed:
        room.desk.owe()
    room.clock.advance(alone)
    assert room.look() == way
    assert room.desk.waiting


def test_when_it_is_worth_asking_again(room: Room) -> None:
    assert room.desk.next() is None
    room.save(PAGE, "typed")
    room.look()
    assert room.desk.next() == pytest.approx(SETTLE)
    room.desk.owe()
    assert room.desk.next() == pytest.approx(QUIET)
    room.clock.advance(QUIET)
    assert room.desk.next() == pytest.approx(SETTLE - QUIET)
    assert room.look() == "refresh"
    room.desk.done(PAGE, "refresh")
    assert room.desk.next() == pytest.approx(SETTLE - QUIET)


def test_a_short_settle_shortens_all(home: Path) -> None:
    room = Room(home / "notes")
    room.desk.settle = 1.0
    room.save(PAGE)
    room.save(ANA)
    assert room.look() == "leave"
    assert not room.desk.may_touch(ANA)
    room.clock.advance(1.0)
    assert room.look() == "both"
    assert room.desk.may_touch(ANA)


def test_what_the_watcher_wrote_disturbs_nobody(room: Room) -> None:
    room.save(PAGE, "ours")
    room.desk.written({PAGE: b"ours"})
    assert room.look() == "both"
    assert not room.desk.waiting


def test_somebody_saves_right_after_the_watcher_wrote(room: Room) -> None:
    room.save(PAGE, "typed on top of ours")
    room.desk.written({PAGE: b"ours"})
    room.desk.done(PAGE, "both")
    assert room.look() == "leave"
    assert room.desk.waiting


def test_somebody_saves_between_the_look_and_the_reading(room: Room) -> None:
    assert room.desk.still(PAGE)
    room.save(PAGE, "typed")
    assert not room.desk.still(PAGE)


def test_an_open_page_is_left_until_ticks_are_taken_and_asked_for_again(room: Room) -> None:
    swap = room.open(PAGE)
    assert room.look() == "take"
    assert room.desk.waiting
    assert room.desk.next() == ASK_AGAIN
    room.save(PAGE, "typed")
    room.look()
    room.desk.owe()
    room.clock.advance(QUIET)
    assert room.look() == "leave"
    swap.unlink()
    assert room.look() == "refresh"


def test_a_note_just_saved_is_not_touched(room: Room) -> None:
    room.look()
    room.save(ANA)
    assert not room.desk.may_touch(ANA)
    room.clock.advance(NOTE_QUIET - 0.01)
    assert not room.desk.may_touch(ANA)
    room.clock.advance(0.01)
    assert room.desk.may_touch(ANA)
    room.save(ANA, "another tick of the same round")
    assert room.desk.may_touch(ANA)
    room.look()
    assert not room.desk.may_touch(ANA)


def test_a_note_that_the_watcher_wrote_may_be_touched_again(room: Room) -> None:
    room.save(ANA)
    room.desk.noted([ANA])
    assert room.desk.may_touch(ANA)
    room.desk.begin()
    room.save(ANA, "somebody else")
    assert not room.desk.may_touch(ANA)


def test_a_note_that_is_gone_is_not_touched(room: Room) -> None:
    assert not room.desk.may_touch("People/nobody.md")


def test_a_note_of_the_future_is_touched_once_it_stayed_as_it_is(room: Room) -> None:
    room.save(ANA, ago=-100000)
    assert not room.desk.may_touch(ANA)
    room.clock.advance(NOTE_QUIET - 1)
    room.save(ANA, "again", ago=-100000)
    assert not room.desk.may_touch(ANA)
    room.clock.advance(NOTE_QUIET - 1)
    assert not room.desk.may_touch(ANA)
    room.clock.advance(1)
    assert room.desk.may_touch(ANA)


def test_a_note_in_an_editor_is_asked_for_again(room: Room) -> None:
    swap = room.open(ANA)
    room.look()
    assert room.desk.may_touch(ANA)  # filing refuses, with a hint
    assert room.desk.waiting
    assert room.desk.next() == ASK_AGAIN
    swap.unlink()
    room.look()
    assert room.desk.may_touch(ANA)
    assert not room.desk.waiting


def test_a_page_that_is_a_dashboard_no_more_is_forgotten(room: Room) -> None:
    room.save(PAGE, "typed")
    room.look()
    assert room.desk.waiting
    room.desk.observe([])
    assert not room.desk.waiting
    assert room.desk.next() is None
