"""Where things are: the vault's root, and the user's own folders for cache, state and settings (XDG)."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from vault_crm.errors import NoVault

APP = "vault-crm"
MARKERS = (".vault-crm", ".obsidian")


def _user_folder(variable: str, unix: str, windows: str, env: Mapping[str, str]) -> Path:
    """XDG: the variable if it is an absolute path, else its default below the home folder."""
    said = env.get(variable, "")
    if said and os.path.isabs(said):
        return Path(said, APP)
    if sys.platform == "win32" and env.get(windows):
        return Path(env[windows], APP, *([] if variable == "XDG_CONFIG_HOME" else [variable[4:9].lower()]))
    return Path(os.path.expanduser("~"), unix, APP)


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where the disposable index lives."""
    return _user_folder("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA", env)


def state_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where locks and the undo journal live."""
    return _user_folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA", env)


def config_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own settings and templates live."""
    return _user_folder("XDG_CONFIG_HOME", ".config", "APPDATA", env)


def vault_id(root: Path) -> str:
    """A short name for a vault in the user's own folders: a digest of its real path."""
    from hashlib import blake2b

    return blake2b(os.fsencode(os.path.realpath(root)), digest_size=10).hexdigest()


def find_root(
    explicit: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Path:
    """The vault's root (docs/vault-format.md, section 1): `explicit`, else $VAULT_CRM_VAULT, else the nearest
    folder from `cwd` upwards that holds `.vault-crm/` or `.obsidian/`, else `vault` in the user's own
    settings.

    A folder that is named is taken as it is; nothing is searched there. Raises NoVault, BadSettings.
    """
    env = os.environ if env is None else env
    cwd = Path.cwd() if cwd is None else cwd
    if explicit is not None and os.fspath(explicit) != "":
        return _named(cwd, os.fspath(explicit), "")
    if env.get("VAULT_CRM_VAULT"):
        return _named(cwd, env["VAULT_CRM_VAULT"], " (from $VAULT_CRM_VAULT)")
    for folder in (cwd, *cwd.parents):
        if any((folder / marker).is_dir() for marker in MARKERS):
            return folder.resolve()
    from vault_crm.store.settings import read_user_settings

    default = read_user_settings(env)[1]
    if default:
        return _named(Path(os.path.expanduser("~")), default, " (from `vault` in your own settings)")
    raise NoVault(str(cwd))


def _named(base: Path, text: str, source: str) -> Path:
    folder = base / Path(text).expanduser()
    if not folder.exists():
        raise NoVault(text, f"there is no folder {text}{source}")
    if not folder.is_dir():
        raise NoVault(text, f"{text} is not a folder{source}")
    return folder.resolve()
