"""What changes with a person's name: the file's name, `name`, and the aliases."""

from __future__ import annotations

import unicodedata

from vault_crm.core.actions import Draft
from vault_crm.core.links import fold_target
from vault_crm.core.links import stem_of
from vault_crm.core.model import Person
from vault_crm.core.model import Vault
from vault_crm.core.model import text_items
from vault_crm.core.names import fold
from vault_crm.core.names import safe_stem
from vault_crm.core.note import parse_note
from vault_crm.core.person import is_id
from vault_crm.core.record import record
from vault_crm.core.settings import Settings
from vault_crm.core.text import decode
from vault_crm.core.verify import check_change
from vault_crm.errors import EditRefused
from vault_crm.errors import UsageError

_QUOTES = dict.fromkeys(map(ord, "'’`"))


@record
class NewName:
    """A person's names and paths before and after."""

    old: str
    new: str
    old_path: str
    new_path: str

    @property
    def old_stem(self) -> str:
        """What links say now."""
        return stem_of(self.old_path)

    @property
    def new_stem(self) -> str:
        """What links shall say."""
        return stem_of(self.new_path)

    @property
    def moves(self) -> bool:
        """True if the file gets another name."""
        return self.old_path != self.new_path


def new_name(vault: Vault, person: Person, name: str) -> NewName:
    """The names and paths for a person who shall be called `name`. Raises UsageError for what is no name,
    EditRefused if there is such a note, or nothing would change."""
    name = " ".join(name.split())
    if not name or not name.isprintable():
        raise UsageError(f"{name!r} cannot be a name")
    folder, slash, _ = person.path.rpartition("/")
    stem = _stem(stem_of(person.path), person.name, name)
    path = f"{folder}{slash}{stem}{person.path[-3:]}"
    names = NewName(person.name, name, person.path, path)
    if name == person.name and not names.moves:
        raise EditRefused(person.path, 0, f"{name} is the name already")
    taken = next((p for p in vault.notes if p != person.path and fold_target(p) == fold_target(path)), "")
    if taken:
        hint = "choose another name; if both are one person: `vault-crm merge`"
        raise EditRefused(person.path, 0, f"there is a note {taken} already", hint)
    return names


def _stem(stem: str, old: str, new: str) -> str:
    """The file's name in the manner of the old one: `ana-sousa` becomes `ana-martins`, what stands in
    brackets behind the name stays; an id stays as it is."""
    if is_id(stem) and fold(stem) != fold(old):
        return stem
    for sign in ("-", "_"):
        if sign in stem and stem != old and fold(stem.replace(sign, " ")) == fold(old.replace(sign, " ")):
            slug = safe_stem(new.translate(_QUOTES)).replace(" ", sign)
            return slug if stem != stem.lower() else safe_stem(fold(slug) if stem.isascii() else slug.lower())
    safe = safe_stem(old)
    if stem.startswith(safe + " (") and stem.endswith(")"):
        return safe_stem(new + stem[len(safe) :])
    return safe_stem(new)


def edit_names(names: NewName, raw: bytes, settings: Settings, alias: bool) -> tuple[str, str]:
    """The note with the new name in its properties, and its old text. Raises EditRefused where they cannot be
    changed safely."""
    draft = Draft(names.old_path, raw, settings)
    key = _naming_key(draft)
    if key or names.new_stem != names.new:
        draft.set(key or "name", names.new)
    if names.new_stem == names.new:
        _drop_alias(draft, names.new)
    elif not key or names.old in _aliases(draft):  # for Obsidian, to which a `name` means nothing
        _add_alias(draft, names.new)
    for other in _to_keep(names) if alias else ():
        _add_alias(draft, other)
    if not _is_called(names, draft, settings):
        draft.set("name", names.new)
    change = draft.change()
    old, new = decode(raw), decode(change.result or b"")
    check_change(names.old_path, old, new, change.allowed, settings)
    rule = parse_note(names.old_path, old, settings).person_rule
    if bool(rule) != bool(parse_note(names.new_path, new, settings).person_rule):
        reason = f"a note called {names.new_stem} would not be taken for a person's"
        raise EditRefused(names.old_path, 0, reason, "choose another name")
    return old, new


def _naming_key(draft: Draft) -> str:
    """The property that says the name now, '' if the file's name does."""
    return next((p.key for p in draft.properties() if p.key.casefold() == "name" and p.value), "")


def _is_called(names: NewName, draft: Draft, settings: Settings) -> bool:
    from vault_crm.core.person import name_of

    note = parse_note(names.new_path, decode(draft.change().result or b""), settings)
    return not note.person_rule or name_of(note) == names.new


def _to_keep(names: NewName) -> list[str]:
    """The old name, unless only its case or the encoding of its accents changes. What the file was called
    needs no alias: links that say it are rewritten."""
    return [names.old] if _plain(names.old) not in (_plain(names.new), _plain(names.new_stem)) else []


def _plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _aliases(draft: Draft) -> tuple[str, ...]:
    found = draft.find("aliases")
    if found is None:
        return ()
    items = text_items(found.value)
    return (
        tuple(i.strip() for item in items for i in item.split(",")) if isinstance(found.value, str) else items
    )


def _add_alias(draft: Draft, name: str) -> None:
    if _plain(name) not in {_plain(alias) for alias in _aliases(draft)}:
        draft.add_item("aliases", name)


def _drop_alias(draft: Draft, name: str) -> None:
    """The new name need not stand among the others; where it cannot be taken out, it does no harm."""
    found = draft.find("aliases")
    if found is not None and isinstance(found.value, tuple) and name in found.value:
        try:
            draft.drop_item("aliases", name)
        except EditRefused:
            return
