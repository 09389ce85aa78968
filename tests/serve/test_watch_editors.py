"""The watcher beside real editors, and beside programs that save as editors and sync tools do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import private_environment
from tests.serve.editing import SAVES
from tests.serve.editing import OpenEditor
from tests.serve.editing import Save
from tests.serve.editing import save_by_rename
from tests.serve.editing import save_in_place
from tests.serve.editing import save_like_vim
from tests.serve.editing import sed
from tests.serve.editing import vim
from tests.serve.watching import BOARD
from tests.serve.watching import Watching
from tests.serve.watching import board_bytes
from tests.serve.watching import fresh_render
from tests.serve.watching import listed
from tests.serve.watching import logged
from tests.serve.watching import make_people
from tests.serve.watching import person

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the programs that are driven here are not there")

NAMES = (
    *("Ada Lund", "Ben Okafor", "Cleo Marsh", "Dora Petrov", "Emil Haas", "Fay Quinn", "Gus Ortiz"),
    *("Hana Sato", "Ivo Blanc", "Jan Kruse", "Kim Doyle", "Lea Vogt", "Mia Rossi", "Nils Berg"),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watching]:
    """One watcher for all tests of this module that leave its vault as they found it. It settles at once."""
    home = tmp_path_factory.mktemp("shared")
    patch = pytest.MonkeyPatch()
    for name, value in private_environment(home).items():
        patch.setenv(name, value)
    with Watching(make_people(home / "notes", *NAMES), "--settle", "0.5") as watch:
        yield watch
        watch.await_true()
        assert watch.since(0, "problem", "waiting") == []
    patch.undo()


@pytest.fixture
def watch(shared: Watching, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watching]:
    """The shared watcher, with everybody as at the beginning before and after the test."""
    for name, value in private_environment(shared.root.parent).items():
        monkeypatch.setenv(name, value)
    yield shared
    if b"[x]" in (board_bytes(shared.root) or b""):
        (shared.root / BOARD).unlink()
    people = shared.root / "People"
    for name in NAMES:
        note = people / f"{name}.md"
        if not note.exists() or note.read_text(encoding="utf-8") != person():
            save_by_rename(note, person())
    for path in people.rglob("*"):
        if path.is_file() and path.stem not in (*NAMES, "Zz Fence"):
            path.unlink()
    shared.until(lambda: set(listed(shared.root)) - {"Zz Fence"} == set(NAMES), "everybody as before")


def note_of(watch: Watching, name: str) -> Path:
    return watch.root / "People" / f"{name}.md"


def tick(text: str, name: str, words: str = "", mark: str = "x") -> str:
    """The dashboard's text with one person ticked, and words behind the link."""
    lines = text.splitlines(keepends=True)
    [at] = [i for i, line in enumerate(lines) if line.startswith(f"- [ ] [{name}](")]
    lines[at] = lines[at].replace("[ ]", f"[{mark}]", 1).rstrip("\n") + (f" {words}" if words else "") + "\n"
    return "".join(lines)


def board_text(watch: Watching) -> str:
    return (watch.root / BOARD).read_text(encoding="utf-8")


def names_in(events: list[dict[str, object]], key: str) -> list[object]:
    return [name for event in events for name in event.get(key, ())]  # type: ignore[attr-defined]


# -- saving a note


@pytest.mark.parametrize("backupcopy", ["auto", "yes", "no", "auto,breakhardlink", "yes,breaksymlink"])
def test_vim_saves_a_note(watch: Watching, backupcopy: str) -> None:
    """One change of the dashboard for one save, and nobody else comes or goes."""
    mark = watch.mark()
    vim(note_of(watch, "Ada Lund"), "%s/2 weeks/90 years/", settings=f"backupcopy={backupcopy}")
    watch.await_event("wrote", since=mark)
    watch.fence()
    found = watch.since(mark, "wrote")
    assert names_in(found, "went").count("Ada Lund") == 1
    assert set(names_in(found, "went") + names_in(found, "came")) <= {"Ada Lund", "Zz Fence"}
    assert watch.since(mark, "problem") == []
    assert "Ada Lund" not in listed(watch.root)


@pytest.mark.parametrize("settings", ["nowritebackup", "backup", "noswapfile", "fileformat=dos"])
def test_vim_saves_in_other_ways(watch: Watching, settings: str) -> None:
    mark = watch.mark()
    vim(note_of(watch, "Ada Lund"), "%s/2 weeks/90 years/", settings=settings)
    watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark)
    watch.fence()
    assert names_in(watch.since(mark, "wrote"), "went").count("Ada Lund") == 1


def test_neovim_saves_a_note(watch: Watching) -> None:
    mark = watch.mark()
    vim(note_of(watch, "Ada Lund"), "%s/2 weeks/90 years/", editor="nvim")
    watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark)
    watch.fence()
    assert names_in(watch.since(mark, "wrote"), "went").count("Ada Lund") == 1


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_a_note_is_saved(watch: Watching, save: Save) -> None:
    """In every way in which programs save: it is seen once, and nobody else comes or goes."""
    mark = watch.mark()
    save(note_of(watch, "Ben Okafor"), person("90 years"))
    watch.await_event("wrote", lambda e: "Ben Okafor" not in e["listed"], since=mark)
    watch.fence()
    found = watch.since(mark, "wrote")
    assert names_in(found, "went").count("Ben Okafor") == 1
    assert set(names_in(found, "went") + names_in(found, "came")) <= {"Ben Okafor", "Zz Fence"}
    assert not [event for event in watch.since(mark, "wrote") if "Okafor" in str(event["came"])]


def test_sed_saves_all_notes_at_once(watch: Watching) -> None:
    """Fourteen people go and come back; that more than a fifth *vanish* is something else."""
    for name in NAMES:
        sed(note_of(watch, name), "s/2 weeks/90 years/")
    watch.until(lambda: not set(NAMES) & set(listed(watch.root)), "nobody listed")


@pytest.mark.parametrize("save", [save_like_vim, save_by_rename, SAVES["git"], SAVES["in place"]])
def test_fifty_saves_of_which_none_changes_anything(watch: Watching, save: Save) -> None:
    """Nothing is written, and nobody blinks."""
    watch.fence()
    before = (watch.root / BOARD).stat()
    mark = watch.mark()
    for _ in range(50):
        save(note_of(watch, "Cleo Marsh"), person())
    watch.await_event("looked", since=mark)
    watch.await_event("looked", lambda e: e["clean"], since=watch.mark() - 1)
    assert watch.since(mark, "wrote") == []
    assert (watch.root / BOARD).stat() == before


# -- a note that is half there


HALVES = {
    "half of its frontmatter": "---\ncadence: 2 weeks\nlast_cont",
    "broken YAML": '---\ncadence: "2 weeks\nlast_contact: 2020-01-01\n---\n',
    "empty": "",
    "the first line": "---\n",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_a_note_is_half_written_for_a_while(watch: Watching, half: str) -> None:
    """It is never said to be broken, and the person never leaves the list."""
    mark = watch.mark()
    note = note_of(watch, "Dora Petrov")
    with open(note, "r+b", buffering=0) as file:
        file.truncate(0)
        file.write(half.encode())
        watch.hold(0.3)
        file.write(person()[len(half) :].encode() if person().startswith(half) else b"")
    if not person().startswith(half):
        save_in_place(note, person())
    watch.fence()
    assert set(names_in(watch.since(mark, "wrote"), "went")) <= {"Zz Fence"}
    assert all("Dora Petrov" in event["listed"] for event in watch.since(mark, "wrote"))
    assert "needs attention" not in board_text(watch).lower()


def test_the_note_of_somebody_new_is_written_slowly(watch: Watching) -> None:
    """Half a note of somebody who was not there before is nothing to report, either."""
    mark = watch.mark()
    whole = person()
    with open(note_of(watch, "Olga Weiss"), "wb", buffering=0) as file:
        for end in range(10, len(whole) + 10, 10):
            file.write(whole[end - 10 : end].encode())
    watch.await_event("wrote", lambda e: "Olga Weiss" in e["listed"], since=mark)
    watch.fence()
    assert names_in(watch.since(mark, "wrote"), "came").count("Olga Weiss") == 1
    note_of(watch, "Olga Weiss").unlink()
    watch.await_event("wrote", lambda e: "Olga Weiss" not in e["listed"], since=mark)


@pytest.mark.parametrize("seconds", [0.05, 0.3])
def test_a_note_is_absent_for_a_moment(watch: Watching, seconds: float) -> None:
    mark = watch.mark()
    note = note_of(watch, "Emil Haas")
    note.unlink()
    if seconds > 0.1:
        watch.hold(seconds)
    else:
        watch.never("problem", seconds, mark)
    note.write_text(person(), encoding="utf-8")
    watch.fence()
    assert set(names_in(watch.since(mark, "wrote"), "went")) <= {"Zz Fence"}
    assert all("Emil Haas" in event["listed"] for event in watch.since(mark, "wrote"))


def test_a_folder_leaves_for_a_moment_and_comes_back_as_it_was(watch: Watching) -> None:
    """Its notes have the same time stamps as before; what was doubted about them is forgotten, and the index
    is vouched for again."""
    folder = watch.root / "People"
    away = watch.root.parent / "away"
    mark = watch.mark()
    folder.rename(away)
    watch.hold(0.2)
    away.rename(folder)
    watch.fence()
    assert set(names_in(watch.since(mark, "wrote"), "went")) <= {"Zz Fence"}
    now = watch.mark()
    watch.fence()
    watch.await_event("looked", lambda e: e["clean"], since=now)


def test_a_note_that_stays_broken_is_reported(watch: Watching) -> None:
    """Patience has an end."""
    save_in_place(note_of(watch, "Fay Quinn"), "---\ncadence: [2 weeks\n---\n")
    watch.until(lambda: "needs attention" in board_text(watch).lower(), "a broken note on the dashboard")
    save_in_place(note_of(watch, "Fay Quinn"), person())
    watch.until(lambda: "needs attention" not in board_text(watch).lower(), "a mended note")


def test_a_note_that_stays_away_is_gone(watch: Watching) -> None:
    mark = watch.mark()
    note_of(watch, "Gus Ortiz").unlink()
    watch.await_event("wrote", lambda e: "Gus Ortiz" not in e["listed"], since=mark, seconds=5)


# -- what lies beside notes


def test_what_editors_and_sync_tools_leave_beside_a_note_is_not_a_person(watch: Watching) -> None:
    """Swap files, probes, backups, temporaries and copies of a conflict."""
    people = watch.root / "People"
    mark = watch.mark()
    beside = (
        *(".Ada Lund.md.swp", "4913", "Ada Lund.md~", ".Ada Lund.md.un~", "#Ada Lund.md#", "sedAbC123"),
        *(".syncthing.Ada Lund.md.tmp", "~syncthing~Ada Lund.md.tmp", ".~lock.Ada Lund.md#"),
        *(
            "Ada Lund.sync-conflict-20261122-101112-ABCDEFG.md",
            "Ada Lund (Bob's conflicted copy 2026-04-24).md",
        ),
        *("Ada Lund (conflicted copy 2026-11-22 101112).md", "Ada Lund (Case Conflict).md"),
    )
    for name in beside:
        (people / name).write_text(person(), encoding="utf-8")
    watch.fence()
    assert set(listed(watch.root)) - {"Zz Fence"} == set(NAMES)
    assert sorted(listed(watch.root)) == sorted(set(listed(watch.root)))
    assert set(names_in(watch.since(mark, "wrote"), "came")) <= {"Zz Fence"}


def test_a_conflict_copy_and_the_winner_arrive_together(watch: Watching) -> None:
    """Syncthing renames the loser, then puts the winner in its place."""
    mark = watch.mark()
    note = note_of(watch, "Hana Sato")
    note.rename(note.with_name("Hana Sato.sync-conflict-20261122-101112-ABCDEFG.md"))
    SAVES["Syncthing"](note, person(log=["2020-01-02 call: the other device"]))
    watch.fence()
    assert set(names_in(watch.since(mark, "wrote"), "went")) <= {"Zz Fence"}
    assert all(event["listed"].count("Hana Sato") == 1 for event in watch.since(mark, "wrote"))


# -- folders and names


def test_a_folder_is_moved_in_and_out(watch: Watching) -> None:
    outside = watch.root.parent / "elsewhere"
    outside.mkdir()
    for name in ("Pia Holm", "Quentin Ash"):
        (outside / f"{name}.md").write_text(person(), encoding="utf-8")
    mark = watch.mark()
    outside.rename(watch.root / "People" / "Work")
    watch.await_event("wrote", lambda e: {"Pia Holm", "Quentin Ash"} <= set(e["listed"]), since=mark)
    save_in_place(watch.root / "People/Work/Pia Holm.md", person("90 years"))  # is a new folder watched?
    watch.await_event("wrote", lambda e: "Pia Holm" not in e["listed"], since=mark, seconds=5)
    (watch.root / "People" / "Work").rename(outside)
    watch.await_event("wrote", lambda e: "Quentin Ash" not in e["listed"], since=mark + 1, seconds=10)
    watch.await_event("wrote", lambda e: "Quentin Ash" in e["went"], since=mark)
    shutil.rmtree(outside)


def test_a_folder_is_renamed_in_case_only(watch: Watching) -> None:
    """The links follow, nobody goes, and what happens in it afterwards is seen."""
    work = watch.root / "People/work"
    work.mkdir()
    (work / "Rosa Lind.md").write_text(person(), encoding="utf-8")
    mark = watch.mark()
    watch.await_event("wrote", lambda e: "Rosa Lind" in e["listed"], since=max(0, mark - 2))
    mark = watch.mark()
    work.rename(watch.root / "People/Work")
    watch.until(lambda: "People/Work/Rosa" in board_text(watch), "the new path on the dashboard")
    watch.fence()
    assert names_in(watch.since(mark, "wrote"), "went").count("Rosa Lind") == 0
    assert all(event["listed"].count("Rosa Lind") == 1 for event in watch.since(mark, "wrote"))
    save_like_vim(watch.root / "People/Work/Rosa Lind.md", person("90 years"))
    watch.await_event("wrote", lambda e: "Rosa Lind" not in e["listed"], since=mark, seconds=5)
    shutil.rmtree(watch.root / "People/Work")
    watch.fence()


def test_a_note_is_renamed(watch: Watching) -> None:
    """The old name goes as the new one comes: never both, never neither."""
    mark = watch.mark()
    note_of(watch, "Ivo Blanc").rename(note_of(watch, "Ivo Noir"))
    watch.await_event("wrote", lambda e: "Ivo Noir" in e["listed"], since=mark)
    watch.fence()
    both = [
        event for event in watch.since(mark, "wrote") if {"Ivo Blanc", "Ivo Noir"} <= set(event["listed"])
    ]
    assert both == []
    assert "Ivo Blanc" not in listed(watch.root)


def test_a_note_moves_to_another_folder_and_is_edited_at_once(watch: Watching) -> None:
    mark = watch.mark()
    away = watch.root / "People" / "Old friends"
    away.mkdir()
    moved = away / "Jan Kruse.md"
    note_of(watch, "Jan Kruse").rename(moved)
    save_in_place(moved, person("90 years"))
    watch.await_event("wrote", lambda e: "Jan Kruse" not in e["listed"], since=mark)
    save_in_place(moved, person())
    watch.await_event("wrote", lambda e: "Jan Kruse" in e["listed"], since=mark + 1)
    assert all(event["listed"].count("Jan Kruse") <= 1 for event in watch.since(mark, "wrote"))
    shutil.rmtree(away)
    watch.await_event("wrote", lambda e: "Jan Kruse" not in e["listed"], since=watch.mark())


# -- ticks


def ticked(watch: Watching, name: str, words: str, save: Save) -> None:
    mark = watch.mark()
    before = note_of(watch, name).read_text(encoding="utf-8")
    save(watch.root / BOARD, tick(board_text(watch), name, words))
    filed = watch.await_event("filed", lambda e: name in e["people"], since=mark)
    assert filed["from"] == BOARD
    watch.await_event("wrote", lambda e: name not in e["listed"], since=mark)
    after = note_of(watch, name).read_text(encoding="utf-8")
    assert logged(before, after, words or "in touch"), after
    watch.fence()
    assert len(watch.since(mark, "filed")) == 1
    assert note_of(watch, name).read_text(encoding="utf-8") == after
    assert board_bytes(watch.root) == fresh_render(watch.root)


@pytest.mark.parametrize("save", SAVES.values(), ids=SAVES)
def test_a_tick_is_saved(watch: Watching, save: Save) -> None:
    """In every way in which programs save, it lands in the note once, and the line goes."""
    ticked(watch, "Kim Doyle", "coffee by the canal", save)


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_a_tick_in_a_real_editor(watch: Watching, editor: str) -> None:
    ticked(
        watch, "Kim Doyle", "",
        lambda path, text: vim(path, r"%s/- \[ \] \[Kim/- [x] [Kim/", editor=editor),
    )  # fmt: skip


def test_a_tick_by_sed(watch: Watching) -> None:
    ticked(watch, "Kim Doyle", "", lambda path, text: sed(path, r"s/- \[ \] \[Kim/- [x] [Kim/"))


def test_somebody_types_behind_a_tick(watch: Watching) -> None:
    """Saved again and again, with looks of the watcher in between: one entry, with all the words."""
    mark = watch.mark()
    before = note_of(watch, "Lea Vogt").read_text(encoding="utf-8")
    text = board_text(watch)
    words = "lunch, and a long talk about schools"
    for end in range(0, len(words) + 1, 6):
        now = watch.mark()
        save_in_place(watch.root / BOARD, tick(text, "Lea Vogt", words[:end]))
        watch.await_event("looked", since=now, seconds=5)
    save_in_place(watch.root / BOARD, tick(text, "Lea Vogt", words))
    watch.await_event("filed", since=mark)
    watch.fence()
    assert [event["people"] for event in watch.since(mark, "filed")] == [["Lea Vogt"]]
    assert logged(before, note_of(watch, "Lea Vogt").read_text(encoding="utf-8"), words)


def test_a_dashboard_that_changes_under_the_typist_keeps_what_is_typed(watch: Watching) -> None:
    """Words without a tick stay while notes change; the tick that comes later takes them along."""
    save_in_place(watch.root / BOARD, tick(board_text(watch), "Mia Rossi", "met at the lake", mark=" "))
    mark = watch.mark()
    save_in_place(note_of(watch, "Nils Berg"), person("90 years"))
    watch.await_event("wrote", lambda e: "Nils Berg" not in e["listed"], since=mark)
    assert "met at the lake" in board_text(watch)
    before = note_of(watch, "Mia Rossi").read_text(encoding="utf-8")
    assert before == person()
    sed(watch.root / BOARD, r"s/- \[ \] \[Mia/- [x] [Mia/")
    watch.await_event("filed", lambda e: "Mia Rossi" in e["people"], since=mark)
    assert logged(before, note_of(watch, "Mia Rossi").read_text(encoding="utf-8"), "met at the lake")


def test_a_tick_that_cannot_be_applied_stays_and_says_why(home: Path) -> None:
    root = make_people(home / "notes", *NAMES[:6])
    with Watching(root, "--settle", "0") as watch:
        save_in_place(root / BOARD, board_text(watch).replace("- [ ]", "- [x] [[Nobody]]\n- [ ]", 1))
        watch.await_event("stuck")
        watch.fence()
        assert len(watch.since(0, "stuck")) == 1
        assert "Nobody" in board_text(watch)
        assert len(watch.since(0, "filed")) == 0


def test_ticks_on_all_lines_at_once(watch: Watching) -> None:
    mark = watch.mark()
    text = board_text(watch)
    for name in NAMES:
        text = tick(text, name, f"saw {name.split()[0]} at the party")
    save_in_place(watch.root / BOARD, text)
    watch.until(lambda: len(watch.since(mark, "filed")) >= len(NAMES), "all filed")
    assert not set(NAMES) & set(listed(watch.root))
    for name in NAMES:
        note = note_of(watch, name).read_text(encoding="utf-8")
        assert logged(person(), note, f"saw {name.split()[0]} at the party"), note
    assert sorted(names_in(watch.since(mark, "filed"), "people")) == sorted(NAMES)  # type: ignore[type-var]


# -- open editors


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_an_open_clean_buffer_of_the_dashboard_sees_the_new_text(
    watch: Watching, editor: str, tmp_path: Path
) -> None:
    """With autoread, as soon as the editor looks outside."""
    with OpenEditor(watch.root / BOARD, tmp_path / "pipe", editor) as vi:
        assert vi.text().rstrip("\n") == board_text(watch).rstrip("\n")
        mark = watch.mark()
        save_in_place(note_of(watch, "Ada Lund"), person("90 years"))
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark)
        vi.look_outside()
        assert vi.text().rstrip("\n") == board_text(watch).rstrip("\n")
        assert "- [ ] [Ada Lund]" not in vi.text()
        assert not vi.dirty


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_a_tick_in_an_open_editor_is_taken_and_the_buffer_follows(
    watch: Watching, editor: str, tmp_path: Path
) -> None:
    mark = watch.mark()
    with OpenEditor(watch.root / BOARD, tmp_path / "pipe", editor) as vi:
        vi.type("/- \\[ \\] \\[Ada Lund\r0f[lrx:w\r")
        watch.await_event("filed", lambda e: e["people"] == ["Ada Lund"], since=mark)
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"], since=mark)
        vi.look_outside()
        assert "Ada Lund](" not in vi.text().split("## Lately")[0]
        assert not vi.dirty


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_an_open_buffer_with_unsaved_text_is_never_robbed(
    watch: Watching, editor: str, tmp_path: Path
) -> None:
    """The tick that was saved is applied; what is only in the buffer stays the editor's, and lands when it is
    saved. Nothing is logged twice, though the editor saves the first tick again."""
    mark = watch.mark()
    with OpenEditor(watch.root / BOARD, tmp_path / "pipe", editor) as vi:
        vi.type("/- \\[ \\] \\[Ada Lund\r0f[lrx:w\r")
        vi.type("/- \\[ \\] \\[Ben Okafor\r0f[lrxA only in the buffer\x1b")
        assert vi.dirty
        watch.await_event("filed", lambda e: e["people"] == ["Ada Lund"], since=mark)
        assert logged(person(), note_of(watch, "Ada Lund").read_text(encoding="utf-8"), "in touch")
        assert "only in the buffer" in vi.text()
        assert note_of(watch, "Ben Okafor").read_text(encoding="utf-8") == person()
        vi.look_outside()
        assert "only in the buffer" in vi.text()
        assert vi.dirty
        vi.write_anyway()
        watch.await_event("filed", lambda e: e["people"] == ["Ben Okafor"], since=mark)
        watch.until(lambda: not {"Ada Lund", "Ben Okafor"} & set(listed(watch.root)), "both lines gone")
        note = note_of(watch, "Ben Okafor").read_text(encoding="utf-8")
        assert logged(person(), note, "only in the buffer"), note
        assert logged(person(), note_of(watch, "Ada Lund").read_text(encoding="utf-8"), "in touch")


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_a_tick_waits_for_a_note_with_unsaved_text(watch: Watching, editor: str, tmp_path: Path) -> None:
    """It is taken when the note is saved, below what was typed there; nothing of that is lost."""
    mark = watch.mark()
    note = note_of(watch, "Ada Lund")
    with OpenEditor(note, tmp_path / "pipe", editor) as vi:
        vi.type("Go- 2020-01-03 letter: typed and not saved\x1b")
        assert vi.dirty
        save_in_place(watch.root / BOARD, tick(board_text(watch), "Ada Lund", "tea"))
        watch.never("filed", 2.0, mark)
        assert note.read_text(encoding="utf-8") == person()
        assert "- [x] [Ada Lund]" in board_text(watch)
        vi.type("\x1b:w\r")
        typed = vi.text()
        watch.await_event("filed", lambda e: e["people"] == ["Ada Lund"], since=mark)
        assert logged(typed, note.read_text(encoding="utf-8"), "tea")
        vi.look_outside()
        assert "typed and not saved" in vi.text()
        assert " tea" in vi.text()


def test_a_tick_waits_while_a_note_is_being_written_again_and_again(watch: Watching) -> None:
    """Obsidian with the note open: what it saves next is made from what it read, so nobody writes between."""
    mark = watch.mark()
    note = note_of(watch, "Ada Lund")
    text = person()
    save_in_place(watch.root / BOARD, tick(board_text(watch), "Ada Lund", "tea"))
    for number in range(8):
        text += f"typed line {number}\n"
        now = watch.mark()
        save_in_place(note, text)
        watch.await_event("looked", since=now)
        watch.never("filed", 0.1, mark)
    assert note.read_text(encoding="utf-8") == text
    watch.await_event("filed", lambda e: e["people"] == ["Ada Lund"], since=mark)
    assert logged(text, note.read_text(encoding="utf-8"), "tea")
    assert f"last_contact: {date.today().isoformat()}" in note.read_text(encoding="utf-8")


def test_the_dashboard_is_a_link_and_stays_one(home: Path) -> None:
    root = make_people(home / "notes", *NAMES[:6])
    (root / "Boards").mkdir()
    (root / "Boards/list.txt").write_text("", encoding="utf-8")
    (root / BOARD).symlink_to("Boards/list.txt")
    with Watching(root, "--settle", "0") as watch:
        save_in_place(note_of(watch, "Ada Lund"), person("90 years"))
        watch.await_event("wrote", lambda e: "Ada Lund" not in e["listed"])
        assert (root / BOARD).is_symlink()
        watch.await_true()


def test_the_dashboard_is_deleted_and_comes_back(watch: Watching) -> None:
    (watch.root / BOARD).unlink()
    watch.until(lambda: set(NAMES) <= set(listed(watch.root)), "a new dashboard")


def test_what_it_writes_rings_once_at_most(watch: Watching) -> None:
    """One save of a note: one `wrote`, one new file, and looking again finds nothing to do."""
    watch.fence()
    mark = watch.mark()
    before = (watch.root / BOARD).stat().st_ino
    save_by_rename(note_of(watch, "Ada Lund"), person("90 years"))
    watch.await_event("wrote", since=mark)
    after = (watch.root / BOARD).stat().st_ino
    assert after != before
    watch.never("wrote", 0.5, mark + len(watch.since(mark)))
    looks = [event for event in watch.since(mark, "looked") if event["changed"] == 0]
    assert len(looks) <= 2  # its own write rang, and a tick that could be there was looked for
    assert (watch.root / BOARD).stat().st_ino == after
