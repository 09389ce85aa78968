"""`search` in so many notes that two processes look through them, where the computer has two processors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import private_environment
from vault_crm.cli.search_work import Search
from vault_crm.core.find import Sought
from vault_crm.store.together import read_together

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="elsewhere one process reads")

EXAMPLE = Path(__file__).resolve().parents[2] / "example_vault"
MANY = 3200
LARGE = 1300  # the number of the note that is too large to be read, in a lot of the second process
LINE = "a cello, two violins and a long evening by the harbour of a town that nobody knows\n"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A vault of many notes, and the environment to ask it in."""
    home = tmp_path_factory.mktemp("many")
    root = home / "vault"
    (root / ".vault-crm").mkdir(parents=True)
    for number in range(MANY):
        (root / f"{number:04}.md").write_text(LINE)
    (root / f"{LARGE:04}.md").write_bytes(b"cello\n" * 700_000)
    return root, {**os.environ, **private_environment(home)}


def search(many: tuple[Path, dict[str, str]]) -> subprocess.Popen[str]:
    """A search in a group of processes of its own."""
    root, env = many
    return subprocess.Popen(
        [sys.executable, "-m", "vault_crm", "search", "cello"],
        cwd=root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def nobody_is_left(run: subprocess.Popen[str]) -> bool:
    try:
        os.killpg(run.pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_all_is_found_in_order(many: tuple[Path, dict[str, str]]) -> None:
    run = search(many)
    out, err = run.communicate()
    assert run.returncode == 0
    assert err == f"vault-crm: warning: {LARGE}.md: not changed: it is larger than 4 MB\n"
    assert out.splitlines() == [f"{at:04}.md:1: {LINE.rstrip()}" for at in range(MANY) if at != LARGE]
    assert nobody_is_left(run)


def test_a_reader_that_has_seen_enough_leaves_nobody_behind(many: tuple[Path, dict[str, str]]) -> None:
    with search(many) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        assert run.stdout.readline().startswith("0000.md:1: ")
        run.stdout.close()
        assert run.stderr.read() == ""
    assert run.returncode == 1
    assert nobody_is_left(run)


def test_ctrl_c_stops_both(many: tuple[Path, dict[str, str]]) -> None:
    """All that is found is more than a pipe holds: it cannot be done before it is stopped."""
    run = search(many)
    assert run.stdout is not None
    assert run.stdout.readline().startswith("0000.md:1: ")
    os.killpg(run.pid, signal.SIGINT)
    _, err = run.communicate()
    assert (run.returncode, err) == (130, "\nvault-crm: stopped\n")
    assert nobody_is_left(run)


@pytest.mark.parametrize(
    "plain", [tuple, list, str, lambda hit: {"line": hit[0], "text": hit[1], "name": None}]
)
def test_what_two_find_is_what_one_finds(
    plain: Callable[[tuple[int, str]], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In notes that have rested, so that they are mostly read at once; these are few, so they come again and
    again."""
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1})
    notes = [path.relative_to(EXAMPLE).as_posix() for path in sorted(EXAMPLE.rglob("*.md"))]
    bearers = {path: path for path in notes[::3]}
    named = list(bearers)[::2]
    looking = Search(Sought("the"), bearers, named, lambda path, hits, name: [path, name, *map(plain, hits)])
    paths = notes * (MANY // len(notes) + 1)
    one = list(looking.read_all(str(EXAMPLE), paths))
    assert len(one) > MANY / 2
    assert list(read_together(lambda some: looking.read_all(str(EXAMPLE), some), paths)) == one
