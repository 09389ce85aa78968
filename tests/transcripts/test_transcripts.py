"""Transcripts: what a user types and what comes back, as texts. See README.txt beside this file."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.conftest import Run
from tests.vaults import write_vault
from vault_crm.store.program import program_of

HERE = Path(__file__).parent
EXAMPLE = HERE.parent.parent / "example_vault"
SHELL_SIGNS = set("|<>;&*`$()")
# A remark that begins with a day: it is that day from here on, also for git.
DAY = re.compile(r"-- (\d{4}-\d\d-\d\d)\b")
# A commit is called by a name that is another one as soon as a byte of it is.
COMMIT = re.compile(r"\b[0-9a-f]{10}\b")
GITCONFIG = """\
[user]
	name = {name}
	email = nora@example.org
[init]
	defaultBranch = main
"""


@dataclass
class Step:
    """One command, the prose before it, and what it answered."""

    prose: list[str]
    command: str
    answer: list[str] = field(default_factory=list)


def split_transcript(text: str) -> tuple[str, list[Step], list[str]]:
    """(everything before the first command, the steps, prose after the last)."""
    head, steps, prose = "", [], []
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith(("$ ", "-- ")))
    head = "\n".join(lines[:start])
    for line in lines[start:]:
        if line.startswith("$ "):
            steps.append(Step(prose, line[2:]))
            prose = []
        elif line.startswith("-- "):
            prose.append(line)
        elif steps and not prose:
            steps[-1].answer.append(line)
    for step in steps:
        while step.answer and not step.answer[-1]:
            step.answer.pop()
    return head, steps, prose


def join_transcript(head: str, steps: list[Step], prose: list[str]) -> str:
    """The text of a transcript; the inverse of `split_transcript`."""
    blocks = ["\n".join([*step.prose, f"$ {step.command}", *step.answer]) for step in steps]
    tail = ["\n".join(prose)] if prose else []
    return head.rstrip("\n") + "\n\n" + "\n\n".join([*blocks, *tail]) + "\n"


def settings_of(head: str) -> tuple[dict[str, str], str]:
    """The `word: value` lines of the head, and the vault's text in it."""
    before, sign, after = head.partition("\n=== ")
    pairs = (
        line.partition(": ")
        for line in before.split("\n")
        if line.startswith(("today: ", "vault: ", "git: "))
    )
    return {key: value for key, _, value in pairs}, (sign + after).lstrip("\n")


def answer_of(run: Run, roots: dict[str, str]) -> list[str]:
    """What a command printed, as a transcript holds it: stdout, then `! ` stderr, then `? ` exit code."""
    out = run.stdout.split("\n")
    err = [f"! {line}".rstrip() for line in run.stderr.split("\n")]
    while out and not out[-1]:
        out.pop()
    while err and err[-1] == "!":
        err.pop()
    lines = [*out, *err, *([f"? {run.code}"] if run.code else [])]
    for real, shown in roots.items():
        lines = [line.replace(real, shown) for line in lines]
    return [COMMIT.sub("c0ffee0000", line) for line in lines]


def run_step(command: str, today: str, cli: Cli, shell: Callable[[str], Run]) -> Run:
    """A plain `vault-crm` command in this process, anything else in a shell."""
    if today and "--as-of" not in command:  # that is another day
        command = command.replace("vault-crm ", f"vault-crm --today {today} ")
        command = f"{command} --today {today}" if command.endswith("vault-crm") else command
    if command.startswith("vault-crm ") and not SHELL_SIGNS & set(command):
        return cli(command.removeprefix("vault-crm "))
    return shell(command)


def ready_for_git(home: Path, name: str) -> dict[str, str]:
    """Whose commits they are; and what differs from one computer to the next, with what is shown for it."""
    if shutil.which("git") is None or os.name != "posix":
        pytest.skip("for git and a POSIX shell")
    (home / ".gitconfig").write_text(GITCONFIG.format(name=name), encoding="utf-8")
    version = subprocess.run(["git", "--version"], capture_output=True, check=True).stdout.decode().strip()
    return {shlex.join(program_of()): "/home/me/.local/bin/vault-crm", version: "git version 2.39.5"}


def transcripts() -> list[Path]:
    return sorted(path for path in HERE.glob("*.txt") if path.name != "README.txt")


@pytest.mark.parametrize("path", transcripts(), ids=lambda path: path.stem)
def test_transcript(
    path: Path,
    home: Path,
    cli: Cli,
    shell: Callable[[str], Run],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    text = path.read_text(encoding="utf-8")
    head, steps, prose = split_transcript(text)
    settings, files = settings_of(head)
    root = home / "notes"
    if settings.get("vault") == "example":
        shutil.copytree(EXAMPLE, root)
    else:
        write_vault(root, files)
    monkeypatch.chdir(root)
    roots = ready_for_git(home, settings["git"]) if "git" in settings else {}
    roots |= {str(root.resolve()): "/home/me/notes", str(root): "/home/me/notes", str(home): "/home/me"}
    today = settings.get("today", "")
    for step in steps:
        today = next((found[1] for line in reversed(step.prose) if (found := DAY.match(line))), today)
        for name in ("GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"):
            monkeypatch.setenv(name, f"{today or '2026-11-22'}T12:00:00+0000")
        step.answer = answer_of(run_step(step.command, today, cli, shell), roots)
    found = join_transcript(head, steps, prose)
    if request.config.getoption("--update-transcripts") or os.environ.get("UPDATE_TRANSCRIPTS"):
        path.write_text(found, encoding="utf-8")
        return
    assert found == text


def test_transcripts_are_found() -> None:
    assert transcripts()
