"""`vault-crm history` and `--as-of` on the command line."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from tests.cli.small import SMALL
from tests.cli.test_json import documented
from tests.conftest import Cli
from tests.git.cloning import Clone
from tests.git.cloning import repository
from tests.vaults import split_vault
from tests.vaults import tree_bytes

ANA = """\
---
name: Ana Sousa
cadence: monthly
tags: [friend]
city: Porto

last_contact: 2026-03-01
---
She keeps bees.

## Log

- 2026-03-01 call: the boat
"""


@pytest.fixture
def clone(home: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Ana's note in one commit; the current folder is the vault."""
    made = repository(home, {".vault-crm/config.toml": "", "People/ana.md": ANA, "People/ben.md": "# Ben\n"})
    monkeypatch.chdir(made.root)
    return made


def change(clone: Clone, old: str, new: str, when: str = "", path: str = "People/ana.md") -> str:
    """One commit in which `old` became `new`."""
    text = clone.read(path)
    assert old in text
    clone.write(path, text.replace(old, new))
    return clone.commit("change", when)


def told(cli: Cli, *words: str) -> list[str]:
    """What changed, the latest first: without commits and authors."""
    done = cli("history", *words)
    assert done.code == 0, done.stderr
    return [line.split("  ")[-1].strip() for line in done.lines]


def test_a_day_in_the_life_of_a_note(cli: Cli, clone: Clone) -> None:
    change(clone, "cadence: monthly", "cadence: 3 months", "2026-11-21T23:30:00-0800")
    change(clone, "- 2026-03-01", "- 2026-11-20 tea: honey\n- 2026-03-01", "2026-11-22T10:00:00+0000")
    clone.write("People/ana.md", clone.read("People/ana.md").replace("city: Porto", "city: Leeds"))
    done = cli("history ana")
    commits = clone.git("log", "--format=%h", "--abbrev=10").split()
    assert done.lines == [
        "not committed yet             city: Porto -> Leeds",
        f"2026-11-22  {commits[0]}  Nora  logged 2026-11-20 tea: honey",
        f"2026-11-21  {commits[1]}  Nora  cadence: every month -> every 3 months",
        f"2026-11-20  {commits[2]}  Nora  new note: cadence every month; 1 interaction, 2026-03-01",
    ]
    assert cli("history ana -n 2").lines == done.lines[:2]
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("cadence: monthly", "cadence: 3 months", "cadence: every month -> every 3 months"),
        ("cadence: monthly", 'cadence: "monthly"', "layout only"),
        ("cadence: monthly", "cadence: 1 month", "cadence: every month -> every month"),
        ("cadence: monthly", "cadence: now and then", "cadence: every month -> now and then"),
        ("cadence: monthly\n", "", "cadence: every month -> none"),
        ("city: Porto\n", "", "city: Porto -> none"),
        ("city: Porto", "city: Porto\nphone: 123", "phone: none -> 123"),
        ("tags: [friend]", "tags: [bees, friend]", "tags: added bees"),
        ("tags: [friend]", "tags: [bees]", "tags: added bees; removed friend"),
        ("tags: [friend]", "tags: friend", "layout only"),
        ("last_contact: 2026-03-01", "last_contact: 2026-03-02", "last_contact: 2026-03-01 -> 2026-03-02"),
        ("last_contact:", "last-contact:", "layout only"),
        (
            "call: the boat",
            "call: the boats",
            "edited 2026-03-01 call: the boat -> 2026-03-01 call: the boats",
        ),
        (
            "- 2026-03-01 call: the boat",
            "- 2026-03-02 call: the boat",
            "edited 2026-03-01 call: the boat -> 2026-03-02 call: the boat",
        ),
        (
            "the boat\n",
            "the boat\n  and the oars\n",
            "edited 2026-03-01 call: the boat (what stands below it)",
        ),
        ("- 2026-03-01 call: the boat\n", "", "removed 2026-03-01 call: the boat"),
        ("- 2026-03-01 call: the boat", "- 2026-03-01 call: the boat\n- 2026-02-01", "logged 2026-02-01"),
        ("- 2026-03-01 call: the boat", "### 2026-03-01\ncall: the boat", "layout only"),
        ("She keeps bees.", "She keeps bees.\nAnd a dog.", "prose: 1 line added"),
        ("She keeps bees.\n", "", "prose: 1 line removed"),
        ("She keeps bees.", "She kept bees.", "prose: 1 line added, 1 line removed"),
        ("She keeps bees.", "She keeps bees.  ", "layout only"),
        ("\n", "\r\n", "layout only"),
        (ANA, "", "cadence: every month -> none"),
    ],
)
def test_what_changed_in_words(cli: Cli, clone: Clone, old: str, new: str, words: str) -> None:
    change(clone, old, new)
    found = told(cli, "ana")
    assert words in found
    assert found[-1].startswith("new note")
    if new:
        assert len(found) == 2


def test_a_new_note_that_is_not_committed(cli: Cli, clone: Clone) -> None:
    clone.write("People/kim.md", ANA.replace("Ana Sousa", "Kim Park"))
    assert told(cli, "kim") == ["new note: cadence every month; 1 interaction, 2026-03-01"]
    assert cli("history kim").stdout.startswith("not committed yet")


def test_renames_are_followed(cli: Cli, clone: Clone) -> None:
    change(clone, "monthly", "weekly")
    clone.git("mv", "People/ana.md", "People/Ana Sousa.md")
    change(clone, "Porto", "Leeds", path="People/Ana Sousa.md")
    os.makedirs(clone.root / "Friends")
    clone.git("mv", "People/Ana Sousa.md", "Friends/Ana\n-- Sousa %.md")
    clone.commit()
    assert told(cli, "ana") == [
        "moved: People/Ana Sousa.md -> Friends/Ana\\n-- Sousa %.md",
        "moved: People/ana.md -> People/Ana Sousa.md",
        "city: Porto -> Leeds",
        "cadence: every month -> every week",
        "new note: cadence every month; 1 interaction, 2026-03-01",
    ]


@pytest.mark.parametrize("staged", [True, False])
def test_a_rename_that_is_not_committed_is_followed(cli: Cli, clone: Clone, staged: bool) -> None:
    clone.write("People/zoë.md", ANA.replace("Ana Sousa", "Zoë").replace("bees", "ants"))
    clone.commit()
    (clone.root / "People/ana.md").rename(clone.root / "People/Ana Sousa.md")
    (clone.root / "People/zoë.md").unlink()
    if staged:
        clone.git("add", "-A")
    found = told(cli, "ana")
    assert found[0] == "moved: People/ana.md -> People/Ana Sousa.md"
    assert [line for line in found if line.startswith("new note")] == found[1:]


def test_a_note_that_was_gone_for_a_while(cli: Cli, clone: Clone) -> None:
    clone.git("rm", "--quiet", "People/ana.md")
    clone.commit("gone")
    clone.change("People/ana.md", ANA.replace("monthly", "weekly"))
    assert told(cli, "ana") == [
        "new note: cadence every week; 1 interaction, 2026-03-01",
        "the note was removed",
        "new note: cadence every month; 1 interaction, 2026-03-01",
    ]


def test_a_merge_shows_only_what_it_changed_itself(cli: Cli, clone: Clone) -> None:
    """One side renames and logs, the other changes the cadence; the merge joins them and adds a phone."""
    clone.git("checkout", "--quiet", "-b", "phone")
    change(clone, "monthly", "weekly", "2026-11-21T08:00:00+0000")
    clone.git("checkout", "--quiet", "main")
    clone.git("mv", "People/ana.md", "People/Ana Sousa.md")
    clone.when = "2026-11-21T09:00:00+0000"
    change(clone, "- 2026-03-01", "- 2026-11-20 tea\n- 2026-03-01", path="People/Ana Sousa.md")
    clone.git("merge", "--quiet", "--no-commit", "phone")
    text = clone.read("People/Ana Sousa.md")
    assert "weekly" in text
    clone.write("People/Ana Sousa.md", text.replace("city: Porto", "city: Porto\nphone: 123"))
    clone.commit("merge", "2026-11-21T10:00:00+0000")
    assert told(cli, "ana") == [
        "phone: none -> 123",
        "moved: People/ana.md -> People/Ana Sousa.md",
        "logged 2026-11-20 tea",
        "cadence: every month -> every week",
        "new note: cadence every month; 1 interaction, 2026-03-01",
    ]


def test_a_clean_merge_is_not_told(cli: Cli, clone: Clone) -> None:
    clone.git("checkout", "--quiet", "-b", "phone")
    change(clone, "monthly", "weekly")
    clone.git("checkout", "--quiet", "main")
    clone.change("People/ben.md", "# Ben\n\nPlays.\n")
    change(clone, "keeps bees", "kept bees")
    clone.git("merge", "--quiet", "-m", "merge", "phone")
    assert sorted(told(cli, "ana")) == [
        "cadence: every month -> every week",
        "new note: cadence every month; 1 interaction, 2026-03-01",
        "prose: 1 line added, 1 line removed",
    ]


def test_a_merge_that_was_settled_by_hand(cli: Cli, clone: Clone) -> None:
    """One side's word is not the merge's own; a third one is."""
    clone.git("checkout", "--quiet", "-b", "phone")
    change(clone, "city: Porto", "city: Leeds")
    clone.git("checkout", "--quiet", "main")
    change(clone, "city: Porto", "city: Gdańsk")
    clone.run("merge", "phone")
    assert cli("history", "People/ana.md").lines[0].endswith("a merge stopped here: both sides were kept")
    clone.write("People/ana.md", ANA.replace("Porto", "Malmö"))
    clone.commit("settled")
    assert sorted(told(cli, "ana")) == [
        "city: Gdańsk -> Malmö",
        "city: Porto -> Gdańsk",
        "city: Porto -> Leeds",
        "new note: cadence every month; 1 interaction, 2026-03-01",
    ]


def test_marks_of_a_merge_that_were_committed(cli: Cli, clone: Clone) -> None:
    """What is settled afterwards is told against what was before the marks."""
    change(clone, "city: Porto", "<<<<<<< ours\ncity: Leeds\n=======\ncity: Gdańsk\n>>>>>>> theirs")
    change(clone, "bees", "wasps")
    clone.change("People/ana.md", ANA.replace("Porto", "Gdańsk"))
    assert told(cli, "ana") == [
        "the unfinished merge was settled",
        "city: Porto -> Gdańsk",
        "a merge stopped here: both sides were kept",
        "new note: cadence every month; 1 interaction, 2026-03-01",
    ]


def test_a_shallow_clone_says_where_its_knowledge_ends(
    cli: Cli, clone: Clone, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(clone, "monthly", "weekly")
    change(clone, "Porto", "Leeds")
    clone.git("clone", "--quiet", "--depth=2", f"file://{clone.root}", str(home / "shallow"))
    monkeypatch.chdir(home / "shallow")
    assert told(cli, "ana") == [
        "city: Porto -> Leeds",
        "the note is there; what was before is not in this clone, which is shallow",
    ]


def test_a_vault_below_the_top_of_its_repository(
    cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = repository(home, {"my nötes/.vault-crm/config.toml": "", "my nötes/People/ana.md": ANA})
    change(clone, "monthly", "weekly", path="my nötes/People/ana.md")
    monkeypatch.chdir(clone.root / "my nötes")
    assert told(cli, "ana")[0] == "cadence: every month -> every week"
    assert "every month" not in cli("list --as-of HEAD").stdout
    assert "every month, from the note" in cli("why ana --as-of HEAD~1").stdout


def test_odd_settings_of_git_change_nothing(cli: Cli, clone: Clone) -> None:
    change(clone, "monthly", "weekly")
    expected = cli("history ana").stdout
    for setting in (
        "log.follow=true", "log.showSignature=true", "log.date=relative", "log.diffMerges=on",
        "diff.renames=false", "diff.noprefix=true", "diff.relative=true", "diff.external=false",
        "diff.orderFile=x", "color.ui=always", "format.pretty=oneline", "core.quotePath=true",
    ):  # fmt: skip
        key, _, value = setting.partition("=")
        clone.git("config", key, value)
    assert cli("history ana").stdout == expected
    assert "every month" not in cli("list --as-of HEAD").stdout


def test_history_as_json(cli: Cli, clone: Clone) -> None:
    commit = change(clone, "- 2026-03-01", "- 2026-11-20 tea: honey\n  and wax\n- 2026-03-01")
    text = clone.read("People/ana.md").replace("[friend]", "[friend, bees]")
    clone.write("People/ana.md", text.replace("keeps bees.", "keeps bees.\nMore."))
    shape = json.loads(cli("history ana --json --today 2026-11-22").stdout)
    assert shape["history"][:2] == [
        {
            "commit": None, "date": None, "at": None, "author": None, "subject": None, "first_known": False,
            "changes": [
                {
                    "what": "property", "how": "changed", "key": "tags",
                    "before": ["friend"], "after": ["friend", "bees"],
                },
                {"what": "prose", "how": "changed", "added": 1, "removed": 0},
            ],
        },
        {
            "commit": commit, "date": "2026-11-20", "at": "2026-11-20T12:00:00+00:00", "author": "Nora",
            "subject": "change", "first_known": False,
            "changes": [
                {
                    "what": "log", "how": "added", "before": None,
                    "after": {"date": "2026-11-20", "kind": "tea", "text": "honey", "below": ["and wax"]},
                }
            ],
        },
    ]  # fmt: skip
    assert (shape["version"], shape["today"], shape["name"], shape["path"]) == (
        1, "2026-11-22", "Ana Sousa", "People/ana.md",
    )  # fmt: skip


def test_the_shape_is_the_documented_one(cli: Cli, clone: Clone) -> None:
    change(clone, "monthly", "weekly")
    clone.git("mv", "People/ana.md", "People/Ana Sousa.md")
    change(clone, "She keeps bees.", "She kept bees.", path="People/Ana Sousa.md")
    steps = json.loads(cli("history ana --json").stdout)["history"]
    assert all(set(step) == documented("history") for step in steps)
    keys = {key for step in steps for change in step["changes"] for key in change}
    assert keys == documented("A step of the history")


def test_on_a_terminal_a_heading_for_each_commit(cli: Cli, clone: Clone) -> None:
    commit = change(
        clone, "city: Porto", "city: Leeds, where the canal is, and where her sister lives with the dogs"
    )
    shown = cli("history", "ana", "-n", "1", "--color", "never", terminal=(60, 24)).stdout
    assert shown == (
        f"2026-11-20  Nora  {commit[:10]}  change\n"
        "  city: Porto -> Leeds, where the canal is, and where her\n"
        "    sister lives with the dogs\n"
    )


@pytest.mark.parametrize("words", ["history ana", "overdue --as-of HEAD", "list --as-of yesterday"])
def test_without_a_repository(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    for path, text in {"People/ana.md": ANA, ".vault-crm/config.toml": ""}.items():
        (home / "plain" / path).parent.mkdir(parents=True, exist_ok=True)
        (home / "plain" / path).write_text(text)
    monkeypatch.chdir(home / "plain")
    done = cli(words)
    assert (done.code, done.stdout) == (3, "")
    assert "is in no git repository, so nobody remembers how it was" in done.stderr
    monkeypatch.setenv("PATH", str(home))
    done = cli(words)
    assert done.code != 0
    assert "git" in done.stderr
    assert "Traceback" not in done.stderr


# -- --as-of


@pytest.fixture
def small(home: Path, monkeypatch: pytest.MonkeyPatch) -> Clone:
    """Somebody in every state, committed on 22 November 2026; today nobody is left."""
    clone = repository(home, split_vault(SMALL), attributes="")
    clone.when = "2026-11-22T12:00:00+0000"
    clone.git("commit", "--quiet", "--amend", "-m", "everybody")
    clone.git("rm", "-r", "--quiet", "People", "Daily")
    clone.when = "2027-02-01T12:00:00+0000"
    clone.commit("nobody")
    monkeypatch.chdir(clone.root)
    return clone


ASKED = (
    "overdue",
    "overdue tag:family --sort due",
    "list",
    "list --paths",
    "show ben",
    "why ana --json",
    "list --json",
)


@pytest.mark.parametrize("words", ASKED)
def test_questions_are_answered_as_then(
    cli: Cli, small: Clone, home: Path, monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    before = tree_bytes(small.root)
    by_day = cli(f"{words} --as-of 2026-11-22")
    by_revision = cli(f"{words} --as-of HEAD~1")
    other_day = cli(f"{words} --as-of HEAD~1 --today 2026-12-24")
    commit = small.git("rev-parse", "HEAD~1").strip()
    assert by_day.stderr.startswith(f"as of 2026-11-22: {commit[:10]} of 2026-11-22, everybody\n")
    assert tree_bytes(small.root) == before
    small.git("worktree", "add", "--quiet", "--detach", str(home / "there"), "HEAD~1")
    monkeypatch.chdir(home / "there")
    expected = cli(f"{words} --today 2026-11-22")
    later = cli(f"{words} --today 2026-12-24")
    for done, right in ((by_day, expected), (by_revision, expected), (other_day, later)):
        assert done.code == right.code == 0
        if "--json" in words:
            shape = json.loads(done.stdout)
            assert shape.pop("as_of") == {"commit": commit, "date": "2026-11-22"}
            assert shape == json.loads(right.stdout)
        else:
            assert done.stdout == right.stdout
            assert done.stderr.splitlines()[1:] == right.stderr.splitlines()


def test_today_without_the_question_is_still_today(cli: Cli, small: Clone) -> None:
    assert cli("list").stdout == ""
    assert "Ben Okafor" in cli("list --as-of HEAD~1").stdout
    assert cli("list").stdout == ""


def test_somebody_who_was_not_there_yet(cli: Cli, small: Clone) -> None:
    done = cli("show ben --as-of HEAD")
    assert (done.code, done.stdout) == (4, "")
    assert "nobody called 'ben'" in done.stderr


def test_what_cannot_be_meant(cli: Cli, small: Clone) -> None:
    done = cli("overdue --as-of whenever")
    assert (done.code, done.stdout) == (2, "")
    assert '--as-of: "whenever" is neither a day nor a revision of this repository' in done.stderr
    assert cli("overdue --as-of 2020-01-01").code == 3


def test_days_are_counted_from_the_day_that_is_given(cli: Cli, small: Clone) -> None:
    done = cli("list", "--as-of", "yesterday", "--today", "2026-11-23")
    assert "everybody" in done.stderr
    assert "Ben Okafor" in done.stdout


def test_settings_of_today_that_cannot_be_read_do_not_hide_the_past(cli: Cli, small: Clone) -> None:
    small.write(".vault-crm/config.toml", "people = 3\n")
    assert "Ben Okafor" in cli("list --as-of HEAD~1").stdout
    assert "Ben Okafor" in cli("list --as-of 2026-11-22").stdout


def test_a_warning_is_said_once(cli: Cli, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clone = repository(home, {".vault-crm/config.toml": "poeple = 3\n", "People/ana.md": ANA})
    clone.when = "2001-01-01T12:00:00+0000"
    clone.git("commit", "--quiet", "--amend", "-m", "long ago")
    monkeypatch.chdir(clone.root)
    for words in ("list --as-of today", "list --as-of HEAD"):
        done = cli(words)
        assert done.stderr.count("unknown setting poeple") == 1
        assert "Ana Sousa" in done.stdout
