"""The nudge: when, what it says, and that no name ever becomes a script, an option or markup."""

from __future__ import annotations

import json
import os
import stat
import sys
from datetime import date
from datetime import datetime
from datetime import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vault_crm.core.agenda import agenda
from vault_crm.core.model import Agenda
from vault_crm.core.model import AgendaItem
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.serve.nudge import Call
from vault_crm.serve.nudge import call_for
from vault_crm.serve.nudge import is_time
from vault_crm.serve.nudge import nudge_text
from vault_crm.serve.nudge import parse_at
from vault_crm.serve.nudge import run_call
from vault_crm.serve.nudge import send
from vault_crm.store.nudged import read_nudged
from vault_crm.store.nudged import write_nudged
from vault_crm.store.paths import state_folder

TODAY = date(2026, 11, 22)
NINE = time(9, 0)
PLATFORMS = ("linux", "darwin", "win32")


def people(*rows: tuple[str, str, str]) -> Agenda:
    """An agenda of (name, cadence, last contact)."""
    notes = {
        f"People/{number}.md": parse_note(
            f"People/{number}.md",
            f"---\nname: {json.dumps(name)}\ncadence: {cadence}\nlast_contact: {last}\n---\n",
            Settings(),
        )
        for number, (name, cadence, last) in enumerate(rows)
    }
    return agenda(assemble(notes, Settings()), TODAY, Settings())


# --- the time of day


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("", None),
        ("  ", None),
        ("09:00", NINE),
        ("9:00", NINE),
        (" 9.00 ", NINE),
        ("9h00", NINE),
        ("9am", NINE),
        ("9 a.m.", NINE),
        ("9:30 PM", time(21, 30)),
        ("12 am", time(0, 0)),
        ("12 pm", time(12, 0)),
        ("00:00", time(0, 0)),
        ("23:59", time(23, 59)),
    ],
)
def test_a_time_of_day(text: str, at: time | None) -> None:
    assert parse_at(text) == at


@pytest.mark.parametrize(
    "text", ["24:00", "9:60", "9", "9:0", "nine", "-1:00", "13 pm", "0 am", "09:00:00", "٩:٠٠", "9:00 x"]
)
def test_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match="write a time of day as '09:00'"):
        parse_at(text)


@given(st.times())
def test_every_minute_of_the_day_is_a_time(at: time) -> None:
    assert parse_at(f"{at:%H:%M}") == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize(
    ("now", "last", "due"),
    [
        ("2026-11-22T08:59:59", None, False),
        ("2026-11-22T09:00:00", None, True),
        ("2026-11-22T09:00:00", "2026-11-21", True),
        ("2026-11-22T09:01:00", "2026-11-22", False),
        ("2026-11-22T23:59:59", "2026-11-22", False),
        ("2026-11-22T14:30:00", "2026-11-19", True),  # slept through it
        ("2026-11-23T00:10:00", "2026-11-22", False),  # the new day's hour has not come yet
        ("2026-11-22T10:00:00", "2026-11-23", False),  # travelled back over the date line
        ("2026-11-22T10:00:00", "2036-01-01", True),  # the clock had been wrong
    ],
)
def test_once_a_day(now: str, last: str | None, due: bool) -> None:
    day = date.fromisoformat(last) if last else None
    assert is_time(NINE, datetime.fromisoformat(now), day) is due
    assert is_time(NINE, datetime.fromisoformat(now + "+05:30"), day) is due


@given(st.times(), st.lists(st.integers(min_value=1, max_value=300), max_size=60))
def test_a_day_never_has_two(at: time, minutes: list[int]) -> None:
    """However a watcher's beats fall, each day has at most one nudge, and one if there is a beat late
    enough."""
    now, last, sent, late = datetime(2026, 3, 28, 22, 0), None, [], set()
    for step in minutes:
        now += timedelta(minutes=step)
        if now.time() >= at:
            late.add(now.date())
        if is_time(at, now, last):
            last = now.date()
            sent.append(last)
    assert sent == sorted(late)


# --- what it says


def test_how_many_and_the_first_three_by_name() -> None:
    rows = [("Ana Sousa", "2 weeks", "2026-01-01"), ("Ben Okafor", "3 months", "2026-05-01")]
    rows += [("Lucía Ferrer", "1 week", "2026-08-01"), ("Tom Reed", "1 year", "2025-11-01")]
    rows += [("Uma Fine", "1 year", "2026-11-01"), ("Vic Soon", "1 month", "2026-10-25")]
    assert nudge_text(people(*rows)) == (
        "It has been a while: 4 people",
        "Ana Sousa, Lucía Ferrer, Ben Okafor and 1 more",
    )
    assert nudge_text(people(*rows[:3])) == (
        "It has been a while: 3 people",
        "Ana Sousa, Lucía Ferrer and Ben Okafor",
    )
    assert nudge_text(people(rows[0], rows[2])) == (
        "It has been a while: 2 people",
        "Ana Sousa and Lucía Ferrer",
    )
    assert nudge_text(people(rows[0])) == ("It has been a while: 1 person", "Ana Sousa")


def test_nobody_is_overdue() -> None:
    assert nudge_text(people(("Uma Fine", "1 year", "2026-11-01"))) is None
    assert nudge_text(people()) is None


@given(st.lists(st.text(), min_size=1, max_size=5))
def test_whatever_a_name_is_the_nudge_is_one_short_printable_line(names: list[str]) -> None:
    items = [AgendaItem(Person(Note(f"{n}.md"), name), "overdue") for n, name in enumerate(names)]
    said = nudge_text(Agenda(TODAY, tuple(items)))
    assert said is not None
    for line in said:
        assert all(c.isprintable() or c in "\u200c\u200d" for c in line)
        line.encode("utf-8")
        assert 0 < len(line) < 250
        assert line == " ".join(line.split())


def test_a_name_cannot_turn_the_text_round() -> None:
    said = nudge_text(people(("Ana\u202e\nSousa\x1b[31m" + "a" * 200, "1 week", "2026-01-01")))
    assert said == ("It has been a while: 1 person", "Ana Sousa [31m" + "a" * 45 + "…")


# --- how it is shown


@given(st.text(), st.text())
@pytest.mark.parametrize("platform", PLATFORMS)
def test_no_text_is_part_of_a_script_or_an_option(platform: str, title: str, body: str) -> None:
    call, other = call_for(platform, title, body), call_for(platform, "", "")
    if platform == "win32":
        assert call.command == other.command
        assert set(call.variables.values()) == {title, body}
    else:
        assert call.command[:-2] == other.command[:-2]
        assert call.command[-3] == "--"
        assert call.command[-2] == title
        assert call.variables == {}
    if platform == "darwin":
        assert call.command[-1] == body


def test_the_body_for_notify_send_is_neither_markup_nor_an_escape() -> None:
    body = call_for("linux", "t", r"<b>Ana</b> & Ben \n \x3cb>").command[-1]
    assert body == r"&lt;b&gt;Ana&lt;/b&gt; &amp; Ben \\n \\x3cb&gt;"


def program(folder: Path, name: str, source: str) -> Path:
    """A program of this name that runs a piece of Python."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!{sys.executable} -SE\n{source}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have programs of their own")
def test_the_system_shows_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = tmp_path / "shown.json"
    source = f"import json, sys; json.dump(sys.argv[1:], open({str(shown)!r}, 'w'))"
    program(tmp_path / "bin", "notify-send", source)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert send("It has been a while: 2 people", "--urgency=low <Ana> and $(touch x) Zoë") == ""
    assert json.loads(shown.read_text()) == [
        "--app-name=vault-crm",
        "--",
        "It has been a while: 2 people",
        "--urgency=low &lt;Ana&gt; and $(touch x) Zoë",
    ]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="other systems have programs of their own")
def test_where_the_program_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert send("a", "b") == (
        "notify-send is not installed; it comes with libnotify (on Debian and Ubuntu: libnotify-bin)"
    )


@pytest.mark.skipif(os.name != "posix", reason="starts a script by its first line")
@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "import sys; sys.exit('Cannot autolaunch D-Bus\\x1b[1m without X11\\nmore')",
            "show: Cannot autolaunch D-Bus [1m without X11",
        ),
        ("raise SystemExit(3)", "show: exit code 3"),
        ("import os; os.kill(os.getpid(), 9)", "show: exit code -9"),
        ("import sys; sys.stderr.write('a warning'); sys.exit(0)", ""),
    ],
)
def test_why_it_could_not_be_shown(
    source: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "bin", "show", source)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run_call(Call(("show", "a"), "")) == why


@pytest.mark.skipif(os.name != "posix", reason="starts a script by its first line")
def test_a_desktop_that_does_not_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the program has started another one that keeps the pipe open."""
    source = (
        "import subprocess, sys, signal\n"
        "subprocess.Popen([sys.executable, '-SEc', 'import sys; sys.stdin.read()'], stdin=subprocess.PIPE)\n"
        "signal.pause()"
    )
    program(tmp_path / "bin", "show", source)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run_call(Call(("show",), ""), limit=0.3) == "show did not answer within 0.3 seconds"


@pytest.mark.skipif(os.name != "posix", reason="permissions of files")
def test_a_program_that_may_not_be_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(tmp_path / "bin", "show", "").chmod(0o600)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert run_call(Call(("show",), "")) == "show could not be started: Permission denied"
    assert run_call(Call(("show", "a\0b"), "")).startswith("show could not be started: ")


# --- once a day, also over restarts


def test_the_day_is_remembered_for_each_vault(home: Path) -> None:
    one, two = home / "one", home / "two"
    assert read_nudged(one) is None
    assert write_nudged(one, TODAY)
    assert write_nudged(two, date(2026, 11, 20))
    assert (read_nudged(one), read_nudged(two)) == (TODAY, date(2026, 11, 20))
    assert write_nudged(one, date(2026, 11, 23))
    assert read_nudged(one) == date(2026, 11, 23)
    assert sorted(file.name for file in state_folder().rglob("*") if file.is_file()) == ["nudged", "nudged"]


@pytest.mark.parametrize("raw", [b"", b"yesterday\n", b"\xff\xfe", b"2026-02-30\n", b"2026-11-22\n" * 2])
def test_a_file_that_says_nothing(raw: bytes, home: Path) -> None:
    assert write_nudged(home, TODAY)
    [file] = (file for file in state_folder().rglob("nudged"))
    file.write_bytes(raw)
    assert read_nudged(home) is None


def test_a_state_folder_that_cannot_be_written_to(home: Path) -> None:
    state_folder().parent.mkdir(parents=True)
    state_folder().write_text("a file where the folder should be")
    assert not write_nudged(home, TODAY)
    assert read_nudged(home) is None
