"""Every code has its folder, every folder shows its code, and docs/errors.md is made from them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.conftest import Cli
from tests.errors import catalogue


def test_every_code_of_the_source_has_a_folder_and_vice_versa() -> None:
    assert set(catalogue.codes()) == catalogue.codes_in_source()


@pytest.mark.parametrize("code", catalogue.codes())
def test_the_note_shows_its_code(
    code: str,
    tmp_path: Path,
    home: Path,
    cli: Cli,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    folder = catalogue.HERE / code
    expected = folder / "expected.txt"
    if (folder / "only_on.txt").is_file():
        system, why = (folder / "only_on.txt").read_text(encoding="utf-8").strip().split("\n")
        if sys.platform != system:
            pytest.skip(why)
    root = tmp_path / "vault"
    catalogue.make_vault(code, root)
    monkeypatch.chdir(root)
    run = cli("--today", catalogue.TODAY, "check", "--level", "info")
    if request.config.getoption("--update-transcripts"):
        expected.write_text(run.stdout, encoding="utf-8")
    assert run.stdout == expected.read_text(encoding="utf-8")
    assert f"[{code}]" in run.stdout
    assert run.code == (1 if ": error: " in run.stdout else 0)
    # A quickfix line for each, and a machine's form that agrees.
    quick = cli("--today", catalogue.TODAY, "check", "--format", "quickfix")
    heads = [line for line in run.lines if line.endswith("]") and not line.startswith(" ")]
    assert quick.lines == heads


def test_the_page_is_up_to_date() -> None:
    assert catalogue.PAGE.read_text(encoding="utf-8") == catalogue.page(), (
        "docs/errors.md is behind: python -m tests.errors.catalogue"
    )
