"""The vault as it is when dated notes are also searched for full names without a link: for `why` and `check`.

The words of dated notes are not kept where such names do not count, so that the index stays small; whoever
asks for them reads those notes again.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable

from vault_crm.core.evidence import words_of
from vault_crm.core.folding import LONG
from vault_crm.core.late import late
from vault_crm.core.model import Note
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.names import fold
from vault_crm.core.note import parse_note
from vault_crm.core.record import replace
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.vault import assemble
from vault_crm.errors import EditRefused

# What can hide words of a line, or make a link of what looks like none: such notes are always read again.
_TWISTED = ("`", "%%", "<!--", "](", "\\")
_SURELY_A_LINK = late(r"\[\[[^\[\]#|\s][^\[\]\n]*\]\]")


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
    glance = _Glance(vault.people)
    dated: dict[str, Note] = {}
    for path, note in vault.notes.items():
        if not note.dated_as and note.on is None:
            continue
        try:
            text = decode(read(path))
        except EditRefused:
            continue
        folded = fold(text) if first_words else ""
        if first_words and not any(word in folded for word in first_words):
            continue
        if glance.may_name(text):
            dated[path] = parse_note(path, text, keeping)
    if not dated:
        return vault
    return assemble({**vault.notes, **dated}, settings)


class _Glance:
    """Tells of most notes at a glance that nobody's full name stands there beside links: of every name, its
    first and its second word would be among the words of the note."""

    def __init__(self, people: Iterable[Person]) -> None:
        self._seconds: dict[str, set[str]] = {}
        for person in people:
            for name in (person.name, *person.aliases):
                words = words_of(name)
                if len(words) > 1:
                    self._seconds.setdefault(words[0], set()).add(words[1])

    def may_name(self, text: str) -> bool:
        """False only if looking through the lines of a note would find nobody."""
        if any(sign in text for sign in _TWISTED):
            return True
        bare = _SURELY_A_LINK.sub(" ", text)
        # in a long text marks that are heaped up do not count, in a line of it they may
        parts = [bare] if bare.isascii() or len(bare) <= LONG else bare.split("\n")
        words = {word for part in parts for word in words_of(part)}
        return any(not self._seconds[word].isdisjoint(words) for word in self._seconds.keys() & words)
