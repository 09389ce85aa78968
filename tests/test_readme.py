"""README.md shows what is printed, and its two commands are those that the checks run."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import readme_blocks

ROOT = readme_blocks.ROOT
README = readme_blocks.README.read_text(encoding="utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="the README's blocks are for a POSIX shell")
def test_the_blocks_show_what_the_commands_print() -> None:
    assert readme_blocks.rendered(README) == README, "python tests/readme_blocks.py --update"


def test_the_first_commands_are_those_of_the_launcher_and_of_the_checks() -> None:
    commands = [
        step.bare for block in readme_blocks.FENCE.findall(README) for step in readme_blocks.steps_of(block)
    ]
    assert commands[0] == "python3 try.py"
    assert "python3 try.py test" in commands
    lines = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert "python3 try.py" in lines
    assert "python3 try.py test" in lines


def test_the_launcher_prints_in_a_pipe_what_the_page_shows(tmp_path: Path) -> None:
    """The launcher itself, but for the environment that it would make."""
    script = (
        "import sys; from pathlib import Path; from tests.readme_blocks import LAUNCHER as it;"
        f"it.PLAYGROUND = {str(tmp_path / 'try')!r}; it.in_environment = lambda program: sys.executable;"
        "sys.exit(it.vault_crm([]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=True,
    )
    first = readme_blocks.steps_of(readme_blocks.FENCE.findall(README)[0])[0]
    assert done.stdout.decode() + done.stderr.decode() == first.printed
    assert (tmp_path / "try" / "example_vault" / "People" / "dad.md").exists()


@pytest.mark.parametrize(
    "page", [*sorted((ROOT / "docs").glob("*.md")), *sorted(ROOT.glob("*.md"))], ids=lambda p: p.name
)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text)
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert missing == []


def test_the_example_vault_is_made_up_and_complete() -> None:
    """What the example promises to show is in it."""
    vault = ROOT / "example_vault"
    people = [p for p in vault.rglob("*.md") if p.parent.name in ("People", "Garden")]
    assert 25 <= len(people) <= 30
    texts = "\n".join(p.read_text(encoding="utf-8") for p in people)
    for shown in (
        "last_contact:", "last-contact:", "lastContact:", "Last Contact:", "snooze_until:", "paused: true",
        "died:", "archived: true", "private: true", "-02-29", "birthday: 11-30", "cadence: 90 days",
        "sabbatical",
        "introduced_by:", "(date:: ", "- **2", "### 2", "- [[2", "* 2",
    ):  # fmt: skip
        assert shown in texts, shown
    mails = re.findall(r"[\w.]+@[\w.-]+", texts)
    assert mails
    assert all(mail.endswith((".example", "example.org")) for mail in mails)
