"""The vault as it is when dated notes are also searched for full names without a link: for `why` and `check`.

The words of dated notes are not kept where such names do not count, so that the index stays small; whoever
asks for them reads those notes again.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable

from vault_crm.core.model import Note
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.note import parse_note
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.vault import assemble
from vault_crm.errors import EditRefused


def with_plain_names(
    vault: Vault, read: Callable[[str], bytes], settings: Settings, names: Iterable[str] = ()
) -> Vault:
    """The vault with plain names among the evidence, not counted unless the settings say so.

    With `names` only the dated notes that hold the first word of one of them are looked through, which is
    enough for what these people's evidence is. A note that cannot be read adds nothing.
    """
    if settings.plain_names or not settings.dated_notes:
        return vault
    keeping = replace(settings, plain_names=True)
    first_words = {fold(name).split()[0] for name in names if len(name.split()) > 1}
    if names and not first_words:
        return vault
    dated: dict[str, Note] = {}
    for path, note in vault.notes.items():
        if not note.dated_as and note.on is None:
            continue
        try:
            text = decode(read(path))
        except EditRefused:
            continue
        folded = fold(text) if first_words else ""
        if not first_words or any(word in folded for word in first_words):
            dated[path] = parse_note(path, text, keeping)
    return assemble({**vault.notes, **dated}, settings)
