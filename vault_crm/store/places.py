"""Where things are, as plain texts: the vault's root, and the user's own folders for cache, state and
settings (XDG). Nothing heavy is imported, for every command begins here; `store.paths` has the same as paths.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TypeAlias

from vault_crm.errors import NoVault

# Where a file or folder is.
Place: TypeAlias = "str | os.PathLike[str]"

APP = "vault-crm"
MARKERS = (".vault-crm", ".obsidian")
# By a vault's real path, what `store.paths.vault_id` says of it, where a kept file has told already: to work
# it out takes a library of the system, which takes longer to load than most answers.
known_ids: dict[str, str] = {}
_MOST = 1 << 16  # bytes of the user's settings that are kept beside the vault they name


def user_folder(variable: str, unix: str, windows: str, env: Mapping[str, str]) -> str:
    """XDG: the variable if it is an absolute path, else its default below the home folder."""
    said = env.get(variable, "")
    if said and os.path.isabs(said):
        return os.path.join(said, APP)
    if sys.platform == "win32" and env.get(windows):
        inner = [] if variable == "XDG_CONFIG_HOME" else [variable[4:9].lower()]
        return os.path.join(env[windows], APP, *inner)
    return os.path.join(os.path.expanduser("~"), *unix.split("/"), APP)


def cache_place(env: Mapping[str, str] = os.environ) -> str:
    """Where the disposable caches live."""
    return user_folder("XDG_CACHE_HOME", ".cache", "LOCALAPPDATA", env)


def state_place(env: Mapping[str, str] = os.environ) -> str:
    """Where locks and the undo journal live."""
    return user_folder("XDG_STATE_HOME", ".local/state", "LOCALAPPDATA", env)


def config_place(env: Mapping[str, str] = os.environ) -> str:
    """Where the user's own settings and templates live."""
    return user_folder("XDG_CONFIG_HOME", ".config", "APPDATA", env)


def find_place(explicit: str | None, env: Mapping[str, str], cwd: str) -> str:
    """The vault's root as `store.paths.find_root` finds it. Raises NoVault, BadSettings."""
    if explicit:
        return _named(cwd, explicit, "")
    if env.get("VAULT_CRM_VAULT"):
        return _named(cwd, env["VAULT_CRM_VAULT"], " (from $VAULT_CRM_VAULT)")
    folder = cwd
    while True:
        if any(os.path.isdir(os.path.join(folder, marker)) for marker in MARKERS):
            return os.path.realpath(folder)
        folder, before = os.path.dirname(folder), folder
        if folder == before:
            break
    default = default_vault(env)
    if default:
        return _named(os.path.expanduser("~"), default, " (from `vault` in your own settings)")
    raise NoVault(cwd)


def default_vault(env: Mapping[str, str]) -> str:
    """The vault that the user's own settings name, '' if none. Raises BadSettings.

    As long as the file's bytes are the same it is not parsed again."""
    settings = os.path.join(config_place(env), "config.toml")
    try:
        raw = read_small(settings)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        raw = None  # whoever reads it in full says what is the matter
    from vault_crm.store.packed import open_packed
    from vault_crm.store.packed import write_packed

    memory = os.path.join(cache_place(env), "vault")
    known = open_packed(memory) if raw is not None else None
    if known is not None and known.head.get("settings") == raw and isinstance(known.head.get("vault"), str):
        return str(known.head["vault"])
    from vault_crm.store.settings import read_user_settings

    found = read_user_settings(env)[1]
    if raw is not None and _is_still(settings, raw):
        write_packed(memory, {"settings": raw, "vault": found}, {})
    return found


def _is_still(path: str, raw: bytes) -> bool:
    """True if a small file still has these bytes."""
    try:
        return read_small(path) == raw
    except OSError:
        return False


def read_small(path: str) -> bytes | None:
    """The bytes of a small file; None if it is not small. Raises OSError."""
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0))
    try:
        raw = os.read(fd, _MOST)
    finally:
        os.close(fd)
    return raw if len(raw) < _MOST else None


def _named(base: str, text: str, source: str) -> str:
    folder = os.path.join(base, os.path.expanduser(text))
    if not os.path.exists(folder):
        raise NoVault(text, f"there is no folder {text}{source}")
    if not os.path.isdir(folder):
        raise NoVault(text, f"{text} is not a folder{source}")
    return os.path.realpath(folder)
