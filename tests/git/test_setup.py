"""Setting a clone up and taking that back: what changes, what stays to the byte, and what somebody has
changed since."""

from __future__ import annotations

import os
import select
import shlex
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.git.cloning import Clone
from tests.git.cloning import repository
from vault_crm.core.writerline import set_writer
from vault_crm.errors import EditRefused
from vault_crm.git.attributes import ATTRIBUTES
from vault_crm.git.attributes import is_attribute
from vault_crm.git.attributes import overruled
from vault_crm.git.attributes import with_attributes
from vault_crm.git.attributes import with_ignored
from vault_crm.git.attributes import without_attributes
from vault_crm.git.attributes import without_ignored
from vault_crm.git.blocks import block_lines
from vault_crm.git.blocks import block_place
from vault_crm.git.blocks import set_block
from vault_crm.git.condition import Finding
from vault_crm.git.condition import look
from vault_crm.git.condition import program_in
from vault_crm.git.driver import driver_command
from vault_crm.git.hooks import NAMES
from vault_crm.git.hooks import hook_text
from vault_crm.git.hooks import is_own
from vault_crm.git.ownconfig import GitRefused
from vault_crm.git.place import NoRepository
from vault_crm.git.setup import Wish
from vault_crm.git.setup import carry_out
from vault_crm.git.setup import chosen_way
from vault_crm.git.setup import plan_install
from vault_crm.git.setup import plan_uninstall
from vault_crm.store.store import Store

PROGRAM = ("/bin/true",)
WISH = Wish(PROGRAM, ("OVERDUE.md",))
NOTE = {"People/Ada.md": "---\ncadence: monthly\n---\n"}
LINES = st.text(alphabet="ab*.md /=#\r", max_size=12).map(lambda line: line.rstrip("\r"))


def install(root: Path, wish: Wish = WISH) -> tuple[str, ...]:
    store = Store.open(root)
    steps = plan_install(store, wish)
    carry_out(store, steps)
    assert plan_install(Store.open(root), replace(wish, hooks=None)).empty
    return steps.notes


def uninstall(root: Path) -> tuple[str, ...]:
    store = Store.open(root)
    steps = plan_uninstall(store, ("OVERDUE.md",))
    carry_out(store, steps)
    assert plan_uninstall(Store.open(root), ("OVERDUE.md",)).empty
    return steps.notes


def findings(root: Path, device: str = "laptop") -> dict[str, Finding]:
    return {each.name: each for each in look(Store.open(root), ("OVERDUE.md",), device)}


def wrong(root: Path) -> set[str]:
    return {name for name, each in findings(root).items() if not each.ok}


def everything(root: Path) -> dict[str, bytes]:
    """The vault's files, the clone's configuration and its hooks."""
    own = [*(root / ".git" / "hooks").iterdir(), *(root / ".git" / "info").iterdir()]
    found = {path.name: path.read_bytes() for path in own if path.suffix != ".sample"}
    config = (root / ".git" / "config").read_bytes()
    vault = {p.name: p.read_bytes() for p in root.rglob("*") if p.is_file() and ".git" not in p.parts}
    return {**found, **vault, "config": config}


@pytest.fixture
def clone(tmp_path: Path, home: Path) -> Clone:
    assert home.is_dir()
    return repository(tmp_path / "git", NOTE, attributes="")


# -- blocks


@given(st.lists(LINES, max_size=5), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_a_block_comes_and_goes_without_a_trace(lines: list[str], newline: str, ended: bool) -> None:
    text = newline.join(lines) + (newline if ended and lines else "")
    block = set_block(text, ATTRIBUTES, is_attribute)
    assert block_lines(block, is_attribute) == ATTRIBUTES
    assert block.startswith(text)
    assert set_block(block, ATTRIBUTES, is_attribute) == block
    assert set_block(block, (), is_attribute) == text
    assert ("\r\n" in block) == ("\r\n" in text)


@given(st.lists(LINES, max_size=3), st.lists(LINES, min_size=1, max_size=3))
def test_what_is_written_behind_a_block_stays(before: list[str], after: list[str]) -> None:
    first, behind = ("".join(line + "\n" for line in lines) for lines in (before, after))
    block = set_block(first, ATTRIBUTES, is_attribute) + behind
    assert set_block(block, (), is_attribute) == first + behind
    assert with_attributes(with_attributes(block)) == with_attributes(block)


def test_what_somebody_wrote_into_a_block_stays() -> None:
    block = with_attributes("")
    edited = block.replace(ATTRIBUTES[0], f"{ATTRIBUTES[0]}\n*.png binary")
    assert without_attributes(edited) == "*.png binary\n"
    lines = block.splitlines(keepends=True)
    assert without_attributes("".join(lines[:-1]) + "*.png binary\n") == "*.png binary\n"


def test_what_is_said_of_all_notes_is_said_last() -> None:
    early = "*.md merge=union\n*.png binary\n"
    assert with_attributes(early).endswith(early.splitlines()[-1] + "\n" + with_attributes(""))
    assert list(overruled(with_attributes(early))) == [(1, "*.md merge=union")]
    late = with_attributes("") + "*.md text eol=lf\n"
    assert with_attributes(late) == "*.md text eol=lf\n" + with_attributes("")
    near = with_attributes("") + "Templates/*.md merge=union\n"
    assert with_attributes(near) == near


def test_the_line_of_init_goes_where_the_dashboard_shall_travel() -> None:
    from vault_crm.core.starter import ignore_line

    text = ignore_line("*.tmp\n", "OVER [due].md")
    assert "/OVER" not in with_ignored(text, ["OVER [due].md"], False, ())
    assert with_ignored(text, ["OVER [due].md"], True, {"/OVER \\[due\\].md"}).startswith(text)
    block = with_ignored("*.tmp", ["OVER [due].md"], True, {".trash/"})
    assert ".trash" not in block
    assert block.count("/OVER \\[due\\].md\n") == 1
    assert without_ignored(block) == "*.tmp"


# -- the writer's line


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", '[dashboard]\nwriter = "Nora\'s \\"big\\" one"\n'),
        ("x = 1", 'x = 1\n\n[dashboard]\nwriter = "Nora\'s \\"big\\" one"\n'),
        ("[dashboard]", '[dashboard]\nwriter = "Nora\'s \\"big\\" one"\n'),
        ("[dashboard] #\r\na = 3\r\n", '[dashboard] #\r\nwriter = "Nora\'s \\"big\\" one"\r\na = 3\r\n'),
        ('a=1\ndashboard.writer = "x" # y\n', 'a=1\ndashboard.writer = "Nora\'s \\"big\\" one"\n'),
        ("[dashboard]\n  writer='x'\n[log]\n", '[dashboard]\nwriter = "Nora\'s \\"big\\" one"\n[log]\n'),
    ],
)  # fmt: skip
def test_the_writer_is_one_line(before: str, after: str) -> None:
    name = 'Nora\'s "big" one'
    assert set_writer(before, name) == after
    assert tomllib.loads(after.replace("\r\n", "\n"))["dashboard"]["writer"] == name
    assert set_writer(after, name) == after
    if "writer" not in before and before.endswith("\n"):
        assert set_writer(after, "") == before


@pytest.mark.parametrize(
    "text", ['dashboard = {writer = "x"}\n', "[dashboard\n", 'a = """\n[dashboard]\n"""\n', "dashboard = 1\n"]
)
def test_a_form_that_is_no_line_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        set_writer(text, "laptop")


# -- there and back


@pytest.mark.parametrize(
    ("way", "ending"), [("every-device", "\n"), ("one-device", "\r\n"), ("ignored", ""), ("every-device", "")]
)
def test_there_and_back_again_is_as_before(way: str, ending: str, clone: Clone) -> None:
    clone.write(".gitattributes", f"* text=auto\r\n*.png binary{ending}")
    clone.write(".gitignore", f"*.tmp{ending}")
    clone.write(".vault-crm/config.toml", "# mine\n[dashboard]\nlimit = 3\n")
    clone.git("config", "merge.autostash", "false")
    clone.git("config", "--add", "merge.vault-crm.driver", "somebody's %A")
    clone.git("config", "--add", "merge.vault-crm.driver", "and another's %A")
    before = everything(clone.root)
    values = clone.git("config", "--local", "--list").splitlines()
    install(clone.root, replace(WISH, way=way, writer="laptop", hooks=True))  # type: ignore[arg-type]
    assert {name for name in wrong(clone.root) if name != "dashboard"} == set()
    assert chosen_way(Store.open(clone.root), ("OVERDUE.md",)) == way
    install(clone.root, replace(WISH, program=("/bin/false",)))
    assert clone.git("config", "merge.autostash") == "true\n"
    uninstall(clone.root)
    after = everything(clone.root)
    assert sorted(clone.git("config", "--local", "--list").splitlines()) == sorted(values)
    assert {**after, "config": b""} == {**before, "config": b""}


def test_a_configuration_without_values_of_ones_own_is_the_same_bytes(clone: Clone) -> None:
    before = everything(clone.root)
    install(clone.root)
    assert everything(clone.root) != before
    uninstall(clone.root)
    assert everything(clone.root) == before


def test_a_value_that_was_there_already_stays(clone: Clone) -> None:
    clone.git("config", "rebase.autostash", "true")
    install(clone.root)
    uninstall(clone.root)
    assert clone.git("config", "rebase.autostash") == "true\n"


def test_a_value_that_was_changed_since_stays(clone: Clone) -> None:
    install(clone.root)
    clone.git("config", "merge.autostash", "false")
    assert wrong(clone.root) == {"autostash"}
    assert uninstall(clone.root) == ("merge.autostash has been changed since, and stays as it is",)
    assert clone.git("config", "merge.autostash") == "false\n"
    assert "vault-crm" not in (clone.root / ".git/config").read_text()


def test_the_line_of_init_comes_back(clone: Clone) -> None:
    from vault_crm.core.starter import ignore_line

    text = ignore_line("*.tmp\n", "OVERDUE.md")
    clone.write(".gitignore", text)
    install(clone.root)
    assert "OVERDUE" not in clone.read(".gitignore")
    uninstall(clone.root)
    assert clone.read(".gitignore") == text
    install(clone.root)
    clone.write("OVERDUE.md", "x\n")
    clone.commit("tracked now")
    assert any("git keeps OVERDUE.md" in said for said in uninstall(clone.root))
    assert clone.read(".gitignore") == "*.tmp\n"


def test_one_device_writes_and_another_may_take_over(clone: Clone) -> None:
    one = replace(WISH, way="one-device", writer="laptop")
    install(clone.root, one)
    assert Store.open(clone.root).settings.writer == "laptop"
    assert findings(clone.root, "phone")["writer"].what == "laptop writes the dashboard; this is phone"
    install(clone.root, replace(one, writer="desktop"))
    assert Store.open(clone.root).settings.writer == "desktop"
    install(clone.root)
    assert Store.open(clone.root).settings.writer == ""
    assert not (clone.root / ".vault-crm/config.toml").read_text().count("writer")


def test_files_can_be_undone_like_any_change(clone: Clone) -> None:
    install(clone.root)
    store = Store.open(clone.root)
    store.undo()
    assert not (clone.root / ".gitattributes").exists()
    assert wrong(clone.root) == {"attributes", "obsidian"}


@pytest.mark.parametrize(
    "name", ["OVERDUE.md", "a b/x.md", "ünï/[x]*?.md", 'q"uo\\te\t.md', "-x.md", "!x.md", "#x.md"]
)
def test_a_dashboard_of_any_name_is_named_in_the_clones_own_attributes(name: str, clone: Clone) -> None:
    install(clone.root, replace(WISH, dashboards=(name,)))
    (clone.root / ".gitattributes").unlink()
    said = clone.git("check-attr", "-z", "merge", "text", "--", name, "OVERDUE.md2", "other.md").split("\0")
    assert said[:6] == [name, "merge", "vault-crm", name, "text", "unset"]
    assert said[6:].count("unspecified") == 4
    uninstall(clone.root)
    assert not (clone.root / ".git/info/attributes").exists()


def test_who_comes_second_is_told_to_pull_first(clone: Clone, tmp_path: Path) -> None:
    clone.git("clone", "--quiet", str(clone.root), str(tmp_path / "second"))
    second = Clone(tmp_path / "second", tmp_path)
    install(clone.root)
    clone.commit("set up")
    assert plan_install(Store.open(second.root), WISH).notes == ()
    second.git("fetch", "--quiet")
    assert ["pull first" in each for each in plan_install(Store.open(second.root), WISH).notes] == [True]
    second.git("merge", "--quiet")
    assert plan_install(Store.open(second.root), WISH).notes == ()


# -- files of the vault that came by git


@pytest.fixture
def second(clone: Clone, tmp_path: Path) -> Clone:
    """Another clone of a vault that was set up, committed and pushed."""
    install(clone.root)
    clone.commit("set up")
    (tmp_path / "second").mkdir()
    made = Clone(tmp_path / "second/vault", tmp_path / "second")
    clone.git("clone", "--quiet", str(clone.root), str(made.root))
    return made


def test_what_another_device_wrote_stays(second: Clone) -> None:
    before = everything(second.root)
    install(second.root)
    notes = uninstall(second.root)
    assert everything(second.root) == before
    assert notes[0] == (
        ".gitattributes and .gitignore stay as they are: they came by git, and other devices go by them"
    )
    assert "delete lines 1-3 of .gitattributes and lines 1-4 of .gitignore" in notes[1]


def test_what_this_clone_wrote_goes_also_when_it_is_committed(clone: Clone, second: Clone) -> None:
    install(clone.root)
    notes = uninstall(clone.root)
    assert second.root.is_dir()
    assert "git merges notes as text everywhere" in notes[0]
    assert not (clone.root / ".gitattributes").exists()
    assert wrong(clone.root) == {"driver", "autostash", "pull", "attributes", "obsidian"}
    assert findings(clone.root)["attributes"].what.startswith(".gitattributes is deleted here; as soon as")
    clone.git("checkout", "--", ".gitattributes", ".gitignore")
    assert wrong(clone.root) == {"driver", "autostash", "pull"}
    install(clone.root)  # they came by git now, as it were
    uninstall(clone.root)
    assert (clone.root / ".gitattributes").exists()


def test_of_a_block_that_came_by_git_only_ones_own_lines_go(second: Clone) -> None:
    before = second.read(".gitignore")
    install(second.root, replace(WISH, way="ignored"))
    assert "/OVERDUE.md\n" in second.read(".gitignore")
    second.commit("ignored")
    assert "it holds everywhere" in " ".join(uninstall(second.root))
    assert second.read(".gitignore") == before


def test_lines_of_nobody_that_are_not_committed_go(clone: Clone) -> None:
    """As after `undo` of an uninstall, which brings the files back and not the configuration."""
    before = everything(clone.root)
    clone.write(".gitattributes", with_attributes(""))
    install(clone.root)
    uninstall(clone.root)
    assert {**everything(clone.root), "config": b""} == {**before, "config": b""}


def test_a_block_that_others_wrote_into_is_named_by_its_own_lines() -> None:
    text = "*.png binary\n" + with_attributes("")
    assert block_place(text, is_attribute) == "lines 2-4"
    assert block_place(text.replace("*.[mM]", "*.gif binary\n*.[mM]"), is_attribute) == "lines 2, 4-5"
    assert block_place("*.png binary\n", is_attribute) == ""
    assert block_place("# vault-crm: begin", is_attribute) == "line 1"


# -- pulling


@pytest.mark.parametrize(
    ("where", "key", "value"),
    [
        ("--global", "pull.rebase", "true"),
        ("--global", "pull.ff", "only"),
        ("--local", "branch.main.rebase", "merges"),
        ("--local", "pull.rebase", "true"),
    ],
)
def test_who_has_said_how_to_pull_is_left_alone(
    where: str, key: str, value: str, clone: Clone, home: Path
) -> None:
    clone.extra["GIT_CONFIG_GLOBAL"] = str(home / ".gitconfig")
    clone.git("config", where, key, value)
    install(clone.root)
    assert clone.git("config", "--get-regexp", r"^pull\.|^branch\.") == f"{key} {value}\n"
    assert findings(clone.root)["pull"].what.endswith(f"{key} is {value}")
    assert findings(clone.root)["pull"].ok
    uninstall(clone.root)
    assert clone.git("config", key) == f"{value}\n"


def test_another_branchs_way_to_pull_says_nothing_of_this_one(clone: Clone) -> None:
    clone.git("config", "branch.other.rebase", "true")
    assert not findings(clone.root)["pull"].ok
    install(clone.root)
    assert clone.git("config", "pull.rebase") == "false\n"
    assert findings(clone.root)["pull"].ok
    clone.git("config", "pull.ff", "true")  # of somebody who comes later
    assert plan_install(Store.open(clone.root), WISH).empty
    clone.git("config", "pull.rebase", "true")
    install(clone.root)
    assert clone.git("config", "pull.rebase") == "true\n"
    uninstall(clone.root)
    assert clone.git("config", "pull.rebase") == "true\n"


# -- where a vault may lie


def test_a_vault_in_a_folder_of_a_repository(tmp_path: Path, home: Path) -> None:
    assert home.is_dir()
    made = repository(tmp_path / "git", {"a b/People/Ada.md": "x\n", "c/People/Ben.md": "x\n"}, attributes="")
    first, second = made.root / "a b", made.root / "c"
    before = (made.root / ".git/config").read_bytes()
    for vault in (first, second):
        install(vault, replace(WISH, hooks=True))
        assert (vault / ".gitattributes").exists()
        assert wrong(vault) == set()
    assert not (made.root / ".gitattributes").exists()
    hook = (made.root / ".git/hooks/post-merge").read_text()
    assert "-C './a b/' render" in hook
    assert "-C ./c/ render" in hook
    assert any("another vault" in said for said in uninstall(first))
    assert wrong(second) == set()
    assert "OVERDUE" in (made.root / ".git/info/attributes").read_text()
    assert "a b" not in (made.root / ".git/hooks/post-merge").read_text()
    uninstall(second)
    assert (made.root / ".git/config").read_bytes() == before
    assert not (made.root / ".git/hooks/post-merge").exists()


def test_work_trees_of_one_clone_share_it(clone: Clone, tmp_path: Path) -> None:
    clone.git("worktree", "add", "--quiet", str(tmp_path / "other"))
    install(tmp_path / "other", replace(WISH, hooks=True))
    assert (clone.root / ".git/hooks/post-merge").exists()
    assert clone.git("config", "merge.autostash") == "true\n"
    assert wrong(clone.root) == {"attributes", "obsidian"}  # until that branch is merged here


def test_a_submodule_has_a_configuration_of_its_own(clone: Clone, tmp_path: Path) -> None:
    outer = repository(tmp_path / "outer", {"README": "x\n"}, attributes="")
    outer.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(clone.root), "notes")
    install(outer.root / "notes", replace(WISH, hooks=True))
    assert wrong(outer.root / "notes") == set()
    assert outer.run("config", "merge.autostash").code == 1
    assert (outer.root / ".git/modules/notes/hooks/post-merge").exists()


def test_no_repository(tmp_path: Path, home: Path) -> None:
    assert home.is_dir()
    with pytest.raises(NoRepository, match="is in no git repository"):
        plan_install(Store.open(tmp_path), WISH)
    (tmp_path / ".git").write_text("gitdir: nowhere\n")
    with pytest.raises(NoRepository, match="not a git repository"):
        plan_install(Store.open(tmp_path), WISH)


def test_nothing_is_touched_while_git_is_in_the_middle_of_something(clone: Clone) -> None:
    """Of the vault's files: what is this clone's own may be mended, so that the driver is there again."""
    (clone.root / ".git/MERGE_HEAD").write_text(clone.head() + "\n")
    with pytest.raises(EditRefused, match="a merge is not finished"):
        plan_uninstall(Store.open(clone.root), ())
    store = Store.open(clone.root)
    one = replace(WISH, way="one-device", writer="laptop")
    steps = plan_install(store, one)
    assert steps.plan.changes == ()
    assert steps.waits == "a merge is not finished"
    assert steps.notes == (
        "a merge is not finished: the vault's files wait; when it is, run the command again",
    )
    carry_out(store, steps)
    assert "driver" not in wrong(clone.root)
    with pytest.raises(EditRefused, match="a merge is not finished"):
        plan_install(Store.open(clone.root), one)
    (clone.root / ".git/MERGE_HEAD").unlink()
    install(clone.root, one)
    uninstall(clone.root)
    assert "vault-crm" not in (clone.root / ".git/config").read_text()
    assert not (clone.root / ".gitattributes").exists()


def test_a_driver_that_is_gone_is_mended_in_the_middle_of_a_rebase(clone: Clone) -> None:
    install(clone.root, replace(WISH, program=("/no such/vault-crm",)))
    clone.commit("set up")
    clone.git("config", "branch.main.rebase", "true")
    differing(clone)
    assert clone.run("rebase", "other").code == 1
    assert {"driver", "unfinished"} <= wrong(clone.root)
    assert "pull" not in wrong(clone.root)  # although no branch is checked out
    install(clone.root)
    assert wrong(clone.root) == {"unfinished"}
    clone.git("rebase", "--abort")
    uninstall(clone.root)
    assert not (clone.root / ".gitattributes").exists()


def test_a_locked_configuration_is_told(clone: Clone) -> None:
    (clone.root / ".git/config.lock").touch()
    with pytest.raises(GitRefused, match="could not lock config file"):
        install(clone.root)


# -- what is found wrong


def test_what_is_wrong_with_a_clone(clone: Clone) -> None:
    assert wrong(clone.root) == {"driver", "autostash", "pull", "attributes", "obsidian"}
    install(clone.root)
    clone.commit("set up")
    assert wrong(clone.root) == set()
    clone.write("People/.gitattributes", "*.md merge=union text\n")
    clone.write(".obsidian/workspace.json", "{}\n")
    clone.write("OVERDUE.md", "x\n")
    clone.git("add", "-f", ".")
    clone.write(".gitignore", clone.read(".gitignore") + "/OVERDUE.md\n")
    found = findings(clone.root)
    assert {name for name, each in found.items() if not each.ok} == {"attributes", "obsidian", "dashboard"}
    assert found["dashboard"].hint == "`git rm --cached -- OVERDUE.md` lets go of it"
    assert "git keeps .obsidian/workspace.json" in found["obsidian"].what
    union = [each.what for each in look(Store.open(clone.root), (), "laptop") if "union" in each.what]
    assert union == [
        "People/Ada.md: `merge=union`; union keeps both sides of every change: two dates in one property"
    ]


def test_what_is_said_of_the_dashboard_is_said_once(clone: Clone) -> None:
    install(clone.root, replace(WISH, way="ignored"))
    assert "writer" not in findings(clone.root)
    clone.write("OVERDUE.md", "x\n")
    clone.git("add", "-f", "OVERDUE.md")
    assert findings(clone.root)["writer"].what == "every device writes the dashboard"


def test_what_is_said_without_a_driver_is_of_the_file(second: Clone) -> None:
    found = findings(second.root)
    assert not found["driver"].ok
    assert found["attributes"] == Finding(
        "attributes", True, ".gitattributes: notes are for the driver, and keep their bytes"
    )


@pytest.mark.parametrize("name", ["Ada.MD", "Ada.Md", "a b/Ada.mD"])
def test_a_note_is_one_in_every_spelling_of_its_suffix(name: str, clone: Clone) -> None:
    clone.change(f"People/{name}", "x\n")
    install(clone.root)
    assert "attributes" not in wrong(clone.root)
    said = clone.git("check-attr", "-z", "merge", "text", "--", f"People/{name}").split("\0")
    assert (said[2], said[5]) == ("vault-crm", "unset")


def test_the_line_of_an_earlier_version_is_brought_up_to_date() -> None:
    old = with_attributes("").replace(ATTRIBUTES[0], "*.md merge=vault-crm -text")
    assert with_attributes(old) == with_attributes("")
    assert without_attributes(old) == ""


# -- what git waits for


def differing(clone: Clone) -> None:
    """`main` and `other` say something different in the same line."""
    clone.git("checkout", "--quiet", "-b", "other")
    clone.change("People/Ada.md", "other\n")
    clone.git("checkout", "--quiet", "main")
    clone.change("People/Ada.md", "main\n")


@pytest.mark.parametrize("how", ["merge", "rebase", "cherry-pick"])
def test_it_is_said_while_git_waits_to_be_told_to_go_on(how: str, clone: Clone) -> None:
    install(clone.root, replace(WISH, program=("/bin/false",)))  # git's own merge, then
    clone.commit("set up")
    assert "unfinished" not in findings(clone.root)
    differing(clone)
    assert clone.run(how, "other").code == 1
    found = findings(clone.root)["unfinished"]
    assert (found.ok, found.what) == (False, f"a {how} is not finished")
    assert f"then `git {how} --continue` (or `git {how} --abort`)" in found.hint
    clone.write("People/Ada.md", "both\n")
    clone.git("add", ".")
    clone.git(how, "--continue")
    assert wrong(clone.root) == set()


def test_a_lock_that_was_left_behind_is_named(clone: Clone) -> None:
    (clone.root / ".git/index.lock").touch()
    assert ".git/index.lock" in findings(clone.root)["unfinished"].hint


def test_what_a_pull_did_not_put_back_is_said(clone: Clone) -> None:
    """Without the driver here, so that both sides are a conflict."""
    clone.git("config", "rebase.autostash", "true")
    differing(clone)
    clone.git("checkout", "--quiet", "other")
    clone.change("People/Ben.md", "Ben\n")
    clone.git("checkout", "--quiet", "main")
    clone.git("reset", "--quiet", "--hard", "HEAD~1")
    clone.write("People/Ada.md", "not committed\n")
    assert "stash" not in findings(clone.root)
    assert "safe in the stash" in clone.run("rebase", "other").err
    found = findings(clone.root)
    assert found["stash"].what == "uncommitted changes that a pull put aside were not put back: stash@{0}"
    assert "commit, then `git stash pop stash@{0}`" in found["stash"].hint
    assert found["unfinished"].what.startswith("a merge is not settled")
    clone.git("checkout", "--quiet", "--force", "HEAD")
    clone.change("People/Ada.md", "settled\n")
    clone.write("People/Ada.md", "put aside by hand\n")
    clone.git("stash", "push", "--quiet", "-m", "mine")
    found = findings(clone.root)
    assert "unfinished" not in found
    assert found["stash"].what.endswith("put back: stash@{1}")
    clone.git("stash", "drop", "--quiet", "stash@{1}")
    assert "stash" not in findings(clone.root)


def test_a_program_that_is_gone(clone: Clone) -> None:
    install(clone.root, replace(WISH, program=("/no such/vault-crm", "-x"), hooks=True))
    found = findings(clone.root)
    assert "program is gone: /no such/vault-crm" in found["driver"].what
    assert not found["hooks"].ok
    install(clone.root)
    assert wrong(clone.root) == set()
    clone.git("config", "merge.vault-crm.driver", "/bin/true old style %A")
    assert wrong(clone.root) == {"driver"}


@pytest.mark.parametrize(
    "words", [("/a b/c",), ("/it's/100% $(x)", "-P", "-m", "vault_crm"), ("/ merge-file /x",)]
)
def test_the_program_can_be_read_from_the_drivers_command(words: tuple[str, ...]) -> None:
    assert program_in(driver_command(words)) == words


def test_line_ends_that_a_git_for_windows_made(clone: Clone) -> None:
    clone.git("config", "core.autocrlf", "true")
    clone.write("People/Ada.md", "one\r\ntwo\r\n")
    clone.commit("with CRLF here, LF in git")
    install(clone.root)
    assert wrong(clone.root) == {"line-ends"}
    clone.git("checkout", "--", "*.md")
    assert clone.read("People/Ada.md") == "one\ntwo\n"
    assert wrong(clone.root) == set()


# -- hooks


def test_a_hook_that_is_there_runs_first_and_comes_back(clone: Clone, tmp_path: Path) -> None:
    hook = clone.root / ".git/hooks/post-merge"
    hook.write_text('#!/bin/sh\necho "$@" > "$PWD/before"\ncat >> "$PWD/before"\nexit 3\n')
    hook.chmod(0o755)
    theirs = hook.read_bytes()
    fifo, program = tmp_path / "fifo", tmp_path / "it's a program"
    os.mkfifo(fifo)
    program.write_text(f'#!/bin/sh\necho "$@" > {shlex.quote(str(fifo))}\n')
    program.chmod(0o755)
    install(clone.root, replace(WISH, program=(str(program),), hooks=True))
    assert hook.with_name("post-merge.before-vault-crm").read_bytes() == theirs
    reader = os.open(fifo, os.O_RDWR)
    done = subprocess.run(
        [hook, "0"], cwd=clone.root, input=b"in\n", capture_output=True, check=False, timeout=20
    )
    assert (done.returncode, done.stdout, done.stderr) == (3, b"", b"")
    assert clone.read("before") == "0\nin\n"
    assert select.select([reader], [], [], 20)[0]
    assert os.read(reader, 100) == b"-C ./ render --after-git\n"
    checkout = hook.with_name("post-checkout")
    for action, argument, calls in (
        ("checkout: moving from rebase to main", "1", False),
        ("rebase (start): checkout main", "0", False),
        ("rebase (start): checkout main", "1", True),
        ("pull --rebase origin main (start): checkout x", "1", True),
    ):
        assert reflog(clone, action) == action
        subprocess.run([checkout, "a", "b", argument], cwd=clone.root, check=True, timeout=20)
        if calls:
            assert select.select([reader], [], [], 20)[0]
            assert os.read(reader, 1000).count(b"\n") == 1
    os.close(reader)
    uninstall(clone.root)
    assert hook.read_bytes() == theirs
    assert os.access(hook, os.X_OK)
    assert [p.name for p in hook.parent.iterdir() if p.suffix != ".sample"] == ["post-merge"]


def test_a_hook_of_ours_that_was_edited_stays(clone: Clone) -> None:
    install(clone.root, replace(WISH, hooks=True))
    hook = clone.root / ".git/hooks/post-merge"
    hook.write_text(hook.read_text() + "echo more\n")
    (clone.root / ".git/hooks/post-merge.before-vault-crm").write_text("x")
    assert any("has been changed since, and stays" in each for each in uninstall(clone.root))
    assert hook.read_text().endswith("echo more\n")


def test_hooks_are_asked_for_and_taken_away(clone: Clone) -> None:
    install(clone.root)
    assert not any((clone.root / ".git/hooks" / name).exists() for name in NAMES)
    install(clone.root, replace(WISH, hooks=True))
    assert all(os.access(clone.root / ".git/hooks" / name, os.X_OK) for name in NAMES)
    (clone.root / ".git/hooks/post-merge").chmod(0o644)
    assert wrong(clone.root) == {"hooks"}
    install(clone.root, replace(WISH, hooks=False))
    assert not any((clone.root / ".git/hooks" / name).exists() for name in NAMES)


def reflog(clone: Clone, action: str) -> str:
    """The last thing that was done to HEAD, as git remembers it, after this was written there."""
    head = clone.head()
    with open(clone.root / ".git/logs/HEAD", "a", encoding="utf-8") as file:
        file.write(f"{head} {head} Nora <nora@example.org> 1795000000 +0000\t{action}\n")
    return clone.git("reflog", "-1", "--format=%gs", "HEAD").strip()


def test_a_link_to_hooks_of_others_is_left_alone(clone: Clone, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    (clone.root / ".git/hooks").rename(shared)
    (clone.root / ".git/hooks").symlink_to(shared)
    said = install(clone.root, replace(WISH, hooks=True))
    assert any("hooks is a link, a folder that is not this clone's own" in each for each in said)
    assert not any((shared / name).exists() for name in NAMES)
    (shared / "post-merge").write_text(hook_text("post-merge", PROGRAM, [""]))  # of another clone
    assert findings(clone.root)["hooks"].ok
    uninstall(clone.root)
    assert (shared / "post-merge").exists()


def test_a_hook_that_is_a_link_is_not_written_through(clone: Clone) -> None:
    kept = clone.root / "hooks/post-merge"
    text = hook_text("post-merge", ("/bin/false",), [""])
    clone.write("hooks/post-merge", text)
    (clone.root / ".git/hooks/post-merge").symlink_to("../../hooks/post-merge")
    said = install(clone.root, replace(WISH, hooks=True))
    assert any("post-merge is a link, and stays as it is" in each for each in said)
    assert kept.read_text() == text
    uninstall(clone.root)
    assert kept.read_text() == text


def test_a_relative_hooks_path_begins_at_the_top_of_the_work_tree(tmp_path: Path, home: Path) -> None:
    assert home.is_dir()
    made = repository(tmp_path / "git", {"a/b/People/Ada.md": "x\n"}, attributes="")
    made.git("config", "core.hooksPath", ".git/own")
    install(made.root / "a/b", replace(WISH, hooks=True))
    assert (made.root / ".git/own/post-merge").exists()


@pytest.mark.skipif(sys.platform == "darwin", reason="names are UTF-8 there")
def test_a_vault_in_a_folder_whose_name_is_no_utf8(tmp_path: Path, home: Path) -> None:
    assert home.is_dir()
    made = repository(tmp_path / "git", {"caf\udce9/People/Ada.md": "x\n", "b/People/Ben.md": "x\n"}, "")
    vault = made.root / "caf\udce9"
    before = (made.root / ".git/config").read_bytes()
    for each in (vault, made.root / "b"):
        install(each, replace(WISH, hooks=True))
    assert wrong(vault) == set()
    assert b"-C './caf\xe9/' render" in (made.root / ".git/hooks/post-merge").read_bytes()
    uninstall(made.root / "b")
    uninstall(vault)
    assert (made.root / ".git/config").read_bytes() == before


@pytest.mark.parametrize("where", [".husky/_", "/usr/share/hooks-of-everybody"])
def test_no_hook_is_written_where_it_is_not_this_clones_own(where: str, clone: Clone) -> None:
    clone.git("config", "core.hooksPath", where)
    said = install(clone.root, replace(WISH, hooks=True))
    assert any(f"core.hooksPath is {where}" in each for each in said)
    assert not (clone.root / ".husky").exists()
    assert not (clone.root / ".git/hooks/post-merge").exists()


def test_hooks_that_are_not_run_any_more_are_found_and_go(clone: Clone) -> None:
    install(clone.root, replace(WISH, hooks=True))
    clone.git("config", "core.hooksPath", "elsewhere")
    assert wrong(clone.root) == {"hooks"}
    install(clone.root, replace(WISH, hooks=False))
    assert wrong(clone.root) == set()
    assert not (clone.root / ".git/hooks/post-merge").exists()


def test_a_hooks_path_inside_gits_own_folder_is_fine(clone: Clone) -> None:
    clone.git("config", "core.hooksPath", ".git/own hooks")
    install(clone.root, replace(WISH, hooks=True))
    assert (clone.root / ".git/own hooks/post-merge").exists()
    assert findings(clone.root)["hooks"] == Finding(
        "hooks", True, "hooks: post-checkout, post-merge, post-rewrite"
    )
    uninstall(clone.root)
    assert not (clone.root / ".git/own hooks/post-merge").exists()


@given(
    st.lists(
        st.text(min_size=1).filter(lambda word: "\0" not in word and "\n" not in word), min_size=1, max_size=3
    )
)
def test_no_program_and_no_folder_can_break_out_of_a_hook(words: list[str]) -> None:
    text = hook_text("post-merge", words, [words[0]])
    assert is_own(
        "post-merge", text.encode("utf-8", "surrogateescape") if words[0].isprintable() else text.encode()
    )
    line = next(line for line in text.split("\n") if line.startswith("( "))
    assert shlex.split(line)[1 : 1 + len(words)] == words


def test_a_linked_gitattributes_is_not_shown_and_not_written(tmp_path: Path) -> None:
    """git does not read it (since 2.32), and what it leads to may be anybody's."""
    clone = repository(tmp_path, {"People/Ada.md": "# Ada\n"}, attributes="")
    (clone.root / "secret").write_text("hidden words\n")
    (clone.root / ".gitattributes").symlink_to("secret")
    with pytest.raises(EditRefused, match="it is a link, which git does not read"):
        plan_install(Store.open(clone.root), WISH)
