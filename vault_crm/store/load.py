"""From the disk to a Vault: scan, read what changed, parse, assemble."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from vault_crm.core.text import decode
from vault_crm.store.files import read_bytes
from vault_crm.store.scan import scan
from vault_crm.store.scan import unreadable
from vault_crm.store.settings import template_folders

if TYPE_CHECKING:
    from vault_crm.core.model import Note
    from vault_crm.core.model import Vault
    from vault_crm.core.settings import Settings


def load_vault(root: Path, settings: Settings) -> Vault:
    """Everything the notes of a folder say."""
    from vault_crm.core.note import parse_note
    from vault_crm.core.vault import assemble

    found = scan(root, template_folders(settings))
    notes: dict[str, Note] = {}
    for path in sorted(found.files):
        try:
            raw = read_bytes(os.path.join(root, path))
        except FileNotFoundError:
            continue
        except OSError as error:
            found.diagnostics.append(unreadable(path, error.strerror or str(error)))
            continue
        notes[path] = parse_note(path, decode(raw), settings)
    vault = assemble(notes, settings)
    return replace(vault, diagnostics=(*vault.diagnostics, *found.diagnostics))
