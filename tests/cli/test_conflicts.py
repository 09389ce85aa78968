"""`conflicts`: what devices left where they did not agree is found, shown, and settled after a yes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.test_json import documented
from tests.conftest import Cli
from tests.git.cloning import Clone
from tests.vaults import tree_bytes
from vault_crm.cli.app import App
from vault_crm.cli.settling import Settling
from vault_crm.errors import Stale

TODAY = "--today=2026-11-22"
COPY = "People/Ada.sync-conflict-20261103-101112-ABCDEFG.md"
VAULT = f"""
=== People/Ada.md
---
cadence: weekly
last_contact: 2026-11-05
---

## Log

- 2026-11-05 walk
- 2026-09-01 call
=== {COPY}
---
cadence: weekly
last_contact: 2026-11-02
---

## Log

- 2026-11-02 lunch
- 2026-09-01 call
"""
MERGED = """\
---
cadence: weekly
last_contact: 2026-11-05
---

## Log

- 2026-11-05 walk
- 2026-11-02 lunch
- 2026-09-01 call
"""
DIFF = """\
--- a/People/Ada.md
+++ b/People/Ada.md
@@ -6,4 +6,5 @@
 ## Log
{blank}
 - 2026-11-05 walk
+- 2026-11-02 lunch
 - 2026-09-01 call
""".replace("{blank}", " ")

Make = Callable[[str], Path]


def test_nothing_to_settle(vault: Make, cli: Cli) -> None:
    root = vault("=== People/Ada.md\n# Ada\n")
    before = tree_bytes(root)
    for words in ("conflicts", "conflicts --fix", "conflicts --fix --yes", "conflicts --dry-run"):
        run = cli(words)
        assert (run.code, run.stdout, run.stderr) == (0, "", "nothing to settle\n")
    assert tree_bytes(root) == before


def test_what_is_found_is_listed_and_nothing_is_written(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli("conflicts")
    assert run.code == 1
    what = "a sync program's copy of People/Ada.md: can be merged (compared with what both have in common)"
    assert run.stdout == f"{COPY}:1: {what}\n"
    assert run.stderr == "1 to settle, 1 of them by `vault-crm conflicts --fix`\n"
    assert tree_bytes(root) == before


def test_dry_run_shows_the_diff(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    for words in ("conflicts --dry-run", "conflicts --fix --dry-run", "conflicts --fix --yes --dry-run"):
        run = cli(words)
        assert (run.code, run.stdout) == (1, DIFF)
        assert "nothing was written" in run.stderr
    assert tree_bytes(root) == before


def test_a_copy_is_merged_and_moves_to_the_trash_and_comes_back(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli(TODAY, "conflicts", "--fix", "--yes")
    assert (run.code, run.stdout) == (0, DIFF)
    after = tree_bytes(root)
    assert after["People/Ada.md"].decode() == MERGED
    assert COPY not in after
    assert after[f".trash/{Path(COPY).name}"] == before[COPY]
    assert cli("conflicts").code == 0
    assert cli("undo --list").lines[0].endswith("conflicts: Ada")
    assert cli(TODAY, "undo").code == 0
    assert tree_bytes(root) == before


def test_a_dashboard_that_was_merged_with_it_does_not_stand_in_the_way_of_undo(vault: Make, cli: Cli) -> None:
    """Every command writes the page anew."""
    root = vault(VAULT)
    before = tree_bytes(root)
    assert cli(TODAY, "render").code == 0
    page = (root / "OVERDUE.md").read_text()
    assert "- [ ] [Ada](People/Ada.md)" in page
    copy = root / "OVERDUE.sync-conflict-20261103-101112-ABCDEFG.md"
    copy.write_text(page.replace("- [ ] [Ada]", "- [x] [Ada]"))
    run = cli(TODAY, "conflicts", "--fix", "--yes")
    assert (run.code, run.stderr.splitlines()[-1]) == (0, "2 of 2 merged; `vault-crm undo` takes it back")
    assert "- [x] [Ada]" in (root / "OVERDUE.md").read_text()
    assert "2026-11-22 in touch" in cli(TODAY, "render").stderr
    assert cli(TODAY, "undo").code == 0
    assert cli(TODAY, "undo").code == 0
    assert {path: raw for path, raw in tree_bytes(root).items() if "OVERDUE" not in path} == before
    assert copy.exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1)])
def test_it_asks_first(vault: Make, cli: Cli, answer: str, code: int) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli("conflicts", "--fix", stdin=answer, terminal=(120, 40))
    assert run.code == code
    assert "Take this into People/Ada.md, and move the copy to .trash/?" in run.stderr
    assert run.stdout.startswith(DIFF)
    assert (tree_bytes(root) == before) is bool(code)


def test_without_somebody_to_ask_nothing_is_written(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    before = tree_bytes(root)
    run = cli("conflicts", "--fix", stdin="y\n")
    assert run.code == 1
    assert "nobody to ask" in run.stderr
    assert run.stderr.endswith("`vault-crm conflicts --fix --yes` does it without asking\n")
    assert tree_bytes(root) == before


def test_several_copies_of_one_note_are_merged_one_after_the_other(vault: Make, cli: Cli) -> None:
    other = VAULT.partition(f"=== {COPY}\n")[2].replace("11-02", "11-03").replace("lunch", "mail")
    root = vault(VAULT + f"=== People/Ada (Conflict).md\n{other}=== People/Ada (Conflict 2).md\n{other}")
    run = cli("conflicts --fix --yes")
    assert run.code == 0
    wanted = MERGED.replace("- 2026-11-02", "- 2026-11-03 mail\n- 2026-11-02")
    assert (root / "People/Ada.md").read_text() == wanted
    assert len(list((root / ".trash").iterdir())) == 3
    assert "3 of 3 merged" in run.stderr


def test_nothing_in_the_trash_is_replaced(vault: Make, cli: Cli) -> None:
    root = vault(VAULT + f"=== .trash/{Path(COPY).name}\nolder\n")
    assert cli("conflicts --fix --yes").code == 0
    stem = Path(COPY).stem
    assert (root / f".trash/{stem}.md").read_text() == "older\n"
    assert "lunch" in (root / f".trash/{stem} 2.md").read_text()


def test_copies_of_the_same_name_in_two_folders(vault: Make, cli: Cli) -> None:
    one = "=== {}/Ada.md\nA\n=== {}/Ada (Conflict).md\nA\n"
    root = vault(one.replace("{}", "People") + one.replace("{}", "Friends"))
    assert cli("conflicts --fix --yes").code == 0
    assert sorted(p.name for p in (root / ".trash").iterdir()) == ["Ada (Conflict) 2.md", "Ada (Conflict).md"]


def test_a_real_difference_is_left_and_said_and_settled_by_writing_it_into_both(
    vault: Make, cli: Cli
) -> None:
    root = vault(VAULT.replace("cadence: weekly", "cadence: monthly", 1))
    before = tree_bytes(root)
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    assert run.stdout == (
        f"{COPY}:1: a sync program's copy of People/Ada.md: 1 place differs\n"
        "  People/Ada.md:2: cadence: monthly  <>  cadence: weekly\n"
        "  write what counts into both files, then run this again\n"
    )
    assert tree_bytes(root) == before
    note = root / "People/Ada.md"
    note.write_text(note.read_text().replace("monthly", "weekly"))
    assert cli("conflicts --fix --yes").code == 0
    assert note.read_text() == MERGED


def test_a_copy_whose_note_is_gone(vault: Make, cli: Cli) -> None:
    vault("=== People/Ada (Conflict).md\n# Ada\n")
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    assert "the note that this is a copy of is gone" in run.stdout
    assert "rename it" in run.stdout


def test_a_copy_that_is_a_link_is_left_alone(vault: Make, cli: Cli) -> None:
    root = vault("=== People/Ada.md\n# Ada\n=== Templates/x.md\n# Ada, too\n"
                 "=== .obsidian/templates.json\n{\"folder\": \"Templates\"}\n")  # fmt: skip
    (root / "People/Ada (Conflict).md").symlink_to(root / "Templates/x.md")
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    assert "is a link" in run.stdout


def test_a_trash_that_leads_out_of_the_vault_is_not_used(vault: Make, cli: Cli, tmp_path: Path) -> None:
    root = vault(VAULT)
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / ".trash").symlink_to(outside)
    before = tree_bytes(root)
    run = cli("conflicts --fix --yes")
    assert run.code == 5
    assert "outside the vault" in run.stderr
    assert tree_bytes(root) == before
    assert list(outside.iterdir()) == []


def test_a_note_that_changes_while_it_is_asked_about_is_not_overwritten(vault: Make) -> None:
    root = vault(VAULT)
    note = root / "People/Ada.md"
    run = Settling(App())
    run.decide(yes=True, quiet=True)
    note.write_text(note.read_text() + "- 2026-01-01 typed meanwhile\n")
    before = tree_bytes(root)
    with pytest.raises(Stale, match="changed while we were working"):
        run.write()
    assert tree_bytes(root) == before


MARKED = """
=== People/Ada.md
---
cadence: weekly
<<<<<<< HEAD
last_contact: 2026-11-05
=======
last_contact: 2026-11-02
>>>>>>> origin/main
---

## Log

<<<<<<< HEAD
- 2026-11-05 walk
=======
- 2026-11-02 lunch
>>>>>>> origin/main
- 2026-09-01 call
"""


def test_markers_in_a_note(vault: Make, cli: Cli) -> None:
    root = vault(MARKED)
    run = cli("conflicts")
    assert run.code == 1
    assert run.stdout.startswith("People/Ada.md:3: git's conflict markers stand here: can be merged")
    assert cli("conflicts --fix --yes").code == 0
    assert (root / "People/Ada.md").read_text() == MERGED


PARTLY = MARKED.replace("last_contact: 2026-11-05", "last_contact: 2026-11-05\ntier: inner").replace(
    "last_contact: 2026-11-02", "last_contact: 2026-11-02\ntier: outer"
)


def test_what_can_be_settled_of_a_note_is(vault: Make, cli: Cli) -> None:
    root = vault(PARTLY)
    assert cli("conflicts").stderr == "1 to settle; `vault-crm conflicts --fix` merges the rest of it\n"
    assert cli("conflicts --dry-run").stderr == "can be merged but for 1 place; nothing was written\n"
    run = cli("conflicts", "--fix", stdin="y\n", terminal=(120, 40))
    assert run.code == 1
    assert "Write this into People/Ada.md (1 place stays marked)?" in run.stderr
    text = (root / "People/Ada.md").read_text()
    assert text.count("<<<<<<< HEAD") == 1
    assert "- 2026-11-05 walk\n- 2026-11-02 lunch\n" in text
    assert "tier: inner  <>  tier: outer" in run.stdout
    assert run.stderr.endswith("merged but for 1 place; `vault-crm undo` takes it back\n")


def test_how_much_of_several_can_be_merged_and_is(vault: Make, cli: Cli) -> None:
    vault(MARKED + PARTLY.replace("Ada", "Ben") + "=== People/Cy (Conflict).md\n# Cy\n")
    offer = "3 to settle, 1 of them by `vault-crm conflicts --fix`, and the rest of 1 more\n"
    assert cli("conflicts").stderr == offer
    said = cli("conflicts --fix --yes").stderr
    assert said.endswith("1 of 3 merged, 1 more but for 1 place; `vault-crm undo` takes it back\n")
    assert cli("conflicts").stderr == "2 to settle\n"


def test_unclear_markers_are_said(vault: Make, cli: Cli) -> None:
    vault("=== People/Ada.md\n<<<<<<< a\n1\n=======\nTitle\n=======\n2\n>>>>>>> b\n")
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    assert run.stdout.startswith("People/Ada.md:5: ")
    assert "there are two lines =======" in run.stdout


def test_an_unmerged_note_is_settled_and_git_is_told_by_the_user(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    ours, theirs = (root / "People/Ada.md").read_text(), (root / COPY).read_text()
    (root / COPY).unlink()
    git = Clone(root, root.parent)
    git.git("init", "--quiet", "--initial-branch=main")
    git.change("People/Ada.md", ours.replace("- 2026-11-05 walk\n", "").replace("11-05", "09-01"))
    git.git("checkout", "--quiet", "-b", "phone")
    git.change("People/Ada.md", theirs)
    git.git("checkout", "--quiet", "main")
    git.change("People/Ada.md", ours)
    git.git("merge", "phone", code=1)
    assert cli("conflicts").stdout.startswith("People/Ada.md:1: git waits for this merge to be settled")
    run = cli("conflicts --fix --yes")
    assert run.code == 0
    assert "git add -- People/Ada.md" in run.stderr
    assert (root / "People/Ada.md").read_text() == MERGED
    again = cli("conflicts")
    assert (again.code, again.stdout) == (0, "")
    assert "git add -- People/Ada.md" in again.stderr
    git.git("add", "People/Ada.md")
    assert cli("conflicts").stderr == "nothing to settle\n"


def merging(root: Path, base: str, ours: str, theirs: str) -> Clone:
    """The vault in the middle of a merge of Ada's note, by git alone."""
    git = Clone(root, root.parent)
    git.git("init", "--quiet", "--initial-branch=main")
    git.change("People/Ada Lovelace.md", base)
    git.git("checkout", "--quiet", "-b", "phone")
    git.change("People/Ada Lovelace.md", theirs)
    git.git("checkout", "--quiet", "main")
    git.change("People/Ada Lovelace.md", ours)
    git.git("merge", "phone", code=1)
    return git


def test_a_place_that_git_waits_for_and_what_to_tell_git(vault: Make, cli: Cli) -> None:
    root = vault("=== .vault-crm/config.toml\n")
    merging(root, *(f"---\ncadence: {value}\n---\n" for value in ("weekly", "2 weeks", "1 month")))
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    hint = "  choose one, and delete the marker lines, then: git add -- 'People/Ada Lovelace.md'\n"
    assert run.stdout.endswith(f"cadence: 2 weeks  <>  cadence: 1 month\n{hint}")


def test_a_side_that_was_taken_whole_stays(vault: Make, cli: Cli) -> None:
    """It is what a failed merge driver leaves, too: so it is asked about, and never decided."""
    root = vault("=== .vault-crm/config.toml\n")
    note = "---\ncadence: {}\n---\n{}".format
    ours = note("2 weeks", "")
    git = merging(root, note("weekly", ""), ours, note("1 month", "Met in Lisbon.\n"))
    git.write("People/Ada Lovelace.md", ours)
    name = "'People/Ada Lovelace.md'"
    for words in ("conflicts", "conflicts --fix --yes"):
        run = cli(words)
        assert run.code == 1
        assert run.stdout == (
            "People/Ada Lovelace.md:2: git waits for this merge to be settled: "
            "the note is as it was before, without what the other side changed\n"
            "  People/Ada Lovelace.md:2: cadence: 2 weeks  <>  cadence: 1 month\n"
            f"  if that is meant: git add -- {name}; to choose again: git checkout -m -- {name}\n"
        )
        assert git.read("People/Ada Lovelace.md") == ours
    git.git("checkout", "-m", "--", "People/Ada Lovelace.md")
    assert "<<<<<<<" in git.read("People/Ada Lovelace.md")
    git.write("People/Ada Lovelace.md", ours)
    git.git("add", "--", "People/Ada Lovelace.md")
    assert cli("conflicts").stderr == "nothing to settle\n"


def test_what_a_merge_tool_left_is_neither_a_person_nor_merged(vault: Make, cli: Cli) -> None:
    names = ("BASE", "LOCAL", "REMOTE", "BACKUP")
    root = vault(
        "=== People/Ada.md\n---\ncadence: weekly\n---\n"
        + "".join(f"=== People/Ada_{name}_4711.md\n---\ncadence: monthly\n---\n" for name in names)
        + "=== People/Ada.md.orig\n<<<<<<< HEAD\n=======\n>>>>>>> x\n"
    )
    before = tree_bytes(root)
    assert cli("list --paths").lines == ["People/Ada.md"]
    assert "`git mergetool` left this beside People/Ada.md, so it is not read" in cli("check").stdout
    run = cli("conflicts --fix --yes")
    assert (run.code, len(run.lines)) == (1, 8)
    assert run.stdout.startswith(
        "People/Ada_BACKUP_4711.md:1: `git mergetool` left this beside People/Ada.md: "
        "git has all that is in it\n  delete it once that merge is settled\n"
    )
    assert tree_bytes(root) == before


def test_a_dashboards_copy_keeps_the_ticks_of_both(vault: Make, cli: Cli) -> None:
    root = vault("=== People/Ada.md\n---\ncadence: weekly\nlast_contact: 2026-01-05\n---\n"
                 "=== People/Ben.md\n---\ncadence: weekly\nlast_contact: 2026-01-05\n---\n")  # fmt: skip
    assert cli(TODAY, "render").code == 0
    board = root / "OVERDUE.md"
    fresh = board.read_text()
    assert "- [ ] [Ada](People/Ada.md)" in fresh
    board.write_text(fresh.replace("- [ ] [Ada](People/Ada.md)", "- [x] [Ada](People/Ada.md) lunch"))
    copy = root / "OVERDUE.sync-conflict-20261103-101112-ABCDEFG.md"
    copy.write_text(fresh.replace("- [ ] [Ben](People/Ben.md)", "- [x] [Ben](People/Ben.md) walk"))
    assert cli(TODAY, "conflicts", "--fix", "--yes").code == 0
    assert not copy.exists()
    assert cli(TODAY, "render").code == 0
    assert "- 2026-11-22 lunch" in (root / "People/Ada.md").read_text()
    assert "- 2026-11-22 walk" in (root / "People/Ben.md").read_text()


def test_markers_in_a_dashboard_go_and_the_words_of_both_stay(vault: Make, cli: Cli) -> None:
    root = vault("=== People/Ada.md\n---\ncadence: weekly\nlast_contact: 2026-01-05\n---\n")
    assert cli(TODAY, "render").code == 0
    board = root / "OVERDUE.md"
    line = "- [ ] [Ada](People/Ada.md)\n"
    both = f"<<<<<<< HEAD\n{line[:-1]} lunch\n=======\n{line.replace('[ ]', '[x]')}>>>>>>> phone\n"
    board.write_text(board.read_text().replace(line, both))
    assert cli(TODAY, "conflicts", "--fix", "--yes").code == 0
    assert "<<<<<<<" not in board.read_text()
    assert cli(TODAY, "render").code == 0
    assert "- 2026-11-22 in touch" in (root / "People/Ada.md").read_text()
    assert "- [ ] [Ada](People/Ada.md) lunch\n" in board.read_text()  # no word of the other's tick


def test_without_git_what_needs_it_is_said(
    vault: Make, cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    prose = "=== {}.md\n# Cy\n{}\nMet in Porto.\n{}"
    cy = prose.format("People/Cy", "A tailor.\n", "") + prose.format(
        "People/Cy (Conflict)", "", "A singer.\n"
    )
    root = vault(VAULT + cy)
    monkeypatch.setenv("PATH", str(tmp_path))
    run = cli("conflicts --fix --yes")
    assert run.code == 1
    assert "People/Cy (Conflict).md:1: a sync program's copy of People/Cy.md: git" in run.stdout
    assert (root / "People/Cy (Conflict).md").is_file()
    assert (root / "People/Ada.md").read_text() == MERGED  # properties and logs need no git


def test_as_json(vault: Make, cli: Cli) -> None:
    root = vault(VAULT)
    found = json.loads(cli(TODAY, "conflicts", "--json").raw)
    (conflict,) = found["conflicts"]
    assert set(conflict) == documented("A conflict")
    assert conflict == {
        "kind": "copy",
        "path": COPY,
        "note": "People/Ada.md",
        "mergeable": True,
        "base": "common",
        "problem": None,
        "line": None,
        "hint": None,
        "places": [],
        "trash": f".trash/{Path(COPY).name}",
        "fixed": False,
    }
    assert (found["version"], found["today"], found["waiting"]) == (1, "2026-11-22", [])
    run = cli(TODAY, "conflicts", "--fix", "--yes", "--json")
    assert (run.code, json.loads(run.raw)["conflicts"][0]["fixed"]) == (0, True)
    assert (root / "People/Ada.md").read_text() == MERGED


def test_what_does_not_go_together(vault: Make, cli: Cli) -> None:
    vault(VAULT)
    assert cli("conflicts --yes").code == 2
    assert cli("conflicts --fix --json").code == 2
