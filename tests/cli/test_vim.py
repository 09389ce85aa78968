"""Real vim reads what `check --format quickfix` prints, and jumps to the place."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Cli

PAGE = Path(__file__).parents[2] / "docs/import.md"
FORMAT = r"%f:%l:%c: %trror: %m,%f:%l:%c: %tarning: %m,%f:%l:%c: %tnfo: %m"


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_quickfix_jumps_to_the_place(
    editor: str, vault: Callable[[str], Path], cli: Cli, tmp_path: Path
) -> None:
    if shutil.which(editor) is None:
        pytest.skip(f"{editor} is not installed")
    root = vault("=== People/Bob Smith.md\n---\ntags: [friend]\ncadence: 2x\n---\n")
    found = cli("check --format quickfix")
    assert found.code == 1
    errors = tmp_path / "errors.txt"
    errors.write_text(found.stdout, encoding="utf-8")
    place = tmp_path / "place.txt"
    report = f"call writefile([expand('%:t'), line('.'), col('.'), getqflist()[0].type], '{place}')"
    commands = [
        f"set errorformat={FORMAT.replace(' ', chr(92) + ' ')}",
        f"cfile {errors}",
        "cc 1",
        report,
        "qa!",
    ]
    script = tmp_path / "script.vim"
    script.write_text("\n".join(commands) + "\n", encoding="utf-8")
    subprocess.run(
        [editor, "-u", "NONE", "-i", "NONE", "-N", "-es", "-S", str(script)],
        cwd=root, stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
    )  # fmt: skip
    assert place.read_text(encoding="utf-8").split("\n")[:4] == ["Bob Smith.md", "3", "10", "e"]


@pytest.mark.parametrize("editor", ["vim", "nvim"])
def test_the_commands_of_the_page_edit_a_plan(
    editor: str, vault: Callable[[str], Path], cli: Cli, tmp_path: Path
) -> None:
    if shutil.which(editor) is None:
        pytest.skip(f"{editor} is not installed")
    root = vault("=== People/Bob Smith.md\n---\ntags: [friend]\n---\n")
    rows = "Name,Email\nAna Martins,ana@example.org\nCem,\nBob Smith,bob@example.org\n"
    (root / "list.csv").write_text(rows)
    plan = tmp_path / "plan.txt"
    commands = re.findall(r"(?m)^    :(.*?)  +\w", PAGE.read_text(encoding="utf-8"))
    said = {}
    for command in commands[:-1]:
        plan.write_text(cli("import list.csv").stdout, encoding="utf-8")
        subprocess.run(
            [editor, "-u", "NONE", "-i", "NONE", "-N", "-es", "-c", command, "-c", "wq", str(plan)],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60,
        )  # fmt: skip
        said[command] = cli(f"import list.csv --plan {plan} --apply --dry-run").stdout
    new, cadence, same, nobody = said.values()
    assert new == ""
    assert cadence.count("+cadence: 3 months") == 2
    assert "+email: bob@example.org" in same
    assert nobody.count("+++") == 2
    assert commands[-1] == "cq"
