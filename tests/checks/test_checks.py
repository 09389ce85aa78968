"""The checks: found by being there, each seen in a small vault, and silent where nothing is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from tests.vaults import split_vault
from vault_crm.checks import Context
from vault_crm.checks import check_names
from vault_crm.checks import find_all
from vault_crm.checks import run_checks
from vault_crm.core.agenda import agenda
from vault_crm.core.note import parse_note
from vault_crm.core.settings import Settings
from vault_crm.core.vault import assemble
from vault_crm.store.settings import user_settings_path

TODAY = date(2026, 11, 22)
PERSON = "---\ncadence: 2 weeks\nlast_contact: 2026-11-20\n---\n"


def context(text: str, **settings: object) -> Context:
    files = split_vault(text)
    chosen = Settings(**settings)  # type: ignore[arg-type]
    notes = {path: parse_note(path, body, chosen) for path, body in files.items() if path.endswith(".md")}
    vault = assemble(notes, chosen)
    return Context(
        vault, agenda(vault, TODAY, chosen), chosen, TODAY, lambda path: files.get(path, "").encode()
    )


def found(text: str, **settings: object) -> list[tuple[str, str, int]]:
    return [(d.code, d.span.path, d.span.line) for d in run_checks(context(text, **settings))]


def test_checks_are_found_by_being_there() -> None:
    assert check_names() == ("dashboard", "odd_setting", "unknown_name", "unlinked_name", "unsafe_name")


def test_a_vault_that_is_in_order_is_silent() -> None:
    text = f"=== People/Ana Sousa.md\n{PERSON}=== Daily/2026-11-20.md\nA walk with [[Ana Sousa]].\n"
    assert find_all(context(text)) == ()


def test_a_people_folder_without_a_note() -> None:
    text = f"=== .vault-crm/config.toml\n# mine\npeople = ['Poeple']\n=== People/Ana Sousa.md\n{PERSON}"
    assert found(text, people=("Poeple",)) == [("odd-setting", ".vault-crm/config.toml", 2)]
    assert found(text, people=("./people/", "nobody")) == [("odd-setting", ".vault-crm/config.toml", 1)]
    assert found(text, people=("People",)) == []


@pytest.mark.parametrize(
    ("config", "value", "line"),
    [
        ("[notify]\nat = '25:00'\n", "25:00", 2),
        ("[watch]\n# at = '9 o'\nsettle = 9\n\n[notify]\nat = '9 o'\n", "9 o", 6),
        ("notify.at = 'noon'\n", "noon", 1),
        ("notify = { at = 'noon' }\n", "noon", 1),
        ("[notify]\nat = '\\\\u0031'\n", "1", 2),
    ],
)
def test_a_notification_at_no_time_of_day(config: str, value: str, line: int) -> None:
    text = f"=== .vault-crm/config.toml\n{config}=== People/Ana Sousa.md\n{PERSON}"
    assert found(text, notify_at=value) == [("odd-setting", ".vault-crm/config.toml", line)]
    assert found(text, notify_at="09:00") == found(text) == []


def test_a_notification_at_no_time_of_day_in_ones_own_settings() -> None:
    text = f"=== .vault-crm/config.toml\n[watch]\nsettle = 9\n=== People/Ana Sousa.md\n{PERSON}"
    assert found(text, notify_at="noon") == [("odd-setting", str(user_settings_path()), 1)]


def test_a_full_name_without_a_link() -> None:
    text = f"=== People/Ana Sousa.md\n{PERSON}=== Daily/2026-11-19.md\nmorning\n\nA walk with ana sousa.\n"
    assert found(text) == [("unlinked-name", "Daily/2026-11-19.md", 3)]
    assert found(text, dated_notes=False) == []
    assert found(text, plain_names=True) == []


@pytest.mark.parametrize(
    ("stem", "safe"),
    [
        ("Ana Sousa", True),
        ("Zoë", True),
        ("Zoe\u0308", True),
        ("明美", True),
        ("Ana [work]", False),
        ("CON", False),
        ("Ana?", False),
        ("Ana ", False),
        ("a" * 220, False),
        ("Ana\u202e", False),
    ],
)
def test_file_names_that_not_every_device_can_bear(stem: str, safe: bool) -> None:
    path = f"People/{stem}.md"
    notes = {path: parse_note(path, PERSON, Settings())}
    vault = assemble(notes, Settings())
    here = Context(vault, agenda(vault, TODAY, Settings()), Settings(), TODAY, lambda path: b"")
    codes = [d.code for d in run_checks(here)]
    assert codes == ([] if safe else ["unsafe-name"])


@pytest.mark.parametrize(
    ("board", "expected"),
    [
        ("<!-- vault-crm:begin -->\n- [ ] [Ana](People/Ana.md)\n<!-- vault-crm:end -->\n", []),
        ("<!-- vault-crm:begin -->\n- [x] [Ana](People/Ana.md) lunch\n<!-- vault-crm:end -->\n", []),
        (
            "<!-- vault-crm:begin -->\n- [x] lunch\n<!-- vault-crm:end -->\n",
            [("unclear-tick", "OVERDUE.md", 2)],
        ),
        (
            "<!-- vault-crm:begin -->\n- [ ] [Ana](People/Ana.md)\n    snooze 2\n<!-- vault-crm:end -->\n",
            [("unclear-tick", "OVERDUE.md", 2)],
        ),
        ("x\n<!-- vault-crm:begin -->\n", [("dashboard-markers", "OVERDUE.md", 2)]),
        ("a list of library books\n", [("dashboard-markers", "OVERDUE.md", 1)]),
    ],
)
def test_the_dashboard_as_an_input(board: str, expected: list[tuple[str, str, int]]) -> None:
    assert found(f"=== People/Ana.md\n{PERSON}=== OVERDUE.md\n{board}") == expected


def test_everything_is_sorted_by_place_and_named_once() -> None:
    text = (
        "=== People/b.md\n---\ncadence: 2x\nlast_contact: 2026-02-30\n---\n"
        "=== People/a.md\n---\ncadence: 3x\n---\n"
    )
    places = [(d.span.path, d.span.line) for d in find_all(context(text))]
    assert places == [("People/a.md", 2), ("People/b.md", 2), ("People/b.md", 3)]
