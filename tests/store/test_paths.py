"""Where the vault is, and where the user's own folders are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from vault_crm.errors import BadSettings
from vault_crm.errors import NoVault
from vault_crm.store.paths import cache_folder
from vault_crm.store.paths import config_folder
from vault_crm.store.paths import find_root
from vault_crm.store.paths import state_folder
from vault_crm.store.paths import vault_id


@pytest.fixture
def tree(home: Path) -> Path:
    """A vault `notes` with folders in it, another one `other`, and a plain folder."""
    for folder in ("notes/.obsidian", "notes/People/Family", "other/.vault-crm", "plain/sub"):
        (home / folder).mkdir(parents=True)
    return home.resolve()


def test_a_named_folder_is_taken_as_it_is(tree: Path) -> None:
    assert find_root(str(tree / "plain"), {}, tree / "notes") == tree / "plain"
    assert find_root("People", {"VAULT_CRM_VAULT": "/nowhere"}, tree / "notes") == tree / "notes/People"
    assert find_root("~/plain", {}, tree) == tree / "plain"


@pytest.mark.parametrize("name", ["missing", "file.md"])
def test_a_named_folder_that_is_none_is_an_error_and_nothing_is_searched(tree: Path, name: str) -> None:
    (tree / "notes/file.md").write_text("")
    with pytest.raises(NoVault, match=name):
        find_root(name, {}, tree / "notes")
    with pytest.raises(NoVault, match="VAULT_CRM_VAULT"):
        find_root(None, {"VAULT_CRM_VAULT": name}, tree / "notes")


def test_the_variable_comes_before_the_search(tree: Path) -> None:
    assert find_root(None, {"VAULT_CRM_VAULT": str(tree / "plain")}, tree / "notes") == tree / "plain"


@pytest.mark.parametrize(
    ("cwd", "root"), [("notes/People/Family", "notes"), ("notes", "notes"), ("other", "other")]
)
def test_the_nearest_marked_folder_upwards_is_the_vault(tree: Path, cwd: str, root: str) -> None:
    assert find_root(None, {}, tree / cwd) == tree / root


def test_else_the_users_own_settings_say_it(tree: Path) -> None:
    env = {"XDG_CONFIG_HOME": str(tree / "conf")}
    with pytest.raises(NoVault, match="plain"):
        find_root(None, env, tree / "plain/sub")
    (tree / "conf/vault-crm").mkdir(parents=True)
    settings = tree / "conf/vault-crm/config.toml"
    settings.write_text('vault = "~/notes"\n')
    assert find_root(None, env, tree / "plain/sub") == tree / "notes"
    settings.write_text("vault = 1\n")
    with pytest.raises(BadSettings, match="vault = 1"):
        find_root(None, env, tree / "plain/sub")


@pytest.mark.skipif(sys.platform == "win32", reason="XDG's defaults")
def test_the_users_own_folders_follow_xdg(home: Path) -> None:
    assert cache_folder({}) == home / ".cache/vault-crm"
    assert state_folder({}) == home / ".local/state/vault-crm"
    assert config_folder({}) == home / ".config/vault-crm"
    assert cache_folder({"XDG_CACHE_HOME": "/big/cache"}) == Path("/big/cache/vault-crm")
    assert cache_folder({"XDG_CACHE_HOME": "relative"}) == home / ".cache/vault-crm"


def test_a_vault_has_one_id_by_whatever_way_it_is_reached(tree: Path) -> None:
    (tree / "link").symlink_to("notes")
    assert vault_id(tree / "link") == vault_id(tree / "notes") != vault_id(tree / "other")
