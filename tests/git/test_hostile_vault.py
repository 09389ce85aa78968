"""A vault is somebody else's: whatever its files are called, whatever stands in them and in its history, no
program of its choice runs, no option of git's is given, and nothing steers the terminal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.git.cloning import Clone
from tests.git.cloning import environment
from tests.git.cloning import repository
from vault_crm.core.frontmatter.block import pairs_of
from vault_crm.core.frontmatter.block import read_block
from vault_crm.core.frontmatter.simple import simple_pairs
from vault_crm.git.repo import line_date

ADA = "---\ncadence: every month\n---\n# Ada\n\n## Log\n\n- 2026-01-01 call\n"
COPY = "People/Ada.sync-conflict-20260101-000000-ABCDEFG.md"
ESCAPES = "\x1b]52;c;aGk=\x07\x9b31m\u202e\x1f\rx\udcff"


def vault_at(folder: Path, attributes: str = "") -> Clone:
    """A committed vault with one person."""
    return repository(folder, {"People/Ada.md": ADA, ".vault-crm/config.toml": ""}, attributes)


def run(vault: Clone, *words: str, **extra: str) -> tuple[int, str]:
    """What a command prints, on both ways together, and its exit code, 70 and a traceback excluded."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "vault_crm", "--today", "2026-11-22", *words],
        cwd=vault.root,
        env=environment(vault.home) | {"PYTHONDONTWRITEBYTECODE": "1"} | extra,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=60,
    )
    out = (done.stdout + done.stderr).decode("utf-8")
    assert done.returncode != 70, out
    assert "Traceback" not in out, out
    return done.returncode, out


def canary(home: Path, name: str) -> Path:
    """A program that leaves a trace behind (`home/ran`) and hands on what it is given."""
    program = home / name
    program.write_text(
        f'#!/bin/sh\necho {name} "$@" >>"{home}/ran"\n[ -f "$1" ] && exec cat "$1"\nexec cat\n'
    )
    program.chmod(0o755)
    return program


def test_the_vault_does_not_choose_among_the_users_programs(tmp_path: Path) -> None:
    """Attributes travel: `diff=pdf` may name what the user has set up for files of another kind."""
    vault = vault_at(tmp_path, "*.md diff=pdf merge=tool\n")
    made = {name: canary(tmp_path, name) for name in ("textconv", "external", "merges")}
    config = f'[diff "pdf"]\ntextconv = {made["textconv"]}\ncommand = {made["external"]}\n'
    config += f'[merge "tool"]\ndriver = {made["merges"]} %O %A %B\n[diff]\nexternal = {made["external"]}\n'
    (tmp_path / ".gitconfig").write_text(config)
    vault.change("People/Ada.md", ADA + "- 2026-02-01 met\n")
    vault.write(COPY, ADA + "- 2026-03-01 wrote\n")
    for words in (["overdue", "--as-of", "HEAD~1"], ["history", "Ada"], ["conflicts"], ["git", "status"]):
        code, out = run(vault, *words)
        assert code == (1 if words[0] in ("conflicts", "git") else 0), out
    assert line_date(vault.root, "People/Ada.md", 8) is not None
    assert not (tmp_path / "ran").exists()


def test_a_program_called_git_in_the_vault_is_not_git(tmp_path: Path) -> None:
    vault = vault_at(tmp_path)
    canary(tmp_path, "trap").rename(vault.root / "git")
    _, out = run(vault, "git", "status", PATH=f".::{environment(tmp_path)['PATH']}")
    assert "git version" in out
    assert not (tmp_path / "ran").exists()


def test_the_history_does_not_steer_the_terminal(tmp_path: Path) -> None:
    """Authors, subjects and values of then are somebody else's words, also in bytes that are no UTF-8."""
    vault = vault_at(tmp_path)
    vault.write("People/Ada.md", ADA.replace("call", f"call {ESCAPES}"))
    vault.extra = {"GIT_AUTHOR_NAME": f"A{ESCAPES}"}
    vault.commit(f"subject {ESCAPES}")
    for words in (["history", "Ada"], ["history", "Ada", "--json"], ["overdue", "--as-of", "HEAD"]):
        code, out = run(vault, *words)
        assert code == 0
        assert [char for char in out if not char.isprintable() and char != "\n"] == []


@pytest.mark.parametrize(
    "revision",
    ["--output=made", "--all", "HEAD:People/Ada.md", "HEAD\n--all", ESCAPES],
)
def test_what_is_no_revision_is_told_so(tmp_path: Path, revision: str) -> None:
    vault = vault_at(tmp_path)
    code, out = run(vault, "overdue", f"--as-of={revision}")
    assert code == 2
    assert "is neither a day nor a revision" in out
    assert not (vault.root / "made").exists()


def test_nothing_is_moved_out_of_the_vault(tmp_path: Path) -> None:
    """A trash folder that is a link to somewhere else."""
    vault = vault_at(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (vault.root / ".trash").symlink_to(tmp_path / "elsewhere")
    vault.write(COPY, ADA + "- 2026-03-01 wrote\n")
    code, _ = run(vault, "conflicts", "--fix", "--yes")
    assert code
    assert not list((tmp_path / "elsewhere").iterdir())
    assert vault.read("People/Ada.md") == ADA


@pytest.mark.parametrize("name", ["--file=x.md", 'a\tb"c[*].md', "$(touch ran).md"])
def test_a_dashboard_of_any_name_is_a_file_to_git(tmp_path: Path, name: str) -> None:
    vault = vault_at(tmp_path)
    quoted = name.replace("\t", "\\t").replace('"', '\\"')
    vault.write(".vault-crm/config.toml", f'[dashboard]\nfile = "{quoted}"\n')
    code, out = run(vault, "git", "install", "--yes", "--hooks")
    assert code in (0, 1), out
    said = vault.git("check-attr", "-z", "merge", "--", f"./{name}").split("\0")
    assert said[2] == "vault-crm"
    code, out = run(vault, "git", "uninstall", "--yes")
    assert code == 0
    assert "vault-crm" not in vault.git("config", "--local", "--list")
    assert not (vault.root / "ran").exists()


def below_git(vault: Clone) -> dict[str, bytes]:
    folder = vault.root / ".git"
    files = (file for file in sorted(folder.rglob("*")) if file.is_file())
    names = {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}
    return {name: raw for name, raw in names.items() if name.startswith("hooks/") or name == "config"}


COMMANDS = (
    ["render"], ["log", "Hook"], ["log", "Conf"], ["log", "Ada"], ["snooze", "Conf", "2 weeks"],
    ["new", "Eve"], ["git", "install", "--yes"], ["conflicts", "--fix", "--yes"],
)  # fmt: skip


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_nothing_is_written_into_gits_folder_through_a_link(tmp_path: Path, words: list[str]) -> None:
    """A link travels with git, and a hook that a file is added to is a program of the vault's choice."""
    vault = vault_at(tmp_path)
    hook = vault.root / ".git/hooks/post-merge"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\ntrue\n")
    (vault.root / "People/Hook.md").symlink_to("../.git/hooks/post-merge")
    (vault.root / "People/Conf.md").symlink_to("../.git/config")
    (vault.root / ".gitattributes").unlink(missing_ok=True)
    (vault.root / ".gitattributes").symlink_to(".git/config")
    (vault.root / ".trash").symlink_to(".git/hooks")
    vault.write(COPY, ADA + "- 2026-03-01 wrote\n")
    ticks = "- [x] [[Hook]] call $(touch ran)\n- [x] [[Conf]] call\n- [x] [[Ada]] lunch\n"
    page = f"<!-- vault-crm:begin -->\n{ticks}<!-- vault-crm:end -->\n"
    vault.write("OVERDUE.md", page)
    vault.commit("hostile")
    before = below_git(vault)
    for command in (words, ["undo"]):
        run(vault, *command)
        after = below_git(vault)
        if words[0] == "git":  # which sets its own keys there, with `git config`
            assert b"vault-crm: begin" not in after["config"]
            after["config"] = before["config"]
        assert after == before


def test_a_dashboard_that_is_a_link_makes_no_file_of_gits(tmp_path: Path) -> None:
    vault = vault_at(tmp_path)
    (vault.root / "OVERDUE.md").symlink_to(".git/commondir")
    run(vault, "render")
    assert not (vault.root / ".git/commondir").exists()


def test_a_repository_that_lies_in_the_tree_as_files_is_none(tmp_path: Path) -> None:
    """`HEAD`, `config`, `objects/` and `refs/` can be committed, and git would go by that configuration."""
    outer = repository(tmp_path, {"readme": "x\n"}, "")
    inner = Clone(outer.root / "notes", tmp_path)
    files = {
        "People/Ada.md": ADA,
        ".vault-crm/config.toml": "[git]\ncommit = true\n",
        "HEAD": "ref: refs/heads/main\n",
        "refs/heads/.keep": "",
        "objects/keep": "",
        "config": "[core]\nrepositoryformatversion = 0\nbare = false\nworktree = .\nhooksPath = hooks\n"
        f'[filter "x"]\nclean = echo clean >>"{tmp_path}/ran"\n'
        "[user]\nname = Nora\nemail = nora@example.org\n",
        ".gitattributes": "*.md filter=x\n",
    }
    for path, text in files.items():
        inner.write(path, text)
    for name in ("pre-commit", "post-index-change", "reference-transaction"):
        inner.write(f"hooks/{name}", f'#!/bin/sh\necho {name} >>"{tmp_path}/ran"\n')
        (inner.root / f"hooks/{name}").chmod(0o755)
    outer.commit("hostile")
    for words in (["log", "Ada"], ["render"], ["conflicts"], ["git", "status"]):
        run(inner, *words)
    assert not (tmp_path / "ran").exists()


def test_a_dashboards_name_adds_no_line_to_gitignore(tmp_path: Path) -> None:
    vault = vault_at(tmp_path)
    vault.write(".vault-crm/config.toml", '[dashboard]\nfile = "x\\nPeople/Ada.md"\n')
    code, out = run(vault, "git", "install", "--yes", "--dashboard", "ignored")
    assert code == 3
    assert "has a line break" in out
    assert not (vault.root / ".gitignore").exists()


VALUES = (
    "value: x", "a: b: c", "~", "null", "Null", "nULL", "yes", "No", "0x1f", "010", "1_000", "1:30", ".5",
    ".inf", "2026-01-02", "&a x", "*a", "!!str x", '"a\\n"', "'it''s'", '"a"# c', '"a" # c', "a# c",
    "a # c", "a\xa0b", "a\tb", "[a, b,]", "[a #b]", "[a: b]", "[-a]", "[]", "[[x]]", "{{x}}", "<% x %>",
    "a ::b", "a:#b", "a:", ": a", "\u201eq\u201c", "\u2026", "\u0301x", "\ufeffa", "a\u2028b", "\udcff",
    "- a", "-a", "---", "...", "=", "<<", "?x", "|", "> x",
)  # fmt: skip
KEYS = ("key", "a b", "yes", "null", "~", "\u00e9", "\u00b2", "a--b", "1key", "<<", '"q"', "? a", "- a")


@pytest.mark.parametrize(
    "shape", ["{k}: {v}\n", "{k}:\n- {v}\n", "{k}:\n  - {v}  \n  - x # c\nlast: {v}", "{k}: {v}\n{k}: 2\n"]
)
def test_what_needs_no_yaml_parser_is_what_yaml_reads(shape: str) -> None:
    taken = 0
    for key in KEYS:
        for value in VALUES:
            text = shape.format(k=key, v=value)
            simple = simple_pairs(text)
            if simple is not None:
                taken += 1
                known = pairs_of(read_block(text), text)
                assert (simple, [p.node for p in simple]) == (known, [p.node for p in known]), text
    assert taken or shape.count("{k}") > 1
