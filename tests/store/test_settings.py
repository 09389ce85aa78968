"""Settings: the vault's over the user's over the defaults, and what is wrong is named with its line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from vault_crm.errors import BadSettings
from vault_crm.store.settings import read_settings
from vault_crm.store.settings import template_folders
from vault_crm.store.settings import user_settings_path

MakeVault = Callable[[str], Path]


def user_says(text: str) -> None:
    path = user_settings_path()
    path.parent.mkdir(parents=True)
    path.write_text(text)


def test_the_vault_wins_over_the_user_and_the_user_over_the_defaults(vault: MakeVault) -> None:
    root = vault("=== .vault-crm/config.toml\n[agenda]\nsoon_days = 3\n")
    user_says('vault = "~/elsewhere"\n[agenda]\nsoon_days = 9\ndates_days = 30\n')
    settings, warnings = read_settings(root)
    assert (settings.soon_days, settings.dates_days, settings.log_heading) == (3, 30, "Log")
    assert warnings == ()
    assert read_settings(root, user_settings=False)[0].dates_days == 14


def test_an_unknown_key_is_a_warning(vault: MakeVault) -> None:
    root = vault("=== .vault-crm/config.toml\n[agenda]\nsoon_day = 3\n")
    assert read_settings(root)[1] == (
        ".vault-crm/config.toml: unknown setting agenda.soon_day; did you mean agenda.soon_days?",
    )


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"[agenda]\nsoon_days = \n", "config.toml:2: "),
        (b"[agenda]\r\nsoon_days = 3\r\n[agenda]\r\n", "config.toml:3: "),
        (b'people = ["Leute"', "config.toml:1: "),
        (b'a = 1\npeople = ["caf\xe9"]\n', "config.toml:2: is not UTF-8"),
        (
            b"[agenda]\nsoon_days = 'many'\n",
            "config.toml: agenda.soon_days = 'many' is not a whole number from 0 up",
        ),
        (b"[dashboard]\nlimit = -3\n", "config.toml: dashboard.limit = -3 is not a whole number from 0 up"),
        (b"a = " + b"[" * 100_000, "config.toml"),
        (
            b'[dashboard]\nfile = "x\\nPeople/b.md"\n',
            r"config.toml: dashboard.file = 'x\nPeople/b.md' has a line break or another control",
        ),
        (b'[dashboard]\nfile = "x\\u2028.md"\n', "dashboard.file = 'x\\u2028.md' has a line break"),
    ],
)
def test_what_is_wrong_is_named(vault: MakeVault, raw: bytes, where: str) -> None:
    root = vault("")
    (root / ".vault-crm/config.toml").write_bytes(raw)
    with pytest.raises(BadSettings) as bad:
        read_settings(root)
    assert where in bad.value.message


@pytest.mark.parametrize("name", ["a b\t[*].md", "ünï 👩‍👧.md", "-x.md"])
def test_a_dashboard_may_be_called_whatever_stands_in_one_line(vault: MakeVault, name: str) -> None:
    root = vault("")
    (root / ".vault-crm/config.toml").write_text(f"[dashboard]\nfile = '{name}'\n", encoding="utf-8")
    assert read_settings(root)[0].dashboard_file == name


def test_a_byte_order_mark_does_no_harm(vault: MakeVault) -> None:
    root = vault("")
    (root / ".vault-crm/config.toml").write_bytes(b"\xef\xbb\xbf[agenda]\r\nsoon_days = 3\r\n")
    assert read_settings(root)[0].soon_days == 3


def test_template_folders_come_from_both(vault: MakeVault) -> None:
    root = vault(
        """
        === .vault-crm/config.toml
        [templates]
        folders = ["Meta/Forms/", "Templates"]
        === .obsidian/app.json
        {}
        === .obsidian/templates.json
        {"folder": "Templates"}
        """
    )
    assert template_folders(read_settings(root)[0]) == ("Meta/Forms", "Templates")
