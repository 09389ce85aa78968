"""Whole dashboards against goldens. `UPDATE_GOLDENS=1 pytest tests/render` writes them anew; read the
diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.made import person
from tests.core.made import vault
from tests.render.pages import friend
from tests.render.pages import friends
from tests.render.pages import page
from tests.render.pages import with_settings
from vault_crm.core.settings import Settings

GOLDENS = Path(__file__).parent / "goldens"


def golden(name: str, text: str) -> None:
    """Compares with the golden file of this name."""
    file = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        file.write_bytes(text.encode())
    assert text == file.read_bytes().decode()


@pytest.mark.parametrize(
    ("name", "settings", "guarded"),
    [
        ("usual.md", Settings(), False),
        ("tracked.md", Settings(), True),
        ("wiki.md", with_settings(dashboard_links="wiki"), False),
        ("names.md", with_settings(dashboard_context="names"), False),
        ("limited.md", with_settings(dashboard_limit=2), False),
    ],
)
def test_the_whole_page(name: str, settings: Settings, guarded: bool) -> None:
    golden(name, page(friends(), settings, guarded=guarded))


def test_an_empty_vault() -> None:
    assert '**No people yet**: `vault-crm new "Ana Sousa"` makes the first note\n' in page(vault())


def test_a_vault_without_any_cadence_says_how_to_begin() -> None:
    assert "**Nobody has a cadence yet**" in page(vault(friend("Jo", "", "2020-01-01")))


def test_nobody_is_overdue() -> None:
    text = page(vault(friend("Jo", "yearly", "2026-11-20")))
    assert "**Nobody is overdue** · good until 2027-" in text
    assert "## Overdue" not in text
    assert "## Lately" in text


def test_no_line_is_wrapped_and_none_ends_in_space() -> None:
    long = "a very long question about everything that happened since " * 5
    text = page(vault(friend("Jo", "weekly", "2026-01-01", "call", long, next=(long,))))
    assert sum("a very long question" in line for line in text.split("\n")) == 3
    assert all(line == line.rstrip() for line in text.split("\n"))


def test_a_private_person_is_there_by_name_only() -> None:
    text = page(friends())
    assert "[Noa Feld](People/noa-feld.md)" in text
    assert not any(word in text for word in ("surgery", "the scar", "the trial", "turns 46"))


def test_two_people_of_one_name_are_told_apart_by_their_links() -> None:
    text = page(vault(person("Jo", "weekly", path="People/a.md"), person("Jo", "weekly", path="People/b.md")))
    assert text.index("[Jo](People/a.md)") < text.index("[Jo](People/b.md)")
