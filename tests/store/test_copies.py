"""Conflict copies of sync programs, and real people with a number in their name."""

from __future__ import annotations

import pytest

from vault_crm.store.copies import conflict_original
from vault_crm.store.copies import device_originals
from vault_crm.store.copies import find_copies
from vault_crm.store.copies import mergetool_original
from vault_crm.store.copies import report
from vault_crm.store.copies import same_person
from vault_crm.store.copies import twin_original


@pytest.mark.parametrize(
    "name",
    [
        "P/Ada.sync-conflict-20261122-101112-ABCDEFG.md",
        "P/Ada (Bob's conflicted copy 2026-04-24).md",
        "P/Ada (conflicted copy 2026-11-22 101112).md",
        "P/Ada (Conflicted copy phone 202611221430).md",
        "P/Ada (Conflict 2026-11-22).md",
        "P/Ada (Conflict).md",
        "P/Ada (Conflict) 2.md",
        "P/Ada (conflicted copy 2026-11-22 101112) (1).md",
        "P/Ada (Bob's Case Conflict).md",
        "P/Ada (Case Conflict 1).md",
        "P/Ada (Edit conflict 2026-11-22 Xa1).md",
        "P/Ada (SFConflict bob@example.org 2026-11-22-10-11-12).md",
        "P/Ada_conflict-20261122-101112.md",
        "P/Ada.md.sync-conflict-20261122-101112-ABCDEFG.md",
        "P/Ada (Nora's in Konflikt stehende Kopie 2026-11-22).md",
        "P/Ada (In Konflikt stehende Kopie von Nora 2026-11-22).md",
        "P/Ada (copia en conflicto de Nora 2026-11-22).md",
        "P/Ada (Copie en conflit de Nora 2026-11-22).md",
        "P/Ada (Copia in conflitto di Nora 2026-11-22).md",
        "P/Ada (Cópia em conflito de Nora 2026-11-22).md",
        "P/Ada (conflicterende kopie van Nora 2026-11-22).md",
        "P/Ada_DiskStation_Nov-22-101112-2026_Conflict.md",
        "P/Ada [conflicted].md",
        "P/Ada [conflicted 2].md",
        "P/Ada.Conflict.md",
    ],
)
def test_names_of_conflict_copies(name: str) -> None:
    assert conflict_original(name) == "P/Ada.md"


@pytest.mark.parametrize(
    "name",
    [
        "P/Ada.md",
        "P/Ada (work).md",
        "P/Conflict.md",
        "(conflict).md",
        "P/Ada (Conflicting Views).md",
        "P/Ada (peace and conflict studies).md",
        "P/Ada_conflict-of-interest.md",
        "P/Ada_Conflict.md",
        "P/Ada (Konflikt mit Ben).md",
        "P/İ (Konflikt).md",
        "Conflicts (conflict)/Ada.md",
        "P/(x).md",
    ],
)
def test_names_that_are_none(name: str) -> None:
    assert conflict_original(name) is None


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("P/Ada 2.md", "P/Ada.md"),
        ("P/Ada (1).md", "P/Ada.md"),
        ("P/Ada 12.md", "P/Ada.md"),
        ("P/Ada.md", None),
        ("P/Ada 2026.md", None),
        ("2.md", None),
        ("P/ 2.md", None),
        ("P/Ada2.md", None),
        ("P/Ada ².md", None),
    ],
)
def test_numbered_twins(name: str, original: str | None) -> None:
    assert twin_original(name) == original


ADA = "---\nemail: ada@example.org\ncadence: monthly\n---\n# Ada\nMet in Lisbon.\n## Log\n- 2026-01-01 call\n"
TEMPLATE = "---\ntags: [person]\ncadence: monthly\nemail:\n---\n# {}\n## Log\n"


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        (ADA, True),
        (ADA + "- 2026-02-02 lunch\n", True),
        (ADA.replace("ada@", "other@"), False),
        ("---\nE-Mail: ADA@example.org\n---\nnothing else\n", True),
        (ADA.replace("email: ada@example.org\n", ""), True),
        ("# Ada\nAnother Ada, met in Porto.\n- 2026-03-03 walk\n", False),
        ("", False),
    ],
)
def test_when_a_numbered_note_is_the_same_person(copy: str, same: bool) -> None:
    assert same_person(ADA, copy) is same


def test_two_people_from_one_template_stay_two() -> None:
    assert not same_person(TEMPLATE.format("Sam Lee"), TEMPLATE.format("Sam Lee the second"))


@pytest.mark.parametrize(
    ("name", "originals"),
    [
        ("P/Ada-DESKTOP-K3J2.md", ("P/Ada-DESKTOP.md", "P/Ada.md")),
        ("P/Ada-Noras-MacBook-Pro.md", ("P/Ada-Noras-MacBook.md", "P/Ada-Noras.md", "P/Ada.md")),
        ("P/Anna-Lena.md", ("P/Anna.md",)),
        ("P/Anna-lena.md", ()),
        ("P/2026-11-22.md", ()),
        ("P/2026-11-22-Standup.md", ()),
        ("P/2026-11-22-LAPTOP-7.md", ("P/2026-11-22.md", "P/2026-11.md", "P/2026.md")),
        ("P/Ada-PC.md", ()),
        ("P-DESKTOP/Ada.md", ()),
    ],
)
def test_devices_at_the_end_of_a_name(name: str, originals: tuple[str, ...]) -> None:
    assert device_originals(name) == originals


@pytest.mark.parametrize(
    ("copy", "same"),
    [
        (ADA, True),
        (ADA + "- 2026-02-02 lunch\n", True),
        (ADA.replace("# Ada", "# Ada-Lena"), False),
        (ADA.replace("cadence", "name: Ada-Lena\ncadence"), False),
        ("---\nemail: ada@example.org\n---\n# Ada\n", False),
        (ADA.replace("ada@", "other@"), False),
    ],
)
def test_when_a_note_with_a_device_in_its_name_is_a_copy(copy: str, same: bool) -> None:
    """One e-mail address is not enough: couples share one, and `Anna-Lena.md` is a name."""
    notes = {"P/Ada.md": ADA, "P/Ada-DESKTOP-K3J2.md": copy}
    found = find_copies(notes, notes, lambda path: notes[path].encode())
    assert found == ({"P/Ada-DESKTOP-K3J2.md": "P/Ada.md"} if same else {})


def test_only_numbered_notes_beside_their_original_are_read() -> None:
    asked: list[str] = []
    notes = {
        "P/Ada.md": ADA,
        "P/Ada 2.md": ADA,
        "P/Ben 2.md": "Ben",
        "P/Cy.sync-conflict-1.md": "Cy",
        "D/1.md": "x",
    }

    def read(path: str) -> bytes:
        asked.append(path)
        return notes[path].encode()

    assert find_copies(notes, notes, read) == {"P/Ada 2.md": "P/Ada.md", "P/Cy.sync-conflict-1.md": ""}
    assert asked == ["P/Ada.md", "P/Ada 2.md"]


def test_a_note_that_cannot_be_read_is_taken_for_no_copy() -> None:
    def read(path: str) -> bytes:
        raise PermissionError(path)

    assert find_copies(["P/Ada 2.md"], {"P/Ada.md": 1, "P/Ada 2.md": 1}, read) == {}


def test_the_report_says_what_to_do() -> None:
    known, lost = report("Ada 2.md", "Ada.md"), report("Ada (Conflict).md", "")
    assert (known.code, known.severity, known.span.path) == ("conflict-copy", "warning", "Ada 2.md")
    assert "Ada.md" in known.message
    assert "rename" in lost.hint


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("P/Ada_REMOTE_4711.md", "P/Ada.md"),
        ("P/Ada_BASE_1.MD", "P/Ada.MD"),
        ("Ada_LOCAL_12.md", "Ada.md"),
        ("P/Ada B_BACKUP_99999.md", "P/Ada B.md"),
        ("P/Ada_remote_4711.md", None),
        ("P/Ada_REMOTE.md", None),
        ("P/_REMOTE_1.md", None),
        ("P/Ada_REMOTE_1.md\nx.md", None),
        ("P_BASE_1.md/Ada.md", None),
    ],
)
def test_what_a_merge_tool_leaves(name: str, original: str | None) -> None:
    assert mergetool_original(name) == original


def test_a_name_like_a_merge_tools_is_one_only_beside_its_note() -> None:
    notes = {"P/Ada.md": 1, "P/Ada_LOCAL_7.md": 1, "P/Route_BASE_7.md": 1}
    assert find_copies(notes, notes, lambda _: b"") == {"P/Ada_LOCAL_7.md": "P/Ada.md"}
    told = report("P/Ada_LOCAL_7.md", "P/Ada.md")
    assert "`git mergetool`" in told.message
    assert "delete" in told.hint
