"""A clone's own attributes (`.git/info/attributes`), where the dashboards that git keeps are named once more.

A pull that puts an uncommitted `.gitattributes` aside, or a rebase onto a commit from before it, would else
merge a dashboard as text, and conflict.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vault_crm.core.record import record
from vault_crm.core.text import decode
from vault_crm.core.text import encode
from vault_crm.git.attributes import dashboard_attribute
from vault_crm.git.attributes import is_dashboard_attribute
from vault_crm.git.blocks import block_lines
from vault_crm.git.blocks import set_block
from vault_crm.git.hooks import read_hook
from vault_crm.git.place import Place
from vault_crm.store.files import replace


@record
class InfoChange:
    """The file as it is and as it shall be (None: there is none); `added` are the lines that come."""

    path: Path
    base: bytes | None
    new: bytes | None
    added: tuple[str, ...]


def plan_info(place: Place, named: Sequence[str], dashboards: Sequence[str]) -> InfoChange | None:
    """What to change so that these dashboards of a vault are named, and not those that were (`named`); lines
    of other vaults of the repository stay. None: nothing."""
    path = place.common / "info" / "attributes"
    base = read_hook(path)
    text = decode(base or b"")
    before = {dashboard_attribute(place.prefix + each) for each in named}
    mine = [dashboard_attribute(place.prefix + each) for each in dashboards]
    there = block_lines(text, is_dashboard_attribute)
    others = [line for line in there if line not in before and line not in mine]
    edited = set_block(text, [*others, *mine], is_dashboard_attribute, last=bool(mine))
    if edited == text:
        return None
    new = encode(edited) if edited or base == b"" else None
    return InfoChange(path, base, new, tuple(line for line in mine if line not in there))


def write_info(change: InfoChange) -> None:
    """Writes it. Raises Stale, EditRefused, CannotSave."""
    replace(change.path, change.base, change.new)
