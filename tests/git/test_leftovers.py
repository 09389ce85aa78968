"""What git has to say about leftovers: bases from its history, and the three versions of an unmerged file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.git.cloning import Clone
from tests.git.cloning import clones
from tests.git.cloning import repository
from tests.git.cloning import use_driver
from tests.linear import is_within
from vault_crm.core.dashboard.ownlines import OwnLines
from vault_crm.core.settings import Settings
from vault_crm.git.leftovers import Found
from vault_crm.git.leftovers import find_leftovers
from vault_crm.git.settle import Settled
from vault_crm.git.settle import Settler
from vault_crm.git.versions import Stages
from vault_crm.git.versions import stages_of
from vault_crm.git.versions import versions_of
from vault_crm.store.store import Store

ADA = """\
---
cadence: monthly
last_contact: 2026-09-01
---
# Ada

Met in Lisbon.

## Log

- 2026-09-01 call
"""


def logged(text: str, day: str, words: str) -> str:
    """The note with an entry on top of the log, and that day as the last contact."""
    stamp = next(line for line in text.split("\n") if line.startswith("last_contact"))
    return text.replace(stamp, f"last_contact: {day}").replace("## Log\n\n", f"## Log\n\n- {day} {words}\n")


OURS = logged(ADA, "2026-11-05", "walk")
THEIRS = logged(ADA, "2026-11-02", "lunch")
BOTH = logged(THEIRS, "2026-11-05", "walk")


def found(clone: Clone) -> Found:
    return find_leftovers(clone.root, Settings())


def settle(clone: Clone, path: str = "People/Ada.md") -> Settled:
    """What would come of the one leftover there is."""
    (leftover,) = found(clone).leftovers
    settler = Settler(clone.root, Settings(), lambda _: OwnLines())
    if leftover.kind == "unmerged":
        there = (clone.root / path).exists()
        return settler.settle_unmerged(leftover, clone.read(path) if there else None)
    if leftover.kind == "markers":
        return settler.settle_marked(leftover, clone.read(path))
    return settler.settle_copy(leftover, clone.read(leftover.original), clone.read(leftover.path))


def diverged(folder: Path, ours: str = OURS, theirs: str = THEIRS, base: str = ADA) -> Clone:
    """A clone without the driver, in which another device's change of Ada's note waits to be pulled."""
    laptop, phone = clones(folder, {"People/Ada.md": base})
    phone.change("People/Ada.md", theirs)
    phone.push()
    laptop.change("People/Ada.md", ours)
    return laptop


# -- versions


def test_versions_under_every_name_the_oldest_first(tmp_path: Path) -> None:
    made = repository(tmp_path, {"Ada.md": ADA})
    made.change("Ada.md", OURS)
    (made.root / "People").mkdir()
    made.git("mv", "Ada.md", "People/:Ada *.md")
    made.commit("moved")
    made.change("People/:Ada *.md", BOTH)
    versions = versions_of(made.root, "People/:Ada *.md")
    assert list(dict.fromkeys(versions)) == [ADA, OURS, BOTH]
    assert list(dict.fromkeys(versions_of(made.root / "People", ":Ada *.md"))) == [ADA, OURS, BOTH]


def test_a_version_that_a_merge_made(tmp_path: Path) -> None:
    laptop = diverged(tmp_path)
    use_driver(laptop)
    assert laptop.pull().code == 0
    assert laptop.read("People/Ada.md") == BOTH
    laptop.change("People/Ada.md", logged(BOTH, "2026-11-07", "mail"))
    versions = list(dict.fromkeys(versions_of(laptop.root, "People/Ada.md")))
    assert versions == [ADA, OURS, BOTH, logged(BOTH, "2026-11-07", "mail")]  # each from the one before


def test_no_versions(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    assert versions_of(tmp_path / "plain", "Ada.md") == ()
    made = repository(tmp_path, {"Ada.md": ADA})
    assert versions_of(made.root, "Ben.md") == ()
    assert versions_of(made.root, "-n1") == ()
    assert stages_of(made.root) == {}
    empty = tmp_path / "empty"
    made.git("init", "--quiet", str(empty))
    assert versions_of(empty, "Ada.md") == ()


# -- copies


@pytest.mark.parametrize("committed", [True, False])
def test_the_base_of_a_copy_is_the_version_it_was_made_from(tmp_path: Path, committed: bool) -> None:
    """Without it, the other cadence and the paragraph that was rewritten would be two clashes."""
    made = repository(tmp_path, {"People/Ada.md": ADA})
    ours = OURS.replace("monthly", "weekly").replace("Met in Lisbon.", "Met in Lisbon, at the fair.")
    made.write("People/Ada.md", ours)
    if committed:
        made.commit()
    made.write("People/Ada.sync-conflict-20261103-101112-ABCDEFG.md", THEIRS)
    settled = settle(made)
    assert (settled.base, settled.open, settled.problem) == ("history", (), "")
    wanted = BOTH.replace("monthly", "weekly").replace("Met in Lisbon.", "Met in Lisbon, at the fair.")
    assert settled.text == wanted


def test_a_copy_that_is_an_earlier_version(tmp_path: Path) -> None:
    made = repository(tmp_path, {"People/Ada.md": ADA})
    made.change("People/Ada.md", OURS.replace("Met in Lisbon.\n", ""))
    made.write("People/Ada (conflicted copy 2026-11-03 101112).md", ADA)
    settled = settle(made)
    assert settled.text == OURS.replace("Met in Lisbon.\n", "")


def test_a_copy_of_a_note_that_git_does_not_know(tmp_path: Path) -> None:
    made = repository(tmp_path)
    made.write("People/Ada.md", OURS)
    made.write("People/Ada (Conflicted copy phone 202611031011).md", THEIRS)
    settled = settle(made)
    assert (settled.base, settled.text) == ("common", BOTH)


def test_what_differs_in_a_copy_is_shown_with_its_line(tmp_path: Path) -> None:
    made = repository(tmp_path)
    made.write("People/Ada.md", OURS.replace("monthly", "weekly"))
    made.write("People/Ada (Conflict).md", THEIRS.replace("monthly", "every 3 months"))
    settled = settle(made)
    assert (settled.text, settled.done) == (None, False)
    (place,) = settled.open
    assert (place.line, place.ours, place.theirs) == (2, "cadence: weekly\n", "cadence: every 3 months\n")


def test_a_copy_in_crlf_of_a_note_whose_blobs_are_lf(tmp_path: Path) -> None:
    made = repository(tmp_path, {"People/Ada.md": ADA}, attributes="*.md text eol=crlf\n")
    made.write("People/Ada.md", OURS.replace("monthly", "weekly").replace("\n", "\r\n"))
    made.write("People/Ada (Conflict).md", THEIRS.replace("\n", "\r\n"))
    settled = settle(made)
    assert settled.text == BOTH.replace("monthly", "weekly").replace("\n", "\r\n")
    assert settled.base == "history"


def test_a_copy_beside_a_marked_note_waits(tmp_path: Path) -> None:
    made = repository(tmp_path, attributes="")
    made.write("People/Ada.md", ADA)
    made.write("People/Ada (Conflict).md", f"<<<<<<< a\n1\n=======\n2\n>>>>>>> b\n{ADA}")
    settled = settle(made)
    assert settled.text is None
    assert settled.hint == "settle People/Ada (Conflict).md:1 first"


# -- committed markers


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
def test_markers_that_were_committed(tmp_path: Path, style: str) -> None:
    laptop = diverged(tmp_path)
    laptop.git("config", "merge.conflictStyle", style)
    assert laptop.pull().code == 1
    laptop.commit("as obsidian-git does it")
    assert "<<<<<<<" in laptop.read("People/Ada.md")
    settled = settle(laptop)
    assert settled.text == BOTH
    assert settled.base == ("history" if style == "merge" else "markers")


def test_markers_across_the_fence(tmp_path: Path) -> None:
    made = repository(tmp_path, {"People/Ada.md": ADA})
    head = "---\ncadence: monthly\nlast_contact: {}\n---\n# Ada\n"
    ours, theirs = head.format("2026-11-05"), head.format("2026-11-02") + "\nA nephew.\n"
    rest = ADA.partition("# Ada\n")[2]
    made.change("People/Ada.md", f"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> x\n{rest}")
    settled = settle(made)
    assert settled.text == f"{head.format('2026-11-05')}\nA nephew.\n{rest}"


def test_what_cannot_be_settled_stays_marked_and_the_rest_is_settled(tmp_path: Path) -> None:
    laptop = diverged(tmp_path, OURS.replace("monthly", "weekly"), THEIRS.replace("monthly", "2 weeks"))
    laptop.pull()
    before = laptop.read("People/Ada.md").count("<<<<<<<")
    laptop.commit("as it is")
    settled = settle(laptop)
    assert before == 2
    assert settled.text is not None
    assert settled.text.count("<<<<<<<") == 1
    (place,) = settled.open
    assert (place.ours, place.theirs) == ("cadence: weekly\n", "cadence: 2 weeks\n")
    assert laptop.read("People/Ada.md").split("\n")[place.line - 1] == "cadence: weekly"
    assert not settled.done


def test_many_places_are_shown_in_a_moment(tmp_path: Path) -> None:
    """Each with its own line, also of lines that say the same."""
    made = repository(tmp_path)
    place = "<<<<<<< a\nours\n||||||| o\nold {0}\n=======\ntheirs {0}\n>>>>>>> b\n" + "between\n" * 5
    text = "".join(place.format(n) for n in range(3000))
    made.write("People/Ada.md", text)
    settled = settle(made)
    assert [place.line for place in settled.open] == [12 * n + 2 for n in range(3000)]
    assert is_within(5, lambda: settle(made))


def test_unclear_markers_are_refused_with_their_line(tmp_path: Path) -> None:
    made = repository(tmp_path)
    made.write("People/Ada.md", "x\n<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> c\n=======\n>>>>>>> d\n")
    settled = settle(made)
    assert (settled.text, settled.line, settled.problem) == (None, 3, "markers stand within markers")


# -- unmerged


@pytest.mark.parametrize("style", ["merge", "diff3", "zdiff3"])
@pytest.mark.parametrize("how", ["merge", "rebase"])
def test_an_unmerged_note_is_merged_from_the_index(tmp_path: Path, style: str, how: str) -> None:
    laptop = diverged(tmp_path)
    laptop.git("config", "merge.conflictStyle", style)
    assert laptop.pull("--rebase" if how == "rebase" else "--no-rebase").code == 1
    settled = settle(laptop)
    assert (settled.base, settled.text) == ("index", BOTH)


def test_after_a_stash_pop(tmp_path: Path) -> None:
    made = repository(tmp_path, {"People/Ada.md": ADA})
    made.write("People/Ada.md", OURS)
    made.git("stash")
    made.change("People/Ada.md", THEIRS)
    made.git("stash", "pop", code=1)
    assert settle(made).text == BOTH


def test_both_made_the_same_note(tmp_path: Path) -> None:
    laptop, phone = clones(tmp_path, {"x.md": ""})
    phone.change("People/Ada.md", THEIRS)
    phone.push()
    laptop.change("People/Ada.md", OURS)
    assert laptop.pull().code == 1
    assert stages_of(laptop.root)["People/Ada.md"] == Stages(None, OURS, THEIRS)
    assert settle(laptop).text == BOTH


def test_a_driver_that_failed_left_one_side_only(tmp_path: Path) -> None:
    """What `git add -A` would lose: the other device's entry is in git's index alone."""
    laptop = diverged(tmp_path)
    use_driver(laptop, command="false")
    assert laptop.pull().code == 1
    assert laptop.read("People/Ada.md") == OURS
    assert settle(laptop).text == BOTH


def test_what_the_user_has_begun_to_settle_stays_as_they_have_it(tmp_path: Path) -> None:
    laptop = diverged(tmp_path)
    laptop.pull()
    text = laptop.read("People/Ada.md").replace("Met in Lisbon.", "Met in Porto, she says.")
    laptop.write("People/Ada.md", text)
    assert settle(laptop).text == BOTH.replace("Met in Lisbon.", "Met in Porto, she says.")


def test_what_is_settled_waits_for_git_to_be_told(tmp_path: Path) -> None:
    laptop = diverged(tmp_path)
    laptop.pull()
    laptop.write("People/Ada.md", BOTH)
    assert found(laptop) == Found((), ("People/Ada.md",), ())
    laptop.git("add", "People/Ada.md")
    assert found(laptop) == Found()


def test_one_side_deleted_it(tmp_path: Path) -> None:
    laptop, phone = clones(tmp_path, {"People/Ada.md": ADA})
    phone.git("rm", "--quiet", "People/Ada.md")
    phone.commit("gone")
    phone.push()
    laptop.change("People/Ada.md", OURS)
    assert laptop.pull().code == 1
    settled = settle(laptop)
    assert settled.text is None
    assert "deleted" in settled.problem


def test_both_sides_gave_it_another_name(tmp_path: Path) -> None:
    laptop, phone = clones(tmp_path, {"People/Ada.md": ADA})
    for clone, name in ((phone, "People/Ada King.md"), (laptop, "People/Ada Lovelace.md")):
        clone.git("mv", "People/Ada.md", name)
        clone.commit("renamed")
    phone.push()
    assert laptop.pull().code == 1
    settler = Settler(laptop.root, Settings(), lambda _: OwnLines())
    said = {each.path: settler.settle_unmerged(each, None).problem for each in found(laptop).leftovers}
    assert said == {
        "People/Ada King.md": "this is one of two names that the sides gave a note",
        "People/Ada Lovelace.md": "this is one of two names that the sides gave a note",
        "People/Ada.md": "both sides deleted or renamed it",
    }


def test_a_vault_in_a_folder_of_a_repository(tmp_path: Path) -> None:
    laptop, phone = clones(tmp_path, {"notes/People/Ada.md": ADA, "code/readme.md": "a\n"})
    for path, text in (("notes/People/Ada.md", THEIRS), ("code/readme.md", "b\n")):
        phone.change(path, text)
    phone.push()
    for path, text in (("notes/People/Ada.md", OURS), ("code/readme.md", "c\n")):
        laptop.change(path, text)
    assert laptop.pull().code == 1
    inner = Clone(laptop.root / "notes", laptop.home)
    assert [leftover.path for leftover in found(inner).leftovers] == ["People/Ada.md"]
    assert settle(inner).text == BOTH


def test_what_is_too_large_for_a_note_is_no_copy_and_is_not_read(tmp_path: Path) -> None:
    clone = repository(tmp_path, {"People/Ada.md": ADA, "People/Ben.md": ADA})
    for name in ("Ada 2.md", "Ben-DESKTOP-K3J2.md", "Cleo.md"):
        with (clone.root / "People" / name).open("wb") as file:
            file.truncate(1 << 40)  # nothing, of a size that no memory holds
    assert found(clone) == Found()
    notes = Store.open(clone.root).load().notes
    odd = [note.path for note in notes.values() if any(d.code == "too-large" for d in note.diagnostics)]
    assert odd == ["People/Ada 2.md", "People/Ben-DESKTOP-K3J2.md", "People/Cleo.md"]
