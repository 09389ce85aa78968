"""The driver in real git: what it merges, what it never loses, and what no name can make it do."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.git.cloning import ATTRIBUTES
from tests.git.cloning import PROGRAM
from tests.git.cloning import Clone
from tests.git.cloning import clones
from tests.git.cloning import environment
from tests.git.cloning import repository
from tests.git.cloning import use_driver
from vault_crm.core.merge.marks import Marks
from vault_crm.core.words import LogWords
from vault_crm.errors import UsageError
from vault_crm.git.driver import CONFLICT
from vault_crm.git.driver import TROUBLE
from vault_crm.git.driver import driver_command
from vault_crm.git.driver import log_words_above
from vault_crm.git.driver import parse_words
from vault_crm.git.driver import run_driver

ADA = "People/Ada.md"
NOTE = """---
cadence: 2 weeks
last_contact: 2026-01-01
tags: [maths]
---

Prose.

## Log

- 2026-01-01 call: hello
"""
HERS = (
    NOTE.replace("2026-01-01\n", "2026-03-01\n", 1)
    .replace("## Log\n\n", "## Log\n\n- 2026-03-01 tea\n")
    .replace("[maths]", "[maths, poet]")
)
HIS = (
    NOTE.replace("2026-01-01\n", "2026-02-01\n", 1)
    .replace("## Log\n\n", "## Log\n\n- 2026-02-01 walk\n")
    .replace("Prose.", "More prose.")
)
BOTH = """---
cadence: 2 weeks
last_contact: 2026-03-01
tags: [maths, poet]
---

More prose.

## Log

- 2026-03-01 tea
- 2026-02-01 walk
- 2026-01-01 call: hello
"""
WEEKLY = NOTE.replace("2 weeks", "1 week")
MONTHLY = NOTE.replace("2 weeks", "1 month")
SHOT = "import os, signal; os.kill(os.getpid(), signal.{})"


def two_sides(
    folder: Path, hers: str = HERS, his: str = HIS, path: str = ADA, command: str | None = None
) -> Clone:
    """A repository whose branches `main` (his) and `hers` both changed the note; the driver is configured."""
    clone = repository(folder, {path: NOTE})
    use_driver(clone, command)
    clone.git("checkout", "--quiet", "-b", "hers")
    clone.change(path, hers, "hers")
    clone.git("checkout", "--quiet", "main")
    clone.change(path, his, "his")
    return clone


# -- what it merges


def test_merge(tmp_path: Path) -> None:
    clone = two_sides(tmp_path)
    clone.git("merge", "--quiet", "hers")
    assert clone.read(ADA) == BOTH
    assert clone.git("status", "--porcelain") == ""


def test_rebase(tmp_path: Path) -> None:
    clone = two_sides(tmp_path)
    clone.git("rebase", "--quiet", "hers")
    assert clone.read(ADA) == BOTH


def test_cherry_pick(tmp_path: Path) -> None:
    clone = two_sides(tmp_path)
    clone.git("cherry-pick", "hers")
    assert clone.read(ADA) == BOTH


def test_stash_pop(tmp_path: Path) -> None:
    clone = two_sides(tmp_path, HERS, NOTE)
    clone.write(ADA, HIS)
    clone.git("stash", "--quiet")
    clone.git("merge", "--quiet", "hers")
    clone.git("stash", "pop")
    assert clone.read(ADA) == BOTH


def test_revert_of_an_older_commit(tmp_path: Path) -> None:
    clone = two_sides(tmp_path)
    clone.git("merge", "--quiet", "hers")
    clone.git("revert", "--no-edit", "hers")
    assert clone.read(ADA) == HIS.replace("last_contact: 2026-02-01", "last_contact: 2026-01-01")


def test_two_devices_by_merge_and_by_rebase(tmp_path: Path) -> None:
    laptop, phone = clones(tmp_path, {ADA: NOTE})
    for clone in (laptop, phone):
        use_driver(clone)
    laptop.change(ADA, HERS)
    laptop.push()
    phone.change(ADA, HIS)
    assert phone.pull().code == 0
    phone.push()
    laptop.write(ADA, HERS.replace("Prose.", "Prose.\n\nNot committed."))
    laptop.change("Other.md", "x\n")
    assert laptop.pull("--rebase").code == 0
    assert phone.read(ADA) == BOTH
    assert laptop.clashing() == []


def test_a_conflict_is_marked_and_git_knows_it(tmp_path: Path) -> None:
    clone = two_sides(tmp_path, WEEKLY, MONTHLY)
    assert clone.run("merge", "hers").code == 1
    marked = "<<<<<<< ours\ncadence: 1 month\n=======\ncadence: 1 week\n>>>>>>> theirs\n"
    assert clone.read(ADA) == NOTE.replace("cadence: 2 weeks\n", marked)
    assert clone.clashing() == [ADA]


@pytest.mark.parametrize("style", ["diff3", "zdiff3"])
def test_the_users_conflict_style(tmp_path: Path, style: str) -> None:
    clone = two_sides(tmp_path, WEEKLY, MONTHLY)
    clone.git("config", "merge.conflictStyle", style)
    clone.run("merge", "hers")
    marked = (
        "<<<<<<< ours\ncadence: 1 month\n||||||| base\ncadence: 2 weeks\n"
        "=======\ncadence: 1 week\n>>>>>>> theirs\n"
    )
    assert clone.read(ADA) == NOTE.replace("cadence: 2 weeks\n", marked)


def test_the_marker_size_of_the_attributes(tmp_path: Path) -> None:
    clone = two_sides(tmp_path, WEEKLY, MONTHLY)
    clone.write(".gitattributes", ATTRIBUTES.replace("-text", "-text conflict-marker-size=11"))
    clone.commit()
    clone.run("merge", "hers")
    assert f"{'<' * 11} ours\n" in clone.read(ADA)


def test_the_vaults_own_log_heading_counts(tmp_path: Path) -> None:
    hers, his = (text.replace("## Log", "## Talks") for text in (HERS, HIS))
    clone = repository(tmp_path, {"notes/.vault-crm/config.toml": '[log]\nheadings = ["Talks"]\n'})
    use_driver(clone)
    clone.change("notes/Ada.md", NOTE.replace("## Log", "## Talks"))
    clone.git("checkout", "--quiet", "-b", "hers")
    clone.change("notes/Ada.md", hers)
    clone.git("checkout", "--quiet", "main")
    clone.change("notes/Ada.md", his)
    clone.git("merge", "--quiet", "hers")
    assert clone.read("notes/Ada.md") == BOTH.replace("## Log", "## Talks")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('[log]\nheading = "Talks"\nheadings = ["Chats"]\n', LogWords("Talks", ("Chats",))),
        ("[log\nheading = 'x'\n", LogWords()),
        ("<<<<<<< ours\n[log]\nheading = 'x'\n=======\n>>>>>>> theirs\n", LogWords()),
        ("[log]\nheading = 3\n", LogWords()),
        ("\udcff heading", LogWords()),
        ("[dashboard]\nlimit = 3\n", LogWords()),
    ],
)
def test_settings_are_read_as_data_and_broken_ones_are_the_defaults(
    tmp_path: Path, text: str, words: LogWords
) -> None:
    file = tmp_path / "a/.vault-crm/config.toml"
    file.parent.mkdir(parents=True)
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert log_words_above("a/b/Ada.md", str(tmp_path)) == words
    assert log_words_above("c/Ada.md", str(tmp_path)) == LogWords()
    assert log_words_above("../a/Ada.md", str(tmp_path / "c")) == LogWords()  # above the work tree


@pytest.mark.parametrize("what", ["pipe", "large"])
def test_settings_that_are_no_small_file_are_the_defaults(tmp_path: Path, what: str) -> None:
    """A link to something that nobody can read to its end."""
    behind = tmp_path / "behind"
    if what == "pipe":
        os.mkfifo(behind)
    else:
        with behind.open("wb") as file:
            file.truncate(1 << 40)
    (tmp_path / "a/.vault-crm").mkdir(parents=True)
    (tmp_path / "a/.vault-crm/config.toml").symlink_to(behind)
    assert log_words_above("a/Ada.md", str(tmp_path)) == LogWords()


# -- what it never loses


def lines_of(text: str) -> set[str]:
    return set(text.splitlines())


def gone(tmp_path: Path) -> tuple[str, ...]:
    return (str(tmp_path / "no such program"),)


def broken_import(tmp_path: Path) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", "import vault_crm.no_such_module")


def raising(tmp_path: Path) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", "raise RuntimeError('a mistake')")


def killed(tmp_path: Path) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", SHOT.format("SIGKILL"))


def crashed(tmp_path: Path) -> tuple[str, ...]:
    return (sys.executable, "-P", "-c", SHOT.format("SIGSEGV"))


def endless(tmp_path: Path) -> tuple[str, ...]:
    """A merge that would take for ever, and may take a second."""
    os.mkfifo(tmp_path / "pipe")
    pipes = ["--", *[str(tmp_path / "pipe")] * 3]
    code = f"import vault_crm.git.driver as d; d.MOST_SECONDS = 1; d.run_driver({pipes!r})"
    return (sys.executable, "-P", "-c", code)


def half_written(tmp_path: Path) -> tuple[str, ...]:
    """Killed after it has written half of its new file, beside the old one."""
    script = tmp_path / "half.py"
    script.write_text(
        "import os, signal\nimport vault_crm.store.aside as aside\n"
        "def write(path, content, mode):\n"
        "    with open(path, 'wb') as file:\n        file.write(content[:20])\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "aside._write = write\n"
        "from vault_crm.__main__ import run\nrun()\n"
    )
    return (sys.executable, "-P", str(script))


def exits(code: int) -> tuple[str, ...]:
    return ("sh", "-c", f"exit {code}")


@pytest.mark.parametrize(
    "program",
    [gone, broken_import, raising, killed, crashed, endless, half_written,
     *(exits(n) for n in (1, 2, 3, 127, 128, 129, 139, 255))],
    ids=lambda p: p.__name__ if callable(p) else " ".join(p),
)  # fmt: skip
def test_whatever_becomes_of_the_program_theirs_is_there(tmp_path: Path, program: object) -> None:
    words = program(tmp_path) if callable(program) else program
    assert isinstance(words, tuple)
    clone = two_sides(tmp_path, command=driver_command(words))
    done = clone.run("merge", "hers")
    text = clone.read(ADA)
    assert lines_of(text) >= (lines_of(HERS) | lines_of(HIS)) - lines_of(NOTE)
    assert done.code == 1
    assert "<<<<<<< ours\n" in text
    assert clone.clashing() == [ADA]
    assert clone.git("status", "--porcelain").splitlines() == [f"UU {ADA}"]  # and nothing lies about


def test_gits_own_merge_is_made_where_that_is_clean(tmp_path: Path) -> None:
    hers, his = NOTE.replace("[maths]", "[poet]"), NOTE.replace("hello", "goodbye")
    clone = two_sides(tmp_path, hers, his, command=driver_command(gone(tmp_path)))
    clone.git("merge", "--quiet", "hers")
    assert clone.read(ADA) == hers.replace("hello", "goodbye")


def test_a_rebase_without_the_program_stops_and_loses_nothing(tmp_path: Path) -> None:
    clone = two_sides(tmp_path, command=driver_command(gone(tmp_path)))
    assert clone.run("rebase", "hers").code == 1
    assert lines_of(clone.read(ADA)) >= (lines_of(HERS) | lines_of(HIS)) - lines_of(NOTE)


def test_a_clone_that_has_no_driver_merges_as_git_does(tmp_path: Path) -> None:
    clone = two_sides(tmp_path)
    clone.git("config", "--remove-section", "merge.vault-crm")
    assert clone.run("merge", "hers").code == 1
    assert lines_of(clone.read(ADA)) >= (lines_of(HERS) | lines_of(HIS)) - lines_of(NOTE)


def limited(size: int) -> tuple[str, ...]:
    """The program, allowed to write files of so many bytes: a disk that is full for it."""
    code = (
        "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, {size})); "
        "from vault_crm.__main__ import run; run()"
    )
    return (sys.executable, "-P", "-B", "-c", code)


@pytest.mark.parametrize("size", [0, 20, 120])
def test_a_disk_that_is_full_for_the_program(tmp_path: Path, size: int) -> None:
    clone = two_sides(tmp_path, command=driver_command(limited(size)))
    done = clone.run("merge", "hers")
    assert done.code == 1
    assert "git's own merge is made instead" in done.err
    assert lines_of(clone.read(ADA)) >= (lines_of(HERS) | lines_of(HIS)) - lines_of(NOTE)
    assert clone.git("status", "--porcelain").splitlines() == [f"UU {ADA}"]


def test_a_disk_that_is_full_for_the_program_and_for_gits_merge(tmp_path: Path) -> None:
    """Nothing can be merged then: ours stays whole, theirs stays in git, and git says that it is to do."""
    command = "ulimit -f 0; trap '' XFSZ; " + driver_command(limited(0))
    clone = two_sides(tmp_path, command=command)
    assert clone.run("merge", "hers").code != 0
    assert clone.read(ADA) == HIS
    assert clone.git("show", f":3:{ADA}") == HERS
    assert clone.git("status", "--porcelain").splitlines() == [f"UU {ADA}"]


# -- names


NAMES = [
    "with space.md",
    "it's.md",
    'say "hi".md',
    "100%A %O %%.md",
    "new\nline.md",
    "-rf.md",
    "--output=x.md",
    "größe – Ω.md",
    "a$(touch hacked).md",
    "a`touch hacked`.md",
    "; touch hacked;.md",
    "&& touch hacked #.md",
    "back\\slash.md",
    "People/[x]*?.md",
    ":(glob)x.md",
    "tab\t.md",
    os.fsdecode(b"caf\xe9.md"),
]


@pytest.mark.parametrize("there", [True, False], ids=["driver", "driver gone"])
def test_no_name_of_a_note_is_a_command(tmp_path: Path, there: bool) -> None:
    program = PROGRAM if there else gone(tmp_path)
    clone = repository(tmp_path, dict.fromkeys(NAMES, NOTE))
    use_driver(clone, program=program)
    for branch, text in (("hers", HERS), ("his", HIS)):
        clone.git("checkout", "--quiet", "-b", branch, "main")
        for name in NAMES:
            clone.write(name, text)
        clone.commit(branch)
    assert clone.run("merge", "hers").code == (0 if there else 1)
    for name in NAMES:
        text = clone.read(name)
        assert text == BOTH if there else lines_of(text) >= (lines_of(HERS) | lines_of(HIS)) - lines_of(NOTE)
    assert sorted(clone.files()) == sorted([".gitattributes", *NAMES])


@pytest.mark.parametrize("folder", ["it's 100% a b", "%A %P", 'q"x $(touch hacked) é;&|'])
def test_where_the_program_lies(tmp_path: Path, folder: str) -> None:
    script = tmp_path / folder / "vault-crm"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {shlex.join(PROGRAM)} "$@"\n')
    script.chmod(0o755)
    clone = two_sides(tmp_path / "x", command=driver_command([str(script)]))
    clone.git("merge", "--quiet", "hers")
    assert clone.read(ADA) == BOTH


def test_nothing_of_a_hostile_vault_is_run(tmp_path: Path) -> None:
    """Modules and programs at the vault's top, with the names of those that we use."""
    clone = two_sides(tmp_path)
    bomb = f"open({str(tmp_path / 'hacked')!r}, 'w')\n"
    for name in (
        "yaml",
        "re",
        "dataclasses",
        "typing",
        "click",
        "vault_crm",
        "frontmatter",
        "tomllib",
        "site",
    ):
        clone.write(f"{name}.py", bomb)
    for name in ("git", "vault-crm", "sh", "python", ".vault-crm/git", "pyvenv.cfg"):
        clone.write(name, f"#!/bin/sh\ntouch {tmp_path}/hacked\n")
        (clone.root / name).chmod(0o755)
    clone.write(".vault-crm/config.toml", '[merge]\ndriver = "touch hacked"\n[log]\nheading = "x"\n')
    clone.commit()
    clone.git("merge", "--quiet", "hers")
    assert clone.read(ADA) == BOTH
    assert not (tmp_path / "hacked").exists()


# -- the words


def test_the_command_is_one_line_and_quotes_nothing_that_git_quotes() -> None:
    command = driver_command(["/opt/my tools/vault-crm"])
    assert command.startswith("'/opt/my tools/vault-crm' merge-file --driver ")
    assert "\n" not in command
    for placeholder in ("%O", "%A", "%B", "%L", "%P", "%X", "%S", "%Y"):
        assert f'"{placeholder}' not in command
        assert f"'{placeholder}" not in command


def test_labels_of_a_git_that_knows_them_and_of_one_that_does_not() -> None:
    files = ["--", "b", "o", "t"]
    old = parse_words(["--marker-size", "9", "-L", "%X", "-L", "%S", "-L", "%Y", "--path", "P/a.md", *files])
    assert old.marks == Marks(9, "ours", "base", "theirs")
    assert (old.path, old.base, old.ours, old.theirs) == ("P/a.md", "b", "o", "t")
    new = parse_words(["-L", "HEAD", "-L", "", "-L", "main: a\nb", *files])
    assert new.marks == Marks(7, "HEAD", "base", "main: a b")
    assert new.path == "o"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--", "a", "b"],
        ["--", "a", "b", "c", "d"],
        ["a", "b", "c"],
        ["--marker-size"],
        ["--marker-size", "x", "--", "a", "b", "c"],
        ["--marker-size", "0", "--", "a", "b", "c"],
        ["--marker-size", "9" * 5000, "--", "a", "b", "c"],
        ["--colour", "x", "--", "a", "b", "c"],
        [*["-L", "x"] * 4, "--", "a", "b", "c"],
    ],
)
def test_words_that_git_was_not_told_to_say(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError):
        parse_words(words)
    assert run_driver(words) == TROUBLE
    assert capsys.readouterr().err.startswith("vault-crm: git's own merge is made instead: ")


def driven(folder: Path, base: str, ours: str, theirs: str) -> tuple[int, str]:
    for name, text in (("b", base), ("o", ours), ("t", theirs)):
        (folder / name).write_text(text)
    words = ["merge-file", "--driver", "--marker-size", "7", "--path", ADA, "--", "b", "o", "t"]
    done = subprocess.run([*PROGRAM, *words], cwd=folder, env=environment(folder), check=False, timeout=60)
    return done.returncode, (folder / "o").read_text()


def test_what_it_answers(tmp_path: Path) -> None:
    (tmp_path / "o").touch()
    (tmp_path / "o").chmod(0o640)
    assert driven(tmp_path, NOTE, HIS, HERS) == (0, BOTH)
    assert (tmp_path / "o").stat().st_mode & 0o777 == 0o640
    assert driven(tmp_path, NOTE, HIS, NOTE) == (0, HIS)
    assert driven(tmp_path, NOTE, NOTE, HERS) == (0, HERS)
    assert driven(tmp_path, NOTE, WEEKLY, MONTHLY)[0] == CONFLICT
    assert sorted(os.listdir(tmp_path)) == ["b", "o", "t"]


def test_a_file_that_is_not_there_and_one_that_cannot_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, text in (("b", NOTE), ("o", HIS)):
        (tmp_path / name).write_text(text)
    assert run_driver(["--", "b", "o", "no\x1b[31m\u202esuch"]) == TROUBLE
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert (tmp_path / "o").read_text() == HIS


def test_a_signal_ends_it_as_it_ends_everything(tmp_path: Path) -> None:
    """The fallback hangs on that: a shell sees 128 and the signal's number."""
    done = subprocess.run([sys.executable, "-c", SHOT.format("SIGKILL")], check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no alarm")
def test_a_merge_without_an_end_is_ended_and_nothing_is_written(tmp_path: Path) -> None:
    """git itself would wait for ever. What stands in for a long merge is a pipe into which nobody writes."""
    for name in ("base", "ours"):
        (tmp_path / name).write_text(NOTE)
    os.mkfifo(tmp_path / "theirs")
    start = "import vault_crm.git.driver as d, sys; d.MOST_SECONDS = 1; sys.exit(d.run_driver(sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-P", "-c", start, "--", "base", "ours", "theirs"],
        cwd=tmp_path, env=environment(tmp_path), check=False, timeout=30,
    )  # fmt: skip
    assert done.returncode == -signal.SIGALRM
    assert (tmp_path / "ours").read_text() == NOTE


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="the system has no alarm")
def test_a_merge_that_ends_leaves_no_alarm_behind(tmp_path: Path) -> None:
    for name, text in (("base", NOTE), ("ours", HIS), ("theirs", HERS)):
        (tmp_path / f"{name}.md").write_text(text)
    assert run_driver(["--", *(str(tmp_path / f"{name}.md") for name in ("base", "ours", "theirs"))]) == 0
    assert signal.alarm(0) == 0
    assert run_driver(["--", "nowhere", "nowhere", "nowhere"]) == TROUBLE
    assert signal.alarm(0) == 0
