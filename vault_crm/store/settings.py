"""Reads settings: the user's own (`config.toml` in the XDG config folder), and the vault's, which win."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING
from typing import Any

from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.settings import parse_settings
from vault_crm.errors import BadSettings
from vault_crm.store.obsidian import conventions_in
from vault_crm.store.paths import config_folder
from vault_crm.store.places import config_place
from vault_crm.store.tree import DiskTree
from vault_crm.store.tree import Tree

if TYPE_CHECKING:
    from pathlib import Path

    from vault_crm.store.places import Place

VAULT_SETTINGS = ".vault-crm/config.toml"
_USER_SETTINGS = "config.toml"


def vault_settings_path(root: Path) -> Path:
    """Where a vault's own settings are."""
    return root / ".vault-crm" / "config.toml"


def user_settings_path(env: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own settings are."""
    return config_folder(env) / _USER_SETTINGS


def read_toml(path: Place, shown: str) -> dict[str, Any]:
    """A TOML file as a dictionary; {} if there is none. Raises BadSettings naming file and line."""
    folder, name = os.path.split(path)
    return _toml_in(DiskTree(folder), name, shown)


def _toml_in(tree: Tree, path: str, shown: str) -> dict[str, Any]:
    try:
        raw = tree.read(path)
    except OSError as error:
        raise BadSettings(shown, f"cannot be read: {error.strerror or error}") from None
    return {} if raw is None else parse_toml(raw, shown)


def parse_toml(raw: bytes, shown: str) -> dict[str, Any]:
    """The bytes of a TOML file as a dictionary. Raises BadSettings naming file and line."""
    import tomllib

    try:
        return tomllib.loads(raw.decode("utf-8-sig").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadSettings(f"{shown}:{line}", "is not UTF-8 text", "save the file as UTF-8") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        line_text, problem = _toml_place(str(error), raw)
        raise BadSettings(f"{shown}{line_text}", f"is not valid TOML: {problem}") from None


def _toml_place(message: str, raw: bytes) -> tuple[str, str]:
    """(':LINE', what is wrong) of tomllib's message, which ends in '(at line 3, column 5)'."""
    problem, found, place = message.rpartition(" (at ")
    if not found:
        return "", message
    if place.startswith("line "):
        return ":" + place[5:].split(",")[0], problem
    return f":{raw.count(10) + 1}", problem  # '(at end of document)'


def read_user_settings(env: Mapping[str, str] = os.environ) -> tuple[dict[str, Any], str]:
    """The user's own settings as a table, and the vault they name ('' if none). Raises BadSettings."""
    path = os.path.join(config_place(env), _USER_SETTINGS)
    data = read_toml(path, path)
    vault = data.pop("vault", "")
    if not isinstance(vault, str):
        raise BadSettings(path, f"vault = {vault!r} is not a text in quotes")
    return data, vault


def read_settings(root: Place, user_settings: bool = True) -> tuple[Settings, tuple[str, ...]]:
    """The settings that hold in a vault, and warnings about what in them nobody knows. Raises BadSettings."""
    return settings_in(DiskTree(root), user_settings)


def settings_in(tree: Tree, user_settings: bool = True) -> tuple[Settings, tuple[str, ...]]:
    """The same of a vault whose files are elsewhere; the user's own settings are those on this disk."""
    settings = Settings()
    warnings: tuple[str, ...] = ()
    if user_settings:
        path = os.path.join(config_place(), _USER_SETTINGS)
        settings, warnings = parse_settings(read_user_settings()[0], path)
    own = _toml_in(tree, VAULT_SETTINGS, VAULT_SETTINGS)
    settings, more = parse_settings(own, VAULT_SETTINGS, settings)
    conventions, odd = conventions_in(tree)
    settings = replace(settings, conventions=conventions)
    return settings, (*warnings, *more, *odd)


def template_folders(settings: Settings) -> tuple[str, ...]:
    """The folders of note templates, in which nothing is read."""
    own = (folder.strip("/") for folder in settings.template_folders)
    return tuple(dict.fromkeys(f for f in (*own, *settings.conventions.template_folders) if f))
