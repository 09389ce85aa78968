"""`--as-of`: a vault read from git's objects answers as a checkout of that commit would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from tests.git.cloning import Clone
from tests.git.cloning import environment
from tests.git.cloning import repository
from tests.vaults import tree_bytes
from tests.vaults import without_cache
from vault_crm.core.actions import plan_log
from vault_crm.core.agenda import agenda
from vault_crm.core.model import Vault
from vault_crm.errors import BadSettings
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError
from vault_crm.errors import VaultCrmError
from vault_crm.git.moments import get_moment
from vault_crm.git.objects import CannotLookBack
from vault_crm.git.objects import Objects
from vault_crm.git.past import PastStore
from vault_crm.store.cache import Index
from vault_crm.store.cache import cache_key
from vault_crm.store.load import index_path
from vault_crm.store.store import Store

TODAY = date(2026, 11, 22)
ANA = "---\ncadence: 2 weeks\n---\n## Log\n\n- 2026-11-01 call: the boat\n"


@contextmanager
def past(root: Path, text: str) -> Iterator[PastStore]:
    store = PastStore.at(root, get_moment(root, text, lambda: TODAY))
    try:
        yield store
    finally:
        store.close()


def asked(store: Store) -> object:
    """Everything that a vault says, but for what is odd about files (which nobody asks the past for)."""
    vault = store.load()
    seen = agenda(vault, TODAY, store.settings)
    return dict(vault.notes), vault.people, seen.items, seen.dates, store.settings


def people(vault: Vault) -> list[str]:
    return [person.name for person in vault.people]


def age_index(root: Path) -> None:
    """The index as it will be in three hours: its time stamps can be believed."""
    store = Store.open(root)
    store.load()
    index = Index(index_path(root), cache_key(store.settings))
    for path in list(store.load().notes):
        record = index.find(path)
        if record is not None:
            index.touch(path, record, record.print, record.seen + 10**13)
    assert index.save()


def checked_out(clone: Clone, commit: str, where: Path, prefix: str = "") -> Store:
    """The store of a checkout of a commit, elsewhere."""
    clone.git("worktree", "add", "--quiet", "--detach", str(where), commit)
    (where / prefix / ".vault-crm").mkdir(parents=True, exist_ok=True)
    return Store.open(where / prefix)


def assert_as_checked_out(clone: Clone, commit: str, where: Path, prefix: str = "") -> None:
    there = checked_out(clone, commit, where, prefix)
    with without_cache(clone.home):
        expected = asked(there)
    with past(clone.root / prefix, commit) as store:
        assert asked(store) == expected
    clone.git("worktree", "remove", "--force", str(where))


# -- the law: as a checkout elsewhere

NAMES = (
    "People/Ana.md", "People/Ana 2.md", "People/Zoë Ålund.md", "People/-rf.md", "People/a\nb.md",
    "People/a%b.MD", "People/Ana.sync-conflict-20261101-101112-ABCDEFG.md", "People/\udcff.md",
    "Work/Ben.md", "Daily/2026-11-05.md", "Templates/Ana.md", "templates/deep/Ben.md", ".trash/Ana.md",
    ".hidden.md", "People/.git.md", "notes.txt", "x.md/Kim.md", "Excluded/Ola.md",
)  # fmt: skip
TEXTS = (
    ANA,
    ANA.replace("\n", "\r\n"),
    "\ufeff" + ANA,
    "---\ncadence: monthly\nemail: ana@example.org\ntags: [person]\n---\n",
    "---\ncadence: [\n---\n",
    "---\ncadence: yearly\n<<<<<<< ours\nlast_contact: 2026-01-01\n=======\n>>>>>>> theirs\n---\n",
    "Lunch with [[Ana]] and [[Ben|B]], then [[Zoë Ålund]].\n",
    "",
    "\udcfe\udcff\0",
)
SETTINGS = {
    ".vault-crm/config.toml": (
        '[cadence.folders]\nPeople = "5 weeks"\n',
        'people = ["Work"]\n',
        '[templates]\nfolders = ["Templates"]\n',
    ),
    ".obsidian/app.json": ('{"userIgnoreFilters": ["Excluded/"]}', "{"),
    ".obsidian/templates.json": ('{"folder": "Templates"}',),
    ".obsidian/daily-notes.json": ('{"folder": "Daily"}',),
}
TARGETS = (
    "Ana.md", "../notes.txt", "nowhere.md", "link.md", "../../outside.md", "../Work/Ben.md",
    "../.trash/Ana.md", "/etc/hostname", "../x.md", "../Linked/Ana.md",
)  # fmt: skip
LINKS = (("Linked", "People"), *(("People/link.md", target) for target in TARGETS))

written = st.tuples(st.just("write"), st.sampled_from(NAMES), st.sampled_from(TEXTS))
set_up = st.sampled_from(sorted(SETTINGS)).flatmap(
    lambda name: st.tuples(st.just("write"), st.just(name), st.sampled_from(SETTINGS[name]))
)
linked = st.sampled_from(LINKS).map(lambda pair: ("link", *pair))
gone = st.tuples(st.just("remove"), st.sampled_from((*NAMES, *SETTINGS, "People/link.md")), st.just(""))
committed = st.just(("commit", "", ""))
histories = st.lists(st.one_of(written, written, set_up, linked, gone, committed), min_size=3, max_size=14)


def do(clone: Clone, what: str, path: str, text: str) -> None:
    file = clone.root / path
    if what == "commit":
        clone.commit()
        return
    if what == "remove":
        if file.is_symlink() or file.is_file():
            file.unlink()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    if file.is_symlink() or (what == "link" and file.exists() and not file.is_dir()):
        file.unlink()
    if what == "link":
        os.symlink(text, file)
    else:
        clone.write(path, text)


@given(steps=histories, prefix=st.sampled_from(["", "my nötes"]), warm=st.booleans())
@settings(max_examples=25)
def test_a_commit_answers_as_its_checkout_does(
    steps: list[tuple[str, str, str]], prefix: str, warm: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("past")
    whole = repository(folder, {}, attributes="")
    (whole.root / prefix / ".vault-crm").mkdir(parents=True, exist_ok=True)
    vault = Clone(whole.root / prefix, folder)
    vault.write("People/Kim.md", ANA)
    vault.commit()
    commits = [whole.head()]
    for what, path, text in steps:
        do(vault, what, path, text)
        if what == "commit":
            commits.append(whole.head())
    if warm:
        age_index(vault.root)
    before = tree_bytes(whole.root)
    for number, commit in enumerate(dict.fromkeys((commits[0], commits[-1]))):
        assert_as_checked_out(whole, commit, folder / f"there {number}", prefix)
    now = tree_bytes(whole.root)
    shown = {path: raw for path, raw in before.items() if not path.startswith(".git/")}
    assert {path: raw for path, raw in now.items() if not path.startswith(".git/")} == shown


# -- what is taken from the index


@pytest.fixture
def clone(home: Path) -> Clone:
    """A repository in which Ana was weekly in the first commit, and is not in the second."""
    made = repository(
        home, {"People/Ana.md": "---\ncadence: weekly\n---\n", "People/Ben.md": ANA, "b.md": ""}
    )
    made.when = "2026-11-10T23:30:00-0800"
    made.change("People/Ana.md", "---\ncadence: 2 years\n---\n", "Ana: less")
    (made.root / ".vault-crm").mkdir()
    return made


def poison(root: Path, *paths: str) -> None:
    """The index says of these notes what no file says: whoever believes it can be told from others."""
    age_index(root)
    index = Index(index_path(root), cache_key(Store.open(root).settings))
    for path in paths:
        record = index.find(path)
        assert record is not None
        known = index.note(path, record)
        index.put(path, record.print, record.seen, record.digest, type(known)(path, "poison", "Poison"))
    assert index.save()


def rules(root: Path, text: str) -> dict[str, str]:
    with past(root, text) as store:
        return {path: note.person_rule for path, note in store.load().notes.items() if note.person_rule}


def test_only_what_differs_from_the_work_tree_is_read_from_git(clone: Clone) -> None:
    poison(clone.root, "People/Ana.md", "People/Ben.md")
    assert rules(clone.root, "HEAD~1") == {"People/Ana.md": "folder People", "People/Ben.md": "poison"}
    assert rules(clone.root, "HEAD") == {"People/Ana.md": "poison", "People/Ben.md": "poison"}


@pytest.mark.parametrize("flag", ["--assume-unchanged", "--skip-worktree"])
def test_what_git_was_told_not_to_look_at_is_read_from_git(clone: Clone, flag: str) -> None:
    clone.git("update-index", flag, "People/Ben.md")
    poison(clone.root, "People/Ana.md", "People/Ben.md")
    assert rules(clone.root, "HEAD")["People/Ben.md"] == "folder People"


def test_a_note_that_changed_since_the_index_saw_it_is_read_from_git(clone: Clone) -> None:
    poison(clone.root, "People/Ben.md")
    raw = (clone.root / "People/Ben.md").read_bytes()
    (clone.root / "People/Ben.md").unlink()
    (clone.root / "People/Ben.md").write_bytes(raw)
    assert rules(clone.root, "HEAD")["People/Ben.md"] == "folder People"


def test_other_settings_then_read_everything_anew(clone: Clone) -> None:
    clone.change(".vault-crm/config.toml", '[log]\nheadings = ["Talks"]\n')
    poison(clone.root, "People/Ben.md")
    assert rules(clone.root, "HEAD~1")["People/Ben.md"] == "folder People"
    assert rules(clone.root, "HEAD")["People/Ben.md"] == "poison"


# -- odd repositories


def test_the_settings_are_those_of_then(clone: Clone) -> None:
    clone.change(".vault-crm/config.toml", 'people = ["Friends"]\n')
    clone.change(".vault-crm/config.toml", "people = 3\n")
    moment = get_moment(clone.root, "HEAD", lambda: TODAY)
    with pytest.raises(BadSettings, match=r"config.toml of \w{10}: people = 3 is not a list"):
        PastStore.at(clone.root, moment)
    with past(clone.root, "HEAD~1") as store:
        assert store.settings.people == ("Friends",)


def test_settings_that_git_ignores_are_this_devices(clone: Clone) -> None:
    clone.write(".gitignore", ".obsidian/\n")
    clone.write(".obsidian/daily-notes.json", '{"folder": "Days", "format": "YYYY-MM-DD"}')
    with past(clone.root, clone.commit()) as store:
        assert store.settings.conventions.daily_folder == "Days"


def test_settings_that_git_keeps_now_were_not_there_then(clone: Clone) -> None:
    clone.change(".obsidian/daily-notes.json", '{"folder": "Days"}')
    with past(clone.root, "HEAD~1") as store:
        assert store.settings.conventions.daily_folder == ""


def test_notes_that_come_back_as_crlf(clone: Clone) -> None:
    clone.git("config", "core.autocrlf", "true")
    clone.write(".gitattributes", "")
    (clone.root / "People/Ben.md").write_bytes(ANA.replace("\n", "\r\n").encode())
    clone.commit()
    assert b"\r" not in clone.git("cat-file", "blob", "HEAD:People/Ben.md").encode()
    age_index(clone.root)
    assert_as_checked_out(clone, "HEAD", clone.home / "there")
    assert_as_checked_out(clone, "HEAD~2", clone.home / "there")


def test_a_filter_of_the_users_is_asked_and_one_that_fails_hides_nobody(clone: Clone, home: Path) -> None:
    clone.git("config", "filter.turned.clean", "tr a-y b-z")
    clone.git("config", "filter.turned.smudge", "tr b-z a-y")
    (home / ".gitconfig").write_text('[filter "turned"]\n\tsmudge = tr b-z a-y\n')
    clone.write(".gitattributes", "People/Ben.md filter=turned\n")
    clone.write("People/Ben.md", "---\ncadence: weekly\n---\n")
    commit = clone.commit()
    assert "cadence" not in clone.git("cat-file", "blob", "HEAD:People/Ben.md")
    with past(clone.root, commit) as store:
        assert store.load().by_path["People/Ben.md"].cadence is not None
        assert store.read("People/Ben.md") == b"---\ncadence: weekly\n---\n"
    clone.git("config", "filter.turned.smudge", "false")
    clone.git("config", "filter.turned.required", "true")
    with past(clone.root, commit) as store:
        assert people(store.load()) == ["Ana", "Ben"]
        assert store.load().notes["People/Ben.md"].diagnostics[0].code == "unreadable-file"


def test_a_note_that_git_lfs_keeps_elsewhere_hides_nobody(clone: Clone) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n"
    with past(clone.root, clone.change("People/Ben.md", pointer)) as store:
        assert people(store.load()) == ["Ana", "Ben"]
        assert "not have its text" in store.load().notes["People/Ben.md"].diagnostics[0].message


def test_a_submodule_is_said_and_not_looked_into(clone: Clone, home: Path) -> None:
    inner = repository(home / "other", {"People/Eve.md": ANA})
    clone.git("-c", "protocol.file.allow=always", "submodule", "add", "--quiet", str(inner.root), "Sub")
    clone.commit()
    with past(clone.root, "HEAD") as store:
        assert people(store.load()) == ["Ana", "Ben"]
        assert store.warnings == ("Sub: a repository of its own; its notes of then are not read",)


def test_a_note_that_is_too_large_was_listed(clone: Clone) -> None:
    commit = clone.change(
        "People/Ben.md", "---\ncadence: weekly\n---\n" + "x" * 79 + "\n" + "y\n" * (2 << 20)
    )
    with past(clone.root, commit) as store:
        assert people(store.load()) == ["Ana", "Ben"]
        assert store.load().by_path["People/Ben.md"].cadence is not None


HUGE = 1 << 26  # bytes; in git's objects they are a thousandth of that


def commit_huge(clone: Clone, mode: str, path: str) -> str:
    """A commit with a file of many megabytes of slashes."""
    file = clone.root / "huge"
    with file.open("wb") as out:
        for _ in range(HUGE >> 20):
            out.write(b"/" * (1 << 20))
    oid = clone.git("hash-object", "-w", "huge").strip()
    file.unlink()
    clone.git("update-index", "--add", "--cacheinfo", f"{mode},{oid},{path}")
    clone.git("commit", "-q", "-m", "huge")
    return clone.head()


MEASURE = """
import re, sys
from datetime import date
from pathlib import Path
from vault_crm.errors import VaultCrmError
from vault_crm.git.moments import get_moment
from vault_crm.git.past import PastStore
try:
    store = PastStore.at(Path("."), get_moment(Path("."), sys.argv[1], lambda: date(2026, 11, 22)))
    store.load()
    store.read(sys.argv[2])
except VaultCrmError as error:
    print(error.message)
# Not `getrusage`: after a fork that counts what the process had that started this one.
most = int(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
assert most < 100_000, f"{most} kilobytes"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted in other units")
@pytest.mark.parametrize(
    ("mode", "path", "said"),
    [
        ("100644", "People/Ana 2.md", "People/Ana 2.md: not changed: it is larger than 4 MB"),
        ("100644", ".vault-crm/config.toml", "cannot be read: larger than 4 MB"),
        ("100644", ".obsidian/app.json", ""),
        ("120000", "People/Link.md", "git does not have this file of then"),
        ("120000", ".obsidian/app.json", ""),
    ],
)
def test_nothing_of_any_size_is_read_whole(clone: Clone, mode: str, path: str, said: str) -> None:
    """A few megabytes of a clone can be gigabytes of text."""
    commit = commit_huge(clone, mode, path)
    asked = path if path.endswith(".md") else "b.md"
    done = subprocess.run(
        [sys.executable, "-P", "-c", MEASURE, commit, asked],
        cwd=clone.root, env=environment(clone.home), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert said in done.stdout
    assert bool(said) == bool(done.stdout)


def test_settings_that_are_too_large_are_told_as_a_checkout_tells_them(clone: Clone, home: Path) -> None:
    commit = clone.change(".vault-crm/config.toml", "# x\n" * (2 << 20))
    for where in (
        lambda: PastStore.at(clone.root, get_moment(clone.root, commit, lambda: TODAY)),
        lambda: Store.open(clone.root),
    ):
        with pytest.raises(BadSettings, match="larger than 4 MB"):
            where()


def test_what_newer_git_says_of_a_submodule_is_no_file(
    home: Path, clone: Clone, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = home / "bin/git"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\nwhile read -r name; do echo "$name submodule"; done\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    objects = Objects(clone.root)
    assert list(objects.read_many(["HEAD:Sub", "HEAD:a b.md"])) == [None, None]
    objects.close()


def test_objects_that_are_elsewhere_are_not_fetched(clone: Clone, home: Path) -> None:
    """A clone without blobs: what is not here is not here, and nobody is asked for it."""
    clone.git("config", "uploadpack.allowFilter", "true")
    clone.git(
        "clone", "--quiet", "--no-checkout", "--filter=blob:none", f"file://{clone.root}", str(home / "part")
    )
    part = Clone(home / "part", home)
    with past(part.root, "HEAD") as store:
        with pytest.raises(VaultCrmError):
            store.load()
        assert "Ana" not in part.git("cat-file", "--batch-check", "--batch-all-objects")
        assert part.git("rev-list", "--objects", "--missing=print", "HEAD").count("?") >= 3


def test_a_large_history_is_read_without_waiting_for_each_other(clone: Clone) -> None:
    """More requests and answers than two pipes can hold."""
    names = [clone.git("hash-object", "-w", "--stdin", stdin=f"{'x' * 30000} {n}").strip() for n in range(3)]
    wanted = [*names, "0" * 40] * 300
    objects = Objects(clone.root)
    found = list(objects.read_many(wanted))
    objects.close()
    assert [blob.oid if blob else "0" * 40 for blob in found] == wanted
    assert {len(blob.raw) for blob in found if blob} == {30002}


def test_the_past_is_not_changed(clone: Clone) -> None:
    with past(clone.root, "HEAD~1") as store:
        ben = store.load().by_path["People/Ben.md"]
        plan = plan_log(store.read, [ben], TODAY, "call", "x", store.settings)
        with pytest.raises(EditRefused, match="what was is not changed"):
            store.apply(plan)
        with pytest.raises(EditRefused):
            store.read("People/Nobody.md")


# -- which moment


@pytest.mark.parametrize(
    ("text", "message", "on"),
    [
        ("HEAD", "Ana: less", date(2026, 11, 10)),
        ("HEAD~1", "begin", date(2026, 11, 1)),
        ("v1", "begin", date(2026, 11, 1)),
        ("v1-annotated", "begin", date(2026, 11, 1)),
        ("2026-11-10", "Ana: less", date(2026, 11, 10)),  # the 11th in UTC, but the 10th where it was made
        ("2026-11-09", "begin", date(2026, 11, 9)),
        ("2026-11-01", "begin", date(2026, 11, 1)),
        ("yesterday", "Ana: less", date(2026, 11, 21)),
        ("2 weeks ago", "begin", date(2026, 11, 8)),
        ("  10 november ", "Ana: less", date(2026, 11, 10)),
        (":/begin", "begin", date(2026, 11, 1)),
        ("main^{/less}", "Ana: less", date(2026, 11, 10)),
        ("tomorrow", "Ana: less", date(2026, 11, 23)),
    ],
)
def test_a_day_or_a_revision(home: Path, text: str, message: str, on: date) -> None:
    clone = dated(home)
    clone.git("tag", "v1", "HEAD~1")
    clone.git("tag", "-m", "signed off", "v1-annotated", "HEAD~1")
    found = get_moment(clone.root, text, lambda: TODAY)
    assert (found.subject, found.on, found.remark) == (message, on, "")


def dated(home: Path) -> Clone:
    """Two commits, of 1 and 10 November in their own zones."""
    clone = repository(home / "dated", {"People/Ana.md": ANA})
    clone.when = "2026-11-01T00:30:00+1300"
    clone.git("commit", "--quiet", "--amend", "-m", "begin")
    clone.when = "2026-11-10T23:30:00-0800"
    clone.change("People/Ana.md", "x", "Ana: less")
    return clone


def test_the_committers_day_counts_not_the_authors(home: Path) -> None:
    clone = dated(home)
    clone.extra = {"GIT_AUTHOR_DATE": "2026-11-12T12:00:00+0000"}
    clone.when = "2026-11-20T12:00:00+0000"
    clone.change("People/Ana.md", "y", "rebased")
    assert get_moment(clone.root, "2026-11-19", lambda: TODAY).subject == "Ana: less"
    assert get_moment(clone.root, "2026-11-20", lambda: TODAY).subject == "rebased"


def test_a_clock_that_went_wrong(home: Path) -> None:
    """A commit holds what those hold that it was made on, whatever they say of their day."""
    clone = dated(home)
    clone.when = "2026-11-05T12:00:00+0000"
    clone.change("People/Ana.md", "z", "slow clock")
    assert get_moment(clone.root, "2026-11-06", lambda: TODAY).subject == "slow clock"


def test_a_name_that_is_both_is_the_day_and_said(home: Path) -> None:
    clone = dated(home)
    clone.git("tag", "2026-11-05", "HEAD")
    found = get_moment(clone.root, "2026-11-05", lambda: TODAY)
    assert (found.subject, found.on) == ("begin", date(2026, 11, 5))
    assert found.remark == (
        "2026-11-05 is also a revision; it is taken for the day (the revision is refs/tags/2026-11-05)"
    )
    assert get_moment(clone.root, "refs/tags/2026-11-05", lambda: TODAY).subject == "Ana: less"


def test_a_merge_is_made_on_both_its_sides(home: Path) -> None:
    clone = dated(home)
    clone.git("checkout", "--quiet", "-b", "phone", "HEAD~1")
    clone.when = "2026-11-11T12:00:00+0000"
    clone.change("b.md", "b", "phone")
    clone.git("checkout", "--quiet", "main")
    clone.when = "2026-11-15T12:00:00+0000"
    clone.git("merge", "--quiet", "-m", "both", "phone")
    assert get_moment(clone.root, "2026-11-15", lambda: TODAY).subject == "both"
    assert get_moment(clone.root, "2026-11-14", lambda: TODAY).subject == "phone"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("nonsense", '--as-of: "nonsense" is neither a day nor a revision of this repository'),
        ("HEAD~99", '--as-of: "HEAD~99" is neither a day nor a revision of this repository'),
        ("", '--as-of: "" is neither a day nor a revision of this repository'),
        ("--all", '--as-of: "--all" is neither a day nor a revision of this repository'),
        ("HEAD:People", '--as-of: "HEAD:People" is neither a day nor a revision of this repository'),
        ("2026-02-30", "--as-of: day is out of range for month"),
        ("03/04/2026", "--as-of: 03/04/2026 could be two days; write 2026-03-04 or 2026-04-03"),
    ],
)
def test_what_is_neither(home: Path, text: str, problem: str) -> None:
    clone = dated(home)
    with pytest.raises(UsageError) as caught:
        get_moment(clone.root, text, lambda: TODAY)
    assert caught.value.message == problem
    assert "HEAD~5" in caught.value.hint


def test_before_the_first_commit(home: Path) -> None:
    with pytest.raises(
        CannotLookBack, match="knows nothing of 2026-10-31: the first commit here is of 2026-11-01"
    ):
        get_moment(dated(home).root, "2026-10-31", lambda: TODAY)


def test_a_shallow_clone_says_so(home: Path) -> None:
    clone = dated(home)
    clone.git("clone", "--quiet", "--depth=1", f"file://{clone.root}", str(home / "shallow"))
    with pytest.raises(CannotLookBack, match="reaches back to 2026-11-10 only, not to 2026-11-05"):
        get_moment(home / "shallow", "2026-11-05", lambda: TODAY)
    with pytest.raises(UsageError) as caught:
        get_moment(home / "shallow", "HEAD~1", lambda: TODAY)
    assert "git fetch --unshallow" in caught.value.hint


def test_no_repository_no_commit_no_vault_yet(home: Path) -> None:
    (home / "plain").mkdir()
    with pytest.raises(CannotLookBack, match="is in no git repository, so nobody remembers how it was"):
        get_moment(home / "plain", "HEAD", lambda: TODAY)
    clone = Clone(home / "plain", home)
    clone.git("init", "--quiet")
    with pytest.raises(CannotLookBack, match="nothing is committed in this repository yet"):
        get_moment(clone.root, "HEAD", lambda: TODAY)
    clone.commit("empty")
    with past(clone.root, "HEAD") as store:
        assert people(store.load()) == []
    clone.change("notes/People/Ana.md", ANA)
    with past(clone.root / "notes", "HEAD") as store:
        assert people(store.load()) == ["Ana"]
    moment = get_moment(clone.root, "HEAD~1", lambda: TODAY)
    with pytest.raises(CannotLookBack, match=r"of 2026-11-20, git had nothing of notes yet"):
        PastStore.at(clone.root / "notes", moment)


def test_without_git(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(home))
    with pytest.raises(VaultCrmError, match="git"):
        get_moment(home, "HEAD", lambda: TODAY)
