"""What a vault's Obsidian configuration says, also a renamed or broken one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from vault_crm.core.settings import Conventions
from vault_crm.store.obsidian import read_conventions


def configured(root: Path, folder: str = ".obsidian", **files: Any) -> Conventions:
    """The conventions of a vault with these JSON files (`__` is a slash, `_` a dash)."""
    for name, value in {"app": {}, **files}.items():
        path = root / folder / (name.replace("__", "/").replace("_", "-") + ".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(value if isinstance(value, str) else json.dumps(value))
    found, warnings = read_conventions(root)
    assert warnings == ()
    return found


PERIODIC = {"daily": {"enabled": True, "folder": "Journal/", "format": "YYYY/MM-DD"}}
CORE = {"folder": "/Daily", "format": "", "template": "Templates/Day"}


def test_no_configuration_means_the_defaults(tmp_path: Path) -> None:
    assert read_conventions(tmp_path) == (Conventions(), ())


def test_app_settings(tmp_path: Path) -> None:
    found = configured(
        tmp_path, app={"userIgnoreFilters": ["Archive/", "/draft/", 3], "useMarkdownLinks": True}
    )
    assert found.ignore == ("Archive/", "/draft/")
    assert found.markdown_links


def test_the_core_daily_notes(tmp_path: Path) -> None:
    found = configured(tmp_path, daily_notes=CORE)
    assert (found.daily_folder, found.daily_format, found.daily_known) == ("Daily", "YYYY-MM-DD", True)


@pytest.mark.parametrize(
    ("plugins", "data", "folder"),
    [
        (["periodic-notes"], PERIODIC, "Journal"),
        ([], PERIODIC, "Daily"),
        (["periodic-notes"], {"daily": {"enabled": False, "folder": "Journal"}}, "Daily"),
        (["periodic-notes"], {"daily": []}, "Daily"),
        ({"periodic-notes": True}, PERIODIC, "Daily"),
    ],
)
def test_periodic_notes_count_when_they_are_on(tmp_path: Path, plugins: Any, data: Any, folder: str) -> None:
    found = configured(
        tmp_path, daily_notes=CORE, community_plugins=plugins, plugins__periodic_notes__data=data
    )
    assert found.daily_folder == folder


def test_template_folders_of_the_core_and_of_templater(tmp_path: Path) -> None:
    found = configured(
        tmp_path,
        templates={"folder": "Meta\\Templates/"},
        community_plugins=["templater-obsidian"],
        plugins__templater_obsidian__data="{}",
    )
    assert found.template_folders == ("Meta/Templates",)
    (tmp_path / ".obsidian/plugins/templater-obsidian/data.json").write_text('{"templates_folder": "Forms"}')
    assert read_conventions(tmp_path)[0].template_folders == ("Meta/Templates", "Forms")


def test_the_vaults_root_is_never_a_template_folder(tmp_path: Path) -> None:
    assert configured(tmp_path, templates={"folder": "/"}).template_folders == ()


def test_a_renamed_configuration_folder_is_found(tmp_path: Path) -> None:
    assert configured(tmp_path, ".obsidian-mobile", daily_notes=CORE).daily_folder == "Daily"


def test_a_configuration_folder_of_any_name_is_found_by_its_files(tmp_path: Path) -> None:
    (tmp_path / ".aaa").mkdir()
    (tmp_path / ".aaa/app.json").write_text("{}")
    assert configured(tmp_path, ".config", core_plugins=[], daily_notes=CORE).daily_folder == "Daily"


def test_the_usual_folder_comes_first(tmp_path: Path) -> None:
    configured(tmp_path, ".obsidian-backup", daily_notes={"folder": "Old"})
    assert configured(tmp_path, ".obsidian", daily_notes=CORE).daily_folder == "Daily"


@pytest.mark.parametrize("raw", [b"{", b"", b"\xff\xfe", b"[" * 100_000])
def test_a_broken_file_is_passed_over_with_a_warning(tmp_path: Path, raw: bytes) -> None:
    configured(tmp_path, daily_notes=CORE)
    (tmp_path / ".obsidian/app.json").write_bytes(raw)
    found, warnings = read_conventions(tmp_path)
    assert found.daily_folder == "Daily"
    assert len(warnings) == 1
    assert warnings[0].startswith(".obsidian/app.json: passed over: not valid JSON")


def test_a_folder_that_cannot_be_looked_into_is_passed_over_with_a_warning(tmp_path: Path) -> None:
    """A file behind it may well be there."""
    configured(tmp_path, community_plugins=["periodic-notes"])
    (tmp_path / ".obsidian/plugins").symlink_to("plugins")  # which stops every user, also root
    _, warnings = read_conventions(tmp_path)
    paths = [warning.partition(": passed over: ")[0] for warning in warnings]
    assert ".obsidian/plugins/periodic-notes/data.json" in paths


@pytest.mark.parametrize(
    "raw", ["[]", "null", '"text"', '{"userIgnoreFilters": "x", "useMarkdownLinks": "yes"}']
)
def test_json_of_another_shape_says_nothing(tmp_path: Path, raw: str) -> None:
    assert configured(tmp_path, app=raw) == Conventions()
