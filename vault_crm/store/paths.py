"""Where things are: the vault's root, and the user's own folders for cache, state and settings (XDG)."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from vault_crm.store.places import APP as APP
from vault_crm.store.places import MARKERS as MARKERS
from vault_crm.store.places import Place
from vault_crm.store.places import cache_place
from vault_crm.store.places import config_place
from vault_crm.store.places import find_place
from vault_crm.store.places import known_ids
from vault_crm.store.places import state_place

if TYPE_CHECKING:
    from pathlib import Path


def cache_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where the disposable index lives."""
    from pathlib import Path

    return Path(cache_place(env))


def state_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where locks and the undo journal live."""
    from pathlib import Path

    return Path(state_place(env))


def config_folder(env: Mapping[str, str] = os.environ) -> Path:
    """Where the user's own settings and templates live."""
    from pathlib import Path

    return Path(config_place(env))


def vault_id(root: Place) -> str:
    """A short name for a vault in the user's own folders: a digest of its real path."""
    known = known_ids.get(os.fspath(root))
    if known is not None:
        return known
    from hashlib import blake2b

    return blake2b(os.fsencode(os.path.realpath(root)), digest_size=10).hexdigest()


def vault_folder(root: Place) -> str:
    """Where what belongs to a vault lives in the user's state folder: locks, the undo journal."""
    return os.path.join(state_place(), "vaults", vault_id(root))


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
    from pathlib import Path

    where = os.getcwd() if cwd is None else os.fspath(cwd)
    named = None if explicit is None else os.fspath(explicit)
    return Path(find_place(named, os.environ if env is None else env, where))
