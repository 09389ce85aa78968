"""The vault's own CSV dialects: `.vault-crm/dialects/*.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from vault_crm.errors import BadSettings
from vault_crm.store.files import read_start

FOLDER = ".vault-crm/dialects"
_LARGEST = 1 << 20


def read_own_dialects(root: Path) -> Mapping[str, str]:
    """File name -> text of each of them; empty if there is no such folder. Raises BadSettings."""
    folder = root / FOLDER
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except OSError as error:
        raise BadSettings(FOLDER, f"it cannot be read: {error.strerror or error}") from None
    return {path.name: _read(path) for path in files}


def _read(path: Path) -> str:
    where = f"{FOLDER}/{path.name}"
    try:
        raw = read_start(path, _LARGEST + 1)
        if len(raw) > _LARGEST:
            raise BadSettings(where, "it is larger than a dialect can be")
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadSettings(where, "it is not UTF-8") from None
    except OSError as error:
        raise BadSettings(where, f"it cannot be read: {error.strerror or error}") from None
