"""CSV dialects: TOML files that say what the columns of a table mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vault_crm.importers import Importer


def dialect_importers(own: Mapping[str, str]) -> tuple[Importer, ...]:
    """The importers of all dialects: ours and the vault's own."""
    return ()
